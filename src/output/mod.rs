//! All printing: a [`Table`] is a value, and each format is a function of it.

pub mod calendar;
pub mod chart;
pub mod csv;
pub mod document;
pub mod file;
pub mod forms;
pub mod grid;
pub mod ids;
pub mod json;
pub mod mail;
pub mod markdown;
pub mod page;
pub mod preview;
mod progress;
pub mod qr;
pub mod redact;
pub mod rejected;
pub mod safe;
mod screen;
pub mod spark;
mod table;
pub mod template;
pub mod terminal;
pub mod xlsx;

pub use progress::Progress;
pub use screen::{Screen, closed_pipe};
pub use table::{Cell, Table};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// Aligned columns for people.
    #[default]
    Table,
    /// An array of flat objects with the CSV's keys.
    Json,
    /// Comma-separated, safe to open in a spreadsheet.
    Csv,
    /// A Markdown table.
    Md,
    /// One id per line, for scripts.
    Ids,
    /// A page, where a command makes one.
    Html,
    /// A workbook, where a command makes one.
    Xlsx,
}

/// A format that what was asked for does not exist in: wrong arguments.
#[derive(Debug)]
pub struct NoSuchFormat(pub String);

impl std::fmt::Display for NoSuchFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoSuchFormat {}
