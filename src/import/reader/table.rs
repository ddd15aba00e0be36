//! A table while its rows come by: its header first, then what its columns hold.

use csv::StringRecord;

use super::super::values::text::{bare, trim};
use super::aside::{Ending, repeats};
use super::column::{Column, Watched};
use super::delimiter::Delimiter;
use super::groups::Groups;
use super::header;
use super::layout::{Layout, LossyCell};
use super::plausible::is_doubtful;
use super::record::Record;
use super::text::Form;

const LOSSY_SHOWN: usize = 100;

/// A table on its way.
pub struct Table {
    pub layout: Layout,
    /// Its first records, until they tell how many of them are the header.
    pub start: Vec<Record>,
    columns: Vec<Watched>,
    ending: Ending,
    /// The groups of the newest row.
    pub groups: Option<Groups>,
    /// Its newest row.
    last: StringRecord,
}

impl Table {
    pub fn new(form: Form, delimiter: Delimiter, title_lines: Vec<String>) -> Self {
        let layout = Layout {
            encoding: form.found.name,
            guessed_from: None,
            delimiter,
            title_lines,
            title: None,
            tables: 1,
            lossy: Vec::new(),
            lossy_cells: 0,
            doubtful: None,
            doubtful_cells: 0,
            columns: Vec::new(),
            records: 0,
            ragged: 0,
            footer: Vec::new(),
            aside: 0,
            form,
            window: None,
            header: Vec::new(),
            totals: Vec::new(),
            groups: None,
            first_row_after: 0,
            until: u64::MAX,
        };
        Self {
            layout,
            start: Vec::new(),
            columns: Vec::new(),
            ending: Ending::default(),
            groups: None,
            last: StringRecord::new(),
        }
    }

    /// Begins with the first so many records as the header.
    pub fn settle(&mut self, rows: usize) {
        let behind = self.start.split_off(rows.min(self.start.len()));
        let names = std::mem::take(&mut self.start);
        // Without a header the first row tells how many columns there are.
        let first = if names.is_empty() { &behind[..behind.len().min(1)] } else { &names[..] };
        let width = first.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let column = |index: usize| {
            let names = names.iter().map(|row| header::name(row.cells.get(index).unwrap_or(""))).collect();
            Watched::new(index, names)
        };
        self.columns = (0..width).map(column).collect();
        if let Some(last) = names.last() {
            self.layout.first_row_after = last.line;
        }
        self.layout.header = names.into_iter().map(|row| row.cells).collect();
        for record in behind {
            self.hold(record);
        }
    }

    /// A record of the table: its header first, then its rows.
    pub fn take(&mut self, record: Record) {
        self.look(&record);
        if !self.columns.is_empty() {
            self.hold(record);
            return;
        }
        self.start.push(record);
        if self.start.len() == header::ROWS_TO_TELL {
            self.settle(header::rows_of(&self.start));
        }
    }

    /// A row that may be no record.
    fn hold(&mut self, mut record: Record) {
        if let Some(groups) = &mut self.groups {
            let Some(cells) = groups.fill(&record.cells) else {
                self.layout.records += 1;
                self.layout.aside += 1;
                return;
            };
            record.cells = cells;
        }
        if repeats(&record.cells, &self.layout.header) {
            self.layout.records += 1;
            self.layout.aside += 1;
        } else if let Some(record) = self.ending.take(record) {
            self.observe(record.cells);
        }
    }

    fn observe(&mut self, cells: StringRecord) {
        let width = self.columns.len();
        let beyond = cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
        self.layout.records += 1;
        self.layout.ragged += u64::from(cells.len() < width || beyond);
        for (at, column) in self.columns.iter_mut().enumerate() {
            column.observe(cells.get(at).unwrap_or(""));
        }
        self.last = cells;
    }

    /// Notes what decoding did to the cells.
    pub fn look(&mut self, record: &Record) {
        if record.cells.as_slice().is_ascii() {
            return;
        }
        let one_byte = self.layout.form.found.encoding.is_single_byte();
        for (column, cell) in record.cells.iter().enumerate() {
            if cell.is_ascii() {
                continue;
            }
            let at = LossyCell { line: record.line, column };
            // One-byte encodings turn bytes that they do not use into control characters.
            if cell.contains(|c: char| matches!(c, '\u{FFFD}' | '\u{80}'..='\u{9F}')) {
                self.layout.lossy_cells += 1;
                if self.layout.lossy.len() < LOSSY_SHOWN {
                    self.layout.lossy.push(at);
                }
            } else if one_byte && is_doubtful(cell) {
                self.layout.doubtful_cells += 1;
                self.layout.doubtful.get_or_insert(at);
            }
            if self.layout.form.found.guessed && self.layout.guessed_from.is_none() {
                self.layout.guessed_from = Some(cell.trim().chars().take(80).collect());
            }
        }
    }

    pub fn end(&mut self, line: u64) {
        self.layout.until = self.layout.until.min(line);
    }

    pub fn finish(mut self) -> Layout {
        if self.columns.is_empty() && !self.start.is_empty() {
            self.settle(header::rows_of(&self.start));
        }
        let (rows, totals) = std::mem::take(&mut self.ending).finish();
        for record in rows {
            self.observe(record.cells);
        }
        self.layout.records += totals.len() as u64;
        self.layout.aside += totals.len() as u64;
        self.layout.totals = totals;
        let last = self.last;
        let finish = |watched: Watched| {
            let column = watched.finish();
            let last = bare(trim(last.get(column.index).unwrap_or(""))).to_owned();
            Column { last, ..column }
        };
        Layout { columns: self.columns.into_iter().map(finish).collect(), ..self.layout }
    }
}
