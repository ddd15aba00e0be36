//! Half-life decay: what happened long ago counts less (MEASUREMENT.md 2).
//!
//! D = Σ weight · 2^(-age / half-life). Example: with a half-life of 60 days, acts of weight 1 that are 0, 60 and 120 days
//! old count 1 + 1/2 + 1/4 = 1.75.

/// The weight that is left of 1 after `age_days`.
pub fn remaining(age_days: f64, half_life_days: f64) -> f64 {
    (-age_days / half_life_days).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

    #[test]
    fn each_half_life_halves() {
        near([0.0, 60.0, 120.0].map(|age| remaining(age, 60.0)).iter().sum(), 1.75, 1e-12);
    }
}
