//! Rows of the heavy tables as twelve bytes each, in runs: what is asked of all of them, read without the rest of the row.
//!
//! A run holds the entries of a stretch of rows. The last run is made again as long as it is short, so that many small imports
//! do not leave many small runs.

use super::Kind;
use crate::store::Store;
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// Bytes of an entry.
const WIDTH: usize = 12;
/// Entries of a full run; one of less than half of them is short.
const FULL: usize = if cfg!(test) { 4 } else { 65_536 };

/// A member row, a day, and a number that says what.
pub type Entry = (u32, i32, u32);

/// Who writes runs down.
pub struct Writer<'a> {
    store: &'a Store,
    kind: Kind,
    first: i64,
    entries: Vec<Entry>,
    /// Whether entries are sorted, and each is in a run once.
    is_set: bool,
}

impl<'a> Writer<'a> {
    /// Goes on after the last run that is not short; the row after which to read stands in [`Writer::after`].
    pub fn resume(store: &'a Store, kind: Kind, until: i64, is_set: bool) -> Result<Self> {
        if until < 0 {
            store.conn.execute("DELETE FROM settled_runs WHERE kind = ?1", [kind.name()])?;
        }
        let sql =
            "SELECT id, first, length(entries) FROM settled_runs WHERE kind = ?1 ORDER BY first DESC LIMIT 1";
        let mut query = store.conn.prepare_cached(sql)?;
        let last: Option<(i64, i64, i64)> =
            query.query_row([kind.name()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        let first = match last {
            Some((id, first, bytes)) if bytes < (FULL / 2 * WIDTH) as i64 => {
                store.conn.execute("DELETE FROM settled_runs WHERE id = ?1", [id])?;
                first
            }
            _ => until.max(0) + 1,
        };
        Ok(Self { store, kind, first, entries: Vec::new(), is_set })
    }

    /// The last row of the runs that stay.
    pub fn after(&self) -> i64 {
        self.first - 1
    }

    /// Takes the entry of a row.
    pub fn add(&mut self, row: i64, entry: Entry) -> Result<()> {
        self.entries.push(entry);
        if self.entries.len() >= FULL {
            self.shorten();
            // What is not short any more is written, or every further entry would sort it again.
            if self.entries.len() >= FULL / 2 {
                return self.write(row);
            }
        }
        Ok(())
    }

    /// Writes down what is left, up to the last row there is.
    pub fn finish(mut self, last: i64) -> Result<()> {
        self.shorten();
        if last >= self.first { self.write(last) } else { Ok(()) }
    }

    fn shorten(&mut self) {
        if self.is_set {
            self.entries.sort_unstable();
            self.entries.dedup();
        }
    }

    fn write(&mut self, last: i64) -> Result<()> {
        let sql = "INSERT INTO settled_runs (kind, first, last, entries) VALUES (?1, ?2, ?3, ?4)";
        let mut insert = self.store.conn.prepare_cached(sql)?;
        insert.execute(params![self.kind.name(), self.first, last, encoded(&self.entries)])?;
        self.first = last + 1;
        self.entries.clear();
        Ok(())
    }
}

fn encoded(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * WIDTH);
    for (member, day, what) in entries {
        bytes.extend_from_slice(&member.to_be_bytes());
        bytes.extend_from_slice(&day.to_be_bytes());
        bytes.extend_from_slice(&what.to_be_bytes());
    }
    bytes
}

fn decoded(bytes: &[u8]) -> impl Iterator<Item = Entry> + '_ {
    let (entries, _) = bytes.as_chunks::<WIDTH>();
    entries.iter().map(|[a, b, c, d, e, f, g, h, i, j, k, l]| {
        let (member, what) = (u32::from_be_bytes([*a, *b, *c, *d]), u32::from_be_bytes([*i, *j, *k, *l]));
        (member, i32::from_be_bytes([*e, *f, *g, *h]), what)
    })
}

/// Calls `see` with every entry of a kind, in the order of the rows.
pub fn each(store: &Store, kind: Kind, mut see: impl FnMut(Entry) -> Result<()>) -> Result<()> {
    let mut query = store.conn.prepare("SELECT entries FROM settled_runs WHERE kind = ?1 ORDER BY first")?;
    let mut rows = query.query([kind.name()])?;
    while let Some(row) = rows.next()? {
        decoded(row.get_ref(0)?.as_blob()?).try_for_each(&mut see)?;
    }
    Ok(())
}

