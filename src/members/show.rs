//! `member show`: one member on one screen.

use crate::app::App;
use crate::app::fail::End;
use crate::model::money;
use crate::output::{Format, Table};
use crate::steps::survey::personas;
use crate::store::members::Person;
use crate::store::{facts, members, merges, stages, tags};
use anyhow::Result;
use clap::Args;

/// One member on one screen.
///
/// Who, stage, what is known of them and since when.
///
/// Example: groundswell member show ana@example.com
#[derive(Debug, Args)]
pub struct Show {
    /// Whom
    member: String,
}

impl Show {
    /// Shows the member.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let mut table = Table::new(&["what", "value"]);
        for (what, value) in known(app, &person)? {
            table.row(vec![what.into(), value.into()]);
        }
        if app.screen.format == Format::Ids {
            table = Table::new(&["member"]);
            table.row(vec![person.id.into()]);
        }
        app.screen.show(&table)?;
        app.screen.next(
            &format!("groundswell identify explain {}", person.id),
            "why they stand where they stand in the ranking",
        );
        Ok(End::Done)
    }
}

/// A value as it is read: money with its decimals and currency.
fn shown(app: &App, person: i64, field: &str, value: String) -> Result<String> {
    let Some(minor) = value.parse::<i64>().ok().filter(|_| field == "value") else { return Ok(value) };
    let currency = facts::of_person(app.store()?, person, "currency", app.as_of())?;
    let currency = currency.map_or_else(|| app.currency(), Ok)?;
    Ok(format!("{} {currency}", money::decimal(minor, &currency)))
}

fn known(app: &App, person: &Person) -> Result<Vec<(String, String)>> {
    let store = app.store()?;
    let mut lines = vec![("member".to_string(), person.id.to_string())];
    for field in facts::FIELDS {
        if let Some(value) =
            facts::of_person(store, person.id, field, app.as_of())?.filter(|value| !value.is_empty())
        {
            lines.push((field.replace('_', " "), shown(app, person.id, field, value)?));
        }
    }
    lines.push(("standing".into(), person.standing.clone()));
    for identity in members::identities(store, person.id)? {
        lines.push((identity.platform, identity.shown));
    }
    if let Some(found) = personas::persona_of(store, app.as_of())?.get(&person.id) {
        let said = found.label().unwrap_or_else(|| "unknown".into());
        lines.push(("persona".into(), format!("{said} ({}, {})", found.verdict(), found.day)));
    }
    let tags = tags::of(store, person.id)?;
    if !tags.is_empty() {
        lines.push(("tags".into(), tags.join(", ")));
    }
    lines.push(("stage".into(), person.stage.word().into()));
    for step in stages::history(store, person.id, app.as_of())? {
        let why = step.why.map_or_else(String::new, |why| format!(" ({why})"));
        lines.push((format!("  {}", step.day), format!("{}{why}", step.stage)));
    }
    for (purpose, given, day, source) in stages::consents(store, person.id, app.as_of())? {
        let answer = if given { "yes" } else { "no" };
        lines.push((format!("consent for {purpose}"), format!("{answer} ({day}, {source})")));
    }
    for merge in merges::list(store, None)? {
        if merge.kept == person.id {
            let said = format!("member {} joined member {} on {}", merge.gone, merge.kept, merge.day);
            lines.push((format!("merge {}", merge.id), said));
        }
    }
    for (day, text) in tags::notes(store, person.id, app.as_of())? {
        lines.push((format!("note {day}"), text));
    }
    Ok(lines)
}
