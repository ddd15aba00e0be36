//! What we did with a contribution: answered it, or gave it a better place.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeMap;

/// What we can do with a contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// One of ours answered it.
    Reaction,
    /// It got a better place.
    Promotion,
}

impl Treatment {
    const fn table(self) -> &'static str {
        match self {
            Self::Reaction => "reactions",
            Self::Promotion => "promotions",
        }
    }
}

/// Whether this very reaction is written down on this day already.
pub fn is_known(
    store: &Store,
    activity: i64,
    day: Day,
    who: Option<&str>,
    place: Option<&str>,
    text: Option<&str>,
) -> Result<bool> {
    let mut query = store.conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM reactions
                        WHERE activity = ?1 AND day = ?2 AND who IS ?3 AND place IS ?4 AND text IS ?5)",
    )?;
    Ok(query.query_row(params![activity, day.0, who, place, text], |row| row.get(0))?)
}

/// Writes down that one of ours answered a contribution.
pub fn react(
    store: &Store,
    activity: i64,
    at: Instant,
    day: Day,
    who: Option<&str>,
    place: Option<&str>,
    text: Option<&str>,
) -> Result<()> {
    store.conn.execute(
        "INSERT INTO reactions (activity, at, day, who, place, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![activity, at.0, day.0, who, place, text],
    )?;
    Ok(())
}

/// Writes down that we gave a contribution a better place.
pub fn promote(
    store: &Store,
    activity: i64,
    at: Instant,
    day: Day,
    place: &str,
    who: Option<&str>,
) -> Result<()> {
    store.conn.execute(
        "INSERT INTO promotions (activity, at, day, place, who) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![activity, at.0, day.0, place, who],
    )?;
    Ok(())
}

/// A reaction or promotion as it is written down.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its row.
    pub id: i64,
    /// The day of it.
    pub day: Day,
    /// Who of ours.
    pub who: Option<String>,
    /// Where.
    pub place: Option<String>,
}

/// What was written down last of a contribution, whatever its day.
pub fn last(store: &Store, what: Treatment, activity: i64) -> Result<Option<Written>> {
    let sql = format!(
        "SELECT id, day, who, place FROM {} WHERE activity = ?1 ORDER BY id DESC LIMIT 1",
        what.table()
    );
    let mut query = store.conn.prepare(&sql)?;
    let found = query.query_row([activity], |row| {
        Ok(Written { id: row.get(0)?, day: Day(row.get(1)?), who: row.get(2)?, place: row.get(3)? })
    });
    Ok(found.optional()?)
}

/// Takes back what was written down.
pub fn forget(store: &Store, what: Treatment, id: i64) -> Result<()> {
    store.conn.execute(&format!("DELETE FROM {} WHERE id = ?1", what.table()), [id])?;
    Ok(())
}

/// The places contributions were given, the newest first, each once.
pub fn places(store: &Store) -> Result<Vec<String>> {
    let mut query =
        store.conn.prepare("SELECT place FROM promotions GROUP BY place ORDER BY max(id) DESC")?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The first day on which something of theirs was answered or given a better place, by person.
pub fn first_days(store: &Store, what: Treatment, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    let sql = format!(
        "SELECT c.person, min(t.day) FROM {} t JOIN activities a ON a.id = t.activity
         JOIN counted c ON c.member = a.member WHERE t.day <= ?1 GROUP BY c.person",
        what.table()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, Day(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When each contribution was first answered, by its row.
pub fn first_answers(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Instant>> {
    let mut query =
        store.conn.prepare("SELECT activity, min(at) FROM reactions WHERE day <= ?1 GROUP BY activity")?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, Instant(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
