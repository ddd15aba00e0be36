//! What everyone used of the product, added up by metric over a window of days.

use super::met::Met;
use super::persons::Persons;
use super::{Store, rows};
use crate::model::time::Day;
use anyhow::Result;
use std::num::NonZeroU32;

/// Use of the product by everyone.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    /// What was counted, in order of name.
    pub metrics: Vec<String>,
    /// Where each metric went, as they were met.
    places: Vec<u32>,
    /// All in one list, and the first of each person's in it: few people use more than one metric, and many use none.
    all: Vec<Adding>,
    first: Vec<Link>,
}

/// The place after which another one lies in the list, if there is another.
type Link = Option<NonZeroU32>;

/// Use of one metric by someone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Use {
    /// What was counted: a place among [`Uses::metrics`].
    pub metric: usize,
    /// How many rows are in the window.
    pub rows: u32,
    /// The amount in the window; nothing where all rows are older than it.
    pub amount: Option<f64>,
}

impl Uses {
    /// One person's, by metric.
    pub fn of(&self, person: i64) -> Vec<Use> {
        let mut theirs: Vec<Use> = self.each(person).collect();
        theirs.sort_unstable_by_key(|one| one.metric);
        theirs
    }

    /// One person's, in no order that means anything.
    pub fn each(&self, person: i64) -> impl Iterator<Item = Use> {
        self.chain(person).map(|place| {
            let one = &self.all[place];
            Use { metric: self.metric(one), rows: one.rows, amount: one.amount() }
        })
    }

    /// How many people used each metric, whenever.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.metrics.len()];
        for one in &self.all {
            counts[self.metric(one)] += 1;
        }
        counts
    }

    fn metric(&self, one: &Adding) -> usize {
        self.places[one.metric as usize] as usize
    }

    /// The places of one person's.
    fn chain(&self, person: i64) -> impl Iterator<Item = usize> {
        let place = |link: NonZeroU32| link.get() as usize - 1;
        let first = usize::try_from(person).ok().and_then(|person| *self.first.get(person)?);
        std::iter::successors(first.map(place), move |at| self.all[*at].next.map(place))
    }

    /// The use of a metric, as they are met, by one of the people.
    fn find(&mut self, person: i64, metric: u32) -> Result<&mut Adding> {
        let known = self.chain(person).find(|place| self.all[*place].metric == metric);
        let place = known.unwrap_or(self.all.len());
        if known.is_none() {
            let first = &mut self.first[usize::try_from(person)?];
            self.all.push(Adding { metric, rows: 0, next: *first, sum: 0.0, lost: 0.0 });
            *first = NonZeroU32::new(u32::try_from(self.all.len())?);
        }
        Ok(&mut self.all[place])
    }
}

/// Use of one metric by one person while it is added up. Neumaier's sum keeps what adding loses.
#[derive(Debug, Clone)]
struct Adding {
    metric: u32,
    rows: u32,
    /// Another one of the person.
    next: Link,
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

/// Everyone's use of the product (a community platform's own counts, `platform:metric`, are no use of it) of the days after
/// `after` up to a day.
pub fn read(store: &Store, persons: &Persons, after: Day, as_of: Day) -> Result<Uses> {
    let mut query = store
        .conn
        .prepare("SELECT member, metric, day, amount FROM usage WHERE replaced_by IS NULL AND day <= ?1")?;
    let mut rows = query.query([as_of.0])?;
    let (mut metrics, mut uses) = (Met::default(), Uses { first: persons.each(None), ..Uses::default() });
    uses.all.reserve(uses.first.len().min(usize::try_from(rows::last(store, "usage")?)?));
    while let Some(row) = rows.next()? {
        let name = row.get_ref(1)?.as_str()?;
        let Some(person) = persons.of(row.get(0)?).filter(|_| !name.contains(':')) else { continue };
        let one = uses.find(person, metrics.place(name)?)?;
        if row.get::<_, i32>(2)? > after.0 {
            one.add(row.get(3)?);
        }
    }
    (uses.metrics, uses.places) = metrics.in_order();
    Ok(uses)
}

#[cfg(test)]
impl Uses {
    /// Of these people, each amount by metric, whose names are in order; nothing where all rows are too old.
    pub fn given(metrics: &[&str], people: usize, all: &[(i64, u32, Option<f64>)]) -> Self {
        let metrics: Vec<String> = metrics.iter().map(|name| (*name).to_string()).collect();
        let places = (0..).zip(&metrics).map(|(place, _)| place).collect();
        let mut uses = Self { metrics, places, all: Vec::new(), first: vec![None; people + 1] };
        for (person, metric, amount) in all {
            let one = uses.find(*person, *metric).expect("few");
            if let Some(amount) = amount {
                one.add(*amount);
            }
        }
        uses
    }
}
