//! Merges taken back: whatever was imported, edited or undone in between, what is left is the same history
//! without the merge.
//!
//! "The same" is every row of every table but the log. Excepted are the numbers of steps and consents (a merge
//! may use some for what it settles) and how long an import took. What is said of the one person while two are
//! one is said of the member that stays; so the history without the merge says it of that member. What is taken
//! off the one person (a tag, an address) is taken off whichever of the two has it.

use crate::harness::Program;
use crate::undo::{File, KINDS, batches, cases, import, meaning, told, undo};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use rusqlite::Connection;

#[derive(Debug, Clone)]
enum Step {
    Import(File),
    Merge(usize, usize),
    /// The one of those that may be taken back, by its place.
    Unmerge(usize),
    Note(usize),
    Tag(usize),
    Untag(usize),
    Company(usize),
    Consent(usize, bool),
    Handle(usize),
    NotTheirs(usize),
    /// Only while nobody is merged: which moves are allowed depends on who is one.
    Stage(usize, usize),
    Undo(usize),
}

fn store(program: &Program) -> Connection {
    Connection::open(program.path().join("groundswell.db")).expect("opens")
}

/// The member row an address belongs to, and the person that row belongs to.
fn found(program: &Program, who: usize) -> Option<(i64, i64)> {
    let sql = "SELECT m.id, m.person FROM identities i JOIN members m ON m.id = i.member
               WHERE i.platform = 'email' AND i.value = ?1";
    store(program).query_row(sql, [format!("p{who}@example.com")], |row| Ok((row.get(0)?, row.get(1)?))).ok()
}

fn rows_of(program: &Program, person: i64) -> Vec<i64> {
    let store = store(program);
    let mut query = store.prepare("SELECT id FROM members WHERE person = ?1 ORDER BY id").expect("reads");
    query.query_map([person], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads")
}

/// Merges in force that may be taken back now.
fn free(program: &Program) -> Vec<String> {
    let list = program.run(&["member", "merges", "--format", "json"]).code(0).json();
    let all = list.as_array().expect("a list").iter();
    all.filter(|merge| merge["first"].is_null()).map(|merge| merge["merge"].to_string()).collect()
}

fn unmerge_all(program: &Program) {
    while let Some(merge) = free(program).last() {
        program.run(&["member", "unmerge", merge]).code(0);
    }
}

/// Every row of every table but the log, without the numbers of steps and consents, the secret and the clock.
fn rows(program: &Program) -> String {
    let store = store(program);
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'log' ORDER BY name";
    let mut tables = store.prepare(sql).expect("reads");
    let names: Vec<String> =
        tables.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads");
    let mut text = String::new();
    for name in names {
        let mut query = store.prepare(&format!("SELECT * FROM {name}")).expect("reads");
        let columns: Vec<String> = query.column_names().map(str::to_string).collect();
        let left_out = |column: &str| {
            matches!((name.as_str(), column), ("stages" | "consents", "id") | ("receipts", "microseconds"))
        };
        let mut lines: Vec<String> = query
            .query_map([], |row| {
                let kept = columns.iter().enumerate().filter(|(_, column)| !left_out(column));
                let cells: Result<Vec<rusqlite::types::Value>, _> = kept.map(|(at, _)| row.get(at)).collect();
                Ok(format!("{:?}", cells?))
            })
            .expect("reads")
            .collect::<Result<_, _>>()
            .expect("reads");
        if name == "settings" {
            lines.retain(|line| !line.contains("secret"));
        }
        lines.sort();
        text.push_str(&format!("{name}\n  {}\n", lines.join("\n  ")));
    }
    text
}

#[allow(clippy::too_many_lines, reason = "a list")]
/// Does a step in the program that merges, and what it comes to in the one that does not. `n` numbers the steps.
fn walk(merging: &Program, plain: &Program, n: usize, step: &Step) {
    let day = format!("2026-06-{:02}", 1 + n);
    let unique = format!("u{n}");
    let both = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--as-of", &day]).collect();
        let (one, other) = (merging.run(&args), plain.run(&args));
        assert_eq!(one.code, other.code, "{args:?}: {}{}", one.all(), other.all());
    };
    match step {
        Step::Import(file) => {
            import(merging, n, file);
            import(plain, n, file);
        }
        Step::Merge(one, other) => {
            let (Some((_, one)), Some((_, other))) = (found(merging, *one), found(merging, *other)) else {
                return;
            };
            if one != other {
                let args =
                    ["member", "merge", &one.to_string(), &other.to_string(), "--yes", "--as-of", &day];
                merging.run(&args).code(0);
            }
        }
        Step::Unmerge(place) => {
            let free = free(merging);
            if !free.is_empty() {
                merging.run(&["member", "unmerge", &free[place % free.len()]]).code(0);
            }
        }
        Step::Stage(who, place) => {
            if let Some((row, _)) = found(merging, *who).filter(|_| free(merging).is_empty()) {
                let stage = ["candidate", "invited", "active", "declined", "removed", "on-hold"][*place];
                both(&["member", "stage", &row.to_string(), stage]);
            }
        }
        Step::Note(who) | Step::Tag(who) | Step::Company(who) | Step::Consent(who, _) | Step::Handle(who) => {
            let Some((_, person)) = found(merging, *who) else { return };
            let person = person.to_string();
            match step {
                Step::Note(_) => both(&["member", "note", &person, &unique]),
                Step::Tag(_) => both(&["member", "tag", &person, &unique]),
                Step::Company(_) => both(&["member", "edit", &person, "--company", &unique]),
                Step::Handle(_) => {
                    both(&["member", "edit", &person, "--add-handle", &format!("forum:{unique}")]);
                }
                Step::Consent(_, yes) => {
                    let answer = if *yes { "yes" } else { "no" };
                    both(&["member", "consent", &person, answer, "--for", "open", "--source", &unique]);
                }
                _ => {}
            }
        }
        Step::Untag(who) => {
            let Some((_, person)) = found(merging, *who) else { return };
            merging.run(&["member", "tag", &person.to_string(), "vip", "--remove"]).code(0);
            for row in rows_of(merging, person) {
                plain.run(&["member", "tag", &row.to_string(), "vip", "--remove"]).code(0);
            }
        }
        Step::NotTheirs(who) => {
            let Some((row, person)) = found(merging, *who) else { return };
            let address = format!("p{who}@example.com");
            merging.run(&["member", "edit", &person.to_string(), "--remove-email", &address]).code(0);
            plain.run(&["member", "edit", &row.to_string(), "--remove-email", &address]).code(0);
        }
        Step::Undo(_) => {}
    }
}

