//! The natural keys of imported records: which record of which table a row of a file is.

use super::Store;
use super::rows::Rows;
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// A table whose rows have natural keys; its number stands in the file, so it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// NPS and CSAT answers.
    Responses = 1,
    /// Acts.
    Activities = 2,
    /// Amounts of use.
    Usage = 3,
    /// Follower counts.
    Audiences = 4,
    /// Clicks.
    Clicks = 5,
    /// Orders and deals.
    Conversions = 6,
    /// Answers to the statements.
    SurveyTakes = 7,
    /// Sign-ups.
    Signups = 8,
    /// Acts added up by day.
    Rollups = 9,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Responses,
        Self::Activities,
        Self::Usage,
        Self::Audiences,
        Self::Clicks,
        Self::Conversions,
        Self::SurveyTakes,
        Self::Signups,
        Self::Rollups,
    ];

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Activities => "activities",
            Self::Usage => "usage",
            Self::Audiences => "audiences",
            Self::Clicks => "clicks",
            Self::Conversions => "conversions",
            Self::SurveyTakes => "survey_takes",
            Self::Signups => "signups",
            Self::Rollups => "rollups",
        }
    }
}

/// A natural key: the first 16 bytes of a SHA-256, big-endian, so that numbers sort as the file's bytes do.
pub type Key = u128;

/// How many keys a table has, counted no further than `most`.
pub fn count_to(store: &Store, table: Table, most: u64) -> Result<u64> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM row_keys WHERE kind = ?1 LIMIT ?2)";
    let count: i64 = store.conn.query_row(sql, params![table as i64, most as i64], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Calls `see` with every key of a table and the record it stands for, in order of the keys.
pub fn each(store: &Store, table: Table, mut see: impl FnMut(Key, i64)) -> Result<()> {
    let mut query = store.conn.prepare("SELECT key, record FROM row_keys WHERE kind = ?1 ORDER BY key")?;
    let mut rows = query.query([table as i64])?;
    while let Some(row) = rows.next()? {
        see(Key::from_be_bytes(row.get(0)?), row.get(1)?);
    }
    Ok(())
}

/// The record a key stands for.
pub fn find(store: &Store, table: Table, key: Key) -> Result<Option<i64>> {
    let mut query = store.conn.prepare_cached("SELECT record FROM row_keys WHERE kind = ?1 AND key = ?2")?;
    Ok(query.query_row(params![table as i64, key.to_be_bytes()], |row| row.get(0)).optional()?)
}

/// A key's record has a newer version.
pub fn revise(store: &Store, table: Table, key: Key, record: i64) -> Result<()> {
    let mut update =
        store.conn.prepare_cached("UPDATE row_keys SET record = ?3 WHERE kind = ?1 AND key = ?2")?;
    update.execute(params![table as i64, key.to_be_bytes(), record])?;
    Ok(())
}

/// Writes the keys of new records of one table down. They come sorted, so that the tree they go into only grows at one place at a time.
pub struct Writer<'a> {
    table: Table,
    batch: i64,
    rows: Rows<'a>,
}

impl<'a> Writer<'a> {
    /// Ready to write.
    pub fn new(store: &'a Store, table: Table, batch: i64) -> Result<Self> {
        Ok(Self { table, batch, rows: Rows::into(store, "row_keys", "kind, key, record, batch")? })
    }

    /// The key of a record that is new.
    pub fn add(&mut self, key: Key, record: i64) -> Result<()> {
        self.rows.add(params![self.table as i64, key.to_be_bytes(), record, self.batch])
    }

    /// Puts what was added into the table.
    pub fn flush(&mut self) -> Result<()> {
        self.rows.flush()
    }
}
