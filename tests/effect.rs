//! Amplify: effect, backtest, showcase, and taking back a slip.
#![allow(clippy::disallowed_types, reason = "a test looks into the file itself")]

use crate::harness::Program;
use rusqlite::{Connection, params};
use std::fmt::Write as _;

const DAY: i64 = 86_400;
/// 2026-06-30, the day the program runs on.
const TODAY: i64 = 20_634;

fn store(program: &Program) -> Connection {
    Connection::open(program.path().join("groundswell.db")).expect("opens")
}

fn act(store: &Connection, member: i64, day: i64, reach: i64) {
    store
        .execute(
            "INSERT INTO activities (member, platform, kind, at, day, url, title, grade, counted_day, reach, engagements)
             VALUES (?1, 'x', 'post', ?2, ?3, 'https://x.com/a/status/' || (?1 * 100000 + ?3), 'Post <' || ?1 || '>',
                     'B', ?3, ?4, ?4 / 10)",
            params![member, day * DAY + DAY / 2, day, reach],
        )
        .expect("adds");
}

/// `people` who joined 300 days ago and post every fifth day or so; the first `lifted` had a post promoted 100 days ago and
/// post every third day since, if that `works`.
fn program(people: i64, lifted: i64, works: bool) -> Program {
    let program = Program::new();
    let mut members = String::from("email,name\n");
    for member in 1..=people {
        writeln!(members, "p{member}@example.com,Person {member}").expect("writes");
    }
    program.file("members.csv", members);
    program.run(&["import", "members.csv", "--as", "members"]).code(0);
    let store = store(&program);
    for member in 1..=people {
        let sql = "INSERT INTO stages (member, stage, at, day) VALUES (?1, 'active', ?2, ?3)";
        store.execute(sql, params![member, (TODAY - 300) * DAY, TODAY - 300]).expect("adds");
        let (mut day, lift) = (TODAY - 290 + member % 5, TODAY - 100);
        while day <= TODAY {
            act(&store, member, day, 100 + 10 * member);
            let is_lifted = member <= lifted && day >= lift && works;
            day += if is_lifted { 2 + (day + member) % 3 } else { 4 + (day * 7 + member) % 3 };
        }
        if member <= lifted {
            let sql = "INSERT INTO promotions (activity, at, day, place)
                       SELECT max(id), ?2, ?3, 'newsletter 1' FROM activities WHERE member = ?1 AND day < ?3";
            store.execute(sql, params![member, lift * DAY + DAY / 2, lift]).expect("adds");
        }
    }
    program
}

fn figure(list: &serde_json::Value, name: &str) -> serde_json::Value {
    let list = list.as_array().expect("a list");
    list.iter().find(|row| row["figure"] == name).unwrap_or_else(|| panic!("no {name}: {list:?}")).clone()
}

#[test]
fn a_planted_effect_is_found_with_its_range_and_what_it_does_not_prove() {
    let program = program(24, 10, true);
    let run = program.run(&["amplify", "effect", "--format", "json"]).code(0);
    let difference = figure(&run.json(), "difference");
    let of = |row: &serde_json::Value, name: &str| row[name].as_f64().expect("a number");
    // From 7/5 to 7/3 a week.
    assert!(of(&difference, "lo") < 0.933 && 0.933 < of(&difference, "hi"), "{difference}");
    assert_eq!(
        (difference["verdict"].as_str(), difference["treated"].as_i64(), difference["others"].as_i64()),
        (Some("clear"), Some(10), Some(14))
    );
    let factor = figure(&run.json(), "factor");
    assert!(of(&factor, "lo") < 1.67 && 1.67 < of(&factor, "hi"), "{factor}");
    assert_eq!(figure(&run.json(), "before")["verdict"], "alike");
    for says in [
        "contributions a week more than comparable members over the same 12 weeks (likely",
        "both groups moved alike",
        "Nobody was drawn by lot",
        "28 days before it",
    ] {
        assert!(run.err.contains(says), "{says}: {}", run.err);
    }
    assert!(!run.err.contains("caused") && !run.out.contains("caused"));
    // The same bytes, and the same for whoever's numbers are others.
    assert_eq!(program.run(&["amplify", "effect", "--format", "json"]).code(0).out, run.out);
    let matched = program.run(&["amplify", "effect", "--match", "--format", "json"]).code(0);
    assert!(
        figure(&matched.json(), "matched")["note"]
            .as_str()
            .is_some_and(|note| note.contains("of 10 had someone like them"))
    );
    let reach = program.run(&["amplify", "effect", "--outcome", "reach", "--format", "json"]).code(0).json();
    assert_eq!(figure(&reach, "difference")["unit"], "people reached a week");
    let cohorts = program.run(&["amplify", "effect", "--cohorts", "--format", "json"]).code(0);
    assert!(
        cohorts.json().as_array().is_some_and(|list| list.len() > 5)
            && cohorts.err.contains("Mean from their own four weeks on")
    );
}

