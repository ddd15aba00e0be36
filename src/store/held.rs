//! Where people stand in the file: read from the schema itself, so that no table is forgotten.

use super::Store;
use anyhow::Result;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

/// A column that names a member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

/// Every column of every table that points at a member, the members' own table aside.
pub fn places(store: &Store) -> Result<Vec<Place>> {
    let mut query = store.conn.prepare(
        "SELECT t.name, k.\"from\" FROM sqlite_master t, pragma_foreign_key_list(t.name) k
         WHERE t.type = 'table' AND k.\"table\" = 'members' AND t.name <> 'members' ORDER BY 1, 2",
    )?;
    let rows = query.query_map([], |row| Ok(Place { table: row.get(0)?, column: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every column of text, but of the tables `without`: (table, column).
pub fn texts(store: &Store, without: &[&str]) -> Result<Vec<(String, String)>> {
    let mut query = store.conn.prepare(
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.type = 'TEXT' ORDER BY 1, c.cid",
    )?;
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let all: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|(table, _)| !without.contains(&table.as_str())).collect())
}

/// The member rows of a person, the person's own first.
pub fn rows_of(store: &Store, person: i64) -> Result<Vec<i64>> {
    let mut query = store.conn.prepare("SELECT id FROM members WHERE person = ?1 ORDER BY id <> ?1, id")?;
    let rows = query.query_map([person], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A row as its columns say it, in their order.
pub type Record = Map<String, Value>;

/// The rows a query finds, whatever their columns; bytes as hexadecimal.
pub fn records(store: &Store, sql: &str) -> Result<Vec<Record>> {
    let mut query = store.conn.prepare(sql)?;
    let columns: Vec<String> = query.column_names().into_iter().map(str::to_string).collect();
    let rows = query.query_map([], |row| {
        columns
            .iter()
            .enumerate()
            .map(|(at, column)| Ok((column.clone(), value(row.get_ref(at)?))))
            .collect::<rusqlite::Result<Record>>()
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn value(value: ValueRef) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => crate::model::digest::hex(bytes).into(),
    }
}

/// All rows of a table that one of its columns says are of these members, in the order of their first columns.
pub fn about(store: &Store, place: &Place, members: &[i64]) -> Result<Vec<Record>> {
    let ids: Vec<String> = members.iter().map(ToString::to_string).collect();
    let sql =
        format!("SELECT * FROM {} WHERE {} IN ({}) ORDER BY 1, 2", place.table, place.column, ids.join(", "));
    records(store, &sql)
}
