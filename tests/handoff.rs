//! The folder for a warehouse: its bytes, what is not in it, and what engines make of it.

use crate::harness::{Program, tree};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

/// Three people, of whom one is an advocate and one is staff, with a little of everything.
fn tiny() -> Program {
    let program = Program::new();
    program.file("nps.csv", "email,name,score,comment,date\nana@example.com,王小明,10,\"so \"\"good\"\", 真的\",2026-05-01\nben@example.com,Ben,3,=1+1,2026-06-02\nstaff@example.org,Sam,9,,2026-06-02\n");
    program.file("acts.csv", "email,platform,kind,date,url,title,reach,engagements\nana@example.com,forum,post,2026-04-30,https://forum.example/1,One,100,7\nana@example.com,forum,reply,2026-05-02,https://forum.example/2,Two,50,\nben@example.com,forum,like,2026-05-02,,,,\nstaff@example.org,forum,post,2026-05-02,https://forum.example/3,Ours,900,90\n");
    program.file("clicks.csv", "link,date,visitor,customer\nhttps://go.example.com/ana,2026-05-03,v1,ben@example.com\nhttps://go.example.com/ana,2026-05-03,v2,\nhttps://go.example.com/ana,2026-06-03,v2,\nhttps://go.example.com/ana,2026-06-04,v3,staff@example.org\n");
    program.file("orders.csv", "order,date,amount,currency,code,customer,status\n1,2026-05-05,10.00,EUR,,ben@example.com,paid\n2,2026-05-06,7.50,EUR,ANA10,carla@example.com,paid\n");
    for line in [
        "import nps.csv --as nps",
        "member stage ana@example.com active --as-of 2026-04-29",
        "member edit staff@example.org --staff yes",
        "share link ana@example.com https://example.com/ --short https://go.example.com/ana --as-of 2026-04-29",
        "share code ana@example.com ANA10 --as-of 2026-04-29",
        "import acts.csv --as activity",
        "import clicks.csv --as clicks",
        "import orders.csv --as orders",
    ] {
        run(&program, line);
    }
    program
}

#[track_caller]
fn run(program: &Program, line: &str) -> crate::harness::Run {
    let words = shlex::split(line).expect("words");
    program.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).code(0)
}

