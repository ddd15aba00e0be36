//! Someone gone from every table: rows about them are deleted; orders and clicks that other figures add up stay,
//! without a person, a number or a moment by which they could be found again.

use super::erasures::{self, Trace};
use super::keys::Table;
use super::mentions::{self, Words};
use super::{Store, held, seen};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// What became of the rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The table.
    pub table: String,
    /// Rows that are gone.
    pub removed: i64,
    /// Rows that stay, with nothing of the person in them.
    pub anonymous: i64,
}

/// Tables whose rows have versions: of a record about someone the older versions go too.
const VERSIONED: [Table; 6] =
    [Table::Responses, Table::Usage, Table::Rollups, Table::Clicks, Table::Conversions, Table::SurveyTakes];
/// Texts the program wrote itself, blanked without asking.
const OURS: [(&str, &str); 9] = [
    ("log", "what"),
    ("log", "before"),
    ("log", "after"),
    ("receipts", "notes"),
    ("batches", "file"),
    ("readings", "wishes"),
    ("merges", "why"),
    ("revisions", "ours"),
    ("revisions", "theirs"),
];
/// Tables whose texts are no sentences: identities of others, keys, words of the schema.
const NO_TEXTS: [&str; 8] =
    ["identities", "settings", "log", "receipts", "batches", "readings", "erasures", "seen"];

/// Every word a person is known by.
pub fn words(store: &Store, person: i64) -> Result<Words> {
    let mut words = Words::default();
    let each = |sql: &str, take: &mut dyn FnMut(&str)| -> Result<()> {
        let mut query = store.conn.prepare(sql)?;
        let mut rows = query.query([person])?;
        while let Some(row) = rows.next()? {
            take(row.get_ref(0)?.as_str()?);
        }
        Ok(())
    };
    let mine = "IN (SELECT id FROM members WHERE person = ?1)";
    each(&format!("SELECT value FROM facts WHERE field = 'name' AND member {mine}"), &mut |name| {
        words.add_name(name);
    })?;
    for sql in [
        "SELECT value FROM identities WHERE member",
        "SELECT coalesce(shown, value) FROM identities WHERE member",
        "SELECT code FROM codes WHERE member",
        "SELECT address FROM links WHERE member",
        "SELECT url FROM links WHERE member",
    ] {
        each(&format!("{sql} {mine}"), &mut |word| words.add(word.trim_start_matches('@')))?;
    }
    Ok(words)
}

/// Texts of others, and of yours about others, that still name someone.
pub fn mentions(store: &Store, words: &Words) -> Result<Vec<mentions::Mention>> {
    mentions::find(store, words, &held::texts(store, &NO_TEXTS)?)
}

