//! Contributions with how far they went: all of a period, and those of everyone who joined.

use super::contributions::kinds;
use super::met::Met;
use super::{Store, stages};
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::{Row, Rows, params};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One reading of a contribution's numbers. The greatest is the one that counts: with both numbers before others,
/// then the newest, then the better known, then the last written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reading {
    has_both: bool,
    day: i32,
    grade: Reverse<u8>,
    row: i64,
    reach: Option<i64>,
    engagements: Option<i64>,
}

impl Reading {
    /// From five columns beginning with `at`: row, grade, day, reach, engagements; none where there is no number.
    fn of(row: &Row, at: usize, as_of: Day) -> rusqlite::Result<Option<Self>> {
        let (reach, engagements): (Option<i64>, Option<i64>) = (row.get(at + 3)?, row.get(at + 4)?);
        let day: Option<i32> = row.get(at + 2)?;
        let Some(day) = day.filter(|day| *day <= as_of.0 && (reach.is_some() || engagements.is_some()))
        else {
            return Ok(None);
        };
        let letter = row.get_ref(at + 1)?.as_str()?.bytes().next().unwrap_or(b'D');
        let has_both = reach.is_some() && engagements.is_some();
        Ok(Some(Self { has_both, day, grade: Reverse(letter), row: row.get(at)?, reach, engagements }))
    }
}

/// A contribution's row and the reading that counts, if any.
type Read = (i64, Option<Reading>);

/// Goes through the later readings, for contributions in order of row.
fn later(store: &Store, as_of: Day, known: &mut [Read]) -> Result<()> {
    let sql = "SELECT activity, id, grade, day, reach, engagements FROM reaches WHERE day <= ?1";
    let mut query = store.conn.prepare(sql)?;
    fold(query.query([as_of.0])?, as_of, known)
}

/// Takes the reading that counts of each contribution, in order of row, where later ones are among these rows.
fn fold(mut rows: Rows, as_of: Day, known: &mut [Read]) -> Result<()> {
    while let Some(row) = rows.next()? {
        let activity: i64 = row.get(0)?;
        if let Ok(place) = known.binary_search_by_key(&activity, |one| one.0) {
            known[place].1 = known[place].1.max(Reading::of(row, 1, as_of)?);
        }
    }
    Ok(())
}

/// A contribution's numbers; what else is known of it is read for those that are shown.
#[derive(Debug, Clone)]
pub struct Numbered {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// Where it is: a place in [`Period::platforms`].
    pub platform: usize,
    /// How many people saw it.
    pub reach: Option<i64>,
    /// How many did something with it.
    pub engagements: Option<i64>,
    /// How that is known: A, B, C or D.
    pub grade: char,
}

/// The contributions of a period.
#[derive(Debug, Default)]
pub struct Period {
    /// How many there are, numbers known or not.
    pub count: usize,
    /// Those whose reach or engagements are known, in order of row.
    pub numbered: Vec<Numbered>,
    /// The platforms they are on.
    pub platforms: Vec<String>,
}

/// The contributions of a period, both ends included; on one platform, or on all.
pub fn period(store: &Store, as_of: Day, (from, to): (Day, Day), platform: Option<&str>) -> Result<Period> {
    let persons = super::persons::Persons::counted(store)?;
    let sql = format!(
        "SELECT id, member, platform, 0, grade, counted_day, reach, engagements FROM activities
         WHERE day BETWEEN ?1 AND ?2 AND kind IN ({}) AND (?3 IS NULL OR platform = ?3) ORDER BY id",
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query(params![from.0, to.min(as_of).0, platform])?;
    let (mut period, mut met) = (Period::default(), Met::default());
    let (mut read, mut whose) = (Vec::<Read>::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let Some(person) = persons.of(row.get(1)?) else { continue };
        whose.push((person, met.place(row.get_ref(2)?.as_str()?)? as usize));
        read.push((row.get(0)?, Reading::of(row, 3, as_of)?));
    }
    later(store, as_of, &mut read)?;
    period.platforms = met.names();
    period.count = read.len();
    let numbered = read.into_iter().zip(whose).filter_map(|((id, reading), (person, platform))| {
        let reading = reading?;
        let (reach, engagements, grade) = (reading.reach, reading.engagements, char::from(reading.grade.0));
        Some(Numbered { id, person, platform, reach, engagements, grade })
    });
    period.numbered = numbered.collect();
    Ok(period)
}

/// The member rows of everyone who joined by day ?1, with the person and the day of joining.
pub(super) fn mine() -> String {
    format!(
        "joiners AS MATERIALIZED ({}),
         mine AS MATERIALIZED (
           SELECT m.id AS member, m.person AS person, j.joined AS joined FROM joiners j JOIN members m ON m.id = j.person
           UNION SELECT m.id, m.person, j.joined FROM joiners j JOIN members m ON m.person = j.person AND m.person <> m.id)",
        stages::JOINED
    )
}

/// A contribution of someone who joined.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// When.
    pub at: Instant,
    /// The day of it.
    pub day: Day,
    /// How many saw it.
    pub reach: Option<i64>,
}

