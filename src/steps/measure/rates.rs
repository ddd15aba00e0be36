//! Rates of the reach report: engagement over reach, clicks over reach, and whether a share changed.

use super::contributions::Contributions;
use crate::stats::estimate::{Estimate, LEVEL, Verdict};
use crate::stats::proportion::{newcombe, wilson};
use crate::stats::ratio::Ratio;

/// Fewer than this, and only the counts are shown (MEASUREMENT.md 1).
pub const FEWEST: u64 = 5;

/// Engagements over reach, of the contributions that have both (and not more engagements than reach), and its interval; with fewer than two of them there is none.
pub fn engagement(made: &Contributions) -> Option<(f64, Option<Estimate>)> {
    Ratio::of_sums(made.both).map(|ratio| (ratio.value, ratio.estimate(LEVEL)))
}

/// A number of things, as figures carry it.
pub fn count(things: usize) -> i64 {
    i64::try_from(things).unwrap_or(i64::MAX)
}

/// Reach that somebody counted, of one grade: grades are never added together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    /// `A` or `B`.
    pub grade: char,
    /// Its sum over contributions, the same people counted again for each.
    pub gross: i64,
    /// The largest reach of one contribution: so many different people at least.
    pub largest: i64,
    /// How many contributions have it.
    pub n: i64,
}

/// The reach of the best grade there is: A, measured by us, else B, exported by a platform.
pub fn reported_reach(made: &Contributions) -> Option<Reported> {
    ['A', 'B'].into_iter().find_map(|grade| reach_of(made, grade))
}

/// The reach of grade A or B, where there is any.
pub fn reach_of(made: &Contributions, grade: char) -> Option<Reported> {
    let place = usize::from(grade == 'B');
    let (gross, n) = (made.reach[place].filter(|&gross| gross > 0)?, made.graded[place]);
    Some(Reported { grade, gross, largest: made.largest[place]?, n })
}

/// Clicks over reported reach; none without a denominator, or with more clicks than reach.
pub fn click_through(clicks: Option<i64>, reach: Option<i64>) -> Option<Estimate> {
    share(clicks?, reach?)
}

/// A share with its Wilson interval.
pub fn share(count: i64, n: i64) -> Option<Estimate> {
    wilson(u64::try_from(count).ok()?, u64::try_from(n).ok()?, LEVEL)
}

/// How a share changed, and what may be said of it: the 95 % interval excludes 0, or the 80 % one does, or neither.
pub fn change(now: (i64, i64), before: (i64, i64)) -> (Option<f64>, Verdict) {
    let counts = |(count, n): (i64, i64)| Some((u64::try_from(count).ok()?, u64::try_from(n).ok()?));
    let (Some(now), Some(before)) = (counts(now), counts(before)) else {
        return (None, Verdict::NotEnoughData);
    };
    if now.1 < FEWEST || before.1 < FEWEST {
        return (None, Verdict::NotEnoughData);
    }
    let excludes = |level| newcombe(now, before, level).is_some_and(|d| d.lo > 0.0 || d.hi < 0.0);
    let Some(difference) = newcombe(now, before, LEVEL) else { return (None, Verdict::NotEnoughData) };
    let verdict = match (excludes(LEVEL), excludes(0.80)) {
        (true, _) => Verdict::Clear,
        (false, true) => Verdict::Leaning,
        (false, false) => Verdict::CannotTell,
    };
    (Some(difference.value), verdict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

    #[test]
    fn click_through_needs_a_denominator() {
        assert_eq!(reported_reach(&Contributions::default()), None);
        assert_eq!(click_through(Some(3), None), None);
        assert_eq!(click_through(Some(3), Some(2)), None);
        near(click_through(Some(81), Some(263)).expect("a rate").lo, 0.2553, 6e-5);
    }

    #[test]
    fn grades_are_never_added() {
        let made = |a: Option<i64>, b: Option<i64>| Contributions {
            reach: [a, b, Some(9), Some(9)],
            largest: [a, b.map(|b| b - 10), Some(9), Some(9)],
            graded: [1, 2, 1, 1],
            ..Contributions::default()
        };
        let a = Reported { grade: 'A', gross: 100, largest: 100, n: 1 };
        assert_eq!(reported_reach(&made(Some(100), Some(50))), Some(a));
        assert_eq!(reported_reach(&made(Some(100), None)), Some(a));
        let b = Reported { grade: 'B', gross: 50, largest: 40, n: 2 };
        assert_eq!(reported_reach(&made(None, Some(50))), Some(b));
        assert_eq!(reported_reach(&made(None, None)), None);
    }

    #[test]
    fn shares_change_by_newcombe() {
        assert_eq!(change((56, 70), (48, 80)).1, Verdict::Clear);
        assert_eq!(change((5, 10), (5, 10)).1, Verdict::CannotTell);
        assert_eq!(change((2, 4), (5, 10)), (None, Verdict::NotEnoughData));
    }
}
