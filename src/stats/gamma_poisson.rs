//! Many counts, each over its own stretch: how much the rates behind them differ (the negative binomial, NBD).
//!
//! A rate is taken to come from Gamma(r, α); r and α by maximum likelihood of
//! Σ ln Γ(r + x) - ln Γ(r) + r ln α - (r + x) ln(α + T). Ehrenberg ASC (1959) Applied Statistics 8:26-41; as in
//! Fader, Hardie & Lee (2005) Marketing Science 24:275-284.
//!
//! Shrunken rate (x + r)/(T + α), credible interval: quantiles of Gamma(x + r, T + α). The chance that someone with x
//! events in the stretch T, the last of them at t, is silent from t on although nothing changed:
//! ((α + t)/(α + T))^(r + x).
//!
//! Example: r = .3848, α = 12.072 weeks, 3 events of which the last in week 30 of 39: .5188.
use super::estimate::Estimate;
use super::nelder_mead::minimise;
use statrs::distribution::{ContinuousCDF, Gamma};
use statrs::function::gamma::ln_gamma;

/// A parameter beyond this says that the fit ran away.
const LARGEST: f64 = 1e4;

/// Of more rows than this every k-th is fitted, in order of count and exposure: how rates differ is known by then.
const ROWS_FITTED: usize = 20_000;

/// How rates differ between people (or posts).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaPoisson {
    /// The shape: small where few do nearly everything.
    pub r: f64,
    /// The inverse scale, in the unit of the exposures.
    pub alpha: f64,
}

impl GammaPoisson {
    /// Fits (count, exposure) rows; none where nothing ever happened, or where the rows do not say how rates differ.
    pub fn of(rows: &[(f64, f64)]) -> Option<Self> {
        let mut usable: Vec<(f64, f64)> =
            rows.iter().copied().filter(|(x, t)| *t > 0.0 && *x >= 0.0).collect();
        // In one order, so that the sums do not depend on the file's.
        usable.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let (events, time) = usable.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
        if events <= 0.0 {
            return None;
        }
        let every = usable.len().div_ceil(ROWS_FITTED);
        let usable: Vec<(f64, f64)> = usable.into_iter().step_by(every).collect();
        let cost = |[ln_r, ln_alpha]: [f64; 2]| -ln_likelihood(&usable, ln_r.exp(), ln_alpha.exp());
        let [r, alpha] = minimise(cost, [0.0, (time / events).ln()]).map(f64::exp);
        let plausible = |value: f64| value.is_finite() && value > 1.0 / LARGEST && value < LARGEST;
        // With counts in the thousands a shape far from its bound may go with a scale near it: only the shape tells.
        (plausible(r) && alpha.is_finite() && alpha > 0.0).then_some(Self { r, alpha })
    }

    /// The rate of someone not seen yet.
    pub fn mean(&self) -> f64 {
        self.r / self.alpha
    }

    /// The shrunken rate of `count` events in `exposure`, without its interval.
    pub fn shrunk(&self, count: f64, exposure: f64) -> f64 {
        (count + self.r) / (exposure + self.alpha)
    }

    /// The shrunken rate of `count` events in `exposure`, with its credible interval.
    pub fn rate(&self, count: f64, exposure: f64, level: f64) -> Option<Estimate> {
        let (shape, scale) = (count + self.r, exposure + self.alpha);
        let gamma = Gamma::new(shape, scale).ok()?;
        Some(Estimate {
            value: self.shrunk(count, exposure),
            lo: gamma.inverse_cdf((1.0 - level) / 2.0),
            hi: gamma.inverse_cdf(f64::midpoint(1.0, level)),
            level,
            n: 1,
        })
    }

    /// The chance (0-1) that the rate behind these events is no better than the mean.
    pub fn below_mean(&self, count: f64, exposure: f64) -> Option<f64> {
        Some(Gamma::new(count + self.r, exposure + self.alpha).ok()?.cdf(self.mean()))
    }

