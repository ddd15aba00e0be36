//! Reach, clicks and the summary from outside: what is settled beside the heavy tables never says anything else than
//! these, and every figure opens down to rows that add up to it.

use crate::harness::Program;
use crate::undo::{self, File, KINDS};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;

fn open(program: &Program) -> Connection {
    Connection::open(program.path().join("groundswell.db")).expect("opens")
}

fn list(program: &Program, line: &str) -> Vec<Value> {
    let mut words: Vec<&str> = line.split(' ').collect();
    words.extend(["--format", "json"]);
    program.run(&words).code(0).json().as_array().expect("a list").clone()
}

fn import(program: &Program, name: &str, text: &str, kind: &str) {
    program.file(name, text);
    let run = program.run(&["import", name, "--as", kind]);
    assert!(matches!(run.code, 0 | 3), "{}", run.all());
}

/// What is reported, over all days, over some that begin and end within what is known, and as it was earlier.
fn reported(program: &Program) -> String {
    [
        "measure reach",
        "measure reach --period 2026-05-06..2026-05-20",
        "measure clicks --period 2026-05-03..2026-05-12",
        "measure reach --as-of 2026-05-15",
        "measure credit --model all --period all",
        "identify rank --top 9",
        "identify rank --top 9 --as-of 2026-05-15",
    ]
    .map(|line| {
        let words: Vec<&str> = line.split(' ').chain(["--format", "csv"]).collect();
        program.run(&words).code(0).out
    })
    .join("\n")
}

/// Nothing is settled: everything is read from the heavy tables.
fn unsettle(program: &Program) {
    open(program)
        .execute_batch(
            "UPDATE settled SET until = -1; DELETE FROM settled_acts; DELETE FROM settled_members; DELETE FROM settled_clicks;
             DELETE FROM settled_sums; DELETE FROM settled_runs; DELETE FROM settled_sorts;",
        )
        .expect("writes");
}

/// What may happen to a program.
#[derive(Debug, Clone)]
enum Event {
    Import(File),
    Undo(usize),
    Join(usize),
    Merge(usize, usize),
    Unmerge,
    Staff(usize),
    Erase(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let kinds = prop::sample::select(vec!["activity", "clicks", "visits", "members", "audience"]);
    let file = (kinds, prop::collection::vec((0_usize..12, 0_usize..3), 1..12)).prop_map(|(kind, rows)| {
        Event::Import(File { kind: KINDS.iter().position(|known| *known == kind).expect("a kind"), rows })
    });
    let event = prop_oneof![
        5 => file,
        2 => (0_usize..9).prop_map(Event::Undo),
        3 => (0_usize..4).prop_map(Event::Join),
        2 => (0_usize..4, 0_usize..4).prop_map(|(one, other)| Event::Merge(one, other)),
        1 => Just(Event::Unmerge),
        1 => (0_usize..4).prop_map(Event::Staff),
        1 => (0_usize..4).prop_map(Event::Erase),
    ];
    prop::collection::vec(event, 4..12)
}

/// Some of these are refused (nobody there yet, already merged): then nothing changed, which is fine.
fn happen(program: &Program, place: usize, event: &Event) {
    let who = |n: &usize| format!("p{n}@example.com");
    let run = |words: &[&str]| {
        program.run(&[words, &["--yes", "-q"]].concat());
    };
    match event {
        Event::Import(file) => undo::import(program, place, file),
        Event::Undo(batch) => run(&["imports", "undo", &(batch + 1).to_string()]),
        Event::Join(n) => {
            run(&["member", "stage", &who(n), "active", "--as-of", &format!("2026-05-{:02}", 1 + 3 * n)]);
            run(&["share", "link", &who(n), &format!("https://x.example/{}", n % 3)]);
        }
        Event::Merge(one, other) if one != other => run(&["member", "merge", &who(one), &who(other)]),
        Event::Merge(..) => {}
        Event::Unmerge => run(&["member", "unmerge", "1"]),
        Event::Staff(n) => run(&["member", "add", "--email", &who(n), "--staff"]),
        Event::Erase(n) => run(&["member", "erase", &who(n)]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 24, ..ProptestConfig::default() })]
    #[test]
    fn what_is_settled_is_what_the_rows_say(events in events()) {
        let program = Program::new();
        for (place, event) in events.iter().enumerate() {
            happen(&program, place, event);
        }
        // Clicks are clicks on links of someone.
        let owners = "UPDATE links SET member = (SELECT min(id) FROM members) WHERE member IS NULL";
        open(&program).execute_batch(owners).expect("writes");
        let check = program.run(&["check", "--format", "csv", "--as-of", "2027-01-01"]);
        prop_assert!(check.out.contains("settled,ok,0"), "{:?}\n{}", events, check.all());
        let settled = reported(&program);
        unsettle(&program);
        prop_assert_eq!(settled, reported(&program), "{:?}", events);
    }
}

