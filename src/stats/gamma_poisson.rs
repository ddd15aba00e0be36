//! Means of counts, some from few posts: shrink each toward what the others show (MEASUREMENT.md 7, "no denominator").
//!
//! Clicks per post are taken to come from one Gamma(shape r, rate α), found by maximum likelihood of the negative binomial
//! Σ ln Γ(r + x) - ln Γ(r) + r ln α - (r + x) ln(α + posts). Shrunken mean (x + r)/(posts + α); credible interval: quantiles of
//! Gamma(x + r, posts + α). Source: Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6.
//!
//! Example: under Gamma(2, 0.5), mean 4, an advocate with 12 clicks on one post is taken for 14/1.5 = 9.33 clicks per post.
use super::estimate::Estimate;
use super::nelder_mead::minimise;
use statrs::distribution::{ContinuousCDF, Gamma};
use statrs::function::gamma::ln_gamma;

/// Fewer rows than this say nothing about how means differ.
const ROWS_NEEDED: usize = 8;
/// A prior worth more posts or counts than this says that the means do not differ.
const STRONGEST_PRIOR: f64 = 1e5;

/// What is believed of a mean count before its own observations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prior {
    /// Means differ like Gamma(shape, rate): as if each had `shape` counts on `rate` posts before.
    Gamma {
        /// Counts known beforehand.
        shape: f64,
        /// Posts known beforehand.
        rate: f64,
    },
    /// No sign that means differ: all share one mean.
    Pooled {
        /// Counts of all rows together.
        count: u64,
        /// Posts of all rows together.
        posts: u64,
        /// How much more the rows scatter than a Poisson count would (Pearson X²/df, at least 1).
        dispersion: f64,
    },
}

impl Prior {
    /// Fits (count, posts) rows; rows without posts are left out; none if none is left.
    pub fn of(rows: &[(u64, u64)]) -> Option<Prior> {
        let mut usable: Vec<(u64, u64)> = rows.iter().copied().filter(|row| row.1 > 0).collect();
        // In one order, so that the sums do not depend on the file's.
        usable.sort_unstable();
        let (count, posts) = usable.iter().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
        if posts == 0 {
            return None;
        }
        let dispersion = dispersion(&usable, count as f64 / posts as f64);
        let pooled = Prior::Pooled { count, posts, dispersion };
        if usable.len() < ROWS_NEEDED || count == 0 {
            return Some(pooled);
        }
        let (shape, rate) = fit(&usable, count as f64 / posts as f64, dispersion);
        let plausible = shape > 0.0 && rate > 0.0 && shape <= STRONGEST_PRIOR && rate <= STRONGEST_PRIOR;
        Some(if plausible { Prior::Gamma { shape, rate } } else { pooled })
    }

    /// The mean count expected of a row that was not observed.
    pub fn mean(&self) -> f64 {
        match *self {
            Prior::Gamma { shape, rate } => shape / rate,
            Prior::Pooled { count, posts, .. } => count as f64 / posts as f64,
        }
    }

    /// The shrunken mean count per post of a row, with its credible interval. Where pooled: the common mean with Garwood's
    /// interval for a Poisson mean (Biometrika 1936, 28:437), widened by the dispersion.
    pub fn mean_count(&self, count: u64, posts: u64, level: f64) -> Option<Estimate> {
        let (lo_tail, hi_tail) = ((1.0 - level) / 2.0, f64::midpoint(1.0, level));
        match *self {
            Prior::Gamma { shape, rate } => {
                let (counts, exposure) = (count as f64 + shape, posts as f64 + rate);
                let posterior = Gamma::new(counts, exposure).ok()?;
                let (lo, hi) = (posterior.inverse_cdf(lo_tail), posterior.inverse_cdf(hi_tail));
                Some(Estimate { value: counts / exposure, lo, hi, level, n: posts })
            }
            Prior::Pooled { count, posts, dispersion } => {
                let (counts, exposure) = (count as f64 / dispersion, posts as f64 / dispersion);
                let quantile = |shape, tail| Gamma::new(shape, exposure).map(|gamma| gamma.inverse_cdf(tail));
                let lo = if count == 0 { 0.0 } else { quantile(counts, lo_tail).ok()? };
                let hi = quantile(counts + 1.0, hi_tail).ok()?;
                Some(Estimate { value: self.mean(), lo, hi, level, n: posts })
            }
        }
    }
}

