//! NPS and CSAT answers.

use super::Store;
use crate::model::record::Response;
use anyhow::Result;
use rusqlite::{Statement, params};

/// Adds answers; one for a whole load.
pub struct Adder<'a>(Statement<'a>);

impl<'a> Adder<'a> {
    /// Ready to add.
    pub fn new(store: &'a Store) -> Result<Self> {
        Ok(Self(store.conn.prepare(
            "INSERT INTO responses (member, kind, score, low, high, comment, at, day, batch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?))
    }

    /// Adds an answer; returns its row.
    pub fn add(&mut self, response: &Response, batch: Option<i64>) -> Result<i64> {
        Ok(self.0.insert(params![
            response.member,
            response.kind,
            response.score,
            response.low,
            response.high,
            response.comment,
            response.at.map(|at| at.0),
            response.day.map(|day| day.0),
            batch
        ])?)
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
