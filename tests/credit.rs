//! `measure credit`, `heard` and `codes` from outside: money that adds up under every rule, and what is left out said.

use crate::harness::{Program, shared};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Days since 1970 of 2026-01-01.
const YEAR: i64 = 20_454;

fn sql(program: &Program, sql: &str) {
    let file = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    file.execute_batch(sql).expect("the rows fit");
}

fn rows(program: &Program, args: &[&str]) -> Vec<Value> {
    let args: Vec<&str> = args.iter().copied().chain(["--format", "json"]).collect();
    program.run(&args).code(0).json().as_array().expect("a list").clone()
}

fn talk(program: &Program, args: &[&str]) -> String {
    program.run(args).code(0).err
}

/// Money of a row in minor units.
fn cents(row: &Value, key: &str) -> i64 {
    let text = row[key].as_str().unwrap_or_else(|| panic!("{key} of {row}"));
    text.replace('.', "").parse().expect("a number")
}

fn sum(rows: &[Value], key: &str) -> i64 {
    rows.iter().map(|row| cents(row, key)).sum()
}

/// Advocates 1 to 3 with a link each, codes of the first two, buyers 11 to 19.
fn program() -> Program {
    let program = Program::new();
    let mut text = String::new();
    for (id, name) in [(1, "Ana Silva"), (2, "Ben Okafor"), (3, "陈晓")] {
        text.push_str(&format!(
            "INSERT INTO members (id, person, day) VALUES ({id}, {id}, {YEAR});
             INSERT INTO facts (member, field, day, value) VALUES ({id}, 'name', {YEAR}, '{name}');
             INSERT INTO stages (member, stage, at, day) VALUES ({id}, 'active', 0, {YEAR});
             INSERT INTO links (id, member, address, url, day) VALUES ({id}, {id}, 'a.example/{id}', 'https://a.example/{id}', {YEAR});"
        ));
    }
    for id in 11..20 {
        text.push_str(&format!("INSERT INTO members (id, person, day) VALUES ({id}, {id}, {YEAR});"));
    }
    text.push_str(&format!(
        "INSERT INTO codes (member, code, from_day, to_day) VALUES (1, 'ANA20', {YEAR}, NULL), (2, 'BEN20', {YEAR}, {});",
        YEAR + 50
    ));
    sql(&program, &text);
    program
}

fn click(advocate: i64, buyer: i64, day: i64) -> String {
    format!(
        "INSERT INTO clicks (link, at, day, clicks, member) VALUES ({advocate}, 0, {}, 1, {buyer});",
        YEAR + day
    )
}

/// An order: number, day, amount, currency, buyer, code and answer.
fn order(number: &str, day: i64, amount: i64, currency: &str, buyer: i64, code: &str, heard: &str) -> String {
    let or_null = |text: &str| if text.is_empty() { "NULL".into() } else { format!("'{text}'") };
    format!(
        "INSERT INTO conversions (kind, number, at, day, state, amount, currency, member, code, heard)
         VALUES ('order', '{number}', 0, {}, 'paid', {amount}, '{currency}', {buyer}, {}, {});",
        YEAR + day,
        or_null(code),
        or_null(heard)
    )
}

fn deal(
    number: &str,
    title: &str,
    state: &str,
    (created, won): (i64, i64),
    amount: i64,
    buyer: i64,
) -> String {
    let won = if state == "won" { (YEAR + won).to_string() } else { "NULL".into() };
    format!(
        "INSERT INTO conversions (kind, number, title, at, day, state, won_day, amount, currency, member)
         VALUES ('deal', '{number}', '{title}', 0, {}, '{state}', {won}, {amount}, 'EUR', {buyer});",
        YEAR + created
    )
}