/// Pearson X²/df of the rows around one common mean, at least 1.
fn dispersion(rows: &[(u64, u64)], mean: f64) -> f64 {
    if rows.len() < 2 || mean == 0.0 {
        return 1.0;
    }
    let squares: f64 =
        rows.iter().map(|&(x, posts)| (x as f64 - mean * posts as f64).powi(2) / (mean * posts as f64)).sum();
    (squares / (rows.len() as f64 - 1.0)).max(1.0)
}

fn fit(rows: &[(u64, u64)], mean: f64, dispersion: f64) -> (f64, f64) {
    let typical_posts = rows.iter().map(|row| row.1 as f64).sum::<f64>() / rows.len() as f64;
    // A negative binomial scatters 1 + posts/rate times as much as a Poisson: the start.
    let rate = (typical_posts / (dispersion - 1.0)).clamp(1e-3, 1e3);
    let cost = |[ln_shape, ln_rate]: [f64; 2]| -ln_likelihood(rows, ln_shape.exp(), ln_rate.exp());
    let [ln_shape, ln_rate] = minimise(cost, [(mean * rate).ln(), rate.ln()]);
    (ln_shape.exp(), ln_rate.exp())
}

/// The negative binomial log-likelihood without its constant. Written with ratios near 1 so that it stays exact for large rates.
fn ln_likelihood(rows: &[(u64, u64)], shape: f64, rate: f64) -> f64 {
    let of_shape = ln_gamma(shape);
    let row = |&(x, posts): &(u64, u64)| {
        let (x, posts) = (x as f64, posts as f64);
        ln_gamma(shape + x) - of_shape - shape * (posts / rate).ln_1p() - x * (rate + posts).ln()
    };
    rows.iter().map(row).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn twelve_clicks_on_one_post() {
        let prior = Prior::Gamma { shape: 2.0, rate: 0.5 };
        let mean = prior.mean_count(12, 1, 0.95).unwrap();
        near(mean.value, 14.0 / 1.5, 1e-12);
        // Quantiles of Gamma(14, 1.5), from chi-squared tables with 28 degrees of freedom: 15.308, 44.461.
        near(mean.lo, 15.307_86 / 3.0, 1e-4);
        near(mean.hi, 44.460_79 / 3.0, 1e-4);
    }

    #[test]
    fn advocates_that_differ_get_a_prior_whose_mean_is_theirs() {
        let rows = [(120, 10), (4, 5), (33, 12), (70, 4), (9, 9), (1, 2), (52, 20), (16, 6), (210, 30)];
        let prior = Prior::of(&rows).unwrap();
        let Prior::Gamma { shape, rate } = prior else { panic!("{prior:?}") };
        let at_optimum = ln_likelihood(&rows, shape, rate);
        for (more, less) in [(1.01, 1.0), (1.0, 1.01), (0.99, 1.0), (1.0, 0.99)] {
            assert!(ln_likelihood(&rows, shape * more, rate * less) < at_optimum);
        }
        assert!(prior.mean_count(1, 2, 0.95).unwrap().value > 0.5);
    }

    #[test]
    fn few_or_alike_rows_are_pooled() {
        let few = Prior::of(&[(3, 2), (40, 2)]).unwrap();
        let common = few.mean_count(3, 2, 0.95).unwrap();
        near(common.value, 43.0 / 4.0, 1e-12);
        assert!(common.lo < 8.0 && common.hi > 14.0, "wider than a Poisson mean: {common:?}");
        assert!(matches!(Prior::of(&[(20, 2); 10]), Some(Prior::Pooled { count: 200, posts: 20, .. })));
        assert!(matches!(Prior::of(&[(0, 2); 10]), Some(Prior::Pooled { count: 0, .. })));
        assert_eq!(Prior::of(&[(5, 0)]), None);
        // Garwood 1936: no event, upper limit -ln(0.025).
        let none = Prior::of(&[(0, 1)]).unwrap().mean_count(0, 1, 0.95).unwrap();
        near(none.hi, 3.688_879, 1e-5);
        near(none.lo, 0.0, 0.0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_shrunken_mean_lies_between_its_own_and_the_common_one(
            rows in prop::collection::vec((0_u64..200, 1_u64..20), 1..20),
        ) {
            let prior = Prior::of(&rows).unwrap();
            for &(count, posts) in &rows {
                let e = prior.mean_count(count, posts, 0.95).unwrap();
                let own = count as f64 / posts as f64;
                prop_assert!(e.value >= own.min(prior.mean()) - 1e-9 && e.value <= own.max(prior.mean()) + 1e-9);
                // A strongly skewed posterior may have its mean above the median, never outside the interval's upper end.
                prop_assert!(0.0 <= e.lo && e.lo <= e.hi && e.value <= e.hi);
            }
        }
    }
}
