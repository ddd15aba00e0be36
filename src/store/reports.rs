//! What the reach report adds up: contributions, clicks, followers and names of advocates, each over all of them at once.

use super::settled::acts::{self, Act};
use super::works::mine;
use super::{Store, contributions, rows, settled};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// One contribution in a list of the best.
#[derive(Debug, Clone)]
pub struct Work {
    /// When.
    pub day: Day,
    /// Where.
    pub platform: String,
    /// What.
    pub kind: String,
    /// Its title, or else its address.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// How far it went.
    pub reach: Option<i64>,
    /// How that is known.
    pub grade: Option<String>,
    /// How many did something with it.
    pub engagements: Option<i64>,
}

/// A person's contributions of a period that drew most engagement, then reach, then the newest.
pub fn best_of(store: &Store, person: i64, as_of: Day, span: (Day, Day), most: usize) -> Result<Vec<Work>> {
    let mut acts = acts::made(store, as_of, span, Some(person))?.acts;
    let reach = |act: &Act| act.reach.map(|reach| reach.1);
    acts.sort_by_key(|act| Reverse((act.engagements, reach(act), act.day, Reverse(act.id))));
    acts.truncate(most);
    let told = contributions::some(store, &acts.iter().map(|act| act.id).collect())?;
    let work = |act: Act| {
        let told = told.get(&act.id)?;
        Some(Work {
            day: act.day,
            platform: told.platform.clone(),
            kind: told.kind.clone(),
            title: told.title.clone().or_else(|| told.url.clone()).unwrap_or_else(|| told.kind.clone()),
            url: told.url.clone(),
            reach: reach(&act),
            grade: act.reach.map(|reach| reach.0.to_string()),
            engagements: act.engagements,
        })
    };
    Ok(acts.into_iter().filter_map(work).collect())
}

/// An advocate's link.
#[derive(Debug, Clone)]
pub struct Owned {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// What it is known by.
    pub address: String,
    /// Since when.
    pub day: Day,
}

/// Every link that is someone's.
pub fn links(store: &Store) -> Result<Vec<Owned>> {
    let mut query = store.conn.prepare(
        "SELECT l.id, c.person, l.address, l.day FROM links l JOIN counted c ON c.member = l.member ORDER BY l.id",
    )?;
    let rows = query.query_map([], |row| {
        Ok(Owned { id: row.get(0)?, person: row.get(1)?, address: row.get(2)?, day: Day(row.get(3)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Different people who clicked everyone's links in some stretches of days (not our own people), by person, a number for each
/// stretch; someone who clicked two links counts for both. An owner whose links were not clicked has 0, who owns none is not
/// in it; nobody is where no clicks were ever brought in.
pub fn clicks(store: &Store, as_of: Day, spans: &[(Day, Day)]) -> Result<BTreeMap<i64, Vec<i64>>> {
    let mut people: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let any = "SELECT EXISTS (SELECT 1 FROM clicks WHERE day <= ?1)";
    if !store.conn.query_row(any, [as_of.0], |row| row.get(0))? {
        return Ok(people);
    }
    let spans: Vec<(Day, Day)> = spans.iter().map(|(from, to)| (*from, (*to).min(as_of))).collect();
    let mut clicked = settled::clicks::clicked(store, &spans)?;
    for link in links(store)? {
        let clicks = clicked.remove(&link.id);
        if link.day > as_of && clicks.is_none() {
            continue;
        }
        let sums = people.entry(link.person).or_insert_with(|| vec![0; spans.len()]);
        sums.iter_mut().zip(clicks.into_iter().flatten()).for_each(|(sum, clicks)| *sum += clicks);
    }
    Ok(people)
}

/// How many rows of click files were left out when they were imported, by reason.
pub fn clicks_left_out(store: &Store) -> Result<Vec<(String, i64)>> {
    let mut query = store.conn.prepare(
        "SELECT r.reason, sum(r.rows) FROM batch_reasons r JOIN batches b ON b.id = r.batch
         WHERE b.kind = 'clicks' AND r.fate = 'ignored' GROUP BY 1 ORDER BY 2 DESC, 1",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Follower counts of one person on one platform, by day; of several of a day the last.
pub type History = BTreeMap<Day, i64>;

/// All follower counts up to a day of everyone who joined by then, by person and platform.
pub fn histories(store: &Store, as_of: Day) -> Result<BTreeMap<(i64, String), History>> {
    let sql = format!(
        "WITH {} SELECT mine.person, f.platform, f.day, f.followers FROM mine CROSS JOIN audiences f ON f.member = mine.member
         WHERE f.day <= ?1 ORDER BY f.id",
        mine()
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([as_of.0])?;
    let mut all: BTreeMap<(i64, String), History> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        all.entry((row.get(0)?, row.get(1)?)).or_default().insert(Day(row.get(2)?), row.get(3)?);
    }
    Ok(all)
}

/// One advocate's follower counts on one platform around a day: the latest one up to it, and the first one after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followers {
    /// Whose.
    pub person: i64,
    /// Where.
    pub platform: String,
    /// (day, followers) at or before the day.
    pub before: Option<(Day, i64)>,
    /// (day, followers) after the day, and not later than the as-of day.
    pub after: Option<(Day, i64)>,
}

/// Follower counts of everyone who joined by `as_of`, around the day of joining or around `day`; by person and platform.
pub fn followers(store: &Store, as_of: Day, day: Option<Day>) -> Result<Vec<Followers>> {
    if rows::last(store, "audiences")? == 0 {
        return Ok(Vec::new());
    }
    let sql = "WITH adv AS MATERIALIZED (
           SELECT c.person AS person, min(s.day) AS joined FROM stages s JOIN counted c ON c.member = s.member
           WHERE s.stage = 'active' AND s.day <= ?1 GROUP BY c.person),
         mine AS MATERIALIZED (
           SELECT person AS member, person, joined FROM adv
           UNION ALL
           SELECT m.id, m.person, adv.joined FROM adv JOIN members m ON m.person = adv.person AND m.person <> m.id),
         around AS MATERIALIZED (
           SELECT adv.person AS person, f.platform AS platform,
                  max(f.day * 4294967296 + f.id) FILTER (WHERE f.day <= coalesce(?2, adv.joined)) AS before,
                  min(f.day * 4294967296 - f.id) FILTER (WHERE f.day > coalesce(?2, adv.joined)) AS after
           FROM mine adv CROSS JOIN audiences f ON f.member = adv.member
           WHERE f.day <= ?1 GROUP BY adv.person, f.platform)
         SELECT a.person, a.platform, b.day, b.followers, n.day, n.followers
         FROM around a
         LEFT JOIN audiences b ON b.id = a.before & 4294967295
         LEFT JOIN audiences n ON n.id = (-a.after) & 4294967295
         ORDER BY a.person, a.platform";
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map(params![as_of.0, day.map(|day| day.0)], |row| {
        let pair = |at: usize| -> rusqlite::Result<Option<(Day, i64)>> {
            let day: Option<i32> = row.get(at)?;
            let count: Option<i64> = row.get(at + 1)?;
            Ok(day.map(Day).zip(count))
        };
        Ok(Followers { person: row.get(0)?, platform: row.get(1)?, before: pair(2)?, after: pair(4)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
