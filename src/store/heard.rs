//! Answers to "how did you hear about us", what advocates are known by, and what was decided by hand.

use super::{Store, called};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// The different answers on orders and deals of a period, blanks aside, with how often each was given; by answer.
pub fn answers(store: &Store, as_of: Day, (from, to): (Day, Day)) -> Result<Vec<(String, i64)>> {
    let mut query = store.conn.prepare(
        "SELECT trim(v.heard) AS answer, count(*) FROM conversions v LEFT JOIN counted b ON b.member = v.member
         WHERE v.heard IS NOT NULL AND v.replaced_by IS NULL AND v.day BETWEEN ?2 AND min(?1, ?3) AND trim(v.heard) <> ''
           AND (v.member IS NULL OR b.person IS NOT NULL)
         GROUP BY 1 ORDER BY 1",
    )?;
    let rows = query.query_map(params![as_of.0, from.0, to.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What everyone who joined or owns a code is known by, as (person, `name`, `handle` or `code`, value).
pub fn known_by(store: &Store, as_of: Day) -> Result<Vec<(i64, String, String)>> {
    let sql = concat!(
        "WITH adv AS MATERIALIZED (
           SELECT c.person AS person FROM stages s JOIN counted c ON c.member = s.member
           WHERE s.stage = 'active' AND s.day <= ?1
           UNION
           SELECT c.person FROM codes k JOIN counted c ON c.member = k.member WHERE k.from_day <= ?1),
         mine AS MATERIALIZED (
           SELECT person AS member, person FROM adv
           UNION ALL SELECT m.id, m.person FROM adv JOIN members m ON m.person = adv.person AND m.person <> m.id)
         SELECT person, 'name' AS kind, value FROM (
           SELECT m.person AS person, f.value AS value, ",
        called!("m.person"),
        " FROM mine m CROSS JOIN facts f ON f.member = m.member AND f.field = 'name' GROUP BY f.member)
         WHERE value <> ''
         UNION SELECT m.person, 'handle', i.value FROM mine m CROSS JOIN identities i ON i.member = m.member
         WHERE i.platform <> 'email'
         UNION SELECT m.person, 'code', k.code FROM mine m JOIN codes k ON k.member = m.member WHERE k.from_day <= ?1
         ORDER BY 1, 2, 3"
    );
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A decision about an answer: the answer, `member`, `program` or `other`, and which member.
pub type Decision = (String, String, Option<i64>);

/// What was decided by a day, by answer.
pub fn decisions(store: &Store, as_of: Day) -> Result<Vec<Decision>> {
    let mut query = store.conn.prepare(
        "SELECT d.answer, d.verdict, c.person FROM heard_decisions d LEFT JOIN counted c ON c.member = d.member
         WHERE d.day <= ?1 ORDER BY d.answer",
    )?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Decides an answer, or decides it anew; returns what was decided before.
pub fn decide(
    store: &Store,
    answer: &str,
    verdict: &str,
    member: Option<i64>,
    day: Day,
) -> Result<Option<(String, Option<i64>)>> {
    let before = store
        .conn
        .query_row("SELECT verdict, member FROM heard_decisions WHERE answer = ?1", [answer], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    store.conn.execute(
        "INSERT INTO heard_decisions (answer, verdict, member, day) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (answer) DO UPDATE SET verdict = excluded.verdict, member = excluded.member, day = excluded.day",
        params![answer, verdict, member, day.0],
    )?;
    Ok(before)
}

/// Takes a decision back; returns what it was, or nothing where there was none.
pub fn undecide(store: &Store, answer: &str) -> Result<Option<(String, Option<i64>)>> {
    Ok(store
        .conn
        .query_row(
            "DELETE FROM heard_decisions WHERE answer = ?1 RETURNING verdict, member",
            [answer],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?)
}
