//! The log: what was done, when, to whom, and how it was before.

use super::Store;
use crate::model::time::Instant;
use anyhow::Result;

/// One line.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its number; given by the store.
    pub id: i64,
    /// When, by the clock.
    pub at: Instant,
    /// The command.
    pub command: String,
    /// What it did, in words.
    pub what: String,
    /// To which member.
    pub member: Option<i64>,
    /// To which batch.
    pub batch: Option<i64>,
    /// How it was.
    pub before: Option<String>,
    /// How it is.
    pub after: Option<String>,
}

/// Adds a line.
pub fn add(store: &Store, entry: &Entry) -> Result<()> {
    store.conn.execute(
        "INSERT INTO log (at, command, what, member, batch, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        rusqlite::params![entry.at.0, entry.command, entry.what, entry.member, entry.batch, entry.before, entry.after],
    )?;
    Ok(())
}

/// The lines, oldest first; of one person (and who was merged into it), or of all.
pub fn entries(store: &Store, person: Option<i64>) -> Result<Vec<Entry>> {
    let mut query = store.conn.prepare(
        "SELECT id, at, command, what, member, batch, before, after FROM log
         WHERE ?1 IS NULL OR member IN (SELECT id FROM members WHERE person = ?1) OR member = ?1 ORDER BY id",
    )?;
    let rows = query.query_map([person], |row| {
        Ok(Entry {
            id: row.get(0)?,
            at: Instant(row.get(1)?),
            command: row.get(2)?,
            what: row.get(3)?,
            member: row.get(4)?,
            batch: row.get(5)?,
            before: row.get(6)?,
            after: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
