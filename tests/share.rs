//! Step 5 from outside: briefs, messages, links, codes, the ledger and the calendar.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_types,
    reason = "tests seed rows and stop at the first thing wrong"
)]
use assert_cmd::Command;
use rusqlite::Connection;
use std::path::PathBuf;
use tempfile::TempDir;

const NOW: &str = "2026-11-23T09:00:00Z";

/// A program in a folder of its own.
struct Program {
    folder: TempDir,
}

/// What a command said and how it ended.
#[derive(Debug)]
struct Said {
    out: String,
    talk: String,
    code: i32,
}

impl Program {
    /// Three advocates (the second Chinese, the third without e-mail), and one of our own.
    fn new() -> Self {
        let program = Self { folder: tempfile::tempdir().unwrap() };
        program.done("init --name Circle --currency EUR --timezone Europe/Berlin --preset saas --yes");
        program.args(&[
            "member",
            "add",
            "--name",
            "Ana López",
            "--email",
            "ana@example.com",
            "--handle",
            "youtube:ana",
        ]);
        program.done("member add --name 王小明 --email wang@example.com --language zh --tag berlin");
        program.done("member add --name Ben");
        program.done("member add --name Sam --email sam@us.example --staff");
        for member in ["1", "2", "3"] {
            program.done(&format!("member stage {member} active"));
        }
        program
    }

    fn args(&self, args: &[&str]) -> Said {
        let output = Command::cargo_bin("groundswell")
            .unwrap()
            .current_dir(self.folder.path())
            .env("GROUNDSWELL_NOW", NOW)
            .env_remove("GROUNDSWELL_DB")
            .args(args)
            .output()
            .unwrap();
        Said {
            out: String::from_utf8(output.stdout).unwrap(),
            talk: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap(),
        }
    }

    /// Words without blanks in them.
    fn run(&self, line: &str) -> Said {
        self.args(&line.split(' ').collect::<Vec<_>>())
    }

    fn done(&self, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.code, 0, "{line}: {}", said.talk);
        said.out
    }

    /// The error of a command that must fail with this code.
    fn fails(&self, code: i32, line: &str) -> String {
        let said = self.run(line);
        assert_eq!(said.code, code, "{line}: {said:?}");
        said.talk
    }

    /// Each command must fail with its code, and say this.
    fn refuses(&self, cases: &[(i32, &str, &str)]) {
        for (code, line, error) in cases {
            let said = self.fails(*code, line);
            assert!(said.contains(error), "{line}: {said}");
        }
    }

    fn json(&self, line: &str) -> Vec<serde_json::Value> {
        serde_json::from_str(&self.done(&format!("{line} --format json"))).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn sql(&self, sql: &str) {
        Connection::open(self.path("groundswell.db")).unwrap().execute_batch(sql).unwrap();
    }

    /// A brief about something on the web.
    fn brief(&self, kind: &str) {
        let said = self.args(&[
            "share",
            "brief",
            "new",
            "--kind",
            kind,
            "--title",
            "Kettle 2",
            "--body",
            "It **boils** fast.",
            "--url",
            "https://kettle.example/new?a=1",
        ]);
        assert_eq!(said.code, 0, "{}", said.talk);
    }
}

/// 2026-11-23 as days since 1970.
const TODAY: i64 = 20_780;

#[test]
fn news_goes_to_those_who_may_have_it() {
    let program = Program::new();
    let said = program.args(&[
        "share",
        "brief",
        "new",
        "--kind",
        "exclusive",
        "--title",
        "Kettle 2",
        "--body",
        "It **boils** fast.",
        "--url",
        "https://kettle.example/new?a=1",
        "--embargo",
        "2026-12-01 09:00",
    ]);
    assert_eq!(said.code, 0, "{}", said.talk);
    program.done("member consent 1 --for exclusive yes --source call");
    program.done("member consent 2 --for exclusive yes --source form");
    program.done("share code 1 ANA10");
    let said = program.run("share send 1 --to advocates -o letters --from Mara --format json");
    assert_eq!(said.code, 3, "{}", said.talk);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&said.out).unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!((&rows[0]["fate"], &rows[2]["fate"]), (&"written".into(), &"left out".into()));
    assert_eq!(rows[2]["reason"], "no consent on file for exclusive news");
    let link = "https://kettle.example/new?a=1&utm_source=community&utm_medium=advocate\
                &utm_campaign=brief-1-kettle-2&utm_content=ana-1";
    assert_eq!(rows[0]["link"], link);
    let letter = program.read("letters/brief-1-ana-lópez-1.md");
    for part in [
        "Hello Ana López",
        "2026-12-01 09:00 (Europe/Berlin)",
        "It **boils** fast.",
        link,
        "ANA10",
        "Mara, Circle",
    ] {
        assert!(letter.contains(part), "{part} in {letter}");
    }
    let mark = rows[0]["mark"].as_str().unwrap();
    assert!(letter.contains(mark) && rows[1]["mark"] != mark);
    assert!(program.read("letters/brief-1-王小明-2.md").contains("王小明，您好："));
    assert!(
        program
            .read("letters/messages.csv")
            .starts_with("member,name,email,language,persona,subject,body,link")
    );
    assert_eq!(program.json("share brief show 1 --copies")[0]["mark"], mark);
    assert_eq!(program.json("share link")[0]["brief"], 1);
    let listed = program.json("share brief list");
    assert_eq!((&listed[0]["sent"], &listed[0]["state"]), (&2.into(), &"under embargo".into()));
    assert!(program.done("share brief show 1").contains("It **boils** fast."));
}

