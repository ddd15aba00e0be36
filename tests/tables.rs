//! Packed files, workbooks and stacked tables: read as they are, told by their bytes, and each table by name.

use crate::harness::{Program, Run};
use std::io::{Cursor, Write};

pub const NPS: &str = "response_id,email,score,comment,date\n\
    r1,ana@example.com,10,good,2026-01-05\nr2,ben@example.com,0,bad,2026-01-06\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).expect("packs");
    packed.finish().expect("packs")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, ::zip::write::SimpleFileOptions::default()).expect("packs");
        archive.write_all(bytes).expect("packs");
    }
    archive.finish().expect("packs").into_inner()
}

/// A workbook whose sheets are texts of commas; cells that read as numbers are numbers, `D46027` is a date.
pub fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let (day, time) =
        (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("dd/mm/yy hh:mm"));
    for (name, text) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).expect("a name");
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).expect("a record") {
            // The reader stands behind the record's last line.
            let breaks = record.as_slice().matches('\n').count() as u32;
            let row = reader.position().line() as u32 - 2 - breaks;
            for (column, cell) in record.iter().enumerate() {
                let column = column as u16;
                if let Some(days) = cell.strip_prefix('D').and_then(|days| days.parse::<f64>().ok()) {
                    let at = ExcelDateTime::from_serial_datetime(days).expect("a day");
                    let format = if days.fract() == 0.0 { &day } else { &time };
                    sheet.write_datetime_with_format(row, column, &at, format).expect("writes");
                } else if let Ok(number) = cell.parse::<f64>() {
                    sheet.write_number(row, column, number).expect("writes");
                } else {
                    sheet.write_string(row, column, cell).expect("writes");
                }
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

/// A workbook of the old kind, record by record: a sheet for each name, with texts and, from `D46027`, dates.
fn old_workbook(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat()
    }
    let begin =
        |kind: u16| record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let end = record(0x000A, &[]);
    // Two formats: none, and day/month/year.
    let format = |number: u16| record(0x00E0, &[&[0, 0], &number.to_le_bytes()[..], &[0; 16]].concat());
    let mut starts = [begin(5), record(0x0042, &1200_u16.to_le_bytes()), format(0), format(14)].concat();
    let names: usize = sheets.iter().map(|(name, _)| 4 + 8 + name.len()).sum();
    let mut place = starts.len() + names + end.len();
    let mut bodies = Vec::new();
    for (name, rows) in sheets {
        let head =
            [&(place as u32).to_le_bytes()[..], &[0, 0, name.len() as u8, 0], name.as_bytes()].concat();
        starts.extend(record(0x0085, &head));
        let mut body = begin(0x10);
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let is_date = cell.strip_prefix('D').is_some_and(|days| days.parse::<f64>().is_ok());
                let at = [row as u16, column as u16, u16::from(is_date)].map(u16::to_le_bytes).concat();
                body.extend(if let Ok(number) = cell.trim_start_matches('D').parse::<f64>() {
                    record(0x0203, &[&at[..], &number.to_le_bytes()].concat())
                } else {
                    let size = (cell.len() as u16).to_le_bytes();
                    record(0x0204, &[&at[..], &size, &[0], cell.as_bytes()].concat())
                });
            }
        }
        body.extend(&end);
        place += body.len();
        bodies.extend(body);
    }
    let mut stream = [starts, end, bodies].concat();
    // Short streams are kept elsewhere in such a file.
    stream.resize(stream.len().max(5000), 0);
    ole("Workbook", &stream)
}

fn ole(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).expect("a file");
    file.create_stream(format!("/{name}")).and_then(|mut out| out.write_all(stream)).expect("writes");
    file.flush().expect("writes");
    file.into_inner().into_inner()
}

/// Imports bytes and returns what happened.
fn take(bytes: impl AsRef<[u8]>, name: &str, flags: &[&str]) -> (Program, Run) {
    let program = Program::new();
    program.file(name, bytes);
    let args: Vec<&str> = ["import", name, "--format", "json"].iter().chain(flags).copied().collect();
    let run = program.run(&args);
    (program, run)
}

/// What an import of plain text leaves in the program, but for the file's name, digest and form.
fn plain(text: &str, flags: &[&str]) -> String {
    let (program, run) = take(text, "plain.csv", flags);
    run.code(0);
    facts(&program)
}

