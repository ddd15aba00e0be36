//! The first of two readings: how the file is written, and what its columns hold.

use std::collections::{HashMap, VecDeque};
use std::io::Read;
use std::ops::Range;

use anyhow::{Context, Result, anyhow, bail};
use csv::StringRecord;

use super::beside::{windows, within};
use super::census::{is_noise, not_text};
use super::column::Column;
use super::delimiter::{self, Delimiter};
use super::encoding::{self, Found};
use super::groups::Groups;
use super::header::filled;
use super::header::{self, Head};
use super::input::Input;
use super::quotes;
use super::record::{Record, Records, parse};
use super::table::Table;
use super::tables::{Body, Fate};
use super::text::{END_MARK, Form, Text, is_cr_only};
use crate::store::ahead::{Giver, ahead};

/// What the user says about the file in place of finding it out.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// A name such as `gb18030` or `windows-1252`.
    pub encoding: Option<String>,
    /// The sign between cells.
    pub delimiter: Option<Delimiter>,
    /// The program's language is simplified Chinese: a few bytes that may be Chinese are.
    pub chinese: bool,
}

/// A cell whose bytes could not be read in the file's encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LossyCell {
    /// The physical line on which its record begins.
    pub line: u64,
    /// Its place in the record, from 0.
    pub column: usize,
}

/// How one table of a file is written.
#[derive(Clone, Debug)]
pub struct Layout {
    /// `utf-8`, `utf-8-bom`, `utf-16le-bom`, `gb18030`, `windows-1252`, `macintosh` ...; `xlsx` or `xls` for a sheet.
    pub encoding: &'static str,
    /// If the encoding is a guess: the first cell that would be different in another, to show to the user.
    pub guessed_from: Option<String>,
    /// What separates the cells.
    pub delimiter: Delimiter,
    /// Titles and comments above the header.
    pub title_lines: Vec<String>,
    /// What tells it from the tables stacked with it: the nearest line above it that no other has.
    pub title: Option<String>,
    /// More than one when tables are stacked in the file.
    pub tables: usize,
    /// The first cells in which undecodable bytes were replaced.
    pub lossy: Vec<LossyCell>,
    /// How many such cells there are.
    pub lossy_cells: u64,
    /// The first cell with a letter where none can stand: its bytes are likely in another encoding than the file's.
    pub doubtful: Option<LossyCell>,
    /// How many such cells there are.
    pub doubtful_cells: u64,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, totals included; blank ones, titles and the footer are not counted.
    pub records: u64,
    /// Rows with fewer cells than the header, or with filled cells beyond it.
    pub ragged: u64,
    /// Lines that the report puts under its last row.
    pub footer: Vec<String>,
    /// Those of its rows that are none of its records: see [`super::aside`].
    pub aside: u64,
    pub(super) form: Form,
    /// Its columns, where other tables stand beside it.
    pub(super) window: Option<Range<usize>>,
    /// The rows of its header.
    pub(super) header: Vec<StringRecord>,
    /// The lines of its totals.
    pub(super) totals: Vec<u64>,
    /// The groups that its rows stand in, before the first row.
    pub(super) groups: Option<Groups>,
    pub(super) first_row_after: u64,
    /// The line behind its rows.
    pub(super) until: u64,
}

const SAMPLE: usize = 64 * 1024;
/// Nobody stacks more tables; beyond, a file is broken, and what follows are rows of the last.
const TABLES: usize = 200;

