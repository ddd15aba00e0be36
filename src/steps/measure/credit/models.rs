//! All rules side by side, and whose credit depends on which of them is taken.

use super::assumed::Assumed;
use super::paths::{Markov, Missing, Part, Paths};
use super::rules::Rule;
use super::sums::Sums;
use super::totals::{OTHERS, Settled};
use std::collections::{BTreeMap, BTreeSet};

/// One advocate in one currency, by every rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Who; [`OTHERS`] for those whom the Markov rule does not tell apart.
    pub member: i64,
    /// Minor units by rule, in the order of [`Models::rules`].
    pub minor: Vec<i64>,
    /// Minor units by the Markov rule, where there are enough paths for it.
    pub markov: Option<i64>,
    /// What the Markov rule knows of them.
    pub part: Option<Part>,
    /// Whether the most is over so many times the least.
    pub depends: bool,
}

/// One currency by every rule. Under each of them the advocates and nobody add up to the total.
#[derive(Debug, Clone, PartialEq)]
pub struct Sides {
    /// ISO 4217.
    pub currency: String,
    /// By advocate.
    pub advocates: Vec<Side>,
    /// What nobody is credited with, under every rule: minor units.
    pub nobody_minor: i64,
    /// Everything, minor units.
    pub total_minor: i64,
}

/// All rules side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// The rules that share deal by deal.
    pub rules: Vec<Rule>,
    /// The Markov rule, or what is missing for it.
    pub markov: Result<Markov, Missing>,
    /// By currency.
    pub currencies: Vec<Sides>,
}

impl Models {
    /// From everything added up by several rules, and the paths.
    pub fn of(sums: &Sums, paths: &Paths, assumed: &Assumed) -> Self {
        let markov = paths.markov(&assumed.markov);
        let mut currencies = Vec::new();
        for (currency, tally) in &sums.tallies {
            let by_rule: Vec<Settled> = (0..sums.rules.len()).map(|rule| tally.settle(rule)).collect();
            let by_markov = markov.as_ref().ok().map(|markov| tally.settle_clicks_by(&weights(markov)));
            let Some(first) = by_rule.first() else { continue };
            currencies.push(Sides {
                currency: currency.clone(),
                nobody_minor: first.nobody_minor,
                total_minor: first.total_minor,
                advocates: sides(
                    &by_rule,
                    by_markov.as_ref(),
                    markov.as_ref().ok(),
                    assumed.credit.depends_times,
                ),
            });
        }
        Self { rules: sums.rules.clone(), markov, currencies }
    }
}

/// What the Markov rule gives each advocate of what clicks decide.
pub fn weights(markov: &Markov) -> Vec<(i64, f64)> {
    markov.parts.iter().map(|part| (part.member, part.share)).collect()
}

fn sides(by_rule: &[Settled], by_markov: Option<&Settled>, markov: Option<&Markov>, times: f64) -> Vec<Side> {
    let of = |settled: &Settled| -> BTreeMap<i64, i64> {
        let mut minor = BTreeMap::new();
        for credit in &settled.credits {
            *minor.entry(credit.member).or_default() += credit.minor;
        }
        minor
    };
    let rules: Vec<BTreeMap<i64, i64>> = by_rule.iter().map(of).collect();
    let markovs = by_markov.map(of);
    let members: BTreeSet<i64> = rules.iter().chain(&markovs).flat_map(BTreeMap::keys).copied().collect();
    let side = |member: i64| {
        let known = |minor: &BTreeMap<i64, i64>| minor.get(&member).copied().unwrap_or(0);
        let minor: Vec<i64> = rules.iter().map(known).collect();
        let part = markov.and_then(|markov| markov.parts.iter().find(|part| part.member == member).copied());
        let by_markov = markovs.as_ref().map(known);
        // Who stands among the others has no share of their own under that rule: it says nothing of them.
        let compared = minor.iter().copied().chain(by_markov.filter(|_| part.is_some()));
        let depends = member != OTHERS && depends(compared, times);
        Side { member, minor, markov: by_markov, part, depends }
    };
    members.into_iter().map(side).collect()
}

/// Whether the most is over `times` the least.
fn depends(minor: impl Iterator<Item = i64> + Clone, times: f64) -> bool {
    let (least, most) = (minor.clone().min().unwrap_or(0), minor.max().unwrap_or(0));
    most as f64 > times * least as f64
}

#[cfg(test)]
mod tests {
    use super::super::rules::Touch;
    use super::super::tiers::{CodeBook, Conversion, Evidence, Touches};
    use super::super::totals::{ONE, Tally};
    use super::*;

    #[test]
    fn over_twice_depends() {
        assert!(!depends([100, 200].into_iter(), 2.0));
        assert!(depends([100, 201].into_iter(), 2.0));
        assert!(depends([0, 1].into_iter(), 2.0));
        assert!(!depends([0, 0].into_iter(), 2.0));
    }

    #[test]
    fn every_rule_beside_the_others() {
        let rules = vec![Rule::First, Rule::Last, Rule::Equal];
        let mut sums = Sums::by(rules.clone(), None);
        let mut tally = Tally::default();
        let mut paths = Paths::default();
        let clicks = [Touch { day: 1, member: 7 }, Touch { day: 2, member: 8 }];
        let conversion = Conversion { day_created: 5, day_won: None, code: None, heard: None };
        let touches = Touches { clicks: &clicks, others: &[] };
        let evidence = Evidence::of(&conversion, &CodeBook::default(), touches, 30);
        tally.add(101 * ONE, &evidence, &rules, &mut Vec::new());
        paths.add(&evidence.path, true);
        paths.add(&clicks[..1], false);
        sums.tallies.insert("EUR".into(), tally);
        let mut assumed = Assumed::read().expect("reads");
        assumed.markov.fewest_paths = 2;
        assumed.markov.fewest_conversions = 1;
        assumed.markov.fewest_converting = 1;
        let models = Models::of(&sums, &paths, &assumed);
        let got: Vec<_> = models.currencies[0]
            .advocates
            .iter()
            .map(|side| (side.member, side.minor.clone(), side.markov, side.depends))
            .collect();
        assert_eq!(got, [(7, vec![101, 0, 51], Some(51), true), (8, vec![0, 101, 50], Some(50), true)]);
        assert_eq!((models.currencies[0].nobody_minor, models.currencies[0].total_minor), (0, 101));
        let few = Models::of(&sums, &paths, &Assumed::read().expect("reads"));
        assert_eq!(few.markov, Err(Missing { paths: 2, conversions: 1 }));
        assert_eq!(few.currencies[0].advocates[0].markov, None);
    }
}
