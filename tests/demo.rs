//! The demo: the six steps on the sample exports, the same bytes every time, and the story its numbers tell.

use crate::harness::{Program, tree};
use std::path::Path;

#[test]
fn the_walk_is_as_the_examples_show() {
    let program = Program::none();
    let said = program.both(&["demo"]);
    assert_eq!(said.code, 0, "{}", said.out);
    let chapters = ["0-start", "1-identify", "2-survey", "3-equip", "4-amplify", "5-share", "6-measure"];
    let mut parts = vec![String::new()];
    for line in said.out.lines() {
        let begins = line.as_bytes().first().is_some_and(u8::is_ascii_digit)
            && line[1..].starts_with(' ')
            && line.contains(" - ");
        if begins && parts.len() < chapters.len() && line.starts_with(&chapters[parts.len()][..1]) {
            parts.push(String::new());
        }
        let part = parts.last_mut().expect("a part");
        part.push_str(line.trim_end());
        part.push('\n');
    }
    assert_eq!(parts.len(), chapters.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for (chapter, text) in chapters.iter().zip(&parts) {
        expect_test::expect_file![folder.join(format!("{chapter}.txt"))]
            .assert_eq(&format!("{}\n", text.trim_end()));
    }
}

#[test]
fn the_walk_leaves_the_same_bytes_every_time() {
    let program = Program::none();
    program.run(&["demo", "one"]).code(0);
    program.run(&["demo", "two"]).code(0);
    let first = tree(&program.path().join("one"));
    assert!(first.len() > 100, "{} files", first.len());
    assert_eq!(first, tree(&program.path().join("two")));
    program.run(&["demo", "one"]).code(0);
    assert_eq!(first, tree(&program.path().join("one")), "over an earlier walk");
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let program = Program::none();
    program.file("notes.txt", "mine");
    let run = program.run(&["demo", "."]).code(1);
    assert!(run.err.contains("no demo"), "{}", run.err);
    assert_eq!(tree(program.path()).len(), 1);
}

#[test]
fn the_numbers_tell_the_story() {
    let program = Program::none();
    program.run(&["demo", "."]).code(0);
    let json = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
        program.run(&args).code(0).json().as_array().expect("a list").clone()
    };
    let at_risk: Vec<String> = json(&["amplify", "trough"])
        .iter()
        .filter(|row| row["verdict"] == "at_risk")
        .map(|row| row["name"].as_str().expect("a name").to_string())
        .collect();
    assert_eq!(at_risk, ["沈拾光", "Priya Vantharaj", "Henrik Aaltomaa"]);

    let leaked: Vec<String> = json(&["measure", "codes"])
        .iter()
        .filter(|row| row["flag"].as_str().is_some_and(|flag| !flag.is_empty()))
        .map(|row| row["code"].as_str().expect("a code").to_string())
        .collect();
    assert_eq!(leaked, ["CARMEN-V3HN"]);

    let reach = json(&["measure", "reach"]);
    let revenue =
        |row: &serde_json::Value| row["revenue"].as_str().expect("money").parse::<f64>().expect("a number");
    let best =
        reach.iter().filter(|row| row["currency"] == "EUR").max_by(|a, b| revenue(a).total_cmp(&revenue(b)));
    let best = best.expect("an advocate");
    assert_eq!((best["name"].as_str(), best["audience"].as_i64()), (Some("Ana Lindqvist"), Some(912)));

    let waves = |as_of: &str| {
        let rows = json(&["measure", "summary", "--days", "60", "--as-of", as_of]);
        let nps = rows.iter().find(|row| row["metric"] == "nps").expect("the NPS").clone();
        (nps["value"].as_f64().expect("a value"), nps["n"].as_i64().expect("its n"))
    };
    assert_eq!(waves("2025-12-15"), (26.2, 122));
    assert_eq!(waves("2026-06-15"), (37.5, 128));
}

#[test]
fn the_reach_report_has_the_columns_that_were_promised() {
    let program = Program::none();
    program.run(&["demo", "."]).code(0);
    let text = std::fs::read_to_string(program.path().join("reach.csv")).expect("reach.csv");
    assert_eq!(
        text.lines().next().expect("a header"),
        "member,name,persona,joined,contributions,reach_a,reach_b,reach_c,reach_d,engagements,engagement_rate,audience,\
         audience_at_joining,audience_growth,overlap_low,overlap_high,clicks,ctr,ctr_low,ctr_high,conversions,revenue,currency"
    );
    let credit = program
        .run(&["measure", "credit", "--format", "csv", "--period", "2025-07-01..2026-06-30"])
        .code(0)
        .out;
    let sum = |text: &str, member: &str, money: usize, currency: usize| -> i64 {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
        rows.iter()
            .filter(|row| &row[0] == member && &row[currency] == "EUR")
            .map(|row| row[money].replace('.', "").parse::<i64>().expect("cents"))
            .sum()
    };
    assert_eq!(sum(&text, "28", 21, 22), sum(&credit, "28", 4, 5), "one advocate's revenue in both reports");
}

/// Ten people of the demo, drawn with a fixed seed: what is printed adds up to the digit, and is what the list says.
#[test]
fn ten_explanations_add_up_exactly() {
    let program = Program::none();
    program.run(&["demo", ".", "-q"]).code(0);
    let ranked = program.run(&["identify", "rank", "--all", "--format", "json"]).code(0).json();
    let ranked = ranked.as_array().expect("a list");
    let mut state: u64 = 20_261_127;
    let mut drawn = std::collections::BTreeSet::new();
    while drawn.len() < 10 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        drawn.insert((state >> 33) as usize % ranked.len());
    }
    let tenths = |value: &serde_json::Value| {
        let text = value.to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
        assert_eq!(part.len(), 1, "{text}: one decimal");
        format!("{whole}{part}").parse::<i64>().expect("a number")
    };
    let mut parts = 0;
    for row in drawn.into_iter().map(|place| &ranked[place]) {
        let member = row["member"].to_string();
        let run = program.run(&["identify", "explain", &member, "--format", "json"]).code(0);
        let explained = run.json();
        let signals = explained.as_array().expect("a list");
        assert_eq!(signals.len(), 4, "{member}");
        let sum: i64 = signals.iter().map(|signal| tenths(&signal["contribution"])).sum();
        assert_eq!(500 + sum, tenths(&row["score"]), "{member}: {explained}");
        for signal in signals {
            let name = signal["signal"].as_str().expect("a name");
            assert_eq!(signal["percentile"], row[name], "{member}: {name}");
            parts += usize::from(!signal["percentile"].is_null());
        }
        let said = program.run(&["identify", "explain", &member]).code(0);
        assert!(said.err.contains(&format!("score {} = 50", row["score"])), "{}", said.err);
    }
    assert!(parts > 10, "{parts} percentiles: hardly anything was explained");
}
