//! Handbooks: what each advocate was handed, and the platforms it is for.

use super::{Store, stages};
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// Writes down a copy and the digest of each of its items.
pub fn add(
    store: &Store,
    member: i64,
    at: Instant,
    day: Day,
    digests: &BTreeMap<String, String>,
) -> Result<()> {
    let copy = store
        .conn
        .prepare_cached("INSERT INTO handbooks (member, at, day) VALUES (?1, ?2, ?3)")?
        .insert(params![member, at.0, day.0])?;
    let mut insert = store
        .conn
        .prepare_cached("INSERT INTO handbook_items (handbook, item, digest) VALUES (?1, ?2, ?3)")?;
    for (item, digest) in digests {
        insert.execute(params![copy, item, digest])?;
    }
    Ok(())
}

/// A person's newest copy by a day: the day it was made, and each item's digest.
pub fn last(store: &Store, person: i64, as_of: Day) -> Result<Option<Last>> {
    let found: Option<(i64, i32)> = store
        .conn
        .query_row(
            "SELECT h.id, h.day FROM handbooks h JOIN members m ON m.id = h.member
             WHERE m.person = ?1 AND h.day <= ?2 ORDER BY h.day DESC, h.id DESC LIMIT 1",
            params![person, as_of.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((copy, day)) = found else { return Ok(None) };
    let mut query =
        store.conn.prepare("SELECT item, digest FROM handbook_items WHERE handbook = ?1 ORDER BY item")?;
    let rows = query.query_map([copy], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Some((Day(day), rows.collect::<Result<_, _>>()?)))
}

/// A copy someone has: the day it was made, and each item's digest.
pub type Last = (Day, BTreeMap<String, String>);

/// Everyone's newest copy by a day.
pub fn lasts(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Last>> {
    let mut query = store.conn.prepare(
        "WITH newest AS (
           SELECT id, person, day FROM (
             SELECT h.id AS id, m.person AS person, h.day AS day,
                    row_number() OVER (PARTITION BY m.person ORDER BY h.day DESC, h.id DESC) AS place
             FROM handbooks h JOIN members m ON m.id = h.member WHERE h.day <= ?1)
           WHERE place = 1)
         SELECT n.person, n.day, i.item, i.digest FROM newest n JOIN handbook_items i ON i.handbook = n.id",
    )?;
    let mut rows = query.query([as_of.0])?;
    let mut found: BTreeMap<i64, Last> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let copy = found.entry(row.get(0)?).or_insert((Day(row.get(1)?), BTreeMap::new()));
        copy.1.insert(row.get(2)?, row.get(3)?);
    }
    Ok(found)
}

/// Every item that is in some copy made by a day; none when there is no copy at all.
pub fn used(store: &Store, as_of: Day) -> Result<Option<BTreeSet<String>>> {
    let copies: i64 =
        store
            .conn
            .query_row("SELECT count(*) FROM handbooks WHERE day <= ?1", [as_of.0], |row| row.get(0))?;
    if copies == 0 {
        return Ok(None);
    }
    let mut query = store.conn.prepare(
        "SELECT DISTINCT i.item FROM handbook_items i JOIN handbooks h ON h.id = i.handbook WHERE h.day <= ?1",
    )?;
    let rows = query.query_map([as_of.0], |row| row.get(0))?;
    Ok(Some(rows.collect::<Result<_, _>>()?))
}

/// On which platforms people are, by their handles and by what they did there; of one person, or of all
/// advocates.
pub fn platforms(store: &Store, person: Option<i64>, as_of: Day) -> Result<BTreeMap<i64, BTreeSet<String>>> {
    let sql = format!(
        "WITH asked AS (
           SELECT ?2 AS person WHERE ?2 IS NOT NULL
           UNION ALL
           SELECT person FROM ({}) WHERE ?2 IS NULL AND stage IN ('active', 'on-hold'))
         SELECT m.person, i.platform FROM identities i JOIN members m ON m.id = i.member
         WHERE i.platform NOT IN ('email', 'id') AND m.person IN (SELECT person FROM asked)
         UNION
         SELECT m.person, a.platform FROM done a JOIN members m ON m.id = a.member
         WHERE a.day <= ?1 AND m.person IN (SELECT person FROM asked) ORDER BY 1, 2",
        stages::JOINED
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query(params![as_of.0, person])?;
    let mut found: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(found)
}