/// Ana and Ben joined on 1 May; Ana has two links, Ben one; Eve is staff.
fn program() -> Program {
    let program = Program::new();
    import(&program, "m.csv", "email,name\nana@example.com,Ana\nben@example.com,王小明\n", "members");
    for who in ["ana@example.com", "ben@example.com"] {
        program.run(&["member", "stage", who, "active", "--as-of", "2026-05-01", "-q"]).code(0);
    }
    program.run(&["member", "add", "--email", "eve@example.com", "--staff", "-q"]).code(0);
    open(&program)
        .execute_batch(
            "INSERT INTO links (id, member, address, url, day) VALUES (1, 1, 'go.example/a', 'https://go.example/a', 20500),
               (2, 1, 'go.example/b', 'https://go.example/b', 20500), (3, 2, 'go.example/c', 'https://go.example/c', 20500);",
        )
        .expect("writes");
    program
}

#[test]
fn a_click_is_a_person_and_ours_are_none() {
    let program = program();
    let clicks = "link,date,visitor,customer\n\
        https://go.example/a,2026-05-02T10:00:00Z,v1,\n\
        https://go.example/a,2026-05-09T10:00:00Z,v1,\n\
        https://go.example/a,2026-05-09T11:00:00Z,v2,\n\
        https://go.example/b,2026-05-09T12:00:00Z,v1,\n\
        https://go.example/a,2026-05-10T12:00:00Z,v9,buyer@example.com\n\
        https://go.example/a,2026-05-11T12:00:00Z,v8,buyer@example.com\n\
        https://go.example/a,2026-05-10T13:00:00Z,v7,eve@example.com\n\
        https://go.example/c,2026-05-10T13:00:00Z,,\n\
        https://go.example/c,2026-05-10T14:00:00Z,,\n";
    import(&program, "c.csv", clicks, "clicks");
    let of = |line: &str| -> Vec<Option<i64>> {
        list(&program, line).iter().map(|row| row["clicks"].as_i64()).collect()
    };
    // v1, v2 and the buyer on one link, v1 on the other; two of nobody known are two.
    assert_eq!(of("measure reach"), [Some(4), Some(2)]);
    assert_eq!(of("measure reach --period 2026-05-01..2026-05-08"), [Some(1), Some(0)]);
    assert_eq!(of("measure reach --period 2026-05-09..2026-05-09"), [Some(3), Some(0)]);
    assert_eq!(of("measure reach --as-of 2026-05-09"), [Some(3), Some(0)]);
    // She leaves the staff: now she is one more.
    program.run(&["member", "edit", "eve@example.com", "--standing", "member", "-q"]);
    let links = list(&program, "measure summary --period all --rows clicks");
    let sum: i64 = links.iter().map(|row| row["clicks"].as_i64().expect("a number")).sum();
    let summary = list(&program, "measure summary --period all");
    let figure = summary.iter().find(|row| row["metric"] == "clicks").expect("is listed");
    assert_eq!(figure["value"].as_i64(), Some(sum));
    assert!(program.run(&["check"]).code(0).err.contains("checks"));
}

