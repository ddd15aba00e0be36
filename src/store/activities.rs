//! What members did, and how far it went.

use super::Store;
use crate::model::record::{Activity, Snapshot};
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// Adds an act; returns its row.
pub fn add(store: &Store, activity: &Activity, batch: Option<i64>) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO activities (member, platform, kind, at, day, url, title, batch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    Ok(insert.insert(params![
        activity.member,
        activity.platform,
        activity.kind,
        activity.at.0,
        activity.day.0,
        activity.url,
        activity.title,
        batch
    ])?)
}

/// Adds a snapshot of how far an act went.
pub fn add_reach(store: &Store, activity: i64, reach: &Snapshot, batch: Option<i64>) -> Result<()> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO reaches (activity, grade, day, reach, impressions, engagements, batch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    insert.execute(params![
        activity,
        reach.grade.to_string(),
        reach.day.0,
        reach.reach,
        reach.impressions,
        reach.engagements,
        batch
    ])?;
    Ok(())
}

/// The newest snapshot of an act, of any grade: its row, and reach, impressions, engagements.
pub fn newest_reach(store: &Store, activity: i64) -> Result<Option<(i64, [Option<i64>; 3])>> {
    let mut query = store.conn.prepare_cached(
        "SELECT id, reach, impressions, engagements FROM reaches WHERE activity = ?1 ORDER BY day DESC, id DESC LIMIT 1",
    )?;
    let found = query.query_row([activity], |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?])));
    Ok(found.optional()?)
}
