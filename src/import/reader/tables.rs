//! What each record below the header is: a row, or the title and header of a further table stacked below, or the report's footer.

use std::collections::VecDeque;

use csv::StringRecord;

use super::super::values::text::{is_missing, trim, words};
use super::aside::repeats;
use super::header::{Head, filled, is_comment, is_typed, is_wordy, trimmed_width};
use super::record::Record;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A row of the current table.
    Row,
    /// A title or comment line.
    Title,
    /// The header of a further table.
    Header,
    /// A line that the report puts under its last row.
    Footer,
}

/// The kinds of cells of a table are known after so many rows.
const ROWS_FOR_KINDS: u32 = 50;
/// Lines of one cell that may follow each other before they are rows after all.
const LONGEST_FOOTER: usize = 20;

/// Sorts the records below the header, one after the other.
pub struct Body {
    comments: bool,
    width: usize,
    kinds: Vec<Kind>,
    rows: u32,
    gap: bool,
    expect_header: bool,
    /// Lines of one cell behind an empty line: titles, a footer, or rows, as the next records show.
    held: Vec<Record>,
    /// The header's last row; empty in a file without one.
    header: StringRecord,
}

#[derive(Clone, Copy, Default)]
struct Kind {
    seen: u32,
    typed: u32,
}

impl Body {
    /// `header` is the last row of the first header, or the first row where there is none.
    pub fn new(header: &StringRecord, head: &Head) -> Self {
        let width = trimmed_width(header);
        Self {
            comments: head.comments,
            width,
            kinds: Vec::new(),
            rows: 0,
            gap: false,
            expect_header: false,
            held: Vec::new(),
            header: if head.rows == 0 { StringRecord::new() } else { header.clone() },
        }
    }

    /// Takes a record, with the one behind it, and puts out what is decided. Blank records are left out.
    pub fn take(&mut self, record: Record, next: Option<&Record>, out: &mut VecDeque<(Record, Fate)>) {
        let full = filled(&record.cells);
        if full == 0 {
            self.gap = true;
            return;
        }
        let gap = std::mem::take(&mut self.gap) || record.after_gap;
        if self.width < 2 {
            out.push_back((record, Fate::Row));
            return;
        }
        if self.comments && is_comment(&record.cells, true) {
            self.release(Fate::Row, out);
            self.expect_header = true;
            out.push_back((record, Fate::Title));
            return;
        }
        let alone = full == 1 && !trim(&record.cells[0]).is_empty();
        let begins = if self.held.is_empty() {
            gap && full > 1 && !self.repeats(&record) && self.is_header(&record, next, false)
        } else {
            !gap && full > 1 && self.is_header(&record, next, true)
        };
        if std::mem::take(&mut self.expect_header) || begins {
            self.release(Fate::Title, out);
            self.begin(&record.cells);
            out.push_back((record, Fate::Header));
        } else if alone && (gap || !self.held.is_empty() || is_footer(&record.cells)) {
            self.held.push(record);
            if self.held.len() > LONGEST_FOOTER {
                self.release(Fate::Row, out);
            }
        } else {
            self.release(Fate::Row, out);
            self.watch(&record.cells);
            out.push_back((record, Fate::Row));
        }
    }

    /// Puts out what is still held at the end of the file.
    pub fn finish(&mut self, out: &mut VecDeque<(Record, Fate)>) {
        let footer = self.held.iter().any(|record| is_footer(&record.cells));
        self.release(if footer { Fate::Footer } else { Fate::Row }, out);
    }

    fn release(&mut self, fate: Fate, out: &mut VecDeque<(Record, Fate)>) {
        out.extend(self.held.drain(..).map(|record| (record, fate)));
    }

    fn begin(&mut self, header: &StringRecord) {
        self.width = trimmed_width(header);
        self.header = header.clone();
        self.kinds.clear();
        self.rows = 0;
    }

    /// The same header behind an empty line, where files were put together: the same table.
    fn repeats(&self, record: &Record) -> bool {
        repeats(&record.cells, std::slice::from_ref(&self.header))
    }

