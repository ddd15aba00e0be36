//! A sheet's cells as text for the path that every file takes: one line for each of its rows, so that line numbers are row numbers.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::{Result, bail};
use calamine::{Data, DataRef, ExcelDateTime};
use chrono::{NaiveDate, TimeDelta, Timelike};

/// Stands between cells; no tool writes it into one.
pub const BETWEEN: u8 = 0x1F;
/// Stands for a line end inside of a cell, so that it does not count as a line.
pub const LINE_END: char = '\r';

/// A streamed sheet may hold so many cells.
const MOST_CELLS: u64 = 10_000_000;
/// From here on a number of a spreadsheet has lost digits (2^53).
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Writes a sheet down, cell by cell, row by row.
pub struct Sheet<W> {
    out: W,
    row: u32,
    cells: Vec<(u32, String)>,
    count: u64,
}

impl<W: Write> Sheet<W> {
    /// Nothing yet.
    pub fn new(out: W) -> Self {
        Self { out, row: 0, cells: Vec::new(), count: 0 }
    }

    /// Takes a cell by its place, from 0. Rows must come in order; the cells of a row need not.
    pub fn put(&mut self, row: u32, column: u32, text: String) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if row < self.row {
            bail!("row {} stands below row {}", row + 1, self.row + 1);
        }
        self.count += 1;
        if self.count > MOST_CELLS {
            bail!("more than {MOST_CELLS} cells");
        }
        while self.row < row {
            self.end_row()?;
        }
        self.cells.push((column, text));
        Ok(())
    }

    /// Writes down what is left.
    pub fn finish(mut self) -> Result<()> {
        self.end_row()?;
        Ok(self.out.flush()?)
    }

    fn end_row(&mut self) -> Result<()> {
        self.cells.sort_by_key(|(column, _)| *column);
        let mut last: Option<u32> = None;
        for (column, text) in self.cells.drain(..) {
            // Two cells in one place: the first stays.
            if last == Some(column) {
                continue;
            }
            for _ in last.unwrap_or(0)..column {
                self.out.write_all(&[BETWEEN])?;
            }
            write_cell(&mut self.out, &text)?;
            last = Some(column);
        }
        self.out.write_all(b"\n")?;
        self.row += 1;
        Ok(())
    }
}

fn write_cell(out: &mut impl Write, text: &str) -> Result<()> {
    if !text.contains(['"', '\r', '\n', char::from(BETWEEN)]) {
        return Ok(out.write_all(text.as_bytes())?);
    }
    let one_line = text.replace("\r\n", "\n").replace('\n', &LINE_END.to_string()).replace('"', "\"\"");
    Ok(write!(out, "\"{one_line}\"")?)
}

/// A cell of an `.xlsx` sheet as text.
pub fn streamed(value: &DataRef) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(value) => whole(*value as f64),
        DataRef::Float(value) => number(*value),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => truth(*value),
        DataRef::DateTime(value) => moment(value),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A cell of an `.xls` sheet as text.
pub fn stored(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::Int(value) => whole(*value as f64),
        Data::Float(value) => number(*value),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(value) => truth(*value),
        Data::DateTime(value) => moment(value),
        Data::Error(error) => error.to_string(),
    }
}

fn truth(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

/// As a person would type it: no `.0`, and no digits that binary fractions add behind the fifteenth.
fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        return whole(value);
    }
    let shown = format!("{value:.14e}").parse::<f64>().unwrap_or(value);
    if shown.fract() == 0.0 { whole(shown) } else { shown.to_string() }
}

/// A whole number beyond 2^53 is written as spreadsheets show it (6.54E+17), so that nobody takes it for an id.
fn whole(value: f64) -> String {
    if value.abs() < EXACT {
        return (value as i64).to_string();
    }
    let text = format!("{value:.14e}");
    match text.split_once('e') {
        Some((digits, power)) => format!("{}E+{power}", digits.trim_end_matches('0').trim_end_matches('.')),
        None => text,
    }
}

/// A date, a time of day, both, or a duration in hours, to the second; the number itself where no calendar has such a day.
fn moment(value: &ExcelDateTime) -> String {
    let days = value.as_f64();
    if value.is_duration() {
        return duration(days);
    }
    if (0.0..1.0).contains(&days) && days > 0.0 {
        return duration(days);
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let at = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
        .filter(|_| (1.0..2_958_466.0).contains(&days))
        .and_then(|date| date.and_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into()))
        .and_then(|at| at.checked_add_signed(TimeDelta::milliseconds(500)));
    match at {
        None => number(days),
        Some(at) if at.num_seconds_from_midnight() == 0 => at.format("%Y-%m-%d").to_string(),
        Some(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

fn duration(days: f64) -> String {
    let seconds = (days * 86_400.0).round();
    if !(0.0..EXACT).contains(&seconds) {
        return number(days);
    }
    let seconds = seconds as u64;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write!(text, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, ExcelDateTimeType};

    fn date(days: f64) -> String {
        moment(&ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false))
    }

    #[test]
    fn numbers_as_people_type_them() {
        for (value, text) in [
            (9.0, "9"),
            (-3.0, "-3"),
            (1.1 + 2.2, "3.3"),
            (0.1 + 0.2, "0.3"),
            (0.125, "0.125"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (654_321_987_654_321_000.0, "6.54321987654321E+17"),
            (6.54e17, "6.54E+17"),
            (1e300, "1E+300"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(streamed(&DataRef::Int(7)), "7");
        assert_eq!(streamed(&DataRef::Bool(true)), "TRUE");
        assert_eq!(streamed(&DataRef::Error(CellErrorType::NA)), "#N/A");
        assert_eq!(stored(&Data::Error(CellErrorType::Div0)), "#DIV/0!");
    }

    #[test]
    fn days_and_times_to_the_second() {
        assert_eq!(date(46105.0), "2026-03-24");
        assert_eq!(date(46_105.731_307_87), "2026-03-24 17:33:05");
        assert_eq!(date(46_105.999_999_99), "2026-03-25");
        assert_eq!(date(0.5), "12:00:00");
        assert_eq!(date(-4.0), "-4");
        assert_eq!(date(60.0), "60", "Excel's 29 February 1900 was no day");
        assert_eq!(moment(&ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false)), "36:00:00");
        assert_eq!(moment(&ExcelDateTime::new(44643.0, ExcelDateTimeType::DateTime, true)), "2026-03-24");
    }

    #[test]
    fn a_line_is_a_row() {
        let mut out = Vec::new();
        let mut sheet = Sheet::new(&mut out);
        for (row, column, text) in
            [(1, 2, "c"), (1, 0, "a"), (3, 1, "two\r\nlines, \"quoted\""), (3, 1, "again"), (3, 2, "")]
        {
            sheet.put(row, column, text.to_owned()).expect("in order");
        }
        assert!(sheet.put(2, 0, "x".to_owned()).is_err());
        sheet.finish().expect("written");
        assert_eq!(
            String::from_utf8(out).expect("text"),
            "\na\u{1f}\u{1f}c\n\n\u{1f}\"two\rlines, \"\"quoted\"\"\"\n"
        );
    }
}
