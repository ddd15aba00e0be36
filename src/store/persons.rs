//! Whose each member row is, read once by those who go through millions of rows that name one: joining and sorting them
//! would take far longer than reading them in the order they lie in.

use super::Store;
use anyhow::Result;

/// The person each member row belongs to after merges.
pub struct Persons(Vec<i64>);

impl Persons {
    /// Everyone's, staff and bots included.
    pub fn everyone(store: &Store) -> Result<Self> {
        Ok(Self(Self::read(store)?.0))
    }

    /// Of those whom figures count: staff and bots belong to nobody.
    pub fn counted(store: &Store) -> Result<Self> {
        let (mut persons, are_members) = Self::read(store)?;
        for person in &mut persons {
            if !are_members[*person as usize] {
                *person = 0;
            }
        }
        Ok(Self(persons))
    }

    /// Whose each row is, and whether the row itself is a member's. The highest number comes first, so that there is
    /// room for all.
    fn read(store: &Store) -> Result<(Vec<i64>, Vec<bool>)> {
        let (mut persons, mut are_members) = (Vec::new(), Vec::new());
        let mut query =
            store.conn.prepare("SELECT id, person, standing = 'member' FROM members ORDER BY id DESC")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let member = usize::try_from(row.get::<_, i64>(0)?)?;
            if persons.is_empty() {
                persons.resize(member + 1, 0);
                are_members.resize(member + 1, false);
            }
            persons[member] = row.get(1)?;
            are_members[member] = row.get(2)?;
        }
        Ok((persons, are_members))
    }

    /// Whose a member row is; none where it is nobody's.
    pub fn of(&self, member: i64) -> Option<i64> {
        let person = self.0.get(usize::try_from(member).ok()?)?;
        Some(*person).filter(|person| *person > 0)
    }

    /// One value for each number a person may have, at the index of the number.
    pub fn each<T: Clone>(&self, value: T) -> Vec<T> {
        vec![value; self.0.len()]
    }

    /// The same, each value made anew.
    pub fn each_anew<T>(&self, make: impl FnMut() -> T) -> Vec<T> {
        std::iter::repeat_with(make).take(self.0.len()).collect()
    }
}