fn text(program: &Program, path: &str) -> String {
    std::fs::read_to_string(program.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_folder_is_the_same_for_the_same_program_and_day() {
    let program = tiny();
    let mut all = String::new();
    for engine in ["postgres", "duckdb", "spark"] {
        let before = program.dump();
        let out = run(&program, &format!("handoff to-{engine} --to {engine}"));
        assert_eq!(program.dump(), before, "nothing is changed");
        let folder = program.path().join(format!("to-{engine}"));
        let files = tree(&folder);
        run(&program, &format!("handoff again-{engine} --to {engine}"));
        assert_eq!(tree(&program.path().join(format!("again-{engine}"))), files);
        writeln!(all, "# {engine}\n\n{}{}", out.out, out.err).expect("writes");
        for (name, bytes) in &files {
            let name = name.to_string_lossy();
            let carried = name.starts_with("sql/") || name.ends_with(".py");
            let shown = engine == "postgres" || !(name.starts_with("data/") || name == "README.md");
            if shown && !carried {
                writeln!(all, "## {name}\n{}", String::from_utf8_lossy(bytes)).expect("writes");
            } else {
                writeln!(all, "## {name}: {} bytes\n", bytes.len()).expect("writes");
            }
        }
        #[cfg(unix)]
        for name in files.keys() {
            use std::os::unix::fs::PermissionsExt;
            let meta = std::fs::metadata(folder.join(name)).expect("there");
            assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{}", name.display());
        }
    }
    expect_test::expect_file!["handoff.txt"].assert_eq(&all);
}

#[test]
fn the_next_one_replaces_it_and_files_of_ones_own_stay() {
    let program = tiny();
    run(&program, "handoff out --to postgres");
    program.file("out/mine.txt", "mine");
    program.file("more.csv", "email,score,comment,date\ncarla@example.com,9,new,2026-03-01\n");
    run(&program, "import more.csv --as nps");
    run(&program, "handoff out --to duckdb");
    let files = tree(&program.path().join("out"));
    let there = |name: &str| files.contains_key(Path::new(name));
    assert!(there("mine.txt") && there("data/responses/2026-03.csv") && there("load.sql"));
    assert!(!there("keys.sql"), "what only PostgreSQL needs is gone");
    assert!(!files.keys().any(|name| name.starts_with(".draft")));
}

#[test]
fn the_texts_say_what_the_program_says_and_are_caught_when_they_do_not() {
    let program = tiny();
    let run = program.run(&["handoff", "--compare", "--format", "csv"]).code(0);
    expect_test::expect![[r#"
        figure,verdict,found,different,what_is_in
        signals,equal,2,0,people
        reach,equal,2,0,"advocate, day, platform, grade"
        clicks,equal,1,0,advocates
        credit,equal,2,0,"advocate, currency, evidence"
        paths,equal,1,0,"order or deal, day, advocate"
    "#]]
    .assert_eq(&run.out);
    program.run(&["handoff", "--compare", "--period", "2026-05"]).code(0);
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    store
        .execute_batch(
            "UPDATE settled_acts SET reach = reach + 1 WHERE day = (SELECT min(day) FROM settled_acts)",
        )
        .expect("written");
    drop(store);
    let run = program.run(&["handoff", "--compare", "--format", "csv"]).code(1);
    assert!(run.out.contains("reach,different,2,1"), "{}", run.all());
    assert!(run.err.contains("1 of 5 texts do not say what the program says"), "{}", run.all());
}

#[test]
fn the_texts_hold_for_the_whole_demo() {
    let program = Program::none();
    program.run(&["demo", "demo", "-q"]).code(0);
    for period in ["all", "2026-Q2", "2026-05"] {
        program.run(&["--db", "demo/groundswell.db", "handoff", "--compare", "--period", period]).code(0);
    }
}

/// Every text below a folder, file by file.
fn holds(program: &Program, folder: &str, word: &str) -> Vec<String> {
    let files = tree(&program.path().join(folder)).into_iter();
    let found = files.filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(word));
    found.map(|(name, _)| name.display().to_string()).collect()
}

#[test]
fn who_was_erased_is_not_in_it() {
    let program = tiny();
    run(&program, "handoff out --to postgres");
    assert!(!holds(&program, "out", "王小明").is_empty());
    run(&program, "member erase ana@example.com --yes");
    run(&program, "handoff out --to postgres");
    for word in ["王小明", "ana@example.com", "真的", "forum.example/1", "go.example.com/ana"] {
        assert_eq!(holds(&program, "out", word), Vec::<String>::new(), "{word}");
    }
}

#[test]
fn redacted_nobody_is_named_and_every_figure_stays() {
    let program = tiny();
    run(&program, "handoff plain --to postgres");
    run(&program, "handoff out --to postgres --redact");
    for word in [
        "王小明",
        "Ben",
        "Sam",
        "@example",
        "真的",
        "1+1",
        "forum.example",
        "go.example.com",
        "ANA10",
        "v1",
        "Ours",
    ] {
        let files = holds(&program, "out", word);
        let files: Vec<String> = files.into_iter().filter(|name| !name.starts_with("sql/")).collect();
        assert_eq!(files, Vec::<String>::new(), "{word}");
    }
    let column = |folder: &str, name: &str, place: usize| -> Vec<String> {
        let table = text(&program, &format!("{folder}/data/{name}"));
        table.lines().map(|line| line.split(',').nth(place).expect("a cell").to_string()).collect()
    };
    for (name, place) in [("clicks/2026-06.csv", 2), ("responses/2026-05.csv", 3), ("stages.csv", 2)] {
        assert_eq!(column("plain", name, place), column("out", name, place), "{name}");
    }
    let visitors = column("out", "clicks/2026-06.csv", 5);
    assert!(visitors[1].starts_with("\"visitor-") && visitors[1] != visitors[2], "{visitors:?}");
    assert_eq!(visitors[1], column("out", "clicks/2026-05.csv", 5)[2], "the same visitor in another file");
}

#[test]
fn every_table_is_handed_over_or_stays_for_a_reason() {
    #[derive(serde::Deserialize)]
    struct Plan {
        tables: Vec<String>,
        stays: std::collections::BTreeMap<String, String>,
    }
    let text = include_str!("../data/handoff.toml");
    let plan: Plan = toml::from_str(text).expect("data/handoff.toml");
    let program = Program::new();
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let mut query = store.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").expect("reads");
    let names: Vec<String> =
        query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads");
    for name in &names {
        let (goes, stays) = (plan.tables.contains(name), plan.stays.get(name));
        assert!(goes != stays.is_some(), "{name}: add it to data/handoff.toml, in one of its two lists");
        assert!(stays.is_none_or(|reason| reason.len() > 15), "{name}: a reason");
    }
    for name in plan.tables.iter().chain(plan.stays.keys()) {
        assert!(names.contains(name), "data/handoff.toml names {name}, which is no table");
    }
}

/// Texts that files have gone wrong over.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "line\n\\.\nline",
        "\\.",
        "a \"quote\" and \"\"two\"\"",
        "'single' $$ ; DROP TABLE responses; --",
        "\\N",
        "NULL",
        "null",
        ",,,",
        "tab\tcr\rcrlf\r\nend\n",
        "\n",
        "\r\n",
        " both sides ",
        "=1+1",
        "@SUM(A1)",
        "+1",
        "-1",
        "back\\slash\\",
        "\\\"",
        "\"",
        "\\\\",
        "王小明：“很好用”，谢谢！",
        "👩‍💻 🇩🇪 👍🏽",
        "e\u{301} \u{202e}rtl",
        "\u{feff}bom",
        "# no comment",
        "{\"a\": [1]}",
        "%s \u{1}",
    ]
    .map(str::to_string)
    .to_vec();
    texts.push("长".repeat(900_000));
    texts
}

/// A program with hostile texts, handed over; and the texts by row, as hexadecimal of their bytes, as an engine should say them.
fn handed_over(engine: &str) -> (Program, Vec<String>) {
    let program = tiny();
    let store = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let mut expected = Vec::new();
    let hex = |text: &str| text.bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    for (id, said) in (1000..).zip(hostile()) {
        store
            .execute("INSERT INTO responses (id, kind, score, low, high, comment, at, day) VALUES (?1, 'nps', 9, 0, 10, ?2, 0, 20000)", rusqlite::params![id, said])
            .expect("written");
        expected.push(format!("{id} {}", hex(&said)));
    }
    store
        .execute_batch("INSERT INTO responses (id, kind, score, low, high, comment) VALUES (2000, 'nps', 9, 0, 10, NULL);
                        INSERT INTO responses (id, kind, score, low, high, comment) VALUES (2001, 'nps', 9, 0, 10, 'a' || char(0) || 'b');")
        .expect("written");
    expected.extend(["2000 nothing".to_string(), format!("2001 {}", hex("a\u{fffd}b"))]);
    drop(store);
    let run = run(&program, &format!("handoff out --to {engine}"));
    assert!(run.err.contains("1 texts held a NUL character"), "{}", run.all());
    (program, expected)
}

/// Runs a script beside what the example has for servers. It ends with 77 where the engine is not installed.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn engine(program: &Program, name: &str, script: &str) -> Option<String> {
    let server = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/outgrow/server.sh");
    let run = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &format!(". '{server}'\n{script}")])
        .current_dir(program.path().join("out"))
        .output()
        .expect("bash runs");
    let (out, err) = (String::from_utf8_lossy(&run.stdout).to_string(), String::from_utf8_lossy(&run.stderr));
    if run.status.code() == Some(77) {
        assert!(
            std::env::var_os("GROUNDSWELL_ENGINES_NEEDED").is_none(),
            "{name} is needed and not installed"
        );
        eprintln!("SKIPPED: {name} is not installed, so what it makes of the folder was not looked at");
        return None;
    }
    assert!(run.status.success(), "{name}: {out}\n{err}");
    Some(out)
}

