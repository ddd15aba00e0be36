//! `--redact`: every listing command over the demo's program, in every format, names nobody.

use crate::harness::Program;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The batch of another manager's file in the demo's program.
const MERGED: &str = "14";

/// Every command that lists or reports.
pub const COMMANDS: [&[&str]; 88] = [
    &["status"],
    &["next", "--top", "200"],
    &["next", "--all"],
    &["log"],
    &["log", "1"],
    &["imports"],
    &["imports", "show", "1"],
    &["imports", "show", MERGED],
    &["imports", "show", MERGED, "--differences"],
    &["profiles"],
    &["member", "list"],
    &["member", "list", "--staff"],
    &["member", "show", "8"],
    &["member", "consent", "8"],
    &["member", "merges"],
    &["member", "duplicates"],
    &["member", "distinct"],
    &["member", "due"],
    &["member", "segment", "list"],
    &["member", "note", "8", "--list"],
    &["member", "tag", "8"],
    &["member", "list", "--who", "stage=active"],
    &["identify", "learn", "--on", "2026-03-31"],
    &["check"],
    &["check", "--rows"],
    &["handoff", "--compare"],
    &["identify", "rank"],
    &["identify", "explain", "8"],
    &["identify", "weights"],
    &["identify", "size"],
    &["identify", "evaluate", "--on", "2026-03-31"],
    &["identify", "what-if", "--set", "usage=9"],
    &["survey", "personas"],
    &["survey", "explain", "8"],
    &["equip", "list"],
    &["equip", "desk", "list"],
    &["equip", "check"],
    &["equip", "changed", "8"],
    &["equip", "changed"],
    &["equip", "show", "1"],
    &["equip", "desk", "list", "--overdue"],
    &["equip", "desk", "faq"],
    &["equip", "desk", "pace", "--period", "all"],
    &["amplify", "queue", "--all"],
    &["amplify", "trough", "--all"],
    &["amplify", "best"],
    &["amplify", "backtest"],
    &["amplify", "effect"],
    &["amplify", "effect", "--cohorts"],
    &["amplify", "effect", "--of", "reaction"],
    &["share", "brief", "list"],
    &["share", "brief", "show", "1"],
    &["share", "link"],
    &["share", "code"],
    &["share", "brief", "show", "1", "--copies"],
    &["share", "leak", "exports/customers.csv"],
    &["share", "ask", "list"],
    &["share", "need", "list"],
    &["share", "balance"],
    &["share", "calendar"],
    &["measure", "summary"],
    &["measure", "summary", "--trend", "--period", "2026-Q2"],
    &["measure", "summary", "--rows", "advocates", "--period", "2026"],
    &["measure", "summary", "--rows", "audience", "--period", "2026-05"],
    &["measure", "summary", "--rows", "engagement_rate", "--period", "2026"],
    &["measure", "summary", "--rows", "clicks", "--period", "2026"],
    &["measure", "summary", "--rows", "won_with_program", "--period", "2026"],
    &["measure", "summary", "--rows", "nps", "--period", "2026"],
    &["measure", "reach"],
    &["measure", "clicks"],
    &["measure", "credit"],
    &["measure", "credit", "--model", "linear", "--rows"],
    &["measure", "credit", "--model", "all"],
    &["measure", "credit", "--band"],
    &["measure", "credit", "--reconcile"],
    &["measure", "heard"],
    &["measure", "heard", "--queue"],
    &["measure", "codes"],
    &["measure", "pipeline", "--of", "everyone"],
    &["measure", "pipeline", "--of", "everyone", "--lags"],
    &["measure", "pipeline", "--rows"],
    &["measure", "maturity", "--show"],
    &["measure", "report", "8", "--days", "365"],
    &["report"],
    &["report", "--table", "advocates"],
    &["report", "--table", "trough"],
    &["report", "--table", "audience_growth"],
    &["explain"],
];

/// The demo's program, with a few more words about one of its people.
pub fn demo() -> Program {
    let program = Program::none();
    program.run(&["demo", "."]).code(0);
    std::fs::copy(program.path().join("groundswell.db"), program.path().join("north.db")).expect("copies");
    program.run(&["member", "edit", "8", "--owner", "Bo Lindqvist", "--db", "north.db"]).code(0);
    for args in [
        vec!["member", "note", "8", "Ximena Robledal likes mornings"],
        vec!["member", "consent", "8", "yes", "--for", "named", "--source", "Ximena Robledal by mail"],
        vec!["member", "edit", "8", "--owner", "Ana Lindqvist"],
        vec!["member", "stage", "8", "active"],
        vec!["member", "tag", "8", "Ximena Robledal"],
        vec!["equip", "desk", "ask", "8", "Ximena Robledal asks: when?", "--owner", "Ana Lindqvist"],
        vec!["equip", "desk", "answer", "2", "In July, Ximena Robledal."],
        vec!["equip", "desk", "publish", "2", "--question", "When?", "--answer", "In July."],
        vec!["share", "code", "8"],
        vec!["share", "link", "8", "https://example.com/start", "--source", "x"],
        vec![
            "share",
            "ask",
            "8",
            "Ximena Robledal, would you speak?",
            "--kind",
            "talk",
            "--due",
            "2026-07-30",
            "--anyway",
        ],
    ] {
        program.run(&args);
    }
    program.run(&["merge", "north.db", "--yes"]).code(0);
    std::fs::remove_file(program.path().join("north.db")).expect("goes");
    program
}

