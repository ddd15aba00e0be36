//! Several managers, case by case: what `groundswell merge` says and does, and what it leaves alone.

use crate::erase::filled;
use crate::harness::{Program, brief, tree};
use crate::migrations::as_of_version;
use std::path::Path;

fn db(program: &Program) -> String {
    program.path().join("groundswell.db").to_string_lossy().into_owned()
}

fn members(program: &Program, rows: &str) {
    program.file("people.csv", format!("email,handle,platform,name,company\n{rows}"));
    program.run(&["import", "people.csv", "--as", "members", "-q"]).code(0);
}

/// Two managers: both know Ana, each one more, and Ana's company otherwise.
fn two() -> (Program, Program) {
    let (north, south) = (Program::new(), Program::new());
    members(&north, "ana@example.com,ana,forum,Ana One,Acme\n王@example.com,,,王小明,甲公司\n");
    members(&south, "ana@example.com,,,Ana One,Bright\nben@example.com,ben,forum,Ben Two,Cobalt\n");
    north.run(&["member", "note", "ana@example.com", "likes tea", "-q"]).code(0);
    south.run(&["member", "stage", "ana@example.com", "active", "--why", "kickoff", "-q"]).code(0);
    (north, south)
}

#[test]
fn one_collects_what_two_know() {
    let (north, south) = two();
    let there = tree(south.path());
    let before = north.dump();
    let run = north.run(&["merge", &db(&south), "--dry-run"]).code(0);
    assert_eq!(north.dump(), before, "nothing is kept: {}", run.all());
    assert!(run.err.contains("nothing was kept"), "{}", run.all());
    let run = north.run(&["merge", &db(&south)]).code(2);
    assert!(run.err.contains("--yes"), "{}", run.all());
    assert_eq!(north.dump(), before, "nothing without a yes");
    let run = north.run(&["merge", &db(&south), "--yes"]).code(0);
    assert!(
        run.err.contains(
            "company of Ana One (1): Acme (2026-06-30) here, Bright (2026-06-30) there; there holds"
        ),
        "{}",
        run.all()
    );
    assert_eq!(tree(south.path()), there, "the other program is only read");
    let list = north.run(&["member", "list", "--format", "csv"]).code(0).out;
    assert_eq!(list.lines().count(), 4, "{list}");
    let ana = north.run(&["member", "show", "ana@example.com"]).code(0).out;
    assert!(ana.contains("Bright") && ana.contains("active") && ana.contains("likes tea"), "{ana}");
    let shown = north.run(&["imports", "show", "2", "--format", "json"]).code(0).json();
    assert_eq!((&shown["kind"], &shown["members_added"]), (&"merge".into(), &1.into()), "{shown}");
    let table = |name: &str| {
        shown["tables"]
            .as_array()
            .expect("tables")
            .iter()
            .find(|table| table["table"] == name)
            .cloned()
            .expect(name)
    };
    assert_eq!(table("members")["known"], 1, "{shown}");
    assert_eq!(table("stages")["added"], 1, "{shown}");
    let listed = north.run(&["imports", "show", "2", "--differences", "--format", "json"]).code(0).json();
    assert_eq!(listed[0]["here"], "Acme (2026-06-30)", "{listed}");
    assert_eq!(listed[0]["holds"], "there", "{listed}");
    north.run(&["imports", "show", "1", "--differences"]).code(2);
    north.run(&["check"]).code(0);
    let again = north.run(&["merge", &db(&south), "--yes"]).code(0);
    assert!(again.err.contains("Nothing in groundswell.db was new"), "{}", again.all());
    let log = north.run(&["log", "--command", "merge"]).code(0).out;
    assert!(log.contains("1 new member"), "{log}");
    north.run(&["imports", "undo", "2", "--yes", "-q"]).code(0);
    assert_eq!(north.dump(), before);
}

#[test]
fn what_your_own_work_builds_on_stays() {
    let (north, south) = two();
    let run = |program: &Program, args: &[&str]| program.run(args).code(0);
    run(&south, &brief("News", "Text", "https://example.com/n", &["--for", "2"]));
    run(&south, &["share", "ask", "ben@example.com", "a talk", "--kind", "talk"]);
    run(&north, &["merge", &db(&south), "--yes", "-q"]);
    // Whom the brief is for was said by a number, which is another one here.
    let store = rusqlite::Connection::open(db(&north)).expect("opens");
    let audience: String =
        store.query_row("SELECT audience FROM briefs", [], |row| row.get(0)).expect("a brief");
    drop(store);
    assert_eq!(audience, "3");
    run(&north, &["share", "send", "1", "--to", "ana@example.com", "-o", "out", "--anyway"]);
    run(&north, &["share", "ask", "answer", "1", "yes"]);
    let undone = north.run(&["imports", "undo", "2", "--yes"]).code(0);
    assert!(undone.err.contains("1 entry of it stays as yours"), "{}", undone.all());
    assert!(run(&north, &["share", "brief", "list", "--format", "csv"]).out.contains("News"));
    let list = run(&north, &["member", "list", "--format", "csv"]).out;
    assert!(!list.contains("ben@"), "nothing of Ben is left: {list}");
    run(&north, &["check"]);
}