/// What everyone who ever joined made, before joining too, in order of person and time.
pub fn made(store: &Store, as_of: Day) -> Result<Vec<Made>> {
    let sql = format!(
        "WITH {}
         SELECT a.id, mine.person, a.at, a.day, 0, a.grade, a.counted_day, a.reach, a.engagements
         FROM activities a CROSS JOIN mine ON mine.member = a.member
         WHERE a.day <= ?1 AND a.kind IN ({}) ORDER BY a.id",
        mine(),
        kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([as_of.0])?;
    let (mut made, mut read) = (Vec::new(), Vec::<Read>::new());
    while let Some(row) = rows.next()? {
        let (id, at, day) = (row.get(0)?, Instant(row.get(2)?), Day(row.get(3)?));
        read.push((id, Reading::of(row, 4, as_of)?));
        made.push(Made { id, person: row.get(1)?, at, day, reach: None });
    }
    later(store, as_of, &mut read)?;
    for (made, (_, reading)) in made.iter_mut().zip(read) {
        made.reach = reading.and_then(|reading| reading.reach);
    }
    made.sort_by_key(|made| (made.person, made.at, made.id));
    Ok(made)
}

/// An advocate's contribution, and what we did with it by a day.
#[derive(Debug, Clone)]
pub struct Work {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// Where.
    pub platform: String,
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

/// What is known of some contributions (the row and whose it is), in order of person and time.
pub fn work(store: &Store, as_of: Day, made: &BTreeMap<i64, i64>) -> Result<Vec<Work>> {
    let ids = serde_json::to_string(&made.keys().collect::<Vec<_>>())?;
    let mut query = store.conn.prepare(
        "SELECT a.id, a.title, a.day, a.platform, a.at,
                EXISTS (SELECT 1 FROM reactions r WHERE r.activity = a.id AND r.day <= ?1),
                EXISTS (SELECT 1 FROM promotions p WHERE p.activity = a.id AND p.day <= ?1),
                0, a.grade, a.counted_day, a.reach, a.engagements
         FROM json_each(?2) j CROSS JOIN activities a ON a.id = j.value ORDER BY a.id",
    )?;
    let mut rows = query.query(params![as_of.0, ids])?;
    let (mut works, mut read) = (Vec::new(), Vec::<Read>::new());
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let Some(person) = made.get(&id).copied() else { continue };
        read.push((id, Reading::of(row, 7, as_of)?));
        let at: i64 = row.get(4)?;
        let work = Work {
            id,
            person,
            title: row.get(1)?,
            day: Day(row.get(2)?),
            platform: row.get(3)?,
            answered: row.get(5)?,
            promoted: row.get(6)?,
            engagements: None,
        };
        works.push((at, work));
    }
    let mut query = store.conn.prepare(
        "SELECT r.activity, r.id, r.grade, r.day, r.reach, r.engagements
         FROM json_each(?2) j CROSS JOIN reaches r ON r.activity = j.value WHERE r.day <= ?1",
    )?;
    fold(query.query(params![as_of.0, ids])?, as_of, &mut read)?;
    for ((_, work), (_, reading)) in works.iter_mut().zip(read) {
        work.engagements = reading.and_then(|reading| reading.engagements);
    }
    works.sort_by_key(|(at, work)| (work.person, *at, work.id));
    Ok(works.into_iter().map(|(_, work)| work).collect())
}