#[test]
fn mail_opens_elsewhere() {
    let program = Program::new();
    program.brief("open");
    program.done("share send 1 --to 2 -o letters");
    let script = "import email, email.policy, sys, csv\n\
        m = email.message_from_bytes(open(sys.argv[1], 'rb').read(), policy=email.policy.default)\n\
        print(m['To'], m['Subject'], m['Date'], m.defects)\n\
        print(m.get_content())\n\
        print(next(csv.DictReader(open(sys.argv[2], newline='', encoding='utf-8')))['body'])\n";
    let output = std::process::Command::new("python3")
        .args(["-c", script])
        .arg(program.path("letters/brief-1-王小明-2.eml"))
        .arg(program.path("letters/messages.csv"))
        .env("PYTHONUTF8", "1")
        .output();
    // Only where there is a Python to read it with; the format itself is tested beside its code.
    let Ok(output) = output else { return };
    let read = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    assert!(
        read.starts_with("王小明 <wang@example.com> Kettle 2 Mon, 23 Nov 2026 09:00:00 +0000 []"),
        "{read}"
    );
    assert_eq!(read.matches("王小明，您好：").count(), 2, "{read}");
}

#[test]
fn the_same_news_goes_once_and_not_too_soon() {
    let program = Program::new();
    program.brief("feedback");
    program.brief("open");
    assert_eq!(program.run("share send 1 --to 1 -o a").code, 0);
    let again = program.run("share send 1 --to 1 --anyway -o a");
    assert!(again.code == 3 && again.out.contains("already sent on 2026-11-23"), "{again:?}");
    let soon = program.run("share send 2 --to advocates -o a --format csv");
    assert_eq!(soon.code, 3);
    assert!(soon.out.contains("asked too recently: on 2026-11-23; again from 2026-12-23"), "{}", soon.out);
    assert!(program.path("a/messages-2.csv").exists(), "the first sending's file stays");
    assert_eq!(program.run("share send 2 --to ana@example.com --anyway -o b").code, 0);
    let ask = program.fails(1, "share ask 1 talk?");
    assert!(
        ask.contains("asked too recently") && ask.contains("2026-12-23") && ask.contains("--anyway"),
        "{ask}"
    );
    program.done("share ask 1 talk? --as-of 2026-12-23");
}

#[test]
fn opting_out_is_respected() {
    let program = Program::new();
    program.brief("open");
    program.done("member consent 1 --for contact no --source mail");
    program.done("member consent 2 --for open no --source mail");
    program.done("member stage 3 removed");
    let said = program.run("share send 1 --to 1 2 3 4 --anyway -o a --format csv");
    assert_eq!(said.code, 3);
    for reason in [
        "opted out of any contact on 2026-11-23",
        "said no to open on 2026-11-23",
        "opted out: stage removed",
        "one of our own",
    ] {
        assert!(said.out.contains(reason), "{reason} in {}", said.out);
    }
    assert!(!program.path("a").exists(), "nothing is written when everyone is left out");
    assert!(program.fails(1, "share ask 1 talk? --anyway").contains("opted out of any contact"));
    program.done("member consent 2 --for feedback no --source mail");
    assert!(program.fails(1, "share feedback 2 name?").contains("said no to feedback"));
}

