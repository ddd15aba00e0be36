//! `member unmerge`: a merge taken back, or the list of those that can be.

use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::output::Table;
use crate::store::merges;
use anyhow::{Result, bail};
use clap::Args;

/// Take a merge back, or list the merges.
///
/// Both members as they were, each with what it learnt since; what was said of the one person while they were
/// one stays with the member that stayed.
///
/// Example: groundswell member unmerge 1
#[derive(Debug, Args)]
pub struct Unmerge {
    /// The merge's number; without one, the merges are listed
    number: Option<i64>,
}

impl Unmerge {
    /// Takes the merge back.
    pub fn run(self, app: &App) -> Result<End> {
        let Some(number) = self.number else { return list(app) };
        let store = app.store()?;
        let Some(merge) = merges::list(store, Some(number))?.pop() else { bail!(missing(app, number)?) };
        if let Some(later) = merge.held_by {
            bail!("merge {later} came after merge {number} and builds on it: take {later} back first");
        }
        app.write(|store| {
            merges::unmerge(store, number)?;
            let note = Note::of("member unmerge", merge.kept, format!("merge {number} taken back"));
            Ok(((), vec![note.change(merge.kept.to_string(), merge.gone.to_string())]))
        })?;
        app.screen.say(&format!("Members {} and {} are two again", merge.kept, merge.gone));
        app.screen.next(&format!("groundswell member show {}", merge.gone), "the member that is back");
        Ok(End::Done)
    }
}

fn list(app: &App) -> Result<End> {
    let store = app.store()?;
    let all = merges::list(store, None)?;
    let names = app.names(all.iter().map(|merge| merge.kept))?;
    let mut table =
        Table::new(&["merge", "day", "member", "name", "joined_by", "?why", "first"]).or_say(
            "Nobody was merged: see who may be one person with `groundswell member duplicates`, or merge two with `groundswell member merge A B`.",
        );
    for merge in &all {
        table.row(vec![
            merge.id.into(),
            merge.day.to_string().into(),
            merge.kept.into(),
            names.get(&merge.kept).cloned().into(),
            merge.gone.into(),
            merge.why.clone().into(),
            merge.held_by.map(|later| format!("take {later} back first")).into(),
        ]);
    }
    app.screen.show(&table)?;
    if let Some(free) = all.iter().rev().find(|merge| merge.held_by.is_none()) {
        app.screen.next(&format!("groundswell member unmerge {}", free.id), "if they are two people");
    }
    Ok(End::Done)
}

fn missing(app: &App, number: i64) -> Result<String> {
    let known = merges::list(app.store()?, None)?;
    let numbers: Vec<String> = known.iter().map(|merge| merge.id.to_string()).collect();
    let have = if numbers.is_empty() {
        "there are none".into()
    } else {
        format!("there are {}", numbers.join(", "))
    };
    Ok(format!("there is no merge {number}; {have}"))
}
