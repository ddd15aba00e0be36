//! What of the library is to be put right: items one by one, and what is missing for the platforms that advocates are on.

use super::files::{Files, Found};
use super::library::{Entry, State, dead, in_force};
use super::limits::Limits;
use super::structure;
use crate::data::Lang;
use crate::model::time::Day;
use crate::store::faq;
use crate::store::items::Item;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Something to put right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Finding {
    /// How bad it is; 0 is worst.
    pub place: u8,
    /// What is wrong, in two words.
    pub problem: &'static str,
    /// The item's name.
    pub key: Option<String>,
    /// What kind of thing it is about.
    pub kind: String,
    /// What it is called, or what is missing.
    pub title: String,
    /// The platform.
    pub platform: Option<String>,
    /// The language.
    pub lang: Option<String>,
    /// How many advocates it concerns, where that is known.
    pub advocates: Option<usize>,
    /// What to do.
    pub todo: String,
}

/// How many advocates are on a platform and read a language (its word).
pub type Audience = BTreeMap<(String, &'static str), usize>;

/// The day and its surroundings, as items are judged on it.
pub struct Judge<'a> {
    /// The library.
    pub entries: &'a [Entry],
    /// Where files are.
    pub files: &'a Files,
    /// The day.
    pub as_of: Day,
    /// Days ahead an expiry is told.
    pub soon: i32,
    /// What is in some copy; none where no copy was ever made.
    pub used: Option<&'a BTreeSet<String>>,
    /// What a playbook must have.
    pub limits: &'a Limits,
}

