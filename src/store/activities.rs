//! What members did, and how far it went.

use super::Store;
use super::rows::{self, Rows};
use crate::model::record::{Activity, Snapshot};
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// Adds acts, with the counts that came with them; one for a whole load.
pub struct Adder<'a> {
    rows: Rows<'a>,
    last: i64,
}

impl<'a> Adder<'a> {
    /// Ready to add.
    pub fn new(store: &'a Store) -> Result<Self> {
        let columns = "id, member, platform, kind, at, day, url, title, grade, counted_day, reach, impressions, engagements, batch";
        Ok(Self { rows: Rows::into(store, "activities", columns)?, last: rows::last(store, "activities")? })
    }

    /// Adds an act; returns its row, which can be read once [`Self::flush`] was called.
    pub fn add(&mut self, act: &Activity, counts: Option<&Snapshot>, batch: Option<i64>) -> Result<i64> {
        let mut letter = [0; 4];
        let grade = counts.map(|counts| &*counts.grade.encode_utf8(&mut letter));
        self.last += 1;
        self.rows.add(params![
            self.last,
            act.member,
            act.platform,
            act.kind,
            act.at.0,
            act.day.0,
            act.url,
            act.title,
            grade,
            counts.map(|counts| counts.day.0),
            counts.and_then(|counts| counts.reach),
            counts.and_then(|counts| counts.impressions),
            counts.and_then(|counts| counts.engagements),
            batch
        ])?;
        Ok(self.last)
    }

    /// Puts what was added into the table.
    pub fn flush(&mut self) -> Result<()> {
        self.rows.flush()
    }
}

/// Adds an act without counts; returns its row.
pub fn add(store: &Store, act: &Activity) -> Result<i64> {
    let mut adder = Adder::new(store)?;
    let row = adder.add(act, None, None)?;
    adder.flush()?;
    Ok(row)
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

/// Reach, impressions, engagements.
type Counts = [Option<i64>; 3];

/// The newest snapshot of an act, of any grade: its row (0 where it is the act's own), and reach, impressions,
/// engagements.
pub fn newest_reach(store: &Store, activity: i64) -> Result<Option<(i64, Counts)>> {
    let read = |sql| -> Result<Option<(i64, i64, Counts)>> {
        let mut query = store.conn.prepare_cached(sql)?;
        let found = query.query_row([activity], |row| {
            Ok((row.get(0)?, row.get(1)?, [row.get(2)?, row.get(3)?, row.get(4)?]))
        });
        Ok(found.optional()?)
    };
    let later = read(
        "SELECT day, id, reach, impressions, engagements FROM reaches WHERE activity = ?1
         ORDER BY day DESC, id DESC LIMIT 1",
    )?;
    let own = read(
        "SELECT counted_day, 0, reach, impressions, engagements FROM activities
         WHERE id = ?1 AND grade IS NOT NULL",
    )?;
    // The act's own is the oldest of its day.
    let newest = later.into_iter().chain(own).max_by_key(|(day, row, _)| (*day, *row));
    Ok(newest.map(|(_, row, counts)| (row, counts)))
}

/// Whether another batch than this one brought an act: then it has to be kept for both.
pub fn is_imported(store: &Store, activity: i64, batch: i64) -> Result<bool> {
    let mut query = store.conn.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM activities WHERE id = ?1 AND batch IS NOT NULL AND batch <> ?2)",
    )?;
    Ok(query.query_row([activity, batch], |row| row.get(0))?)
}
