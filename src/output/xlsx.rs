//! A report as a workbook: a sheet for each table with real numbers and days, frozen and filtered headers, and a native chart
//! of the same cells beside them. The same report is the same bytes.

use super::chart::Chart;
use super::document::{Document, Figure};
use super::forms::{Item, Kind};
use super::{Cell, safe};
use anyhow::Result;
use rust_xlsxwriter::{
    Chart as Native, ChartFormat, ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType, ChartSolidFill,
    ChartType, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet,
};
use std::collections::BTreeSet;

/// Excel takes no longer text in a cell.
const LONGEST: usize = 32_000;
/// Columns are as wide as their words, between these.
const WIDTH: (usize, usize) = (9, 44);
/// Greys from dark to light: told apart on any printer.
const GREYS: [u32; 6] = [0x1F_3A5F, 0x4F_7CAC, 0x9D_B8D2, 0x6B_6B6B, 0xA8_A8A8, 0xD6_D6D6];
const MARKERS: [ChartMarkerType; 6] = [
    ChartMarkerType::Circle,
    ChartMarkerType::Square,
    ChartMarkerType::Diamond,
    ChartMarkerType::Triangle,
    ChartMarkerType::X,
    ChartMarkerType::LongDash,
];

/// The workbook's bytes.
///
/// # Errors
/// Where a table has more rows or columns than a sheet.
pub fn draw(document: &Document) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let mut properties = DocProperties::new()
        .set_title(safe::line(&document.title))
        .set_subject(safe::line(&document.program));
    if let Ok(day) = ExcelDateTime::parse_from_str(&document.as_of) {
        properties = properties.set_creation_datetime(&day);
    }
    workbook.set_properties(&properties);
    let mut names = BTreeSet::new();
    let word = |key: &str| document.words.get(key).cloned().unwrap_or_default();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(sheet_name(&word("sheet_summary"), &mut names))?;
    summary(sheet, document)?;
    for figure in document.figures() {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        let name = sheet_name(&figure.title, &mut names);
        sheet.set_name(&name)?;
        table(sheet, figure)?;
        if let Some(chart) = &figure.chart {
            let column = u16::try_from(figure.grid.heads.len() + 1)?;
            for (place, native) in natives(chart, figure, &name).iter().enumerate() {
                sheet.insert_chart(u32::try_from(1 + 16 * place)?, column, native)?;
            }
        }
    }
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(sheet_name(&word("sheet_method"), &mut names))?;
    method(sheet, document)?;
    Ok(workbook.save_to_buffer()?)
}

/// The first sheet: what the first page of the report says.
fn summary(sheet: &mut Worksheet, document: &Document) -> Result<()> {
    for (column, width) in [30.0, 24.0, 44.0, 56.0].into_iter().enumerate() {
        sheet.set_column_width(u16::try_from(column)?, width)?;
    }
    sheet.write_string_with_format(
        0,
        0,
        text(&document.title),
        &Format::new().set_bold().set_font_size(16),
    )?;
    sheet.write_string(1, 0, text(&document.about))?;
    let mut row = 3;
    for line in &document.lead {
        sheet.write_string(row, 0, text(line))?;
        row += 1;
    }
    row += 1;
    for tile in &document.tiles {
        sheet.write_string_with_format(row, 0, text(&tile.label), &Format::new().set_bold())?;
        for (column, words) in (1..).zip([&tile.value, &tile.basis, &tile.moved]) {
            sheet.write_string(row, column, text(words))?;
        }
        row += 1;
    }
    Ok(())
}

fn method(sheet: &mut Worksheet, document: &Document) -> Result<()> {
    let (bold, folded) =
        (Format::new().set_bold().set_align(FormatAlign::Top), Format::new().set_text_wrap());
    sheet.set_column_width(0, 28)?;
    sheet.set_column_width(1, 110)?;
    for (row, (title, words)) in (0..).zip(&document.method) {
        sheet.write_string_with_format(row, 0, text(title), &bold)?;
        sheet.write_string_with_format(row, 1, text(words), &folded)?;
    }
    Ok(())
}

