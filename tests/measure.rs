//! Step 6 from outside: a small program with orders, deals, clicks and answers, and what is said of it.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

/// Days since 1970 of 2026-01-01.
const YEAR: i64 = 20_454;

fn run(folder: &Path, line: &str) -> (String, String, i32) {
    let args = split(line);
    let output = Command::cargo_bin("groundswell")
        .expect("the program is built")
        .current_dir(folder)
        .env("GROUNDSWELL_NOW", "2026-11-23T12:00:00Z")
        .env_remove("GROUNDSWELL_DB")
        .args(&args)
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().unwrap_or(-1))
}

/// Words, with those in double quotes kept together.
fn split(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(place, part)| {
            if place % 2 == 1 {
                vec![part.to_string()]
            } else {
                part.split_whitespace().map(str::to_string).collect()
            }
        })
        .collect()
}

fn ok(folder: &Path, line: &str) -> String {
    let (out, err, code) = run(folder, line);
    assert_eq!(code, 0, "{line}: {err}");
    out
}

fn rows(folder: &Path, line: &str) -> Vec<Value> {
    serde_json::from_str(&ok(folder, &format!("{line} --format json"))).expect("JSON")
}

/// Ana (1), Ben (2), the buyers 3 and 4, and 5 of our staff; joined on 2026-01-11.
fn program() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    ok(path, "init --name Circle --currency EUR --timezone UTC --preset saas");
    ok(path, "member add --name \"Ana Silva\" --email ana@example.com --as-of 2026-01-01");
    ok(path, "member add --name \"Ben Okafor\" --email ben@example.com --as-of 2026-01-01");
    ok(path, "member add --name Cho --email cho@example.com --as-of 2026-01-01");
    ok(path, "member add --name Dee --email dee@example.com --as-of 2026-01-01");
    ok(path, "member add --name Eve --email eve@example.com --staff --as-of 2026-01-01");
    ok(path, "member stage 1 active --as-of 2026-01-11");
    ok(path, "member stage 2 active --as-of 2026-01-11");
    seed(path);
    folder
}

fn seed(path: &Path) {
    let file = rusqlite::Connection::open(path.join("groundswell.db")).expect("opens");
    let sql = "
      INSERT INTO codes (member, code, from_day) VALUES (1, 'ANA20', D10);
      INSERT INTO links (id, member, address, url, day) VALUES
        (1, 1, 'a.example/1', 'https://a.example/1', D10), (2, 2, 'a.example/2', 'https://a.example/2', D10);
      INSERT INTO clicks (link, at, day, clicks, member) VALUES
        (1, 0, D40, 1, 3), (2, 0, D50, 1, 3), (1, 0, D30, 7, NULL), (2, 0, D120, 1, 4);
      INSERT INTO conversions (kind, number, at, day, state, won_day, amount, refunded, currency, member, code, heard) VALUES
        ('order', '#1', 0, D60, 'paid', NULL, 10000, 0, 'EUR', 3, NULL, NULL),
        ('order', '#2', 0, D61, 'paid', NULL, 5001, 1, 'EUR', 4, 'ana20', 'a friend'),
        ('order', '#3', 0, D62, 'paid', NULL, 2000, 2000, 'EUR', 4, NULL, NULL),
        ('order', '#4', 0, D63, 'paid', NULL, 700, 0, 'EUR', NULL, NULL, 'Ben Okafor'),
        ('order', '#5', 0, D64, 'paid', NULL, 300, 0, 'EUR', NULL, NULL, 'a colleague'),
        ('order', '#6', 0, D65, 'paid', NULL, 900, 0, 'USD', NULL, NULL, 'that video'),
        ('order', '#7', 0, D66, 'paid', NULL, 99900, 0, 'EUR', 5, NULL, NULL),
        ('order', 'D-1', 0, D110, 'paid', NULL, 40000, 0, 'EUR', 4, NULL, NULL),
        ('deal', 'D-1', 0, D100, 'won', D130, 40000, 0, 'EUR', 4, NULL, NULL),
        ('deal', 'D-2', 0, D300, 'open', NULL, 50000, 0, 'EUR', 3, NULL, 'Ana');
      INSERT INTO activities (id, member, platform, kind, at, day, title) VALUES
        (1, 1, 'x', 'post', 0, D20, 'How | to'), (2, 1, 'x', 'video', 0, D21, 'Film'), (3, 1, 'x', 'like', 0, D22, NULL),
        (4, 1, 'x', 'post', 0, D5, 'Before joining');
      INSERT INTO reaches (activity, grade, day, reach, engagements) VALUES
        (1, 'B', D25, 900, 30), (1, 'B', D26, 1000, 40), (1, 'C', D27, 9999, 99), (2, 'D', D28, 500, NULL), (4, 'A', D6, 7777, 7);
      INSERT INTO audiences (member, platform, at, day, followers) VALUES
        (1, 'x', 0, D0, 100), (1, 'x', 0, D20, 200), (1, 'x', 0, D300, 500), (1, 'github', 0, D320, 50), (2, 'x', 0, D30, 80);
      INSERT INTO responses (kind, score, low, high, at, day) VALUES
        ('nps', 10, 0, 10, 0, D320), ('nps', 9, 0, 10, 0, D320), ('nps', 9, 0, 10, 0, D320), ('nps', 7, 0, 10, 0, D320),
        ('nps', 3, 0, 10, 0, D320), ('csat', 5, 1, 5, 0, D320);";
    let day = |text: &str| -> String {
        let mut parts = text.split('D');
        let mut sql = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            let (known, otherwise) = (digits.parse::<i64>().ok(), format!("D{digits}"));
            sql.push_str(&known.map_or(otherwise, |days| (YEAR + days).to_string()));
            sql.push_str(&part[digits.len()..]);
        }
        sql
    };
    file.execute_batch(&day(sql)).expect("the rows fit");
}

