//! The program's report from outside: its pages in a browser, its workbook read back, its tables as lists, in both languages,
//! with hostile names, and the same bytes for the same day.

use crate::browser::{axe, browser, installed, look, printed};
use crate::harness::Program;
use calamine::{Data, Reader, Xlsx};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::{Command, Stdio};

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\u{202e}gnp.exe\u{202c} محمد",
    "👩‍💻🏳️‍🌈 O'Neil \"quoted\" & <b>bold</b>",
    "{{ 7*7 }}{% for i in range(9) %}",
    "-->]]><svg onload=alert(1)>",
];

fn demo() -> Program {
    let program = Program::none();
    program.run(&["demo", "."]).code(0);
    program
}

/// A program whose people and whose own name are called as nobody should be.
fn hostile() -> Program {
    let program = Program::none();
    program.init("groundswell.db", "<script>alert(2)</script> =1+1");
    let long = format!("=名{}", "字".repeat(3998));
    let names: Vec<&str> = HOSTILE
        .into_iter()
        .chain([long.as_str(), "Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"])
        .collect();
    for (place, name) in names.iter().enumerate() {
        let id = (place + 1).to_string();
        program
            .run(&[
                "member",
                "add",
                &format!("--name={name}"),
                "--email",
                &format!("m{id}@example.com"),
                "--as-of",
                "2026-01-01",
            ])
            .code(0);
        program.run(&["member", "stage", &id, "active", "--as-of", "2026-02-01"]).code(0);
    }
    let file = rusqlite::Connection::open(program.path().join("groundswell.db")).expect("opens");
    let mut sql = String::new();
    for id in 1..=names.len() {
        sql.push_str(&format!(
            "INSERT INTO codes (member, code, from_day) VALUES ({id}, 'CODE{id}', 20480);
             INSERT INTO conversions (kind, number, at, day, state, amount, refunded, currency, code)
               VALUES ('order', 'O{id}', 0, 20600, 'paid', {}, 0, 'EUR', 'CODE{id}');
             INSERT INTO audiences (member, platform, at, day, followers) VALUES ({id}, 'x', 0, 20490, {}), ({id}, 'x', 0, 20600, {});
             INSERT INTO activities (member, platform, kind, at, day, title) VALUES ({id}, 'x', 'post', 0, 20{}0, '<img src=x onerror=alert(3)>');",
            1_234_567_890_i64 * i64::try_from(id).expect("small"),
            1000 * id,
            1500 * id,
            49 + id,
        ));
    }
    file.execute_batch(&sql).expect("the rows fit");
    program
}

