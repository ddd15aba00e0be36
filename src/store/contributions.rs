//! Contributions as the amplify step sees them: waiting, best, and by whom on which days.

use super::{Store, stages};
use crate::model::record::CONTRIBUTIONS;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{OptionalExtension, Row, params};

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
fn advocates() -> String {
    format!(
        "advocates AS (SELECT person, joined FROM ({}) WHERE stage IN ('active', 'on-hold'))",
        stages::JOINED
    )
}

/// The snapshot of each contribution that counts on day ?1: one with both numbers before others, then the
/// newest, then the better known.
const NUMBERS: &str = "numbers AS (
    SELECT activity, grade, reach, engagements FROM (
      SELECT activity, grade, reach, engagements,
             row_number() OVER (PARTITION BY activity ORDER BY (reach IS NOT NULL AND engagements IS NOT NULL) DESC,
                                day DESC, grade, id DESC) AS place
      FROM snapshots WHERE day <= ?1 AND (reach IS NOT NULL OR engagements IS NOT NULL)) WHERE place = 1)";

/// A contribution by its row, known on a day; staff's and bots' are not.
pub fn find(store: &Store, id: i64, as_of: Day) -> Result<Option<Contribution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM activities a JOIN counted c ON c.member = a.member
         WHERE a.id = ?1 AND a.day <= ?2 AND a.kind IN ({})",
        kinds()
    );
    Ok(store.conn.query_row(&sql, params![id, as_of.0], read).optional()?)
}

/// The contributions at addresses that hold `part`, of whatever day, oldest first. (A like has the address of
/// what was liked.)
pub fn at_addresses_with(store: &Store, part: &str) -> Result<Vec<Contribution>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM activities a JOIN members c ON c.id = a.member
         WHERE a.url IS NOT NULL AND instr(lower(a.url), lower(?1)) > 0 AND a.kind IN ({}) ORDER BY a.id",
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map([part], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A contribution nobody of ours answered yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The contribution.
    pub contribution: Contribution,
    /// Which one of its author's since joining it is, from 1 on; none for what was before, and for others
    /// than advocates.
    pub since_joining: Option<i64>,
}

