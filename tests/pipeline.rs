//! `measure pipeline` from outside: what moves first, what is too short, what is not known, and what is only drawn.

use crate::harness::{Program, Run};
use std::fmt::Write;

/// Days since 1970 of Monday 2024-12-02.
const MONDAY: i64 = 20_059;
const DAY: i64 = 86_400;

/// Numbers between 0 and 1 that look drawn and are always the same.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    /// Around 0, most of it between -2 and 2.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

fn date(days: i64) -> String {
    let script = chrono::DateTime::<chrono::Utc>::from_timestamp((MONDAY + days) * DAY, 0).expect("a day");
    script.format("%Y-%m-%d").to_string()
}

/// The rows of a file of acts: so many in each week, one of each on its Monday and Sunday at least in the first and last.
fn acts(weeks: &[i64], from: i64) -> String {
    let mut text = String::from("email,platform,kind,date,url\n");
    for (week, count) in weeks.iter().enumerate() {
        for one in 0..*count {
            let day = (week as i64 + from) * 7 + one % 7;
            let _ = writeln!(
                text,
                "ana@example.com,discourse,post,{},https://f.example/{week}/{from}/{one}",
                date(day)
            );
        }
    }
    text
}

fn deals(weeks: &[i64], currency: &str, from: i64) -> String {
    let mut text = String::from("deal,created,stage,amount,currency,customer\n");
    for (week, count) in weeks.iter().enumerate() {
        for one in 0..*count {
            let day = (week as i64 + from) * 7 + one % 7;
            let _ =
                writeln!(text, "D{from}-{week}-{one},{},open,{}.50,{currency},", date(day), 900 + 10 * one);
        }
    }
    text
}

/// A program whose one advocate joined before the first week.
fn program() -> Program {
    let program = Program::new();
    program
        .run(&["member", "add", "--email", "ana@example.com", "--name", "Ana", "--as-of", "2024-11-01"])
        .code(0);
    program.run(&["member", "stage", "1", "active", "--as-of", "2024-11-02"]).code(0);
    program
}

fn import(program: &Program, name: &str, text: &str, kind: &str) {
    let path = program.file(name, text);
    program.run(&["import", path.to_str().expect("a path"), "--as", kind, "-q"]).code(0);
}

fn pipeline(program: &Program, more: &[&str]) -> Run {
    program.run(&[&["measure", "pipeline"], more].concat()).code(0)
}

fn rows(program: &Program, more: &[&str]) -> Vec<serde_json::Value> {
    let run = pipeline(program, &[more, &["--format", "json"]].concat());
    run.json().as_array().expect("a list").clone()
}

/// Contributions of so many weeks, and deals that follow them two weeks later.
fn led(weeks: usize) -> (Vec<i64>, Vec<i64>) {
    let mut noise = Noise(7);
    let made: Vec<i64> = (0..weeks).map(|_| (9.0 * (0.5 * noise.bell()).exp()).round() as i64 + 1).collect();
    let follow = |week: usize| {
        let before = if week < 2 { 9 } else { made[week - 2] };
        (before as f64 * (0.15 * noise.bell()).exp()).round() as i64 + 1
    };
    let mut deals: Vec<i64> = (0..weeks).map(follow).collect();
    // The last week has a row on its Sunday: a week that no import covers whole is left out.
    let mut made = made.clone();
    (made[weeks - 1], deals[weeks - 1]) = (made[weeks - 1].max(7), deals[weeks - 1].max(7));
    (made, deals)
}

fn led_program(weeks: usize) -> Program {
    let program = program();
    let (made, new) = led(weeks);
    import(&program, "acts.csv", &acts(&made, 0), "activity");
    import(&program, "deals.csv", &deals(&new, "EUR", 0), "deals");
    program
}

