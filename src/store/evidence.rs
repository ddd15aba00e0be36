//! What the four signals rest on, per person: acts, answers, ties and use, each read set by set up to a day.

use super::Store;
use super::persons::Persons;
use super::settled::all_acts;
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
    /// How often.
    pub times: u32,
}

/// Calls `see` with everyone's acts up to a day, one by one in no order: millions of them are read once. Returns the
/// platforms they are on.
pub fn each_act(
    store: &Store,
    persons: &Persons,
    as_of: Day,
    mut see: impl FnMut(Act),
) -> Result<BTreeSet<String>> {
    let mut used: Vec<bool> = Vec::new();
    let sorts = all_acts::each(store, |act| {
        let Some(person) = persons.of(act.member.into()).filter(|_| act.day <= as_of) else { return };
        let sort = act.sort as usize;
        if used.len() <= sort {
            used.resize(sort + 1, false);
        }
        used[sort] = true;
        see(Act { person, contribution: act.is_contribution, day: act.day, times: act.times });
    })?;
    let used = sorts.into_iter().zip(used).filter(|(_, used)| *used);
    Ok(used.map(|(sort, _)| sort.platform).collect())
}

/// Calls `see` with everyone who has a handle on one of these platforms, as often as they have one.
pub fn each_on(
    store: &Store,
    persons: &Persons,
    platforms: &BTreeSet<String>,
    mut see: impl FnMut(i64),
) -> Result<()> {
    let mut query = store
        .conn
        .prepare("SELECT member FROM identities WHERE platform IN (SELECT value FROM json_each(?1))")?;
    let mut rows = query.query([serde_json::to_string(platforms)?])?;
    while let Some(row) = rows.next()? {
        persons.of(row.get(0)?).into_iter().for_each(&mut see);
    }
    Ok(())
}

/// The people with a handle on a platform whose activity was imported: of them we know that they did nothing
/// where we have seen nothing.
pub fn observed(store: &Store, as_of: Day) -> Result<BTreeSet<i64>> {
    let mut query = store.conn.prepare(
        "SELECT DISTINCT platform FROM done WHERE day <= ?1 AND member NOT IN (SELECT member FROM outside)",
    )?;
    let platforms: BTreeSet<String> =
        query.query_map([as_of.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut found = BTreeSet::new();
    each_on(store, &Persons::counted(store)?, &platforms, |person| {
        found.insert(person);
    })?;
    Ok(found)
}

/// The last answer to one kind of survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub score: u8,
    /// The lowest possible one.
    pub low: u8,
    /// The highest possible one.
    pub high: u8,
    /// When.
    pub day: Day,
}

/// Calls `see` with everyone's answers between two days, both included: the person, whether it is an NPS answer (CSAT if not)
/// and the answer, in the order of the rows, so that of two on one day the later one is the newer.
pub fn each_answer(
    store: &Store,
    persons: &Persons,
    from: Day,
    as_of: Day,
    mut see: impl FnMut(i64, bool, Answer),
) -> Result<()> {
    // A column costs more than a byte of it: what fits in bytes comes as one number.
    let mut query = store.conn.prepare(
        "SELECT member, day, ((kind = 'nps') << 24) | (high << 16) | (low << 8) | score FROM responses
         WHERE member IS NOT NULL AND replaced_by IS NULL AND day BETWEEN ?1 AND ?2 AND high > low ORDER BY id",
    )?;
    let mut rows = query.query([from.0, as_of.0])?;
    while let Some(row) = rows.next()? {
        let Some(person) = persons.of(row.get(0)?) else { continue };
        let [is_nps, high, low, given] = row.get::<_, u32>(2)?.to_be_bytes();
        see(person, is_nps > 0, Answer { score: given, low, high, day: Day(row.get(1)?) });
    }
    Ok(())
}

/// Everyone's last NPS answer between two days, both included.
pub fn last_nps(store: &Store, from: Day, as_of: Day) -> Result<BTreeMap<i64, Answer>> {
    let mut last = BTreeMap::new();
    each_answer(store, &Persons::counted(store)?, from, as_of, |person, is_nps, answer| {
        if is_nps {
            newer(last.entry(person).or_insert(answer), answer);
        }
    })?;
    Ok(last)
}

/// Puts an answer in the place of one that is not newer.
pub fn newer(known: &mut Answer, answer: Answer) {
    if known.day <= answer.day {
        *known = answer;
    }
}

/// Fields that say a day: one that was only learnt later held on its own day already.
const DATES: [&str; 2] = ["joined", "customer_since"];

/// Whether anyone is known to have joined on some day.
pub fn has_joined(store: &Store) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM facts INDEXED BY facts_ties WHERE field = 'joined')";
    Ok(store.conn.query_row(sql, [], |row| row.get(0))?)
}

