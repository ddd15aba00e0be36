//! Whole copies of the file: made before an upgrade and where the user says, read through before one is put back.

use super::open::{
    BUSY, QUIET, READ_WRITE, SCHEMA, Store, busy, is_busy, open_to_read, still_in_use, unusable,
};
use super::settings;
use anyhow::{Context, Result};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Stands in the names of all copies that the program makes beside its file.
const MARK: &str = "backup";

impl Store {
    /// Opens a file to read what it holds as it stands, without a word, a wait or an upgrade: nothing where it is
    /// no program file of this version.
    pub fn glance(path: &Path) -> Option<Self> {
        let store = as_it_stands(path).ok()?;
        store.version().is_ok_and(|version| version == SCHEMA.len()).then_some(store)
    }

    /// Opens a copy, of this version or an older one, and reads all of it: an error where a page, an index or a
    /// reference is broken.
    pub fn inspect(path: &Path) -> Result<Self> {
        let store = Self::read_through(path, "integrity_check", ANOTHER)?;
        let broken: i64 =
            store.conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
        if broken > 0 {
            return Err(damaged(path, &format!("{broken} rows point at nothing"), ANOTHER));
        }
        Ok(store)
    }

    /// The same without what takes longest, comparing every index and every reference: an error where a page is broken.
    pub fn inspect_pages(path: &Path) -> Result<Self> {
        Self::read_through(path, "quick_check", "have it sent again, as `groundswell backup` makes it")
    }

    fn read_through(path: &Path, check: &str, todo: &str) -> Result<Self> {
        let shown = path.display();
        if !path.is_file() {
            return Err(unusable(format!("there is no file at {shown}; nothing was changed")));
        }
        let store = as_it_stands(path)?;
        store.version()?;
        // Indexes and references are looked up in any order: a cache that holds some of them spares reading pages again.
        store.conn.pragma_update(None, "cache_size", -65_536)?;
        let sound: rusqlite::Result<String> =
            store.conn.query_row(&format!("PRAGMA {check}(1)"), [], |row| row.get(0));
        match sound {
            Ok(word) if word == "ok" => Ok(store),
            Ok(found) => Err(damaged(path, &found.lines().next_back().unwrap_or_default(), todo)),
            Err(error) => Err(damaged(path, &error, todo)),
        }
    }

    /// A copy of this file beside `target`, of our version, that is a file only while it is held.
    pub fn upgraded_beside(&self, target: &Path) -> Result<(Draft, Self)> {
        let file = self.drafted(target)?;
        let conn = Connection::open_with_flags(file.path(), READ_WRITE)?;
        let store = Self::prepared(conn, file.path(), true)?;
        store.migrate()?;
        Ok((Draft(file), store))
    }

    /// Writes a whole copy, as the file is at this moment, and reads it through. What stands at `target` is replaced.
    pub fn copy_to(&self, target: &Path) -> Result<()> {
        let draft = self.drafted(target)?;
        Self::inspect(draft.path())?;
        appear(draft, target, true)
    }

    /// A copy beside the file for an upgrade, named after the version it has. Where another window upgrades the file
    /// meanwhile, it has made that copy.
    pub(super) fn back_up(&self, version: usize) -> Result<()> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let target = self.path.with_file_name(format!("{name}.v{version}.{MARK}"));
        let copy = || {
            let draft = self.drafted(&target)?;
            let same = as_it_stands(draft.path())?.version()? == version;
            if same { appear(draft, &target, true) } else { Ok(()) }
        };
        copy()
            .with_context(|| format!("cannot back up to {}; the program was not upgraded", target.display()))
    }

    fn drafted(&self, target: &Path) -> Result<NamedTempFile> {
        let cannot = || format!("cannot write {}", target.display());
        let draft = draft(target).with_context(|| {
            format!("{}: is {} a folder you may write to?", cannot(), folder(target).display())
        })?;
        // Of a file that may only be read, a copy may still be written.
        self.conn.pragma_update(None, "query_only", false)?;
        let copied = self.conn.execute("VACUUM INTO ?1", [draft.path().to_string_lossy()]);
        self.conn.pragma_update(None, "query_only", !self.writable)?;
        copied.with_context(cannot)?;
        Ok(draft)
    }

    /// Puts another program in the place of this one, in one transaction: who reads meanwhile reads the old one, and
    /// a crash leaves the old one or the new.
    pub fn replace_by(&self, draft: &Draft) -> Result<()> {
        let source = as_it_stands(draft.0.path())?;
        let mut file = Connection::open_with_flags(&self.path, READ_WRITE)?;
        file.busy_timeout(BUSY)?;
        let copy = Backup::new(&source.conn, &mut file)?;
        let step = copy.step(-1).map_err(|error| busy(error, &self.path))?;
        if step == StepResult::Done {
            return Ok(());
        }
        Err(still_in_use(&self.path))
    }

    /// Writes the file anew and empties its journal, so that nothing is left of rows that were deleted; false where
    /// another window still reads the file as it was.
    pub fn scrub(&self) -> Result<bool> {
        let empty = || self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        self.conn.busy_timeout(QUIET)?;
        match self.conn.execute_batch("VACUUM").and_then(|()| empty()) {
            Ok(busy) => Ok(busy == 0),
            Err(error) if is_busy(&error) => Ok(false),
            Err(error) => Err(anyhow::Error::from(error)
                .context("the rows are gone, but the file could not be written anew")),
        }
    }

    /// The copies of itself that the program made beside the file, by name; those that were cut off end in `.part`.
    pub fn backups(&self) -> Result<Vec<PathBuf>> {
        let start = format!("{}.", self.path.file_name().unwrap_or_default().to_string_lossy());
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder(&self.path))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.strip_prefix(&start).is_some_and(|rest| rest.contains(MARK)) {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }

    /// Every copy of this program that it made and that is still there: those beside the file, and those elsewhere
    /// that the log knows of.
    pub fn copies(&self) -> Result<Vec<PathBuf>> {
        let mut found = self.backups()?;
        let secret = settings::read(self, "secret")?;
        let mut query = self
            .conn
            .prepare("SELECT DISTINCT after FROM log WHERE command = 'backup' AND after IS NOT NULL")?;
        for path in query.query_map([], |row| row.get::<_, String>(0))? {
            let path = PathBuf::from(path?);
            let ours = || settings::read(&as_it_stands(&path).ok()?, "secret").ok().flatten();
            if path.is_file() && ours() == secret && !found.iter().any(|known| same(known, &path)) {
                found.push(path);
            }
        }
        Ok(found)
    }
}

