//! The ledger added up by currency: what is new, what renews, and what is said beside it.

use super::exchange::{Converted, Exchange};
use super::ledger::{Ledger, Question, RENEWAL, Seen, window_days};
use super::paths::Paths;
use super::rules::{Rule, Share};
use super::tiers::Evidence;
use super::totals::{Exact, ONE, Settled, Tally};
use crate::app::App;
use crate::app::period::Period;
use crate::store::credits::{Deal, Which};
use anyhow::Result;
use std::collections::BTreeMap;

/// Everything added up.
pub struct Sums {
    /// Orders and new deals, by currency.
    pub tallies: BTreeMap<String, Tally>,
    /// Deals that renew others, by currency.
    pub renewals: BTreeMap<String, Tally>,
    /// What has no rate and is in no sum: by currency, how many, their minor units and the first few numbers.
    pub without_rate: BTreeMap<String, LeftOut>,
    /// What was converted: by currency, how many and their minor units.
    pub converted: BTreeMap<String, (i64, i64)>,
    /// Won deals touched between creation and win: by currency, how many and their worth; not additive.
    pub helped: BTreeMap<String, (i64, Exact)>,
    /// How many have no amount.
    pub unknown_amounts: i64,
    /// The rules everything is shared by.
    pub rules: Vec<Rule>,
    exchange: Option<Exchange>,
    shares: Vec<Share>,
}

/// Orders and deals without a rate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many.
    pub count: i64,
    /// Minor units of their own currency.
    pub minor: i64,
    /// Their numbers and days.
    pub which: Vec<String>,
}

/// What an order or a deal is worth in a sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    /// The currency of the sum.
    pub currency: String,
    /// Millionths of a minor unit; nothing where the amount is not known.
    pub exact: Option<Exact>,
    /// The rate and its day, where it was converted.
    pub rate: Option<Converted>,
}

impl Default for Sums {
    fn default() -> Self {
        Self::by(vec![Rule::Last], None)
    }
}

impl Sums {
    /// Nothing yet, to be shared by these rules, in one currency where rates are given.
    pub fn by(rules: Vec<Rule>, exchange: Option<Exchange>) -> Self {
        Self {
            tallies: BTreeMap::new(),
            renewals: BTreeMap::new(),
            without_rate: BTreeMap::new(),
            converted: BTreeMap::new(),
            helped: BTreeMap::new(),
            unknown_amounts: 0,
            rules,
            exchange,
            shares: Vec::new(),
        }
    }

    /// Adds one conversion; says what it is worth, or nothing where it has no rate and is left out.
    pub fn add(&mut self, deal: &Deal, evidence: &Evidence) -> Option<Worth> {
        let Some(worth) = self.worth(deal) else {
            let left = self.without_rate.entry(deal.currency.clone()).or_default();
            left.count += 1;
            left.minor += deal.net.unwrap_or(0);
            left.which.push(format!("{} ({})", deal.number.trim(), deal.counted));
            return None;
        };
        let exact = worth.exact.unwrap_or(0);
        self.unknown_amounts += i64::from(worth.exact.is_none());
        if worth.rate.is_some() {
            let sum = self.converted.entry(deal.currency.clone()).or_default();
            *sum = (sum.0 + 1, sum.1 + deal.net.unwrap_or(0));
        }
        let tallies = if deal.kind == RENEWAL { &mut self.renewals } else { &mut self.tallies };
        // Looked up before it is entered: a million orders of one currency copy its name once.
        if !tallies.contains_key(&worth.currency) {
            tallies.insert(worth.currency.clone(), Tally::default());
        }
        if let Some(tally) = tallies.get_mut(&worth.currency) {
            tally.add(exact, evidence, &self.rules, &mut self.shares);
        }
        if deal.kind != "order" && !evidence.accelerated.is_empty() {
            let sum = self.helped.entry(worth.currency.clone()).or_default();
            *sum = (sum.0 + 1, sum.1 + exact);
        }
        Some(worth)
    }

    /// What it is worth in a sum; none where rates are given and there is none for it.
    fn worth(&self, deal: &Deal) -> Option<Worth> {
        let own = |currency: &str| Worth {
            currency: currency.to_string(),
            exact: deal.net.map(|minor| Exact::from(minor) * ONE),
            rate: None,
        };
        let Some(exchange) = self.exchange.as_ref().filter(|exchange| exchange.home != deal.currency) else {
            return Some(own(&deal.currency));
        };
        let Some(minor) = deal.net else { return Some(own(&exchange.home)) };
        let rate = exchange.convert(minor, &deal.currency, deal.counted)?;
        Some(Worth { currency: exchange.home.clone(), exact: Some(rate.exact), rate: Some(rate) })
    }

    /// Credits by the program's default rule: last touch, the program's window.
    pub fn usual(app: &App, which: Which, period: Period) -> Result<Self> {
        let question = Question { which, period, window_days: window_days(app, None)?, rule: Rule::Last };
        let mut sums = Self::default();
        Ledger::through(app, question, |deal, evidence| {
            sums.add(deal, evidence);
            Ok(())
        })?;
        Ok(sums)
    }

    /// As [`Sums::add`] for everything in a ledger, with all paths, those that led to nothing too.
    pub fn with_paths(mut self, app: &App, ledger: &Ledger) -> Result<(Self, Paths)> {
        let mut paths = Paths::default();
        ledger.each_path(app, |seen| {
            match seen {
                Seen::Clicks(count) => paths.expect(count),
                Seen::Conversion(deal, evidence) => {
                    paths.add(&evidence.path, true);
                    self.add(deal, evidence);
                }
                Seen::Nothing(path) => paths.add(path, false),
            }
            Ok(())
        })?;
        Ok((self, paths))
    }

    /// By currency, rounded once, by the first of the rules.
    pub fn settled(&self) -> BTreeMap<String, Settled> {
        self.tallies.iter().map(|(currency, tally)| (currency.clone(), tally.settle(0))).collect()
    }

    /// The days a rate counts for after its own, where there are rates.
    pub fn rate_days(&self) -> Option<i32> {
        self.exchange.as_ref().map(|exchange| exchange.days)
    }
}
