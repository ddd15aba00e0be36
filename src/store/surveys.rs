//! Answers to the twelve statements: the newest take of each person.

use super::Store;
use crate::model::record::Take;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::params;

/// The newest take of everyone counted (or of one person) up to a day, with its answers by number, in order of
/// id. `member` is the person.
pub fn takes(store: &Store, person: Option<i64>, as_of: Day) -> Result<Vec<Take>> {
    let mut query = store.conn.prepare(
        "WITH newest AS (
           SELECT id, person, at, day, choice FROM (
             SELECT t.id AS id, c.person AS person, t.at AS at, t.day AS day, t.choice AS choice,
                    row_number() OVER (PARTITION BY c.person ORDER BY t.day DESC, t.at DESC, t.id DESC) AS place
             FROM survey_takes t JOIN counted c ON c.member = t.member
             WHERE t.replaced_by IS NULL AND t.day <= ?1 AND (?2 IS NULL OR c.person = ?2)) ranked
           WHERE place = 1)
         SELECT n.id, n.person, n.at, n.day, n.choice, a.statement, a.answer
         FROM newest n LEFT JOIN survey_answers a ON a.take = n.id ORDER BY n.person, a.statement",
    )?;
    let mut rows = query.query(params![as_of.0, person])?;
    let mut takes: Vec<Take> = Vec::new();
    while let Some(row) = rows.next()? {
        let member: i64 = row.get(1)?;
        if takes.last().is_none_or(|take| take.member != member) {
            takes.push(Take {
                member,
                at: Instant(row.get(2)?),
                day: Day(row.get(3)?),
                answers: Vec::new(),
                choice: row.get(4)?,
            });
        }
        let statement: Option<i64> = row.get(5)?;
        if let (Some(take), Some(statement)) = (takes.last_mut(), statement) {
            take.answers.push((statement, row.get(6)?));
        }
    }
    Ok(takes)
}