/// How many runs are not what the rows of the heavy table say; `said` gives the entries of the rows from one to another.
pub fn apart(store: &Store, kind: Kind, said: impl Fn(i64, i64) -> Result<Vec<Entry>>) -> Result<i64> {
    let until = kind.until(store)?;
    if until < 0 {
        return Ok(0);
    }
    let sql = "SELECT first, last, entries FROM settled_runs WHERE kind = ?1 ORDER BY first";
    let mut query = store.conn.prepare(sql)?;
    let mut rows = query.query([kind.name()])?;
    let (mut found, mut next) = (0, 1);
    while let Some(row) = rows.next()? {
        let (first, last): (i64, i64) = (row.get(0)?, row.get(1)?);
        let is_same = first == next && row.get_ref(2)?.as_blob()? == encoded(&said(first, last)?);
        found += i64::from(!is_same);
        next = last + 1;
    }
    Ok(found + i64::from(next != until + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::settled::{all_acts, apart, refresh, touches};

    /// Three acts and three clicks on each of seven days, the same person twice; the first four days come together.
    fn filled(store: &Store) -> Result<()> {
        store.conn.execute_batch(
            "INSERT INTO members (id, person, day) VALUES (1, 1, 0), (2, 2, 0);
             INSERT INTO links (id, member, address, url, day) VALUES (1, 1, 'a', 'a', 0);",
        )?;
        for day in 1..=7 {
            store.conn.execute(
                "INSERT INTO activities (member, platform, kind, at, day) VALUES
                   (1, 'forum', 'post', 0, ?1), (2, 'forum', 'reply', 0, ?1), (1, 'x', 'post', 0, ?1)",
                [day],
            )?;
            store.conn.execute(
                "INSERT INTO clicks (link, at, day, clicks, visitor, member) VALUES
                   (1, 0, ?1, 1, NULL, 2), (1, 0, ?1, 1, NULL, 2), (1, 0, ?1, 1, 'v', NULL)",
                [day],
            )?;
            if day >= 4 {
                refresh(store)?;
            }
        }
        Ok(())
    }

    #[test]
    fn runs_fill_up_and_go_on_where_they_were_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let told = |store: &Store| -> Result<()> {
            filled(store)?;
            assert_eq!(apart(store)?, []);
            let mut acts = Vec::new();
            let sorts = all_acts::each(store, |act| acts.push(act))?;
            let told = |act: all_acts::Act| {
                let sort = &sorts[act.sort as usize];
                assert_eq!(act.is_contribution, sort.is_contribution);
                (act.member, act.day.0, sort.kind.clone(), sort.platform.clone())
            };
            let mut acts: Vec<_> = acts.into_iter().map(told).collect();
            acts.sort();
            let said = |member, day, kind: &str, platform: &str| (member, day, kind.into(), platform.into());
            let rows = |day| {
                [said(1, day, "post", "forum"), said(2, day, "reply", "forum"), said(1, day, "post", "x")]
            };
            let mut rows: Vec<_> = (1..=7).flat_map(rows).collect();
            rows.sort();
            assert_eq!(acts, rows);
            let mut clicks = Vec::new();
            touches::each(store, |entry| {
                clicks.push(entry);
                Ok(())
            })?;
            clicks.dedup();
            assert_eq!(clicks, (1..=7).map(|day| (2, day, 1)).collect::<Vec<_>>());
            let count = "SELECT count(*), max(length(entries)) FROM settled_runs WHERE kind = 'acts'";
            let (runs, longest): (i64, i64) =
                store.conn.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            assert_eq!((runs, longest), (6, (FULL * WIDTH) as i64));
            // A row that changes is noticed, and everything made anew.
            store.conn.execute("UPDATE activities SET day = 9 WHERE id = 2", [])?;
            refresh(store)?;
            assert_eq!(apart(store)?, []);
            // A run that is not what the rows say is found.
            store.conn.execute("UPDATE settled_runs SET last = last + 1 WHERE first = 1", [])?;
            assert_eq!(apart(store)?.len(), 1);
            Ok(())
        };
        Store::create(&folder.path().join("a.db"), told).expect("is made");
    }
}
