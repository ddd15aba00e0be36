//! The first of two readings: how the file is written, and what its columns hold.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;

use anyhow::{Context, Result, bail};
use csv::StringRecord;

use super::super::ahead::ahead;
use super::census::{is_noise, not_text};
use super::column::{Column, Watched};
use super::delimiter::{self, Delimiter};
use super::header::{self, Head};
use super::input::Input;
use super::record::{Record, Records, parse};
use super::tables::{Body, Fate};
use super::text::{END_MARK, Form, Text, is_cr_only};
use super::{encoding, header::filled};

/// What the user says about the file in place of finding it out.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// A name such as `gb18030` or `windows-1252`.
    pub encoding: Option<String>,
    /// The sign between cells.
    pub delimiter: Option<Delimiter>,
}

/// A cell whose bytes could not be read in the file's encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LossyCell {
    /// The physical line on which its record begins.
    pub line: u64,
    /// Its place in the record, from 0.
    pub column: usize,
}

/// How a file is written.
#[derive(Clone, Debug)]
pub struct Layout {
    /// `utf-8`, `utf-8-bom`, `utf-16le-bom`, `gb18030`, `windows-1252`, `macintosh` ...
    pub encoding: &'static str,
    /// If the encoding is a guess: the first cell that would be different in another, to show to the user.
    pub guessed_from: Option<String>,
    /// What separates the cells.
    pub delimiter: Delimiter,
    /// Titles and comments above the header.
    pub title_lines: Vec<String>,
    /// More than one when tables are stacked in the file.
    pub tables: usize,
    /// The first cells in which undecodable bytes were replaced.
    pub lossy: Vec<LossyCell>,
    /// How many such cells there are.
    pub lossy_cells: u64,
    /// The columns of the first table.
    pub columns: Vec<Column>,
    /// Rows of all tables, totals included; blank ones, titles, further headers and the footer are not counted.
    pub records: u64,
    /// Rows of the first table with fewer cells than the header, or with filled cells beyond it.
    pub ragged: u64,
    /// Lines that the report puts under its last row.
    pub footer: Vec<String>,
    pub(super) form: Form,
    pub(super) first_row_after: u64,
    /// By line: records below the header that are no rows.
    pub(super) apart: BTreeSet<u64>,
}

const SAMPLE: usize = 64 * 1024;
const LOSSY_SHOWN: usize = 100;
/// Nobody stacks more tables; beyond, a file is broken, and its lines must not be collected.
const APART_LIMIT: usize = 100_000;

/// Reads the file once.
pub fn learn(input: &Input, options: &ReadOptions) -> Result<Layout> {
    let census = input.census();
    if let Some(kind) = not_text(census) {
        bail!("{} is {kind}", input.name());
    }
    let found = encoding::detect(census, options.encoding.as_deref())?;
    if !found.name.starts_with("utf-16") && is_noise(census) {
        bail!("{} is not text: ask the tool for a CSV export", input.name());
    }
    let mut form = Form { found, cr_only: false, quoted_lines: false };
    let (sample, _) = read_sample(input, form)?;
    if sample.trim().is_empty() {
        bail!("{} is empty: export it again, with rows in it", input.name());
    }
    form.cr_only = is_cr_only(&sample);
    if seems_quoted_by_line(&sample) {
        let layered = Form { quoted_lines: true, ..form };
        if let Ok(layout) = learn_as(input, layered, options)
            && layout.ragged == 0
            && layout.columns.len() > 1
        {
            return Ok(layout);
        }
    }
    learn_as(input, form, options)
}

fn learn_as(input: &Input, form: Form, options: &ReadOptions) -> Result<Layout> {
    let (sample, cut) = read_sample(input, form)?;
    let declared = delimiter::declared(&sample);
    let delimiter = options.delimiter.or(declared).unwrap_or_else(|| delimiter::sniff(&sample));
    let mut first = parse(&sample, delimiter);
    if cut && first.len() > 1 {
        first.pop();
    }
    let Some(head) = header::find(&first, declared.is_some()) else {
        bail!("{} has no header row: the first line of the table must name its columns", input.name());
    };
    let mut records = Records::new(Text::new(input.bytes()?, form), delimiter);
    Survey::new(head, form, delimiter).run(&mut records, input.name())
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
    layout: Layout,
    head: Head,
    names: Vec<StringRecord>,
    columns: Vec<Watched>,
}

