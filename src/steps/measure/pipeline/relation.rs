//! Whether one series moves before another, and how sure that is: values in, values out (MEASUREMENT.md 9).

use crate::stats::estimate::{LEVEL, Verdict};
use crate::stats::granger::{self, Granger};
use crate::stats::prewhitened::{Lead, Pair};
use crate::stats::stationary::{Made, prepare};
use serde::Deserialize;
use std::collections::BTreeSet;

/// How long a series must be, and how far is looked: of data/pipeline.toml.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Gates {
    /// Fewer points say nothing.
    pub least: usize,
    /// Fewer points are a leaning at most.
    pub full: usize,
    /// From so many points on seasons are taken out.
    pub seasons_from: usize,
    /// The longest lag looked at.
    pub longest_lag: usize,
}

/// Two series beside each other.
#[derive(Debug, Clone)]
pub struct Relation {
    /// Points of each series.
    pub n: usize,
    /// The first before the second.
    pub there: Direction,
    /// The second before the first.
    pub back: Direction,
    /// What is left of both, where the test could be made.
    pub pair: Option<Pair>,
    /// How drift was taken out.
    pub made: Option<Made>,
    /// Whether seasons were.
    pub seasonal: bool,
}

/// What is said of one direction.
#[derive(Debug, Clone, Copy)]
pub struct Direction {
    /// How sure it is that something moves first.
    pub verdict: Verdict,
    /// The test, where there was enough for it.
    pub lead: Option<Lead>,
    /// The cross-check, where there was enough for it.
    pub granger: Option<Granger>,
}

impl Direction {
    const NOTHING: Self = Self { verdict: Verdict::NotEnoughData, lead: None, granger: None };

    fn of(pair: &Pair, gates: &Gates, n: usize, back: bool, granger: Option<Granger>) -> Self {
        // What happens at the same time is looked at once, with the first before the second.
        let first = usize::from(back);
        let Some(lead) = pair.lead(first..=gates.longest_lag, back, LEVEL) else { return Self::NOTHING };
        let verdict = match Verdict::from_p(lead.p) {
            Verdict::Clear if n < gates.full => Verdict::Leaning,
            verdict => verdict,
        };
        Self { verdict, lead: Some(lead), granger }
    }

    /// Whether all lags together stand out, however long the series is.
    pub fn stands_out(&self) -> bool {
        self.lead.is_some_and(|lead| Verdict::from_p(lead.p) == Verdict::Clear)
    }

    /// The one lag that may be named.
    pub fn named(&self) -> Option<Lead> {
        self.lead.filter(|lead| self.stands_out() && Verdict::from_p(lead.p_lag) == Verdict::Clear)
    }
}

