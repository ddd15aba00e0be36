//! Many p-values looked at together: how many of them hold (MEASUREMENT.md 0.5).
//!
//! Benjamini Y, Hochberg Y (1995) J. R. Statist. Soc. B 57:289-300. Adjusted p of the i-th smallest of m: the least
//! of `min(1, m p_j / j)` over all j ≥ i. Those at or below q are a list of which a share q is expected to be false.
//!
//! Example: .01, .02, .03, .5 become .04, .04, .04, .5.

/// The false share of a list that is put up with.
pub const Q: f64 = 0.10;

/// The adjusted p-values (0-1), in the order given.
pub fn adjusted(ps: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..ps.len()).collect();
    order.sort_by(|&a, &b| ps[a].total_cmp(&ps[b]));
    let mut adjusted = vec![1.0; ps.len()];
    let mut least = 1.0_f64;
    for (place, &index) in order.iter().enumerate().rev() {
        least = least.min(ps[index] * ps.len() as f64 / (place + 1) as f64);
        adjusted[index] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn the_papers_fifteen() {
        // Table of the paper's example (section 3.2): four hold at q = .05.
        let ps = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0000,
        ];
        assert_eq!(adjusted(&ps).iter().filter(|p| **p <= 0.05).count(), 4);
        let small = adjusted(&[0.5, 0.01, 0.03, 0.02]);
        for (got, want) in small.iter().zip([0.5, 0.04, 0.04, 0.04]) {
            near(*got, want, 1e-12);
        }
        assert!(adjusted(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn never_smaller_and_the_order_stays(ps in prop::collection::vec(0.0..1.0_f64, 1..30)) {
            let all = adjusted(&ps);
            for (i, p) in ps.iter().enumerate() {
                prop_assert!(all[i] >= *p - 1e-15 && all[i] <= 1.0);
                for (j, other) in ps.iter().enumerate() {
                    prop_assert!(p > other || all[i] <= all[j]);
                }
            }
        }
    }
}
