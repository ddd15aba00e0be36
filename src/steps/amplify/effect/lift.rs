//! What a promotion went with: the difference of the changes, and what must be seen before it is believed.

use super::design::{Change, Groups};
use crate::stats::estimate::{Estimate, LEVEL, Verdict};
use crate::stats::matching::nearest;
use crate::stats::permutation::{EXACT, assignments, p, studentised};
use crate::stats::placebo;
use crate::stats::relative::growth;
use crate::stats::welch::{Difference, Group, least_seen};

/// With fewer in a group there is no interval.
pub const FEWEST: usize = 3;
/// With fewer ways to share out the labels nothing is claimed.
const FEWEST_WAYS: u64 = 40;
/// A difference of the trends before (or of the others among themselves) of more than so many standard errors is none.
const ALIKE: f64 = 2.0;
/// How many are matched to each, and how far they may be from them, in standard deviations.
const MATCHES: usize = 3;
const CALIPER: f64 = 0.5;

/// The comparison of two groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Lift {
    /// By how much more a week the treated rose, Welch's interval.
    pub difference: Estimate,
    /// The larger of Welch's p and that of the permutation.
    pub p: f64,
    /// What may be said.
    pub verdict: Verdict,
    /// By what factor they rose more; none where nothing was made before.
    pub factor: Option<Estimate>,
    /// What a comparison of this size would have found four times in five.
    pub least_seen: f64,
    /// How the two moved before: the same difference between the halves of the baseline. None where nobody moved.
    pub before: Option<Difference>,
    /// The others among themselves, every second one by what they made before: there is nothing to find.
    pub placebo: Option<Difference>,
    /// How many ways there were to share out the labels.
    pub ways: u64,
}

impl Lift {
    /// Whether the two moved alike before, as far as can be told.
    pub fn moved_alike(&self) -> bool {
        self.before.is_none_or(|before| before.t().abs() <= ALIKE)
    }

    /// Whether the others are alike among themselves.
    pub fn is_placebo_quiet(&self) -> bool {
        self.placebo.is_none_or(|placebo| placebo.t().abs() <= ALIKE)
    }
}

/// What could be found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Two groups.
    Lift(Box<Lift>),
    /// One treated among several others: the difference, its rank, of how many.
    Rank {
        /// By how much more a week it rose than the others' mean.
        difference: f64,
        /// 1 is the most extreme.
        rank: usize,
        /// The rank's share.
        p: f64,
    },
    /// Too few.
    TooFew,
}

/// Compares the groups.
pub fn lift(groups: &Groups) -> Found {
    let (treated, others) = (rises(&groups.treated), rises(&groups.others));
    if treated.len() == 1 && others.len() >= FEWEST {
        let mut all = others;
        all.push(treated[0]);
        let last = all.len() - 1;
        let ranked = placebo::against_others(&all, last).zip(placebo::rank(&all, last));
        return ranked.map_or(Found::TooFew, |(difference, (rank, p))| Found::Rank { difference, rank, p });
    }
    if treated.len() < FEWEST || others.len() < FEWEST {
        return Found::TooFew;
    }
    let (Some(one), Some(other)) = (Group::of(&treated), Group::of(&others)) else { return Found::TooFew };
    let Some(difference) = Difference::of(&one, &other) else { return Found::TooFew };
    let chance = difference.p().max(p(&treated, &others, EXACT, studentised));
    let ways = assignments(one.n, one.n + other.n);
    let verdict = match Verdict::from_p(chance) {
        Verdict::Clear if ways < FEWEST_WAYS => Verdict::Leaning,
        verdict => verdict,
    };
    Found::Lift(Box::new(Lift {
        difference: difference.estimate(LEVEL),
        p: chance,
        verdict,
        factor: growth(&pairs(&groups.treated), &pairs(&groups.others), LEVEL),
        least_seen: least_seen(&one, &other),
        before: between(&drifts(&groups.treated), &drifts(&groups.others)),
        placebo: among(&groups.others),
        ways,
    }))
}

fn rises(changes: &[Change]) -> Vec<f64> {
    changes.iter().map(Change::rise).collect()
}

fn drifts(changes: &[Change]) -> Vec<f64> {
    changes.iter().map(|change| change.halves[1] - change.halves[0]).collect()
}

fn pairs(changes: &[Change]) -> Vec<(f64, f64)> {
    changes.iter().map(|change| (change.before, change.after)).collect()
}

