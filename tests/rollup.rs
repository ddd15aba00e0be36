//! Acts and clicks that stay in a warehouse and come back added up: the same figures as from the rows themselves.

use crate::harness::{Program, Run};
use std::fmt::Write;

/// Three dozen people over half a year, some without an address, on two platforms; the first six are advocates.
struct Exports {
    members: String,
    acts: Vec<(usize, String)>,
    clicks: String,
    orders: String,
}

const HEAD: &str = "email,handle,platform,kind,date,url,reach,engagements\n";

fn exports() -> Exports {
    let (mut members, mut acts) = (String::from("email,handle,platform,name,joined\n"), Vec::new());
    let mut clicks = String::from("link,date,visitor,customer\n");
    let mut orders = String::from("order,date,amount,currency,code,customer\n");
    let mut seed = 7_u64;
    let mut draw = move |most: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % most
    };
    for person in 0..36 {
        let (mail, handle) = (mail(person), format!("user{person}"));
        writeln!(members, "{mail},{handle},forum,Person {person},2025-0{}-10", 1 + person % 9)
            .expect("writes");
        for act in 0..draw(30) {
            let kind = ["post", "reply", "like", "solution"][draw(4) as usize];
            let day = format!("2026-0{}-{:02} {:02}:15", 1 + draw(6), 1 + draw(28), draw(24));
            let platform = if mail.is_empty() || draw(2) == 0 { "forum" } else { "x" };
            // Who has no address is known by the handle.
            let handle = if mail.is_empty() { handle.as_str() } else { "" };
            let counts = if draw(3) == 0 { "," } else { "40,4" };
            acts.push((person, format!("{mail},{handle},{platform},{kind},{day},https://{platform}.example/{person}/{act},{counts}\n")));
        }
    }
    for click in 0..400 {
        let customer = draw(60) as usize;
        let customer = if customer < 36 { mail(customer) } else { String::new() };
        let visitor = if draw(9) == 0 { String::new() } else { format!("v{}", draw(50)) };
        writeln!(
            clicks,
            "https://go.example.com/a{},2026-0{}-{:02} {:02}:{:02},{visitor},{customer}",
            draw(6),
            1 + draw(6),
            1 + draw(28),
            draw(24),
            click % 60
        )
        .expect("writes");
    }
    for order in 0..60 {
        let code = if draw(4) == 0 { format!("CODE{}", draw(6)) } else { String::new() };
        let buyer = mail(draw(36) as usize);
        writeln!(
            orders,
            "{order},2026-0{}-{:02},{}.50,EUR,{code},{buyer}",
            1 + draw(6),
            1 + draw(28),
            10 + draw(90)
        )
        .expect("writes");
    }
    Exports { members, acts, clicks, orders }
}

/// Every sixth person has none.
fn mail(person: usize) -> String {
    if person % 6 == 5 { String::new() } else { format!("person{person}@example.com") }
}

impl Exports {
    /// The rows of acts that fit.
    fn acts(&self, fits: impl Fn(usize) -> bool) -> String {
        let rows = self.acts.iter().filter(|(person, _)| fits(*person)).map(|(_, row)| row.as_str());
        std::iter::once(HEAD).chain(rows).collect()
    }
}

#[track_caller]
fn run(program: &Program, line: &str) -> Run {
    let words = shlex::split(line).expect("words");
    program.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).code(0)
}

/// A program with the people, who joined, their links and codes, and orders.
fn people(exports: &Exports) -> Program {
    let program = Program::new();
    program.file("members.csv", &exports.members);
    program.file("orders.csv", &exports.orders);
    run(&program, "import members.csv --as members");
    for person in 0..6 {
        let who = if mail(person).is_empty() { format!("forum:user{person}") } else { mail(person) };
        run(&program, &format!("member stage {who} active --as-of 2026-02-01"));
        run(
            &program,
            &format!(
                "share link {who} https://example.com/ --short https://go.example.com/a{person} --as-of 2026-01-01"
            ),
        );
        run(&program, &format!("share code {who} CODE{person} --as-of 2026-01-01"));
    }
    run(&program, "member edit person30@example.com --staff yes");
    run(&program, "import orders.csv --as orders");
    program
}

/// The program with every row, as it was before any went to a warehouse.
fn whole(exports: &Exports) -> Program {
    let program = people(exports);
    program.file("acts.csv", exports.acts(|_| true));
    program.file("clicks.csv", &exports.clicks);
    run(&program, "import acts.csv --as activity");
    run(&program, "import clicks.csv --as clicks");
    program
}