fn facts(program: &Program) -> String {
    let tables = ["facts", "identities", "members", "responses"];
    let dump = format!("\n{}", program.dump());
    let table =
        |name: &&str| dump.split(&format!("\n{name}\n")).nth(1).map(|rest| format!("{name}\n{rest}\n"));
    // A table ends where a line is a name.
    let own = |text: String| {
        let mut lines = text.lines();
        let name = lines.next().unwrap_or_default().to_owned();
        std::iter::once(name)
            .chain(lines.take_while(|line| line.starts_with('[')).map(str::to_owned))
            .collect::<Vec<_>>()
    };
    tables.iter().filter_map(table).flat_map(own).collect::<Vec<_>>().join("\n")
}

fn says(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, code, "{}", run.all());
    for word in words {
        assert!(run.err.contains(word), "no '{word}' in {}", run.all());
    }
}

#[test]
fn gzip_is_read_as_it_is_under_any_name_and_from_a_pipe() {
    let packed = gzip(NPS.as_bytes());
    let wanted = plain(NPS, &[]);
    for name in ["nps.csv.gz", "nps.csv"] {
        let (program, run) = take(&packed, name, &[]);
        let receipt = run.code(0).json();
        assert_eq!((receipt["added"].as_i64(), receipt["encoding"].as_str()), (Some(2), Some("utf-8")));
        assert_eq!(facts(&program), wanted);
    }
    let program = Program::new();
    let path = program.file("pipe", &packed);
    let run = program.run_with(&["import", "-"], std::fs::File::open(path).expect("opens")).code(0);
    assert!(run.out.starts_with("stdin: nps"), "{}", run.out);
    assert_eq!(facts(&program), wanted);
    // Two packed texts one after the other are one text.
    let (first, second) = NPS.split_at(NPS.find("r2").expect("a row"));
    let (program, _) = take([gzip(first.as_bytes()), gzip(second.as_bytes())].concat(), "both.gz", &[]);
    assert_eq!(facts(&program), wanted);
}