/// The table: its header row frozen and filtered.
fn table(sheet: &mut Worksheet, figure: &Figure) -> Result<()> {
    let grid = &figure.grid;
    for (at, head) in grid.heads.iter().enumerate() {
        let texts = grid.rows.iter().filter_map(|row| row.get(at)).map(|item| width(&item.text));
        let wide = texts.max().unwrap_or(0).max(width(&head.title)) + 3;
        sheet.set_column_width(u16::try_from(at)?, wide.clamp(WIDTH.0, WIDTH.1) as f64)?;
    }
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
    for (at, head) in grid.heads.iter().enumerate() {
        sheet.write_string_with_format(0, u16::try_from(at)?, text(&head.title), &bold)?;
    }
    for (place, row) in grid.rows.iter().enumerate() {
        for (at, item) in row.iter().enumerate() {
            write(sheet, u32::try_from(place + 1)?, u16::try_from(at)?, item)?;
        }
    }
    let last = u16::try_from(grid.heads.len().max(1) - 1)?;
    let rows = u32::try_from(grid.rows.len())?;
    sheet.set_freeze_panes(1, 0)?;
    if rows > 0 {
        sheet.autofilter(0, 0, rows, last)?;
    }
    let below = if grid.rows.is_empty() {
        [figure.empty.as_str(), figure.caption.as_str()]
    } else {
        [figure.caption.as_str(), ""]
    };
    for (place, words) in (2..).zip(below.into_iter().filter(|words| !words.is_empty())) {
        sheet.write_string(rows + place, 0, text(words))?;
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    Ok(())
}

/// How many columns a text takes: wide scripts take two each.
fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, item: &Item) -> Result<()> {
    let number = |places: usize, percent: &str| {
        let decimals = if places == 0 { String::new() } else { format!(".{}", "0".repeat(places)) };
        Format::new().set_num_format(if percent.is_empty() {
            format!("#,##0{decimals}")
        } else {
            format!("0{decimals}%")
        })
    };
    match (&item.cell, item.number()) {
        (Cell::Missing, _) => {}
        (_, Some(value)) => {
            let format = match (&item.cell, item.kind) {
                (_, Kind::Share) => number(2, "%"),
                (Cell::Number { places, .. }, _) => number(usize::from(*places), ""),
                (Cell::Decimal(text), _) => {
                    number(text.split_once('.').map_or(0, |(_, part)| part.len()), "")
                }
                _ => number(0, ""),
            };
            sheet.write_number_with_format(row, column, value, &format)?;
        }
        (cell, None) => {
            let plain = cell.plain();
            let (iso, form) = match item.kind {
                Kind::Day => (plain.clone(), "yyyy-mm-dd"),
                Kind::Month => (format!("{plain}-01"), "yyyy-mm"),
                _ => (String::new(), ""),
            };
            match ExcelDateTime::parse_from_str(&iso) {
                Ok(day) if !iso.is_empty() => {
                    let format = Format::new().set_num_format(form).set_align(FormatAlign::Left);
                    sheet.write_datetime_with_format(row, column, &day, &format)?;
                }
                _ => {
                    sheet.write_string(
                        row,
                        column,
                        text(if item.kind == Kind::Text { &item.text } else { &plain }),
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// A text for a cell: no control characters, never a formula, no longer than a cell holds.
fn text(words: &str) -> String {
    safe::guard(&safe::lines(words)).chars().take(LONGEST).collect()
}

/// A sheet's name: at most 31 characters, none of those a name may not have, each once in a workbook.
fn sheet_name(title: &str, taken: &mut BTreeSet<String>) -> String {
    let clean: String =
        safe::line(title).chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c }).collect();
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    // Excel counts UTF-16 units.
    let cut = |room: usize| {
        let mut units = 0;
        let fits = |c: &char| {
            units += c.len_utf16();
            units <= room
        };
        words.chars().take_while(fits).collect::<String>().trim_end().to_string()
    };
    let mut name = cut(31);
    let mut number = 2;
    while name.is_empty() || name.eq_ignore_ascii_case("history") || taken.contains(&name.to_lowercase()) {
        name = format!("{} {number}", cut(27)).trim().to_string();
        number += 1;
    }
    taken.insert(name.to_lowercase());
    name
}

/// The native charts of a figure's chart: one, or one for each lane.
fn natives(chart: &Chart, figure: &Figure, sheet: &str) -> Vec<Native> {
    let rows = figure.grid.rows.len().min(figure.drawn);
    if rows == 0 {
        return Vec::new();
    }
    let sheet = Cells { figure, sheet, rows };
    match chart {
        Chart::Line { x, value, ends } => {
            let mut native = sheet.chart(ChartType::Line, x, &[*value]);
            for end in ends.iter().flat_map(|(lo, hi)| [lo, hi]) {
                sheet.end(&mut native, x, end);
            }
            vec![native]
        }
        Chart::Lanes { x, lanes } => {
            lanes.iter().map(|lane| sheet.chart(ChartType::Column, x, &[lane])).collect()
        }
        Chart::Multiples { label, points } => vec![sheet.by_row(label, points)],
        Chart::Bars { label, value, .. } | Chart::Funnel { label, value } => {
            vec![sheet.chart(ChartType::Bar, label, &[value])]
        }
        Chart::Stacked { label, parts } => vec![sheet.chart(ChartType::BarPercentStacked, label, parts)],
        Chart::Ranges { label, marks } => vec![sheet.chart(ChartType::Bar, label, marks)],
    }
}

/// A figure's cells on its sheet.
struct Cells<'a> {
    figure: &'a Figure,
    sheet: &'a str,
    rows: usize,
}

impl Cells<'_> {
    /// A chart with a series for each of these columns.
    fn chart(&self, kind: ChartType, x: &str, columns: &[&str]) -> Native {
        let mut native = self.bare(kind);
        let is_lying = matches!(kind, ChartType::Bar | ChartType::BarPercentStacked);
        for (place, key) in columns.iter().enumerate() {
            let (Some(x), Some(at)) = (self.figure.grid.column(x), self.figure.grid.column(key)) else {
                continue;
            };
            let series = native.add_series();
            series
                .set_name((self.sheet, 0, at as u16))
                .set_categories((self.sheet, 1, x as u16, self.rows as u32, x as u16))
                .set_values((self.sheet, 1, at as u16, self.rows as u32, at as u16));
            let grey = GREYS[place % GREYS.len()];
            if kind == ChartType::Line {
                series.set_format(
                    ChartFormat::new().set_line(ChartLine::new().set_color(grey).set_width(2.25)),
                );
            } else {
                series.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(grey)));
            }
        }
        if is_lying {
            // The first row stands on top, as in the table.
            native.x_axis().set_reverse();
        }
        if columns.len() == 1 {
            native.legend().set_hidden();
        }
        native
    }

    /// One end of an interval beside the line.
    fn end(&self, native: &mut Native, x: &str, key: &str) {
        let (Some(x), Some(at)) = (self.figure.grid.column(x), self.figure.grid.column(key)) else { return };
        let mut line = ChartLine::new();
        line.set_color(GREYS[3]).set_width(1).set_dash_type(ChartLineDashType::Dash);
        native
            .add_series()
            .set_name((self.sheet, 0, at as u16))
            .set_categories((self.sheet, 1, x as u16, self.rows as u32, x as u16))
            .set_values((self.sheet, 1, at as u16, self.rows as u32, at as u16))
            .set_format(ChartFormat::new().set_line(&line));
    }

    /// A line for each row over some columns.
    fn by_row(&self, label: &str, points: &[&'static str]) -> Native {
        let mut native = self.bare(ChartType::Line);
        let at: Vec<usize> = points.iter().filter_map(|key| self.figure.grid.column(key)).collect();
        let (Some(label), Some(first), Some(last)) = (self.figure.grid.column(label), at.first(), at.last())
        else {
            return native;
        };
        for row in 1..=self.rows {
            let mut line = ChartLine::new();
            line.set_color(GREYS[row % GREYS.len()]).set_width(1.5);
            native
                .add_series()
                .set_name((self.sheet, row as u32, label as u16))
                .set_categories((self.sheet, 0, *first as u16, 0, *last as u16))
                .set_values((self.sheet, row as u32, *first as u16, row as u32, *last as u16))
                .set_marker(ChartMarker::new().set_type(MARKERS[row % MARKERS.len()]))
                .set_format(ChartFormat::new().set_line(&line));
        }
        native
    }

    fn bare(&self, kind: ChartType) -> Native {
        let mut native = Native::new(kind);
        native.title().set_name(text(&self.figure.title).as_str());
        native.set_width(620).set_height(300);
        native.set_alt_text(text(&self.figure.caption));
        native
    }
}

#[cfg(test)]
mod tests {
    use super::super::forms::tests::forms;
    use super::super::grid::Grid;
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::Cursor;

    fn document(name: &str) -> Document {
        let forms = forms();
        let mut grid = Grid::new(["month", "name", "rate", "sum"].map(|key| (key, key.to_string())));
        grid.row(vec![
            forms.month("2026-05"),
            Item::words(name),
            forms.part(Some(0.25)),
            forms.money(Some("1234.50".into()), "EUR"),
        ]);
        let mut figure =
            Figure::of("f", "A: [b]/c*? that is far too long for the name of a sheet".into(), grid);
        figure.chart = Some(Chart::Line { x: "month", value: "rate", ends: None });
        let words = [("sheet_summary".into(), "Summary".into()), ("sheet_method".into(), "Summary".into())];
        Document {
            as_of: "2026-06-30".into(),
            first: vec![figure],
            words: words.into(),
            ..Document::default()
        }
    }

    #[test]
    fn numbers_and_days_are_real_and_texts_harmless() {
        let bytes = draw(&document("=1+1\u{202e}")).expect("a workbook");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("opens");
        assert_eq!(book.sheet_names(), ["Summary", "A b c that is far too long for", "Summary 2"]);
        let sheet = book.worksheet_range("A b c that is far too long for").expect("a sheet");
        let row: Vec<&Data> = sheet.rows().nth(1).expect("a row").iter().collect();
        assert!(matches!(row[0], Data::DateTime(day) if (day.as_f64() - 46143.0).abs() < 1e-9), "{row:?}");
        assert_eq!(row[1..], [&Data::String("'=1+1".into()), &Data::Float(0.25), &Data::Float(1234.5)]);
        assert!(book.worksheet_formula("A b c that is far too long for").is_ok_and(|range| range.is_empty()));
    }

    #[test]
    fn the_same_report_is_the_same_bytes_however_long_its_names() {
        let long = document(&"=名".repeat(40_000));
        assert_eq!(draw(&long).expect("a workbook"), draw(&long).expect("a workbook"));
    }

    #[test]
    fn names_of_sheets_stand_once() {
        let mut taken = BTreeSet::new();
        let names: Vec<String> =
            ["History", "", "a", "A", "'x'"].iter().map(|title| sheet_name(title, &mut taken)).collect();
        assert_eq!(names, ["History 2", "2", "a", "A 2", "x"]);
        assert!(sheet_name(&"😀".repeat(40), &mut taken).encode_utf16().count() <= 31);
    }
}
