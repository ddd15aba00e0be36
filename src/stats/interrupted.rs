//! One series with a break in it: did level or slope change, where there is nobody to compare with?
//!
//! y = b0 + b1 t + b2 after + b3 after (t - t0) by least squares; standard errors after Newey & West (1987, Econometrica
//! 55:703-708), Bartlett's weights, times n/(n - k). Linden A (2015) Stata Journal 15:480-500. Without a control group
//! whatever else began at that time is in it, so nothing it says is more than a leaning.
//!
//! Example: 1, 2, 3, 4 and then 15, 17, 19, 21 rises by 10 beyond its slope, and its slope by 1.
use super::estimate::Estimate;
use super::logistic::solve;
use super::welch::quantile;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Terms of the line: level and slope before, and what changed of each.
const TERMS: usize = 4;
/// Points needed on each side.
pub const LEAST: usize = 12;

/// One coefficient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// Its value, in the unit of the series (a slope: per period).
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// Points less terms.
    pub df: f64,
}

impl Term {
    /// The two-sided p of "no change".
    pub fn p(&self) -> f64 {
        let t = StudentsT::new(0.0, 1.0, self.df);
        t.map_or(1.0, |t| if self.se > 0.0 { 2.0 * t.sf((self.value / self.se).abs()) } else { 1.0 })
    }

    /// With its interval; `n` is the number of points.
    pub fn estimate(&self, level: f64) -> Estimate {
        let half = quantile(self.df, level) * self.se;
        let n = self.df as u64 + TERMS as u64;
        Estimate { value: self.value, lo: self.value - half, hi: self.value + half, level, n }
    }
}

/// How many neighbours are taken to be alike: max(1, floor(4 (n/100)^(2/9))).
pub fn usual_lag(points: usize) -> usize {
    ((4.0 * (points as f64 / 100.0).powf(2.0 / 9.0)).floor() as usize).max(1)
}

/// Level and slope before, and the change of each from point `first` on; none with too few points for four terms.
pub fn fit(series: &[f64], first: usize, lag: usize) -> Option<[Term; TERMS]> {
    let n = series.len();
    if first < 2 || n < first + 2 || n <= TERMS {
        return None;
    }
    let row = |t: usize| {
        let after = f64::from(u8::from(t >= first));
        [1.0, t as f64, after, after * (t as f64 - first as f64)]
    };
    let mut square = vec![vec![0.0; TERMS]; TERMS];
    let mut right = vec![0.0; TERMS];
    for (t, y) in series.iter().enumerate() {
        let x = row(t);
        for i in 0..TERMS {
            right[i] += x[i] * y;
            (0..TERMS).for_each(|j| square[i][j] += x[i] * x[j]);
        }
    }
    let at = solve(&square, &right)?;
    // What each point pulls: its terms times how far it is from the line.
    let pulls: Vec<[f64; TERMS]> = series
        .iter()
        .enumerate()
        .map(|(t, y)| {
            let x = row(t);
            let rest = y - x.iter().zip(&at).map(|(x, b)| x * b).sum::<f64>();
            x.map(|x| x * rest)
        })
        .collect();
    let meat = newey_west(&pulls, lag);
    let inverse: Vec<Vec<f64>> = (0..TERMS)
        .map(|i| solve(&square, &(0..TERMS).map(|j| f64::from(u8::from(i == j))).collect::<Vec<_>>()))
        .collect::<Option<_>>()?;
    let df = (n - TERMS) as f64;
    let variance = |i: usize| -> f64 {
        let pairs = (0..TERMS).flat_map(|j| (0..TERMS).map(move |k| (j, k)));
        pairs.map(|(j, k)| inverse[i][j] * meat[j][k] * inverse[k][i]).sum::<f64>() * n as f64 / df
    };
    Some(std::array::from_fn(|i| Term { value: at[i], se: variance(i).max(0.0).sqrt(), df }))
}

