//! Credits added up by currency: every rule gives the same total, to the minor unit.

use super::rules::add_up;
use super::tiers::{Band, Evidence, Tier};
use std::collections::BTreeMap;

/// Who is credited, and by which evidence.
type Key = (i64, Tier);

/// What one currency's conversions add up to so far. Amounts are minor units.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Conversions that one advocate has alone: how many, and their amount.
    whole: BTreeMap<Key, (i64, i64)>,
    /// Conversions that several share: amount and shares.
    shared: Vec<(i64, Vec<(Key, f64)>)>,
    nobody: (i64, i64),
    by_tier: BTreeMap<Tier, (i64, i64)>,
}

/// One advocate's credit by one kind of evidence, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Who.
    pub member: i64,
    /// By which evidence.
    pub tier: Tier,
    /// Hundredths of conversions.
    pub hundredths: i64,
    /// Minor units.
    pub minor: i64,
}

/// The credits of one currency. What is credited and what is not adds up to the total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// By member and tier.
    pub credits: Vec<Credit>,
    /// How many conversions nobody is credited with.
    pub nobody_count: i64,
    /// What they are worth.
    pub nobody_minor: i64,
    /// How many conversions there are.
    pub count: i64,
    /// What all of them are worth.
    pub total_minor: i64,
}

impl Tally {
    /// Adds one conversion.
    pub fn add(&mut self, minor: i64, evidence: &Evidence) {
        let tier = self.by_tier.entry(evidence.tier).or_default();
        *tier = (tier.0 + 1, tier.1 + minor);
        match evidence.shares.as_slice() {
            [] => self.nobody = (self.nobody.0 + 1, self.nobody.1 + minor),
            [one] => {
                let sum = self.whole.entry((one.member, evidence.tier)).or_default();
                *sum = (sum.0 + 1, sum.1 + minor);
            }
            several => {
                let shares = several.iter().map(|share| ((share.member, evidence.tier), share.weight));
                self.shared.push((minor, shares.collect()));
            }
        }
    }

    /// Rounds once, at the end.
    pub fn settle(&self) -> Settled {
        let whole: Vec<(Key, (i64, i64))> = self.whole.iter().map(|(key, sum)| (*key, *sum)).collect();
        let alone: Vec<[(Key, f64); 1]> = whole.iter().map(|(key, _)| [(*key, 1.0)]).collect();
        let money = whole.iter().zip(&alone).map(|((_, sum), share)| (sum.1, &share[..]));
        let counts = whole.iter().zip(&alone).map(|((_, sum), share)| (100 * sum.0, &share[..]));
        let shared_money = self.shared.iter().map(|(minor, shares)| (*minor, &shares[..]));
        let shared_counts = self.shared.iter().map(|(_, shares)| (100, &shares[..]));
        let money = add_up(money.chain(shared_money).chain([(self.nobody.1, &[][..])]));
        let counts = add_up(counts.chain(shared_counts).chain([(100 * self.nobody.0, &[][..])]));
        let credit = |(key, hundredths): (&Key, &i64)| Credit {
            member: key.0,
            tier: key.1,
            hundredths: *hundredths,
            minor: money.by_key.get(key).copied().unwrap_or(0),
        };
        Settled {
            credits: counts.by_key.iter().map(credit).collect(),
            nobody_count: self.nobody.0,
            nobody_minor: money.uncredited_minor,
            count: counts.total_minor / 100,
            total_minor: money.total_minor,
        }
    }

    /// Proved, with named, with program.
    pub fn band(&self) -> Band {
        Band::of(self.by_tier.iter().map(|(tier, sum)| (*tier, sum.1)))
    }

    /// How many conversions have evidence of this tier or a stronger one.
    pub fn count_up_to(&self, tier: Tier) -> i64 {
        self.by_tier.range(..=tier).map(|(_, sum)| sum.0).sum()
    }

    /// How many conversions there are.
    pub fn count(&self) -> i64 {
        self.by_tier.values().map(|sum| sum.0).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::{Rule, Touch};
    use super::super::tiers::{CodeBook, CodeOwner, Conversion, Heard, Touches};
    use super::*;
    use proptest::prelude::*;

    const RULES: [Rule; 5] =
        [Rule::First, Rule::Last, Rule::Linear, Rule::Decay { half_life_days: 30.0 }, Rule::Position];

    /// Amount, kind of evidence, and clicks as (day, member).
    type Made = (i64, u8, Vec<(i32, i64)>);

    fn tally(conversions: &[Made], rule: Rule) -> Tally {
        let owner = CodeOwner { code: "ANA20".into(), member: 1, from: None, until: None };
        let codes = CodeBook::of([owner]);
        let mut tally = Tally::default();
        for (id, (minor, said, touches)) in (0..).zip(conversions) {
            let conversion = Conversion {
                id,
                day_created: 100,
                day_won: Some(120),
                amount_minor: *minor,
                currency: "EUR".into(),
                code: (*said == 0).then(|| "ana20 ".into()),
                heard: match said {
                    1 => Some(Heard::Named(2)),
                    2 => Some(Heard::ProgramUnnamed),
                    _ => None,
                },
            };
            let clicks = touches.iter().map(|&(day, member)| Touch { day, member }).collect();
            let touches = Touches { clicks, others: Vec::new() };
            tally.add(*minor, &Evidence::of(&conversion, &codes, &touches, 90, rule));
        }
        tally
    }

    #[test]
    fn three_share_a_hundred() {
        let path = vec![(20, 1), (30, 2), (40, 3)];
        let settled = tally(&[(100, 9, path), (50, 9, vec![]), (70, 0, vec![])], Rule::Linear).settle();
        let got: Vec<_> =
            settled.credits.iter().map(|c| (c.member, c.tier.as_str(), c.hundredths, c.minor)).collect();
        assert_eq!(
            got,
            [(1, "code", 100, 70), (1, "click", 34, 34), (2, "click", 33, 33), (3, "click", 33, 33)]
        );
        assert_eq!((settled.nobody_count, settled.nobody_minor, settled.total_minor), (1, 50, 220));
    }

    proptest! {
        #[test]
        fn every_rule_gives_the_same_total(
            conversions in prop::collection::vec(
                (-100_000_i64..1_000_000, 0_u8..5, prop::collection::vec((0_i32..130, 1_i64..6), 0..6)), 0..40),
        ) {
            let total: i64 = conversions.iter().map(|conversion| conversion.0).sum();
            for rule in RULES {
                let tally = tally(&conversions, rule);
                let settled = tally.settle();
                prop_assert_eq!(settled.credits.iter().map(|c| c.minor).sum::<i64>() + settled.nobody_minor, total);
                prop_assert_eq!(settled.total_minor, total);
                let counted = settled.credits.iter().map(|c| c.hundredths).sum::<i64>();
                prop_assert_eq!(counted + 100 * settled.nobody_count, 100 * i64::try_from(conversions.len()).unwrap_or_default());
                prop_assert_eq!(tally.count(), settled.count);
                prop_assert_eq!(tally.band().total_minor, total);
            }
        }
    }
}
