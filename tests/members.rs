//! Keeping people in order, and what the program says when it cannot.

use crate::harness::Program;

fn two() -> Program {
    let program = Program::new();
    program
        .run(&[
            "member",
            "add",
            "--name",
            "Ana Lindqvist",
            "--email",
            "Ana@Example.com",
            "--handle",
            "@ana",
            "-q",
        ])
        .code(2);
    program
        .run(&[
            "member",
            "add",
            "--name",
            "Ana Lindqvist",
            "--email",
            "Ana@Example.com",
            "--handle",
            "x:@ana",
            "-q",
        ])
        .code(0);
    program
        .run(&["member", "add", "--name", "王小明", "--email", "wang@example.com", "--tag", "beta", "-q"])
        .code(0);
    program
}

#[test]
fn a_member_is_found_by_every_name() {
    let program = two();
    for who in [
        "1",
        "#1",
        "ana@example.com",
        " ANA@EXAMPLE.COM ",
        "x:ana",
        "twitter:@Ana",
        "ana lindqvist",
        "@ana",
        "ａｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    ] {
        let run = program.run(&["member", "show", who, "--format", "ids"]).code(0);
        assert_eq!(run.out, "1\n", "{who}");
    }
    let run = program.run(&["member", "show", "Anna Lindquist"]).code(1);
    assert!(run.err.contains("1 (Ana Lindqvist)"), "{}", run.err);
    let run = program.run(&["member", "show", "王晓明"]).code(1);
    assert!(run.err.contains("2 (王小明)"), "{}", run.err);
    program.run(&["member", "add", "--name", "Ana Lindqvist", "-q"]).code(0);
    let run = program.run(&["member", "show", "Ana Lindqvist"]).code(1);
    assert!(run.err.contains("fits 2 members"), "{}", run.err);
}