#[test]
fn two_people_here_are_one_there_only_when_someone_says_so() {
    let (north, south) = (Program::new(), Program::new());
    members(&north, "ana@example.com,,,Ana One,\n,lindq,forum,Lindq,\n");
    members(&south, "ana@example.com,lindq,forum,Ana Lindqvist,Acme\n");
    south.run(&["member", "note", "ana@example.com", "likes tea", "-q"]).code(0);
    let before = north.dump();
    let run = north.run(&["merge", &db(&south), "--yes"]).code(3);
    assert!(run.err.contains("ana@example.com, forum:lindq: two people here, one there"), "{}", run.all());
    assert!(run.err.contains("groundswell member merge A B"), "{}", run.all());
    assert_eq!(north.dump(), before, "nothing of theirs is taken");
    // The other way round there is nothing to decide: what both say is of the one.
    let there = Program::none();
    std::fs::copy(db(&south), db(&there)).expect("copies");
    there.run(&["merge", &db(&north), "--yes"]).code(0);
    assert_eq!(there.run(&["member", "list", "--format", "ids"]).out.lines().count(), 1);
    // Said to be distinct they stay two, whatever is wished.
    let apart = Program::none();
    std::fs::copy(db(&north), db(&apart)).expect("copies");
    apart.run(&["member", "distinct", "1", "2", "-q"]).code(0);
    apart.run(&["merge", &db(&south), "--yes", "--join"]).code(3);
    assert_eq!(apart.run(&["member", "list", "--format", "ids"]).out.lines().count(), 2);
    north.run(&["merge", &db(&south), "--yes", "--join"]).code(0);
    assert_eq!(north.run(&["member", "list", "--format", "ids"]).out.lines().count(), 1);
    assert!(north.run(&["member", "merges"]).code(0).out.contains("one member in groundswell.db"));
    assert!(north.run(&["member", "show", "1"]).out.contains("likes tea"));
    north.run(&["check"]).code(0);
    north.run(&["imports", "undo", "2", "--yes", "-q"]).code(0);
    assert_eq!(north.dump(), before);
}

#[test]
fn whom_the_other_merged_is_merged_here_too() {
    let (north, south) = (Program::new(), Program::new());
    for program in [&north, &south] {
        members(program, "ana@example.com,,,Ana One,\nana@example.org,,,Ana Two,\n");
    }
    south.run(&["member", "merge", "1", "2", "--yes", "--why", "she said so", "-q"]).code(0);
    let before = north.dump();
    north.run(&["merge", &db(&south), "--yes"]).code(0);
    assert!(north.run(&["member", "merges"]).out.contains("she said so"));
    north.run(&["imports", "undo", "2", "--yes", "-q"]).code(0);
    assert_eq!(north.dump(), before);
}

#[test]
fn a_code_in_two_hands_waits_for_someone_to_decide() {
    let (north, south) = two();
    north.run(&["share", "code", "ana@example.com", "TEAM", "-q"]).code(0);
    south.run(&["share", "code", "ben@example.com", "TEAM", "-q"]).code(0);
    let run = north.run(&["merge", &db(&south), "--yes", "--format", "json"]).code(3);
    assert_eq!(run.json()["rejected"], 1, "{}", run.all());
    assert_eq!(north.run(&["share", "code", "--format", "csv"]).out.matches("TEAM").count(), 1);
    north.run(&["check"]).code(0);
}

