//! `member due`: whose stage has lasted too long, and what to do about each.

mod rules;

use super::segment::Who;
use crate::app::App;
use crate::app::fail::End;
use crate::data;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Table, template};
use crate::store::stages::{Signs, Standing};
use crate::store::{evidence, invitations, stages};
use anyhow::{Context, Result};
use clap::Args;
use rules::{Due as Found, Limits, State, due};
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Whose stage has lasted too long, and what to do about each.
///
/// Invited without an answer, interested without joining, active without an act, a term that ends, a pause to ask
/// about. The limits come from the preset (settings stages.*), an end of one's own from `member stage --until`.
///
/// Example: groundswell member due --who "owner=Mara"
#[derive(Debug, Args)]
pub struct Due {
    #[command(flatten)]
    who: Who,
}

/// data/due.toml.
#[derive(Debug, Deserialize)]
struct Words {
    what: String,
    why: String,
    command: String,
}

/// Someone of whom something is due.
struct Row {
    standing: Standing,
    state: State,
    found: Found,
}

impl Due {
    /// Lists what is due, the longest overdue first.
    pub fn run(self, app: &App) -> Result<End> {
        let who = self.who.chosen(app)?;
        let (mut rows, unseen) = rows(app)?;
        rows.retain(|row| who.as_ref().is_none_or(|who| who.contains(row.standing.person)));
        let words: BTreeMap<String, Words> = toml::from_str(data::needed("due.toml")?)?;
        let names = app.names(rows.iter().map(|row| row.standing.person))?;
        let mut table = Table::new(&["member", "name", "?stage", "?since", "~what", "~why", "?~command"])
            .or_say("Nothing is due: nobody's stage has lasted longer than the preset allows.");
        let mut first = None;
        for row in &rows {
            let [what, why, command] = said(&words, row)?;
            first.get_or_insert_with(|| (command.clone(), what.clone()));
            let standing = &row.standing;
            table.row(vec![
                standing.person.into(),
                names.get(&standing.person).cloned().into(),
                standing.stage.word().into(),
                standing.since.to_string().into(),
                what.into(),
                why.into(),
                command.into(),
            ]);
        }
        if !rows.is_empty() {
            table.note(format!(
                "{} due on {}, the longest overdue first.",
                counted(rows.len(), "thing", "things"),
                app.as_of()
            ));
        }
        if unseen > 0 {
            table.note(format!(
                "{} on no platform whose activity was imported: whether they are inactive is unknown.",
                counted(unseen, "active member is", "active members are")
            ));
        }
        table.notes.extend(who.map(|who| who.note()));
        app.screen.show(&table)?;
        match first {
            Some((command, what)) => app.screen.next(&command, &what),
            None => app.screen.next("groundswell status", "the six steps"),
        }
        Ok(End::Done)
    }
}

/// What is due of one person: what to do, why, and the command.
pub fn of(app: &App, person: i64) -> Result<Vec<[String; 3]>> {
    if stages::standings(app.store()?, Some(person), app.as_of())?.is_empty() {
        return Ok(Vec::new());
    }
    let words: BTreeMap<String, Words> = toml::from_str(data::needed("due.toml")?)?;
    let (rows, _) = rows(app)?;
    rows.iter().filter(|row| row.standing.person == person).map(|row| said(&words, row)).collect()
}

/// One thing that is due, with what its words are made of.
#[derive(Debug, Clone, Copy)]
pub struct Thing {
    /// Of whom.
    pub person: i64,
    /// What, as `data/due.toml` names it.
    pub key: &'static str,
    /// Since which day.
    pub on: Day,
    /// How many days it has lasted.
    pub days: i32,
    /// How many it may.
    pub limit: i32,
    /// The day it ends or ended.
    pub until: Option<Day>,
    /// Their last act.
    pub last: Option<Day>,
    /// The day of the last letter.
    pub letter: Option<Day>,
}

/// Everything that is due, the longest overdue first, by the last signs of those who are active, and whose acts would be
/// seen.
pub fn things(app: &App, signs: &BTreeMap<i64, Signs>, observed: &BTreeSet<i64>) -> Result<Vec<Thing>> {
    let thing = |row: Row| Thing {
        person: row.standing.person,
        key: row.found.what.key(),
        on: row.found.on,
        days: row.found.days,
        limit: row.found.limit,
        until: row.found.until,
        last: row.state.last,
        letter: row.state.letter,
    };
    Ok(rows_of(app, signs, observed)?.0.into_iter().map(thing).collect())
}