/// Clicks and orders of every kind, in some order.
fn everything() -> Vec<String> {
    vec![
        click(1, 11, 10),
        click(2, 11, 20),
        click(1, 11, 30),
        click(3, 12, 5),
        click(2, 12, 40),
        click(3, 12, 40),
        click(2, 14, 90),
        order("#1", 40, 10_001, "EUR", 11, "", ""),
        order("#2", 41, 333, "EUR", 12, "", "Ben Okafor"),
        order("#3", 42, 5_000, "EUR", 13, " ana20 ", "a friend"),
        order("#4", 43, 700, "EUR", 14, "", "Ben Okafor"),
        order("#5", 44, 300, "EUR", 15, "", "a colleague"),
        order("#6", 45, 1_100, "EUR", 16, "", "Google"),
        order("#7", 46, 1_300, "EUR", 17, "", "an ad"),
        order("#8", 47, 900, "EUR", 18, "", "Google"),
        order("#9", 48, 2_000, "EUR", 19, "", ""),
        order("#10", 49, 3_333, "USD", 11, "", ""),
        order("#11", 60, 1_234, "CHF", 19, "", ""),
        order("#12", 70, 4_000, "EUR", 16, "BEN20", ""),
        deal("D-1", "Acme pilot", "won", (80, 100), 40_000, 14),
        deal("D-2", "Acme Renewal", "won", (95, 101), 9_000, 14),
        deal("D-3", "Beta", "lost", (96, 0), 8_000, 15),
        deal("D-4", "Gamma", "open", (97, 0), 7_000, 11),
    ]
}

fn filled() -> Program {
    let program = program();
    sql(&program, &everything().concat());
    program
}

#[test]
fn all_rules_side_by_side_add_up() {
    let program = filled();
    let table = rows(&program, &["measure", "credit", "--model", "all"]);
    for currency in ["EUR", "USD", "CHF"] {
        let of: Vec<Value> = table.iter().filter(|row| row["currency"] == currency).cloned().collect();
        let want = match currency {
            "EUR" => 10_001 + 333 + 5_000 + 700 + 300 + 1_100 + 1_300 + 900 + 2_000 + 4_000 + 40_000,
            "USD" => 3_333,
            _ => 1_234,
        };
        for rule in ["first", "last", "linear", "decay", "position", "equal"] {
            assert_eq!(sum(&of, rule), want, "{currency} {rule}");
        }
    }
    // Ana, Ben, Ana before #1 (100.01); Chen, then Ben and Chen on one day, before #2 (3.33).
    let of = |name: &str, rule: &str| {
        let row =
            table.iter().find(|row| row["name"] == name && row["currency"] == "EUR").expect("is listed");
        cents(row, rule)
    };
    assert_eq!((of("Ana Silva", "last"), of("Ana Silva", "first")), (15_001, 15_001));
    assert_eq!((of("Ana Silva", "linear"), of("Ana Silva", "equal")), (5_000 + 6_667, 5_000 + 5_001));
    assert_eq!((of("Ben Okafor", "first"), of("陈晓", "first")), (700, 333));
    let flag = |name: &str| table.iter().find(|row| row["name"] == name).expect("is listed")["flag"].clone();
    assert_eq!((flag("Ana Silva"), flag("Ben Okafor")), ("".into(), "depends on the rule".into()));
    let said = talk(&program, &["measure", "credit", "--model", "all"]);
    assert!(
        said.contains(
            "Not enough data for the Markov rule: it needs 200 paths of known people, 50 that led to an order"
        ),
        "{said}"
    );
    let alone = program.run(&["measure", "credit", "--model", "markov"]).code(0);
    assert!(alone.err.contains("Not enough data for the Markov rule"), "{}", alone.all());
}

#[test]
fn the_order_of_the_file_changes_nothing() {
    let (one, other) = (filled(), program());
    let mut turned = everything();
    turned.reverse();
    sql(&other, &turned.concat());
    for args in [
        &["measure", "credit", "--model", "all", "--format", "csv"][..],
        &["measure", "credit", "--model", "decay", "--format", "csv"],
        &["measure", "credit", "--band", "--format", "csv"],
        &["measure", "credit", "--reconcile", "--format", "csv"],
        &["measure", "codes", "--period", "2026", "--format", "csv"],
    ] {
        assert_eq!(one.run(args).code(0).out, other.run(args).code(0).out, "{args:?}");
    }
}

