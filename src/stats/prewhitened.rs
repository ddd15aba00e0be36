//! Does one series move before another? Each is freed of its own past first, and only what is left is compared.
//!
//! Haugh LD (1976) JASA 71:378-385, with the small-sample weights of Ljung & Box. Two series that drift, or that keep much of
//! what they were, agree at every lag without having to do with each other; what an autoregression leaves of each does not.
//! `r_k = corr(a_t, b_(t+k))`, sums over the pairs there are, denominators over all m points: with k > 0, `a` moves first.
//! Q = m² Σ `r_k²` / (m - k) over a range of lags is χ² with one degree of freedom per lag when nothing leads. Means of seasons
//! that were taken out before have used points up: with s of them, m (m - s) stands for m², and every interval counts s less.
//!
//! Example: of 1, 0, 0, 0 and 0, 1, 0, 0 the correlation one step on is 1 · ¾ · ¾ + … over ¾: 11/12, and at the same time -1/3.
use super::autoregression::{Autoregression, most_terms};
use super::estimate::{Estimate, two_sided_p, z_of};
use statrs::distribution::{ChiSquared, ContinuousCDF};
use std::ops::RangeInclusive;

/// What is left of two series, point by point.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    a: Vec<f64>,
    b: Vec<f64>,
    /// Points that were used up before.
    used: usize,
    /// How many terms each was freed of.
    pub terms: (usize, usize),
}

/// What the lags of one direction say together, and the one that stands out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lead {
    /// Haugh's statistic.
    pub q: f64,
    /// One per lag.
    pub df: usize,
    /// How often a statistic as large comes about when nothing leads, 0-1.
    pub p: f64,
    /// The lag with the largest correlation.
    pub lag: usize,
    /// Its correlation, with its 95 % interval; n is the number of pairs.
    pub at_lag: Estimate,
    /// How often one of so many lags has as large a correlation by chance (Bonferroni), 0-1.
    pub p_lag: f64,
}

impl Pair {
    /// Both series freed of their own past and cut to the points both have left; `used` points were used up before, by
    /// what was taken out of each. None where one does not move, or nothing is left.
    pub fn of(x: &[f64], y: &[f64], used: usize) -> Option<Self> {
        if x.len() != y.len() {
            return None;
        }
        let fits = [x, y].map(|series| Autoregression::of(series, most_terms(series.len())));
        let [Some(fit_x), Some(fit_y)] = fits else { return None };
        let left = (fit_x.residuals(x), fit_y.residuals(y));
        let both = left.0.len().min(left.1.len());
        let cut = |rest: Vec<f64>| rest[rest.len() - both..].to_vec();
        let terms = (fit_x.phi.len(), fit_y.phi.len());
        (both > used).then(|| Self { a: cut(left.0), b: cut(left.1), used, terms })
    }

    /// How many points are left.
    pub fn points(&self) -> usize {
        self.a.len()
    }

    /// `r_k`, -1 to 1.
    pub fn correlation(&self, lag: i32) -> f64 {
        let m = self.points() as f64;
        let means = [&self.a, &self.b].map(|rest| rest.iter().sum::<f64>() / m);
        let square = |rest: &[f64], mean: f64| rest.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        let whole = (square(&self.a, means[0]) * square(&self.b, means[1])).sqrt();
        let apart = lag.unsigned_abs() as usize;
        if apart >= self.points() || whole <= 0.0 {
            return 0.0;
        }
        let (from_a, from_b) = if lag < 0 { (apart, 0) } else { (0, apart) };
        let pairs = self.a[from_a..].iter().zip(&self.b[from_b..]);
        pairs.map(|(a, b)| (a - means[0]) * (b - means[1])).sum::<f64>() / whole
    }

    /// How far a correlation goes by chance, nineteen times of twenty.
    pub fn band(&self) -> f64 {
        z_of(super::estimate::LEVEL) / ((self.points() - self.used) as f64).sqrt()
    }

