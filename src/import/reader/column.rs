//! What one pass over the file tells of a column.

use hashbrown::HashSet;
use std::hash::BuildHasher;

use super::super::values::text::{bare, is_missing, trim};
use super::super::values::{dates, numbers};

const SAMPLES: usize = 50;
/// A sample is for looking at.
const SAMPLE_LENGTH: usize = 500;
const COUNTED: u64 = 100_000;

/// A column of the first table.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its place, from 0.
    pub index: usize,
    /// Header cells, top row first, without blanks, BOM and quotes round them; "" where empty.
    pub names: Vec<String>,
    /// Cells that hold a value: not blank, and none of the words for nothing (`NA`, `undefined`).
    pub filled: u64,
    /// Rows.
    pub rows: u64,
    /// The first 50 different values in the order of the file.
    pub samples: Vec<String>,
    /// What stands in the last row, trimmed; "" where nothing does.
    pub last: String,
    /// If every filled cell reads as a number.
    pub numbers: Option<numbers::Numbers>,
    /// What its cells say of the sign before decimals.
    pub sign: numbers::Sign,
    /// How many different values: exact up to 100,000, then "at least".
    pub distinct: u64,
    /// Some value comes twice.
    pub has_duplicates: bool,
    /// Which readings as dates survive all filled cells.
    pub dates: dates::Evidence,
}

/// A column being read.
pub struct Watched {
    column: Column,
    numbers: numbers::Evidence,
    seen: HashSet<u64>,
}

impl Watched {
    /// Begins with the header.
    pub fn new(index: usize, names: Vec<String>) -> Self {
        let column = Column {
            index,
            names,
            filled: 0,
            rows: 0,
            samples: Vec::new(),
            last: String::new(),
            numbers: None,
            sign: numbers::Sign::default(),
            distinct: 0,
            has_duplicates: false,
            dates: dates::Evidence::default(),
        };
        Self { column, numbers: numbers::Evidence::default(), seen: HashSet::new() }
    }

    /// Takes in one cell.
    pub fn observe(&mut self, cell: &str) {
        let column = &mut self.column;
        column.rows += 1;
        let cell = bare(trim(cell));
        if is_missing(cell) {
            return;
        }
        column.filled += 1;
        self.numbers.observe(cell);
        column.dates.observe(cell);
        if column.distinct >= COUNTED {
            return;
        }
        let hash = self.seen.hasher().hash_one(cell);
        if !self.seen.insert(hash) {
            column.has_duplicates = true;
            return;
        }
        column.distinct += 1;
        if column.samples.len() < SAMPLES {
            column.samples.push(cell.chars().take(SAMPLE_LENGTH).collect());
        }
        if column.distinct == COUNTED {
            self.seen = HashSet::new();
        }
    }

    /// What was learned.
    pub fn finish(self) -> Column {
        Column { numbers: self.numbers.numbers(), sign: self.numbers.sign(), ..self.column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_spreadsheet_are_learned_as_what_they_hold() {
        let mut watched = Watched::new(0, vec!["Day".to_owned()]);
        for cell in ["=\"2026-01-14\"", "=\"2026-01-15\"", "=\"\""] {
            watched.observe(cell);
        }
        let column = watched.finish();
        assert_eq!(
            (column.samples.as_slice(), column.filled),
            (["2026-01-14", "2026-01-15"].map(str::to_owned).as_slice(), 2)
        );
        assert!(column.dates.looks_like_dates());
    }

    #[test]
    fn what_is_counted() {
        let mut watched = Watched::new(0, vec!["Score".to_owned()]);
        for cell in ["9", "10", "", "NA", " 9 ", "undefined"] {
            watched.observe(cell);
        }
        let column = watched.finish();
        assert_eq!((column.rows, column.filled, column.distinct), (6, 3, 2));
        assert!(column.has_duplicates);
        assert_eq!(column.samples, ["9", "10"]);
        assert!(column.numbers.is_some_and(|numbers| numbers.whole && numbers.max < 10.5));
    }
}
