//! A table as CSV: safe to open in a spreadsheet.

use super::{Cell, Table, safe};
use anyhow::Result;

/// The table with a header row, `\n` between rows. Text that a spreadsheet would run gets an apostrophe.
pub fn draw(table: &Table) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|column| column.key))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| match cell {
            Cell::Text(text) => safe::guard(text),
            other => other.plain(),
        }))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}