/// Revenue in minor units by currency.
fn totals(rows: &[Value]) -> BTreeMap<String, i64> {
    let mut totals = BTreeMap::new();
    for row in rows {
        let minor: i64 = row["revenue"].as_str().expect("money").replace('.', "").parse().expect("a number");
        *totals.entry(row["currency"].as_str().expect("a currency").to_string()).or_default() += minor;
    }
    totals
}

#[test]
fn every_model_gives_the_same_total() {
    let folder = program();
    let want = BTreeMap::from([("EUR".to_string(), 56_000), ("USD".to_string(), 900)]);
    for model in ["last", "first", "linear", "decay", "position", "equal"] {
        let rows = rows(folder.path(), &format!("measure credit --model {model}"));
        assert_eq!(totals(&rows), want, "{model}");
        let last: Vec<_> = rows.iter().rev().take(2).map(|row| (&row["member"], &row["name"])).collect();
        assert_eq!(last, [(&Value::Null, &"nobody".into()); 2], "{model}");
    }
}

#[test]
fn the_strongest_evidence_counts_once() {
    let folder = program();
    let csv = ok(folder.path(), "measure credit --format csv");
    let want = "member,name,tier,conversions,revenue,currency\n\
                1,Ana Silva,code,1.00,50.00,EUR\n\
                2,Ben Okafor,click,1.00,100.00,EUR\n\
                2,Ben Okafor,named,1.00,7.00,EUR\n\
                ,nobody,none,2.00,403.00,EUR\n\
                ,nobody,none,1.00,9.00,USD\n";
    assert_eq!(csv, want);
    let linear = ok(folder.path(), "measure credit --model linear --format csv");
    assert!(
        linear.contains("1,Ana Silva,click,0.50,50.00,EUR\n2,Ben Okafor,click,0.50,50.00,EUR"),
        "{linear}"
    );
    let short = ok(folder.path(), "measure credit --window 5 --format csv");
    assert!(!short.contains("click"), "{short}");
    let (_, notes, _) = run(folder.path(), "measure credit");
    assert!(notes.contains("proved by code or click 150.00 (2)"), "{notes}");
    assert!(
        notes.contains("with 'a friend', 'the community' 160.00 (4), of 560.00 in 5 conversions"),
        "{notes}"
    );
    assert!(
        notes.contains("The 1 credited by code")
            || notes.contains("What the 1 credited by code said when asked: unnamed customer 1"),
        "{notes}"
    );
    assert!(notes.contains("Helped along: 1 won deal worth 400.00 EUR"), "{notes}");
    assert!(notes.contains("1 paid back in full"), "{notes}");
}

