//! A ratio of sums, such as engagements over reach, and its standard error.
//!
//! r = Σe / Σx, not the mean of the ratios, so that a post seen by ten people does not weigh like one seen by ten thousand.
//! SE = √(n/(n-1) Σ(e - r x)²) / Σx: the linearised ratio estimator (Cochran, Sampling Techniques, 3rd ed., ch. 6).
//!
//! Example: 10 of 100, 30 of 200 and 5 of 100 are 45/400 = 11.25 %, SE 2.73 points.
use super::estimate::{Estimate, z_of};

/// A ratio of sums.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    /// Σ numerators / Σ denominators.
    pub value: f64,
    /// Its standard error; none with fewer than two units.
    pub se: Option<f64>,
    /// How many units (posts) it rests on.
    pub n: u64,
    /// Units left out, because they have no denominator.
    pub skipped: u64,
}

impl Ratio {
    /// From (numerator, denominator) per unit. Units without a denominator are skipped and counted; none if that leaves nothing.
    pub fn of(units: &[(f64, Option<f64>)]) -> Option<Ratio> {
        let usable: Vec<(f64, f64)> = units
            .iter()
            .filter_map(|&(top, bottom)| bottom.filter(|&bottom| bottom > 0.0).map(|bottom| (top, bottom)))
            .collect();
        let bottom_sum: f64 = usable.iter().map(|unit| unit.1).sum();
        if bottom_sum <= 0.0 {
            return None;
        }
        let value = usable.iter().map(|unit| unit.0).sum::<f64>() / bottom_sum;
        let n = usable.len() as f64;
        let squares: f64 = usable.iter().map(|(top, bottom)| (top - value * bottom).powi(2)).sum();
        let se = (usable.len() >= 2).then(|| (n / (n - 1.0) * squares).sqrt() / bottom_sum);
        Some(Ratio { value, se, n: usable.len() as u64, skipped: (units.len() - usable.len()) as u64 })
    }

    /// The ratio with its normal interval, not below 0; none with fewer than two units.
    pub fn estimate(&self, level: f64) -> Option<Estimate> {
        let half = z_of(level) * self.se?;
        let lo = (self.value - half).max(0.0);
        Some(Estimate { value: self.value, lo, hi: self.value + half, level, n: self.n })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

    #[test]
    fn three_posts_and_one_without_reach() {
        let posts = [(10.0, Some(100.0)), (30.0, Some(200.0)), (5.0, Some(100.0)), (9.0, None)];
        let rate = Ratio::of(&posts).unwrap();
        near(rate.value, 0.1125, 1e-12);
        // Residuals -1.25, 7.5, -6.25; squares add to 96.875.
        near(rate.se.unwrap(), (1.5 * 96.875_f64).sqrt() / 400.0, 1e-12);
        assert_eq!((rate.n, rate.skipped), (3, 1));
        let estimate = rate.estimate(0.95).unwrap();
        assert!(estimate.lo < rate.value && rate.value < estimate.hi);
    }

    #[test]
    fn one_post_has_no_interval_and_none_has_no_rate() {
        assert!(Ratio::of(&[(1.0, Some(10.0))]).unwrap().estimate(0.95).is_none());
        assert!(Ratio::of(&[(1.0, None), (2.0, Some(0.0))]).is_none());
    }
}