#[test]
fn segments_are_groups_or_people() {
    let program = Program::new();
    program.brief("open");
    // Ana is all for teaching (statements 1, 6 and 9), Ben says the same to everything.
    program.sql(&format!(
        "INSERT INTO survey_takes (id, member, at, day) VALUES (1, 1, 0, {TODAY}), (2, 3, 0, {TODAY});
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
         INSERT INTO survey_answers SELECT 1, i, iif(i IN (1, 6, 9), 5, 2) FROM n UNION ALL SELECT 2, i, 4 FROM n;"
    ));
    let to = |words: &str, folder: &str| {
        let said = program.run(&format!("share send 1 --anyway -o {folder} --format ids --to {words}"));
        assert!(said.code != 1 && said.code != 2, "{said:?}");
        said.out.lines().map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(to("tag:berlin", "a"), ["2"]);
    assert_eq!(to("platform:youtube 王小明", "b"), ["1", "2"]);
    assert_eq!(to("active", "c"), ["1", "2", "3"]);
    assert_eq!(to("ＡＤＶＯＣＡＴＥＳ", "d"), ["1", "2", "3"]);
    assert!(program.fails(1, "share send 1 --to tag:nothing -o e").contains("nobody is in 'tag:nothing'"));
    assert!(program.fails(1, "share send 1 --to Nobody -o e").contains("no member is 'Nobody'"));
    assert!(program.fails(2, "share send 1 -o e").contains("--to advocates"));
    assert!(program.fails(1, "share send 9 --to active -o e").contains("there is no brief 9"));
    program.brief("open");
    assert_eq!(to("educator", "g").len(), 1);
    assert!(program.fails(1, "share send 2 --to validator -o e").contains("nobody is in 'validator'"));
    assert!(program.fails(2, "share send 2 --to active").contains("-o DIR"));
    assert!(
        program
            .fails(2, "share send 2 --to active -o e --answer-by soon")
            .contains("--answer-by soon: not a day")
    );
    std::fs::write(program.path("f"), "").unwrap();
    assert!(program.fails(1, "share send 2 --to active -o f").contains("cannot make the folder f"));
    assert_eq!(program.json("share brief list")[1]["sent"], 0);
}

#[test]
fn a_brief_remembers_whom_it_is_for() {
    let program = Program::new();
    std::fs::write(program.path("news.md"), "Good news.\n").unwrap();
    program.done("share brief new --kind OPEN --title Fair --file news.md --for tag:berlin --for 3");
    assert_eq!(program.done("share send 1 -o a --format ids"), "2\n3\n");
    for (line, error) in [
        ("share brief new --kind secret --title T --body B", "the kinds are exclusive, open, feedback"),
        ("share brief new --kind open --title T --body B --embargo 2026-12-01", "open news is for anyone"),
        ("share brief new --kind exclusive --title T --body B --embargo soon", "--embargo soon: not a time"),
        ("share brief new --kind exclusive --title T --body B --embargo 2026-11-01", "is over already"),
        ("share brief new --kind open --title T --body B --url a:b", "not an address"),
        ("share brief new --kind open --body B", "--title TEXT"),
        ("share brief new --kind open --title T", "--body TEXT or --file MD"),
        ("share brief new --kind open --title  --body B", "--title is empty"),
        ("share brief new --kind open --title T --body ", "the text is empty"),
    ] {
        assert!(program.fails(2, line).contains(error), "{line}: {}", program.run(line).talk);
    }
    assert!(
        program
            .fails(1, "share brief new --kind open --title T --file no.md")
            .contains("there is no file no.md; give its whole path")
    );
    assert!(program.fails(1, "share brief show 7").contains("there is no brief 7"));
}

#[test]
fn received_and_lifted() {
    let program = Program::new();
    program.done("share brief new --kind exclusive --title T --body B --embargo 2026-12-01");
    program.done("member consent 1 --for exclusive yes --source call");
    program.done("share send 1 --to 1 -o a");
    assert!(program.fails(1, "share ack 1 2").contains("was not sent to 王小明"));
    program.done("share ack 1 ana@example.com");
    assert!(program.run("share ack 1 1").talk.contains("said so on 2026-11-23 already"));
    // Before its end only after a question, which names the end.
    assert!(program.fails(2, "share lift 1 --as-of 2026-11-30").contains("add --yes"));
    assert_eq!(program.json("share brief list --as-of 2026-11-30")[0]["state"], "under embargo");
    let lifted = program.run("share lift 1 --as-of 2026-11-30 --format csv --yes");
    assert_eq!(
        lifted.out,
        "member,name,email,sent,acked\n1,Ana López,ana@example.com,2026-11-23,2026-11-23\n"
    );
    assert!(program.fails(1, "share lift 1 --as-of 2026-12-01").contains("lifted on 2026-11-30 already"));
    let state = |day: &str| program.json(&format!("share brief list --as-of {day}"))[0]["state"].clone();
    assert_eq!((state("2026-11-29"), state("2026-11-30")), ("under embargo".into(), "lifted".into()));
    program.brief("open");
    assert!(program.fails(1, "share lift 2").contains("has no embargo to lift"));
    program.done("share brief new --kind exclusive --title T --body B --embargo 2026-12-01");
    assert_eq!(program.json("share brief list --as-of 2026-12-02")[2]["state"], "embargo over");
    // Who gets a lifted brief is not told that few know of it.
    program.done("member consent 3 --for exclusive yes --source call");
    program.done("share send 1 --to 3 -o b --as-of 2026-11-30");
    let letter = std::fs::read_to_string(program.folder.path().join("b/brief-1-ben-3.md")).unwrap();
    assert!(letter.contains("the embargo on this") && !letter.contains("among the few"), "{letter}");
    // After its end there is nothing to ask.
    program.done("share lift 3 --as-of 2026-12-02");
}

#[test]
fn links_have_one_owner() {
    let program = Program::new();
    let link = program.done("share link ana@example.com kettle.example/new --medium Video");
    let expected = "https://kettle.example/new?utm_source=community&utm_medium=video\
                    &utm_campaign=advocacy&utm_content=ana-1\n";
    assert_eq!(link, expected);
    assert_eq!(
        program.done("share link 1 https://www.kettle.example/new/ --medium video").matches("ana-1").count(),
        1
    );
    assert!(program.done("share link 2 kettle.example/new").contains("utm_content=m2"));
    // An earlier import of clicks knew the short link, and nobody's it was.
    program.sql(&format!(
        "INSERT INTO links (id, address, url, day) VALUES (50, 'kettle.example/ana', 'https://kettle.example/ana', {TODAY} - 9);
         INSERT INTO clicks (link, at, day, clicks, member) VALUES (50, 0, {TODAY} - 1, 5, NULL), (50, 0, {TODAY} - 1, 2, 4),
                (50, 0, {TODAY} + 1, 9, NULL);"
    ));
    let listed = program.json("share link");
    assert_eq!(
        (&listed[listed.len() - 1]["state"], &listed[0]["clicks"]),
        (&"nobody's".into(), &serde_json::Value::Null)
    );
    assert_eq!(
        program.done("share link 1 --short https://kettle.example/ana"),
        "https://kettle.example/ana\n"
    );
    let theirs = program.json("share link 1");
    let short = theirs.iter().find(|link| link["id"] == 50).unwrap();
    assert_eq!((&short["clicks"], &short["state"]), (&5.into(), &"live".into()));
    let taken = program.fails(1, "share link 2 --short kettle.example/ana/");
    assert!(taken.contains("is the link of Ana López (member 1) already"), "{taken}");
    program.done("share link --retire 50 --why moved");
    assert!(
        program
            .fails(1, "share link 1 --short kettle.example/ana")
            .contains("was retired on 2026-11-23 (moved)")
    );
    assert!(program.fails(1, "share link --retire 50 --why moved").contains("retired on 2026-11-23 already"));
    assert!(program.fails(1, "share link --retire 99 --why moved").contains("there is no link 99"));
    program.fails(2, "share link --retire 50");
    assert!(program.fails(2, "share link --retire 50 --why ").contains("--why is empty"));
    assert!(program.fails(2, "share link 1 javascript:alert(1)").contains("is not a web address"));
    assert!(program.fails(2, "share link 1 a.example --short b:c").contains("is not a web address"));
    assert!(
        program.fails(2, "share link 1 a.example --source billboard").contains("the list, which is closed")
    );
    assert!(program.fails(2, "share link 1 a.example --campaign 春").contains("use Latin letters"));
}

#[test]
fn codes_have_one_holder_at_a_time() {
    let program = Program::new();
    assert_eq!(program.done("share code 1 ana－１０"), "ANA-10\n");
    let taken = program.fails(1, "share code 2 ANA-10");
    assert!(
        taken.contains("ANA-10 is the code of Ana López (member 1)") && taken.contains("still"),
        "{taken}"
    );
    assert_eq!(program.done("share code 1"), "ANA-10\n", "the one she has");
    let drawn = program.done("share code 2");
    assert_eq!((drawn.clone(), drawn.trim().len()), (program.done("share code 2"), 10));
    program.sql(&format!(
        "INSERT INTO conversions (kind, number, at, day, state, amount, currency, member, code) VALUES
           ('order', '1', 0, {TODAY}, 'paid', 1000, 'EUR', NULL, 'ANA-10'), ('order', '2', 0, {TODAY}, 'paid', 1000, 'EUR', 4, 'ANA-10'),
           ('order', '3', 0, {TODAY} - 1, 'paid', 1000, 'EUR', NULL, 'ANA-10');"
    ));
    let listed = program.json("share code");
    assert_eq!(listed[0]["orders"], 1, "neither our own order nor one before it was hers");
    assert_eq!((&listed[1]["orders"], &listed[1]["member"]), (&0.into(), &2.into()));
    program.done("share code --retire ana-10 --why leaked");
    assert!(
        program
            .fails(1, "share code --retire ANA-10 --why leaked")
            .contains("taken out of use on 2026-11-23 already")
    );
    assert!(program.fails(1, "share code 2 ANA-10").contains("it is free from 2026-11-24"));
    program.done("share code 3 ANA-10 --from 2026-11-24");
    let later = program.json("share code --as-of 2026-11-24");
    assert_eq!((&later[0]["state"], &later[2]["name"]), (&"retired".into(), &"Ben".into()));
    let fresh = program.done("share code 1");
    assert!(fresh.starts_with("ANA-") || fresh.starts_with("LOPEZ"), "{fresh}");
    assert!(program.fails(1, "share code --retire NOPE99 --why x").contains("nobody has the code NOPE99"));
    assert!(program.fails(2, "share code --retire ANA-10 --why ").contains("--why is empty"));
    assert!(program.fails(2, "share code 1 A_B").contains("cannot be a code"));
    assert!(program.fails(2, "share code 1 ABC --from soon").contains("--from soon: not a day"));
}

#[test]
fn an_ask_goes_its_way() {
    let program = Program::new();
    program.done("share ask 1 Speak? --kind talk --due 2026-12-15 --who Mara");
    assert!(program.fails(1, "share ask outcome 1 60came").contains("ask 1 has no answer yet"));
    program.done("share ask answer 1 yes --text gladly");
    assert!(program.fails(1, "share ask told 1").contains("no outcome to tell yet"));
    program.done("share ask outcome 1 60came --as-of 2026-12-15");
    assert_eq!(program.json("share ask list --open --as-of 2026-12-14")[0]["state"], "agreed");
    assert_eq!(program.json("share balance --as-of 2026-12-15")[0]["verdict"], "owed an answer");
    program.done("share ask told 1 --as-of 2026-12-16");
    assert!(program.fails(1, "share ask told 1 --as-of 2026-12-17").contains("on 2026-12-16 already"));
    assert_eq!(program.json("share ask list --open --as-of 2026-12-16").len(), 0);
    let row = &program.json("share ask list --as-of 2026-12-16")[0];
    assert_eq!(
        (&row["state"], &row["said"], &row["who"]),
        (&"told".into(), &"gladly".into(), &"Mara".into())
    );
    program.refuses(&[
        (2, "share ask 2 x --kind dance", "the kinds are post"),
        (2, "share ask 2 x --due 2026-11-22", "not a day to come"),
        (2, "share ask 2", "TEXT, such as"),
        (2, "share ask 2 list", "both an ask and a command"),
        (2, "share ask", "MEMBER, such as"),
        (2, "share ask 2 ", "the text is empty"),
        (2, "share ask answer 1 perhaps", "say yes, no or later"),
        (1, "share ask answer 9 yes", "there is no ask 9"),
        (2, "share ask outcome 1 ", "the text is empty"),
    ]);
    program.done("share feedback 2 Which?");
    assert_eq!(program.json("share ask list")[1]["kind"], "feedback");
}

#[test]
fn given_against_got() {
    let program = Program::new();
    assert_eq!(program.json("share balance")[0]["verdict"], "never asked");
    program.done("share give 1 Seat --kind access");
    program.done("share need 1 Microphone --owner Mara");
    program.done("share need 1 Cable");
    program.done("share need done 1 bought");
    for text in ["a", "b", "c"] {
        program.done(&format!("share ask 3 {text} --anyway"));
    }
    program.sql(&format!(
        "INSERT INTO activities (id, member, platform, kind, at, day) VALUES (1, 1, 'x', 'post', 0, {TODAY});
         INSERT INTO reactions (activity, at, day) VALUES (1, 0, {TODAY}), (1, 0, {TODAY} - 400), (1, 0, {TODAY} + 1);
         INSERT INTO promotions (activity, at, day, place) VALUES (1, 0, {TODAY}, 'home');
         INSERT INTO questions (member, text, at, day, answered_day) VALUES (1, 'q', 0, {TODAY}, {TODAY});"
    ));
    let rows = program.json("share balance");
    let ana = &rows[0];
    for (column, value) in [
        ("given", 5),
        ("gives", 1),
        ("reactions", 1),
        ("promotions", 1),
        ("answers", 1),
        ("needs_done", 1),
        ("asked", 0),
        ("needs_open", 1),
    ] {
        assert_eq!(ana[column], value, "{column}");
    }
    assert_eq!(ana["days_since_asked"], serde_json::Value::Null);
    assert_eq!(
        (&rows[2]["verdict"], &rows[2]["open_asks"], &rows[2]["asked"]),
        (&"over-asked".into(), &3.into(), &3.into())
    );
    assert_eq!((&rows[2]["last_asked"], &rows[2]["days_since_asked"]), (&"2026-11-23".into(), &0.into()));
    assert_eq!(program.json("share balance --days 401")[0]["reactions"], 2);
    assert!(program.run("share balance").talk.contains("3 advocates, 2025-11-24 to 2026-11-23 (365 days)"));
    assert_eq!(program.json("share need list --open")[0]["text"], "Cable");
    assert_eq!(program.json("share need list")[1]["outcome"], "bought");
    program.refuses(&[
        (1, "share need done 1 again", "was done on 2026-11-23 already"),
        (1, "share need done 9 x", "there is no need 9"),
        (2, "share need done 2 ", "the text is empty"),
        (2, "share need 1 ", "the text is empty"),
        (2, "share need", "MEMBER, such as"),
        (2, "share need 2 list", "both a need and a command"),
        (2, "share give 1 x --kind money", "the kinds are thanks"),
        (2, "share give 1 ", "the text is empty"),
        (2, "share give", "MEMBER, such as"),
    ]);
}

#[test]
fn merged_people_are_asked_as_one() {
    let program = Program::new();
    program.done("share ask 1 a");
    program.done("member merge 3 1 --yes");
    assert!(program.fails(1, "share ask 3 b").contains("asked too recently"));
    assert_eq!(program.json("share balance").len(), 2);
}

#[test]
fn the_calendar_keeps_its_numbers() {
    let program = Program::new();
    program.done("share ask 1 Speak,please;soon --kind talk --due 2026-12-15");
    program.done("share brief new --kind exclusive --title 壶 --body B --embargo 2026-12-01");
    program.done("share calendar -o share.ics");
    let first = program.read("share.ics");
    assert!(first.contains("DTSTART:20261215T080000Z\r\n"), "nine in the morning in Berlin: {first}");
    assert!(first.contains("SUMMARY:Embargo ends: 壶\r\nDESCRIPTION:0 people have it."), "{first}");
    assert!(first.contains("Speak\\,please\\;soon"), "{first}");
    let uids = |text: &str| {
        text.lines().filter(|line| line.starts_with("UID:")).map(String::from).collect::<Vec<_>>()
    };
    assert_eq!(uids(&first), uids(&program.done("share calendar --as-of 2026-11-24")));
    program.done("share ask answer 1 no");
    program.done("share lift 1 --yes");
    assert!(program.run("share calendar").talk.contains("Nothing is due"));
}

#[test]
fn without_its_secret_nothing_is_drawn() {
    let program = Program::new();
    program.brief("open");
    program.sql("DELETE FROM settings WHERE name = 'secret'");
    assert!(program.fails(1, "share code 1").contains("no secret to draw codes from"));
    assert!(program.fails(1, "share send 1 --to 1 -o a").contains("no secret to mark copies with"));
    assert!(!program.path("a").exists());
}

#[test]
fn an_earlier_day_does_not_send_twice() {
    let program = Program::new();
    program.brief("open");
    program.done("share send 1 --to 1 -o a --as-of 2026-11-25");
    let said = program.run("share send 1 --to 1 -o a");
    assert!(said.code == 3 && said.out.contains("already sent on 2026-11-25"), "{said:?}");
}

#[test]
fn the_same_file_says_the_same() {
    let (one, other) = (Program::new(), Program::new());
    for program in [&one, &other] {
        program.sql("UPDATE settings SET value = 'same' WHERE name = 'secret'");
        program.brief("open");
        program.done("share code 1");
        program.done("share send 1 --to advocates -o a");
    }
    for file in ["a/messages.csv", "a/brief-1-ana-lópez-1.eml", "a/brief-1-ben-3.md"] {
        assert_eq!(one.read(file), other.read(file));
    }
}

#[test]
fn empty_lists_say_how_to_fill_them() {
    let program = Program::new();
    for (line, hint) in [
        ("share brief list", "share brief new"),
        ("share link", "share link MEMBER URL"),
        ("share code", "share code MEMBER"),
        ("share ask list", "share ask MEMBER TEXT"),
        ("share need list", "share need MEMBER TEXT"),
    ] {
        let said = program.run(line);
        assert!(said.out.is_empty() && said.talk.contains(hint), "{line}: {said:?}");
    }
}

/// Three people have an exclusive brief, in files in the folder `m`.
fn sent() -> Program {
    let program = Program::new();
    program.sql("UPDATE settings SET value = 'same' WHERE name = 'secret'");
    for member in [1, 2, 3] {
        program.done(&format!("member consent {member} --for exclusive yes --source call"));
    }
    program.done("share brief new --kind exclusive --title News --body Soon. --embargo 2026-12-01");
    program.done("share send 1 --to advocates -o m");
    program
}

#[test]
fn a_leaked_text_tells_whose_copy_it_is() {
    let program = sent();
    let letter = program.read("m/brief-1-ana-lópez-1.md");
    assert!(letter.contains("differs in small ways from all others"), "copies are marked openly: {letter}");
    assert_ne!(letter.replace("Ana López", "Ben"), program.read("m/brief-1-ben-3.md"));
    // Pasted elsewhere: without the greeting, Markdown and last line, and folded anew.
    for (file, member, name) in [("brief-1-ben-3.md", 3, "Ben"), ("brief-1-王小明-2.md", 2, "王小明")] {
        let copy = program.read(&format!("m/{file}"));
        let lines: Vec<&str> = copy.lines().skip(4).collect();
        let pasted = lines[..lines.len() - 1].join(" ").replace(['*', '>', '#'], "").replace(' ', "  ");
        std::fs::write(program.path("found.txt"), pasted).unwrap();
        let said = program.run("share leak found.txt --format json");
        let rows: Vec<serde_json::Value> = serde_json::from_str(&said.out).unwrap();
        assert_eq!((&rows[0]["member"], &rows[0]["verdict"]), (&member.into(), &"clear".into()), "{said:?}");
        assert_eq!(rows[0]["agree"], rows[0]["marks"]);
        assert!(rows[0]["marks"].as_i64().unwrap() >= 12, "{said:?}");
        assert!(rows[1]["verdict"] != "clear", "{said:?}");
        assert!(
            said.talk.contains(&format!("The wording is that of {name}'s copy of brief 1")),
            "{}",
            said.talk
        );
        assert!(said.talk.contains("A fit is no proof"), "{}", said.talk);
    }
    // The mark in the last line says it at once.
    let named = program.run("share leak m/brief-1-ana-lópez-1.md --brief 1");
    assert!(named.talk.contains("The mark of Ana López's copy"), "{named:?}");
}

#[test]
fn a_forwarded_mail_is_read_as_it_was_packed() {
    let program = sent();
    let mail = program.read("m/brief-1-ana-lópez-1.eml");
    assert!(
        mail.contains("Content-Transfer-Encoding: base64") && !mail.contains("leak can be traced"),
        "{mail}"
    );
    let named = program.run("share leak m/brief-1-ana-lópez-1.eml");
    assert!(named.talk.contains("The mark of Ana López's copy"), "{named:?}");
    // Forwarded in quoted-printable, without the last line: the wording alone tells.
    let copy = program.read("m/brief-1-王小明-2.md");
    let lines: Vec<&str> = copy.lines().skip(4).collect();
    let text = lines[..lines.len() - 1].join("\n");
    let octet = |byte: u8| match byte {
        b'\n' => "\r\n".to_string(),
        b' '..=b'~' if byte != b'=' => char::from(byte).to_string(),
        other => format!("={other:02X}=\r\n"),
    };
    let packed: String = text.bytes().map(octet).collect();
    let mail = format!(
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{packed}\r\n--x--\r\n"
    );
    std::fs::write(program.path("found.eml"), mail).unwrap();
    let said = program.run("share leak found.eml");
    assert!(said.talk.contains("The wording is that of 王小明's copy of brief 1"), "{said:?}");
}

#[test]
fn without_a_terminal_what_is_missing_is_named() {
    let program = sent();
    program.refuses(&[
        (2, "share ack", "there is no terminal to ask at: add BRIEF MEMBER, such as: share ack 3 MEMBER"),
        (2, "share ack 1", "add MEMBER, such as: share ack 3 MEMBER"),
        (2, "share lift", "add BRIEF, such as: share lift 3"),
    ]);
}

#[test]
fn too_little_of_a_text_names_nobody() {
    let program = sent();
    std::fs::write(program.path("found.txt"), "Kettle 2 comes, they say. Afterwards it is yours to tell.")
        .unwrap();
    let few = program.run("share leak found.txt");
    assert!(few.out.contains("cannot_tell") && few.talk.contains("at least 6 are needed"), "{few:?}");
    std::fs::write(program.path("blank.txt"), " \n").unwrap();
    program.refuses(&[
        (2, "share leak blank.txt", "blank.txt holds no words to compare"),
        (1, "share leak nowhere.txt", "there is no file nowhere.txt; give its whole path"),
        (1, "share leak found.txt --brief 9", "there is no brief 9"),
    ]);
    let program = Program::new();
    std::fs::write(program.path("found.txt"), "something").unwrap();
    assert!(program.run("share leak found.txt").talk.contains("No copy went out yet"));
    program.brief("open");
    program.done("share send 1 --to advocates -o m");
    let open = program.run("share leak found.txt");
    assert!(open.talk.contains("no copy that went out bears marks in its wording"), "{open:?}");
}

#[test]
fn a_secret_is_not_sent_where_others_read_along() {
    let program = Program::new();
    program.done("share brief new --kind exclusive --title T --body B --embargo 2026-12-01");
    program.done("member consent 1 --for exclusive yes --source call");
    let said = program.run("share send 1 --to 1 --by group -o a --format json");
    assert_eq!(said.code, 3, "{said:?}");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&said.out).unwrap();
    assert_eq!(rows[0]["reason"], "under embargo until 2026-12-01, and others read along on group");
    assert_eq!(rows[0]["again"], "2026-12-02");
    assert!(!program.path("a").exists());
    program.done("share send 1 --to 1 --by message -o a");
    assert_eq!(program.json("share brief show 1 --copies")[0]["by"], "message");
    program.refuses(&[(
        2,
        "share send 1 --to 1 --by fax -o a",
        "--by fax: there is no such way; they are mail",
    )]);
    // Who was asked lately is told when again.
    program.done("share brief new --kind feedback --title T --body B");
    let soon = program.run("share send 2 --to 1 -o a --format json");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&soon.out).unwrap();
    assert_eq!(rows[0]["again"], "2026-12-23");
}

