//! Rows are read on a thread of their own, ahead of their being kept: a row becomes a value there, and finds its
//! place in the program here, in the order of the file.

use super::cells::{Cells, Reading, RowError};
use super::kinds::{self, Draft, Frame};
use super::reader::{self, Row};
use super::run::Opened;
use super::understand::Plan;
use anyhow::Result;
use std::sync::mpsc::{SyncSender, sync_channel};

/// Rows that are handed over together.
const TOGETHER: usize = 512;
/// How many such parcels may wait.
const WAITING: usize = 4;

type Parcel = Result<Vec<(Row, Result<Draft, RowError>)>>;

/// Calls `keep` with every row of a file and what it was read as; its first error ends the reading.
pub fn each_row(
    opened: &Opened,
    plan: &Plan,
    reading: &Reading,
    frame: Frame,
    mut keep: impl FnMut(&Row, Result<Draft, RowError>) -> Result<()>,
) -> Result<()> {
    std::thread::scope(|scope| {
        let (sender, parcels) = sync_channel(WAITING);
        scope.spawn(move || {
            if let Err(error) = read_all(opened, plan, reading, frame, &sender) {
                // Nobody waits for it where keeping has failed first.
                let _ = sender.send(Err(error));
            }
        });
        for parcel in parcels {
            for (row, draft) in parcel? {
                keep(&row, draft)?;
            }
        }
        Ok(())
    })
}

fn read_all(
    opened: &Opened,
    plan: &Plan,
    reading: &Reading,
    frame: Frame,
    sender: &SyncSender<Parcel>,
) -> Result<()> {
    let mut parcel = Vec::with_capacity(TOGETHER);
    for row in reader::rows(&opened.input, &opened.layout)? {
        let row = row?;
        let draft = read(plan, &Cells::new(reading, &row), frame, opened.layout.columns.len());
        parcel.push((row, draft));
        if parcel.len() == TOGETHER {
            let full = std::mem::replace(&mut parcel, Vec::with_capacity(TOGETHER));
            if sender.send(Ok(full)).is_err() {
                return Ok(());
            }
        }
    }
    // Nobody waits for it where keeping has failed.
    let _ = sender.send(Ok(parcel));
    Ok(())
}

fn read(plan: &Plan, cells: &Cells, frame: Frame, columns: usize) -> Result<Draft, RowError> {
    let rule = plan.skip.iter().find(|rule| rule.when.holds(&cells.column(rule.column).unwrap_or_default()));
    if let Some(rule) = rule {
        return Ok(kinds::skipped(plan.kind, cells, &rule.reason));
    }
    cells.fit(columns)?;
    kinds::read(plan.kind, cells, &frame)
}
