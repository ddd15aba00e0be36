//! Half-life decay: what happened long ago counts less (MEASUREMENT.md 2).
//!
//! D = Σ weight · 2^(-age / half-life). Example: with a half-life of 60 days, acts of weight 1 that are 0, 60 and 120 days
//! old count 1 + 1/2 + 1/4 = 1.75.

/// The weight that is left of 1 after `age_days`.
pub fn remaining(age_days: f64, half_life_days: f64) -> f64 {
    (-age_days / half_life_days).exp2()
}

/// The decayed sum of (day, weight) as of a day. What lies after that day has not happened yet and is left out.
pub fn decayed_sum(events: impl IntoIterator<Item = (i32, f64)>, as_of: i32, half_life_days: f64) -> f64 {
    let mut happened: Vec<(i32, f64)> = events.into_iter().filter(|&(day, _)| day <= as_of).collect();
    // Summed in one order, so that two people who did the same are equal to the last bit, and tie.
    happened.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let left = |(day, weight): (i32, f64)| weight * remaining(f64::from(as_of - day), half_life_days);
    // Rust's empty sum is -0.0.
    happened.into_iter().map(left).sum::<f64>() + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

    #[test]
    fn each_half_life_halves() {
        near(decayed_sum([(120, 1.0), (60, 1.0), (0, 1.0)], 120, 60.0), 1.75, 1e-12);
        near(decayed_sum([(121, 1.0)], 120, 60.0), 0.0, 0.0);
        assert!(decayed_sum([], 120, 60.0).is_sign_positive());
    }

    #[test]
    fn the_same_acts_in_another_order_are_equal_to_the_last_bit() {
        let acts = [(3, 0.1), (50, 0.7), (97, 1.3), (98, 0.2)];
        let mut turned = acts;
        turned.reverse();
        let (one, two) = (decayed_sum(acts, 100, 60.0), decayed_sum(turned, 100, 60.0));
        assert_eq!(one.to_bits(), two.to_bits());
    }
}
