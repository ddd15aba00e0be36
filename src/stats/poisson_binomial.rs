//! How likely it is that at least k of n independent things happen, each with a chance of its own.
//!
//! P(X = j) is built up one thing at a time: with chance p, f(j) becomes f(j) (1 - p) + f(j - 1) p (Howard, Bell System
//! Technical Journal 51, 1972). With equal chances it is the binomial.
//!
//! Example: three with chances 1/2, 1/2 and 1/3: all three happen with 1/12, at least two with 5/12.

/// P(X >= k).
pub fn at_least(chances: &[f64], k: usize) -> f64 {
    let mut exactly = vec![0.0; chances.len() + 1];
    exactly[0] = 1.0;
    for (n, p) in chances.iter().enumerate() {
        for j in (0..=n + 1).rev() {
            let one_fewer = if j == 0 { 0.0 } else { exactly[j - 1] };
            exactly[j] = exactly[j] * (1.0 - p) + one_fewer * p;
        }
    }
    exactly.iter().skip(k).sum::<f64>().clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    #[test]
    fn the_example() {
        let chances = [0.5, 0.5, 1.0 / 3.0];
        near(at_least(&chances, 3), 1.0 / 12.0, 1e-12);
        near(at_least(&chances, 2), 5.0 / 12.0, 1e-12);
        near(at_least(&chances, 0), 1.0, 1e-12);
        near(at_least(&[], 0), 1.0, 0.0);
        near(at_least(&[], 1), 0.0, 0.0);
        // Ten coins, nine heads or more: 11 of 1024.
        near(at_least(&[0.5; 10], 9), 11.0 / 1024.0, 1e-12);
    }

    proptest! {
        #[test]
        fn more_is_never_likelier(chances in prop::collection::vec(0.0_f64..1.0, 0..30), k in 0_usize..30) {
            let p = at_least(&chances, k);
            prop_assert!((0.0..=1.0).contains(&p) && at_least(&chances, k + 1) <= p + 1e-12);
        }
    }
}
