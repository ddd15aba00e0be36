//! What a file holds: one text, the sheets of a workbook, or the files of an archive. Told by its bytes, never by its name.

pub mod archive;
pub mod limit;
pub mod sheet;
#[cfg(test)]
mod tests;
mod xls;
mod xlsx;

use std::io::BufReader;

use anyhow::{Result, anyhow, bail};
use calamine::{SheetType, SheetVisible};
use zip::ZipArchive;

use super::input::Input;
use archive::{Archive, Holds};
use limit::swells;

/// Something in a file that may be read.
#[derive(Debug, Clone)]
pub struct Part {
    /// The sheet's or file's name.
    pub name: String,
    /// The workbook hides it.
    pub hidden: bool,
}

/// The sheets of a workbook that hold cells. `workbook` stands in messages.
fn sheets(all: &[calamine::Sheet], workbook: &str) -> Result<Vec<Part>> {
    let parts: Vec<Part> = all
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| Part { name: sheet.name.clone(), hidden: sheet.visible != SheetVisible::Visible })
        .collect();
    if parts.is_empty() {
        bail!("{workbook} is a workbook without a sheet: export it again, with rows in it");
    }
    Ok(parts)
}

/// An opened file.
pub struct Container {
    input: Input,
    held: Held,
}

enum Held {
    Text,
    Archive(Box<Archive>),
    Workbook(Box<xlsx::Workbook>),
    OldWorkbook(Box<xls::OldWorkbook>),
}

const GZIP: &[u8] = b"\x1F\x8B\x08";
const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

impl Container {
    /// Looks inside. Text is left as it is.
    pub fn open(mut input: Input) -> Result<Self> {
        let begins = |input: &Input, magic: &[u8]| input.census().head.starts_with(magic);
        if begins(&input, GZIP) {
            let name = input.name().to_owned();
            input = input.unpacked().map_err(|error| unpackable(&name, error))?;
        }
        let name = input.name().to_owned();
        let held = if ZIP.iter().any(|magic| begins(&input, magic)) {
            let mut zip = ZipArchive::new(BufReader::new(input.file()?)).map_err(|error| {
                anyhow!("{name} is an archive or a workbook that cannot be read ({error}): it may be cut off; fetch it again")
            })?;
            match archive::holds(&zip, &name)? {
                Holds::Workbook => {
                    xlsx::check(&mut zip, &name)?;
                    drop(zip);
                    Held::Workbook(Box::new(xlsx::Workbook::open(input.file()?, &name)?))
                }
                Holds::Files => Held::Archive(Box::new(Archive::open(zip, &name)?)),
            }
        } else if begins(&input, OLE) {
            Held::OldWorkbook(Box::new(xls::OldWorkbook::open(input.file()?, &name)?))
        } else {
            Held::Text
        };
        Ok(Self { input, held })
    }

    /// The file.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The tables inside, by name; empty for a text.
    pub fn parts(&self) -> &[Part] {
        match &self.held {
            Held::Text => &[],
            Held::Archive(archive) => &archive.parts,
            Held::Workbook(workbook) => &workbook.parts,
            Held::OldWorkbook(workbook) => &workbook.parts,
        }
    }

    /// One of [`Container::parts`] by its place, as a text of its own; the text itself where there are none.
    pub fn read(&mut self, at: usize) -> Result<Input> {
        let Some(part) = self.parts().get(at).cloned() else { return Ok(self.input.clone()) };
        let input = &self.input;
        match &mut self.held {
            Held::Text => Ok(input.clone()),
            Held::Archive(archive) => input.part(&part.name, None, |out| archive.write(at, out)),
            Held::Workbook(workbook) => {
                input.part(&part.name, Some("xlsx"), |out| workbook.write(&part.name, out))
            }
            Held::OldWorkbook(workbook) => {
                input.part(&part.name, Some("xls"), |out| workbook.write(&part.name, out))
            }
        }
    }
}

fn unpackable(name: &str, error: anyhow::Error) -> anyhow::Error {
    if swells(&error) {
        return error.context(format!(
            "{name} is compressed with gzip and not unpacked further: if it is really a table, unpack it and import what is inside"
        ));
    }
    error.context(format!(
        "{name} is compressed with gzip and cannot be unpacked: it is damaged or cut off; fetch it again"
    ))
}
