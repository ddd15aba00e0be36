//! Texts that are made to do harm, in every column that holds one: on a screen, in a spreadsheet, in a page.

use crate::harness::{Program, tree};
use crate::redact::{COMMANDS, demo};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Escapes that name the window and clear it, bells, C1 controls, direction overrides, carriage returns.
const ESCAPES: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}gnp\u{2066}x\u{200f}\r\u{8}\u{1}";
/// What would run in a page, out of a text, an attribute, a title, a link or a template.
const SCRIPTS: &str = "</title></style><script>document.documentElement.dataset.owned=1</script><img src=x onerror=document.documentElement.dataset.owned=1>\"'><svg onload=document.documentElement.dataset.owned=1> [x](javascript:document.documentElement.dataset.owned=1) <javascript:alert(1)> {{ 7191*7 }} {% raw %}";
/// Columns that hold words of the program, keys, numbers or addresses, and no texts.
const NO_TEXTS: [&str; 33] = [
    "kind",
    "platform",
    "stage",
    "state",
    "currency",
    "standing",
    "fate",
    "reason",
    "purpose",
    "field",
    "metric",
    "signal",
    "verdict",
    "grade",
    "lang",
    "persona",
    "licence",
    "channel",
    "marks",
    "phrases",
    "profile",
    "encoding",
    "delimiter",
    "sha256",
    "command",
    "filter",
    "rule",
    "subject",
    "choice",
    "audience",
    "headers",
    "wishes",
    "hash",
];

/// Puts a text behind every text in the program; into how many columns.
fn spoil(program: &Program, text: &str) -> usize {
    let store = Connection::open(program.path().join("groundswell.db")).expect("opens");
    store.execute_batch("PRAGMA foreign_keys = OFF").expect("sets");
    let mut query = store
        .prepare(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND c.type = 'TEXT' AND t.name NOT IN ('settings', 'receipts')",
        )
        .expect("reads");
    let columns: Vec<(String, String)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("reads")
        .collect::<Result<_, _>>()
        .expect("reads");
    let mut spoilt = 0;
    for (table, column) in columns.iter().filter(|(_, column)| !NO_TEXTS.contains(&column.as_str())) {
        let which = match table.as_str() {
            "facts" => "field IN ('name', 'company', 'owner')",
            "segments" => "0",
            _ => "1",
        };
        let sql =
            format!("UPDATE {table} SET {column} = {column} || ?1 WHERE {column} IS NOT NULL AND {which}");
        // A column of a few words of the program's refuses.
        if let Ok(rows) = store.execute(&sql, [text]) {
            spoilt += usize::from(rows > 0);
        }
    }
    store
        .execute("UPDATE settings SET value = value || ?1 WHERE name IN ('name', 'product')", [text])
        .expect("sets");
    spoilt
}

fn first_control(text: &str) -> Option<&str> {
    let is_harm = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    text.lines().find(|line| line.chars().any(is_harm))
}

#[test]
fn no_escape_reaches_a_screen() {
    let program = demo();
    let columns = spoil(&program, ESCAPES);
    assert!(columns > 25, "only {columns} columns held texts");
    let mut held = 0;
    std::thread::scope(|scope| {
        let parts: Vec<_> = COMMANDS
            .chunks(COMMANDS.len().div_ceil(2))
            .map(|part| {
                let program = &program;
                scope.spawn(move || {
                    let mut held = 0;
                    for command in part {
                        for format in [&["--format", "table"][..], &["--plain"], &["--format", "md"]] {
                            let args = [command, format].concat();
                            let run = program.run(&args);
                            assert!(matches!(run.code, 0..=2), "{args:?}: {}", run.all());
                            for stream in [&run.out, &run.err] {
                                let harm = first_control(stream);
                                assert!(harm.is_none(), "{args:?}: {:?}", harm.unwrap_or_default());
                                held += usize::from(stream.contains("gnp"));
                            }
                        }
                    }
                    held
                })
            })
            .collect();
        held = parts.into_iter().map(|part| part.join().expect("all of them")).sum();
    });
    assert!(held > 60, "the texts are only in {held} of the answers");
}

