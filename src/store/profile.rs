//! What there is about one person, for one screen.

use super::{Store, contributions, newest, rows_of};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// The member rows of person ?1.
const MINE: &str = concat!("mine (member) AS MATERIALIZED (", rows_of!("?1"), ")");

/// What is known of a person on a day, by field.
pub fn facts(store: &Store, person: i64, as_of: Day) -> Result<BTreeMap<String, String>> {
    let sql = format!(
        "WITH {MINE} SELECT f.field, f.value FROM mine CROSS JOIN facts f ON f.member = mine.member
         WHERE f.day <= ?2 ORDER BY f.member = ?1, f.day, f.id"
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![person, as_of.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut known: BTreeMap<String, String> = rows.collect::<Result<_, _>>()?;
    known.retain(|_, value| !value.is_empty());
    Ok(known)
}

/// How many follow a person, by platform: the newest count up to a day, and its day; the widest first.
pub fn audience(store: &Store, person: i64, as_of: Day) -> Result<Vec<(String, i64, Day)>> {
    let sql = format!(
        "WITH {MINE}, latest AS (
           SELECT f.platform AS platform, f.followers AS followers, f.day AS day, {}
           FROM mine CROSS JOIN audiences f ON f.member = mine.member WHERE f.day <= ?2 GROUP BY f.platform)
         SELECT platform, followers, day FROM latest ORDER BY followers DESC, platform",
        newest!("f")
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows =
        query.query_map(params![person, as_of.0], |row| Ok((row.get(0)?, row.get(1)?, Day(row.get(2)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Something a person made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What.
    pub kind: String,
    /// Where.
    pub platform: String,
    /// Its title, or else its address.
    pub title: Option<String>,
    /// When.
    pub day: Day,
    /// How many saw it.
    pub reach: Option<i64>,
    /// How many did something with it.
    pub engagements: Option<i64>,
    /// How that is known: A, B, C or D.
    pub grade: Option<String>,
}

/// A person's contributions up to a day, the newest first: so many of them, and how many there are, those that are known only
/// added up included.
pub fn made(store: &Store, person: i64, as_of: Day, most: i64) -> Result<(Vec<Made>, i64)> {
    let sql = format!(
        "WITH {MINE}, made AS (
           SELECT a.id AS id, a.kind AS kind, a.platform AS platform, coalesce(a.title, a.url) AS title, a.day AS day
           FROM activities a WHERE a.member IN (SELECT member FROM mine) AND a.day <= ?2 AND a.kind IN ({})
           ORDER BY a.at DESC, a.id DESC LIMIT ?3),
         numbers AS (
           SELECT activity, grade, reach, engagements,
                  row_number() OVER (PARTITION BY activity ORDER BY day DESC, grade, id DESC) AS place
           FROM snapshots WHERE activity IN (SELECT id FROM made) AND day <= ?2
             AND (reach IS NOT NULL OR engagements IS NOT NULL))
         SELECT m.kind, m.platform, m.title, m.day, n.reach, n.engagements, n.grade
         FROM made m LEFT JOIN numbers n ON n.activity = m.id AND n.place = 1 ORDER BY m.day DESC, m.id DESC",
        contributions::kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![person, as_of.0, most], |row| {
        Ok(Made {
            kind: row.get(0)?,
            platform: row.get(1)?,
            title: row.get(2)?,
            day: Day(row.get(3)?),
            reach: row.get(4)?,
            engagements: row.get(5)?,
            grade: row.get(6)?,
        })
    })?;
    let made = rows.collect::<Result<_, _>>()?;
    let sql = format!(
        "WITH {MINE} SELECT coalesce(sum(a.times), 0) FROM done a
         WHERE a.member IN (SELECT member FROM mine) AND a.day <= ?2 AND a.kind IN ({})",
        contributions::kinds()
    );
    Ok((made, store.conn.query_row(&sql, params![person, as_of.0], |row| row.get(0))?))
}

/// Something that went between us and a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealing {
    /// `ask`, `give`, `need`, `brief`, `question` or `handbook`.
    pub what: String,
    /// Its number.
    pub id: i64,
    /// What kind of ask, give or brief.
    pub kind: Option<String>,
    /// What it says.
    pub text: String,
    /// When.
    pub day: Day,
    /// How it went, and when: an answer, what became of it; none while it is open.
    pub end: Option<(String, Day)>,
    /// Whether someone waits for something: they for us, or we for them.
    pub open: bool,
    /// Whether they were not told yet what became of it.
    pub untold: bool,
    /// By when.
    pub due: Option<Day>,
}

/// What went between us and a person up to a day: what somebody waits for longest comes first, then
/// the newest.
pub fn dealings(store: &Store, person: i64, as_of: Day) -> Result<Vec<Dealing>> {
    let sql = format!(
        "WITH {MINE}, every AS (
           SELECT 'ask' AS what, id, member, kind, text, day, coalesce(CASE WHEN outcome_day <= ?2 THEN outcome END,
                  CASE WHEN answered_day <= ?2 THEN answer END) AS said,
                  CASE WHEN outcome_day <= ?2 THEN outcome_day WHEN answered_day <= ?2 THEN answered_day END AS end_day,
                  answer IS NULL OR answer = 'later' OR answered_day > ?2 AS waits, due_day,
                  outcome_day <= ?2 AND (told_day IS NULL OR told_day > ?2) AS untold
           FROM asks
           UNION ALL SELECT 'give', id, member, kind, text, day, NULL, NULL, 0, NULL, 0 FROM gives
           UNION ALL SELECT 'need', id, member, NULL, text, day, CASE WHEN done_day <= ?2 THEN coalesce(outcome, 'done') END,
                  CASE WHEN done_day <= ?2 THEN done_day END, done_day IS NULL OR done_day > ?2, NULL, 0 FROM needs
           UNION ALL SELECT 'brief', b.id, s.member, b.kind, b.title, s.day, CASE WHEN s.acked_day <= ?2 THEN 'received' END,
                  CASE WHEN s.acked_day <= ?2 THEN s.acked_day END, 0, NULL, 0
           FROM sends s JOIN briefs b ON b.id = s.brief
           UNION ALL SELECT 'question', id, member, NULL, text, day, CASE WHEN answered_day <= ?2 THEN 'answered' END,
                  CASE WHEN answered_day <= ?2 THEN answered_day END, answered_day IS NULL OR answered_day > ?2, NULL, 0
           FROM questions
           UNION ALL SELECT 'handbook', id, member, NULL, '', day, NULL, NULL, 0, NULL, 0 FROM handbooks)
         SELECT what, id, kind, text, day, said, end_day, waits, due_day, coalesce(untold, 0) FROM every
         WHERE member IN (SELECT member FROM mine) AND day <= ?2
         ORDER BY waits OR coalesce(untold, 0) DESC,
           CASE WHEN waits OR untold THEN coalesce(due_day, day) END, day DESC, what, id DESC"
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![person, as_of.0], |row| {
        let said: Option<String> = row.get(5)?;
        let ended: Option<i32> = row.get(6)?;
        Ok(Dealing {
            what: row.get(0)?,
            id: row.get(1)?,
            kind: row.get(2)?,
            text: row.get(3)?,
            day: Day(row.get(4)?),
            end: said.zip(ended.map(Day)),
            open: row.get(7)?,
            due: row.get::<_, Option<i32>>(8)?.map(Day),
            untold: row.get(9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
