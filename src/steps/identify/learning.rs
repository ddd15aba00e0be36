//! Weights from outcomes, pulled toward those that hold (MEASUREMENT.md 2b).
//!
//! First logit(p) = a + c Σ w z, which only asks how much the score as it is tells; then, with enough people, a ridge toward
//! c w. How hard the pull is, is decided by cross-validation: the hardest within one standard error of the best.
use super::evaluation::{Learning, Ranked};
use crate::stats::draws::{Draws, SEED};
use crate::stats::logistic::{Fit, Row};
use crate::stats::sample_size::Needed;

/// What can be said of the weights.
#[derive(Debug, Clone, PartialEq)]
pub enum Learnt {
    /// Too few did it, or did not.
    TooEarly,
    /// So many people would be needed; only the scale could be checked.
    Scale {
        /// How much the score as it is tells.
        scale: Scale,
        /// How many people learning takes.
        needed: u64,
    },
    /// Weights of their own.
    Weights {
        /// How much the score as it is tells.
        scale: Scale,
        /// In the order of the signals, on the scale of the weights that hold. One may be below 0.
        weights: Vec<f64>,
        /// The pull that was taken.
        pull: f64,
        /// Mean of -ln(chance of what happened) in people left out: with the weights that hold, and with these.
        losses: (f64, f64),
    },
    /// People with a higher score did it no more often: there is no scale to hold weights against.
    NoScale(Scale),
}

/// The slope c with its standard error, and how much better than the base rate the chances it gives are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    pub slope: f64,
    pub error: f64,
    pub brier_skill: f64,
}

/// Learns from people in order of id.
pub fn learn(people: &[Ranked], weights: &[f64], rules: &Learning) -> Learnt {
    let rows: Vec<Row> = people.iter().map(|person| (person.signals.clone(), person.came_true)).collect();
    let yes = rows.iter().filter(|row| row.1).count() as u64;
    let all = rows.len() as u64;
    if yes < rules.fewest || all - yes < rules.fewest {
        return Learnt::TooEarly;
    }
    let Some(scale) = scale(&rows, weights) else { return Learnt::TooEarly };
    if scale.slope <= 0.0 {
        return Learnt::NoScale(scale);
    }
    let needed = Needed::of(weights.len() as u32, yes as f64 / all as f64).people();
    if all < needed {
        return Learnt::Scale { scale, needed };
    }
    match ridge(&rows, weights, rules) {
        Some((weights, pull, losses)) => Learnt::Weights { scale, weights, pull, losses },
        None => Learnt::Scale { scale, needed },
    }
}

fn scale(rows: &[Row], weights: &[f64]) -> Option<Scale> {
    let scored: Vec<Row> = rows
        .iter()
        .map(|(signals, yes)| (vec![signals.iter().zip(weights).map(|(z, w)| z * w).sum()], *yes))
        .collect();
    let fit = Fit::of(&scored, &[0.0], 0.0)?;
    let brier_skill = fit.brier_skill(&scored);
    Some(Scale { slope: fit.coefficients[1], error: fit.errors[1], brier_skill })
}

/// The fit with a pull toward the weights on their own scale in these rows.
fn pulled(rows: &[Row], weights: &[f64], pull: f64) -> Option<Fit> {
    let slope = scale(rows, weights)?.slope;
    let prior: Vec<f64> = weights.iter().map(|weight| weight * slope).collect();
    Fit::of(rows, &prior, pull)
}

