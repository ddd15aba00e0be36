//! Rows that point at rows which are not there. SQLite's own check looks every reference up in its parent's tree, which
//! takes long on millions of rows; here the parents' numbers are read once, and then every table once.

use super::Store;
use anyhow::Result;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Numbers up to this are kept as one byte each; rarer ones, and negative ones, in a set.
const DENSE: i64 = 50_000_000;

/// A reference: its column, the table it points into, and that table's column.
type Reference = (String, String, Option<String>);

/// The numbers a table has.
#[derive(Default)]
struct Numbers {
    dense: Vec<bool>,
    others: HashSet<i64>,
}

impl Numbers {
    fn of(store: &Store, table: &str) -> Result<Self> {
        let mut numbers = Self::default();
        let mut query = store.conn.prepare(&format!("SELECT id FROM \"{table}\""))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            match usize::try_from(id) {
                Ok(place) if id < DENSE => {
                    if place >= numbers.dense.len() {
                        numbers.dense.resize(place + 1, false);
                    }
                    numbers.dense[place] = true;
                }
                _ => {
                    numbers.others.insert(id);
                }
            }
        }
        Ok(numbers)
    }

    fn has(&self, id: i64) -> bool {
        usize::try_from(id).ok().and_then(|place| self.dense.get(place)).copied().unwrap_or(false)
            || self.others.contains(&id)
    }
}

/// How many references point at nothing, by table and parent, where any do.
pub fn orphans(store: &Store) -> Result<Vec<(String, i64)>> {
    let mut parents: HashMap<String, Numbers> = HashMap::new();
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    for (table, references) in references(store)? {
        let simple = |(_, parent, column): &Reference| {
            column.as_deref().is_none_or(|column| column == "id")
                && is_numbered(store, parent).unwrap_or(false)
        };
        if !references.iter().all(simple) {
            for (place, rows) in as_sqlite_finds(store, &table)? {
                *found.entry(place).or_default() += rows;
            }
            continue;
        }
        for (_, parent, _) in &references {
            if !parents.contains_key(parent) {
                parents.insert(parent.clone(), Numbers::of(store, parent)?);
            }
        }
        let columns: Vec<String> = references.iter().map(|(column, ..)| format!("\"{column}\"")).collect();
        let mut query = store.conn.prepare(&format!("SELECT {} FROM \"{table}\"", columns.join(", ")))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            for (place, (_, parent, _)) in references.iter().enumerate() {
                let id: Option<i64> = row.get(place)?;
                if id.is_some_and(|id| !parents[parent].has(id)) {
                    *found.entry(format!("{table} -> {parent}")).or_default() += 1;
                }
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// The references of every table that has some.
fn references(store: &Store) -> Result<BTreeMap<String, Vec<Reference>>> {
    let mut query = store.conn.prepare(
        "SELECT t.name, f.\"from\", f.\"table\", f.\"to\" FROM sqlite_master t, pragma_foreign_key_list(t.name) f
         WHERE t.type = 'table' ORDER BY t.name, f.id, f.seq",
    )?;
    let mut rows = query.query([])?;
    let mut all: BTreeMap<String, Vec<Reference>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        all.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?, row.get(3)?));
    }
    Ok(all)
}

/// Whether a table's rows are known by one number, `id`.
fn is_numbered(store: &Store, table: &str) -> Result<bool> {
    let mut query = store.conn.prepare_cached(
        "SELECT count(*) = 1 AND max(name) = 'id' AND max(upper(type)) = 'INTEGER' FROM pragma_table_info(?1) WHERE pk > 0",
    )?;
    Ok(query.query_row([table], |row| row.get(0))?)
}

/// References by more than one column, as SQLite checks them.
fn as_sqlite_finds(store: &Store, table: &str) -> Result<Vec<(String, i64)>> {
    let mut query = store.conn.prepare(
        "SELECT \"table\" || ' -> ' || parent, count(*) FROM pragma_foreign_key_check(?1) GROUP BY 1 ORDER BY 1",
    )?;
    let rows = query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