/// What a command writes to a terminal, byte by byte.
fn on_a_terminal(program: &Program, args: &[&str]) -> String {
    use std::io::Read;
    let size = portable_pty::PtySize { rows: 24, cols: 200, pixel_width: 0, pixel_height: 0 };
    let pair = portable_pty::native_pty_system().openpty(size).expect("a terminal");
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_groundswell"));
    command.args(args);
    command.cwd(program.path());
    command.env("GROUNDSWELL_NOW", "2026-06-30T09:00:00Z");
    command.env_remove("GROUNDSWELL_DB");
    let mut child = pair.slave.spawn_command(command).expect("runs");
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().expect("reads");
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    // At the end of the command the terminal is gone, which some systems call an error.
    while let Ok(count @ 1..) = reader.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..count]);
    }
    child.wait().expect("ends");
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn data_on_a_terminal_is_told_and_not_obeyed() {
    let program = demo();
    spoil(&program, ESCAPES);
    for args in [
        &["member", "list", "--format", "csv"][..],
        &["member", "list", "--format", "json"],
        &["member", "show", "8"],
        &["share", "brief", "show", "1"],
        &["log", "--format", "csv"],
        &["measure", "report", "8", "--format", "md"],
    ] {
        let text = on_a_terminal(&program, args);
        assert!(text.contains("owned"), "{args:?}: the text is not there: {text}");
        for harm in ["\u{1b}]0", "\u{1b}[2J", "\u{7}", "\u{9b}", "\u{202e}", "\u{2066}", "\u{8}"] {
            assert!(!text.contains(harm), "{args:?} writes {harm:?}");
        }
    }
    // A file and a pipe get the data as it is.
    let csv = program.run(&["member", "list", "--format", "csv"]).code(0).out;
    assert!(csv.contains("\u{1b}]0;owned"));
}

#[test]
fn a_spreadsheet_runs_nothing_and_what_comes_back_is_what_was_there() {
    let program = Program::new();
    let texts = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "＝1+1",
        "'=1",
        "''tis",
        "=HYPERLINK(\"https://x.example\",\"a,b\")",
    ];
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["email", "name", "company"]).expect("writes");
    for (at, text) in texts.iter().enumerate() {
        // What another program wrote is taken as it stands there: guarded.
        let guarded = if text.starts_with("'=") || !text.starts_with('\'') {
            format!("'{text}")
        } else {
            (*text).into()
        };
        file.write_record([&format!("p{at}@example.com"), &guarded, &guarded]).expect("writes");
    }
    program.file("m.csv", file.into_inner().expect("bytes"));
    program.run(&["import", "m.csv", "--as", "members", "-q"]).code(0);
    let list = program.run(&["member", "list", "--format", "csv"]).code(0).out;
    let mut reader = csv::Reader::from_reader(list.as_bytes());
    for record in reader.records() {
        for cell in record.expect("a row").iter().filter(|cell| !cell.is_empty()) {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']),
                "a formula: {cell}"
            );
        }
    }
    // Exported, and imported again into another program: the same texts.
    let other = Program::new();
    other.file("list.csv", &list);
    let run = other.run(&["import", "list.csv", "--as", "members", "--format", "json"]);
    assert!(matches!(run.code, 0 | 3), "{}", run.all());
    let names = |program: &Program| -> Vec<String> {
        let store = Connection::open(program.path().join("groundswell.db")).expect("opens");
        let sql = "SELECT value FROM facts WHERE field = 'name' ORDER BY value";
        let mut query = store.prepare(sql).expect("reads");
        query.query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads")
    };
    assert_eq!(names(&program), names(&other));
    assert!(names(&program).iter().any(|name| name.starts_with("=cmd")), "{:?}", names(&program));
}

