//! The file: made, opened, migrated, and written in one transaction a command.

use super::{access, copies, settled};
use crate::model::digest::pseudonym;
use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags, config::DbConfig, limits::Limit};
use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// "gswl": tells our files from every other SQLite file.
const APPLICATION_ID: i64 = 0x6773_776c;
/// How long a command waits for another window's write, and after how long it says so.
pub(super) const BUSY: Duration = Duration::from_secs(15);
pub(super) const QUIET: Duration = Duration::from_secs(2);
/// No text or row is longer than this.
const LONGEST: i32 = 64 * 1024 * 1024;

/// The schema, in the order it grew. Landed files are never edited; a change is a new file.
pub(super) const SCHEMA: [&str; 15] = [
    include_str!("schema/001_people.sql"),
    include_str!("schema/002_signals.sql"),
    include_str!("schema/003_work.sql"),
    include_str!("schema/004_identities_by_value.sql"),
    include_str!("schema/005_distinctions.sql"),
    include_str!("schema/006_terms.sql"),
    include_str!("schema/007_rights.sql"),
    include_str!("schema/008_equip.sql"),
    include_str!("schema/009_share.sql"),
    include_str!("schema/010_outside_and_ties.sql"),
    include_str!("schema/011_maturity.sql"),
    include_str!("schema/012_settled.sql"),
    include_str!("schema/013_runs.sql"),
    include_str!("schema/014_union.sql"),
    include_str!("schema/015_rollups.sql"),
];

/// One thread, so no locks of SQLite's own. Another program is attached by an address that says it is only read.
pub(super) const READ_WRITE: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE
    .union(OpenFlags::SQLITE_OPEN_NO_MUTEX)
    .union(OpenFlags::SQLITE_OPEN_URI);

/// The program file cannot be used: exit code 4.
#[derive(Debug)]
pub struct Unusable {
    says: String,
    in_use: bool,
}

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.says)
    }
}

impl std::error::Error for Unusable {}

/// One open program file.
pub struct Store {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
    pub(super) writable: bool,
    /// Why it may not be written to, where it may not.
    pub(super) refuses: &'static str,
    say: Cell<fn(&str)>,
    hiding: RefCell<Option<String>>,
}

impl Store {
    /// Who is told, in words for the user, that a command has to wait.
    pub fn tell_waiting(&self, say: fn(&str)) {
        self.say.set(say);
    }

    /// From now on people are told by pseudonyms made with this key, and not by anything they are known by.
    pub fn hide_names(&self, key: &str) {
        self.hiding.replace(Some(key.into()));
    }

    /// What stands for something of someone, where names are hidden.
    pub(super) fn pseudonym(&self, kind: &str, text: &str) -> Option<String> {
        self.hiding.borrow().as_ref().map(|key| pseudonym(key, kind, text))
    }

    /// Makes a new program file, which must not exist yet, readable by its owner only. It is whole when it appears:
    /// `fill` writes what it begins with into a draft beside it, in the transaction that makes the tables.
    pub fn create(path: &Path, fill: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        let make = || {
            let draft = copies::draft(path)?;
            let conn = Connection::open_with_flags(draft.path(), READ_WRITE)?;
            conn.pragma_update(None, "application_id", APPLICATION_ID)?;
            let store = Self::prepared(conn, draft.path(), true)?;
            store.write(|| {
                store.grow(0)?;
                fill(&store)
            })?;
            Ok::<_, anyhow::Error>(draft)
        };
        copies::appear(make().with_context(|| format!("cannot make {}", path.display()))?, path, false)
    }

