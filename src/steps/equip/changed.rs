//! `equip changed`: what is new since an advocate's last copy.

use super::copy::{Copy, compile, compile_for};
use crate::app::App;
use crate::app::fail::End;
use crate::model::time::Day;
use crate::output::Table;
use crate::store::members::Person;
use crate::store::{handbooks, items, weekly};
use anyhow::Result;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};

/// What is new, changed or gone since an advocate's last copy.
///
/// Example: groundswell equip changed ana@example.com
#[derive(Debug, Args)]
pub struct Changed {
    /// Whose copy
    member: String,
}

impl Changed {
    /// Compares what a copy would hold today with the last one.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let (id, name) = (person.id, person.label());
        let command = format!("groundswell equip handbook {id} -o DIR");
        let mut table = Table::new(&["change", "item", "kind", "title"]);
        let Some((day, before)) = handbooks::last(app.store()?, id, app.as_of())? else {
            table.empty = format!("{name} has no copy yet.");
            app.screen.show(&table)?;
            app.screen.next(&command, "their first");
            return Ok(End::Done);
        };
        table.empty = format!("Nothing changed since {name}'s copy of {day}.");
        let copies = compile(app, vec![person], Some(id))?;
        for copy in &copies {
            for (change, item, kind, title) in differences(app, copy, &before)? {
                table.row(vec![change.into(), item.into(), kind.into(), title.into()]);
            }
        }
        if !table.rows.is_empty() {
            table.note(format!("Since {name}'s copy of {day}, as of {}", app.as_of()));
        }
        app.screen.show(&table)?;
        app.screen.next(&command, "a new copy");
        Ok(End::Done)
    }
}

/// A copy that is no longer right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// Whose.
    pub person: i64,
    /// The day of the copy.
    pub day: Day,
    /// How many parts are new, changed or gone.
    pub parts: usize,
}

/// Whose newest copy differs from what it would hold today, or what is wrong with the library, so that none can be made.
pub fn outdated(
    app: &App,
    people: Vec<Person>,
    platforms: &BTreeMap<i64, BTreeSet<String>>,
    copies: &BTreeMap<i64, weekly::Copy>,
) -> Result<Result<Vec<Outdated>, String>> {
    let compiled = match compile_for(app, people, None, platforms) {
        Ok(compiled) => compiled,
        Err(error) => return Ok(Err(format!("{error:#}"))),
    };
    let mut found = Vec::new();
    for copy in compiled {
        let Some((day, before)) = copies.get(&copy.person.id) else { continue };
        let parts = differences(app, &copy, before)?.len();
        if parts > 0 {
            found.push(Outdated { person: copy.person.id, day: *day, parts });
        }
    }
    Ok(Ok(found))
}

type Difference = (&'static str, String, String, String);

fn differences(app: &App, copy: &Copy, before: &BTreeMap<String, String>) -> Result<Vec<Difference>> {
    let mut found: Vec<Difference> = Vec::new();
    for part in &copy.parts {
        let change = match before.get(&part.key) {
            None => "new",
            Some(digest) if *digest != part.digest => "changed",
            Some(_) => continue,
        };
        found.push((change, part.key.clone(), part.kind.clone(), part.title.clone()));
    }
    let known = items::list(app.store()?, app.as_of())?;
    for key in before.keys().filter(|key| copy.parts.iter().all(|part| part.key != **key)) {
        let item = known.iter().find(|item| item.id.to_string() == *key);
        let kind =
            item.map_or_else(|| key.split_once(':').map_or("playbook", |(kind, _)| kind), |item| &item.kind);
        let title = item.map_or_else(|| key.clone(), |item| item.title.clone());
        found.push(("gone", key.clone(), kind.into(), title));
    }
    Ok(found)
}