/// Erases a person; returns what became of the rows, by table, and how many hashes stay. Run inside [`Store::write`].
pub fn erase(store: &Store, person: i64, words: &Words, key: &str, day: Day) -> Result<(Vec<Count>, i64)> {
    let before = sizes(store)?;
    let known = hashes(store)?;
    let run = |sql: &str| -> Result<i64> { Ok(store.conn.execute(sql, [])? as i64) };
    store.conn.execute_batch(
        "PRAGMA defer_foreign_keys = ON;
         CREATE TEMP TABLE IF NOT EXISTS erased_members (id INTEGER PRIMARY KEY);
         CREATE TEMP TABLE IF NOT EXISTS erased_rows (kind TEXT, id INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID;
         DELETE FROM erased_members; DELETE FROM erased_rows;",
    )?;
    for row in held::rows_of(store, person)? {
        store.conn.execute("INSERT INTO erased_members (id) VALUES (?1)", [row])?;
    }
    leave_traces(store, key, day)?;
    mark(store)?;
    forget_keys(store, key, day)?;
    let mut anonymous = BTreeMap::new();
    anonymous.insert("conversions", keep_orders(store)?);
    anonymous.insert("clicks", keep_clicks(store)?);
    for (kind, source) in [
        ("facts", "SELECT id FROM facts WHERE member IN erased_members"),
        ("identities", "SELECT id FROM identities WHERE member IN erased_members"),
        (
            "reaches",
            "SELECT r.id FROM reaches r JOIN erased_rows e ON e.kind = 'activities' AND e.id = r.activity",
        ),
        ("counts", "SELECT id FROM erased_rows WHERE kind = 'activities'"),
    ] {
        run(&format!("INSERT OR IGNORE INTO erased_rows SELECT '{kind}', id FROM ({source})"))?;
    }
    trim_seen(store)?;
    for table in ["reaches", "reactions", "promotions"] {
        run(&format!(
            "DELETE FROM {table} WHERE activity IN (SELECT id FROM erased_rows WHERE kind = 'activities')"
        ))?;
    }
    // What they asked in their own words goes; what was worded anew stays, as nobody's.
    run("DELETE FROM faq WHERE id IN (
           SELECT f.id FROM faq f JOIN questions q ON q.id = f.question AND trim(q.text) = trim(f.asked)
           WHERE q.member IN erased_members)")?;
    run("UPDATE sends SET link = NULL WHERE link IN (SELECT id FROM links WHERE member IN erased_members)")?;
    for table in Table::ALL.map(Table::name).into_iter().chain(["facts"]) {
        run(&format!("DELETE FROM {table} WHERE id IN (SELECT id FROM erased_rows WHERE kind = '{table}')"))?;
    }
    for place in held::places(store)? {
        run(&format!("DELETE FROM {} WHERE {} IN erased_members", place.table, place.column))?;
    }
    leave_briefs(store, words)?;
    run("UPDATE log SET what = 'erased', before = NULL, after = NULL WHERE member IN erased_members")?;
    // Why two are not one was said of both.
    run("UPDATE log SET what = 'erased', before = NULL, after = NULL WHERE command = 'member distinct'
           AND what IN (SELECT 'beside member ' || id FROM erased_members)")?;
    run("DELETE FROM members WHERE id IN erased_members")?;
    blank_ours(store, words)?;
    let after = sizes(store)?;
    let counts = before.into_iter().map(|(table, rows)| Count {
        removed: rows - after.get(&table).copied().unwrap_or(0),
        anonymous: anonymous.get(table.as_str()).copied().unwrap_or(0),
        table,
    });
    let counts = counts.filter(|count| count.removed > 0 || count.anonymous > 0).collect();
    Ok((counts, hashes(store)? - known))
}

/// How many hashes of erased people stay.
fn hashes(store: &Store) -> Result<i64> {
    Ok(store.conn.query_row("SELECT count(*) FROM erasures", [], |row| row.get(0))?)
}

/// How many rows each table has.
fn sizes(store: &Store) -> Result<BTreeMap<String, i64>> {
    let mut query = store.conn.prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('erasures', 'log') ORDER BY name",
    )?;
    let names: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let size = |name: String| {
        let rows = store.conn.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0))?;
        Ok((name, rows))
    };
    names.into_iter().map(size).collect()
}

/// Keeps the hashes of addresses, handles, links and codes. A code that others had too stays theirs.
fn leave_traces(store: &Store, key: &str, day: Day) -> Result<()> {
    let mut query =
        store.conn.prepare("SELECT platform, value FROM identities WHERE member IN erased_members")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let trace = Trace::Identity(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        erasures::add(store, key, trace, day)?;
    }
    let mut query = store.conn.prepare("SELECT address FROM links WHERE member IN erased_members")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        erasures::add(store, key, Trace::Link(row.get_ref(0)?.as_str()?), day)?;
    }
    let only = "SELECT code FROM codes WHERE member IN erased_members
                EXCEPT SELECT code FROM codes WHERE member NOT IN erased_members";
    let codes: Vec<String> =
        store.conn.prepare(only)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for code in codes {
        erasures::add(store, key, Trace::Code(&code), day)?;
        store.conn.execute("UPDATE conversions SET code = NULL WHERE code = ?1", [code])?;
    }
    Ok(())
}

/// Marks every imported record about them, with its older versions, and the clicks on their links.
fn mark(store: &Store) -> Result<()> {
    for table in Table::ALL.map(Table::name) {
        let sql = format!(
            "INSERT INTO erased_rows SELECT '{table}', id FROM {table} WHERE member IN erased_members"
        );
        store.conn.execute(&sql, [])?;
    }
    store.conn.execute(
        "INSERT OR IGNORE INTO erased_rows SELECT 'clicks', id FROM clicks
         WHERE link IN (SELECT id FROM links WHERE member IN erased_members)",
        [],
    )?;
    for table in VERSIONED.map(Table::name) {
        let older = format!(
            "INSERT OR IGNORE INTO erased_rows SELECT '{table}', o.id FROM erased_rows e
             JOIN {table} o ON o.replaced_by = e.id WHERE e.kind = '{table}'"
        );
        while store.conn.execute(&older, [])? > 0 {}
    }
    Ok(())
}