#[test]
fn a_lead_of_two_weeks_is_named_in_its_own_direction() {
    let program = led_program(70);
    let rows = rows(&program, &[]);
    let [there, back, amount, _] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(
        (&there["pipeline"], &there["first"], &there["verdict"]),
        (&"deals".into(), &"activity".into(), &"clear".into())
    );
    assert_eq!((there["lag"].as_i64(), there["n"].as_i64()), (Some(2), Some(70)));
    let number = |name: &str| there[name].as_f64().expect("a number");
    assert!(number("lo") > 0.5 && number("lo") < number("r") && number("r") < number("hi"), "{there}");
    assert!(number("p") < 0.001 && number("granger_p") < 0.001, "{there}");
    assert!(back["verdict"] != "clear" && back["lag"].is_null() && back["r"].is_null(), "{back}");
    assert_eq!((&amount["pipeline"], &amount["currency"]), (&"amount".into(), &"EUR".into()));
    let said = pipeline(&program, &[]).err;
    let sentence = "In 70 weeks, more contributions by advocates came 2 weeks before more new deals";
    assert!(said.contains(sentence), "{said}");
    assert!(said.contains("(clear)") && !said.contains("caus"), "{said}");
    assert!(
        said.contains("\ncontributions  ") && said.contains("   +2   ") && said.contains("|####"),
        "{said}"
    );
    assert!(said.is_ascii(), "a pipe may not know blocks: {said}");
    assert!(!pipeline(&program, &["--plain"]).err.contains("|#"), "bars are no words");
    let lags = self::rows(&program, &["--lags"]);
    assert_eq!(lags.len(), 2 * 17);
    let at = |lag: i64| {
        lags.iter().find(|row| row["lag"] == lag).expect("is there")["r"].as_f64().expect("a number")
    };
    assert!(at(2) > 0.5 && at(-2).abs() < 0.4, "{lags:?}");
    assert_eq!(pipeline(&program, &[]).out, pipeline(&program, &[]).out);
}

#[test]
fn two_that_grow_by_themselves_are_not_related() {
    let program = program();
    let mut noise = Noise(11);
    let mut grown = |weeks: i64| -> Vec<i64> {
        let mut level = 3.0;
        (0..weeks)
            .map(|_| {
                level += 0.12 + 0.5 * noise.bell();
                level = level.max(1.0);
                level.round() as i64 + 1
            })
            .collect()
    };
    import(&program, "acts.csv", &acts(&grown(78), 0), "activity");
    import(&program, "deals.csv", &deals(&grown(78), "EUR", 0), "deals");
    for row in rows(&program, &[]) {
        assert!(row["verdict"] != "clear" && row["lag"].is_null(), "{row}");
    }
}

#[test]
fn too_short_says_what_is_missing() {
    let program = led_program(18);
    for row in rows(&program, &[]) {
        assert_eq!((&row["verdict"], row["n"].as_i64()), (&"not_enough_data".into(), Some(18)));
        for number in ["lag", "r", "lo", "hi", "q", "p", "granger_p"] {
            assert!(row[number].is_null(), "{row}");
        }
    }
    let said = pipeline(&program, &[]).err;
    assert!(said.contains("Not enough data: 18 weeks of contributions by advocates beside new deals; ask again after 24, best after 52."), "{said}");
    let leaning = led_program(40);
    let rows = rows(&leaning, &[]);
    assert_eq!(
        (&rows[0]["verdict"], rows[0]["lag"].as_i64()),
        (&"leaning".into(), Some(2)),
        "under 52 weeks"
    );
    let months = self::rows(&leaning, &["--by", "month"]);
    assert_eq!((months[0]["n"].as_i64(), &months[0]["verdict"]), (Some(8), &"not_enough_data".into()));
}