#[test]
fn a_corrected_sum_is_taken_off_without_making_everything_anew() {
    let program = program();
    import(
        &program,
        "one.csv",
        "link,date,clicks\nhttps://go.example/a,2026-05-02,10\nhttps://go.example/c,2026-05-03,4\n",
        "clicks",
    );
    import(&program, "two.csv", "link,date,clicks\nhttps://go.example/a,2026-05-02,13\n", "clicks");
    let of = |line: &str| -> Vec<Option<i64>> {
        list(&program, line).iter().map(|row| row["clicks"].as_i64()).collect()
    };
    assert_eq!(of("measure reach"), [Some(13), Some(4)]);
    assert_eq!(of("measure reach --period 2026-05-02..2026-05-02"), [Some(13), Some(0)]);
    program.run(&["check"]).code(0);
    program.run(&["imports", "undo", "3", "--yes", "-q"]).code(0);
    assert_eq!(of("measure reach"), [Some(10), Some(4)]);
    program.run(&["check"]).code(0);
    // What does not fit is found.
    open(&program)
        .execute_batch("UPDATE settled_clicks SET people = people + 1 WHERE link = 1")
        .expect("writes");
    let check = program.run(&["check"]).code(1);
    assert!(check.out.contains("settled") && check.out.contains("1 in settled_clicks"), "{}", check.all());
    open(&program)
        .execute_batch(
            "UPDATE settled_acts SET reach = 1; UPDATE settled_clicks SET people = people - 1 WHERE link = 1",
        )
        .expect("writes");
    program.run(&["check"]).code(0);
    import(
        &program,
        "acts.csv",
        "email,platform,kind,date\nana@example.com,forum,post,2026-05-02\n",
        "activity",
    );
    program.run(&["check"]).code(0);
    open(&program)
        .execute_batch("UPDATE settled_runs SET entries = zeroblob(length(entries)) WHERE kind = 'acts'")
        .expect("writes");
    let check = program.run(&["check"]).code(1);
    assert!(check.out.contains("1 in settled_runs"), "{}", check.all());
    assert!(program.run(&["identify", "rank"]).code(1).err.contains("groundswell check"));
}

#[test]
fn views_grow_and_an_earlier_day_knows_less() {
    let program = program();
    let acts = |day: &str, reach: i64| {
        format!(
            "email,platform,kind,date,url,reach,engagements\nana@example.com,youtube,video,2026-05-03,https://youtu.be/a?{day},{reach},{}\n",
            reach / 10
        )
    };
    for (day, reach) in [("2026-05-04", 100), ("2026-05-20", 300), ("2026-06-10", 900)] {
        program.file("a.csv", acts("x", reach));
        program.run(&["import", "a.csv", "--as", "activity", "--as-of", day, "-q"]);
    }
    let reach = |day: &str| list(&program, &format!("measure reach --as-of {day}"))[0]["reach_b"].as_i64();
    let days = ["2026-05-03", "2026-05-04", "2026-05-19", "2026-05-20", "2026-06-09", "2026-06-10"];
    let known: Vec<Option<i64>> = days.iter().map(|day| reach(day)).collect();
    assert_eq!(known[1..], [Some(100), Some(100), Some(300), Some(300), Some(900)], "{known:?}");
}

#[test]
fn where_all_are_known_different_people_are_no_more_than_them() {
    let program = program();
    import(
        &program,
        "f.csv",
        "email,platform,date,followers\nana@example.com,x,2026-06-10,600\nben@example.com,x,2026-06-10,500\n",
        "audience",
    );
    let said = |more: &[&str]| program.run(&[&["measure", "reach"], more].concat()).code(0).err;
    assert!(said(&[]).contains("The audiences of 2 accounts are 1100 together, the same people counted again for each; different people: 600 to 1100."));
    let known = said(&["--universe", "1000"]);
    // 1000 (1 - .4 x .5) = 800.
    assert!(
        known.contains("different people: 600 to 1000. At most about 800, if people follow by chance"),
        "{known}"
    );
    let less = program.run(&["measure", "reach", "--universe", "10"]).code(2).err;
    assert!(less.contains("--universe 10: fewer than the 600 who follow one of them"), "{less}");
    assert!(program.run(&["measure", "reach", "--universe", "0"]).code(2).err.contains("--universe"));
}