#[test]
fn the_conversions_behind_every_figure() {
    let folder = program();
    let rows = rows(folder.path(), "measure credit --rows");
    let line = |number: &str| rows.iter().find(|row| row["number"] == number).expect("is listed").clone();
    assert_eq!(rows.len(), 6);
    assert_eq!(line("#1")["evidence"], "clicked on 2026-02-20");
    assert_eq!(line("#2")["evidence"], "code ana20, no click before");
    assert_eq!(line("#4")["evidence"], "said 'Ben Okafor'");
    let deal = line("D-1");
    assert_eq!(
        (&deal["kind"], &deal["tier"], &deal["relation"]),
        (&"deal".into(), &"influenced".into(), &"accelerated".into())
    );
    assert_eq!(line("#5")["evidence"], "program: said 'a colleague'");
    assert_eq!(deal["evidence"], "influenced: clicked after it was created (member 2)");
}

#[test]
fn the_reach_report_adds_up_to_credit() {
    let folder = program();
    let csv = ok(folder.path(), "measure reach --format csv");
    let want = "member,name,persona,joined,contributions,reach_a,reach_b,reach_c,reach_d,engagements,engagement_rate,audience,\
audience_at_joining,audience_growth,overlap_low,overlap_high,clicks,ctr,ctr_low,ctr_high,conversions,revenue,currency\n\
1,Ana Silva,,2026-01-11,2,,1000,,500,40,0.0400,550,150,350,1000,1000,8,0.0080,0.0041,0.0157,1,50.00,EUR\n\
2,Ben Okafor,,2026-01-11,0,,,,,,,,,,,,2,,,,2,107.00,EUR\n";
    assert_eq!(csv, want);
    let (_, notes, _) = run(folder.path(), "measure reach");
    assert!(notes.contains("1 follower counts are more than 90 days old"), "{notes}");
    let early = rows(folder.path(), "measure reach --as-of 2026-01-05");
    assert!(early.is_empty());
    let within = rows(folder.path(), "measure reach --period 2026-02");
    assert_eq!(within[0]["contributions"], 0);
    assert_eq!(within[0]["reach_b"], Value::Null);
    assert_eq!(ok(folder.path(), "measure reach --since 2026-01-15 --format ids"), "1\n2\n");
}

#[test]
fn answers_are_matched_and_decided() {
    let folder = program();
    let path = folder.path();
    let answers = rows(path, "measure heard");
    let verdict = |answer: &str| {
        let row = answers.iter().find(|row| row["answer"] == answer).expect("is listed");
        (row["verdict"].as_str().unwrap_or_default().to_string(), row["member"].as_i64())
    };
    assert_eq!(verdict("Ben Okafor"), ("member".into(), Some(2)));
    assert_eq!(verdict("Ana"), ("member".into(), Some(1)));
    assert_eq!(verdict("a friend"), ("program".into(), None));
    assert_eq!(verdict("that video"), ("unknown".into(), None));
    assert_eq!(rows(path, "measure heard --queue").len(), 1);
    ok(path, "measure heard --decide \"That video＝ana@example.com\"");
    assert!(rows(path, "measure heard --queue").is_empty());
    let credit = ok(path, "measure credit --format csv");
    assert!(credit.contains("1,Ana Silva,named,1.00,9.00,USD"), "{credit}");
    assert!(ok(path, "log").contains("that video"));
    ok(path, "measure heard --decide \"that video=other\"");
    assert!(!ok(path, "measure credit --format csv").contains("Ana Silva,named"));
    assert!(ok(path, "log --format json").contains("member 1"), "the log knows the decision before");
}