impl Survey {
    fn new(head: Head, form: Form, delimiter: Delimiter) -> Self {
        let layout = Layout {
            encoding: form.found.name,
            guessed_from: None,
            delimiter,
            title_lines: head.titles.clone(),
            tables: 1,
            lossy: Vec::new(),
            lossy_cells: 0,
            columns: Vec::new(),
            records: 0,
            ragged: 0,
            footer: Vec::new(),
            form,
            first_row_after: 0,
            apart: BTreeSet::new(),
        };
        Self { layout, head, names: Vec::new(), columns: Vec::new() }
    }

    fn run<R: Read + Send>(mut self, records: &mut Records<R>, name: &str) -> Result<Layout> {
        let at = |error: anyhow::Error| error.context(name.to_owned());
        while self.names.len() < self.head.rows {
            let Some(record) = records.next().map_err(at)? else { break };
            if record.line >= self.head.line && filled(&record.cells) > 0 {
                self.look(&record);
                self.layout.first_row_after = record.line;
                self.names.push(record.cells);
            }
        }
        let width = self.names.iter().map(StringRecord::len).max().unwrap_or(0);
        self.columns = (0..width)
            .map(|index| {
                Watched::new(
                    index,
                    self.names.iter().map(|row| header::name(row.get(index).unwrap_or(""))).collect(),
                )
            })
            .collect();
        let Some(last) = self.names.last() else {
            bail!("{name} is empty: export it again, with rows in it")
        };
        let mut body = Body::new(last, self.head.comments);
        let mut sorted = VecDeque::new();
        let mut before: Option<Record> = None;
        ahead(
            |giver| {
                while let Some(record) = records.next().map_err(at)? {
                    if !giver.give(record) {
                        break;
                    }
                }
                Ok(())
            },
            |record| {
                if let Some(before) = before.take() {
                    body.take(before, Some(&record), &mut sorted);
                    self.take(&mut sorted);
                }
                before = Some(record);
                Ok(())
            },
        )?;
        if let Some(last) = before {
            body.take(last, None, &mut sorted);
        }
        body.finish(&mut sorted);
        self.take(&mut sorted);
        if self.layout.records == 0 {
            bail!(
                "{name} has a header (line {}) but no rows: nothing to import; export it again, with rows in it",
                self.head.line
            );
        }
        Ok(Layout { columns: self.columns.into_iter().map(Watched::finish).collect(), ..self.layout })
    }

    fn take(&mut self, sorted: &mut VecDeque<(Record, Fate)>) {
        for (record, fate) in sorted.drain(..) {
            self.look(&record);
            let layout = &mut self.layout;
            let fate = if layout.apart.len() < APART_LIMIT { fate } else { Fate::Row };
            if fate == Fate::Row {
                layout.records += 1;
                if layout.tables == 1 {
                    self.observe(&record.cells);
                }
                continue;
            }
            layout.apart.insert(record.line);
            match fate {
                Fate::Header => layout.tables += 1,
                Fate::Footer => layout.footer.push(record.cells[0].trim().to_owned()),
                Fate::Title | Fate::Row => {}
            }
        }
    }

    fn observe(&mut self, cells: &StringRecord) {
        let width = self.columns.len();
        let beyond = cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
        self.layout.ragged += u64::from(cells.len() < width || beyond);
        for (at, column) in self.columns.iter_mut().enumerate() {
            column.observe(cells.get(at).unwrap_or(""));
        }
    }

    /// Notes what decoding did to the cells.
    fn look(&mut self, record: &Record) {
        if record.cells.as_slice().is_ascii() {
            return;
        }
        for (column, cell) in record.cells.iter().enumerate() {
            // One-byte encodings turn bytes that they do not use into control characters.
            if cell.contains(|c: char| matches!(c, '\u{FFFD}' | '\u{80}'..='\u{9F}')) {
                self.layout.lossy_cells += 1;
                if self.layout.lossy.len() < LOSSY_SHOWN {
                    self.layout.lossy.push(LossyCell { line: record.line, column });
                }
            }
            if self.layout.form.found.guessed && self.layout.guessed_from.is_none() && !cell.is_ascii() {
                self.layout.guessed_from = Some(cell.trim().chars().take(80).collect());
            }
        }
    }
}