    /// Opens an existing program file; one of an older version is backed up beside itself and upgraded.
    pub fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        if path.is_dir() {
            return Err(unusable(format!("{shown} is a folder, not a program file")));
        }
        if std::fs::metadata(path).is_ok_and(|meta| meta.len() == 0) {
            return Err(unusable(format!("{shown} is empty: delete it and run `groundswell init`")));
        }
        let store = access::open(path)?;
        let version = store.version()?;
        if version < SCHEMA.len() {
            if !store.writable {
                return Err(unusable(format!(
                    "{shown} needs an upgrade but may not be written to: {}; copy it to a folder of your own",
                    store.refuses
                )));
            }
            store.back_up(version)?;
            store.migrate()?;
        }
        Ok(store)
    }

    /// The version of the schema; an error for a file that is not ours, or is of a later groundswell.
    pub(super) fn version(&self) -> Result<usize> {
        let shown = self.path.display();
        let kind: i64 = self
            .conn
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(|error| unreadable(error, &self.path, self.writable))?;
        if kind != APPLICATION_ID {
            return Err(unusable(format!("{shown} is a database of another program; it was left as it is")));
        }
        let version: i64 = self.conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let version = usize::try_from(version).unwrap_or(usize::MAX);
        if version > SCHEMA.len() {
            return Err(unusable(format!(
                "{shown} was made by a newer groundswell: update this one to open it"
            )));
        }
        Ok(version)
    }

    /// An error that says why, where it may not be written to.
    pub fn may_be_written(&self) -> Result<()> {
        if self.writable {
            return Ok(());
        }
        Err(unusable(format!("{} may not be written to: {}", self.path.display(), self.refuses)))
    }

    /// Whether it may be written to.
    pub fn writable(&self) -> bool {
        self.writable
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `change` in one transaction, and settles what reports read: all of it is kept, or none.
    pub fn write<T>(&self, change: impl FnOnce() -> Result<T>) -> Result<T> {
        self.may_be_written()?;
        self.begin()?;
        self.finish(change().and_then(|value| settled::refresh(self).map(|()| value)))
    }

    /// Runs `change` as [`Store::write`] does, and takes all of it back.
    pub fn rehearse<T>(&self, change: impl FnOnce() -> Result<T>) -> Result<T> {
        self.begin()?;
        let result = change();
        self.conn.execute_batch("ROLLBACK")?;
        result
    }

    /// Inside a transaction: keeps what `change` did only when it says so.
    pub fn keep_if<T>(&self, change: impl FnOnce() -> Result<(T, bool)>) -> Result<T> {
        self.conn.execute_batch("SAVEPOINT part")?;
        let (value, keep) = change()?;
        self.conn.execute_batch(if keep { "RELEASE part" } else { "ROLLBACK TO part; RELEASE part" })?;
        Ok(value)
    }

    /// As [`Store::write`] for a change that deletes from tables others point into: the references are
    /// checked once at the end, over the whole file, instead of row by row.
    pub fn write_checked_at_end<T>(&self, change: impl FnOnce() -> Result<T>) -> Result<T> {
        self.conn.pragma_update(None, "foreign_keys", false)?;
        let result = self.write(|| {
            let value = change()?;
            let broken: i64 =
                self.conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
            anyhow::ensure!(
                broken == 0,
                "{broken} rows would be left pointing at nothing; nothing was changed"
            );
            Ok(value)
        });
        self.conn.pragma_update(None, "foreign_keys", true)?;
        result
    }

    /// Begins to write, when no other window does. Waiting is bounded, and said.
    fn begin(&self) -> Result<()> {
        let begin = || self.conn.execute_batch("BEGIN IMMEDIATE");
        self.conn.busy_timeout(QUIET)?;
        let mut result = begin();
        if result.as_ref().is_err_and(is_busy) {
            (self.say.get())(&format!(
                "Another window is using {}: waiting for it, {} seconds at most (Ctrl-C ends the waiting).",
                self.path.display(),
                BUSY.as_secs()
            ));
            self.conn.busy_timeout(BUSY.saturating_sub(QUIET))?;
            result = begin();
        }
        self.conn.busy_timeout(BUSY)?;
        result.map_err(|error| busy(error, &self.path))
    }

    /// Runs a load around [`Store::write`] or [`Store::rehearse`]. A load points rows only at rows it has found or
    /// made, and its words come from enumerations, so SQLite need not check each of them (a list of three words
    /// is a table made anew for every row); builds with assertions check all of them afterwards.
    pub fn load<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.conn.execute_batch(
            "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA cache_size = -16384;",
        )?;
        self.write_once_where_nobody_reads()?;
        let result = work();
        self.conn.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA ignore_check_constraints = OFF; PRAGMA cache_size = -2048;",
        )?;
        // Where someone reads just now, whoever opens the file next does it.
        let _ = self.conn.pragma_update(None, "journal_mode", "WAL");
        #[cfg(debug_assertions)]
        {
            let sql = "SELECT count(*) FROM pragma_foreign_key_check";
            let broken: i64 = self.conn.query_row(sql, [], |row| row.get(0))?;
            assert_eq!(broken, 0, "a load left rows that point at nothing");
            let sound: String = self.conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
            assert_eq!(sound, "ok", "a load left rows that break a rule of their table");
        }
        result
    }

    /// A write-ahead log lets others read while one writes, and has everything written twice. A program that
    /// nothing was imported into yet has nothing to read, so its first load keeps only what it changes, to roll
    /// back. Where another window has the file open, it stays as it is.
    fn write_once_where_nobody_reads(&self) -> Result<()> {
        let empty: bool =
            self.conn.query_row("SELECT NOT EXISTS (SELECT 1 FROM batches)", [], |row| row.get(0))?;
        if empty && self.writable {
            self.conn.busy_timeout(Duration::ZERO)?;
            let _ = self.conn.pragma_update(None, "journal_mode", "DELETE");
            self.conn.busy_timeout(BUSY)?;
        }
        Ok(())
    }

    fn finish<T>(&self, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) => {
                self.conn
                    .execute_batch("COMMIT")
                    .context("the change could not be saved; nothing was changed")?;
                Ok(value)
            }
            Err(error) => {
                // A full disk may have rolled back already; the first error is the one to report.
                let _ = self.conn.execute_batch("ROLLBACK");
                Err(error)
            }
        }
    }

    pub(super) fn prepared(conn: Connection, path: &Path, writable: bool) -> Result<Self> {
        conn.busy_timeout(BUSY)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
        // A statement is planned once, whatever values it is given: else some are planned anew for every row.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
        conn.set_prepared_statement_cache_capacity(128);
        let settings = if writable {
            "PRAGMA cell_size_check = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
        } else {
            "PRAGMA cell_size_check = ON; PRAGMA query_only = ON;"
        };
        conn.execute_batch(settings).map_err(|error| unreadable(error, path, writable))?;
        Ok(Self {
            conn,
            path: path.to_path_buf(),
            writable,
            refuses: "it is read-only",
            say: Cell::new(|_| {}),
            hiding: RefCell::new(None),
        })
    }

    /// Upgrades the file, unless another window just did.
    pub(super) fn migrate(&self) -> Result<()> {
        self.write(|| self.grow(self.version()?))
    }

    /// Brings the schema from a version to ours, inside a transaction.
    pub(super) fn grow(&self, version: usize) -> Result<()> {
        for (index, step) in SCHEMA.iter().enumerate().skip(version) {
            self.conn.execute_batch(step).with_context(|| format!("schema step {}", index + 1))?;
        }
        self.conn.pragma_update(None, "user_version", SCHEMA.len() as i64)?;
        Ok(())
    }
}