#[test]
fn a_brief_is_changed_while_nobody_has_it_and_closed_with_a_reason() {
    let program = Program::new();
    program.brief("open");
    program.done("share brief edit 1 --title Kettle3 --for tag:berlin --url kettle.example/3");
    let listed = &program.json("share brief list")[0];
    assert_eq!((&listed["title"], &listed["for"]), (&"Kettle3".into(), &"tag:berlin".into()));
    program.done("share send 1 -o m");
    assert_eq!(program.json("share brief list")[0]["sent"], 1);
    program.refuses(&[
        (1, "share brief edit 1 --title New", "brief 1 went to 1 person as it is"),
        (2, "share brief edit 1", "nothing to change: add --title"),
        (2, "share brief close 1", "add --why TEXT"),
        (2, "share brief close 1 --why ", "--why is empty"),
    ]);
    program.done("share brief edit 1 --for advocates");
    program.done("share brief close 1 --why late");
    assert_eq!(program.json("share brief list")[0]["state"], "closed");
    program.refuses(&[
        (1, "share send 1 -o m", "brief 1 was closed on 2026-11-23 (late)"),
        (1, "share brief edit 1 --for advocates", "brief 1 was closed on 2026-11-23"),
        (1, "share brief close 1 --why again", "brief 1 was closed on 2026-11-23"),
    ]);
    program.brief("open");
    program.refuses(&[
        (2, "share brief edit 2 --title ", "--title is empty"),
        (2, "share brief edit 2 --url ://", "--url ://: not an address"),
        (2, "share brief edit 2 --embargo 2026-12-01", "open news is for anyone"),
        (1, "share brief edit 2 --file no.md", "there is no file no.md; give its whole path"),
    ]);
}

