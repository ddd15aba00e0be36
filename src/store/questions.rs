//! The support desk: what advocates asked, and what they were told.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::params;

/// One question.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its number.
    pub id: i64,
    /// Who asked.
    pub person: i64,
    /// Whether figures count them: staff and bots are in none.
    pub counts: bool,
    /// What.
    pub text: String,
    /// Who of ours answers it.
    pub owner: Option<String>,
    /// When it was asked.
    pub at: Instant,
    /// The answer, and when it was given.
    pub answer: Option<(String, Instant)>,
}

/// Writes a question down; returns its number.
pub fn ask(
    store: &Store,
    member: i64,
    text: &str,
    owner: Option<&str>,
    at: Instant,
    day: Day,
) -> Result<i64> {
    let mut insert = store
        .conn
        .prepare("INSERT INTO questions (member, text, owner, at, day) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    Ok(insert.insert(params![member, text, owner, at.0, day.0])?)
}

/// The questions asked by a day, oldest first; an answer given later is not known yet.
pub fn list(store: &Store, as_of: Day) -> Result<Vec<Question>> {
    let mut query = store.conn.prepare(
        "SELECT q.id, m.person, q.text, q.owner, q.at,
                CASE WHEN q.answered_day <= ?1 THEN q.answer END, q.answered_at,
                c.member IS NOT NULL
         FROM questions q JOIN members m ON m.id = q.member LEFT JOIN counted c ON c.member = q.member WHERE q.day <= ?1 ORDER BY q.at, q.id",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        let answer: Option<String> = row.get(5)?;
        let answered: Option<i64> = row.get(6)?;
        Ok(Question {
            id: row.get(0)?,
            person: row.get(1)?,
            counts: row.get(7)?,
            text: row.get(2)?,
            owner: row.get(3)?,
            at: Instant(row.get(4)?),
            answer: answer.zip(answered.map(Instant)),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes the answer to a question down, and who gave it.
pub fn answer(store: &Store, id: i64, text: &str, owner: Option<&str>, at: Instant, day: Day) -> Result<()> {
    store.conn.execute(
        "UPDATE questions SET answer = ?2, owner = ?3, answered_at = ?4, answered_day = ?5 WHERE id = ?1",
        params![id, text, owner, at.0, day.0],
    )?;
    Ok(())
}

/// Says who of ours answers a question.
pub fn assign(store: &Store, id: i64, owner: &str) -> Result<()> {
    store.conn.execute("UPDATE questions SET owner = ?2 WHERE id = ?1", params![id, owner])?;
    Ok(())
}