/// Names, addresses and handles of everyone; short words that the program uses itself are left out.
fn names(program: &Program) -> BTreeSet<String> {
    let store = Connection::open(program.path().join("groundswell.db")).expect("opens");
    let mut names = BTreeSet::new();
    for sql in [
        "SELECT value FROM facts WHERE field = 'name'",
        "SELECT value FROM identities WHERE platform <> 'id'",
        "SELECT coalesce(shown, value) FROM identities WHERE platform <> 'id'",
        "SELECT code FROM codes",
        "SELECT url FROM links WHERE member IS NOT NULL",
    ] {
        let mut query = store.prepare(sql).expect("reads");
        let rows = query.query_map([], |row| row.get::<_, String>(0)).expect("reads");
        names.extend(rows.map(|name| name.expect("a name")));
    }
    names.retain(|name| if name.is_ascii() { name.len() >= 5 } else { name.chars().count() >= 2 });
    names
}

/// Whether a text stands in another by itself.
fn stands_in(text: &str, name: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(name).any(|(at, _)| {
        !joins(text[..at].chars().next_back()) && !joins(text[at + name.len()..].chars().next())
    })
}

#[test]
fn no_listing_names_anyone() {
    let program = demo();
    let names = names(&program);
    assert!(names.len() > 200, "{}", names.len());
    let seen = AtomicUsize::new(0);
    let (program, names, total) = (&program, &names, &seen);
    std::thread::scope(|scope| {
        for part in COMMANDS.chunks(10) {
            scope.spawn(move || {
                for command in part {
                    total.fetch_add(names_nobody(program, names, command), Ordering::Relaxed);
                }
            });
        }
    });
    let seen = seen.into_inner();
    assert!(seen > 1000, "the control sees {seen} names where nothing is redacted");
}

const FORMATS: [&[&str]; 7] = [
    &["--format", "table"],
    &["--format", "table", "--plain"],
    &["--format", "json"],
    &["--format", "csv"],
    &["--format", "md"],
    &["--format", "ids"],
    &["--format", "html"],
];

/// Runs a command in every format; returns how many names it tells where nothing is redacted.
fn names_nobody(program: &Program, known: &BTreeSet<String>, command: &[&str]) -> usize {
    let open = program.run(&[command, &["--format", "csv"]].concat());
    assert!(matches!(open.code, 0 | 2), "{command:?}: {}", open.all());
    for format in FORMATS {
        let args = [command, format, &["--redact"]].concat();
        let run = program.run(&args);
        assert!(matches!(run.code, 0 | 2), "{args:?}: {}", run.all());
        for stream in [&run.out, &run.err] {
            let named: Vec<&String> = known.iter().filter(|name| stands_in(stream, name)).collect();
            assert!(named.is_empty(), "{args:?} names {named:?}:\n{}", run.all());
        }
    }
    known.iter().filter(|name| stands_in(&open.out, name)).count()
}

#[test]
fn a_pseudonym_is_the_same_everywhere_and_leads_back_in_this_file() {
    let program = demo();
    let list = program.run(&["member", "list", "--redact", "--format", "json"]).code(0).json();
    let of = |list: &serde_json::Value, id: i64| {
        let found =
            list.as_array().expect("a list").iter().find(|row| row["member"] == id).expect("the member");
        found["name"].as_str().expect("a name").to_string()
    };
    let word = of(&list, 8);
    assert!(word.starts_with("member-") && word.len() == 15, "{word}");
    let reach = program.run(&["measure", "reach", "--redact", "--format", "json"]).code(0).json();
    assert_eq!(of(&reach, 8), word);
    let all: BTreeSet<&str> =
        list.as_array().expect("a list").iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(all.len(), list.as_array().expect("a list").len(), "no two share one");
    let run = program.run(&["member", "show", &word, "--format", "ids"]).code(0);
    assert_eq!(run.out, "8\n");
    let other = Program::new();
    for _ in 0..8 {
        other.run(&["member", "add", "--name", "Someone", "-q"]).code(0);
    }
    let list = other.run(&["member", "list", "--redact", "--format", "json"]).code(0).json();
    assert_ne!(of(&list, 8), word, "another file has other pseudonyms");
}

#[test]
fn what_is_for_a_person_is_not_redacted() {
    let program = demo();
    for args in [
        vec!["equip", "handbook", "8", "-o", "out", "--redact"],
        vec!["member", "export", "8", "-o", "out", "--redact"],
        vec!["share", "send", "1", "--to", "8", "-o", "out", "--anyway", "--redact"],
    ] {
        let run = program.run(&args).code(2);
        assert!(run.err.contains("--redact is for lists and reports"), "{args:?}: {}", run.all());
    }
}
