//! Amplify: log, queue, react, promote, best, trough.
#![allow(clippy::disallowed_types, reason = "a test looks into the file itself")]

use crate::harness::{Program, Run};
use rusqlite::{Connection, params};

const DAY: i64 = 86_400;
/// 2026-06-30, the day the program runs on.
const TODAY: i64 = 20_634;

/// A program with two advocates, a member and one of our own.
fn program() -> Program {
    let program = Program::new();
    for name in ["Ana", "Ben", "Cho"] {
        program.run(&["member", "add", "--name", name]).code(0);
    }
    program.run(&["member", "add", "--name", "Staff", "--staff"]).code(0);
    program.run(&["member", "stage", "1", "active", "--as-of", "2026-01-01"]).code(0);
    program.run(&["member", "stage", "2", "active", "--as-of", "2026-06-20"]).code(0);
    program
}

fn store(program: &Program) -> Connection {
    Connection::open(program.path().join("groundswell.db")).expect("opens")
}

/// Adds an act at noon of a day, as an import does; returns its row.
fn act(store: &Connection, member: i64, platform: &str, kind: &str, day: i64) -> i64 {
    store
        .execute(
            "INSERT INTO activities (member, platform, kind, at, day, url, title) VALUES (?1, ?2, ?3, ?4, ?5, NULL, ?3)",
            params![member, platform, kind, day * DAY + DAY / 2, day],
        )
        .expect("adds");
    store.last_insert_rowid()
}

fn numbers(store: &Connection, activity: i64, day: i64, reach: Option<i64>, engagements: Option<i64>) {
    let sql = "INSERT INTO reaches (activity, grade, day, reach, engagements) VALUES (?1, 'B', ?2, ?3, ?4)";
    store.execute(sql, params![activity, day, reach, engagements]).expect("adds");
}

