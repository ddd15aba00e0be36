//! What we did with a contribution: answered it, or gave it a better place.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::params;

/// Whether this very reaction is written down on this day already.
pub fn is_known(
    store: &Store,
    activity: i64,
    day: Day,
    who: Option<&str>,
    place: Option<&str>,
    text: Option<&str>,
) -> Result<bool> {
    let mut query = store.conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM reactions
                        WHERE activity = ?1 AND day = ?2 AND who IS ?3 AND place IS ?4 AND text IS ?5)",
    )?;
    Ok(query.query_row(params![activity, day.0, who, place, text], |row| row.get(0))?)
}

/// Writes down that one of ours answered a contribution.
pub fn react(
    store: &Store,
    activity: i64,
    at: Instant,
    day: Day,
    who: Option<&str>,
    place: Option<&str>,
    text: Option<&str>,
) -> Result<()> {
    store.conn.execute(
        "INSERT INTO reactions (activity, at, day, who, place, text) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![activity, at.0, day.0, who, place, text],
    )?;
    Ok(())
}

/// Writes down that we gave a contribution a better place.
pub fn promote(
    store: &Store,
    activity: i64,
    at: Instant,
    day: Day,
    place: &str,
    who: Option<&str>,
) -> Result<()> {
    store.conn.execute(
        "INSERT INTO promotions (activity, at, day, place, who) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![activity, at.0, day.0, place, who],
    )?;
    Ok(())
}
