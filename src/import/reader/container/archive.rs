//! A zip archive that tools give out: the tables inside of it, by the names of their files.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use anyhow::{Context, Result, anyhow, bail};
use zip::ZipArchive;

use super::super::census::{Census, is_noise, not_text};
use super::Part;
use super::limit::{Limited, swells};

/// The most that one file of an archive may inflate to: it is copied to the disk.
const MOST: u64 = 4 * 1024 * 1024 * 1024;
/// So many files are looked at.
const LOOK_AT: usize = 1000;

/// An open archive.
pub struct Archive {
    zip: ZipArchive<BufReader<File>>,
    places: Vec<usize>,
    /// Its files that hold text.
    pub parts: Vec<Part>,
    name: String,
}

/// What the names of an archive's files say that it is.
pub enum Holds {
    /// The sheets of a workbook.
    Workbook,
    /// Files.
    Files,
}

/// Whether the archive is a workbook; an error for documents of other kinds.
pub fn holds(zip: &ZipArchive<BufReader<File>>, name: &str) -> Result<Holds> {
    let has = |wanted: &str| {
        zip.file_names().flatten().any(|file| file.replace('\\', "/").eq_ignore_ascii_case(wanted))
    };
    let begins = |wanted: &str| zip.file_names().flatten().any(|file| file.starts_with(wanted));
    let kind = if has("xl/workbook.xml") {
        return Ok(Holds::Workbook);
    } else if has("xl/workbook.bin") {
        "a binary workbook (.xlsb): save it as .xlsx or as CSV UTF-8"
    } else if has("content.xml") && has("mimetype") {
        "an OpenDocument file (.ods): save the sheet as .xlsx or as CSV UTF-8"
    } else if begins("Index/") && has("Index/Document.iwa") {
        "an Apple Numbers document: File > Export To > CSV (or Excel)"
    } else if begins("word/") || begins("ppt/") {
        "a document and no workbook: save its table as CSV UTF-8"
    } else if has("[Content_Types].xml") {
        // A workbook may keep its parts elsewhere.
        return Ok(Holds::Workbook);
    } else {
        return Ok(Holds::Files);
    };
    bail!("{name} is {kind}, and import that")
}

impl Archive {
    /// Looks at the files of an archive. `name` stands in messages.
    pub fn open(mut zip: ZipArchive<BufReader<File>>, name: &str) -> Result<Self> {
        let (mut places, mut parts, mut others, mut locked) = (Vec::new(), Vec::new(), Vec::new(), false);
        for at in 0..zip.len().min(LOOK_AT) {
            let raw = zip.by_index_raw(at).map_err(|error| damaged(name, &error))?;
            let file = raw.name().map_or_else(|_| format!("file {}", at + 1), std::borrow::Cow::into_owned);
            if raw.is_dir() || is_litter(&file) {
                continue;
            }
            locked |= raw.encrypted();
            if raw.encrypted() {
                continue;
            }
            drop(raw);
            if is_text(&mut zip, at).map_err(|error| damaged(name, &format!("{file}: {error}")))? {
                places.push(at);
                parts.push(Part { name: file, hidden: false });
            } else {
                others.push(file);
            }
        }
        if parts.is_empty() && locked {
            bail!("{name} is an archive that a password protects: unpack it and import what is inside");
        }
        if parts.is_empty() {
            let inside = if others.is_empty() { "nothing".to_owned() } else { others.join(", ") };
            bail!(
                "{name} is an archive without a table of commas in it (inside: {inside}): unpack it and import what is inside, or ask the tool for a CSV export"
            );
        }
        Ok(Self { zip, places, parts, name: name.to_owned() })
    }

    /// Writes one file down.
    pub fn write(&mut self, at: usize, out: &mut dyn Write) -> Result<()> {
        let name = &self.name;
        let file = self.zip.by_index(self.places[at]).map_err(|error| damaged(name, &error))?;
        let packed = file.compressed_size();
        io::copy(&mut Limited::at_most(file, packed, MOST), out).map_err(anyhow::Error::from).map_err(
            |error| {
                let part = &self.parts[at].name;
                if swells(&error) {
                    let hint = format!(
                        "{name} ({part}) is not unpacked further: unpack it and import what is inside"
                    );
                    error.context(hint)
                } else {
                    error.context(format!("cannot unpack {part} of {name}"))
                }
            },
        )?;
        Ok(())
    }
}

/// What systems put beside the files.
fn is_litter(file: &str) -> bool {
    let last = file.rsplit('/').next().unwrap_or(file);
    file.starts_with("__MACOSX/") || last.starts_with('.')
}

/// Whether a file's beginning is text.
fn is_text(zip: &mut ZipArchive<BufReader<File>>, at: usize) -> Result<bool> {
    let mut head = Vec::new();
    zip.by_index(at)?.take(8 * 1024).read_to_end(&mut head).context("it cannot be unpacked")?;
    let mut census = Census::default();
    census.observe(&head);
    census.finish();
    let utf16 = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    Ok(!head.is_empty() && not_text(&census).is_none() && (utf16 || !is_noise(&census)))
}

fn damaged(name: &str, error: &dyn std::fmt::Display) -> anyhow::Error {
    anyhow!(
        "{name} is an archive that cannot be read ({error}): fetch it again, or unpack it and import what is inside"
    )
}
