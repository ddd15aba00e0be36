//! The reader as a whole: one small file per trap, properties, and the collected files where they are at hand.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::layout::LossyCell;
use super::*;

fn read(bytes: &[u8]) -> anyhow::Result<(Layout, Vec<Row>)> {
    let input = Input::from_reader("test", bytes)?;
    let layout = learn(&input, &ReadOptions::default())?.remove(0);
    let all = rows(&input, &layout)?.collect::<anyhow::Result<Vec<_>>>()?;
    assert_eq!(all.len() as u64, layout.records);
    Ok((layout, all))
}

fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let (_, rows) = read(bytes).expect("readable");
    rows.iter().map(|row| row.cells.iter().map(str::to_owned).collect()).collect()
}

fn names(layout: &Layout) -> Vec<&str> {
    layout.columns.iter().map(|column| column.names[0].as_str()).collect()
}

fn error(bytes: &[u8]) -> String {
    format!("{:#}", read(bytes).expect_err("an error"))
}

#[test]
fn crlf_records_keep_the_line_feeds_of_their_cells() {
    let (_, rows) = read(b"id,text\r\n1,\"a\nb\"\r\n2,c\r\n").expect("readable");
    assert_eq!(&rows[0].cells[1], "a\nb");
    assert_eq!((rows[0].line, rows[1].line), (2, 4));
}

#[test]
fn old_mac_line_ends_and_no_line_end_at_the_end() {
    assert_eq!(cells(b"id,score\r1,9\r2,10"), [["1", "9"], ["2", "10"]]);
    assert_eq!(cells(b"id,score\n1,9\n2,10"), [["1", "9"], ["2", "10"]]);
    assert_eq!(cells(b"id,text\r1,\"a\rb\""), [["1", "a\nb"]]);
}

#[test]
fn a_lone_cr_in_a_cell_ends_no_record() {
    assert_eq!(cells(b"id,text\r\n1,\"a\rb\"\r\n2,c\r\n")[0][1], "a\rb");
}

#[test]
fn nul_bytes_are_left_out() {
    assert_eq!(cells(b"id,name\n1,A\0da\n2,Grace Hopper\n3,Katherine Johnson\n")[0][1], "Ada");
}

#[test]
fn marks_before_quotes_do_not_break_the_quoting() {
    let (layout, _) =
        read("\u{feff}\"Date, local\",\"Primary\"\n\"2026-01-01\",\"4\"\n".as_bytes()).expect("readable");
    assert_eq!(names(&layout), ["Date, local", "Primary"]);
    assert_eq!(layout.encoding, "utf-8-bom");
}

#[test]
fn utf16_with_a_declaration_and_a_title() {
    let text = "\u{feff}sep=,\n\"Follows\"\n\"Date\",\"Primary\"\n\"2026-01-01\",\"4\"\n\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (layout, rows) = read(&bytes).expect("readable");
    assert_eq!((layout.encoding, layout.first_row_after, rows[0].line), ("utf-16le-bom", 3, 4));
    assert_eq!(layout.title_lines, ["Follows"]);
}

#[test]
fn short_rows_are_padded_and_long_ones_counted() {
    let (layout, rows) = read(b"a,b,c\n1,2,3\n1\n1,2,3,4\n1,2,3,,\n").expect("readable");
    assert_eq!(layout.ragged, 2);
    assert_eq!(rows.iter().map(|row| row.cells.len()).collect::<Vec<_>>(), [3, 3, 4, 5]);
}

#[test]
fn empty_and_equal_headers_are_kept_by_place() {
    let (layout, _) = read(b",Other,Other,\"Say \"\"why\"\"\",\n1,a,b,c,\n").expect("readable");
    assert_eq!(names(&layout), ["", "Other", "Other", "Say \"why\"", ""]);
    assert_eq!(layout.columns[4].filled, 0);
}

#[test]
fn lines_quoted_as_a_whole_are_opened_once() {
    let text = "\"id,\"\"the text\"\",n\"\n\"1,\"\"a, b\"\n\nmore\n\"end\"\",2\"\n\"3,x,4\"\n";
    let (layout, rows) = read(text.as_bytes()).expect("readable");
    assert!(layout.form.quoted_lines);
    assert_eq!(&rows[0].cells[1], "a, b\n\nmore\nend");
    assert_eq!((rows[0].line, rows[1].line), (2, 6));
    // If it does not come out even, it was no such file.
    let (layout, _) = read(b"\"Why, in your words?\"\nfine\n\"a, b, c\"\n").expect("readable");
    assert!(!layout.form.quoted_lines);
    assert_eq!(layout.columns.len(), 1);
}

