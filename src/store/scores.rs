//! NPS and CSAT of a period: one answer per person, the latest; answers of nobody known count each.

use super::Store;
use super::persons::Persons;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::{BTreeMap, HashMap};

/// How many people gave a score: (score, low, high, people).
pub type Given = (i64, i64, i64, i64);

/// How often each score was given in each of some periods, in the order of the scores.
pub fn counts(store: &Store, kind: &str, periods: &[(Day, Day)]) -> Result<Vec<Vec<Given>>> {
    let counted = latest_in(store, kind, periods)?.into_iter().map(|answers| {
        let mut counts: BTreeMap<(i64, i64, i64), i64> = BTreeMap::new();
        for one in answers {
            *counts.entry((one.score, one.low, one.high)).or_default() += 1;
        }
        counts.into_iter().map(|((score, low, high), people)| (score, low, high, people)).collect()
    });
    Ok(counted.collect())
}

/// The scores on 0-10 of those who answered in both periods: (earlier, later, people).
pub fn both(store: &Store, kind: &str, before: (Day, Day), now: (Day, Day)) -> Result<Vec<(u8, u8, i64)>> {
    let mut found = latest_in(store, kind, &[before, now])?;
    let (now, before) = (found.pop().unwrap_or_default(), found.pop().unwrap_or_default());
    let usual = |one: &Latest| u8::try_from(one.score).ok().filter(|_| (one.low, one.high) == (0, 10));
    let mut pairs: BTreeMap<(u8, u8), i64> = BTreeMap::new();
    for then in before {
        let later = now.binary_search_by_key(&then.who, |one| one.who).map(|place| now[place]);
        if let Some(pair) = usual(&then).zip(later.ok().as_ref().and_then(usual)) {
            *pairs.entry(pair).or_default() += 1;
        }
    }
    Ok(pairs.into_iter().map(|((then, later), people)| (then, later, people)).collect())
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
