//! `groundswell merge`: several managers' programs become one, in whatever order and how often they are merged.

use crate::harness::{Program, brief, tree};
use crate::undo::shown;
use proptest::prelude::*;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Tables that each file keeps for itself, or that only help.
const OWN: [&str; 21] = [
    "settings",
    "weight_versions",
    "weights",
    "snoozes",
    "maturity",
    "log",
    "batches",
    "batch_reasons",
    "receipts",
    "readings",
    "seen",
    "seen_tags",
    "merged_tables",
    "revisions",
    "learnt",
    "merges",
    "merged_members",
    "settlements",
    "erasures",
    "members",
    "identities",
];

/// What a row that others point at is called, in words that hold in any program.
fn name_of(parent: &str, id: &str) -> String {
    let told = match parent {
        "members" => return format!("(SELECT name FROM people WHERE member = {id})"),
        "activities" => "a.platform || a.kind || a.at || coalesce(a.url, a.title, '')",
        "links" => "a.address",
        "briefs" => "a.kind || a.title || a.at",
        "items" => "a.kind || a.title || a.day",
        "questions" => "a.text || a.at",
        "wordings" => "a.phrases",
        "handbooks" => "(SELECT name FROM people WHERE member = a.member) || a.at",
        "survey_takes" => {
            "coalesce((SELECT hex(key) FROM row_keys k WHERE k.kind = 7 AND k.record = a.id), a.member || ' ' || a.at)"
        }
        other => panic!("nothing tells a row of {other}"),
    };
    format!("(SELECT {told} FROM {parent} a WHERE a.id = {id})")
}