fn with_edits(steps: &[Step], undone: &[usize]) -> TestCaseResult {
    let (merging, plain) = (Program::new(), Program::new());
    for (n, step) in steps.iter().enumerate() {
        walk(&merging, &plain, n, step);
    }
    unmerge_all(&merging);
    prop_assert_eq!(rows(&merging), rows(&plain), "{:?}", steps);
    let all = batches(&merging);
    prop_assert_eq!(&all, &batches(&plain));
    for batch in undone.iter().filter_map(|n| all.get(n)) {
        undo(&merging, batch);
        undo(&plain, batch);
    }
    prop_assert_eq!(rows(&merging), rows(&plain), "taken back {:?} of {:?}", undone, steps);
    Ok(())
}

fn without_edits(steps: &[Step]) -> TestCaseResult {
    let merging = Program::new();
    let before = merging.dump();
    let mut files = std::collections::BTreeMap::new();
    for (n, step) in steps.iter().enumerate() {
        match step {
            Step::Import(file) => {
                import(&merging, n, file);
                // The same bytes again leave no batch, and have no say when the first are taken back.
                if batches(&merging).contains_key(&n) {
                    files.insert(n, file.clone());
                }
            }
            Step::Undo(place) => {
                let all: Vec<(usize, String)> = batches(&merging).into_iter().collect();
                if !all.is_empty() {
                    let (file, batch) = &all[place % all.len()];
                    undo(&merging, batch);
                    files.remove(file);
                }
            }
            step => walk(&merging, &merging, n, step),
        }
    }
    unmerge_all(&merging);
    let never = Program::new();
    for (n, file) in &files {
        import(&never, *n, file);
    }
    let list: Vec<File> = files.into_values().collect();
    prop_assert_eq!(meaning(&merging), meaning(&never), "{:?}, left of\n{}", steps, told(&list));
    for batch in batches(&merging).values() {
        undo(&merging, batch);
    }
    prop_assert_eq!(merging.dump(), before, "everything taken back of {:?}", steps);
    Ok(())
}

fn file(kinds: Vec<usize>) -> impl Strategy<Value = Step> {
    let rows = proptest::collection::vec((0..5_usize, 0..3_usize), 1..6);
    (proptest::sample::select(kinds), rows).prop_map(|(kind, rows)| Step::Import(File { kind, rows }))
}

fn some_kinds() -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence((0..KINDS.len()).collect::<Vec<_>>(), 1..=3)
}

