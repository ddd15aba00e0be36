//! Stages with their history, and consents.

use super::{Store, newest};
use crate::model::stage::Stage;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use std::collections::BTreeSet;

/// A stage someone reached.
#[derive(Debug, Clone)]
pub struct Step {
    /// The stage.
    pub stage: Stage,
    /// The day it was reached.
    pub day: Day,
    /// Why.
    pub why: Option<String>,
}

/// Writes down that a member reached a stage.
pub fn set(
    store: &Store,
    member: i64,
    stage: Stage,
    at: Instant,
    day: Day,
    why: Option<&str>,
    batch: Option<i64>,
) -> Result<()> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO stages (member, stage, at, day, why, batch) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    insert.execute(rusqlite::params![member, stage.word(), at.0, day.0, why, batch])?;
    Ok(())
}

/// A person's stages up to a day, oldest first.
pub fn history(store: &Store, person: i64, as_of: Day) -> Result<Vec<Step>> {
    let mut query = store.conn.prepare(
        "SELECT s.stage, s.day, s.why FROM stages s JOIN members m ON m.id = s.member
         WHERE m.person = ?1 AND s.day <= ?2 ORDER BY s.day, s.id",
    )?;
    let rows = query.query_map(rusqlite::params![person, as_of.0], |row| {
        Ok(Step { stage: read(&row.get::<_, String>(0)?), day: Day(row.get(1)?), why: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Everyone who has joined by day ?1: the day they first did, and where they stand.
pub(super) const JOINED: &str = "SELECT person, joined, stage FROM (
           SELECT c.person AS person, s.stage AS stage,
                  min(CASE WHEN s.stage = 'active' THEN s.day END) OVER (PARTITION BY c.person) AS joined,
                  row_number() OVER (PARTITION BY c.person ORDER BY s.day DESC, s.id DESC) AS place
           FROM stages s JOIN counted c ON c.member = s.member WHERE s.day <= ?1)
         WHERE place = 1 AND joined IS NOT NULL";

/// Everyone who has joined by a day, with the day they first did and where they stand now, in order of id.
pub fn joined(store: &Store, as_of: Day) -> Result<Vec<Joined>> {
    let sql = format!("{JOINED} ORDER BY person");
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map([as_of.0], |row| {
        Ok(Joined { person: row.get(0)?, day: Day(row.get(1)?), stage: read(&row.get::<_, String>(2)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Someone who joined the program at some time.
#[derive(Debug, Clone, Copy)]
pub struct Joined {
    /// The person.
    pub person: i64,
    /// The day of joining.
    pub day: Day,
    /// Where the person stands on the as-of day.
    pub stage: Stage,
}

/// How many people stand at each stage on a day; those without a stage are not in it.
pub fn counts(store: &Store, as_of: Day) -> Result<Vec<(Stage, i64)>> {
    let sql = concat!(
        "SELECT stage, count(*) FROM (
           SELECT s.stage AS stage, ",
        newest!("s"),
        " FROM stages s JOIN counted c ON c.member = s.member
           WHERE s.day <= ?1 GROUP BY c.person) GROUP BY stage"
    );
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map([as_of.0], |row| Ok((read(&row.get::<_, String>(0)?), row.get(1)?)))?;
    let mut counts = rows.collect::<Result<Vec<_>, _>>()?;
    counts.sort();
    Ok(counts)
}

/// Writes down a consent, or that it was refused.
pub fn consent(
    store: &Store,
    member: i64,
    purpose: &str,
    given: bool,
    at: Instant,
    day: Day,
    source: &str,
) -> Result<()> {
    store.conn.execute(
        "INSERT INTO consents (member, purpose, given, at, day, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        rusqlite::params![member, purpose, given, at.0, day.0, source],
    )?;
    Ok(())
}

/// Everyone who last said no to a purpose by a day.
pub fn refused(store: &Store, purpose: &str, as_of: Day) -> Result<BTreeSet<i64>> {
    let sql = concat!(
        "SELECT person FROM (SELECT m.person AS person, x.given AS given, ",
        newest!("x"),
        " FROM consents x JOIN members m ON m.id = x.member WHERE x.purpose = ?1 AND x.day <= ?2 GROUP BY m.person)
         WHERE given = 0"
    );
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map(rusqlite::params![purpose, as_of.0], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A person's consents up to a day: purpose, given, day, source; the newest of each purpose.
pub fn consents(store: &Store, person: i64, as_of: Day) -> Result<Vec<(String, bool, Day, String)>> {
    let sql = concat!(
        "SELECT x.purpose, x.given, x.day, x.source, ",
        newest!("x"),
        "
         FROM consents x JOIN members m ON m.id = x.member
         WHERE m.person = ?1 AND x.day <= ?2 GROUP BY x.purpose ORDER BY x.purpose"
    );
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map(rusqlite::params![person, as_of.0], |row| {
        Ok((row.get(0)?, row.get(1)?, Day(row.get(2)?), row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The schema checks the word, so a row always has one.
pub(super) fn read(word: &str) -> Stage {
    word.parse().unwrap_or(Stage::Member)
}
