//! What is known of each advocate, over all of them at once: contributions, audience, clicks and credit.

use super::audience::{self, Audiences};
use super::contributions::{Contributions, Made};
use super::credit::command::Sums;
use super::rates;
use crate::app::App;
use crate::app::period::Period;
use crate::members::segment::Chosen;
use crate::model::money::decimal;
use crate::model::time::Day;
use crate::output::Cell;
use crate::stats::estimate::Estimate;
use crate::steps::survey::personas;
use crate::store::Store;
use crate::store::credits::Which;
use crate::store::members;
use crate::store::reports;
use crate::store::rollups;
use crate::store::stages;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// One advocate's figures. What is not known is none.
#[derive(Debug, Clone)]
pub struct Advocate {
    /// Who.
    pub member: i64,
    /// What to call them.
    pub name: String,
    /// Their persona.
    pub persona: Option<String>,
    /// When they joined; none for someone who has a link or a code and never did.
    pub joined: Option<Day>,
    /// Their contributions since.
    pub made: Option<Contributions>,
    /// Engagements over reach, with its interval.
    pub engagement: Option<(f64, Option<Estimate>)>,
    /// Followers on the last day of the period, by platform.
    pub audience: Option<BTreeMap<String, i64>>,
    /// Followers on the day of joining, by platform.
    pub at_joining: Option<BTreeMap<String, i64>>,
    /// Clicks on their links.
    pub clicks: Option<i64>,
    /// Reach of the best grade that somebody counted.
    pub reported: Option<rates::Reported>,
    /// Clicks over that.
    pub ctr: Option<Estimate>,
    /// Credit by currency: hundredths of conversions and minor units.
    pub credit: BTreeMap<String, (i64, i64)>,
}

/// Everyone's figures, and what must be said about them.
pub struct Rows {
    /// In order of id.
    pub advocates: Vec<Advocate>,
    /// Follower counts that were too old.
    pub too_old: usize,
    /// Advocates with more clicks than reach.
    pub clicks_over: usize,
    /// Advocates who did something in the period, from joining on, of which only the days and numbers are known.
    pub added_up: i64,
    /// Credited people who never joined.
    pub not_joined: usize,
    /// The ledger the credit is from.
    pub sums: Sums,
}

impl Rows {
    /// Reads everything the report needs, a handful of queries in all; of everyone, or of those who fit a filter.
    pub fn read(app: &App, period: Period, who: Option<&Chosen>) -> Result<Self> {
        let (store, as_of, span) = (app.store()?, app.as_of(), (period.from, period.to));
        // What was made and clicked, and what it led to, are read at once.
        let aside = |store: &Store| -> Result<_> {
            let joined = stages::joining_days(store, as_of)?;
            let names = members::names(store, &joined.keys().copied().collect(), as_of)?;
            let made = Made::read(store, as_of, period)?.by_person();
            let added_up = rollups::joined_without_rows(store, as_of, span)?;
            let followers = |day| reports::followers(store, as_of, day);
            let clicks = reports::clicks(store, as_of, &[span])?;
            Ok(((joined, names), made, added_up, clicks, [followers(Some(period.to))?, followers(None)?]))
        };
        let (read, sums) = store.read_beside(aside, || Sums::usual(app, Which::Converted, period))?;
        let ((joined, names), made, added_up, clicks, [now, at_joining]) = read;
        // Who joined later was no advocate in the period: nothing is known of them there, which is not zero.
        let here = |person| joined.get(&person).copied().filter(|day| *day <= period.to);
        let wanted = |person: &i64| who.is_none_or(|who| who.contains(*person));
        let (now, too_old) =
            audience::known(&now, |person| here(person).filter(|_| wanted(&person)).map(|_| period.to));
        let (then, _) = audience::known(&at_joining, here);
        let clicks = clicks.into_iter().map(|(person, clicks)| (person, clicks.iter().sum())).collect();
        let credit = credit(&sums);
        let people: BTreeSet<i64> = joined.keys().chain(credit.keys()).copied().filter(wanted).collect();
        let mut names = members::told(store, names);
        names.extend(app.names(people.iter().copied().filter(|person| !joined.contains_key(person)))?);
        let read =
            Read { names, personas: personas::labels(app)?, period, joined, made, now, then, clicks, credit };
        let advocates: Vec<Advocate> = people.into_iter().map(|member| read.advocate(member)).collect();
        let over = |one: &&Advocate| {
            one.clicks.zip(one.reported).is_some_and(|(clicks, reach)| clicks > reach.gross)
        };
        let clicks_over = advocates.iter().filter(over).count();
        let not_joined = advocates.iter().filter(|one| one.joined.is_none()).count();
        Ok(Self { advocates, too_old, clicks_over, added_up, not_joined, sums })
    }
}

