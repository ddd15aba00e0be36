//! Surveys that were taken, and the answers in them.

use super::Store;
use crate::model::record::Take;
use crate::model::time::{Day, Instant};
use anyhow::Result;

/// The newest survey of each person by a day, in order of id; `member` is the person, after merges.
pub fn newest(store: &Store, as_of: Day) -> Result<Vec<Take>> {
    let mut query = store.conn.prepare(
        "WITH ranked AS (
           SELECT t.id AS id, c.person AS person, t.at AS at, t.day AS day, t.choice AS choice,
                  row_number() OVER (PARTITION BY c.person ORDER BY t.day DESC, t.at DESC, t.id DESC) AS place
           FROM survey_takes t JOIN counted c ON c.member = t.member WHERE t.replaced_by IS NULL AND t.day <= ?1)
         SELECT r.person, r.at, r.day, r.choice, a.statement, a.answer
         FROM ranked r JOIN survey_answers a ON a.take = r.id
         WHERE r.place = 1 ORDER BY r.person, a.statement",
    )?;
    let mut rows = query.query([as_of.0])?;
    let mut takes: Vec<Take> = Vec::new();
    while let Some(row) = rows.next()? {
        let member = row.get(0)?;
        if takes.last().is_none_or(|take| take.member != member) {
            let (at, day, choice) = (Instant(row.get(1)?), Day(row.get(2)?), row.get(3)?);
            takes.push(Take { member, at, day, answers: Vec::new(), choice });
        }
        if let Some(take) = takes.last_mut() {
            take.answers.push((row.get(4)?, row.get(5)?));
        }
    }
    Ok(takes)
}
