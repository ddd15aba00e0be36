//! The tables that are handed over, read from the schema itself, so that no column is forgotten.

use crate::store::Store;
use anyhow::{Context, Result, bail, ensure};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Whole numbers of 64 bits.
    Whole,
    /// Numbers with a fraction.
    Real,
    /// Text.
    Text,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
    /// Whether every row has a value.
    pub required: bool,
}

/// A column that points at a row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The column.
    pub column: String,
    /// The table it points into.
    pub table: String,
    /// The column there.
    pub to: String,
    /// What happens when that row goes: `NO ACTION`, `CASCADE`, `SET NULL`.
    pub on_delete: String,
}

/// A table as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns in their order.
    pub columns: Vec<Column>,
    /// The columns of its primary key.
    pub key: Vec<String>,
    /// Columns that are unique together.
    pub unique: Vec<Vec<String>>,
    /// Conditions every row fulfils.
    pub checks: Vec<String>,
    /// What points where, among the tables that are handed over.
    pub references: Vec<Reference>,
    /// The statements that make its indexes.
    pub indexes: Vec<String>,
}

impl Table {
    /// A table of whole numbers but for some texts, the first column its key: what the program works out for the texts.
    pub fn of(name: &str, columns: &[(&str, Holds, bool)]) -> Self {
        let column =
            |&(name, holds, required): &(&str, Holds, bool)| Column { name: name.into(), holds, required };
        Self {
            name: name.into(),
            columns: columns.iter().map(column).collect(),
            key: columns.iter().take(1).map(|column| column.0.into()).collect(),
            unique: Vec::new(),
            checks: Vec::new(),
            references: Vec::new(),
            indexes: Vec::new(),
        }
    }
}

/// The tables of these names, what is pointed into before what points there.
pub fn tables(store: &Store, names: &[String]) -> Result<Vec<Table>> {
    let mut waiting = names.iter().map(|name| table(store, name, names)).collect::<Result<Vec<_>>>()?;
    let mut ordered: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_ready = |table: &Table| {
            table.references.iter().all(|reference| {
                reference.table == table.name || ordered.iter().any(|known| known.name == reference.table)
            })
        };
        let place = waiting.iter().position(is_ready).context("tables point into each other in a circle")?;
        ordered.push(waiting.remove(place));
    }
    Ok(ordered)
}

/// How many rows a table has.
pub fn count(store: &Store, table: &str) -> Result<u64> {
    let rows: i64 = store.conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
    Ok(rows.unsigned_abs())
}

/// The statements that make views, as they stand in the file.
pub fn views(store: &Store, names: &[&str]) -> Result<Vec<String>> {
    let mut query = store.conn.prepare("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?1")?;
    names.iter().map(|name| Ok(query.query_row([name], |row| row.get(0))?)).collect()
}

fn table(store: &Store, name: &str, among: &[String]) -> Result<Table> {
    let sql: String = store
        .conn
        .query_row("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1", [name], |row| {
            row.get(0)
        })
        .with_context(|| format!("there is no table {name}"))?;
    let mut query =
        store.conn.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let rows = query.query_map([name], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, bool>(2)?,
            row.get::<_, i64>(3)?,
        ))
    })?;
    let (mut columns, mut key) = (Vec::new(), Vec::new());
    for row in rows {
        let (column, declared, required, place) = row?;
        let holds = match declared.as_str() {
            "INTEGER" => Holds::Whole,
            "REAL" => Holds::Real,
            "TEXT" => Holds::Text,
            other => bail!("{name}.{column} holds {other}, which cannot be handed over"),
        };
        if place > 0 {
            key.push((place, column.clone()));
        }
        columns.push(Column { name: column, holds, required: required || place > 0 });
    }
    ensure!(!columns.is_empty(), "the table {name} has no columns");
    key.sort();
    Ok(Table {
        name: name.into(),
        columns,
        key: key.into_iter().map(|(_, column)| column).collect(),
        unique: unique(store, name)?,
        checks: checks(&sql),
        references: references(store, name, among)?,
        indexes: indexes(store, name)?,
    })
}

/// Columns that are unique together, as the table itself declares it.
fn unique(store: &Store, table: &str) -> Result<Vec<Vec<String>>> {
    let mut query = store.conn.prepare(
        "SELECT l.name, i.name FROM pragma_index_list(?1) l, pragma_index_info(l.name) i
         WHERE l.origin = 'u' ORDER BY l.seq, i.seqno",
    )?;
    let rows = query.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    for row in rows {
        let (index, column) = row?;
        match all.last_mut() {
            Some((known, columns)) if *known == index => columns.push(column),
            _ => all.push((index, vec![column])),
        }
    }
    Ok(all.into_iter().map(|(_, columns)| columns).collect())
}

fn references(store: &Store, table: &str, among: &[String]) -> Result<Vec<Reference>> {
    let mut query = store.conn.prepare(
        "SELECT \"from\", \"table\", coalesce(\"to\", 'id'), on_delete FROM pragma_foreign_key_list(?1) ORDER BY \"from\"",
    )?;
    let rows = query.query_map([table], |row| {
        Ok(Reference { column: row.get(0)?, table: row.get(1)?, to: row.get(2)?, on_delete: row.get(3)? })
    })?;
    let all: Vec<Reference> = rows.collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|reference| among.contains(&reference.table)).collect())
}

fn indexes(store: &Store, table: &str) -> Result<Vec<String>> {
    let mut query = store.conn.prepare(
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL ORDER BY name",
    )?;
    let rows = query.query_map([table], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The conditions of the checks a table is declared with: what stands in the brackets after CHECK, outside of texts and comments.
fn checks(sql: &str) -> Vec<String> {
    let bare = without_comments(sql);
    let mut found = Vec::new();
    let mut rest = bare.as_str();
    while let Some(at) = rest.find("CHECK (") {
        let inside = &rest[at + "CHECK (".len()..];
        let (mut depth, mut quoted) = (1, false);
        let end = inside.find(|c: char| {
            match c {
                '\'' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let Some(end) = end else { break };
        found.push(inside[..end].split_whitespace().collect::<Vec<_>>().join(" "));
        rest = &inside[end..];
    }
    found
}

fn without_comments(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split_once("--").map_or(line, |(code, _)| code));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_with_their_brackets() {
        let sql = "CREATE TABLE t (\n a TEXT CHECK (a IN ('x (y)', 'z')), -- not CHECK (this)\n b INTEGER,\n CHECK (b >\n 0)\n) STRICT";
        assert_eq!(checks(sql), ["a IN ('x (y)', 'z')", "b > 0"]);
    }
}
