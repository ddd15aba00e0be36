//! `identify levels` and `identify goal` from outside: who stands out and stays there, and whether the goal is met.

use crate::identify::{Program, TODAY};

/// Ten members, known for two years. Member 1 (王小明) made much each month until so many months ago, the others a little.
fn program(silent_months: i64) -> Program {
    let program = Program::new();
    for id in 1..=10 {
        program.sql(&format!(
            "INSERT INTO members (id, person, day) VALUES ({id}, {id}, {TODAY} - 700);
             INSERT INTO identities (id, member, platform, value, shown) VALUES ({id}, {id}, 'forum', 'm{id}', 'm{id}');"
        ));
        for month in 0..14 {
            let acts = if id == 1 && month >= silent_months { 20 } else { i64::from(id > 1) * (11 - id) };
            for _ in 0..acts {
                program.sql(&format!(
                    "INSERT INTO activities (member, platform, kind, at, day) VALUES ({id}, 'forum', 'post', 0, {TODAY} - {month} * 30)"
                ));
            }
        }
    }
    program.sql(&format!(
        "INSERT INTO facts (member, field, day, value) VALUES (1, 'name', {TODAY} - 700, '王小明')"
    ));
    program
}

#[test]
fn levels_say_since_when_and_why() {
    let program = program(0);
    let said = program.ok(&["identify", "levels", "--format", "csv"]);
    expect_test::expect![[r#"
        member,name,level,since,score,before,why
        1,王小明,ready,2025-07-01,77.0,none,"77.0 on 2025-07-01, the way in is 70"
        2,forum:m2,ready,2025-07-01,71.0,none,"71.0 on 2025-07-01, the way in is 70"
        3,forum:m3,rising,2025-07-01,65.0,none,"65.0 on 2025-07-01, the way in is 60"
    "#]]
    .assert_eq(&said.out);
    assert!(
        said.talk.contains("12 looks, on the first of each month from 2025-07-01 to 2026-06-01"),
        "{}",
        said.talk
    );
    assert!(said.talk.contains("in from 60, out below 54 after 60 days"), "{}", said.talk);
    let one = program.ok(&["identify", "levels", "--who", "name=王小明", "--format", "ids"]);
    assert_eq!(one.out, "1\n");
}

#[test]
fn a_silence_is_waited_out() {
    let program = program(10);
    let row = |day: &str| {
        let out = program.ok(&["identify", "levels", "--as-of", day, "--format", "csv"]).out;
        out.lines().find(|line| line.starts_with("1,")).unwrap_or_default().to_string()
    };
    let all: Vec<String> =
        ["2025-11-15", "2025-12-15", "2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15", "2026-06-30"]
            .map(row)
            .into();
    expect_test::expect![[r#"
        1,王小明,ready,2025-07-01,77.0,none,"77.0 on 2025-07-01, the way in is 70"
        1,王小明,ready,2025-07-01,77.0,none,"77.0 on 2025-07-01, the way in is 70"
        1,王小明,ready,2025-07-01,53.0,none,"77.0 on 2025-07-01, the way in is 70; below 62 since 2026-01-01, 60 of 60 days of grace left"
        1,王小明,ready,2025-07-01,47.0,none,"77.0 on 2025-07-01, the way in is 70; below 62 since 2026-01-01, 29 of 60 days of grace left"
        1,王小明,ready,2025-07-01,47.0,none,"77.0 on 2025-07-01, the way in is 70; below 62 since 2026-01-01, 1 of 60 days of grace left"
        1,王小明,none,2026-04-01,35.0,ready,"below 62 (the way out) since 2026-01-01, for 90 days"
        1,王小明,none,2026-04-01,29.0,ready,"below 62 (the way out) since 2026-01-01, for 90 days""#]].assert_eq(&all.join("\n"));
    // What comes later changes no level of an earlier day.
    program.sql(&format!(
        "INSERT INTO activities (member, platform, kind, at, day) VALUES (1, 'forum', 'post', 0, {TODAY})"
    ));
    assert_eq!(row("2026-02-15"), all[3]);
}

#[test]
fn nobody_has_a_level_at_first() {
    let program = Program::new();
    let said = program.ok(&["identify", "levels"]);
    assert!(said.talk.contains("Nobody has reached a level yet"), "{}", said.talk);
    program
        .run(&["identify", "levels", "--since", "2026-07-01"])
        .fails(2, "--since 2026-07-01: it is after 2026-06-30");
    program.run(&["identify", "levels", "--since", "soon"]).fails(2, "--since soon: not a day");
}

#[test]
fn a_goal_is_held_against_the_pace() {
    let program = Program::new();
    let status = program.ok(&["status"]).talk;
    assert!(status.contains("Goal: 0 of 30 advocates wanted by 2027-06-30, 12 months left; cannot tell yet at what pace: 0 joined in 0 days after the first day, 5 in 60 are needed (groundswell identify goal)"), "{status}");
    for id in 1..=22 {
        let ago = if id <= 12 { 300 } else { 15 * (id - 12) };
        program.sql(&format!(
            "INSERT INTO members (id, person, day) VALUES ({id}, {id}, {TODAY} - 700);
             INSERT INTO stages (member, stage, at, day) VALUES ({id}, 'active', 0, {TODAY} - {ago});"
        ));
    }
    program.sql(&format!(
        "INSERT INTO stages (member, stage, at, day) VALUES (1, 'alumni', 0, {TODAY} - 20), (2, 'alumni', 0, {TODAY} - 20)"
    ));
    let set = program.ok(&["identify", "goal", "30", "--by", "2026-09-28", "--format", "csv"]);
    expect_test::expect![[r"
        goal,by,advocates,joined,days,days_left,pace,likely,low,high,verdict
        30,2026-09-28,20,10,180,90,1.35,24.0,21.4,28.2,short
    "]]
    .assert_eq(&set.out);
    assert!(set.talk.contains("Goal: 30 advocates by 2026-09-28"), "{}", set.talk);
    let status = program.ok(&["status"]).talk;
    assert!(status.contains("20 of 30 advocates wanted by 2026-09-28, 3 months left; at this pace (1.4 a month over 180 days) about 24, likely between 21 and 29: too slow (groundswell identify goal)"), "{status}");
    let log = program.ok(&["log", "--command", "identify goal", "--format", "csv"]).out;
    assert!(log.contains("30 advocates by 2027-06-30,30 advocates by 2026-09-28"), "{log}");
    assert!(program.ok(&["identify", "goal", "30"]).talk.contains("nothing was changed"));
    assert!(
        program
            .ok(&["identify", "goal", "20"])
            .talk
            .contains("20 of 20 advocates wanted by 2026-09-28: reached")
    );
    program
        .run(&["identify", "goal", "40", "--by", "2026-06-30"])
        .fails(2, "--by 2026-06-30: a goal lies ahead, after 2026-06-30");
    program.run(&["identify", "goal", "0"]).fails(2, "invalid value '0'");
}

#[test]
fn a_goal_may_be_said_at_the_start() {
    let program = Program::new();
    program.ok(&[
        "init",
        "--db",
        "b.db",
        "--name",
        "B",
        "--currency",
        "EUR",
        "--timezone",
        "UTC",
        "--preset",
        "saas",
        "--goal",
        "12",
        "--by",
        "2026-12-31",
    ]);
    let said = program.ok(&["identify", "goal", "--db", "b.db", "--format", "csv"]).out;
    assert!(said.contains("12,2026-12-31,0,0,0,184,,,,,not_enough_data"), "{said}");
    program
        .run(&[
            "init",
            "--db",
            "c.db",
            "--name",
            "C",
            "--currency",
            "EUR",
            "--timezone",
            "UTC",
            "--preset",
            "saas",
            "--by",
            "2020-01-01",
        ])
        .fails(2, "a goal lies ahead");
    assert!(!program.path("c.db").exists());
    program.sql("DELETE FROM settings WHERE name LIKE 'goals.%'");
    assert!(program.ok(&["identify", "goal"]).talk.contains("The program has no goal"));
}
