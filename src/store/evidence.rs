//! What the four signals rest on, per person: acts, answers, ties and use, each read set by set up to a day.

use super::met::Met;
use super::persons::Persons;
use super::settled::all_acts;
use super::{Store, rows};
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
    let mut query = store.conn.prepare("SELECT field, member, (day << 32) + id, value FROM facts")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let field = row.get_ref(0)?.as_bytes()?;
        let Some(index) = fields.iter().position(|known| known.as_bytes() == field) else { continue };
        let member: i64 = row.get(1)?;
        let Some(person) = persons.of(member) else { continue };
        let (at, text) = (row.get::<_, i64>(2)?, row.get_ref(3)?.as_str()?);
        let is_known = at >> 32 <= i64::from(as_of.0);
        let held = DATES.contains(&fields[index]) && !text.is_empty() && text <= today.as_str();
        if !is_known && !held {
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

/// Use of the product by everyone.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    /// What was counted, in order of name.
    pub metrics: Vec<String>,
    /// By person and metric.
    pub all: Vec<Use>,
}

/// Use of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// Whose.
    pub person: i64,
    /// What was counted: a place among [`Uses::metrics`].
    pub metric: u32,
    /// How many rows are in the window.
    pub rows: u32,
    /// The amount in the window; nothing where all rows are older than it.
    pub amount: Option<f64>,
}

impl Uses {
    /// One person's.
    pub fn of(&self, person: i64) -> &[Use] {
        let first = self.all.partition_point(|one| one.person < person);
        let theirs = self.all[first..].iter().take_while(|one| one.person == person).count();
        &self.all[first..first + theirs]
    }
}

/// Use of one metric by one person while it is added up. Neumaier's sum keeps what adding loses.
struct Adding {
    metric: u32,
    rows: u32,
    /// The place of another metric of the person.
    next: Option<u32>,
    sum: f64,
    lost: f64,
}

impl Adding {
    fn add(&mut self, amount: f64) {
        let sum = self.sum + amount;
        self.lost += if self.sum.abs() >= amount.abs() {
            (self.sum - sum) + amount
        } else {
            (amount - sum) + self.sum
        };
        self.sum = sum;
        self.rows += 1;
    }

    /// The sum, rounded at the ninth decimal, where the order of the rows would show.
    fn amount(&self) -> Option<f64> {
        let sum = self.sum + self.lost;
        let rounded = if sum.fract() == 0.0 { Some(sum) } else { format!("{sum:.9}").parse().ok() };
        rounded.filter(|_| self.rows > 0)
    }
}

/// The places of one person's uses, from their first.
fn chain(uses: &[Adding], first: Option<u32>) -> impl Iterator<Item = usize> {
    std::iter::successors(first, |place| uses[*place as usize].next).map(|place| place as usize)
}

/// Everyone's use of the product (a community platform's own counts, `platform:metric`, are no use of it) of the days after
/// `after` up to a day.
pub fn uses(store: &Store, persons: &Persons, after: Day, as_of: Day) -> Result<Uses> {
    let mut query = store
        .conn
        .prepare("SELECT member, metric, day, amount FROM usage WHERE replaced_by IS NULL AND day <= ?1")?;
    let mut rows = query.query([as_of.0])?;
    let mut metrics = Met::default();
    // All in one list, and in it each person's first: few people use more than one metric, and many use none.
    let mut first: Vec<Option<u32>> = persons.each(None);
    let mut uses: Vec<Adding> =
        Vec::with_capacity(first.len().min(usize::try_from(rows::last(store, "usage")?)?));
    while let Some(row) = rows.next()? {
        let name = row.get_ref(1)?.as_str()?;
        let Some(person) = persons.of(row.get(0)?).filter(|_| !name.contains(':')) else { continue };
        let metric = metrics.place(name)?;
        let first = &mut first[person as usize];
        let known = chain(&uses, *first).find(|place| uses[*place].metric == metric);
        let place = known.unwrap_or(uses.len());
        if known.is_none() {
            uses.push(Adding { metric, rows: 0, next: *first, sum: 0.0, lost: 0.0 });
            *first = Some(u32::try_from(place)?);
        }
        if row.get::<_, i32>(2)? > after.0 {
            uses[place].add(row.get(3)?);
        }
    }
    let (metrics, places) = metrics.in_order();
    let mut all = Vec::with_capacity(uses.len());
    for (person, first) in (0..).zip(first) {
        let start = all.len();
        all.extend(chain(&uses, first).map(|place| {
            let one = &uses[place];
            Use { person, metric: places[one.metric as usize], rows: one.rows, amount: one.amount() }
        }));
        all[start..].sort_unstable_by_key(|one: &Use| one.metric);
    }
    Ok(Uses { metrics, all })
}

/// The day each person's first row came into the file, at the index of the person; none where nobody is.
pub fn known_since(store: &Store, persons: &Persons) -> Result<Vec<Option<Day>>> {
    let mut days: Vec<Option<Day>> = persons.each(None);
    let mut query = store.conn.prepare("SELECT id, day FROM members")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let Some(person) = persons.of(row.get(0)?) else { continue };
        let (day, known) = (Day(row.get(1)?), &mut days[person as usize]);
        *known = Some(known.map_or(day, |known| known.min(day)));
    }
    Ok(days)
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
