//! Staff and bots are in no figure: a program with wild rows of theirs says what the program without them says.

use crate::harness::Program;

fn run(program: &Program, line: &str) {
    let words = shlex::split(line).expect("words");
    program.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).code(0);
}

/// A program in which every kind of figure has something to say.
fn program() -> Program {
    let program = Program::new();
    let mut people = String::from("email,handle,platform,name,joined,value,currency\n");
    let mut acts = String::from("email,platform,kind,date,url,title,reach,engagements\n");
    let (mut nps, mut csat) = (String::from("email,score,date\n"), String::from("email,score,date\n"));
    let mut usage = String::from("email,date,metric,amount\n");
    for n in 1..=12 {
        let mail = format!("p{n}@example.com");
        people.push_str(&format!("{mail},p{n},forum,Person {n},2024-0{}-01,{}.00,EUR\n", 1 + n % 9, n * 100));
        for day in 1..=n {
            acts.push_str(&format!(
                "{mail},forum,post,2026-06-{day:02},https://forum.example/{n}/{day},Post {day},{},{}\n",
                100 * n + day,
                n
            ));
        }
        nps.push_str(&format!("{mail},{},2026-05-0{}\n", n % 11, 1 + n % 9));
        csat.push_str(&format!("{mail},{},2026-05-0{}\n", 1 + n % 5, 1 + n % 9));
        usage.push_str(&format!("{mail},2026-06-01,logins,{}\n", n * 3));
    }
    for (name, text, kind) in [
        ("people.csv", people, "members"),
        ("acts.csv", acts, "activity"),
        ("nps.csv", nps, "nps"),
        ("csat.csv", csat, "csat"),
        ("usage.csv", usage, "usage"),
    ] {
        program.file(name, text);
        run(
            &program,
            &format!("import {name} --as {kind} -q{}", if kind == "csat" { " --scale 1-5" } else { "" }),
        );
    }
    program.file("followers.csv", "email,platform,date,followers\np1@example.com,forum,2026-06-01,500\np2@example.com,forum,2026-06-01,50\n");
    run(&program, "import followers.csv --as audience -q");
    for member in 1..=4 {
        run(&program, &format!("member stage {member} active --as-of 2026-03-01 -q"));
    }
    run(&program, "share code 1 ANA10 --as-of 2026-03-01 -q");
    run(&program, "share link 1 https://shop.example/kettle --as-of 2026-03-01 -q");
    run(&program, "share ask 2 'Would you speak?' --as-of 2026-05-01 -q");
    program.file("orders.csv", "order,date,amount,currency,code,customer,heard\n1,2026-06-02,50.00,EUR,ANA10,p9@example.com,Person 1\n2,2026-06-03,70.00,EUR,,p10@example.com,a friend\n");
    run(&program, "import orders.csv --as orders -q");
    program.file("deals.csv", "deal,created,stage,won,amount,currency,customer\nD1,2026-05-02,won,2026-06-20,900.00,EUR,p11@example.com\nD2,2026-06-02,open,,800.00,EUR,p12@example.com\n");
    run(&program, "import deals.csv --as deals -q");
    let link = program.run(&["share", "link", "--format", "json"]).json()[0]["url"]
        .as_str()
        .expect("a link")
        .to_string();
    program.file("clicks.csv", format!("link,date,clicks\n{link},2026-06-04,7\n"));
    run(&program, "import clicks.csv --as clicks -q");
    program.file("link.txt", link);
    program
}