/// Natural keys are made of addresses: they go, and a keyed hash of each stays, which knows the row again.
fn forget_keys(store: &Store, key: &str, day: Day) -> Result<()> {
    let which = "FROM row_keys WHERE kind = ?1 AND record IN (SELECT id FROM erased_rows WHERE kind = ?2)";
    for table in Table::ALL {
        let number = table as i64;
        let mut query = store.conn.prepare(&format!("SELECT key {which}"))?;
        let mut rows = query.query(params![number, table.name()])?;
        while let Some(row) = rows.next()? {
            erasures::add(store, key, Trace::Row(number, row.get_ref(0)?.as_blob()?), day)?;
        }
        store.conn.execute(&format!("DELETE {which}"), params![number, table.name()])?;
    }
    Ok(())
}

/// The newest version of each of their orders and deals stays as an amount on a day.
fn keep_orders(store: &Store) -> Result<i64> {
    let kept = store.conn.execute(
        "UPDATE conversions SET member = NULL, number = 'erased ' || id, title = NULL, at = day * 86400, stage = NULL, heard = NULL
         WHERE member IN erased_members AND replaced_by IS NULL",
        [],
    )?;
    leave_out(store, "conversions", "member IS NULL AND replaced_by IS NULL")?;
    Ok(kept as i64)
}

/// Their clicks on other people's links stay as clicks on a day.
fn keep_clicks(store: &Store) -> Result<i64> {
    let kept = store.conn.execute(
        "UPDATE clicks SET member = NULL, visitor = NULL, at = day * 86400
         WHERE member IN erased_members AND replaced_by IS NULL
           AND link NOT IN (SELECT id FROM links WHERE member IN erased_members)",
        [],
    )?;
    let theirs = "link NOT IN (SELECT id FROM links WHERE member IN erased_members)";
    leave_out(store, "clicks", &format!("member IS NULL AND replaced_by IS NULL AND {theirs}"))?;
    Ok(kept as i64)
}

/// Marked rows of a table that are nobody's now, and stay.
fn leave_out(store: &Store, table: &str, which: &str) -> Result<()> {
    let sql = format!(
        "DELETE FROM erased_rows WHERE kind = '{table}' AND id IN (SELECT id FROM {table} WHERE {which})"
    );
    store.conn.execute(&sql, [])?;
    Ok(())
}

/// Other batches that said one of the rows again said nothing of what takes its number next.
fn trim_seen(store: &Store) -> Result<()> {
    let mut query = store.conn.prepare("SELECT kind, id FROM erased_rows ORDER BY kind, id")?;
    let mut rows = query.query([])?;
    let mut marked: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        marked.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    marked.iter().try_for_each(|(kind, ids)| seen::forget(store, kind, ids))
}

/// Briefs that were for them by name are no more.
fn leave_briefs(store: &Store, words: &Words) -> Result<()> {
    let mut query = store.conn.prepare("SELECT id, audience FROM briefs WHERE audience IS NOT NULL")?;
    let briefs: Vec<(i64, String)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let numbers: Vec<i64> = store
        .conn
        .prepare("SELECT id FROM erased_members")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let means = |line: &str| {
        words.are_in(line)
            || line.trim().trim_start_matches('#').parse().is_ok_and(|number| numbers.contains(&number))
    };
    for (brief, audience) in briefs.into_iter().filter(|(_, audience)| audience.lines().any(means)) {
        let rest: Vec<&str> = audience.lines().filter(|line| !means(line)).collect();
        let rest = (!rest.is_empty()).then(|| rest.join("\n"));
        store.conn.execute("UPDATE briefs SET audience = ?2 WHERE id = ?1", params![brief, rest])?;
    }
    Ok(())
}

fn blank_ours(store: &Store, words: &Words) -> Result<()> {
    let columns: Vec<(String, String)> =
        OURS.iter().map(|(table, column)| ((*table).into(), (*column).into())).collect();
    let found = mentions::find(store, words, &columns)?;
    mentions::blank(store, words, &found).map(drop)
}