#[test]
fn nothing_planted_nothing_claimed() {
    let run = program(24, 10, false).run(&["amplify", "effect", "--format", "json"]).code(0);
    let difference = figure(&run.json(), "difference");
    assert_ne!(difference["verdict"], "clear", "{difference}");
    assert!(difference["least_seen"].as_f64().is_some_and(|least| least > 0.0));
    assert!(run.err.contains("we could not have seen a difference under"), "{}", run.err);
}

#[test]
fn too_few_are_ranked_or_refused_or_held_against_themselves() {
    let one = program(12, 1, true).run(&["amplify", "effect", "--format", "json"]).code(0);
    let ranked = figure(&one.json(), "difference");
    assert_eq!((ranked["lo"].as_f64(), ranked["verdict"].as_str()), (None, Some("cannot_tell")));
    assert!(one.err.contains("One person against 11 others"), "{}", one.err);
    let two = program(12, 2, true).run(&["amplify", "effect", "--format", "json"]).code(0);
    let missing = figure(&two.json(), "difference");
    assert!(missing["estimate"].is_null() && missing["verdict"] == "not_enough_data", "{missing}");
    assert_eq!(missing["note"], "not enough to compare: needs 3 promoted and 3 others, has 2 and 10");
    let none =
        program(12, 0, true).run(&["amplify", "effect", "--as-of", "2026-06-30", "--format", "json"]).code(0);
    assert_eq!(figure(&none.json(), "difference")["period"], "up to 2026-06-30");
    let all = program(5, 5, true);
    let series = all.run(&["amplify", "effect", "--format", "json"]).code(0);
    let level = figure(&series.json(), "level");
    assert!(level["verdict"] != "clear" && level["estimate"].is_number(), "{level}");
    assert!(
        series.err.contains("Nobody to compare with") && series.err.contains("Whatever else began then"),
        "{}",
        series.err
    );
    let early = all.run(&["amplify", "effect", "--as-of", "2026-05-10", "--format", "json"]).code(0).json();
    assert!(figure(&early, "difference")["note"].as_str().is_some_and(|note| note.contains("has 0 and 0")));
}

#[test]
fn answered_first_contributions_are_held_against_the_others() {
    let program = program(12, 0, false);
    let store = store(&program);
    for member in 1..=5 {
        let sql = "INSERT INTO reactions (activity, at, day) SELECT id, at + 3600, day FROM activities
                   WHERE member = ?1 ORDER BY day LIMIT 1";
        store.execute(sql, [member]).expect("adds");
    }
    for member in [9, 10, 11] {
        let sql = "DELETE FROM activities WHERE member = ?1 AND id NOT IN (SELECT id FROM activities WHERE member = ?1 ORDER BY day LIMIT 1)";
        store.execute(sql, [member]).expect("deletes");
    }
    let run = program.run(&["amplify", "effect", "--of", "reaction", "--format", "json"]).code(0);
    let list = run.json();
    assert_eq!(figure(&list, "answered")["estimate"].as_f64(), Some(100.0));
    assert_eq!(figure(&list, "not_answered")["estimate"].as_f64(), Some(57.14));
    let difference = figure(&list, "difference");
    assert!(difference["verdict"] != "clear" && difference["lo"].is_number(), "{difference}");
    assert!(
        run.err.contains(
            "answered within 24 hours 5 of 5 made another in the 28 days after that; of the others 4 of 7"
        ),
        "{}",
        run.err
    );
    for (line, says) in [
        ("amplify effect --outcome again", "add --of reaction"),
        ("amplify effect --of reaction --match", "add --outcome posts or reach"),
        ("amplify effect --window 5", "from 14 to 730 days"),
        ("amplify effect --gap 400", "from 0 to 365 days"),
        ("amplify backtest --months 0", "from 1 to 120"),
    ] {
        let run = program.run(&line.split(' ').collect::<Vec<_>>()).code(2);
        assert!(run.err.contains(says), "{line}: {}", run.err);
    }
}

#[test]
fn alarms_are_replayed_beside_the_plain_rule() {
    let program = program(12, 0, false);
    store(&program)
        .execute("DELETE FROM activities WHERE member = 3 AND day > ?1", [TODAY - 150])
        .expect("deletes");
    let run = program.run(&["amplify", "backtest", "--format", "json"]).code(0);
    let own = figure(&run.json(), "own_rhythm");
    assert_eq!(
        (own["silent"].as_i64(), own["warned"].as_i64(), own["right"].as_i64()),
        (Some(1), Some(1), Some(1))
    );
    assert!(figure(&run.json(), "days_since_last")["silent"] == 1);
    assert!(run.err.contains("of 1 who went silent we had warned about 1"), "{}", run.err);
    let early = program.run(&["amplify", "backtest", "--as-of", "2025-12-31"]).code(0);
    assert!(early.err.contains("it needs 112 days of history"), "{}", early.err);
}

