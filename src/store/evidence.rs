//! What the four signals rest on, per person: acts, answers, ties and use, each read set by set up to a day.

use super::persons::Persons;
use super::{Store, newest};
use crate::model::record::CONTRIBUTIONS;
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};

/// Something one person did on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// Whose.
    pub person: i64,
    /// Whether it is a contribution.
    pub contribution: bool,
    /// The day.
    pub day: Day,
}

/// Calls `see` with everyone's acts up to a day, one by one in the order of the rows: millions of them are read once,
/// and no sum may depend on their order.
pub fn each_act(store: &Store, persons: &Persons, as_of: Day, mut see: impl FnMut(Act)) -> Result<()> {
    let mut query = store.conn.prepare("SELECT member, day, kind FROM activities WHERE day <= ?1")?;
    let mut rows = query.query([as_of.0])?;
    while let Some(row) = rows.next()? {
        if let Some(person) = persons.of(row.get(0)?) {
            let contribution = CONTRIBUTIONS.contains(&row.get_ref(2)?.as_str()?);
            see(Act { person, contribution, day: Day(row.get(1)?) });
        }
    }
    Ok(())
}

/// The people with a handle on a platform whose activity was imported: of them we know that they did nothing
/// where we have seen nothing.
pub fn observed(store: &Store, as_of: Day) -> Result<BTreeSet<i64>> {
    let mut query = store.conn.prepare(
        "SELECT DISTINCT c.person FROM identities i JOIN counted c ON c.member = i.member
         WHERE i.platform IN (SELECT DISTINCT platform FROM activities
                              WHERE day <= ?1 AND member NOT IN (SELECT member FROM outside))",
    )?;
    let rows = query.query_map([as_of.0], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The last answer to one kind of survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub score: i64,
    /// The lowest possible one.
    pub low: i64,
    /// The highest possible one.
    pub high: i64,
    /// When.
    pub day: Day,
}

/// Everyone's last answer of a kind (`nps`, `csat`) between two days, both included.
pub fn answers(store: &Store, kind: &str, from: Day, as_of: Day) -> Result<BTreeMap<i64, Answer>> {
    let sql = concat!(
        "SELECT c.person, r.score, r.low, r.high, r.day, ",
        newest!("r"),
        " FROM responses r JOIN counted c ON c.member = r.member
         WHERE r.replaced_by IS NULL AND r.kind = ?1 AND r.day BETWEEN ?2 AND ?3 AND r.high > r.low GROUP BY c.person"
    );
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map(params![kind, from.0, as_of.0], |row| {
        let answer =
            Answer { score: row.get(1)?, low: row.get(2)?, high: row.get(3)?, day: Day(row.get(4)?) };
        Ok((row.get(0)?, answer))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest value of a field for everyone who has one on a day; cleared ones are not in it. A date that was
/// only learnt later, such as when someone joined, held on its own day already. Which one is the newest is as
/// `called!` says, here for everyone in one pass.
pub fn facts(store: &Store, persons: &Persons, field: &str, as_of: Day) -> Result<BTreeMap<i64, String>> {
    let mut query = store.conn.prepare(
        "SELECT member, day, id, value FROM facts
         WHERE field = ?2 AND (day <= ?1 OR (field IN ('joined', 'customer_since')
           AND value <> '' AND value <= date(?1 * 86400, 'unixepoch')))",
    )?;
    let mut rows = query.query(params![as_of.0, field])?;
    let mut known: Vec<(i64, (bool, i64), String)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (member, day, id): (i64, i32, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if let Some(person) = persons.of(member) {
            let at = (i64::from(day) << 32) + id;
            let rank = (member == person, if day <= as_of.0 { at } else { -at });
            known.push((person, rank, row.get(3)?));
        }
    }
    known.sort_unstable_by_key(|(person, rank, _)| (*person, *rank));
    known.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            std::mem::swap(later, earlier);
        }
        same
    });
    Ok(known
        .into_iter()
        .filter(|fact| !fact.2.is_empty())
        .map(|(person, _, value)| (person, value))
        .collect())
}

/// Use of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// Whose.
    pub person: i64,
    /// What was counted.
    pub metric: String,
    /// The amount in the window; nothing where all rows are older than it.
    pub amount: Option<f64>,
    /// How many rows are in the window.
    pub rows: i64,
}

/// Everyone's use of the product (a community platform's own counts, `platform:metric`, are no use of it), per
/// metric, of the days after `after` up to a day. Rounded at the ninth decimal, where the
/// order of the rows would show.
pub fn uses(store: &Store, after: Day, as_of: Day) -> Result<Vec<Use>> {
    let mut query = store.conn.prepare(
        "SELECT c.person, u.metric, round(sum(CASE WHEN u.day > ?1 THEN u.amount END), 9),
                count(CASE WHEN u.day > ?1 THEN 1 END)
         FROM usage u JOIN counted c ON c.member = u.member
         WHERE u.replaced_by IS NULL AND u.day <= ?2 AND instr(u.metric, ':') = 0 GROUP BY c.person, u.metric ORDER BY u.metric, c.person",
    )?;
    let rows = query.query_map([after.0, as_of.0], |row| {
        Ok(Use { person: row.get(0)?, metric: row.get(1)?, amount: row.get(2)?, rows: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The day each counted person was first in the file.
pub fn known_since(store: &Store) -> Result<BTreeMap<i64, Day>> {
    let mut query = store.conn.prepare(
        "SELECT c.person, min(m.day) FROM counted c JOIN members m ON m.id = c.member GROUP BY c.person",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, Day(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How often each of some people did what, up to a day: (kind, count), most frequent first.
pub fn kinds(store: &Store, people: &[i64], as_of: Day) -> Result<BTreeMap<i64, Vec<(String, i64)>>> {
    let mut query = store.conn.prepare(
        "SELECT c.person, a.kind, count(*) FROM activities a JOIN counted c ON c.member = a.member
         WHERE a.day <= ?1 AND c.person IN (SELECT value FROM json_each(?2))
         GROUP BY c.person, a.kind ORDER BY 1, 3 DESC, 2",
    )?;
    let mut rows = query.query(params![as_of.0, serde_json::to_string(people)?])?;
    let mut all: BTreeMap<i64, Vec<(String, i64)>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        all.entry(row.get(0)?).or_default().push((row.get(1)?, row.get(2)?));
    }
    Ok(all)
}

/// How often one person did what, and where, up to a day: (kind, platform, count).
pub fn kinds_and_places(store: &Store, person: i64, as_of: Day) -> Result<Vec<(String, String, i64)>> {
    let mut query = store.conn.prepare(
        "SELECT a.kind, a.platform, count(*) FROM activities a JOIN counted c ON c.member = a.member
         WHERE a.day <= ?1 AND c.person = ?2 GROUP BY a.kind, a.platform ORDER BY 1, 2",
    )?;
    let rows =
        query.query_map(params![as_of.0, person], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
