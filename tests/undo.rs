//! Imports taken back in any order: what is left is the program in which their files were never imported.

use crate::harness::Program;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// One row of a file: which thing it is about, and which version of what can be said of it.
pub type Said = (usize, usize);

/// A file of one kind (by its place in [`KINDS`]), with its rows.
#[derive(Debug, Clone)]
pub struct File {
    pub kind: usize,
    pub rows: Vec<Said>,
}

pub const KINDS: [&str; 14] = [
    "members", "nps", "csat", "activity", "usage", "totals", "audience", "signups", "survey", "clicks",
    "visits", "orders", "deals", "rollup",
];

/// Whom thing `n` is about.
fn email(n: usize) -> String {
    format!("p{}@example.com", n % 4)
}

impl File {
    fn text(&self) -> String {
        let mut rows = self.rows.clone();
        if matches!(KINDS[self.kind], "orders" | "totals") {
            // An order over several rows is added up, and a total is said once.
            rows.sort_unstable();
            rows.dedup_by_key(|row| row.0);
        }
        if KINDS[self.kind] == "signups" {
            rows.sort_unstable();
        }
        let lines: Vec<String> = rows.iter().map(|row| self.line(*row) + "\n").collect();
        format!("{}\n{}", self.header(), lines.concat())
    }

    fn header(&self) -> &'static str {
        match KINDS[self.kind] {
            "members" => "email,name,company,country,value,currency,tags",
            "nps" | "csat" => "response_id,email,score,comment,date",
            "activity" => "email,platform,kind,date,url,title,reach,engagements",
            "usage" => "email,date,metric,amount",
            "totals" => "email,name,metric,amount",
            "audience" => "email,platform,date,followers",
            "signups" => "email,name,date,message",
            "survey" => "email,date,s1,s2,s3",
            "clicks" => "link,date,clicks,visitor",
            "visits" => "link,clicks",
            "orders" => "order,date,amount,currency,code,customer,status",
            "rollup" => "member,date,platform,kind,acts",
            _ => "deal,created,stage,amount,currency,customer",
        }
    }

    fn line(&self, (n, version): Said) -> String {
        let (who, day) = (email(n), 1 + n % 28);
        match KINDS[self.kind] {
            "members" => {
                let tags = ["", "vip", "vip|beta"][version];
                format!("{who},Person {},Company {version},DE,{}.00,EUR,{tags}", n % 4, 100 + version)
            }
            "nps" => format!("nps-{n:07},{who},{},said {version},2026-05-{day:02}", 7 + version),
            "csat" => format!("csat-{n:07},{who},{},,2026-05-{day:02}", 3 + version),
            "activity" => {
                format!(
                    "{who},forum,post,2026-05-{day:02},https://forum.example/{n},Post {n},{},{version}",
                    10 * version
                )
            }
            "usage" => format!("{who},2026-05-{day:02},logins,{}", 1 + version),
            "totals" => format!("{who},Person {},logins,{}", n % 4, 10 + version),
            "audience" => format!("{who},youtube,2026-05-{day:02},{}", 1000 + version),
            "signups" => format!("{who},Person {},2026-05-{:02},hello {version}", n % 4, 1 + n % 28),
            "survey" => format!("{who},2026-05-{day:02},{},4,5", 1 + version),
            "clicks" => format!("https://x.example/{},2026-05-{day:02},{},{who}", n % 3, 1 + version),
            "visits" => format!("https://x.example/{},{}", n % 3, 5 + version),
            "orders" => {
                format!(
                    "{n},2026-05-{day:02},{}.00,EUR,CODE{n},{},paid",
                    10 + version,
                    if version == 0 { "" } else { &who }
                )
            }
            "rollup" => format!("{who},2026-05-{day:02},forum,reply,{}", 2 * version),
            _ => format!(
                "D-{n},2026-05-{day:02},{},100.00,EUR,{who}",
                ["demo", "offer", "closed won"][version]
            ),
        }
    }

    fn flags(&self) -> Vec<&'static str> {
        match KINDS[self.kind] {
            "csat" => vec!["--as", "csat", "--scale", "1-5"],
            "totals" => vec!["--as", "usage"],
            "survey" => vec!["--as", "survey", "--map", "s1=s1", "--map", "s2=s2", "--map", "s3=s3"],
            "visits" => vec!["--as", "clicks"],
            kind => vec!["--as", kind],
        }
    }
}

/// Imports file `n` on a day of its own.
pub fn import(program: &Program, n: usize, file: &File) {
    let name = format!("f{n}.csv");
    program.file(&name, file.text());
    let day = format!("2026-06-{:02}", 1 + n);
    let mut args = vec!["import", &name, "--as-of", &day, "--format", "json"];
    args.extend(file.flags());
    let run = program.run(&args);
    assert!(matches!(run.code, 0 | 3), "{}\n{}", file.text(), run.all());
}

