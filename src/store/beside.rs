//! Reading a large question as it is at one moment, its parts each on a connection and a processor of its own.

use super::ahead::{Giver, ahead};
use super::{Store, access, rows};
use anyhow::{Context, Result, anyhow};
use rusqlite::TransactionState;
use std::path::Path;
use std::thread::{self, Scope, ScopedJoinHandle};

/// Why reading ahead ends early; whoever ended it says more.
const UNWANTED: &str = "what is read is not wanted any more";

/// What was read on another connection, if it could be.
type Reading<'scope, A> = ScopedJoinHandle<'scope, Option<A>>;

impl Store {
    /// Reads several things as they are at one moment, whatever other windows write meanwhile; inside a transaction at its
    /// moment.
    pub fn at_one_moment<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        if !self.conn.is_autocommit() {
            return read();
        }
        self.conn.execute_batch("BEGIN")?;
        let result = read();
        self.conn.execute_batch("ROLLBACK")?;
        result
    }

    /// Reads `aside` on a thread of its own while `meanwhile` is read on this one; both see the file as it is at one moment.
    /// Inside a transaction that writes, whose changes nobody else sees yet, and where the other connection cannot be had or
    /// already sees more, one is read after the other. `aside` is told of everyone by what they are known by, also where names
    /// are hidden.
    pub fn read_beside<A: Send, B>(
        &self,
        aside: impl Fn(&Self) -> Result<A> + Sync,
        meanwhile: impl FnOnce() -> Result<B>,
    ) -> Result<(A, B)> {
        if self.is_writing()? {
            return Ok((aside(self)?, meanwhile()?));
        }
        self.at_one_moment(|| {
            let seen = written(self)?;
            thread::scope(|scope| {
                let reading = self.reading(scope, seen, &aside);
                let other = meanwhile()?;
                Ok((self.read(reading, &aside)?, other))
            })
        })
    }

    /// As [`Store::read_beside`], with two on threads of their own.
    pub fn read_both_beside<A: Send, B: Send, C>(
        &self,
        one: impl Fn(&Self) -> Result<A> + Sync,
        other: impl Fn(&Self) -> Result<B> + Sync,
        meanwhile: impl FnOnce() -> Result<C>,
    ) -> Result<(A, B, C)> {
        if self.is_writing()? {
            return Ok((one(self)?, other(self)?, meanwhile()?));
        }
        self.at_one_moment(|| {
            let seen = written(self)?;
            thread::scope(|scope| {
                let readings = (self.reading(scope, seen, &one), self.reading(scope, seen, &other));
                let own = meanwhile()?;
                Ok((self.read(readings.0, &one)?, self.read(readings.1, &other)?, own))
            })
        })
    }

    /// Calls `see` with everything `read` reads, in its order, while a thread of its own reads what comes next; all of it as it
    /// is at one moment. What is seen is taken back and filled again. One is done after the other where [`Store::read_beside`]
    /// does so.
    pub fn read_ahead<T: Default + Send>(
        &self,
        read: impl Fn(&Self, &mut dyn FnMut(&mut T) -> Result<()>) -> Result<()> + Sync,
        mut see: impl FnMut(&mut T) -> Result<()>,
    ) -> Result<()> {
        if self.is_writing()? {
            return read(self, &mut see);
        }
        self.at_one_moment(|| {
            let (seen, path, writable) = (written(self)?, &self.path, self.writable);
            let fill = |giver: &mut Giver<T>| {
                let add = &mut |one: &mut T| if giver.swap(one) { Ok(()) } else { Err(anyhow!(UNWANTED)) };
                let filled = read_again(path, writable, seen, |store| read(store, add))?;
                filled.context("another window has written meanwhile")
            };
            let mut is_begun = false;
            let read_and_seen = ahead(fill, |one| {
                is_begun = true;
                see(one)
            });
            // What goes wrong before anything is seen is tried here, which says why where it goes wrong again.
            if read_and_seen.is_err() && !is_begun { read(self, &mut see) } else { read_and_seen }
        })
    }

    /// Whether this connection is inside a transaction that may have changed something.
    fn is_writing(&self) -> Result<bool> {
        Ok(self.conn.transaction_state(Some("main"))? == TransactionState::Write)
    }

    fn reading<'scope, A: Send + 'scope>(
        &self,
        scope: &'scope Scope<'scope, '_>,
        seen: i64,
        aside: &'scope (impl Fn(&Self) -> Result<A> + Sync),
    ) -> Reading<'scope, A> {
        let (path, writable) = (self.path.clone(), self.writable);
        scope.spawn(move || read_again(&path, writable, seen, aside).ok().flatten())
    }

    /// What was read on another thread. What goes wrong there is tried here, which says why where it goes wrong again.
    fn read<A>(&self, reading: Reading<A>, aside: impl Fn(&Self) -> Result<A>) -> Result<A> {
        reading.join().ok().flatten().map_or_else(|| aside(self), Ok)
    }
}