#[track_caller]
fn arrived(out: &str, expected: &[String]) {
    let (verdicts, texts) = out.split_once("TEXTS\n").expect("two parts");
    assert!(verdicts.lines().count() > 20 && !verdicts.contains("DIFFERENT"), "{verdicts}");
    let texts: Vec<&str> = texts.lines().collect();
    for (found, expected) in texts.iter().zip(expected) {
        let shown = |text: &str| text.chars().take(80).collect::<String>();
        assert!(found == expected, "{} came back as {}", shown(expected), shown(found));
    }
    assert_eq!(texts.len(), expected.len());
}

#[test]
fn hostile_texts_come_through_postgresql() {
    let (program, expected) = handed_over("postgres");
    let script = r#"
        { [ -n "$(pg_bin)" ] && command -v psql >/dev/null; } || exit 77
        root=$(mktemp -d); chmod 711 "$root"
        trap 'pg_stop "$root/server" || true; rm -rf "$root"' EXIT
        pg_start "$root/server"
        pg_sql "$root/server" -f load.sql
        pg_sql "$root/server" --csv -t -f verify.sql
        echo TEXTS
        pg_sql "$root/server" -A -t -F ' ' -c "SELECT id, coalesce(encode(convert_to(comment, 'UTF8'), 'hex'), 'nothing') FROM responses WHERE id >= 1000 ORDER BY id"
    "#;
    if let Some(out) = engine(&program, "PostgreSQL", script) {
        arrived(&out, &expected);
    }
}