#[test]
fn reach_nobody_counted_is_estimated_and_says_so() {
    let program = program();
    let mut acts = String::from("email,platform,kind,date,url,reach,engagements\n");
    for n in 1..=5 {
        acts.push_str(&format!(
            "ana@example.com,youtube,video,2026-05-{:02},https://youtu.be/{n},{},3\n",
            10 + n,
            100 * n
        ));
    }
    acts.push_str("ana@example.com,youtube,video,2026-05-20,https://youtu.be/9,,3\n");
    acts.push_str("ben@example.com,youtube,video,2026-05-20,https://youtu.be/8,,3\n");
    import(&program, "a.csv", &acts, "activity");
    assert_eq!(list(&program, "measure reach")[0]["reach_d"], Value::Null);
    import(
        &program,
        "f.csv",
        "email,platform,date,followers\nana@example.com,youtube,2026-05-10,1000\nana@example.com,youtube,2026-05-30,3000\nben@example.com,youtube,2026-05-10,500\n",
        "audience",
    );
    let run = program.run(&["measure", "reach", "--format", "json"]).code(0);
    let rows = run.json();
    // Five videos of 100 to 500 on 1,100 to 1,500 followers: the middle share is 300 of 1,300; on 20 May there are 2,000.
    assert_eq!((rows[0]["reach_d"].as_i64(), rows[1]["reach_d"].as_i64()), (Some(462), None));
    assert_eq!(rows[0]["reach_b"].as_i64(), Some(1500));
    assert!(run.err.contains("1 contributions of reach_d are our estimates"), "{}", run.err);
    let rows = list(&program, "measure summary --period 2026-05 --rows reach_d");
    assert_eq!((rows.len(), rows[0]["reach"].as_i64()), (1, Some(462)));
}

/// Twelve advocates with clicks over reach; the twelfth has three of twenty.
fn ranked() -> Program {
    let program = Program::new();
    let (mut members, mut acts, mut clicks) = (
        "email,name\n".to_string(),
        "email,platform,kind,date,url,reach,engagements\n".to_string(),
        "link,date,visitor\n".to_string(),
    );
    let mut links = String::new();
    for n in 1..=12 {
        let (reach, clicked) = if n == 12 { (20, 3) } else { (800 + 10 * n, 10 + 4 * n) };
        members.push_str(&format!("p{n}@example.com,Person {n}\n"));
        acts.push_str(&format!(
            "p{n}@example.com,x,post,2026-05-{:02},https://x.com/p{n}/status/{n},{reach},1\n",
            2 + n
        ));
        links.push_str(&format!("INSERT INTO links (member, address, url, day) VALUES ({n}, 'go.example/{n}', 'https://go.example/{n}', 20500);"));
        for click in 0..clicked {
            clicks.push_str(&format!(
                "https://go.example/{n},2026-05-{:02}T10:{:02}:00Z,v{click}\n",
                10 + click % 10,
                click % 60
            ));
        }
    }
    import(&program, "m.csv", &members, "members");
    for n in 1..=12 {
        program
            .run(&["member", "stage", &format!("p{n}@example.com"), "active", "--as-of", "2026-05-01", "-q"])
            .code(0);
    }
    open(&program).execute_batch(&links).expect("writes");
    import(&program, "a.csv", &acts, "activity");
    import(&program, "c.csv", &clicks, "clicks");
    program
}

