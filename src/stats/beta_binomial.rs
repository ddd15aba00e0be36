//! Many rates, some from few observations: shrink each toward what the others show (MEASUREMENT.md 7).
//!
//! The rates are taken to come from one Beta(a, b), found by maximum likelihood of the beta-binomial:
//! Σ ln B(x + a, n - x + b) - ln B(a, b). Shrunken rate (x + a)/(n + a + b); credible interval: quantiles of Beta(x + a, n - x + b).
//! After D. Robinson, varianceexplained.org, "Understanding empirical Bayes estimation (using baseball statistics)", 2015.
//!
//! Example: under his prior 75/222, 300 of 1,000 is taken for .2891 and 4 of 10 for .2573: the few are believed less.
use super::estimate::Estimate;
use super::nelder_mead::minimise;
use super::percentile::median;
use super::proportion::wilson;
use statrs::distribution::{Beta, ContinuousCDF};
use statrs::function::gamma::ln_gamma;

/// Fewer rows than this say nothing about how rates differ.
const ROWS_NEEDED: usize = 8;
/// Of more rows than this every k-th is fitted, in order of hits and observations: how rates differ is known by then.
const ROWS_FITTED: usize = 20_000;
/// A prior worth more observations than this says that the rates do not differ.
const STRONGEST_PRIOR: f64 = 1e5;

/// What is believed of a rate before its own observations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prior {
    /// Rates differ like Beta(a, b): as if each had `a` hits and `b` misses before.
    Beta {
        /// Hits known beforehand.
        a: f64,
        /// Misses known beforehand.
        b: f64,
    },
    /// No sign that rates differ: all share one rate.
    Pooled {
        /// Hits of all rows together.
        count: u64,
        /// Observations of all rows together.
        n: u64,
    },
}

impl Prior {
    /// Fits (count, n) rows. Rows without observations, or with more hits than observations, are left out; none if none is left.
    pub fn of(rows: &[(u64, u64)]) -> Option<Prior> {
        let mut usable: Vec<(u64, u64)> = rows.iter().copied().filter(|&(x, n)| n > 0 && x <= n).collect();
        // In one order, so that the sums do not depend on the file's.
        usable.sort_unstable();
        let (count, n) = usable.iter().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
        if n == 0 {
            return None;
        }
        let pooled = Prior::Pooled { count, n };
        if usable.len() < ROWS_NEEDED || count == 0 || count == n {
            return Some(pooled);
        }
        let some: Vec<(u64, u64)> =
            usable.iter().copied().step_by(usable.len().div_ceil(ROWS_FITTED)).collect();
        let (a, b) = fit(&some);
        let plausible = a.is_finite() && b.is_finite() && a > 0.0 && b > 0.0 && a + b <= STRONGEST_PRIOR;
        Some(if plausible { Prior::Beta { a, b } } else { pooled })
    }

    /// The rate expected of a row that was not observed.
    pub fn mean(&self) -> f64 {
        match *self {
            Prior::Beta { a, b } => a / (a + b),
            Prior::Pooled { count, n } => count as f64 / n as f64,
        }
    }

    /// The shrunken rate of a row, without its interval.
    pub fn shrunk(&self, count: u64, n: u64) -> f64 {
        match *self {
            Prior::Beta { a, b } => (count as f64 + a) / (n as f64 + a + b),
            Prior::Pooled { .. } => self.mean(),
        }
    }

    /// The chance (0-1) that the rate behind a row is no better than the mean; none where rates are not told apart.
    pub fn below_mean(&self, count: u64, n: u64) -> Option<f64> {
        match *self {
            Prior::Beta { a, b } if count <= n => {
                let posterior = Beta::new(count as f64 + a, (n - count) as f64 + b).ok()?;
                Some(posterior.cdf(self.mean()))
            }
            _ => None,
        }
    }

