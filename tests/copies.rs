//! Copies of the program: made whole, read through before one is put back, and gone with who is erased.

use crate::erase::{THEIRS, filled};
use crate::harness::{Program, tree};
use std::path::{Path, PathBuf};

fn backups(program: &Program) -> Vec<PathBuf> {
    let names = std::fs::read_dir(program.path()).expect("a folder").map(|entry| entry.expect("one").path());
    let mut found: Vec<PathBuf> = names.filter(|path| path.to_string_lossy().contains("backup")).collect();
    found.sort();
    found
}

#[test]
fn a_copy_brings_back_what_was_there() {
    let program = filled();
    let before = program.dump();
    let run = program.run(&["backup", "--format", "json"]).code(0);
    let name = run.json()[0]["file"].as_str().expect("a name").to_string();
    assert_eq!(name, "groundswell.db.2026-06-30T090000Z.backup");
    assert_eq!(run.json()[0]["members"], 2);
    let list = program.run(&["member", "list", "--format", "csv"]).code(0).out;
    program.run(&["imports", "undo", "2", "--yes", "-q"]).code(0);
    program.run(&["member", "add", "--name", "Later", "-q"]).code(0);
    let later = program.dump();
    let run = program.run(&["restore", &name]).code(2);
    assert!(run.err.contains("To put back: 'Circle', 2 members") && run.err.contains("--yes"), "{}", run.err);
    assert_eq!(program.dump(), later, "nothing without a yes");
    // A window that reads meanwhile sees the program as it was.
    let window = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let count =
        || window.query_row("SELECT count(*) FROM members", [], |row| row.get::<_, i64>(0)).expect("counts");
    window.execute_batch("BEGIN").expect("reads");
    assert_eq!(count(), 4);
    let run = program.run(&["restore", &name, "--yes"]).code(0);
    assert_eq!(count(), 4);
    window.execute_batch("ROLLBACK").expect("ends");
    assert_eq!(count(), 3);
    drop(window);
    assert_eq!(program.dump(), before);
    assert_eq!(program.run(&["member", "list", "--format", "csv"]).code(0).out, list);
    assert!(run.err.contains("groundswell.db.before-restore-2026-06-30T090000Z.backup"), "{}", run.err);
    program.run(&["restore", "groundswell.db.before-restore-2026-06-30T090000Z.backup", "--yes"]).code(0);
    assert_eq!(program.dump(), later);
    assert!(program.run(&["log", "--command", "restore"]).out.contains("put back"));
}

#[test]
fn the_program_itself_may_be_gone_or_broken() {
    let program = filled();
    let before = program.dump();
    program.run(&["backup", "copy.db", "-q"]).code(0);
    let path = program.path().join("groundswell.db");
    std::fs::remove_file(&path).expect("goes");
    program.run(&["restore", "copy.db"]).code(0);
    assert_eq!(program.dump(), before);
    // Pages in the middle, the head, all of it: each time what cannot be used is kept, out of the way.
    for (at, len) in [(20_000, 60_000), (0, 200), (40, 4_000_000)] {
        let mut bytes = std::fs::read(&path).expect("reads");
        let end = (at + len).min(bytes.len());
        bytes[at..end].fill(0x5a);
        std::fs::write(&path, &bytes).expect("writes");
        let run = program.run(&["restore", "copy.db", "--yes"]).code(0);
        assert!(run.err.contains("before-restore"), "{}", run.all());
        assert_eq!(program.dump(), before);
        program.run(&["check", "-q"]).code(0);
    }
    assert_eq!(backups(&program).len(), 3);
}

