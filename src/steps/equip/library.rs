//! The library as one list, what of it is fit to be handed out, and to whom.

use super::files::{Files, Found};
use super::playbook;
use crate::app::App;
use crate::data::Lang;
use crate::model::persona::Persona;
use crate::model::time::{Day, half_width};
use crate::output::markdown;
use crate::store::faq;
use crate::store::items::{self, Item};
use anyhow::{Result, anyhow};
use std::collections::BTreeSet;

/// An item under the name it is listed by: its number, or `linkedin-en` for what the program ships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name.
    pub key: String,
    /// The item.
    pub item: Item,
}

impl Entry {
    /// Whether the program ships it.
    pub fn is_shipped(&self) -> bool {
        self.item.id == 0
    }
}

/// Where an item stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Fit to be handed out.
    Ok,
    /// Fit, but not for long.
    ExpiresSoon,
    /// Past its last day.
    Expired,
    /// Taken out.
    Removed,
}

impl State {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::ExpiresSoon => "expires soon",
            Self::Expired => "expired",
            Self::Removed => "removed",
        }
    }

    /// Where `item` stands on a day.
    pub fn of(item: &Item, as_of: Day, soon_days: i32) -> Self {
        if item.removed.is_some() {
            Self::Removed
        } else if item.expires.is_some_and(|last| last < as_of) {
            Self::Expired
        } else if item.expires.is_some_and(|last| last < as_of.plus(soon_days)) {
            Self::ExpiresSoon
        } else {
            Self::Ok
        }
    }
}

/// The library on the as-of day: what was added, then what is shipped and not replaced. A playbook that was
/// added takes the place of the shipped one for the same platform and language.
pub fn library(app: &App) -> Result<Vec<Entry>> {
    Ok(joined(items::list(app.store()?, app.as_of())?, playbook::shipped()))
}

/// The item with this number or name.
pub fn find<'a>(library: &'a [Entry], typed: &str) -> Result<&'a Entry> {
    let wanted = half_width(typed.trim()).to_lowercase();
    library
        .iter()
        .find(|entry| entry.key == wanted.trim_start_matches('#'))
        .ok_or_else(|| anyhow!("no item is '{wanted}'; see `groundswell equip list`"))
}

fn joined(added: Vec<Item>, shipped: Vec<Item>) -> Vec<Entry> {
    let replaced = |item: &Item| {
        added.iter().any(|own| {
            own.kind == "playbook"
                && own.removed.is_none()
                && own.platform == item.platform
                && (own.lang.is_none() || own.lang == item.lang)
        })
    };
    let kept: Vec<Entry> = shipped
        .into_iter()
        .filter(|item| !replaced(item))
        .map(|item| {
            let key = format!(
                "{}-{}",
                item.platform.as_deref().unwrap_or_default(),
                item.lang.as_deref().unwrap_or_default()
            );
            Entry { key, item }
        })
        .collect();
    added.into_iter().map(|item| Entry { key: item.id.to_string(), item }).chain(kept).collect()
}

/// Whom a handbook is for.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Where they are.
    pub platforms: BTreeSet<String>,
    /// What drives them, where it is known.
    pub persona: Option<Persona>,
    /// The language they read.
    pub lang: Lang,
}

impl Reader {
    /// Whether an item is for them: what names no platform, persona or language is for everyone.
    pub fn wants(&self, item: &Item) -> bool {
        self.is_for(item.platform.as_ref(), item.persona.as_ref()) && self.reads(item.lang.as_ref())
    }

    /// Whether a common question is for them.
    pub fn asks(&self, entry: &faq::Entry) -> bool {
        self.is_for(entry.platform.as_ref(), entry.persona.as_ref()) && self.reads(entry.lang.as_ref())
    }

    fn reads(&self, lang: Option<&String>) -> bool {
        lang.is_none_or(|lang| lang == self.lang.word())
    }

    /// Whether what is for a platform and a persona is for them, the language aside.
    fn is_for(&self, platform: Option<&String>, persona: Option<&String>) -> bool {
        let here = |platform: &String| self.platforms.contains(platform);
        let like_them = |persona: &String| Persona::parse(persona) == self.persona;
        platform.is_none_or(here) && persona.is_none_or(like_them)
    }