/// A list as rows of columns by name.
fn rows(program: &Program, table: &str) -> Vec<BTreeMap<String, String>> {
    let csv = program.run(&["report", "--table", table, "--format", "csv"]).code(0).out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let heads: Vec<String> = reader.headers().expect("heads").iter().map(str::to_string).collect();
    let row = |row: csv::StringRecord| heads.iter().cloned().zip(row.iter().map(str::to_string)).collect();
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

fn tables(program: &Program) -> Vec<String> {
    let list = program.run(&["report", "--format", "json"]).code(0).json();
    list.as_array()
        .expect("a list")
        .iter()
        .map(|row| row["table"].as_str().expect("a name").to_string())
        .collect()
}

#[test]
fn a_browser_finds_nothing_wrong_with_the_pages() {
    let Some(browser) = browser() else { return };
    let program = demo();
    let pages: [(&str, &[&str]); 6] = [
        ("en.html", &["report"]),
        ("zh.html", &["report", "--lang", "zh"]),
        ("ana.html", &["report", "--for", "Ana Lindqvist"]),
        ("wang.html", &["measure", "report", "王青禾", "--format", "html", "--lang", "zh"]),
        ("early.html", &["report", "--as-of", "2025-10-05"]),
        ("showcase.html", &["amplify", "showcase"]),
    ];
    program.run(&["member", "consent", "Ana Lindqvist", "--for", "named", "yes", "--source", "mail"]).code(0);
    for (page, args) in pages {
        program.run(&[args, &["-o", page]].concat()).code(0);
        let tables = look(&browser, program.path(), page);
        if page == "en.html" {
            compare(&program, &tables);
        }
        axe(&browser, program.path(), page);
        let sheets = printed(&browser, program.path(), page);
        assert!((1..=14).contains(&sheets), "{page} takes {sheets} sheets");
    }
}

/// What a browser reads in each table's cells is what the CSV has.
fn compare(program: &Program, seen: &Value) {
    let mut compared = 0;
    for name in tables(program) {
        let csv = rows(program, &name);
        let page = seen[&name].as_array().unwrap_or_else(|| panic!("{name} is not on the page"));
        assert!(
            page.len() == csv.len() || (page.len() < csv.len() && page.len() >= 12),
            "{name}: {} rows",
            page.len()
        );
        for (page, csv) in page.iter().zip(&csv) {
            let values: Vec<&str> = csv.values().map(String::as_str).collect();
            for cell in page.as_array().expect("cells") {
                let (value, text) = (cell[1].as_str().expect("a value"), cell[2].as_str().expect("a text"));
                if text == "–" || value == text && value.parse::<f64>().is_err() {
                    continue;
                }
                assert!(values.contains(&value), "{name}: {value} ({text}) is not in {csv:?}");
                // The words are the value's: the same digits, grouped, or as a percentage.
                let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
                let (read, meant) = (digits.parse::<f64>(), value.trim_start_matches('-').parse::<f64>());
                if let (Ok(read), Ok(meant)) = (read, meant) {
                    let meant = if text.ends_with('%') { 100.0 * meant } else { meant };
                    assert!((read - meant).abs() < 0.051, "{name}: {text} says {value}");
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared} cells compared");
}

#[test]
fn hostile_names_stay_names() {
    let program = hostile();
    let pages: [(&str, &[&str]); 4] = [
        ("en.html", &["report", "--period", "all"]),
        ("zh.html", &["report", "--period", "all", "--lang", "zh"]),
        ("one.html", &["report", "--for", "1", "--period", "all"]),
        ("long.html", &["report", "--for", "7", "--period", "all"]),
    ];
    for (page, args) in pages {
        program.run(&[args, &["-o", page]].concat()).code(0);
        let html = std::fs::read_to_string(program.path().join(page)).expect("a page");
        for bad in ["<script", "<img", "<b>bold", "\u{202e}", "onload=alert(1)>"] {
            assert!(!html.contains(bad), "{page} holds {bad}");
        }
        // A name that looks like a template is a name.
        assert!(html.contains("{{ 7*7 }}") || page == "one.html" || page == "long.html", "{page}");
        assert!(!html.contains("src=\"") && !html.contains("url(h"), "{page} fetches something");
        if let Some(browser) = browser() {
            look(&browser, program.path(), page);
        }
    }
    let md = program.run(&["report", "--format", "md", "--period", "all"]).code(0).out;
    assert!(md.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !md.contains("<script"), "{md}");
    program.run(&["report", "-o", "report.xlsx", "--period", "all"]).code(0);
    let bytes = std::fs::read(program.path().join("report.xlsx")).expect("a workbook");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("opens");
    let mut names = 0;
    for sheet in book.sheet_names() {
        assert!(book.worksheet_formula(&sheet).expect("a sheet").is_empty(), "{sheet} has formulas");
        for cell in book.worksheet_range(&sheet).expect("a sheet").used_cells() {
            if let Data::String(text) = cell.2 {
                assert!(!text.starts_with(['=', '+', '@']), "{sheet}: {text:.40}");
                names += usize::from(text.starts_with("'=cmd"));
            }
        }
    }
    assert!(names >= 2, "the name is there: {names}");
}

/// A workbook's sheets: their names, and their cells as text, numbers in full.
fn sheets(path: &Path) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(std::fs::read(path).expect("a workbook"))).expect("opens");
    let names = book.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).expect("a sheet");
            (name, range.rows().map(<[Data]>::to_vec).collect())
        })
        .collect()
}