#[test]
fn a_band_and_what_the_unanswered_might_add() {
    let program = filled();
    let band = rows(&program, &["measure", "credit", "--band"]);
    let line = |line: &str, of: &str| {
        let found =
            band.iter().find(|row| row["line"] == line && row["currency"] == "EUR" && row["of"] == of);
        found.expect("is listed").clone()
    };
    assert_eq!(cents(&line("proved", "new"), "amount"), 10_001 + 333 + 5_000);
    assert_eq!(cents(&line("with_named", "new"), "amount"), 10_001 + 333 + 5_000 + 700);
    assert_eq!(cents(&line("with_program", "new"), "amount"), 10_001 + 333 + 5_000 + 700 + 300);
    let unanswered = line("unanswered", "new");
    // Two of five named or said the program; 2,000 + 4,000 + 40,000 have neither code, click nor answer.
    assert_eq!(cents(&unanswered, "amount"), 18_400);
    assert!(cents(&unanswered, "lo") < 18_400 && 18_400 < cents(&unanswered, "hi"), "{unanswered}");
    assert_eq!(unanswered["conversions"], Value::Null);
    assert_eq!(cents(&line("total", "renewals"), "amount"), 9_000);
    let usd =
        band.iter().find(|row| row["line"] == "unanswered" && row["currency"] == "USD").expect("is listed");
    assert_eq!(
        (&usd["amount"], &usd["note"]),
        (&Value::Null, &"needs 5 answers without code or click, has 0".into())
    );
}

#[test]
fn codes_clicks_and_answers_reconcile_to_the_cent() {
    let program = filled();
    let table = rows(&program, &["measure", "credit", "--reconcile"]);
    let line = |tier: &str, unit: &str| {
        let fits = |row: &&Value| row["tier"] == tier && row["unit"] == unit && row["currency"] == "EUR";
        table.iter().find(fits).expect("is listed").clone()
    };
    let columns = ["agrees", "names_another", "unnamed_customer", "other_source", "no_answer"];
    for tier in ["code", "click", "neither", "total"] {
        let across: i64 = columns.iter().map(|column| cents(&line(tier, "revenue"), column)).sum();
        assert_eq!(across, cents(&line(tier, "revenue"), "total"), "{tier}");
    }
    for column in columns.iter().chain(&["total"]) {
        let down: i64 =
            ["code", "click", "neither"].iter().map(|tier| cents(&line(tier, "revenue"), column)).sum();
        assert_eq!(down, cents(&line("total", "revenue"), column), "{column}");
    }
    assert_eq!(line("code", "conversions")["unnamed_customer"], 1);
    // Ben was clicked before #2, if not alone: the answer agrees, whatever the rule.
    assert_eq!(line("click", "conversions")["agrees"], 1);
    let credits = rows(&program, &["measure", "credit"]);
    let eur: Vec<Value> = credits.into_iter().filter(|row| row["currency"] == "EUR").collect();
    assert_eq!(sum(&eur, "revenue"), cents(&line("total", "revenue"), "total"));
}

#[test]
fn rates_convert_by_the_day_and_say_what_is_left_out() {
    let program = filled();
    program.file("rates.csv", "date,currency,rate\n2026-02-16,USD,0.9\n2026-02-18,USD,0.95\n");
    let args = ["measure", "credit", "--rates", "rates.csv"];
    let credits = rows(&program, &args);
    assert!(credits.iter().all(|row| row["currency"] == "EUR"), "{credits:?}");
    // 33.33 USD on 2026-02-19 at 0.95, the rate of the day before, are 31.6635 EUR.
    assert_eq!(sum(&credits, "revenue"), 65_634 + 3_166);
    let said = talk(&program, &args);
    assert!(said.contains("INCOMPLETE: 1 order or deal worth 12.34 CHF"), "{said}");
    assert!(said.contains("#11 (2026-03-02)"), "{said}");
    assert!(said.contains("Converted by your rates: 1 order or deal worth 33.33 USD"), "{said}");
    let behind = rows(&program, &["measure", "credit", "--rates", "rates.csv", "--rows"]);
    let row = |number: &str| behind.iter().find(|row| row["number"] == number).expect("is listed").clone();
    let usd = row("#10");
    assert_eq!((&usd["amount"], &usd["currency"]), (&"33.33".into(), &"USD".into()), "the original stays");
    assert_eq!(usd["evidence"], "clicked on 2026-01-31; rate of 2026-02-18");
    assert_eq!((&usd["in"], &usd["rate"]), (&"EUR".into(), &0.95.into()));
    assert_eq!(
        (&row("#11")["credited"], &row("#11")["evidence"]),
        (&Value::Null, &"no rate for CHF of 2026-03-02: in no sum".into())
    );
    let credited: i64 = behind
        .iter()
        .filter(|row| !row["credited"].is_null() && row["kind"] != "renewal")
        .map(|row| cents(row, "credited"))
        .sum();
    assert_eq!(credited, 65_634 + 3_166);
    let plain = rows(&program, &["measure", "credit"]);
    assert_eq!(
        plain.iter().filter(|row| row["name"] == "nobody").count(),
        3,
        "never added together without rates"
    );
}

