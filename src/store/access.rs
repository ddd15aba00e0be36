//! How a file may be opened: to be written to, or only as it stands.

use super::open::{READ_WRITE, Store, open_to_read, unusable, uri};
use anyhow::Result;
use rusqlite::Connection;
use rusqlite::ErrorCode::{CannotOpen, DiskFull, ReadOnly, SystemIoFailure};
use std::path::Path;

/// Read-write where that is allowed; on a read-only disk, and where no journal can be made beside it, the file is read as
/// it stands.
pub fn open(path: &Path) -> Result<Store> {
    let shown = path.display();
    match std::fs::OpenOptions::new().append(true).open(path) {
        Ok(_) => {
            let opened =
                Store::prepared(Connection::open_with_flags(uri(path, "mode=rw"), READ_WRITE)?, path, true);
            let refuses = opened.as_ref().err().and_then(|error| no_journal(error.downcast_ref()?));
            let Some(refuses) = refuses else { return opened };
            let mut store = as_it_stands(path)?;
            store.refuses = refuses;
            Ok(store)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(unusable(format!(
            "there is no program at {shown}: make one with `groundswell init`, look at one with `groundswell demo`, or name yours with --db FILE"
        ))),
        Err(_) => as_it_stands(path),
    }
}

/// To read a file once more that is open already, by someone who may write to it or not.
pub fn open_again(path: &Path, writable: bool) -> Result<Store> {
    if writable { open_to_read(path, "mode=ro") } else { as_it_stands(path) }
}

/// To read, with what its journal holds. An empty one is what an attempt to write left behind.
fn as_it_stands(path: &Path) -> Result<Store> {
    let holds = |end: &str| {
        std::fs::metadata(format!("{}{end}", path.to_string_lossy())).is_ok_and(|meta| meta.len() > 0)
    };
    let how = if holds("-wal") || holds("-journal") { "mode=ro" } else { "immutable=1" };
    open_to_read(path, how)
}

/// Why no journal can be made beside a sound file, if that is what an error says.
pub fn no_journal(error: &rusqlite::Error) -> Option<&'static str> {
    match error.sqlite_error_code()? {
        ReadOnly | CannotOpen => Some("its folder is read-only"),
        DiskFull | SystemIoFailure => Some("the disk has no room for its journal, or fails"),
        _ => None,
    }
}
