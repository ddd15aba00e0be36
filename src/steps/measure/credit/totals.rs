//! Credits added up by currency: every rule gives the same total, to the minor unit.
//!
//! Sums are whole millionths of a minor unit, so that neither the order of the rows nor a rate's decimals leave a trace in them.
//! They are rounded once, at the end, by largest remainder, from the whole down: the kinds of evidence add up to the total, the
//! answers and the advocates within a kind add up to it.

use super::rules::{Rule, Share, shares_into};
use super::tiers::{Agreement, Band, Evidence, Tier};
use crate::stats::largest_remainder::round_to_total;
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Millionths of a minor unit (or of a conversion).
pub type Exact = i128;
/// So many are one.
pub const ONE: Exact = 1_000_000;
/// Who stands for the advocates that are too seldom met to be told apart: nobody has this number.
pub const OTHERS: i64 = 0;

/// Who is credited, and by which evidence.
type Key = (i64, Tier);

/// How many, and what they are worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    count: Exact,
    money: Exact,
}

impl Sum {
    fn add(&mut self, count: Exact, money: Exact) {
        self.count += count;
        self.money += money;
    }
}

/// What one currency's conversions add up to so far.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    cells: BTreeMap<(Tier, Agreement), Sum>,
    /// What one advocate has alone, whatever the rule.
    alone: HashMap<Key, Sum>,
    /// What several advocates of clicks share: by advocate, then by rule.
    shared: HashMap<i64, Vec<Sum>>,
}

/// One advocate's credit by one kind of evidence, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Who; [`OTHERS`] for those who are too seldom met.
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

/// Conversions of one kind of evidence and one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellOf {
    /// The evidence.
    pub tier: Tier,
    /// The answer beside it.
    pub answer: Agreement,
    /// How many.
    pub count: i64,
    /// Minor units.
    pub minor: i64,
}

impl Tally {
    /// Adds one conversion, shared by each of the rules; `shares` is used again from one conversion to the next.
    pub fn add(&mut self, money: Exact, evidence: &Evidence, rules: &[Rule], shares: &mut Vec<Share>) {
        self.cells.entry((evidence.tier, evidence.answer)).or_default().add(ONE, money);
        if let Some(member) = evidence.alone() {
            self.alone.entry((member, evidence.tier)).or_default().add(ONE, money);
        } else if evidence.tier == Tier::Click {
            for (place, rule) in rules.iter().enumerate() {
                shares_into(&evidence.path, *rule, shares);
                for share in &*shares {
                    let sums =
                        self.shared.entry(share.member).or_insert_with(|| vec![Sum::default(); rules.len()]);
                    sums[place].add(part(ONE, share.weight), part(money, share.weight));
                }
            }
        }
    }

    /// Rounds once, at the end; `rule` is the place of one of the rules that were given to [`Tally::add`].
    pub fn settle(&self, rule: usize) -> Settled {
        let shared = self.shared.iter().map(|(member, sums)| ((*member, Tier::Click), sums[rule]));
        self.settled(self.alone.iter().map(|(key, sum)| (*key, *sum)).chain(shared))
    }

    /// As [`Tally::settle`], with all that clicks decide shared as told: by advocate, a weight of all that is shared.
    pub fn settle_clicks_by(&self, weights: &[(i64, f64)]) -> Settled {
        let clicks = self.tier(Tier::Click);
        let others = self.alone.iter().filter(|((_, tier), _)| *tier != Tier::Click);
        let by_weight = weights.iter().map(|&(member, weight)| {
            let sum = Sum { count: part(clicks.count, weight), money: part(clicks.money, weight) };
            ((member, Tier::Click), sum)
        });
        let none = Vec::new();
        let by_weight = if clicks.count > 0 { by_weight.collect() } else { none };
        self.settled(others.map(|(key, sum)| (*key, *sum)).chain(by_weight))
    }

    fn settled(&self, parts: impl Iterator<Item = (Key, Sum)>) -> Settled {
        let mut by_tier: BTreeMap<Tier, BTreeMap<i64, Sum>> = BTreeMap::new();
        for ((member, tier), sum) in parts {
            by_tier.entry(tier).or_default().entry(member).or_default().add(sum.count, sum.money);
        }
        let tiers = self.minor_by_tier();
        let mut credits = Vec::new();
        for (tier, members) in by_tier {
            let money: Vec<Exact> = members.values().map(|sum| sum.money).collect();
            let counts: Vec<Exact> = members.values().map(|sum| 100 * sum.count).collect();
            let money = rounded(&money, tiers.get(&tier).copied().unwrap_or(0));
            let counts = rounded(&counts, whole(100 * self.tier(tier).count));
            let rounded = members.into_keys().zip(counts).zip(money);
            credits.extend(rounded.map(|((member, hundredths), minor)| Credit {
                member,
                tier,
                hundredths,
                minor,
            }));
        }
        credits.sort_by_key(|credit| (credit.member, credit.tier));
        let unproved = tiers.iter().filter(|(tier, _)| **tier > Tier::Named);
        Settled {
            credits,
            nobody_count: self.count() - self.count_up_to(Tier::Named),
            nobody_minor: unproved.map(|(_, minor)| minor).sum(),
            count: self.count(),
            total_minor: tiers.values().sum(),
        }
    }

