//! What stays of who was erased: keyed hashes, so that importing the same file again does not bring them back.
//!
//! Whoever has the file has the key too, and can ask of an address whether it was erased; nobody can read an
//! address out of it.

use super::keys::Table;
use super::{Store, settings};
use crate::model::digest::{hex, keyed};
use crate::model::identity::Identity;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashSet};

/// The setting that holds the key; behind it, parted by blanks, those of programs that were merged into this one.
pub(super) const KEY: &str = "erasure_key";
/// Bytes of a hash that are kept: of a billion no two are likely to be alike.
const KEPT: usize = 16;

/// Something of someone by which a file could bring them back.
#[derive(Debug, Clone, Copy)]
pub enum Trace<'a> {
    /// An address or a handle: platform, value.
    Identity(&'a str, &'a str),
    /// A link of theirs, by its address.
    Link(&'a str),
    /// A discount code of theirs.
    Code(&'a str),
    /// A record about them: the number of its table, and its natural key.
    Row(i64, &'a [u8]),
}

impl Trace<'_> {
    fn hash(self, key: &str) -> Vec<u8> {
        let text = match self {
            Self::Identity(platform, value) => format!("identity\n{platform}\n{value}"),
            Self::Link(address) => format!("link\n{address}"),
            Self::Code(code) => format!("code\n{code}"),
            Self::Row(kind, key) => format!("row\n{kind}\n{}", hex(key)),
        };
        keyed(key, &text)[..KEPT].to_vec()
    }
}

/// Every key that hashes of this file were made with, its own first; none before anyone was erased.
pub(super) fn keys(store: &Store) -> Result<Vec<String>> {
    let keys = settings::read(store, KEY)?.unwrap_or_default();
    Ok(keys.split_whitespace().map(str::to_string).collect())
}

/// The key, made from the system's random source when it is first needed.
pub fn key(store: &Store) -> Result<String> {
    if let Some(key) = keys(store)?.into_iter().next() {
        return Ok(key);
    }
    let key = settings::random_secret(store)?;
    settings::set(store, KEY, &key)?;
    Ok(key)
}

/// What the key is called in a certificate: nothing of the key can be read from it.
pub fn key_id(key: &str) -> String {
    hex(&keyed(key, "the key's name")[..4])
}

/// Remembers that a trace was erased.
pub fn add(store: &Store, key: &str, trace: Trace, day: Day) -> Result<()> {
    let mut insert = store
        .conn
        .prepare_cached("INSERT INTO erasures (hash, day) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING")?;
    insert.execute(params![trace.hash(key), day.0])?;
    Ok(())
}

/// The day an address or handle was erased.
pub fn day_of(store: &Store, identity: &Identity) -> Result<Option<Day>> {
    let mut query = store.conn.prepare_cached("SELECT day FROM erasures WHERE hash = ?1")?;
    for key in keys(store)? {
        let hash = Trace::Identity(&identity.platform, &identity.value).hash(&key);
        let day = query.query_row([hash], |row| Ok(Day(row.get(0)?))).optional()?;
        if day.is_some() {
            return Ok(day);
        }
    }
    Ok(None)
}

/// Has another file of the same program know whom this one has erased: the key, and the people of whom something in it
/// was erased here. Nothing where nobody was, or where it is another program's file.
pub fn carry(store: &Store, other: &Store) -> Result<Option<(String, Vec<i64>)>> {
    let secret = |store: &Store| settings::read(store, "secret");
    let all = keys(store)?;
    let Some(key) = all.first().cloned() else { return Ok(None) };
    if secret(store)? != secret(other)? {
        return Ok(None);
    }
    settings::set(other, KEY, &all.join(" "))?;
    let mut rows = store.conn.prepare("SELECT hash, day FROM erasures")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        other.conn.execute(
            "INSERT INTO erasures (hash, day) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING",
            params![row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?],
        )?;
    }
    Ok(Some((key, known(&Erased::load(store)?, other)?)))
}

/// The people of a program of whom something was erased elsewhere.
pub(super) fn known(erased: &Erased, other: &Store) -> Result<Vec<i64>> {
    let mut people = BTreeSet::new();
    if erased.hashes.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = other.conn.prepare(
        "SELECT i.platform, i.value, m.person FROM identities i JOIN members m ON m.id = i.member",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if erased.has(Trace::Identity(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?)) {
            people.insert(row.get(2)?);
        }
    }
    // Who signed up without an address is known by the row only.
    let mut query = other.conn.prepare(
        "SELECT k.key, m.person FROM row_keys k JOIN signups s ON s.id = k.record JOIN members m ON m.id = s.member
         WHERE k.kind = ?1",
    )?;
    let mut rows = query.query([Table::Signups as i64])?;
    while let Some(row) = rows.next()? {
        if erased.has(Trace::Row(Table::Signups as i64, row.get_ref(0)?.as_blob()?)) {
            people.insert(row.get(1)?);
        }
    }
    Ok(people.into_iter().collect())
}

/// Forgets that an address or handle was erased: they are here again and know it.
pub fn forget(store: &Store, identity: &Identity) -> Result<()> {
    for key in keys(store)? {
        let hash = Trace::Identity(&identity.platform, &identity.value).hash(&key);
        store.conn.execute("DELETE FROM erasures WHERE hash = ?1", [hash])?;
    }
    Ok(())
}

/// Everything that was erased, while a file is read.
#[derive(Debug, Default)]
pub struct Erased {
    keys: Vec<String>,
    hashes: HashSet<Vec<u8>>,
}

impl Erased {
    /// Reads all of it; in most programs nothing.
    pub fn load(store: &Store) -> Result<Self> {
        let keys = keys(store)?;
        let mut query = store.conn.prepare("SELECT hash FROM erasures")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(Self { keys, hashes: rows.collect::<Result<_, _>>()? })
    }

    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether a trace was erased.
    pub fn has(&self, trace: Trace) -> bool {
        !self.hashes.is_empty() && self.keys.iter().any(|key| self.hashes.contains(&trace.hash(key)))
    }

    /// Whether someone known by this was erased.
    pub fn has_identity(&self, identity: &Identity) -> bool {
        self.has(Trace::Identity(&identity.platform, &identity.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_told_apart_and_need_the_key() {
        let traces = [
            Trace::Identity("x", "ana"),
            Trace::Identity("email", "ana"),
            Trace::Link("ana"),
            Trace::Code("ana"),
            Trace::Row(1, b"ana"),
            Trace::Row(2, b"ana"),
        ];
        let all: HashSet<Vec<u8>> = traces.iter().map(|trace| trace.hash("key")).collect();
        assert_eq!(all.len(), traces.len());
        assert_ne!(Trace::Code("ana").hash("key"), Trace::Code("ana").hash("other"));
        assert_ne!(key_id("key"), key_id("other"));
    }
}
