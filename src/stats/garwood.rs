//! How many events a count stands for: the exact interval of a Poisson mean.
//!
//! Garwood F (1936) Biometrika 28:437-442: half the chi-squared quantiles with 2n and 2n + 2 degrees of freedom.
//!
//! Example: 10 events are likely 4.80 to 18.39; no event, up to 3.69.
use super::estimate::Estimate;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// The mean that `count` events speak for, in events, with its interval.
pub fn mean(count: u64, level: f64) -> Estimate {
    let tail = (1.0 - level) / 2.0;
    let half = |events: u64, p: f64| {
        ChiSquared::new(2.0 * events as f64).map_or(0.0, |chi| chi.inverse_cdf(p) / 2.0)
    };
    let lo = if count == 0 { 0.0 } else { half(count, tail) };
    Estimate { value: count as f64, lo, hi: half(count + 1, 1.0 - tail), level, n: count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn garwoods_table() {
        for (count, lo, hi) in [(0, 0.0, 3.69), (1, 0.0253, 5.57), (10, 4.80, 18.39), (50, 37.11, 65.92)] {
            let found = mean(count, 0.95);
            near(found.lo, lo, 6e-3);
            near(found.hi, hi, 6e-3);
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_count(count in 0_u64..5_000) {
            let found = mean(count, 0.95);
            prop_assert!(found.lo <= found.value && found.value < found.hi, "{found:?}");
        }
    }
}
