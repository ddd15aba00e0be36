//! Shares and differences of shares: Wilson's score interval, Newcombe's hybrid score interval.
//!
//! Newcombe RG (1998) Statistics in Medicine 17:857-872 (Table I, method 3) and 17:873-890 (Table II, method 10).
//!
//! Examples: 81 of 263 is .3080, likely .2553 to .3662; 56 of 70 against 48 of 80 differ by .20, likely .0524 to .3339.
use super::estimate::{Estimate, z_of};

/// The share `count / n` (0-1) with its Wilson interval; none if n is 0 or the count exceeds it.
pub fn wilson(count: u64, n: u64, level: f64) -> Option<Estimate> {
    if n == 0 || count > n {
        return None;
    }
    let (x, total, z) = (count as f64, n as f64, z_of(level));
    let z2 = z * z;
    let centre = (x + z2 / 2.0) / (total + z2);
    let half = z / (total + z2) * (x * (total - x) / total + z2 / 4.0).sqrt();
    // At 0 and n the limit is exact; rounding would leave a dust of 1e-17.
    let lo = if count == 0 { 0.0 } else { (centre - half).max(0.0) };
    let hi = if count == n { 1.0 } else { (centre + half).min(1.0) };
    Some(Estimate { value: x / total, lo, hi, level, n })
}

/// The difference of two shares, first minus second, each as (count, n), with Newcombe's interval.
pub fn newcombe(first: (u64, u64), second: (u64, u64), level: f64) -> Option<Estimate> {
    let one = wilson(first.0, first.1, level)?;
    let two = wilson(second.0, second.1, level)?;
    let value = one.value - two.value;
    let lo = value - (one.value - one.lo).hypot(two.hi - two.value);
    let hi = value + (one.hi - one.value).hypot(two.value - two.lo);
    Some(Estimate { value, lo: lo.max(-1.0), hi: hi.min(1.0), level, n: first.1 + second.1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn newcombes_printed_tables() {
        let table = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)];
        for (count, n, lo, hi) in table {
            let share = wilson(count, n, 0.95).unwrap();
            near(share.lo, lo, 6e-5);
            near(share.hi, hi, 6e-5);
        }
        let difference = newcombe((56, 70), (48, 80), 0.95).unwrap();
        near(difference.lo, 0.0524, 6e-5);
        near(difference.hi, 0.3339, 6e-5);
    }

    #[test]
    fn impossible_counts_have_no_share() {
        assert!(wilson(0, 0, 0.95).is_none());
        assert!(wilson(3, 2, 0.95).is_none());
        assert!(newcombe((1, 2), (0, 0), 0.95).is_none());
    }

    #[test]
    fn reference_wilson() {
        let Some(case) = case("01-nps-csat/wilson-newcombe") else { return };
        for row in case.rows("counts.csv") {
            let want = &case.expected[format!("{}/{}", row["x"], row["n"])];
            let got = wilson(row["x"].parse().unwrap(), row["n"].parse().unwrap(), 0.95).unwrap();
            near(got.value, want["p"].as_f64().unwrap(), 1e-9);
            near(got.lo, want["wilson_lo"].as_f64().unwrap(), 1e-9);
            near(got.hi, want["wilson_hi"].as_f64().unwrap(), 1e-9);
        }
    }

    #[test]
    fn reference_newcombe() {
        let Some(case) = case("07-click-through/newcombe-diff") else { return };
        for row in case.rows("tables.csv") {
            let count = |name: &str| row[name].parse::<u64>().unwrap();
            let want = &case.expected[format!("{}/{}-{}/{}", row["x1"], row["n1"], row["x2"], row["n2"])];
            let got = newcombe((count("x1"), count("n1")), (count("x2"), count("n2")), 0.95).unwrap();
            near(got.value, want["diff"].as_f64().unwrap(), 1e-9);
            near(got.lo, want["lo"].as_f64().unwrap(), 1e-9);
            near(got.hi, want["hi"].as_f64().unwrap(), 1e-9);
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_its_centre(n in 1_u64..10_000, part in 0.0..=1.0_f64) {
            let count = (part * n as f64).round() as u64;
            let e = wilson(count, n, 0.95).unwrap();
            prop_assert!(0.0 <= e.lo && e.lo <= e.value && e.value <= e.hi && e.hi <= 1.0, "{e:?}");
        }

        #[test]
        fn the_same_again_never_widens(n in 1_u64..2_000, part in 0.0..=1.0_f64) {
            let width = |x, n| { let e = wilson(x, n, 0.95).unwrap(); e.hi - e.lo };
            let count = (part * n as f64).round() as u64;
            prop_assert!(width(2 * count, 2 * n) <= width(count, n));
            prop_assert!(width(0, n + 1) <= width(0, n) && width(n + 1, n + 1) <= width(n, n));
        }

        #[test]
        fn swapping_the_groups_turns_the_sign(a in 0_u64..50, b in 0_u64..50) {
            let one = newcombe((a, 50), (b, 50), 0.95).unwrap();
            let two = newcombe((b, 50), (a, 50), 0.95).unwrap();
            prop_assert!((one.lo + two.hi).abs() < 1e-12 && (one.hi + two.lo).abs() < 1e-12);
            prop_assert!(one.lo <= one.value && one.value <= one.hi);
        }
    }
}
