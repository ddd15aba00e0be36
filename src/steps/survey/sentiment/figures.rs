//! NPS or CSAT of a group of people: the figure, its interval, and whether it moved (MEASUREMENT.md 1).

use crate::stats::estimate::{Estimate, LEVEL, Verdict};
use crate::stats::nps::{Basis, Nps, change_of_same_people, mostly_same_people, side};
use crate::stats::proportion::{newcombe, wilson};

/// Fewer answers, and only the counts are shown.
const FEWEST: u64 = 5;
/// The level whose interval a leaning change excludes 0 by.
const LEANING: f64 = 0.80;

/// What is measured, with the scale of its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Whether they would recommend us, 0-10.
    Nps,
    /// How satisfied they are.
    Csat {
        /// The lowest possible answer.
        low: i64,
        /// The highest possible one.
        high: i64,
    },
}

/// Everyone's answer: (who, score), in order of who.
pub type Answers = Vec<(i64, i64)>;

/// How many answered how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Promoters; those who are satisfied.
    pub best: u64,
    /// Passives; nobody in CSAT.
    pub middle: u64,
    /// Detractors; those who are not satisfied.
    pub worst: u64,
}

impl Tally {
    /// How many answered.
    pub fn n(self) -> u64 {
        self.best + self.middle + self.worst
    }
}

/// A change, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// The difference with its interval, where there is one.
    pub estimate: Option<Estimate>,
    /// What may be said of it.
    pub verdict: Verdict,
    /// How many answered both times, where it is their change that was measured.
    pub same_people: Option<u64>,
}

impl Measure {
    /// The lowest and the highest answer.
    pub fn scale(self) -> (i64, i64) {
        match self {
            Self::Nps => (0, 10),
            Self::Csat { low, high } => (low, high),
        }
    }

    /// From which answer on somebody is satisfied: the two best of a scale, of one with three steps or fewer the best.
    pub fn satisfied_from(low: i64, high: i64) -> i64 {
        if high - low < 3 { high } else { high - 1 }
    }

    /// The answers on their sides.
    pub fn tally(self, answers: &[(i64, i64)]) -> Tally {
        let mut tally = Tally::default();
        for &(_, score) in answers {
            match self.side(score) {
                1 => tally.best += 1,
                0 => tally.middle += 1,
                _ => tally.worst += 1,
            }
        }
        tally
    }

    fn side(self, score: i64) -> i8 {
        match self {
            Self::Nps => side(narrow(score)),
            Self::Csat { low, high } if score >= Self::satisfied_from(low, high) => 1,
            Self::Csat { .. } => -1,
        }
    }

    /// The raw score in points: NPS -100 to 100, CSAT 0 to 100; none without answers.
    pub fn score(self, tally: Tally) -> Option<f64> {
        match self {
            Self::Nps => nps(tally).score(),
            Self::Csat { .. } => (tally.n() > 0).then(|| 100.0 * tally.best as f64 / tally.n() as f64),
        }
    }

    /// The score with its 95 % interval, in points; none with fewer than five answers.
    pub fn estimate(self, tally: Tally) -> Option<Estimate> {
        if tally.n() < FEWEST {
            return None;
        }
        match self {
            Self::Nps => nps(tally).estimate(LEVEL),
            Self::Csat { .. } => wilson(tally.best, tally.n(), LEVEL).map(points),
        }
    }

    /// How a group moved. The same people are compared one by one where at least half of the smaller group answered
    /// both times (NPS); CSAT is compared as two shares, which for the same people is on the safe side.
    pub fn moved(self, now: &[(i64, i64)], before: &[(i64, i64)]) -> Moved {
        let (tally, tally_before) = (self.tally(now), self.tally(before));
        if tally.n().min(tally_before.n()) < FEWEST {
            return Moved { estimate: None, verdict: Verdict::NotEnoughData, same_people: None };
        }
        match self {
            Self::Nps => {
                let both = in_both(now, before);
                let count = both.len() as u64;
                let (change, same_people) = if mostly_same_people(count, tally_before.n(), tally.n()) {
                    (change_of_same_people(&both, LEVEL), Some(count))
                } else {
                    (nps(tally).change_from(&nps(tally_before), LEVEL), None)
                };
                Moved { estimate: change.estimate, verdict: change.verdict, same_people }
            }
            Self::Csat { .. } => {
                let (now, before) = ((tally.best, tally.n()), (tally_before.best, tally_before.n()));
                let excludes = |level| newcombe(now, before, level).is_some_and(|d| d.lo > 0.0 || d.hi < 0.0);
                let verdict = match (excludes(LEVEL), excludes(LEANING)) {
                    (true, _) => Verdict::Clear,
                    (false, true) => Verdict::Leaning,
                    (false, false) => Verdict::CannotTell,
                };
                Moved { estimate: newcombe(now, before, LEVEL).map(points), verdict, same_people: None }
            }
        }
    }
}

/// How much may be printed of so many answers.
pub fn basis(tally: Tally) -> Basis {
    nps(tally).basis()
}

