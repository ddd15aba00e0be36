//! Who is who: identities, looked up in bulk.

use super::Store;
use super::rows::Rows;
use crate::model::identity::Identity;
use anyhow::Result;
use std::collections::HashMap;

/// Calls `see` with every identity: platform, value, its row, whose it is. One scan, then lookups in memory.
pub fn each(store: &Store, mut see: impl FnMut(&str, &str, i64, i64)) -> Result<()> {
    let mut query = store.conn.prepare("SELECT platform, value, id, member FROM identities")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        see(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?, row.get(2)?, row.get(3)?);
    }
    Ok(())
}

/// Which person each member row belongs to, for those that were merged.
pub fn merged(store: &Store) -> Result<HashMap<i64, i64>> {
    let mut query = store.conn.prepare("SELECT id, person FROM members WHERE person <> id")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// So many new identities, and a quarter of those that are known, are worth building the index of members anew:
/// added one by one they would go all over it.
const MANY: u64 = 10_000;

/// Runs `work`, which is about to add so many identities to `known` ones.
pub fn load<T>(store: &Store, new: u64, known: u64, work: impl FnOnce(&mut Adder) -> Result<T>) -> Result<T> {
    let anew = new > MANY && new > known / 4;
    if anew {
        store.conn.execute_batch("DROP INDEX identities_member")?;
    }
    let mut adder = Adder::new(store)?;
    let done = work(&mut adder)?;
    adder.flush()?;
    if anew {
        store.conn.execute_batch("CREATE INDEX identities_member ON identities (member)")?;
    }
    Ok(done)
}

/// Adds identities; one for a whole load.
pub struct Adder<'a> {
    rows: Rows<'a>,
    last: i64,
}

impl<'a> Adder<'a> {
    /// Ready to add: the next number is one above all that were ever said again.
    pub fn new(store: &'a Store) -> Result<Self> {
        let last = store.conn.query_row(
            "SELECT max(coalesce((SELECT max(id) FROM identities), 0),
                        coalesce((SELECT max(last) FROM seen WHERE kind = 'identities'), 0))",
            [],
            |row| row.get(0),
        )?;
        let rows = Rows::into(store, "identities", "platform, value, id, member, shown, batch")?;
        Ok(Self { rows, last })
    }

    /// Adds an identity to a member.
    pub fn add(
        &mut self,
        member: i64,
        platform: &str,
        value: &str,
        shown: &str,
        batch: Option<i64>,
    ) -> Result<()> {
        self.last += 1;
        let shown = (shown != value).then_some(shown);
        self.rows.add(rusqlite::params![platform, value, self.last, member, shown, batch])
    }

    /// Puts what was added into the table.
    pub fn flush(&mut self) -> Result<()> {
        self.rows.flush()
    }
}

/// Adds an identity to a member.
pub fn add(store: &Store, member: i64, identity: &Identity) -> Result<()> {
    let mut adder = Adder::new(store)?;
    adder.add(member, &identity.platform, &identity.value, &identity.shown, None)?;
    adder.flush()
}

/// Takes an identity off a person; false where the person has no such identity.
pub fn remove(store: &Store, person: i64, identity: &Identity) -> Result<bool> {
    let gone = store.conn.execute(
        "DELETE FROM identities WHERE platform = ?2 AND value = ?3
           AND member IN (SELECT id FROM members WHERE person = ?1)",
        rusqlite::params![person, identity.platform, identity.value],
    )?;
    Ok(gone > 0)
}
