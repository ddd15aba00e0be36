//! What a merge's receipt says: how many rows of each table, and where the two programs said different things.

use super::{Count, Union};
use crate::store::Store;
use anyhow::Result;
use rusqlite::params;

/// Keeps the counts.
pub(super) fn write(union: &Union, counts: &[Count]) -> Result<()> {
    let mut insert = union.store.conn.prepare(
        "INSERT INTO merged_tables (batch, place, kind, rows, added, changed, known, aside)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (place, count) in (1_i64..).zip(counts) {
        let Count { table, rows, added, changed, known, aside } = count;
        insert.execute(params![union.wishes.batch, place, table, rows, added, changed, known, aside])?;
    }
    Ok(())
}

/// What a merge had of each table, in the order they were taken in.
pub fn counts(store: &Store, batch: i64) -> Result<Vec<Count>> {
    let mut query = store.conn.prepare(
        "SELECT kind, rows, added, changed, known, aside FROM merged_tables WHERE batch = ?1 ORDER BY place",
    )?;
    let rows = query.query_map([batch], |row| {
        Ok(Count {
            table: row.get(0)?,
            rows: row.get(1)?,
            added: row.get(2)?,
            changed: row.get(3)?,
            known: row.get(4)?,
            aside: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where the two programs said different things.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// Whom it is about: the person, after merges.
    pub person: Option<i64>,
    /// Which part of a row, or which fact.
    pub part: String,
    /// What this program said: a JSON object by column, of an observation `day` and `says`; of people an array.
    pub here: String,
    /// What the other one said.
    pub there: String,
    /// Whether the other's word holds now.
    pub taken: bool,
}

/// The differences of a merge, in the order they were found, `most` at most; and how many there are.
pub fn differences(store: &Store, batch: i64, most: i64) -> Result<(i64, Vec<Difference>)> {
    let which = "FROM revisions r LEFT JOIN members m ON m.id = r.member WHERE r.batch = ?1 AND r.listed";
    let all = store.conn.query_row(&format!("SELECT count(*) {which}"), [batch], |row| row.get(0))?;
    let mut query = store.conn.prepare(&format!(
        "SELECT r.kind, m.person, r.part, coalesce(r.ours, 'null'), coalesce(r.theirs, 'null'), r.taken {which} ORDER BY r.id LIMIT ?2"
    ))?;
    let rows = query.query_map([batch, most], |row| {
        Ok(Difference {
            table: row.get(0)?,
            person: row.get(1)?,
            part: row.get(2)?,
            here: row.get(3)?,
            there: row.get(4)?,
            taken: row.get(5)?,
        })
    })?;
    Ok((all, rows.collect::<Result<_, _>>()?))
}