#[test]
fn what_is_no_sound_backup_changes_nothing() {
    let program = filled();
    program.run(&["backup", "copy.db", "-q"]).code(0);
    let good = std::fs::read(program.path().join("copy.db")).expect("reads");
    let before = program.dump();
    let mut page = good.clone();
    page[30_000..34_000].fill(0x77);
    program.file("page.db", page);
    program.file("cut.db", &good[..good.len() / 2]);
    program.file("text.db", "email,name\n");
    program.file("empty.db", "");
    let other = rusqlite::Connection::open(program.path().join("other.db")).expect("opens");
    other.execute_batch("CREATE TABLE t (x)").expect("writes");
    drop(other);
    program.file("newer.db", &good);
    let newer = rusqlite::Connection::open(program.path().join("newer.db")).expect("opens");
    newer.execute_batch("PRAGMA user_version = 99").expect("sets");
    drop(newer);
    program.file("loose.db", &good);
    let loose = rusqlite::Connection::open(program.path().join("loose.db")).expect("opens");
    loose
        .execute_batch(
            "PRAGMA foreign_keys = OFF; INSERT INTO notes (member, at, day, text) VALUES (999, 0, 0, 'x')",
        )
        .expect("writes");
    drop(loose);
    for (file, code, says) in [
        ("page.db", 4, "is damaged"),
        ("cut.db", 4, "cannot be read as a program file"),
        ("text.db", 4, "cannot be read as a program file"),
        ("empty.db", 4, "another program"),
        ("other.db", 4, "another program"),
        ("newer.db", 4, "newer groundswell"),
        ("loose.db", 4, "point at nothing"),
        ("gone.db", 4, "there is no file gone.db; give its whole path"),
        ("groundswell.db", 2, "is the program itself"),
        (".", 4, ". is a folder: give a file in it"),
    ] {
        let run = program.run(&["restore", file, "--yes"]).code(code);
        assert!(run.err.contains(says), "{file}: {}", run.err);
        assert_eq!(program.dump(), before, "{file}");
        assert_eq!(backups(&program).len(), 0, "{file}: {:?}", backups(&program));
    }
    for (args, code, says) in [
        (vec!["backup", "copy.db"], 1, "copy.db is there already"),
        (vec!["backup", "groundswell.db"], 2, "is the program itself"),
        (vec!["backup", "no/such/copy.db"], 1, "cannot write no/such/copy.db"),
        (vec!["backup", "/dev/full"], 1, "is there already"),
        (vec!["restore", "copy.db", "--db", "."], 1, "is a folder"),
        (vec!["export"], 2, "--all DIR"),
        (vec!["man"], 2, "Say DIR"),
    ] {
        let run = program.run(&args).code(code);
        assert!(run.err.contains(says), "{args:?}: {}", run.err);
    }
    program.run(&["backup", "copy.db", "--afresh", "-q"]).code(0);
    let folder = program.path().join("kept");
    std::fs::create_dir(&folder).expect("makes");
    program.run(&["backup", "kept", "-q"]).code(0);
    assert_eq!(tree(&folder).len(), 1);
}

#[test]
fn a_program_that_may_only_be_read_can_be_copied() {
    let program = filled();
    let link = program.path().join("read.db");
    std::fs::copy(program.path().join("groundswell.db"), &link).expect("copies");
    let mut mode = std::fs::metadata(&link).expect("there").permissions();
    mode.set_readonly(true);
    std::fs::set_permissions(&link, mode).expect("sets");
    let run = program.run(&["backup", "copy.db", "--db", "read.db"]).code(0);
    assert!(run.err.contains("groundswell restore copy.db"), "{}", run.err);
}

#[test]
fn whoever_was_erased_does_not_come_back_with_a_backup() {
    let program = filled();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let kept = elsewhere.path().join("kept.db");
    let made = elsewhere.path().join("made.db");
    program.run(&["backup", made.to_str().expect("a path"), "-q"]).code(0);
    // Copied behind the program's back: it cannot know of this one.
    std::fs::copy(&made, &kept).expect("copies");
    program.run(&["backup", "-q"]).code(0);
    let run = program.run(&["member", "erase", "王小明", "--yes", "--blank"]).code(0);
    assert!(run.err.matches("Deleted the backup").count() == 2, "{}", run.err);
    assert!(!made.exists() && backups(&program).is_empty());
    let erased = program.dump();
    let run = program.run(&["restore", kept.to_str().expect("a path"), "--yes"]).code(0);
    assert!(run.err.contains("1 person erased since") && run.err.contains("still names them"), "{}", run.err);
    let file = std::fs::read(program.path().join("groundswell.db")).expect("reads");
    let text = String::from_utf8_lossy(&file);
    // A note about someone else was blanked on request then; it is listed again, not blanked unasked.
    for theirs in THEIRS.iter().filter(|theirs| **theirs != "王小明") {
        assert!(!text.contains(theirs), "{theirs} came back");
    }
    assert_eq!(program.run(&["member", "list", "--format", "ids"]).code(0).out, "2\n");
    let rows = |dump: &str| dump.lines().filter(|line| line.starts_with("[Blob(")).count();
    assert!(
        rows(&program.dump()) >= rows(&erased),
        "what keeps files from bringing them back is still there"
    );
    program.run(&["check", "-q"]).code(0);
}