#[test]
fn three_of_twenty_is_drawn_toward_the_others() {
    let program = ranked();
    let rows = list(&program, "measure clicks --period 2026-05");
    let of = |member: i64| rows.iter().find(|row| row["member"] == member).expect("is listed");
    assert_eq!(rows[0]["member"], 11);
    let small = of(12);
    assert_eq!(
        (small["clicks"].as_i64(), small["n"].as_i64(), small["basis"].as_str()),
        (Some(3), Some(20), Some("reach_b"))
    );
    let number = |field: &str| small[field].as_f64().expect("a number");
    assert!((number("rate") - 0.15).abs() < 1e-9 && number("expected") < 0.06, "{small}");
    assert!(
        number("low") < number("rate")
            && number("lo") < number("expected")
            && number("hi") > number("expected")
    );
    assert!(rows.iter().any(|row| row["better"] == "yes") && small["better"] == "no", "{rows:?}");
    let said = program.run(&["measure", "clicks", "--period", "2026-05"]).code(0).err;
    for part in ["12 people with links", "drawn toward 0.0", "Clicks: different people per link"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    // Without a grade that anyone has, clicks per contribution.
    let rows = list(&program, "measure clicks --period 2026-05 --grade a");
    assert!(
        rows.iter()
            .all(|row| row["basis"] == "contributions" && row["rate"].as_f64() == row["clicks"].as_f64())
    );
    let empty = Program::new().run(&["measure", "clicks"]).code(0);
    assert!(empty.all().contains("groundswell share link MEMBER URL"), "{}", empty.all());
}

#[test]
fn every_figure_opens_to_rows_that_add_up() {
    let program = ranked();
    import(
        &program,
        "nps.csv",
        "email,score,date\np1@example.com,10,2026-05-03\np2@example.com,3,2026-05-04\np3@example.com,9,2026-05-04\np4@example.com,9,2026-05-04\np5@example.com,8,2026-05-04\np1@example.com,9,2026-05-20\n",
        "nps",
    );
    program.file(
        "c5.csv",
        "email,score,date\n".to_string()
            + &(1..=6).map(|n| format!("p{n}@example.com,{},2026-05-10\n", 2 + n % 4)).collect::<String>(),
    );
    program.run(&["import", "c5.csv", "--as", "csat", "--scale", "1-5", "-q"]).code(0);
    program.file("c7.csv", "email,score,date\np9@example.com,7,2026-05-10\n");
    program.run(&["import", "c7.csv", "--as", "csat", "--scale", "1-7", "-q"]).code(0);
    let orders = "order,date,amount,currency,heard\n1,2026-05-10,10.00,EUR,Person 3\n2,2026-05-11,20.00,EUR,a friend\n3,2026-05-12,40.00,EUR,\n";
    import(&program, "o.csv", orders, "orders");
    let summary = list(&program, "measure summary --period 2026-05");
    let value = |metric: &str| {
        let row = summary.iter().find(|row| row["metric"] == metric).unwrap_or_else(|| panic!("{metric}"));
        row["value"].clone()
    };
    let rows = |metric: &str| list(&program, &format!("measure summary --period 2026-05 --rows {metric}"));
    let sum = |metric: &str, field: &str| -> i64 {
        rows(metric).iter().filter_map(|row| row[field].as_i64()).sum()
    };
    for metric in ["advocates", "new_advocates", "contributions"] {
        assert_eq!(value(metric).as_i64(), Some(rows(metric).len() as i64), "{metric}");
    }
    assert_eq!(value("reach_b").as_i64(), Some(sum("reach_b", "reach")));
    assert_eq!(value("engagements").as_i64(), Some(sum("engagements", "engagements")));
    assert_eq!(value("clicks").as_i64(), Some(sum("clicks", "clicks")));
    let rate = |metric: &str, over: (&str, &str)| sum(metric, over.0) as f64 / sum(metric, over.1) as f64;
    let near = |metric: &str, got: f64| {
        let want = value(metric).as_f64().unwrap_or_else(|| panic!("{metric}"));
        assert!((got - want).abs() < 1e-4, "{metric}: {got} {want}");
    };
    near("engagement_rate", rate("engagement_rate", ("engagements", "reach")));
    near("click_through", rate("click_through", ("clicks", "reach")));
    let cents = |metric: &str| -> i64 {
        let amount = |row: &Value| {
            row["amount"].as_str().expect("money").replace('.', "").parse::<i64>().expect("a number")
        };
        rows(metric).iter().map(amount).sum()
    };
    assert_eq!((value("won_with_named"), cents("won_with_named")), ("10.00".into(), 1000));
    assert_eq!((value("won_with_program"), cents("won_with_program")), ("30.00".into(), 3000));
    assert_eq!(rows("heard_member").len(), 2);
    let side = |word: &str| rows("nps").iter().filter(|row| row["side"] == word).count() as f64;
    near("nps", 100.0 * (side("promoter") - side("detractor")) / 5.0);
    // Six answered on 1-5 and one on 1-7: scales are not mixed.
    let satisfied = rows("csat").iter().filter(|row| row["side"] == "satisfied").count() as f64;
    assert_eq!(rows("csat").len(), 6);
    near("csat", satisfied / 6.0);
    let csat = summary.iter().find(|row| row["metric"] == "csat").expect("is listed");
    assert!(
        csat["note"].as_str().expect("a note").contains("gave 4 or more on 1-5 (1 on other scales left out)"),
        "{csat}"
    );
    let empty = program.run(&["measure", "summary", "--period", "2020", "--rows", "clicks"]).code(0);
    assert!(empty.all().contains("Nothing is behind clicks"), "{}", empty.all());
}

#[test]
fn a_trend_ends_with_the_figure_itself() {
    let program = ranked();
    let rows = list(&program, "measure summary --period 2026-06 --trend");
    let trend = |metric: &str| {
        let row = rows.iter().find(|row| row["metric"] == metric).expect("is listed");
        let words: Vec<String> =
            row["trend"].as_str().expect("a trend").split(' ').map(str::to_string).collect();
        words
    };
    assert_eq!(trend("contributions"), ["0", "0", "0", "0", "0", "0", "12", "0"]);
    assert_eq!(trend("reach_b")[7], "·");
    assert_eq!(trend("advocates")[6..], ["12", "12"]);
    // On a screen each is drawn too, in ASCII where the terminal cannot do better.
    let shown = program.run(&["measure", "summary", "--period", "2026-06", "--trend"]).code(0);
    assert!(shown.err.contains("contributions      ______#_  0 to 12 contributions\n"), "{}", shown.all());
    assert!(!shown.err.contains("reach_b "), "{}", shown.all());
}

/// Figures by name, without the numbers people are known by.
fn by_name(program: &Program, line: &str) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    for mut row in list(program, line) {
        let name = row["name"].as_str().expect("a name").to_string();
        // Of equal ones whoever is known longer stands first.
        for field in ["member", "rank"] {
            row.as_object_mut().expect("a row").remove(field);
        }
        rows.insert(name, row);
    }
    rows
}