#[test]
fn a_link_is_drawn_for_slides() {
    let program = Program::new();
    program.done("share link 1 kettle.example/new --qr slide.png --qr slide.svg");
    assert!(std::fs::read(program.path("slide.png")).unwrap().starts_with(b"\x89PNG\r\n"));
    assert!(
        program.read("slide.svg").contains("<title>https://kettle.example/new?utm_source=community&amp;")
    );
    program.refuses(&[
        (2, "share link 1 kettle.example/new --qr slide.gif", "a QR code is drawn as .svg or .png"),
        (2, "share link 1 --qr slide.png", "--qr draws one link"),
        (2, "share link 1 kettle.example/new --medium vidoe", "did you mean video?"),
    ]);
}

#[test]
fn feedback_goes_through_to_what_became_of_it() {
    let program = Program::new();
    program.brief("feedback");
    program.done("share send 1 --to advocates -o m --answer-by 2026-12-10");
    let asks = program.json("share ask list --brief 1");
    assert_eq!(asks.len(), 3);
    assert_eq!(
        (&asks[0]["kind"], &asks[0]["due"], &asks[0]["state"]),
        (&"feedback".into(), &"2026-12-10".into(), &"asked".into())
    );
    // One request is one ask, not two.
    assert_eq!(program.json("share balance")[0]["asked"], 1);
    assert!(program.fails(1, "share ask outcome --brief 1 x").contains("no ask of brief 1 is at this point"));
    program.done("share ask answer 1 yes --text longer");
    program.done("share ask answer 3 yes");
    program.done("share ask outcome --brief 1 renamed");
    program.done("share ask told --brief 1 --as-of 2026-11-24");
    let states: Vec<_> = program
        .json("share ask list --brief 1 --as-of 2026-11-24")
        .iter()
        .map(|ask| ask["state"].clone())
        .collect();
    assert_eq!(states, ["told", "asked", "told"]);
    let said = program.run("share ask list --as-of 2026-11-24");
    assert!(said.talk.contains("3 of 3 asks up to 2026-11-24: 1 asked, 2 told."), "{}", said.talk);
    program.refuses(&[
        (2, "share ask told 1 --brief 1", "both ask 1 and --brief 1 were given"),
        (2, "share ask told one", "'one' is no ask's number"),
        (2, "share ask answer 2", "add yes, no or later"),
        (2, "share ask outcome 1", "TEXT, such as"),
    ]);
}

