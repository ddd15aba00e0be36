//! Many rows in one statement: what SQLite does once for a statement costs more than the row itself.

use super::Store;
use anyhow::Result;
use rusqlite::{Statement, ToSql};

/// Rows that go into the table together.
const TOGETHER: usize = 32;

/// Rows on their way into one table. They are there once [`Rows::flush`] was called, or so many came.
pub(super) struct Rows<'a> {
    insert: Statement<'a>,
    width: usize,
    /// Rows that wait: their values are bound already.
    waiting: usize,
}

impl<'a> Rows<'a> {
    /// Ready to add rows of these columns, separated by commas.
    pub fn into(store: &'a Store, table: &str, columns: &str) -> Result<Self> {
        let width = columns.split(',').count();
        // Each row has a switch behind all values, so that the last, smaller lot needs no statement of its own.
        let one = |row: usize| {
            let values: Vec<String> =
                (1..=width).map(|column| format!("?{}", row * width + column)).collect();
            format!("SELECT {} WHERE ?{}", values.join(", "), TOGETHER * width + row + 1)
        };
        let all: Vec<String> = (0..TOGETHER).map(one).collect();
        let sql = format!("INSERT INTO {table} ({columns}) {}", all.join(" UNION ALL "));
        let mut rows = Self { insert: store.conn.prepare(&sql)?, width, waiting: 0 };
        rows.switch(0, true)?;
        Ok(rows)
    }

    /// Adds a row: a value for each column.
    pub fn add(&mut self, values: &[&dyn ToSql]) -> Result<()> {
        debug_assert_eq!(values.len(), self.width);
        let first = self.waiting * self.width + 1;
        for (at, value) in (first..).zip(values) {
            self.insert.raw_bind_parameter(at, value)?;
        }
        self.waiting += 1;
        if self.waiting == TOGETHER {
            self.waiting = 0;
            self.insert.raw_execute()?;
        }
        Ok(())
    }

    /// Puts the rows that wait into the table, for whoever wants to read them.
    pub fn flush(&mut self) -> Result<()> {
        if self.waiting == 0 {
            return Ok(());
        }
        let from = std::mem::take(&mut self.waiting);
        self.switch(from, false)?;
        self.insert.raw_execute()?;
        self.switch(from, true)
    }

    /// Switches the rows from one on.
    fn switch(&mut self, from: usize, on: bool) -> Result<()> {
        for row in from..TOGETHER {
            self.insert.raw_bind_parameter(TOGETHER * self.width + row + 1, on)?;
        }
        Ok(())
    }
}

/// The highest number a table's rows have; 0 where there are none.
pub(super) fn last(store: &Store, table: &str) -> Result<i64> {
    let sql = format!("SELECT coalesce(max(id), 0) FROM {table}");
    Ok(store.conn.query_row(&sql, [], |row| row.get(0))?)
}
