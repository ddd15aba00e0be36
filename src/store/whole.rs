//! All that the file holds, table by table, as it stands.

use super::Store;
use anyhow::Result;
use rusqlite::Row;
use rusqlite::types::ValueRef;

/// A value of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// Settings that are keys: who has one can draw the codes to come, or ask of an address whether it was erased.
pub const KEYS: [&str; 2] = ["secret", "erasure_key"];

/// The statements that make the tables, views and indexes, in the order they were made in; and the tables' names.
pub fn schema(store: &Store) -> Result<(String, Vec<String>)> {
    let mut query = store.conn.prepare(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type <> 'table', rowid",
    )?;
    let mut rows = query.query([])?;
    let (mut sql, mut tables) = (String::new(), Vec::new());
    while let Some(row) = rows.next()? {
        sql.push_str(row.get_ref(2)?.as_str()?);
        sql.push_str(";\n\n");
        if row.get_ref(0)?.as_str()? == "table" {
            tables.push(row.get(1)?);
        }
    }
    tables.sort();
    Ok((sql.trim_end().to_string() + "\n", tables))
}

/// Calls `head` with a table's columns and `see` with each of its rows, in the order of the file.
pub fn each_row(
    store: &Store,
    table: &str,
    head: impl FnOnce(&[&str]) -> Result<()>,
    mut see: impl FnMut(&[Value]) -> Result<()>,
) -> Result<()> {
    let mut query = store.conn.prepare(&format!("SELECT * FROM {table}"))?;
    let width = query.column_count();
    let columns: Vec<&str> = query.column_names().collect();
    head(&columns)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let values = values(row, width)?;
        let key =
            table == "settings" && matches!(values.first(), Some(Value::Text(name)) if KEYS.contains(name));
        if !key {
            see(&values)?;
        }
    }
    Ok(())
}

/// The values of a row of so many columns.
pub(super) fn values<'a>(row: &'a Row, width: usize) -> Result<Vec<Value<'a>>> {
    let value = |index| {
        Ok(match row.get_ref(index)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Real(number) => Value::Real(number),
            text @ ValueRef::Text(_) => Value::Text(text.as_str()?),
            ValueRef::Blob(bytes) => Value::Bytes(bytes),
        })
    };
    (0..width).map(value).collect()
}

/// What a file is told by: the program's name, how many people it knows, and when it was last changed.
pub fn told(store: &Store) -> Result<(String, i64, Option<i64>)> {
    Ok(store.conn.query_row(
        "SELECT coalesce((SELECT value FROM settings WHERE name = 'name'), ''),
                (SELECT count(*) FROM members WHERE person = id), (SELECT max(at) FROM log)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?)
}
