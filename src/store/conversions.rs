//! Orders and deals.

use super::Store;
use crate::model::record::Conversion;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;

/// Adds an order or a deal; returns its row.
pub fn add(store: &Store, conversion: &Conversion, batch: Option<i64>) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO conversions (kind, number, title, at, day, state, stage, won_day, amount, refunded, currency,
                                  member, code, heard, batch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    Ok(insert.insert(params![
        conversion.kind,
        conversion.number,
        conversion.title,
        conversion.at.0,
        conversion.day.0,
        conversion.state,
        conversion.stage,
        conversion.won_day.map(|day| day.0),
        conversion.amount,
        conversion.refunded,
        conversion.currency,
        conversion.member,
        conversion.code,
        conversion.heard,
        batch
    ])?)
}

/// The day of an order or a deal, and whose it is.
pub fn whose(store: &Store, row: i64) -> Result<(Day, Option<i64>)> {
    let mut query = store.conn.prepare_cached("SELECT day, member FROM conversions WHERE id = ?1")?;
    Ok(query.query_row([row], |row| Ok((Day(row.get(0)?), row.get(1)?)))?)
}

/// Adds what a known order was, with all of it paid back; none where it was already.
pub fn add_paid_back(store: &Store, row: i64, batch: i64) -> Result<Option<i64>> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO conversions (kind, number, title, at, day, state, stage, won_day, amount, refunded, currency,
                                  member, code, heard, batch)
         SELECT kind, number, title, at, day, state, stage, won_day, amount, amount, currency, member, code, heard, ?2
         FROM conversions WHERE id = ?1 AND refunded < amount",
    )?;
    let added = insert.execute(params![row, batch])?;
    Ok((added > 0).then(|| store.conn.last_insert_rowid()))
}

/// Whether a known order or deal says the same. Whose it is counts where nobody was known and someone is now.
pub fn says(store: &Store, row: i64, conversion: &Conversion, of_nobody: bool) -> Result<bool> {
    let mut query = store.conn.prepare_cached(
        "SELECT title IS ?2 AND at = ?3 AND state = ?4 AND stage IS ?5 AND won_day IS ?6 AND amount IS ?7
                AND refunded = ?8 AND currency = ?9 AND code IS ?10 AND heard IS ?11
                AND (member IS NOT NULL OR ?12)
         FROM conversions WHERE id = ?1",
    )?;
    let values = params![
        row,
        conversion.title,
        conversion.at.0,
        conversion.state,
        conversion.stage,
        conversion.won_day.map(|day| day.0),
        conversion.amount,
        conversion.refunded,
        conversion.currency,
        conversion.code,
        conversion.heard,
        of_nobody
    ];
    Ok(query.query_row(values, |row| row.get(0))?)
}