#[test]
fn what_is_packed_badly_or_too_well_says_so() {
    let packed = gzip(NPS.as_bytes());
    let (_, run) = take(&packed[..packed.len() / 2], "half.gz", &[]);
    says(&run, 1, &["half.gz is compressed with gzip", "cut off", "fetch it again"]);
    let (_, run) = take(gzip(&packed), "twice.gz", &[]);
    says(&run, 1, &["compressed more than once", "unpack it"]);
    let bomb = gzip(&vec![b'1'; 40 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    let (program, run) = take(&bomb, "bomb.gz", &[]);
    says(&run, 1, &["bomb.gz is compressed", "not unpacked further", "far more than a table"]);
    assert_eq!(facts(&program), facts(&Program::new()));
    let (_, run) = take(zip(&[("a.csv", &vec![b'1'; 40 * 1024 * 1024])]), "bomb.zip", &[]);
    says(&run, 1, &["bomb.zip (a.csv) is not unpacked further"]);
}

#[test]
fn an_archive_of_one_table_is_that_table() {
    let mac = b"\0\x05\x16\x07\0\x02\0\0Mac OS X";
    let (program, run) = take(
        zip(&[("Form.csv/", b""), ("Form.csv/Form.csv", NPS.as_bytes()), ("__MACOSX/._Form.csv", mac)]),
        "form.zip",
        &[],
    );
    run.code(0);
    assert_eq!(facts(&program), plain(NPS, &[]));
    let members = "email,name,company\ncho@example.com,Cho,Works\n";
    let two = zip(&[
        ("nps.csv", NPS.as_bytes()),
        ("people.csv", members.as_bytes()),
        ("shot.png", b"\x89PNG\r\n\x1a\n\0\0"),
    ]);
    let (_, run) = take(&two, "two.zip", &[]);
    says(&run, 1, &["2 of its 2 tables", "1  nps.csv   2 rows   response_id, email", "--table nps.csv"]);
    let (_, run) = take(&two, "two.zip", &["--table", "PEOPLE.csv", "--as", "members"]);
    assert_eq!(run.code(0).json()["kind"], "members");
    let (_, run) = take(zip(&[("shot.png", b"\x89PNG\r\n\x1a\n\0\0")]), "none.zip", &[]);
    says(&run, 1, &["without a table of commas", "shot.png"]);
    let (_, run) = take(&two[..two.len() / 2], "half.zip", &[]);
    says(&run, 1, &["half.zip is an archive or a workbook that cannot be read", "fetch it again"]);
    let inner = zip(&[("nps.csv", NPS.as_bytes())]);
    let (_, run) = take(zip(&[("inner.zip", &inner)]), "outer.zip", &[]);
    says(&run, 1, &["inside: inner.zip", "unpack it"]);
}

#[test]
fn a_sheet_is_read_as_its_text_would_be() {
    let book =
        workbook(&[("Answers", &NPS.replace("2026-01-05", "D46027").replace("2026-01-06", "D46028.5"))]);
    let (program, run) = take(&book, "book.xlsx", &[]);
    let receipt = run.code(0).json();
    assert_eq!((receipt["encoding"].as_str(), receipt["delimiter"].as_str()), (Some("xlsx"), Some("cells")));
    assert_eq!(facts(&program), plain(&NPS.replace("2026-01-06", "2026-01-06 12:00:00"), &[]));
    // Packed once more, and from a pipe.
    let program = Program::new();
    let path = program.file("pipe", gzip(&book));
    program.run_with(&["import", "-"], std::fs::File::open(path).expect("opens")).code(0);
    assert_eq!(program.run(&["imports", "--format", "json"]).json()[0]["encoding"], "xlsx");
}

#[test]
fn rows_of_a_sheet_keep_their_numbers() {
    let text = "Survey of spring,,\n\nresponse_id,email,score,comment,date\n\n\
        r1,ana@example.com,10,\"two\nlines\",D46027\nr2,ben@example.com,17,,D46027\n";
    // The csv reader of the test counts the line inside of the cell too: r2 stands in row 7.
    let (program, run) = take(workbook(&[("Answers", text)]), "book.xlsx", &["--as", "nps"]);
    let receipt = run.code(3).json();
    assert_eq!((receipt["added"].as_i64(), receipt["rejected"].as_i64()), (Some(1), Some(1)));
    let rejected = std::fs::read_to_string(program.path().join("book.xlsx.rejected.csv")).expect("reads");
    assert!(rejected.contains("\n7,"), "{rejected}");
    assert!(rejected.contains("2026-01-05"), "{rejected}");
    assert!(program.dump().contains("two\\nlines"), "{}", program.dump());
    let (_, run) = take(workbook(&[("Answers", text)]), "book.xlsx", &["--as", "nps", "--strict"]);
    says(&run, 1, &["book.xlsx:7:"]);
}

#[test]
fn numbers_that_a_sheet_rounded_are_no_ids() {
    let text = "Order ID,Order Date,Total\n201000000000000001,D46027,17.75\n201000000000000002,D46028,9\n";
    let (_, run) = take(workbook(&[("Orders", text)]), "orders.xlsx", &["--as", "orders"]);
    says(&run, 1, &["damaged-ids"]);
    let text = "Order ID,Order Date,Total\n20100001,D46027,17.75\n20100002,D46028,9\n";
    let (program, run) = take(workbook(&[("Orders", text)]), "orders.xlsx", &["--as", "orders"]);
    run.code(0);
    assert!(program.dump().contains("\"20100001\"") && program.dump().contains("1775"), "{}", program.dump());
}

#[test]
fn the_sheets_of_a_workbook_are_offered_by_name() {
    let members = "email,name,company\ncho@example.com,Cho,Works\n";
    let two = workbook(&[("Answers", NPS), ("The people", members), ("Empty", "")]);
    let (program, run) = take(&two, "book.xlsx", &[]);
    says(
        &run,
        1,
        &[
            "book.xlsx: not imported, since 2 of its 2 tables could be meant",
            "1  Answers   2 rows   response_id, email, score, comment, date",
            "2  The people   1 row   email, name, company",
            "such as: --table Answers",
        ],
    );
    assert_eq!(facts(&program), facts(&Program::new()));
    let (program, run) = take(&two, "book.xlsx", &["--table", "answers"]);
    assert_eq!(run.code(0).json()["added"], 2);
    assert_eq!(facts(&program), plain(NPS, &[]));
    for table in ["The people", "2", "２"] {
        let (program, run) = take(&two, "book.xlsx", &["--table", table, "--as", "members"]);
        assert_eq!(run.code(0).json()["added"], 1, "{table}");
        assert_eq!(facts(&program), plain(members, &["--as", "members"]));
    }
    let (_, run) = take(&two, "book.xlsx", &["--table", "Anwsers"]);
    says(&run, 2, &["no table is called so", "1 to 2", "did you mean `Answers`?"]);
    let (_, run) = take(&two, "book.xlsx", &["--table", "Empty"]);
    says(&run, 1, &["book.xlsx (Empty) is empty"]);
    let (_, run) = take(workbook(&[("Empty", ""), ("Void", "")]), "void.xlsx", &[]);
    says(&run, 1, &["void.xlsx is empty: none of its 2 tables has a row"]);
    let (_, run) = take(workbook(&[("Empty", ""), ("Answers", NPS), ("Void", "")]), "book.xlsx", &[]);
    assert!(!run.code(0).err.contains("was read, one of"));
    let (_, run) = take(NPS, "nps.csv", &["--table", "Answers"]);
    says(&run, 2, &["no table is called so"]);
    let (_, run) = take(NPS, "nps.csv", &["--table", "1"]);
    assert_eq!(run.code(0).json()["added"], 2);
}

#[test]
fn the_only_sheet_that_is_understood_is_taken() {
    let notes = "What this is\nAll answers of spring\nAsk Ana before you send it on\n";
    let months = "Month,NPS,Responses\n2026-01,65,10\n2026-02,70,12\n2026-03,61,15\n";
    let book = workbook(&[("Read me", notes), ("Months", months), ("Answers", NPS)]);
    let (program, run) = take(&book, "book.xlsx", &[]);
    says(&run, 0, &["the table `Answers` was read, one of 3 (not read: Read me, Months)", "--table NAME"]);
    assert_eq!(facts(&program), plain(NPS, &[]));
    let (_, run) = take(workbook(&[("Months", months), ("More", months)]), "book.xlsx", &[]);
    says(&run, 1, &["none of its 2 tables", "1  Months", "aggregated", "2  More"]);
    let (_, run) = take(&book, "book.xlsx", &["--table", "Months"]);
    says(&run, 1, &["not imported (aggregated)"]);
}

#[test]
fn a_hidden_sheet_is_read_only_by_name() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, email) in [("Seen", "ana@example.com"), ("Unseen", "ben@example.com")] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (row, cells) in [["email", "name", "company"], [email, "Someone", "Works"]].iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet.write_string(row as u32, column as u16, *cell).expect("writes");
            }
        }
        sheet.set_hidden(name == "Unseen");
    }
    let book = book.save_to_buffer().expect("a workbook");
    let (program, run) = take(&book, "book.xlsx", &["--as", "members"]);
    says(&run, 0, &["`Seen` was read, one of 2"]);
    assert!(!program.dump().contains("ben@example.com"));
    let (program, run) = take(&book, "book.xlsx", &["--as", "members", "--table", "Unseen"]);
    run.code(0);
    assert!(program.dump().contains("ben@example.com"));
}

