//! A file of every version that ever landed becomes one of today, with a copy of it as it was beside it.

use crate::erase::filled;
use crate::harness::Program;
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The steps of the schema, in order: a step that is added later is in every test here by itself.
fn steps() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).expect("a step")).collect()
}

fn columns(store: &Connection, schema: &str, table: &str) -> Vec<String> {
    let mut query =
        store.prepare(&format!("SELECT name FROM pragma_table_info('{table}', '{schema}')")).expect("reads");
    query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads")
}

fn tables(store: &Connection, schema: &str) -> Vec<String> {
    let sql = format!("SELECT name FROM {schema}.sqlite_master WHERE type = 'table' ORDER BY name");
    let mut query = store.prepare(&sql).expect("reads");
    query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads")
}

/// The file of a program of today as version `version` would have had it: the same rows, as far as it had room.
pub fn as_of_version(today: &Path, target: &Path, version: usize) {
    let old = Connection::open(target).expect("opens");
    old.execute_batch("PRAGMA foreign_keys = OFF").expect("sets");
    for step in steps().iter().take(version) {
        old.execute_batch(step).expect("a step");
    }
    old.execute("ATTACH ?1 AS today", [today.to_string_lossy()]).expect("attaches");
    let there = tables(&old, "today");
    for table in tables(&old, "main").into_iter().filter(|table| there.contains(table)) {
        let known = columns(&old, "today", &table);
        let common: Vec<String> =
            columns(&old, "main", &table).into_iter().filter(|column| known.contains(column)).collect();
        let taken = common.iter().map(|column| {
            if (table.as_str(), column.as_str()) == ("identities", "shown") {
                "coalesce(shown, value)"
            } else {
                column
            }
        });
        let sql = format!(
            "INSERT OR REPLACE INTO main.{table} ({}) SELECT {} FROM today.{table}",
            common.join(", "),
            taken.collect::<Vec<_>>().join(", ")
        );
        old.execute(&sql, []).unwrap_or_else(|error| panic!("{table} of version {version}: {error}"));
    }
    if version == 2 {
        // There were no briefs to link to.
        old.execute("UPDATE links SET brief = NULL", []).expect("sets");
    }
    old.execute_batch(&format!(
        "DETACH today; PRAGMA application_id = 1735620460; PRAGMA user_version = {version}; PRAGMA journal_mode = WAL;"
    ))
    .expect("sets");
}

/// How many rows each table has.
fn sizes(path: &Path) -> BTreeMap<String, i64> {
    let store = Connection::open(path).expect("opens");
    let size = |table: &String| {
        store.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("counts")
    };
    tables(&store, "main").into_iter().map(|table| (table.clone(), size(&table))).collect()
}

#[test]
fn a_file_of_every_version_is_upgraded_with_a_copy() {
    let today = filled();
    let path = today.path().join("groundswell.db");
    let list = ["member", "list", "--format", "csv"];
    let (reach, members) =
        (today.run(&["measure", "reach", "--format", "csv"]).code(0).out, today.run(&list).code(0).out);
    let whole = sizes(&path);
    for version in 1..steps().len() {
        let program = Program::none();
        let old = program.path().join("groundswell.db");
        as_of_version(&path, &old, version);
        let before = sizes(&old);
        // Whatever comes first upgrades; two windows at once may both want to.
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| program.run(&["status"]).code(0));
            }
        });
        let after = sizes(&old);
        for (table, rows) in before.iter().filter(|(table, _)| after.contains_key(*table)) {
            let gained = table == "seen" || table == "log" || table.starts_with("settled");
            assert!(
                after[table] == *rows || gained,
                "{table} of version {version}: {rows} became {}",
                after[table]
            );
        }
        assert_eq!(after.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>(), "version {version}");
        let copy = program.path().join(format!("groundswell.db.v{version}.backup"));
        assert_eq!(sizes(&copy), before, "the copy of version {version}");
        assert_eq!(program.run(&list).code(0).out, members, "version {version}");
        if version >= 3 {
            assert_eq!(program.run(&["measure", "reach", "--format", "csv"]).code(0).out, reach);
        }
        let check = program.run(&["check", "--format", "json"]);
        let integrity = check.json()[0].clone();
        assert_eq!(
            (integrity["check"].as_str(), integrity["verdict"].as_str()),
            (Some("integrity"), Some("ok"))
        );
        let left: Vec<_> = std::fs::read_dir(program.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name.contains(".part") || name.contains("-wal"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
        // And what was copied can be put back, into today's form.
        let name = copy.file_name().expect("a name").to_string_lossy().into_owned();
        program.run(&["restore", &name, "--yes"]).code(0);
        assert_eq!(program.run(&list).code(0).out, members, "version {version} put back");
    }
}

#[test]
fn a_folder_without_room_for_the_copy_upgrades_nothing() {
    let today = filled();
    let program = Program::none();
    let old = program.path().join("groundswell.db");
    as_of_version(&today.path().join("groundswell.db"), &old, 3);
    let before = program.dump();
    // No file can be put where a folder stands.
    std::fs::create_dir(program.path().join("groundswell.db.v3.backup")).expect("makes");
    let run = program.run(&["status"]).code(1);
    assert!(run.err.contains("groundswell.db.v3.backup") && run.err.contains("not upgraded"), "{}", run.err);
    assert_eq!(program.dump(), before);
    std::fs::remove_dir(program.path().join("groundswell.db.v3.backup")).expect("goes");
    program.run(&["status"]).code(0);
}
