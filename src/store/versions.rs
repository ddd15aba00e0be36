//! Rows that were corrected: the newer one counts, the older one stays behind it.

use super::Store;
use super::keys::Table;
use anyhow::Result;

/// Says that `newer` replaces `older` in a table whose rows have versions.
pub fn replace(store: &Store, table: Table, older: i64, newer: i64) -> Result<()> {
    let sql = format!("UPDATE {} SET replaced_by = ?2 WHERE id = ?1", table.name());
    let mut update = store.conn.prepare_cached(&sql)?;
    update.execute([older, newer])?;
    Ok(())
}