#[test]
fn an_old_workbook_is_read_too() {
    let rows: [&[&str]; 3] = [
        &["response_id", "email", "score", "comment", "date"],
        &["r1", "ana@example.com", "10", "good", "D46027"],
        &["r2", "ben@example.com", "0", "bad", "D46028"],
    ];
    let book = old_workbook(&[("Answers", &rows), ("Notes", &[&["nothing"], &["more of it"]])]);
    let (program, run) = take(&book, "book.xls", &[]);
    says(&run, 0, &["`Answers` was read, one of 2"]);
    let receipt = run.json();
    assert_eq!((receipt["encoding"].as_str(), receipt["delimiter"].as_str()), (Some("xls"), Some("cells")));
    assert_eq!(facts(&program), plain(NPS, &[]));
    let far: Vec<&[&str]> = vec![&["a"]; 3];
    let mut far = old_workbook(&[("Far", &far)]);
    // The last cell goes to row 65536, column 65536.
    let place = far.windows(8).rposition(|bytes| bytes == [4, 2, 10, 0, 2, 0, 0, 0]).expect("the cell");
    far[place + 4..place + 8].fill(0xFF);
    let (_, run) = take(&far, "far.xls", &[]);
    says(&run, 1, &["far.xls has a sheet of 4294967296 cells", "save the sheet as CSV"]);
}

