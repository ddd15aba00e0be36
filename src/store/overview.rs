//! What is in the program, counted: for `status`.

use super::{Store, contributions, newest};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{Row, params};

/// More rows than this of acts, clicks or orders are not counted for a screen that has to be there at once.
const MANY: i64 = 100_000;

/// Whether each of the four signals is known of anybody on a day: activity, answers, tenure or value, use. Each stops at
/// the first who is found.
pub fn signals(store: &Store, as_of: Day) -> Result<[bool; 4]> {
    let any = |sql: &str| -> Result<bool> { Ok(store.conn.query_row(sql, [as_of.0], |row| row.get(0))?) };
    Ok([
        any("SELECT EXISTS (SELECT 1 FROM done a CROSS JOIN counted c ON c.member = a.member WHERE a.day <= ?1)")?,
        any("SELECT EXISTS (SELECT 1 FROM responses r CROSS JOIN counted c ON c.member = r.member
             WHERE r.replaced_by IS NULL AND r.day <= ?1)")?,
        any("SELECT EXISTS (SELECT 1 FROM facts f INDEXED BY facts_ties CROSS JOIN counted c ON c.member = f.member
             WHERE (f.field = 'joined' OR f.field = 'customer_since' OR f.field = 'value') AND f.value <> ''
               AND (f.day <= ?1 OR (f.field <> 'value' AND f.value <= date(?1 * 86400, 'unixepoch'))))")?,
        any("SELECT EXISTS (SELECT 1 FROM usage u CROSS JOIN counted c ON c.member = u.member
             WHERE u.replaced_by IS NULL AND u.day <= ?1)")?,
    ])
}

/// The day of the newest import up to a day.
pub fn newest_import(store: &Store, as_of: Day) -> Result<Option<Day>> {
    let sql = "SELECT max(day) FROM batches WHERE day <= ?1";
    Ok(store.conn.query_row(sql, [as_of.0], |row| row.get::<_, Option<i32>>(0))?.map(Day))
}

/// Whether there are more acts than can be counted at once.
pub fn has_many_acts(store: &Store) -> Result<bool> {
    Ok(has_many(store, "activities")? || has_many(store, "rollups")?)
}

/// Told from the first and the last number, which may have gaps between them.
fn has_many(store: &Store, table: &str) -> Result<bool> {
    let sql = format!("SELECT (SELECT max(id) FROM {table}) - (SELECT min(id) FROM {table}) >= ?1");
    let many: Option<bool> = store.conn.query_row(&sql, [MANY], |row| row.get(0))?;
    Ok(many.unwrap_or(false))
}

/// Something counted in the days up to a day, and in as many days before them.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// In the later days.
    pub now: i64,
    /// In the earlier days.
    pub before: i64,
}

/// How advocates' work moved: contributions, clicks on their links, orders and won deals of the program; none where
/// there are too many to count at once.
pub fn moved(store: &Store, as_of: Day, days: i32) -> Result<[Option<Moved>; 3]> {
    let bounds = params![as_of.0 - 2 * days, as_of.0 - days, as_of.0];
    let count = |many: bool, sql: &str| -> Result<Option<Moved>> {
        if many {
            return Ok(None);
        }
        let moved = |row: &Row| Ok(Moved { before: row.get(0)?, now: row.get(1)? });
        Ok(Some(store.conn.query_row(sql, bounds, moved)?))
    };
    let kinds = contributions::kinds();
    let joined = "SELECT DISTINCT c.person FROM stages s JOIN counted c ON c.member = s.member
                  WHERE s.stage = 'active' AND s.day <= ?3";
    Ok([
        count(has_many_acts(store)?, &format!(
            "SELECT coalesce(sum(a.times) FILTER (WHERE a.day <= ?2), 0), coalesce(sum(a.times) FILTER (WHERE a.day > ?2), 0)
             FROM done a JOIN counted c ON c.member = a.member
             WHERE a.day > ?1 AND a.day <= ?3 AND a.kind IN ({kinds}) AND c.person IN ({joined})",
        ))?,
        count(
            has_many(store, "clicks")?,
            "SELECT coalesce(sum(k.clicks) FILTER (WHERE k.day <= ?2), 0), coalesce(sum(k.clicks) FILTER (WHERE k.day > ?2), 0)
             FROM clicks k JOIN links l ON l.id = k.link
             WHERE k.replaced_by IS NULL AND l.member NOT IN (SELECT member FROM outside)
               AND (k.member IS NULL OR k.member NOT IN (SELECT member FROM outside)) AND k.day > ?1 AND k.day <= ?3",
        )?,
        count(
            has_many(store, "conversions")?,
            "SELECT count(*) FILTER (WHERE coalesce(won_day, day) <= ?2), count(*) FILTER (WHERE coalesce(won_day, day) > ?2)
             FROM conversions WHERE replaced_by IS NULL AND state IN ('paid', 'won')
               AND (member IS NULL OR member NOT IN (SELECT member FROM outside))
               AND coalesce(won_day, day) > ?1 AND coalesce(won_day, day) <= ?3",
        )?,
    ])
}

