//! Rows are read on one thread and find their place in the program on another.

use super::cells::{Cells, Reading, RowError};
use super::kinds::{self, Draft, Frame};
use super::reader::{self, Row};
use super::run::Opened;
use super::understand::Plan;
use crate::store::ahead::{Giver, ahead};
use anyhow::Result;

/// Calls `keep` with every row of a file and what it was read as: a row becomes a value on one thread, and finds
/// its place in the program on the other.
pub fn each_row(
    opened: &Opened,
    plan: &Plan,
    reading: &Reading,
    frame: Frame,
    mut keep: impl FnMut(&Row, &mut Result<Draft, RowError>) -> Result<()>,
) -> Result<()> {
    let columns = opened.layout.columns.len();
    ahead(
        |giver: &mut Giver<(Row, Result<Draft, RowError>)>| {
            for row in reader::rows(&opened.input, &opened.layout)? {
                let row = row?;
                let draft = read(plan, row.aside, &Cells::new(reading, &row), frame, columns);
                if !giver.give((row, draft)) {
                    break;
                }
            }
            Ok(())
        },
        |(row, draft)| keep(row, draft),
    )
}

fn read(
    plan: &Plan,
    aside: Option<&'static str>,
    cells: &Cells,
    frame: Frame,
    columns: usize,
) -> Result<Draft, RowError> {
    if let Some(reason) = aside {
        return Ok(Draft::Nothing(reason));
    }
    let rule = plan.skip.iter().find(|rule| rule.holds(|column| cells.column(column).unwrap_or_default()));
    if let Some(rule) = rule {
        return Ok(kinds::skipped(plan.kind, cells, &frame, &rule.reason));
    }
    cells.fit(columns)?;
    kinds::read(plan.kind, cells, &frame)
}
