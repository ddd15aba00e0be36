//! No file breaks the reader: whatever the bytes, it reads them or says why not, and its two readings agree.

use super::mutate::{Dice, by_hand, mutated, seeds};
use super::*;

const LONGEST: usize = 6 * 1024;

fn all_seeds() -> Vec<Vec<u8>> {
    seeds(&["tests/cases", "data/demo"], LONGEST)
}

/// Reads the bytes as an import does and holds the rows against the layout. True if they are a table.
fn hold(bytes: &[u8]) -> bool {
    let input = Input::from_reader("fuzz", bytes).expect("bytes are an input");
    let layouts = match learn(&input, &ReadOptions::default()) {
        Ok(layouts) => layouts,
        Err(error) => {
            let said = format!("{error:#}");
            assert!(said.starts_with("fuzz") && said.len() < 2000, "{said}");
            return false;
        }
    };
    let most = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
    let mut line = 0;
    assert!(!layouts.is_empty(), "no table, and no word about it");
    for layout in &layouts {
        let mut count = 0;
        assert!(layout.first_row_after >= line && layout.first_row_after <= most, "the header's line");
        line = layout.first_row_after;
        for row in rows(&input, layout).expect("a second reading") {
            let row = row.expect("a row that was read before");
            assert!(row.line > line && row.line <= most, "line {} behind {line} of {most}", row.line);
            line = row.line;
            count += 1;
            assert!(row.cells.len() >= layout.columns.len(), "a row is filled up");
            // A byte becomes three at the most, where it is replaced.
            assert!(row.cells.as_slice().len() <= 3 * bytes.len(), "more text than bytes");
        }
        assert_eq!(count, layout.records, "rows learned and rows delivered");
        assert!(layout.ragged <= layout.records && layout.lossy.len() as u64 <= layout.lossy_cells);
        for column in &layout.columns {
            assert_eq!(column.rows + layout.aside, layout.records, "every row has every column");
            assert!(column.filled <= column.rows && column.distinct <= column.filled);
        }
    }
    true
}

/// Reads so many broken files; how many of them were tables.
fn run(inputs: u64, dice: &mut Dice) -> u64 {
    let seeds = all_seeds();
    let mut tables = 0;
    for at in 0..inputs {
        let bytes = mutated(&seeds, dice);
        let held = std::panic::catch_unwind(|| hold(&bytes));
        let Ok(table) = held else { panic!("input {at} breaks the reader: {}", bytes.escape_ascii()) };
        tables += u64::from(table);
        if at % 100_000 == 99_999 {
            println!("{} inputs, {tables} of them tables", at + 1);
        }
    }
    tables
}

#[test]
fn broken_files_do_not_break_the_reader() {
    let tables = run(1500, &mut Dice(2026));
    assert!(tables > 500, "only {tables} of 1500 were still tables: too broken to tell anything");
}

/// `FUZZ_INPUTS=2000000 cargo test reader_in_the_long_run -- --ignored --nocapture`
#[test]
#[ignore = "takes as long as it is told to"]
fn the_reader_in_the_long_run() {
    let (inputs, mut dice) = by_hand();
    let tables = run(inputs, &mut dice);
    println!("{inputs} inputs, {tables} of them tables");
}
