//! Acts added up by member, day, platform and kind, where the acts themselves stay in a warehouse.

use super::Store;
use super::rows::{self, Rows};
use crate::model::record::Rollup;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// Adds days; one for a whole load.
pub struct Adder<'a> {
    rows: Rows<'a>,
    last: i64,
}

impl<'a> Adder<'a> {
    /// Ready to add.
    pub fn new(store: &'a Store) -> Result<Self> {
        let columns = "id, member, platform, kind, day, acts, batch";
        Ok(Self { rows: Rows::into(store, "rollups", columns)?, last: rows::last(store, "rollups")? })
    }

    /// Adds a day; returns its row, which can be read once [`Self::flush`] was called.
    pub fn add(&mut self, one: &Rollup, batch: i64) -> Result<i64> {
        self.last += 1;
        self.rows.add(params![self.last, one.member, one.platform, one.kind, one.day.0, one.acts, batch])?;
        Ok(self.last)
    }

    /// Puts what was added into the table.
    pub fn flush(&mut self) -> Result<()> {
        self.rows.flush()
    }
}

/// How many acts a row says.
pub fn acts(store: &Store, row: i64) -> Result<Option<i64>> {
    let mut query = store.conn.prepare_cached("SELECT acts FROM rollups WHERE id = ?1")?;
    Ok(query.query_row([row], |row| row.get(0)).optional()?)
}

/// How many people who joined did something from then on, in a period, that is known only added up: which days and how often,
/// and not what it was.
pub fn joined_without_rows(store: &Store, as_of: Day, (from, to): (Day, Day)) -> Result<i64> {
    let sql = format!(
        "WITH {} SELECT count(DISTINCT mine.person) FROM mine CROSS JOIN summed r ON r.member = mine.member
         WHERE r.day BETWEEN max(mine.joined, ?2) AND min(?1, ?3) AND r.kind IN ({})",
        super::works::mine(),
        super::contributions::kinds()
    );
    Ok(store.conn.query_row(&sql, params![as_of.0, from.0, to.0], |row| row.get(0))?)
}
