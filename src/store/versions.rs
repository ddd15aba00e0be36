//! Rows that were corrected: the newer one counts, the older one stays behind it.

use super::Store;
use anyhow::Result;

/// Says that `newer` replaces `older` in a table whose rows have versions.
pub fn replace(store: &Store, table: &'static str, older: i64, newer: i64) -> Result<()> {
    let mut update =
        store.conn.prepare_cached(&format!("UPDATE {table} SET replaced_by = ?2 WHERE id = ?1"))?;
    update.execute([older, newer])?;
    Ok(())
}
