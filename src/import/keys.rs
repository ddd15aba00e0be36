//! Natural keys: what makes a row the same record as one that is known, or as another row of its file.

use super::spill::Spill;
use crate::model::digest::natural;
use crate::store::Store;
use crate::store::keys::{self, Key, Table};
use anyhow::Result;

/// The first sixteen bytes of a SHA-256 over the parts, which cannot run into one another.
pub fn key(parts: &[&str]) -> Key {
    natural(parts)
}

/// The key of the record at a place among those that look the same by their key.
pub fn nth(base: Key, place: u64) -> Key {
    natural(&[&base.to_be_bytes()[..], &place.to_be_bytes()])
}

/// A record that is known by its natural key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its row in the table of its kind.
    pub record: i64,
    /// A row of this very file stands for it already.
    pub mine: bool,
    /// An import brought it; else it was written down by hand, and stays whatever is taken back.
    pub imported: bool,
}

/// So many known keys are held in memory, sorted; of more, each is looked up in the program's file.
const HELD: u64 = 1_500_000;

/// The keys of one table while a file is read.
pub struct Book<'a> {
    store: &'a Store,
    table: Table,
    earlier: Earlier,
    /// What rows of this file stand for: twice the record, plus one where it was known before and has a newer version.
    mine: Spill,
    /// Records that were known before and came again as they are.
    again: Marks,
    /// Digests of whole rows.
    wholes: Spill,
    /// By the key that several rows share, the place of the next one; only where there is more than one.
    places: Spill,
}

/// The keys of earlier imports.
enum Earlier {
    Held(Vec<(Key, i64)>),
    /// The last one that was looked up, and what was found.
    AskEach(Option<(Key, Option<i64>)>),
}

impl<'a> Book<'a> {
    /// Reads what is known of a table, for a file of about so many rows.
    pub fn open(store: &'a Store, table: Table, rows: u64) -> Result<Self> {
        let most = HELD.min(rows.saturating_mul(8));
        let known = keys::count_to(store, table, most + 1)?;
        let earlier = if known <= most {
            let mut held = Vec::with_capacity(usize::try_from(known).unwrap_or_default());
            keys::each(store, table, |key, record| held.push((key, record)))?;
            Earlier::Held(held)
        } else {
            Earlier::AskEach(None)
        };
        Ok(Self {
            store,
            table,
            earlier,
            mine: Spill::new(rows),
            again: Marks::default(),
            wholes: Spill::new(rows),
            places: Spill::new(rows),
        })
    }

    /// The record a key stands for.
    pub fn find(&mut self, key: Key) -> Result<Option<Known>> {
        if let Some(number) = self.mine.get(key)? {
            return Ok(Some(Known { record: number >> 1, mine: true, imported: true }));
        }
        let record = match &mut self.earlier {
            Earlier::Held(held) => {
                held.binary_search_by_key(&key, |entry| entry.0).ok().map(|index| held[index].1)
            }
            // A row whose place is sought is found right after it.
            Earlier::AskEach(last) => match last {
                Some((asked, record)) if *asked == key => *record,
                _ => last.insert((key, keys::find(self.store, self.table, key)?)).1,
            },
        };
        Ok(record.map(|record| Known { record, mine: self.again.has(record), imported: true }))
    }

    /// A key stands for a new record now.
    pub fn add(&mut self, key: Key, record: i64) -> Result<()> {
        self.mine.set(key, record << 1)
    }

    /// A known record came again as it is.
    pub fn see(&mut self, record: i64) {
        self.again.add(record);
    }

    /// A known record has a newer version.
    pub fn revise(&mut self, key: Key, record: i64) -> Result<()> {
        let new = self.mine.get(key)?.is_some_and(|number| number & 1 == 0);
        if !new {
            keys::revise(self.store, self.table, key, record)?;
            if let Earlier::AskEach(last) = &mut self.earlier {
                *last = None;
            }
        }
        self.mine.set(key, (record << 1) | i64::from(!new))
    }

    /// The key of the next record among those of this file that look the same by `base`. Rows that are wholly
    /// identical are one record where they say whose they are (`whole`): none then.
    pub fn next_place(&mut self, base: Key, whole: Option<Key>) -> Result<Option<Key>> {
        if let Some(whole) = whole {
            let whole = natural(&[base.to_be_bytes(), whole.to_be_bytes()]);
            if self.wholes.get(whole)?.is_some() {
                return Ok(None);
            }
            self.wholes.set(whole, 0)?;
        }
        let first = nth(base, 0);
        if self.find(first)?.is_none_or(|known| !known.mine) {
            return Ok(Some(first));
        }
        let place = self.places.get(base)?.unwrap_or(1);
        self.places.set(base, place + 1)?;
        Ok(Some(nth(base, place.unsigned_abs())))
    }

    /// What is to be written down: the keys of new records.
    pub fn close(self) -> News {
        News(self.mine)
    }
}

/// Rows of a table, a bit each.
#[derive(Default)]
struct Marks(Vec<u64>);

impl Marks {
    fn add(&mut self, row: i64) {
        let row = row.unsigned_abs() as usize;
        if self.0.len() <= row / 64 {
            self.0.resize(row / 64 + 1, 0);
        }
        self.0[row / 64] |= 1 << (row % 64);
    }

    fn has(&self, row: i64) -> bool {
        let row = row.unsigned_abs() as usize;
        self.0.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

/// Keys of new records, and the records. Sorting them needs no program.
pub struct News(Spill);

impl News {
    /// Calls `take` with each, in order of the keys.
    pub fn sorted(self, mut take: impl FnMut(Key, i64) -> Result<()>) -> Result<()> {
        self.0.drain(|key, number| if number & 1 == 0 { take(key, number >> 1) } else { Ok(()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_eq!(key(&["a"]), key(&["a"]));
        assert_ne!(nth(key(&["a"]), 0), nth(key(&["a"]), 1));
    }
}
