//! What we did with a contribution: answered it, or gave it a better place.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::params;

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