#[test]
fn the_workbook_has_a_sheet_for_each_table_with_real_numbers_and_days() {
    let program = demo();
    program.run(&["report", "-o", "report.xlsx"]).code(0);
    let path = program.path().join("report.xlsx");
    let sheets = sheets(&path);
    let tables = tables(&program);
    assert_eq!(sheets.len(), tables.len() + 2, "a summary, a sheet for each table, the method");
    let mut numbers = 0;
    for (name, (sheet, cells)) in tables.iter().zip(&sheets[1..]) {
        let csv = rows(&program, name);
        let plain = program.run(&["report", "--table", name, "--format", "csv"]).code(0).out;
        let heads: Vec<&str> = plain.lines().next().expect("heads").split(',').collect();
        assert_eq!(cells[0].iter().filter(|cell| **cell != Data::Empty).count(), heads.len(), "{sheet}");
        for (row, csv) in cells[1..].iter().zip(&csv) {
            for (cell, head) in row.iter().zip(&heads) {
                let value = &csv[*head];
                match cell {
                    Data::Empty => assert_eq!(value, "", "{sheet}, {head}"),
                    Data::Float(number) => {
                        let meant: f64 = value.parse().expect("a number");
                        assert!((number - meant).abs() < 6e-5, "{sheet}, {head}: {number} is {value}");
                        numbers += 1;
                    }
                    Data::DateTime(_) => assert!(value.starts_with("202"), "{sheet}, {head}: {value}"),
                    Data::String(text) => assert!(value.parse::<f64>().is_err(), "{sheet}, {head}: {text}"),
                    other => panic!("{sheet}, {head}: {other:?}"),
                }
            }
        }
    }
    assert!(numbers > 700, "{numbers} numbers");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).expect("a file")).expect("a zip");
    let mut parts = String::new();
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).expect("a part");
        let name = part.name().expect("a name").to_string();
        parts.push_str(&name);
        if name.starts_with("xl/worksheets/sheet") {
            std::io::Read::read_to_string(&mut part, &mut parts).expect("XML");
        }
    }
    assert_eq!(parts.matches("state=\"frozen\"").count(), tables.len());
    assert!(parts.matches("<autoFilter").count() >= tables.len() - 1);
    assert!(parts.matches("xl/charts/chart").count() >= 14, "native charts");
    assert!(!parts.contains("<f>"), "no formulas");
}