#[test]
fn lists_align_and_keep_their_keys() {
    let program = two();
    let list = program.run(&["member", "list"]).code(0);
    expect_test::expect![[r"
        member  name           email             stage   persona  handle  company  country  joined  tags
        1       Ana Lindqvist  Ana@Example.com   member  –        x:@ana  –        –        –       –
        2       王小明         wang@example.com  member  –        –       –        –        –       beta
    "]]
    .assert_eq(&list.out);
    let csv = program.run(&["member", "list", "--tag", "beta", "--format", "csv"]).code(0);
    assert_eq!(csv.out.lines().count(), 2, "{}", csv.out);
    let json = program.run(&["member", "list", "--format", "json"]).code(0).json();
    assert_eq!(json[1]["name"], "王小明");
    assert_eq!(json[1]["member"], 2);
    assert_eq!(program.run(&["member", "list", "--format", "ids"]).out, "1\n2\n");
    let plain = program.run(&["member", "list", "--plain"]).code(0);
    assert!(plain.out.starts_with("member: 1\nname: Ana Lindqvist\n"), "{}", plain.out);
    let md = program.run(&["member", "list", "--format", "md", "-o", "list.md"]).code(0);
    assert!(md.out.is_empty() && program.path().join("list.md").exists());
}

#[test]
fn an_edit_is_dated_and_logged() {
    let program = two();
    program.run(&["member", "edit", "1", "--company", "Acme", "--as-of", "2026-05-01"]).code(0);
    program.run(&["member", "edit", "1", "--company", "Bolt", "--as-of", "2026-06-01"]).code(0);
    let shown = |day: &str| program.run(&["member", "show", "1", "--as-of", day]).out;
    assert!(shown("2026-05-15").contains("Acme"));
    assert!(shown("2026-06-15").contains("Bolt"));
    assert!(!shown("2026-04-01").contains("company"));
    let log = program.run(&["log", "1", "--format", "json"]).code(0).json();
    let last = log.as_array().expect("a list").last().expect("a line").clone();
    assert_eq!((last["before"].as_str(), last["after"].as_str()), (Some("Acme"), Some("Bolt")));
}

#[test]
fn stages_refuse_impossible_jumps() {
    let program = two();
    program.run(&["member", "stage", "1", "active", "--why", "joined the first group"]).code(0);
    let run = program.run(&["member", "stage", "1", "candidate"]).code(2);
    assert!(run.err.contains("on-hold, alumni, removed"), "{}", run.err);
    let run = program.run(&["member", "stage", "1", "boss"]).code(2);
    assert!(run.err.contains("the stages are member, candidate"), "{}", run.err);
    assert_eq!(program.run(&["member", "list", "--stage", "active", "--format", "ids"]).out, "1\n");
}

#[test]
fn merging_and_back_leaves_the_same_program() {
    let program = two();
    let before = program.dump();
    program.run(&["member", "merge", "1", "2"]).code(2);
    program.run(&["member", "merge", "1", "2", "--yes", "--why", "same phone"]).code(0);
    assert_eq!(program.run(&["member", "list", "--format", "ids"]).out, "1\n");
    assert_eq!(program.run(&["member", "show", "wang@example.com", "--format", "ids"]).out, "1\n");
    program.file("a.csv", "email,kind,platform,date\nwang@example.com,post,zhihu,2026-05-01\n");
    program.run(&["import", "a.csv", "--as", "activity"]).code(0);
    program.run(&["member", "unmerge", "1"]).code(0);
    assert_eq!(program.run(&["member", "show", "wang@example.com", "--format", "ids"]).out, "2\n");
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    assert_eq!(program.dump(), before);
    let run = program.run(&["member", "unmerge", "1"]).code(1);
    assert!(run.err.contains("there is no merge 1"), "{}", run.err);
    let run = program.run(&["member", "merge", "1", "1", "--yes"]).code(1);
    assert!(run.err.contains("both member 1"), "{}", run.err);
}

#[test]
fn consents_notes_and_tags() {
    let program = two();
    program.run(&["member", "consent", "1", "yes", "--for", "exclusive", "--source", "kickoff call"]).code(0);
    let list = program.run(&["member", "consent", "1", "--format", "csv"]).code(0);
    assert_eq!(list.out, "purpose,given,day,source,now\nexclusive,yes,2026-06-30,kickoff call,yes\n");
    program.run(&["member", "consent", "1", "perhaps", "--for", "exclusive"]).code(2);
    program.run(&["member", "consent", "1", "yes", "--for", "dinner"]).code(2);
    let run = program.run(&["member", "consent", "1", "yes", "--for", "named"]).code(2);
    assert!(run.err.contains("--source"), "{}", run.err);
    program.run(&["member", "note", "1", "prefers mornings"]).code(0);
    program.run(&["member", "tag", "1", "speaker", "beta"]).code(0);
    program.run(&["member", "tag", "1", "beta", "--remove"]).code(0);
    let shown = program.run(&["member", "show", "1"]).out;
    assert!(
        shown.contains("prefers mornings") && shown.contains("speaker") && !shown.contains("beta"),
        "{shown}"
    );
    program.run(&["member", "tag", "1", "a,b"]).code(2);
}

#[test]
fn text_is_data() {
    let program = Program::new();
    program.run(&["member", "add", "--name", "=cmd|' /C calc'!A0\u{1b}[31m\u{202e}", "-q"]).code(0);
    let csv = program.run(&["member", "list", "--format", "csv"]).code(0);
    assert!(csv.out.contains("'=cmd"), "{}", csv.out);
    let table = program.run(&["member", "list"]).code(0);
    assert!(!table.out.contains('\u{1b}') && !table.out.contains('\u{202e}'), "{}", table.out);
}

#[test]
fn what_is_wrong_is_said() {
    let program = two();
    let before = program.dump();
    for (args, code, says) in [
        (vec!["member", "add", "--email", "no address"], 2, "not an e-mail address"),
        (vec!["member", "add", "--email", "ana@example.com"], 1, "member 1 already"),
        (vec!["member", "add", "--handle", "ana"], 2, "platform:handle"),
        (vec!["member", "add", "--handle", "https://ana.example/me"], 2, "paste the address of the profile"),
        (vec!["member", "edit", "1", "--remove-handle", "ana"], 2, "--remove-handle ana"),
        (vec!["member", "add", "--name", "Ben", "--tag", "a,b"], 2, "without commas"),
        (vec!["member", "note", "1", " "], 2, "an empty note"),
        (vec!["member", "note", "1", "--remove", "7"], 1, "has no note 7"),
        (vec!["member", "tag", "1", "--remove"], 2, "TAGS"),
        (vec!["member", "duplicates", "--min", "most"], 2, "low, medium, high"),
        (vec!["member", "distinct", "1"], 2, "name two members"),
        (vec!["member", "distinct", "1", "1"], 1, "both are member 1"),
        (vec!["member", "distinct", "1", "2", "--undo"], 1, "never said to be two people"),
        (vec!["member", "add", "--name", "Ben", "--joined", "soon"], 2, "2026-06-30"),
        (vec!["member", "add"], 2, "--name NAME"),
        (vec!["member", "edit", "1"], 2, "nothing to change"),
        (vec!["member", "edit", "1", "--add-email", "wang@example.com"], 1, "merge 1 2"),
        (vec!["member", "edit", "1", "--remove-email", "x@example.com"], 1, "is not known of"),
        (vec!["member", "edit", "1", "--staff", "maybe"], 2, "yes or no"),
        (vec!["member", "list", "--as-of", "yesterday"], 2, "2026-06-30"),
        (vec!["member", "show", "99"], 1, "no member is '99'"),
        (vec!["member", "shwo", "1"], 2, "show"),
    ] {
        let run = program.run(&args);
        assert_eq!(run.code, code, "{args:?}: {}", run.all());
        assert!(run.err.contains(says), "{args:?} does not say '{says}': {}", run.err);
    }
    assert_eq!(program.dump(), before);
}

#[test]
fn a_consent_is_dated_and_may_be_taken_back() {
    let program = two();
    let consent = |words: &[&str]| {
        let args: Vec<&str> = ["member", "consent"].iter().chain(words).copied().collect();
        program.run(&args)
    };
    consent(&["1", "yes", "--for", "exclusive", "--source", "call", "--as-of", "2026-05-01"]).code(0);
    consent(&["1", "no", "--for", "exclusive", "--source", "mail", "--as-of", "2026-06-01"]).code(0);
    consent(&["2", "yes", "--for", "talk", "--source", "表单"]).code(0);
    expect_test::expect![[r"
        --- stdout
        purpose    given  day         source  now
        exclusive  no     2026-06-01  mail    yes
        exclusive  yes    2026-05-01  call    no
        --- stderr
        Ana Lindqvist, 2026-06-30: now says whether it still holds. Nothing on file is a no for exclusive and named; contact, open, feedback, post, talk, review, reference may be asked.
        --- exit 0
    "]]
    .assert_eq(&consent(&["1"]).all());
    let then = consent(&["1", "--as-of", "2026-05-15", "--format", "csv"]).code(0).out;
    assert_eq!(then, "purpose,given,day,source,now\nexclusive,yes,2026-05-01,call,yes\n");
    let all = consent(&["--format", "csv"]).code(0).out;
    assert_eq!(
        all,
        "member,name,purpose,given,day,source\n1,Ana Lindqvist,exclusive,no,2026-06-01,mail\n2,王小明,talk,yes,2026-06-30,表单\n"
    );
    assert!(consent(&["--for", "talk", "--format", "ids"]).out.starts_with('2'));
    let log = program.run(&["log", "1", "--command", "member consent", "--format", "json"]).code(0).json();
    assert_eq!(log[1]["before"], "yes (2026-05-01, call)");
    assert_eq!(log[1]["after"], "no (2026-06-01, mail)");
    for (words, says) in [
        (vec!["1", "yes", "--for", "named", "--source", " "], "--source is empty"),
        (vec!["1", "yes", "--for", "dinner", "--source", "x"], "there is no such kind"),
        (vec!["1", "--who", "tag=beta"], "both a member and --who"),
    ] {
        let run = consent(&words).code(2);
        assert!(run.err.contains(says), "{words:?}: {}", run.err);
    }
    let none = Program::new().run(&["member", "consent"]).code(0);
    assert!(none.err.contains("member consent MEMBER yes --for KIND"), "{}", none.err);
}

#[test]
fn a_no_to_one_kind_of_ask_is_heard() {
    let program = two();
    program.run(&["member", "consent", "1", "no", "--for", "talk", "--source", "mail", "-q"]).code(0);
    let run = program.run(&["share", "ask", "1", "Would you speak?", "--kind", "talk"]).code(1);
    assert!(run.err.contains("said no to talk on 2026-06-30"), "{}", run.err);
    program.run(&["share", "ask", "1", "Would you write?", "--kind", "post"]).code(0);
}

#[test]
fn what_is_due_is_said_with_its_command() {
    let program = two();
    let none = program.run(&["member", "due"]).code(0);
    assert!(none.err.contains("Nothing is due"), "{}", none.err);
    for (name, handle) in [("Cho", "forum:cho"), ("Dan", "forum:dan"), ("Eve", "forum:eve"), ("Fay", "x:fay")]
    {
        program.run(&["member", "add", "--name", name, "--handle", handle, "-q"]).code(0);
    }
    program.file(
        "acts.csv",
        "handle,platform,kind,date,url\ncho,forum,post,2026-03-01,https://forum.example/1\ndan,forum,post,2026-06-20,https://forum.example/2\n",
    );
    program.run(&["import", "acts.csv", "--as", "activity", "-q"]).code(0);
    let stage = |who: &str, stage: &str, day: &str, more: &[&str]| {
        let mut args = vec!["member", "stage", who, stage, "--as-of", day, "-q"];
        args.extend(more);
        program.run(&args)
    };
    stage("1", "invited", "2026-06-10", &[]).code(0);
    stage("2", "interested", "2026-05-01", &[]).code(0);
    stage("3", "active", "2026-01-05", &[]).code(0);
    stage("4", "active", "2025-06-01", &["--until", "2026-07-15"]).code(0);
    stage("5", "active", "2026-01-05", &[]).code(0);
    stage("5", "on-hold", "2026-03-01", &["--until", "2026-06-25"]).code(0);
    stage("6", "active", "2026-01-05", &[]).code(0);
    expect_test::expect![[r"
        --- stdout
        member  name           stage       since       what                                        why                                                         command
        3       Cho            active      2026-01-05  call them, offer a pause, and write a note  last act on 2026-03-01: 121 days; the limit is 90           groundswell member note 3 TEXT
        2       王小明         interested  2026-05-01  call them: what would make it a yes?        interested for 60 days and has not joined; the limit is 30  groundswell identify answer 2 yes|no|maybe
        4       Dan            active      2025-06-01  ask whether they go on                      the term ends on 2026-07-15                                 groundswell member stage 4 active --until DAY
        1       Ana Lindqvist  invited     2026-06-10  ask once more, then let it be               invited 20 days ago without an answer; the limit is 14      groundswell identify answer 1 yes|no|maybe
        5       Eve            on-hold     2026-03-01  ask whether they come back                  on hold for 121 days; to be asked again on 2026-06-25       groundswell member stage 5 active|alumni
        --- stderr
        5 things due on 2026-06-30, the longest overdue first.
        1 active member is on no platform whose activity was imported: whether they are inactive is unknown.
        Next: groundswell member note 3 TEXT   (call them, offer a pause, and write a note)
        --- exit 0
    "]].assert_eq(&program.run(&["member", "due"]).code(0).all());
    let again = program.run(&["member", "due", "--format", "json"]).code(0);
    assert_eq!(again.out, program.run(&["member", "due", "--format", "json"]).code(0).out);
    going_on(&program);
}

/// A note restarts the clock; a renewed term and a later day are quiet.
fn going_on(program: &Program) {
    let stage = |who: &str, stage: &str, day: &str, more: &[&str]| {
        let mut args = vec!["member", "stage", who, stage, "--as-of", day, "-q"];
        args.extend(more);
        program.run(&args)
    };
    program.run(&["member", "note", "3", "called: busy until autumn", "-q"]).code(0);
    stage("4", "active", "2026-06-30", &["--until", "2027-06-30"]).code(0);
    let left = program.run(&["member", "due", "--format", "ids"]).code(0).out;
    assert_eq!(left, "2\n1\n5\n");
    let before = program.run(&["member", "due", "--as-of", "2026-06-23", "--format", "ids"]).code(0).out;
    assert!(!before.contains('1') && before.contains('2'), "{before}");
    let status = program.run(&["status"]).code(0);
    assert!(
        status.err.contains(
            "3 things are due with people (1 invited, 1 interested, 1 on-hold): groundswell member due"
        ),
        "{}",
        status.err
    );
    // A renewal is no new beginning.
    let since = program.run(&["member", "list", "--who", "since<=2025-06-01", "--format", "ids"]).code(0).out;
    assert_eq!(since, "4\n");
    for (who, to, more, says) in [
        ("1", "interested", "2026-12-01", "only active (the end of the term) and on-hold"),
        ("4", "active", "2026-06-30", "not a day to come"),
        ("4", "active", "soon", "not a day"),
    ] {
        let run = stage(who, to, "2026-06-30", &["--until", more]).code(2);
        assert!(run.err.contains(says), "{}", run.err);
    }
    let same = program.run(&["member", "stage", "4", "active"]).code(0);
    assert!(same.err.contains("is active already; nothing was changed"), "{}", same.err);
    let log = program.run(&["log", "4", "--command", "member stage", "--format", "json"]).code(0).json();
    assert_eq!(log[1]["before"], "active until 2026-07-15");
    assert_eq!(log[1]["after"], "active until 2027-06-30");
}

#[test]
fn what_is_pasted_is_who_was_imported() {
    let program = two();
    program.run(&["member", "edit", "1", "--add-handle", "https://www.reddit.com/user/Ana_L/"]).code(0);
    program.file(
        "forum.csv",
        "handle,platform,kind,date\nhttps://x.com/Ana/,x,post,2026-05-01\nu/Ana_L,reddit,post,2026-05-02\n\
         https://forum.example/u/wxm,forum,post,2026-05-03\n",
    );
    program.run(&["import", "forum.csv", "--as", "activity"]).code(0);
    for (who, id) in [
        ("https://twitter.com/ana/status/7", "1"),
        ("u/ana_l", "1"),
        ("Ana <ana@example.com>", "1"),
        ("mailto:ana@example.com", "1"),
        // The file called the forum by a name of its own.
        ("https://forum.example/u/wxm/summary", "3"),
        ("forum:wxm", "3"),
    ] {
        let run = program.run(&["member", "show", who, "--format", "ids"]).code(0);
        assert_eq!(run.out.trim(), id, "{who}");
    }
    let run = program.run(&["member", "show", "https://x.com/nobody"]).code(1);
    assert!(run.err.contains("no member is 'https://x.com/nobody'"), "{}", run.err);
}

/// Pairs of every kind, and some that must not be.
fn alike() -> Program {
    let program = Program::new();
    for (name, rest) in [
        (
            "王小明",
            &["--email", "wang.xm@gmail.com", "--handle", "zhihu:wangxiaoming", "--company", "茶馆科技"][..],
        ),
        ("王 小明", &["--email", "wangxm+news@googlemail.com", "--company", "茶馆科技"]),
        ("Ana Lindqvist", &["--email", "ana.l@kettle.example", "--handle", "reddit:analindqvist"]),
        ("Lindqvist, Ana", &["--email", "ana.l@example.org", "--handle", "youtube:analindqvist"]),
        ("Ana Lindqvist", &["--handle", "youtube:other_ana"]),
        ("", &["--email", "info@kettle.example"]),
        ("", &["--email", "info+x@kettle.example"]),
        ("Build Robot", &["--handle", "x:wangxiaoming", "--bot"]),
    ] {
        let mut args = vec!["member", "add", "-q"];
        if !name.is_empty() {
            args.extend(["--name", name]);
        }
        args.extend(rest);
        program.run(&args).code(0);
    }
    program
}

#[test]
fn duplicates_are_suggested_with_their_evidence() {
    let program = alike();
    let run = program.run(&["member", "duplicates"]).code(0);
    expect_test::expect![[r"
        --- stdout
        grade  level  member  name           other  other name      evidence                                                                                                                                                                                                  command
         0.99  high   1       王小明         2      王 小明         one Gmail mailbox: wang.xm@gmail.com / wangxm+news@googlemail.com; the same name: 王小明 / 王 小明; the same company: 茶馆科技                                                                            groundswell member merge 1 2
         0.86  high   3       Ana Lindqvist  4      Lindqvist, Ana  the same address at two domains: ana.l@kettle.example / ana.l@example.org; the same handle: reddit:analindqvist / youtube:analindqvist; the same name, otherwise written: Ana Lindqvist / Lindqvist, Ana  groundswell member merge 3 4
         0.30  low    3       Ana Lindqvist  5      Ana Lindqvist   the same name: Ana Lindqvist                                                                                                                                                                              groundswell member merge 3 5
        --- stderr
        3 pairs
        Next: groundswell member distinct 1 2   (where they are two people after all)
        --- exit 0
    "]].assert_eq(&run.all());
    let json = program.run(&["member", "duplicates", "--min", "0.9", "--format", "json"]).code(0).json();
    assert_eq!(json.as_array().map(Vec::len), Some(1));
    assert_eq!((json[0]["grade"].as_f64(), json[0]["other"].as_i64()), (Some(0.99), Some(2)));
    let top = program.run(&["member", "duplicates", "--top", "1"]).code(0);
    assert!(top.err.contains("The best 1 of 3 pairs; --top 3"), "{}", top.err);
    let none = program.run(&["member", "duplicates", "--min", "1"]).code(0);
    assert!(none.out.is_empty() && none.err.contains("No pair among 8 members"), "{}", none.all());
}

#[test]
fn two_who_are_two_people_stay_off_the_list() {
    let program = alike();
    let pairs = || {
        let csv = program.run(&["member", "duplicates", "--format", "csv"]).code(0).out;
        csv.lines()
            .skip(1)
            .filter_map(|line| line.split("merge ").nth(1).map(String::from))
            .collect::<Vec<_>>()
    };
    assert_eq!(pairs(), ["1 2", "3 4", "3 5"]);
    program.run(&["member", "distinct", "4", "3", "--why", "cousins"]).code(0);
    assert_eq!(pairs(), ["1 2", "3 5"]);
    let list = program.run(&["member", "distinct", "--format", "csv"]).code(0);
    assert_eq!(list.out.lines().nth(1), Some("3,Ana Lindqvist,4,\"Lindqvist, Ana\",2026-06-30,cousins"));
    let again = program.run(&["member", "distinct", "3", "4"]).code(0);
    assert!(again.err.contains("are two people already"), "{}", again.err);
    // It is known since then, not before.
    let before = program.run(&["member", "duplicates", "--as-of", "2026-06-29", "--format", "csv"]).code(0);
    assert!(before.out.contains("merge 3 4"), "{}", before.out);
    // What is said of one is said of whom it was merged into.
    program.run(&["member", "merge", "5", "3", "--yes"]).code(0);
    assert_eq!(pairs(), ["1 2"]);
    program.run(&["member", "distinct", "5", "4", "--undo"]).code(0);
    // By now both have a handle on YouTube.
    assert_eq!(pairs(), ["1 2"]);
    program.run(&["member", "unmerge", "1"]).code(0);
    assert_eq!(pairs(), ["1 2", "3 4", "3 5"]);
    program.run(&["member", "merge", "1", "2", "--yes"]).code(0);
    assert_eq!(pairs(), ["3 4", "3 5"]);
    let log = program.run(&["log", "4", "--format", "csv"]).code(0).out;
    assert!(log.contains("two people (cousins)"), "{log}");
}

#[test]
fn one_of_ours_and_who_is_in_the_program_are_kept() {
    let program = alike();
    program.run(&["member", "stage", "4", "active"]).code(0);
    program.run(&["member", "edit", "2", "--staff"]).code(0);
    let csv = program.run(&["member", "duplicates", "--format", "csv"]).code(0).out;
    assert!(csv.contains("merge 2 1") && csv.contains("merge 4 3"), "{csv}");
    assert!(csv.contains("王 小明 (staff)"), "{csv}");
}

#[test]
fn a_visitor_and_a_name_bring_two_together() {
    let program = Program::new();
    program.file(
        "clicks.csv",
        "link,date,visitor,customer\nhttps://kettle.example/a,2026-05-01,v1,ana@example.com\n\
         https://kettle.example/a,2026-05-02,v1,ana.private@example.org\n",
    );
    program.run(&["member", "add", "--email", "ana@example.com", "-q"]).code(0);
    program.run(&["member", "add", "--email", "ana.private@example.org", "-q"]).code(0);
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    store
        .execute_batch(
            "INSERT INTO links (id, address, url, day) VALUES (1, 'kettle.example/a', 'https://kettle.example/a', 20000);
             INSERT INTO clicks (link, at, day, clicks, visitor, member)
             VALUES (1, 0, 20000, 1, 'v1', 1), (1, 0, 20001, 1, 'v1', 2), (1, 0, 20001, 1, 'v1', 2);",
        )
        .expect("clicks");
    let csv = program.run(&["member", "duplicates", "--format", "csv"]).code(0).out;
    assert!(csv.contains("0.60,medium,1") && csv.contains("one visitor's clicks: v1"), "{csv}");
}

#[test]
fn what_too_many_share_is_left_out_and_said() {
    let program = Program::new();
    let rows: String = (0..30).map(|n| format!("p{n}@example.com,Ana Lindqvist\n")).collect();
    program.file("m.csv", format!("email,name\n{rows}"));
    program.run(&["import", "m.csv", "--as", "members"]).code(0);
    let run = program.run(&["member", "duplicates"]).code(0);
    assert!(run.err.contains("Left out: 1 name that more than 25 members share (up to 30)"), "{}", run.all());
    assert!(run.out.is_empty(), "{}", run.out);
}

#[test]
fn everything_can_be_changed_by_hand_and_is_logged() {
    let program = two();
    program
        .run(&[
            "member",
            "edit",
            "1",
            "--name",
            "",
            "--owner",
            "Kim",
            "--add-email",
            "a1@example.com",
            "--add-email",
            "a2@example.com",
            "--add-handle",
            "youtube.com/@ana",
            "--remove-handle",
            "x:ana",
        ])
        .code(0);
    program.run(&["member", "edit", "1", "--remove-email", "a1@example.com", "--owner", ""]).code(0);
    program.run(&["member", "note", "1", "met in May"]).code(0);
    program.run(&["member", "note", "1", "prefers mornings"]).code(0);
    let notes = program.run(&["member", "note", "1", "--list", "--format", "csv"]).code(0);
    assert_eq!(notes.out, "note,day,text\n2,2026-06-30,prefers mornings\n1,2026-06-30,met in May\n");
    program.run(&["member", "note", "2", "--remove", "1"]).code(1);
    program.run(&["member", "note", "1", "--remove", "1"]).code(0);
    program.run(&["member", "tag", "1", "vip"]).code(0);
    assert_eq!(program.run(&["member", "tag", "1", "--format", "csv"]).code(0).out, "tag\nvip\n");
    program.run(&["member", "tag", "1", "vip", "--remove"]).code(0);
    let none = program.run(&["member", "tag", "1"]).code(0);
    assert!(none.err.contains("has no tags"), "{}", none.err);
    let list = program.run(&["member", "list", "--format", "csv"]).code(0);
    assert_eq!(list.out.lines().nth(1), Some("1,,Ana@Example.com,member,,youtube:ana,,,,"));
    expect_test::expect![[r"
        added Ana Lindqvist:  -> ana@example.com, x:ana, name Ana Lindqvist
        name of Ana Lindqvist: Ana Lindqvist -> 
        owner of Ana Lindqvist:  -> Kim
        identity added:  -> a1@example.com
        identity added:  -> a2@example.com
        identity added:  -> youtube:ana
        identity removed: x:ana -> 
        owner of Ana@Example.com: Kim -> 
        identity removed: a1@example.com -> 
        note:  -> met in May
        note:  -> prefers mornings
        note removed: met in May -> 
        tag added:  -> vip
        tag removed: vip -> 
    "]]
    .assert_eq(&changes(&program, "1"));
}

#[test]
fn duplicates_go_by_what_people_are_called_on_the_day() {
    let program = Program::new();
    let run = |args: &[&str]| drop(program.run(args).code(0));
    run(&["member", "add", "--name", "Ana Lind", "--as-of", "2026-05-01", "-q"]);
    run(&["member", "add", "--name", "Ana Lind", "--as-of", "2026-05-01", "-q"]);
    run(&["member", "add", "--name", "Bo Ek", "--as-of", "2026-05-01", "-q"]);
    run(&["member", "edit", "2", "--name", "Bo Ek", "--as-of", "2026-06-01", "-q"]);
    let pairs =
        |day: &str| program.run(&["member", "duplicates", "--as-of", day, "--format", "csv"]).code(0).out;
    assert!(pairs("2026-05-15").contains("merge 1 2") && !pairs("2026-05-15").contains("merge 2 3"));
    assert!(pairs("2026-06-15").contains("merge 2 3") && !pairs("2026-06-15").contains("merge 1 2"));
    // The name of the member that stays is the person's; what was cleared is no name.
    run(&["member", "merge", "1", "2", "--yes", "-q"]);
    assert!(!pairs("2026-06-15").contains("merge"), "{}", pairs("2026-06-15"));
    run(&["member", "unmerge", "1", "-q"]);
    run(&["member", "edit", "3", "--name", "", "-q"]);
    assert!(!pairs("2026-06-30").contains("merge"), "{}", pairs("2026-06-30"));
}

/// The log of a member: what was changed, before and after.
fn changes(program: &Program, member: &str) -> String {
    let log = program.run(&["log", member, "--format", "json"]).code(0).json();
    let text = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap_or_default().to_string();
    let lines = log.as_array().expect("a list").iter();
    lines
        .map(|line| format!("{}: {} -> {}\n", text(line, "what"), text(line, "before"), text(line, "after")))
        .collect()
}