#[test]
fn hostile_texts_come_through_duckdb() {
    let (program, expected) = handed_over("duckdb");
    let script = r#"
        python3 -c 'import duckdb' 2>/dev/null || exit 77
        python3 - <<'PY'
import duckdb
asked = duckdb.connect()
asked.execute(open("load.sql", encoding="utf-8").read())
for file in ("verify.sql", "unheld.sql"):
    for row in asked.execute(open(file, encoding="utf-8").read()).fetchall():
        print(*row)
print("TEXTS")
for row in asked.execute("SELECT id, coalesce(lower(hex(encode(comment))), 'nothing') FROM responses WHERE id >= 1000 ORDER BY id").fetchall():
    print(*row)
PY
    "#;
    if let Some(out) = engine(&program, "DuckDB for Python", script) {
        arrived(&out, &expected);
    }
}

#[test]
fn a_warehouse_that_lost_a_row_is_told() {
    let (program, _) = handed_over("postgres");
    let script = r#"
        { [ -n "$(pg_bin)" ] && command -v psql >/dev/null; } || exit 77
        root=$(mktemp -d); chmod 711 "$root"
        trap 'pg_stop "$root/server" || true; rm -rf "$root"' EXIT
        pg_start "$root/server"
        pg_sql "$root/server" -f load.sql
        pg_sql "$root/server" -c "DELETE FROM clicks WHERE id = 1" -c "UPDATE responses SET comment = comment || '.' WHERE id = 1003"
        pg_sql "$root/server" --csv -t -f verify.sql | grep DIFFERENT | cut -d, -f1-4
        pg_sql "$root/server" -c "INSERT INTO links (id, member, address, url, day) VALUES (99, 12345, 'x', 'x', 1)" 2>&1 | grep -c 'foreign key' || true
        pg_sql "$root/server" -c "UPDATE members SET standing = 'robot'" 2>&1 | grep -c 'check constraint' || true
    "#;
    if let Some(out) = engine(&program, "PostgreSQL", script) {
        assert_eq!(out, "clicks,3,4,DIFFERENT\nresponses,34,34,DIFFERENT\n1\n1\n");
    }
}
