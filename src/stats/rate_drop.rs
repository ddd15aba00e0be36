//! Did a rate drop? A recent count against the same person's earlier count (MEASUREMENT.md 4, alarm A).
//!
//! With no change, recent | recent + base ~ Binomial(recent + base, π), π = E1/(E1 + E0) where E1 and E0 are the exposures.
//! p = P(Bin ≤ recent); ratio = (recent/E1)/(base/E0); its interval comes from Clopper-Pearson's on π (Przyborowski & Wilenski 1940,
//! Biometrika 31:313; as R's `poisson.test`).
//!
//! Example (R's documentation): 11 in 800 against 21 in 3,011: ratio 1.971488, interval .8584 to 4.2773.
use super::estimate::Estimate;
use statrs::distribution::{Beta, ContinuousCDF};
use statrs::function::beta::beta_reg;

/// What the comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// p < 0.05, and at most half of the former rate.
    AtRisk,
    /// p < 0.10, and at most half of the former rate.
    Watch,
    /// No sign of a drop.
    Steady,
    /// Even total silence could not have been told from chance.
    NotEnoughHistory,
}

impl Alarm {
    /// As the reference cases call it.
    #[cfg(test)]
    pub fn as_str(self) -> &'static str {
        match self {
            Alarm::AtRisk => "at_risk",
            Alarm::Watch => "watch",
            Alarm::Steady => "steady",
            Alarm::NotEnoughHistory => "not_enough_history",
        }
    }
}

/// The comparison of a recent count with an earlier one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateDrop {
    /// The recent count that the earlier rate would have led to.
    pub expected_recent: f64,
    /// P(at most the recent count), had nothing changed.
    pub p: f64,
    /// Recent rate over earlier rate; infinite when nothing happened before, none when nothing ever happened.
    pub ratio: Option<Estimate>,
    /// What it says.
    pub alarm: Alarm,
}

impl RateDrop {
    /// Compares `recent` events in the exposure `recent_exposure` with `base` events in `base_exposure` (both above 0).
    pub fn of(recent: u64, base: u64, recent_exposure: f64, base_exposure: f64, level: f64) -> RateDrop {
        let n = recent + base;
        let recent_share = recent_exposure / (recent_exposure + base_exposure);
        let p = binomial_at_most(recent, n, recent_share);
        let ratio = (n > 0).then(|| rate_ratio(recent, base, base_exposure / recent_exposure, level));
        let halved = ratio.is_some_and(|ratio| ratio.value <= 0.5);
        let alarm = if binomial_at_most(0, n, recent_share) >= 0.10 {
            Alarm::NotEnoughHistory
        } else if halved && p < 0.05 {
            Alarm::AtRisk
        } else if halved && p < 0.10 {
            Alarm::Watch
        } else {
            Alarm::Steady
        };
        RateDrop { expected_recent: base as f64 * recent_exposure / base_exposure, p, ratio, alarm }
    }
}

/// P(Bin(n, share) ≤ k), through the incomplete beta function.
fn binomial_at_most(k: u64, n: u64, share: f64) -> f64 {
    if k >= n {
        return 1.0;
    }
    beta_reg((n - k) as f64, (k + 1) as f64, 1.0 - share)
}

/// The ratio of rates; `exposures` is base over recent. Of at least one event.
fn rate_ratio(recent: u64, base: u64, exposures: f64, level: f64) -> Estimate {
    let (c1, c0) = (recent as f64, base as f64);
    let quantile =
        |a: f64, b: f64, tail: f64| Beta::new(a, b).map_or(f64::NAN, |beta| beta.inverse_cdf(tail));
    let odds = |share: f64| share / (1.0 - share) * exposures;
    let lo = if recent == 0 { 0.0 } else { odds(quantile(c1, c0 + 1.0, (1.0 - level) / 2.0)) };
    let hi = if base == 0 { f64::INFINITY } else { odds(quantile(c1 + 1.0, c0, f64::midpoint(1.0, level))) };
    Estimate { value: c1 * exposures / c0, lo, hi, level, n: recent + base }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn rs_documented_example() {
        let ratio = RateDrop::of(11, 21, 800.0, 3011.0, 0.95).ratio.unwrap();
        near(ratio.value, 1.971_488, 1e-6);
        near(ratio.lo, 0.858_426_4, 1e-6);
        near(ratio.hi, 4.277_265_9, 1e-6);
    }

    #[test]
    fn nine_events_are_needed_in_28_and_84_days() {
        let alarm = |recent, base| RateDrop::of(recent, base, 28.0, 84.0, 0.95).alarm;
        assert_eq!(alarm(0, 8), Alarm::NotEnoughHistory);
        assert_eq!(alarm(0, 9), Alarm::Watch);
        assert_eq!(alarm(0, 12), Alarm::AtRisk);
        assert_eq!(alarm(4, 12), Alarm::Steady);
        assert_eq!(alarm(0, 0), Alarm::NotEnoughHistory);
    }

    #[test]
    fn started_only_now() {
        let drop = RateDrop::of(12, 0, 28.0, 84.0, 0.95);
        assert!(drop.ratio.unwrap().value.is_infinite() && drop.ratio.unwrap().lo > 1.0);
        assert_eq!(drop.alarm, Alarm::Steady);
        assert!(RateDrop::of(0, 0, 28.0, 84.0, 0.95).ratio.is_none());
    }

    #[test]
    fn reference_drop_vs_own_baseline() {
        let Some(case) = case("04-trough/drop-vs-own-baseline") else { return };
        for row in case.rows("counts.csv") {
            let key =
                format!("{}/{} vs {}/{}", row["c_recent"], row["t_recent"], row["c_base"], row["t_base"]);
            let want = &case.expected[&key];
            let got = RateDrop::of(
                row["c_recent"].parse().unwrap(),
                row["c_base"].parse().unwrap(),
                row["t_recent"].parse().unwrap(),
                row["t_base"].parse().unwrap(),
                0.95,
            );
            if let Some(p) = want["p_less"].as_f64() {
                let ratio = got.ratio.unwrap();
                near(got.p, p, 1e-6);
                near(ratio.value, want["rate_ratio"].as_f64().unwrap(), 1e-6);
                near(ratio.lo, want["ci95"][0].as_f64().unwrap(), 1e-6);
                near(ratio.hi, want["ci95"][1].as_f64().unwrap(), 1e-6);
            }
            if let Some(enough) = want["enough_history"].as_bool() {
                assert_eq!(got.alarm != Alarm::NotEnoughHistory, enough, "{key}");
                let level = match got.alarm {
                    Alarm::Steady | Alarm::NotEnoughHistory => "ok",
                    alarm => alarm.as_str(),
                };
                assert_eq!(want["level"], level, "{key}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_ratio(recent in 0_u64..60, base in 1_u64..60, weight in 0.1..10.0_f64) {
            let drop = RateDrop::of(recent, base, weight, 3.0, 0.95);
            let ratio = drop.ratio.unwrap();
            prop_assert!(ratio.lo <= ratio.value && ratio.value <= ratio.hi, "{ratio:?}");
            prop_assert!((0.0..=1.0).contains(&drop.p));
        }
    }
}
