//! Work in two halves on two threads: what is read ahead, and what is done with it, in the same order.

use super::cells::{Cells, Reading, RowError};
use super::kinds::{self, Draft, Frame};
use super::reader::{self, Row};
use super::run::Opened;
use super::understand::Plan;
use anyhow::Result;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

/// Items that are handed over together.
const TOGETHER: usize = 512;
/// How many such parcels may wait.
const WAITING: usize = 4;

type Parcel<T> = Result<Vec<T>>;

/// Takes items on a thread of their own.
pub struct Giver<T> {
    sender: SyncSender<Parcel<T>>,
    parcel: Vec<T>,
    /// What was taken comes back, to be dropped where it was made: memory is freed cheapest by its own thread.
    used: Receiver<Vec<T>>,
}

impl<T> Giver<T> {
    /// Hands an item over; false when nobody waits for more.
    pub fn give(&mut self, item: T) -> bool {
        self.parcel.push(item);
        self.parcel.len() < TOGETHER || self.send()
    }

    fn send(&mut self) -> bool {
        let mut next = self.used.try_recv().unwrap_or_else(|_| Vec::with_capacity(TOGETHER));
        next.clear();
        let parcel = std::mem::replace(&mut self.parcel, next);
        self.sender.send(Ok(parcel)).is_ok()
    }
}

/// Calls `take` with every item that `read` gives, in their order; what it leaves of them goes back. The first error of
/// either ends both.
pub fn ahead<T: Send>(
    read: impl FnOnce(&mut Giver<T>) -> Result<()> + Send,
    mut take: impl FnMut(&mut T) -> Result<()>,
) -> Result<()> {
    std::thread::scope(|scope| {
        let (sender, parcels) = sync_channel(WAITING);
        let (back, used) = channel();
        scope.spawn(move || {
            let mut giver = Giver { sender, parcel: Vec::with_capacity(TOGETHER), used };
            let done = read(&mut giver);
            // Nobody waits for the rest where taking has failed first.
            giver.send();
            if let Err(error) = done {
                let _ = giver.sender.send(Err(error));
            }
        });
        parcels.into_iter().try_for_each(|parcel| {
            let mut parcel: Vec<T> = parcel?;
            parcel.iter_mut().try_for_each(&mut take)?;
            // Whoever reads no more needs nothing back.
            let _ = back.send(parcel);
            Ok(())
        })
    })
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn items_come_in_order_and_an_error_comes_behind_them() {
        let mut taken = Vec::new();
        let read = |giver: &mut Giver<usize>| {
            (0..2000).all(|item| giver.give(item));
            bail!("the end")
        };
        let error = ahead(read, |item| {
            taken.push(*item);
            Ok(())
        });
        assert_eq!(error.expect_err("an error").to_string(), "the end");
        assert_eq!(taken, (0..2000).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_in_taking_ends_an_endless_reading() {
        let read = |giver: &mut Giver<usize>| {
            while giver.give(0) {}
            Ok(())
        };
        let error = ahead(read, |_| bail!("enough"));
        assert_eq!(error.expect_err("an error").to_string(), "enough");
    }
}