#[test]
fn stacked_tables_are_counted_and_told_apart() {
    let text = "Weeks\nWeek,Users\n0000,4\n0001,5\n\n\nCountries\n,Users,,Visits,\nCountry,new,old,new,old\nPeru,3,1,4,2\nChile,2,1,3,5\n\nEnd,End2\n1,2\n";
    let input = Input::from_reader("test", text.as_bytes()).expect("input");
    let layouts = learn(&input, &ReadOptions::default()).expect("layouts");
    let seen: Vec<_> = layouts
        .iter()
        .map(|layout| {
            let rows =
                rows(&input, layout).expect("rows").map(|row| row.expect("a row").line).collect::<Vec<_>>();
            (layout.title.as_deref(), layout.tables, layout.columns[0].names.clone(), rows)
        })
        .collect();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        seen,
        [
            (Some("Weeks"), 3, names(&["Week"]), vec![3, 4]),
            (Some("Countries"), 3, names(&["", "Country"]), vec![10, 11]),
            (None, 3, names(&["End"]), vec![14]),
        ]
    );
}

#[test]
fn a_report_footer_is_no_row() {
    let (layout, _) =
        read(b"Deal,Amount\nx,1\n\n\"Grand Totals (1 records)\"\n\n\"Copyright (c) 2000-2026 x\"\n")
            .expect("readable");
    assert_eq!((layout.records, layout.footer.len()), (1, 2));
}

#[test]
fn cells_that_could_not_be_decoded_are_named() {
    let mut bytes = "id,name\n1,José\n2,Zoë\n3,Ana\n4,Núñez\n".as_bytes().to_vec();
    bytes.extend_from_slice(b"5,caf\xE9\n");
    let (layout, _) = read(&bytes).expect("readable");
    assert_eq!(layout.lossy, [LossyCell { line: 6, column: 1 }]);
    assert_eq!(layout.lossy_cells, 1);
}

#[test]
fn cells_of_another_encoding_than_the_file_are_counted() {
    // CP850 wrote 82 for `é`, which Windows reads as a low quote.
    let (layout, _) =
        read(b"id,avis\n1,tr\xE8s bien\n2,pas \x82chang\xE9\n3,d\x82j\x85 vu\n4,\xE0 20 \x80\n")
            .expect("readable");
    assert_eq!((layout.encoding, layout.lossy_cells, layout.doubtful_cells), ("windows-1252", 0, 2));
    assert_eq!(layout.doubtful, Some(LossyCell { line: 3, column: 1 }));
}

#[test]
fn replaced_cells_are_all_counted_and_few_are_kept() {
    let text = "id,name\n".to_owned() + &"1,Zo\u{EB} N\u{FA}\u{F1}ez S\u{E3}o\n".repeat(200);
    let mut bytes = text.into_bytes();
    for _ in 0..150 {
        bytes.extend_from_slice(b"2,caf\xE9\n");
    }
    let (layout, _) = read(&bytes).expect("readable");
    assert_eq!((layout.encoding, layout.lossy_cells, layout.lossy.len()), ("utf-8", 150, 100));
}

#[test]
fn a_guess_shows_what_it_made_of_the_bytes() {
    let (layout, _) = read(b"id,city\n1,Malm\xF6\n").expect("readable");
    assert_eq!((layout.encoding, layout.guessed_from.as_deref()), ("windows-1252", Some("Malmö")));
}

#[test]
fn the_user_may_name_encoding_and_delimiter() {
    let input = Input::from_reader("test", &b"a;b,c\n\xE9;2,3\n"[..]).expect("input");
    let options = ReadOptions {
        encoding: Some("macintosh".to_owned()),
        delimiter: Some(Delimiter::Comma),
        ..ReadOptions::default()
    };
    let layout = learn(&input, &options).expect("layout").remove(0);
    assert_eq!((names(&layout), layout.columns[0].samples[0].as_str()), (vec!["a;b", "c"], "È;2"));
}

#[test]
fn files_that_hold_nothing_say_what_to_do() {
    assert!(error(b"").contains("test is empty"));
    assert!(error(b"\xEF\xBB\xBF\r\n\r\n").contains("is empty"));
    assert!(error(b"id,score\n").contains("has a header (line 1) but no rows"));
    assert!(error(b"PK\x03\x04\x14\0\x06\0").contains("inside of an archive"));
    assert!(error(b"\0\x01\0\0\0\0\x10\0\0\0\0\0\x01\xFF\0\0").contains("not text"));
    assert!(error(b"id,name\n1,\"open\n2,b\n").contains("test:2: a quote"));
}

/// Equal in what matters: ASCII is UTF-8; of two encodings in one file the first is what a reader can name.
fn same_encoding(found: &str, expected: &str) -> bool {
    found == expected || found == "utf-8" && expected == "ascii" || expected.split('+').next() == Some(found)
}