#[test]
fn the_summary_says_what_it_rests_on() {
    let folder = program();
    let rows = rows(folder.path(), "measure summary --period 2026 --against 2025");
    let row = |metric: &str| rows.iter().find(|row| row["metric"] == metric).expect("is listed").clone();
    assert_eq!(row("advocates")["value"], 2);
    assert_eq!(row("advocates")["change"], 2);
    assert_eq!(row("audience")["value"], 550);
    assert_eq!((&row("reach_b")["value"], &row("reach_b")["n"]), (&1000.into(), &1.into()));
    assert_eq!(row("reach_a")["value"], Value::Null);
    assert_eq!(row("engagement_rate")["value"], Value::Null);
    assert_eq!(row("click_through")["value"], 0.008);
    assert_eq!(
        (&row("pipeline_touched")["value"], &row("pipeline_touched")["unit"]),
        (&"500.00".into(), &"EUR".into())
    );
    assert_eq!(row("won_proved")["value"], "150.00");
    assert_eq!(row("won_with_named")["value"], "157.00");
    assert_eq!(row("won_with_program")["value"], "160.00");
    assert_eq!(
        row("heard_member")["note"],
        "1 of 4 answers; 4 of 6 new conversions answered: needs 5, has 4"
    );
    assert_eq!((&row("nps")["value"], &row("nps")["verdict"]), (&40.0.into(), &"not_enough_data".into()));
    assert_eq!(row("csat")["value"], Value::Null);
    let whole = run(folder.path(), "measure summary --period all");
    assert_eq!(whole.2, 0, "{}", whole.1);
}

#[test]
fn codes_and_the_member_report() {
    let folder = program();
    let codes = rows(folder.path(), "measure codes --period 2026");
    assert_eq!(
        (&codes[0]["code"], &codes[0]["orders"], &codes[0]["no_click_share"]),
        (&"ANA20".into(), &1.into(), &1.0.into())
    );
    let report = ok(folder.path(), "measure report ana@example.com --period 2026");
    for part in [
        "# What your work reached: Ana Silva",
        "| Reach, exported by the platform (B) | 1,000 | n = 1",
        "How / to",
        "| by your code | 1 | €50.00 |",
    ] {
        assert!(report.contains(part), "{part} in:\n{report}");
    }
    let chinese = ok(folder.path(), "measure report 1 --period 2026 --lang zh");
    assert!(chinese.contains("使用您的优惠码"), "{chinese}");
    let figures = rows(folder.path(), "measure report 1 --period 2026");
    assert!(figures.iter().any(|row| row["figure"] == "audience" && row["value"] == 550));
    let page = ok(folder.path(), "measure report 1 --period 2026 --format html");
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{page}");
    assert!(page.contains("<title>Ana Silva</title>") && page.contains("<td>Conversions</td>"), "{page}");
    let money = figures.iter().find(|row| row["figure"] == "revenue").expect("is listed");
    assert_eq!((&money["value"], &money["before"]), (&"50.00".into(), &"0.00".into()));
    ok(folder.path(), "measure report 1 -o ana.md");
    assert!(folder.path().join("ana.md").exists());
}

#[test]
fn mistakes_say_what_to_do() {
    let folder = program();
    for (line, code, says) in [
        ("measure reach --period soon", 2, "not a period; write it as 2026-Q3"),
        ("measure reach --period 2026-Q5", 2, "--period 2026-Q5: a year has quarters 1 to 4"),
        ("measure reach --period 2025-W53", 2, "2025 has weeks 1 to 52"),
        ("measure reach --period 2026-13", 2, "a year has months 1 to 12"),
        ("measure reach --period 2026-02-30", 2, "there is no such day"),
        ("measure reach --period last-0d", 2, "from 1 to 36500"),
        ("measure reach --period last-9999y", 2, "that long ago there was nothing"),
        ("measure summary --against year-ago --period all", 2, "has no beginning, so nothing is before it"),
        ("measure summary --trend --period all", 2, "has no beginning, so no period is before it"),
        ("measure summary --rows nps --who stage=active", 2, "nps is the whole program's"),
        ("measure clicks --grade C", 2, "possible values: A, B"),
        ("measure reach --period 2026-03-31..2026-01-01", 2, "it ends before it begins"),
        ("measure reach --period 2027-Q1", 2, "it begins after 2026-11-23"),
        ("measure reach --days 0", 2, "at least one day"),
        ("measure reach --since yesterday", 2, "--since yesterday: not a day"),
        ("measure reach --since 2027-01-01", 2, "it is after 2026-11-23"),
        ("measure summary --against sometime", 2, "--against sometime: not a period"),
        ("measure credit --window -1", 2, "0 to 3660"),
        ("measure credit --window=-1", 2, "0 to 3660"),
        ("measure credit --model best", 2, "possible values"),
        ("measure heard --decide nothing", 2, "ANSWER=WHO"),
        ("measure heard --decide \"that vide=other\"", 1, "did you mean 'that video'?"),
        ("measure heard --decide \"that video=nobody\"", 1, "no member is 'nobody'"),
        ("measure report cho@example.com", 1, "has not joined"),
    ] {
        let (_, err, got) = run(folder.path(), line);
        assert_eq!(got, code, "{line}: {err}");
        assert!(err.contains(says) || line.contains("--window -1"), "{line}: {err}");
    }
}