fn between(one: &[f64], other: &[f64]) -> Option<Difference> {
    Difference::of(&Group::of(one)?, &Group::of(other)?)
}

/// Every second one against the rest, there and back (a b b a), so that neither half gets the larger of each pair.
fn among(others: &[Change]) -> Option<Difference> {
    let mut sorted: Vec<(f64, f64)> = others.iter().map(|one| (one.before, one.rise())).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut halves = [Vec::new(), Vec::new()];
    for (place, (_, rise)) in sorted.into_iter().enumerate() {
        halves[usize::from(matches!(place % 4, 1 | 2))].push(rise);
    }
    let enough = halves.iter().all(|half| half.len() >= FEWEST);
    enough.then(|| between(&halves[0], &halves[1]))?
}

/// The comparison with those who were like each one before only: the mean of the paired differences.
#[derive(Clone, Debug, PartialEq)]
pub struct Matched {
    /// By how much more a week, t interval over the pairs, and p; none with fewer than three.
    pub difference: Option<(Estimate, f64)>,
    /// How many of the treated had someone like them.
    pub with: usize,
    /// How many had not.
    pub without: usize,
    /// How many of the others were used.
    pub used: usize,
}

/// Matches each of the treated with the nearest three by what they made before, how that moved, and tenure.
pub fn matched(groups: &Groups) -> Matched {
    let measures = |one: &Change| [one.before.ln_1p(), one.halves[1] - one.halves[0], one.tenure];
    // In an order that does not hang on anyone's number.
    let mut others: Vec<&Change> = groups.others.iter().collect();
    others.sort_by(|a, b| {
        let (one, other) = (measures(a), measures(b));
        let by = |at: usize| one[at].total_cmp(&other[at]);
        by(0).then(by(1)).then(by(2)).then(a.rise().total_cmp(&b.rise()))
    });
    let theirs: Vec<_> = others.iter().map(|one| measures(one)).collect();
    let treated: Vec<_> = groups.treated.iter().map(measures).collect();
    let found = nearest(&treated, &theirs, MATCHES, CALIPER);
    let mut used: Vec<usize> = found.iter().flatten().copied().collect();
    used.sort_unstable();
    used.dedup();
    let differences: Vec<f64> = groups
        .treated
        .iter()
        .zip(&found)
        .filter(|(_, near)| !near.is_empty())
        .map(|(one, near)| {
            let mean = near.iter().map(|&place| others[place].rise()).sum::<f64>() / near.len() as f64;
            one.rise() - mean
        })
        .collect();
    let nothing = Group { n: 2, mean: 0.0, variance: 0.0 };
    let difference = Group::of(&differences).filter(|group| group.n >= FEWEST as u64).and_then(|group| {
        let difference = Difference::of(&group, &nothing)?;
        Some((Estimate { n: group.n, ..difference.estimate(LEVEL) }, difference.p()))
    });
    let with = differences.len();
    Matched { difference, with, without: groups.treated.len() - with, used: used.len() }
}

#[cfg(test)]
mod tests {
    use super::super::design::{Person, Windows, groups};
    use super::*;
    use crate::stats::reference::{case, day, near};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn change(member: i64, before: f64, after: f64) -> Change {
        Change { member, before, after, halves: [before, before], tenure: 200.0 }
    }

    fn two(treated: &[(f64, f64)], others: &[(f64, f64)]) -> Groups {
        let all = |pairs: &[(f64, f64)], from: i64| {
            pairs.iter().zip(from..).map(|((before, after), id)| change(id, *before, *after)).collect()
        };
        Groups { treated: all(treated, 0), others: all(others, 100), ..Groups::default() }
    }

    #[test]
    fn too_few_are_said_and_three_against_three_claim_nothing() {
        let some = [(1.0, 9.0), (1.0, 9.5), (2.0, 11.0)];
        let none = [(1.0, 1.0), (1.0, 1.5), (2.0, 2.2)];
        assert_eq!(lift(&two(&some[..2], &none)), Found::TooFew);
        assert_eq!(lift(&two(&some, &none[..2])), Found::TooFew);
        let Found::Lift(found) = lift(&two(&some, &none)) else { panic!("two groups") };
        assert_eq!((found.ways, found.verdict), (20, Verdict::Leaning));
        let Found::Rank { rank, p, .. } = lift(&two(&some[..1], &none)) else { panic!("one") };
        assert_eq!((rank, p), (1, 0.25));
    }

