//! Text becomes records, each with the physical line on which it begins.

use std::io::Read;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail};
use csv::{StringRecord, Terminator};

use super::beside::within;
use super::container::sheet::LINE_END;
use super::delimiter::Delimiter;
use super::text::END_MARK;

/// A record longer than this has a quote that was never closed: the longest posts that tools export have some 100 KB.
const LONGEST: u64 = 1024 * 1024;
const BUFFER: u64 = 64 * 1024;

/// One record that has at least one cell.
#[derive(Clone, Debug)]
pub struct Record {
    /// The physical line on which it begins, from 1.
    pub line: u64,
    /// Empty lines stand between the record before and this one.
    pub after_gap: bool,
    /// Its cells as they are.
    pub cells: StringRecord,
}

/// The records of a text, one after the other.
pub struct Records<R: Read> {
    csv: csv::Reader<Guard<R>>,
    start: Arc<AtomicU64>,
    ended: bool,
    /// Line ends inside of cells are written with a stand-in.
    sheet: bool,
    /// Bytes and cells of the record before: the next one is about as large.
    size: (usize, usize),
    /// Of each record only these cells.
    window: Option<Range<usize>>,
}

impl<R: Read> Records<R> {
    /// `text` must have LF line ends and end in the marker of [`super::text::Text`].
    pub fn new(text: R, delimiter: Delimiter) -> Self {
        let start = Arc::new(AtomicU64::new(0));
        let guard = Guard { text, given: 0, start: Arc::clone(&start) };
        let csv = csv::ReaderBuilder::new()
            .delimiter(delimiter.byte())
            .terminator(Terminator::Any(b'\n'))
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER as usize)
            .from_reader(guard);
        Self { csv, start, ended: false, sheet: delimiter == Delimiter::Cells, size: (64, 8), window: None }
    }

    /// The same, of one of the tables that stand side by side.
    pub fn within(self, window: Option<Range<usize>>) -> Self {
        Self { window, ..self }
    }

    /// The next record; `None` after the last. Lines without any character are passed over. An error begins with its
    /// line, to stand behind the file's name.
    pub fn next(&mut self) -> Result<Option<Record>> {
        if self.ended {
            return Ok(None);
        }
        let before = self.csv.position().line();
        let mut cells = StringRecord::with_capacity(self.size.0 + self.size.0 / 2, self.size.1);
        let read = self.csv.read_record(&mut cells);
        self.ended = !matches!(read, Ok(true));
        match read {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) if is_too_long(&error) => bail!(
                "{before}: a quote is opened there or soon after and never closed, so that one record takes more than 1 MiB: \
                 close the quote or take it out"
            ),
            Err(error) => bail!("{before}: {error}"),
        }
        self.size = (cells.as_slice().len(), cells.len());
        self.start.store(self.csv.position().byte(), Ordering::Relaxed);
        // The reader stands behind the record's line end, so its lines can be counted back; counting forward would
        // have to know how many empty lines were passed over.
        let breaks = cells.as_slice().bytes().filter(|b| *b == b'\n').count() as u64;
        let line = self.csv.position().line().saturating_sub(1 + breaks).max(1);
        if cells.len() == 1 && &cells[0] == END_MARK {
            self.ended = true;
            return Ok(None);
        }
        if cells.iter().next_back().is_some_and(|cell| cell.contains(END_MARK)) {
            self.ended = true;
            // This record has no line end of its own.
            bail!("{}: a quote is opened in this record and never closed: close it or take it out", line + 1);
        }
        if self.sheet && cells.as_slice().contains(LINE_END) {
            cells = cells.iter().map(|cell| cell.replace(LINE_END, "\n")).collect();
        }
        Ok(Some(within(Record { line, after_gap: line > before, cells }, self.window.as_ref())))
    }
}

/// Records of a sample that may end anywhere: what cannot be read any more is left out.
pub fn parse(sample: &str, delimiter: Delimiter) -> Vec<Record> {
    let mut records = Records::new(sample.as_bytes(), delimiter);
    std::iter::from_fn(|| records.next().ok().flatten()).collect()
}

#[derive(Debug)]
struct TooLong;

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("record too long")
    }
}

impl std::error::Error for TooLong {}

fn is_too_long(error: &csv::Error) -> bool {
    let csv::ErrorKind::Io(error) = error.kind() else { return false };
    error.get_ref().and_then(|inner| inner.downcast_ref::<TooLong>()).is_some()
}

/// Stops the flow when one record has taken too much of it: memory must not grow with the file.
struct Guard<R> {
    text: R,
    given: u64,
    start: Arc<AtomicU64>,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.given > self.start.load(Ordering::Relaxed) + LONGEST + BUFFER {
            return Err(std::io::Error::other(TooLong));
        }
        let count = self.text.read(buffer)?;
        self.given += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Vec<(u64, bool, usize)>> {
        let text = format!("{text}\0\n");
        let mut records = Records::new(text.as_bytes(), Delimiter::Comma);
        let mut all = Vec::new();
        while let Some(record) = records.next()? {
            all.push((record.line, record.after_gap, record.cells.len()));
        }
        Ok(all)
    }

    #[test]
    fn lines_are_physical() {
        let found = lines("a,b\n\n\n1,\"x\ny\"\n2,z\n").expect("records");
        assert_eq!(found, [(1, false, 2), (4, true, 2), (6, false, 2)]);
    }

    #[test]
    fn a_quote_left_open_is_an_error_with_its_line() {
        let error = lines("a,b\n1,2\n3,\"open\n4,5\n6,7\n").expect_err("open quote");
        assert!(error.to_string().starts_with("3: "), "{error}");
    }

    #[test]
    fn an_endless_record_does_not_fill_the_memory() {
        let error = lines(&format!("a,b\n1,\"{}", "long line\n".repeat(200_000))).expect_err("endless");
        assert!(error.to_string().starts_with("2: ") && error.to_string().contains("1 MiB"), "{error}");
    }
}
