//! Two series made comparable: growth, seasons and drift taken out of both alike, so that what is left of each moves around
//! the same level all the time.
//!
//! ln(1 + x) for counts and amounts; both are differenced where either keeps 0.9 or more of itself from one point to the next,
//! and else a straight line is taken out of both (Granger CWJ, Newbold P (1974) J Econometrics 2:111-120: two series that drift
//! seem related without being so). Where seasons are given, each season's mean goes from what is left: taken out before, the
//! growth within a season would leave the same saw's teeth in both.
//!
//! Example: e - 1, e² - 1, e³ - 1 … is a straight line of logarithms: it keeps nearly all of itself, and its steps are all 1.
use super::autoregression::kept;

/// A series that keeps this much of itself is taken in steps.
const DRIFTS: f64 = 0.9;

/// How drift was taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// As steps from one point to the next.
    Steps,
    /// As what is above or below a straight line.
    AroundALine,
}

/// Two series without growth, seasons and drift, of the same length.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The first.
    pub x: Vec<f64>,
    /// The second.
    pub y: Vec<f64>,
    /// How drift was taken out of both.
    pub made: Made,
}

/// Prepares two series of counts or amounts, none below 0. `season` names the season of each point, where seasons are to go.
pub fn prepare(x: &[f64], y: &[f64], season: Option<&[usize]>) -> Prepared {
    let level = |series: &[f64]| -> Vec<f64> { series.iter().map(|value| value.max(0.0).ln_1p()).collect() };
    let (x, y) = (level(x), level(y));
    let drifts = [&x, &y].into_iter().any(|series| kept(series).is_some_and(|kept| kept >= DRIFTS));
    let left = |series: &[f64]| {
        let mut rest = if drifts { steps(series) } else { around_a_line(series) };
        if let Some(season) = season {
            // A step belongs to the season it leads to.
            without_seasons(&mut rest, &season[usize::from(drifts)..]);
        }
        rest
    };
    let made = if drifts { Made::Steps } else { Made::AroundALine };
    Prepared { x: left(&x), y: left(&y), made }
}

fn without_seasons(series: &mut [f64], season: &[usize]) {
    let seasons = season.iter().max().map_or(0, |last| last + 1);
    let mut sums = vec![(0.0, 0.0); seasons];
    for (value, season) in series.iter().zip(season) {
        sums[*season].0 += value;
        sums[*season].1 += 1.0;
    }
    for (value, season) in series.iter_mut().zip(season) {
        *value -= sums[*season].0 / sums[*season].1;
    }
}

fn steps(series: &[f64]) -> Vec<f64> {
    series.windows(2).map(|two| two[1] - two[0]).collect()
}

fn around_a_line(series: &[f64]) -> Vec<f64> {
    let n = series.len() as f64;
    let (middle, mean) = ((n - 1.0) / 2.0, series.iter().sum::<f64>() / n);
    let along = |t: usize| t as f64 - middle;
    let square: f64 = (0..series.len()).map(|t| along(t).powi(2)).sum();
    let rise = if square > 0.0 {
        series.iter().enumerate().map(|(t, value)| along(t) * (value - mean)).sum::<f64>() / square
    } else {
        0.0
    };
    series.iter().enumerate().map(|(t, value)| value - mean - rise * along(t)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn growth_becomes_steps() {
        let growing: Vec<f64> = (1..=60).map(|t| f64::from(t).exp() - 1.0).collect();
        let other: Vec<f64> = (0..60).map(|t| f64::from(t % 2)).collect();
        let made = prepare(&growing, &other, None);
        assert_eq!((made.made, made.x.len(), made.y.len()), (Made::Steps, 59, 59));
        made.x.iter().for_each(|step| near(*step, 1.0, 1e-9));
        assert_eq!(prepare(&other, &other, None).made, Made::AroundALine);
    }

    #[test]
    fn a_line_and_a_season_go() {
        let rest: Vec<f64> = around_a_line(&[1.0, 3.0, 5.0, 7.0]);
        for value in &rest {
            near(*value, 0.0, 1e-12);
        }
        let mut series = [1.0, 5.0, 3.0, 9.0];
        without_seasons(&mut series, &[0, 1, 0, 1]);
        for (value, meant) in series.iter().zip([-1.0, -2.0, 1.0, 2.0]) {
            near(*value, meant, 1e-12);
        }
        // Growth alone leaves no saw's teeth where its season ends.
        let growing: Vec<f64> = (0..60).map(|t| (0.1 * f64::from(t)).exp() - 1.0).collect();
        let season: Vec<usize> = (0..60).map(|t| t % 12).collect();
        let made = prepare(&growing, &growing, Some(&season));
        made.x.iter().for_each(|value| near(*value, 0.0, 1e-9));
    }

    proptest! {
        #[test]
        fn what_is_left_is_around_nothing(series in prop::collection::vec(0.0..900.0_f64, 24..80)) {
            let rest = around_a_line(&series);
            prop_assert!(rest.iter().sum::<f64>().abs() < 1e-6);
            let made = prepare(&series, &series, None);
            prop_assert!(made.x == made.y && made.x.len() + 1 >= series.len());
        }
    }
}