/// What to do about a backup that is damaged.
const ANOTHER: &str = "take another backup";

fn damaged(path: &Path, what: &dyn std::fmt::Display, todo: &str) -> anyhow::Error {
    unusable(format!("{} is damaged ({what}) and nothing was changed: {todo}", path.display()))
}

/// Whether something that belongs to a file is not in it yet: a journal stands beside it.
pub(super) fn has_journal(path: &Path) -> bool {
    let beside = |end: &str| std::fs::metadata(format!("{}{end}", path.to_string_lossy()));
    beside("-wal").is_ok() || beside("-journal").is_ok_and(|meta| meta.len() > 0)
}

/// Whether two paths lead to one file.
pub fn same(one: &Path, other: &Path) -> bool {
    matches!((std::fs::canonicalize(one), std::fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// A copy that is not in its place yet; it goes away unless it gets there.
pub struct Draft(NamedTempFile);

impl Draft {
    /// Reads it through once more.
    pub fn checked(self) -> Result<Self> {
        Store::inspect(self.0.path())?;
        Ok(self)
    }

    /// Gives it its place, where nothing may stand.
    pub fn appear(self, target: &Path) -> Result<()> {
        appear(self.checked()?.0, target, false)
    }
}

/// Moves a file that is no program any more out of the way of one that is put back; its journals go with it.
pub fn set_aside(path: &Path, aside: &Path) -> Result<()> {
    for end in ["-wal", "-journal", ""] {
        let of = |path: &Path| PathBuf::from(format!("{}{end}", path.to_string_lossy()));
        if of(path).exists() {
            std::fs::rename(of(path), of(aside))
                .with_context(|| format!("cannot move {} out of the way", path.display()))?;
        }
    }
    let _ = std::fs::remove_file(format!("{}-shm", path.to_string_lossy()));
    Ok(())
}

/// An empty file beside `target`, its owner's only, that goes away unless it appears.
pub(super) fn draft(target: &Path) -> Result<NamedTempFile> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mark = if name.contains(MARK) { String::new() } else { format!(".{MARK}") };
    Ok(tempfile::Builder::new()
        .prefix(&format!("{name}{mark}."))
        .suffix(".part")
        .tempfile_in(folder(target))
        .map_err(|error| std::io::Error::from(error.kind()))?)
}

/// Gives a draft its name, once all of it is on the disk.
pub(super) fn appear(draft: NamedTempFile, target: &Path, replace: bool) -> Result<()> {
    draft.as_file().sync_all().with_context(|| format!("cannot write {}", target.display()))?;
    let named = if replace { draft.persist(target) } else { draft.persist_noclobber(target) };
    if let Err(error) = named {
        if error.error.kind() == std::io::ErrorKind::AlreadyExists {
            anyhow::bail!("{} is there already; nothing was changed", target.display());
        }
        let error = std::io::Error::from(error.error.kind());
        return Err(anyhow::Error::from(error).context(format!("cannot write {}", target.display())));
    }
    // A system that cannot do this for folders writes names down in time by itself.
    let _ = std::fs::File::open(folder(target)).and_then(|folder| folder.sync_all());
    Ok(())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// To read: with what its journal holds where it has one, else as a file that nobody writes to, so that none is made.
fn as_it_stands(path: &Path) -> Result<Store> {
    let how = if has_journal(path) { "mode=ro" } else { "immutable=1" };
    open_to_read(path, how)
}
