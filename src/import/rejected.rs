//! Rows set aside: written beside the file, as they were, each with its line and reason.

use super::cells::RowError;
use super::reader::{Layout, Row};
use crate::output::{file, safe};
use anyhow::Result;
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

    /// Writes `FILE.rejected.csv` beside the file; none where nothing was rejected.
    pub fn write(&self, source: &Path) -> Result<Option<PathBuf>> {
        if self.rows.is_empty() {
            return Ok(None);
        }
        let mut name = source.as_os_str().to_os_string();
        name.push(".rejected.csv");
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer
            .write_record(["line", "reason"].into_iter().map(str::to_string).chain(self.headers.clone()))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| safe::guard(cell)))?;
        }
        let path = PathBuf::from(name);
        file::write(&path, &writer.into_inner()?)?;
        Ok(Some(path))
    }
}
