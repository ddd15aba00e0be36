//! `equip check`: what is expired, unused, or missing for a platform that advocates are on.

use super::library::{Entry, State, in_force, library, soon_days};
use crate::app::App;
use crate::app::fail::End;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::store::{handbooks, members};
use anyhow::Result;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is expired, unused, or missing for a platform that advocates are on.
///
/// expired and file gone stop a handbook; unused is in no copy so far.
///
/// Example: groundswell equip check
#[derive(Debug, Args)]
pub struct Check {}

impl Check {
    /// Lists what to put right, the worst first.
    #[allow(clippy::unused_self, reason = "every command is run alike")]
    pub fn run(self, app: &App) -> Result<End> {
        let entries = library(app)?;
        let live: Vec<&Entry> = entries.iter().filter(|entry| entry.item.removed.is_none()).collect();
        let used = handbooks::used(app.store()?, app.as_of())?;
        let soon = soon_days(app)?;
        let (people, gaps) = missing(app, &entries)?;
        let mut lines: Vec<Line> =
            live.iter().filter_map(|entry| problem(app, &entries, entry, used.as_ref(), soon)).collect();
        lines.extend(gaps.into_iter().map(gap));
        lines.sort_by_key(|line| line.place);
        let mut table = Table::new(&[
            "problem",
            "item",
            "?kind",
            "title",
            "platform",
            "?lang",
            ">advocates",
            "~what_to_do",
        ])
        .or_say("Nothing to put right.");
        for line in lines {
            table.row(line.cells());
        }
        table.note(format!(
            "{} and the platforms of {}, {}",
            counted(live.len(), "item", "items"),
            counted(people, "advocate", "advocates"),
            app.as_of()
        ));
        if used.is_none() {
            table.note("No handbook was made yet, so nothing counts as unused.");
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell equip handbook --all -o DIR", "everyone's handbook as it is now");
        Ok(End::Done)
    }
}

/// Something to put right.
struct Line {
    /// How bad it is; 0 is worst.
    place: u8,
    problem: &'static str,
    key: Option<String>,
    kind: String,
    title: String,
    platform: Option<String>,
    lang: Option<String>,
    advocates: Option<usize>,
    todo: String,
}

impl Line {
    fn cells(self) -> Vec<Cell> {
        vec![
            self.problem.into(),
            self.key.into(),
            self.kind.into(),
            self.title.into(),
            self.platform.into(),
            self.lang.into(),
            self.advocates.into(),
            self.todo.into(),
        ]
    }
}

/// What is wrong with an item, if something is.
fn problem(
    app: &App,
    entries: &[Entry],
    entry: &Entry,
    used: Option<&BTreeSet<String>>,
    soon: i32,
) -> Option<Line> {
    let (item, key) = (&entry.item, &entry.key);
    let replace = format!("groundswell equip add {} --replaces {key} ..., or equip remove {key}", item.kind);
    let gone = item.file.as_ref().filter(|file| !Path::new(file).is_file());
    let (place, problem, todo) = match (gone, State::of(item, app.as_of(), soon)) {
        (Some(file), _) => (0, "file gone", format!("put {file} back, or groundswell equip remove {key}")),
        (None, State::Expired) if in_force(entries, entry, app.as_of()).is_ok() => {
            (5, "expired, replaced", format!("groundswell equip remove {key}"))
        }
        (None, State::Expired) => (1, "expired", replace),
        (None, State::ExpiresSoon) if item.successor.is_none() => (2, "expires soon", replace),
        _ if !entry.is_shipped() && used.is_some_and(|used| !used.contains(key)) => {
            (4, "unused", format!("groundswell equip handbook --all -o DIR, or equip remove {key}"))
        }
        _ => return None,
    };
    Some(Line {
        place,
        problem,
        key: Some(key.clone()),
        kind: item.kind.clone(),
        title: item.title.clone(),
        platform: item.platform.clone(),
        lang: item.lang.clone(),
        advocates: None,
        todo,
    })
}

/// A playbook that so many advocates lack.
fn gap(((platform, lang), advocates): ((String, String), usize)) -> Line {
    Line {
        place: 3,
        problem: "missing",
        key: None,
        kind: "playbook".into(),
        title: format!("no playbook for {platform}"),
        todo: format!("groundswell equip add playbook --platform {platform} --lang {lang} --file PATH"),
        platform: Some(platform),
        lang: Some(lang),
        advocates: Some(advocates),
    }
}

type Gaps = BTreeMap<(String, String), usize>;

/// How many advocates there are; and on which platforms, reading which language, some of them lack a playbook.
fn missing(app: &App, entries: &[Entry]) -> Result<(usize, Gaps)> {
    let platforms = handbooks::platforms(app.store()?, None, app.as_of())?;
    let (mut people, mut gaps) = (0, Gaps::new());
    for person in members::people(app.store()?, app.as_of())? {
        if person.standing != "member" || !person.stage.is_advocate() {
            continue;
        }
        people += 1;
        let lang = app.lang_for(person.language.as_deref()).word();
        for platform in platforms.get(&person.id).into_iter().flatten() {
            let covered = entries.iter().any(|entry| {
                let item = &entry.item;
                item.kind == "playbook"
                    && item.removed.is_none()
                    && item.platform.as_ref() == Some(platform)
                    && item.lang.as_deref().is_none_or(|word| word == lang)
            });
            if !covered {
                *gaps.entry((platform.clone(), lang.to_string())).or_default() += 1;
            }
        }
    }
    Ok((people, gaps))
}
