//! Who was erased in either program stays erased in both.
//!
//! What stays of them are hashes keyed by a secret of the file. Nothing can be read out of those of the other file, but what
//! this one knows people by can be hashed by the other's key, and the other's people by this one's.

use super::attached::Other;
use crate::model::time::Day;
use crate::store::erasures::{self, Erased};
use crate::store::{Store, erase as erasing, held, settings};
use anyhow::Result;

/// Who is to be gone, by the number of the person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// People of this program whom the other has erased.
    pub here: Vec<i64>,
    /// People of the other program whom this one has erased.
    pub there: Vec<i64>,
}

/// Whom either program has erased, and the other still knows.
pub fn forgotten(store: &Store, other: &Other) -> Result<Forgotten> {
    Ok(Forgotten {
        here: erasures::known(&Erased::load(&other.store)?, store)?,
        there: erasures::known(&Erased::load(store)?, &other.store)?,
    })
}

/// Erases from the copy of the other program whom this one has erased.
pub fn forget_there(store: &Store, other: &Other, people: &[i64], day: Day) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let key = erasures::key(store)?;
    other.store.write(|| people.iter().try_for_each(|person| erase_one(&other.store, *person, &key, day)))
}

fn erase_one(store: &Store, person: i64, key: &str, day: Day) -> Result<()> {
    let words = erasing::words(store, person)?;
    erasing::erase(store, person, &words, key, day).map(drop)
}

/// Erases here whom the other program has erased, and keeps its hashes with the key they were made with; returns the
/// highest number each of them had. Run inside [`Store::write`], with the other program attached.
pub fn erase(store: &Store, people: &[i64], day: Day) -> Result<Vec<i64>> {
    let mut highest = Vec::new();
    if !people.is_empty() {
        let key = erasures::key(store)?;
        for person in people {
            highest.extend(held::rows_of(store, *person)?.into_iter().max());
            erase_one(store, *person, &key, day)?;
        }
    }
    store.conn.execute(
        "INSERT OR IGNORE INTO main.erasures (hash, day) SELECT hash, day FROM other.erasures",
        [],
    )?;
    let theirs = store.conn.query_row(
        "SELECT (SELECT value FROM other.settings WHERE name = ?1)",
        [erasures::KEY],
        |row| row.get::<_, Option<String>>(0),
    )?;
    let mut keys = erasures::keys(store)?;
    let known = keys.len();
    for key in theirs.iter().flat_map(|keys| keys.split_whitespace()) {
        if !keys.iter().any(|known| known == key) {
            keys.push(key.into());
        }
    }
    if keys.len() > known {
        settings::set(store, erasures::KEY, &keys.join(" "))?;
    }
    Ok(highest)
}