    fn watch(&mut self, cells: &StringRecord) {
        if self.rows >= ROWS_FOR_KINDS {
            return;
        }
        self.rows += 1;
        self.kinds.resize(self.kinds.len().max(cells.len()), Kind::default());
        for (kind, cell) in self.kinds.iter_mut().zip(cells).filter(|(_, cell)| !is_missing(cell)) {
            kind.seen += 1;
            kind.typed += u32::from(is_typed(cell));
        }
    }

    /// Words where all rows had numbers or dates, or a table of another width. A title right above makes it likelier.
    fn is_header(&self, record: &Record, next: Option<&Record>, below_title: bool) -> bool {
        if !is_wordy(&record.cells) {
            return false;
        }
        let width = trimmed_width(&record.cells);
        let breaks = record
            .cells
            .iter()
            .zip(&self.kinds)
            .any(|(cell, kind)| !is_missing(cell) && kind.seen >= 2 && kind.typed == kind.seen);
        let typed_next = next.is_some_and(|next| !is_wordy(&next.cells) && filled(&next.cells) > 0);
        let same_next = next.is_some_and(|next| trimmed_width(&next.cells) == width);
        breaks || typed_next && (below_title || same_next && width != self.width)
    }
}

fn is_footer(cells: &StringRecord) -> bool {
    let line = trim(&cells[0]).to_lowercase();
    words(include_str!("../../../data/words/footers.tsv")).any(|beginning| line.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::super::delimiter::Delimiter;
    use super::super::record::parse;
    use super::*;

    fn fates(text: &str, comments: bool) -> String {
        let mut records = VecDeque::from(parse(text, Delimiter::Comma));
        let header = records.pop_front().expect("header");
        let head = Head { line: 1, rows: 1, titles: Vec::new(), comments, groups: None };
        let mut body = Body::new(&header.cells, &head);
        let mut out = VecDeque::new();
        while let Some(record) = records.pop_front() {
            body.take(record, records.front(), &mut out);
        }
        body.finish(&mut out);
        let letter = |fate| match fate {
            Fate::Row => 'r',
            Fate::Title => 't',
            Fate::Header => 'H',
            Fate::Footer => 'f',
        };
        out.iter().map(|(_, fate)| letter(*fate)).collect()
    }

    #[test]
    fn tables_below_comments_and_titles() {
        assert_eq!(
            fates("Week,Users\n0000,4\n0001,5\n\n# Start date: 20260101\nChannel,Users\nDirect,3\n", true),
            "rrtHr"
        );
        assert_eq!(
            fates(",Women,Men\n18-24,3,4\n25-34,3,4\n\n\"Towns\"\n\"A, B\",\"C, D\"\n74.3,4.9\n", false),
            "rrtHr"
        );
        assert_eq!(fates("Week,Users\n0000,4\n0001,5\n\n\nCountry,New users\nPeru,3\n", false), "rrHr");
    }

    #[test]
    fn empty_lines_between_rows_are_no_tables() {
        assert_eq!(fates("name,plan\nAda,pro\n\nBob,free\n\n\nCy,\n", false), "rrr");
        assert_eq!(fates("name,seats\nAda,3\nBob,4\n\nname,seats\nCy,5\n", false), "rrrr");
        assert_eq!(fates("name,seats\nAda,3\n\nBob,4\nCy,N/A\n\nDi,N/A\n", false), "rrrr");
    }

    #[test]
    fn the_footer_of_a_report_is_no_row() {
        let text = "Deal,Amount,Stage\nx,1,won\ny,2,lost\n\n\"Grand Totals (2 records)\"\n\n\"Confidential Information - Do Not Distribute\"\n\"Copyright (c) 2000-2026 x\"\n";
        assert_eq!(fates(text, false), "rrfff");
        assert_eq!(fates("Deal,Amount,Stage\nx,1,won\n\nlast one\n", false), "rr");
    }
}