/// The newest value of each field on a day, as `number` reads it (the field's index, its text), at the index of the person;
/// what was cleared or cannot be read is none. Which one is the newest is as `called!` says, here for everyone in one pass.
pub fn newest_of<const N: usize>(
    store: &Store,
    persons: &Persons,
    fields: [&str; N],
    as_of: Day,
    mut number: impl FnMut(usize, &str) -> Option<i64>,
) -> Result<Vec<[Option<i64>; N]>> {
    // Of each person all fields side by side, and each with the place of its value: an export says them one after the other.
    const NONE: i64 = i64::MIN;
    let mut newest = persons.each([(NONE, NONE); N]);
    let today = as_of.to_string();
    let mut query = store
        .conn
        .prepare("SELECT field, member, (day << 32) + id, value FROM facts WHERE field <> 'name'")?;
    let mut rows = query.query([])?;
    let held = |index: usize, text: &str| {
        DATES.contains(&fields[index]) && !text.is_empty() && text <= today.as_str()
    };
    let mut last = 0;
    while let Some(row) = rows.next()? {
        let field = row.get_ref(0)?.as_bytes()?;
        let is_named = |index: &usize| fields[*index].as_bytes() == field;
        // They come again and again in one order.
        let next = Some((last + 1) % N).filter(is_named);
        let Some(index) = next.or_else(|| (0..N).find(is_named)) else { continue };
        last = index;
        let member: i64 = row.get(1)?;
        let Some(person) = persons.of(member) else { continue };
        let (at, text) = (row.get::<_, i64>(2)?, row.get_ref(3)?.as_str()?);
        let is_known = at >> 32 <= i64::from(as_of.0);
        if !is_known && !held(index, text) {
            continue;
        }
        let place = (i64::from(member == person) << 60) + if is_known { at } else { -at };
        let known = &mut newest[person as usize][index];
        if place > known.0 {
            *known = (place, number(index, text).unwrap_or(NONE));
        }
    }
    let known = |(_, value): (i64, i64)| Some(value).filter(|value| *value != NONE);
    Ok(newest.into_iter().map(|fields| fields.map(known)).collect())
}

/// Calls `see` with everyone who was in the file on a day, as often as a row of theirs was.
pub fn each_known(store: &Store, persons: &Persons, as_of: Day, mut see: impl FnMut(i64)) -> Result<()> {
    let mut query = store.conn.prepare("SELECT id FROM members WHERE day <= ?1")?;
    let mut rows = query.query([as_of.0])?;
    while let Some(row) = rows.next()? {
        persons.of(row.get(0)?).into_iter().for_each(&mut see);
    }
    Ok(())
}

/// How often each of some people did what, up to a day: (kind, count), most frequent first.
pub fn kinds(store: &Store, people: &[i64], as_of: Day) -> Result<BTreeMap<i64, Vec<(String, i64)>>> {
    let mut query = store.conn.prepare(
        "SELECT c.person, a.kind, sum(a.times) FROM done a JOIN counted c ON c.member = a.member
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
        "SELECT a.kind, a.platform, sum(a.times) FROM done a JOIN counted c ON c.member = a.member
         WHERE a.day <= ?1 AND c.person = ?2 GROUP BY a.kind, a.platform ORDER BY 1, 2",
    )?;
    let rows =
        query.query_map(params![as_of.0, person], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
