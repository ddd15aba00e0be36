//! What everyone did on which day, and where: all acts, read from their runs.

use super::Kind;
use super::runs::{self, Entry, Writer};
use crate::model::record::CONTRIBUTIONS;
use crate::model::time::Day;
use crate::store::Store;
use anyhow::{Context, Result};
use hashbrown::HashMap;
use rusqlite::params;

/// What an act is: its kind and its platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// What it is.
    pub kind: String,
    /// Where it is.
    pub platform: String,
    /// Whether its kind is a contribution.
    pub is_contribution: bool,
}

/// An act, as far as most questions go; or several of one sort on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// Whose row.
    pub member: u32,
    /// When.
    pub day: Day,
    /// What: a place among the sorts.
    pub sort: u32,
    /// How often.
    pub times: u32,
    /// Whether it is a contribution.
    pub is_contribution: bool,
}

impl Act {
    /// As it lies in a run; sorts are numbered from 1 there.
    fn of((member, day, sort): Entry, is_contribution: bool) -> Self {
        Self { member, day: Day(day), sort: sort - 1, times: 1, is_contribution }
    }
}

/// The sorts while rows are read that may name new ones.
#[derive(Default)]
pub(super) struct Sorts {
    known: Vec<Sort>,
    places: HashMap<(String, String), usize>,
    last: usize,
}

impl Sorts {
    /// Those that are known, in their order.
    pub(super) fn of(known: Vec<Sort>) -> Self {
        let mut sorts = Self::default();
        for sort in known {
            sorts.add(sort.kind, sort.platform);
        }
        sorts
    }

    fn read(store: &Store) -> Result<Self> {
        let mut sorts = Self::default();
        let mut query = store.conn.prepare_cached("SELECT kind, platform FROM settled_sorts ORDER BY id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            sorts.add(row.get(0)?, row.get(1)?);
        }
        Ok(sorts)
    }

    fn add(&mut self, kind: String, platform: String) -> usize {
        let place = self.known.len();
        let is_contribution = CONTRIBUTIONS.contains(&kind.as_str());
        self.places.insert((kind.clone(), platform.clone()), place);
        self.known.push(Sort { kind, platform, is_contribution });
        place
    }

    /// The place of a row's sort: most often that of the row before.
    pub(super) fn place(&mut self, kind: &str, platform: &str) -> usize {
        let is_same = |sort: &Sort| sort.kind == kind && sort.platform == platform;
        if !self.known.get(self.last).is_some_and(is_same) {
            let words = (kind.to_string(), platform.to_string());
            self.last = match self.places.get(&words) {
                Some(place) => *place,
                None => self.add(words.0, words.1),
            };
        }
        self.last
    }

    /// Writes down those from a place on; they are numbered from 1.
    fn write(&self, store: &Store, from: usize) -> Result<()> {
        let mut insert = store
            .conn
            .prepare_cached("INSERT INTO settled_sorts (id, kind, platform) VALUES (?1, ?2, ?3)")?;
        for (place, sort) in self.known.iter().enumerate().skip(from) {
            insert.execute(params![place as i64 + 1, sort.kind, sort.platform])?;
        }
        Ok(())
    }
}

/// Calls `see` with row, entry and sort of the acts from one row to another; sorts are numbered from 1.
fn entries(
    store: &Store,
    (first, last): (i64, i64),
    sorts: &mut Sorts,
    mut see: impl FnMut(i64, Entry, &Sort) -> Result<()>,
) -> Result<()> {
    let sql = "SELECT id, member, day, kind, platform FROM activities WHERE id BETWEEN ?1 AND ?2";
    let mut query = store.conn.prepare_cached(sql)?;
    let mut rows = query.query([first, last])?;
    while let Some(row) = rows.next()? {
        let sort = sorts.place(row.get_ref(3)?.as_str()?, row.get_ref(4)?.as_str()?);
        let entry = (row.get(1)?, row.get(2)?, u32::try_from(sort + 1)?);
        see(row.get(0)?, entry, &sorts.known[sort])?;
    }
    Ok(())
}

/// Calls `see` with the days of acts that are known only added up.
fn added_up(store: &Store, sorts: &mut Sorts, see: &mut impl FnMut(Act)) -> Result<()> {
    let sql = "SELECT member, day, kind, platform, acts FROM summed";
    let mut query = store.conn.prepare(sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let sort = sorts.place(row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?);
        see(Act {
            member: row.get(0)?,
            day: Day(row.get(1)?),
            sort: u32::try_from(sort)?,
            times: row.get(4)?,
            is_contribution: sorts.known[sort].is_contribution,
        });
    }
    Ok(())
}

