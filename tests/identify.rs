//! Step 1 from outside: ranking, explaining, weighing, shortlisting, inviting, answering.
#![allow(clippy::disallowed_types, reason = "tests put rows where an import would")]

use crate::harness;
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// 2026-06-30, the day of the harness, as days since 1970.
pub const TODAY: i64 = 20_634;

/// A program, asked in short.
pub struct Program(harness::Program);

/// What a command said.
pub struct Said {
    pub out: String,
    pub talk: String,
    pub code: i32,
}

impl Said {
    /// Fails unless the command ended with this code and its talk has these words.
    #[track_caller]
    pub fn fails(&self, code: i32, words: &str) {
        assert_eq!(self.code, code, "{}", self.talk);
        assert!(self.talk.contains(words), "{}", self.talk);
    }
}

impl Program {
    pub fn new() -> Self {
        Self(harness::Program::new())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn run(&self, args: &[&str]) -> Said {
        let run = self.0.run(args);
        Said { out: run.out, talk: run.err, code: run.code }
    }

    #[track_caller]
    pub fn ok(&self, args: &[&str]) -> Said {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {}", said.talk);
        said
    }

    pub fn sql(&self, sql: &str) {
        let store = Connection::open(self.path("groundswell.db")).expect("opens");
        store.execute_batch(sql).expect(sql);
    }

    fn count(&self, sql: &str) -> i64 {
        let store = Connection::open(self.path("groundswell.db")).expect("opens");
        store.query_row(sql, [], |row| row.get(0)).expect(sql)
    }

    /// Six members (1 Ana, 2 Ben, 3 Cho, 4 Dee, 5 王小明, 6 Fay) and one of the staff (7).
    pub fn people() -> Self {
        let program = Self::new();
        for (name, email, more) in [
            ("Ana", "ana@example.com", &["--joined", "2024-06-30", "--handle", "forum:ana"][..]),
            ("Ben", "ben@example.com", &["--joined", "2025-06-30", "--handle", "forum:ben"]),
            ("Cho", "cho@example.com", &["--handle", "forum:cho"]),
            ("Dee", "dee@example.com", &["--handle", "forum:dee"]),
            ("王小明", "wang@example.com", &["--language", "zh-CN", "--handle", "forum:wang"]),
            ("Fay", "fay@example.com", &[]),
            ("Sam", "sam@example.com", &["--staff", "--handle", "forum:sam"]),
        ] {
            let mut args = vec!["member", "add", "--name", name, "--email", email];
            args.extend(more);
            program.ok(&args);
        }
        program.sql(&format!(
            "INSERT INTO activities (member, platform, kind, at, day) VALUES
               (1, 'forum', 'solution', 0, {TODAY}), (1, 'forum', 'solution', 0, {TODAY} - 90),
               (1, 'forum', 'like', 0, {TODAY} - 60), (2, 'forum', 'post', 0, {TODAY}),
               (3, 'forum', 'like', 0, {TODAY}), (7, 'forum', 'post', 0, {TODAY}),
               (4, 'forum', 'post', 0, {TODAY} + 1);
             INSERT INTO responses (member, kind, score, low, high, at, day) VALUES
               (1, 'nps', 9, 0, 10, 0, {TODAY} - 1), (1, 'nps', 0, 0, 10, 0, {TODAY} - 30),
               (1, 'csat', 4, 1, 5, 0, {TODAY} - 2), (2, 'nps', 3, 0, 10, 0, {TODAY} - 180),
               (3, 'nps', 8, 0, 10, 0, {TODAY} - 366), (4, 'nps', 7, 0, 10, NULL, NULL);
             INSERT INTO facts (member, field, day, value) VALUES
               (1, 'value', {TODAY}, '120000'), (1, 'currency', {TODAY}, 'EUR');"
        ));
        program
    }
}

fn rows(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_ranking_has_its_columns_and_leaves_what_is_unknown_empty() {
    let program = Program::people();
    let said = program.ok(&["identify", "rank", "--format", "csv"]);
    expect_test::expect![[r"
        rank,member,name,email,stage,score,coverage,engagement,sentiment,loyalty,usage,flag
        1,1,Ana,ana@example.com,member,74.0,0.38,90.0,,,,
        2,2,Ben,ben@example.com,member,62.0,0.38,70.0,,,,talk first
        3,3,Cho,cho@example.com,member,50.0,0.38,50.0,,,,
        4,6,Fay,fay@example.com,member,50.0,0.00,,,,,
        5,4,Dee,dee@example.com,member,32.0,0.38,20.0,,,,
        6,5,王小明,wang@example.com,member,32.0,0.38,20.0,,,,
    "]]
    .assert_eq(&said.out);
    assert!(
        said.talk.contains("Compared among 6 people, as of 2026-06-30. Weights version 1"),
        "{}",
        said.talk
    );
    assert!(said.talk.contains("sentiment is left out: seen in 2 people, 5 needed."), "{}", said.talk);
    assert_eq!(program.ok(&["identify", "rank", "--top", "2", "--format", "ids"]).out, "1\n2\n");
}

#[test]
fn the_past_is_ranked_as_it_was() {
    let program = Program::people();
    let before = program.ok(&["identify", "rank", "--as-of", "2026-06-29", "--format", "csv"]).out;
    // Members were written down on the 30th: of the day before only those stand there of whom something is dated.
    let ids: Vec<String> = rows(&before).into_iter().skip(1).map(|row| row[1].clone()).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    program.sql(&format!(
        "INSERT INTO activities (member, platform, kind, at, day) VALUES (5, 'forum', 'post', 0, {TODAY} + 2)"
    ));
    assert_eq!(program.ok(&["identify", "rank", "--as-of", "2026-06-29", "--format", "csv"]).out, before);
}

#[test]
fn the_explanation_adds_up_to_the_score() {
    let program = Program::people();
    let said = program.ok(&["identify", "explain", "Ana", "--format", "csv"]);
    expect_test::expect![[r#"
        signal,seen,rows,percentile,weight,contribution
        engagement,"2 contributions and 1 other act, last on 2026-06-30; decayed sum 5.0",3,90.0,3.00,24.0
        sentiment,"NPS 9 on 2026-06-29, CSAT 4 of 5 on 2026-06-28 (left out: seen in too few)",2,,2.00,0.0
        loyalty,"customer or member for 2.0 years, since 2024-06-30; value 1,200.00 EUR (left out: seen in too few)",2,,1.00,0.0
        usage,not observed,0,,2.00,0.0
    "#]]
    .assert_eq(&said.out);
    assert!(said.talk.contains("Ana: rank 1 of 6"), "{}", said.talk);
    let score: f64 =
        rows(&program.ok(&["identify", "rank", "--format", "csv"]).out)[1][5].parse().expect("a score");
    let parts: Vec<f64> = rows(&said.out)[1..].iter().map(|row| row[5].parse().expect("points")).collect();
    assert!((50.0 + parts.iter().sum::<f64>() - score).abs() < 1e-9);
    program
        .run(&["identify", "explain", "Sam"])
        .fails(1, "Sam is not ranked: they are staff, and in no figure");
    program
        .run(&["identify", "explain", "6", "--as-of", "2026-01-01"])
        .fails(1, "Fay is not ranked: nothing is known of them up to 2026-01-01");
}

/// `status` says what is there, and counts heavy tables only where that is done at once.
#[test]
fn status_names_the_signals_and_counts_no_heavy_table() {
    let program = Program::people();
    let said = program.ok(&["status", "--format", "csv"]).out;
    assert!(said.contains("0 advocates of 30 wanted; signals: activity, answers, tenure or value"), "{said}");
    assert!(said.contains("no use imported"), "{said}");
    assert!(said.contains("0 contributions in 28 days, 0 before"), "{said}");
    let past = program.ok(&["status", "--format", "csv", "--as-of", "2020-01-01"]).out;
    assert!(past.contains("signals: none"), "{past}");
    program.sql(&format!(
        "INSERT INTO activities (member, platform, kind, at, day)
           WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)
           SELECT 1, 'forum', 'post', 0, {TODAY} FROM n;
         INSERT INTO links (id, member, address, url, day) VALUES (1, 1, 'a.example/1', 'https://a.example/1', 0);
         INSERT INTO clicks (link, at, day, clicks)
           WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)
           SELECT 1, 0, {TODAY}, 1 FROM n;"
    ));
    let many = program.ok(&["status", "--format", "csv"]);
    assert!(many.out.contains("contributions: too many to count here"), "{}", many.out);
    assert!(
        many.out.contains("clicks: too many to count here; 0 orders and won deals (0 before) in 28 days"),
        "{}",
        many.out
    );
    assert!(!many.out.contains("wait for a reaction"), "{}", many.out);
    let screen = program.ok(&["status"]).talk;
    assert!(screen.contains("6 members, 1 staff and bots in no figure;"), "{screen}");
    assert!(screen.contains("What is due with people: groundswell member due"), "{screen}");
    program.sql(
        "INSERT INTO conversions (kind, number, at, day, state, currency)
           WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)
           SELECT 'order', i, 0, 0, 'paid', 'EUR' FROM n;",
    );
    let more = program.ok(&["status", "--format", "csv"]).out;
    assert!(more.contains("clicks, orders and won deals: too many to count here"), "{more}");
    program.sql("DELETE FROM clicks;");
    let fewer = program.ok(&["status", "--format", "csv"]).out;
    assert!(
        fewer.contains("0 clicks (0 before) in 28 days; orders and won deals: too many to count here"),
        "{fewer}"
    );
}

#[test]
fn a_merged_member_is_one_person() {
    let program = Program::people();
    program.ok(&["member", "merge", "1", "2", "--yes"]);
    let ranked = rows(&program.ok(&["identify", "rank", "--format", "csv"]).out);
    assert!(ranked.iter().all(|row| row[1] != "2"));
    let seen = program.ok(&["identify", "explain", "1", "--format", "csv"]).out;
    assert!(seen.contains("3 contributions and 1 other act"), "{seen}");
}

#[test]
fn weights_are_dated_versions() {
    let program = Program::people();
    program.ok(&[
        "identify",
        "weights",
        "--set",
        "usage=0,sentiment=4",
        "--why",
        "trial",
        "--as-of",
        "2026-07-08",
    ]);
    let said = program.ok(&["identify", "weights", "--format", "csv"]);
    expect_test::expect![[r"
        version,day,engagement,sentiment,loyalty,usage,why
        1,2026-06-30,3.00,2.00,1.00,2.00,preset saas
        2,2026-07-08,3.00,4.00,1.00,0.00,trial
    "]]
    .assert_eq(&said.out);
    assert!(said.talk.contains("Version 1 holds on 2026-06-30."));
    assert!(program.ok(&["identify", "rank", "--as-of", "2026-07-09"]).talk.contains("Weights version 2"));
    assert!(program.ok(&["identify", "weights", "--set", "usage=2"]).talk.contains("so already"));
    program.run(&["identify", "weights", "--set", "charm=2"]).fails(2, "there is no signal 'charm'");
    program
        .run(&["identify", "weights", "--set", "usage=-1"])
        .fails(2, "a weight is a number from 0 to 1000");
    for weight in ["engagement=1e308", "engagement=1001", "engagement=inf", "engagement=NaN"] {
        program
            .run(&["identify", "weights", "--set", weight])
            .fails(2, "a weight is a number from 0 to 1000");
    }
    program.run(&["identify", "weights", "--set", "usage"]).fails(2, "write it as SIGNAL=WEIGHT");
    program
        .run(&["identify", "weights", "--set", "engagement=0,sentiment=0,loyalty=0,usage=0"])
        .fails(2, "one signal at least needs a weight above 0");
    program.sql("DELETE FROM weights; DELETE FROM weight_versions;");
    program.run(&["identify", "rank"]).fails(1, "there are no weights");
}

#[test]
fn what_if_changes_nothing() {
    let program = Program::people();
    program.sql(&format!(
        "INSERT INTO responses (member, kind, score, low, high, at, day)
         SELECT id, 'csat', 5, 1, 5, 0, {TODAY} FROM members WHERE id IN (3, 4, 5)"
    ));
    let before = program.ok(&["identify", "rank", "--format", "csv"]).out;
    let said = program.ok(&["identify", "what-if", "--set", "engagement=0", "--format", "csv"]);
    let moved = rows(&said.out);
    assert_eq!(moved[0], ["member", "name", "score_now", "score_then", "rank_now", "rank_then"]);
    assert!(moved.len() > 1 && moved[1..].iter().all(|row| row[4] != row[5]), "{moved:?}");
    assert_eq!(program.ok(&["identify", "rank", "--format", "csv"]).out, before);
    let none = program.ok(&["identify", "what-if", "--set", "engagement=3"]);
    assert!(none.talk.contains("Nobody in the best 20 would move."), "{}", none.talk);
    program.run(&["identify", "what-if"]).fails(2, "--set SIGNAL=W");
}

#[test]
fn the_shortlist_moves_members_and_leaves_the_rest() {
    let program = Program::people();
    program.ok(&["identify", "shortlist", "--top", "2"]);
    let again = program.ok(&["identify", "shortlist", "Ana", "4", "Sam"]);
    assert!(again.talk.contains("Left as they are: Ana (1), candidate already"), "{}", again.talk);
    assert!(again.talk.contains("Left as they are: Sam (7), staff already"), "{}", again.talk);
    assert!(again.talk.contains("1 new on the shortlist, 2 left"), "{}", again.talk);
    assert_eq!(program.ok(&["identify", "rank", "--stage", "candidate", "--format", "ids"]).out, "1\n2\n4\n");
    program.run(&["identify", "shortlist"]).fails(2, "whom?");
    program.run(&["identify", "rank", "--stage", "boss"]).fails(2, "no stage is called 'boss'");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file")
}

#[test]
fn letters_are_written_once() {
    let program = Program::people();
    let invite = ["identify", "invite", "--kickoff", "2026-07-17 17:00", "-o", "letters"];
    program.run(&invite).fails(1, "nobody is on the shortlist");
    program.ok(&["identify", "shortlist", "1", "5"]);
    let said = program.ok(&invite);
    assert!(said.out.contains("王小明-5.md"), "{}", said.out);
    expect_test::expect![[r#"
        member,name,email,language,subject,file
        1,Ana,ana@example.com,en,"Ana, an invitation to Circle",ana-1.md
        5,王小明,wang@example.com,zh,王小明，诚邀您加入Circle,王小明-5.md
    "#]]
    .assert_eq(&read(&program.path("letters/letters.csv")));
    let letter = read(&program.path("letters/ana-1.md"));
    assert!(
        letter.contains("- 2 answers of yours solved someone else's problem.\n- You told us"),
        "{letter}"
    );
    let mail = read(&program.path("letters/王小明-5.eml"));
    assert!(
        mail.is_ascii() && mail.starts_with("To: =?UTF-8?B?546L5bCP5piO?= <wang@example.com>\r\n"),
        "{mail}"
    );
    let calendar = read(&program.path("letters/kickoff.ics"));
    assert!(calendar.contains("\r\nDTSTART:20260717T170000Z\r\nDTEND:20260717T180000Z\r\n"), "{calendar}");
    let again = program.ok(&invite.iter().copied().chain(["1"]).collect::<Vec<_>>());
    assert!(again.talk.contains("Not invited: Ana (1), invited on 2026-06-30"), "{}", again.talk);
    program.ok(&invite.iter().copied().chain(["1", "--again"]).collect::<Vec<_>>());
    assert_eq!(program.count("SELECT count(*) FROM invitations WHERE member = 1"), 2);
    assert_eq!(program.count("SELECT count(*) FROM stages WHERE member = 1 AND stage = 'invited'"), 1);
}

#[test]
fn some_are_not_written_to() {
    let program = Program::people();
    program.ok(&["member", "consent", "2", "--for", "contact", "no", "--source", "mail"]);
    program.ok(&["identify", "shortlist", "3"]);
    program.ok(&["identify", "answer", "3", "no"]);
    program.ok(&["identify", "answer", "4", "yes"]);
    let args =
        ["identify", "invite", "2", "3", "4", "Sam", "--kickoff", "2026-07-17", "-o", "letters", "--again"];
    let said = program.ok(&args);
    for words in [
        "Not invited: Ben (2), asked not to be contacted",
        "Not invited: Cho (3), said no, and was promised not to be asked again",
        "Not invited: Dee (4), active already",
        "Not invited: Sam (7), staff, and in no figure",
        "Nobody is left to invite",
    ] {
        assert!(said.talk.contains(words), "{words}: {}", said.talk);
    }
    assert!(!program.path("letters").exists());
}

#[test]
fn an_invitation_needs_what_it_says() {
    let program = Program::people();
    let run = |more: &[&str]| {
        let mut args = vec!["identify", "invite", "1"];
        args.extend(more);
        program.run(&args)
    };
    run(&["-o", "l"]).fails(2, "--kickoff TIME");
    run(&["--kickoff", "2026-07-17"]).fails(2, "-o DIR");
    run(&["--kickoff", "soon", "-o", "l"]).fails(2, "--kickoff soon: not a time");
    run(&["--kickoff", "2026-01-10", "-o", "l"]).fails(2, "that is over already");
    let with = |more: &[&str]| run(&[&["--kickoff", "2026-07-17", "-o", "l"][..], more].concat());
    with(&["--contact", "me"]).fails(2, "--contact me: not an e-mail address");
    with(&["--from", "me"]).fails(2, "--from me: not an e-mail address");
    with(&["--answer-by", "soon"]).fails(2, "--answer-by soon: not a day");
    assert_eq!(program.count("SELECT count(*) FROM invitations"), 0);
}

#[test]
fn answers_move_people() {
    let program = Program::people();
    let said = program.ok(&["identify", "invite", "1", "2", "3", "--kickoff", "2026-07-17", "-o", "letters"]);
    assert!(said.talk.contains("Talk first to Ben (2), who would not recommend us."), "{}", said.talk);
    program.ok(&["identify", "answer", "1", "yes"]);
    program.ok(&["identify", "answer", "2", "不参加"]);
    program.ok(&["identify", "answer", "3", "maybe"]);
    assert!(program.ok(&["identify", "answer", "4", "yes"]).talk.contains("No invitation is on file"));
    let stages = program.ok(&["member", "list", "--format", "csv"]).out;
    let stages: Vec<String> = rows(&stages).into_iter().skip(1).map(|row| row[3].clone()).collect();
    assert_eq!(stages, ["active", "declined", "interested", "active", "member", "member"]);
    assert_eq!(
        program.count("SELECT count(*) FROM invitations WHERE answer = 'yes' AND answered_day = 20634"),
        1
    );
    assert_eq!(program.ok(&["identify", "rank", "--format", "ids"]).out, "3\n6\n5\n");
    assert!(program.ok(&["identify", "rank", "--all", "--format", "ids"]).out.starts_with("1\n2\n"));
    program.run(&["identify", "answer", "1", "perhaps"]).fails(2, "say yes, no or maybe");
    program.run(&["identify", "answer", "1", "no"]).fails(2, "is active and cannot become declined");
    program.run(&["identify", "answer", "Sam", "yes"]).fails(1, "Sam is staff, and cannot join");
    program.run(&["identify", "answer", "5"]).fails(2, "yes, no or maybe");
}

#[test]
fn a_day_before_any_version_has_the_first_made_weights() {
    let program = Program::new();
    program.ok(&["identify", "weights", "--set", "usage=9", "--as-of", "2026-03-01"]);
    let on = |day: &str| program.ok(&["identify", "weights", "--as-of", day]).talk;
    assert!(on("2026-02-28").contains("Version 1 holds on 2026-02-28"), "{}", on("2026-02-28"));
    assert!(on("2026-03-01").contains("Version 2 holds on 2026-03-01"));
}

#[test]
fn what_was_learnt_later_names_people_on_earlier_days() {
    let program = Program::new();
    program.ok(&[
        "member",
        "add",
        "--name",
        "Ana Lindqvist",
        "--email",
        "ana@example.com",
        "--joined",
        "2024-02-01",
        "--company",
        "Lantern",
    ]);
    program.ok(&["member", "add", "--name", "Bo", "--email", "bo@example.com", "--joined", "2026-05-01"]);
    let rank = |day: &str| program.ok(&["identify", "rank", "--as-of", day, "--format", "json"]).out;
    let april = rank("2026-04-01");
    assert!(april.contains("Ana Lindqvist"), "{april}");
    let said =
        program.ok(&["identify", "explain", "ana lindqvist", "--as-of", "2026-04-01", "--format", "csv"]);
    let loyalty = said.out.lines().find(|line| line.starts_with("loyalty")).expect("a loyalty line");
    assert!(loyalty.contains("2024") || loyalty.contains("years"), "{loyalty}");
    program
        .run(&["identify", "explain", "Bo", "--as-of", "2026-04-01"])
        .fails(1, "Bo is not ranked: nothing is known of them up to 2026-04-01");
}

/// Sixty people: the i-th made i posts before a day half a year ago, and eleven of them three more after it.
fn half_a_year(program: &Program) {
    let then = TODAY - 180;
    program.sql(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
         INSERT INTO members (id, person, day) SELECT i, i, {then} - 400 FROM n;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
         INSERT INTO activities (member, platform, kind, at, day)
         SELECT p.i, 'x', 'post', ({then} - 10) * 86400, {then} - 10 FROM n p JOIN n k ON k.i <= p.i;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
         INSERT INTO activities (member, platform, kind, at, day)
         SELECT p.i, 'x', 'post', ({then} + 10) * 86400, {then} + 10
         FROM n p JOIN n k ON k.i <= 3 WHERE p.i > 50 OR p.i = 5;"
    ));
}

#[test]
fn a_past_ranking_is_held_against_what_came() {
    let program = Program::new();
    half_a_year(&program);
    let said = program.ok(&["identify", "evaluate", "--top", "10", "--format", "csv"]);
    let rows = rows(&said.out);
    let row = |figure: &str| rows.iter().find(|row| row[0] == figure).expect(figure).clone();
    assert_eq!(row("everyone")[1..6], ["18.3", "10.6", "29.9", "%", "60"]);
    assert_eq!(row("best 10")[1..6], ["100.0", "72.2", "100.0", "%", "10"]);
    assert_eq!(row("lift")[1], "5.45");
    // Ten stand above all 49 who did not; the fifth from below stands above 4 of them: 494/539.
    assert_eq!(row("auc")[1], "0.917");
    assert_eq!(rows.iter().filter(|row| row[0].starts_with("score")).count(), 5);
    assert!(said.talk.contains("Nobody was invited by lot"), "{}", said.talk);
    program.run(&["identify", "evaluate", "--on", "2026-06-01"]).fails(2, "--within");
}

#[test]
fn the_invited_by_lot_are_counted_beside_the_chosen() {
    let program = Program::new();
    half_a_year(&program);
    program.sql(&format!(
        "INSERT INTO invitations (member, at, day, drawn) VALUES
           (60, 0, {0}, 0), (30, 0, {0}, 0), (5, 0, {0}, 1), (6, 0, {0}, 1), (7, 0, {0}, 1)",
        TODAY - 170
    ));
    let said = program.ok(&["identify", "evaluate", "--format", "csv"]);
    let rows = rows(&said.out);
    let words = |figure: &str| rows.iter().find(|row| row[0] == figure).expect(figure)[6].clone();
    assert_eq!(words("invited by choice"), "1 of 2 invited in these days did it");
    assert_eq!(words("invited by lot"), "1 of 3 invited in these days did it");
    assert!(!said.talk.contains("Nobody was invited by lot"), "{}", said.talk);
}

#[test]
fn learning_says_how_many_it_takes() {
    let program = Program::new();
    half_a_year(&program);
    let said = program.ok(&["identify", "learn", "--format", "csv"]);
    assert_eq!(rows(&said.out)[1], ["engagement", "3.00", ""]);
    assert!(
        said.talk.contains("Too early to learn: 11 did and 49 did not, 20 of each needed"),
        "{}",
        said.talk
    );
}

#[test]
fn how_many_to_invite_is_reckoned_from_the_goal() {
    let program = Program::new();
    half_a_year(&program);
    let figures = |args: &[&str]| {
        let said = program.ok(&[&["identify", "size", "--format", "csv"], args].concat());
        rows(&said.out)
    };
    let of = |rows: &[Vec<String>], figure: &str| {
        rows.iter().find(|row| row[0] == figure).expect(figure)[1..4].to_vec()
    };
    let rows = figures(&["--goal", "12"]);
    assert_eq!(of(&rows, "makers"), ["60", "60", "60"]);
    // 12/.6, 12/.8 and 12/.4 join; of those asked .3, .5 and .15 say yes.
    assert_eq!(of(&rows, "still to join"), ["20", "15", "30"]);
    assert_eq!(of(&rows, "to invite"), ["67", "30", "200"]);
    assert_eq!(of(&rows, "to begin with"), ["67", "67", "67"]);
    // Thirty have answered, fifteen of them yes: now our own share counts.
    program.sql(&format!(
        "INSERT INTO invitations (member, at, day, answer, answered_day)
         SELECT id, 0, {0}, CASE WHEN id <= 15 THEN 'yes' ELSE 'no' END, {0} FROM members WHERE id <= 30",
        TODAY - 30
    ));
    assert_eq!(of(&figures(&["--goal", "12"]), "of those asked, say yes"), ["50", "33", "67"]);
}

#[test]
fn some_of_the_best_make_room_for_the_lot() {
    let program = Program::new();
    half_a_year(&program);
    let said = program.ok(&["identify", "shortlist", "--top", "20"]);
    assert!(said.talk.contains("20 new on the shortlist (2 by lot)"), "{}", said.talk);
    assert_eq!(said.talk.matches(", drawn by lot").count(), 2);
    // The best 18 are there whatever the lot says.
    let best = "SELECT count(*) FROM stages WHERE stage = 'candidate' AND member > 42";
    assert!(program.count(best) >= 18);
    program.ok(&["identify", "invite", "--kickoff", "2026-07-08 17:00", "-o", "letters"]);
    assert_eq!(program.count("SELECT count(*) FROM invitations WHERE drawn = 1"), 2);
    assert_eq!(program.count("SELECT count(*) FROM invitations WHERE drawn = 0"), 18);
    let said = program.ok(&["identify", "shortlist", "--top", "10", "--by-lot", "0"]);
    assert!(!said.talk.contains("lot"), "{}", said.talk);
    program.run(&["identify", "shortlist", "1", "--by-lot", "5"]).fails(2, "cannot be used with");
    program.run(&["identify", "shortlist", "--by-lot", "5"]).fails(2, "--top");
}

#[test]
fn whoever_did_not_answer_is_reminded_once() {
    let program = Program::people();
    program.ok(&["identify", "shortlist", "Ana", "Ben", "王小明", "Fay"]);
    program.ok(&["identify", "invite", "--kickoff", "2026-07-30 17:00", "-o", "letters"]);
    let remind = ["identify", "remind", "--sender", "Mia", "--contact", "mia@example.com", "-o", "letters"];
    assert!(program.ok(&remind).talk.contains("Nobody was invited 14 days ago or earlier"));
    program.ok(&["identify", "answer", "Ben", "no"]);
    program.ok(&["member", "consent", "Fay", "--for", "contact", "no", "--source", "mail"]);
    program.sql("UPDATE invitations SET day = day - 14");
    let said = program.ok(&remind);
    assert!(said.talk.contains("Not reminded: Fay (6), asked not to be contacted"), "{}", said.talk);
    assert!(said.talk.contains("Wrote 2 reminders"), "{}", said.talk);
    let letter = read(&program.path("letters/王小明-5-reminder.md"));
    assert!(letter.contains("还为您留着位置"), "{letter}");
    assert!(read(&program.path("letters/ana-1-reminder.md")).contains("2026-07-30 17:00 (UTC)"));
    assert!(program.ok(&remind).talk.contains("nothing was written"));
    // A kickoff that is over needs the next one.
    program.sql("UPDATE invitations SET reminded_day = NULL, kickoff_at = 0 WHERE member = 1");
    assert!(program.ok(&remind).talk.contains("their kickoff is over"));
    program.ok(&[&remind[..], &["--kickoff", "2026-08-30 17:00"]].concat());
    assert!(read(&program.path("letters/ana-1-reminder.md")).contains("2026-08-30 17:00"));
}