impl Drop for Store {
    /// Leaves one whole file behind, without a journal at its side. What fails here was already committed.
    fn drop(&mut self) {
        if self.writable {
            // Whoever still uses the file does it when they are done.
            let _ = self.conn.busy_timeout(Duration::ZERO);
            let _ = self.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }
}

/// To read only: `how` is `immutable=1` for a file that nobody writes to, else `mode=ro`.
pub(super) fn open_to_read(path: &Path, how: &str) -> Result<Store> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(uri(path, how), flags)
        .map_err(|error| unusable(format!("{} cannot be opened: {error}", path.display())))?;
    Store::prepared(conn, path, false)
}

/// The address of a file, with how it is opened.
pub(super) fn uri(path: &Path, how: &str) -> String {
    let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{name}?{how}")
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

pub(super) fn busy(error: rusqlite::Error, path: &Path) -> anyhow::Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => still_in_use(path),
        Some(rusqlite::ErrorCode::ReadOnly) => unusable(format!("{} may not be written to", path.display())),
        _ => error.into(),
    }
}

/// Why a file cannot be read, in words: it is no program file any more, or something is in the way.
fn unreadable(error: rusqlite::Error, path: &Path, is_program: bool) -> anyhow::Error {
    let shown = path.display();
    if is_busy(&error) {
        return still_in_use(path);
    }
    if access::no_journal(&error).is_some() {
        return anyhow::Error::from(error).context(format!("cannot open {shown}"));
    }
    unusable(format!("{shown} cannot be read as a program file ({error}){}", back(is_program)))
}

/// The way back from a program that cannot be read; of a copy there is none.
fn back(is_program: bool) -> &'static str {
    if is_program { "; if it is yours, bring a backup back: groundswell restore BACKUP" } else { "" }
}

/// Another window did not let go of the file in time.
pub(super) fn still_in_use(path: &Path) -> anyhow::Error {
    let says = format!(
        "another window has been using {} for {} seconds; nothing was changed: try again when it is done",
        path.display(),
        BUSY.as_secs()
    );
    Unusable { says, in_use: true }.into()
}

/// Whether an error says that another window uses the file.
pub fn in_use(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Unusable>().is_some_and(|unusable| unusable.in_use)
}

/// That a program's file cannot be used.
pub fn unusable(text: String) -> anyhow::Error {
    Unusable { says: text, in_use: false }.into()
}