/// What a warehouse answers to a text that was handed over: the program file stands for it.
fn answer(program: &Program, text: &str) -> String {
    let warehouse = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let sql = std::fs::read_to_string(program.path().join("out/sql").join(text)).expect("was handed over");
    let mut query = warehouse.prepare(&sql).expect("reads");
    let mut out = csv::Writer::from_writer(Vec::new());
    let names: Vec<String> = query.column_names().map(String::from).collect();
    out.write_record(&names).expect("writes");
    let mut rows = query.query([]).expect("reads");
    while let Some(row) = rows.next().expect("reads") {
        let cell = |place| match row.get_ref(place).expect("a cell") {
            rusqlite::types::ValueRef::Null => String::new(),
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            text => text.as_str().expect("a text").to_string(),
        };
        out.write_record((0..names.len()).map(cell)).expect("writes");
    }
    String::from_utf8(out.into_inner().expect("done")).expect("text")
}

/// The reports that must not differ.
const REPORTS: [&str; 16] = [
    "identify rank --top 40",
    "identify explain person7@example.com",
    "identify explain forum:user11",
    "identify evaluate --on 2026-04-01 --within 60",
    "status",
    "member list",
    "measure summary",
    "measure reach",
    "measure credit --model all",
    "measure clicks",
    "measure pipeline",
    "measure pipeline --by month --of everyone",
    "member list --who contributions>=4",
    "member list --who active-in:30d",
    "amplify trough",
    "next",
];

fn told(program: &Program, report: &str) -> String {
    let line = format!("{report} --format csv --as-of 2026-06-30");
    let run = run(program, &line);
    format!("{}{}", run.out, run.err)
}

#[test]
fn what_comes_back_added_up_gives_the_same_figures() {
    let exports = exports();
    let rows = whole(&exports);
    run(&rows, "handoff out --to postgres");
    let sums = people(&exports);
    sums.file("acts.csv", exports.acts(|person| person < 6));
    sums.file("rollup.csv", answer(&rows, "rollup.sql"));
    sums.file("clicks.csv", answer(&rows, "rollup-clicks.sql"));
    run(&sums, "import acts.csv --as activity");
    let import = run(&sums, "import rollup.csv --as rollup");
    assert!(import.all().contains("rollup"), "{}", import.all());
    let import = run(&sums, "import clicks.csv --as clicks");
    assert!(!import.all().contains("dated the day of the import"), "{}", import.all());
    for report in REPORTS {
        assert_eq!(told(&sums, report), told(&rows, report), "{report}");
    }
    run(&sums, "check");
    run(&sums, "handoff --compare");
    // Beside the rows they say nothing new, and count nothing twice.
    let before: Vec<String> = REPORTS.iter().map(|report| told(&rows, report)).collect();
    rows.file("rollup.csv", answer(&rows, "rollup.sql"));
    let import = run(&rows, "import rollup.csv --as rollup");
    assert!(import.all().contains("their acts are in the program row by row"), "{}", import.all());
    for (report, before) in REPORTS.iter().zip(before) {
        assert_eq!(told(&rows, report), before, "{report}");
    }
    run(&rows, "check");
    run(&rows, "handoff --compare");
}

/// A program that knows one person, and a rollup of theirs.
fn one() -> Program {
    let program = Program::new();
    program.file("people.csv", "email,name,joined\nana@example.com,Ana,2025-01-01\n");
    run(&program, "import people.csv --as members");
    program.file("sums.csv", "member,date,platform,kind,acts\nana@example.com,2026-05-01,forum,post,2\nana@example.com,2026-05-02,forum,like,9\n");
    program
}

fn contributions(program: &Program) -> String {
    run(program, "member show ana@example.com --as-of 2026-06-30")
        .out
        .lines()
        .find(|line| line.contains("added up"))
        .unwrap_or("nothing")
        .trim()
        .into()
}