#[test]
fn the_ledger_is_narrowed() {
    let program = Program::new();
    program.done("share ask 1 Speak? --kind talk --due 2026-11-25 --who Mara");
    program.done("share ask 2 Write? --kind post --who Ben");
    program.done("share need 1 Microphone --owner Mara --due 2026-11-30");
    program.done("share need 2 Desk");
    let count = |line: &str| program.json(line).len();
    assert_eq!(count("share ask list --asked-by mara"), 1);
    assert_eq!(count("share ask list --state overdue --as-of 2026-11-26"), 1);
    assert_eq!(count("share ask list --who platform:youtube"), 1);
    assert_eq!(count("share need list --owner mara --open"), 1);
    program.done("share code 1");
    program.done("share link 2 kettle.example/new");
    assert_eq!((count("share code --who tag:berlin"), count("share link --who tag:berlin")), (0, 1));
    assert!(program.run("share code --who tag:berlin").talk.contains("Nobody who fits that has a code"));
    assert!(
        program.run("share link --who platform:youtube").talk.contains("Nobody who fits that has a link")
    );
    assert_eq!(count("share balance --verdict never-asked"), 1);
    assert_eq!(program.json("share need list --as-of 2026-12-01 --owner mara")[0]["state"], "overdue");
    assert!(program.done("share calendar").contains("SUMMARY:Ana López: promised"));
    assert!(program.run("share ask list --asked-by Zoe").talk.contains("No ask fits that"));
    assert!(program.run("share need list --owner Zoe").talk.contains("No need fits that"));
    assert!(program.run("share balance --verdict over-asked").talk.contains("Nobody who joined fits that"));
    program.refuses(&[
        (2, "share ask list --state done", "--state done: there is none; they are asked, overdue"),
        (2, "share balance --verdict rich", "--verdict rich: there is none; they are owed an answer"),
        (2, "share need 1 x --due 2026-11-22", "--due 2026-11-22: not a day to come"),
        (2, "share need done 1", "TEXT, such as: share need done"),
        (2, "share need done 1 ", "the text is empty"),
    ]);
}
