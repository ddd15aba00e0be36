//! Dated observations of a member; the newest of a field wins.

use super::Store;
use super::rows::{self, Rows};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::OptionalExtension;

/// The fields that are kept as facts, as `member edit` and the members import name them.
pub const FIELDS: [&str; 9] =
    ["name", "company", "country", "language", "joined", "customer_since", "value", "currency", "owner"];

/// Adds observations; one for a whole load.
pub struct Adder<'a> {
    store: &'a Store,
    rows: Rows<'a>,
    last: i64,
}

impl<'a> Adder<'a> {
    /// Ready to add.
    pub fn new(store: &'a Store) -> Result<Self> {
        let rows = Rows::into(store, "facts", "id, member, field, day, value, batch")?;
        Ok(Self { store, rows, last: rows::last(store, "facts")? })
    }

    /// Adds an observation; returns its row, which can be read once [`Self::flush`] was called.
    pub fn add(
        &mut self,
        member: i64,
        field: &str,
        day: Day,
        value: &str,
        batch: Option<i64>,
    ) -> Result<i64> {
        self.last += 1;
        self.rows.add(rusqlite::params![self.last, member, field, day.0, value, batch])?;
        Ok(self.last)
    }

    /// Adds an observation from a file where it is news.
    pub fn observe(
        &mut self,
        member: i64,
        field: &str,
        day: Day,
        value: &str,
        batch: i64,
    ) -> Result<Observed> {
        self.flush()?;
        let mut query = self.store.conn.prepare_cached(
            "SELECT id, value, batch FROM facts WHERE member = ?1 AND field = ?2 AND day <= ?3 ORDER BY day DESC, id DESC LIMIT 1",
        )?;
        let known: Option<(i64, String, Option<i64>)> = query
            .query_row(rusqlite::params![member, field, day.0], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        if let Some((row, known, from)) = known
            && known == value
        {
            return Ok(Observed::Known(row, from));
        }
        self.add(member, field, day, value, Some(batch))?;
        Ok(Observed::News)
    }

    /// Puts what was added into the table.
    pub fn flush(&mut self) -> Result<()> {
        self.rows.flush()
    }
}

/// Adds an observation; returns its row.
pub fn add(
    store: &Store,
    member: i64,
    field: &str,
    day: Day,
    value: &str,
    batch: Option<i64>,
) -> Result<i64> {
    let mut adder = Adder::new(store)?;
    let row = adder.add(member, field, day, value, batch)?;
    adder.flush()?;
    Ok(row)
}

/// What is known of a person's field on a day, over all member rows that are this person.
pub fn of_person(store: &Store, person: i64, field: &str, day: Day) -> Result<Option<String>> {
    let mut query = store.conn.prepare_cached(
        "SELECT f.value FROM facts f JOIN members m ON m.id = f.member
         WHERE m.person = ?1 AND f.field = ?2 AND f.day <= ?3 ORDER BY f.member <> ?1, f.day DESC, f.id DESC LIMIT 1",
    )?;
    Ok(query.query_row(rusqlite::params![person, field, day.0], |row| row.get(0)).optional()?)
}

/// What became of an observation from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed {
    /// It is news.
    News,
    /// This row, of this batch, said so already.
    Known(i64, Option<i64>),
}