    /// Whether a playbook stands in: where there is none in their language, one in another is better than none.
    fn makes_do_with(&self, library: &[Entry], item: &Item) -> bool {
        let same = |other: &Item| {
            other.kind == "playbook"
                && other.removed.is_none()
                && other.platform == item.platform
                && self.wants(other)
        };
        item.kind == "playbook"
            && self.is_for(item.platform.as_ref(), item.persona.as_ref())
            && !library.iter().any(|entry| same(&entry.item))
    }
}

/// What a reader is handed, in the library's order, or what is wrong with it: an item past its last day is
/// replaced by its successor; without one that is fit it is named, as are a file that is gone and a link that leads nowhere.
pub fn pick<'a>(
    library: &'a [Entry],
    reader: &Reader,
    files: &Files,
    as_of: Day,
) -> Result<Vec<&'a Entry>, Vec<String>> {
    let (mut picked, mut wrong): (Vec<&Entry>, Vec<String>) = (Vec::new(), Vec::new());
    let theirs = |item: &Item| reader.wants(item) || reader.makes_do_with(library, item);
    for entry in library.iter().filter(|entry| entry.item.removed.is_none() && theirs(&entry.item)) {
        match in_force(library, entry, files, as_of) {
            Ok(fit) if picked.iter().all(|known| known.key != fit.key) => picked.push(fit),
            Ok(_) => {}
            Err(problem) => wrong.push(problem),
        }
    }
    picked.sort_by_key(|entry| library.iter().position(|other| other.key == entry.key));
    if wrong.is_empty() { Ok(picked) } else { Err(wrong) }
}

/// The item, or the first of its successors that is fit; else what is wrong with it.
pub fn in_force<'a>(
    library: &'a [Entry],
    entry: &'a Entry,
    files: &Files,
    as_of: Day,
) -> Result<&'a Entry, String> {
    let mut seen = vec![entry.item.id];
    let mut now = entry;
    while State::of(&now.item, as_of, 0) != State::Ok {
        let next = now.item.successor.filter(|id| !seen.contains(id));
        let next = next.and_then(|id| library.iter().find(|other| other.item.id == id));
        let Some(next) = next else {
            let last = entry.item.expires.map_or_else(String::new, |day| format!(" expired on {day}"));
            return Err(format!(
                "{} {} '{}'{last}: `groundswell equip remove {}`, or add what takes its place with --replaces {}",
                entry.item.kind, entry.key, entry.item.title, entry.key, entry.key
            ));
        };
        seen.push(next.item.id);
        now = next;
    }
    match dead(&now.item, files) {
        Some(what) => Err(format!("{} {} '{}': {what}", now.item.kind, now.key, now.item.title)),
        None => Ok(now),
    }
}

/// What of an item leads nowhere, and what to do about it.
pub fn dead(item: &Item, files: &Files) -> Option<String> {
    let id = item.id;
    if let Some(file) = &item.file {
        let place = files.shown();
        match files.find(file) {
            Found::There => {}
            Found::Gone => {
                return Some(format!(
                    "its file {file} is not there; put it back, or `groundswell equip remove {id}`"
                ));
            }
            Found::Outside => {
                return Some(format!(
                    "its file {file} is outside {place}; put it there and `groundswell equip edit {id} --file PATH`, or `groundswell equip folder DIR`"
                ));
            }
        }
    }
    let body = item.body.as_deref().filter(|_| item.kind == "playbook")?;
    let link = markdown::links(body).into_iter().find(|link| !leads_somewhere(link))?;
    Some(format!(
        "its text links to '{link}', which leads nowhere from a handbook; write a whole address (https://...), and `groundswell equip edit {id} --file PATH`"
    ))
}

