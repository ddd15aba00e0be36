//! Where a value stands among others: mid-rank percentile, quantile, median.
//!
//! Mid-rank percentile = 100 (below + half of the equal) / n, as `scipy.stats.percentileofscore(kind="mean")`.
//! Quantile: type 7 of Hyndman & Fan (1996, Amer. Statistician 50:361), the default of R and numpy.
//!
//! Examples: 3 among 1, 2, 3, 4 stands at 62.5; among 1, 2, 3, 3, 4 at 60. The 95th percentile of 1..=20 is 19.05.

/// The mid-rank percentile (0-100) of every value among all of them, in the order given and in the place of the values.
pub fn mid_rank_percentiles(mut values: Vec<f64>) -> Vec<f64> {
    // Adding 0.0 makes -0.0 equal to 0.0, which total_cmp would tell apart.
    let mut order: Vec<(f64, usize)> = values.iter().map(|value| value + 0.0).zip(0..).collect();
    order.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    let n = values.len() as f64;
    let mut below = 0;
    for equal in order.chunk_by(|(a, _), (b, _)| a.total_cmp(b).is_eq()) {
        let percentile = 100.0 * (below as f64 + 0.5 * equal.len() as f64) / n;
        for &(_, index) in equal {
            values[index] = percentile;
        }
        below += equal.len();
    }
    values
}

/// The quantile at `share` (0-1) by linear interpolation (type 7); none without values.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let low = place.floor() as usize;
    let high = (low + 1).min(last);
    Some(sorted[low] + (place - low as f64) * (sorted[high] - sorted[low]))
}

/// The middle value; none without values.
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn scipys_documented_values() {
        near(mid_rank_percentiles(vec![1.0, 2.0, 3.0, 4.0])[2], 62.5, 1e-12);
        near(mid_rank_percentiles(vec![1.0, 2.0, 3.0, 3.0, 4.0])[3], 60.0, 1e-12);
        assert!(mid_rank_percentiles(Vec::new()).is_empty());
        assert_eq!(mid_rank_percentiles(vec![0.0, -0.0]), [50.0, 50.0]);
    }

    #[test]
    fn quantiles_interpolate() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        near(quantile(&values, 0.95).unwrap(), 19.05, 1e-12);
        near(median(&[4.0, 1.0, 3.0, 2.0]).unwrap(), 2.5, 1e-12);
        assert!(quantile(&[], 0.5).is_none());
    }

    proptest! {
        #[test]
        fn percentiles_balance_around_fifty(values in prop::collection::vec(-5_i32..5, 1..40)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let percentiles = mid_rank_percentiles(values);
            prop_assert!(percentiles.iter().all(|p| (0.0..=100.0).contains(p)));
            let mean = percentiles.iter().sum::<f64>() / percentiles.len() as f64;
            prop_assert!((mean - 50.0).abs() < 1e-9);
        }

        #[test]
        fn order_does_not_matter(mut values in prop::collection::vec(-5_i32..5, 1..40)) {
            let sorted = |values: &[i32]| {
                let floats: Vec<f64> = values.iter().copied().map(f64::from).collect();
                let mut pairs: Vec<_> = floats.iter().copied().zip(mid_rank_percentiles(floats.clone())).collect();
                pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
                pairs
            };
            let before = sorted(&values);
            values.reverse();
            prop_assert_eq!(before, sorted(&values));
        }
    }
}
