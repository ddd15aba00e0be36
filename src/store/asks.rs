//! The ledger: what was asked of people, what was given to them, and what they need.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};
use std::collections::BTreeMap;

/// Something asked of someone, and how it went: asked, answered, what became of it, told.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Its number; given by the store.
    pub id: i64,
    /// Of whom: the person, after merges.
    pub person: i64,
    /// What kind of thing.
    pub kind: String,
    /// What.
    pub text: String,
    /// Who of ours asked.
    pub who: Option<String>,
    /// The brief it came with.
    pub brief: Option<i64>,
    /// The day it was asked.
    pub day: Day,
    /// By when.
    pub due: Option<Day>,
    /// `yes`, `no` or `later`.
    pub answer: Option<String>,
    /// The day of the answer.
    pub answered: Option<Day>,
    /// What was said with it.
    pub answer_text: Option<String>,
    /// What became of it.
    pub outcome: Option<String>,
    /// The day it was written down.
    pub outcome_day: Option<Day>,
    /// The day they were told.
    pub told: Option<Day>,
}

impl Ask {
    /// One that was just asked, with nothing said to it yet.
    pub fn new(person: i64, kind: impl Into<String>, text: impl Into<String>, day: Day) -> Self {
        Self {
            id: 0,
            person,
            kind: kind.into(),
            text: text.into(),
            who: None,
            brief: None,
            day,
            due: None,
            answer: None,
            answered: None,
            answer_text: None,
            outcome: None,
            outcome_day: None,
            told: None,
        }
    }
}

/// Adds an ask; returns its number.
pub fn add(store: &Store, ask: &Ask, at: Instant) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO asks (member, kind, text, who, at, day, due_day, brief) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    Ok(insert.insert(params![
        ask.person,
        ask.kind,
        ask.text,
        ask.who,
        at.0,
        ask.day.0,
        ask.due.map(|day| day.0),
        ask.brief
    ])?)
}

const ASKS: &str = "SELECT a.id, m.person, a.kind, a.text, a.who, a.day, a.due_day,
            CASE WHEN a.answered_day <= ?1 THEN a.answer END,
            CASE WHEN a.answered_day <= ?1 THEN a.answer_text END,
            CASE WHEN a.outcome_day <= ?1 THEN a.outcome END, CASE WHEN a.told_day <= ?1 THEN a.told_day END,
            CASE WHEN a.answered_day <= ?1 THEN a.answered_day END,
            CASE WHEN a.outcome_day <= ?1 THEN a.outcome_day END, a.brief
     FROM asks a JOIN members m ON m.id = a.member
     WHERE a.day <= ?1 AND (?2 IS NULL OR a.id = ?2) ORDER BY a.id";

fn read(row: &Row) -> rusqlite::Result<Ask> {
    Ok(Ask {
        id: row.get(0)?,
        person: row.get(1)?,
        kind: row.get(2)?,
        text: row.get(3)?,
        who: row.get(4)?,
        day: Day(row.get(5)?),
        due: row.get::<_, Option<i32>>(6)?.map(Day),
        answer: row.get(7)?,
        answer_text: row.get(8)?,
        outcome: row.get(9)?,
        told: row.get::<_, Option<i32>>(10)?.map(Day),
        answered: row.get::<_, Option<i32>>(11)?.map(Day),
        outcome_day: row.get::<_, Option<i32>>(12)?.map(Day),
        brief: row.get(13)?,
    })
}

