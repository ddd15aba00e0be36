//! What `measure pipeline` lays side by side: contributions and new deals day by day, and on which days their imports say
//! that nothing else happened.

use super::works::mine;
use super::{Store, contributions};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{Rows, params};
use std::collections::BTreeMap;

/// Contributions by platform and day.
pub type Acts = BTreeMap<String, BTreeMap<Day, i64>>;

/// A first and a last day.
pub type Stretch = (Day, Day);

/// What advocates made from joining on, as known on a day.
pub fn of_advocates(store: &Store, as_of: Day) -> Result<Acts> {
    let sql = format!(
        "WITH {} SELECT a.platform, a.day, a.times FROM done a CROSS JOIN mine ON mine.member = a.member
         WHERE a.day <= ?1 AND a.day >= mine.joined AND a.kind IN ({})",
        mine(),
        contributions::kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    counted(query.query([as_of.0])?)
}

/// What everybody made but staff and bots, as known on a day.
pub fn of_everyone(store: &Store, as_of: Day) -> Result<Acts> {
    let sql = format!(
        "SELECT a.platform, a.day, a.times FROM done a
         WHERE a.day <= ?1 AND a.kind IN ({}) AND a.member NOT IN (SELECT member FROM outside)",
        contributions::kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    counted(query.query([as_of.0])?)
}

/// Counted here and not by SQLite, which would sort millions of rows first.
fn counted(mut rows: Rows) -> Result<Acts> {
    let mut acts = Acts::new();
    while let Some(row) = rows.next()? {
        let platform = row.get_ref(0)?.as_str()?;
        let (day, times): (_, i64) = (Day(row.get(1)?), row.get(2)?);
        match acts.get_mut(platform) {
            Some(days) => *days.entry(day).or_default() += times,
            None => *acts.entry(platform.to_string()).or_default().entry(day).or_default() += times,
        }
    }
    Ok(acts)
}

/// The deals of one currency that were created on one day, whatever became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Created {
    /// How many.
    pub deals: i64,
    /// How many of them have an amount.
    pub with_amount: i64,
    /// What those come to, in minor units, before refunds.
    pub minor: i64,
}

/// New deals by currency and day, each once (the newest row of a number), as known on a day; staff and bots buy nothing.
pub fn created(store: &Store, as_of: Day) -> Result<BTreeMap<String, BTreeMap<Day, Created>>> {
    let mut query = store.conn.prepare(
        "WITH newest AS (
           SELECT v.currency AS currency, v.day AS day, v.amount AS amount,
                  row_number() OVER (PARTITION BY coalesce(nullif(ltrim(trim(v.number), '#'), ''), 'row ' || v.id)
                                     ORDER BY v.id DESC) AS place
           FROM conversions v
           WHERE v.replaced_by IS NULL AND v.kind = 'deal' AND v.day <= ?1
             AND (v.member IS NULL OR v.member NOT IN (SELECT member FROM outside)))
         SELECT currency, day, count(*), count(amount), coalesce(sum(amount), 0)
         FROM newest WHERE place = 1 GROUP BY currency, day",
    )?;
    let mut rows = query.query([as_of.0])?;
    let mut found: BTreeMap<String, BTreeMap<Day, Created>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let one = Created { deals: row.get(2)?, with_amount: row.get(3)?, minor: row.get(4)? };
        found.entry(row.get(0)?).or_default().insert(Day(row.get(1)?), one);
    }
    Ok(found)
}

/// From which day to which each import of acts goes, of one platform or of all: in between, a day without acts is a day on
/// which nothing happened. Without imports, the same of what was noted by hand.
pub fn acts_covered(store: &Store, as_of: Day, platform: Option<&str>) -> Result<Vec<Stretch>> {
    covered(store, "activities", "?1 IS NULL OR platform = ?1", platform, as_of)
}

/// The same of imports of deals.
pub fn deals_covered(store: &Store, as_of: Day) -> Result<Vec<Stretch>> {
    covered(store, "conversions", "?1 IS NULL AND kind = 'deal'", None, as_of)
}

fn covered(store: &Store, table: &str, which: &str, of: Option<&str>, as_of: Day) -> Result<Vec<Stretch>> {
    // Our own people's rows say nothing, not even that a day was covered.
    let counts =
        format!("({which}) AND day <= ?2 AND (member IS NULL OR member NOT IN (SELECT member FROM outside))");
    let mut query = store.conn.prepare(&format!("SELECT batch, day FROM {table} WHERE {counts}"))?;
    let mut rows = query.query(params![of, as_of.0])?;
    let mut batches: BTreeMap<Option<i64>, (i32, i32)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let day: i32 = row.get(1)?;
        let range = batches.entry(row.get(0)?).or_insert((day, day));
        *range = (range.0.min(day), range.1.max(day));
    }
    // What a file said again is covered by that file too.
    let mut runs = store.conn.prepare("SELECT batch, first, last FROM seen WHERE kind = ?1")?;
    let mut bounds = store.conn.prepare(&format!(
        "SELECT min(day), max(day) FROM {table} WHERE {counts} AND id BETWEEN ?3 AND ?4"
    ))?;
    let mut rows = runs.query([table])?;
    while let Some(row) = rows.next()? {
        let (first, last): (i64, i64) = (row.get(1)?, row.get(2)?);
        let days: (Option<i32>, Option<i32>) =
            bounds.query_row(params![of, as_of.0, first, last], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if let (Some(from), Some(to)) = days {
            let range = batches.entry(Some(row.get(0)?)).or_insert((from, to));
            *range = (range.0.min(from), range.1.max(to));
        }
    }
    if batches.len() > 1 {
        batches.remove(&None);
    }
    Ok(batches.into_values().map(|(from, to)| (Day(from), Day(to))).collect())
}