#[test]
fn the_collected_files_are_read_as_a_careful_reader_would() {
    // A worktree stands one folder deeper than the repository.
    let folders = ["../shared/cases", "../../shared/cases"]
        .map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    let found =
        folders.iter().find_map(|folder| Some((folder, std::fs::read(folder.join("EXPECTED.tsv")).ok()?)));
    let Some((folder, expected)) = found else {
        println!("skipped: the collected files are not at hand");
        return;
    };
    let text = String::from_utf8(expected).expect("utf-8");
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let heads = lines.next().expect("header");
    let mut wrong = Vec::new();
    for line in lines {
        let line: BTreeMap<&str, &str> = heads.iter().copied().zip(line).collect();
        let path = folder.join(line["file"]);
        if path.extension().is_none_or(|extension| extension != "csv") || !path.exists() {
            continue;
        }
        let read = Input::open(&path).and_then(|input| {
            let layouts = learn(&input, &ReadOptions::default())?;
            let mut count = 0;
            for layout in &layouts {
                let rows = rows(&input, layout)?.collect::<anyhow::Result<Vec<_>>>()?.len() as u64;
                assert_eq!(rows, layout.records, "{}", line["file"]);
                count += rows;
            }
            Ok((layouts, count))
        });
        let Ok((layouts, count)) =
            read.as_ref().map_err(|error| wrong.push(format!("{}: {error:#}", line["file"])))
        else {
            continue;
        };
        let layout = &layouts[0];
        let header_rows = layout.columns[0].names.len();
        let found = format!(
            "{} {} {} {}",
            layout.delimiter.name(),
            layout.first_row_after - header_rows as u64,
            header_rows,
            count
        );
        let wanted = format!(
            "{} {} {} {}",
            line["delimiter"], line["lines_before_header"], line["header_rows"], line["data_records"]
        );
        let tables =
            line["checksum"].strip_prefix("tables=").map_or(1, |count| count.parse().expect("a number"));
        if !same_encoding(layout.encoding, line["encoding"]) || found != wanted || layout.tables != tables {
            wrong.push(format!(
                "{}: {} {found}, {} tables; expected {} {wanted}, {tables} tables",
                line["file"], layout.encoding, layout.tables, line["encoding"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #[test]
    fn no_bytes_panic_and_the_two_readings_agree(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        drop(read(&bytes));
    }

    #[test]
    fn no_text_panics_and_the_two_readings_agree(text in "([a-c0-9,;\"\r\n\t#\0é中 -]|\r\n){0,200}") {
        drop(read(text.as_bytes()));
    }

    #[test]
    fn what_a_csv_writer_wrote_comes_back(
        table in prop::collection::vec(prop::collection::vec("[a-zé中 ,;\"\n]{0,12}", 3), 1..20)
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["id", "left", "middle", "right"]).expect("write");
        for (at, row) in table.iter().enumerate() {
            let id = (at + 1).to_string();
            writer.write_record([id.as_str(), &row[0], &row[1], &row[2]]).expect("write");
        }
        let bytes = writer.into_inner().expect("bytes");
        let found = cells(&bytes);
        prop_assert_eq!(found.len(), table.len());
        for (found, written) in found.iter().zip(&table) {
            prop_assert_eq!(&found[1..], &written[..]);
        }
    }
}

#[test]
fn quotes_behind_backslashes_and_blanks_are_quotes() {
    let (layout, rows) =
        read(b"id,text,n\n\"1\",\"a \\\"b\\\",\nc\",\"2\"\n\"3\",\"d\",\"4\"\n").expect("readable");
    assert_eq!((&rows[0].cells[1], rows[1].line, layout.ragged), ("a \"b\",\nc", 4, 0));
    assert_eq!(cells(b"\"id\"; \"text\"\n\"1\"; \"a; b\"\n\"2\"; \"c\"\n"), [["1", "a; b"], ["2", "c"]]);
}

#[test]
fn tables_side_by_side_have_their_own_rows() {
    let text = "The best,,,,,\n\nLink,Likes,,Link,Views\na,5,,b,70\nc,4,,a,60\n,,,c,50\n";
    let input = Input::from_reader("test", text.as_bytes()).expect("input");
    let layouts = learn(&input, &ReadOptions::default()).expect("layouts");
    let cells = |layout: &Layout| {
        let rows = rows(&input, layout).expect("rows").map(|row| row.expect("a row"));
        rows.map(|row| (row.line, row.cells.iter().collect::<Vec<_>>().join("|"))).collect::<Vec<_>>()
    };
    assert_eq!(
        layouts.iter().map(|layout| (layout.tables, layout.records)).collect::<Vec<_>>(),
        [(2, 2), (2, 3)]
    );
    assert_eq!(cells(&layouts[0]), [(4, "a|5".to_owned()), (5, "c|4".to_owned())]);
    assert_eq!(cells(&layouts[1])[2], (6, "c|50".to_owned()));
    assert_eq!(names(&layouts[1]), ["Link", "Views"]);
}