/// The asks up to a day, oldest first.
pub fn list(store: &Store, as_of: Day) -> Result<Vec<Ask>> {
    let mut query = store.conn.prepare(ASKS)?;
    let rows = query.query_map(params![as_of.0, None::<i64>], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One ask, as it stood on a day.
pub fn one(store: &Store, id: i64, as_of: Day) -> Result<Option<Ask>> {
    let mut query = store.conn.prepare(ASKS)?;
    Ok(query.query_row(params![as_of.0, id], read).optional()?)
}

/// Writes down the answer.
pub fn answer(store: &Store, id: i64, answer: &str, text: Option<&str>, day: Day) -> Result<()> {
    store.conn.execute(
        "UPDATE asks SET answer = ?2, answer_text = ?3, answered_day = ?4 WHERE id = ?1",
        params![id, answer, text, day.0],
    )?;
    Ok(())
}

/// Writes down what became of it.
pub fn outcome(store: &Store, id: i64, text: &str, day: Day) -> Result<()> {
    store
        .conn
        .execute("UPDATE asks SET outcome = ?2, outcome_day = ?3 WHERE id = ?1", params![id, text, day.0])?;
    Ok(())
}

/// Notes that they were told what became of it.
pub fn told(store: &Store, id: i64, day: Day) -> Result<()> {
    store.conn.execute("UPDATE asks SET told_day = ?2 WHERE id = ?1", [id, i64::from(day.0)])?;
    Ok(())
}

/// How many asks of one kind someone had, and how they went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Asked.
    pub asked: u32,
    /// Answered yes or no.
    pub answered: u32,
    /// Answered yes.
    pub yes: u32,
}

/// The asks of everyone counted up to a day, by person and kind, with the answers given by then.
pub fn tallies(store: &Store, as_of: Day) -> Result<BTreeMap<(i64, String), Tally>> {
    let mut query = store.conn.prepare(
        "SELECT c.person, a.kind, count(*),
                count(CASE WHEN a.answer IN ('yes', 'no') AND a.answered_day <= ?1 THEN 1 END),
                count(CASE WHEN a.answer = 'yes' AND a.answered_day <= ?1 THEN 1 END)
         FROM asks a JOIN counted c ON c.member = a.member WHERE a.day <= ?1 GROUP BY c.person, a.kind",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        let tally = Tally { asked: row.get(2)?, answered: row.get(3)?, yes: row.get(4)? };
        Ok(((row.get(0)?, row.get(1)?), tally))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When each person was last asked for something, by whoever of ours: asks, and briefs that want an answer.
pub fn last_asked(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    let mut query = store.conn.prepare(
        "SELECT m.person, max(x.day) FROM (
           SELECT member, day FROM asks
           UNION ALL
           SELECT s.member, s.day FROM sends s JOIN briefs b ON b.id = s.brief
           WHERE b.kind IN ('exclusive', 'feedback')) x
         JOIN members m ON m.id = x.member WHERE x.day <= ?1 GROUP BY m.person",
    )?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, Day(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What each person last said about a purpose, by a day, and when.
pub fn said(store: &Store, purpose: &str, as_of: Day) -> Result<BTreeMap<i64, (bool, Day)>> {
    let mut query = store.conn.prepare(
        "SELECT m.person, x.given, x.day FROM consents x JOIN members m ON m.id = x.member
         WHERE x.purpose = ?1 AND x.day <= ?2 ORDER BY m.person, x.day, x.id",
    )?;
    let rows = query
        .query_map(params![purpose, as_of.0], |row| Ok((row.get(0)?, (row.get(1)?, Day(row.get(2)?)))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds something we gave.
pub fn give(
    store: &Store,
    member: i64,
    (kind, text): (&str, &str),
    who: Option<&str>,
    (at, day): (Instant, Day),
) -> Result<i64> {
    let mut insert = store
        .conn
        .prepare("INSERT INTO gives (member, kind, text, who, at, day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    Ok(insert.insert(params![member, kind, text, who, at.0, day.0])?)
}

/// Something someone needs from us.
#[derive(Debug, Clone)]
pub struct Need {
    /// Its number.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// What.
    pub text: String,
    /// Who of ours sees to it.
    pub owner: Option<String>,
    /// Since when.
    pub day: Day,
    /// By when it was promised.
    pub due: Option<Day>,
    /// What became of it.
    pub outcome: Option<String>,
    /// The day it was done.
    pub done: Option<Day>,
}

/// Adds a need; returns its number.
pub fn need(
    store: &Store,
    member: i64,
    text: &str,
    (owner, due): (Option<&str>, Option<Day>),
    (at, day): (Instant, Day),
) -> Result<i64> {
    let mut insert = store.conn.prepare(
        "INSERT INTO needs (member, text, owner, at, day, due_day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    Ok(insert.insert(params![member, text, owner, at.0, day.0, due.map(|day| day.0)])?)
}

/// The needs up to a day, oldest first.
pub fn needs(store: &Store, as_of: Day) -> Result<Vec<Need>> {
    let mut query = store.conn.prepare(
        "SELECT n.id, m.person, n.text, n.owner, n.day, CASE WHEN n.done_day <= ?1 THEN n.outcome END,
                CASE WHEN n.done_day <= ?1 THEN n.done_day END, n.due_day
         FROM needs n JOIN members m ON m.id = n.member WHERE n.day <= ?1 ORDER BY n.id",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        Ok(Need {
            id: row.get(0)?,
            person: row.get(1)?,
            text: row.get(2)?,
            owner: row.get(3)?,
            day: Day(row.get(4)?),
            outcome: row.get(5)?,
            done: row.get::<_, Option<i32>>(6)?.map(Day),
            due: row.get::<_, Option<i32>>(7)?.map(Day),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes down that a need was seen to.
pub fn done(store: &Store, id: i64, outcome: &str, day: Day) -> Result<()> {
    store
        .conn
        .execute("UPDATE needs SET outcome = ?2, done_day = ?3 WHERE id = ?1", params![id, outcome, day.0])?;
    Ok(())
}

/// What went to and fro between us and one person, from one day to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dealings {
    /// Things given by hand.
    pub gives: i64,
    /// Contributions of theirs that were reacted to, each reaction.
    pub reactions: i64,
    /// Contributions of theirs that were given a better place.
    pub promotions: i64,
    /// Questions of theirs that the desk answered.
    pub answers: i64,
    /// Needs of theirs that were seen to.
    pub needs_done: i64,
    /// Things asked of them, requests for feedback included.
    pub asked: i64,
    /// How many of the asks they said yes to.
    pub answered_yes: i64,
    /// Asks without a final answer, whenever asked.
    pub open_asks: i64,
    /// Needs not seen to, whenever said.
    pub needs_open: i64,
    /// Asks whose outcome they were not told, whenever asked.
    pub untold: i64,
    /// When they were last asked, in or before the period.
    pub last_asked: Option<Day>,
    /// When they were last given something, in or before the period.
    pub last_given: Option<Day>,
}

/// Everyone's dealings from `since` to `as_of`, in order of id; who had none is not in it.
pub fn dealings(store: &Store, since: Day, as_of: Day) -> Result<BTreeMap<i64, Dealings>> {
    let mut query = store.conn.prepare(
        "WITH given AS (
           SELECT member, day, 'gives' AS what FROM gives
           UNION ALL SELECT a.member, r.day, 'reactions' FROM reactions r JOIN activities a ON a.id = r.activity
           UNION ALL SELECT a.member, p.day, 'promotions' FROM promotions p JOIN activities a ON a.id = p.activity
           UNION ALL SELECT member, answered_day, 'answers' FROM questions WHERE answered_day IS NOT NULL
           UNION ALL SELECT member, done_day, 'needs_done' FROM needs WHERE done_day IS NOT NULL),
         asked AS (
           SELECT member, day, 'asked' AS what FROM asks
           UNION ALL SELECT s.member, s.day, 'asked' FROM sends s JOIN briefs b ON b.id = s.brief
                     WHERE b.kind = 'feedback'
                       AND NOT EXISTS (SELECT 1 FROM asks a WHERE a.brief = s.brief AND a.member = s.member)
           UNION ALL SELECT member, day, 'yes' FROM asks WHERE answer = 'yes' AND answered_day <= ?2),
         open AS (
           SELECT member, day, 'open' AS what FROM asks
           WHERE answer IS NULL OR answer = 'later' OR answered_day > ?2
           UNION ALL SELECT member, day, 'needs_open' FROM needs WHERE done_day IS NULL OR done_day > ?2
           UNION ALL SELECT member, outcome_day, 'untold' FROM asks
                     WHERE outcome_day <= ?2 AND (told_day IS NULL OR told_day > ?2)),
         every AS (SELECT * FROM given UNION ALL SELECT * FROM asked UNION ALL SELECT * FROM open)
         SELECT c.person,
                count(CASE WHEN e.what = 'gives' AND e.day >= ?1 THEN 1 END),
                count(CASE WHEN e.what = 'reactions' AND e.day >= ?1 THEN 1 END),
                count(CASE WHEN e.what = 'promotions' AND e.day >= ?1 THEN 1 END),
                count(CASE WHEN e.what = 'answers' AND e.day >= ?1 THEN 1 END),
                count(CASE WHEN e.what = 'needs_done' AND e.day >= ?1 THEN 1 END),
                count(CASE WHEN e.what = 'asked' AND e.day >= ?1 THEN 1 END),
                count(CASE WHEN e.what = 'yes' AND e.day >= ?1 THEN 1 END),
                count(CASE WHEN e.what = 'open' THEN 1 END),
                count(CASE WHEN e.what = 'needs_open' THEN 1 END),
                count(CASE WHEN e.what = 'untold' THEN 1 END),
                max(CASE WHEN e.what = 'asked' THEN e.day END),
                max(CASE WHEN e.what IN ('gives', 'reactions', 'promotions', 'answers', 'needs_done') THEN e.day END)
         FROM every e JOIN counted c ON c.member = e.member WHERE e.day <= ?2 GROUP BY c.person ORDER BY c.person",
    )?;
    let rows = query.query_map([since.0, as_of.0], |row| {
        let dealings = Dealings {
            gives: row.get(1)?,
            reactions: row.get(2)?,
            promotions: row.get(3)?,
            answers: row.get(4)?,
            needs_done: row.get(5)?,
            asked: row.get(6)?,
            answered_yes: row.get(7)?,
            open_asks: row.get(8)?,
            needs_open: row.get(9)?,
            untold: row.get(10)?,
            last_asked: row.get::<_, Option<i32>>(11)?.map(Day),
            last_given: row.get::<_, Option<i32>>(12)?.map(Day),
        };
        Ok((row.get(0)?, dealings))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
