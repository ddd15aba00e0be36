//! What the weekly list rests on, read for advocates only: the heavy tables are gone through once, row by row.

use super::Store;
use super::persons::Persons;
use crate::model::record::CONTRIBUTIONS;
use crate::model::time::{Day, Instant};
use anyhow::Result;
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// One act of an advocate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: Instant,
    /// Its row.
    pub id: i64,
    /// The day of it.
    pub day: Day,
    /// Whether it made something.
    pub contribution: bool,
}

/// What people did up to a day, as far as the week's list and the trough watch need it.
#[derive(Debug, Default)]
pub struct Acts {
    /// Those of each person asked about, oldest first; who never did anything is not in it.
    pub theirs: BTreeMap<i64, Vec<Act>>,
    /// Where each of them did something.
    pub platforms: BTreeMap<i64, BTreeSet<String>>,
    /// How many others were active on each day later than the one asked for, by day.
    pub crowd: Vec<(i32, usize)>,
}

impl Acts {
    /// The days on which each of them was active, each once and ascending.
    pub fn active_days(&self) -> BTreeMap<i64, Vec<i32>> {
        let days = |acts: &Vec<Act>| {
            let mut days: Vec<i32> = acts.iter().map(|act| act.day.0).collect();
            days.sort_unstable();
            days.dedup();
            days
        };
        self.theirs.iter().map(|(person, acts)| (*person, days(acts))).collect()
    }

    /// The day of the first contribution of each from a day of theirs on.
    pub fn first_made(&self, from: &BTreeMap<i64, Day>) -> BTreeMap<i64, Day> {
        let first = |(person, acts): (&i64, &Vec<Act>)| {
            let from = *from.get(person)?;
            let made = acts.iter().filter(|act| act.contribution && act.day >= from);
            Some((*person, made.map(|act| act.day).min()?))
        };
        self.theirs.iter().filter_map(first).collect()
    }
}

/// Reads the acts of these people, and how many others were active on each day after `crowd_after`, in one pass.
pub fn acts(store: &Store, people: &BTreeSet<i64>, as_of: Day, crowd_after: Day) -> Result<Acts> {
    let persons = Persons::counted(store)?;
    let mine = persons.rows_of(people);
    let mut is_asked_about = persons.each(false);
    for row in &mine {
        is_asked_about[usize::try_from(*row)?] = true;
    }
    let mut acts = Acts::default();
    let mut crowd: Vec<(i32, u32)> = Vec::new();
    // Of what is known only added up, a day's acts of one kind stand as one, at noon.
    let mut query = store.conn.prepare(
        "SELECT member, day, platform, id, kind, at FROM activities
         WHERE day <= ?1 AND (day > ?3 OR member IN (SELECT value FROM json_each(?2)))
         UNION ALL
         SELECT member, day, platform, -id, kind, 86400 * day + 43200 FROM summed
         WHERE day <= ?1 AND (day > ?3 OR member IN (SELECT value FROM json_each(?2)))",
    )?;
    let mut rows = query.query(params![as_of.0, serde_json::to_string(&mine)?, crowd_after.0])?;
    while let Some(row) = rows.next()? {
        let member: i64 = row.get(0)?;
        let Some(person) = persons.of(member) else { continue };
        if !is_asked_about[usize::try_from(member)?] {
            crowd.push((row.get(1)?, u32::try_from(person)?));
            continue;
        }
        let contribution = CONTRIBUTIONS.contains(&row.get_ref(4)?.as_str()?);
        let act = Act { at: Instant(row.get(5)?), id: row.get(3)?, day: Day(row.get(1)?), contribution };
        acts.theirs.entry(person).or_default().push(act);
        let (places, platform) = (acts.platforms.entry(person).or_default(), row.get_ref(2)?.as_str()?);
        if !places.contains(platform) {
            places.insert(platform.to_owned());
        }
    }
    for made in acts.theirs.values_mut() {
        made.sort_unstable_by_key(|act| (act.at, act.id));
    }
    crowd.sort_unstable();
    crowd.dedup();
    acts.crowd = crowd.chunk_by(|a, b| a.0 == b.0).map(|day| (day[0].0, day.len())).collect();
    Ok(acts)
}

