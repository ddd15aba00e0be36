//! Tags and notes: what a manager writes beside a member.

use super::{Store, rows_of};
use crate::model::time::{Day, Instant};
use anyhow::Result;

/// Adds a tag; false where it was there.
pub fn add(store: &Store, member: i64, tag: &str, day: Day, batch: Option<i64>) -> Result<bool> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO tags (member, tag, day, batch) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    Ok(insert.execute(rusqlite::params![member, tag, day.0, batch])? > 0)
}

/// Takes a tag off a person; false where there was none.
pub fn remove(store: &Store, person: i64, tag: &str) -> Result<bool> {
    let gone = store.conn.execute(
        "DELETE FROM tags WHERE tag = ?2 AND member IN (SELECT id FROM members WHERE person = ?1)",
        rusqlite::params![person, tag],
    )?;
    Ok(gone > 0)
}

/// A person's tags, sorted.
pub fn of(store: &Store, person: i64) -> Result<Vec<String>> {
    let sql = concat!("SELECT DISTINCT tag FROM tags WHERE member IN (", rows_of!("?1"), ") ORDER BY tag");
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map([person], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds a note.
pub fn note(store: &Store, member: i64, at: Instant, day: Day, text: &str) -> Result<()> {
    store.conn.execute(
        "INSERT INTO notes (member, at, day, text) VALUES (?1, ?2, ?3, ?4)",
        rusqlite::params![member, at.0, day.0, text],
    )?;
    Ok(())
}

/// Something noted about someone.
#[derive(Debug, Clone)]
pub struct Noted {
    /// Its number.
    pub id: i64,
    /// When.
    pub day: Day,
    /// What.
    pub text: String,
}

/// A person's notes up to a day, newest first.
pub fn notes(store: &Store, person: i64, as_of: Day) -> Result<Vec<Noted>> {
    let mut query = store.conn.prepare(concat!(
        "SELECT n.id, n.day, n.text FROM notes n WHERE n.member IN (",
        rows_of!("?1"),
        ") AND n.day <= ?2 ORDER BY n.day DESC, n.id DESC"
    ))?;
    let rows = query.query_map(rusqlite::params![person, as_of.0], |row| {
        Ok(Noted { id: row.get(0)?, day: Day(row.get(1)?), text: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes a note off.
pub fn forget_note(store: &Store, id: i64) -> Result<()> {
    store.conn.execute("DELETE FROM notes WHERE id = ?1", [id])?;
    Ok(())
}

/// Adds a tag from a file; true where it is news.
pub fn observe(store: &Store, member: i64, tag: &str, day: Day, batch: i64) -> Result<bool> {
    if add(store, member, tag, day, Some(batch))? {
        return Ok(true);
    }
    let mut see = store.conn.prepare_cached(
        "INSERT INTO seen_tags (member, tag, batch) SELECT member, tag, ?3 FROM tags
         WHERE member = ?1 AND tag = ?2 AND batch <> ?3 ON CONFLICT DO NOTHING",
    )?;
    see.execute(rusqlite::params![member, tag, batch])?;
    Ok(false)
}
