//! Two members that are one person, and the way back.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::OptionalExtension;

/// Joins `gone` (and who was merged into it before) to `kept`; returns the merge's number.
pub fn merge(store: &Store, kept: i64, gone: i64, at: Instant, day: Day, why: Option<&str>) -> Result<i64> {
    let merge: i64 = store.conn.query_row(
        "INSERT INTO merges (kept, gone, at, day, why) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
        rusqlite::params![kept, gone, at.0, day.0, why],
        |row| row.get(0),
    )?;
    store.conn.execute(
        "INSERT INTO merged_members (merge_id, member, former) SELECT ?1, id, person FROM members WHERE person = ?2",
        [merge, gone],
    )?;
    store.conn.execute("UPDATE members SET person = ?1 WHERE person = ?2", [kept, gone])?;
    Ok(merge)
}

/// A merge that can be taken back.
#[derive(Debug, Clone, Copy)]
pub struct Merge {
    /// The member that stayed.
    pub kept: i64,
    /// The member that was joined to it.
    pub gone: i64,
    /// A later merge that has to be taken back first.
    pub held_by: Option<i64>,
}

/// Looks a merge up.
pub fn find(store: &Store, merge: i64) -> Result<Option<Merge>> {
    let found = store.conn.query_row(
        "SELECT g.kept, g.gone, (SELECT max(later.merge_id) FROM merged_members later
           JOIN merged_members mine ON mine.member = later.member
           WHERE mine.merge_id = g.id AND later.merge_id > g.id)
         FROM merges g WHERE g.id = ?1",
        [merge],
        |row| Ok(Merge { kept: row.get(0)?, gone: row.get(1)?, held_by: row.get(2)? }),
    );
    Ok(found.optional()?)
}

/// Takes a merge back: every member row belongs to whom it belonged before, with what it learnt since.
pub fn unmerge(store: &Store, merge: i64) -> Result<()> {
    store.conn.execute(
        "UPDATE members SET person = (SELECT former FROM merged_members WHERE merge_id = ?1 AND member = members.id)
         WHERE id IN (SELECT member FROM merged_members WHERE merge_id = ?1)",
        [merge],
    )?;
    store.conn.execute("DELETE FROM merged_members WHERE merge_id = ?1", [merge])?;
    store.conn.execute("DELETE FROM merges WHERE id = ?1", [merge])?;
    Ok(())
}

/// The merges in force: number, kept, gone, day.
pub fn list(store: &Store) -> Result<Vec<(i64, i64, i64, Day)>> {
    let mut query = store.conn.prepare("SELECT id, kept, gone, day FROM merges ORDER BY id")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, Day(row.get(3)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
