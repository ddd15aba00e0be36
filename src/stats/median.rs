//! The median, and its interval from the order of the values alone.
//!
//! Conover WJ (1999) Practical Nonparametric Statistics, 3rd ed., 3.2: of n values, whatever their distribution, the r-th
//! smallest and the r-th largest hold the median between them with probability 1 - 2 P(B <= r - 1), B binomial (n, 1/2).
//! The largest such r is taken. Below six values even the smallest and the largest hold it less than 95 % of the time.
//!
//! Example: of ten values the second and the ninth hold the median, with 97.9 %.
use super::estimate::Estimate;
use statrs::distribution::{Binomial, DiscreteCDF};

/// The median of `values` (in any order) in their unit, with its interval; none without enough values for one.
pub fn median(values: &[f64], level: f64) -> Option<Estimate> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let binomial = Binomial::new(0.5, n as u64).ok()?;
    let outside = |r: usize| 2.0 * binomial.cdf(r as u64 - 1);
    let r = (1..=n / 2).take_while(|r| outside(*r) <= 1.0 - level).last()?;
    let (low, high) = ((n - 1) / 2, n / 2);
    Some(Estimate {
        value: f64::midpoint(sorted[low], sorted[high]),
        lo: sorted[r - 1],
        hi: sorted[n - r],
        level: 1.0 - outside(r),
        n: n as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn the_ranks_of_the_tables() {
        let upto = |n: u32| -> Vec<f64> { (1..=n).rev().map(f64::from).collect() };
        // Conover's table of the sign test: the ranks for n = 6, 8, 10, 16, 20 and how sure they are.
        for (n, lo, hi, sure) in [
            (6, 1.0, 6.0, 0.969),
            (8, 1.0, 8.0, 0.992),
            (10, 2.0, 9.0, 0.979),
            (16, 4.0, 13.0, 0.979),
            (20, 6.0, 15.0, 0.959),
        ] {
            let found = median(&upto(n), 0.95).expect("enough");
            assert_eq!((found.lo, found.hi), (lo, hi), "{n}");
            near(found.level, sure, 5e-4);
        }
        assert_eq!(median(&upto(6), 0.95).map(|found| found.value), Some(3.5));
        assert!(median(&upto(5), 0.95).is_none() && median(&[], 0.95).is_none());
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_median(mut values in proptest::collection::vec(0.0_f64..1e6, 6..200)) {
            let found = median(&values, 0.95).expect("enough");
            prop_assert!(found.lo <= found.value && found.value <= found.hi && found.level >= 0.95, "{found:?}");
            values.reverse();
            prop_assert_eq!(median(&values, 0.95), Some(found));
        }
    }
}
