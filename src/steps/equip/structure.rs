//! What a playbook must have: every section, examples for every persona, a length that is read, and nothing unfinished.

use super::limits::{Limits, Page, Sections};
use super::playbook::{Line, Whose, lines};
use crate::data::Lang;
use crate::model::persona::Persona;
use anyhow::Result;
use std::collections::BTreeMap;

/// What a playbook's body lacks, in words; nothing where it is whole.
pub fn problems(limits: &Limits, body: &str, lang: Lang) -> Result<Vec<String>> {
    let sections = limits.sections(lang)?;
    let seen = Seen::of(body, sections);
    let mut lacks: Vec<String> = Vec::new();
    for heading in sections.single() {
        match seen.sections.get(heading) {
            None => lacks.push(format!("no section '{heading}'")),
            Some(0) => lacks.push(format!("nothing below '{heading}'")),
            Some(_) => {}
        }
    }
    for persona in Persona::ALL {
        let have = seen.examples.get(&persona).copied().unwrap_or(0);
        if have < limits.page.examples {
            lacks.push(format!("{have} of {} examples for the {}", limits.page.examples, persona.as_str()));
        }
    }
    lacks.extend(length(&limits.page, body));
    let lower = body.to_lowercase();
    let marks = limits.page.unfinished.iter().filter(|mark| lower.contains(&mark.to_lowercase()));
    lacks.extend(marks.map(|mark| format!("'{mark}' is still in it")));
    Ok(lacks)
}

/// What is in a body: how many lines each section has, and how many examples each persona.
#[derive(Default)]
struct Seen<'a> {
    sections: BTreeMap<&'a str, usize>,
    examples: BTreeMap<Persona, usize>,
}

impl<'a> Seen<'a> {
    fn of(body: &str, sections: &'a Sections) -> Self {
        let mut seen = Self::default();
        let mut section: Option<&str> = None;
        let mut quoting = false;
        for Line { text, level, whose } in lines(body) {
            if level > 0 {
                let title = text.trim_start_matches('#').trim();
                section = sections.single().into_iter().find(|heading| title.starts_with(heading));
                if let Some(heading) = section {
                    seen.sections.entry(heading).or_default();
                }
            } else if let Some(heading) = section.filter(|_| !text.trim().is_empty()) {
                *seen.sections.entry(heading).or_default() += 1;
            }
            let quotes = text.starts_with('>');
            if let Whose::One(persona) = whose
                && quotes
                && !quoting
            {
                *seen.examples.entry(persona).or_default() += 1;
            }
            quoting = quotes;
        }
        seen
    }
}

/// Whether it is too short or too long.
fn length(page: &Page, body: &str) -> Option<String> {
    let words = words(body);
    let [least, most] = page.words;
    if words < least {
        Some(format!("{words} words; below {least} it says too little"))
    } else if words > most {
        Some(format!("{words} words; above {most} it is no page any more"))
    } else {
        None
    }
}

/// How many words a text has; two Chinese characters count as one.
pub fn words(text: &str) -> usize {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}');
    let han = text.chars().filter(|c| is_han(*c)).count();
    let spaced = text.split(|c: char| c.is_whitespace() || is_han(c));
    spaced.filter(|word| word.chars().any(char::is_alphanumeric)).count() + han / 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data;
    use crate::output::markdown;
    use crate::steps::equip::playbook::{self, Playbook};

    fn limits() -> Limits {
        Limits::read().expect("reads")
    }

    #[test]
    fn every_shipped_playbook_is_whole() {
        let limits = limits();
        for item in playbook::shipped() {
            let name = format!(
                "{}-{}",
                item.platform.clone().unwrap_or_default(),
                item.lang.clone().unwrap_or_default()
            );
            let lang = item.lang.as_deref().and_then(Lang::named).expect("a language");
            let body = item.body.expect("a text");
            assert_eq!(problems(&limits, &body, lang).expect("headings"), Vec::<String>::new(), "{name}");
            for link in markdown::links(&body) {
                assert!(link.starts_with("https://"), "{name}: {link}");
            }
            // Samples are about an invented product; only the advice names the reader's own.
            let holes = ["[your product]", "【产品名】"];
            for line in body.lines().filter(|line| line.starts_with('>')) {
                assert!(!holes.iter().any(|hole| line.contains(hole)), "{name}: {line}");
            }
        }
    }

    #[test]
    fn the_platforms_people_are_on_have_a_playbook() {
        let shipped = playbook::shipped();
        let has = |platform: &str, lang: &str| {
            shipped
                .iter()
                .any(|item| item.platform.as_deref() == Some(platform) && item.lang.as_deref() == Some(lang))
        };
        for platform in [
            "linkedin",
            "x",
            "youtube",
            "reddit",
            "discourse",
            "github",
            "stackoverflow",
            "instagram",
            "tiktok",
            "podcast",
        ] {
            assert!(has(platform, "en"), "{platform}");
        }
        for platform in ["xiaohongshu", "weixin", "zhihu", "bilibili"] {
            assert!(has(platform, "zh"), "{platform}");
        }
    }

    #[test]
    fn heads_name_the_file_they_stand_in_and_the_exports_we_read() {
        for lang in ["en", "zh"] {
            for (file, bytes) in data::folder(&format!("playbooks/{lang}")) {
                let head = Playbook::parse(&String::from_utf8_lossy(bytes)).head;
                assert_eq!(Some(head["platform"].as_str()), file.strip_suffix(".md"), "{lang}/{file}");
                assert_eq!(head["lang"], lang, "{file}");
                assert!(!head["title"].is_empty() && head["updated"].starts_with("2026-"), "{lang}/{file}");
                let exports = head["exports"].split(',').map(str::trim);
                for export in exports.filter(|export| *export != "none") {
                    assert!(
                        data::text(&format!("profiles/{export}.toml")).is_some(),
                        "{lang}/{file}: {export}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let body = "### What works here\n\n- a\n\n### How to disclose\n\n<!-- persona: educator -->\n### Sample posts: educator\n\n> one\n>\n> still one\n\n> two\n\nTODO\n";
        let lacks = problems(&limits(), body, Lang::En).expect("headings");
        assert!(lacks.contains(&"no section 'What not to do'".to_string()), "{lacks:?}");
        assert!(lacks.contains(&"nothing below 'How to disclose'".to_string()), "{lacks:?}");
        assert!(lacks.contains(&"2 of 3 examples for the educator".to_string()), "{lacks:?}");
        assert!(lacks.contains(&"0 of 3 examples for the validator".to_string()), "{lacks:?}");
        assert!(lacks.iter().any(|lack| lack.starts_with("17 words; below")), "{lacks:?}");
        assert!(lacks.contains(&"'TODO' is still in it".to_string()), "{lacks:?}");
        assert!(!lacks.iter().any(|lack| lack.contains("What works here")), "{lacks:?}");
    }

    #[test]
    fn words_are_counted_in_both_scripts() {
        assert_eq!(words("two words, and **4** more - no dash"), 7);
        assert_eq!(words("知乎的老规矩"), 3);
        assert_eq!(words("用GitHub发布"), 2);
    }
}