    /// What each kind of evidence is worth, minor units; adds up to the total.
    pub fn minor_by_tier(&self) -> BTreeMap<Tier, i64> {
        let tiers: Vec<Tier> = ALL.into_iter().filter(|tier| self.tier(*tier).count > 0).collect();
        let money: Vec<Exact> = tiers.iter().map(|tier| self.tier(*tier).money).collect();
        let total = whole(money.iter().sum());
        tiers.into_iter().zip(rounded(&money, total)).collect()
    }

    /// Conversions by evidence and answer; adds up, to the minor unit, to what each kind of evidence is worth.
    pub fn cells(&self) -> Vec<CellOf> {
        let tiers = self.minor_by_tier();
        let mut cells = Vec::new();
        for (tier, minor) in tiers {
            let of_tier: Vec<_> = self.cells.iter().filter(|((one, _), _)| *one == tier).collect();
            let money: Vec<Exact> = of_tier.iter().map(|(_, sum)| sum.money).collect();
            for (((_, answer), sum), minor) in of_tier.into_iter().zip(rounded(&money, minor)) {
                cells.push(CellOf { tier, answer: *answer, count: whole(sum.count), minor });
            }
        }
        cells
    }

    /// Proved, with named, with program.
    pub fn band(&self) -> Band {
        Band::of(self.minor_by_tier())
    }

    /// How many conversions have evidence of this tier or a stronger one.
    pub fn count_up_to(&self, tier: Tier) -> i64 {
        ALL.into_iter().filter(|one| *one <= tier).map(|one| whole(self.tier(one).count)).sum()
    }

    /// How many conversions there are.
    pub fn count(&self) -> i64 {
        self.count_up_to(Tier::None)
    }

    fn tier(&self, tier: Tier) -> Sum {
        let mut all = Sum::default();
        for ((one, _), sum) in &self.cells {
            if *one == tier {
                all.add(sum.count, sum.money);
            }
        }
        all
    }
}

const ALL: [Tier; 6] = [Tier::Code, Tier::Click, Tier::Named, Tier::Program, Tier::Influenced, Tier::None];

/// A part of a sum; the whole of it is exact however large it is.
fn part(sum: Exact, weight: f64) -> Exact {
    if weight >= 1.0 { sum } else { (sum as f64 * weight).round() as Exact }
}