#[test]
fn an_empty_program_says_how_to_fill_it() {
    let folder = tempfile::tempdir().expect("a folder");
    ok(folder.path(), "init --name Circle --currency EUR --timezone UTC --preset saas");
    for (line, says) in [
        ("measure reach", "Nobody has joined yet"),
        ("measure credit", "groundswell import FILE --as orders"),
        ("measure heard", "Nobody was asked"),
        ("measure codes", "groundswell share code"),
        ("measure summary", "Next:"),
    ] {
        let (_, err, code) = run(folder.path(), line);
        assert_eq!(code, 0, "{line}: {err}");
        assert!(err.contains(says), "{line}: {err}");
    }
}

/// Runs SQL on the program's file, as an import from elsewhere would leave it.
fn sql(folder: &Path, sql: &str) {
    let file = rusqlite::Connection::open(folder.join("groundswell.db")).expect("opens");
    file.execute_batch(sql).expect("the rows fit");
}

#[test]
fn more_engagements_than_reach_are_in_no_rate() {
    let folder = program();
    let path = folder.path();
    sql(
        path,
        &format!(
            "INSERT INTO activities (id, member, platform, kind, at, day, title) VALUES (9, 1, 'x', 'post', 0, {0}, 'Odd');
             INSERT INTO reaches (activity, grade, day, reach, engagements) VALUES (9, 'B', {0}, 10, 500);",
            YEAR + 30
        ),
    );
    let reach = rows(path, "measure reach");
    assert_eq!((&reach[0]["engagement_rate"], &reach[0]["engagements"]), (&0.04.into(), &540.into()));
    let (_, notes, _) = run(path, "measure reach");
    assert!(notes.contains("1 contributions have more engagements than reach"), "{notes}");
    let summary = rows(path, "measure summary --period 2026");
    let rate = summary.iter().find(|row| row["metric"] == "engagement_rate").expect("is listed");
    assert_eq!(rate["n"], 1);
    assert_eq!(
        rate["note"],
        "needs 5 contributions with reach and engagements, has 1; 1 with more engagements than reach left out"
    );
    let report = ok(path, "measure report 1 --period 2026");
    assert!(report.contains("| Engagement rate | 4.00 % | n = 1 |"), "{report}");
    assert!(report.contains("- 1 of your contributions have more engagements than reach"), "{report}");
    assert!(ok(path, "measure report 1 --period 2026 --lang zh").contains("您有1条内容的互动数大于触达数"));
}

#[test]
fn the_audience_is_of_the_last_day_of_each_period() {
    let folder = program();
    let path = folder.path();
    let figure = |line: &str, name: &str| {
        let figures = rows(path, line);
        figures.into_iter().find(|row| row["figure"] == name).expect("is listed")
    };
    // 200 on 2026-01-21, 500 on 2026-10-28, and in between a straight line; on GitHub nothing is known then.
    let line = "measure report 1 --period 2026-02";
    assert_eq!(figure(line, "audience")["value"], 241);
    assert_eq!(figure(line, "audience")["before"], 211);
    assert_eq!(figure(line, "audience_growth")["value"], 91);
    assert_eq!(figure(line, "audience_growth")["before"], 61);
    let summary = rows(path, "measure summary --period 2026-02");
    let both = summary.iter().find(|row| row["metric"] == "audience").expect("is listed");
    assert_eq!(both["value"], 241 + 80);
    let reach = rows(path, "measure reach --period 2026-02");
    assert_eq!((&reach[0]["audience"], &reach[1]["audience"]), (&241.into(), &80.into()));
    // Nobody had joined yet: unknown, not zero.
    let line = "measure report 1 --period 2026-01 --against 2025";
    for name in ["contributions", "audience", "audience_at_joining", "audience_growth"] {
        assert_eq!(figure(line, name)["before"], Value::Null, "{name}");
    }
}