#[test]
fn mistakes_in_rates_name_the_line() {
    let program = filled();
    program.file("bad.csv", "date,currency,rate\n2026-02-18,USD,much\n");
    program.file("wide.csv", "Date,USD,JPY\n2026-02-18,1.1,160\n");
    program.file("gbk.csv", [0xc8, 0xd5, 0xc6, 0xda]);
    for (file, code, says) in [
        ("none.csv", 2, "--rates none.csv: the file cannot be read"),
        ("bad.csv", 1, "bad.csv:2: 'much' is no rate; write what one USD is worth in EUR"),
        ("wide.csv", 1, "wide.csv:1: rates need the columns date, currency and rate"),
        ("gbk.csv", 1, "gbk.csv: not UTF-8"),
    ] {
        let run = program.run(&["measure", "credit", "--rates", file]).code(code);
        assert!(run.err.contains(says), "{}", run.all());
    }
    for (args, says) in [
        (&["measure", "credit", "--member", "1"][..], "--rows"),
        (&["measure", "credit", "--model", "all", "--rows"], "--rows needs one rule"),
        (&["measure", "credit", "--band", "--rows"], "cannot be used with"),
    ] {
        let run = program.run(args).code(2);
        assert!(run.err.contains(says), "{}", run.all());
    }
}

#[test]
fn the_rows_of_one_advocate_or_one_kind_of_evidence() {
    let program = filled();
    let numbers = |args: &[&str]| -> Vec<String> {
        let all: Vec<&str> =
            ["measure", "credit", "--rows"].iter().copied().chain(args.iter().copied()).collect();
        rows(&program, &all).iter().map(|row| row["number"].as_str().expect("a number").to_string()).collect()
    };
    assert_eq!(numbers(&["--tier", "program"]), ["#5"]);
    assert_eq!(numbers(&["--tier", "code"]), ["#3"]);
    assert_eq!(numbers(&["--tier", "influenced"]), ["D-1"]);
    assert_eq!(numbers(&["--member", "Ana Silva"]), ["#1", "#3", "#10"]);
    assert_eq!(numbers(&["--member", "3", "--model", "linear"]), ["#2"]);
    let none = program.run(&["measure", "credit", "--rows", "--member", "3", "--tier", "code"]).code(0);
    assert!(none.err.contains("No order and no deal of the period fits that."), "{}", none.all());
}

