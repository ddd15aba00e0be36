//! NPS and CSAT of a period: one answer per person, the latest; answers of nobody known count each.

use super::persons::Persons;
use super::{Store, newest};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::HashMap;

/// The latest answer of each person of kind ?1 between two days.
fn latest(name: &str, from: &str, to: &str) -> String {
    format!(
        concat!(
            "{name} AS MATERIALIZED (
               SELECT coalesce(c.person, -r.id) AS who, r.score AS score, r.low AS low, r.high AS high, ",
            newest!("r"),
            " FROM responses r LEFT JOIN counted c ON c.member = r.member
               WHERE r.kind = ?1 AND r.replaced_by IS NULL AND r.day BETWEEN {from} AND {to}
                 AND (r.member IS NULL OR c.person IS NOT NULL)
               GROUP BY 1)"
        ),
        name = name,
        from = from,
        to = to
    )
}

/// How often each score was given: (score, low, high, people), in that order.
pub fn counts(store: &Store, kind: &str, (from, to): (Day, Day)) -> Result<Vec<(i64, i64, i64, i64)>> {
    let sql = format!(
        "WITH {} SELECT score, low, high, count(*) FROM now GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        latest("now", "?2", "?3")
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![kind, from.0, to.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The scores on 0-10 of those who answered in both periods: (earlier, later, people).
pub fn both(store: &Store, kind: &str, before: (Day, Day), now: (Day, Day)) -> Result<Vec<(u8, u8, i64)>> {
    let sql = format!(
        "WITH {}, {} SELECT t.score, n.score, count(*) FROM earlier t JOIN now n ON n.who = t.who
         WHERE t.low = 0 AND t.high = 10 AND n.low = 0 AND n.high = 10 GROUP BY 1, 2 ORDER BY 1, 2",
        latest("earlier", "?4", "?5"),
        latest("now", "?2", "?3")
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![kind, now.0.0, now.1.0, before.0.0, before.1.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One person's latest answer in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest {
    /// The person; an answer of nobody known stands for itself, under a number below 0.
    pub who: i64,
    /// The answer.
    pub score: i64,
    /// The lowest possible one.
    pub low: i64,
    /// The highest possible one.
    pub high: i64,
}

/// An answer with its day and row.
type Dated = ((i32, i64), Latest);

/// The latest answer of everyone counted in each of some periods, in order of `who`. Answers are read once, in the
/// order they lie in, whatever the number of periods.
pub fn latest_in(store: &Store, kind: &str, periods: &[(Day, Day)]) -> Result<Vec<Vec<Latest>>> {
    let persons = Persons::counted(store)?;
    let mut newest: Vec<HashMap<i64, Dated>> = vec![HashMap::new(); periods.len()];
    let first = periods.iter().map(|period| period.0.0).min().unwrap_or_default();
    let last = periods.iter().map(|period| period.1.0).max().unwrap_or_default();
    let mut query = store.conn.prepare(
        "SELECT id, member, score, low, high, day FROM responses
         WHERE kind = ?1 AND replaced_by IS NULL AND day BETWEEN ?2 AND ?3",
    )?;
    let mut rows = query.query(params![kind, first, last])?;
    while let Some(row) = rows.next()? {
        let (id, day): (i64, i32) = (row.get(0)?, row.get(5)?);
        let who = match row.get::<_, Option<i64>>(1)? {
            None => -id,
            Some(member) => match persons.of(member) {
                Some(person) => person,
                None => continue,
            },
        };
        let answer = Latest { who, score: row.get(2)?, low: row.get(3)?, high: row.get(4)? };
        for (period, newest) in periods.iter().zip(&mut newest) {
            if (period.0.0..=period.1.0).contains(&day) {
                let known = newest.entry(who).or_insert(((day, id), answer));
                if (day, id) > known.0 {
                    *known = ((day, id), answer);
                }
            }
        }
    }
    let sorted = newest.into_iter().map(|answers| {
        let mut answers: Vec<Latest> = answers.into_values().map(|(_, answer)| answer).collect();
        answers.sort_unstable_by_key(|answer| answer.who);
        answers
    });
    Ok(sorted.collect())
}

/// Rows of the files of a kind brought in up to a day: set aside, and without an answer.
pub fn without_answer(store: &Store, kind: &str, as_of: Day) -> Result<(i64, i64)> {
    let mut query = store.conn.prepare(
        "SELECT coalesce(sum(rejected), 0),
                coalesce(sum((SELECT sum(rows) FROM batch_reasons r
                              WHERE r.batch = b.id AND fate = 'ignored' AND reason = 'unanswered')), 0)
         FROM batches b WHERE kind = ?1 AND day <= ?2",
    )?;
    Ok(query.query_row(params![kind, as_of.0], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
