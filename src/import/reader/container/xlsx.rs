//! The sheets of an `.xlsx` workbook, cell by cell: a sheet is never held in memory.

use std::fs::File;
use std::io::{self, BufReader, Write};

use anyhow::{Result, anyhow};
use calamine::{Reader, Xlsx, XlsxError};
use zip::ZipArchive;

use super::limit::{Limited, Swells, swells};
use super::sheet::{Sheet, streamed};
use super::{Part, sheets};

/// All files of a workbook together inflate to no more: the texts of the cells are held in memory.
const MOST: u64 = 200 * 1024 * 1024;

/// An open workbook.
pub struct Workbook {
    xlsx: Xlsx<BufReader<File>>,
    /// Its sheets.
    pub parts: Vec<Part>,
    name: String,
}

impl Workbook {
    /// Opens a workbook that [`check`] has looked at. `name` stands in messages.
    pub fn open(file: File, name: &str) -> Result<Self> {
        let xlsx: Xlsx<_> = Xlsx::new(BufReader::new(file)).map_err(|error| explain(name, &error))?;
        let parts = sheets(xlsx.sheets_metadata(), name)?;
        Ok(Self { xlsx, parts, name: name.to_owned() })
    }

    /// Writes one sheet down as text.
    pub fn write(&mut self, part: &str, out: &mut dyn Write) -> Result<()> {
        let place = format!("{} ({part})", self.name);
        let mut cells = self.xlsx.worksheet_cells_reader(part).map_err(|error| explain(&place, &error))?;
        let mut sheet = Sheet::new(out);
        while let Some(cell) = cells.next_cell().map_err(|error| explain(&place, &error))? {
            let (row, column) = cell.get_position();
            sheet.put(row, column, streamed(cell.get_value())).map_err(|error| damaged(&place, &error))?;
        }
        sheet.finish()
    }
}

/// Inflates every file of the workbook to nowhere, so that nothing is loaded that swells without end.
pub fn check(zip: &mut ZipArchive<BufReader<File>>, name: &str) -> Result<()> {
    let mut left = MOST;
    for at in 0..zip.len() {
        let file = zip.by_index(at).map_err(|error| damaged(name, &error))?;
        let (packed, strings) = (file.compressed_size(), file.name().is_ok_and(|name| is_strings(&name)));
        let mut count = Announced::default();
        let size = io::copy(&mut Limited::at_most(file, packed, left), &mut count).map_err(|error| {
            let error = error.into();
            if swells(&error) { too_large(name) } else { damaged(name, &error) }
        })?;
        // Room for so many texts is made before the first is read; each takes some bytes.
        if strings && count.most > size {
            return Err(damaged(name, &"it announces more texts than it holds"));
        }
        left -= size;
    }
    Ok(())
}

fn is_strings(name: &str) -> bool {
    name.to_lowercase().ends_with("sharedstrings.xml")
}

/// The largest number that an attribute `uniqueCount` names in what is written.
#[derive(Default)]
struct Announced {
    most: u64,
    rest: Vec<u8>,
}

const ATTRIBUTE: &[u8] = b"uniqueCount";
/// The attribute, its sign, its quote and its digits take no more.
const ATTRIBUTE_LENGTH: usize = 256;

impl Write for Announced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(found) = self.rest[at..].windows(ATTRIBUTE.len()).position(|word| word == ATTRIBUTE) {
            at += found + ATTRIBUTE.len();
            let behind = self.rest[at..].iter().take(ATTRIBUTE_LENGTH);
            let digits = behind
                .skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'=' | b'"' | b'\''))
                .take_while(|b| b.is_ascii_digit());
            let number = digits
                .fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add((digit - b'0').into()));
            self.most = self.most.max(number);
        }
        let keep = self.rest.len().min(ATTRIBUTE_LENGTH + ATTRIBUTE.len());
        self.rest.drain(..self.rest.len() - keep);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn too_large(name: &str) -> anyhow::Error {
    anyhow!(Swells).context(format!(
        "{name} is a workbook too large to unpack here: open it in a spreadsheet, save the sheet as CSV UTF-8 and import that"
    ))
}

fn explain(name: &str, error: &XlsxError) -> anyhow::Error {
    match error {
        XlsxError::Password => protected(name),
        error => damaged(name, error),
    }
}

/// The error for what only a password opens.
pub fn protected(name: &str) -> anyhow::Error {
    anyhow!("{name} is protected by a password: open it with the password, save it without, and import that")
}

/// The error for a workbook that cannot be read.
pub fn damaged(name: &str, error: &dyn std::fmt::Display) -> anyhow::Error {
    anyhow!(
        "{name} is a workbook that cannot be read ({error}): open it in a spreadsheet, save the sheet as .xlsx or as CSV UTF-8, and import that"
    )
}