#[test]
fn grades_of_reach_are_never_mixed() {
    let folder = program();
    let path = folder.path();
    let reading = |id: i64, grade: &str, reach: i64| {
        sql(
            path,
            &format!(
                "INSERT INTO activities (id, member, platform, kind, at, day) VALUES ({id}, 1, 'x', 'post', 0, {0});
                 INSERT INTO reaches (activity, grade, day, reach) VALUES ({id}, '{grade}', {0}, {reach});",
                YEAR + 40
            ),
        );
    };
    let bounds = || {
        let row = rows(path, "measure reach").swap_remove(0);
        ["overlap_low", "overlap_high", "ctr"].map(|key| row[key].as_f64())
    };
    reading(10, "B", 600);
    assert_eq!(bounds(), [Some(1000.0), Some(1600.0), Some(0.005)]);
    reading(11, "A", 50);
    reading(12, "A", 30);
    assert_eq!(bounds(), [Some(50.0), Some(80.0), Some(0.1)]);
    let summary = rows(path, "measure summary --period 2026");
    let rate = summary.iter().find(|row| row["metric"] == "click_through").expect("is listed");
    assert_eq!((&rate["value"], &rate["n"]), (&0.1.into(), &80.into()));
    assert_eq!(rate["note"], "8 of 80 reach of grade A, of the 1 advocates with links and such reach");
    // The month before had reach of grade B: it is there, and not compared.
    let then = "--period 2026-02 --against 2026-01";
    let summary = rows(path, &format!("measure summary {then}"));
    let rate = summary.iter().find(|row| row["metric"] == "click_through").expect("is listed");
    assert_eq!(
        (&rate["before"], &rate["change"], &rate["verdict"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let figures = rows(path, &format!("measure report 1 {then}"));
    let low = figures.iter().find(|row| row["figure"] == "overlap_low").expect("is listed");
    assert_eq!((&low["value"], &low["before"]), (&50.into(), &Value::Null));
    // Ben has no reach on file: nothing is known of how many different people.
    let ben = rows(path, "measure reach").swap_remove(1);
    assert_eq!(
        (&ben["overlap_low"], &ben["overlap_high"], &ben["ctr"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}

#[test]
fn the_rows_add_up_to_the_table() {
    let folder = program();
    let path = folder.path();
    // Three orders of 1.01, 1.03 and 0.01 that Ana and Ben clicked for: halves of a cent, and one amount unknown.
    sql(
        path,
        &format!(
            "INSERT INTO clicks (link, at, day, clicks, member) VALUES (1, 0, {0}, 1, 4), (2, 0, {0}, 1, 4);
             INSERT INTO conversions (kind, number, at, day, state, won_day, amount, refunded, currency, member) VALUES
               ('order', '#20', 0, {1}, 'paid', NULL, 101, 0, 'EUR', 4), ('order', '#21', 0, {1}, 'paid', NULL, 103, 0, 'EUR', 4),
               ('order', '#22', 0, {1}, 'paid', NULL, 1, 0, 'EUR', 4), ('deal', 'D-9', 0, {1}, 'won', {1}, NULL, 0, 'EUR', 4);",
            YEAR + 70,
            YEAR + 75
        ),
    );
    let cents = |row: &Value, key: &str| {
        row[key].as_str().map_or(0, |money| money.replace('.', "").parse::<i64>().expect("a number"))
    };
    let by = |rows: &[Value], key: &str| {
        let mut sums: BTreeMap<(Option<i64>, String, String), i64> = BTreeMap::new();
        for row in rows {
            let word = |key: &str| row[key].as_str().expect("a word").to_string();
            // What nobody is credited with is one row of the table, whatever evidence there was.
            let tier = if row["name"] == "nobody" { "none".to_string() } else { word("tier") };
            *sums.entry((row["member"].as_i64(), tier, word("currency"))).or_default() += cents(row, key);
        }
        sums
    };
    for model in ["last", "first", "linear", "decay", "position", "equal"] {
        let table = rows(path, &format!("measure credit --model {model}"));
        let behind = rows(path, &format!("measure credit --model {model} --rows"));
        assert_eq!(by(&behind, "credited"), by(&table, "revenue"), "{model}");
        for row in &behind {
            assert_eq!(row["credited"].is_null(), row["number"] == "D-9", "{row}");
        }
    }
    let (_, notes, _) = run(path, "measure credit --rows");
    assert!(notes.contains("add up to the table without --rows"), "{notes}");
}