/// Everything that is shared, free of numbers: people by what they are known by, rows by what they say. What counts of
/// one line on one day is in it where `last` asks for it: who was merged is named by who stayed, which is each file's own.
#[allow(clippy::too_many_lines, reason = "a list")]
fn logical(path: &Path, with_last: bool) -> BTreeMap<String, BTreeSet<String>> {
    let store = Connection::open(path).expect("opens");
    store
        .execute_batch(
            "CREATE TEMP TABLE people AS SELECT m.id AS member, m.person,
               coalesce((SELECT group_concat(v, ' ') FROM (SELECT platform || ':' || value AS v FROM identities i
                 JOIN members o ON o.id = i.member WHERE o.person = m.person ORDER BY 1)), 'nobody known') AS name
             FROM members m",
        )
        .expect("people");
    let mut all = BTreeMap::new();
    let mut add = |name: &str, sql: &str| {
        let mut query = store.prepare(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        let width = query.column_count();
        let rows = query.query_map([], |row| {
            let cells: Result<Vec<rusqlite::types::Value>, _> = (0..width).map(|n| row.get(n)).collect();
            Ok(cells?.iter().map(shown).collect::<Vec<_>>().join(" | "))
        });
        all.insert(name.to_string(), rows.expect("reads").collect::<Result<_, _>>().expect("reads"));
    };
    add(
        "members",
        "SELECT p.name, (SELECT standing FROM members WHERE id = p.person), min(m.day)
         FROM people p JOIN members m ON m.id = p.member GROUP BY p.person",
    );
    let pairs = |sql: &str| -> Vec<(String, String)> {
        let mut query = store.prepare(sql).expect("reads");
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("reads");
        rows.collect::<Result<_, _>>().expect("reads")
    };
    let tables = pairs(
        "SELECT name, '' FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'settled%' AND name NOT LIKE 'sqlite%'",
    );
    // The first counts of an act stand in its own row and the others in `reaches`, whichever came first; `snapshots` below has
    // all of them.
    let is_told = |table: &str| !OWN.contains(&table) && table != "reaches";
    for (table, _) in tables.iter().filter(|(table, _)| is_told(table)) {
        let parents: BTreeMap<String, String> =
            pairs(&format!("SELECT \"from\", \"table\" FROM pragma_foreign_key_list('{table}')"))
                .into_iter()
                .collect();
        let columns = pairs(&format!("SELECT name, '' FROM pragma_table_info('{table}')"));
        let mut told = Vec::new();
        for (column, _) in &columns {
            match (table.as_str(), column.as_str(), parents.get(column)) {
                // How far an act went is told below.
                (_, "id" | "batch" | "replaced_by" | "record", _)
                | ("activities", "grade" | "counted_day" | "reach" | "impressions" | "engagements", _) => {}
                ("row_keys", "key", _) => told.push("hex(t.key)".into()),
                ("handbook_items", "item", _) => told.push("t.digest".into()),
                (_, _, Some(parent)) => told.push(name_of(parent, &format!("t.{column}"))),
                _ => told.push(format!("t.{column}")),
            }
        }
        let in_force = if columns.iter().any(|(column, _)| column == "replaced_by") {
            "t.replaced_by IS NULL".to_string()
        } else if matches!(table.as_str(), "stages" | "consents") {
            format!("t.id NOT IN (SELECT row FROM settlements WHERE kind = '{table}')")
        } else if table == "survey_answers" {
            "t.take IN (SELECT id FROM survey_takes WHERE replaced_by IS NULL)".into()
        } else {
            "1".into()
        };
        let told = match table.as_str() {
            "tags" => "(SELECT name FROM people WHERE member = t.member), t.tag, min(t.day)".into(),
            _ => told.join(", "),
        };
        let group = if table == "tags" { "GROUP BY 1, 2" } else { "" };
        add(table, &format!("SELECT {told} FROM {table} t WHERE {in_force} {group}"));
    }
    add(
        "snapshots",
        &format!(
            "SELECT {}, s.grade, s.day, s.reach, s.impressions, s.engagements FROM snapshots s",
            name_of("activities", "s.activity")
        ),
    );
    if with_last {
        for (table, line, says) in [
            ("facts", "t.field", "t.value"),
            ("stages", "''", "t.stage"),
            ("consents", "t.purpose", "t.given"),
        ] {
            add(
                &format!("{table} that count"),
                &format!(
                    "SELECT p.name, {line}, t.day, {says}, max(t.id) > 0 FROM {table} t JOIN people p ON p.member = t.member
                     GROUP BY p.name, {line}, t.day"
                ),
            );
        }
        add(
            "counts that count",
            &format!(
                "SELECT {}, s.day, s.reach, max(s.id) * 0 FROM snapshots s GROUP BY s.activity, s.day",
                name_of("activities", "s.activity")
            ),
        );
    }
    all
}

fn db(program: &Program) -> std::path::PathBuf {
    program.path().join("groundswell.db")
}

/// A program with the file of another.
fn copy(of: &Program) -> Program {
    let program = Program::none();
    std::fs::copy(db(of), db(&program)).expect("copies");
    program
}

/// Merges another program's file into one; nothing that is not settled may be left.
fn take_in(program: &Program, other: &Program) {
    let path = db(other);
    let before = tree(other.path());
    let run = program.run(&["merge", path.to_str().expect("a path"), "--yes", "--join", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.all());
    assert_eq!(tree(other.path()), before, "the other program is only read");
}

/// Something a manager does: which deed, about whom or what, and when (a day of May).
type Deed = (usize, usize, usize, usize);

/// How many deeds there are; the last ones say who is who.
const DEEDS: usize = 36;
/// From here on deeds say that two are one.
const WHO: usize = 34;

#[allow(clippy::too_many_lines, reason = "a list")]
fn act(program: &Program, n: usize, (deed, who, what, when): Deed) -> i32 {
    let day = format!("2026-05-{:02}", 1 + when);
    let now = format!("2026-06-{:02}T0{}:00:00Z", 1 + when, n % 10);
    let email = format!("p{who}@example.com");
    let text = format!("text {what}");
    let import = |kind: &str, rows: String| {
        program.file("file.csv", rows);
        program.run_at(&now, &["import", "file.csv", "--as", kind, "--as-of", &day, "-q"]).code
    };
    let run = |args: &[&str]| {
        let mut all = args.to_vec();
        all.extend(["--as-of", &day, "--yes", "-q"]);
        program.run_at(&now, &all).code
    };
    let number = (1 + what).to_string();
    match deed {
        0 => import(
            "members",
            format!("email,name,company,tags\n{email},Person {who},Company {what},tag{what}\n"),
        ),
        1 => import(
            "nps",
            format!(
                "response_id,email,score,comment,date\nnps-000{who},{email},{},c{what},{day}\n",
                7 + what
            ),
        ),
        2 | 3 => import(
            "activity",
            format!(
                "email,platform,kind,date,url,title,reach,engagements\n{email},forum,post,2026-04-0{},https://forum.example/{who},Post {who},{},{what}\n",
                1 + who,
                10 * what
            ),
        ),
        4 => import("usage", format!("email,date,metric,amount\n{email},2026-04-01,logins,{what}\n")),
        5 => import("audience", format!("email,platform,date,followers\n{email},x,{day},{what}\n")),
        6 => import("signups", format!("email,name,date,message\n{email},Person {who},{day},hello {what}\n")),
        7 => {
            program.file("file.csv", format!("email,date,s1,s2\n{email},{day},{},4\n", 1 + what));
            run(&["import", "file.csv", "--as", "survey", "--map", "s1=s1", "--map", "s2=s2"])
        }
        8 => import(
            "clicks",
            format!("link,date,clicks,visitor\nhttps://x.example/{what},2026-04-01,{},{email}\n", 1 + who),
        ),
        9 => import(
            "orders",
            format!(
                "order,date,amount,currency,code,customer,status,heard\n{who},2026-04-02,{}.00,EUR,CODE{who},{email},paid,friend\n",
                10 + what
            ),
        ),
        10 => import(
            "rollup",
            format!("member,date,platform,kind,acts\n{email},2026-04-0{},forum,like,{}\n", 1 + who, 1 + what),
        ),
        11 => import(
            "deals",
            format!(
                "deal,created,stage,amount,currency,customer\nD{who},2026-04-02,{},100.00,EUR,{email}\n",
                ["demo", "offer", "closed won"][what]
            ),
        ),
        12 => run(&["member", "edit", &email, "--company", &format!("Firm {what}")]),
        13 => run(&["member", "note", &email, &text]),
        14 => run(&["member", "stage", &email, ["candidate", "active", "on-hold"][what], "--why", &text]),
        15 => run(&[
            "member",
            "consent",
            &email,
            ["yes", "no", "yes"][what],
            "--for",
            "exclusive",
            "--source",
            &text,
        ]),
        16 => run(&["share", "ask", &email, &text, "--kind", "talk"]),
        17 => run(&["share", "ask", "answer", &number, ["yes", "no", "later"][what], "--text", &text]),
        18 => run(&["share", "give", &email, &text, "--kind", "gift"]),
        19 => run(&["equip", "desk", "ask", &email, &text]),
        20 => run(&["equip", "desk", "answer", &number, &text]),
        21 => run(&[
            "share",
            "link",
            &email,
            &format!("https://example.com/{who}"),
            "--short",
            &format!("https://x.example/{who}"),
        ]),
        22 => run(&[
            "amplify",
            "log",
            &email,
            &format!("https://www.youtube.com/watch?v=abcdefgh{who}{what}"),
            "--kind",
            "video",
        ]),
        23 => run(&["amplify", "react", &number, "--text", &text]),
        24 => run(&[
            "equip",
            "add",
            "follow",
            "--title",
            &format!("Ada {who}"),
            "--url",
            &format!("https://ada.example/{what}"),
        ]),
        25 => run(&["member", "edit", &email, ["--staff=yes", "--staff=no", "--bot=yes"][what]]),
        26 => run(&brief(&format!("News {what}"), &text, "https://example.com/n", &["--for", &email])),
        27 => run(&["share", "send", &number, "--to", &email, "-o", "out", "--anyway"]),
        28 => run(&["share", "need", &email, &text]),
        29 => run(&["share", "need", "done", &number, &text]),
        30 => run(&["member", "segment", "save", "some", ["stage=active", "tag=vip", "platform=x"][what]]),
        31 => run(&["share", "code", &email, &format!("CODE{who}")]),
        32 => run(&["measure", "heard", "--decide", &format!("friend={email}")]),
        33 => run(&["equip", "handbook", &email, "-o", "books"]),
        34 => import("members", format!("email,handle,platform\n{email},h{what},forum\n")),
        _ => run(&["member", "merge", &email, &format!("p{}@example.com", (who + 1 + what) % 4)]),
    }
}

#[test]
fn every_deed_does_something() {
    let program = Program::new();
    let deeds = (0..4)
        .map(|who| (0, who, 1, 0))
        .chain((1..WHO).map(|deed| (deed, if deed == 25 { 3 } else { 1 }, usize::from(deed == 3), 1)))
        .chain([(34, 1, 1, 2), (35, 1, 0, 2)]);
    for (n, deed) in deeds.enumerate() {
        let before = program.dump();
        assert_eq!(act(&program, n, deed), 0, "{deed:?}");
        // A post comes twice in the list, so that it is more frequent.
        assert!(program.dump() != before || deed.0 == 3, "{deed:?}");
    }
    let empty = Program::new();
    let nothing = logical(&db(&empty), true);
    let dump = logical(&db(&program), true);
    let still: Vec<&String> =
        dump.iter().filter(|(table, rows)| rows == &&nothing[*table]).map(|(table, _)| table).collect();
    assert_eq!(
        still,
        ["distinctions", "faq", "invitations", "promotions", "rates"],
        "tables that no deed writes"
    );
    take_in(&empty, &program);
    assert_eq!(logical(&db(&empty), true), dump, "an empty program becomes the other one");
}

fn program(deeds: &[Deed]) -> Program {
    let program = Program::new();
    for (n, deed) in deeds.iter().enumerate() {
        act(&program, n, *deed);
    }
    program
}

/// Three programs: what all have in common, as if they came from one file, and what each did since.
fn programs(deeds: usize) -> impl Strategy<Value = (Vec<Deed>, [Vec<Deed>; 3])> {
    let some =
        move |most: usize| proptest::collection::vec((0..deeds, 0..4_usize, 0..3_usize, 0..6_usize), 0..most);
    (some(4), [some(7), some(7), some(7)])
}

#[test]
fn counts_of_one_post_on_two_days_are_the_same_in_any_order() {
    let deeds = (Vec::new(), [Vec::new(), vec![(2, 3, 0, 3)], vec![(2, 3, 0, 0)]]);
    all_orders(&deeds, true).expect("the same program");
}

fn cases() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(3);
    ProptestConfig { cases, max_shrink_iters: 150, failure_persistence: None, ..ProptestConfig::default() }
}

fn all_orders((common, each): &(Vec<Deed>, [Vec<Deed>; 3]), last: bool) -> Result<(), TestCaseError> {
    let base = program(common);
    let made: Vec<Program> = each
        .iter()
        .map(|deeds| {
            let own = copy(&base);
            for (n, deed) in deeds.iter().enumerate() {
                act(&own, n, *deed);
            }
            own
        })
        .collect();
    let mut first: Option<BTreeMap<String, BTreeSet<String>>> = None;
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let [one, two, three] = order.map(|place| &made[place]);
        // One after the other, with repetitions; and two of them first.
        let chain = copy(one);
        take_in(&chain, two);
        take_in(&chain, three);
        let pair = copy(two);
        take_in(&pair, three);
        let nested = copy(one);
        take_in(&nested, &pair);
        for (shape, program) in [("one after the other", &chain), ("two of them first", &nested)] {
            let dump = logical(&db(program), last);
            match &first {
                None => first = Some(dump),
                Some(known) => {
                    for (table, rows) in known {
                        prop_assert_eq!(rows, &dump[table], "{} in the order {:?}, {}", table, order, shape);
                    }
                }
            }
        }
        if order[0] > order[1] {
            continue;
        }
        let before = chain.dump();
        for again in [two, three, &pair] {
            take_in(&chain, again);
        }
        prop_assert_eq!(chain.dump(), before, "again, in the order {:?}", order);
        let check = chain.run(&["check", "--as-of", "2026-12-31"]);
        prop_assert_eq!(check.code, 0, "{}", check.all());
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]
    #[test]
    fn any_order_and_any_repetition_is_the_same_program(deeds in programs(DEEDS)) {
        all_orders(&deeds, false)?;
    }

    #[test]
    fn the_newest_word_holds_in_any_order(deeds in programs(WHO)) {
        all_orders(&deeds, true)?;
    }

    #[test]
    fn a_merge_that_is_taken_back_was_never_there(deeds in programs(DEEDS)) {
        taken_back(&deeds)?;
    }
}

