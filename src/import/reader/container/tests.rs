//! Broken workbooks: whatever the bytes, an error or rows, never a crash.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;

use super::super::{Input, ReadOptions, learn};
use super::Container;

/// Opens bytes and reads all that is in them.
fn read(bytes: &[u8]) -> anyhow::Result<usize> {
    let mut container = Container::open(Input::from_reader("test", bytes)?)?;
    let mut rows = 0;
    for at in 0..container.parts().len().max(1) {
        let input = container.read(at)?;
        rows += learn(&input, &ReadOptions::default())?
            .iter()
            .map(|layout| layout.records as usize)
            .sum::<usize>();
    }
    Ok(rows)
}

/// An old workbook of one sheet: two texts, a number by itself, two in one record, a truth and a formula.
fn old_workbook() -> Vec<u8> {
    let record =
        |kind: u16, data: &[u8]| [&kind.to_le_bytes(), &(data.len() as u16).to_le_bytes(), data].concat();
    let begin = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let text = |column: u8| record(0x0204, &[0, 0, column, 0, 0, 0, 2, 0, 0, b'a', b'b']);
    let format = record(0x00E0, &[0; 20]);
    let number = [&[1, 0, 0, 0, 0, 0][..], &9_f64.to_le_bytes()].concat();
    let formula = [&[3, 0, 0, 0, 0, 0][..], &9_f64.to_le_bytes(), &[0; 8], &[3, 0, 0x1E, 1, 0]].concat();
    let start = [begin(5), record(0x0042, &[0xB0, 4]), format].concat();
    let place = (start.len() + 4 + 9 + 4) as u32;
    let sheet = record(0x0085, &[&place.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat());
    let cells = [
        record(0x0200, &[0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 2, 0, 0, 0]),
        text(0),
        text(1),
        record(0x0203, &number),
        record(0x00BD, &[2, 0, 0, 0, 0, 0, 0x26, 0, 0, 0, 0, 0, 0x2A, 0, 0, 0, 1, 0]),
        record(0x0205, &[1, 0, 1, 0, 0, 0, 1, 0]),
        record(0x0006, &formula),
    ];
    let end = record(0x000A, &[]);
    let mut stream = [start, sheet, end.clone(), begin(0x10), cells.concat(), end].concat();
    stream.resize(4200, 0);
    let mut file =
        cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).expect("a file");
    file.create_stream("/Workbook").and_then(|mut out| out.write_all(&stream)).expect("writes");
    file.flush().expect("writes");
    file.into_inner().into_inner()
}

/// A workbook; `changes` name a byte of all its files and what it becomes.
fn workbook(changes: &[(usize, u8)]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in [["a", "b"], ["x", "y"], ["z", ""]].iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, *cell).expect("writes");
        }
        sheet.write_number(row as u32, 2, row as f64).expect("writes");
    }
    let packed = book.save_to_buffer().expect("a workbook");
    let mut from = zip::ZipArchive::new(Cursor::new(packed)).expect("an archive");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let files = from.len();
    for at in 0..files {
        let mut file = from.by_index(at).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("reads");
        let size = bytes.len();
        for (place, byte) in changes.iter().filter(|(place, _)| place % files == at) {
            bytes[place / files % size] = *byte;
        }
        let name = file.name().expect("a name").into_owned();
        to.start_file(name, zip::write::SimpleFileOptions::default()).expect("writes");
        to.write_all(&bytes).expect("writes");
    }
    to.finish().expect("writes").into_inner()
}

#[test]
fn the_workbooks_are_sound() {
    assert_eq!(read(&old_workbook()).expect("reads"), 3);
    assert_eq!(read(&workbook(&[])).expect("reads"), 2);
}

proptest! {
    #[test]
    fn no_changed_byte_of_an_old_workbook_crashes(changes in prop::collection::vec((0..4300_usize, any::<u8>()), 1..6)) {
        let mut bytes = old_workbook();
        // The cells stand in the second sector; changes anywhere else are half of all.
        for (at, byte) in changes {
            let at = if at < 2150 { at * 3 } else { 512 + at - 2150 };
            let size = bytes.len();
            bytes[at % size] = byte;
        }
        drop(read(&bytes));
    }

    #[test]
    fn no_changed_byte_of_a_workbook_crashes(changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..6)) {
        drop(read(&workbook(&changes)));
    }

    #[test]
    fn no_end_of_a_workbook_crashes(at in any::<usize>()) {
        for bytes in [old_workbook(), workbook(&[])] {
            drop(read(&bytes[..at % bytes.len()]));
        }
    }
}