/// Credit by person and currency.
fn credit(sums: &Sums) -> BTreeMap<i64, BTreeMap<String, (i64, i64)>> {
    let mut by_person: BTreeMap<i64, BTreeMap<String, (i64, i64)>> = BTreeMap::new();
    for (currency, settled) in sums.settled() {
        for one in settled.credits {
            let sum = by_person.entry(one.member).or_default().entry(currency.clone()).or_default();
            *sum = (sum.0 + one.hundredths, sum.1 + one.minor);
        }
    }
    by_person
}

/// The answers of the queries, by person.
struct Read {
    period: Period,
    names: BTreeMap<i64, String>,
    personas: BTreeMap<i64, String>,
    joined: BTreeMap<i64, Day>,
    made: BTreeMap<i64, Contributions>,
    now: Audiences,
    then: Audiences,
    clicks: BTreeMap<i64, i64>,
    credit: BTreeMap<i64, BTreeMap<String, (i64, i64)>>,
}

impl Read {
    fn advocate(&self, member: i64) -> Advocate {
        let joined = self.joined.get(&member).copied();
        let here = joined.filter(|day| *day <= self.period.to);
        let made = here.map(|_| self.made.get(&member).copied().unwrap_or_default());
        let clicks = self.clicks.get(&member).copied();
        let reported = made.as_ref().and_then(rates::reported_reach);
        Advocate {
            member,
            name: self.names.get(&member).cloned().unwrap_or_default(),
            persona: self.personas.get(&member).cloned(),
            joined,
            engagement: made.as_ref().and_then(rates::engagement),
            audience: self.now.get(&member).cloned(),
            at_joining: self.then.get(&member).cloned(),
            ctr: rates::click_through(clicks, reported.map(|reach| reach.gross)),
            reported,
            made,
            clicks,
            credit: self.credit.get(&member).cloned().unwrap_or_default(),
        }
    }
}

/// The columns of the reach report, in their order.
pub const COLUMNS: [&str; 23] = [
    ">member",
    "name",
    "?persona",
    "?joined",
    ">?contributions",
    ">?reach_a",
    ">?reach_b",
    ">?reach_c",
    ">?reach_d",
    ">?engagements",
    ">?engagement_rate",
    ">audience",
    ">?audience_at_joining",
    ">?audience_growth",
    ">?overlap_low",
    ">?overlap_high",
    ">clicks",
    ">?ctr",
    ">?ctr_low",
    ">?ctr_high",
    ">conversions",
    ">revenue",
    "currency",
];

impl Advocate {
    /// One row of the report for each currency, or one without conversions in the program's.
    pub fn rows(&self, currency: &str) -> Vec<Vec<Cell>> {
        let none = BTreeMap::from([(currency.to_string(), (0, 0))]);
        let credit = if self.credit.is_empty() { &none } else { &self.credit };
        credit
            .iter()
            .map(|(currency, (hundredths, minor))| {
                let mut cells = self.cells();
                cells.push(conversions(*hundredths));
                cells.push(Cell::Decimal(decimal(*minor, currency)));
                cells.push(currency.clone().into());
                cells
            })
            .collect()
    }

    /// The row without its money.
    fn cells(&self) -> Vec<Cell> {
        let reach = |grade: usize| self.made.as_ref().and_then(|made| made.reach[grade]);
        let growth = self.audience.as_ref().zip(self.at_joining.as_ref());
        let rate = |value: Option<f64>| value.map_or(Cell::Missing, |value| Cell::number(value, 4));
        vec![
            self.member.into(),
            self.name.clone().into(),
            self.persona.clone().into(),
            self.joined.map(|day| day.to_string()).into(),
            self.made.map(|made| made.count).into(),
            reach(0).into(),
            reach(1).into(),
            reach(2).into(),
            reach(3).into(),
            self.made.and_then(|made| made.engagements).into(),
            rate(self.engagement.map(|(value, _)| value)),
            self.audience.as_ref().map(audience::sum).into(),
            self.at_joining.as_ref().map(audience::sum).into(),
            growth.and_then(|(now, then)| audience::growth(now, then)).into(),
            self.reported.map(|reach| reach.largest).into(),
            self.reported.map(|reach| reach.gross).into(),
            self.clicks.into(),
            rate(self.ctr.map(|ctr| ctr.value)),
            rate(self.ctr.map(|ctr| ctr.lo)),
            rate(self.ctr.map(|ctr| ctr.hi)),
        ]
    }
}

/// Under some rules an advocate has a part of a conversion: whole numbers stay whole.
fn conversions(hundredths: i64) -> Cell {
    if hundredths % 100 == 0 { (hundredths / 100).into() } else { Cell::number(hundredths as f64 / 100.0, 2) }
}
