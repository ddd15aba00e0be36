//! Acts added up by member, day, platform and kind, where the acts themselves stay in a warehouse.

use super::keys::Table;
use super::rows::{self, Rows};
use super::{Store, seen};
use crate::model::record::Rollup;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;

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

/// Of whom a row speaks, and of how many acts.
pub fn said(store: &Store, row: i64) -> Result<(i64, i64)> {
    let mut query = store.conn.prepare_cached("SELECT member, acts FROM rollups WHERE id = ?1")?;
    Ok(query.query_row([row], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Deletes what corrects to none a number that is not there any more: of such days none needs no row.
pub(super) fn forget_corrections_of_nothing(store: &Store) -> Result<()> {
    let mut query = store.conn.prepare(
        "SELECT id FROM rollups WHERE acts = 0 AND id NOT IN (SELECT replaced_by FROM rollups WHERE replaced_by IS NOT NULL)
         ORDER BY id",
    )?;
    let rows: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    let list = serde_json::to_string(&rows)?;
    let keys = "DELETE FROM row_keys WHERE kind = ?2 AND record IN (SELECT value FROM json_each(?1))";
    store.conn.execute(keys, params![list, Table::Rollups as i64])?;
    store.conn.execute("DELETE FROM rollups WHERE id IN (SELECT value FROM json_each(?1))", [list])?;
    seen::forget(store, Table::Rollups.name(), &rows)
}

/// How many people who joined did something from then on, in a period, that is known only added up: which days and how often,
/// and not what it was.
pub fn joined_without_rows(store: &Store, as_of: Day, (from, to): (Day, Day)) -> Result<i64> {
    if rows::last(store, "rollups")? == 0 {
        return Ok(0);
    }
    let sql = format!(
        "WITH {} SELECT count(DISTINCT mine.person) FROM mine CROSS JOIN summed r ON r.member = mine.member
         WHERE r.day BETWEEN max(mine.joined, ?2) AND min(?1, ?3) AND r.kind IN ({})",
        super::works::mine(),
        super::contributions::kinds()
    );
    Ok(store.conn.query_row(&sql, params![as_of.0, from.0, to.0], |row| row.get(0))?)
}
