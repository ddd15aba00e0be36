//! The four signals' weights, kept as dated versions.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// One version of the weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// Its number.
    pub id: i64,
    /// From which day on it counts.
    pub day: Day,
    /// Why it was made.
    pub why: Option<String>,
    /// (signal, weight), sorted by signal.
    pub weights: Vec<(String, f64)>,
}

/// Adds a version; returns its number.
pub fn add(
    store: &Store,
    weights: &[(String, f64)],
    at: Instant,
    day: Day,
    why: Option<&str>,
) -> Result<i64> {
    let sql = "INSERT INTO weight_versions (at, day, why) VALUES (?1, ?2, ?3) RETURNING id";
    let version: i64 = store.conn.query_row(sql, params![at.0, day.0, why], |row| row.get(0))?;
    for (signal, weight) in weights {
        store.conn.execute(
            "INSERT INTO weights (version, signal, weight) VALUES (?1, ?2, ?3)",
            params![version, signal, weight],
        )?;
    }
    Ok(version)
}

/// The version in force on a day: the newest one up to it, or the first made one for days before any.
pub fn on(store: &Store, as_of: Day) -> Result<Option<Version>> {
    let sql = "SELECT id, day, why FROM weight_versions
               ORDER BY day > ?1, CASE WHEN day <= ?1 THEN -day END, CASE WHEN day <= ?1 THEN -id ELSE id END LIMIT 1";
    let found =
        store.conn.query_row(sql, [as_of.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    found.map(|(id, day, why)| Ok(Version { id, day: Day(day), why, weights: of(store, id)? })).transpose()
}

/// The day of the first version: the day the program was made.
pub fn first_day(store: &Store) -> Result<Option<Day>> {
    let mut query = store.conn.prepare("SELECT day FROM weight_versions ORDER BY id LIMIT 1")?;
    Ok(query.query_row([], |row| row.get(0)).optional()?.map(Day))
}

/// Every version, oldest first.
pub fn versions(store: &Store) -> Result<Vec<Version>> {
    let mut query = store.conn.prepare("SELECT id, day, why FROM weight_versions ORDER BY day, id")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(|(id, day, why)| Ok(Version { id, day: Day(day), why, weights: of(store, id)? }))
        .collect()
}

fn of(store: &Store, version: i64) -> Result<Vec<(String, f64)>> {
    let mut query =
        store.conn.prepare_cached("SELECT signal, weight FROM weights WHERE version = ?1 ORDER BY signal")?;
    let rows = query.query_map([version], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