    /// The chance (0-1) that someone still at it, with `events` after their first one, the last of them `last` after it,
    /// is silent from then until `now` after it.
    pub fn silence(&self, events: f64, last: f64, now: f64) -> f64 {
        ((self.alpha + last) / (self.alpha + now)).powf(self.r + events)
    }
}

/// The log-likelihood without what the parameters do not change.
fn ln_likelihood(rows: &[(f64, f64)], r: f64, alpha: f64) -> f64 {
    let (own, start) = (ln_gamma(r), r * alpha.ln());
    rows.iter().map(|(x, t)| ln_gamma(r + x) - own + start - (r + x) * (alpha + t).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    const CDS: GammaPoisson = GammaPoisson { r: 0.384_766_131_162, alpha: 12.072_022_304_9 };

    #[test]
    fn silence_is_less_likely_of_the_busy() {
        near(CDS.silence(3.0, 30.0, 39.0), 0.518_845_036_81, 1e-9);
        assert!(CDS.silence(20.0, 30.0, 39.0) < CDS.silence(3.0, 30.0, 39.0));
        near(CDS.silence(3.0, 39.0, 39.0), 1.0, 1e-12);
    }

    #[test]
    fn a_rate_is_drawn_to_the_mean_of_all() {
        let rows: Vec<(f64, f64)> = [0, 0, 1, 2, 2, 3, 5, 9, 14, 30].map(|x| (f64::from(x), 1.0)).to_vec();
        let prior = GammaPoisson::of(&rows).unwrap();
        near(prior.mean(), 6.6, 1e-3);
        let best = prior.rate(30.0, 1.0, 0.95).unwrap();
        assert!(best.value < 30.0 && best.value > prior.mean());
        assert!(prior.below_mean(30.0, 1.0).unwrap() < 0.01);
        assert!(GammaPoisson::of(&[(0.0, 3.0), (0.0, 2.0)]).is_none());
    }

    #[test]
    fn reference_cdnow() {
        let Some(case) = case("04-trough/cdnow-btyd") else { return };
        let rows: Vec<(f64, f64)> = case
            .rows("cdnow_cbs.csv")
            .iter()
            .map(|row| (row["x"].parse().unwrap(), row["T"].parse().unwrap()))
            .collect();
        let fit = GammaPoisson::of(&rows).unwrap();
        let want = &case.expected["nbd"];
        near(fit.r / want["params"][0].as_f64().unwrap(), 1.0, 5e-3);
        near(fit.alpha / want["params"][1].as_f64().unwrap(), 1.0, 5e-3);
        near(ln_likelihood(&rows, fit.r, fit.alpha), want["loglik"].as_f64().unwrap(), 1e-3);
        let grid = case.expected["grid"].as_array().unwrap();
        assert!(grid.len() >= 20);
        for cell in grid {
            let of = |name: &str| cell[name].as_f64().unwrap();
            near(CDS.silence(of("x"), of("t_x"), of("T")), of("silence_prob"), 1e-7);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_interval_holds_the_rate_and_order_does_not_matter(
            rows in prop::collection::vec((0_u8..40, 1_u8..20), 8..20),
        ) {
            let rows: Vec<(f64, f64)> = rows.iter().map(|(x, t)| (f64::from(*x), f64::from(*t))).collect();
            let turned: Vec<(f64, f64)> = rows.iter().rev().copied().collect();
            let prior = GammaPoisson::of(&rows);
            prop_assert_eq!(prior, GammaPoisson::of(&turned));
            if let Some(prior) = prior {
                for (x, t) in rows {
                    let e = prior.rate(x, t, 0.95).unwrap();
                    prop_assert!(e.lo <= e.value && e.value <= e.hi, "{e:?}");
                    prop_assert!((0.0..=1.0).contains(&prior.silence(x, t / 2.0, t)));
                }
            }
        }
    }
}
