//! Discount codes: whose, and from when to when.

use super::Store;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{Row, ToSql, params};

/// A code in someone's hands.
#[derive(Debug, Clone)]
pub struct Code {
    /// Its row.
    pub id: i64,
    /// Whose: the person, after merges.
    pub person: i64,
    /// The code, upper case.
    pub word: String,
    /// The first day.
    pub from: Day,
    /// The last day, once it is retired.
    pub to: Option<Day>,
    /// Why it was retired.
    pub why: Option<String>,
    /// Orders with it while it was theirs; unknown before any order was imported.
    pub orders: Option<i64>,
}

fn read(row: &Row) -> rusqlite::Result<Code> {
    Ok(Code {
        id: row.get(0)?,
        person: row.get(1)?,
        word: row.get(2)?,
        from: Day(row.get(3)?),
        to: row.get::<_, Option<i32>>(4)?.map(Day),
        why: row.get(5)?,
        orders: row.get(6)?,
    })
}

/// The codes given out by a day, with the orders that used them; our own people's orders are not counted.
pub fn list(store: &Store, as_of: Day) -> Result<Vec<Code>> {
    let mut query = store.conn.prepare(
        "WITH used AS (
           SELECT v.code AS code, v.day AS day, count(*) AS orders
           FROM conversions v LEFT JOIN counted c ON c.member = v.member
           WHERE v.kind = 'order' AND v.replaced_by IS NULL AND v.code IS NOT NULL AND v.day <= ?1
             AND (v.member IS NULL OR c.member IS NOT NULL) GROUP BY v.code, v.day),
         summed AS (
           SELECT k.id AS id, sum(u.orders) AS orders FROM codes k
           JOIN used u ON u.code = k.code AND u.day >= k.from_day AND (k.to_day IS NULL OR u.day <= k.to_day)
           GROUP BY k.id)
         SELECT k.id, m.person, k.code, k.from_day, CASE WHEN k.to_day <= ?1 THEN k.to_day END,
                CASE WHEN k.to_day <= ?1 THEN k.retired_why END,
                CASE WHEN EXISTS (SELECT 1 FROM conversions WHERE kind = 'order' AND day <= ?1)
                     THEN coalesce(s.orders, 0) END
         FROM codes k JOIN members m ON m.id = k.member LEFT JOIN summed s ON s.id = k.id
         WHERE k.from_day <= ?1 ORDER BY m.person, k.from_day, k.id",
    )?;
    let rows = query.query_map([as_of.0], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Everyone who ever had a code, whatever the day; orders are not looked up.
pub fn holders(store: &Store, code: &str) -> Result<Vec<Code>> {
    ever(store, "k.code = ?1", code)
}

/// A person's codes, whatever the day; orders are not looked up.
pub fn of(store: &Store, person: i64) -> Result<Vec<Code>> {
    ever(store, "m.person = ?1", person)
}

/// Every code that was ever given out.
pub fn words(store: &Store) -> Result<Vec<String>> {
    let mut query = store.conn.prepare("SELECT DISTINCT code FROM codes ORDER BY code")?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn ever(store: &Store, which: &str, value: impl ToSql) -> Result<Vec<Code>> {
    let mut query = store.conn.prepare_cached(&format!(
        "SELECT k.id, m.person, k.code, k.from_day, k.to_day, k.retired_why, NULL
         FROM codes k JOIN members m ON m.id = k.member WHERE {which} ORDER BY k.from_day, k.id",
    ))?;
    let rows = query.query_map([value], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Gives a member a code.
pub fn add(store: &Store, member: i64, code: &str, from: Day) -> Result<i64> {
    let mut insert =
        store.conn.prepare_cached("INSERT INTO codes (member, code, from_day) VALUES (?1, ?2, ?3)")?;
    Ok(insert.insert(params![member, code, from.0])?)
}

/// Retires a code: `day` is its last.
pub fn retire(store: &Store, id: i64, day: Day, why: &str) -> Result<()> {
    store
        .conn
        .execute("UPDATE codes SET to_day = ?2, retired_why = ?3 WHERE id = ?1", params![id, day.0, why])?;
    Ok(())
}
