//! What the four signals rest on, per person: acts, answers, ties and use, each read set by set up to a day.

use super::persons::Persons;
use super::settled::all_acts;
use super::{Store, in_order};
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

/// Calls `see` with everyone's answers between two days, both included: the person, the kind (`nps`, `csat`) and the
/// answer, in the order of the rows, so that of two on one day the later one is the newer.
pub fn each_answer(
    store: &Store,
    persons: &Persons,
    from: Day,
    as_of: Day,
    mut see: impl FnMut(i64, &str, Answer),
) -> Result<()> {
    let mut query = store.conn.prepare(
        "SELECT member, kind, score, low, high, day FROM responses
         WHERE member IS NOT NULL AND replaced_by IS NULL AND day BETWEEN ?1 AND ?2 AND high > low ORDER BY id",
    )?;
    let mut rows = query.query([from.0, as_of.0])?;
    while let Some(row) = rows.next()? {
        let Some(person) = persons.of(row.get(0)?) else { continue };
        let answer =
            Answer { score: row.get(2)?, low: row.get(3)?, high: row.get(4)?, day: Day(row.get(5)?) };
        see(person, row.get_ref(1)?.as_str()?, answer);
    }
    Ok(())
}

/// Everyone's last answer of a kind (`nps`, `csat`) between two days, both included.
pub fn answers(store: &Store, kind: &str, from: Day, as_of: Day) -> Result<BTreeMap<i64, Answer>> {
    let mut last = BTreeMap::new();
    each_answer(store, &Persons::counted(store)?, from, as_of, |person, asked, answer| {
        if asked == kind {
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
    let mut newest = persons.each([(i64::MIN, None); N]);
    let today = as_of.to_string();
    let mut query = store.conn.prepare("SELECT field, member, day, id, value FROM facts")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let field = row.get_ref(0)?.as_bytes()?;
        let Some(index) = fields.iter().position(|known| known.as_bytes() == field) else { continue };
        let member: i64 = row.get(1)?;
        let Some(person) = persons.of(member) else { continue };
        let (day, text) = (row.get::<_, i32>(2)?, row.get_ref(4)?.as_str()?);
        let held = DATES.contains(&fields[index]) && !text.is_empty() && text <= today.as_str();
        if day > as_of.0 && !held {
            continue;
        }
        let at = (i64::from(day) << 32) + row.get::<_, i64>(3)?;
        let place = (i64::from(member == person) << 60) + if day <= as_of.0 { at } else { -at };
        let known = &mut newest[person as usize][index];
        if place > known.0 {
            *known = (place, number(index, text));
        }
    }
    Ok(newest.into_iter().map(|fields| fields.map(|(_, value)| value)).collect())
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
    pub metric: usize,
    /// The amount in the window; nothing where all rows are older than it.
    pub amount: Option<f64>,
    /// How many rows are in the window.
    pub rows: i64,
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
    metric: usize,
    /// The place of another metric of the person.
    next: Option<u32>,
    sum: f64,
    lost: f64,
    rows: i64,
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
    let mut metrics: Vec<String> = Vec::new();
    // All in one list, and in it each person's first: few people use more than one metric, and many use none.
    let (mut uses, mut first): (Vec<Adding>, Vec<Option<u32>>) = (Vec::new(), persons.each(None));
    while let Some(row) = rows.next()? {
        let name = row.get_ref(1)?.as_str()?;
        let Some(person) = persons.of(row.get(0)?).filter(|_| !name.contains(':')) else { continue };
        let metric = metrics.iter().position(|known| known == name).unwrap_or_else(|| {
            metrics.push(name.into());
            metrics.len() - 1
        });
        let first = &mut first[person as usize];
        let known = chain(&uses, *first).find(|place| uses[*place].metric == metric);
        let place = known.unwrap_or(uses.len());
        if known.is_none() {
            uses.push(Adding { metric, next: *first, sum: 0.0, lost: 0.0, rows: 0 });
            *first = Some(u32::try_from(place)?);
        }
        if row.get::<_, i32>(2)? > after.0 {
            uses[place].add(row.get(3)?);
        }
    }
    let places = in_order(&mut metrics);
    let mut all = Vec::with_capacity(uses.len());
    for (person, first) in (0..).zip(first) {
        let start = all.len();
        all.extend(chain(&uses, first).map(|place| {
            let one = &uses[place];
            Use { person, metric: places[one.metric], amount: one.amount(), rows: one.rows }
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
