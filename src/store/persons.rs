//! Whose each member row is, read once by those who go through millions of rows that name one: joining and sorting them
//! would take far longer than reading them in the order they lie in.

use super::Store;
use anyhow::Result;
use std::collections::BTreeSet;

/// The person each member row belongs to after merges. Numbers of members fit in 32 bits: half of the memory is looked up twice
/// as fast.
pub struct Persons(Vec<u32>);

impl Persons {
    /// Everyone's, staff and bots included.
    pub fn everyone(store: &Store) -> Result<Self> {
        // The highest number first, so that there is room for all; most rows are their own person, and only the others are read.
        let most: i64 =
            store.conn.query_row("SELECT coalesce(max(id), 0) FROM members", [], |row| row.get(0))?;
        let mut persons: Vec<u32> = (0..=u32::try_from(most)?).collect();
        let mut query = store.conn.prepare("SELECT id, person FROM members WHERE person <> id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            persons[usize::try_from(row.get::<_, i64>(0)?)?] = row.get(1)?;
        }
        Ok(Self(persons))
    }

    /// Of those whom figures count: staff and bots belong to nobody.
    pub fn counted(store: &Store) -> Result<Self> {
        let Self(mut persons) = Self::everyone(store)?;
        let mut query = store.conn.prepare("SELECT member FROM outside")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            persons[usize::try_from(row.get::<_, i64>(0)?)?] = 0;
        }
        Ok(Self(persons))
    }

    /// The rows of these people, ascending.
    pub fn rows_of(&self, people: &BTreeSet<i64>) -> Vec<i64> {
        (0..)
            .zip(&self.0)
            .filter(|(_, person)| people.contains(&i64::from(**person)))
            .map(|(row, _)| row)
            .collect()
    }

    /// Whose a member row is; none where it is nobody's.
    pub fn of(&self, member: i64) -> Option<i64> {
        let person = self.0.get(usize::try_from(member).ok()?)?;
        Some(i64::from(*person)).filter(|person| *person > 0)
    }

    /// One value for each number a person may have, at the index of the number.
    pub fn each<T: Clone>(&self, value: T) -> Vec<T> {
        vec![value; self.0.len()]
    }
}
