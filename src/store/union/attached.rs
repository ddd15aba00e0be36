//! The other program's file: opened to be read, never changed, and attached while it is taken in.

use crate::store::Store;
use crate::store::copies::{self, Draft};
use crate::store::open::{unusable, uri};
use crate::store::settings as kept;
use anyhow::Result;
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Another program, as it stands or as a copy of it that may be changed.
pub struct Other {
    /// What it holds.
    pub store: Store,
    path: PathBuf,
    /// How it was when it was opened; nothing of a copy.
    was: Option<(u64, String)>,
    copy: Option<Draft>,
}

impl Other {
    /// Opens a program of this version or an older one, and reads through its pages. An older one is read as a copy beside
    /// `beside` that is upgraded, and so is one with a journal of its own: then reading it leaves nothing beside it.
    pub fn open(path: &Path, beside: &Path) -> Result<Self> {
        let shown = path.display();
        if path.is_dir() {
            return Err(unusable(format!("{shown} is a folder, not a program file; nothing was changed")));
        }
        if !path.is_file() {
            return Err(unusable(format!(
                "there is no program at {shown}; nothing was changed (two members are made one with `groundswell member merge`)"
            )));
        }
        if std::fs::metadata(path).is_ok_and(|meta| meta.len() == 0) {
            return Err(unusable(format!("{shown} is empty: have it sent again; nothing was changed")));
        }
        let store = Store::inspect_pages(path)?;
        let is_old = Store::glance(path).is_none();
        let journal = copies::has_journal(path);
        let other = Self { store, path: path.to_path_buf(), was: state(path), copy: None };
        if is_old || journal { other.copied(beside) } else { Ok(other) }
    }

    /// The same program as a copy of its own, of today's version.
    pub fn copied(self, beside: &Path) -> Result<Self> {
        let (draft, store) = self.store.upgraded_beside(beside)?;
        Ok(Self { path: store.path().to_path_buf(), store, was: None, copy: Some(draft) })
    }

    /// Whether it may be changed.
    pub fn is_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// Ends the reading of it by itself, so that it can be attached.
    pub fn closed(self) -> Closed {
        let Self { store, path, was, copy } = self;
        drop(store);
        Closed { path, was, copy }
    }
}

/// Another program that nobody reads just now.
pub struct Closed {
    path: PathBuf,
    was: Option<(u64, String)>,
    copy: Option<Draft>,
}

/// How long a file is, and when it was written, in words.
fn state(path: &Path) -> Option<(u64, String)> {
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.len(), format!("{:?}", meta.modified().ok()?)))
}

/// The other program beside this one's tables, as `other`, until this is dropped.
pub struct Attached<'a> {
    store: &'a Store,
    other: Closed,
}

impl<'a> Attached<'a> {
    /// Attaches it.
    pub fn new(store: &'a Store, other: Closed) -> Result<Self> {
        store.conn.execute("ATTACH ?1 AS other", params![uri(&other.path, "immutable=1")])?;
        store.conn.execute_batch("PRAGMA other.cache_size = -16384; PRAGMA temp.cache_size = -16384;")?;
        Ok(Self { store, other })
    }

    /// An error where its file is another one by now: what was read of it may be half of this and half of that.
    pub fn is_unchanged(&self) -> Result<()> {
        let path = &self.other.path;
        if self.other.was.is_some() && (self.other.was != state(path) || copies::has_journal(path)) {
            anyhow::bail!(
                "another window changed {} meanwhile; nothing was changed here: run it again when that is done",
                path.display()
            );
        }
        Ok(())
    }
}

impl Drop for Attached<'_> {
    fn drop(&mut self) {
        // What it read was committed or rolled back before.
        let _ = self.store.conn.execute_batch("DETACH other");
        let _ = self.other.copy.take();
    }
}

/// A setting in which two programs differ: its name, what it is here, what it is there.
pub type Setting = (String, Option<String>, Option<String>);

/// The settings in which two programs differ, by name. Keys are not told.
pub fn settings(store: &Store, other: &Other) -> Result<Vec<Setting>> {
    let all = |store: &Store| -> Result<BTreeMap<String, String>> {
        let mut query = store
            .conn
            .prepare("SELECT name, value FROM settings WHERE name NOT IN ('secret', 'erasure_key', 'day')")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let (here, there) = (all(store)?, all(&other.store)?);
    let names: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
    let both =
        names.into_iter().map(|name| (name.clone(), here.get(name).cloned(), there.get(name).cloned()));
    Ok(both.filter(|(_, here, there)| here != there).collect())
}

/// The zones in which two programs count days, where they are not the same.
pub fn zones(store: &Store, other: &Other) -> Result<Option<(String, String)>> {
    let zone = |store| kept::read(store, "timezone").map(|zone| zone.unwrap_or_else(|| "UTC".into()));
    let (here, there) = (zone(store)?, zone(&other.store)?);
    Ok((here != there).then_some((here, there)))
}