#[test]
fn every_table_is_written_out() {
    let program = filled();
    program.run(&["member", "note", "2", "=1+1, \"quoted\"\nand a second line"]).code(0);
    program.run(&["member", "note", "2", ""]);
    let run = program.run(&["export", "--all", "tables", "--format", "json"]).code(0);
    let folder = program.path().join("tables");
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let list = run.json();
    assert!(list.as_array().expect("a list").len() > 40, "{list}");
    for row in list.as_array().expect("a list") {
        let table = row["table"].as_str().expect("a name");
        same_as(&store, table, &folder.join(row["file"].as_str().expect("a name")), row["rows"].as_u64());
    }
    // The schema makes the same tables.
    let again = rusqlite::Connection::open_in_memory().expect("opens");
    again
        .execute_batch(&std::fs::read_to_string(folder.join("schema.sql")).expect("reads"))
        .expect("a schema");
    let names = |store: &rusqlite::Connection| -> Vec<String> {
        let mut query = store
            .prepare("SELECT name FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
            .expect("reads");
        query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads")
    };
    assert_eq!(names(&store), names(&again));
    let notes = std::fs::read_to_string(folder.join("notes.csv")).expect("reads");
    assert!(notes.contains("\"'=1+1, \"\"quoted\"\"\nand a second line\""), "{notes}");
    let settings = std::fs::read_to_string(folder.join("settings.csv")).expect("reads");
    assert!(settings.contains("currency,EUR") && !settings.contains("secret"), "{settings}");
    let readme = std::fs::read_to_string(folder.join("README.md")).expect("reads");
    assert!(readme.contains("| members | members.csv | 3 |"), "{readme}");
    program.run(&["export", "--all", "zh", "--lang", "zh", "-q"]).code(0);
    assert!(
        std::fs::read_to_string(program.path().join("zh/README.md")).expect("reads").starts_with("# 说明")
    );
    assert!(program.run(&["export", "--all", "x", "--redact"]).code(2).err.contains("--redact"));
}

/// Every cell of a table is in its file as it is in the program.
fn same_as(store: &rusqlite::Connection, table: &str, file: &Path, rows: Option<u64>) {
    let mut reader = csv::Reader::from_path(file).expect("reads");
    let columns: Vec<String> = reader.headers().expect("a header").iter().map(str::to_string).collect();
    let said: Vec<Vec<String>> = reader
        .records()
        .map(|record| record.expect("a row").iter().map(|cell| unguarded(cell).to_string()).collect())
        .collect();
    assert_eq!(Some(said.len() as u64), rows, "{table}");
    let cells = columns.iter().map(|column| {
        format!("CASE typeof({column}) WHEN 'blob' THEN lower(hex({column})) ELSE coalesce(CAST({column} AS TEXT), '') END")
    });
    let without = if table == "settings" { "WHERE name NOT IN ('secret', 'erasure_key')" } else { "" };
    let sql = format!("SELECT {} FROM {table} {without}", cells.collect::<Vec<_>>().join(", "));
    let mut query = store.prepare(&sql).expect("reads");
    let held: Vec<Vec<String>> = query
        .query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect())
        .expect("reads")
        .collect::<Result<_, _>>()
        .expect("reads");
    for (said, held) in said.iter().zip(&held) {
        for (said, held) in said.iter().zip(held) {
            let number = |text: &str| text.parse::<f64>().ok();
            assert!(
                said == held || (number(said).is_some() && number(said) == number(held)),
                "{table}: {said} {held}"
            );
        }
    }
}

fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'', '\t']) => rest,
        _ => cell,
    }
}
