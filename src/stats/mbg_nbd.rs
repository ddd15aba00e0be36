//! Is someone still active? The modified BG/NBD model: rates differ as Gamma(r, α), and after every event, the first included,
//! some stop for good, with chances that differ as Beta(a, b). Batislam, Denizel & Filiztekin (2007) Int J Research in
//! Marketing 24:201-209, after Fader, Hardie & Lee (2005) Marketing Science 24:275-284.
//!
//! P(still active) = 1 / (1 + (a/(b + x)) / q) with q = ((α + t)/(α + T))^(r + x), for x events after the first, the last of
//! them at t, seen until T. Two models that fit equally well may differ by half about how many are active, so it serves to put
//! people into an order, never to count them.
//!
//! Example: r .525, α 6.183 weeks, a .891, b 1.614; 1 event in week 20 of 39: .5608.
use super::nelder_mead::minimise;
use statrs::function::gamma::ln_gamma;

/// A parameter beyond this, or below its inverse, says that the fit ran away.
const LARGEST: f64 = 1e4;

/// How people come and stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MbgNbd {
    /// The shape of the rates.
    pub r: f64,
    /// Their inverse scale, in the unit of the times.
    pub alpha: f64,
    /// How readily people stop: the mean chance is a / (a + b).
    pub a: f64,
    /// See `a`.
    pub b: f64,
}

impl MbgNbd {
    /// Fits rows of events after the first one, the time of the last, and the time seen, by maximum likelihood; none where a
    /// parameter runs away.
    pub fn of(rows: &[(f64, f64, f64)]) -> Option<Self> {
        let mut rows: Vec<(f64, f64, f64)> = rows.iter().copied().filter(|row| row.2 > 0.0).collect();
        // In one order, so that the sums do not depend on the file's.
        rows.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)));
        let (events, time) = rows.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.2));
        if events <= 0.0 {
            return None;
        }
        let model = |[r, alpha, a, b]: [f64; 4]| Self { r, alpha, a, b };
        let cost = |logs: [f64; 4]| -model(logs.map(f64::exp)).ln_likelihood(&rows);
        let best = minimise(cost, [0.0, (time / events).ln(), 0.0, 0.0]).map(f64::exp);
        let within = |value: &f64| value.is_finite() && *value > 1.0 / LARGEST && *value < LARGEST;
        best.iter().all(within).then_some(model(best))
    }

    /// The chance (0-1) that someone with `events` after their first one, the last of them `last` after it, is still active
    /// `now` after it.
    pub fn still_active(&self, events: f64, last: f64, now: f64) -> f64 {
        let silence = ((self.alpha + last) / (self.alpha + now)).powf(self.r + events);
        1.0 / (1.0 + self.a / (self.b + events) / silence)
    }

    fn ln_likelihood(&self, rows: &[(f64, f64, f64)]) -> f64 {
        let Self { r, alpha, a, b } = *self;
        let start = r * alpha.ln() - ln_gamma(r) + ln_gamma(a + b) - ln_gamma(b);
        let of = |&(x, last, now): &(f64, f64, f64)| {
            let stays = -(r + x) * (alpha + now).ln();
            let stopped = a.ln() - (b + x).ln() - (r + x) * (alpha + last).ln();
            let (more, less) = if stays > stopped { (stays, stopped) } else { (stopped, stays) };
            start + ln_gamma(r + x) + ln_gamma(b + x + 1.0) - ln_gamma(a + b + x + 1.0)
                + more
                + (less - more).exp().ln_1p()
        };
        rows.iter().map(of).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};

    const CDS: MbgNbd = MbgNbd { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 };

    #[test]
    fn who_was_busy_and_is_silent_has_sooner_stopped() {
        near(CDS.still_active(1.0, 20.0, 39.0), 0.560_757_366_912, 1e-9);
        assert!(CDS.still_active(20.0, 20.0, 39.0) < CDS.still_active(1.0, 20.0, 39.0));
        // Who never came back is not said to be active for sure.
        near(CDS.still_active(0.0, 0.0, 39.0), 0.389_347_648_664, 1e-9);
    }

    #[test]
    fn nothing_is_fitted_to_nothing() {
        assert_eq!(MbgNbd::of(&[]), None);
        assert_eq!(MbgNbd::of(&[(0.0, 0.0, 10.0), (0.0, 0.0, 20.0)]), None);
        // All of one rate, and nobody ever stops: nothing to learn how readily people do.
        assert_eq!(MbgNbd::of(&[(30.0, 299.0, 300.0); 150]), None);
    }

    #[test]
    fn reference_cdnow() {
        let Some(case) = case("04-trough/cdnow-btyd") else { return };
        let number = |text: &String| text.parse::<f64>().unwrap();
        let mut rows: Vec<(f64, f64, f64)> = case
            .rows("cdnow_cbs.csv")
            .iter()
            .map(|row| (number(&row["x"]), number(&row["tx"]), number(&row["T"])))
            .collect();
        let fit = MbgNbd::of(&rows).unwrap();
        let want = &case.expected["mbgnbd"];
        near(fit.ln_likelihood(&rows), want["loglik"].as_f64().unwrap(), 1e-3);
        for (at, value) in [fit.r, fit.alpha, fit.a, fit.b].into_iter().enumerate() {
            near(value / want["params"][at].as_f64().unwrap(), 1.0, 5e-3);
        }
        rows.reverse();
        assert_eq!(MbgNbd::of(&rows), Some(fit));
        for cell in case.expected["grid"].as_array().unwrap() {
            let of = |name: &str| cell[name].as_f64().unwrap();
            near(CDS.still_active(of("x"), of("t_x"), of("T")), of("palive_mbgnbd"), 1e-7);
        }
    }
}
