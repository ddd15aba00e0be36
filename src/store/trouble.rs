//! What an error of SQLite means to whoever has the file.

use rusqlite::ErrorCode;

/// What is wrong with the disk or the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// There is no room.
    Full,
    /// It did not take or give what it should.
    Disk,
    /// Pages of the file cannot be read.
    Damage,
}

impl Trouble {
    /// The trouble an error comes from.
    pub fn of(error: &anyhow::Error) -> Option<Self> {
        let causes = error.chain().filter_map(|cause| cause.downcast_ref::<rusqlite::Error>());
        causes.filter_map(rusqlite::Error::sqlite_error_code).find_map(|code| match code {
            ErrorCode::DiskFull => Some(Self::Full),
            ErrorCode::SystemIoFailure => Some(Self::Disk),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some(Self::Damage),
            _ => None,
        })
    }
}