#[test]
fn workbooks_that_cannot_be_read_say_what_to_do() {
    let (_, run) = take(ole("EncryptedPackage", &[7; 5000]), "locked.xlsx", &[]);
    says(&run, 1, &["locked.xlsx is protected by a password", "save it without"]);
    let (_, run) = take(ole("WordDocument", &[7; 5000]), "letter.doc", &[]);
    says(&run, 1, &["letter.doc is an old office document and no workbook"]);
    let rows: [&[&str]; 2] = [&["email"], &["ana@example.com"]];
    let (_, run) = take(&old_workbook(&[("A", &rows)])[..2000], "half.xls", &[]);
    says(&run, 1, &["half.xls is a workbook that cannot be read", "save the sheet as"]);
    let part = |name: &str, text: &str| zip(&[(name, text.as_bytes()), ("[Content_Types].xml", b"<Types/>")]);
    let (_, run) = take(part("xl/workbook.xml", "<workbook"), "broken.xlsx", &[]);
    says(&run, 1, &["broken.xlsx is a workbook that cannot be read"]);
    let (_, run) = take(part("xl/workbook.bin", "x"), "a.xlsb", &[]);
    says(&run, 1, &["binary workbook (.xlsb)"]);
    let (_, run) = take(part("word/document.xml", "x"), "a.docx", &[]);
    says(&run, 1, &["a document and no workbook"]);
    let ods =
        zip(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"<x/>")]);
    let (_, run) = take(ods, "a.ods", &[]);
    says(&run, 1, &["OpenDocument", "save the sheet as .xlsx"]);
    let (_, run) = take(zip(&[("Index/Document.iwa", b"x")]), "a.numbers", &[]);
    says(&run, 1, &["Numbers document", "Export To"]);
    for (bytes, words) in [
        (&b"<html xmlns:x=\"urn:x\"><table><tr><td>email</td></tr></table>"[..], "a web page or XML"),
        (b"\xEF\xBB\xBF<table border=1><tr><td>email</td></tr></table>", "a web page or XML"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"{\n  \"email\": \"ana@example.com\"}", "JSON"),
        (b"[\n {\"email\": \"ana@example.com\"}]", "JSON"),
    ] {
        let (_, run) = take(bytes, "report.xls", &[]);
        says(&run, 1, &["report.xls is ", words]);
    }
}

/// A workbook of files as they are given.
fn raw_workbook(strings: &str, sheet: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let files = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{links}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{links}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{links}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        ("xl/sharedStrings.xml", strings.to_owned()),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
        ),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    zip(&files)
}

#[test]
fn hostile_workbooks_do_not_fill_the_memory() {
    let text = |cell: &str, text: &str| format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let rows = format!(
        "<row r=\"1\">{}{}</row><row r=\"2\">{}{}</row>",
        text("A1", "email"),
        text("B1", "name"),
        text("A2", "ana@example.com"),
        text("B2", "Ana")
    );
    let (_, run) = take(raw_workbook("<sst></sst>", &rows), "book.xlsx", &["--as", "members"]);
    assert_eq!(run.code(0).json()["added"], 1);
    let far = format!("{rows}<row r=\"1048576\">{}</row>", text("XFD1048576", "far"));
    let (_, run) = take(raw_workbook("<sst></sst>", &far), "far.xlsx", &["--as", "members"]);
    let receipt = run.code(3).json();
    assert_eq!((receipt["added"].as_i64(), receipt["rejected"].as_i64()), (Some(1), Some(1)));
    let (_, run) = take(
        raw_workbook("<sst uniqueCount=\"999999999999\"></sst>", &rows),
        "many.xlsx",
        &["--as", "members"],
    );
    says(&run, 1, &["many.xlsx is a workbook that cannot be read", "more texts than it holds"]);
    let blanks = " ".repeat(40 * 1024 * 1024);
    let (_, run) =
        take(raw_workbook(&format!("<sst>{blanks}</sst>"), &rows), "bomb.xlsx", &["--as", "members"]);
    says(&run, 1, &["bomb.xlsx is a workbook too large to unpack", "save the sheet as CSV"]);
    let back = format!("<row r=\"5\">{}</row>{rows}", text("A5", "late"));
    let (_, run) = take(raw_workbook("<sst></sst>", &back), "back.xlsx", &["--as", "members"]);
    says(&run, 1, &["row 1 stands below row 5"]);
}

const STACK: &str = "Report of spring\n\nAnswers\nresponse_id,email,score,comment,date\n\
    r1,ana@example.com,10,good,2026-01-05\nr2,ben@example.com,0,bad,2026-01-06\n\n\
    People\nemail,name,company,joined\ncho@example.com,Cho,Works,2026-02-01\ndee@example.com,Dee,Works,2026-02-02\n\n\
    Months\nMonth,NPS,Responses\n2026-01,65,10\n2026-02,70,12\n";

