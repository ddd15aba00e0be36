//! Briefs, and whom they were sent to.

use super::Store;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};
use std::collections::BTreeMap;

/// News to share.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Its number; given by the store.
    pub id: i64,
    /// `exclusive`, `open` or `feedback`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// Its text, as Markdown.
    pub body: String,
    /// What it is about, on the web.
    pub url: Option<String>,
    /// Whom it is for: segments or members, one a line.
    pub audience: Option<String>,
    /// Until when it is to be kept secret.
    pub embargo: Option<Instant>,
    /// The day it was written.
    pub day: Day,
    /// The day its embargo was lifted.
    pub lifted: Option<Day>,
    /// The day it was closed, so that nobody gets it any more.
    pub withdrawn: Option<Day>,
    /// Why it was closed.
    pub withdrawn_why: Option<String>,
    /// How many people it was sent to.
    pub sent: i64,
    /// How many of them said "received".
    pub acked: i64,
}

/// Adds a brief; returns its number.
pub fn add(store: &Store, brief: &Brief, at: Instant) -> Result<i64> {
    let mut insert = store.conn.prepare(
        "INSERT INTO briefs (kind, title, body, url, audience, embargo_at, at, day)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    Ok(insert.insert(params![
        brief.kind,
        brief.title,
        brief.body,
        brief.url,
        brief.audience,
        brief.embargo.map(|at| at.0),
        at.0,
        brief.day.0
    ])?)
}

const BRIEFS: &str = "SELECT b.id, b.kind, b.title, b.body, b.url, b.audience, b.embargo_at, b.day,
            CASE WHEN b.closed_day <= ?1 THEN b.closed_day END,
            count(DISTINCT c.person), count(DISTINCT CASE WHEN s.acked_day <= ?1 THEN c.person END),
            CASE WHEN b.withdrawn_day <= ?1 THEN b.withdrawn_day END,
            CASE WHEN b.withdrawn_day <= ?1 THEN b.withdrawn_why END
     FROM briefs b
     LEFT JOIN sends s ON s.brief = b.id AND s.day <= ?1
     LEFT JOIN counted c ON c.member = s.member
     WHERE b.day <= ?1 AND (?2 IS NULL OR b.id = ?2) GROUP BY b.id ORDER BY b.id";

fn read(row: &Row) -> rusqlite::Result<Brief> {
    Ok(Brief {
        id: row.get(0)?,
        kind: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
        url: row.get(4)?,
        audience: row.get(5)?,
        embargo: row.get::<_, Option<i64>>(6)?.map(Instant),
        day: Day(row.get(7)?),
        lifted: row.get::<_, Option<i32>>(8)?.map(Day),
        sent: row.get(9)?,
        acked: row.get(10)?,
        withdrawn: row.get::<_, Option<i32>>(11)?.map(Day),
        withdrawn_why: row.get(12)?,
    })
}

/// Changes what a brief says: its title, text, address, whom it is for and its embargo.
pub fn edit(store: &Store, brief: &Brief) -> Result<()> {
    store.conn.execute(
        "UPDATE briefs SET title = ?2, body = ?3, url = ?4, audience = ?5, embargo_at = ?6 WHERE id = ?1",
        params![brief.id, brief.title, brief.body, brief.url, brief.audience, brief.embargo.map(|at| at.0)],
    )?;
    Ok(())
}

/// Closes a brief: nobody gets it any more.
pub fn withdraw(store: &Store, id: i64, why: &str, day: Day) -> Result<()> {
    store.conn.execute(
        "UPDATE briefs SET withdrawn_day = ?2, withdrawn_why = ?3 WHERE id = ?1",
        params![id, day.0, why],
    )?;
    Ok(())
}

