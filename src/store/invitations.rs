//! Invitations: who was written to, for which kickoff, and what they said.

use super::{Store, newest};
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// Someone's newest invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its number.
    pub id: i64,
    /// The day of the letter.
    pub day: Day,
    /// What they said: yes, no or maybe.
    pub answer: Option<String>,
    /// When they said it.
    pub answered: Option<Day>,
}

/// Writes an invitation down, and whether it was drawn by lot; returns its number.
pub fn add(
    store: &Store,
    member: i64,
    at: Instant,
    day: Day,
    kickoff: Option<Instant>,
    drawn: bool,
) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO invitations (member, at, day, kickoff_at, drawn) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    Ok(insert.insert(params![member, at.0, day.0, kickoff.map(|at| at.0), drawn])?)
}

/// Why someone drawn by lot stands on the shortlist.
pub const BY_LOT: &str = "shortlist, by lot";

/// Those on the shortlist who were drawn by lot.
pub fn by_lot(store: &Store, as_of: Day) -> Result<BTreeSet<i64>> {
    let sql = concat!(
        "SELECT person FROM (SELECT m.person AS person, s.why AS why, ",
        newest!("s"),
        " FROM stages s JOIN members m ON m.id = s.member WHERE s.day <= ?1 GROUP BY m.person) WHERE why = ?2"
    );
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map(params![as_of.0, BY_LOT], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Who was invited after a day, up to another, and whether (first) by lot.
pub fn between(store: &Store, after: Day, until: Day) -> Result<BTreeMap<i64, bool>> {
    let mut query = store.conn.prepare(
        "SELECT m.person, x.drawn, min(x.id) FROM invitations x JOIN members m ON m.id = x.member
         WHERE x.day > ?1 AND x.day <= ?2 GROUP BY m.person",
    )?;
    let rows = query.query_map([after.0, until.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many of those counted were invited up to a day and have answered, and how many of them said yes.
pub fn answers(store: &Store, as_of: Day) -> Result<(u64, u64)> {
    let sql = "SELECT count(DISTINCT c.person), count(DISTINCT CASE WHEN x.answer = 'yes' THEN c.person END)
               FROM invitations x JOIN counted c ON c.member = x.member
               WHERE x.day <= ?1 AND x.answered_day <= ?1 AND x.answer IS NOT NULL";
    let (answered, yes): (i64, i64) =
        store.conn.query_row(sql, [as_of.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((answered.unsigned_abs(), yes.unsigned_abs()))
}

/// Everyone's newest invitation up to a day.
pub fn newest(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Invitation>> {
    let sql = concat!(
        "SELECT m.person, x.id, x.day, x.answer, x.answered_day, ",
        newest!("x"),
        " FROM invitations x JOIN members m ON m.id = x.member WHERE x.day <= ?1 GROUP BY m.person"
    );
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map([as_of.0], |row| {
        let answered: Option<i32> = row.get(4)?;
        let invitation = Invitation {
            id: row.get(1)?,
            day: Day(row.get(2)?),
            answer: row.get(3)?,
            answered: answered.map(Day),
        };
        Ok((row.get(0)?, invitation))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A person's newest invitation up to a day.
pub fn of(store: &Store, person: i64, as_of: Day) -> Result<Option<Invitation>> {
    let mut query = store.conn.prepare(
        "SELECT x.id, x.day, x.answer, x.answered_day FROM invitations x JOIN members m ON m.id = x.member
         WHERE m.person = ?1 AND x.day <= ?2 ORDER BY x.day DESC, x.id DESC LIMIT 1",
    )?;
    let found = query.query_row(params![person, as_of.0], |row| {
        let answered: Option<i32> = row.get(3)?;
        Ok(Invitation {
            id: row.get(0)?,
            day: Day(row.get(1)?),
            answer: row.get(2)?,
            answered: answered.map(Day),
        })
    });
    Ok(found.optional()?)
}

/// Writes the answer to an invitation down.
pub fn answer(store: &Store, invitation: i64, answer: &str, day: Day) -> Result<()> {
    store.conn.execute(
        "UPDATE invitations SET answer = ?2, answered_day = ?3 WHERE id = ?1",
        params![invitation, answer, day.0],
    )?;
    Ok(())
}
