//! The second of two readings: the rows, one at a time.

use anyhow::Result;
use csv::StringRecord;

use super::header::filled;
use super::input::Input;
use super::layout::Layout;
use super::record::Records;
use super::tables::Fate;
use super::text::Text;

/// One row of data.
#[derive(Clone, Debug)]
pub struct Row {
    /// The physical line on which it begins.
    pub line: u64,
    /// Which of the stacked tables it stands in, from 0.
    pub table: usize,
    /// At least as many cells as the first table has columns; missing ones are "". As they are in the file, blanks included.
    pub cells: StringRecord,
    /// How many cells the file has for it.
    pub width: usize,
    /// Filled cells stand beyond the last column: a delimiter inside of a cell was not quoted, or the header is too short.
    pub too_long: bool,
}

/// The rows of a file that was learned; as many as [`Layout::records`] says.
pub fn rows(input: &Input, layout: &Layout) -> Result<Rows> {
    let text = Text::new(input.bytes()?, layout.form);
    Ok(Rows {
        records: Records::new(text, layout.delimiter),
        name: input.name().to_owned(),
        after: layout.first_row_after,
        columns: layout.columns.len(),
        apart: layout.apart.clone(),
        table: 0,
    })
}

/// See [`rows`].
pub struct Rows {
    records: Records<Text>,
    name: String,
    after: u64,
    columns: usize,
    apart: std::collections::BTreeMap<u64, Fate>,
    table: usize,
}

impl Iterator for Rows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let record = match self.records.next() {
                Ok(record) => record?,
                Err(error) => return Some(Err(error.context(self.name.clone()))),
            };
            if record.line <= self.after {
                continue;
            }
            match self.apart.get(&record.line) {
                Some(Fate::Header) => self.table += 1,
                None if filled(&record.cells) > 0 => {
                    let mut cells = record.cells;
                    let width = cells.len();
                    let too_long = cells.iter().skip(self.columns).any(|cell| !cell.trim().is_empty());
                    for _ in width..self.columns {
                        cells.push_field("");
                    }
                    return Some(Ok(Row { line: record.line, table: self.table, cells, width, too_long }));
                }
                _ => {}
            }
        }
    }
}
