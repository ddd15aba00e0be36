//! `measure maturity` from outside: what the file answers, what is asked, and what is held against the last time.

use crate::harness::Program;

const TOLD: [&str; 12] = [
    "terms=partly",
    "talks=no",
    "stand-in=no",
    "quiet=no",
    "first=yes",
    "upstairs=no",
    "desk=yes",
    "reacted=no",
    "told=no",
    "reach=no",
    "heard=no",
    "goal=no",
];

/// A self-check with these answers and those the program needs besides, which it names itself.
fn check(program: &Program, day: &str, changed: &[&str]) -> Vec<serde_json::Value> {
    let mut args = vec!["measure", "maturity", "--as-of", day, "--format", "json"];
    let missing = program.run(&args).code(2).err;
    for told in TOLD {
        let id = told.split('=').next().expect("an id");
        if missing.contains(&format!("--answer {id}=")) {
            let told = changed.iter().copied().find(|one| one.starts_with(&format!("{id}="))).unwrap_or(told);
            args.extend(["--answer", told]);
        }
    }
    program.run(&args).code(0).json().as_array().expect("a list").clone()
}

fn row<'a>(rows: &'a [serde_json::Value], item: &str) -> &'a serde_json::Value {
    rows.iter().find(|row| row["item"] == item).unwrap_or_else(|| panic!("{item} in {rows:?}"))
}

#[test]
fn the_file_answers_what_it_knows_and_asks_the_rest() {
    let program = Program::new();
    let missing = program.run(&["measure", "maturity"]).code(2).err;
    assert!(missing.contains("add --answer terms=yes|no|partly --answer talks=yes|no|partly"), "{missing}");
    assert!(missing.contains("--answer desk="), "nobody asked anything: only the user knows: {missing}");
    assert!(!missing.contains("--answer handbooks="), "the file knows: {missing}");
    let rows = check(&program, "2026-06-01", &[]);
    let terms = row(&rows, "terms");
    assert_eq!((&terms["answered"], &terms["basis"]), (&"partly".into(), &"told".into()));
    let signals = row(&rows, "signals");
    assert_eq!(
        (&signals["answered"], &signals["basis"], &signals["seen"]),
        (&"no".into(), &"file".into(), &"0 of 4".into())
    );
    assert!(signals["previous"].is_null() && signals["change"].is_null() && signals["command"].is_string());
}

#[test]
fn it_is_saved_by_day_and_held_against_the_last() {
    let program = Program::new();
    check(&program, "2026-05-01", &[]);
    program
        .run(&["member", "add", "--email", "wang@example.com", "--name", "王小明", "--as-of", "2026-05-02"])
        .code(0);
    program.run(&["member", "stage", "1", "candidate", "--as-of", "2026-05-03"]).code(0);
    let rows = check(&program, "2026-06-01", &["talks=yes", "terms=no", "first=yes"]);
    let of = |item: &str| {
        let row = row(&rows, item);
        (row["previous"].clone(), row["change"].clone())
    };
    assert_eq!(of("called"), ("no".into(), "better".into()), "the file saw the candidate");
    assert_eq!(of("talks"), ("no".into(), "better".into()));
    assert_eq!(of("terms"), ("partly".into(), "worse".into()));
    assert_eq!(of("first"), ("yes".into(), "same".into()));
    let shown = program.run(&["measure", "maturity", "--show", "--as-of", "2026-06-15"]).code(0);
    assert!(shown.err.contains("2026-06-01: identify 1 of 4 (before 0.5)"), "{}", shown.all());
    assert!(shown.err.contains("Held against the self-check of 2026-05-01."), "{}", shown.err);
    assert!(shown.err.contains("Next: "), "{}", shown.err);
    let first = program.run(&["measure", "maturity", "--show", "--as-of", "2026-05-20"]).code(0).err;
    assert!(first.contains("The first self-check by this day"), "{first}");
    // The same day again replaces; the log has both.
    check(&program, "2026-06-01", &["talks=no"]);
    let again = program.run(&["measure", "maturity", "--show", "--format", "json"]).code(0).json();
    assert_eq!(row(again.as_array().expect("a list"), "talks")["answered"], "no");
    let log = program.run(&["log", "--format", "csv"]).code(0).out;
    assert_eq!(log.matches("self-check of 2026-06-01").count(), 2, "{log}");
}

#[test]
fn wrong_answers_say_what_is_right() {
    let program = Program::new();
    let wrong = |answer: &str| program.run(&["measure", "maturity", "--answer", answer]).code(2).err;
    assert!(wrong("talks").contains("--answer talks: write it as ID=yes, ID=no or ID=partly"));
    assert!(wrong("walks=yes").contains("no check is called walks; there are signals, called,"));
    assert!(wrong("talks=maybe").contains("--answer talks=maybe: the answer is yes, no or partly"));
    assert!(wrong("handbooks=yes").contains("the file answers handbooks itself: no (0 of 0); leave it out"));
    let empty = program.run(&["measure", "maturity", "--show"]).code(0);
    assert!(
        empty.out.is_empty() && empty.err.contains("No self-check was saved by this day"),
        "{}",
        empty.all()
    );
    let saved: i64 = rusqlite::Connection::open(program.path().join("groundswell.db"))
        .expect("opens")
        .query_row("SELECT count(*) FROM maturity", [], |row| row.get(0))
        .expect("counts");
    assert_eq!(saved, 0, "what is refused saves nothing");
}

#[test]
fn in_chinese_too() {
    let program = Program::new();
    check(&program, "2026-06-01", &[]);
    let shown = program.run(&["measure", "maturity", "--show", "--lang", "zh"]).code(0).out;
    assert!(shown.contains("四类信号"), "{shown}");
}
