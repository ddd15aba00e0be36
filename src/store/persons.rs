//! Whose each member row is, read once by those who go through millions of rows that name one: joining and sorting them
//! would take far longer than reading them in the order they lie in.

use super::Store;
use anyhow::Result;
use std::collections::BTreeSet;

/// The person each member row belongs to after merges; 0 for nobody.
pub struct Persons {
    /// Numbers of members fit in 32 bits: half of the memory is looked up twice as fast.
    of: Vec<u32>,
    /// A bit for each row that is not its own person. They are few, and these bits stay in the processor's caches where all
    /// numbers do not.
    others: Vec<u64>,
}

impl Persons {
    /// Everyone's, staff and bots included.
    pub fn everyone(store: &Store) -> Result<Self> {
        // The highest number first, so that there is room for all; most rows are their own person, and only the others are read.
        let most: i64 =
            store.conn.query_row("SELECT coalesce(max(id), 0) FROM members", [], |row| row.get(0))?;
        let of: Vec<u32> = (0..=u32::try_from(most)?).collect();
        let mut persons = Self { others: vec![0; of.len() / 64 + 1], of };
        persons.set(0, 0);
        let mut query = store.conn.prepare("SELECT id, person FROM members WHERE person <> id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            persons.set(usize::try_from(row.get::<_, i64>(0)?)?, row.get(1)?);
        }
        Ok(persons)
    }

    /// Of those whom figures count: staff and bots belong to nobody.
    pub fn counted(store: &Store) -> Result<Self> {
        let mut persons = Self::everyone(store)?;
        let mut query = store.conn.prepare("SELECT member FROM outside")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            persons.set(usize::try_from(row.get::<_, i64>(0)?)?, 0);
        }
        Ok(persons)
    }

    fn set(&mut self, row: usize, person: u32) {
        self.of[row] = person;
        self.others[row / 64] |= 1 << (row % 64);
    }

    /// The rows of these people, ascending.
    pub fn rows_of(&self, people: &BTreeSet<i64>) -> Vec<i64> {
        (0..)
            .zip(&self.of)
            .filter(|(_, person)| people.contains(&i64::from(**person)))
            .map(|(row, _)| row)
            .collect()
    }

    /// Whose a member row is; none where it is nobody's.
    pub fn of(&self, member: i64) -> Option<i64> {
        let row = usize::try_from(member).ok().filter(|row| *row < self.of.len())?;
        if self.others[row / 64] >> (row % 64) & 1 == 0 {
            return Some(member);
        }
        Some(i64::from(self.of[row])).filter(|person| *person > 0)
    }

    /// One value for each number a person may have, at the index of the number.
    pub fn each<T: Clone>(&self, value: T) -> Vec<T> {
        vec![value; self.of.len()]
    }
}
