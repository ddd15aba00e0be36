//! `share leak`: whose copy of a brief a text that turned up elsewhere is.

use super::{eml, wording};
use crate::app::fail::{End, usage};
use crate::app::{App, given};
use crate::data;
use crate::output::{Cell, Table, template};
use crate::store::briefs::{self, Send};
use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

/// Whose copy of a brief a text is that turned up elsewhere.
///
/// Each copy says the same in slightly other words, and its last line tells its reader so. What can still be read of these
/// places is held against every copy that went out; too few, and the answer is "cannot tell". A saved e-mail (.eml) is read as
/// well, whatever it is packed in; `-` reads from stdin.
///
/// Example: groundswell share leak found.txt --brief 3
#[derive(Debug, Args)]
pub struct Leak {
    /// The file with the text or the e-mail, or -
    #[arg(value_name = "FILE|-")]
    text: PathBuf,
    /// Only copies of this brief
    #[arg(long, value_name = "N")]
    brief: Option<i64>,
    /// How many copies to list
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    top: Option<u16>,
}

/// data/leak.toml.
#[derive(Debug, Deserialize)]
struct Rules {
    fewest_marks: usize,
    clear: f64,
    leaning: f64,
    top: usize,
    words: BTreeMap<String, String>,
}

/// A copy, and how it fits.
#[derive(Debug, Clone)]
struct Suspect {
    brief: i64,
    send: Send,
    fit: wording::Fit,
    /// Whether the mark of the copy stands in the text.
    named: bool,
    /// How many innocent people would fit as well by chance.
    others: f64,
}

impl Leak {
    /// Compares and lists.
    pub fn run(self, app: &App) -> Result<End> {
        let text = self.read()?;
        let rules: Rules = toml::from_str(data::needed("leak.toml")?).context("leak.toml")?;
        let mut suspects = self.suspects(app, &text)?;
        suspects.sort_by(|a, b| {
            b.named.cmp(&a.named).then(a.others.total_cmp(&b.others)).then_with(|| {
                (b.fit.agree, a.brief, a.send.person).cmp(&(a.fit.agree, b.brief, b.send.person))
            })
        });
        let names = app.names(suspects.iter().map(|one| one.send.person))?;
        let mut table =
            Table::new(&["member", "name", "brief", "sent", ">agree", ">marks", ">?chance", "verdict"])
                .or_say("No copy went out yet, so there is none to compare with: `groundswell share send`.");
        let top = self.top.map_or(rules.top, usize::from);
        for one in suspects.iter().take(top) {
            table.row(vec![
                one.send.person.into(),
                names.get(&one.send.person).cloned().into(),
                one.brief.into(),
                one.send.day.to_string().into(),
                one.fit.agree.into(),
                one.fit.readable.into(),
                if one.fit.readable > 0 { Cell::number(one.others, 4) } else { Cell::Missing },
                rules.verdict(one, &suspects).into(),
            ]);
        }
        if !suspects.is_empty() {
            table.note(rules.said(&suspects, &names)?);
            table.note(format!(
                "{} of {} copies, sent up to {}; chance: how many of the others would agree as well by chance.",
                table.rows.len(),
                suspects.len(),
                app.as_of()
            ));
            table.note(rules.words.get("caution").cloned().unwrap_or_default());
        }
        app.screen.show(&table)?;
        match suspects.first() {
            Some(one) => app.screen.next(
                &format!("groundswell share brief show {} --copies", one.brief),
                "who has had it, and when",
            ),
            None => app.screen.next("groundswell share brief list", "what news there is"),
        }
        Ok(End::Done)
    }

    fn read(&self) -> Result<String> {
        let (name, mut bytes) = (self.text.display(), Vec::new());
        if self.text.as_os_str() == "-" {
            std::io::stdin().read_to_end(&mut bytes).context("stdin cannot be read")?;
        } else {
            given::is_file(&self.text)?;
            bytes = std::fs::read(&self.text).with_context(|| format!("cannot read {name} as text"))?;
        }
        let text = match eml::text_of(&bytes) {
            Some(text) => text,
            None => String::from_utf8(bytes).with_context(|| format!("cannot read {name} as text"))?,
        };
        if wording::plain(&text).is_empty() {
            return Err(usage(format!("{} holds no words to compare", self.text.display())));
        }
        Ok(text)
    }

    fn suspects(&self, app: &App, text: &str) -> Result<Vec<Suspect>> {
        let (store, today) = (app.store()?, app.as_of());
        let briefs = match self.brief {
            Some(id) => vec![super::brief::find(app, id)?.id],
            None => briefs::list(store, today)?.into_iter().map(|brief| brief.id).collect(),
        };
        let plain = wording::plain(text);
        let mut suspects = Vec::new();
        for brief in briefs {
            let sends = briefs::sends(store, brief, today)?;
            let mut known: BTreeMap<String, Vec<Option<usize>>> = BTreeMap::new();
            let people = sends.len();
            for send in sends.into_values() {
                let phrases = send.phrases.clone().unwrap_or_default();
                let read = known.entry(phrases.clone()).or_insert_with(|| wording::read(&phrases, &plain));
                let fit = wording::fit(&phrases, send.marks.as_deref().unwrap_or_default(), read);
                let named = send.mark.as_deref().is_some_and(|mark| text.to_uppercase().contains(mark));
                let others = fit.chance * people.saturating_sub(1) as f64;
                suspects.push(Suspect { brief, send, fit, named, others });
            }
        }
        Ok(suspects)
    }
}