#[test]
fn who_was_erased_stays_erased_on_both_sides() {
    let (north, south) = two();
    members(&north, "cho@example.com,,,Cho Three,\n");
    members(&south, "cho@example.com,cho,forum,Cho Three,\ndan@example.com,,,Dan Four,\n");
    members(&north, "dan@example.com,,,Dan Four,Delta\n");
    north.file("orders.csv", "order,date,amount,currency,customer\n7,2026-05-01,12.00,EUR,dan@example.com\n");
    north.run(&["import", "orders.csv", "--as", "orders", "-q"]).code(0);
    north.run(&["member", "erase", "cho@example.com", "--yes", "-q"]).code(0);
    south.run(&["member", "erase", "dan@example.com", "--yes", "-q"]).code(0);
    north.run(&["backup", "kept.backup", "-q"]).code(0);
    let run = north.run(&["merge", &db(&south), "--yes"]).code(0);
    assert!(
        run.err.contains("1 member of") && run.err.contains("was erased here, and stays erased"),
        "{}",
        run.all()
    );
    assert!(run.err.contains("to be erased here for good") && run.err.contains("Dan Four"), "{}", run.all());
    let bytes = std::fs::read(db(&north)).expect("reads");
    for name in ["cho@example.com", "dan@example.com", "Dan Four", "Cho Three"] {
        assert!(!bytes.windows(name.len()).any(|part| part == name.as_bytes()), "{name} is in the file");
    }
    assert!(!north.path().join("kept.backup").exists(), "the backup held Dan");
    let summary = north.run(&["check", "--rows", "--format", "json"]).code(0).json();
    let orders = summary
        .as_array()
        .expect("kinds")
        .iter()
        .find(|kind| kind["kind"] == "orders")
        .expect("orders")
        .clone();
    assert_eq!(orders["counted"], 1, "the amount stays: {orders}");
    // Importing brings back neither, nor does the other program again; and so it is in a third one that takes this in.
    let third = Program::new();
    members(&third, "eve@example.com,,,Eve Five,\ndan@example.com,,,Dan Four,\n");
    third.run(&["merge", &db(&north), "--yes"]).code(0);
    for program in [&north, &third] {
        members(
            program,
            "cho@example.com,,,Cho Three,\ndan@example.com,,,Dan Four,\nfay@example.com,,,Fay Six,\n",
        );
        program.run(&["merge", &db(&south), "--yes"]).code(0);
        let list = program.run(&["member", "list", "--format", "csv"]).code(0).out;
        assert!(!list.contains("cho@") && !list.contains("dan@") && list.contains("fay@"), "{list}");
    }
    assert!(
        south.run(&["member", "list", "--format", "csv"]).out.contains("cho@"),
        "the other file is only read"
    );
}

#[test]
fn an_older_file_is_read_as_a_copy() {
    let south = filled();
    let old = Program::none();
    let north = Program::new();
    for version in [5, 9, 12] {
        let path = old.path().join(format!("v{version}.db"));
        as_of_version(Path::new(&db(&south)), &path, version);
        // As someone sends it: one file, without a journal.
        let store = rusqlite::Connection::open(&path).expect("opens");
        store.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("checkpoints");
        drop(store);
    }
    let there = tree(old.path());
    for version in [5, 9, 12] {
        let path = old.path().join(format!("v{version}.db"));
        north.run(&["merge", path.to_str().expect("a path"), "--yes"]).code(0);
        assert_eq!(tree(old.path()), there, "version {version} is only read");
    }
    let left: Vec<_> = tree(north.path()).into_keys().collect();
    assert_eq!(left, [Path::new("groundswell.db")], "no copy is left");
    assert!(north.run(&["member", "list", "--format", "csv"]).out.contains("王小明"));
    north.run(&["check"]).code(0);
}

#[test]
fn a_program_that_someone_works_in_is_read_as_it_is() {
    let (north, south) = two();
    let window = rusqlite::Connection::open(db(&south)).expect("opens");
    window
        .execute_batch("INSERT INTO notes (member, at, day, text) VALUES (2, 0, 0, 'only in the journal')")
        .expect("writes");
    let there: Vec<_> = tree(south.path()).into_keys().collect();
    north.run(&["merge", &db(&south), "--yes"]).code(0);
    assert!(north.run(&["member", "show", "ben@example.com"]).out.contains("only in the journal"));
    assert_eq!(tree(south.path()).into_keys().collect::<Vec<_>>(), there);
    drop(window);
}

#[test]
fn each_file_keeps_its_own_ways() {
    let (north, south) = two();
    let run = |program: &Program, args: &[&str]| program.run(args).code(0);
    run(&south, &["identify", "weights", "--set", "usage=9", "--why", "south"]);
    let other = Program::none();
    other
        .run(&["init", "--name", "West", "--timezone", "UTC", "--currency", "USD", "--preset", "saas", "-q"])
        .code(0);
    let weights = run(&north, &["identify", "weights", "--format", "csv"]).out;
    run(&north, &["merge", &db(&south), "--yes"]);
    assert_eq!(run(&north, &["identify", "weights", "--format", "csv"]).out, weights);
    let told = run(&north, &["merge", &db(&other), "--yes"]).err;
    assert!(told.contains("currency: EUR here, USD there; it stays as it is here"), "{told}");
    assert!(told.contains("name: Circle here, West there"), "{told}");
    assert!(!told.contains("secret") && !told.contains("erasure"), "{told}");
}
