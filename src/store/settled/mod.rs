//! What reports ask of the heavy tables, settled beside them: contributions of advocates, who clicked which link, and in short
//! what everyone did and clicked.
//!
//! [`refresh`] ends every change to the file. It reads the rows that came since the last one; where rows went or changed
//! (triggers of the schema notice) it makes everything anew. Readers need not trust it: what is behind they add from the
//! heavy tables themselves.

pub mod acts;
pub mod all_acts;
pub mod clicks;
pub mod doubles;
mod runs;
pub mod touches;
mod visits;

use super::Store;
use anyhow::Result;
use rusqlite::params;

/// What is settled.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Acts,
    Clicks,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Acts => "acts",
            Self::Clicks => "clicks",
        }
    }

    /// The heavy table.
    fn table(self) -> &'static str {
        match self {
            Self::Acts => "activities",
            Self::Clicks => "clicks",
        }
    }

    /// The last row that is settled; below 0 where it has to be made anew.
    fn until(self, store: &Store) -> Result<i64> {
        let sql = "SELECT until FROM settled WHERE kind = ?1";
        Ok(store.conn.query_row(sql, [self.name()], |row| row.get(0))?)
    }

    fn set(self, store: &Store, until: i64) -> Result<()> {
        store.conn.execute("UPDATE settled SET until = ?2 WHERE kind = ?1", params![self.name(), until])?;
        Ok(())
    }

    /// The last row there is.
    fn last(self, store: &Store) -> Result<i64> {
        super::rows::last(store, self.table())
    }
}

/// Brings everything up to date, inside the transaction that changed something.
pub(super) fn refresh(store: &Store) -> Result<()> {
    acts::refresh(store)?;
    doubles::refresh(store)?;
    clicks::refresh(store)
}

/// How much of what is settled is not what the heavy tables say, by table, where anything is.
pub fn apart(store: &Store) -> Result<Vec<(String, i64)>> {
    let found = [
        ("settled_acts", acts::apart(store)?),
        ("settled_clicks", clicks::apart(store)?),
        ("settled_doubles", doubles::apart(store)?),
        ("settled_runs", all_acts::apart(store)? + touches::apart(store)?),
    ];
    Ok(found.into_iter().filter(|(_, rows)| *rows > 0).map(|(table, rows)| (table.into(), rows)).collect())
}