#[test]
fn a_day_that_an_earlier_word_brought_goes_with_its_merge() {
    taken_back(&(vec![(6, 0, 0, 1)], [Vec::new(), vec![(6, 0, 0, 0)], Vec::new()])).expect("as before");
}

#[test]
fn who_signed_up_while_a_merge_had_them_further_along_is_interested_without_it() {
    taken_back(&(Vec::new(), [Vec::new(), vec![(0, 1, 0, 0), (14, 1, 1, 0)], vec![(6, 1, 0, 0)]]))
        .expect("as before");
}

#[test]
fn a_link_that_a_file_clicks_is_nobodys_without_the_merge_that_said_whose_it_is() {
    let deeds = (Vec::new(), [Vec::new(), vec![(0, 2, 0, 0), (21, 2, 0, 0)], vec![(8, 0, 2, 0)]]);
    taken_back(&deeds).expect("as before");
}

#[test]
fn counts_that_came_with_a_merge_go_with_it_also_of_a_post_you_reacted_to() {
    let deeds = (Vec::new(), [vec![(2, 3, 0, 0), (23, 0, 0, 0)], vec![(2, 3, 0, 1)], Vec::new()]);
    taken_back(&deeds).expect("as before");
}

#[test]
fn a_name_that_came_with_a_merge_goes_with_it_also_of_someone_you_worked_with() {
    let deeds = (vec![(1, 0, 1, 0)], [vec![(15, 0, 1, 1)], vec![(0, 0, 1, 2)], Vec::new()]);
    taken_back(&deeds).expect("as before");
}

