//! `equip check`: what is expired, unused, or missing for a platform that advocates are on.

use super::copy::reads;
use super::library::{Entry, State, in_force, library, soon_days};
use crate::app::App;
use crate::app::fail::End;
use crate::output::{Cell, Table};
use crate::store::{handbooks, members};
use anyhow::Result;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What is expired, unused, or missing for a platform that advocates are on.
///
/// expired and file gone stop a handbook; unused is in no copy so far.
#[derive(Debug, Args)]
pub struct Check {}

impl Check {
    /// Lists what to put right, the worst first.
    pub fn run(self, app: &App) -> Result<End> {
        let entries = library(app)?;
        let used = handbooks::used(app.store()?, app.as_of())?;
        let soon = soon_days(app)?;
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
        let mut rows: Vec<(u8, Vec<Cell>)> = Vec::new();
        for entry in entries.iter().filter(|entry| entry.item.removed.is_none()) {
            if let Some((place, problem, todo)) = problem(app, &entries, entry, used.as_ref(), soon) {
                let item = &entry.item;
                rows.push((
                    place,
                    vec![
                        problem.into(),
                        entry.key.clone().into(),
                        item.kind.as_str().into(),
                        item.title.as_str().into(),
                        item.platform.clone().into(),
                        item.lang.clone().into(),
                        Cell::Missing,
                        todo.into(),
                    ],
                ));
            }
        }
        let (people, missing) = missing(app, &entries)?;
        for ((platform, lang), advocates) in missing {
            let todo =
                format!("groundswell equip add playbook --platform {platform} --lang {lang} --file PATH");
            let title = format!("no playbook for {platform}");
            rows.push((
                3,
                vec![
                    "missing".into(),
                    Cell::Missing,
                    "playbook".into(),
                    title.into(),
                    platform.into(),
                    lang.into(),
                    advocates.into(),
                    todo.into(),
                ],
            ));
        }
        rows.sort_by_key(|row| row.0);
        rows.into_iter().for_each(|(_, cells)| table.row(cells));
        let items = entries.iter().filter(|entry| entry.item.removed.is_none()).count();
        table.note(format!("{items} item(s) and the platforms of {people} advocate(s), {}", app.as_of()));
        if used.is_none() {
            table.note("No handbook was made yet, so nothing counts as unused.");
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell equip handbook --all -o DIR", "everyone's handbook as it is now");
        Ok(End::Done)
    }
}

/// What is wrong with an item, how bad it is (0 is worst), and what to do.
fn problem(
    app: &App,
    entries: &[Entry],
    entry: &Entry,
    used: Option<&BTreeSet<String>>,
    soon: i32,
) -> Option<(u8, &'static str, String)> {
    let (item, key) = (&entry.item, &entry.key);
    let replace = format!("groundswell equip add {} --replaces {key} ..., or equip remove {key}", item.kind);
    if item.file.as_ref().is_some_and(|file| !Path::new(file).is_file()) {
        return Some((
            0,
            "file gone",
            format!("put {} back, or groundswell equip remove {key}", item.file.as_deref()?),
        ));
    }
    match State::of(item, app.as_of(), soon) {
        State::Expired if in_force(entries, entry, app.as_of()).is_ok() => {
            Some((5, "expired, replaced", format!("groundswell equip remove {key}")))
        }
        State::Expired => Some((1, "expired", replace)),
        State::ExpiresSoon if item.successor.is_none() => Some((2, "expires soon", replace)),
        _ if !entry.is_shipped() && used.is_some_and(|used| !used.contains(key)) => {
            Some((4, "unused", format!("groundswell equip handbook --all -o DIR, or equip remove {key}")))
        }
        _ => None,
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
        let lang = reads(app, &person).word();
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