/// The segments that stand above others by intervals that do not overlap: (above, those below it). Nothing else may
/// be ranked.
pub fn apart<'a>(segments: &[(&'a str, Estimate)]) -> Vec<(&'a str, Vec<&'a str>)> {
    let below = |one: &Estimate| -> Vec<&'a str> {
        segments.iter().filter(|(_, other)| other.hi < one.lo).map(|(name, _)| *name).collect()
    };
    let found = segments.iter().map(|(name, estimate)| (*name, below(estimate)));
    found.filter(|(_, below)| !below.is_empty()).collect()
}

fn nps(tally: Tally) -> Nps {
    Nps::of(tally.best, tally.middle, tally.worst)
}

/// A share as points of a hundred.
fn points(share: Estimate) -> Estimate {
    Estimate { value: 100.0 * share.value, lo: 100.0 * share.lo, hi: 100.0 * share.hi, ..share }
}

fn narrow(score: i64) -> u8 {
    u8::try_from(score).unwrap_or_default()
}

/// The (earlier, later) answers of those who gave both.
fn in_both(now: &[(i64, i64)], before: &[(i64, i64)]) -> Vec<(u8, u8)> {
    let earlier = |who: i64| before.binary_search_by_key(&who, |answer| answer.0).ok().map(|at| before[at].1);
    now.iter().filter_map(|&(who, score)| Some((narrow(earlier(who)?), narrow(score)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    const CSAT: Measure = Measure::Csat { low: 1, high: 5 };

    fn answers(first: i64, scores: &[i64]) -> Answers {
        (first..).zip(scores.iter().copied()).collect()
    }

    #[test]
    fn satisfied_is_told_by_the_scale() {
        let from: Vec<i64> = [(1, 5), (1, 7), (0, 10), (1, 3), (1, 2)]
            .map(|(low, high)| Measure::satisfied_from(low, high))
            .into();
        assert_eq!(from, [4, 6, 9, 3, 2]);
    }

    #[test]
    fn four_answers_are_counts_only() {
        let four = CSAT.tally(&answers(1, &[5, 4, 3, 1]));
        assert_eq!(four, Tally { best: 2, middle: 0, worst: 2 });
        assert!(CSAT.estimate(four).is_none() && Measure::Nps.estimate(four).is_none());
        near(CSAT.score(four).unwrap(), 50.0, 1e-12);
        let verdict = CSAT.moved(&answers(1, &[5; 4]), &answers(1, &[5; 40])).verdict;
        assert_eq!(verdict, Verdict::NotEnoughData);
    }

    #[test]
    fn half_the_same_people_are_compared_one_by_one() {
        let before = answers(1, &[8, 6, 9, 3, 9, 7]);
        let now = answers(1, &[9, 7, 10, 4, 8, 10]);
        let moved = Measure::Nps.moved(&now, &before);
        assert_eq!(moved.same_people, Some(6));
        near(moved.estimate.unwrap().value, 33.3333, 1e-4);
        let others = answers(100, &[9, 7, 10, 4, 8, 10]);
        let moved = Measure::Nps.moved(&others, &before);
        assert_eq!(moved.same_people, None);
        near(moved.estimate.unwrap().value, 100.0 * (3.0 - 1.0) / 6.0 - 0.0, 1e-9);
    }

    #[test]
    fn shares_by_newcombe_in_points() {
        let group = |yes: usize, n: usize| {
            let scores: Vec<i64> = (0..n).map(|at| if at < yes { 5 } else { 1 }).collect();
            answers(1, &scores)
        };
        let moved = CSAT.moved(&group(56, 70), &group(48, 80));
        let estimate = moved.estimate.unwrap();
        near(estimate.lo, 5.24, 6e-3);
        near(estimate.hi, 33.39, 6e-3);
        assert_eq!(moved.verdict, Verdict::Clear);
    }

    #[test]
    fn only_ranges_apart_are_ranked() {
        let estimate =
            |lo: f64, hi: f64| Estimate { value: f64::midpoint(lo, hi), lo, hi, level: LEVEL, n: 30 };
        let segments = [("a", estimate(0.0, 20.0)), ("b", estimate(15.0, 40.0)), ("c", estimate(30.0, 60.0))];
        assert_eq!(apart(&segments), [("c", vec!["a"])]);
        assert!(apart(&segments[..2]).is_empty());
    }

    proptest! {
        #[test]
        fn other_numbers_for_the_same_people_change_nothing(
            pairs in prop::collection::vec((0_i64..11, prop::option::of(0_i64..11)), 5..40), away in 1_i64..1000,
        ) {
            let people = |shift: i64| {
                let before: Answers = (1..).zip(&pairs).map(|(who, pair)| (who + shift, pair.0)).collect();
                let now: Answers =
                    (1..).zip(&pairs).filter_map(|(who, pair)| Some((who + shift, pair.1?))).collect();
                Measure::Nps.moved(&now, &before)
            };
            prop_assert_eq!(people(0), people(away));
        }
    }
}
