//! Contributions of those who ever joined, out of everyone's acts.

use super::{Kind, all_acts};
use crate::model::time::Day;
use crate::store::contributions::kinds;
use crate::store::met::Met;
use crate::store::{Store, stages};
use anyhow::Result;
use hashbrown::HashMap;
use rusqlite::{Row, params};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The member rows of everyone who was ever active, on whatever day.
const WANTED: &str = "SELECT m.id FROM members m WHERE m.id IN (SELECT p.person FROM stages s JOIN members p ON p.id = s.member WHERE s.stage = 'active')
    UNION
    SELECT m.id FROM members m WHERE m.person <> m.id
      AND m.person IN (SELECT p.person FROM stages s JOIN members p ON p.id = s.member WHERE s.stage = 'active')";

/// What is kept of a contribution, in the order of the columns.
const COLUMNS: &str = "member, day, id, platform, grade, counted_day, reach, engagements";

fn members(store: &Store, sql: &str) -> Result<BTreeSet<i64>> {
    let mut query = store.conn.prepare_cached(sql)?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Brings them up to date.
pub(super) fn refresh(store: &Store) -> Result<()> {
    let (mut until, last) = (Kind::Acts.until(store)?, Kind::Acts.last(store)?);
    if until < 0 {
        store.conn.execute_batch("DELETE FROM settled_acts; DELETE FROM settled_members;")?;
    }
    let (wanted, known) = (members(store, WANTED)?, members(store, "SELECT member FROM settled_members")?);
    for member in known.difference(&wanted) {
        store.conn.execute("DELETE FROM settled_acts WHERE member = ?1", [member])?;
        store.conn.execute("DELETE FROM settled_members WHERE member = ?1", [member])?;
    }
    let new: Vec<i64> = wanted.difference(&known).copied().collect();
    if !new.is_empty() {
        let ids = serde_json::to_string(&new)?;
        if until > 0 {
            settle(store, (0, until), "SELECT value FROM json_each(?3)", Some(&ids))?;
        }
        store.conn.execute("INSERT INTO settled_members SELECT value FROM json_each(?1)", [ids])?;
    }
    until = until.max(0);
    if last > until && !wanted.is_empty() {
        settle(store, (until, last), "SELECT member FROM settled_members", None)?;
    }
    let settled = Kind::Acts.until(store)?;
    if settled != last {
        all_acts::refresh(store, settled, last)?;
        Kind::Acts.set(store, last)?;
    }
    Ok(())
}

/// Settles the contributions after one row up to another, of some members.
fn settle(store: &Store, (after, to): (i64, i64), whose: &str, list: Option<&str>) -> Result<()> {
    let sql = format!(
        "INSERT INTO settled_acts ({COLUMNS}) SELECT {COLUMNS} FROM activities
         WHERE id > ?1 AND id <= ?2 AND kind IN ({}) AND member IN ({whose}) ORDER BY member, day, id",
        kinds()
    );
    match list {
        Some(list) => store.conn.execute(&sql, params![after, to, list])?,
        None => store.conn.execute(&sql, params![after, to])?,
    };
    Ok(())
}

/// How many rows are not what the acts say, either way.
pub(super) fn apart(store: &Store) -> Result<i64> {
    let (until, wanted) = (Kind::Acts.until(store)?, members(store, WANTED)?);
    if until < 0 {
        return Ok(0);
    }
    let known = members(store, "SELECT member FROM settled_members")?;
    let settled = format!("SELECT {COLUMNS} FROM settled_acts");
    let said = format!(
        "SELECT {COLUMNS} FROM activities WHERE id <= {until} AND kind IN ({})
           AND member IN (SELECT member FROM settled_members)",
        kinds()
    );
    let count = |one: &str, other: &str| -> Result<i64> {
        let sql = format!("SELECT count(*) FROM ({one} EXCEPT {other})");
        Ok(store.conn.query_row(&sql, [], |row| row.get(0))?)
    };
    let strange = known.difference(&wanted).count() as i64;
    Ok(count(&settled, &said)? + count(&said, &settled)? + strange)
}

/// One contribution of someone who joined, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its row.
    pub id: i64,
    /// Whose.
    pub person: i64,
    /// The day of it.
    pub day: Day,
    /// Where: a place among [`Acts::platforms`].
    pub platform: u32,
    /// How many saw it, and how that is known (A to D): the newest count of the best grade.
    pub reach: Option<(char, i64)>,
    /// How many did something with it, by the count that knows reach too, where there is one.
    pub engagements: Option<i64>,
}

