//! The lighter signals: use of the product, followers, sign-ups, and answers to the statements.

use super::Store;
use crate::model::record::{Audience, Take, Usage};
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, params};

/// Adds an amount of use; returns its row.
pub fn add_usage(store: &Store, usage: &Usage, batch: Option<i64>) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO usage (member, metric, day, amount, batch) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    Ok(insert.insert(params![usage.member, usage.metric, usage.day.0, usage.amount, batch])?)
}

/// The amount a row holds.
pub fn usage_amount(store: &Store, row: i64) -> Result<Option<f64>> {
    let mut query = store.conn.prepare_cached("SELECT amount FROM usage WHERE id = ?1")?;
    Ok(query.query_row([row], |row| row.get(0)).optional()?)
}

/// Adds a follower count; returns its row.
pub fn add_audience(store: &Store, audience: &Audience, batch: Option<i64>) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO audiences (member, platform, at, day, followers, batch) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    Ok(insert.insert(params![
        audience.member,
        audience.platform,
        audience.at.0,
        audience.day.0,
        audience.followers,
        batch
    ])?)
}

/// Adds a sign-up; returns its row.
pub fn add_signup(
    store: &Store,
    member: i64,
    at: Option<Instant>,
    day: Option<Day>,
    message: Option<&str>,
    batch: Option<i64>,
) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO signups (member, at, day, message, batch) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    Ok(insert.insert(params![member, at.map(|at| at.0), day.map(|day| day.0), message, batch])?)
}

/// Adds someone's answers to the statements; returns its row.
pub fn add_take(store: &Store, take: &Take, batch: Option<i64>) -> Result<i64> {
    let mut insert = store.conn.prepare_cached(
        "INSERT INTO survey_takes (member, at, day, choice, batch) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let row = insert.insert(params![take.member, take.at.0, take.day.0, take.choice, batch])?;
    let mut answer = store
        .conn
        .prepare_cached("INSERT INTO survey_answers (take, statement, answer) VALUES (?1, ?2, ?3)")?;
    for (statement, value) in &take.answers {
        answer.execute([row, *statement, *value])?;
    }
    Ok(row)
}

/// Whether known answers to the statements are these.
pub fn take_says(store: &Store, row: i64, answers: &[(i64, i64)], choice: Option<&str>) -> Result<bool> {
    let mut query = store
        .conn
        .prepare_cached("SELECT statement, answer FROM survey_answers WHERE take = ?1 ORDER BY statement")?;
    let rows = query.query_map([row], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known: Vec<(i64, i64)> = rows.collect::<Result<_, _>>()?;
    let mut chosen = store.conn.prepare_cached("SELECT choice IS ?2 FROM survey_takes WHERE id = ?1")?;
    Ok(known == answers && chosen.query_row(params![row, choice], |row| row.get(0))?)
}
