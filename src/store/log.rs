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

/// Which lines.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Of one person, and of who was merged into it.
    pub person: Option<i64>,
    /// From this moment on.
    pub from: Option<Instant>,
    /// Before this moment.
    pub before: Instant,
    /// Of this command, or of those that begin with it.
    pub command: Option<String>,
    /// Of one batch.
    pub batch: Option<i64>,
}

/// How many lines there are, and the last `most` of them, oldest first.
pub fn entries(store: &Store, wanted: &Wanted, most: i64) -> Result<(i64, Vec<Entry>)> {
    let fits = "(?1 IS NULL OR member IN (SELECT id FROM members WHERE person = ?1) OR member = ?1)
           AND (?2 IS NULL OR at >= ?2) AND at < ?3 AND (?5 IS NULL OR batch = ?5)
           AND (?4 IS NULL OR command = ?4 OR substr(command, 1, length(?4) + 1) = ?4 || ' ')";
    let values = rusqlite::params![
        wanted.person,
        wanted.from.map(|at| at.0),
        wanted.before.0,
        wanted.command,
        wanted.batch
    ];
    let all =
        store.conn.query_row(&format!("SELECT count(*) FROM log WHERE {fits}"), values, |row| row.get(0))?;
    let mut query = store.conn.prepare(&format!(
        "SELECT * FROM (SELECT id, at, command, what, member, batch, before, after FROM log
         WHERE {fits} ORDER BY id DESC LIMIT {most}) ORDER BY id"
    ))?;
    let rows = query.query_map(values, |row| {
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
    Ok((all, rows.collect::<Result<_, _>>()?))
}