impl Judge<'_> {
    /// What is wrong with an item, the worst only.
    pub fn item(&self, entry: &Entry) -> Result<Option<Finding>> {
        let (item, key) = (&entry.item, &entry.key);
        let replace =
            format!("groundswell equip add {} --replaces {key} ..., or equip remove {key}", item.kind);
        let heir = item.successor.and_then(|id| self.entries.iter().find(|other| other.item.id == id));
        let heir_gone = item.successor.is_some() && heir.is_none_or(|heir| heir.item.removed.is_some());
        let found = if let Some(what) = dead(item, self.files) {
            let gone = item.file.as_ref().map(|file| self.files.find(file));
            let problem = match gone {
                Some(Found::Gone) => "file gone",
                Some(Found::Outside) => "file outside",
                _ => "dead link",
            };
            Some((0, problem, what))
        } else {
            match State::of(item, self.as_of, self.soon) {
                State::Expired if in_force(self.entries, entry, self.files, self.as_of).is_ok() => {
                    Some((7, "expired, replaced", format!("groundswell equip remove {key}")))
                }
                State::Expired => Some((1, "expired", replace)),
                _ if heir_gone => Some((
                    2,
                    "successor gone",
                    format!("groundswell equip edit {key} --successor N, or --clear successor"),
                )),
                State::ExpiresSoon if item.successor.is_none() => Some((2, "expires soon", replace)),
                _ if !entry.is_shipped() && self.used.is_some_and(|used| !used.contains(key)) => Some((
                    5,
                    "unused",
                    format!("groundswell equip handbook --all -o DIR, or equip remove {key}"),
                )),
                _ => self.unfinished(entry)?,
            }
        };
        Ok(found.map(|(place, problem, todo)| Finding {
            place,
            problem,
            key: Some(key.clone()),
            kind: item.kind.clone(),
            title: item.title.clone(),
            platform: item.platform.clone(),
            lang: item.lang.clone(),
            advocates: None,
            todo,
        }))
    }

    /// What one of your own playbooks lacks.
    fn unfinished(&self, entry: &Entry) -> Result<Option<(u8, &'static str, String)>> {
        let item = &entry.item;
        if item.kind != "playbook" || entry.is_shipped() {
            return Ok(None);
        }
        let body = item.body.as_deref().unwrap_or_default();
        let lang = item.lang.as_deref().and_then(Lang::named).unwrap_or_default();
        let lacks = structure::problems(self.limits, body, lang)?;
        if lacks.is_empty() {
            return Ok(None);
        }
        let todo = format!("{}; groundswell equip edit {} --file PATH", lacks.join("; "), entry.key);
        Ok(Some((6, "incomplete", todo)))
    }

    /// Playbooks, people to follow and people to ask that advocates lack where they are.
    pub fn gaps(&self, audience: &Audience, readers: &BTreeMap<&'static str, usize>) -> Vec<Finding> {
        let live = || self.entries.iter().map(|entry| &entry.item).filter(|item| item.removed.is_none());
        let mut found = Vec::new();
        for ((platform, lang), people) in audience {
            let here = |item: &Item| item.platform.as_ref().is_none_or(|name| name == platform);
            let mut playbooks =
                live().filter(|item| item.kind == "playbook" && item.platform.as_ref() == Some(platform));
            if !playbooks.clone().any(|item| item.lang.as_deref().is_none_or(|word| word == *lang)) {
                let other = playbooks.next().and_then(|item| item.lang.clone());
                found.push(Finding {
                    place: if other.is_some() { 4 } else { 3 },
                    problem: if other.is_some() { "other language" } else { "missing" },
                    kind: "playbook".into(),
                    title: other.map_or_else(
                        || format!("no playbook for {platform}"),
                        |word| format!("the playbook for {platform} is in {word} only"),
                    ),
                    todo: format!(
                        "groundswell equip add playbook --platform {platform} --lang {lang} --file PATH"
                    ),
                    platform: Some(platform.clone()),
                    lang: Some((*lang).into()),
                    advocates: Some(*people),
                    ..Finding::default()
                });
            }
            let follows = live().filter(|item| item.kind == "follow" && here(item));
            if !follows.clone().any(|item| item.lang.as_deref().is_none_or(|word| word == *lang)) {
                found.push(Finding {
                    place: 5,
                    problem: "missing",
                    kind: "follow".into(),
                    title: format!("nobody to follow on {platform}"),
                    todo: format!(
                        "groundswell equip add follow --platform {platform} --title NAME --url URL"
                    ),
                    platform: Some(platform.clone()),
                    lang: Some((*lang).into()),
                    advocates: Some(*people),
                    ..Finding::default()
                });
            }
        }
        for (lang, people) in readers {
            let mut contacts = live().filter(|item| item.kind == "contact");
            if !contacts.any(|item| item.lang.as_deref().is_none_or(|word| word == *lang)) {
                found.push(Finding {
                    place: 3,
                    problem: "missing",
                    kind: "contact".into(),
                    title: format!("nobody to ask in {lang}"),
                    todo: format!(
                        "groundswell equip add contact --lang {lang} --title NAME --url mailto:ADDRESS"
                    ),
                    lang: Some((*lang).into()),
                    advocates: Some(*people),
                    ..Finding::default()
                });
            }
        }
        found
    }

    /// An answer of the FAQ that holds no longer, or not for long.
    pub fn answer(&self, entry: &faq::Entry) -> Option<Finding> {
        let last = entry.expires.filter(|_| entry.removed.is_none())?;
        let (place, problem) = if last < self.as_of {
            (2, "answer expired")
        } else if last < self.as_of.plus(self.soon) {
            (4, "answer expires")
        } else {
            return None;
        };
        let id = entry.id;
        Some(Finding {
            place,
            problem,
            key: Some(format!("faq:{id}")),
            kind: "faq".into(),
            title: entry.asked.clone(),
            platform: entry.platform.clone(),
            lang: entry.lang.clone(),
            advocates: None,
            todo: format!(
                "groundswell equip desk revise {id} --answer TEXT --until DAY, or desk unpublish {id}"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: i64, kind: &str) -> Entry {
        let item = Item { id, kind: kind.into(), title: format!("item {id}"), ..Item::default() };
        Entry { key: id.to_string(), item }
    }

    fn with(entry: Entry, change: impl FnOnce(&mut Item)) -> Entry {
        let mut entry = entry;
        change(&mut entry.item);
        entry
    }

    fn problem(entries: &[Entry], at: usize, used: Option<&BTreeSet<String>>) -> Option<&'static str> {
        let (limits, files) = (Limits::read().expect("reads"), Files::at(std::path::Path::new(".")));
        let judge = Judge { entries, files: &files, as_of: Day(100), soon: 30, used, limits: &limits };
        judge.item(&entries[at]).expect("judges").map(|found| found.problem)
    }

    #[test]
    fn the_worst_is_said_of_an_item() {
        let old = with(item(1, "asset"), |item| item.expires = Some(Day(99)));
        let soon = with(item(2, "asset"), |item| item.expires = Some(Day(120)));
        let heir = with(item(3, "asset"), |item| item.removed = Some(Day(50)));
        let left = with(item(4, "asset"), |item| item.successor = Some(3));
        let replaced = with(old.clone(), |item| item.successor = Some(2));
        let gone = with(item(5, "asset"), |item| item.file = Some("no/such".into()));
        let dead = with(item(6, "playbook"), |item| item.body = Some("[a](b.md)".into()));
        let thin = with(item(7, "playbook"), |item| item.body = Some("## Be brief".into()));
        let none = BTreeSet::new();
        assert_eq!(problem(&[old], 0, None), Some("expired"));
        assert_eq!(problem(std::slice::from_ref(&soon), 0, None), Some("expires soon"));
        assert_eq!(problem(&[left, heir], 0, None), Some("successor gone"));
        assert_eq!(problem(&[replaced, soon], 0, None), Some("expired, replaced"));
        assert_eq!(problem(&[gone], 0, None), Some("file gone"));
        assert_eq!(problem(&[dead], 0, None), Some("dead link"));
        assert_eq!(problem(&[thin], 0, None), Some("incomplete"));
        assert_eq!(problem(&[item(8, "follow")], 0, Some(&none)), Some("unused"));
        assert_eq!(problem(&[item(8, "follow")], 0, None), None);
    }

    #[test]
    fn gaps_are_where_advocates_are() {
        let zh = with(item(1, "playbook"), |item| {
            (item.platform, item.lang) = (Some("zhihu".into()), Some("zh".into()));
        });
        let ask = with(item(2, "contact"), |item| item.lang = Some("en".into()));
        let entries = [zh, ask];
        let (limits, files) = (Limits::read().expect("reads"), Files::at(std::path::Path::new(".")));
        let judge = Judge {
            entries: &entries,
            files: &files,
            as_of: Day(100),
            soon: 30,
            used: None,
            limits: &limits,
        };
        let audience = Audience::from([(("zhihu".into(), "en"), 2), (("mastodon".into(), "en"), 1)]);
        let gaps = judge.gaps(&audience, &BTreeMap::from([("en", 3), ("zh", 1)]));
        let said: Vec<(&str, &str, Option<usize>)> =
            gaps.iter().map(|gap| (gap.problem, gap.title.as_str(), gap.advocates)).collect();
        assert_eq!(
            said,
            [
                ("missing", "no playbook for mastodon", Some(1)),
                ("missing", "nobody to follow on mastodon", Some(1)),
                ("other language", "the playbook for zhihu is in zh only", Some(2)),
                ("missing", "nobody to follow on zhihu", Some(2)),
                ("missing", "nobody to ask in zh", Some(1)),
            ]
        );
    }

    #[test]
    fn an_answer_holds_until_its_last_day() {
        let (limits, files) = (Limits::read().expect("reads"), Files::at(std::path::Path::new(".")));
        let judge =
            Judge { entries: &[], files: &files, as_of: Day(100), soon: 30, used: None, limits: &limits };
        let said = |last: Option<i32>| {
            let entry = faq::Entry { id: 1, expires: last.map(Day), ..faq::Entry::default() };
            judge.answer(&entry).map(|found| found.problem)
        };
        assert_eq!(
            [None, Some(99), Some(100), Some(129), Some(130)].map(said),
            [None, Some("answer expired"), Some("answer expires"), Some("answer expires"), None]
        );
    }
}