#[test]
fn neither_names_nor_the_order_of_files_change_a_figure() {
    let build = |order: &[usize]| {
        let program = Program::new();
        let people: Vec<usize> = order.to_vec();
        let members: String = people.iter().map(|n| format!("q{n}@example.com,Person {n}\n")).collect();
        import(&program, "m.csv", &format!("email,name\n{members}"), "members");
        for n in &people {
            let who = format!("q{n}@example.com");
            program.run(&["member", "stage", &who, "active", "--as-of", "2026-05-01", "-q"]).code(0);
            program
                .run(&["share", "link", &who, "https://shop.example/", "--as-of", "2026-05-01", "-q"])
                .code(0);
        }
        let store = open(&program);
        let link = |n: &usize| -> String {
            let sql = "SELECT l.url FROM links l JOIN identities i ON i.member = l.member WHERE i.value = ?1";
            store.query_row(sql, [format!("q{n}@example.com")], |row| row.get(0)).expect("a link")
        };
        let mut acts: Vec<String> = Vec::new();
        let mut clicks: Vec<String> = Vec::new();
        for n in &people {
            for act in 0..=*n {
                acts.push(format!(
                    "q{n}@example.com,x,post,2026-05-{:02},https://x.com/q{n}/status/{act},{},{n}",
                    3 + act,
                    100 + 7 * n
                ));
                clicks.push(format!("{},2026-05-{:02}T08:00:00Z,w{}", link(n), 5 + act, act % 3));
            }
        }
        drop(store);
        import(&program, "c.csv", &format!("link,date,visitor\n{}\n", clicks.join("\n")), "clicks");
        import(
            &program,
            "a.csv",
            &format!("email,platform,kind,date,url,reach,engagements\n{}\n", acts.join("\n")),
            "activity",
        );
        program
    };
    let (one, other) = (build(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), build(&[9, 4, 7, 1, 8, 3, 2, 6, 5]));
    for line in
        ["measure reach", "measure reach --period 2026-05-06..2026-05-09", "measure clicks --period 2026"]
    {
        assert_eq!(by_name(&one, line), by_name(&other, line), "{line}");
    }
    let figures = |program: &Program| {
        program.run(&["measure", "summary", "--period", "2026-05", "--format", "csv"]).code(0).out
    };
    assert_eq!(figures(&one), figures(&other));
}