fn taken_back((common, each): &(Vec<Deed>, [Vec<Deed>; 3])) -> Result<(), TestCaseError> {
    let base = program(common);
    let [mine, theirs, later] = each;
    let (here, there) = (copy(&base), copy(&base));
    for (program, deeds) in [(&here, mine), (&there, theirs)] {
        for (n, deed) in deeds.iter().enumerate() {
            act(program, n, *deed);
        }
    }
    let never = copy(&here);
    let before = here.dump();
    take_in(&here, &there);
    let merge = here.run(&["imports", "--format", "json"]).json();
    let batch = merge.as_array().expect("a list").iter().find(|batch| batch["kind"] == "merge");
    let Some(batch) = batch.map(|batch| batch["batch"].to_string()) else {
        prop_assert_eq!(here.dump(), before, "nothing was new");
        return Ok(());
    };
    let back = copy(&here);
    back.run(&["imports", "undo", &batch, "--yes", "-q"]).code(0);
    let (back, before) = (settled_apart(&back.dump()), settled_apart(&before));
    let differs: Vec<_> = back.lines().zip(before.lines()).filter(|(one, other)| one != other).collect();
    prop_assert!(back == before, "taken back at once: {:#?}", differs);
    // Who is who, and who is staff, stays as the other program had it where a later file names them (store/undo.rs).
    if theirs.iter().any(|deed| deed.0 >= WHO || deed.0 == 25) {
        return Ok(());
    }
    // What files say later stays, and is as if the other program had never been there.
    for (n, deed) in later.iter().enumerate().filter(|(_, deed)| deed.0 < 12) {
        act(&here, n, *deed);
        act(&never, n, *deed);
    }
    here.run(&["imports", "undo", &batch, "--yes", "-q"]).code(0);
    let (here, never) = (logical(&db(&here), false), logical(&db(&never), false));
    for (table, rows) in &never {
        // That a later file said a name that was known is an observation of its own once what was known goes.
        let is_same = if table == "facts" { rows.is_subset(&here[table]) } else { *rows == here[table] };
        prop_assert!(is_same, "{} after imports and undo: {:?} and never {:?}", table, here[table], rows);
    }
    Ok(())
}

/// A dump without what is made anew from the rows when it is next needed.
fn settled_apart(dump: &str) -> String {
    let mut inside = false;
    let keep = |line: &&str| {
        if !line.starts_with('[') {
            inside = line.starts_with("settled");
        }
        !inside
    };
    dump.lines().filter(keep).collect::<Vec<_>>().join("\n")
}
