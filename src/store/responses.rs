//! NPS and CSAT answers.

use super::Store;
use super::rows::{self, Rows};
use crate::model::record::Response;
use anyhow::Result;
use rusqlite::params;

/// Adds answers; one for a whole load.
pub struct Adder<'a> {
    rows: Rows<'a>,
    last: i64,
}

impl<'a> Adder<'a> {
    /// Ready to add.
    pub fn new(store: &'a Store) -> Result<Self> {
        let columns = "id, member, kind, score, low, high, comment, at, day, batch";
        Ok(Self { rows: Rows::into(store, "responses", columns)?, last: rows::last(store, "responses")? })
    }

    /// Adds an answer; returns its row, which can be read once [`Self::flush`] was called.
    pub fn add(&mut self, response: &Response, batch: Option<i64>) -> Result<i64> {
        self.last += 1;
        self.rows.add(params![
            self.last,
            response.member,
            response.kind,
            response.score,
            response.low,
            response.high,
            response.comment,
            response.at.map(|at| at.0),
            response.day.map(|day| day.0),
            batch
        ])?;
        Ok(self.last)
    }

    /// Puts what was added into the table.
    pub fn flush(&mut self) -> Result<()> {
        self.rows.flush()
    }
}

/// Whether a known answer says the same: score, comment and moment.
pub fn says(store: &Store, row: i64, response: &Response) -> Result<bool> {
    let mut query = store.conn.prepare_cached(
        "SELECT score = ?2 AND low = ?3 AND high = ?4 AND comment IS ?5 AND at IS ?6 FROM responses WHERE id = ?1",
    )?;
    let at = response.at.map(|at| at.0);
    Ok(query.query_row(
        params![row, response.score, response.low, response.high, response.comment, at],
        |row| row.get(0),
    )?)
}