fn edited() -> impl Strategy<Value = (Vec<Step>, Vec<usize>)> {
    let who = || 0..4_usize;
    let steps = some_kinds().prop_flat_map(move |kinds| {
        let step = prop_oneof![
            4 => file(kinds.clone()),
            4 => (who(), who()).prop_map(|(one, other)| Step::Merge(one, other)),
            2 => who().prop_map(Step::Unmerge),
            1 => who().prop_map(Step::Note),
            1 => who().prop_map(Step::Tag),
            1 => who().prop_map(Step::Untag),
            1 => who().prop_map(Step::Company),
            2 => (who(), any::<bool>()).prop_map(|(who, yes)| Step::Consent(who, yes)),
            1 => who().prop_map(Step::Handle),
            1 => who().prop_map(Step::NotTheirs),
            2 => (who(), 0..6_usize).prop_map(|(who, stage)| Step::Stage(who, stage)),
        ];
        (file(kinds), proptest::collection::vec(step, 3..14))
    });
    let steps = steps.prop_map(|(first, rest)| std::iter::once(first).chain(rest).collect::<Vec<_>>());
    steps.prop_flat_map(|steps| {
        let undone = proptest::sample::subsequence((0..steps.len()).collect::<Vec<_>>(), 0..=3);
        (Just(steps), undone)
    })
}