/// What is asked of each table.
#[allow(clippy::too_many_lines, reason = "a list")]
fn queries() -> Vec<(&'static str, String)> {
    let person = |table: &str| {
        let column = if table == "members" { "members.id".into() } else { format!("{table}.member") };
        format!(
            "coalesce((SELECT group_concat(v, ' ') FROM (SELECT platform || ':' || value AS v FROM identities i
             WHERE i.member = {column} ORDER BY 1)), '-')"
        )
    };
    let file = |table: &str| format!("(SELECT file FROM batches b WHERE b.id = {table}.batch)");
    let keyed = |table: &str| {
        let kinds = [
            "responses",
            "activities",
            "usage",
            "audiences",
            "clicks",
            "conversions",
            "survey_takes",
            "signups",
            "rollups",
        ];
        let kind = 1 + kinds.iter().position(|known| *known == table).expect("a table with keys");
        format!("(SELECT hex(key) FROM row_keys k WHERE k.kind = {kind} AND k.record = {table}.id)")
    };
    let versioned = |table: &str, what: &str| {
        format!(
            "SELECT {}, {}, {what}, {}, replaced_by IS NULL,
               (SELECT count(*) FROM {table} o WHERE o.replaced_by = {table}.id) FROM {table}",
            keyed(table),
            person(table),
            file(table)
        )
    };
    vec![
        (
            "members",
            format!(
                "SELECT {}, person = id, standing, day, {} FROM members",
                person("members"),
                file("members")
            ),
        ),
        ("identities", format!("SELECT platform, value, shown, {} FROM identities", file("identities"))),
        (
            "facts",
            format!(
                "SELECT {}, field, day, value, {}, row_number() OVER (PARTITION BY member, field ORDER BY day, id) FROM facts",
                person("facts"),
                file("facts")
            ),
        ),
        ("tags", format!("SELECT {}, tag, day, {} FROM tags", person("tags"), file("tags"))),
        (
            "stages",
            format!("SELECT {}, stage, at, day, why, {} FROM stages", person("stages"), file("stages")),
        ),
        ("responses", versioned("responses", "kind, score, low, high, comment, at, day")),
        ("usage", versioned("usage", "metric, day, amount")),
        ("rollups", versioned("rollups", "platform, kind, day, acts")),
        (
            "clicks",
            versioned("clicks", "(SELECT address FROM links l WHERE l.id = link), at, day, clicks, visitor"),
        ),
        (
            "conversions",
            versioned("conversions", "kind, number, at, state, stage, won_day, amount, refunded, code"),
        ),
        (
            "survey_takes",
            versioned(
                "survey_takes",
                "at, day, (SELECT group_concat(statement || '=' || answer) FROM survey_answers WHERE take = survey_takes.id)",
            ),
        ),
        ("answers", "SELECT count(*), sum(answer) FROM survey_answers".into()),
        (
            "activities",
            format!(
                "SELECT {}, {}, platform, kind, at, day, url, title, {} FROM activities",
                keyed("activities"),
                person("activities"),
                file("activities")
            ),
        ),
        (
            "reaches",
            "SELECT a.url, s.grade, s.day, s.reach, s.impressions, s.engagements,
                    (SELECT file FROM batches b WHERE b.id = CASE s.id WHEN 0 THEN a.batch ELSE r.batch END),
                    row_number() OVER (PARTITION BY s.activity ORDER BY s.day, s.id)
             FROM snapshots s JOIN activities a ON a.id = s.activity LEFT JOIN reaches r ON r.id = s.id"
                .into(),
        ),
        (
            "audiences",
            format!(
                "SELECT {}, platform, at, day, followers, {} FROM audiences",
                person("audiences"),
                file("audiences")
            ),
        ),
        (
            "signups",
            format!("SELECT {}, at, day, message, {} FROM signups", person("signups"), file("signups")),
        ),
        ("links", format!("SELECT address, url, {}, day FROM links", file("links"))),
        ("keys", "SELECT hex(key), kind FROM row_keys".into()),
        // A correction to none leaves an import of nothing behind once what it corrected is taken back.
        (
            "readings",
            "SELECT headers, wishes, file FROM readings r JOIN batches b ON b.id = r.batch WHERE b.kind <> 'rollup'".into(),
        ),
        ("batches", "SELECT file, kind, day FROM batches WHERE kind <> 'rollup'".into()),
    ]
}

