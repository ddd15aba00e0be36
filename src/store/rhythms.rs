//! On which days who was active: everyone who joined, one by one, and all others together.

use super::persons::Persons;
use super::works::mine;
use super::{Store, contributions, stages};
use crate::model::time::Day;
use anyhow::Result;
use rusqlite::params;
use std::collections::BTreeMap;

/// The days on which each of those who ever joined was active, by person and day; those never active are not in it.
pub fn active_days(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Vec<i32>>> {
    let sql = format!(
        "WITH {} SELECT mine.person, a.day FROM done a CROSS JOIN mine ON mine.member = a.member WHERE a.day <= ?1",
        mine()
    );
    let mut query = store.conn.prepare(&sql)?;
    let mut rows = query.query([as_of.0])?;
    let mut people: BTreeMap<i64, Vec<i32>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        people.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    for days in people.values_mut() {
        days.sort_unstable();
        days.dedup();
    }
    Ok(people)
}

/// How many counted people that never joined were active on each day later than `after`, by day.
pub fn others_active(store: &Store, as_of: Day, after: Day) -> Result<Vec<(i32, usize)>> {
    let persons = Persons::counted(store)?;
    let mut has_joined = persons.each(false);
    for joined in stages::joined(store, as_of)? {
        if let Ok(place) = usize::try_from(joined.person) {
            has_joined[place] = true;
        }
    }
    let mut query = store.conn.prepare("SELECT member, day FROM done WHERE day > ?1 AND day <= ?2")?;
    let mut rows = query.query(params![after.0, as_of.0])?;
    let mut acts: Vec<(i32, u32)> = Vec::new();
    while let Some(row) = rows.next()? {
        let person = persons.of(row.get(0)?).filter(|person| !has_joined[*person as usize]);
        if let Some(person) = person.and_then(|person| u32::try_from(person).ok()) {
            acts.push((row.get(1)?, person));
        }
    }
    acts.sort_unstable();
    acts.dedup();
    Ok(acts.chunk_by(|a, b| a.0 == b.0).map(|day| (day[0].0, day.len())).collect())
}

/// From which day to which (the last one not included) someone was active in the program; the end is open while they are.
pub type Spell = (Day, Option<Day>);

/// When each of those who ever joined was active (not on hold, and not gone), by person and day.
pub fn spells(store: &Store, as_of: Day) -> Result<BTreeMap<i64, Vec<Spell>>> {
    let mut query = store.conn.prepare(
        "SELECT c.person, s.stage = 'active', s.day FROM stages s JOIN counted c ON c.member = s.member
         WHERE s.day <= ?1 ORDER BY c.person, s.day, s.id",
    )?;
    let mut rows = query.query([as_of.0])?;
    let mut people: BTreeMap<i64, Vec<Spell>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (person, is_active, day): (i64, bool, Day) = (row.get(0)?, row.get(1)?, Day(row.get(2)?));
        let spells = people.entry(person).or_default();
        match spells.last_mut() {
            Some((_, end @ None)) if !is_active => *end = Some(day),
            Some((_, None)) => {}
            _ if is_active => spells.push((day, None)),
            _ => {}
        }
    }
    people.retain(|_, spells| !spells.is_empty());
    Ok(people)
}

/// From when to when someone belonged to the program, and what they made first in it.
#[derive(Debug, Clone, Copy)]
pub struct Begun {
    /// Who.
    pub person: i64,
    /// The day they joined.
    pub joined: Day,
    /// The day they left, if they did: neither active nor on hold since.
    pub left: Option<Day>,
    /// The day of their first contribution from then on, if any.
    pub first_made: Option<Day>,
}

/// Everyone who joined by a day, in order of id.
pub fn begun(store: &Store, as_of: Day) -> Result<Vec<Begun>> {
    let sql = format!(
        "WITH {} SELECT mine.person, min(a.day) FROM done a CROSS JOIN mine ON mine.member = a.member
         WHERE a.day BETWEEN mine.joined AND ?1 AND a.kind IN ({}) GROUP BY mine.person",
        mine(),
        contributions::kinds()
    );
    let mut query = store.conn.prepare(&sql)?;
    let rows = query.query_map([as_of.0], |row| Ok((row.get::<_, i64>(0)?, Day(row.get(1)?))))?;
    let first: BTreeMap<i64, Day> = rows.collect::<Result<_, _>>()?;
    begun_with(store, as_of, stages::joined(store, as_of)?, &first)
}

/// The same where it is known already who joined, and when each made the first thing since.
pub fn begun_with(
    store: &Store,
    as_of: Day,
    joined: Vec<stages::Joined>,
    first: &BTreeMap<i64, Day>,
) -> Result<Vec<Begun>> {
    let standings = stages::standings(store, None, as_of)?;
    let gone: BTreeMap<i64, Day> = standings
        .into_iter()
        .filter(|standing| !standing.stage.is_advocate())
        .map(|standing| (standing.person, standing.since))
        .collect();
    let begun = |one: stages::Joined| Begun {
        person: one.person,
        joined: one.day,
        left: gone.get(&one.person).copied(),
        first_made: first.get(&one.person).copied(),
    };
    Ok(joined.into_iter().map(begun).collect())
}
