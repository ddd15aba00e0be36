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
    assert_eq!(list.out, "purpose,given,day,source\nexclusive,yes,2026-06-30,kickoff call\n");
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
