//! The library: playbooks, examples, assets, people to follow and people to ask.

use super::Store;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;

/// One item of the library.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Item {
    /// Its number; 0 for what the program ships.
    pub id: i64,
    /// `playbook`, `example`, `asset`, `follow` or `contact`.
    pub kind: String,
    /// What it is called.
    pub title: String,
    /// Its text: Markdown for a playbook, a sentence or two for others.
    pub body: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// An asset's file, as it was given.
    pub file: Option<String>,
    /// The platform it is for; none is all.
    pub platform: Option<String>,
    /// The persona it is for; none is all.
    pub persona: Option<String>,
    /// The language it is in; none is all.
    pub lang: Option<String>,
    /// What a contact does.
    pub role: Option<String>,
    /// What a contact helps with.
    pub subject: Option<String>,
    /// On which terms it may be used.
    pub licence: Option<String>,
    /// The last day it may be used.
    pub expires: Option<Day>,
    /// The item that takes its place then.
    pub successor: Option<i64>,
    /// The day it was added.
    pub day: Day,
    /// The day it was taken out.
    pub removed: Option<Day>,
}

/// Adds an item; returns its number.
pub fn add(store: &Store, item: &Item) -> Result<i64> {
    let mut insert = store.conn.prepare(
        "INSERT INTO items (kind, title, body, url, file, platform, persona, lang, role, licence, expires_day,
                            successor, day, subject)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    Ok(insert.insert(params![
        item.kind,
        item.title,
        item.body,
        item.url,
        item.file,
        item.platform,
        item.persona,
        item.lang,
        item.role,
        item.licence,
        item.expires.map(|day| day.0),
        item.successor,
        item.day.0,
        item.subject
    ])?)
}

/// Writes an item over the former one; its number, kind and day stay.
pub fn change(store: &Store, item: &Item) -> Result<()> {
    store.conn.execute(
        "UPDATE items SET title = ?2, body = ?3, url = ?4, file = ?5, platform = ?6, persona = ?7, lang = ?8, role = ?9,
                licence = ?10, expires_day = ?11, successor = ?12, subject = ?13 WHERE id = ?1",
        params![
            item.id,
            item.title,
            item.body,
            item.url,
            item.file,
            item.platform,
            item.persona,
            item.lang,
            item.role,
            item.licence,
            item.expires.map(|day| day.0),
            item.successor,
            item.subject
        ],
    )?;
    Ok(())
}

/// Everything that was in the library by a day, what was taken out by then included, in order of number.
pub fn list(store: &Store, as_of: Day) -> Result<Vec<Item>> {
    let mut query = store.conn.prepare(
        "SELECT id, kind, title, body, url, file, platform, persona, lang, role, licence, expires_day, successor, day,
                CASE WHEN removed_day <= ?1 THEN removed_day END, subject
         FROM items WHERE day <= ?1 ORDER BY id",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        Ok(Item {
            id: row.get(0)?,
            kind: row.get(1)?,
            title: row.get(2)?,
            body: row.get(3)?,
            url: row.get(4)?,
            file: row.get(5)?,
            platform: row.get(6)?,
            persona: row.get(7)?,
            lang: row.get(8)?,
            role: row.get(9)?,
            licence: row.get(10)?,
            expires: row.get::<_, Option<i32>>(11)?.map(Day),
            successor: row.get(12)?,
            day: Day(row.get(13)?),
            removed: row.get::<_, Option<i32>>(14)?.map(Day),
            subject: row.get(15)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes an item out of the library.
pub fn remove(store: &Store, id: i64, day: Day) -> Result<()> {
    store.conn.execute("UPDATE items SET removed_day = ?2 WHERE id = ?1", [id, i64::from(day.0)])?;
    Ok(())
}

/// Says which item takes another's place.
pub fn succeed(store: &Store, id: i64, successor: i64) -> Result<()> {
    store.conn.execute("UPDATE items SET successor = ?2 WHERE id = ?1", [id, successor])?;
    Ok(())
}