/// Reads the file once: the tables stacked in it, at least one. Those below the first may be without rows.
pub fn learn(input: &Input, options: &ReadOptions) -> Result<Vec<Layout>> {
    let mut form =
        Form { found: encoding_of(input, options)?, cr_only: false, quoted_lines: false, quoting: None };
    let (sample, _) = read_sample(input, form)?;
    if sample.trim().is_empty() {
        bail!("{} is empty: export it again, with rows in it", input.label());
    }
    if input.sheet_of().is_some() {
        let options = ReadOptions { delimiter: Some(Delimiter::Cells), ..ReadOptions::default() };
        return learn_as(input, form, &options);
    }
    form.cr_only = is_cr_only(&sample);
    if seems_quoted_by_line(&sample) {
        let layered = Form { quoted_lines: true, ..form };
        if let Ok(layouts) = learn_as(input, layered, options)
            && layouts[0].ragged == 0
            && layouts[0].columns.len() > 1
        {
            return Ok(layouts);
        }
    }
    let sign = options.delimiter.unwrap_or_else(|| delimiter::sniff(&sample));
    form.quoting = quotes::find(&sample, sign);
    let delimiter = options.delimiter.or(form.quoting.map(|_| sign));
    learn_as(input, form, &ReadOptions { delimiter, ..options.clone() })
}

/// The tables of a text that is read in this way: under one another, or side by side.
fn learn_as(input: &Input, form: Form, options: &ReadOptions) -> Result<Vec<Layout>> {
    let layouts = learn_within(input, form, options, None)?;
    let [one] = layouts.as_slice() else { return Ok(layouts) };
    let Some(windows) = windows(&one.columns) else { return Ok(layouts) };
    let tables = windows.len();
    let mut beside = Vec::new();
    for window in windows {
        // One of them may be without rows.
        let Ok(layouts) = learn_within(input, form, options, Some(window.clone())) else { continue };
        beside.extend(layouts.into_iter().map(|layout| Layout {
            window: Some(window.clone()),
            tables,
            title: None,
            ..layout
        }));
    }
    Ok(if beside.is_empty() { layouts } else { beside })
}

/// The encoding of a text; an error for what is none.
fn encoding_of(input: &Input, options: &ReadOptions) -> Result<Found> {
    if let Some(workbook) = input.sheet_of() {
        return Ok(Found::sheet(workbook));
    }
    let census = input.census();
    if let Some(kind) = not_text(census) {
        bail!("{} is {kind}", input.label());
    }
    let found = encoding::detect(census, options.encoding.as_deref(), options.chinese)?;
    if !found.name.starts_with("utf-16") && is_noise(census) {
        bail!("{} is not text: ask the tool for a CSV export", input.label());
    }
    Ok(found)
}

fn learn_within(
    input: &Input,
    form: Form,
    options: &ReadOptions,
    window: Option<Range<usize>>,
) -> Result<Vec<Layout>> {
    let (sample, cut) = read_sample(input, form)?;
    let declared = delimiter::declared(&sample).filter(|_| input.sheet_of().is_none());
    let delimiter = options.delimiter.or(declared).unwrap_or_else(|| delimiter::sniff(&sample));
    let mut first: Vec<Record> =
        parse(&sample, delimiter).into_iter().map(|record| within(record, window.as_ref())).collect();
    if cut && first.len() > 1 {
        first.pop();
    }
    let Some(head) = header::find(&first, declared.is_some()) else {
        bail!("{} has no header row: the first line of the table must name its columns", input.label());
    };
    let mut records = Records::new(Text::new(input.bytes()?, form), delimiter).within(window);
    Survey::new(head, form, delimiter).run(&mut records, &input.label())
}

/// The beginning of the text, cut at a line end; and whether it was cut.
fn read_sample(input: &Input, form: Form) -> Result<(String, bool)> {
    let mut bytes = Vec::new();
    Text::new(input.bytes()?, form)
        .take(SAMPLE as u64)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {}", input.name()))?;
    let end = format!("{END_MARK}\n");
    let cut = !bytes.ends_with(end.as_bytes());
    let keep = if cut {
        bytes.iter().rposition(|b| *b == b'\n').map_or(bytes.len(), |at| at + 1)
    } else {
        bytes.len() - end.len()
    };
    bytes.truncate(keep);
    Ok((String::from_utf8_lossy(&bytes).into_owned(), cut))
}

/// The first line is one quoted cell that holds a header of its own.
fn seems_quoted_by_line(sample: &str) -> bool {
    let line = sample.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let Some(inside) = line.strip_prefix('"').and_then(|line| line.strip_suffix('"')) else { return false };
    let one_cell =
        parse(&format!("{line}\n"), Delimiter::Comma).first().is_some_and(|record| record.cells.len() == 1);
    one_cell && inside.contains([',', ';', '\t'])
}

