//! Whether shares vary more from unit to unit than chance explains (MEASUREMENT.md 7).
//!
//! Each group has one share; Pearson's X² = Σ (x - n p)² / (n p (1 - p)) over its units, p the group's own share. Over its
//! degrees of freedom, units less groups, it is about 1 where chance is all there is; above 1.5 the units differ, and an interval must
//! rest on them instead of on single views. `McCullagh` & Nelder, Generalized Linear Models, 2nd ed., 4.5.
//!
//! Example: months with 10 of 100 and 30 of 100: p = .2, X² = 2 x 100/16 = 12.5 on 1 degree of freedom.

/// Above this the units differ more than chance explains.
pub const TOO_MUCH: f64 = 1.5;

/// X² over its degrees of freedom, of groups of units (count, n); none where no group has two units to compare.
/// Units without observations, or with more counted than observed, are left out.
pub fn dispersion(groups: &[Vec<(u64, u64)>]) -> Option<f64> {
    let (mut squares, mut freedom) = (0.0, 0);
    for group in groups {
        let units: Vec<(f64, f64)> =
            group.iter().filter(|(x, n)| *n > 0 && x <= n).map(|&(x, n)| (x as f64, n as f64)).collect();
        let (x, n) = units.iter().fold((0.0, 0.0), |sum, unit| (sum.0 + unit.0, sum.1 + unit.1));
        let share = x / n;
        // All or nothing varies not at all.
        if units.len() < 2 || x <= 0.0 || x >= n {
            continue;
        }
        squares +=
            units.iter().map(|(x, n)| (x - n * share).powi(2) / (n * share * (1.0 - share))).sum::<f64>();
        freedom += units.len() - 1;
    }
    (freedom > 0).then(|| squares / freedom as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn months_that_differ() {
        near(dispersion(&[vec![(10, 100), (30, 100)]]).unwrap(), 12.5, 1e-12);
        near(dispersion(&[vec![(20, 100), (20, 100), (3, 0)], vec![(1, 2)]]).unwrap(), 0.0, 1e-12);
        // Two groups of different shares are no dispersion: each is compared with itself.
        near(dispersion(&[vec![(10, 100), (10, 100)], vec![(30, 100), (30, 100)]]).unwrap(), 0.0, 1e-12);
        assert_eq!(dispersion(&[vec![(5, 10)], vec![(0, 9), (0, 9)], vec![(9, 3), (1, 3)]]), None);
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_chance_alone_is_never_negative(
            groups in prop::collection::vec(prop::collection::vec((0_u64..50, 0_u64..90), 0..6), 0..6),
        ) {
            let got = dispersion(&groups);
            let turned: Vec<_> = groups.iter().rev().map(|g| g.iter().rev().copied().collect()).collect();
            match (got, dispersion(&turned)) {
                (Some(one), Some(other)) => {
                    prop_assert!(one >= 0.0 && (one - other).abs() <= 1e-9 * one.max(1.0));
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }
}
