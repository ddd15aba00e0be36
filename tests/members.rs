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