    /// The shrunken rate of a row with its credible interval (Wilson's interval of the common rate where pooled).
    /// None for more hits than observations.
    pub fn rate(&self, count: u64, n: u64, level: f64) -> Option<Estimate> {
        if count > n {
            return None;
        }
        match *self {
            Prior::Pooled { count, n } => wilson(count, n, level),
            Prior::Beta { a, b } => {
                let (hits, misses) = (count as f64 + a, (n - count) as f64 + b);
                let posterior = Beta::new(hits, misses).ok()?;
                Some(Estimate {
                    value: hits / (hits + misses),
                    lo: posterior.inverse_cdf((1.0 - level) / 2.0),
                    hi: posterior.inverse_cdf(f64::midpoint(1.0, level)),
                    level,
                    n,
                })
            }
        }
    }
}

fn fit(rows: &[(u64, u64)]) -> (f64, f64) {
    let (a, b) = start(rows);
    let cost = |[ln_a, ln_b]: [f64; 2]| -ln_likelihood(rows, ln_a.exp(), ln_b.exp());
    let [ln_a, ln_b] = minimise(cost, [a.ln(), b.ln()]);
    (ln_a.exp(), ln_b.exp())
}

/// The beta-binomial log-likelihood without its constant.
fn ln_likelihood(rows: &[(u64, u64)], a: f64, b: f64) -> f64 {
    let prior = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let row = |&(x, n): &(u64, u64)| {
        ln_gamma(x as f64 + a) + ln_gamma((n - x) as f64 + b) - ln_gamma(n as f64 + a + b) - prior
    };
    rows.iter().map(row).sum()
}