/// What advocates (or everyone) made later than `after`, without any reaction by `as_of`. The `first` ones of
/// each newcomer come first, then the oldest.
pub fn waiting(store: &Store, as_of: Day, after: Day, first: i64, everyone: bool) -> Result<Vec<Waiting>> {
    let join = if everyone { "LEFT JOIN" } else { "JOIN" };
    let sql = format!(
        "WITH {}, made AS (
           SELECT {COLUMNS},
                  CASE WHEN a.day >= v.joined THEN
                    row_number() OVER (PARTITION BY c.person, a.day >= v.joined ORDER BY a.at, a.id) END AS place
           FROM activities a JOIN counted c ON c.member = a.member {join} advocates v ON v.person = c.person
           WHERE a.day <= ?1 AND a.kind IN ({}))
         SELECT id, person, kind, platform, title, url, at, day, place FROM made
         WHERE day > ?2 AND NOT EXISTS (SELECT 1 FROM reactions r WHERE r.activity = made.id AND r.day <= ?1)
         ORDER BY coalesce(place, ?3 + 1) > ?3, at, id",
        advocates(),
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![as_of.0, after.0, first], |row| {
        Ok(Waiting { contribution: read(row)?, since_joining: row.get(8)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A contribution with its numbers.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// The contribution.
    pub contribution: Contribution,
    /// How many people saw it.
    pub reach: Option<i64>,
    /// How many did something with it.
    pub engagements: Option<i64>,
    /// How that is known: A, B, C or D.
    pub grade: String,
}

/// The contributions of a period whose reach or engagements are known, in order of row; on one platform, or
/// on all.
pub fn numbered(
    store: &Store,
    as_of: Day,
    (from, to): (Day, Day),
    platform: Option<&str>,
) -> Result<Vec<Numbered>> {
    let sql = format!(
        "WITH {NUMBERS}
         SELECT {COLUMNS}, n.reach, n.engagements, n.grade
         FROM activities a JOIN counted c ON c.member = a.member JOIN numbers n ON n.activity = a.id
         WHERE a.day BETWEEN ?2 AND ?3 AND a.day <= ?1 AND a.kind IN ({}) AND (?4 IS NULL OR a.platform = ?4)
         ORDER BY a.id",
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![as_of.0, from.0, to.0, platform], |row| {
        Ok(Numbered {
            contribution: read(row)?,
            reach: row.get(8)?,
            engagements: row.get(9)?,
            grade: row.get(10)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many contributions a period has, numbers known or not.
pub fn count(store: &Store, as_of: Day, (from, to): (Day, Day), platform: Option<&str>) -> Result<usize> {
    let sql = format!(
        "SELECT count(*) FROM activities a JOIN counted c ON c.member = a.member
         WHERE a.day BETWEEN ?2 AND ?3 AND a.day <= ?1 AND a.kind IN ({}) AND (?4 IS NULL OR a.platform = ?4)",
        kinds()
    );
    let count: i64 =
        store.conn.query_row(&sql, params![as_of.0, from.0, to.0, platform], |row| row.get(0))?;
    Ok(count as usize)
}

/// An advocate's contribution, and what we did with it by a day.
#[derive(Debug, Clone)]
pub struct Work {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// Its title.
    pub title: Option<String>,
    /// The day of it.
    pub day: Day,
    /// Whether one of ours answered it.
    pub answered: bool,
    /// Whether we gave it a better place.
    pub promoted: bool,
    /// How many did something with it.
    pub engagements: Option<i64>,
}

/// What advocates made later than `after`, in order of person and time.
pub fn work(store: &Store, as_of: Day, after: Day) -> Result<Vec<Work>> {
    let sql = format!(
        "WITH {}, {NUMBERS}
         SELECT a.id, c.person, a.title, a.day,
                EXISTS (SELECT 1 FROM reactions r WHERE r.activity = a.id AND r.day <= ?1),
                EXISTS (SELECT 1 FROM promotions p WHERE p.activity = a.id AND p.day <= ?1), n.engagements
         FROM activities a JOIN counted c ON c.member = a.member JOIN advocates v ON v.person = c.person
         LEFT JOIN numbers n ON n.activity = a.id
         WHERE a.day > ?2 AND a.day <= ?1 AND a.kind IN ({}) ORDER BY c.person, a.at, a.id",
        advocates(),
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![as_of.0, after.0], |row| {
        Ok(Work {
            id: row.get(0)?,
            person: row.get(1)?,
            title: row.get(2)?,
            day: Day(row.get(3)?),
            answered: row.get(4)?,
            promoted: row.get(5)?,
            engagements: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The days on which each advocate was active, by person and day; those never active are not in it.
pub fn active_days(store: &Store, as_of: Day) -> Result<Vec<(i64, Vec<i32>)>> {
    let sql = format!(
        "WITH {}
         SELECT DISTINCT c.person, a.day
         FROM activities a JOIN counted c ON c.member = a.member JOIN advocates v ON v.person = c.person
         WHERE a.day <= ?1 ORDER BY c.person, a.day",
        advocates()
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([as_of.0])?;
    let mut people: Vec<(i64, Vec<i32>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (person, day) = (row.get(0)?, row.get(1)?);
        match people.last_mut().filter(|last| last.0 == person) {
            Some((_, days)) => days.push(day),
            None => people.push((person, vec![day])),
        }
    }
    Ok(people)
}

/// How many counted people that are no advocates were active on each day later than `after`.
pub fn others_active(store: &Store, as_of: Day, after: Day) -> Result<Vec<(i32, usize)>> {
    let sql = format!(
        "WITH {}
         SELECT a.day, count(DISTINCT c.person) FROM activities a JOIN counted c ON c.member = a.member
         WHERE a.day > ?2 AND a.day <= ?1 AND c.person NOT IN (SELECT person FROM advocates)
         GROUP BY a.day ORDER BY a.day",
        advocates()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query
        .query_map(params![as_of.0, after.0], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as usize)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
