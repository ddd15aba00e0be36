//! What a series owes to its own past: an autoregression AR(p) after Yule and Walker, solved by the recursion of Levinson
//! and Durbin; p by Akaike's criterion, `argmin n ln v_p + 2p`, where `v_p` is the variance that p terms leave.
//!
//! Brockwell PJ, Davis RA (2016) Introduction to Time Series and Forecasting, 5.1.1. Autocovariances are divided by n, which
//! keeps every fit stationary.
//!
//! Example: 1, -1, 1, -1 has covariances 1 and -3/4: one term of -3/4 leaves 7/16.

/// No fit has more terms than this.
const MOST: usize = 6;
/// So many points are needed for each term.
const POINTS_PER_TERM: usize = 8;
/// A series whose standard deviation is below this part of its size does not move.
const STILL: f64 = 1e-9;

/// A fitted autoregression, in the unit of the series.
#[derive(Clone, Debug, PartialEq)]
pub struct Autoregression {
    /// The mean of the series.
    pub mean: f64,
    /// One coefficient per lag, from 1 on.
    pub phi: Vec<f64>,
    /// Akaike's criterion of 0, 1, 2 … terms.
    pub aic: Vec<f64>,
}

/// The most terms that so many points allow: one for eight points, and six.
pub fn most_terms(points: usize) -> usize {
    MOST.min(points / POINTS_PER_TERM)
}

/// The covariances of a series with itself 0 … `most` steps on, divided by n; none for a series that does not move.
fn covariances(series: &[f64], mean: f64, most: usize) -> Option<Vec<f64>> {
    let n = series.len() as f64;
    let at = |lag: usize| -> f64 {
        series.iter().zip(&series[lag..]).map(|(one, later)| (one - mean) * (later - mean)).sum::<f64>() / n
    };
    let size = series.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
    let moves = series.len() > most && at(0).sqrt() > STILL * size;
    moves.then(|| (0..=most).map(at).collect())
}

fn mean(series: &[f64]) -> f64 {
    series.iter().sum::<f64>() / series.len() as f64
}

/// How much of each value is kept one step on, -1 to 1: the first autocorrelation. None for a series that does not move.
pub fn kept(series: &[f64]) -> Option<f64> {
    let covariances = covariances(series, mean(series), 1)?;
    Some(covariances[1] / covariances[0])
}

impl Autoregression {
    /// Fits a series with at most so many terms; none for a series that does not move.
    pub fn of(series: &[f64], most: usize) -> Option<Self> {
        let mean = mean(series);
        let covariances = covariances(series, mean, most)?;
        let n = series.len() as f64;
        let mut left = covariances[0];
        let mut aic = vec![n * left.ln()];
        let (mut terms, mut best): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        for p in 1..=most {
            let told: f64 = terms.iter().zip(covariances[1..p].iter().rev()).map(|(phi, c)| phi * c).sum();
            let next = (covariances[p] - told) / left;
            let back: Vec<f64> = terms.iter().rev().map(|phi| next * phi).collect();
            terms.iter_mut().zip(back).for_each(|(phi, less)| *phi -= less);
            terms.push(next);
            left *= 1.0 - next * next;
            if left <= 0.0 {
                break;
            }
            let criterion = n * left.ln() + 2.0 * p as f64;
            if aic.iter().all(|earlier| criterion < *earlier) {
                best.clone_from(&terms);
            }
            aic.push(criterion);
        }
        Some(Self { mean, phi: best, aic })
    }

    /// What the fit leaves of each point, from the first on that has p points before it.
    pub fn residuals(&self, series: &[f64]) -> Vec<f64> {
        let p = self.phi.len();
        (p..series.len())
            .map(|t| {
                let past = series[t - p..t].iter().rev();
                let told: f64 = self.phi.iter().zip(past).map(|(phi, y)| phi * (y - self.mean)).sum();
                series[t] - self.mean - told
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn up_and_down() {
        let series = [1.0, -1.0, 1.0, -1.0];
        let fit = Autoregression::of(&series, 1).unwrap();
        assert_eq!((fit.mean, fit.phi.as_slice()), (0.0, [-0.75].as_slice()));
        near(fit.aic[1], 4.0 * (7.0_f64 / 16.0).ln() + 2.0, 1e-12);
        assert_eq!(fit.residuals(&series), [-0.25, 0.25, -0.25]);
        assert_eq!(kept(&series), Some(-0.75));
    }

    #[test]
    fn what_does_not_move_has_no_fit() {
        assert!(Autoregression::of(&[5.0; 30], 3).is_none());
        assert!(Autoregression::of(&[], 0).is_none() && kept(&[1.0]).is_none());
        let noise: Vec<f64> = (0..30).map(|t| 3.0 + 1e-13 * f64::from(t % 7)).collect();
        assert!(Autoregression::of(&noise, 3).is_none(), "rounding is no movement");
        assert_eq!([most_terms(7), most_terms(24), most_terms(500)], [0, 3, 6]);
    }

    proptest! {
        #[test]
        fn every_fit_is_stationary(series in prop::collection::vec(-50.0..50.0_f64, 16..80)) {
            let fit = Autoregression::of(&series, most_terms(series.len())).unwrap();
            // The recursion's last coefficient is a partial correlation.
            prop_assert!(fit.phi.last().is_none_or(|phi| phi.abs() < 1.0));
            prop_assert_eq!(fit.residuals(&series).len() + fit.phi.len(), series.len());
        }
    }
}
