//! Rows below the header that are none of the table's: the header again, where files were put together, and sums and means at the end.
//! They are counted, and each says why it is left out; what the columns hold is learned without them.

use std::collections::{HashSet, VecDeque};
use std::sync::LazyLock;

use csv::StringRecord;

use super::super::values::dates::is_dateish;
use super::super::values::text::{trim, words};
use super::header::{filled, is_typed};
use super::record::Record;

/// Why the header's repetition is left out.
pub const REPEATED: &str = "repeated-header";
/// Why a sum or mean is left out.
pub const TOTAL: &str = "total-row";

/// Sums and means stand in so many rows at the end.
const ROWS_OF_TOTALS: usize = 5;

static TOTALS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| words(include_str!("../../../data/words/totals.txt")).collect());

/// Whether all that a row holds is what one of the header's rows has there.
pub fn repeats(cells: &StringRecord, header: &[StringRecord]) -> bool {
    header.iter().any(|names| {
        let same = |(at, cell): (usize, &str)| {
            trim(cell).is_empty() || names.get(at).is_some_and(|name| trim(name) == trim(cell))
        };
        // One word alone may be a value that is called like its column.
        let enough = || filled(cells) > 1 || filled(names) == 1 && filled(cells) == 1;
        cells.iter().enumerate().all(same) && enough()
    })
}

/// `Average,,7.08,,`: a word for a sum or mean, and beside it numbers only.
fn is_total(cells: &StringRecord) -> bool {
    let mut filled = cells.iter().map(trim).filter(|cell| !cell.is_empty());
    let Some(first) =
        filled.next().filter(|cell| cell.len() <= 40 && !cell.starts_with(|c: char| c.is_ascii_digit()))
    else {
        return false;
    };
    let mut numbers = filled.peekable();
    TOTALS.contains(first.trim_end_matches([':', '：']).to_lowercase().as_str())
        && numbers.peek().is_some()
        && numbers.all(|cell| is_typed(cell) && !is_dateish(cell))
}

/// The newest rows of a table, until others follow that show them to be no totals.
#[derive(Default)]
pub struct Ending {
    held: VecDeque<Record>,
    /// Rows further up begin with such a word: it is a value here.
    is_value: bool,
    passed: bool,
}

impl Ending {
    /// Takes a row in, and gives the one back that stands too far up to be a total.
    pub fn take(&mut self, record: Record) -> Option<Record> {
        self.held.push_back(record);
        let passed = if self.held.len() > ROWS_OF_TOTALS { self.held.pop_front() } else { None };
        if let Some(record) = &passed {
            self.passed = true;
            self.is_value = self.is_value || is_total(&record.cells);
        }
        passed
    }

    /// The rows that were held, and the lines of the totals behind them.
    pub fn finish(mut self) -> (VecDeque<Record>, Vec<u64>) {
        let is_row = |record: &Record| !is_total(&record.cells);
        let rows = self.held.iter().rposition(is_row).map_or(0, |last| last + 1);
        let is_value = self.is_value || !self.held.range(..rows).all(is_row) || !self.passed && rows == 0;
        let totals = self.held.split_off(if is_value { self.held.len() } else { rows });
        (self.held, totals.into_iter().map(|record| record.line).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::delimiter::Delimiter;
    use super::super::record::parse;
    use super::*;

    fn totals(text: &str) -> Vec<u64> {
        let mut ending = Ending::default();
        for record in parse(text, Delimiter::Comma) {
            ending.take(record);
        }
        ending.finish().1
    }

    #[test]
    fn sums_and_means_stand_at_the_end() {
        assert_eq!(totals("1,a,9\n2,b,7\nMean,,8\nTotal responses:,,2\n"), [3, 4]);
        assert_eq!(totals("1,a,9\n2,b,7\n,平均分,8\n"), [3]);
        assert_eq!(totals("1,a,9\nNPS,,8\n2,b,7\n"), [] as [u64; 0], "a row follows");
        assert_eq!(totals("nps,,9\nnps,,8\n"), [] as [u64; 0], "nothing else is there");
        assert_eq!(totals("nps,,9\n1,,8\nnps,,8\n"), [] as [u64; 0], "it is a value");
        assert_eq!(totals("1,a,9\nMean,b,8\nNPS,,2026-01-05\n"), [] as [u64; 0], "someone, and a day");
        let long = format!("nps,,9\n{}nps,,8\n", "1,a,9\n".repeat(9));
        assert_eq!(totals(&long), [] as [u64; 0], "it was a value further up");
    }

    #[test]
    fn a_header_that_comes_back_is_told_from_a_value() {
        let row = |text: &str| parse(text, Delimiter::Comma).remove(0).cells;
        let header = [row("Email,Score,Note\n")];
        for again in ["Email,Score,Note\n", "Email, Score ,\n"] {
            assert!(repeats(&row(again), &header), "{again}");
        }
        for value in ["a@b.example,9,Note\n", "Email,,\n", "Score,Email,Note\n"] {
            assert!(!repeats(&row(value), &header), "{value}");
        }
        assert!(repeats(&row("Score\n"), &[row("Score\n")]) && !repeats(&row("a,b\n"), &[]));
    }
}