/// The last line of the log: whatever is written adds one.
fn written(store: &Store) -> Result<i64> {
    rows::last(store, "log")
}

/// Reads something on a new connection, where that sees the file as it was when the log ended with a line.
fn read_again<A>(
    path: &Path,
    writable: bool,
    seen: i64,
    read: impl FnOnce(&Store) -> Result<A>,
) -> Result<Option<A>> {
    let store = access::open_again(path, writable)?;
    store.at_one_moment(|| if written(&store)? == seen { read(&store).map(Some) } else { Ok(None) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ahead::TOGETHER;
    use std::thread::{ThreadId, current};

    fn members(store: &Store) -> Result<i64> {
        Ok(store.conn.query_row("SELECT count(*) FROM members", [], |row| row.get(0))?)
    }

    fn join(store: &Store) -> Result<()> {
        store.conn.execute("INSERT INTO members (person, day) VALUES (1, 0)", [])?;
        store.conn.execute("INSERT INTO log (at, command, what) VALUES (0, 'import', '')", [])?;
        Ok(())
    }

    /// A number with the thread that read it; what it was before comes back.
    type One = Option<(usize, ThreadId)>;

    #[test]
    fn what_is_read_ahead_comes_once_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        Store::create(&path, join).expect("is made");
        let store = Store::open(&path).expect("opens");
        let (here, many) = (current().id(), 7 * TOGETHER + 1);
        let read = |until: usize| {
            move |store: &Store, see: &mut dyn FnMut(&mut One) -> Result<()>| {
                (0..until).try_for_each(|number| see(&mut Some((number, current().id()))))?;
                members(store).map(drop)
            }
        };
        let seen = |until: usize| {
            let mut seen = Vec::new();
            let see = |one: &mut One| {
                seen.extend(*one);
                Ok(())
            };
            store.read_ahead(read(until), see).map(|()| seen)
        };
        for until in [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, many] {
            let seen = seen(until).expect("is read");
            assert!(seen.iter().map(|one| one.0).eq(0..until));
            assert!(seen.iter().all(|one| one.1 != here));
        }
        // In a transaction that writes everything is read where it is seen.
        let rehearsed = store.rehearse(|| seen(TOGETHER + 1)).expect("is read");
        assert!(
            rehearsed.iter().map(|one| one.0).eq(0..=TOGETHER) && rehearsed.iter().all(|one| one.1 == here)
        );
        // What goes wrong on either side is told, and nothing is waited for.
        let fails = |_: &mut One| Err(anyhow!("enough"));
        let error = store.read_ahead(read(many), fails).expect_err("fails");
        assert_eq!(error.to_string(), "enough");
        let breaks = |_: &Store, see: &mut dyn FnMut(&mut One) -> Result<()>| {
            (0..many).try_for_each(|_| see(&mut None))?;
            Err(anyhow!("broken"))
        };
        let error = store.read_ahead(breaks, |_| Ok(())).expect_err("fails");
        assert_eq!(error.to_string(), "broken");
    }

    #[test]
    fn both_halves_see_the_same_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        Store::create(&path, join).expect("is made");
        let store = Store::open(&path).expect("opens");
        let here = current().id();
        let aside = |store: &Store| -> Result<(i64, ThreadId)> { Ok((members(store)?, current().id())) };
        let both = || store.read_beside(aside, || members(&store));
        let ((read, thread), own) = both().expect("is read");
        assert_eq!((read, own), (1, 1));
        assert_ne!(thread, here);
        // What is not saved yet is seen by both.
        let rehearsed = store.rehearse(|| {
            join(&store)?;
            both()
        });
        assert_eq!(rehearsed.expect("is read"), ((2, here), 2));
        // Of what is read at one moment anyway, both halves see that moment.
        let within = store.at_one_moment(|| store.at_one_moment(both));
        let ((read, thread), own) = within.expect("is read");
        assert_eq!((read, own), (1, 1));
        assert_ne!(thread, here);
        // What another window wrote between the two beginnings is not seen by one half alone.
        let seen = written(&store).expect("is read");
        assert_eq!(read_again(&path, true, seen, members).expect("is read"), Some(1));
        store.write(|| join(&store)).expect("is written");
        assert_eq!(read_again(&path, true, seen, members).expect("is read"), None);
        // Where the file is not where it was, the connection that has it reads both.
        #[cfg(unix)]
        {
            std::fs::rename(&path, folder.path().join("b.db")).expect("is moved");
            assert_eq!(both().expect("is read"), ((2, here), 2));
        }
    }
}
