//! Surveys that were taken, and the answers in them.

use super::Store;
use crate::model::time::Day;
use anyhow::Result;

/// The newest survey of each person by a day: person, forced choice, (statement, answer); in order of id.
pub fn newest(store: &Store, as_of: Day) -> Result<Vec<(i64, Option<String>, Vec<(i64, i64)>)>> {
    let mut query = store.conn.prepare(
        "WITH ranked AS (
           SELECT t.id AS id, c.person AS person, t.choice AS choice,
                  row_number() OVER (PARTITION BY c.person ORDER BY t.day DESC, t.at DESC, t.id DESC) AS place
           FROM survey_takes t JOIN counted c ON c.member = t.member WHERE t.replaced_by IS NULL AND t.day <= ?1)
         SELECT r.person, r.choice, a.statement, a.answer FROM ranked r JOIN survey_answers a ON a.take = r.id
         WHERE r.place = 1 ORDER BY r.person, a.statement",
    )?;
    let mut rows = query.query([as_of.0])?;
    let mut takes: Vec<(i64, Option<String>, Vec<(i64, i64)>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let person = row.get(0)?;
        if takes.last().is_none_or(|take| take.0 != person) {
            takes.push((person, row.get(1)?, Vec::new()));
        }
        if let Some(take) = takes.last_mut() {
            take.2.push((row.get(2)?, row.get(3)?));
        }
    }
    Ok(takes)
}
