//! Who clicked whose links on which days: what credit looks for before an order or a deal.

use super::Store;
use super::credits::Sales;
use super::persons::Persons;
use super::settled::touches;
use anyhow::{Context, Result};
use std::ops::{Range, RangeInclusive};

/// A day on which someone clicked an advocate's link. Numbers of members fit in 32 bits; a list of millions is half as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Click {
    /// When.
    pub day: i32,
    /// Whose link.
    pub advocate: u32,
}

/// Clicks by person, those of one person by day and advocate, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clicked {
    /// Where the clicks of each person end, at the index of the person.
    ends: Vec<u32>,
    clicks: Vec<Click>,
}

/// Whose clicks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clickers {
    /// Only those who bought what is asked about.
    Buyers,
    /// Everyone who is known.
    Everyone,
}

impl Clicked {
    /// Clicks of known people on advocates' links up to the as-of day, from `window` days before the first order or deal of the
    /// period (or before the period itself) was created. They are read twice, so both must be at one moment.
    pub fn before(store: &Store, sales: &Sales, window: i32, whose: Clickers) -> Result<Self> {
        let (persons, from) = (&sales.persons, sales.span.0);
        let first = match (sales.first, whose) {
            (None, Clickers::Buyers) => return Ok(Self { ends: Vec::new(), clicks: Vec::new() }),
            (Some(first), Clickers::Buyers) => first,
            (first, Clickers::Everyone) => first.map_or(from, |first| first.min(from)),
        };
        let days = first.0.saturating_sub(window)..=sales.as_of.0;
        let buyers = (whose == Clickers::Buyers).then_some(&sales.buyers[..]);
        Self::sorted(persons.each(0), &Asked { store, persons, owners: owners(store)?, days, buyers })
    }

    /// Puts clicks in order. How many each person has is counted first, from `ends`, which are zero for everyone, so that each
    /// click is put where it belongs and none is held twice; `source` gives the same ones whenever it is asked.
    fn sorted(mut ends: Vec<u32>, source: &impl Clicks) -> Result<Self> {
        source.each(|person, _| ends[person] += 1)?;
        let mut all = 0_u32;
        for end in &mut ends {
            let start = all;
            all = all.checked_add(*end).context("more clicks than four billion")?;
            *end = start;
        }
        let mut clicks = vec![Click { day: 0, advocate: 0 }; all as usize];
        source.each(|person, click| {
            clicks[ends[person] as usize] = click;
            ends[person] += 1;
        })?;
        let (mut start, mut kept) = (0, 0);
        for end in &mut ends {
            let (theirs, first) = (start..*end as usize, kept);
            start = theirs.end;
            clicks[theirs.clone()].sort_unstable();
            for at in theirs {
                if kept == first || clicks[kept - 1] != clicks[at] {
                    clicks[kept] = clicks[at];
                    kept += 1;
                }
            }
            *end = u32::try_from(kept)?;
        }
        clicks.truncate(kept);
        Ok(Self { ends, clicks })
    }

    /// All of them, person after person.
    pub fn clicks(&self) -> &[Click] {
        &self.clicks
    }

    /// Where among them a person's lie.
    pub fn of(&self, person: i64) -> Range<usize> {
        let place = usize::try_from(person).unwrap_or(usize::MAX);
        let end = self.ends.get(place).copied().unwrap_or(0) as usize;
        let start =
            place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        start.min(end)..end
    }

    /// Where those of each person lie who clicked, in order of person.
    pub fn people(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends).map(|(start, end)| start as usize..*end as usize);
        ranges.filter(|range| !range.is_empty())
    }
}

/// Clicks with who clicked, in any order.
trait Clicks {
    /// Calls `see` with each of them.
    fn each(&self, see: impl FnMut(usize, Click)) -> Result<()>;
}

/// The clicks of a program that are asked for.
struct Asked<'a> {
    store: &'a Store,
    persons: &'a Persons,
    owners: Vec<u32>,
    days: RangeInclusive<i32>,
    /// Whose, where it is not everyone's.
    buyers: Option<&'a [bool]>,
}

impl Clicks for Asked<'_> {
    fn each(&self, mut see: impl FnMut(usize, Click)) -> Result<()> {
        touches::each(self.store, |(member, day, link)| {
            let person = self.persons.of(member.into()).filter(|_| self.days.contains(&day));
            if let Some(person) = person.map(|person| person as usize)
                && self.buyers.is_none_or(|buyers| buyers[person])
                && let Some(&advocate) = self.owners.get(link as usize).filter(|owner| **owner > 0)
            {
                see(person, Click { day, advocate });
            }
            Ok(())
        })
    }
}

/// Whose each link is, at the index of the link; 0 for nobody's.
fn owners(store: &Store) -> Result<Vec<u32>> {
    let sql = "SELECT l.id, c.person FROM links l JOIN counted c ON c.member = l.member ORDER BY l.id";
    let mut query = store.conn.prepare(sql)?;
    let mut rows = query.query([])?;
    let mut owners = Vec::new();
    while let Some(row) = rows.next()? {
        let link: usize = usize::try_from(row.get::<_, i64>(0)?)?;
        owners.resize(link, 0);
        owners.push(row.get(1)?);
    }
    Ok(owners)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    impl Clicks for Vec<(usize, Click)> {
        fn each(&self, mut see: impl FnMut(usize, Click)) -> Result<()> {
            for (person, click) in self {
                see(*person, *click);
            }
            Ok(())
        }
    }

    proptest! {
        #[test]
        fn each_once_in_order(clicks in prop::collection::vec((1_usize..6, 0_i32..4, 1_u32..4), 0..60)) {
            let given: Vec<(usize, Click)> =
                clicks.iter().map(|&(person, day, advocate)| (person, Click { day, advocate })).collect();
            let clicked = Clicked::sorted(vec![0; 7], &given).expect("sorted");
            let mut want: BTreeMap<i64, BTreeSet<Click>> = BTreeMap::new();
            for (person, click) in &given {
                want.entry(*person as i64).or_default().insert(*click);
            }
            let want: BTreeMap<i64, Vec<Click>> =
                want.into_iter().map(|(person, clicks)| (person, clicks.into_iter().collect())).collect();
            for person in -1..9 {
                let theirs = clicked.clicks()[clicked.of(person)].to_vec();
                prop_assert_eq!(theirs, want.get(&person).cloned().unwrap_or_default());
            }
            let got: Vec<Vec<Click>> = clicked.people().map(|range| clicked.clicks()[range].to_vec()).collect();
            prop_assert_eq!(got, want.into_values().collect::<Vec<_>>());
        }
    }
}
