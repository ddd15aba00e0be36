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
}

impl Ratio {
    /// From sums over the units that have both x (denominator) and e (numerator): n, Σx, Σe, Σx², Σxe, Σe², as a
    /// database adds them up. None without a denominator.
    pub fn of_sums([n, x, e, xx, xe, ee]: [f64; 6]) -> Option<Ratio> {
        if x <= 0.0 {
            return None;
        }
        let value = e / x;
        // Σ(e - r x)², multiplied out; rounding may leave a negative dust.
        let squares = (ee - 2.0 * value * xe + value * value * xx).max(0.0);
        let se = (n >= 2.0).then(|| (n / (n - 1.0) * squares).sqrt() / x);
        Some(Ratio { value, se, n: n as u64 })
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

    fn of(units: &[(f64, f64)]) -> Option<Ratio> {
        let total = |f: fn(f64, f64) -> f64| units.iter().map(|&(e, x)| f(e, x)).sum::<f64>();
        Ratio::of_sums([
            units.len() as f64,
            total(|_, x| x),
            total(|e, _| e),
            total(|_, x| x * x),
            total(|e, x| e * x),
            total(|e, _| e * e),
        ])
    }

    #[test]
    fn three_posts() {
        let rate = of(&[(10.0, 100.0), (30.0, 200.0), (5.0, 100.0)]).unwrap();
        near(rate.value, 0.1125, 1e-12);
        // Residuals -1.25, 7.5, -6.25; squares add to 96.875.
        near(rate.se.unwrap(), (1.5 * 96.875_f64).sqrt() / 400.0, 1e-12);
        assert_eq!(rate.n, 3);
        let estimate = rate.estimate(0.95).unwrap();
        assert!(estimate.lo < rate.value && rate.value < estimate.hi);
    }

    #[test]
    fn one_post_has_no_interval_and_none_has_no_rate() {
        assert!(of(&[(1.0, 10.0)]).unwrap().estimate(0.95).is_none());
        assert_eq!(of(&[]), None);
    }
}
