//! Contributions as the amplify step sees them: by row, by address, and those that wait for a reaction.

use super::works::mine;
use super::{Store, stages};
use crate::model::record::CONTRIBUTIONS;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};
use std::collections::{BTreeMap, BTreeSet};

/// One contribution.
#[derive(Debug, Clone)]
pub struct Contribution {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// What.
    pub kind: String,
    /// Where.
    pub platform: String,
    /// Its title.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// When.
    pub at: Instant,
    /// The day of it.
    pub day: Day,
}

const COLUMNS: &str = "a.id, c.person, a.kind, a.platform, a.title, a.url, a.at, a.day";

fn read(row: &Row) -> rusqlite::Result<Contribution> {
    Ok(Contribution {
        id: row.get(0)?,
        person: row.get(1)?,
        kind: row.get(2)?,
        platform: row.get(3)?,
        title: row.get(4)?,
        url: row.get(5)?,
        at: Instant(row.get(6)?),
        day: Day(row.get(7)?),
    })
}

/// The kinds of contributions as an SQL list.
pub(super) fn kinds() -> String {
    CONTRIBUTIONS.map(|kind| format!("'{kind}'")).join(", ")
}

/// Those who are advocates on day ?1, with the day they joined.
pub(super) fn advocates() -> String {
    format!(
        "advocates AS (SELECT person, joined FROM ({}) WHERE stage IN ('active', 'on-hold'))",
        stages::JOINED
    )
}

/// A contribution by its row, known on a day; staff's and bots' are not.
pub fn find(store: &Store, id: i64, as_of: Day) -> Result<Option<Contribution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM activities a JOIN counted c ON c.member = a.member
         WHERE a.id = ?1 AND a.day <= ?2 AND a.kind IN ({})",
        kinds()
    );
    Ok(store.conn.query_row(&sql, params![id, as_of.0], read).optional()?)
}

/// Every contribution with an address, of whatever day, in order of row: its row and its address. (A like has the
/// address of what was liked.)
pub fn each_address(store: &Store, mut see: impl FnMut(i64, &str)) -> Result<()> {
    let sql = format!("SELECT id, url FROM activities WHERE url IS NOT NULL AND kind IN ({})", kinds());
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        see(row.get(0)?, row.get_ref(1)?.as_str()?);
    }
    Ok(())
}

/// A contribution that was logged.
#[derive(Debug, Clone, Copy)]
pub struct Logged {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// It came with a list, which can be taken back.
    pub imported: bool,
}

/// Whether there may be contributions that were logged, or that stayed when their import was taken back.
pub fn may_be_logged(store: &Store) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM log WHERE command IN ('amplify log', 'imports undo'))";
    Ok(store.conn.query_row(sql, [], |row| row.get(0))?)
}

/// Every contribution with an address that was logged, alone or with a list, or that stayed when its import was taken
/// back, in order of row: with its address. All acts are looked through, where there may be any.
pub fn each_logged(store: &Store, mut see: impl FnMut(Logged, &str)) -> Result<()> {
    if !may_be_logged(store)? {
        return Ok(());
    }
    let sql = format!(
        "SELECT a.id, m.person, a.batch IS NOT NULL, a.url FROM activities a JOIN members m ON m.id = a.member
         WHERE a.url IS NOT NULL AND a.kind IN ({})
           AND (a.batch IS NULL OR a.batch IN (SELECT batch FROM log WHERE command = 'amplify log' AND batch IS NOT NULL))
         ORDER BY a.id",
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let logged = Logged { id: row.get(0)?, person: row.get(1)?, imported: row.get(2)? };
        see(logged, row.get_ref(3)?.as_str()?);
    }
    Ok(())
}

/// The contributions of these rows, of whatever day and whoever's, by row.
pub fn some(store: &Store, ids: &BTreeSet<i64>) -> Result<BTreeMap<i64, Contribution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM activities a JOIN members c ON c.id = a.member
         WHERE a.id IN (SELECT value FROM json_each(?1))"
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map([serde_json::to_string(ids)?], |row| Ok((row.get(0)?, read(row)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A contribution nobody of ours answered yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The contribution.
    pub contribution: Contribution,
    /// Which one of its author's first since joining it is, from 1 on; none for all others.
    pub since_joining: Option<i64>,
}

/// What advocates (or everyone) made later than `after`, without any reaction by `as_of`. The `first` ones of
/// each newcomer come first, then the oldest.
pub fn waiting(store: &Store, as_of: Day, after: Day, first: i64, everyone: bool) -> Result<Vec<Waiting>> {
    let whose = if everyone { "counted c ON c.member = a.member" } else { "lifted c ON c.member = a.member" };
    let sql = format!(
        "WITH {}, {},
         lifted AS MATERIALIZED (
           SELECT member, person FROM mine WHERE person IN (SELECT person FROM advocates))
         SELECT {COLUMNS} FROM activities a CROSS JOIN {whose}
         WHERE a.day > ?2 AND a.day <= ?1 AND a.kind IN ({})
           AND NOT EXISTS (SELECT 1 FROM reactions r WHERE r.activity = a.id AND r.day <= ?1)",
        mine(),
        advocates(),
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let places = places(store, as_of, first)?;
    let rows = query.query_map(params![as_of.0, after.0], read)?;
    let mut waiting = Vec::new();
    for contribution in rows {
        let contribution = contribution?;
        let since_joining = places.get(&contribution.id).copied();
        waiting.push(Waiting { contribution, since_joining });
    }
    waiting.sort_by_key(|one| (one.since_joining.is_none(), one.contribution.at, one.contribution.id));
    Ok(waiting)
}

/// The first contributions of each advocate since joining, as many as asked for: row, and which one it is.
fn places(store: &Store, as_of: Day, first: i64) -> Result<BTreeMap<i64, i64>> {
    let sql = format!(
        "WITH {}, {}
         SELECT id, place FROM (
           SELECT a.id AS id, row_number() OVER (PARTITION BY mine.person ORDER BY a.at, a.id) AS place
           FROM activities a CROSS JOIN mine ON mine.member = a.member
           WHERE a.day BETWEEN mine.joined AND ?1 AND a.kind IN ({})
             AND mine.person IN (SELECT person FROM advocates))
         WHERE place <= ?2",
        mine(),
        advocates(),
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![as_of.0, first], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