/// How long a term is, in days, where no end was said.
pub fn term_days(app: &App) -> Result<i32> {
    Ok(limits(app)?.term)
}

/// How long someone may stay on the shortlist, in days.
pub fn candidate_days(app: &App) -> Result<i32> {
    Ok(limits(app)?.candidate)
}

/// How much is due, by stage, in the order of the stages.
pub fn counts(app: &App) -> Result<Vec<(&'static str, usize)>> {
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for row in rows(app)?.0 {
        *counts.entry(row.standing.stage).or_default() += 1;
    }
    Ok(counts.into_iter().map(|(stage, count)| (stage.word(), count)).collect())
}

/// Everything that is due, the longest overdue first; and of how many active members no act would be seen.
fn rows(app: &App) -> Result<(Vec<Row>, usize)> {
    let (store, today) = (app.store()?, app.as_of());
    let signs = stages::last_signs(store, today)?;
    let observed = if signs.is_empty() { BTreeSet::new() } else { evidence::observed(store, today)? };
    rows_of(app, &signs, &observed)
}

fn rows_of(app: &App, signs: &BTreeMap<i64, Signs>, observed: &BTreeSet<i64>) -> Result<(Vec<Row>, usize)> {
    let (store, today) = (app.store()?, app.as_of());
    let limits = limits(app)?;
    let letters = invitations::newest(store, today)?;
    let (mut rows, mut unseen) = (Vec::new(), 0);
    for standing in stages::standings(store, None, today)? {
        let (last, noted) = signs.get(&standing.person).copied().unwrap_or_default();
        let state = State {
            stage: standing.stage,
            since: standing.since,
            until: standing.until,
            letter: letters.get(&standing.person).map(|letter| letter.day),
            is_observed: last.is_some() || observed.contains(&standing.person),
            last,
            noted,
        };
        unseen += usize::from(signs.contains_key(&standing.person) && !state.is_observed);
        rows.extend(due(&state, &limits, today).into_iter().map(|found| Row { standing, state, found }));
    }
    rows.sort_by_key(|row| (row.found.on, row.standing.person));
    Ok((rows, unseen))
}

/// How long an invitation may wait for its answer, in days.
pub fn invited_days(app: &App) -> Result<i32> {
    Ok(limits(app)?.invited)
}

fn limits(app: &App) -> Result<Limits> {
    // What `init` wrote down; a program made before a limit existed has that of its preset.
    let preset = crate::store::settings::read(app.store()?, "preset")?.unwrap_or_default();
    let text = data::text(&format!("presets/{preset}.toml"))
        .map_or_else(|| data::needed("presets/saas.toml"), Ok)?;
    let shipped: toml::Table = text.parse()?;
    let limit = |name: &str| -> Result<i32> {
        let usual = shipped.get("stages").and_then(|table| table.get(name)).and_then(toml::Value::as_integer);
        let usual = usual.with_context(|| format!("the preset has no limit stages.{name}"))?;
        Ok(app.number(&format!("stages.{name}"), usual as f64)? as i32)
    };
    Ok(Limits {
        candidate: limit("candidate_days")?,
        invited: limit("invited_days")?,
        interested: limit("interested_days")?,
        inactive: limit("inactive_days")?,
        on_hold: limit("on_hold_days")?,
        term: limit("term_days")?,
        term_notice: limit("term_notice_days")?,
    })
}

/// What to do, why, and the command.
fn said(words: &BTreeMap<String, Words>, row: &Row) -> Result<[String; 3]> {
    let key = row.found.what.key();
    let words = words.get(key).with_context(|| format!("data/due.toml says nothing of {key}"))?;
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let values = json!({
        "member": row.standing.person, "since": row.standing.since.to_string(), "days": row.found.days,
        "limit": row.found.limit, "until": day(row.found.until), "last": day(row.state.last), "noted": day(row.state.noted),
    });
    let fill = |text: &str| template::fill("due.toml", text, values.clone());
    Ok([fill(&words.what)?, fill(&words.why)?, fill(&words.command)?])
}