/// Brings the runs up to date with the acts up to `last`.
pub(super) fn refresh(store: &Store, until: i64, last: i64) -> Result<()> {
    let mut writer = Writer::resume(store, Kind::Acts, until, false)?;
    if until < 0 {
        store.conn.execute("DELETE FROM settled_sorts", [])?;
    }
    let mut sorts = Sorts::read(store)?;
    let known = sorts.known.len();
    entries(store, (writer.after() + 1, last), &mut sorts, |row, entry, _| writer.add(row, entry))?;
    sorts.write(store, known)?;
    writer.finish(last)
}

/// How many runs are not what the acts say.
pub(super) fn apart(store: &Store) -> Result<i64> {
    runs::apart(store, Kind::Acts, |first, last| {
        let (mut sorts, mut said) = (Sorts::read(store)?, Vec::new());
        entries(store, (first, last), &mut sorts, |_, entry, _| {
            said.push(entry);
            Ok(())
        })?;
        Ok(said)
    })
}

/// So many acts are held at once.
const HELD: usize = if cfg!(test) { 4 } else { 1 << 20 };
/// So many members, as a power of two, come together.
const TOGETHER: u32 = if cfg!(test) { 1 } else { 8 };

/// Calls `see` with all acts, staff's and bots' too, and those that are known only added up; returns their sorts. Where the
/// runs are behind, what came later is read from the acts. They come in no order, but those of members whose numbers are close
/// come together: what is added up for each of a million members lies far apart in memory, and sorting the acts takes a fraction
/// of the time it takes to jump about in it.
pub fn each(store: &Store, see: impl FnMut(Act)) -> Result<Vec<Sort>> {
    let mut parting = Parting { waiting: Vec::with_capacity(HELD), parted: Vec::new(), see };
    let mut sorts = Sorts::of(each_row(store, 0, |act| parting.take(act))?);
    added_up(store, &mut sorts, &mut |act| parting.take(act))?;
    parting.show();
    Ok(sorts.known)
}

/// A single act while it waits: its member, its day, and twice its sort, with one more for a contribution.
type Held = (u32, Day, u32);

/// Acts on their way to `see`, so many at a time.
struct Parting<F> {
    waiting: Vec<Held>,
    parted: Vec<Held>,
    see: F,
}

impl<F: FnMut(Act)> Parting<F> {
    fn take(&mut self, act: Act) {
        if act.times != 1 {
            return (self.see)(act);
        }
        self.waiting.push((act.member, act.day, act.sort << 1 | u32::from(act.is_contribution)));
        if self.waiting.len() == HELD {
            self.show();
        }
    }

    fn show(&mut self) {
        part(&self.waiting, &mut self.parted);
        self.waiting.clear();
        for &(member, day, sort) in &self.parted {
            (self.see)(Act { member, day, sort: sort >> 1, times: 1, is_contribution: sort & 1 == 1 });
        }
    }
}

/// Puts acts in the order of their stretches of members, in the place of others: each stretch is counted, and then each act put
/// into its place.
fn part(acts: &[Held], into: &mut Vec<Held>) {
    let stretch = |act: &Held| (act.0 >> TOGETHER) as usize;
    into.resize(acts.len(), Held::default());
    let last = acts.iter().map(stretch).max().unwrap_or(0);
    let mut places = vec![0; last + 2];
    for act in acts {
        places[stretch(act) + 1] += 1;
    }
    for after in 1..places.len() {
        places[after] += places[after - 1];
    }
    for act in acts {
        let place: &mut usize = &mut places[stretch(act)];
        into[*place] = *act;
        *place += 1;
    }
}

/// Calls `see` with the acts after a row in the order of the rows, without what is known only added up; returns their sorts.
pub(super) fn each_row(store: &Store, after: i64, mut see: impl FnMut(Act)) -> Result<Vec<Sort>> {
    let mut until = Kind::Acts.until(store)?;
    let mut sorts = if until >= 0 { Sorts::read(store)? } else { Sorts::default() };
    if after > 0 {
        until = after;
    } else if until >= 0 {
        runs::each(store, Kind::Acts, |entry| {
            let sort = sorts
                .known
                .get((entry.2 as usize).wrapping_sub(1))
                .context("acts are settled otherwise than they are: `groundswell check` says more")?;
            see(Act::of(entry, sort.is_contribution));
            Ok(())
        })?;
    }
    entries(store, (until.max(0) + 1, i64::MAX), &mut sorts, |_, entry, sort| {
        see(Act::of(entry, sort.is_contribution));
        Ok(())
    })?;
    Ok(sorts.known)
}
