//! Who is who: identities, looked up in bulk.

use super::Store;
use crate::model::identity::Identity;
use anyhow::Result;
use rusqlite::Statement;
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

/// Adds identities; one for a whole load.
pub struct Adder<'a>(Statement<'a>);

impl<'a> Adder<'a> {
    /// Ready to add.
    pub fn new(store: &'a Store) -> Result<Self> {
        Ok(Self(store.conn.prepare(
            "INSERT INTO identities (member, platform, value, shown, batch) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?))
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
        self.0.execute(rusqlite::params![member, platform, value, shown, batch])?;
        Ok(())
    }
}

/// Adds an identity to a member.
pub fn add(store: &Store, member: i64, identity: &Identity) -> Result<()> {
    Adder::new(store)?.add(member, &identity.platform, &identity.value, &identity.shown, None)
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

/// Notes that a later batch named identities that were known.
pub fn sight(store: &Store, identities: &[i64], batch: i64) -> Result<()> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO sightings (identity, batch) SELECT id, ?2 FROM identities
         WHERE id = ?1 AND batch <> ?2 ON CONFLICT DO NOTHING",
    )?;
    for identity in identities {
        insert.execute([*identity, batch])?;
    }
    Ok(())
}
