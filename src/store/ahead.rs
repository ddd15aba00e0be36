//! Work in two halves on two threads: what is read ahead, and what is done with it, in the same order.

use anyhow::Result;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};

/// Items that are handed over together.
pub const TOGETHER: usize = 512;
/// How many such parcels may wait.
const WAITING: usize = 4;

type Parcel<T> = Result<Vec<T>>;

/// Takes items on a thread of their own.
pub struct Giver<T> {
    sender: SyncSender<Parcel<T>>,
    parcel: Vec<T>,
    /// How many of the parcel's items are new; the others were taken before, and wait to be replaced.
    new: usize,
    /// What was taken comes back, to be dropped where it was made: memory is freed cheapest by its own thread.
    used: Receiver<Vec<T>>,
}

impl<T> Giver<T> {
    /// Hands an item over; false when nobody waits for more.
    pub fn give(&mut self, item: T) -> bool {
        match self.parcel.get_mut(self.new) {
            Some(place) => *place = item,
            None => self.parcel.push(item),
        }
        self.given()
    }

    /// As [`Giver::give`], for an item that is made again and again: one that was taken before is left in its place, whose
    /// memory can be used again.
    pub fn swap(&mut self, item: &mut T) -> bool
    where
        T: Default,
    {
        if self.new == self.parcel.len() {
            self.parcel.push(T::default());
        }
        std::mem::swap(&mut self.parcel[self.new], item);
        self.given()
    }

    fn given(&mut self) -> bool {
        self.new += 1;
        self.new < TOGETHER || self.send()
    }

    fn send(&mut self) -> bool {
        let next = self.used.try_recv().unwrap_or_else(|_| Vec::with_capacity(TOGETHER));
        let mut parcel = std::mem::replace(&mut self.parcel, next);
        parcel.truncate(std::mem::take(&mut self.new));
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
            let mut giver = Giver { sender, parcel: Vec::with_capacity(TOGETHER), new: 0, used };
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
