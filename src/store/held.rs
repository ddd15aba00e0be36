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

/// Columns that hold words of the program, and no sentences.
const ENUMERATIONS: [&str; 16] = [
    "platform",
    "kind",
    "grade",
    "currency",
    "state",
    "standing",
    "purpose",
    "field",
    "signal",
    "fate",
    "encoding",
    "delimiter",
    "sha256",
    "verdict",
    "choice",
    "lang",
];

/// Every column of text that someone wrote, but of the tables `without`: (table, column).
pub fn texts(store: &Store, without: &[&str]) -> Result<Vec<(String, String)>> {
    let mut query = store.conn.prepare(
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.type = 'TEXT' ORDER BY 1, c.cid",
    )?;
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    let all: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
    Ok(all
        .into_iter()
        .filter(|(table, column)| {
            !without.contains(&table.as_str()) && !ENUMERATIONS.contains(&column.as_str())
        })
        .collect())
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
fn records(store: &Store, sql: &str) -> Result<Vec<Record>> {
    let mut query = store.conn.prepare(sql)?;
    let columns: Vec<String> = query.column_names().map(str::to_string).collect();
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

/// All rows of a table of which one column names one of these, in the order of their first columns.
fn about(store: &Store, place: &Place, members: &[i64]) -> Result<Vec<Record>> {
    let (table, column, ids) = (&place.table, &place.column, listed(members));
    let sql = format!("SELECT * FROM {table} WHERE {column} IN ({ids}) ORDER BY 1, 2");
    records(store, &sql)
}

/// Everything held about a person, by table in the order of the names, tables without rows left out: rows that
/// point at one of their member rows, and rows that point at those. Other people's rows are in it only as sums.
pub fn everything(store: &Store, person: i64) -> Result<Vec<(String, Vec<Record>)>> {
    let members = rows_of(store, person)?;
    let ids = listed(&members);
    let mut all: Vec<(String, Vec<Record>)> = Vec::new();
    all.push((
        "members".into(),
        records(store, &format!("SELECT * FROM members WHERE id IN ({ids}) ORDER BY id"))?,
    ));
    let places = places(store)?;
    for place in &places {
        if place.table == "distinctions" || all.iter().any(|(table, _)| *table == place.table) {
            continue;
        }
        all.push((place.table.clone(), about(store, place, &members)?));
    }
    for (table, rows) in all.clone() {
        let owners: Vec<i64> = rows.iter().filter_map(|row| row.get("id")?.as_i64()).collect();
        let mut query = store.conn.prepare(
            "SELECT t.name, k.\"from\" FROM sqlite_master t, pragma_foreign_key_list(t.name) k
             WHERE t.type = 'table' AND k.\"table\" = ?1 AND t.name <> ?1 ORDER BY 1, 2",
        )?;
        let below = query.query_map([&table], |row| Ok(Place { table: row.get(0)?, column: row.get(1)? }))?;
        for child in below.collect::<Result<Vec<_>, _>>()? {
            let is_new = !places.iter().any(|place| place.table == child.table) && table != "members";
            if is_new && !owners.is_empty() {
                all.push((child.table.clone(), about(store, &child, &owners)?));
            }
        }
    }
    for (name, sql) in sums(&ids) {
        all.push((name.into(), records(store, &sql)?));
    }
    let batches: std::collections::BTreeSet<i64> =
        all.iter().flat_map(|(_, rows)| rows).filter_map(|row| row.get("batch")?.as_i64()).collect();
    let batches = listed(&batches.into_iter().collect::<Vec<_>>());
    let imports =
        format!("SELECT id AS batch, file, kind, at FROM batches WHERE id IN ({batches}) ORDER BY id");
    all.push(("imports".into(), records(store, &imports)?));
    all.retain(|(_, rows)| !rows.is_empty());
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(all)
}

/// What is held about them together with others: whom they are said not to be, the briefs they were sent, what
/// became of their links and codes, and the log.
fn sums(ids: &str) -> [(&'static str, String); 5] {
    [
        (
            "distinctions",
            format!("SELECT day FROM distinctions WHERE one IN ({ids}) OR other IN ({ids}) ORDER BY day"),
        ),
        (
            "briefs",
            format!(
                "SELECT id, kind, title, url, day FROM briefs WHERE id IN (SELECT brief FROM sends WHERE member IN ({ids})) ORDER BY id"
            ),
        ),
        (
            "link_clicks",
            format!(
                "SELECT k.link AS link, sum(k.clicks) AS clicks FROM clicks k WHERE k.replaced_by IS NULL
                   AND k.link IN (SELECT id FROM links WHERE member IN ({ids})) GROUP BY k.link ORDER BY k.link"
            ),
        ),
        (
            "code_orders",
            format!(
                "SELECT v.code AS code, count(*) AS orders FROM conversions v WHERE v.replaced_by IS NULL AND v.kind = 'order'
                   AND v.code IN (SELECT code FROM codes WHERE member IN ({ids})) GROUP BY v.code ORDER BY v.code"
            ),
        ),
        (
            "log",
            // That they are someone else names the other too.
            format!(
                "SELECT id, at, command, CASE command WHEN 'member distinct' THEN NULL ELSE what END AS what, before, after
                 FROM log WHERE member IN ({ids}) ORDER BY id"
            ),
        ),
    ]
}

fn listed(ids: &[i64]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