/// Which of these platforms any act of anyone counted was imported from by a day.
pub fn seen_on(store: &Store, platforms: &BTreeSet<String>, as_of: Day) -> Result<BTreeSet<String>> {
    let persons = Persons::counted(store)?;
    let mut seen = BTreeSet::new();
    let mut query = store.conn.prepare("SELECT member FROM done WHERE platform = ?1 AND day <= ?2")?;
    for platform in platforms {
        let mut rows = query.query(params![platform, as_of.0])?;
        while let Some(row) = rows.next()? {
            if persons.of(row.get(0)?).is_some() {
                seen.insert(platform.clone());
                break;
            }
        }
    }
    Ok(seen)
}

/// The contributions that one of ours reacted to by a day.
pub fn reacted(store: &Store, as_of: Day) -> Result<HashSet<i64>> {
    let mut query = store.conn.prepare("SELECT activity FROM reactions WHERE day <= ?1")?;
    let rows = query.query_map([as_of.0], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Where a few contributions are and what they are called (their address where they have no title), by row.
pub fn named(store: &Store, ids: &[i64]) -> Result<BTreeMap<i64, (String, Option<String>)>> {
    let mut query = store.conn.prepare(
        "SELECT a.id, a.platform, coalesce(a.title, a.url) FROM json_each(?1) j CROSS JOIN activities a ON a.id = j.value",
    )?;
    let rows = query
        .query_map([serde_json::to_string(ids)?], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// On which platforms these people have handles; addresses and numbers are none.
pub fn handles(store: &Store, people: &BTreeSet<i64>) -> Result<BTreeMap<i64, BTreeSet<String>>> {
    let mut query = store.conn.prepare(
        "WITH wanted AS MATERIALIZED (SELECT value AS person FROM json_each(?1)),
         mine AS MATERIALIZED (
           SELECT person AS member, person FROM wanted
           UNION SELECT m.id, m.person FROM members m JOIN wanted w ON w.person = m.person WHERE m.person <> m.id)
         SELECT n.person, i.platform FROM mine n CROSS JOIN identities i ON i.member = n.member
         WHERE i.platform NOT IN ('email', 'id')",
    )?;
    let mut rows = query.query([serde_json::to_string(people)?])?;
    let mut found: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().insert(row.get(1)?);
    }
    Ok(found)
}

/// A person's newest NPS answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// The answer, 0 to 10.
    pub score: i64,
    /// When.
    pub day: Day,
}

/// The newest NPS answer of each of these people later than `after`, on a scale of 0 to 10.
pub fn scores(store: &Store, people: &BTreeSet<i64>, as_of: Day, after: Day) -> Result<BTreeMap<i64, Score>> {
    let persons = Persons::counted(store)?;
    let mut query = store.conn.prepare(
        "SELECT member, day, score FROM responses
         WHERE kind = 'nps' AND low = 0 AND high = 10 AND replaced_by IS NULL AND member IS NOT NULL AND day > ?2 AND day <= ?1",
    )?;
    let mut rows = query.query([as_of.0, after.0])?;
    let mut newest: BTreeMap<i64, Score> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let Some(person) = persons.of(row.get(0)?).filter(|person| people.contains(person)) else { continue };
        let answer = Score { day: Day(row.get(1)?), score: row.get(2)? };
        // Rows are in the order they came in: of two on one day the later one holds.
        if newest.get(&person).is_none_or(|known| known.day <= answer.day) {
            newest.insert(person, answer);
        }
    }
    Ok(newest)
}

/// When a note was last written about each person it was written about.
pub fn last_noted(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    dated(
        store,
        "SELECT m.person, max(x.day) FROM notes x JOIN members m ON m.id = x.member WHERE x.day <= ?1 GROUP BY m.person",
        as_of,
    )
}

/// Who answered the twelve statements, and when last.
pub fn surveyed(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    dated(
        store,
        "SELECT m.person, max(x.day) FROM survey_takes x JOIN members m ON m.id = x.member
         WHERE x.replaced_by IS NULL AND x.day <= ?1 GROUP BY m.person",
        as_of,
    )
}

/// Who has a tracked link in use, and since when.
pub fn linked(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    dated(
        store,
        "SELECT m.person, max(x.day) FROM links x JOIN members m ON m.id = x.member
         WHERE x.day <= ?1 AND (x.retired_day IS NULL OR x.retired_day > ?1) GROUP BY m.person",
        as_of,
    )
}

/// Who has a code in use, and since when.
pub fn coded(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    dated(
        store,
        "SELECT m.person, max(x.from_day) FROM codes x JOIN members m ON m.id = x.member
         WHERE x.from_day <= ?1 AND (x.to_day IS NULL OR x.to_day > ?1) GROUP BY m.person",
        as_of,
    )
}

fn dated(store: &Store, sql: &str, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    let mut query = store.conn.prepare(sql)?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get(0)?, Day(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The address most links of advocates lead to, without its tracking values; none where there is no link.
pub fn usual_target(store: &Store, as_of: Day) -> Result<Option<String>> {
    let mut query = store.conn.prepare(
        "SELECT target FROM links WHERE target IS NOT NULL AND member IS NOT NULL AND brief IS NULL AND day <= ?1
         GROUP BY target ORDER BY count(*) DESC, target LIMIT 1",
    )?;
    let mut rows = query.query_map([as_of.0], |row| row.get(0))?;
    Ok(rows.next().transpose()?)
}

/// The newest import of one kind of export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// What kind of record.
    pub kind: String,
    /// The file's name.
    pub file: String,
    /// When it was imported.
    pub day: Day,
}

/// The newest import of each kind by a day, in order of kind.
pub fn imported(store: &Store, as_of: Day) -> Result<Vec<Imported>> {
    let mut query = store.conn.prepare(
        "SELECT kind, file, day, max(day * 4294967296 + id) FROM batches WHERE day <= ?1 GROUP BY kind ORDER BY kind",
    )?;
    let rows = query.query_map([as_of.0], |row| {
        Ok(Imported { kind: row.get(0)?, file: row.get(1)?, day: Day(row.get(2)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A copy of a brief whose receipt was not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unacked {
    /// The brief.
    pub brief: i64,
    /// What it is called.
    pub title: String,
    /// Who has it.
    pub person: i64,
    /// Since when.
    pub day: Day,
}

/// The copies of exclusive news that went out up to `until` and were not acknowledged by `as_of`; what was withdrawn or
/// lifted needs no receipt, and a request for feedback waits for its answer instead.
pub fn unacked(store: &Store, as_of: Day, until: Day) -> Result<Vec<Unacked>> {
    let mut query = store.conn.prepare(
        "SELECT b.id, b.title, c.person, min(s.day) FROM sends s JOIN briefs b ON b.id = s.brief
         JOIN counted c ON c.member = s.member
         WHERE b.kind = 'exclusive' AND s.day <= ?1
           AND (b.withdrawn_day IS NULL OR b.withdrawn_day > ?1) AND (b.closed_day IS NULL OR b.closed_day > ?1)
         GROUP BY b.id, c.person
         HAVING min(s.day) <= ?2 AND max(coalesce(s.acked_day <= ?1, 0)) = 0 ORDER BY b.id, c.person",
    )?;
    let rows = query.query_map(params![as_of.0, until.0], |row| {
        Ok(Unacked { brief: row.get(0)?, title: row.get(1)?, person: row.get(2)?, day: Day(row.get(3)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The reminders: the newest invitation of each person where it has no answer, with the day of its reminder.
pub fn reminded(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Day>> {
    dated(
        store,
        "SELECT c.person, max(x.reminded_day) FROM invitations x JOIN counted c ON c.member = x.member
         WHERE x.reminded_day <= ?1 GROUP BY c.person",
        as_of,
    )
}
