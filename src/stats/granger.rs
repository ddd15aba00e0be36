//! Is a series told better with the past of another than with its own alone?
//!
//! Granger CWJ (1969) Econometrica 37:424-438: y on p lags of its own, and then with p lags of x too, by least squares.
//! F = ((RSS0 - RSS1) / p) / (RSS1 / (n - 3p - 1)) with p and n - 3p - 1 degrees of freedom. For stationary series only.
//! p from 1 to 4 by Akaike's criterion of the larger model, over the points that all of them can tell.
//!
//! Example: y is x one step later, and noise that is not in x: F is large; x is told no better by y.
use statrs::distribution::{ContinuousCDF, FisherSnedecor};

/// The most lags of each.
const MOST: usize = 4;
/// Degrees of freedom that must be left.
const LEAST_DF: usize = 20;
/// A column that is a combination of the others but for this part of it says nothing new.
const NEW: f64 = 1e-8;

/// The answer, for one number of lags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Granger {
    /// The statistic.
    pub f: f64,
    /// Lags of each series, the numerator's degrees of freedom.
    pub lags: usize,
    /// The denominator's.
    pub df: usize,
    /// How often a statistic as large comes about when x tells nothing, 0-1.
    pub p: f64,
    /// Akaike's criterion of the model with x, but for what is the same for every model.
    pub aic: f64,
}

/// Whether x's past tells of y, with `lags` lags, where `used` points were used up before by what was taken out of each;
/// none where too few points or no movement are left.
pub fn with_lags(x: &[f64], y: &[f64], lags: usize, used: usize) -> Option<Granger> {
    let n = y.len();
    let df = n.checked_sub(3 * lags + 1 + used).filter(|df| *df > 0 && lags > 0 && x.len() == n)?;
    let target = &y[lags..];
    let past = |series: &[f64]| -> Vec<Vec<f64>> {
        (1..=lags).map(|lag| series[lags - lag..n - lag].to_vec()).collect()
    };
    let mut columns = past(y);
    let own = left_over(target, &columns)?;
    columns.extend(past(x));
    let both = left_over(target, &columns)?;
    if both <= 0.0 {
        return None;
    }
    let f = (own - both).max(0.0) / lags as f64 / (both / df as f64);
    let points = target.len() as f64;
    Some(Granger {
        f,
        lags,
        df,
        p: FisherSnedecor::new(lags as f64, df as f64).ok()?.sf(f),
        aic: points * (both / points).ln() + 2.0 * (2 * lags + 1) as f64,
    })
}

/// The same, with the number of lags the criterion takes; none where fewer than twenty degrees of freedom are left.
pub fn of(x: &[f64], y: &[f64], used: usize) -> Option<Granger> {
    let fits = |lags: &usize| y.len() >= 3 * lags + 1 + LEAST_DF + used;
    let most = (1..=MOST).rev().find(fits)?;
    let criterion =
        |lags: usize| with_lags(&x[most - lags..], &y[most - lags..], lags, used).map(|one| one.aic);
    let best = (1..=most)
        .filter_map(|lags| Some((criterion(lags)?, lags)))
        .min_by(|one, other| one.0.total_cmp(&other.0))?;
    with_lags(x, y, best.1, used)
}

/// What least squares on the columns and a constant leave of the target: the sum of squares, by Gram and Schmidt.
/// None where a column is a combination of the others.
fn left_over(target: &[f64], columns: &[Vec<f64>]) -> Option<f64> {
    let centred = |series: &[f64]| -> Vec<f64> {
        let mean = series.iter().sum::<f64>() / series.len() as f64;
        series.iter().map(|value| value - mean).collect()
    };
    let dot = |one: &[f64], other: &[f64]| -> f64 { one.iter().zip(other).map(|(a, b)| a * b).sum() };
    let without = |from: &mut Vec<f64>, direction: &[f64]| {
        let along = dot(from, direction);
        from.iter_mut().zip(direction).for_each(|(value, part)| *value -= along * part);
    };
    let mut rest = centred(target);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for column in columns {
        let mut column = centred(column);
        let before = dot(&column, &column).sqrt();
        // Twice: once leaves rounding that matters for columns that are nearly alike.
        for _ in 0..2 {
            for direction in &basis {
                without(&mut column, direction);
            }
        }
        let length = dot(&column, &column).sqrt();
        if length <= NEW * before || length <= 0.0 {
            return None;
        }
        for value in &mut column {
            *value /= length;
        }
        without(&mut rest, &column);
        basis.push(column);
    }
    Some(dot(&rest, &rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn one_step_later() {
        // No multiple of the golden ratio's part is a combination of its neighbours.
        let x: Vec<f64> = (0..60_u32).map(|t| (f64::from(t * t) * 0.618).fract()).collect();
        let y: Vec<f64> =
            (0..60).map(|t| if t == 0 { 0.0 } else { x[t - 1] } + 0.1 * (t as f64 * 0.7).sin()).collect();
        let (there, back) = (of(&x, &y, 0).unwrap(), of(&y, &x, 0).unwrap());
        assert!(there.p < 1e-6 && back.p > 0.05, "{there:?} {back:?}");
        assert!(
            of(&x[..23], &y[..23], 0).is_none() && of(&x[..24], &y[..24], 0).is_some(),
            "20 degrees of freedom"
        );
        assert!(of(&x[..24], &y[..24], 1).is_none() && of(&[1.0; 60], &y, 0).is_none(), "x does not move");
    }

    #[test]
    fn reference_chickens_and_eggs() {
        let Some(case) = case("09-time/granger-chickegg") else { return };
        let rows = case.rows("chickegg.csv");
        let of = |name: &str| -> Vec<f64> { rows.iter().map(|row| row[name].parse().unwrap()).collect() };
        let levels = [of("chicken"), of("egg")];
        let steps = |series: &[f64]| -> Vec<f64> { series.windows(2).map(|two| two[1] - two[0]).collect() };
        let differences = [steps(&levels[0]), steps(&levels[1])];
        for (kind, [chicken, egg]) in [("levels", levels), ("first_differences", differences)] {
            for lags in 1..=4 {
                let want = &case.expected[kind][format!("lag{lags}")];
                for (name, x, y) in
                    [("chicken_causes_egg", &chicken, &egg), ("egg_causes_chicken", &egg, &chicken)]
                {
                    let got = with_lags(x, y, lags, 0).unwrap();
                    near(got.f, want[name]["F"].as_f64().unwrap(), 1e-6);
                    near(got.p, want[name]["p"].as_f64().unwrap(), 1e-6);
                    near(got.aic, want[name]["aic_unrestricted"].as_f64().unwrap(), 1e-6);
                    assert_eq!(Some(got.df as u64), want[name]["df2"].as_u64());
                }
            }
        }
    }

    proptest! {
        #[test]
        fn units_do_not_matter(
            pairs in prop::collection::vec((-9.0..9.0_f64, -9.0..9.0_f64), 40..60), scale in 0.01..100.0_f64
        ) {
            let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let scaled: Vec<f64> = x.iter().map(|value| 7.0 + value * scale).collect();
            let (one, other) = (of(&x, &y, 0).unwrap(), of(&scaled, &y, 0).unwrap());
            prop_assert!((one.f - other.f).abs() < 1e-6 && (0.0..=1.0).contains(&one.p));
        }
    }
}
