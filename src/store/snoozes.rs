//! Lines of `next` that were put off, or said not to be needed.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// Which line: the rule it comes from, and what it is about.
pub type Key = (String, String);

/// A line left out for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    /// Its number.
    pub id: i64,
    /// From which day on it is told again; none where it is not.
    pub until: Option<Day>,
    /// Whether it is only put off.
    pub needed: bool,
    /// Why.
    pub why: Option<String>,
    /// Since when.
    pub day: Day,
}

/// Puts a line off.
pub fn add(
    store: &Store,
    (rule, subject): (&str, &str),
    member: Option<i64>,
    snooze: &Snooze,
    at: Instant,
) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO snoozes (rule, subject, member, until_day, needed, why, at, day)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let until = snooze.until.map(|day| day.0);
    Ok(insert.insert(params![rule, subject, member, until, snooze.needed, snooze.why, at.0, snooze.day.0])?)
}

/// The lines that are left out on a day; of several words about one line the newest holds.
pub fn held(store: &Store, as_of: Day) -> Result<BTreeMap<Key, Snooze>> {
    let mut query = store.conn.prepare(
        "SELECT rule, subject, id, until_day, needed, why, day FROM snoozes
         WHERE day <= ?1 AND (back_day IS NULL OR back_day > ?1) ORDER BY day, id",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        let until: Option<i32> = row.get(3)?;
        let snooze = Snooze {
            id: row.get(2)?,
            until: until.map(Day),
            needed: row.get(4)?,
            why: row.get(5)?,
            day: Day(row.get(6)?),
        };
        Ok(((row.get(0)?, row.get(1)?), snooze))
    })?;
    let mut held: BTreeMap<Key, Snooze> = rows.collect::<Result<_, _>>()?;
    held.retain(|_, snooze| snooze.until.is_none_or(|until| until > as_of));
    Ok(held)
}

/// Takes back that a line was put off, however often it was.
pub fn back(store: &Store, (rule, subject): (&str, &str), day: Day) -> Result<()> {
    store.conn.execute(
        "UPDATE snoozes SET back_day = ?3 WHERE rule = ?1 AND subject = ?2 AND (back_day IS NULL OR back_day > ?3)",
        params![rule, subject, day.0],
    )?;
    Ok(())
}
