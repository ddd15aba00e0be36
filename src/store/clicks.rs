//! Clicks, and the links they are of.

use super::Store;
use super::rows::{self, Rows};
use crate::model::record::Click;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// Adds clicks; one for a whole load.
pub struct Adder<'a> {
    rows: Rows<'a>,
    last: i64,
}

impl<'a> Adder<'a> {
    /// Ready to add.
    pub fn new(store: &'a Store) -> Result<Self> {
        let columns = "id, link, at, day, clicks, visitor, member, batch";
        Ok(Self { rows: Rows::into(store, "clicks", columns)?, last: rows::last(store, "clicks")? })
    }

    /// Adds a click; returns its row, which can be read once [`Self::flush`] was called.
    pub fn add(&mut self, click: &Click, batch: Option<i64>) -> Result<i64> {
        self.last += 1;
        self.rows.add(params![
            self.last,
            click.link,
            click.at.0,
            click.day.0,
            click.clicks,
            click.visitor,
            click.member,
            batch
        ])?;
        Ok(self.last)
    }

    /// Puts what was added into the table.
    pub fn flush(&mut self) -> Result<()> {
        self.rows.flush()
    }
}

/// The link of an address, made (owned by nobody yet) when it is new. One that only files tell of is known since
/// the first day they do.
pub fn link(store: &Store, address: &str, url: &str, day: Day, batch: Option<i64>) -> Result<i64> {
    let mut query = store.conn.prepare_cached(
        "SELECT id, day > ?2 AND member IS NULL AND batch IS NOT NULL FROM links WHERE address = ?1",
    )?;
    let found = query.query_row(params![address, day.0], |row| Ok((row.get(0)?, row.get(1)?)));
    if let Some((link, is_earlier)) = found.optional()? {
        if is_earlier {
            let mut update = store.conn.prepare_cached("UPDATE links SET day = ?2 WHERE id = ?1")?;
            update.execute(params![link, day.0])?;
        }
        return Ok(link);
    }
    let mut insert =
        store.conn.prepare_cached("INSERT INTO links (address, url, day, batch) VALUES (?1, ?2, ?3, ?4)")?;
    Ok(insert.insert(params![address, url, day.0, batch])?)
}

/// How many clicks a row holds.
pub fn amount(store: &Store, row: i64) -> Result<Option<i64>> {
    let mut query = store.conn.prepare_cached("SELECT clicks FROM clicks WHERE id = ?1")?;
    Ok(query.query_row([row], |row| row.get(0)).optional()?)
}