/// Runs a command line.
fn run(program: &Program, line: &str) -> Run {
    let words = shlex::split(line).expect("words");
    program.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn an_address_is_understood_and_known_again() {
    let program = program();
    let log = |line: &str| run(&program, &format!("amplify log {line}"));
    let first = log("Ana 'https://www.youtube.com/watch?v=abc&si=x&utm_source=y' --title Import --reach １，２００ --engagements 30")
    .code(0);
    assert!(first.err.contains("Contribution 1 of Ana: video on youtube, 2026-06-30"), "{}", first.err);
    let again = log("Ana 'youtu.be/abc?t=9'").code(0);
    assert!(
        again.err.contains("Known already: contribution 1 of Ana") && again.err.contains("Nothing new"),
        "{}",
        again.err
    );
    let later =
        log("Ana https://youtu.be/abc --reach 1500 --engagements 41 --grade a --as-of 2026-07-05").code(0);
    assert!(later.err.contains("Its numbers of 2026-07-05 were added"), "{}", later.err);
    let rows: Vec<(String, i64)> = store(&program)
        .prepare("SELECT grade, reach FROM reaches ORDER BY id")
        .expect("reads")
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("reads")
        .collect::<Result<_, _>>()
        .expect("reads");
    assert_eq!(rows, [("C".into(), 1200), ("A".into(), 1500)]);
    let other = log("Ben https://youtu.be/abc").code(1);
    assert!(other.err.contains("is contribution 1 of Ana (member 1) already"), "{}", other.err);
    log("Ben https://ben.example/tuesday --platform Blog --kind article --at '2026-06-29 08:00'").code(0);
    let url: String = store(&program)
        .query_row("SELECT url FROM activities WHERE id = 1", [], |row| row.get(0))
        .expect("reads");
    assert_eq!(url, "https://www.youtube.com/watch?v=abc");
    let more = log("Ben https://x.com/ben/status/5 --reach 3 --engagements 4").code(0);
    assert!(more.err.contains("left out of rates"), "{}", more.err);
}

#[test]
fn who_liked_it_has_not_made_it() {
    let program = program();
    let rows = store(&program);
    let like = act(&rows, 3, "x", "like", TODAY - 1);
    rows.execute("UPDATE activities SET url = 'https://x.com/ana/status/5' WHERE id = ?1", [like])
        .expect("updates");
    let run = run(&program, "amplify log Ana https://twitter.com/ana/status/5").code(0);
    assert!(run.err.contains("Contribution 2 of Ana: post on x"), "{}", run.err);
}

#[test]
fn every_error_says_what_to_do() {
    let program = program();
    for (args, code, says) in [
        ("amplify log 1 hello", 2, "not a web address"),
        ("amplify log 1 https://ana.example/", 2, "a site's front page is no contribution"),
        ("amplify log 1 https://linkedin.com/in/ana", 2, "add --kind KIND"),
        ("amplify log 1 https://youtu.be/a --kind song", 2, "the kinds are post"),
        ("amplify log 1 https://youtu.be/a --reach many", 2, "--reach many: not a count"),
        ("amplify log 1 https://youtu.be/a --reach -3", 2, "unexpected argument"),
        ("amplify log 1 https://youtu.be/a --grade E --reach 3", 2, "--grade E"),
        ("amplify log 1 https://youtu.be/a --grade B", 2, "there are none"),
        ("amplify log 1 https://youtu.be/a --at soon", 2, "--at soon: not a time"),
        ("amplify log 1 https://youtu.be/a --at 2026-08-01", 2, "still to come"),
        ("amplify react 99", 1, "there is no contribution 99"),
        ("amplify promote 99 --place x", 1, "there is no contribution 99"),
        ("amplify queue --days 0", 2, "at least 1"),
        ("amplify best --days 0", 2, "at least one day"),
        ("amplify best --period 2026-07-01..2026-06-01", 2, "the first and the last day"),
    ] {
        let run = run(&program, args).code(code);
        assert!(run.err.contains(says), "{args:?}: {}", run.err);
    }
    act(&store(&program), 1, "x", "post", TODAY);
    assert!(program.run(&["amplify", "promote", "1"]).code(2).err.contains("--place TEXT"));
    assert!(
        program.run(&["amplify", "promote", "1", "--place", " "]).code(2).err.contains("--place is empty")
    );
    let empty = Program::new().run(&["amplify", "queue"]).code(0);
    assert!(empty.err.contains("Nobody has joined yet"), "{}", empty.err);
    let empty = Program::new().run(&["amplify", "trough"]).code(0);
    assert!(empty.err.contains("Nobody has joined yet"), "{}", empty.err);
    let empty = program.run(&["amplify", "best"]).code(0);
    assert!(empty.err.contains("No contribution of this period has numbers"), "{}", empty.err);
}

#[test]
fn newcomers_come_first_then_the_oldest() {
    let program = program();
    let rows = store(&program);
    for day in 1..=6 {
        act(&rows, 1, "x", "post", TODAY - 40 + day);
    }
    let old = act(&rows, 1, "x", "post", TODAY - 9);
    let before_joining = act(&rows, 2, "x", "post", TODAY - 12);
    let newcomer = act(&rows, 2, "linkedin", "post", TODAY - 2);
    act(&rows, 2, "linkedin", "like", TODAY - 1);
    let of_a_member = act(&rows, 3, "x", "reply", TODAY - 20);
    act(&rows, 4, "x", "post", TODAY - 3);
    act(&rows, 2, "x", "post", TODAY + 1);
    let queue = |args: &[&str]| {
        let all = program.run(&[&["amplify", "queue", "--format", "json"], args].concat()).code(0).json();
        all.as_array().expect("a list").clone()
    };
    let ids = |args: &[&str]| queue(args).iter().filter_map(|row| row["id"].as_i64()).collect::<Vec<_>>();
    assert_eq!(ids(&[]), [newcomer, before_joining, old]);
    let first = &queue(&[])[0];
    assert_eq!(
        (first["newcomer"].as_i64(), first["overdue"].as_str(), first["age_hours"].as_i64()),
        (Some(1), Some("yes"), Some(45))
    );
    assert!(queue(&[])[2]["newcomer"].is_null());
    assert_eq!(ids(&["--all"]), [newcomer, of_a_member, before_joining, old]);
    program
        .run(&[
            "amplify",
            "react",
            &newcomer.to_string(),
            &old.to_string(),
            "--who",
            "Mei",
            "--text",
            "well done",
        ])
        .code(0);
    assert_eq!(ids(&[]), [before_joining]);
    // The same once more is known; another text or person is another reaction.
    let again = |who: &str, text: &str| {
        program.run(&["amplify", "react", &newcomer.to_string(), "--who", who, "--text", text]).code(0)
    };
    assert!(again("Mei", "well done").err.contains("is known already; nothing was changed"));
    assert!(!again("Kim", "well done").err.contains("known"));
    assert!(!again("Kim", "how long did it take?").err.contains("known"));
    let rows: i64 = store(&program)
        .query_row("SELECT count(*) FROM reactions WHERE activity = ?1", [newcomer], |row| row.get(0))
        .expect("counts");
    assert_eq!(rows, 3);
    // Yesterday nobody had reacted yet.
    assert_eq!(ids(&["--as-of", "2026-06-29"]), [newcomer, before_joining, old]);
    // One wrong number, and nothing is written.
    program.run(&["amplify", "react", &before_joining.to_string(), "999"]).code(1);
    assert_eq!(ids(&[]), [before_joining]);
    // What was merged is one person's.
    program.run(&["member", "merge", "1", "3", "--yes"]).code(0);
    assert_eq!(ids(&[]), [of_a_member, before_joining]);
}

#[test]
fn the_best_are_shrunk_and_the_unknown_stand_below() {
    let program = program();
    let rows = store(&program);
    for place in 0..10 {
        let id = act(&rows, 1, "x", "post", TODAY - 10 - place);
        numbers(&rows, id, TODAY, Some(1000), Some(20 + 5 * place));
    }
    let lucky = act(&rows, 2, "x", "post", TODAY - 5);
    numbers(&rows, lucky, TODAY, Some(2), Some(2));
    let wrong = act(&rows, 2, "x", "post", TODAY - 5);
    numbers(&rows, wrong, TODAY, Some(5), Some(9));
    let unknown = act(&rows, 2, "x", "post", TODAY - 5);
    numbers(&rows, unknown, TODAY, None, Some(400));
    let old = act(&rows, 2, "x", "post", TODAY - 200);
    numbers(&rows, old, TODAY, Some(10), Some(9));
    let run = program.run(&["amplify", "best", "--format", "json"]).code(0);
    let list = run.json();
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), 12);
    assert_eq!((list[0]["rank"].as_i64(), list[0]["engagements"].as_i64()), (Some(1), Some(65)));
    let place = list.iter().position(|row| row["id"] == lucky).expect("is ranked");
    assert!(
        place > 0
            && list[place]["rate"] == 1.0
            && list[place]["shrunk"].as_f64().is_some_and(|rate| rate < 0.2)
    );
    let below = &list[11];
    assert!(
        below["id"] == unknown
            && below["rank"].is_null()
            && below["shrunk"].is_null()
            && below["engagements"] == 400
    );
    for row in &list[..11] {
        let of = |name: &str| row[name].as_f64().expect("a number");
        assert!(of("lo") <= of("shrunk") && of("shrunk") <= of("hi"));
    }
    assert!(
        run.err.contains("1 with more engagements than reach")
            && run.err.contains("x: 11 rows; beta-binomial"),
        "{}",
        run.err
    );
    let period =
        program.run(&["amplify", "best", "--period", "2025-12-01..2025-12-31", "--format", "csv"]).code(0);
    assert!(period.out.contains(&format!(",{old},2,Ben,x,post")), "{}", period.out);
    for same in ["2025-12", "2025-Q4", "2025", "all"] {
        let named = program.run(&["amplify", "best", "--period", same, "--format", "csv"]).code(0);
        assert!(named.out.contains(&format!(",{old},2,Ben,x,post")), "{same}: {}", named.out);
    }
    let days =
        |span: [&str; 2]| program.run(&["amplify", "best", span[0], span[1], "--format", "csv"]).code(0).out;
    assert_eq!(days(["--period", "90d"]), days(["--days", "90"]));
    assert!(
        program.run(&["amplify", "best", "--top", "3", "--format", "ids"]).code(0).out.lines().count() <= 3
    );
}

