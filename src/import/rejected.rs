//! Rows set aside: written beside the file, as they were, each with its line and reason.

use super::cells::RowError;
use super::headers::title;
use super::reader::{Column, Layout, Row};
use crate::output::rejected::{self, ENDING, LEAD};
use crate::output::safe;
use anyhow::Result;
use std::path::Path;

/// The rows of one file that were not taken.
pub struct Rejected {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    lead: usize,
}

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
    if origin(name).is_some() && is(0, LEAD[0]) && is(1, LEAD[1]) { LEAD.len() } else { 0 }
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

    /// Writes the rows down, where any were rejected.
    pub fn write(&self, source: &Path) -> Result<()> {
        let path = rejected::path(source);
        rejected::write(&path, self.headers.clone(), &self.rows, "nothing was imported")
    }
}
