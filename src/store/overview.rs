//! What is in the program, counted: for `status`.

use super::{Store, contributions, newest};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;

/// How many people each of the four signals is known of on a day: activity, answers, tenure or value, use.
pub fn signals(store: &Store, as_of: Day) -> Result<[i64; 4]> {
    let people = |sql: &str| -> Result<i64> { Ok(store.conn.query_row(sql, [as_of.0], |row| row.get(0))?) };
    Ok([
        people(
            "SELECT count(DISTINCT c.person) FROM activities a JOIN counted c ON c.member = a.member WHERE a.day <= ?1",
        )?,
        people(
            "SELECT count(DISTINCT c.person) FROM responses r JOIN counted c ON c.member = r.member
             WHERE r.replaced_by IS NULL AND r.day <= ?1",
        )?,
        people(
            "SELECT count(DISTINCT c.person) FROM facts f JOIN counted c ON c.member = f.member
             WHERE f.field IN ('joined', 'customer_since', 'value') AND f.value <> ''
               AND (f.day <= ?1 OR (f.field <> 'value' AND f.value <= date(?1 * 86400, 'unixepoch')))",
        )?,
        people(
            "SELECT count(DISTINCT c.person) FROM usage u JOIN counted c ON c.member = u.member
             WHERE u.replaced_by IS NULL AND u.day <= ?1",
        )?,
    ])
}

/// Something counted in the days up to a day, and in as many days before them.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// In the later days.
    pub now: i64,
    /// In the earlier days.
    pub before: i64,
}

/// How advocates' work moved: contributions, clicks on their links, orders and won deals of the program.
pub fn moved(store: &Store, as_of: Day, days: i32) -> Result<[Moved; 3]> {
    let bounds = params![as_of.0 - 2 * days, as_of.0 - days, as_of.0];
    let count = |sql: &str| -> Result<Moved> {
        Ok(store.conn.query_row(sql, bounds, |row| Ok(Moved { before: row.get(0)?, now: row.get(1)? }))?)
    };
    let kinds = contributions::kinds();
    let joined = "SELECT DISTINCT c.person FROM stages s JOIN counted c ON c.member = s.member
                  WHERE s.stage = 'active' AND s.day <= ?3";
    Ok([
        count(&format!(
            "SELECT count(*) FILTER (WHERE a.day <= ?2), count(*) FILTER (WHERE a.day > ?2)
             FROM activities a JOIN counted c ON c.member = a.member
             WHERE a.day > ?1 AND a.day <= ?3 AND a.kind IN ({kinds}) AND c.person IN ({joined})",
        ))?,
        count(
            "SELECT coalesce(sum(k.clicks) FILTER (WHERE k.day <= ?2), 0), coalesce(sum(k.clicks) FILTER (WHERE k.day > ?2), 0)
             FROM clicks k JOIN links l ON l.id = k.link
             WHERE k.replaced_by IS NULL AND l.member IS NOT NULL AND k.day > ?1 AND k.day <= ?3",
        )?,
        count(
            "SELECT count(*) FILTER (WHERE coalesce(won_day, day) <= ?2), count(*) FILTER (WHERE coalesce(won_day, day) > ?2)
             FROM conversions WHERE replaced_by IS NULL AND state IN ('paid', 'won')
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
    /// Advocates' contributions of the last 30 days that nobody reacted to.
    pub waiting: i64,
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
    let kinds = contributions::kinds();
    Ok(Work {
        surveyed: count(&of_advocates("survey_takes"))?,
        handbooks: count(&of_advocates("handbooks"))?,
        questions: count(
            "SELECT count(*) FROM questions WHERE day <= ?1 AND (answered_day IS NULL OR answered_day > ?1)",
        )?,
        waiting: count(&format!(
            "SELECT count(*) FROM activities a JOIN counted c ON c.member = a.member
             WHERE a.day <= ?1 AND a.day > ?1 - 30 AND a.kind IN ({kinds}) AND c.person IN ({joined})
               AND a.id NOT IN (SELECT activity FROM reactions WHERE day <= ?1)",
        ))?,
        asks: count(
            "SELECT count(*) FROM asks WHERE day <= ?1 AND (answered_day IS NULL OR answered_day > ?1)",
        )?,
        needs: count("SELECT count(*) FROM needs WHERE day <= ?1 AND (done_day IS NULL OR done_day > ?1)")?,
        briefs: count(
            "SELECT count(*) FROM briefs WHERE day <= ?1 AND (closed_day IS NULL OR closed_day > ?1)",
        )?,
        links: count("SELECT count(*) FROM links WHERE member IS NOT NULL AND day <= ?1")?,
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
             SELECT count(DISTINCT c.person) FROM activities a JOIN counted c ON c.member = a.member
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
