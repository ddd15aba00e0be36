//! How a conversion's credit is shared along the path of touches that led to it (MEASUREMENT.md 8, rule models).
//!
//! The same advocate on the same day is one touch. Half-life as in Google's time decay ("half-life is 1 week"), position 40/20/40.
//! Touches of several advocates on one day have no order, so they share what their places would get: a file's order never decides.
//!
//! Example: touches 14, 7 and 0 days before, half-life 7 days: 1/7, 2/7, 4/7.
use crate::stats::decay::remaining;

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
    /// The same to every advocate, however often they were met: the Shapley value where a group of advocates is worth what was
    /// bought by way of them alone (Zhao, Mahboobi & Bagheri 2018, arXiv:1804.05327).
    Equal,
}

impl Rule {
    /// Its name, as `--model` has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Last => "last",
            Self::Linear => "linear",
            Self::Decay { .. } => "decay",
            Self::Position => "position",
            Self::Equal => "equal",
        }
    }
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

/// Puts the touches within the window, which ends with the conversion's day and includes both its ends, in the place of those of
/// another conversion: by day and advocate, each once.
pub fn path(touches: &[Touch], conversion_day: i32, window_days: i32, path: &mut Vec<Touch>) {
    let within = |touch: &&Touch| (conversion_day - window_days..=conversion_day).contains(&touch.day);
    path.clear();
    path.extend(touches.iter().filter(within));
    path.sort_unstable();
    path.dedup();
}

/// The shares of the advocates on a path as [`path`] makes it: by member, those with a share only; empty for an empty path.
pub fn shares(path: &[Touch], rule: Rule) -> Vec<Share> {
    let mut shares = Vec::new();
    shares_into(path, rule, &mut shares);
    shares
}

/// As [`shares`], into a list that is used again: a million paths cost no million lists.
pub fn shares_into(path: &[Touch], rule: Rule, shares: &mut Vec<Share>) {
    shares.clear();
    match rule {
        Rule::First | Rule::Last => {
            let end = if rule == Rule::First { path.first() } else { path.last() };
            let Some(day) = end.map(|touch| touch.day) else { return };
            let of_day = path.iter().filter(|touch| touch.day == day);
            let each = 1.0 / of_day.clone().count() as f64;
            shares.extend(of_day.map(|touch| Share { member: touch.member, weight: each }));
        }
        Rule::Equal => {
            for touch in path {
                give(shares, touch.member, 1.0);
            }
            let each = 1.0 / shares.len() as f64;
            for share in shares.iter_mut() {
                share.weight = each;
            }
        }
        Rule::Linear => {
            for touch in path {
                give(shares, touch.member, 1.0 / path.len() as f64);
            }
        }
        Rule::Decay { half_life_days } => {
            // Counted from the latest touch: the same shares, and nothing underflows however short the half-life.
            let latest = path.last().map_or(0, |touch| touch.day);
            let weight = |touch: &Touch| remaining(f64::from(latest - touch.day), half_life_days);
            let sum: f64 = path.iter().map(weight).sum();
            for touch in path {
                give(shares, touch.member, weight(touch) / sum);
            }
        }
        Rule::Position => {
            let mut place = 0;
            for same_day in path.chunk_by(|a, b| a.day == b.day) {
                let places = place..place + same_day.len();
                place = places.end;
                let sum: f64 = places.map(|place| position(place, path.len())).sum();
                let each = sum / same_day.len() as f64;
                for touch in same_day {
                    give(shares, touch.member, each);
                }
            }
        }
    }
    shares.retain(|share| share.weight > 0.0);
    shares.sort_unstable_by_key(|share| share.member);
}

/// Adds to an advocate's share; a path has few of them.
fn give(shares: &mut Vec<Share>, member: i64, weight: f64) {
    match shares.iter_mut().find(|share| share.member == member) {
        Some(share) => share.weight += weight,
        None => shares.push(Share { member, weight }),
    }
}

