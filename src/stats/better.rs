//! Which of many are better than average, with few false ones among them (MEASUREMENT.md 7).
//!
//! Each row has the chance that it is in truth no better than the average (its posterior error probability, PEP). Listed
//! are those whose running mean of sorted PEPs stays below .05: that mean is the share of the list expected to be wrong
//! (Käll L et al. 2008, J. Proteome Res. 7:40-44; D. Robinson, varianceexplained.org, "credible intervals and FDR", 2015).
//!
//! Example: .01, .04, .09, .30 lists the first three (mean .0467); the fourth would make it .11.

/// The expected share of false ones in the list.
pub const FALSE_SHARE: f64 = 0.05;

/// Whether each row is on the list, in the order given.
pub fn than_average(peps: &[f64]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..peps.len()).collect();
    order.sort_by(|&a, &b| peps[a].total_cmp(&peps[b]));
    let mut listed = vec![false; peps.len()];
    let mut sum = 0.0;
    for (place, group) in
        order.chunk_by(|&a, &b| peps[a].total_cmp(&peps[b]).is_eq()).scan(0, |done, group| {
            *done += group.len();
            Some((*done, group))
        })
    {
        sum += group.iter().map(|&index| peps[index]).sum::<f64>();
        if sum / place as f64 >= FALSE_SHARE {
            break;
        }
        for &index in group {
            listed[index] = true;
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_running_mean_decides() {
        assert_eq!(than_average(&[0.30, 0.04, 0.01, 0.09]), [false, true, true, true]);
        assert_eq!(than_average(&[0.06]), [false]);
        assert!(than_average(&[]).is_empty());
        // Equals stand or fall together.
        assert_eq!(than_average(&[0.04, 0.055, 0.055, 0.055]), [true, false, false, false]);
    }

    proptest! {
        #[test]
        fn order_does_not_matter(peps in prop::collection::vec(0.0..0.3_f64, 0..30)) {
            let mut turned: Vec<bool> = than_average(&peps.iter().rev().copied().collect::<Vec<_>>());
            turned.reverse();
            prop_assert_eq!(than_average(&peps), turned);
        }
    }
}
