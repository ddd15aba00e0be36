//! The series that are laid side by side: contributions, new deals and what those come to, point by point.

use super::buckets::{self, By};
use super::words::Words;
use crate::app::App;
use crate::app::fail::usage;
use crate::app::period::Period;
use crate::model::money::decimals;
use crate::model::time::Day;
use crate::store::pipelines::{self, Acts, Created};
use crate::store::stages;
use anyhow::Result;
use std::collections::BTreeMap;

/// Whose contributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Of {
    /// What advocates made since they joined.
    #[default]
    Advocates,
    /// What everybody made.
    Everyone,
}

/// What is asked for.
pub struct Wanted<'a> {
    /// The days.
    pub period: Period,
    /// How long one point is.
    pub by: By,
    /// Whose contributions.
    pub of: Of,
    /// On one platform only.
    pub platform: Option<&'a str>,
    /// The currency of the amounts.
    pub currency: Option<&'a str>,
}

/// Series of one length, a value for each week or month of the run.
#[derive(Debug, Default)]
pub struct Series {
    /// The first day of each.
    pub run: Vec<Day>,
    /// Contributions.
    pub contributions: Vec<i64>,
    /// Deals created.
    pub deals: Vec<i64>,
    /// What those of one currency come to, in minor units.
    pub minor: Vec<i64>,
    /// That currency.
    pub currency: String,
    /// Deals of the run without an amount, and with one in another currency.
    pub left_out: (i64, i64),
    /// What else to know of them.
    pub caveats: Vec<String>,
    /// Whether there is anything of either at all.
    pub has: (bool, bool),
}

impl Series {
    /// The amounts in whole units of the currency.
    pub fn amounts(&self) -> Vec<f64> {
        let unit = 10_f64.powi(decimals(&self.currency).cast_signed());
        self.minor.iter().map(|minor| *minor as f64 / unit).collect()
    }

    /// Reads them.
    pub fn read(app: &App, wanted: &Wanted, words: &Words) -> Result<Self> {
        let (store, as_of, by) = (app.store()?, app.as_of(), wanted.by);
        let mut acts = match wanted.of {
            Of::Advocates => pipelines::of_advocates(store, as_of)?,
            Of::Everyone => pipelines::of_everyone(store, as_of)?,
        };
        if let Some(platform) = wanted.platform {
            let known: Vec<String> = acts.keys().cloned().collect();
            acts.retain(|name, _| name == platform);
            if acts.is_empty() && !known.is_empty() {
                let there = known.join(", ");
                return Err(usage(format!(
                    "--platform {platform}: no contribution is from there; there are {there}"
                )));
            }
        }
        let created = pipelines::created(store, as_of)?;
        let currency = currency(app, wanted.currency, &created)?;
        let bridge = words.bridge_days(by);
        let mut live = buckets::stretches(&pipelines::acts_covered(store, as_of, wanted.platform)?, bridge);
        if wanted.of == Of::Advocates {
            // Before anybody joined there was nothing to count, which is not the same as none.
            let first = stages::joined(store, as_of)?.iter().map(|one| one.day).min();
            for stretch in &mut live {
                stretch.0 = stretch.0.max(first.unwrap_or(stretch.1));
            }
        }
        let dealt = buckets::stretches(&pipelines::deals_covered(store, as_of)?, bridge);
        let run = buckets::longest_run(&live, &dealt, wanted.period, by);
        let mut caveats = gaps(&[("contributions", &live), ("deals", &dealt)], wanted.period, by);
        caveats.extend(late(&acts, &run, by, words.late.share));
        let all_acts: Vec<(&Day, i64)> = acts.values().flatten().map(|(day, count)| (day, *count)).collect();
        let of_deals = |pick: fn(&Created) -> i64, own: Option<bool>| {
            let wanted = |name: &String| own.is_none_or(|own| (*name == currency) == own);
            let days = created.iter().filter(|(name, _)| wanted(name)).flat_map(|(_, days)| days);
            let days: Vec<(&Day, i64)> = days.map(|(day, one)| (day, pick(one))).collect();
            buckets::sums(days, &run, by)
        };
        let sum = |series: Vec<i64>| series.iter().sum::<i64>();
        Ok(Self {
            left_out: (
                sum(of_deals(|one| one.deals - one.with_amount, None)),
                sum(of_deals(|one| one.with_amount, Some(false))),
            ),
            has: (!all_acts.is_empty(), !created.is_empty()),
            contributions: buckets::sums(all_acts, &run, by),
            deals: of_deals(|one| one.deals, None),
            minor: of_deals(|one| one.minor, Some(true)),
            currency,
            caveats,
            run,
        })
    }
}

/// The currency asked for, or the program's, or the one of most deals where there is none in that.
fn currency(
    app: &App,
    wanted: Option<&str>,
    created: &BTreeMap<String, BTreeMap<Day, Created>>,
) -> Result<String> {
    if let Some(wanted) = wanted {
        let wanted = wanted.trim().to_uppercase();
        if created.is_empty() || created.contains_key(&wanted) {
            return Ok(wanted);
        }
        let known: Vec<&str> = created.keys().map(String::as_str).collect();
        return Err(usage(format!("--currency {wanted}: no deal is in it; there are {}", known.join(", "))));
    }
    let own = app.currency()?;
    if created.contains_key(&own) {
        return Ok(own);
    }
    let deals = |days: &BTreeMap<Day, Created>| days.values().map(|one| one.deals).sum::<i64>();
    let most = created.iter().max_by_key(|(name, days)| (deals(days), std::cmp::Reverse(*name)));
    Ok(most.map_or(own, |(name, _)| name.clone()))
}

/// Says where nothing is known of a source for longer than imports are apart.
fn gaps(sources: &[(&str, &[(Day, Day)])], period: Period, by: By) -> Vec<String> {
    let mut said = Vec::new();
    for (name, stretches) in sources {
        for two in stretches.windows(2) {
            let (from, to) = (two[0].1.plus(1), two[1].0.plus(-1));
            if from <= period.to && to >= period.from && from <= to {
                said.push(format!(
                    "No import has {name} from {from} to {to}: what happened then is not known, so it is not zero, and the {} beyond that gap are left out.",
                    by.units(2)
                ));
            }
        }
    }
    said
}

/// Says which larger platform begins later or ends earlier than the run.
fn late(acts: &Acts, run: &[Day], by: By, share: f64) -> Vec<String> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return Vec::new() };
    let all: i64 = acts.values().flat_map(BTreeMap::values).sum();
    let mut said = Vec::new();
    for (platform, days) in acts {
        let count: i64 = days.values().sum();
        let (Some((from, _)), Some((to, _))) = (days.first_key_value(), days.last_key_value()) else {
            continue;
        };
        if (count as f64) < share * all as f64 || acts.len() < 2 {
            continue;
        }
        if *from >= by.next(by.next(*first)) {
            said.push(format!(
                "Contributions on {platform} begin on {from}: if they are only on file from then on, that looks like a rise; --platform {platform} looks at them alone."
            ));
        }
        if by.next(by.first(*to)) < *last {
            said.push(format!(
                "Contributions on {platform} end on {to}: if only their imports do, that looks like a fall."
            ));
        }
    }
    said
}