#[test]
fn who_joined_and_made_nothing_is_late_and_someone_is_introduced() {
    let program = program(14, 0, false);
    program.run(&["member", "consent", "5", "yes", "--for", "contact", "--source", "kickoff"]).code(0);
    program.run(&["member", "edit", "7", "--add-handle", "x:seven"]).code(0);
    store(&program).execute("DELETE FROM activities WHERE member IN (7, 8)", []).expect("deletes");
    let run = program.run(&["amplify", "trough", "--format", "json"]).code(0);
    let list = run.json();
    let of = |member: i64| {
        list.as_array()
            .expect("a list")
            .iter()
            .find(|row| row["member"] == member)
            .expect("is listed")
            .clone()
    };
    assert_eq!(
        (of(7)["verdict"].as_str(), of(7)["alarms"].as_str(), of(7)["days_without"].as_i64()),
        (Some("late"), Some("late"), Some(300))
    );
    assert_eq!(of(7)["command"], "groundswell share give 7 \"introduced to member 5\" --kind help");
    assert_eq!(of(7)["about"], "Person 5");
    assert_eq!(of(8)["command"], "groundswell equip handbook 8 -o handbooks");
    assert!(run.err.contains("Person 7: joined 300 days ago and has made nothing yet"), "{}", run.err);
    assert!(run.err.contains("needs 30 active people, has 14"), "{}", run.err);
    assert!(run.err.contains("Of 14 who ever joined 12 have made something"), "{}", run.err);
}

#[test]
fn a_slip_is_taken_back() {
    let program = program(3, 0, false);
    program.run(&["amplify", "react", "1", "--who", "Mei", "--text", "thanks", "--at", "2026-06-29"]).code(0);
    let day: i64 =
        store(&program).query_row("SELECT day FROM reactions", [], |row| row.get(0)).expect("is there");
    assert_eq!(day, TODAY - 1);
    assert!(
        program
            .run(&["amplify", "react", "1", "--undo"])
            .code(0)
            .err
            .contains("The reaction of 2026-06-29 to contribution 1 was taken back")
    );
    assert!(
        program.run(&["amplify", "react", "1", "--undo"]).code(1).err.contains("there is none to take back")
    );
    program.run(&["amplify", "promote", "1", "--place", "newsletter 41", "--who", "Mei"]).code(0);
    assert!(
        program
            .run(&["amplify", "promote", "1", "--place", "newsletter 41"])
            .code(0)
            .err
            .contains("there already on 2026-06-30")
    );
    program.run(&["amplify", "promote", "1", "--undo"]).code(0);
    let left: i64 =
        store(&program).query_row("SELECT count(*) FROM promotions", [], |row| row.get(0)).expect("counts");
    assert_eq!(left, 0);
    let log = program.run(&["log", "1"]).code(0).out;
    assert!(log.contains("took back the promotion of 2026-06-30"), "{log}");
    let before = program.run(&["amplify", "react", "1", "--at", "2025-01-01"]).code(1);
    assert!(before.err.contains("nobody can have answered it before"), "{}", before.err);
    assert!(
        program
            .run(&["amplify", "promote", "1", "--place", "x", "--at", "2025-01-01"])
            .code(1)
            .err
            .contains("it had no place before")
    );
}

#[test]
fn the_showcase_names_who_agreed_and_nobody_else() {
    let program = program(6, 0, false);
    let none = program.run(&["amplify", "showcase", "-o", "s.html"]).code(1);
    assert!(
        none.err.contains("by someone who agreed to be named") && none.err.contains("--for named yes"),
        "{}",
        none.err
    );
    assert!(!program.path().join("s.html").exists());
    program.run(&["member", "consent", "2", "yes", "--for", "named", "--source", "mail"]).code(0);
    program.run(&["member", "consent", "3", "yes", "--for", "named", "--source", "mail"]).code(0);
    program.run(&["member", "consent", "3", "no", "--for", "named", "--source", "mail"]).code(0);
    let run = program.run(&["amplify", "showcase", "-o", "s.html"]).code(0);
    let page = std::fs::read_to_string(program.path().join("s.html")).expect("is written");
    assert!(page.contains("Person 2") && !page.contains("Person 3") && !page.contains("Person 1"), "{page}");
    assert!(
        page.contains("Post &lt;2&gt;") && !page.contains("<script") && page.contains("default-src 'none'")
    );
    assert_eq!(page.matches("<li>").count(), 2);
    assert!(!page.contains("src=") && !page.contains("@import"));
    assert!(
        run.err.contains("have not agreed to be named") && run.err.contains("member consent"),
        "{}",
        run.err
    );
    let chinese = program.run(&["amplify", "showcase", "--lang", "zh", "--title", "六月 <佳作>"]).code(0);
    assert!(
        chinese.out.contains("lang=\"zh-CN\"")
            && chinese.out.contains("六月 &lt;佳作&gt;")
            && chinese.out.contains("帖子")
    );
    // One's own words, and a slip in them.
    program.run(&["templates", "copy", "page-showcase"]).code(0);
    program.file("templates/en/page-showcase.html", "<h1>{{ nobody }}</h1>");
    assert!(program.run(&["amplify", "showcase"]).code(1).err.contains("templates/en/page-showcase.html:1:"));
    assert!(
        program.run(&["amplify", "showcase", "--redact"]).code(2).err.contains("names people and their work")
    );
}