#[test]
fn pipeline_and_renewals_stand_apart() {
    let program = filled();
    let pipeline = rows(&program, &["measure", "credit", "--pipeline", "--rows"]);
    let kinds: BTreeMap<&str, &str> = pipeline
        .iter()
        .map(|row| (row["number"].as_str().unwrap_or_default(), row["kind"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(kinds, [("D-1", "deal"), ("D-2", "renewal"), ("D-3", "deal"), ("D-4", "deal")].into());
    assert_eq!(pipeline[0]["day"], "2026-03-22", "by the day it was created");
    let credits = rows(&program, &["measure", "credit"]);
    assert_eq!(sum(&credits, "renewals"), 9_000);
    let ben =
        credits.iter().find(|row| row["name"] == "Ben Okafor" && row["tier"] == "click").expect("is listed");
    assert_eq!((cents(ben, "renewals"), &ben["conversions"]), (9_000, &0.5.into()));
    let said = talk(&program, &["measure", "credit"]);
    assert!(said.contains("Renewals: 1 deal worth 90.00 EUR"), "{said}");
    assert!(
        said.contains("Helped along: 1 won deal worth 400.00 EUR, touched between creation and win"),
        "{said}"
    );
}

#[test]
fn a_code_used_after_its_end_is_flagged() {
    let program = filled();
    let codes = rows(&program, &["measure", "codes", "--period", "2026"]);
    let ben = codes.iter().find(|row| row["code"] == "BEN20").expect("is listed");
    assert_eq!(
        (&ben["flag"], &ben["state"], &ben["orders"]),
        (&"may have leaked".into(), &"retired".into(), &0.into())
    );
    assert_eq!(ben["why"], "1 order after 2026-02-20, its last day");
    let credits = rows(&program, &["measure", "credit", "--rows"]);
    let late = credits.iter().find(|row| row["number"] == "#12").expect("is listed");
    assert_eq!(late["tier"], "none", "it credits nobody");
}

#[test]
fn a_suggestion_is_accepted_refused_and_taken_back() {
    let program = filled();
    sql(
        &program,
        &format!(
            "INSERT INTO members (id, person, day) VALUES (4, 4, {YEAR});
             INSERT INTO facts (member, field, day, value) VALUES (4, 'name', {YEAR}, 'Ben Ng');
             INSERT INTO stages (member, stage, at, day) VALUES (4, 'active', 0, {YEAR});
             {}{}",
            order("#20", 50, 100, "EUR", 19, "", "Benn Okafo"),
            order("#21", 51, 100, "EUR", 19, "", "Ben")
        ),
    );
    let verdict = |answer: &str| {
        let all = rows(&program, &["measure", "heard"]);
        let row = all.into_iter().find(|row| row["answer"] == answer).expect("is listed");
        (
            row["verdict"].as_str().unwrap_or_default().to_string(),
            row["by"].as_str().unwrap_or_default().to_string(),
        )
    };
    // The first change settles what was put in by hand.
    program.run(&["measure", "heard", "--accept", "Benn Okafo"]).code(0);
    program.run(&["measure", "heard", "--undo", "Benn Okafo"]).code(0);
    let before = program.dump();
    assert_eq!(verdict("Ben"), ("unknown".into(), "name".into()));
    let nobody = program.run(&["measure", "heard", "--accept", "Ben"]).code(1);
    assert!(nobody.err.contains("nobody is suggested for 'Ben'"), "{}", nobody.all());
    assert_eq!(verdict("Benn Okafo"), ("member".into(), "nearly".into()));
    program.run(&["measure", "heard", "--accept", "benn okafo", "--refuse", "Ben"]).code(0);
    assert_eq!(verdict("Ben"), ("other".into(), "decided".into()));
    assert_eq!(verdict("Benn Okafo"), ("member".into(), "decided".into()));
    program.run(&["measure", "heard", "--undo", "BEN", "--undo", "Benn Okafo"]).code(0);
    assert_eq!(program.dump(), before, "as if it was never decided");
    let twice = program.run(&["measure", "heard", "--undo", "Ben"]).code(1);
    assert!(twice.err.contains("'Ben' is not decided, so there is nothing to take back"), "{}", twice.all());
    let log = program.run(&["log"]).code(0);
    assert!(log.out.contains("no longer decided what 'Ben' means"), "{}", log.all());
    let asked = program.run(&["measure", "heard", "--review"]).code(2);
    assert!(asked.err.contains("add --accept, --refuse or --decide"), "{}", asked.all());
}

#[test]
fn decoys_are_counted() {
    let program = filled();
    let more = order("#30", 52, 100, "EUR", 19, "", "Radio Atlantis, I think");
    sql(&program, &more);
    assert!(!talk(&program, &["measure", "heard"]).contains("never existed"));
    program.run(&["measure", "heard", "--decoy", "Radio Atlantis", "--decoy", "月球展会"]).code(0);
    let said = talk(&program, &["measure", "heard"]);
    assert!(
        said.contains("1 of 8 name a channel that never existed (12.5 %, likely 2.2 to 47.1 %)"),
        "{said}"
    );
    let all = rows(&program, &["measure", "heard"]);
    let row = all.iter().find(|row| row["answer"] == "Radio Atlantis, I think").expect("is listed");
    assert_eq!(row["verdict"], "decoy");
    let unknown = program.run(&["measure", "heard", "--no-decoy", "Radio"]).code(1);
    assert!(
        unknown.err.contains("'Radio' is no decoy; they are: Radio Atlantis, 月球展会"),
        "{}",
        unknown.all()
    );
    let empty = program.run(&["measure", "heard", "--decoy", " "]).code(2);
    assert!(empty.err.contains("--decoy is empty"), "{}", empty.all());
    program.run(&["measure", "heard", "--no-decoy", "radio atlantis", "--no-decoy", "月球展会"]).code(0);
    assert!(!talk(&program, &["measure", "heard"]).contains("never existed"));
}

/// 150 buyers that met one or two advocates, and 150 known people who bought nothing.
fn crowd() -> Program {
    let program = program();
    let mut text = String::new();
    for person in 100..400_i64 {
        text.push_str(&format!("INSERT INTO members (id, person, day) VALUES ({person}, {person}, {YEAR});"));
        let day = 20 + person % 30;
        text.push_str(&click(1 + i64::from(person % 3 == 0), person, day));
        if person % 4 == 0 {
            text.push_str(&click(2, person, day + 3));
        }
        if person == 101 {
            text.push_str(&click(3, person, day));
        }
        if person % 2 == 0 || person == 101 {
            text.push_str(&order(&format!("#{person}"), day + 5, 1_000 + person, "EUR", person, "", ""));
        }
    }
    sql(&program, &text);
    program
}

#[test]
fn the_markov_rule_weighs_all_paths() {
    let program = crowd();
    let credits = rows(&program, &["measure", "credit", "--model", "markov"]);
    let last = rows(&program, &["measure", "credit"]);
    assert_eq!(sum(&credits, "revenue"), sum(&last, "revenue"));
    let names: Vec<&str> = credits.iter().map(|row| row["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, ["Ana Silva", "Ben Okafor", "the others", "nobody"]);
    let table = rows(&program, &["measure", "credit", "--model", "all"]);
    let of = |name: &str| table.iter().find(|row| row["name"] == name).expect("is listed").clone();
    for row in &credits {
        assert_eq!(cents(row, "revenue"), cents(&of(row["name"].as_str().unwrap_or_default()), "markov"));
    }
    let ana = of("Ana Silva");
    assert!(ana["removal_effect"].as_f64().is_some_and(|effect| (0.0..=1.0).contains(&effect)), "{ana}");
    assert!(ana["rank_low"].as_f64() <= ana["rank_high"].as_f64(), "{ana}");
    let said = talk(&program, &["measure", "credit", "--model", "all"]);
    assert!(said.contains("Markov: of 300 paths of known people 151 led to an order or a deal"), "{said}");
    assert!(said.contains("1 advocate on fewer than 10 converting paths"), "{said}");
    assert_eq!(said, talk(&program, &["measure", "credit", "--model", "all"]), "the same draws every time");
    let behind = rows(&program, &["measure", "credit", "--model", "markov", "--rows"]);
    assert_eq!(sum(&behind, "credited"), sum(&credits, "revenue"));
    assert!(behind.iter().all(|row| row["name"] == "by all paths together"), "{behind:?}");
}

/// The rows of one of the reference's tables, by header.
fn table(folder: &Path, file: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join(file)).expect("reads");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn day(text: &str) -> i64 {
    let date: chrono::NaiveDate = text.parse().expect("a day");
    (date - chrono::NaiveDate::default()).num_days()
}

const ADVOCATES: [&str; 4] = ["ana", "ben", "cho", "dee"];

fn advocate(name: &str) -> i64 {
    (1..).zip(ADVOCATES).find(|one| one.1 == name).map(|one| one.0).expect("an advocate")
}

/// The reference's ledger as the program's tables hold it: a buyer for each deal.
fn ledger(folder: &Path) -> String {
    let mut text = String::new();
    for name in ADVOCATES {
        let id = advocate(name);
        text.push_str(&format!(
            "INSERT INTO members (id, person, day) VALUES ({id}, {id}, 0);
             INSERT INTO facts (member, field, day, value) VALUES ({id}, 'name', 0, '{name}');
             INSERT INTO stages (member, stage, at, day) VALUES ({id}, 'active', 0, 0);
             INSERT INTO links (id, member, address, url, day) VALUES ({id}, {id}, '{name}', '{name}', 0);"
        ));
    }
    for row in table(folder, "codes.csv") {
        let (owner, code) = (advocate(&row["advocate"]), &row["code"]);
        text.push_str(&format!("INSERT INTO codes (member, code, from_day) VALUES ({owner}, '{code}', 0);"));
    }
    let buyer = |deal: &str| 100 + deal[1..].parse::<i64>().expect("a number");
    for touch in table(folder, "touches.csv").iter().filter(|touch| touch["kind"] == "click") {
        text.push_str(&format!(
            "INSERT INTO clicks (link, at, day, clicks, member) VALUES ({}, 0, {}, 1, {});",
            advocate(&touch["advocate"]),
            day(&touch["date"]),
            buyer(&touch["deal"])
        ));
    }
    let answers = table(folder, "self_reported.csv");
    for row in table(folder, "deals.csv") {
        let deal = &row["deal"];
        let answer = answers.iter().find(|answer| answer["deal"] == *deal).map(|row| row["answer"].as_str());
        let heard = match answer {
            None => "NULL".into(),
            Some("(a customer)") => "'a customer'".into(),
            Some("(search)") => "'Google'".into(),
            Some(name) => format!("'{name}'"),
        };
        let amount = (row["amount"].parse::<f64>().expect("money") * 100.0).round();
        let (state, refunded) =
            if row["status"] == "refunded" { ("won", amount) } else { (row["status"].as_str(), 0.0) };
        let won = if row["won_on"].is_empty() { "NULL".into() } else { day(&row["won_on"]).to_string() };
        text.push_str(&format!(
            "INSERT INTO members (id, person, day) VALUES ({0}, {0}, 0) ON CONFLICT DO NOTHING;
             INSERT INTO conversions (kind, number, at, day, state, won_day, amount, refunded, currency, member, code, heard)
             VALUES ('deal', '{deal}', 0, {1}, '{state}', {won}, {amount}, {refunded}, '{2}', {0}, '{3}', {heard});",
            buyer(deal),
            day(&row["created_on"]),
            row["currency"],
            row["code"]
        ));
    }
    text
}

#[test]
fn reference_ledger_through_the_program() {
    let Some(folder) = shared().map(|shared| shared.join("refs/08-attribution/ledger")) else { return };
    let program = Program::new();
    sql(&program, &format!("PRAGMA foreign_keys = OFF; {}", ledger(&folder)));
    program.file("rates.csv", std::fs::read_to_string(folder.join("rates.csv")).expect("reads"));
    let expected = std::fs::read_to_string(folder.join("expected.json")).expect("reads");
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    let want = &expected["expected"];
    let args = ["measure", "credit", "--rates", "rates.csv", "--period", "all"];
    let with =
        |more: &[&'static str]| -> Vec<&str> { args.iter().copied().chain(more.iter().copied()).collect() };
    let band = rows(&program, &with(&["--band"]));
    let line = |name: &str| band.iter().find(|row| row["line"] == name).expect("is listed").clone();
    for (name, want) in [
        ("proved", &want["band"]["proved"]),
        ("with_named", &want["band"]["plus_named"]),
        ("with_program", &want["band"]["plus_programme"]),
        ("total", &want["total_eur"]),
    ] {
        // Within half a cent, which is where a cent is rounded.
        let (got, want) = (cents(&line(name), "amount") as f64 / 100.0, want.as_f64().expect("a number"));
        assert!((got - want).abs() <= 0.0051, "{name}: {got} {want}");
    }
    assert_eq!(line("total")["conversions"], want["deals_counted"]);
    let credits = rows(&program, &args);
    for name in ADVOCATES {
        let theirs: Vec<Value> = credits.iter().filter(|row| row["name"] == name).cloned().collect();
        let got = sum(&theirs, "revenue") as f64 / 100.0;
        let want = want["credit_by_advocate"][name].as_f64().expect("a number");
        // Each of an advocate's tiers is rounded to the cent so that all of them add up.
        assert!((got - want).abs() <= 0.0151, "{name}: {got} {want}");
    }
    let behind = rows(&program, &with(&["--rows", "--tier", "code"]));
    let unclicked = |row: &&Value| {
        !row["credited"].is_null()
            && row["evidence"].as_str().is_some_and(|text| text.contains("no click before"))
    };
    let unclicked = behind.iter().filter(unclicked).count() as u64;
    assert_eq!(unclicked, want["code_orders_without_click"].as_u64().expect("a number"));
    let said = talk(&program, &args);
    assert!(said.contains("INCOMPLETE: 1 order or deal") && said.contains("d900"), "{said}");
    let reconciled = rows(&program, &with(&["--reconcile"]));
    let is_code = |row: &&Value| row["tier"] == "code" && row["unit"] == "conversions";
    let code = reconciled.iter().find(is_code).expect("is listed");
    for (key, name) in [
        ("agrees", "agrees"),
        ("names_another", "names_another_advocate"),
        ("unnamed_customer", "generic_customer"),
        ("other_source", "other_source"),
    ] {
        assert_eq!(code[key], want["code_orders_answers"][name], "{key}");
    }
}
