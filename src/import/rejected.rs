//! Rows set aside: written beside the file, as they were, each with its line and reason.

use super::cells::RowError;
use super::headers::title;
use super::reader::{Column, Layout, Row};
use crate::output::{file, safe};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The rows of one file that were not taken.
pub struct Rejected {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    lead: usize,
}

/// What the name of a file of rows that were set aside ends with.
const ENDING: &str = ".rejected.csv";

/// The file whose rows were set aside in this one.
pub fn origin(name: &str) -> Option<&str> {
    let mut origin = name.strip_suffix(ENDING)?;
    while let Some(before) = origin.strip_suffix(ENDING) {
        origin = before;
    }
    Some(origin)
}

/// How many of its columns are ours: the line and the reason in front, in a file of rows that were set aside.
pub fn lead(name: &str, columns: &[Column]) -> usize {
    let is = |at: usize, word: &str| columns.get(at).is_some_and(|column| title(column) == word);
    if origin(name).is_some() && is(0, "line") && is(1, "reason") { 2 } else { 0 }
}

impl Rejected {
    /// None yet. The first `lead` columns are ours.
    pub fn new(layout: &Layout, lead: usize) -> Self {
        let title =
            |names: &Vec<String>| names.iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
        let columns = layout.columns.iter().skip(lead);
        Self { headers: columns.map(|column| title(&column.names)).collect(), rows: Vec::new(), lead }
    }

    /// Sets a row aside.
    pub fn add(&mut self, row: &Row, error: &RowError) {
        // A row that was set aside before keeps the line of the file it came from.
        let line = row.cells.get(0).filter(|_| self.lead > 0);
        let line = line.map_or_else(|| row.line.to_string(), str::to_string);
        let mut cells = vec![line, super::run::in_words(error)];
        // Guarded again when it is written: what a cell means stays the same however often it is set aside.
        cells.extend(row.cells.iter().skip(self.lead).map(|cell| safe::unguard(cell).to_string()));
        self.rows.push(cells);
    }

    /// Whether no row was set aside.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The file of a source's rejected rows: `FILE.rejected.csv` beside it.
    pub fn path(source: &Path) -> PathBuf {
        let mut name = source.as_os_str().to_os_string();
        name.push(ENDING);
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