/// Whether an address works wherever a handbook is read.
fn leads_somewhere(link: &str) -> bool {
    match url::Url::parse(link) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url.host_str().is_some(),
        Ok(url) => url.scheme() == "mailto" && url.path().contains('@'),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: i64, kind: &str, platform: Option<&str>) -> Item {
        Item {
            id,
            kind: kind.into(),
            title: format!("item {id}"),
            platform: platform.map(Into::into),
            ..Item::default()
        }
    }

    fn reader() -> Reader {
        Reader { platforms: ["reddit".to_string()].into(), persona: None, lang: Lang::En }
    }

    fn here() -> Files {
        Files::at(std::path::Path::new("."))
    }

    #[test]
    fn a_link_that_leads_nowhere_is_named() {
        let body = |text: &str| Item { body: Some(text.into()), ..item(1, "playbook", Some("reddit")) };
        for (text, is_dead) in [
            ("[a](https://a.example/p) <mailto:ana@example.com>", false),
            ("[a](press/logo.svg)", true),
            ("[a](#rules)", true),
            ("[a](https://)", true),
            ("![a](logo.png)", true),
            ("[a](ftp://a.example)", true),
        ] {
            assert_eq!(dead(&body(text), &here()).is_some(), is_dead, "{text}");
        }
        let library = joined(vec![body("[a](x.md)")], Vec::new());
        let wrong = pick(&library, &reader(), &here(), Day(1));
        assert!(wrong.expect_err("dead")[0].contains("playbook 1 'item 1': its text links to 'x.md'"));
    }

    #[test]
    fn an_own_playbook_takes_the_shipped_ones_place() {
        let own = Item { lang: Some("en".into()), ..item(1, "playbook", Some("reddit")) };
        let shipped = |lang: &str| Item { lang: Some(lang.into()), ..item(0, "playbook", Some("reddit")) };
        let keys: Vec<String> =
            joined(vec![own], vec![shipped("en"), shipped("zh")]).into_iter().map(|e| e.key).collect();
        assert_eq!(keys, ["1", "reddit-zh"]);
    }

    #[test]
    fn a_reader_gets_what_is_for_them() {
        let persona = Item { persona: Some("educator".into()), ..item(3, "example", None) };
        let items = vec![item(1, "follow", None), item(2, "follow", Some("x")), persona.clone()];
        let library = joined(items, Vec::new());
        let keys = |reader: &Reader| -> Vec<String> {
            pick(&library, reader, &here(), Day(10)).expect("fit").iter().map(|e| e.key.clone()).collect()
        };
        assert_eq!(keys(&reader()), ["1"]);
        assert_eq!(keys(&Reader { persona: Some(Persona::Educator), ..reader() }), ["1", "3"]);
    }

    #[test]
    fn a_playbook_in_another_language_is_better_than_none() {
        let zh = Item { lang: Some("zh".into()), ..item(1, "playbook", Some("reddit")) };
        let en = Item { lang: Some("en".into()), ..item(2, "playbook", Some("reddit")) };
        let keys = |items: Vec<Item>| -> Vec<String> {
            let library = joined(items, Vec::new());
            pick(&library, &reader(), &here(), Day(10)).expect("fit").iter().map(|e| e.key.clone()).collect()
        };
        assert_eq!(keys(vec![zh.clone()]), ["1"]);
        assert_eq!(keys(vec![zh, en]), ["2"]);
    }

    #[test]
    fn a_successor_takes_over_and_its_lack_is_an_error() {
        let old = Item { expires: Some(Day(5)), successor: Some(2), ..item(1, "asset", None) };
        let library = joined(vec![old.clone(), item(2, "asset", None)], Vec::new());
        assert_eq!(pick(&library, &reader(), &here(), Day(5)).expect("fit").len(), 2);
        let picked = pick(&library, &reader(), &here(), Day(6)).expect("fit");
        assert_eq!(picked.iter().map(|e| e.item.id).collect::<Vec<_>>(), [2]);
        // Two that name each other, both past their day, are no way out.
        let circle = Item { expires: Some(Day(5)), successor: Some(1), ..item(2, "asset", None) };
        let library = joined(vec![old, circle], Vec::new());
        let wrong = pick(&library, &reader(), &here(), Day(6)).expect_err("nothing fit");
        assert!(wrong[0].contains("asset 1 'item 1' expired on 1970-01-06"), "{wrong:?}");
    }

    #[test]
    fn a_file_that_is_gone_is_named() {
        let gone = Item { file: Some("no/such/logo.svg".into()), ..item(1, "asset", None) };
        let library = joined(vec![gone], Vec::new());
        let wrong = pick(&library, &reader(), &here(), Day(6)).expect_err("nothing fit");
        assert!(wrong[0].contains("its file no/such/logo.svg is not there"), "{wrong:?}");
    }

    #[test]
    fn states_follow_the_last_day() {
        let item = Item { expires: Some(Day(40)), ..item(1, "asset", None) };
        let states = [Day(10), Day(11), Day(40), Day(41)].map(|day| State::of(&item, day, 30));
        assert_eq!(states, [State::Ok, State::ExpiresSoon, State::ExpiresSoon, State::Expired]);
    }
}