impl Rules {
    /// What may be said of one copy, beside all others.
    fn verdict(&self, one: &Suspect, all: &[Suspect]) -> &'static str {
        if one.named {
            return "its mark";
        }
        if one.fit.readable < self.fewest_marks {
            return "cannot_tell";
        }
        let rivals = all.iter().filter(|other| self.fits(other)).count();
        match one {
            _ if !self.fits(one) => "does not fit",
            _ if rivals > 1 => "cannot_tell",
            _ if one.others <= self.clear => "clear",
            _ => "leaning",
        }
    }

    fn fits(&self, one: &Suspect) -> bool {
        one.fit.readable >= self.fewest_marks && one.others <= self.leaning
    }

    /// The answer in a sentence.
    fn said(&self, suspects: &[Suspect], names: &BTreeMap<i64, String>) -> Result<String> {
        let first = &suspects[0];
        let readable = suspects.iter().map(|one| one.fit.readable).max().unwrap_or_default();
        let rivals = suspects.iter().filter(|one| self.fits(one)).count();
        let is_unmarked = suspects.iter().all(|one| one.send.marks.as_deref().unwrap_or_default().is_empty());
        let key = match self.verdict(first, suspects) {
            "its mark" => "mark",
            "clear" => "clear",
            "leaning" => "leaning",
            _ if is_unmarked => "unmarked",
            _ if rivals > 1 => "several",
            _ if readable < self.fewest_marks => "few",
            _ => "none",
        };
        let words = self.words.get(key).with_context(|| format!("data/leak.toml says nothing of {key}"))?;
        let people = suspects.iter().filter(|one| one.brief == first.brief).count();
        let values = json!({
            "name": names.get(&first.send.person), "brief": first.brief, "agree": first.fit.agree,
            "marks": if key == "few" { readable } else { first.fit.readable }, "fewest": self.fewest_marks,
            "chance": if first.others < 1e-4 { "fewer than 0.0001".into() } else { Cell::number(first.others, 4).plain() }, "others": rivals, "people": people,
        });
        template::fill("leak.toml", words, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Day;

    fn rules() -> Rules {
        toml::from_str(data::needed("leak.toml").expect("there")).expect("reads")
    }

    fn suspect(person: i64, agree: usize, readable: usize, others: f64) -> Suspect {
        let send = Send {
            id: person,
            person,
            day: Day(0),
            mark: Some("AB34CD56".into()),
            acked: None,
            lifted: None,
            channel: None,
            phrases: Some(String::new()),
            marks: Some("0".into()),
        };
        let fit = wording::Fit { agree, readable, chance: others };
        Suspect { brief: 1, send, fit, named: false, others }
    }

    fn said(suspects: &[Suspect]) -> (String, &'static str) {
        let names = BTreeMap::from([(1, "Ana".to_string()), (2, "Ben".into())]);
        (rules().said(suspects, &names).expect("fills"), rules().verdict(&suspects[0], suspects))
    }

    #[test]
    fn one_copy_alone_is_named() {
        let (text, verdict) = said(&[suspect(1, 12, 12, 0.0002), suspect(2, 6, 12, 0.6)]);
        assert!(verdict == "clear" && text.contains("Ana's copy of brief 1: 12 of 12"), "{text}");
        let (text, verdict) = said(&[suspect(1, 7, 7, 0.03), suspect(2, 3, 7, 0.9)]);
        assert!(verdict == "leaning" && text.contains("leans to Ana's"), "{text}");
    }

    #[test]
    fn too_few_places_and_too_many_fits_name_nobody() {
        let (text, verdict) = said(&[suspect(1, 5, 5, 0.001), suspect(2, 1, 5, 0.9)]);
        assert!(
            verdict == "cannot_tell" && text.contains("5 places") && text.contains("at least 6"),
            "{text}"
        );
        let (text, verdict) = said(&[suspect(1, 9, 9, 0.004), suspect(2, 9, 9, 0.004)]);
        assert!(verdict == "cannot_tell" && text.contains("2 copies fit"), "{text}");
        let (text, verdict) = said(&[suspect(1, 5, 9, 0.5)]);
        assert!(verdict == "does not fit" && text.contains("no copy fits better than chance"), "{text}");
    }

    #[test]
    fn the_mark_itself_speaks_first() {
        let named = Suspect { named: true, ..suspect(1, 0, 0, 1.0) };
        assert_eq!(said(&[named]).1, "its mark");
    }
}
