//! Observations that repeat the one before them, once what stood between is taken back: they are folded into one.

use super::{Store, seen};
use anyhow::Result;
use rusqlite::params;

/// Of whom the batch said which fields.
pub(super) fn said_of_whom(store: &Store, batch: i64) -> Result<Vec<(i64, String)>> {
    let mut query = store.conn.prepare("SELECT DISTINCT member, field FROM facts WHERE batch = ?1")?;
    let rows = query.query_map([batch], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Acts of which the batch brought counts.
pub(super) fn reached_acts(store: &Store, batch: i64) -> Result<Vec<i64>> {
    let mut query = store.conn.prepare("SELECT DISTINCT activity FROM reaches WHERE batch = ?1")?;
    let rows = query.query_map([batch], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An observation that repeats the one before it was no news, now that nothing stands between.
pub(super) fn fold_facts(store: &Store, of: &[(i64, String)]) -> Result<()> {
    let mut query = store.conn.prepare(
        "SELECT id, value, batch IS NOT NULL FROM facts WHERE member = ?1 AND field = ?2 ORDER BY day, id",
    )?;
    for (member, field) in of {
        let rows: Vec<(i64, String, bool)> = query
            .query_map(params![member, field], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        fold(store, "facts", &rows, ("facts", 0))?;
    }
    Ok(())
}

/// Counts of an act that repeat those before them were no news either.
pub(super) fn fold_reaches(store: &Store, of: &[i64]) -> Result<()> {
    let mut query = store.conn.prepare(
        "SELECT s.id, s.reach, s.impressions, s.engagements, r.batch IS NOT NULL
         FROM snapshots s LEFT JOIN reaches r ON r.id = s.id WHERE s.activity = ?1 ORDER BY s.day, s.id",
    )?;
    for activity in of {
        let rows: Vec<(i64, [Option<i64>; 3], bool)> = query
            .query_map([activity], |row| {
                Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?], row.get(4)?))
            })?
            .collect::<Result<_, _>>()?;
        fold(store, "reaches", &rows, ("counts", *activity))?;
    }
    Ok(())
}

/// Of rows (id, what it says, whether a file brought it) in their order, those from files that repeat an earlier
/// import's go into it. `first` is the kind and row of what has the number 0.
fn fold<T: PartialEq>(store: &Store, table: &str, rows: &[(i64, T, bool)], first: (&str, i64)) -> Result<()> {
    let Some(mut before) = rows.first() else { return Ok(()) };
    for row in &rows[1..] {
        if row.1 == before.1 && row.2 && row.0 > before.0 {
            let (kind, to) = if before.0 == 0 { first } else { (table, before.0) };
            seen::hand_on(store, table, row.0, kind, to)?;
            store.conn.execute(&format!("DELETE FROM {table} WHERE id = ?1"), [row.0])?;
        } else {
            before = row;
        }
    }
    Ok(())
}