/// Counts of the weekly work on a day.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    /// Advocates whose answers to the statements are known.
    pub surveyed: i64,
    /// Advocates with a handbook.
    pub handbooks: i64,
    /// Open questions at the desk.
    pub questions: i64,
    /// Advocates' contributions of the last 30 days that nobody reacted to; none where there are too many acts to look
    /// through at once.
    pub waiting: Option<i64>,
    /// Asks without an answer.
    pub asks: i64,
    /// Needs that are not done.
    pub needs: i64,
    /// Briefs that are not closed.
    pub briefs: i64,
    /// Advocates who were never asked and never given anything.
    pub links: i64,
}

/// Counts the weekly work.
pub fn work(store: &Store, as_of: Day) -> Result<Work> {
    let joined = "SELECT DISTINCT c.person FROM stages s JOIN counted c ON c.member = s.member
                  WHERE s.stage = 'active' AND s.day <= ?1";
    let count = |sql: &str| -> Result<i64> { Ok(store.conn.query_row(sql, [as_of.0], |row| row.get(0))?) };
    let of_advocates = |table: &str| {
        format!(
            "SELECT count(DISTINCT c.person) FROM {table} t JOIN counted c ON c.member = t.member
             WHERE t.day <= ?1 AND c.person IN ({joined})"
        )
    };
    let many = has_many_acts(store)?;
    let few_acts = |sql: &str| -> Result<Option<i64>> { (!many).then(|| count(sql)).transpose() };
    let kinds = contributions::kinds();
    Ok(Work {
        surveyed: count(&of_advocates("survey_takes"))?,
        handbooks: count(&of_advocates("handbooks"))?,
        questions: count(
            "SELECT count(*) FROM questions q JOIN counted c ON c.member = q.member
             WHERE day <= ?1 AND (answered_day IS NULL OR answered_day > ?1)",
        )?,
        waiting: few_acts(&format!(
            "SELECT count(*) FROM activities a JOIN counted c ON c.member = a.member
             WHERE a.day <= ?1 AND a.day > ?1 - 30 AND a.kind IN ({kinds}) AND c.person IN ({joined})
               AND a.id NOT IN (SELECT activity FROM reactions WHERE day <= ?1)",
        ))?,
        asks: count(
            "SELECT count(*) FROM asks a JOIN counted c ON c.member = a.member
             WHERE day <= ?1 AND (answered_day IS NULL OR answered_day > ?1)",
        )?,
        needs: count(
            "SELECT count(*) FROM needs n JOIN counted c ON c.member = n.member
             WHERE day <= ?1 AND (done_day IS NULL OR done_day > ?1)",
        )?,
        briefs: count(
            "SELECT count(*) FROM briefs WHERE day <= ?1 AND (closed_day IS NULL OR closed_day > ?1)",
        )?,
        links: count("SELECT count(*) FROM links l JOIN counted c ON c.member = l.member WHERE day <= ?1")?,
    })
}

/// How many people made something in the last so many days and could be invited: not invited, not joined, nor gone.
pub fn makers(store: &Store, as_of: Day, days: i32) -> Result<i64> {
    let sql = format!(
        concat!(
            "WITH placed AS (
               SELECT c.person AS person, s.stage AS stage, ",
            newest!("s"),
            " FROM stages s JOIN counted c ON c.member = s.member WHERE s.day <= ?1 GROUP BY c.person)
             SELECT count(DISTINCT c.person) FROM done a JOIN counted c ON c.member = a.member
             LEFT JOIN placed p ON p.person = c.person
             WHERE a.day <= ?1 AND a.day > ?2 AND a.kind IN ({kinds})
               AND coalesce(p.stage, 'member') IN ('member', 'candidate')"
        ),
        kinds = contributions::kinds()
    );
    Ok(store.conn.query_row(&sql, [as_of.0, as_of.0 - days], |row| row.get(0))?)
}

/// Of those who joined so many days ago or earlier: how many, and how many are still advocates.
pub fn stayed(store: &Store, as_of: Day, days: i32) -> Result<(u64, u64)> {
    let sql = concat!(
        "WITH placed AS (
           SELECT c.person AS person, s.stage AS stage, ",
        newest!("s"),
        " FROM stages s JOIN counted c ON c.member = s.member WHERE s.day <= ?1 GROUP BY c.person),
         joined AS (
           SELECT DISTINCT c.person AS person FROM stages s JOIN counted c ON c.member = s.member
           WHERE s.stage = 'active' AND s.day <= ?2)
         SELECT count(*), count(*) FILTER (WHERE p.stage IN ('active', 'on-hold'))
         FROM joined j JOIN placed p ON p.person = j.person"
    );
    let (joined, stayed): (i64, i64) =
        store.conn.query_row(sql, [as_of.0, as_of.0 - days], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((joined.unsigned_abs(), stayed.unsigned_abs()))
}
