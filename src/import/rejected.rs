//! Rows set aside: written beside the file, as they were, each with its line and reason.

use super::cells::RowError;
use super::reader::{Layout, Row};
use crate::output::{file, safe};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The rows of one file that were not taken.
pub struct Rejected {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Rejected {
    /// None yet.
    pub fn new(layout: &Layout) -> Self {
        let title =
            |names: &Vec<String>| names.iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
        Self { headers: layout.columns.iter().map(|column| title(&column.names)).collect(), rows: Vec::new() }
    }

    /// Sets a row aside.
    pub fn add(&mut self, row: &Row, error: &RowError) {
        let mut cells = vec![row.line.to_string(), super::run::in_words(error)];
        cells.extend(row.cells.iter().map(str::to_string));
        self.rows.push(cells);
    }

    /// Whether no row was set aside.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The file of a source's rejected rows: `FILE.rejected.csv` beside it.
    pub fn path(source: &Path) -> PathBuf {
        let mut name = source.as_os_str().to_os_string();
        name.push(".rejected.csv");
        PathBuf::from(name)
    }

    /// Writes the rows down, where any were rejected.
    pub fn write(&self, source: &Path) -> Result<()> {
        let path = Self::path(source);
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer
            .write_record(["line", "reason"].into_iter().map(str::to_string).chain(self.headers.clone()))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| safe::guard(cell)))?;
        }
        file::write(&path, &writer.into_inner()?).with_context(|| {
            format!("cannot write the rejected rows to {}; nothing was imported", path.display())
        })
    }
}
