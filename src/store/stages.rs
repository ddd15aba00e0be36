//! Stages with their history, and consents.

use super::{Store, newest};
use crate::model::stage::Stage;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

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

/// Writes down that a member reached a stage; returns its row.
pub fn set(
    store: &Store,
    member: i64,
    stage: Stage,
    at: Instant,
    day: Day,
    why: Option<&str>,
    batch: Option<i64>,
) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO stages (member, stage, at, day, why, batch) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    Ok(insert.insert(rusqlite::params![member, stage.word(), at.0, day.0, why, batch])?)
}

/// Writes down that a member signed up, once for each file and moment that says so.
pub fn sign_up(store: &Store, member: i64, at: Instant, day: Day, batch: i64) -> Result<()> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO stages (member, stage, at, day, why, batch) SELECT ?1, 'interested', ?2, ?3, 'signed up', ?4
         WHERE NOT EXISTS (SELECT 1 FROM stages WHERE member = ?1 AND stage = 'interested' AND at = ?2 AND batch = ?4)",
    )?;
    insert.execute(rusqlite::params![member, at.0, day.0, batch])?;
    Ok(())
}

/// Says until when the stage of a row is meant to last.
pub fn set_until(store: &Store, row: i64, until: Day) -> Result<()> {
    store.conn.execute("UPDATE stages SET until_day = ?2 WHERE id = ?1", [row, i64::from(until.0)])?;
    Ok(())
}

/// Where someone stands, since when, and until when it is meant to last.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The person.
    pub person: i64,
    /// The stage.
    pub stage: Stage,
    /// Since when without a break.
    pub since: Day,
    /// Until when, where that was said.
    pub until: Option<Day>,
}

/// Everyone counted who has a stage on a day, or one person, in order of id.
pub fn standings(store: &Store, person: Option<i64>, as_of: Day) -> Result<Vec<Standing>> {
    let mut query = store.conn.prepare(
        "WITH steps AS (
           SELECT c.person AS person, s.stage AS stage, s.day AS day, s.until_day AS until_day,
                  lag(s.stage) OVER (PARTITION BY c.person ORDER BY s.day, s.id) AS former,
                  row_number() OVER (PARTITION BY c.person ORDER BY s.day DESC, s.id DESC) AS place
           FROM stages s JOIN counted c ON c.member = s.member
           WHERE s.day <= ?1 AND (?2 IS NULL OR c.person = ?2)),
         begun AS (
           SELECT person, max(day) AS since FROM steps WHERE former IS NULL OR former <> stage GROUP BY person)
         SELECT n.person, n.stage, b.since, n.until_day FROM steps n JOIN begun b ON b.person = n.person
         WHERE n.place = 1 ORDER BY n.person",
    )?;
    let rows = query.query_map(rusqlite::params![as_of.0, person], |row| {
        Ok(Standing {
            person: row.get(0)?,
            stage: read(&row.get::<_, String>(1)?),
            since: Day(row.get(2)?),
            until: row.get::<_, Option<i32>>(3)?.map(Day),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The last act, and the last note.
pub type Signs = (Option<Day>, Option<Day>);

/// The last day each active person did something, and the last day someone wrote a note about them.
pub fn last_signs(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Signs>> {
    let mut query = store.conn.prepare(&format!(
        "WITH active AS MATERIALIZED (SELECT person FROM ({JOINED}) WHERE stage = 'active'),
         mine AS MATERIALIZED (SELECT m.id AS member, m.person AS person FROM active v JOIN members m ON m.id = v.person
           UNION SELECT m.id, m.person FROM active v JOIN members m ON m.person = v.person AND m.person <> m.id),
         acts AS (SELECT mine.person AS person, max(a.day) AS day
                  FROM done a CROSS JOIN mine ON mine.member = a.member WHERE a.day <= ?1 GROUP BY mine.person),
         noted AS (SELECT mine.person AS person, max(n.day) AS day
                   FROM mine JOIN notes n ON n.member = mine.member WHERE n.day <= ?1 GROUP BY mine.person)
         SELECT v.person, a.day, n.day FROM active v LEFT JOIN acts a ON a.person = v.person
         LEFT JOIN noted n ON n.person = v.person",
    ))?;
    let day = |day: Option<i32>| day.map(Day);
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, (day(row.get(1)?), day(row.get(2)?)))))?;
    Ok(rows.collect::<Result<_, _>>()?)
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

/// The day each person joined, of those who did by a day.
pub fn joining_days(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    let mut query = store.conn.prepare_cached(
        "SELECT c.person, min(s.day) FROM stages s JOIN counted c ON c.member = s.member
         WHERE s.stage = 'active' AND s.day <= ?1 GROUP BY c.person",
    )?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, Day(row.get(1)?))))?;
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

/// How many people ever got as far as each stage on the way in, by a day: who joined without a letter counts as invited
/// all the same, since the question is how many are left. From candidate to active.
pub fn reached(store: &Store, as_of: Day) -> Result<Vec<(Stage, i64)>> {
    let way = [Stage::Candidate, Stage::Invited, Stage::Interested, Stage::Active];
    let mut query = store.conn.prepare(
        "SELECT furthest, count(*) FROM (
           SELECT max(CASE s.stage WHEN 'active' THEN 3 WHEN 'interested' THEN 2 WHEN 'invited' THEN 1 WHEN 'candidate' THEN 0 END)
                  AS furthest
           FROM stages s JOIN counted c ON c.member = s.member WHERE s.day <= ?1 GROUP BY c.person)
         WHERE furthest IS NOT NULL GROUP BY furthest",
    )?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let furthest: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    let from = |place: i64| furthest.iter().filter(|one| one.0 >= place).map(|one| one.1).sum();
    Ok((0..).zip(way).map(|(place, stage)| (stage, from(place))).collect())
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

/// An answer about a consent, as it is kept.
#[derive(Debug, Clone)]
pub struct Said {
    /// Who.
    pub person: i64,
    /// To what.
    pub purpose: String,
    /// Yes or no.
    pub given: bool,
    /// When.
    pub day: Day,
    /// Where they said so.
    pub source: String,
    /// Whether nothing newer was said.
    pub is_current: bool,
}

/// Every answer up to a day: one person's or everyone's, by person and purpose, the newest first.
pub fn said(store: &Store, person: Option<i64>, as_of: Day) -> Result<Vec<Said>> {
    let mut query = store.conn.prepare(
        "SELECT m.person, x.purpose, x.given, x.day, x.source,
                row_number() OVER (PARTITION BY m.person, x.purpose ORDER BY x.day DESC, x.id DESC) AS place
         FROM consents x JOIN members m ON m.id = x.member
         WHERE x.day <= ?1 AND (?2 IS NULL OR m.person = ?2) ORDER BY m.person, x.purpose, place",
    )?;
    let rows = query.query_map(rusqlite::params![as_of.0, person], |row| {
        Ok(Said {
            person: row.get(0)?,
            purpose: row.get(1)?,
            given: row.get(2)?,
            day: Day(row.get(3)?),
            source: row.get(4)?,
            is_current: row.get::<_, i64>(5)? == 1,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The schema checks the word, so a row always has one.
pub(super) fn read(word: &str) -> Stage {
    word.parse().unwrap_or(Stage::Member)
}