impl Relation {
    /// Of two series of one length; `season` names the season of each point.
    pub fn of(x: &[f64], y: &[f64], season: &[usize], gates: &Gates) -> Self {
        let n = x.len();
        let nothing = Self {
            n,
            there: Direction::NOTHING,
            back: Direction::NOTHING,
            pair: None,
            made: None,
            seasonal: false,
        };
        if n < gates.least {
            return nothing;
        }
        let seasonal = n >= gates.seasons_from;
        let prepared = prepare(x, y, seasonal.then_some(season));
        // The means of the seasons, of which one goes with the mean of all.
        let seasons: BTreeSet<usize> = season.iter().copied().filter(|_| seasonal).collect();
        let used = seasons.len().saturating_sub(1);
        let Some(pair) = Pair::of(&prepared.x, &prepared.y, used) else { return nothing };
        Self {
            n,
            there: Direction::of(&pair, gates, n, false, granger::of(&prepared.x, &prepared.y, used)),
            back: Direction::of(&pair, gates, n, true, granger::of(&prepared.y, &prepared.x, used)),
            pair: Some(pair),
            made: Some(prepared.made),
            seasonal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::buckets::By;
    use super::*;
    use crate::stats::draws::{Draws, SEED};

    fn gates(by: By) -> Gates {
        *super::super::words::Words::read().expect("reads").gates(by)
    }

    /// How two invented series move.
    #[derive(Clone, Copy, Debug)]
    enum Kind {
        /// Each keeps so much of itself, and they have nothing to do with each other.
        Apart(f64),
        /// Both grow, each by itself: a drift of so much a step, and walks that never come back.
        Growing(f64),
        /// Both follow the calendar, each by itself.
        Seasonal(f64),
        /// The second follows the first two steps later, by so much.
        Two(f64),
    }

    /// Two series of `n` counts: the exponential of what is drawn, since counts are what is compared.
    fn drawn(kind: Kind, n: usize, seasons: usize, draws: &mut Draws) -> (Vec<f64>, Vec<f64>) {
        const BEFORE: usize = 60;
        let (mut x, mut y) = (vec![0.0_f64; BEFORE + n], vec![0.0_f64; BEFORE + n]);
        for t in 2..BEFORE + n {
            let new = (draws.normal(), draws.normal());
            (x[t], y[t]) = match kind {
                Kind::Apart(kept) | Kind::Seasonal(kept) => {
                    (kept * x[t - 1] + new.0, kept * y[t - 1] + new.1)
                }
                Kind::Growing(drift) => (drift + x[t - 1] + new.0, drift + y[t - 1] + new.1),
                Kind::Two(pull) => (0.5 * x[t - 1] + new.0, 0.5 * y[t - 1] + pull * x[t - 2] + new.1),
            };
        }
        let count = |(t, value): (usize, &f64)| {
            let wave = match kind {
                Kind::Seasonal(_) => 1.5 * (std::f64::consts::TAU * t as f64 / seasons as f64).sin(),
                _ => 0.0,
            };
            (4.0 + 0.3 * (value + wave)).exp()
        };
        let cut = |series: &[f64]| series[BEFORE..].iter().enumerate().map(count).collect();
        (cut(&x), cut(&y))
    }

    /// Of so many pairs: how often each direction is clear or would be but for its length, how often it is at least a
    /// leaning, how often the lag of two is named, and how often Granger's p is below 0.05.
    fn tally(kind: Kind, n: usize, by: By, times: usize) -> [f64; 5] {
        let (gates, seasons) = (gates(by), if by == By::Week { 13 } else { 12 });
        let season: Vec<usize> = (0..n).map(|t| t % seasons).collect();
        let mut draws = Draws::new(SEED);
        let mut sums = [0_usize; 5];
        for _ in 0..times {
            let (x, y) = drawn(kind, n, seasons, &mut draws);
            let relation = Relation::of(&x, &y, &season, &gates);
            let (there, back) = (relation.there, relation.back);
            sums[0] += usize::from(there.stands_out());
            sums[1] += usize::from(back.stands_out());
            sums[2] += usize::from(matches!(there.verdict, Verdict::Clear | Verdict::Leaning));
            sums[3] += usize::from(there.named().is_some_and(|lead| lead.lag == 2));
            sums[4] += usize::from(there.granger.is_some_and(|granger| granger.p < 0.05));
        }
        sums.map(|sum| sum as f64 / times as f64)
    }

    #[test]
    fn unrelated_series_are_called_related_as_rarely_as_said() {
        // 400 pairs: the standard error of 5 % is 1.1 %.
        for (kind, by) in [
            (Kind::Apart(0.5), By::Month),
            (Kind::Apart(0.8), By::Week),
            (Kind::Apart(0.95), By::Month),
            (Kind::Growing(0.05), By::Week),
            (Kind::Growing(0.2), By::Month),
            (Kind::Growing(0.2), By::Week),
        ] {
            // Months have lost their seasons then, and so have weeks of two years.
            let n = if by == By::Week { 104 } else { 78 };
            let [there, back, leaning, ..] = tally(kind, n, by, 400);
            assert!(there < 0.09 && back < 0.09, "{kind:?} {by:?}: there {there}, back {back}");
            assert!(leaning < 0.27, "{kind:?} {by:?}: {leaning}");
        }
    }

    #[test]
    fn a_lead_of_two_is_found_and_named_in_its_own_direction() {
        let [there, back, _, two, _] = tally(Kind::Two(0.5), 104, By::Month, 200);
        assert!(there > 0.9 && two > 0.85 && back < 0.12, "there {there}, named {two}, back {back}");
    }

    #[test]
    fn length_is_the_first_gate() {
        let (x, y) = drawn(Kind::Two(1.5), 60, 12, &mut Draws::new(SEED));
        let of = |n: usize| Relation::of(&x[..n], &y[..n], &vec![0; n], &gates(By::Month)).there;
        let short = of(23);
        assert!(short.verdict == Verdict::NotEnoughData && short.lead.is_none() && short.named().is_none());
        assert_eq!((of(51).verdict, of(51).stands_out()), (Verdict::Leaning, true));
        assert_eq!(of(52).verdict, Verdict::Clear);
        let still = Relation::of(&vec![3.0; 60], &y, &[0; 60], &gates(By::Month));
        assert_eq!(still.there.verdict, Verdict::NotEnoughData);
    }

    /// The table of benches/README.md: `cargo test calibration -- --ignored --nocapture`.
    #[test]
    #[ignore = "takes a minute; its figures are in benches/README.md"]
    #[allow(clippy::print_stdout, reason = "a table to read")]
    fn calibration() {
        println!("| pair | by | n | there | back | leaning or more | lag 2 named | Granger |");
        println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (name, kind) in [
            ("apart, keep 0.5", Kind::Apart(0.5)),
            ("apart, keep 0.8", Kind::Apart(0.8)),
            ("apart, keep 0.95", Kind::Apart(0.95)),
            ("both growing, 0.05 a step", Kind::Growing(0.05)),
            ("both growing, 0.2 a step", Kind::Growing(0.2)),
            ("both seasonal, keep 0.5", Kind::Seasonal(0.5)),
            ("a lead of two, 0.3", Kind::Two(0.3)),
            ("a lead of two, 0.5", Kind::Two(0.5)),
        ] {
            for (by, word) in [(By::Month, "month"), (By::Week, "week")] {
                for n in [24, 36, 52, 78, 104] {
                    let [there, back, leaning, two, granger] =
                        tally(kind, n, by, 500).map(|share| 100.0 * share);
                    println!(
                        "| {name} | {word} | {n} | {there:.1} | {back:.1} | {leaning:.1} | {two:.1} | {granger:.1} |"
                    );
                }
            }
        }
    }
}
