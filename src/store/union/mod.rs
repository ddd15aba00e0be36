//! Another manager's program taken into this one: the union of what both know.
//!
//! Rows are told by what they are, never by their numbers (`tables.rs`), and of what can only be one way one word holds
//! by a rule that does not ask whose it is. So it is the same in whatever order and how often programs are merged. The
//! other file is attached to be read, and taken in set by set; what it brings carries the batch of the merge, and
//! `back.rs` takes it back.

mod attached;
mod back;
mod dated;
mod erased;
mod imported;
mod listed;
mod people;
mod said;
mod tables;
mod written;

pub use attached::{Attached, Closed, Other, settings, zones};
pub use erased::{Forgotten, erase, forget_there, forgotten};
pub use listed::{Difference, counts, differences};

pub(super) use back::{hand_over, is_merge, put_back, staged, take_back};

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use tables::{How, TABLES};

/// How another program is taken in.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// The batch it becomes.
    pub batch: i64,
    /// People of this program that are one person in the other become one here too.
    pub join: bool,
    /// What the other program is called in the reason of such a merge.
    pub named: String,
    /// When.
    pub at: Instant,
    /// The day.
    pub day: Day,
}

/// What became of the rows of one table; `rows` is the sum of the other four.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The table.
    pub table: String,
    /// Rows the other program has.
    pub rows: i64,
    /// New here.
    pub added: i64,
    /// Known here, and other now.
    pub changed: i64,
    /// Known here.
    pub known: i64,
    /// Not taken: they are of people who have to be settled first.
    pub aside: i64,
}

impl Count {
    fn of(table: &str, rows: i64, added: i64, changed: i64, aside: i64) -> Self {
        Self { table: table.into(), rows, added, changed, known: rows - added - changed - aside, aside }
    }
}

/// A merge at work.
struct Union<'a> {
    store: &'a Store,
    wishes: &'a Wishes,
    /// The last member there was before.
    members: i64,
}

/// How many rows the other program has, about: what a merge goes through.
pub fn size(store: &Store) -> Result<u64> {
    let mut rows = 0;
    for (table, how) in &TABLES {
        if !matches!(how, How::Own | How::Apart) {
            rows += u64::try_from(many(store, table)?).unwrap_or(0);
        }
    }
    Ok(rows)
}

/// About how many rows the other program has of a table: of a large one its last number, which needs no counting.
fn many(store: &Store, table: &str) -> Result<i64> {
    let numbered = columns(store, table)?.iter().any(|column| column == "id") && table != "identities";
    let what = if numbered { "coalesce(max(id), 0)" } else { "count(*)" };
    Ok(store.conn.query_row(&format!("SELECT {what} FROM other.{table}"), [], |row| row.get(0))?)
}

/// Takes in the attached program; `done` is told how many rows are through. Run inside [`Store::write`].
pub fn merge(store: &Store, wishes: &Wishes, done: impl Fn(u64)) -> Result<Vec<Count>> {
    let mut union = Union { store, wishes, members: super::members::last(store)? };
    said::trim(&union)?;
    let mut counts = people::take(&mut union)?;
    done(counts.iter().map(|count| count.rows.unsigned_abs()).sum());
    for (table, how) in &TABLES {
        let count = match how {
            How::Written(how) => written::take(&union, table, how)?,
            How::Dated(how) => dated::take(&union, table, how)?,
            How::Imported(how) => imported::take(&union, table, how)?,
            How::With { parent, column } => written::children(&union, table, parent, column)?,
            How::Own | How::People | How::Apart => continue,
        };
        done(count.rows.unsigned_abs());
        counts.push(count);
    }
    counts.push(people::merge_again(&union)?);
    counts.retain(|count| count.rows > 0);
    listed::write(&union, &counts)?;
    drop_all(store)?;
    Ok(counts)
}

impl Union<'_> {
    fn run(&self, sql: &str) -> Result<i64> {
        use anyhow::Context;
        let changed = self.store.conn.execute(sql, []).with_context(|| format!("merging: {sql}"));
        Ok(changed? as i64)
    }

    fn number(&self, sql: &str) -> Result<i64> {
        use anyhow::Context;
        self.store.conn.query_row(sql, [], |row| row.get(0)).with_context(|| format!("merging: {sql}"))
    }

    /// Makes a table of this merge's own, in the place of one of the same name.
    fn make(&self, name: &str, select: &str) -> Result<()> {
        self.run(&format!("DROP TABLE IF EXISTS temp.{name}"))?;
        self.run(&format!("CREATE TEMP TABLE {name} AS {select}")).map(drop)
    }
}

/// Drops what a merge made for itself.
fn drop_all(store: &Store) -> Result<()> {
    let mut query = store.conn.prepare(
        "SELECT name FROM temp.sqlite_master WHERE type = 'table' AND (name LIKE 'union\\_%' ESCAPE '\\')",
    )?;
    let names: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    names.iter().try_for_each(|name| Ok(store.conn.execute_batch(&format!("DROP TABLE temp.{name}"))?))
}

