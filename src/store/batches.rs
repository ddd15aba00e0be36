//! Batches: what an import brought, its receipt, and taking it back.

use super::Store;
use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};

/// What an import did; `rows` is the sum of the five fates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Its number.
    pub id: i64,
    /// When it was imported, UTC seconds.
    pub at: i64,
    /// The day it counts from.
    pub day: i32,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// The kind of record.
    pub kind: String,
    /// The profile that told the tool.
    pub profile: Option<String>,
    /// How its bytes were read.
    pub encoding: String,
    /// What separates its cells.
    pub delimiter: String,
    /// Rows in the file.
    pub rows: i64,
    /// New records.
    pub added: i64,
    /// Known records that say something else now.
    pub changed: i64,
    /// Known records.
    pub unchanged: i64,
    /// Rows set aside.
    pub rejected: i64,
    /// Rows that are no records.
    pub ignored: i64,
    /// Members nobody knew before.
    pub members_added: i64,
    /// How many rows were rejected or ignored, by (fate, reason).
    pub reasons: Vec<(String, String, i64)>,
}

/// The number the next batch gets: never one that was given before, since the log remembers.
pub fn next_id(store: &Store) -> Result<i64> {
    Ok(store.conn.query_row(
        "SELECT 1 + max(coalesce((SELECT max(batch) FROM log), 0), coalesce((SELECT max(id) FROM batches), 0))",
        [],
        |row| row.get(0),
    )?)
}

/// Opens a batch, so that its rows can name it; [`close`] writes the counts.
pub fn open(store: &Store, batch: &Batch) -> Result<()> {
    store.conn.execute(
        "INSERT INTO batches (id, at, day, file, sha256, kind, profile, encoding, delimiter, rows, added, changed,
                              unchanged, rejected, ignored, members_added)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, 0, 0, 0, 0, 0, 0)",
        params![
            batch.id, batch.at, batch.day, batch.file, batch.sha256, batch.kind, batch.profile, batch.encoding, batch.delimiter
        ],
    )?;
    Ok(())
}

/// Writes a batch's counts and reasons.
pub fn close(store: &Store, batch: &Batch) -> Result<()> {
    store.conn.execute(
        "UPDATE batches SET rows = ?2, added = ?3, changed = ?4, unchanged = ?5, rejected = ?6, ignored = ?7,
                members_added = ?8 WHERE id = ?1",
        params![
            batch.id,
            batch.rows,
            batch.added,
            batch.changed,
            batch.unchanged,
            batch.rejected,
            batch.ignored,
            batch.members_added
        ],
    )?;
    for (fate, reason, rows) in &batch.reasons {
        store.conn.execute(
            "INSERT INTO batch_reasons (batch, fate, reason, rows) VALUES (?1, ?2, ?3, ?4)",
            params![batch.id, fate, reason, rows],
        )?;
    }
    Ok(())
}

fn read(row: &Row) -> rusqlite::Result<Batch> {
    Ok(Batch {
        id: row.get(0)?,
        at: row.get(1)?,
        day: row.get(2)?,
        file: row.get(3)?,
        sha256: row.get(4)?,
        kind: row.get(5)?,
        profile: row.get(6)?,
        encoding: row.get(7)?,
        delimiter: row.get(8)?,
        rows: row.get(9)?,
        added: row.get(10)?,
        changed: row.get(11)?,
        unchanged: row.get(12)?,
        rejected: row.get(13)?,
        ignored: row.get(14)?,
        members_added: row.get(15)?,
        reasons: Vec::new(),
    })
}

const COLUMNS: &str =
    "SELECT id, at, day, file, sha256, kind, profile, encoding, delimiter, rows, added, changed,
    unchanged, rejected, ignored, members_added FROM batches";

/// The batches in force, oldest first, without their reasons.
pub fn list(store: &Store) -> Result<Vec<Batch>> {
    let mut query = store.conn.prepare(&format!("{COLUMNS} ORDER BY id"))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One batch with its reasons.
pub fn find(store: &Store, id: i64) -> Result<Option<Batch>> {
    let found = store.conn.query_row(&format!("{COLUMNS} WHERE id = ?1"), [id], read).optional()?;
    let Some(mut batch) = found else { return Ok(None) };
    let mut query = store
        .conn
        .prepare("SELECT fate, reason, rows FROM batch_reasons WHERE batch = ?1 ORDER BY fate, reason")?;
    batch.reasons = query
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    Ok(Some(batch))
}

/// How the newest file in force with these headers was read, and the batch it was.
pub fn reading(store: &Store, headers: &str) -> Result<Option<(i64, String)>> {
    let mut query = store
        .conn
        .prepare("SELECT batch, wishes FROM readings WHERE headers = ?1 ORDER BY batch DESC LIMIT 1")?;
    Ok(query.query_row([headers], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Remembers how a file with these headers was read.
pub fn remember_reading(store: &Store, headers: &str, wishes: &str, batch: i64) -> Result<()> {
    store.conn.execute(
        "INSERT INTO readings (headers, wishes, batch) VALUES (?1, ?2, ?3)",
        params![headers, wishes, batch],
    )?;
    Ok(())
}

/// The kind of the newest batch of a file with this name.
pub fn kind_of(store: &Store, file: &str) -> Result<Option<String>> {
    let mut query =
        store.conn.prepare("SELECT kind FROM batches WHERE file = ?1 ORDER BY id DESC LIMIT 1")?;
    Ok(query.query_row([file], |row| row.get(0)).optional()?)
}

/// Whether the same bytes are in as the same kind, by another batch.
pub fn has_file(store: &Store, batch: &Batch) -> Result<bool> {
    let mut query = store
        .conn
        .prepare("SELECT EXISTS (SELECT 1 FROM batches WHERE sha256 = ?1 AND kind = ?2 AND id <> ?3)")?;
    Ok(query.query_row(params![batch.sha256, batch.kind, batch.id], |row| row.get(0))?)
}

/// What a receipt says beside its batch's counts.
#[derive(Debug, Clone, Default)]
pub struct Remarks {
    /// What was understood, in words.
    pub notes: Vec<String>,
    /// How long it took; unknown of imports before this was kept.
    pub microseconds: Option<i64>,
    /// The moment of rows without one of their own, where the file has no column of days.
    pub noon: Option<i64>,
}

/// Keeps what a receipt says beside the counts.
pub fn remark(store: &Store, batch: i64, remarks: &Remarks) -> Result<()> {
    store.conn.execute(
        "INSERT INTO receipts (batch, notes, microseconds, noon) VALUES (?1, ?2, ?3, ?4)",
        params![batch, serde_json::to_string(&remarks.notes)?, remarks.microseconds, remarks.noon],
    )?;
    Ok(())
}

/// What a batch's receipt says beside the counts.
pub fn remarks(store: &Store, batch: i64) -> Result<Remarks> {
    let found = store
        .conn
        .query_row("SELECT notes, microseconds, noon FROM receipts WHERE batch = ?1", [batch], |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((notes, microseconds, noon)) = found else { return Ok(Remarks::default()) };
    Ok(Remarks { notes: serde_json::from_str(&notes)?, microseconds, noon })
}