/// Weights, the pull, and the losses of the hardest pull of all (the weights that hold, nearly) and of this one.
fn ridge(rows: &[Row], weights: &[f64], rules: &Learning) -> Option<(Vec<f64>, f64, (f64, f64))> {
    let folds = folds(rows, rules.folds);
    let losses: Vec<(f64, Vec<f64>)> =
        rules.pulls.iter().filter_map(|&pull| Some((pull, losses(rows, &folds, weights, pull)?))).collect();
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let best = losses.iter().min_by(|a, b| mean(&a.1).total_cmp(&mean(&b.1)))?;
    let allowed = mean(&best.1) + standard_error(&best.1);
    // The pulls stand from hard to hardly.
    let (pull, chosen) = losses.iter().find(|(_, losses)| mean(losses) <= allowed)?;
    let slope = scale(rows, weights)?.slope;
    let fit = pulled(rows, weights, *pull)?;
    let learnt = fit.coefficients[1..].iter().map(|b| b / slope).collect();
    Some((learnt, *pull, (mean(&losses.first()?.1), mean(chosen))))
}

fn standard_error(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt()
}

/// Which fold each row is in: both kinds are spread evenly, in an order drawn by lot.
fn folds(rows: &[Row], count: usize) -> Vec<usize> {
    let mut draws = Draws::new(SEED);
    let mut folds = vec![0; rows.len()];
    for kind in [true, false] {
        let places: Vec<usize> = (0..rows.len()).filter(|&place| rows[place].1 == kind).collect();
        for (turn, index) in draws.sample(places.len(), places.len()).into_iter().enumerate() {
            folds[places[index]] = turn % count;
        }
    }
    folds
}

/// The loss of each fold by a fit of the others.
fn losses(rows: &[Row], folds: &[usize], weights: &[f64], pull: f64) -> Option<Vec<f64>> {
    let count = folds.iter().max()? + 1;
    (0..count)
        .map(|fold| {
            let part = |inside: bool| -> Vec<Row> {
                let those = rows.iter().zip(folds).filter(|(_, of)| (**of == fold) == inside);
                those.map(|(row, _)| row.clone()).collect()
            };
            Some(pulled(&part(false), weights, pull)?.log_loss(&part(true)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::identify::evaluation::{Invited, Rules};

    /// People whose first signal alone decides, with noise that repeats.
    fn people(count: usize) -> Vec<Ranked> {
        (0..count)
            .map(|i| {
                let (first, second) = ((i % 9) as f64 / 2.0 - 2.0, (i / 9 % 9) as f64 / 2.0 - 2.0);
                let noise = ((i * 7919) % 13) as f64 / 13.0 - 0.5;
                Ranked {
                    member: i as i64,
                    score: 50.0,
                    signals: vec![first, second],
                    came_true: first + 4.0 * noise > 1.0,
                    invited: Invited::No,
                }
            })
            .collect()
    }

    fn rules() -> Learning {
        Rules::shipped().expect("reads").learn
    }

    #[test]
    fn few_people_teach_nothing() {
        assert_eq!(learn(&people(40), &[1.0, 1.0], &rules()), Learnt::TooEarly);
    }

    #[test]
    fn some_people_teach_only_the_scale() {
        let Learnt::Scale { scale, needed } = learn(&people(120), &[1.0, 1.0], &rules()) else {
            panic!("the scale")
        };
        assert!(scale.slope > 0.0 && needed > 120, "{scale:?} {needed}");
    }

    #[test]
    fn many_people_teach_which_signal_counts() {
        let learnt = learn(&people(2000), &[1.0, 1.0], &rules());
        let Learnt::Weights { weights, pull, losses, .. } = &learnt else { panic!("weights: {learnt:?}") };
        assert!(weights[0] > 1.2 && weights[1] < 0.5, "{weights:?}");
        assert!(losses.1 < losses.0 && *pull < 1000.0, "{losses:?} {pull}");
        assert_eq!(learn(&people(2000), &[1.0, 1.0], &rules()), learnt);
    }

    #[test]
    fn a_score_that_points_the_wrong_way_is_no_scale() {
        let learnt = learn(&people(2000), &[-1.0, 0.0], &rules());
        assert!(matches!(learnt, Learnt::NoScale(scale) if scale.slope < 0.0), "{learnt:?}");
    }
}
