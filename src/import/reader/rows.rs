//! The second of two readings: the rows, one at a time.

use anyhow::{Result, anyhow};
use csv::StringRecord;

use super::aside::{REPEATED, TOTAL, repeats};
use super::groups::Groups;
use super::header::filled;
use super::input::Input;
use super::layout::Layout;
use super::record::Records;
use super::text::Text;

/// One row of data.
#[derive(Clone, Debug)]
pub struct Row {
    /// The physical line on which it begins.
    pub line: u64,
    /// At least as many cells as the table has columns; missing ones are "". As they are in the file, blanks included.
    pub cells: StringRecord,
    /// Why it is none of the table's records, where it is none.
    pub aside: Option<&'static str>,
}

/// The rows of a table that was learned; as many as [`Layout::records`] says.
pub fn rows(input: &Input, layout: &Layout) -> Result<Rows> {
    let text = Text::new(input.bytes()?, layout.form);
    Ok(Rows {
        records: Records::new(text, layout.delimiter).within(layout.window.clone()),
        name: input.name().to_owned(),
        after: layout.first_row_after,
        columns: layout.columns.len(),
        until: layout.until,
        header: layout.header.clone(),
        totals: layout.totals.clone(),
        groups: layout.groups.clone(),
    })
}

/// See [`rows`].
pub struct Rows {
    records: Records<Text>,
    name: String,
    after: u64,
    columns: usize,
    until: u64,
    header: Vec<StringRecord>,
    totals: Vec<u64>,
    groups: Option<Groups>,
}

impl Iterator for Rows {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let record = match self.records.next() {
                Ok(record) => record?,
                Err(error) => return Some(Err(anyhow!("{}:{error:#}", self.name))),
            };
            if record.line <= self.after {
                continue;
            }
            if record.line >= self.until {
                return None;
            }
            if filled(&record.cells) > 0 {
                let (mut cells, is_subtotal) = match &mut self.groups {
                    Some(groups) => match groups.fill(&record.cells) {
                        Some(cells) => (cells, false),
                        None => (record.cells, true),
                    },
                    None => (record.cells, false),
                };
                let aside = if is_subtotal || self.totals.contains(&record.line) {
                    Some(TOTAL)
                } else {
                    repeats(&cells, &self.header).then_some(REPEATED)
                };
                for _ in cells.len()..self.columns {
                    cells.push_field("");
                }
                return Some(Ok(Row { line: record.line, cells, aside }));
            }
        }
    }
}
