//! Ten weeks of a program, run through its commands: what was planted in the exports is found, and the ledger balances.

use crate::harness::Program;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ten-weeks")
}

/// The program after ten weeks, and what was printed on the way.
#[cfg(unix)]
fn walked() -> (Program, String) {
    let program = Program::none();
    let binary = Path::new(env!("CARGO_BIN_EXE_groundswell")).parent().expect("a folder");
    let path = std::env::join_paths(
        std::iter::once(binary.to_path_buf())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .expect("a path");
    let output = Command::new("sh")
        .arg(folder().join("run.sh"))
        .current_dir(program.path())
        .env("PATH", path)
        .env_remove("GROUNDSWELL_DB")
        .env("COLUMNS", "160")
        .env("NO_COLOR", "1")
        .output()
        .expect("sh runs");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    (program, said.replace(&folder().display().to_string(), "examples/ten-weeks"))
}

/// Whom something was planted for, by address.
fn planted(what: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(folder().join("exports/planted.csv")).expect("reads");
    let of =
        |line: &str| line.split_once(',').filter(|(_, kind)| *kind == what).map(|(who, _)| who.to_string());
    text.lines().filter_map(of).collect()
}

#[cfg(unix)]
#[test]
fn the_trough_is_caught_an_effect_is_found_and_the_ledger_balances() {
    let (program, said) = walked();
    for (at, part) in said.split("\n== week ").enumerate().skip(1) {
        let text = format!("== week {}\n", part.trim_end());
        expect_test::expect_file![folder().join(format!("week-{at:02}.txt"))].assert_eq(&text);
    }
    let json = |args: &[&str]| {
        let args: Vec<&str> =
            args.iter().copied().chain(["--as-of", "2026-11-08", "--format", "json"]).collect();
        program.run(&args).code(0).json().as_array().expect("a list").clone()
    };

    // Four fall silent in week 7. By the end of week 10 at least three are seen, and hardly anybody else.
    let emails = json(&["member", "list", "--who", "stage=active"]);
    let email = |member: &serde_json::Value| {
        let found = emails.iter().find(|row| &row["member"] == member).expect("a member");
        found["email"].as_str().expect("an address").to_string()
    };
    let watched = json(&["amplify", "trough"]);
    let at_risk: BTreeSet<String> =
        watched.iter().filter(|row| row["verdict"] == "at_risk").map(|row| email(&row["member"])).collect();
    let silent = planted("silent");
    assert!(at_risk.intersection(&silent).count() >= 3, "{at_risk:?} of {silent:?}");
    assert!(at_risk.difference(&silent).count() <= 1, "{at_risk:?} of {silent:?}");

    // The newsletter went with 1.8 times as many posts.
    let effect =
        program.run(&["amplify", "effect", "--window", "28", "--as-of", "2026-10-11", "--format", "json"]);
    let effect = effect.code(0).json();
    let figures = effect.as_array().expect("a list");
    let figure = |name: &str| figures.iter().find(|row| row["figure"] == name).expect(name);
    let factor = figure("factor");
    let number = |field: &str| factor[field].as_f64().expect("a number");
    assert!((number("lo")..=number("hi")).contains(&1.8), "{factor}");
    assert!((number("estimate") - 1.8).abs() < 0.35, "{factor}");

    // Every ask is in one state, and all of them are accounted for.
    let asks = json(&["share", "ask", "list"]);
    let state = |row: &serde_json::Value| row["state"].as_str().expect("a state").to_string();
    let states: Vec<String> = asks.iter().map(state).collect();
    assert_eq!(asks.len(), 4);
    assert_eq!(states.iter().filter(|state| *state == "told").count(), 2, "{states:?}");
    let balance = json(&["share", "balance"]);
    let sum = |field: &str| balance.iter().map(|row| row[field].as_i64().expect("a number")).sum::<i64>();
    assert_eq!(sum("asked"), 4);
}