#[test]
fn nothing_is_zero_only_where_an_import_covers_it() {
    let program = program();
    let (mut made, new) = led(60);
    made[20] = 0;
    import(&program, "early.csv", &acts(&made[..40], 0), "activity");
    import(&program, "late.csv", &acts(&made[52..], 52), "activity");
    import(&program, "deals.csv", &deals(&new, "EUR", 0), "deals");
    let rows = rows(&program, &["--rows"]);
    assert_eq!(rows.len(), 40, "the longer run");
    assert_eq!((rows[20]["contributions"].as_i64(), &rows[20]["period"]), (Some(0), &date(140).into()));
    assert_eq!(rows[3]["deals"].as_i64(), Some(new[3]));
    let said = pipeline(&program, &[]).err;
    let gap = format!("No import has contributions from {} to {}", date(280), date(363));
    assert!(said.contains(&gap), "{said}");
    // A longer export that says the early weeks again, and those in between, closes the gap.
    import(&program, "all.csv", &acts(&made[..56], 0), "activity");
    assert_eq!(self::rows(&program, &["--rows"]).len(), 60);
    let only = self::rows(&program, &["--rows", "--period", "2025-01-01..2025-03-31"]);
    assert_eq!((only.len(), &only[0]["period"]), (12, &"2025-01-06".into()), "whole weeks of the period");
}

#[test]
fn staff_and_what_was_before_joining_are_in_no_figure() {
    let program = led_program(30);
    let sum =
        |rows: &[serde_json::Value]| rows.iter().filter_map(|row| row["contributions"].as_i64()).sum::<i64>();
    let advocates = sum(&rows(&program, &["--rows"]));
    let other =
        acts(&[5; 30], 0).replace("ana@example.com", "ben@example.com").replace("f.example", "g.example");
    import(&program, "ben.csv", &other, "activity");
    assert_eq!(sum(&rows(&program, &["--rows"])), advocates, "Ben never joined");
    assert_eq!(sum(&rows(&program, &["--rows", "--of", "everyone"])), advocates + 150);
    program.run(&["member", "edit", "ben@example.com", "--standing", "staff"]);
    let staff = program.run(&["member", "add", "--email", "eve@example.com", "--staff"]);
    assert_eq!(staff.code, 0, "{}", staff.all());
    import(&program, "eve.csv", &other.replace("ben@", "eve@").replace("g.example", "h.example"), "activity");
    assert!(sum(&rows(&program, &["--rows", "--of", "everyone"])) <= advocates + 150, "Eve is staff");
}

#[test]
fn currencies_are_never_added() {
    let program = led_program(30);
    import(&program, "usd.csv", &deals(&[2; 30], "USD", 0).replace("\nD", "\nU"), "deals");
    let eur = rows(&program, &["--rows"]);
    let usd = rows(&program, &["--rows", "--currency", "usd"]);
    assert_eq!((eur[4]["deals"].as_i64(), &usd[4]["amount"]), (usd[4]["deals"].as_i64(), &"1811.00".into()));
    assert_eq!((&eur[4]["currency"], &usd[4]["currency"]), (&"EUR".into(), &"USD".into()));
    let said = pipeline(&program, &[]).err;
    assert!(said.contains("60 deals are in other currencies than EUR: they are in the count only"), "{said}");
    let wrong = program.run(&["measure", "pipeline", "--currency", "JPY"]).code(2).err;
    assert!(wrong.contains("--currency JPY: no deal is in it; there are EUR, USD"), "{wrong}");
    let wrong = program.run(&["measure", "pipeline", "--platform", "x"]).code(2).err;
    assert!(wrong.contains("--platform x: no contribution is from there; there are discourse"), "{wrong}");
}

#[test]
fn an_empty_one_says_how_to_fill_it() {
    let program = program();
    assert!(pipeline(&program, &[]).err.contains("No deals are on file: bring them in"));
    import(&program, "deals.csv", &deals(&[2; 30], "EUR", 0), "deals");
    assert!(pipeline(&program, &[]).err.contains("No advocate has made anything yet"));
    assert!(pipeline(&program, &["--of", "everyone"]).err.contains("No contributions are on file"));
    import(&program, "acts.csv", &acts(&[3; 30], 60), "activity");
    let said = pipeline(&program, &["--rows"]).err;
    assert!(said.contains("No whole week has both contributions and deals on file"), "{said}");
    import(&program, "more.csv", &acts(&[3; 40], 0), "activity");
    let said = pipeline(&program, &[]).err;
    assert!(said.contains("is the same all the time, so there is nothing to compare"), "{said}");
    assert!(pipeline(&program, &["--lags"]).err.contains("too short, or the same all the time"));
}
