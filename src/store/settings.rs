//! What was said at `init`, and what was set since.

use super::Store;
use anyhow::Result;
use rusqlite::OptionalExtension;

/// The value of a setting.
pub fn read(store: &Store, name: &str) -> Result<Option<String>> {
    let mut query = store.conn.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
    Ok(query.query_row([name], |row| row.get(0)).optional()?)
}

/// Sets one.
pub fn set(store: &Store, name: &str, value: &str) -> Result<()> {
    store.conn.execute(
        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )?;
    Ok(())
}

/// A new secret: 32 random bytes as hexadecimal.
pub fn random_secret(store: &Store) -> Result<String> {
    Ok(store.conn.query_row("SELECT lower(hex(randomblob(32)))", [], |row| row.get(0))?)
}
