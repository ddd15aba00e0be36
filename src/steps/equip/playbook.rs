//! A playbook's file: a head between `---` lines, then Markdown, with sections for one persona marked.

use crate::data::{self, Lang};
use crate::model::persona::Persona;
use crate::store::items::Item;
use std::collections::BTreeMap;

/// A playbook's text and what its head says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playbook {
    /// The head's `name: value` lines: platform, lang, title.
    pub head: BTreeMap<String, String>,
    /// The Markdown below it.
    pub body: String,
}

impl Playbook {
    /// Reads a file; one without a head is all body.
    pub fn parse(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let split = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
        let Some((head, body)) = split else {
            return Self { head: BTreeMap::new(), body: text.trim().into() };
        };
        let head = head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_string()))
            .collect();
        Self { head, body: body.trim().into() }
    }
}

/// The playbooks the program carries, English first, by platform.
pub fn shipped() -> Vec<Item> {
    let mut items = Vec::new();
    for lang in [Lang::En, Lang::Zh] {
        for (file, bytes) in data::folder(&format!("playbooks/{}", lang.word())) {
            let Some(platform) = file.strip_suffix(".md") else { continue };
            let playbook = Playbook::parse(&String::from_utf8_lossy(bytes));
            let said = |name: &str, otherwise: &str| {
                playbook.head.get(name).cloned().unwrap_or_else(|| otherwise.into())
            };
            items.push(Item {
                kind: "playbook".into(),
                title: said("title", platform),
                platform: Some(said("platform", platform)),
                lang: Some(said("lang", lang.word())),
                body: Some(playbook.body.clone()),
                ..Item::default()
            });
        }
    }
    items
}

/// Whom a line of a playbook is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Everyone.
    Everyone,
    /// Those of one persona.
    One(Persona),
    /// A persona that there is none of.
    Nobody,
}

/// One line of a playbook's body.
pub struct Line<'a> {
    /// What it says.
    pub text: &'a str,
    /// The level of the heading it is; 0 for other lines.
    pub level: usize,
    /// Whom it is for: everyone, unless it stands in a section marked for one persona.
    pub whose: Whose,
}

/// The lines of a body, without the marks `<!-- persona: NAME -->` themselves. A mark holds up to the next heading but one:
/// the first is the marked section's own.
pub fn lines(body: &str) -> impl Iterator<Item = Line<'_>> {
    let (mut whose, mut heading_due, mut fenced) = (Whose::Everyone, false, false);
    body.lines().filter_map(move |text| {
        if text.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let level = if fenced { 0 } else { heading(text) };
        if let Some(name) = mark(text).filter(|_| !fenced) {
            (whose, heading_due) = (Persona::parse(name).map_or(Whose::Nobody, Whose::One), true);
            return None;
        }
        if level > 0 && !heading_due {
            whose = Whose::Everyone;
        }
        heading_due = heading_due && level == 0;
        Some(Line { text, level, whose })
    })
}

/// The body for one persona: its examples first, then what is for everyone. Without a persona the first example of each
/// is kept. Headings go down to the third level, below the handbook's own; a first-level title is left out.
pub fn for_persona(body: &str, persona: Option<Persona>) -> String {
    let (mut first, mut rest) = (String::new(), String::new());
    let (mut quoting, mut examples) = (false, 0);
    for Line { text, level, whose } in lines(body) {
        if level > 0 {
            examples = 0;
        }
        let quotes = text.starts_with('>');
        examples += usize::from(quotes && !quoting);
        quoting = quotes;
        let is_theirs = match (whose, persona) {
            (Whose::Everyone, _) => true,
            (_, Some(persona)) => whose == Whose::One(persona),
            (_, None) => examples <= 1,
        };
        if level == 1 || !is_theirs {
            continue;
        }
        let target = if whose == Whose::Everyone { &mut rest } else { &mut first };
        if level == 2 {
            target.push('#');
        }
        target.push_str(text);
        target.push('\n');
    }
    format!("{}\n\n{}", first.trim(), rest.trim()).trim().to_string()
}

/// The level of a Markdown heading; 0 for other lines.
fn heading(line: &str) -> usize {
    let level = line.len() - line.trim_start_matches('#').len();
    if (1..=6).contains(&level) && line[level..].starts_with(' ') { level } else { 0 }
}

fn mark(line: &str) -> Option<&str> {
    line.trim().strip_prefix("<!-- persona:")?.strip_suffix("-->").map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "---\nplatform: reddit\ntitle: Reddit: how\n---\n\n# Reddit\n\n## Works\n\n- a\n\n<!-- persona: educator -->\n### E\n\n> one\n\n<!-- persona: validator -->\n### V\n\n> two\n\n### Not\n\n- b\n";

    #[test]
    fn a_head_is_read_and_a_file_without_one_is_all_body() {
        let playbook = Playbook::parse(FILE);
        assert_eq!(playbook.head["title"], "Reddit: how");
        assert!(playbook.body.starts_with("# Reddit"));
        assert_eq!(Playbook::parse("## Hello\r\n").body, "## Hello");
    }

    #[test]
    fn a_persona_gets_its_examples_first_and_no_one_elses() {
        let body = Playbook::parse(FILE).body;
        let text = for_persona(&body, Some(Persona::Educator));
        assert_eq!(text, "### E\n\n> one\n\n### Works\n\n- a\n\n### Not\n\n- b");
        let all = for_persona(&body, None);
        assert_eq!(all, "### E\n\n> one\n\n### V\n\n> two\n\n### Works\n\n- a\n\n### Not\n\n- b");
    }

    #[test]
    fn without_a_persona_the_first_example_of_each_is_kept() {
        let body = "<!-- persona: educator -->\n### E\n\n> one\n>\n> still\n\n> two\n\n> three\n\n### Not\n\n> a quote\n\n> another";
        assert_eq!(
            for_persona(body, None),
            "### E\n\n> one\n>\n> still\n\n### Not\n\n> a quote\n\n> another"
        );
    }

    #[test]
    fn what_is_shipped_has_a_title_a_platform_and_a_text() {
        let items = shipped();
        assert!(items.iter().any(|item| item.lang.as_deref() == Some("zh")));
        for item in items {
            assert!(!item.title.is_empty() && item.platform.is_some(), "{item:?}");
            assert!(item.body.is_some_and(|body| body.len() > 200), "{}", item.title);
        }
    }
}
