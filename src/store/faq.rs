//! The growing FAQ: answers of the desk that are worth repeating.

use super::Store;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;

/// One question and its answer, in words that name nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub id: i64,
    /// The question at the desk it comes from; none where whoever asked is gone.
    pub question: Option<i64>,
    /// What is asked.
    pub asked: String,
    /// The answer.
    pub answer: String,
    /// The platform it is about; none is all.
    pub platform: Option<String>,
    /// The persona it is for; none is all.
    pub persona: Option<String>,
    /// The language it is in; none is all.
    pub lang: Option<String>,
    /// The last day it holds.
    pub expires: Option<Day>,
    /// The day it was published.
    pub day: Day,
    /// The day it was taken out.
    pub removed: Option<Day>,
}

/// Adds an entry; returns its number.
pub fn add(store: &Store, entry: &Entry) -> Result<i64> {
    let mut insert = store.conn.prepare(
        "INSERT INTO faq (question, asked, answer, platform, persona, lang, expires_day, day)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    Ok(insert.insert(params![
        entry.question,
        entry.asked,
        entry.answer,
        entry.platform,
        entry.persona,
        entry.lang,
        entry.expires.map(|day| day.0),
        entry.day.0
    ])?)
}

/// Everything published by a day, what was taken out by then included, in order of number.
pub fn list(store: &Store, as_of: Day) -> Result<Vec<Entry>> {
    let mut query = store.conn.prepare(
        "SELECT id, question, asked, answer, platform, persona, lang, expires_day, day,
                CASE WHEN removed_day <= ?1 THEN removed_day END
         FROM faq WHERE day <= ?1 ORDER BY id",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        Ok(Entry {
            id: row.get(0)?,
            question: row.get(1)?,
            asked: row.get(2)?,
            answer: row.get(3)?,
            platform: row.get(4)?,
            persona: row.get(5)?,
            lang: row.get(6)?,
            expires: row.get::<_, Option<i32>>(7)?.map(Day),
            day: Day(row.get(8)?),
            removed: row.get::<_, Option<i32>>(9)?.map(Day),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes an entry's words, and whom it is for, over the former ones.
pub fn change(store: &Store, entry: &Entry) -> Result<()> {
    store.conn.execute(
        "UPDATE faq SET asked = ?2, answer = ?3, platform = ?4, persona = ?5, lang = ?6, expires_day = ?7 WHERE id = ?1",
        params![
            entry.id,
            entry.asked,
            entry.answer,
            entry.platform,
            entry.persona,
            entry.lang,
            entry.expires.map(|day| day.0)
        ],
    )?;
    Ok(())
}

/// Takes an entry out.
pub fn remove(store: &Store, id: i64, day: Day) -> Result<()> {
    store.conn.execute("UPDATE faq SET removed_day = ?2 WHERE id = ?1", [id, i64::from(day.0)])?;
    Ok(())
}
