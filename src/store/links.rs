//! Tracked links and whose they are.

use super::Store;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};

/// A link.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its number.
    pub id: i64,
    /// Whose, where it is someone's: the person, after merges.
    pub person: Option<i64>,
    /// As it is handed out.
    pub url: String,
    /// Where it leads.
    pub target: Option<String>,
    /// The brief it was made for.
    pub brief: Option<i64>,
    /// Since when it is known.
    pub day: Day,
    /// The day it was retired.
    pub retired: Option<Day>,
    /// Why it was.
    pub why: Option<String>,
    /// Clicks on it that were imported; unknown where no file ever told of it.
    pub clicks: Option<i64>,
}

/// Links on day ?1 with their clicks, those of our own people left out; of one person, number or address, or all.
const LINKS: &str = "WITH told AS (
       SELECT k.link AS link,
              sum(CASE WHEN k.member IS NULL OR c.member IS NOT NULL THEN k.clicks ELSE 0 END) AS clicks
       FROM clicks k LEFT JOIN counted c ON c.member = k.member WHERE k.day <= ?1 GROUP BY k.link)
     SELECT l.id, m.person, l.url, l.target, l.brief, l.day,
            CASE WHEN l.retired_day <= ?1 THEN l.retired_day END,
            CASE WHEN l.retired_day <= ?1 THEN l.retired_why END, t.clicks
     FROM links l LEFT JOIN members m ON m.id = l.member LEFT JOIN told t ON t.link = l.id
     WHERE l.day <= ?1 AND (?2 IS NULL OR m.person = ?2) ORDER BY l.id";

/// One link, whatever the day.
const ONE: &str = "SELECT l.id, m.person, l.url, l.target, l.brief, l.day, l.retired_day, l.retired_why, NULL
     FROM links l LEFT JOIN members m ON m.id = l.member";

fn read(row: &Row) -> rusqlite::Result<Link> {
    Ok(Link {
        id: row.get(0)?,
        person: row.get(1)?,
        url: row.get(2)?,
        target: row.get(3)?,
        brief: row.get(4)?,
        day: Day(row.get(5)?),
        retired: row.get::<_, Option<i32>>(6)?.map(Day),
        why: row.get(7)?,
        clicks: row.get(8)?,
    })
}

/// The links known by a day; one person's, or all.
pub fn list(store: &Store, person: Option<i64>, as_of: Day) -> Result<Vec<Link>> {
    let mut query = store.conn.prepare(LINKS)?;
    let rows = query.query_map(params![as_of.0, person], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The link with this number; its clicks are not looked up.
pub fn one(store: &Store, id: i64) -> Result<Option<Link>> {
    let mut query = store.conn.prepare_cached(&format!("{ONE} WHERE l.id = ?1"))?;
    Ok(query.query_row([id], read).optional()?)
}

/// The link at an address; its clicks are not looked up.
pub fn at(store: &Store, address: &str) -> Result<Option<Link>> {
    let mut query = store.conn.prepare_cached(&format!("{ONE} WHERE l.address = ?1"))?;
    Ok(query.query_row([address], read).optional()?)
}

/// A link to be made.
#[derive(Debug, Clone)]
pub struct New<'a> {
    /// Whose.
    pub member: i64,
    /// What it is known by.
    pub address: &'a str,
    /// As it is handed out.
    pub url: &'a str,
    /// Where it leads.
    pub target: Option<&'a str>,
    /// The brief it is made for.
    pub brief: Option<i64>,
}

/// Makes a link, or gives one that nobody owns its owner; returns its number.
pub fn give(store: &Store, link: &New, day: Day) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO links (member, address, url, target, brief, day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (address) DO UPDATE SET member = excluded.member, brief = excluded.brief,
            target = coalesce(excluded.target, target), day = min(day, excluded.day)
         WHERE links.member IS NULL RETURNING id",
    )?;
    let values = params![link.member, link.address, link.url, link.target, link.brief, day.0];
    Ok(insert.query_row(values, |row| row.get(0))?)
}

/// Takes a link out of use; its clicks stay.
pub fn retire(store: &Store, id: i64, day: Day, why: &str) -> Result<()> {
    store.conn.execute(
        "UPDATE links SET retired_day = ?2, retired_why = ?3 WHERE id = ?1",
        params![id, day.0, why],
    )?;
    Ok(())
}
