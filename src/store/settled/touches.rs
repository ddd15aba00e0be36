//! The clicks of people we know: what credit looks for before an order.

use super::Kind;
use super::runs::{self, Entry, Writer};
use crate::store::Store;
use anyhow::Result;

/// Row, member, day and link of such clicks from one row to another.
const ROWS: &str = "SELECT id, member, day, link FROM clicks
    WHERE id BETWEEN ?1 AND ?2 AND member IS NOT NULL AND replaced_by IS NULL";

fn entries(
    store: &Store,
    (first, last): (i64, i64),
    mut see: impl FnMut(i64, Entry) -> Result<()>,
) -> Result<()> {
    let mut query = store.conn.prepare_cached(ROWS)?;
    let mut rows = query.query([first, last])?;
    while let Some(row) = rows.next()? {
        see(row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))?;
    }
    Ok(())
}

/// Brings the runs up to date with the clicks up to `last`.
pub(super) fn refresh(store: &Store, until: i64, last: i64) -> Result<()> {
    let mut writer = Writer::resume(store, Kind::Clicks, until, true)?;
    entries(store, (writer.after() + 1, last), |row, entry| writer.add(row, entry))?;
    writer.finish(last)
}

/// How many runs are not what the clicks say.
pub(super) fn apart(store: &Store) -> Result<i64> {
    runs::apart(store, Kind::Clicks, |first, last| {
        let mut said = Vec::new();
        entries(store, (first, last), |_, entry| {
            said.push(entry);
            Ok(())
        })?;
        said.sort_unstable();
        said.dedup();
        Ok(said)
    })
}

/// Calls `see` with member, day and link of the clicks of people we know, staff and bots too; the same may come more than once.
pub fn each(store: &Store, mut see: impl FnMut(Entry) -> Result<()>) -> Result<()> {
    let until = Kind::Clicks.until(store)?;
    if until >= 0 {
        runs::each(store, Kind::Clicks, &mut see)?;
    }
    entries(store, (until.max(0) + 1, i64::MAX), |_, entry| see(entry))
}