/// Contributions, and the platforms they are on.
#[derive(Debug, Default)]
pub struct Acts {
    /// In no order that means anything; most of one person's lie together.
    pub acts: Vec<Act>,
    /// The platforms, in order of name.
    pub platforms: Vec<String>,
}

impl Acts {
    /// Where one of them is.
    pub fn platform(&self, act: &Act) -> &str {
        &self.platforms[act.platform as usize]
    }
}

/// Which of two counts is the better one: the better grade, then the newer, then the one written down later.
type Place = (u8, Reverse<i32>, Reverse<i64>);

/// One count of an act.
struct Count {
    place: Place,
    reach: Option<i64>,
    engagements: Option<i64>,
}

impl Count {
    /// From five columns beginning with `at`: row, grade, day, reach, engagements; none where it was counted later.
    fn read(row: &Row, at: usize, as_of: Day) -> rusqlite::Result<Option<Self>> {
        let Some(day) = row.get::<_, Option<i32>>(at + 2)?.filter(|day| *day <= as_of.0) else {
            return Ok(None);
        };
        let letter = row.get_ref(at + 1)?.as_str()?.bytes().next().unwrap_or(b'D');
        let place = (letter, Reverse(day), Reverse(row.get(at)?));
        Ok(Some(Self { place, reach: row.get(at + 3)?, engagements: row.get(at + 4)? }))
    }
}

/// The best counts of an act so far.
#[derive(Default)]
struct Best {
    reach: Option<Place>,
    engagements: Option<(bool, Place)>,
}

impl Best {
    /// Tells an act what a count says that is better than what is known of it.
    fn see(&mut self, count: &Count, act: &mut Act) {
        let place = count.place;
        if let Some(reach) = count.reach
            && self.reach.is_none_or(|known| place < known)
        {
            self.reach = Some(place);
            act.reach = Some((char::from(place.0), reach));
        }
        let place = (count.reach.is_none(), place);
        if let Some(engagements) = count.engagements
            && self.engagements.is_none_or(|known| place < known)
        {
            self.engagements = Some(place);
            act.engagements = Some(engagements);
        }
    }
}

/// Reads what people made from joining on.
struct Reader<'a> {
    store: &'a Store,
    as_of: Day,
    days: (Day, Day),
    /// The member rows of whom it is about: the person, and the day of joining.
    mine: HashMap<i64, (i64, Day)>,
    found: Vec<Act>,
    /// The grade and the day of the first count of each that was found, for those that are counted again. Kept apart, so that
    /// what is kept of hundreds of thousands of acts stays small.
    first: Vec<(u8, i32)>,
    platforms: Met,
}

/// The contributions from joining on of everyone who joined by `as_of` (or of one of them), over a period, each with
/// its counts as known on `as_of`.
pub fn made(store: &Store, as_of: Day, (from, to): (Day, Day), only: Option<i64>) -> Result<Acts> {
    let mut joined = stages::joining_days(store, as_of)?;
    joined.retain(|person, _| only.is_none_or(|only| only == *person));
    let mut mine: HashMap<i64, (i64, Day)> =
        joined.iter().map(|(person, day)| (*person, (*person, *day))).collect();
    let mut query = store.conn.prepare_cached("SELECT id, person FROM members WHERE person <> id")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let person: i64 = row.get(1)?;
        if let Some(day) = joined.get(&person) {
            mine.insert(row.get(0)?, (person, *day));
        }
    }
    let days = (from, to.min(as_of));
    Reader { store, as_of, days, mine, found: Vec::new(), first: Vec::new(), platforms: Met::default() }
        .read()
}