/// The nearest whole number; a half goes away from zero.
pub fn whole(sum: Exact) -> i64 {
    i64::try_from((sum + sum.signum() * ONE / 2) / ONE).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

/// Whole numbers that add up to `total`.
pub fn rounded(sums: &[Exact], total: i64) -> Vec<i64> {
    let sums: Vec<f64> = sums.iter().map(|sum| *sum as f64 / ONE as f64).collect();
    round_to_total(&sums, total)
}

#[cfg(test)]
mod tests {
    use super::super::rules::Touch;
    use super::super::tiers::{CodeBook, CodeOwner, Conversion, Heard, Touches};
    use super::*;
    use proptest::prelude::*;

    const RULES: [Rule; 6] = [
        Rule::First,
        Rule::Last,
        Rule::Linear,
        Rule::Decay { half_life_days: 30.0 },
        Rule::Position,
        Rule::Equal,
    ];

    /// Millionths of a minor unit, kind of evidence, and clicks as (day, member).
    type Made = (i64, u8, Vec<(i32, i64)>);

    fn tally(conversions: &[Made]) -> Tally {
        let owner = CodeOwner { code: "ANA20".into(), member: 1, from: None, until: None };
        let codes = CodeBook::of([owner]);
        let mut tally = Tally::default();
        for (money, said, touches) in conversions {
            let conversion = Conversion {
                day_created: 100,
                day_won: Some(120),
                code: (*said == 0).then_some("ana20 "),
                heard: match said {
                    1 => Some(Heard::Named(2)),
                    2 => Some(Heard::ProgramUnnamed),
                    3 => Some(Heard::OtherSource),
                    _ => None,
                },
            };
            let clicks: Vec<Touch> = touches.iter().map(|&(day, member)| Touch { day, member }).collect();
            let touches = Touches { clicks: &clicks, others: &[] };
            let evidence = Evidence::of(&conversion, &codes, touches, 90);
            tally.add(Exact::from(*money), &evidence, &RULES, &mut Vec::new());
        }
        tally
    }

    #[test]
    fn three_share_a_hundred() {
        let path = vec![(20, 1), (30, 2), (40, 3)];
        let hundred = 100_000_000;
        let made = [(hundred, 9, path), (hundred / 2, 9, vec![]), (70_000_000, 0, vec![])];
        let settled = tally(&made).settle(2);
        let got: Vec<_> =
            settled.credits.iter().map(|c| (c.member, c.tier.as_str(), c.hundredths, c.minor)).collect();
        assert_eq!(
            got,
            [(1, "code", 100, 70), (1, "click", 34, 34), (2, "click", 33, 33), (3, "click", 33, 33)]
        );
        assert_eq!((settled.nobody_count, settled.nobody_minor, settled.total_minor), (1, 50, 220));
    }

    #[test]
    fn by_weights_of_all_paths_together() {
        let made = [(100_000_000, 9, vec![(20, 1)]), (70_000_000, 0, vec![(20, 2)])];
        let settled = tally(&made).settle_clicks_by(&[(OTHERS, 0.25), (2, 0.75)]);
        let got: Vec<_> = settled.credits.iter().map(|c| (c.member, c.tier.as_str(), c.minor)).collect();
        assert_eq!(got, [(OTHERS, "click", 25), (1, "code", 70), (2, "click", 75)]);
        let no_click = tally(&[(5_000_000, 9, vec![])]).settle_clicks_by(&[(2, 1.0)]);
        assert_eq!((no_click.credits.len(), no_click.nobody_minor), (0, 5));
    }

    #[test]
    fn whole_numbers() {
        assert_eq!([whole(499_999), whole(500_000), whole(-500_000), whole(-499_999)], [0, 1, -1, 0]);
    }

    proptest! {
        #[test]
        fn every_rule_gives_the_same_total(
            conversions in prop::collection::vec(
                (-100_000_000_000_i64..1_000_000_000_000, 0_u8..5, prop::collection::vec((0_i32..130, 1_i64..6), 0..6)), 0..40),
            weights in prop::collection::vec(1_u8..9, 5),
        ) {
            let total: Exact = conversions.iter().map(|conversion| Exact::from(conversion.0)).sum();
            let tally = tally(&conversions);
            let sum: f64 = weights.iter().map(|&weight| f64::from(weight)).sum();
            let weights: Vec<(i64, f64)> = (1..).zip(&weights).map(|(member, &weight)| (member, f64::from(weight) / sum)).collect();
            let all = (0..RULES.len()).map(|rule| tally.settle(rule)).chain([tally.settle_clicks_by(&weights)]);
            let nobody = tally.settle(0).nobody_minor;
            for settled in all {
                prop_assert_eq!(settled.credits.iter().map(|c| c.minor).sum::<i64>() + settled.nobody_minor, whole(total));
                prop_assert_eq!((settled.total_minor, settled.nobody_minor), (whole(total), nobody));
                let counted = settled.credits.iter().map(|c| c.hundredths).sum::<i64>();
                prop_assert_eq!(counted + 100 * settled.nobody_count, 100 * i64::try_from(conversions.len()).unwrap_or_default());
                prop_assert_eq!(tally.count(), settled.count);
            }
            prop_assert_eq!(tally.band().total_minor, whole(total));
            prop_assert_eq!(tally.cells().iter().map(|cell| cell.minor).sum::<i64>(), whole(total));
            prop_assert_eq!(tally.cells().iter().map(|cell| cell.count).sum::<i64>(), tally.count());
        }

        #[test]
        fn neither_the_order_of_rows_nor_numbers_of_people_matter(
            conversions in prop::collection::vec(
                (0_i64..1_000_000_000_000, 1_u8..5, prop::collection::vec((0_i32..130, 11_i64..16), 0..6)), 0..30),
        ) {
            let one = tally(&conversions);
            let mut other: Vec<Made> = conversions.iter().rev().cloned().collect();
            let turned = |member: i64| if (11..16).contains(&member) { 26 - member } else { member };
            for (_, _, touches) in &mut other {
                for touch in touches.iter_mut() {
                    touch.1 = turned(touch.1);
                }
                touches.reverse();
            }
            let other = tally(&other);
            for rule in 0..RULES.len() {
                let (one, other) = (one.settle(rule), other.settle(rule));
                // Equal remainders go to the lower number, so a cent may move between two people, and no more.
                let minor = |settled: &Settled, member: i64| -> i64 {
                    settled.credits.iter().filter(|credit| credit.member == member).map(|credit| credit.minor).sum()
                };
                for member in 1..16 {
                    prop_assert!((minor(&one, member) - minor(&other, turned(member))).abs() <= 1);
                }
                prop_assert_eq!((one.total_minor, one.nobody_minor), (other.total_minor, other.nobody_minor));
            }
        }
    }
}
