//! `check`: clean when all is well, and every kind of damage is found, named, and given a way out.

use crate::harness::Program;

fn sql(program: &Program, text: &str) {
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    store.pragma_update(None, "foreign_keys", false).expect("sets");
    store.pragma_update(None, "ignore_check_constraints", true).expect("sets");
    store.execute_batch(text).unwrap_or_else(|error| panic!("{text}: {error}"));
}

fn program() -> Program {
    let program = Program::new();
    let files = [
        (
            "people.csv",
            "members",
            "email,name,joined\nana@example.com,Ana,2025-01-05\nben@example.com,Ben,2025-01-06\nbroken@,Cho,\n",
        ),
        (
            "nps.csv",
            "nps",
            "email,score,date\nana@example.com,9,2026-05-01\nben@example.com,3,2026-05-01\n,8,2026-05-02\n",
        ),
        (
            "acts.csv",
            "activity",
            "email,platform,kind,date,url\nana@example.com,forum,post,2026-05-01,https://forum.example/1\n",
        ),
    ];
    for (name, kind, text) in files {
        program.file(name, text);
        program.run(&["import", name, "--as", kind, "-q"]);
    }
    program
}

#[test]
fn a_sound_file_and_where_its_rows_went() {
    let program = program();
    program.run(&["member", "add", "--name", "Boss", "--email", "boss@example.com", "--staff", "-q"]).code(0);
    program.file(
        "again.csv",
        "email,score,date\nana@example.com,10,2026-05-01\nboss@example.com,0,2026-05-01\n",
    );
    program.run(&["import", "again.csv", "--as", "nps", "-q"]).code(0);
    expect_test::expect![[r"
        --- stdout
        check                 verdict  found  what
        integrity             ok           0  the file is whole: pages and indexes
        orphans               ok           0  every row points at rows that are there
        later                 ok           0  nothing is dated after the as-of day
        keys                  ok           0  every imported record can be recognised when it comes again
        settled               ok           0  what reports read in short is what the rows say
        reconciliation        ok           0  what the imports say they brought is there
        batch_sums            ok           0  every receipt adds up: rows = added + changed + unchanged + rejected + ignored, each with its reason
        merged_into_merged    ok           0  who was merged belongs to a person, not to another merged member
        merged_without_merge  ok           0  every merged member has its merge, which can be taken back
        merge_without_effect  ok           0  every merge joins two members
        distinct_but_one      ok           0  nobody is one person with someone they were said not to be
        versions_in_circles   ok           0  corrected records have one newest version
        negative_counts       ok           0  nothing was counted less than zero times
        paid_back_too_much    ok           0  no order was paid back more than it was worth
        won_before_created    ok           0  no deal was won before it was created
        unreadable_facts      ok           0  days and values of members can be read
        answers_out_of_order  ok           0  nothing was answered, done or told before it was asked
        codes_at_once         ok           0  no code is two people's on the same day
        runs_of_nothing       ok           0  what files said again belongs to an import
        settings_missing      ok           0  currency, time zone and secret are set
        segments              ok           0  saved filters can be read
        kind      rows  rejected  ignored  merged  gone  new  beside  joined  staff  bots  counted
        members      3         1        0       0     0    2       1       0      1     0        2
        nps          5         0        0       0     0    5       0       0      1     0        4
        csat         0         0        0       0     0    0       0       0      0     0        0
        activity     1         0        0       0     0    1       0       0      0     0        1
        rollup       0         0        0       0     0    0       0       0      0     0        0
        usage        0         0        0       0     0    0       0       0      0     0        0
        audience     0         0        0       0     0    0       0       0      0     0        0
        signups      0         0        0       0     0    0       0       0      0     0        0
        survey       0         0        0       0     0    0       0       0      0     0        0
        clicks       0         0        0       0     0    0       0       0      0     0        0
        orders       0         0        0       0     0    0       0       0      0     0        0
        deals        0         0        0       0     0    0       0       0      0     0        0
        --- stderr
        21 checks, 2026-06-30.
        rows = rejected + ignored + merged + gone + new; new + beside = joined + staff + bots + counted.
        In no figure: 1 staff and 0 bots, with what they did. Answers, clicks and orders of nobody known are counted.
        Next: groundswell status   (the file is sound)
        --- exit 0
    "]].assert_eq(&program.run(&["check"]).code(0).all());
    let rows = program.run(&["check", "--rows", "--format", "csv"]).code(0).out;
    assert_eq!(rows.lines().count(), 13, "{rows}");
    assert_eq!(rows, program.run(&["check", "--rows", "--format", "csv"]).code(0).out);
    let json = program.run(&["check", "--format", "json"]).code(0).json();
    assert!(
        json.as_array().is_some_and(|checks| checks.iter().all(|check| check["verdict"] == "ok")),
        "{json}"
    );
}

#[test]
fn it_adds_up_for_every_kind() {
    let program = Program::none();
    program.run(&["demo", "here"]).code(0);
    let db = program.path().join("here/groundswell.db");
    let run =
        program.run(&["check", "--rows", "--format", "json", "--db", db.to_str().expect("a path")]).code(0);
    for flow in run.json().as_array().expect("a list") {
        let n = |column: &str| flow[column].as_i64().expect("a number");
        assert_eq!(n("rows"), n("rejected") + n("ignored") + n("merged") + n("gone") + n("new"), "{flow}");
        assert_eq!(n("new") + n("beside"), n("joined") + n("staff") + n("bots") + n("counted"), "{flow}");
        assert!(n("merged") >= 0 && n("beside") >= 0, "{flow}");
        // The demo's acts are there row by row.
        assert_eq!(n("counted") > 0, flow["kind"] != "rollup", "{flow}");
    }
}

#[test]
fn an_undone_import_leaves_no_problem() {
    let program = program();
    program.file("more.csv", "email,score,date\nana@example.com,9,2026-05-01\nben@example.com,3,2026-05-01\ndan@example.com,7,2026-05-03\n");
    program.run(&["import", "more.csv", "--as", "nps", "-q"]).code(0);
    program.run(&["imports", "undo", "2", "--yes", "-q"]).code(0);
    let run = program.run(&["check"]).code(0);
    assert!(run.err.contains("Imports were taken back"), "{}", run.all());
}

#[test]
fn every_damage_is_found() {
    for (check, damage) in [
        ("orphans", "INSERT INTO notes (member, at, day, text) VALUES (999, 0, 0, 'x')"),
        ("later", "UPDATE activities SET day = 40000"),
        ("keys", "DELETE FROM row_keys WHERE kind = 2"),
        ("reconciliation", "DELETE FROM responses WHERE id = 1; DELETE FROM row_keys WHERE kind = 1 AND record = 1"),
        ("batch_sums", "UPDATE batches SET added = added + 1 WHERE id = 2"),
        ("batch_sums", "UPDATE batch_reasons SET rows = rows + 1"),
        ("merged_into_merged", "INSERT INTO members VALUES (7, 2, 'member', 0, NULL), (8, 7, 'member', 0, NULL)"),
        ("merged_without_merge", "UPDATE members SET person = 1 WHERE id = 2"),
        ("merge_without_effect", "INSERT INTO merges (kept, gone, at, day) VALUES (1, 2, 0, 0)"),
        (
            "distinct_but_one",
            "INSERT INTO distinctions (one, other, day) VALUES (1, 2, 0); INSERT INTO merges (kept, gone, at, day) VALUES (1, 2, 0, 0);
             INSERT INTO merged_members VALUES (1, 2, 2); UPDATE members SET person = 1 WHERE id = 2",
        ),
        ("versions_in_circles", "UPDATE responses SET replaced_by = id WHERE id = 3"),
        ("negative_counts", "UPDATE activities SET reach = -1"),
        (
            "paid_back_too_much",
            "INSERT INTO conversions (kind, number, at, day, state, amount, refunded, currency)
             VALUES ('order', '1', 0, 0, 'paid', 100, 200, 'EUR')",
        ),
        (
            "won_before_created",
            "INSERT INTO conversions (kind, number, at, day, state, won_day, amount, currency)
             VALUES ('deal', '1', 0, 10, 'won', 9, 100, 'EUR')",
        ),
        ("unreadable_facts", "UPDATE facts SET value = 'soon' WHERE field = 'joined'"),
        (
            "answers_out_of_order",
            "INSERT INTO asks (member, kind, text, at, day, answer, answered_day) VALUES (1, 'talk', 'x', 0, 10, 'yes', 9)",
        ),
        (
            "codes_at_once",
            "INSERT INTO codes (member, code, from_day, to_day) VALUES (1, 'A', 10, 20), (2, 'A', 20, NULL)",
        ),
        ("runs_of_nothing", "INSERT INTO seen VALUES (99, 'responses', 1, 2)"),
        ("settings_missing", "DELETE FROM settings WHERE name = 'secret'"),
        ("segments", "INSERT INTO segments (name, filter, day) VALUES ('old', 'stagee=active', 0)"),
    ] {
        let program = program();
        program.run(&["check", "-q"]).code(0);
        sql(&program, damage);
        let run = program.run(&["check", "--format", "json"]).code(1);
        let found = run.json();
        let row = found.as_array().expect("a list").iter().find(|row| row["check"] == check).expect("the check");
        assert_eq!(row["verdict"], "problem", "{check} after {damage}: {found}");
        assert!(row["what_to_do"].as_str().is_some_and(|todo| todo.len() > 20 && !todo.contains("{{")), "{row}");
        assert!(run.err.contains("found something wrong"), "{}", run.err);
    }
}

#[test]
fn a_broken_page_is_found_or_the_file_is_refused() {
    let program = program();
    let path = program.path().join("groundswell.db");
    let mut bytes = std::fs::read(&path).expect("reads");
    // Page by page but the first: each either cannot be used, or check says what is wrong.
    let pages = bytes.len() / 4096;
    let page = pages / 2;
    for byte in &mut bytes[page * 4096..page * 4096 + 64] {
        *byte ^= 0x55;
    }
    std::fs::write(&path, &bytes).expect("writes");
    let run = program.run(&["check"]);
    assert!(run.code == 1 || run.code == 4, "{}", run.all());
    assert!(run.err.contains("backup") || run.out.contains("backup"), "{}", run.all());
}