/// `LibreOffice` opens the workbook and reads the same numbers.
#[test]
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn libreoffice_reads_the_same() {
    let Some(office) = installed(&["soffice", "libreoffice"]) else {
        eprintln!("SKIPPED: LibreOffice is not installed: the workbook was not opened by it");
        return;
    };
    let program = demo();
    program.run(&["report", "-o", "report.xlsx"]).code(0);
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new(office)
        .arg(format!("-env:UserInstallation=file://{}", profile.path().display()))
        .args(["--headless", "--convert-to"])
        .arg("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1")
        .args(["--outdir", "sheets", "report.xlsx"])
        .current_dir(program.path())
        .stdin(Stdio::null())
        .output()
        .expect("LibreOffice runs");
    let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
    assert!(output.status.success() && !said.contains("error"), "{said}");
    let mut compared = 0;
    for (name, (sheet, _)) in tables(&program).iter().zip(&sheets(&program.path().join("report.xlsx"))[1..]) {
        let path = program.path().join(format!("sheets/report-{sheet}.csv"));
        let text =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let read: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
        let plain = program.run(&["report", "--table", name, "--format", "csv"]).code(0).out;
        let mut reader = csv::Reader::from_reader(plain.as_bytes());
        for (row, meant) in read.iter().zip(reader.records()) {
            for (cell, meant) in row.iter().zip(meant.expect("a row").iter()) {
                if let (Ok(cell), Ok(meant)) = (cell.parse::<f64>(), meant.parse::<f64>()) {
                    assert!((cell - meant).abs() < 6e-5, "{sheet}: {cell} is {meant}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 600, "{compared} numbers compared");
}

#[test]
fn the_same_day_gives_the_same_bytes() {
    let program = demo();
    for name in ["report.html", "report.xlsx", "report.md"] {
        let write = || {
            program.run(&["report", "-o", name]).code(0);
            std::fs::read(program.path().join(name)).expect("a report")
        };
        assert!(write() == write(), "{name}");
    }
}

#[test]
fn a_report_speaks_the_readers_language() {
    let program = demo();
    let zh = program.run(&["report", "--format", "html", "--lang", "zh"]).code(0).out;
    for part in ["<html lang=\"zh-CN\">", "2026年4月2日至2026年6月30日", "35,503.14 欧元", "0.63%", "6月"]
    {
        assert!(zh.contains(part), "{part}");
    }
    let left: Vec<&str> = ["Educator", "Proved", "Month", "likely", "against the"]
        .into_iter()
        .filter(|word| zh.contains(word))
        .collect();
    assert!(left.is_empty(), "English words in the Chinese report: {left:?}");
    let en = program.run(&["report", "--format", "html"]).code(0).out;
    for part in ["<html lang=\"en\">", "2 Apr 2026 to 30 Jun 2026", "€35,503.14", "0.63 %", "style-src"] {
        assert!(en.contains(part), "{part}");
    }
    assert!(en.contains("default-src 'none'") && !en.contains("<script") && !en.contains("caused"));
    // What is said of money is what the credit says.
    assert!(en.contains("value=\"61579.22\">€61,579.22</data>"), "the total");
    // Who reads Chinese is written to in Chinese.
    let theirs = program.run(&["measure", "report", "王青禾"]).code(0).out;
    assert!(theirs.contains("您的内容") || theirs.contains("What your work"), "{theirs}");
}

#[test]
fn texts_in_ones_own_words_are_used_and_broken_ones_say_where() {
    let program = Program::new();
    program.run(&["templates", "copy", "templates/en/report.toml"]).code(0);
    program.run(&["templates", "copy", "chart"]).code(0);
    let path = program.path().join("templates/en/report.toml");
    let carried = std::fs::read_to_string(&path).expect("a copy");
    let line =
        |text: &str, with: &str| text.lines().position(|line| line.contains(with)).expect("a line") + 1;
    program.file(
        "templates/en/report.toml",
        carried.replace("What {{ program or 'the program' }} brought", "Ours: {{ program }}"),
    );
    assert!(program.run(&["report", "--format", "md"]).code(0).out.starts_with("# Ours: Circle\n"));
    let broken = carried.replace("What {{ program or 'the program' }} brought", "Ours: {{ nobody }}");
    let place = line(&broken, "Ours: {{ nobody }}");
    program.file("templates/en/report.toml", &broken);
    let said = program.run(&["report", "--format", "md"]).code(1);
    assert!(said.err.contains(&format!("templates/en/report.toml:{place}:19: ")), "{}", said.err);
    program.file("templates/en/report.toml", carried.replace("ever = ", "forever = "));
    let said = program.run(&["report", "--format", "md", "--period", "all"]).code(1);
    assert!(said.err.contains("templates/en/report.toml: [frame] has no ever"), "{}", said.err);
    program.file("templates/en/report.toml", carried.replace("[lead]", "[lead"));
    let said = program.run(&["report", "--format", "md"]).code(1);
    assert!(
        said.err.contains(&format!("templates/en/report.toml:{}:", line(&carried, "[lead]"))),
        "{}",
        said.err
    );
    program.file("templates/en/report.toml", &carried);
    program.file("templates/chart.html", "{% if part %}\n{{ nothing }}{% endif %}");
    let said = program.run(&["report", "--format", "html"]).code(1);
    assert!(said.err.contains("templates/chart.html:2:4: "), "{}", said.err);
}

#[test]
fn what_cannot_be_written_says_what_can() {
    let program = Program::new();
    for (args, words) in [
        (vec!["report", "-o", "report.txt"], "name a file that ends in .html, .xlsx or .md"),
        (vec!["report", "--format", "xlsx"], "a workbook needs a file; add -o report.xlsx"),
        (
            vec!["report", "--table", "nothing"],
            "the report has no such table; it has evidence, metric_advocates",
        ),
        (vec!["report", "--for", "1", "-o", "report.xlsx"], "an advocate's report is no workbook"),
        (vec!["measure", "reach", "--format", "xlsx"], "a list has no workbook"),
    ] {
        let run = program.run(&args).code(2);
        assert!(run.err.contains(words), "{args:?}: {}", run.err);
    }
    program.run(&["member", "add", "--name", "Cho", "--email", "cho@example.com"]).code(0);
    let run = program.run(&["report", "--for", "cho@example.com", "-o", "cho.html"]).code(1);
    assert!(run.err.contains("has not joined"), "{}", run.err);
}

#[test]
fn a_program_in_which_nothing_is_yet_says_how_to_fill_it() {
    let program = Program::new();
    let html = program.run(&["report", "--format", "html"]).code(0).out;
    for part in [
        "Nobody is on the shortlist yet.",
        "No order or deal of this period is counted yet",
        "Nobody has joined yet",
    ] {
        assert!(html.contains(part), "{part}");
    }
    program.run(&["report", "-o", "report.xlsx"]).code(0);
    if let Some(browser) = browser() {
        program.file("empty.html", &html);
        look(&browser, program.path(), "empty.html");
    }
    let list = program.run(&["report", "--table", "funnel"]).code(0);
    assert!(list.out.is_empty() && list.err.contains("Nobody is on the shortlist yet."), "{}", list.all());
}