impl Reader<'_> {
    fn read(mut self) -> Result<Acts> {
        let until = Kind::Acts.until(self.store)?;
        let known = if until < 0 {
            BTreeSet::new()
        } else {
            members(self.store, "SELECT member FROM settled_members")?
        };
        let (settled, missing): (Vec<i64>, Vec<i64>) =
            self.mine.keys().partition(|member| known.contains(member));
        if settled.len() > known.len() / 2 {
            // Of most of them: reading all is faster than looking each up.
            let all: i64 =
                self.store.conn.query_row("SELECT count(*) FROM settled_acts", [], |row| row.get(0))?;
            self.found.reserve(usize::try_from(all)?);
            self.first.reserve(usize::try_from(all)?);
            self.add("settled_acts", "TRUE", "")?;
        } else if !settled.is_empty() {
            let from = "settled_acts";
            self.add(from, "member IN (SELECT value FROM json_each(?3))", &serde_json::to_string(&settled)?)?;
        }
        let kinds = kinds();
        if !missing.is_empty() {
            let some = format!(
                "id <= {until} AND kind IN ({kinds}) AND member IN (SELECT value FROM json_each(?3))"
            );
            let all = format!("kind IN ({kinds}) AND member IN (SELECT value FROM json_each(?3))");
            self.add("activities", if until < 0 { &all } else { &some }, &serde_json::to_string(&missing)?)?;
        }
        if until >= 0 {
            self.add("activities", &format!("id > {until} AND kind IN ({kinds})"), "")?;
        }
        self.later()?;
        Ok(self.done())
    }

    /// Adds the rows of a table that fit a condition.
    fn add(&mut self, table: &str, which: &str, list: &str) -> Result<()> {
        let sql = format!(
            "SELECT member, day, id, platform, 0, grade, counted_day, reach, engagements FROM {table}
             WHERE day BETWEEN ?1 AND ?2 AND {which}"
        );
        let mut query = self.store.conn.prepare(&sql)?;
        query.raw_bind_parameter(1, self.days.0.0)?;
        query.raw_bind_parameter(2, self.days.1.0)?;
        if query.parameter_count() > 2 {
            query.raw_bind_parameter(3, list)?;
        }
        let mut rows = query.raw_query();
        // Most of one member's rows lie together.
        let (mut before, mut whose) = (0, None);
        while let Some(row) = rows.next()? {
            let member: i64 = row.get(0)?;
            if member != before {
                (before, whose) = (member, self.mine.get(&member).copied());
            }
            let Some((person, joined)) = whose else { continue };
            let day = Day(row.get(1)?);
            if day < joined {
                continue;
            }
            let platform = self.platforms.place(row.get_ref(3)?.as_str()?)?;
            let mut act = Act { id: row.get(2)?, person, day, platform, reach: None, engagements: None };
            let count = Count::read(row, 4, self.as_of)?;
            if let Some(count) = &count {
                Best::default().see(count, &mut act);
            }
            self.found.push(act);
            self.first.push(count.map_or((b'D', i32::MIN), |count| (count.place.0, count.place.1.0)));
        }
        Ok(())
    }

    /// Sees the later counts.
    fn later(&mut self) -> Result<()> {
        let mut places: Vec<(i64, usize)> = Vec::new();
        let mut bests: HashMap<usize, Best> = HashMap::new();
        let sql = "SELECT activity, id, grade, day, reach, engagements FROM reaches WHERE day <= ?1";
        let mut query = self.store.conn.prepare(sql)?;
        let mut rows = query.query([self.as_of.0])?;
        while let Some(row) = rows.next()? {
            if places.is_empty() {
                places.extend(self.found.iter().map(|act| act.id).zip(0..));
                places.sort_unstable();
            }
            let activity: i64 = row.get(0)?;
            let Ok(found) = places.binary_search_by_key(&activity, |place| place.0) else { continue };
            let at = places[found].1;
            let best = bests.entry(at).or_insert_with(|| self.first(at));
            if let Some(count) = Count::read(row, 1, self.as_of)? {
                best.see(&count, &mut self.found[at]);
            }
        }
        Ok(())
    }

    /// What the first count of an act was worth.
    fn first(&self, at: usize) -> Best {
        let (act, (letter, day)) = (&self.found[at], self.first[at]);
        let place = (letter, Reverse(day), Reverse(0));
        let reach = act.reach.map(|_| place);
        Best { reach, engagements: act.engagements.map(|_| (reach.is_none(), place)) }
    }

    fn done(mut self) -> Acts {
        let (platforms, places) = self.platforms.in_order();
        for act in &mut self.found {
            act.platform = places[act.platform as usize];
        }
        Acts { acts: self.found, platforms }
    }
}
