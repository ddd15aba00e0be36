//! Days of acts that are known both added up and row by row: the rows count, and the sum does not.

use super::all_acts::{self, Sorts};
use crate::store::persons::Persons;
use crate::store::{Store, rows};
use anyhow::Result;

/// Whose, when and what.
type Unit = (i64, i32, u32);

/// Finds those that came. What came on either side is held against all of the other.
pub(super) fn refresh(store: &Store) -> Result<()> {
    let sql = "SELECT acts, rollups FROM settled_doubled";
    let (mut acts, mut sums): (i64, i64) =
        store.conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let last = (rows::last(store, "activities")?, rows::last(store, "rollups")?);
    if (acts, sums) == last {
        return Ok(());
    }
    if acts < 0 {
        store.conn.execute("DELETE FROM settled_doubles", [])?;
        (acts, sums) = (0, 0);
    }
    let mut insert = store.conn.prepare("INSERT OR IGNORE INTO settled_doubles VALUES (?1)")?;
    let mut mark = |after: i64, sums: (i64, i64)| -> Result<()> {
        for double in find(store, after, sums)? {
            insert.execute([double])?;
        }
        Ok(())
    };
    if sums > 0 && last.0 > acts {
        mark(acts, (0, sums))?;
    }
    if last.1 > sums {
        mark(0, (sums, last.1))?;
    }
    store.conn.execute("UPDATE settled_doubled SET acts = ?1, rollups = ?2", [last.0, last.1])?;
    Ok(())
}

/// How many sums of a batch do not count, since their acts are there row by row.
pub fn of_batch(store: &Store, batch: i64) -> Result<i64> {
    refresh(store)?;
    let sql = "SELECT count(*) FROM settled_doubles d JOIN rollups r ON r.id = d.rollup WHERE r.batch = ?1";
    Ok(store.conn.query_row(sql, [batch], |row| row.get(0))?)
}

/// The sums in force after one row up to another whose acts are among those after a row, too.
fn find(store: &Store, after_act: i64, (after, to): (i64, i64)) -> Result<Vec<i64>> {
    let persons = Persons::everyone(store)?;
    let mut units: Vec<Unit> = Vec::new();
    let known = all_acts::each_row(store, after_act, |act| {
        units.extend(persons.of(act.member.into()).map(|person| (person, act.day.0, act.sort)));
    })?;
    units.sort_unstable();
    units.dedup();
    let mut sorts = Sorts::of(known);
    let mut query = store.conn.prepare(
        "SELECT id, member, day, kind, platform FROM rollups WHERE id > ?1 AND id <= ?2 AND replaced_by IS NULL AND acts > 0",
    )?;
    let mut rows = query.query([after, to])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let sort = u32::try_from(sorts.place(row.get_ref(3)?.as_str()?, row.get_ref(4)?.as_str()?))?;
        let Some(person) = persons.of(row.get(1)?) else { continue };
        if units.binary_search(&(person, row.get(2)?, sort)).is_ok() {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}

/// How many sums are taken for doubles and are none, or the other way round.
pub(super) fn apart(store: &Store) -> Result<i64> {
    let acts: i64 = store.conn.query_row("SELECT acts FROM settled_doubled", [], |row| row.get(0))?;
    let last = rows::last(store, "rollups")?;
    if acts < 0 || last == 0 {
        return Ok(0);
    }
    let said = find(store, 0, (0, last))?;
    let mut query = store.conn.prepare("SELECT rollup FROM settled_doubles ORDER BY rollup")?;
    let known: Vec<i64> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let missing = said.iter().filter(|one| known.binary_search(one).is_err()).count();
    let strange = known.iter().filter(|one| said.binary_search(one).is_err()).count();
    Ok((missing + strange) as i64)
}
