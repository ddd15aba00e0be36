//! Logistic regression that is pulled toward given weights: `-loglik + λ/2 Σ (b - prior)²`, the intercept free.
//!
//! λ → 0 is plain maximum likelihood, λ → ∞ the prior itself. Newton's method (iteratively reweighted least squares);
//! the function is convex, and steps are halved until it falls.
//!
//! Example: nothing but an intercept on 3 of 4 gives ln 3.

/// What was seen of one person, one number per signal, and whether it came true.
pub type Row = (Vec<f64>, bool);

/// Steps of Newton's method before it is given up; it takes about six.
const STEPS: usize = 100;
const TOLERANCE: f64 = 1e-10;
/// Halvings of one step.
const HALVINGS: usize = 40;

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The intercept, then one coefficient per signal, on the log-odds scale.
    pub coefficients: Vec<f64>,
    /// Their standard errors, from the inverse of the (penalised) information.
    pub errors: Vec<f64>,
}

impl Fit {
    /// Fits the rows; `prior` has one value per signal. None where the outcomes are all alike or the fit does not settle
    /// (a signal that tells them apart without fail has no finite coefficient).
    pub fn of(rows: &[Row], prior: &[f64], lambda: f64) -> Option<Fit> {
        let yes = rows.iter().filter(|row| row.1).count();
        if yes == 0 || yes == rows.len() {
            return None;
        }
        let mut at: Vec<f64> = std::iter::once((yes as f64 / (rows.len() - yes) as f64).ln())
            .chain(prior.iter().copied())
            .collect();
        let mut cost = penalised(rows, &at, prior, lambda);
        for _ in 0..STEPS {
            let (gradient, information) = derivatives(rows, &at, prior, lambda);
            let step = solve(&information, &gradient)?;
            let mut share = 1.0;
            let mut next = moved(&at, &step, share);
            let mut lower = penalised(rows, &next, prior, lambda);
            for _ in 0..HALVINGS {
                if lower <= cost {
                    break;
                }
                share /= 2.0;
                next = moved(&at, &step, share);
                lower = penalised(rows, &next, prior, lambda);
            }
            let longest = step.iter().fold(0.0_f64, |most, part| most.max((part * share).abs()));
            (at, cost) = (next, lower);
            if longest < TOLERANCE {
                let (_, information) = derivatives(rows, &at, prior, lambda);
                return Some(Fit { errors: errors(&information)?, coefficients: at });
            }
        }
        None
    }

    /// The chance that it comes true, 0-1.
    fn chance(&self, signals: &[f64]) -> f64 {
        logistic(linear(&self.coefficients, signals))
    }

    /// Brier's skill: 1 - the mean squared miss over that of the base rate. 0 is no better than the base rate, 1 is perfect.
    pub fn brier_skill(&self, rows: &[Row]) -> f64 {
        let outcome = |yes: bool| f64::from(u8::from(yes));
        let n = rows.len() as f64;
        let base = rows.iter().map(|row| outcome(row.1)).sum::<f64>() / n;
        let miss = rows.iter().map(|row| (self.chance(&row.0) - outcome(row.1)).powi(2)).sum::<f64>() / n;
        1.0 - miss / (base * (1.0 - base))
    }

    /// The mean of -ln(chance of what happened) over rows.
    pub fn log_loss(&self, rows: &[Row]) -> f64 {
        log_loss(rows, &self.coefficients) / rows.len() as f64
    }
}

fn linear(coefficients: &[f64], signals: &[f64]) -> f64 {
    coefficients[0] + coefficients[1..].iter().zip(signals).map(|(b, z)| b * z).sum::<f64>()
}

fn logistic(eta: f64) -> f64 {
    1.0 / (1.0 + (-eta).exp())
}

/// ln(1 + e^x) without overflow.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

fn log_loss(rows: &[Row], coefficients: &[f64]) -> f64 {
    rows.iter()
        .map(|(signals, yes)| {
            let eta = linear(coefficients, signals);
            softplus(if *yes { -eta } else { eta })
        })
        .sum()
}

fn penalised(rows: &[Row], at: &[f64], prior: &[f64], lambda: f64) -> f64 {
    let pull: f64 = at[1..].iter().zip(prior).map(|(b, p)| (b - p).powi(2)).sum();
    log_loss(rows, at) + lambda / 2.0 * pull
}

fn moved(at: &[f64], step: &[f64], share: f64) -> Vec<f64> {
    at.iter().zip(step).map(|(value, part)| value + share * part).collect()
}

/// The downhill gradient and the information, both with the penalty.
fn derivatives(rows: &[Row], at: &[f64], prior: &[f64], lambda: f64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let size = at.len();
    let (mut gradient, mut information) = (vec![0.0; size], vec![vec![0.0; size]; size]);
    let mut one = vec![1.0; size];
    for (signals, yes) in rows {
        one[1..].copy_from_slice(signals);
        let chance = logistic(linear(at, signals));
        let weight = chance * (1.0 - chance);
        for i in 0..size {
            gradient[i] += one[i] * (f64::from(u8::from(*yes)) - chance);
            for j in 0..size {
                information[i][j] += weight * one[i] * one[j];
            }
        }
    }
    for i in 1..size {
        gradient[i] -= lambda * (at[i] - prior[i - 1]);
        information[i][i] += lambda;
    }
    (gradient, information)
}

