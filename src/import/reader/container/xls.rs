//! The sheets of an old `.xls` workbook. They are small (65,536 rows) and read as a whole, after a look at how much they claim.

use std::cell::Cell;
use std::fs::File;
use std::io::{Cursor, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use anyhow::{Context, Result, bail};
use calamine::{Reader, Xls, XlsError};

use super::sheet::{Sheet, stored};
use super::xlsx::{damaged, protected};
use super::{Part, sheets};

/// No honest workbook of this kind is larger; it is held in memory.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// The rectangles that the cells of all sheets span: a sheet is held with its gaps.
const MOST_CELLS: u64 = 10_000_000;

/// An open workbook.
pub struct OldWorkbook {
    xls: Xls<Cursor<Vec<u8>>>,
    /// Its sheets.
    pub parts: Vec<Part>,
    name: String,
}

impl OldWorkbook {
    /// Reads a workbook. `name` stands in messages.
    pub fn open(file: File, name: &str) -> Result<Self> {
        let size = file.metadata().with_context(|| format!("cannot read {name}"))?.len();
        if size > MOST_BYTES {
            bail!(
                "{name} is an old workbook of more than 64 MB: save it as .xlsx or as CSV UTF-8 and import that"
            );
        }
        let book = checked(file, name)?;
        let opened = quietly(|| Xls::new(Cursor::new(book)));
        let xls = opened.ok_or_else(|| damaged(name, &NONSENSE))?.map_err(|error| match error {
            XlsError::Password => protected(name),
            error => damaged(name, &error),
        })?;
        let parts = sheets(xls.sheets_metadata(), name)?;
        Ok(Self { xls, parts, name: name.to_owned() })
    }

    /// Writes one sheet down as text.
    pub fn write(&mut self, part: &str, out: &mut dyn Write) -> Result<()> {
        let mut sheet = Sheet::new(out);
        let range =
            quietly(|| self.xls.worksheet_range(part)).ok_or_else(|| damaged(&self.name, &NONSENSE))?;
        let range = range.map_err(|error| damaged(&self.name, &error))?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            sheet.put(top + row as u32, left + column as u32, stored(value))?;
        }
        sheet.finish()
    }
}

const NONSENSE: &str = "its parts do not fit together";

/// The workbook alone, in a container of our own, after a look at its records: is it one, is it open to all, and how far do its
/// sheets reach?
fn checked(file: File, name: &str) -> Result<Vec<u8>> {
    let mut parts = cfb::CompoundFile::open(file).map_err(|error| damaged(name, &error))?;
    if parts.exists("/EncryptedPackage") {
        return Err(protected(name));
    }
    let Some(stream) = ["/Workbook", "/Book"].into_iter().find(|stream| parts.is_stream(stream)) else {
        bail!(
            "{name} is an old office document and no workbook: save its table as CSV UTF-8 and import that"
        );
    };
    let mut records = Vec::new();
    parts
        .open_stream(stream)
        .and_then(|stream| stream.take(MOST_BYTES).read_to_end(&mut records))
        .map_err(|error| damaged(name, &error))?;
    let cells = span(&records).ok_or_else(|| damaged(name, &NONSENSE))?;
    if cells > MOST_CELLS {
        bail!(
            "{name} has a sheet of {cells} cells, most of them empty: save the sheet as CSV UTF-8 and import that"
        );
    }
    let alone = || -> std::io::Result<Vec<u8>> {
        let mut alone = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new()))?;
        alone.create_stream("/Workbook")?.write_all(&records)?;
        alone.flush()?;
        Ok(alone.into_inner().into_inner())
    };
    alone().with_context(|| format!("cannot read {name}"))
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}
static HOOK: Once = Once::new();

/// The library trusts the lengths that such a workbook names, and panics where one lies. That is an error like any other: `None`,
/// and nothing is printed.
fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                before(panic);
            }
        }));
    });
    QUIET.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(false);
    done.ok()
}

/// A record's kind, and its bytes.
type Record<'a> = (u16, &'a [u8]);

const END: u16 = 0x000A;
const BEGIN: u16 = 0x0809;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const SEVERAL_NUMBERS: u16 = 0x00BD;
/// Formula, number, label, text, truth, number, text by its number: each begins with row and column.
const CELLS: [u16; 7] = [0x0006, 0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD];

fn records(stream: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (kind, size) = (word(rest, 0)?, usize::from(word(rest, 2)?));
        let data = rest.get(4..4 + size)?;
        rest = &rest[4 + size..];
        Some((kind, data))
    })
}

fn word(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn long(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

/// How many cells the sheets' rectangles hold, one after the other; `None` where a sheet begins outside of the file or ends before it begins.
fn span(stream: &[u8]) -> Option<u64> {
    let mut all = 0_u64;
    for (_, sheet) in records(stream).take_while(|(kind, _)| *kind != END).filter(|(kind, _)| *kind == SHEET)
    {
        all = all.saturating_add(sheet_span(stream.get(long(sheet, 0)? as usize..)?)?);
    }
    Some(all)
}

fn sheet_span(stream: &[u8]) -> Option<u64> {
    let (mut first, mut last) = ([u16::MAX; 2], [0_u16; 2]);
    let mut depth = 0;
    for (kind, data) in records(stream) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            // A chart inside of the sheet.
            _ if depth > 1 => {}
            DIMENSIONS if !is_possible(data)? => return None,
            SEVERAL_NUMBERS => {
                let (row, from, to) =
                    (word(data, 0)?, word(data, 2)?, word(data, data.len().checked_sub(2)?)?);
                first = [first[0].min(row), first[1].min(from)];
                last = [last[0].max(row), last[1].max(to).max(from)];
            }
            kind if CELLS.contains(&kind) => {
                let (row, column) = (word(data, 0)?, word(data, 2)?);
                first = [first[0].min(row), first[1].min(column)];
                last = [last[0].max(row), last[1].max(column)];
            }
            _ => {}
        }
    }
    let side = |at: usize| u64::from(last[at]).checked_sub(first[at].into()).map_or(0, |side| side + 1);
    Some(side(0) * side(1))
}

/// Whether a sheet's announced size is one that a sheet can have.
fn is_possible(data: &[u8]) -> Option<bool> {
    let (top, bottom, left, right) = if data.len() == 10 {
        (word(data, 0)?.into(), word(data, 2)?.into(), word(data, 4)?, word(data, 6)?)
    } else {
        (long(data, 0)?, long(data, 4)?, word(data, 8)?, word(data, 10)?)
    };
    Some(
        bottom <= 65_536
            && right <= 256
            && (bottom == 0 || top < bottom)
            && (right == 0 || left < right || left > 255),
    )
}
