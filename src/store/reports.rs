//! What the reach report adds up: contributions, clicks, followers and names of advocates, each over all of them at once.

use super::{Store, contributions};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// What the contributions of one advocate add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Contributions {
    /// How many.
    pub count: i64,
    /// Reach by grade A, B, C, D; none where no contribution has that grade.
    pub reach: [Option<i64>; 4],
    /// The largest reach of one contribution, by grade.
    pub largest: [Option<i64>; 4],
    /// How many contributions have each grade.
    pub graded: [i64; 4],
    /// Engagements; none where none are known.
    pub engagements: Option<i64>,
    /// The contributions that have both reach and engagements, and no more of these than of that: how many, Σx, Σe, Σx², Σxe,
    /// Σe² (x reach, e engagements).
    pub both: [f64; 6],
    /// How many have more engagements than reach, which no rate counts (MEASUREMENT.md 6, 7).
    pub over: i64,
}

/// The tables `adv` (who joined, and when), `mine` (their member rows), `made` (their contributions from ?2 to ?3) and
/// `seen` (each contribution once, with its newest snapshot of the best grade by ?1).
fn seen() -> String {
    format!(
        "adv AS MATERIALIZED (
           SELECT c.person AS person, min(s.day) AS joined FROM stages s JOIN counted c ON c.member = s.member
           WHERE s.stage = 'active' AND s.day <= ?1 GROUP BY c.person),
         mine AS MATERIALIZED (
           SELECT person AS member, person, joined FROM adv
           UNION ALL
           SELECT m.id, m.person, adv.joined FROM adv JOIN members m ON m.person = adv.person AND m.person <> m.id),
         made AS (
           SELECT a.id AS id, mine.person AS person, a.platform AS platform, a.kind AS kind, a.day AS day, a.title AS title,
                  a.url AS url
           FROM activities a CROSS JOIN mine ON mine.member = a.member
           WHERE a.kind IN ({}) AND a.day BETWEEN max(mine.joined, ?2) AND min(?1, ?3)),
         shots AS MATERIALIZED (
           SELECT a.id AS activity, 0 AS id, a.grade AS grade, a.counted_day AS day, a.reach AS reach, a.engagements AS engagements
           FROM made JOIN activities a ON a.id = made.id WHERE a.grade IS NOT NULL
           UNION ALL
           SELECT r.activity, r.id, r.grade, r.day, r.reach, r.engagements
           FROM made CROSS JOIN reaches r ON r.activity = made.id),
         seen AS (
           SELECT * FROM (
             SELECT made.*, CASE WHEN r.reach IS NOT NULL THEN r.grade END AS grade, r.reach AS reach,
                    first_value(r.engagements) OVER (PARTITION BY made.id
                      ORDER BY r.engagements IS NULL, r.reach IS NULL, r.grade, r.day DESC, r.id DESC) AS engagements,
                    row_number() OVER (PARTITION BY made.id
                      ORDER BY r.reach IS NULL, r.grade, r.day DESC, r.id DESC) AS place
             FROM made LEFT JOIN shots r ON r.activity = made.id AND r.day <= ?1)
           WHERE place = 1)",
        contributions::kinds()
    )
}

/// What everyone's contributions from joining on add up to, over a period as known on `as_of`, by person.
pub fn contributions(
    store: &Store,
    as_of: Day,
    (from, to): (Day, Day),
) -> Result<BTreeMap<i64, Contributions>> {
    let both = "reach > 0 AND engagements <= reach";
    let sql = format!(
        "WITH {} SELECT person, count(*),
           sum(reach) FILTER (WHERE grade = 'A'), sum(reach) FILTER (WHERE grade = 'B'),
           sum(reach) FILTER (WHERE grade = 'C'), sum(reach) FILTER (WHERE grade = 'D'), sum(engagements),
           total(1) FILTER (WHERE {both}), total(reach) FILTER (WHERE {both}), total(engagements) FILTER (WHERE {both}),
           total(1.0 * reach * reach) FILTER (WHERE {both}), total(1.0 * reach * engagements) FILTER (WHERE {both}),
           total(1.0 * engagements * engagements) FILTER (WHERE {both}),
           count(*) FILTER (WHERE grade = 'A'), count(*) FILTER (WHERE grade = 'B'),
           count(*) FILTER (WHERE grade = 'C'), count(*) FILTER (WHERE grade = 'D'),
           count(*) FILTER (WHERE engagements > reach),
           max(reach) FILTER (WHERE grade = 'A'), max(reach) FILTER (WHERE grade = 'B'),
           max(reach) FILTER (WHERE grade = 'C'), max(reach) FILTER (WHERE grade = 'D')
         FROM seen GROUP BY person ORDER BY person",
        seen()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![as_of.0, from.0, to.0], |row| {
        let mut both = [0.0; 6];
        for (place, value) in both.iter_mut().enumerate() {
            *value = row.get(7 + place)?;
        }
        let sums = Contributions {
            count: row.get(1)?,
            reach: [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?],
            largest: [row.get(18)?, row.get(19)?, row.get(20)?, row.get(21)?],
            graded: [row.get(13)?, row.get(14)?, row.get(15)?, row.get(16)?],
            engagements: row.get(6)?,
            both,
            over: row.get(17)?,
        };
        Ok((row.get(0)?, sums))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

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
pub fn best_of(
    store: &Store,
    person: i64,
    as_of: Day,
    (from, to): (Day, Day),
    most: i64,
) -> Result<Vec<Work>> {
    let sql = format!(
        "WITH {} SELECT day, platform, kind, coalesce(title, url, kind), url, reach, grade, engagements FROM seen
         WHERE person = ?4 ORDER BY engagements IS NULL, engagements DESC, reach IS NULL, reach DESC, day DESC, id LIMIT ?5",
        seen().replacen("GROUP BY c.person)", "AND c.person = ?4 GROUP BY c.person)", 1)
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map(params![as_of.0, from.0, to.0, person, most], |row| {
        Ok(Work {
            day: Day(row.get(0)?),
            platform: row.get(1)?,
            kind: row.get(2)?,
            title: row.get(3)?,
            url: row.get(4)?,
            reach: row.get(5)?,
            grade: row.get(6)?,
            engagements: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Clicks on everyone's links in a period (not by our own people), by person; an owner whose links were not clicked has 0, who owns none is not in it;
/// nobody is where no clicks were ever brought in.
pub fn clicks(store: &Store, as_of: Day, (from, to): (Day, Day)) -> Result<BTreeMap<i64, i64>> {
    let mut query = store.conn.prepare(
        "WITH clicked AS MATERIALIZED (
           SELECT link, sum(clicks) AS clicks FROM clicks
           WHERE replaced_by IS NULL AND day BETWEEN ?2 AND min(?1, ?3)
             AND (member IS NULL OR member NOT IN (SELECT member FROM outside)) GROUP BY link)
         SELECT c.person, coalesce(sum(k.clicks), 0)
         FROM links l JOIN counted c ON c.member = l.member LEFT JOIN clicked k ON k.link = l.id
         WHERE (l.day <= ?1 OR k.clicks IS NOT NULL) AND EXISTS (SELECT 1 FROM clicks WHERE day <= ?1)
         GROUP BY c.person ORDER BY c.person",
    )?;
    let rows = query.query_map(params![as_of.0, from.0, to.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
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