/// What is known, in words that hold in any program: people by their addresses, records without their numbers,
/// batches by their files. Left out is what only tells of the import itself (counts, seconds, who said it again).
pub fn meaning(program: &Program) -> String {
    let store = Connection::open(program.path().join("groundswell.db")).expect("opens");
    let mut text = String::new();
    for (name, sql) in queries() {
        let mut query = store.prepare(&sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        let width = query.column_count();
        let mut lines: Vec<String> = query
            .query_map([], |row| {
                let cells: Result<Vec<rusqlite::types::Value>, _> = (0..width).map(|n| row.get(n)).collect();
                Ok(cells?.iter().map(shown).collect::<Vec<_>>().join(" | "))
            })
            .expect("reads")
            .collect::<Result<_, _>>()
            .expect("reads");
        lines.sort();
        text.push_str(&format!("{name}\n  {}\n", lines.join("\n  ")));
    }
    text
}

pub fn shown(value: &rusqlite::types::Value) -> String {
    use rusqlite::types::Value as V;
    match value {
        V::Null => "-".into(),
        V::Integer(n) => n.to_string(),
        V::Real(n) => n.to_string(),
        V::Text(text) => text.clone(),
        V::Blob(bytes) => format!("{bytes:?}"),
    }
}

/// The batch of each file that left one.
pub fn batches(program: &Program) -> BTreeMap<usize, String> {
    let list = program.run(&["imports", "--format", "json"]).code(0).json();
    let batches = list.as_array().expect("a list").iter();
    batches
        .map(|batch| {
            let file = batch["file"].as_str().expect("a name");
            (file[1..file.len() - 4].parse().expect("a number"), batch["batch"].to_string())
        })
        .collect()
}

pub fn undo(program: &Program, batch: &str) {
    program.run(&["imports", "undo", batch, "--yes", "-q"]).code(0);
}

fn check(files: &[File], order: &[usize], taken: usize) -> TestCaseResult {
    let program = Program::new();
    let before = program.dump();
    for (n, file) in files.iter().enumerate() {
        import(&program, n, file);
    }
    let all = batches(&program);
    let mut order: Vec<usize> = order.iter().copied().filter(|n| all.contains_key(n)).collect();
    let rest = order.split_off(taken.min(order.len()));
    for n in &order {
        undo(&program, &all[n]);
    }
    let never = Program::new();
    for (n, file) in files.iter().enumerate().filter(|(n, _)| rest.contains(n)) {
        import(&never, n, file);
    }
    prop_assert_eq!(meaning(&program), meaning(&never), "taken back {:?} of\n{}", order, told(files));
    for n in &rest {
        undo(&program, &all[n]);
    }
    prop_assert_eq!(program.dump(), before, "everything taken back of\n{}", told(files));
    Ok(())
}

pub fn told(files: &[File]) -> String {
    let one = |(n, file): (usize, &File)| format!("f{n}.csv ({})\n{}", KINDS[file.kind], file.text());
    files.iter().enumerate().map(one).collect()
}

/// Files of few kinds about few things, so that they overlap; the order they are taken back in, and how many.
fn histories() -> impl Strategy<Value = (Vec<File>, Vec<usize>, usize)> {
    let kinds = proptest::sample::subsequence((0..KINDS.len()).collect::<Vec<_>>(), 1..=2);
    let files = kinds.prop_flat_map(|kinds| {
        let rows = proptest::collection::vec((0..5_usize, 0..3_usize), 1..6);
        let file = (proptest::sample::select(kinds), rows).prop_map(|(kind, rows)| File { kind, rows });
        proptest::collection::vec(file, 2..6)
    });
    files.prop_flat_map(|files| {
        let order = Just((0..files.len()).collect::<Vec<_>>()).prop_shuffle();
        let taken = 1..=files.len();
        (Just(files), order, taken)
    })
}

/// A case is some ten commands; `PROPTEST_CASES` asks for more of them.
pub fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_taken_back_was_never_there((files, order, taken) in histories()) {
        check(&files, &order, taken)?;
    }
}

/// Nobody is known because a warehouse said that they did nothing.
#[test]
fn a_correction_to_none_goes_with_what_it_corrected() {
    let rollup = KINDS.iter().position(|kind| *kind == "rollup").expect("a kind");
    let file = |rows: &[(usize, usize)]| File { kind: rollup, rows: rows.to_vec() };
    // The second number is how often, in twos: four, then none, then none again, then two.
    let files = [file(&[(2, 2)]), file(&[(1, 2), (2, 0)]), file(&[(2, 0), (3, 1)]), file(&[(2, 1)])];
    for taken in [&[0][..], &[1], &[0, 3], &[0, 2]] {
        let order: Vec<usize> = taken.iter().copied().chain((0..4).filter(|n| !taken.contains(n))).collect();
        check(&files, &order, taken.len()).expect("is as it was");
    }
}

#[test]
fn a_file_inside_an_earlier_one_keeps_its_rows() {
    let program = Program::new();
    let head = "response_id,email,score,comment,date\n";
    let inside = format!("{head}nps-1,a@example.com,9,x,2026-05-01\nnps-3,c@example.com,0,x,2026-05-01\n");
    program.file("long.csv", format!("{inside}nps-2,b@example.com,8,y,2026-05-02\n"));
    program.file("short.csv", &inside);
    program.run(&["import", "long.csv", "--as", "nps"]).code(0);
    let run = program.run(&["import", "short.csv", "--as", "nps"]).code(0);
    assert!(run.out.contains("0 added + 0 changed + 2 unchanged"), "{}", run.all());
    assert!(run.err.contains("its rows stay"), "{}", run.all());
    let again = program.run(&["import", "short.csv", "--as", "nps"]).code(0);
    assert!(!again.out.contains("(batch"), "the same file again leaves nothing: {}", again.all());
    program.run(&["imports", "undo", "1", "--yes"]).code(0);
    assert_eq!(program.run(&["member", "list", "--format", "csv"]).out.lines().count(), 3);
    program.run(&["imports", "undo", "2", "--yes"]).code(0);
    assert_eq!(program.run(&["member", "list", "--format", "ids"]).out, "");
}