fn unedited() -> impl Strategy<Value = Vec<Step>> {
    let who = || 0..4_usize;
    some_kinds().prop_flat_map(move |kinds| {
        let step = prop_oneof![
            4 => file(kinds.clone()),
            4 => (who(), who()).prop_map(|(one, other)| Step::Merge(one, other)),
            2 => who().prop_map(Step::Unmerge),
            2 => (0..9_usize).prop_map(Step::Undo),
        ];
        proptest::collection::vec(step, 3..12)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_merge_taken_back_leaves_the_history_without_it((steps, undone) in edited()) {
        with_edits(&steps, &undone)?;
    }

    #[test]
    fn merges_and_imports_are_taken_back_in_any_order(steps in unedited()) {
        without_edits(&steps)?;
    }
}

/// A program with two members, 1 and 2.
fn two() -> Program {
    let program = Program::new();
    for (name, email) in [("Ana Lindqvist", "ana@example.com"), ("安娜", "ana.work@example.org")] {
        program.run(&["member", "add", "--name", name, "--email", email, "-q"]).code(0);
    }
    program
}

fn value(program: &Program, sql: &str) -> String {
    store(program).query_row(sql, [], |row| row.get::<_, String>(0)).expect("a row")
}

#[test]
fn what_will_be_joined_is_shown_before_it_is() {
    let program = two();
    let run = |args: &[&str]| program.run(args).code(0);
    run(&["member", "consent", "2", "no", "--for", "contact", "--source", "mail", "--as-of", "2026-01-02"]);
    run(&["member", "consent", "1", "yes", "--for", "contact", "--source", "call", "--as-of", "2026-03-02"]);
    run(&["member", "stage", "2", "active", "--as-of", "2026-01-05"]);
    run(&["member", "stage", "1", "invited", "--as-of", "2026-04-05"]);
    run(&["member", "tag", "1", "beta"]);
    run(&["member", "edit", "2", "--staff", "yes", "--company", "Works"]);
    let before = program.dump();
    let asked = program.run(&["member", "merge", "1", "2"]).code(2);
    assert_eq!(program.dump(), before);
    expect_test::expect![[r"
        what                 stays            joins                 then
        member               1                2                     1
        known by             ana@example.com  –                     ana@example.com
        known by             –                ana.work@example.org  ana.work@example.org
        name                 Ana Lindqvist    安娜                  Ana Lindqvist
        company              –                Works                 Works
        standing             member           staff                 staff
        stage                invited          active                active
        consent for contact  yes              no                    no
        tags                 beta             –                     beta
    "]]
    .assert_eq(&asked.out);
    assert!(asked.err.contains("add --yes"), "{}", asked.err);
    run(&["member", "merge", "1", "2", "--yes", "-q"]);
    let shown = run(&["member", "show", "1"]).out;
    assert!(shown.contains("Ana Lindqvist (staff: in no figure)"), "{shown}");
    assert_eq!(value(&program, "SELECT standing FROM members WHERE id = 1"), "staff");
    let listed = run(&["member", "list", "--staff", "--format", "json"]).json();
    assert_eq!((listed[0]["member"].as_i64(), listed[0]["stage"].as_str()), (Some(1), Some("active")));
    let consent = run(&["member", "consent", "1", "--format", "json"]).json();
    assert_eq!(consent[0]["given"], "no");
    // A yes that is newer than the merge is the one person's word.
    run(&["member", "consent", "1", "yes", "--for", "contact", "--source", "asked again"]);
    assert_eq!(run(&["member", "consent", "1", "--format", "json"]).json()[0]["given"], "yes");
    run(&["member", "stage", "1", "on-hold"]);
    assert_eq!(run(&["member", "list", "--staff", "--format", "json"]).json()[0]["stage"], "on-hold");
    run(&["member", "unmerge", "1"]);
    assert_eq!(value(&program, "SELECT standing FROM members WHERE id = 1"), "member");
    assert_eq!(run(&["member", "consent", "2", "--format", "json"]).json()[0]["given"], "no");
}

#[test]
fn the_stage_can_be_chosen() {
    let program = two();
    program.run(&["member", "stage", "1", "invited", "--as-of", "2026-01-05"]).code(0);
    program.run(&["member", "stage", "2", "active", "--as-of", "2026-02-05"]).code(0);
    let run = program.run(&["member", "merge", "1", "2", "--stage", "alumni", "--yes"]).code(2);
    assert!(run.err.contains("say one of the two"), "{}", run.err);
    program.run(&["member", "merge", "1", "2", "--stage", "invited", "--yes"]).code(0);
    assert_eq!(program.run(&["member", "list", "--stage", "invited", "--format", "ids"]).out, "1\n");
    program.run(&["member", "unmerge", "1"]).code(0);
    assert_eq!(program.run(&["member", "list", "--stage", "active", "--format", "ids"]).out, "2\n");
}

#[test]
fn who_was_said_to_be_distinct_is_not_merged() {
    let program = two();
    store(&program)
        .execute("INSERT INTO distinctions (one, other, day) VALUES (1, 2, 20000)", [])
        .expect("writes");
    let run = program.run(&["member", "merge", "2", "1", "--yes"]).code(1);
    assert!(run.err.contains("were said to be distinct on 2024-10-04"), "{}", run.err);
    assert!(run.err.contains("member merge 2 1 --although-distinct"), "{}", run.err);
    program.run(&["member", "merge", "2", "1", "--yes", "--although-distinct"]).code(0);
}

#[test]
fn merges_are_listed_and_say_what_holds_them() {
    let program = two();
    let none = program.run(&["member", "unmerge"]).code(0);
    assert!(none.out.is_empty() && none.err.contains("member merge A B"), "{}", none.all());
    program.run(&["member", "add", "--name", "Third", "-q"]).code(0);
    program.run(&["member", "merge", "1", "2", "--yes", "--why", "same desk"]).code(0);
    program.run(&["member", "merge", "3", "1", "--yes"]).code(0);
    let list = program.run(&["member", "merges"]).code(0);
    expect_test::expect![[r"
        merge  day         member  name           joined by  why        first
        1      2026-06-30  1       Ana Lindqvist  2          same desk  take 2 back first
        2      2026-06-30  3       Third          1          –          –
    "]]
    .assert_eq(&list.out);
    let run = program.run(&["member", "unmerge", "1"]).code(1);
    assert!(run.err.contains("take 2 back first"), "{}", run.err);
}

#[test]
fn what_one_merge_settled_holds_as_long_as_another_builds_on_it() {
    let program = two();
    program.run(&["member", "add", "--name", "Third", "-q"]).code(0);
    for (who, answer, day) in
        [("2", "no", "2026-01-01"), ("3", "no", "2026-01-02"), ("1", "yes", "2026-02-01")]
    {
        program
            .run(&["member", "consent", who, answer, "--for", "contact", "--source", "x", "--as-of", day])
            .code(0);
    }
    program.run(&["member", "merge", "1", "2", "--yes"]).code(0);
    program.run(&["member", "merge", "1", "3", "--yes"]).code(0);
    // Without the first merge the second would have had a yes and a no to settle.
    let run = program.run(&["member", "unmerge", "1"]).code(1);
    assert!(run.err.contains("take 2 back first"), "{}", run.err);
}

#[test]
fn who_is_gone_with_an_import_leaves_every_merge_that_moved_them() {
    let signup = |n| Step::Import(File { kind: 7, rows: vec![(n, 0)] });
    let steps = [signup(1), signup(0), signup(2), Step::Merge(0, 1), Step::Merge(2, 0), Step::Undo(0)];
    without_edits(&steps).expect("as if it had never been imported");
}
