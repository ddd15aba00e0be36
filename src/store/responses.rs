//! NPS and CSAT answers.

use super::Store;
use crate::model::record::Response;
use anyhow::Result;
use rusqlite::params;

/// Adds an answer; returns its row.
pub fn add(store: &Store, response: &Response, batch: Option<i64>) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO responses (member, kind, score, low, high, comment, at, day, batch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    Ok(insert.insert(params![
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
