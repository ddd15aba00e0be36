//! Who was like whom beforehand: the nearest few by several measures at once.
//!
//! Each measure in its standard deviations, distance after Mahalanobis (so that two measures that say the same are not
//! counted twice), with replacement; no further than a caliper in any measure. Rubin DB (1980) Biometrics 36:293-298;
//! Stuart EA (2010) Statist. Sci. 25:1-21.
//!
//! Example: 5 among 1, 4, 6 and 30 has 4 and 6 nearest.
use super::logistic::solve;
use super::welch::Group;

/// Measures of one person.
pub type Measures<const N: usize> = [f64; N];

/// For each of the treated the places of the nearest controls, nearest first (then in order); those without any within
/// `caliper` standard deviations in every measure have none.
pub fn nearest<const N: usize>(
    treated: &[Measures<N>],
    controls: &[Measures<N>],
    most: usize,
    caliper: f64,
) -> Vec<Vec<usize>> {
    let scale: [f64; N] = std::array::from_fn(|at| {
        let column: Vec<f64> = treated.iter().chain(controls).map(|one| one[at]).collect();
        // A measure in which all are alike tells nobody apart.
        Group::of(&column).map_or(0.0, |group| group.variance.sqrt())
    });
    let scaled = |one: &Measures<N>| -> Measures<N> {
        std::array::from_fn(|at| if scale[at] > 0.0 { one[at] / scale[at] } else { 0.0 })
    };
    let treated: Vec<Measures<N>> = treated.iter().map(scaled).collect();
    let controls: Vec<Measures<N>> = controls.iter().map(scaled).collect();
    let spread = correlations(&treated, &controls);
    treated
        .iter()
        .map(|one| {
            let mut found: Vec<(f64, usize)> = controls
                .iter()
                .enumerate()
                .filter_map(|(place, other)| Some((distance(one, other, &spread, caliper)?, place)))
                .collect();
            found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            found.into_iter().take(most).map(|(_, place)| place).collect()
        })
        .collect()
}

fn distance<const N: usize>(
    one: &Measures<N>,
    other: &Measures<N>,
    spread: &[Vec<f64>],
    caliper: f64,
) -> Option<f64> {
    let apart: Vec<f64> = one.iter().zip(other).map(|(a, b)| a - b).collect();
    if apart.iter().any(|apart| apart.abs() > caliper) {
        return None;
    }
    // Measures that follow from each other have no inverse: then each counts for itself.
    let turned = solve(spread, &apart).unwrap_or_else(|| apart.clone());
    Some(apart.iter().zip(&turned).map(|(a, b)| a * b).sum())
}

fn correlations<const N: usize>(treated: &[Measures<N>], controls: &[Measures<N>]) -> Vec<Vec<f64>> {
    let n = (treated.len() + controls.len()) as f64;
    let all = || treated.iter().chain(controls);
    let mean: [f64; N] = std::array::from_fn(|at| all().map(|one| one[at]).sum::<f64>() / n);
    (0..N)
        .map(|i| {
            (0..N)
                .map(|j| {
                    let sum: f64 = all().map(|one| (one[i] - mean[i]) * (one[j] - mean[j])).sum();
                    let own = sum / (n - 1.0).max(1.0);
                    if i == j && own == 0.0 { 1.0 } else { own }
                })
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_nearest_two_and_nobody() {
        let controls = [[1.0], [4.0], [6.0], [30.0]];
        assert_eq!(nearest(&[[5.0]], &controls, 2, 0.5), [vec![1, 2]]);
        assert_eq!(nearest(&[[5.0], [15.0]], &controls, 3, 0.1)[1], Vec::<usize>::new());
        assert_eq!(nearest(&[[5.0, 7.0]], &[[5.1, 7.0], [4.0, 7.0]], 1, 1.0), [vec![0]]);
    }

    proptest! {
        #[test]
        fn units_do_not_matter(
            all in prop::collection::vec([-5.0..5.0_f64, -5.0..5.0_f64, -5.0..5.0_f64], 4..20),
        ) {
            let (treated, controls) = all.split_at(2);
            let times = |all: &[[f64; 3]]| all.iter().map(|[a, b, c]| [a * 8.0, *b, c / 4.0]).collect::<Vec<_>>();
            prop_assert_eq!(
                nearest(treated, controls, 3, 0.5),
                nearest(&times(treated), &times(controls), 3, 0.5)
            );
        }
    }
}