    #[test]
    fn matching_says_who_has_no_match() {
        let others: Vec<(f64, f64)> = (0..12).map(|i| (1.0 + f64::from(i) / 10.0, 1.5)).collect();
        let treated = [(1.0, 3.0), (1.2, 3.2), (1.5, 3.4), (40.0, 50.0)];
        let found = matched(&two(&treated, &others));
        assert_eq!((found.with, found.without), (3, 1));
        let (difference, _) = found.difference.unwrap();
        assert!(difference.lo > 0.5 && difference.n == 3, "{difference:?}");
    }

    fn planted(which: &str) -> Option<(crate::stats::reference::Case, Groups)> {
        let case = case("05-lift/planted-programme")?;
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        for (row, member) in case.rows("joined.csv").iter().zip(0..) {
            let joined = day(&row["joined_on"]);
            people.insert(
                row["advocate"].clone(),
                Person { member, joined, left: None, first: None, acts: Vec::new() },
            );
        }
        let mut touched = std::collections::BTreeSet::new();
        for row in case.rows("interventions.csv") {
            if row["intervention"] == which {
                people.get_mut(&row["advocate"]).unwrap().first = Some(day(&row["date"]));
            } else {
                touched.insert(row["advocate"].clone());
            }
        }
        for row in case.rows("contributions.csv") {
            people.get_mut(&row["advocate"]).unwrap().acts.push((day(&row["date"]), Some(1.0)));
        }
        // The controls of the case had neither.
        people.retain(|name, person| person.first.is_some() || !touched.contains(name));
        let mut people: Vec<Person> = people.into_values().collect();
        for person in &mut people {
            person.acts.sort_by_key(|act| act.0);
        }
        let windows = Windows { days: 84, gap: 0, as_of: day("2024-10-07") };
        Some((case, groups(&people, windows)))
    }

    #[test]
    fn reference_planted_programme() {
        for which in ["promoted", "briefed"] {
            let Some((case, groups)) = planted(which) else { return };
            let Found::Lift(found) = lift(&groups) else { panic!("two groups") };
            let want = &case.expected["reference_run"][which];
            let of = |name: &str| want[name].as_f64().unwrap();
            let limit = |name: &str, at: usize| want[name][at].as_f64().unwrap();
            near(found.difference.value, of("did"), 1e-8);
            near(found.difference.lo, limit("ci95", 0), 1e-8);
            near(found.difference.hi, limit("ci95", 1), 1e-8);
            let factor = found.factor.unwrap();
            near(factor.value, of("ratio_of_ratios"), 1e-8);
            near(factor.lo, limit("ratio_ci95", 0), 1e-8);
            near(factor.hi, limit("ratio_ci95", 1), 1e-8);
            let must = &case.expected["must"];
            if which == "promoted" {
                assert_eq!(found.verdict == Verdict::Clear, must["promoted_significant"].as_bool().unwrap());
                let truth = case.expected["truth"]["promoted_ratio"].as_f64().unwrap();
                assert!(factor.lo < truth && truth < factor.hi);
                assert!(found.moved_alike());
            } else {
                assert_eq!(found.verdict, Verdict::CannotTell);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn relabelling_people_changes_nothing(
            treated in prop::collection::vec((0_u8..9, 0_u8..9), 3..6),
            others in prop::collection::vec((0_u8..9, 0_u8..9), 3..9),
        ) {
            let floats = |pairs: &[(u8, u8)]| -> Vec<(f64, f64)> {
                pairs.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).collect()
            };
            let plain = two(&floats(&treated), &floats(&others));
            let mut renamed = plain.clone();
            renamed.treated.reverse();
            renamed.others.reverse();
            for (place, change) in renamed.treated.iter_mut().chain(&mut renamed.others).enumerate() {
                change.member = 1000 - place as i64;
            }
            let (one, other) = (lift(&plain), lift(&renamed));
            if let (Found::Lift(one), Found::Lift(other)) = (&one, &other) {
                prop_assert_eq!(one.difference, other.difference);
                prop_assert!((one.p - other.p).abs() < 1e-12);
                prop_assert_eq!(one.placebo, other.placebo);
                prop_assert!(one.difference.lo <= one.difference.value && one.difference.value <= one.difference.hi);
            } else {
                prop_assert_eq!(one, other);
            }
            let (one, other) = (matched(&plain), matched(&renamed));
            prop_assert_eq!((one.with, one.without), (other.with, other.without));
        }
    }
}