/// Every page the program makes of a program, below a folder.
fn pages(program: &Program) -> PathBuf {
    let folder = program.path().join("pages");
    std::fs::create_dir(&folder).expect("makes");
    for args in [
        &["amplify", "showcase", "--period", "all", "-o", "pages/showcase.html"][..],
        &["identify", "page", "--form", "mailto:circle@example.com", "-o", "pages/program"],
        &["survey", "form", "--format", "html", "-o", "pages/form.html"],
        &["survey", "form", "--format", "html", "--lang", "zh", "-o", "pages/form-zh.html"],
        &["equip", "handbook", "--all", "-o", "pages/handbooks", "--format", "html"],
        &["measure", "report", "8", "--format", "html", "--days", "365", "-o", "pages/report.html"],
        &["member", "export", "8", "-o", "pages/member"],
        &["member", "erase", "9", "--yes", "--format", "html", "-o", "pages/certificate.html"],
    ] {
        let run = program.run(args);
        assert!(matches!(run.code, 0 | 3), "{args:?}: {}", run.all());
    }
    folder
}

/// What stands in the tags of a page that could run something: tags and attributes by name, and addresses that are code.
fn active(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in
        page.split('<').skip(1).filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag.to_lowercase()))
    {
        let name = tag.split_whitespace().next().unwrap_or_default().to_string();
        if ["script", "img", "iframe", "object", "embed", "svg", "base", "link"].contains(&name.as_str()) {
            found.push(name);
        }
        // Between quotes stand values, of which only addresses matter; outside, names.
        for (at, part) in tag.split('"').enumerate() {
            let is_value = at % 2 == 1;
            let part = part.trim();
            if is_value && (part.starts_with("javascript:") || part.starts_with("data:text")) {
                found.push(part.to_string());
            } else if !is_value {
                found.extend(
                    part.split_whitespace().filter(|name| name.starts_with("on")).map(str::to_string),
                );
            }
        }
    }
    found.sort();
    found
}

#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn no_page_runs_what_is_in_a_text() {
    let (clean, program) = (demo(), demo());
    // Whoever is shown in public agreed to be.
    for program in [&clean, &program] {
        program.run(&["member", "consent", "8", "yes", "--for", "named", "--source", "mail", "-q"]).code(0);
    }
    assert!(spoil(&program, SCRIPTS) > 25);
    let (clean, folder) = (tree(&pages(&clean)), pages(&program));
    let mut seen = 0;
    for (name, bytes) in
        tree(&folder).into_iter().filter(|(name, _)| name.extension().is_some_and(|end| end == "html"))
    {
        let page = String::from_utf8(bytes).expect("UTF-8");
        let unspoilt =
            clean.get(&name).map(|bytes| active(&String::from_utf8_lossy(bytes))).unwrap_or_default();
        let mut now = active(&page);
        now.dedup();
        let strange: Vec<&String> = now.iter().filter(|what| !unspoilt.contains(what)).collect();
        assert!(strange.is_empty(), "{}: {strange:?}", name.display());
        assert!(!page.contains("50337"), "{}: a text was taken for a template", name.display());
        seen += usize::from(page.contains("dataset.owned"));
        owned(&folder.join(&name));
    }
    assert!(seen > 5, "the texts are in {seen} pages only");
}

/// Opens a page in a browser, where one is installed: nothing in it may have run.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn owned(page: &Path) {
    let profile = tempfile::tempdir().expect("a folder");
    let mut chromium = Command::new("chromium");
    for flag in [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ] {
        chromium.arg(flag);
    }
    chromium.arg(format!("--user-data-dir={}", profile.path().display())).arg("--dump-dom");
    chromium.arg(format!("file://{}", page.display())).stdin(Stdio::null());
    let Ok(output) = chromium.output() else {
        eprintln!("skipped: chromium is not here, so {} was not opened", page.display());
        return;
    };
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let head = dom.split_once("<head").map_or(dom.as_str(), |(head, _)| head);
    assert!(
        dom.contains("</html>"),
        "{} was not opened: {}",
        page.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!head.contains("data-owned"), "{} ran a text", page.display());
}
