//! Rows that were not taken, written beside their file: the line and the reason in front, the row as it was.

use super::{file, safe};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// What the name of such a file ends with.
pub const ENDING: &str = ".rejected.csv";
/// The columns in front of the row's own.
pub const LEAD: [&str; 2] = ["line", "reason"];

/// The file of a source's rejected rows: `FILE.rejected.csv` beside it.
pub fn path(source: &Path) -> PathBuf {
    let mut name = source.as_os_str().to_os_string();
    name.push(ENDING);
    PathBuf::from(name)
}

/// Writes the rows down, each with its line and reason in front; no file where there are none. Cells that a spreadsheet
/// would run get an apostrophe.
///
/// # Errors
/// The file cannot be written; `lost` says what was not done for it.
pub fn write(
    path: &Path,
    headers: impl IntoIterator<Item = String>,
    rows: &[Vec<String>],
    lost: &str,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(LEAD.into_iter().map(str::to_string).chain(headers))?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| safe::guard(cell)))?;
    }
    file::write(path, &writer.into_inner()?)
        .with_context(|| format!("cannot write the rejected rows to {}; {lost}", path.display()))
}
