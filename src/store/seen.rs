//! What a file said again: kept as runs of rows, so that each record stays as long as one import that said it.

use super::Store;
use anyhow::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// The records one batch says again, noted while its file is read. Neighbours become one run, so that a longer
/// export of what is known leaves a few rows and takes no memory.
#[derive(Debug)]
pub struct Seen {
    batch: i64,
    runs: BTreeMap<&'static str, (i64, i64)>,
}

impl Seen {
    /// None yet.
    pub fn by(batch: i64) -> Self {
        Self { batch, runs: BTreeMap::new() }
    }

    /// The batch says a row of a table that another brought.
    pub fn add(&mut self, store: &Store, table: &'static str, row: i64) -> Result<()> {
        let run = self.runs.entry(table).or_insert((row, row));
        if (run.0..=run.1).contains(&row) {
            return Ok(());
        }
        if row == run.1 + 1 {
            run.1 = row;
            return Ok(());
        }
        let done = std::mem::replace(run, (row, row));
        write(store, self.batch, table, done)
    }

    /// Writes the last runs down.
    pub fn finish(&mut self, store: &Store) -> Result<()> {
        for (table, run) in std::mem::take(&mut self.runs) {
            write(store, self.batch, table, run)?;
        }
        Ok(())
    }
}

fn write(store: &Store, batch: i64, table: &str, (first, last): (i64, i64)) -> Result<()> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO seen (batch, kind, first, last) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (batch, kind, first) DO UPDATE SET last = max(last, excluded.last)",
    )?;
    insert.execute(params![batch, table, first, last])?;
    Ok(())
}

/// The runs of a table that batches in force said again, by the order of the batches: batch, first, last.
pub(super) fn runs(store: &Store, table: &str) -> Result<Vec<(i64, i64, i64)>> {
    let mut query =
        store.conn.prepare("SELECT batch, first, last FROM seen WHERE kind = ?1 ORDER BY batch, first")?;
    let rows = query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Rows of a kind, ascending, that are gone: no run holds them any more.
pub(super) fn forget(store: &Store, kind: &str, ids: &[i64]) -> Result<()> {
    let (Some(lowest), Some(highest)) = (ids.first(), ids.last()) else { return Ok(()) };
    let mut query = store.conn.prepare(
        "SELECT batch, first, last FROM seen WHERE kind = ?1 AND first <= ?3 AND last >= ?2 ORDER BY batch, first",
    )?;
    let runs: Vec<(i64, i64, i64)> = query
        .query_map(params![kind, lowest, highest], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let inside = |first: i64, last: i64| {
        &ids[ids.partition_point(|id| *id < first)..ids.partition_point(|id| *id <= last)]
    };
    let cut = runs.into_iter().filter(|(_, first, last)| !inside(*first, *last).is_empty());
    let cut: Vec<(i64, i64, i64)> = cut.collect();
    for (batch, first, _) in &cut {
        let sql = "DELETE FROM seen WHERE batch = ?1 AND kind = ?2 AND first = ?3";
        store.conn.execute(sql, params![batch, kind, first])?;
    }
    for (batch, first, last) in cut {
        let mut start = first;
        for id in inside(first, last).iter().copied().chain([last + 1]) {
            if start < id {
                write(store, batch, kind, (start, id - 1))?;
            }
            start = id + 1;
        }
    }
    Ok(())
}

/// Whoever said row `from` of a table, or brought it, said row `to` of the kind `kind` too.
pub(super) fn hand_on(store: &Store, table: &str, from: i64, kind: &str, to: i64) -> Result<()> {
    store.conn.execute(
        &format!(
            "INSERT INTO seen (batch, kind, first, last)
             SELECT batch, ?4, ?3, ?3 FROM seen WHERE kind = ?1 AND ?2 BETWEEN first AND last
             UNION SELECT batch, ?4, ?3, ?3 FROM {table} WHERE id = ?2 AND batch IS NOT NULL
             ON CONFLICT (batch, kind, first) DO NOTHING"
        ),
        params![table, from, to, kind],
    )?;
    Ok(())
}