/// The briefs up to a day, oldest first.
pub fn list(store: &Store, as_of: Day) -> Result<Vec<Brief>> {
    let mut query = store.conn.prepare(BRIEFS)?;
    let rows = query.query_map(params![as_of.0, None::<i64>], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One brief, as it stood on a day.
pub fn one(store: &Store, id: i64, as_of: Day) -> Result<Option<Brief>> {
    let mut query = store.conn.prepare(BRIEFS)?;
    Ok(query.query_row(params![as_of.0, id], read).optional()?)
}

/// Notes that an embargo is over, with the brief and with everyone who has it.
pub fn lift(store: &Store, id: i64, day: Day) -> Result<()> {
    store.conn.execute("UPDATE briefs SET closed_day = ?2 WHERE id = ?1", params![id, day.0])?;
    store.conn.execute(
        "UPDATE sends SET lifted_day = ?2 WHERE brief = ?1 AND lifted_day IS NULL",
        params![id, day.0],
    )?;
    Ok(())
}

/// One message of a brief.
#[derive(Debug, Clone)]
pub struct Send {
    /// Its number.
    pub id: i64,
    /// To whom.
    pub person: i64,
    /// The day it went out.
    pub day: Day,
    /// What marks this copy.
    pub mark: Option<String>,
    /// The day they said "received".
    pub acked: Option<Day>,
    /// The day its embargo was lifted for them.
    pub lifted: Option<Day>,
    /// The way it went.
    pub channel: Option<String>,
    /// The phrasings there were to choose from: one line a place, the choices parted by tabs.
    pub phrases: Option<String>,
    /// The choice at each place, a digit each.
    pub marks: Option<String>,
}

/// How a copy was made and went out.
#[derive(Debug, Clone, Copy)]
pub struct Copy<'a> {
    /// The link in it.
    pub link: Option<i64>,
    /// Its mark.
    pub mark: &'a str,
    /// The way it goes.
    pub channel: &'a str,
    /// The phrasings there were to choose from: one line a place, the choices parted by tabs.
    pub phrases: &'a str,
    /// The choice at each place, a digit each.
    pub marks: &'a str,
}

/// Writes down that a brief went to a member.
pub fn send(store: &Store, brief: i64, member: i64, (at, day): (Instant, Day), copy: &Copy) -> Result<()> {
    store
        .conn
        .prepare_cached("INSERT INTO wordings (phrases) VALUES (?1) ON CONFLICT (phrases) DO NOTHING")?
        .execute([copy.phrases])?;
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO sends (brief, member, at, day, link, mark, channel, marks, wording, lifted_day)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT id FROM wordings WHERE phrases = ?9),
                 (SELECT closed_day FROM briefs WHERE id = ?1))",
    )?;
    let values =
        params![brief, member, at.0, day.0, copy.link, copy.mark, copy.channel, copy.marks, copy.phrases];
    insert.execute(values)?;
    Ok(())
}

/// Who has a brief by a day, each person once, in order of id. Who was merged after both had it has one of the two
/// copies: the one that was received, else the first.
pub fn sends(store: &Store, brief: i64, as_of: Day) -> Result<BTreeMap<i64, Send>> {
    let mut query = store.conn.prepare(
        "SELECT s.id, m.person, s.day, s.mark, CASE WHEN s.acked_day <= ?2 THEN s.acked_day END,
                CASE WHEN s.lifted_day <= ?2 THEN s.lifted_day END, s.channel, w.phrases, s.marks
         FROM sends s JOIN members m ON m.id = s.member LEFT JOIN wordings w ON w.id = s.wording
         WHERE s.brief = ?1 AND s.day <= ?2
         ORDER BY m.person, coalesce(s.acked_day <= ?2, 0), s.id DESC",
    )?;
    let rows = query.query_map(params![brief, as_of.0], |row| {
        Ok(Send {
            id: row.get(0)?,
            person: row.get(1)?,
            day: Day(row.get(2)?),
            mark: row.get(3)?,
            acked: row.get::<_, Option<i32>>(4)?.map(Day),
            lifted: row.get::<_, Option<i32>>(5)?.map(Day),
            channel: row.get(6)?,
            phrases: row.get(7)?,
            marks: row.get(8)?,
        })
    })?;
    rows.map(|send| send.map(|send| (send.person, send)).map_err(Into::into)).collect()
}

/// Notes that a message was answered with "received".
pub fn ack(store: &Store, send: i64, day: Day) -> Result<()> {
    store.conn.execute("UPDATE sends SET acked_day = ?2 WHERE id = ?1", [send, i64::from(day.0)])?;
    Ok(())
}

/// The kickoffs that people were invited to by a day, each once.
pub fn kickoffs(store: &Store, as_of: Day) -> Result<Vec<Instant>> {
    let mut query = store.conn.prepare(
        "SELECT DISTINCT kickoff_at FROM invitations WHERE kickoff_at IS NOT NULL AND day <= ?1 ORDER BY 1",
    )?;
    let rows = query.query_map([as_of.0], |row| Ok(Instant(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