/// Rows of staff and bots, as wild as they come, behind everybody else's.
fn add_outsiders(program: &Program) {
    run(program, "member add --name Boss --email boss@ours.example --handle forum:boss --staff -q");
    run(program, "member add --name Crawler --email bot@ours.example --handle forum:crawler --bot -q");
    let link = std::fs::read_to_string(program.path().join("link.txt")).expect("a link");
    let mut files: Vec<(&str, &str, String)> = vec![
        ("acts", "activity", "email,platform,kind,date,url,title,reach,engagements\n".into()),
        ("nps", "nps --map score=score --scale 0-10", "email,score,date\n".into()),
        ("csat", "csat --map score=score --scale 1-5", "email,score,date\n".into()),
        ("usage", "usage", "email,date,metric,amount\n".into()),
        ("followers", "audience", "email,platform,date,followers\n".into()),
        ("orders", "orders", "order,date,amount,currency,code,customer,heard\n".into()),
        ("deals", "deals", "deal,created,stage,won,amount,currency,customer\n".into()),
        ("clicks", "clicks", "link,date,clicks,visitor\n".into()),
    ];
    for (n, mail) in ["boss@ours.example", "bot@ours.example"].into_iter().enumerate() {
        for day in 1..=28 {
            files[0].2.push_str(&format!(
                "{mail},forum,post,2026-06-{day:02},https://forum.example/o{n}/{day},Out,9000000,8000000\n"
            ));
            // A platform that only they are on: it says nothing of anybody else.
            files[0].2.push_str(&format!(
                "{mail},x,post,2026-06-{day:02},https://x.example/o{n}/{day},Out,9000000,8000000\n"
            ));
        }
        files[1].2.push_str(&format!("{mail},0,2026-06-10\n"));
        files[2].2.push_str(&format!("{mail},1,2026-06-10\n"));
        files[3].2.push_str(&format!("{mail},2026-06-10,logins,999999\n"));
        files[4].2.push_str(&format!("{mail},forum,2026-06-10,99999999\n"));
        files[5].2.push_str(&format!("90{n},2026-06-10,999999.00,EUR,ANA10,{mail},Person 1\n91{n},2026-06-10,999999.00,EUR,BOSS{n},{mail},Person 2\n"));
        files[6].2.push_str(&format!("O{n},2026-05-10,won,2026-06-10,999999.00,EUR,{mail}\nQ{n},2026-06-10,open,,999999.00,EUR,{mail}\n"));
    }
    for (name, kind, text) in &files[..7] {
        program.file(&format!("out-{name}.csv"), text);
        run(program, &format!("import out-{name}.csv --as {kind} -q"));
    }
    run(program, "member stage boss@ours.example active --as-of 2026-03-01 -q");
    run(program, "member stage bot@ours.example interested --as-of 2025-03-01 -q");
    run(program, "share code boss@ours.example BOSS0 --as-of 2026-03-01 -q");
    // Clicks of theirs on an advocate's link: written past the import, which knows visitors by number only.
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let clicker = "(SELECT member FROM identities WHERE value = 'boss@ours.example')";
    store
        .execute(
            &format!("INSERT INTO clicks (link, at, day, clicks, member) SELECT link, at, day, 5000, {clicker} FROM clicks LIMIT 1"),
            [],
        )
        .expect("a click");
    store
        .execute_batch(&format!(
            "INSERT INTO links (member, address, url, day) VALUES ({clicker}, 'ours.example/boss', 'https://ours.example/boss', 20000);
             INSERT INTO clicks (link, at, day, clicks) SELECT max(l.id), k.at, k.day, 7000 FROM links l, (SELECT at, day FROM clicks LIMIT 1) k;
             INSERT INTO asks (member, kind, text, at, day) VALUES ({clicker}, 'talk', 'speak', 1780000000, 20600);
             INSERT INTO questions (member, text, at, day) VALUES ({clicker}, 'how', 1780000000, 20600);
             INSERT INTO needs (member, text, at, day) VALUES ({clicker}, 'time', 1780000000, 20600);
             INSERT INTO gives (member, kind, text, at, day) VALUES ({clicker}, 'gift', 'cake', 1780000000, 20600);
             INSERT INTO survey_takes (member, at, day) VALUES ({clicker}, 1780000000, 20600);
             INSERT INTO survey_answers (take, statement, answer)
               SELECT (SELECT max(id) FROM survey_takes), value, 1 + value % 5 FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12]');"
        ))
        .expect("work");
    assert!(!link.is_empty());
}

/// Every command that prints a figure.
const FIGURES: [&str; 32] = [
    "status",
    "member list",
    "member due",
    "member segment show 'audience>1000 or nps>=0 or contributions>1 or score>1'",
    "identify rank",
    "identify size",
    "identify rank --all",
    "identify explain 3",
    "identify what-if --set engagement=5",
    "survey personas",
    "equip check",
    "amplify queue",
    "amplify queue --all --days 400",
    "amplify best --period all",
    "amplify trough --all",
    "amplify backtest",
    "amplify effect",
    "share balance",
    "measure summary --period all",
    "measure summary --period 2026-Q2 --against previous",
    "measure reach",
    "measure credit --model last",
    "measure credit --model linear",
    "measure credit --rows",
    "measure credit --model decay",
    "measure heard",
    "measure codes",
    "report --format md --period all",
    "measure pipeline --format json",
    "measure report 1 --format json",
    "measure report 2 --format csv",
    "member list --who 'inactive:3d or active-in:3d'",
];

#[test]
fn no_figure_knows_them() {
    let (without, with) = (program(), program());
    add_outsiders(&with);
    for line in FIGURES {
        let mut words = shlex::split(line).expect("words");
        if !line.contains("--format") {
            words.extend(["--format".into(), "json".into()]);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (plain, wild) = (without.run(&words).code(0), with.run(&words).code(0));
        assert_eq!(plain.out, wild.out, "{line}");
        assert!(
            plain.out.len() > 2
                || line.contains("check")
                || line.contains("personas")
                || line.contains("codes"),
            "{line} says nothing"
        );
    }
    // And the rows are there: the test would fail if nothing had been written.
    let check = with.run(&["check", "--rows", "--format", "json"]).json();
    let of = |kind: &str, column: &str| {
        check.as_array().expect("a list").iter().find(|row| row["kind"] == kind).expect("a kind")[column]
            .as_i64()
            .expect("a number")
    };
    for kind in ["members", "nps", "csat", "activity", "usage", "audience", "orders", "deals"] {
        assert!(of(kind, "staff") > 0 && of(kind, "bots") > 0, "{kind}: {check}");
    }
    assert_eq!(of("clicks", "staff"), 2, "{check}");
}

#[test]
fn whoever_joins_staff_by_a_merge_is_out_and_back() {
    let program = program();
    let before = program.run(&["identify", "rank", "--format", "json"]).code(0).out;
    run(&program, "member add --name Boss --email boss@ours.example --staff -q");
    run(&program, "member merge boss@ours.example p12@example.com --yes -q");
    let merged = program.run(&["identify", "rank", "--format", "json"]).code(0).out;
    assert!(before.contains("p12@example.com") && !merged.contains("p12@example.com"), "{merged}");
    run(&program, "member unmerge 1 -q");
    assert_eq!(program.run(&["identify", "rank", "--format", "json"]).code(0).out, before);
}