/// The weight of a place on a path of `n` touches: 40 % first, 40 % last, the rest between.
fn position(place: usize, n: usize) -> f64 {
    match n {
        0..=2 => 1.0 / n as f64,
        _ if place == 0 || place == n - 1 => 0.4,
        _ => 0.2 / (n - 2) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, day, near};
    use proptest::prelude::*;
    use std::collections::HashMap;

    const RULES: [Rule; 6] = [
        Rule::First,
        Rule::Last,
        Rule::Linear,
        Rule::Decay { half_life_days: 7.0 },
        Rule::Position,
        Rule::Equal,
    ];

    fn shares_of(touches: &[Touch], day: i32, window: i32, rule: Rule) -> Vec<Share> {
        let mut within = Vec::new();
        path(touches, day, window, &mut within);
        shares(&within, rule)
    }

    fn weights(days: &[(i32, i64)], rule: Rule) -> Vec<f64> {
        let touches: Vec<Touch> = days.iter().map(|&(day, member)| Touch { day, member }).collect();
        shares_of(&touches, 100, 90, rule).iter().map(|share| share.weight).collect()
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
    fn equal_parts_however_often_someone_was_met() {
        assert_eq!(weights(&[(50, 1), (60, 1), (70, 2)], Rule::Equal), [0.5, 0.5]);
        assert!(weights(&[], Rule::Equal).is_empty());
    }

    /// The Shapley value by its definition: what each adds to every group of the others, over all orders of arrival.
    fn shapley(players: u32, worth: impl Fn(u32) -> f64) -> Vec<f64> {
        let factorial = |n: u32| (1..=n).map(f64::from).product::<f64>();
        let all = 1_u32 << players;
        let value = |one: u32| {
            let groups = (0..all).filter(|group| group & (1 << one) == 0);
            groups
                .map(|group| {
                    let size = group.count_ones();
                    let orders = factorial(size) * factorial(players - size - 1) / factorial(players);
                    orders * (worth(group | (1 << one)) - worth(group))
                })
                .sum()
        };
        (0..players).map(value).collect()
    }

    #[test]
    fn reference_shapley_is_the_equal_split() {
        let Some(case) = case("08-attribution/shapley-identity") else { return };
        let members = ["ana", "ben", "cho", "dee"];
        let place = |name: &str| (0_i64..).zip(members).find(|pair| pair.1 == name).unwrap().0;
        let paths: Vec<(Vec<Touch>, f64)> = case
            .rows("paths.csv")
            .iter()
            .map(|row| {
                let steps = row["path"].split('>').zip(0..);
                let steps = steps.map(|(name, day)| Touch { day, member: place(name) }).collect();
                (steps, row["amount"].parse().unwrap())
            })
            .collect();
        let worth = |group: u32| {
            let within = |path: &[Touch]| path.iter().all(|touch| group & (1 << touch.member) != 0);
            paths.iter().filter(|(path, _)| within(path)).map(|(_, amount)| amount).sum()
        };
        let values = shapley(4, worth);
        let mut split = [0.0; 4];
        for (path, amount) in &paths {
            for share in shares(path, Rule::Equal) {
                split[share.member as usize] += amount * share.weight;
            }
        }
        for (at, name) in members.iter().enumerate() {
            near(values[at], case.expected["shapley"][name].as_f64().unwrap(), 1e-9);
            near(split[at], case.expected["equal_split"][name].as_f64().unwrap(), 1e-9);
        }
        // Littlechild & Owen (1973): who needs the longest runway pays for the last stretch alone.
        let costs = [8.0, 11.0, 13.0, 18.0];
        let longest = |group: u32| {
            (0..4).filter(|one| group & (1 << one) != 0).map(|one| costs[one as usize]).fold(0.0, f64::max)
        };
        for (got, name) in shapley(4, longest).iter().zip(["A", "B", "C", "D"]) {
            near(*got, case.expected["airport"][name].as_f64().unwrap(), 1e-9);
        }
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
                let shares = shares_of(&path, day(&deal["won_on"]), 90, rule);
                if shares.is_empty() {
                    unattributed += amount;
                }
                for share in shares {
                    credit[share.member as usize] += amount * share.weight;
                }
            }
            for (got, member) in credit.iter().zip(members) {
                near(*got, want["credit"][member].as_f64().unwrap(), 1e-9);
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
                for share in shares_of(&path, 10_000, 10_000, rule) {
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
        fn every_rule_gives_away_everything_once(days in prop::collection::vec((0_i32..120, 1_i64..6), 0..9)) {
            let touches: Vec<Touch> = days.iter().map(|&(day, member)| Touch { day, member }).collect();
            let mut within = Vec::new();
            path(&touches, 100, 90, &mut within);
            let path = within;
            for rule in RULES {
                let shares = shares(&path, rule);
                let sum: f64 = shares.iter().map(|share| share.weight).sum();
                prop_assert_eq!(shares.is_empty(), path.is_empty());
                prop_assert!(path.is_empty() || (sum - 1.0).abs() < 1e-12, "{sum}");
                prop_assert!(shares.is_sorted_by(|one, other| one.member < other.member));
            }
        }

        #[test]
        fn neither_file_order_nor_names_matter(days in prop::collection::vec((0_i32..20, 1_i64..6), 1..12)) {
            let path: Vec<Touch> = days.iter().map(|&(day, member)| Touch { day, member }).collect();
            // Names turned round: a path whose ties were broken by id would now share differently.
            let other: Vec<Touch> = path.iter().rev().map(|t| Touch { day: t.day, member: 10 - t.member }).collect();
            for rule in RULES {
                let one = shares_of(&path, 30, 90, rule);
                let mut two = shares_of(&other, 30, 90, rule);
                two.reverse();
                for (one, two) in one.iter().zip(&two) {
                    prop_assert_eq!(one.member, 10 - two.member);
                    prop_assert!((one.weight - two.weight).abs() < 1e-12);
                }
            }
        }
    }
}
