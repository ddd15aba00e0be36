//! How a conversion's credit is shared along the path of touches that led to it (MEASUREMENT.md 8, rule models).
//!
//! The same advocate on the same day is one touch. Half-life as in Google's time decay ("half-life is 1 week"), position 40/20/40.
//! Touches of several advocates on one day have no order, so they share what their places would get: a file's order never decides.
//!
//! Example: touches 14, 7 and 0 days before, half-life 7 days: 1/7, 2/7, 4/7.
use crate::stats::decay::remaining;
use crate::stats::largest_remainder::round_to_total;
use std::collections::BTreeMap;

/// A rule by which touches share a conversion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// All to the first day's touches.
    First,
    /// All to the last day's touches.
    Last,
    /// The same to every touch.
    Linear,
    /// Half as much for every half-life before the conversion.
    Decay {
        /// 7 for consumer goods, 30 for business customers.
        half_life_days: f64,
    },
    /// 40 % first, 40 % last, 20 % between; two touches share equally.
    Position,
}

/// One advocate seen once on the way to a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// The day.
    pub day: i32,
    /// The advocate.
    pub member: i64,
}

/// One advocate's share of a conversion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The advocate.
    pub member: i64,
    /// Above 0, at most 1; the shares of a conversion add up to 1.
    pub weight: f64,
}

/// The shares of the advocates touched within the window, which ends with the conversion's day and includes both its ends.
/// By member, those with a share only; empty if nobody was touched.
pub fn shares(touches: &[Touch], conversion_day: i32, window_days: i32, rule: Rule) -> Vec<Share> {
    let within = |touch: &&Touch| (conversion_day - window_days..=conversion_day).contains(&touch.day);
    let mut path: Vec<Touch> = touches.iter().filter(within).copied().collect();
    path.sort_unstable();
    path.dedup();
    let weights = place_weights(&path, conversion_day, rule);
    let mut by_member: BTreeMap<i64, f64> = BTreeMap::new();
    let mut place = 0;
    for same_day in path.chunk_by(|a, b| a.day == b.day) {
        let places = &weights[place..place + same_day.len()];
        let each = places.iter().sum::<f64>() / same_day.len() as f64;
        for touch in same_day {
            *by_member.entry(touch.member).or_default() += each;
        }
        place += same_day.len();
    }
    let given = by_member.into_iter().filter(|&(_, weight)| weight > 0.0);
    given.map(|(member, weight)| Share { member, weight }).collect()
}

/// The weight of every place on a path; they add up to 1.
fn place_weights(path: &[Touch], conversion_day: i32, rule: Rule) -> Vec<f64> {
    let n = path.len();
    let all_at = |chosen: usize| (0..n).map(|place| f64::from(u8::from(place == chosen))).collect();
    match rule {
        Rule::First => all_at(0),
        Rule::Last => all_at(n.saturating_sub(1)),
        Rule::Linear => vec![1.0 / n as f64; n],
        Rule::Decay { half_life_days } => {
            // Counted from the latest touch: the same shares, and nothing underflows however short the half-life.
            let latest = path.last().map_or(conversion_day, |touch| touch.day);
            let weight = |touch: &Touch| remaining(f64::from(latest - touch.day), half_life_days);
            let sum: f64 = path.iter().map(weight).sum();
            path.iter().map(|touch| weight(touch) / sum).collect()
        }
        Rule::Position if n <= 2 => vec![1.0 / n as f64; n],
        Rule::Position => {
            let mut weights = vec![0.2 / (n - 2) as f64; n];
            weights[0] = 0.4;
            weights[n - 1] = 0.4;
            weights
        }
    }
}

/// Credits in minor units that add up to a total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credits<K> {
    /// What each is credited with.
    pub by_key: BTreeMap<K, i64>,
    /// What nobody is credited with.
    pub uncredited_minor: i64,
    /// The sum of all amounts.
    pub total_minor: i64,
}