/// Moments of the rates that rest on at least the median number of observations.
fn start(rows: &[(u64, u64)]) -> (f64, f64) {
    let sizes: Vec<f64> = rows.iter().map(|row| row.1 as f64).collect();
    let middle = median(&sizes).unwrap_or(0.0);
    let large = rows.iter().filter(|row| row.1 as f64 >= middle);
    let rates: Vec<f64> = large.map(|&(x, n)| x as f64 / n as f64).collect();
    let mean = rates.iter().sum::<f64>() / rates.len() as f64;
    let variance =
        rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / (rates.len() as f64 - 1.0).max(1.0);
    let mean = mean.clamp(1e-4, 1.0 - 1e-4);
    let strength = mean * (1.0 - mean) / variance - 1.0;
    let strength = if strength.is_finite() { strength.clamp(1.0, 1e4) } else { 100.0 };
    (mean * strength, (1.0 - mean) * strength)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn the_few_are_believed_less() {
        let prior = Prior::Beta { a: 75.0, b: 222.0 };
        near(prior.rate(300, 1000, 0.95).unwrap().value, 375.0 / 1297.0, 1e-12);
        near(prior.rate(4, 10, 0.95).unwrap().value, 79.0 / 307.0, 1e-12);
        near(prior.mean(), 75.0 / 297.0, 1e-12);
        near(prior.shrunk(300, 1000), 375.0 / 1297.0, 1e-12);
        assert!(prior.below_mean(300, 1000).unwrap() < 0.01 && prior.below_mean(1, 10).unwrap() > 0.5);
        assert!(prior.rate(3, 2, 0.95).is_none());
    }

    #[test]
    fn links_that_differ_get_a_prior() {
        let rows = [
            (61, 1200),
            (3, 20),
            (12, 900),
            (40, 800),
            (5, 300),
            (90, 1000),
            (22, 1500),
            (8, 100),
            (31, 700),
        ];
        let prior = Prior::of(&rows).unwrap();
        assert!(matches!(prior, Prior::Beta { .. }));
        let small = prior.rate(3, 20, 0.95).unwrap();
        assert!(small.value < 0.15 && small.value > prior.mean());
        assert!(small.lo < small.value && small.value < small.hi);
    }

    #[test]
    fn of_very_many_rows_some_say_as_much() {
        let rows: Vec<(u64, u64)> = (0..60_000).map(|i| (i * 7919 % 97, 400 + i % 100)).collect();
        let (Some(Prior::Beta { a, b }), Some(Prior::Beta { a: c, b: d })) =
            (Prior::of(&rows), Prior::of(&rows[..20_000]))
        else {
            panic!("rates that differ")
        };
        near(a / (a + b), c / (c + d), 1e-3);
    }

    #[test]
    fn few_or_alike_rows_are_pooled() {
        assert_eq!(Prior::of(&[(1, 10); 7]), Some(Prior::Pooled { count: 7, n: 70 }));
        assert_eq!(Prior::of(&[(100, 1000); 12]), Some(Prior::Pooled { count: 1200, n: 12000 }));
        assert_eq!(Prior::of(&[(0, 50); 12]), Some(Prior::Pooled { count: 0, n: 600 }));
        assert_eq!(Prior::of(&[(5, 0), (9, 3)]), None);
        let common = Prior::of(&[(1, 10); 7]).unwrap().rate(0, 10, 0.95).unwrap();
        near(common.value, 0.1, 1e-12);
    }

    #[test]
    fn reference_batting() {
        let Some(case) = case("07-click-through/eb-batting") else { return };
        let table = case.rows("career.csv");
        let rows: Vec<(u64, u64)> =
            table.iter().map(|row| (row["H"].parse().unwrap(), row["AB"].parse().unwrap())).collect();
        let Some(Prior::Beta { a, b }) = Prior::of(&rows) else { panic!("no prior") };
        let want = &case.expected["prior_beta_binomial_all"];
        let (want_a, want_b) = (want["alpha"].as_f64().unwrap(), want["beta"].as_f64().unwrap());
        near(a / want_a, 1.0, 1e-4);
        near(b / want_b, 1.0, 1e-4);
        // The published shrunken rates are under the author's prior, a Beta fitted to long careers only.
        let long = &case.expected["prior_beta_fit_AB500"];
        let prior = Prior::Beta { a: long["alpha"].as_f64().unwrap(), b: long["beta"].as_f64().unwrap() };
        near(
            prior.rate(300, 1000, 0.95).unwrap().value,
            case.expected["example_300_of_1000"].as_f64().unwrap(),
            1e-9,
        );
        near(
            prior.rate(4, 10, 0.95).unwrap().value,
            case.expected["example_4_of_10"].as_f64().unwrap(),
            1e-9,
        );
        for want in case.expected["credible"].as_object().unwrap().values() {
            let got = prior.rate(want["H"].as_u64().unwrap(), want["AB"].as_u64().unwrap(), 0.95).unwrap();
            near(got.value, want["eb"].as_f64().unwrap(), 1e-5);
            near(got.lo, want["ci95"][0].as_f64().unwrap(), 1e-5);
            near(got.hi, want["ci95"][1].as_f64().unwrap(), 1e-5);
        }
        let mut order: Vec<(f64, &str)> = table
            .iter()
            .zip(&rows)
            .map(|(row, &(h, ab))| (prior.rate(h, ab, 0.95).unwrap().value, row["playerID"].as_str()))
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (place, want) in case.expected["top5"].as_array().unwrap().iter().enumerate() {
            assert_eq!(order[place].1, want["playerID"]);
        }
        order.reverse();
        for (place, want) in case.expected["bottom5"].as_array().unwrap().iter().enumerate() {
            assert_eq!(order[place].1, want["playerID"]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_shrunken_rate_lies_between_its_own_and_the_common_one(
            rows in prop::collection::vec((0_u64..40, 40_u64..400), 8..20),
        ) {
            let prior = Prior::of(&rows).unwrap();
            for &(count, n) in &rows {
                let e = prior.rate(count, n, 0.95).unwrap();
                let own = count as f64 / n as f64;
                prop_assert!(e.value >= own.min(prior.mean()) - 1e-12 && e.value <= own.max(prior.mean()) + 1e-12);
                prop_assert!(0.0 <= e.lo && e.lo <= e.value && e.value <= e.hi && e.hi <= 1.0);
            }
            let mut turned = rows.clone();
            turned.reverse();
            let same = Prior::of(&turned).unwrap();
            prop_assert_eq!(same, prior);
        }
    }
}