/// The columns of a table.
fn columns(store: &Store, table: &str) -> Result<Vec<String>> {
    let mut query =
        store.conn.prepare_cached("SELECT name FROM pragma_table_info(?1, 'main') ORDER BY cid")?;
    let rows = query.query_map([table], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A table as statements need it: its columns, and where they point.
struct Shape {
    table: String,
    /// Without the number and the batch.
    columns: Vec<String>,
    references: Vec<(String, String)>,
    /// The columns of its key; `id` alone where rows have numbers.
    key: Vec<String>,
}

impl Shape {
    fn of(store: &Store, table: &str) -> Result<Self> {
        let mut query = store.conn.prepare_cached(
            "SELECT \"from\", \"table\" FROM pragma_foreign_key_list(?1, 'main') WHERE \"table\" <> 'batches'",
        )?;
        let references = query.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut keys = store
            .conn
            .prepare_cached("SELECT name FROM pragma_table_info(?1, 'main') WHERE pk > 0 ORDER BY pk")?;
        let key = keys.query_map([table], |row| row.get(0))?;
        let mut all = columns(store, table)?;
        all.retain(|column| !matches!(column.as_str(), "id" | "batch" | "replaced_by"));
        Ok(Self {
            table: table.into(),
            columns: all,
            references: references.collect::<Result<_, _>>()?,
            key: key.collect::<Result<_, _>>()?,
        })
    }

    fn is_numbered(&self) -> bool {
        self.key == ["id"]
    }

    fn parent(&self, column: &str) -> Option<&str> {
        self.references.iter().find(|(known, _)| known == column).map(|(_, parent)| parent.as_str())
    }

    /// What a row is known by in this program: its number, or its key as JSON.
    fn place(&self, alias: &str) -> String {
        if self.is_numbered() {
            return format!("{alias}.id");
        }
        let key: Vec<String> = self.key.iter().map(|column| format!("{alias}.{column}")).collect();
        format!("json_array({})", key.join(", "))
    }

    /// All columns of the other program's row, as this program has them.
    fn translated(&self, alias: &str) -> String {
        let one = |column: &String| format!("{} AS {column}", self.mapped(column, alias));
        self.columns.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// A column of the other program's row, as this program has it.
    fn mapped(&self, column: &str, alias: &str) -> String {
        match (self.table.as_str(), column, self.parent(column)) {
            // The lower number comes first, in either program.
            ("distinctions", "one", _) => {
                format!("min({}, {})", ours("members", alias, "one"), ours("members", alias, "other"))
            }
            ("distinctions", "other", _) => {
                format!("max({}, {})", ours("members", alias, "one"), ours("members", alias, "other"))
            }
            // Of the same table: known only when all of its rows are.
            (table, _, Some(parent)) if parent == table => format!("{alias}.{column}"),
            (_, _, Some(parent)) => ours(parent, alias, column),
            _ => format!("{alias}.{column}"),
        }
    }

    /// That a row of the other program points at someone, or in these columns at something, that is not taken in.
    fn lost(&self, alias: &str, needed: &[&str]) -> String {
        let lost = |(column, parent): &(String, String)| {
            let is_needed = parent == "members" || needed.contains(&column.as_str());
            (is_needed && *parent != self.table).then(|| {
                format!("({alias}.{column} IS NOT NULL AND {} IS NULL)", ours(parent, alias, column))
            })
        };
        let all: Vec<String> = self.references.iter().filter_map(lost).collect();
        if all.is_empty() { "0".into() } else { all.join(" OR ") }
    }

    /// What a column stands for when rows are compared: of a member the person.
    fn meant(&self, column: &str, alias: &str) -> String {
        match self.parent(column) {
            Some("members") => format!("(SELECT person FROM main.members WHERE id = {alias}.{column})"),
            _ => format!("{alias}.{column}"),
        }
    }

    /// A text by which what columns say can be ordered, the same in every program: nothing comes first, numbers come
    /// before texts.
    fn rank(&self, columns: &[&str], alias: &str) -> String {
        let one = |column: &&str| {
            let value = match (self.parent(column), *column) {
                (Some("members"), _) => name_of(&format!("{alias}.{column}")),
                (Some(parent), _) => told_by(parent, &format!("{alias}.{column}")),
                (_, "standing") => {
                    format!("nullif({alias}.standing = 'staff' OR 2 * ({alias}.standing = 'bot'), 0)")
                }
                // Of one moment the no holds.
                (_, "given") => format!("1 - {alias}.given"),
                (_, column) => format!("{alias}.{column}"),
            };
            sortable(&value)
        };
        columns.iter().map(one).collect::<Vec<_>>().join(" || char(31) || ")
    }
}

/// What columns say, as JSON.
fn told(columns: &[&str], alias: &str) -> String {
    let one = |column: &&str| format!("'{column}', {alias}.{column}");
    format!("json_object({})", columns.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// The number that a row which another points at has here.
fn ours(parent: &str, alias: &str, column: &str) -> String {
    format!("(SELECT ours FROM temp.union_{parent} WHERE theirs = {alias}.{column})")
}

/// A value as a text in its order.
fn sortable(value: &str) -> String {
    format!(
        "CASE typeof({value}) WHEN 'null' THEN '' WHEN 'integer' THEN printf('1%020d', {value})
         WHEN 'real' THEN printf('1%031.9f', {value}) ELSE '2' || {value} END"
    )
}

/// What someone is known by, the same in every program that knows as much of them: the first of their addresses, else of
/// their handles.
fn name_of(member: &str) -> String {
    let person = format!("(SELECT person FROM main.members WHERE id = {member})");
    format!(
        "(SELECT substr(min((platform <> 'email') || platform || ':' || value), 2) FROM main.identities WHERE member IN (
            SELECT {person} UNION SELECT id FROM main.members WHERE person = {person} AND person <> id))"
    )
}

/// What a row of another table is told by.
fn told_by(parent: &str, id: &str) -> String {
    let told = match parent {
        "briefs" => "at || kind || title",
        "items" => "kind || title",
        "links" => "address",
        "questions" => "at || text",
        "wordings" => "phrases",
        _ => "1",
    };
    format!("(SELECT {told} FROM main.{parent} WHERE id = {id})")
}