/// Solves a small positive-definite system by Cholesky's factors; none where it is not positive-definite.
pub(super) fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Option<Vec<f64>> {
    let size = right.len();
    let mut lower = vec![vec![0.0; size]; size];
    for i in 0..size {
        for j in 0..=i {
            let done: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = matrix[i][j] - done;
            if i == j {
                if rest <= f64::EPSILON * matrix[i][i].abs() {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    let mut half = vec![0.0; size];
    for i in 0..size {
        let done: f64 = (0..i).map(|k| lower[i][k] * half[k]).sum();
        half[i] = (right[i] - done) / lower[i][i];
    }
    let mut solution = vec![0.0; size];
    for i in (0..size).rev() {
        let done: f64 = (i + 1..size).map(|k| lower[k][i] * solution[k]).sum();
        solution[i] = (half[i] - done) / lower[i][i];
    }
    Some(solution)
}

/// Square roots of the diagonal of the inverse.
fn errors(information: &[Vec<f64>]) -> Option<Vec<f64>> {
    (0..information.len())
        .map(|i| {
            let unit: Vec<f64> = (0..information.len()).map(|j| f64::from(u8::from(i == j))).collect();
            Some(solve(information, &unit)?[i].sqrt())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn an_intercept_alone_is_the_log_odds() {
        let rows: Vec<Row> = [true, true, true, false].map(|yes| (vec![], yes)).to_vec();
        let fit = Fit::of(&rows, &[], 0.0).unwrap();
        near(fit.coefficients[0], 3.0_f64.ln(), 1e-9);
        // Information n p (1 - p) = 4 · 3/16.
        near(fit.errors[0], (16.0_f64 / 12.0).sqrt(), 1e-9);
        near(fit.chance(&[]), 0.75, 1e-9);
    }

    #[test]
    fn what_cannot_be_fitted_is_said() {
        assert!(Fit::of(&[(vec![1.0], true), (vec![2.0], true)], &[1.0], 1.0).is_none());
        let told_apart: Vec<Row> = (0..10).map(|i| (vec![f64::from(i) - 4.5], i > 4)).collect();
        assert!(Fit::of(&told_apart, &[0.0], 0.0).is_none());
        assert!(Fit::of(&told_apart, &[0.0], 1.0).is_some());
    }

    #[test]
    fn reference_ridge_to_prior() {
        let Some(case) = case("02-identify/ridge-to-prior") else { return };
        let rows: Vec<Row> = case
            .rows("cdnow_features.csv")
            .iter()
            .map(|row| {
                let signals = ["z_frequency", "z_recency", "z_tenure"].map(|name| row[name].parse().unwrap());
                (signals.to_vec(), row["y"] == "1")
            })
            .collect();
        let want = &case.expected;
        let weights = [0.5, 0.5, 0.0];
        let scored: Vec<Row> = rows
            .iter()
            .map(|(signals, yes)| (vec![signals.iter().zip(weights).map(|(z, w)| z * w).sum()], *yes))
            .collect();
        let scale = Fit::of(&scored, &[0.0], 0.0).unwrap();
        near(scale.coefficients[0], want["calibration"]["intercept"].as_f64().unwrap(), 1e-5);
        near(scale.coefficients[1], want["calibration"]["slope_c"].as_f64().unwrap(), 1e-5);
        near(scale.errors[1], want["calibration"]["se_slope"].as_f64().unwrap(), 1e-5);
        near(scale.log_loss(&scored), want["prior_score_model"]["log_loss"].as_f64().unwrap(), 1e-7);
        let skill = want["prior_score_model"]["brier_skill"].as_f64().unwrap();
        near(scale.brier_skill(&scored), skill, 1e-7);
        let prior = weights.map(|weight| weight * scale.coefficients[1]);
        for lambda in [1.0, 10.0, 100.0, 1000.0] {
            let fit = Fit::of(&rows, &prior, lambda).unwrap();
            let wanted = want["ridge"][format!("{lambda}")].as_array().unwrap();
            for (got, want) in fit.coefficients.iter().zip(wanted) {
                near(*got, want.as_f64().unwrap(), 1e-5);
            }
        }
        let plain = Fit::of(&rows, &prior, 0.0).unwrap();
        for i in 0..4 {
            near(plain.coefficients[i], want["mle"]["coef"][i].as_f64().unwrap(), 1e-5);
            near(plain.errors[i], want["mle"]["se"][i].as_f64().unwrap(), 1e-5);
        }
    }

    proptest! {
        #[test]
        fn a_strong_pull_leads_to_the_prior(
            rows in prop::collection::vec((prop::collection::vec(-2.0..2.0_f64, 2), any::<bool>()), 10..60),
            prior in prop::collection::vec(-1.0..1.0_f64, 2),
        ) {
            if let Some(fit) = Fit::of(&rows, &prior, 1e9) {
                for (b, p) in fit.coefficients[1..].iter().zip(&prior) {
                    prop_assert!((b - p).abs() < 1e-5);
                }
                prop_assert!(rows.iter().all(|row| (0.0..=1.0).contains(&fit.chance(&row.0))));
            }
        }
    }
}