    /// What the lags say together; `back` looks from the second series to the first. None with too few points.
    pub fn lead(&self, lags: RangeInclusive<usize>, back: bool, level: f64) -> Option<Lead> {
        let m = self.points() as f64;
        let df = lags.end().checked_sub(*lags.start())? + 1;
        if self.points() < lags.end() + 4 + self.used {
            return None;
        }
        let at = |lag: usize| self.correlation(if back { -(lag as i32) } else { lag as i32 });
        let whole = m * (m - self.used as f64);
        let q = whole * lags.clone().map(|lag| at(lag).powi(2) / (m - lag as f64)).sum::<f64>();
        let lag = lags.max_by(|one, other| at(*one).abs().total_cmp(&at(*other).abs()))?;
        let (r, pairs) = (at(lag), m - lag as f64);
        let half = z_of(level) / (pairs - self.used as f64 - 3.0).sqrt();
        let end = |side: f64| (r.clamp(-1.0 + f64::EPSILON, 1.0 - f64::EPSILON).atanh() + side * half).tanh();
        Some(Lead {
            q,
            df,
            p: ChiSquared::new(df as f64).ok()?.sf(q),
            lag,
            at_lag: Estimate { value: r, lo: end(-1.0), hi: end(1.0), level, n: pairs as u64 },
            p_lag: (two_sided_p(r * (whole / pairs).sqrt()) * df as f64).min(1.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn one_step_later() {
        let pair = Pair { a: vec![1.0, 0.0, 0.0, 0.0], b: vec![0.0, 1.0, 0.0, 0.0], used: 0, terms: (0, 0) };
        near(pair.correlation(0), -1.0 / 3.0, 1e-12);
        near(pair.correlation(1), 11.0 / 12.0, 1e-12);
        near(pair.correlation(4), 0.0, 1e-12);
        assert!(pair.lead(0..=4, false, 0.95).is_none(), "too few points");
        assert!(Pair::of(&[1.0; 40], &[2.0; 40], 0).is_none(), "neither moves");
    }

    #[test]
    fn reference_leading_indicator() {
        let Some(case) = case("09-time/prewhiten-bjsales") else { return };
        let rows = case.rows("bjsales.csv");
        let steps = |name: &str| -> Vec<f64> {
            let levels: Vec<f64> = rows.iter().map(|row| row[name].parse().unwrap()).collect();
            levels.windows(2).map(|two| two[1] - two[0]).collect()
        };
        let (x, y) = (steps("lead"), steps("sales"));
        let want = &case.expected["ar_prewhitened_differences"];
        for (series, name) in [(&x, "x"), (&y, "y")] {
            let fit = Autoregression::of(series, most_terms(series.len())).unwrap();
            let numbers = |key: String| -> Vec<f64> { serde_json::from_value(want[key].clone()).unwrap() };
            for (got, want) in fit.phi.iter().zip(numbers(format!("ar_{name}"))) {
                near(*got, want, 1e-6);
            }
            assert_eq!(Some(fit.phi.len() as u64), want[format!("order_{name}")].as_u64());
            for (got, want) in fit.aic.iter().zip(numbers(format!("aic_{name}"))) {
                near(*got, want, 1e-6);
            }
        }
        let pair = Pair::of(&x, &y, 0).unwrap();
        assert_eq!(Some(pair.points() as u64), want["m"].as_u64());
        for (lag, r) in want["r"].as_object().unwrap() {
            near(pair.correlation(lag.parse().unwrap()), r.as_f64().unwrap(), 1e-6);
        }
        // Theirs takes 1.96 for the quantile.
        near(pair.band(), want["band"].as_f64().unwrap(), 1e-5);
        let lead = pair.lead(0..=6, false, 0.95).unwrap();
        let number = |name: &str| want[name].as_f64().unwrap();
        near(lead.q / number("Q"), 1.0, 1e-4);
        assert_eq!((lead.df as u64, lead.lag as u64), (7, want["best_lag"].as_u64().unwrap()));
        near(lead.p / number("p_Q"), 1.0, 1e-4);
        near(lead.p_lag / number("p_best_bonferroni"), 1.0, 1e-4);
        near(lead.at_lag.value, number("r_best"), 1e-6);
        near(lead.at_lag.lo, want["ci95_best"][0].as_f64().unwrap(), 1e-6);
        near(lead.at_lag.hi, want["ci95_best"][1].as_f64().unwrap(), 1e-6);
    }

    proptest! {
        #[test]
        fn turned_around_it_looks_the_other_way(
            pairs in prop::collection::vec((-9.0..9.0_f64, -9.0..9.0_f64), 24..90)
        ) {
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let (one, other) = (Pair::of(&x, &y, 0).unwrap(), Pair::of(&y, &x, 0).unwrap());
            for lag in 0..=4_usize {
                prop_assert!((one.correlation(lag as i32) - other.correlation(-(lag as i32))).abs() < 1e-9);
            }
            let fewer = Pair::of(&x, &y, 5).unwrap();
            let lead = one.lead(0..=4, false, 0.95).unwrap();
            prop_assert!(fewer.lead(0..=4, false, 0.95).unwrap().p >= lead.p, "points used up make nothing surer");
            prop_assert!(lead.at_lag.lo <= lead.at_lag.value && lead.at_lag.value <= lead.at_lag.hi);
            prop_assert!((0.0..=1.0).contains(&lead.p) && (0.0..=1.0).contains(&lead.p_lag));
        }
    }
}