#[test]
fn a_day_said_again_is_corrected_and_taken_back() {
    let program = one();
    run(&program, "import sums.csv");
    assert!(contributions(&program).contains("2 contributions"), "{}", contributions(&program));
    let before = program.dump();
    let again = run(&program, "import sums.csv").all();
    assert!(again.contains("0 added + 0 changed + 2 unchanged"), "{again}");
    // The warehouse learnt of one more, of another day, and that there were no likes.
    program.file("later.csv", "member,day,platform,kind,acts\nana@example.com,20574,forum,post,3\nana@example.com,20575,forum,like,0\nana@example.com,20576,forum,answer,4\nana@example.com,20577,forum,post,0\n");
    let later = run(&program, "import later.csv --as rollup").all();
    assert!(contributions(&program).contains("7 contributions"), "{}\n{later}", contributions(&program));
    run(&program, "check");
    run(&program, "imports undo 3 --yes");
    assert!(contributions(&program).contains("2 contributions"));
    assert_eq!(program.dump(), before);
    run(&program, "imports undo 2 --yes");
    assert_eq!(contributions(&program), "nothing");
    run(&program, "check");
}

#[test]
fn whose_acts_are_only_added_up_is_said_where_reach_is_shown() {
    let program = one();
    run(&program, "import sums.csv");
    run(&program, "member stage ana@example.com active --as-of 2026-04-01");
    let reach = run(&program, "measure reach --as-of 2026-06-30");
    assert!(reach.all().contains("1 advocates did something that is known only added up"), "{}", reach.all());
}

#[test]
fn rows_that_come_later_take_the_place_of_a_sum() {
    let program = one();
    run(&program, "import sums.csv");
    program.file("rows.csv", "email,platform,kind,date,url\nana@example.com,forum,post,2026-05-01 09:00,https://forum.example/1\nana@example.com,forum,post,2026-05-01 10:00,https://forum.example/2\nana@example.com,forum,post,2026-05-01 11:00,https://forum.example/3\n");
    run(&program, "import rows.csv --as activity");
    let engagement = |program: &Program| {
        let explained = run(program, "identify explain ana@example.com --format csv --as-of 2026-06-30").out;
        explained.lines().find(|line| line.starts_with("engagement")).unwrap_or_default().to_string()
    };
    assert!(engagement(&program).contains("3 contributions and 9 other acts"), "{}", engagement(&program));
    run(&program, "check");
    // Under another address, too, once it is known to be hers.
    program.file("more.csv", "member,date,platform,kind,acts\nana@work.example,2026-05-01,forum,post,40\n");
    run(&program, "import more.csv --as rollup");
    run(&program, "member merge ana@example.com ana@work.example --yes");
    assert!(engagement(&program).contains("3 contributions and 9 other acts"), "{}", engagement(&program));
    run(&program, "check");
    run(&program, "imports undo 3 --yes");
    assert!(engagement(&program).contains("42 contributions and 9 other acts"), "{}", engagement(&program));
    run(&program, "check");
}

#[test]
fn rows_that_cannot_be_are_set_aside() {
    let program = one();
    program.file("bad.csv", "member,date,platform,kind,acts\nana@example.com,2026-05-01,forum,post,2\nana@example.com,2026-05-02,forum,post,-1\nana@example.com,2026-05-03,forum,post,99999999999\n,2026-05-04,forum,post,1\nana@example.com,,forum,post,1\nana@example.com,2026-05-05,,post,1\nana@example.com,2026-05-06,forum,post,\n");
    let run = program.run(&["import", "bad.csv", "--as", "rollup"]).code(3);
    for reason in ["bad-number", "no-person", "no-date", "no-platform", "no-amount"] {
        assert!(run.all().contains(reason), "{reason}\n{}", run.all());
    }
    assert!(contributions(&program).contains("2 contributions"));
}

#[test]
fn two_managers_who_pulled_on_different_days_agree() {
    let (early, late) = (one(), one());
    run(&early, "import sums.csv --as-of 2026-05-03");
    late.file("sums.csv", "member,date,platform,kind,acts\nana@example.com,2026-05-01,forum,post,5\n");
    run(&late, "import sums.csv --as-of 2026-05-09");
    let merged = |one: &Program, other: &Program| {
        std::fs::copy(other.path().join("groundswell.db"), one.path().join("other.db")).expect("copies");
        run(one, "merge other.db --yes");
        contributions(one)
    };
    let copy = one();
    std::fs::copy(early.path().join("groundswell.db"), copy.path().join("groundswell.db")).expect("copies");
    assert!(merged(&early, &late).contains("5 contributions"), "the newest word holds");
    assert!(merged(&late, &copy).contains("5 contributions"), "whoever collects");
    run(&early, "check");
    run(&late, "check");
}