/// Σ over lags of the weighted products of pulls that far apart.
fn newey_west(pulls: &[[f64; TERMS]], lag: usize) -> [[f64; TERMS]; TERMS] {
    let mut meat = [[0.0; TERMS]; TERMS];
    for apart in 0..=lag.min(pulls.len().saturating_sub(1)) {
        let weight = 1.0 - apart as f64 / (lag + 1) as f64;
        for (one, other) in pulls[apart..].iter().zip(pulls) {
            for i in 0..TERMS {
                for j in 0..TERMS {
                    let both = if apart == 0 { 1.0 } else { 2.0 };
                    meat[i][j] += weight * both / 2.0 * (one[i] * other[j] + other[i] * one[j]);
                }
            }
        }
    }
    meat
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn a_jump_and_a_bend() {
        let terms = fit(&[1.0, 2.0, 3.0, 4.0, 15.0, 17.0, 19.0, 21.0], 4, 1).unwrap();
        for (term, want) in terms.iter().zip([1.0, 1.0, 10.0, 1.0]) {
            near(term.value, want, 1e-9);
        }
        assert!(fit(&[1.0; 4], 2, 1).is_none() && fit(&[1.0; 9], 8, 1).is_none());
        assert_eq!((usual_lag(24), usual_lag(31), usual_lag(104)), (2, 3, 4));
    }

    #[test]
    fn reference_california() {
        let Some(case) = case("05-lift/prop99") else { return };
        let mut series: Vec<(i32, f64)> = case
            .rows("panel.csv")
            .iter()
            .filter(|row| row["State"] == "California")
            .map(|row| (row["Year"].parse().unwrap(), row["PacksPerCapita"].parse().unwrap()))
            .collect();
        series.sort_by_key(|point| point.0);
        let first = series.iter().position(|point| point.0 == 1989).unwrap();
        let values: Vec<f64> = series.iter().map(|point| point.1).collect();
        for lag in 0..=2 {
            let terms = fit(&values, first, lag).unwrap();
            let want = &case.expected["its"][format!("newey_west_lag{lag}")];
            for (term, name) in
                terms.iter().zip(["intercept", "slope_before", "level_change", "slope_change"])
            {
                near(term.value, want[name]["coef"].as_f64().unwrap(), 1e-6);
                near(term.se, want[name]["se"].as_f64().unwrap(), 1e-6);
            }
        }
    }

    #[test]
    fn reference_placebo_states() {
        let Some(case) = case("05-lift/prop99") else { return };
        let mut states = std::collections::BTreeMap::<String, [(f64, f64); 2]>::new();
        for row in case.rows("panel.csv") {
            let cell = &mut states.entry(row["State"].clone()).or_default()
                [usize::from(row["Year"].parse::<i32>().unwrap() >= 1989)];
            cell.0 += row["PacksPerCapita"].parse::<f64>().unwrap();
            cell.1 += 1.0;
        }
        let names: Vec<&String> = states.keys().collect();
        let changes: Vec<f64> =
            states.values().map(|[before, after]| after.0 / after.1 - before.0 / before.1).collect();
        let against = |one: usize| super::super::placebo::against_others(&changes, one).unwrap();
        for (one, name) in names.iter().enumerate() {
            near(against(one), case.expected["placebo_effects"][name.as_str()].as_f64().unwrap(), 1e-6);
        }
        let california = names.iter().position(|name| *name == "California").unwrap();
        near(against(california), case.expected["did"].as_f64().unwrap(), 1e-6);
        let (rank, p) = super::super::placebo::rank(&changes, california).unwrap();
        assert_eq!(Some(rank as u64), case.expected["placebo_rank_low_side"].as_u64());
        near(p, case.expected["placebo_p_one_sided"].as_f64().unwrap(), 1e-9);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_change(series in prop::collection::vec(0.0..50.0_f64, 24..60)) {
            let terms = fit(&series, series.len() / 2, usual_lag(series.len())).unwrap();
            for term in terms {
                let e = term.estimate(0.95);
                prop_assert!(e.lo <= e.value && e.value <= e.hi && e.n == series.len() as u64);
                prop_assert!((0.0..=1.0).contains(&term.p()));
            }
        }
    }
}
