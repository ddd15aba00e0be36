//! Rates of the reach report: engagement over reach, clicks over reach, and whether a share changed.

use crate::stats::estimate::{Estimate, LEVEL, Verdict, z_of};
use crate::stats::proportion::{newcombe, wilson};
use crate::store::reports::Contributions;

/// Fewer than this, and only the counts are shown (MEASUREMENT.md 1).
pub const FEWEST: u64 = 5;

/// Σ engagements / Σ reach over the contributions that have both, with the interval of a ratio of sums (MEASUREMENT.md 6);
/// with fewer than two of them the interval is the value itself and `lo`, `hi` say nothing: it is none.
pub fn engagement(made: &Contributions) -> Option<(f64, Option<Estimate>)> {
    let [n, x, e, xx, xe, ee] = made.both;
    if x <= 0.0 {
        return None;
    }
    let value = e / x;
    // Σ(e - r x)² from the sums; rounding may leave a negative dust.
    let squares = (ee - 2.0 * value * xe + value * value * xx).max(0.0);
    let estimate = (n >= 2.0).then(|| {
        let half = z_of(LEVEL) * (n / (n - 1.0) * squares).sqrt() / x;
        Estimate { value, lo: (value - half).max(0.0), hi: value + half, level: LEVEL, n: n as u64 }
    });
    Some((value, estimate))
}

/// A number of things, as figures carry it.
pub fn count(things: usize) -> i64 {
    i64::try_from(things).unwrap_or(i64::MAX)
}

/// Reach that somebody counted, by us or by a platform: the denominator of click-through.
pub fn reported_reach(made: &Contributions) -> Option<i64> {
    match (made.reach[0], made.reach[1]) {
        (None, None) => None,
        (a, b) => Some(a.unwrap_or(0) + b.unwrap_or(0)).filter(|&reach| reach > 0),
    }
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
    use crate::stats::ratio::Ratio;
    use crate::stats::reference::near;

    #[test]
    fn the_sums_give_the_interval_of_the_units() {
        // 10 of 100, 30 of 200 and 5 of 100: 11.25 %, SE 2.73 points (stats/ratio.rs).
        let units: [(f64, f64); 3] = [(10.0, 100.0), (30.0, 200.0), (5.0, 100.0)];
        let total = |f: fn(f64, f64) -> f64| units.iter().map(|&(e, x)| f(e, x)).sum::<f64>();
        let both = [
            3.0,
            total(|_, x| x),
            total(|e, _| e),
            total(|_, x| x * x),
            total(|e, x| e * x),
            total(|e, _| e * e),
        ];
        let (value, estimate) =
            engagement(&Contributions { both, ..Contributions::default() }).expect("a rate");
        let ratio = Ratio::of(&units.map(|(e, x)| (e, Some(x))))
            .and_then(|ratio| ratio.estimate(LEVEL))
            .expect("a ratio");
        let estimate = estimate.expect("an interval");
        near(value, 0.1125, 1e-12);
        near(estimate.lo, ratio.lo, 1e-12);
        near(estimate.hi, ratio.hi, 1e-12);
        assert_eq!(engagement(&Contributions::default()), None);
    }

    #[test]
    fn click_through_needs_a_denominator() {
        let made = |a, b| Contributions { reach: [a, b, Some(9), Some(9)], ..Contributions::default() };
        assert_eq!(reported_reach(&made(Some(100), Some(50))), Some(150));
        assert_eq!(reported_reach(&made(None, None)), None);
        assert_eq!(click_through(Some(3), None), None);
        assert_eq!(click_through(Some(3), Some(2)), None);
        near(click_through(Some(81), Some(263)).expect("a rate").lo, 0.2553, 6e-5);
    }

    #[test]
    fn shares_change_by_newcombe() {
        assert_eq!(change((56, 70), (48, 80)).1, Verdict::Clear);
        assert_eq!(change((5, 10), (5, 10)).1, Verdict::CannotTell);
        assert_eq!(change((2, 4), (5, 10)), (None, Verdict::NotEnoughData));
    }
}