/// Adds up conversions of one currency, each an amount and the keys (advocates, or advocates and tiers) that share it.
///
/// Fractions are summed and rounded once, at the end, so that every rule's credits and the remainder add up to the same total.
/// The remainder is exact: it is the sum of the conversions that nobody shares.
pub fn add_up<'a, K: Ord + Clone + 'a>(
    conversions: impl IntoIterator<Item = (i64, &'a [(K, f64)])>,
) -> Credits<K> {
    let mut exact: BTreeMap<K, f64> = BTreeMap::new();
    let (mut uncredited_minor, mut total_minor) = (0, 0);
    for (amount_minor, shares) in conversions {
        total_minor += amount_minor;
        if shares.is_empty() {
            uncredited_minor += amount_minor;
        }
        for (key, weight) in shares {
            *exact.entry(key.clone()).or_default() += amount_minor as f64 * weight;
        }
    }
    let amounts: Vec<f64> = exact.values().copied().collect();
    let rounded = round_to_total(&amounts, total_minor - uncredited_minor);
    Credits { by_key: exact.into_keys().zip(rounded).collect(), uncredited_minor, total_minor }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, day, near};
    use proptest::prelude::*;
    use std::collections::HashMap;

    const RULES: [Rule; 5] =
        [Rule::First, Rule::Last, Rule::Linear, Rule::Decay { half_life_days: 7.0 }, Rule::Position];

    fn weights(days: &[(i32, i64)], rule: Rule) -> Vec<f64> {
        let touches: Vec<Touch> = days.iter().map(|&(day, member)| Touch { day, member }).collect();
        shares(&touches, 100, 90, rule).iter().map(|share| share.weight).collect()
    }

    #[test]
    fn one_two_four_sevenths() {
        let got = weights(&[(86, 1), (93, 2), (100, 3)], Rule::Decay { half_life_days: 7.0 });
        for (got, want) in got.iter().zip([1.0, 2.0, 4.0]) {
            near(*got, want / 7.0, 1e-12);
        }
    }

    #[test]
    fn position_by_number_of_touches() {
        assert_eq!(weights(&[(50, 1)], Rule::Position), [1.0]);
        assert_eq!(weights(&[(50, 1), (60, 2)], Rule::Position), [0.5, 0.5]);
        assert_eq!(weights(&[(50, 1), (60, 2), (70, 3)], Rule::Position), [0.4, 0.2, 0.4]);
        assert_eq!(weights(&[(50, 1), (60, 2), (70, 3), (80, 4)], Rule::Position), [0.4, 0.1, 0.1, 0.4]);
    }

    #[test]
    fn the_same_day_is_shared() {
        assert_eq!(weights(&[(50, 1), (60, 2), (60, 3)], Rule::Last), [0.5, 0.5]);
        let position = weights(&[(50, 1), (60, 2), (60, 3)], Rule::Position);
        near(position[0], 0.4, 1e-12);
        near(position[1], 0.3, 1e-12);
        assert_eq!(weights(&[(50, 1), (50, 1), (60, 2)], Rule::Linear), [0.5, 0.5]);
    }

    #[test]
    fn the_window_includes_both_ends() {
        assert_eq!(weights(&[(9, 1), (10, 2), (100, 3), (101, 4)], Rule::Linear), [0.5, 0.5]);
        assert!(weights(&[(9, 1)], Rule::Linear).is_empty());
    }

    #[test]
    fn credits_are_rounded_once() {
        let thirds = [(1, 1.0 / 3.0), (2, 1.0 / 3.0), (3, 1.0 / 3.0)];
        let refund = [(1, 1.0)];
        let credits = add_up([(100, &thirds[..]), (100, &thirds[..]), (50, &[][..]), (-30, &refund[..])]);
        // 36.67, 66.67 and 66.67: deal by deal it would have been 38, 66, 66.
        assert_eq!(credits.by_key.values().copied().collect::<Vec<i64>>(), [37, 67, 66]);
        assert_eq!((credits.uncredited_minor, credits.total_minor), (50, 220));
    }

    #[test]
    fn reference_rule_models() {
        let Some(case) = case("08-attribution/rule-models") else { return };
        let members = ["ana", "ben", "cho", "dee"];
        let touches = case.rows("touches.csv");
        for (rule, name) in RULES.into_iter().zip(["first", "last", "linear", "time_decay", "position"]) {
            let want = &case.expected[name];
            let mut credit = [0.0; 4];
            let mut unattributed = 0.0;
            for deal in case.rows("deals.csv") {
                let amount: f64 = deal["amount"].parse().unwrap();
                let path: Vec<Touch> = touches
                    .iter()
                    .filter(|touch| touch["deal"] == deal["deal"])
                    .map(|touch| {
                        let member = (0..).zip(members).find(|pair| pair.1 == touch["advocate"]).unwrap().0;
                        Touch { day: day(&touch["date"]), member }
                    })
                    .collect();
                let shares = shares(&path, day(&deal["won_on"]), 90, rule);
                if shares.is_empty() {
                    unattributed += amount;
                }
                for share in shares {
                    credit[share.member as usize] += amount * share.weight;
                }
            }
            for (got, member) in credit.iter().zip(members) {
                near(*got, want["credit"][member].as_f64().unwrap(), 1e-6);
            }
            near(unattributed, want["unattributed"].as_f64().unwrap(), 1e-9);
            near(credit.iter().sum::<f64>() + unattributed, want["total"].as_f64().unwrap(), 1e-9);
        }
    }

    #[test]
    fn reference_channelattribution() {
        let Some(case) = case("08-attribution/channelattribution-heuristics") else { return };
        let rules = [(Rule::First, "first"), (Rule::Last, "last"), (Rule::Linear, "linear")];
        let want = case.expected["heuristics"].as_object().unwrap();
        let names: Vec<&str> = want.keys().map(String::as_str).collect();
        let mut totals: HashMap<(&str, i64), (f64, f64)> = HashMap::new();
        for row in case.rows("pathdata.csv") {
            let (conversions, value): (f64, f64) =
                (row["total_conversions"].parse().unwrap(), row["total_conversion_value"].parse().unwrap());
            // The file has an order and no dates: each place is a day of its own.
            let member = |name: &str| (0_i64..).zip(&names).find(|pair| *pair.1 == name.trim()).unwrap().0;
            let path: Vec<Touch> = row["path"]
                .split('>')
                .zip(0..)
                .map(|(name, day)| Touch { day, member: member(name) })
                .collect();
            for (rule, word) in rules {
                for share in shares(&path, 10_000, 10_000, rule) {
                    let total = totals.entry((word, share.member)).or_default();
                    total.0 += conversions * share.weight;
                    total.1 += value * share.weight;
                }
            }
        }
        for ((word, member), (conversions, value)) in totals {
            let want = &want[names[member as usize]];
            near(conversions, want[format!("{word}_touch_conversions")].as_f64().unwrap(), 1e-6);
            near(value, want[format!("{word}_touch_value")].as_f64().unwrap(), 1e-6);
        }
    }

    proptest! {
        #[test]
        fn every_rule_gives_away_everything_once(
            amounts in prop::collection::vec(-1_000_000_i64..1_000_000, 1..20),
            days in prop::collection::vec((0_i32..120, 1_i64..6), 0..60),
        ) {
            let total: i64 = amounts.iter().sum();
            for rule in RULES {
                let paths: Vec<Vec<(i64, f64)>> = (0..amounts.len()).map(|deal| {
                    let path: Vec<Touch> = days.iter().skip(deal * 3).take(3).map(|&(day, member)| Touch { day, member }).collect();
                    shares(&path, 100, 90, rule).iter().map(|share| (share.member, share.weight)).collect()
                }).collect();
                for path in paths.iter().filter(|path| !path.is_empty()) {
                    prop_assert!((path.iter().map(|share| share.1).sum::<f64>() - 1.0).abs() < 1e-12);
                }
                let credits = add_up(amounts.iter().copied().zip(paths.iter().map(Vec::as_slice)));
                prop_assert_eq!(credits.by_key.values().sum::<i64>() + credits.uncredited_minor, total);
                prop_assert_eq!(credits.total_minor, total);
            }
        }

        #[test]
        fn neither_file_order_nor_names_matter(days in prop::collection::vec((0_i32..20, 1_i64..6), 1..12)) {
            let path: Vec<Touch> = days.iter().map(|&(day, member)| Touch { day, member }).collect();
            // Names turned round: a path whose ties were broken by id would now share differently.
            let other: Vec<Touch> = path.iter().rev().map(|t| Touch { day: t.day, member: 10 - t.member }).collect();
            for rule in RULES {
                let one = shares(&path, 30, 90, rule);
                let mut two = shares(&other, 30, 90, rule);
                two.reverse();
                for (one, two) in one.iter().zip(&two) {
                    prop_assert_eq!(one.member, 10 - two.member);
                    prop_assert!((one.weight - two.weight).abs() < 1e-12);
                }
            }
        }
    }
}