#[test]
fn someone_who_falls_silent_is_noticed_by_their_own_rhythm() {
    let program = program();
    let rows = store(&program);
    for day in (28..112).step_by(4) {
        act(&rows, 1, "x", "post", TODAY - day);
    }
    for day in (0..112).step_by(4) {
        act(&rows, 2, "x", "like", TODAY - day);
    }
    let run = program.run(&["amplify", "trough", "--format", "json"]).code(0);
    let list = run.json();
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    let ana = &list[0];
    assert_eq!((ana["member"].as_i64(), ana["verdict"].as_str()), (Some(1), Some("at_risk")));
    assert_eq!(
        (ana["days_28"].as_i64(), ana["days_84"].as_i64(), ana["days_silent"].as_i64()),
        (Some(0), Some(21), Some(28))
    );
    assert_eq!((ana["ratio"].as_f64(), ana["usual_gap"].as_f64()), (Some(0.0), Some(4.0)));
    assert_eq!(ana["last_seen"], "2026-06-02");
    assert!(
        ana["what_to_do"].as_str().is_some_and(|text| text.contains("answer contribution 1, which")),
        "{ana}"
    );
    assert!(
        run.err.contains("Ana: 0 active days in the last 4 weeks; their own rhythm would be about 7."),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("2 advocates, 2026-03-11 to 2026-06-30: 1 at risk, 0 to watch, 0 late, 1 steady"),
        "{}",
        run.err
    );
    let chinese = program.run(&["amplify", "trough", "--format", "json", "--lang", "zh"]).code(0);
    let todo = chinese.json()[0]["what_to_do"].as_str().map(str::to_owned);
    assert_eq!(todo.as_deref(), Some("回应贡献 1，已有 28 天无人回应"));
    assert!(chinese.err.contains("Ana：最近四周活跃 0 天；按自己的节奏应为约 7 天。"), "{}", chinese.err);
    let next = program.run(&["next", "--lang", "zh"]).code(0).out;
    assert!(
        next.contains("answer contribution 1") && !next.contains("回应"),
        "its lines are in English: {next}"
    );
    let everyone = program.run(&["amplify", "trough", "--all", "--format", "csv"]).code(0).out;
    assert!(everyone.contains("\n2,Ben,steady,,7,21,"), "{everyone}");
    // On hold is no silence to worry about.
    program.run(&["member", "stage", "1", "on-hold"]).code(0);
    let rest = program.run(&["amplify", "trough"]).code(0);
    assert!(rest.err.contains("1 on hold left out"), "{}", rest.err);
}

#[test]
fn a_quiet_month_of_everybody_does_not_alarm() {
    let program = program();
    let rows = store(&program);
    for day in (28..112).step_by(4) {
        act(&rows, 1, "x", "post", TODAY - day);
    }
    // Ten others, who are no advocates, were as busy before and nearly as quiet lately.
    for other in 0..10 {
        program.run(&["member", "add", "--name", &format!("other {other}")]).code(0);
        for day in (28..112).step_by(4) {
            act(&rows, 5 + other, "x", "like", TODAY - day);
        }
        act(&rows, 5 + other, "x", "like", TODAY - 3);
    }
    let run = program.run(&["amplify", "trough", "--all", "--format", "json"]).code(0).json();
    assert_eq!(run[0]["verdict"], "not_enough_history");
    assert!(run[0]["p"].is_null() && run[0]["expected"].is_null());
}
