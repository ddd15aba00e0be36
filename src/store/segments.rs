//! Saved segments, and what a filter asks of people: each field of all people in one pass.
//!
//! `see` is called with a person and a value; who has several values is told of several times, who has none is not.

use super::persons::Persons;
use super::{Store, called, newest};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::{OptionalExtension, ToSql, params};

/// A saved filter.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// The filter's text.
    pub filter: String,
    /// The day it was saved.
    pub day: Day,
}

/// Saves a filter under a name, in place of the one it had.
pub fn save(store: &Store, segment: &Segment) -> Result<()> {
    store.conn.execute(
        "INSERT INTO segments (name, filter, day) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET filter = excluded.filter, day = excluded.day",
        params![segment.name, segment.filter, segment.day.0],
    )?;
    Ok(())
}

/// All saved ones, by name.
pub fn list(store: &Store) -> Result<Vec<Segment>> {
    let mut query = store.conn.prepare("SELECT name, filter, day FROM segments ORDER BY name")?;
    let rows = query
        .query_map([], |row| Ok(Segment { name: row.get(0)?, filter: row.get(1)?, day: Day(row.get(2)?) }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The saved one of a name.
pub fn find(store: &Store, name: &str) -> Result<Option<Segment>> {
    let mut query = store.conn.prepare("SELECT name, filter, day FROM segments WHERE name = ?1")?;
    let found = query.query_row([name], |row| {
        Ok(Segment { name: row.get(0)?, filter: row.get(1)?, day: Day(row.get(2)?) })
    });
    Ok(found.optional()?)
}

/// Forgets one; false where there was none.
pub fn remove(store: &Store, name: &str) -> Result<bool> {
    Ok(store.conn.execute("DELETE FROM segments WHERE name = ?1", [name])? > 0)
}

/// Everyone's standing: `member`, `staff` or `bot`, in order of id.
pub fn standings(store: &Store, see: impl FnMut(i64, &str)) -> Result<()> {
    texts(store, "SELECT id, standing FROM members WHERE person = id ORDER BY id", [], see)
}

/// The newest stage of everyone who has one.
pub fn stages(store: &Store, as_of: Day, see: impl FnMut(i64, &str)) -> Result<()> {
    let sql = concat!(
        "SELECT m.person, s.stage, ",
        newest!("s"),
        " FROM stages s JOIN members m ON m.id = s.member WHERE s.day <= ?1 GROUP BY m.person"
    );
    texts(store, sql, [as_of.0], see)
}

/// A fact as `member list` shows it.
pub fn facts(store: &Store, field: &str, as_of: Day, see: impl FnMut(i64, &str)) -> Result<()> {
    let sql = concat!(
        "SELECT person, value FROM (SELECT m.person AS person, f.value AS value, ",
        called!("m.person"),
        " FROM facts f JOIN members m ON m.id = f.member
           WHERE f.field = ?2 AND (f.day <= ?1 OR f.field <> 'owner') GROUP BY m.person)
         WHERE value <> ''"
    );
    texts(store, sql, params![as_of.0, field], see)
}

/// What people are known by: addresses, or handles without their platform.
pub fn identities(store: &Store, addresses: bool, see: impl FnMut(i64, &str)) -> Result<()> {
    let sql = "SELECT m.person, i.value FROM identities i JOIN members m ON m.id = i.member
               WHERE (i.platform = 'email') = ?1";
    texts(store, sql, [addresses], see)
}

/// Where people have a handle.
pub fn platforms(store: &Store, see: impl FnMut(i64, &str)) -> Result<()> {
    let sql = "SELECT m.person, i.platform FROM identities i JOIN members m ON m.id = i.member
               WHERE i.platform <> 'email'";
    texts(store, sql, [], see)
}

/// The tags put on by a day.
pub fn tags(store: &Store, as_of: Day, see: impl FnMut(i64, &str)) -> Result<()> {
    let sql = "SELECT m.person, t.tag FROM tags t JOIN members m ON m.id = t.member WHERE t.day <= ?1";
    texts(store, sql, [as_of.0], see)
}

/// What people last said yes to.
pub fn consents(store: &Store, as_of: Day, see: impl FnMut(i64, &str)) -> Result<()> {
    let sql = concat!(
        "SELECT person, purpose FROM (SELECT m.person AS person, x.purpose AS purpose, x.given AS given, ",
        newest!("x"),
        " FROM consents x JOIN members m ON m.id = x.member WHERE x.day <= ?1 GROUP BY m.person, x.purpose)
         WHERE given = 1"
    );
    texts(store, sql, [as_of.0], see)
}

/// Followers over all platforms: the newest count of each that is at most `longest` days old.
pub fn audiences(store: &Store, as_of: Day, longest: i32, see: impl FnMut(i64, i64)) -> Result<()> {
    let sql = concat!(
        "SELECT person, sum(followers) FROM (
           SELECT m.person AS person, f.followers AS followers, f.day AS day, ",
        newest!("f"),
        " FROM audiences f JOIN members m ON m.id = f.member WHERE f.day <= ?1 GROUP BY m.person, f.platform)
         WHERE day >= ?1 - ?2 GROUP BY person"
    );
    numbers(store, sql, [as_of.0, longest], see)
}

/// The day of the last act of everyone who did something.
pub fn last_acts(store: &Store, as_of: Day, mut see: impl FnMut(i64, Day)) -> Result<()> {
    let persons = Persons::everyone(store)?;
    let mut last = persons.each(None);
    numbers(store, "SELECT member, day FROM done WHERE day <= ?1", [as_of.0], |member, day| {
        if let Some(person) = persons.of(member) {
            let last = &mut last[person as usize];
            *last = (*last).max(Some(day));
        }
    })?;
    for (person, day) in last.into_iter().enumerate() {
        if let Some(day) = day {
            see(person as i64, Day(i32::try_from(day).unwrap_or(i32::MAX)));
        }
    }
    Ok(())
}

/// How many contributions everyone made who did anything; 0 for those who only did other things.
pub fn contributions(store: &Store, as_of: Day, mut see: impl FnMut(i64, i64)) -> Result<()> {
    let persons = Persons::everyone(store)?;
    let mut made = persons.each(None);
    let sql = format!(
        "SELECT member, (kind IN ({})) * times FROM done WHERE day <= ?1",
        super::contributions::kinds()
    );
    numbers(store, &sql, [as_of.0], |member, counts| {
        if let Some(person) = persons.of(member) {
            *made[person as usize].get_or_insert(0) += counts;
        }
    })?;
    for (person, count) in made.into_iter().enumerate() {
        if let Some(count) = count {
            see(person as i64, count);
        }
    }
    Ok(())
}

/// Who has a row of something by a day.
pub fn having(store: &Store, what: &str, as_of: Day, mut see: impl FnMut(i64)) -> Result<()> {
    let (table, day) = match what {
        "note" => ("notes", "day"),
        "link" => ("links", "day"),
        "code" => ("codes", "from_day"),
        "handbook" => ("handbooks", "day"),
        "activity" => ("activities", "day"),
        _ => ("audiences", "day"),
    };
    let sql = format!("SELECT member, 1 FROM {table} WHERE {day} <= ?1 AND member IS NOT NULL");
    let persons = Persons::everyone(store)?;
    let mut has = persons.each(false);
    numbers(store, &sql, [as_of.0], |member, _| {
        if let Some(person) = persons.of(member) {
            has[person as usize] = true;
        }
    })?;
    has.iter().enumerate().filter(|(_, has)| **has).for_each(|(person, _)| see(person as i64));
    Ok(())
}

fn texts(
    store: &Store,
    sql: &str,
    values: impl rusqlite::Params,
    mut see: impl FnMut(i64, &str),
) -> Result<()> {
    let mut query = store.conn.prepare(sql)?;
    let mut rows = query.query(values)?;
    while let Some(row) = rows.next()? {
        see(row.get(0)?, row.get_ref(1)?.as_str()?);
    }
    Ok(())
}

fn numbers<const N: usize>(
    store: &Store,
    sql: &str,
    values: [impl ToSql; N],
    mut see: impl FnMut(i64, i64),
) -> Result<()> {
    let mut query = store.conn.prepare(sql)?;
    let mut rows = query.query(rusqlite::params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        see(row.get(0)?, row.get(1)?);
    }
    Ok(())
}