/// The pass over all records.
struct Survey {
    head: Head,
    tables: Vec<Table>,
    /// Lines above the next table.
    titles: Vec<String>,
}

impl Layout {
    /// Whether the columns have names.
    pub fn has_header(&self) -> bool {
        !self.header.is_empty()
    }
}

impl Survey {
    fn new(head: Head, form: Form, delimiter: Delimiter) -> Self {
        let mut first = Table::new(form, delimiter, head.titles.clone());
        first.layout.groups.clone_from(&head.groups);
        first.groups.clone_from(&head.groups);
        first.layout.first_row_after = head.line.saturating_sub(1);
        Self { head, tables: vec![first], titles: Vec::new() }
    }

    fn run<R: Read + Send>(mut self, records: &mut Records<R>, name: &str) -> Result<Vec<Layout>> {
        let at = |error: anyhow::Error| anyhow!("{name}:{error:#}");
        let first = &mut self.tables[0];
        while first.start.len() < self.head.rows.max(1) {
            let Some(record) = records.next().map_err(at)? else { break };
            if record.line >= self.head.line && filled(&record.cells) > 0 {
                first.look(&record);
                first.start.push(record);
            }
        }
        let Some(mut body) = first.start.last().map(|last| Body::new(&last.cells, &self.head)) else {
            bail!("{name} is empty: export it again, with rows in it")
        };
        first.settle(self.head.rows);
        let mut sorted = VecDeque::new();
        let mut before: Option<Record> = None;
        let read = |giver: &mut Giver<Option<Record>>| {
            while let Some(record) = records.next().map_err(at)? {
                if !giver.give(Some(record)) {
                    break;
                }
            }
            Ok(())
        };
        ahead(read, |record| {
            if let Some(before) = before.take() {
                body.take(before, record.as_ref(), &mut sorted);
                self.take(&mut sorted);
            }
            before = record.take();
            Ok(())
        })?;
        if let Some(last) = before {
            body.take(last, None, &mut sorted);
        }
        body.finish(&mut sorted);
        self.take(&mut sorted);
        let mut layouts: Vec<Layout> = self.tables.into_iter().map(Table::finish).collect();
        if layouts.iter().all(|layout| layout.records == 0) {
            bail!(
                "{name} has a header (line {}) but no rows: nothing to import; export it again, with rows in it",
                self.head.line
            );
        }
        tell_apart(&mut layouts);
        Ok(layouts)
    }

    fn take(&mut self, sorted: &mut VecDeque<(Record, Fate)>) {
        for (record, fate) in sorted.drain(..) {
            let fate = if self.tables.len() < TABLES { fate } else { Fate::Row };
            let last = self.tables.len() - 1;
            let table = &mut self.tables[last];
            match fate {
                Fate::Row => table.take(record),
                Fate::Title => {
                    table.end(record.line);
                    self.titles.extend(header::title(&record.cells));
                }
                Fate::Footer => {
                    table.end(record.line);
                    table.look(&record);
                    table.layout.footer.push(record.cells[0].trim().to_owned());
                }
                Fate::Header => {
                    table.end(record.line);
                    let titles = std::mem::take(&mut self.titles);
                    let mut next = Table::new(table.layout.form, table.layout.delimiter, titles);
                    next.take(record);
                    self.tables.push(next);
                }
            }
        }
    }
}

/// Gives each of several tables its title, and all their number.
fn tell_apart(layouts: &mut [Layout]) {
    let mut lines = HashMap::<String, usize>::new();
    for line in layouts.iter().flat_map(|layout| &layout.title_lines) {
        *lines.entry(line.clone()).or_default() += 1;
    }
    let tables = layouts.len();
    for layout in layouts {
        layout.tables = tables;
        layout.title = layout.title_lines.iter().rfind(|line| lines[*line] == 1).cloned();
    }
}