#[test]
fn stacked_tables_are_read_by_title_and_by_number() {
    let people = "email,name,company,joined\ncho@example.com,Cho,Works,2026-02-01\ndee@example.com,Dee,Works,2026-02-02\n";
    for table in ["People", "2"] {
        let (program, run) = take(STACK, "stack.csv", &["--table", table, "--as", "members"]);
        assert_eq!(run.code(0).json()["rows"], 2, "{table}");
        assert_eq!(facts(&program), plain(people, &["--as", "members"]));
    }
    let (program, run) = take(STACK, "stack.csv", &["--table", "Answers"]);
    assert_eq!(run.code(0).json()["rows"], 2);
    assert_eq!(facts(&program), plain(NPS, &[]));
    let (_, run) = take(STACK, "stack.csv", &["--table", "Month"]);
    says(&run, 2, &["did you mean `Months`?"]);
    let (_, run) = take(STACK, "stack.csv", &["--table", "9"]);
    says(&run, 2, &["1 to 3"]);
    let (_, run) = take(STACK, "stack.csv", &["--table", "3"]);
    says(&run, 1, &["aggregated"]);
    let (_, run) = take(
        workbook(&[("All", STACK), ("Notes", "nothing\nin here\n")]),
        "book.xlsx",
        &["--table", "all: people", "--as", "members"],
    );
    assert_eq!(run.code(0).json()["rows"], 2);
}

#[test]
fn tables_side_by_side_are_named_one_by_one() {
    let best = "Best posts,,,,,,\n\nLink,Day,Likes,,Link,Day,Views\n\
        https://x.com/a/status/1,2026-01-14,5,,https://x.com/a/status/2,2026-01-20,70\n\
        https://x.com/a/status/3,2026-01-15,4,,https://x.com/a/status/1,2026-01-14,60\n";
    let flags = ["--as", "activity", "--map", "url=Link", "--map", "date=Day"];
    let (_, run) = take(best, "best.csv", &flags);
    says(
        &run,
        1,
        &["2 of its 2 tables", "table 1   2 rows   Link, Day, Likes", "table 2   2 rows   Link, Day, Views"],
    );
    let (program, run) = take(best, "best.csv", &[&flags[..], &["--table", "2"]].concat());
    says(&run, 0, &["reach from `Views`"]);
    assert!(program.dump().contains("status/2") && !program.dump().contains("status/3"));
}

#[test]
fn rejected_rows_of_a_lower_table_keep_their_lines() {
    let (program, run) =
        take(STACK.replace("dee@", "dee at "), "stack.csv", &["--table", "People", "--as", "members"]);
    run.code(3);
    let rejected = std::fs::read_to_string(program.path().join("stack.csv.rejected.csv")).expect("reads");
    assert_eq!(
        rejected.lines().map(|line| line.split(',').next().unwrap_or_default()).collect::<Vec<_>>(),
        ["line", "11"],
        "{rejected}"
    );
}

#[test]
fn of_stacked_tables_the_only_one_that_fits_is_taken() {
    let (_, run) = take(STACK, "stack.csv", &[]);
    says(
        &run,
        1,
        &["2 of its 3 tables", "1  Answers", "2  People   2 rows   email, name", "such as: --table 1"],
    );
    let without = STACK.split("People").next().expect("a part").to_owned()
        + "Months"
        + STACK.split("Months").nth(1).expect("a part");
    let (program, run) = take(&without, "stack.csv", &[]);
    says(&run, 0, &["the table `Answers` was read, one of 2 (not read: Months)"]);
    assert_eq!(facts(&program), plain(NPS, &[]));
    let totals = "Weeks\nWeek,Users\n1,20\n2,30\n\nMonths\nMonth,Visits\n1,200\n2,300\n";
    let (_, run) = take(totals, "totals.csv", &[]);
    says(&run, 1, &["2 tables stand under one another", "--table NAME"]);
}

#[test]
fn a_format_is_matched_in_a_workbook_too() {
    let program = Program::new();
    program.file("book.xlsx", workbook(&[("Notes", "nothing\nin here\n"), ("Answers", NPS)]));
    let run = program.run(&["profiles", "match", "book.xlsx"]).code(0);
    assert!(run.err.contains("`Notes` was read, one of 2"), "{}", run.err);
    let run =
        program.run(&["profiles", "match", "book.xlsx", "--table", "Answers", "--format", "csv"]).code(0);
    assert!(!run.err.contains("was read"), "{}", run.err);
}
