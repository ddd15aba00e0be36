//! Where a program that was merged said something else than this one.

use crate::app::App;
use crate::model::time::{Day, Instant};
use crate::output::Table;
use crate::store::union::Difference;
use anyhow::Result;
use serde_json::Value;

/// The differences as a list: about whom, what each program said, and whose word holds.
pub fn table(app: &App, all: &[Difference]) -> Result<Table> {
    let names = app.names(all.iter().filter_map(|difference| difference.person))?;
    let mut table = Table::new(&[">?member", "?name", "kind", "part", "here", "there", "holds"])
        .or_say("The two programs said nothing different.");
    for difference in all {
        let name = difference.person.and_then(|person| names.get(&person));
        let (here, there) = told(app, difference);
        table.row(vec![
            difference.person.into(),
            name.cloned().into(),
            difference.table.replace('_', " ").into(),
            difference.part.replace('_', " ").into(),
            here.into(),
            there.into(),
            held(difference).into(),
        ]);
    }
    Ok(table)
}

/// A line for each, as talk: most are read and forgotten.
pub fn lines(app: &App, all: &[Difference]) -> Result<Vec<String>> {
    let names = app.names(all.iter().filter_map(|difference| difference.person))?;
    let line = |difference: &Difference| {
        let (here, there) = told(app, difference);
        let part = difference.part.replace('_', " ");
        let whose = difference
            .person
            .and_then(|person| names.get(&person).map(|name| format!(" of {name} ({person})")))
            .unwrap_or_default();
        if difference.table == "members" && difference.part != "standing" {
            return format!("{here}: two people here, one there; nothing of theirs was taken");
        }
        format!("{part}{whose}: {here} here, {there} there; {} holds", held(difference))
    };
    Ok(all.iter().map(line).collect())
}

fn held(difference: &Difference) -> &'static str {
    match (difference.taken, difference.table.as_str(), difference.part.as_str()) {
        (true, ..) => "there",
        (false, "members", "person" | "distinct") => "undecided",
        (false, ..) => "here",
    }
}

/// What each said: of an observation with its day, of a row only what differs.
fn told(app: &App, difference: &Difference) -> (String, String) {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
    let (here, there) = (read(&difference.here), read(&difference.there));
    (said(app, &here, &there), said(app, &there, &here))
}

fn said(app: &App, one: &Value, other: &Value) -> String {
    match one {
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(columns) if columns.contains_key("says") => {
            let day = columns.get("day").and_then(Value::as_i64).unwrap_or(0);
            let says = columns.get("says").map(plain).unwrap_or_default();
            let says = if says.is_empty() { "nothing".into() } else { says };
            format!("{says} ({})", Day(day as i32))
        }
        Value::Object(columns) => {
            let differ = columns.iter().filter(|(column, value)| other.get(column) != Some(value));
            let differ: Vec<(&String, String)> =
                differ.map(|(column, value)| (column, shown(app, column, value))).collect();
            match &differ[..] {
                [(_, value)] => value.clone(),
                all => {
                    let pair = |(column, value): &(&String, String)| {
                        format!("{} {value}", column.trim_end_matches("_day").replace('_', " "))
                    };
                    all.iter().map(pair).collect::<Vec<_>>().join(", ")
                }
            }
        }
        other => plain(other),
    }
}

/// A value of a column: days and moments are numbers in the file.
fn shown(app: &App, column: &str, value: &Value) -> String {
    match value.as_i64() {
        Some(day) if column == "day" || column.ends_with("_day") => Day(day as i32).to_string(),
        Some(at) if column == "at" || column.ends_with("_at") => app.zone().show(Instant(at)),
        _ if value.is_null() => "nothing".into(),
        _ => plain(value),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
