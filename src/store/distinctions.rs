//! Two members said to be different people, whatever they share.

use super::Store;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;

/// That two members are different people.
#[derive(Debug, Clone)]
pub struct Distinction {
    /// The member with the lower number, as the person it is part of by now.
    pub one: i64,
    /// The other.
    pub other: i64,
    /// Since when that is known.
    pub day: Day,
    /// Why.
    pub why: Option<String>,
}

/// Writes down that two people are two.
pub fn add(store: &Store, people: (i64, i64), day: Day, why: Option<&str>) -> Result<()> {
    store.conn.execute(
        "INSERT INTO distinctions (one, other, day, why) VALUES (min(?1, ?2), max(?1, ?2), ?3, ?4)",
        params![people.0, people.1, day.0, why],
    )?;
    Ok(())
}

/// Takes that back, whichever of their members it was said of; false where it was never said.
pub fn remove(store: &Store, people: (i64, i64)) -> Result<bool> {
    let gone = store.conn.execute(
        "DELETE FROM distinctions WHERE (one, other) IN (
           SELECT min(a.id, b.id), max(a.id, b.id) FROM members a JOIN members b
           WHERE a.person = ?1 AND b.person = ?2)",
        params![people.0, people.1],
    )?;
    Ok(gone > 0)
}

/// All of them up to a day; those that were merged since are not in it.
pub fn list(store: &Store, as_of: Day) -> Result<Vec<Distinction>> {
    let mut query = store.conn.prepare(
        "SELECT min(a.person, b.person), max(a.person, b.person), d.day, d.why FROM distinctions d
         JOIN members a ON a.id = d.one JOIN members b ON b.id = d.other
         WHERE d.day <= ?1 AND a.person <> b.person ORDER BY 1, 2, d.day",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        Ok(Distinction { one: row.get(0)?, other: row.get(1)?, day: Day(row.get(2)?), why: row.get(3)? })
    })?;
    let mut list = rows.collect::<Result<Vec<Distinction>, _>>()?;
    list.dedup_by_key(|known| (known.one, known.other));
    Ok(list)
}
