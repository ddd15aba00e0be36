//! Rounding so that the parts still add up to the whole (largest remainder, or Hamilton's method).
//!
//! Every part gets its quota rounded down; what is left goes, one unit each, to the largest remainders, and among equal
//! remainders to the first. Example: 100 shared 1:1:1 is 34, 33, 33.

/// Rounds `values` (any sign) to whole numbers that add up to `total`, which should be their sum, rounded.
///
/// For figures that were summed as fractions and are printed once: credits, contributions to a score.
pub fn round_to_total(values: &[f64], total: i64) -> Vec<i64> {
    let mut parts: Vec<i64> = values.iter().map(|value| settled(*value).floor() as i64).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // In millionths: remainders that differ only by the order in which they were summed are equal.
    let remainder =
        |index: usize| ((settled(values[index]) - settled(values[index]).floor()) * 1e6).round() as i64;
    order.sort_by_key(|&index| std::cmp::Reverse(remainder(index)));
    let left = total - parts.iter().sum::<i64>();
    let step = left.signum();
    // Down from the smallest remainders, up from the largest; round and round only if `total` is far from the sum.
    if step < 0 {
        order.reverse();
    }
    for &index in order.iter().cycle().take(if order.is_empty() { 0 } else { left.unsigned_abs() as usize }) {
        parts[index] += step;
    }
    parts
}

/// A sum of fractions that should be a whole number often is one less 1e-12: taken as the whole number.
fn settled(value: f64) -> f64 {
    let whole = value.round();
    if (value - whole).abs() < 1e-9 * whole.abs().max(1.0) { whole } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sums_of_fractions_are_rounded_once() {
        let third = 100.0 / 3.0;
        assert_eq!(round_to_total(&[third, third, third], 100), [34, 33, 33]);
        assert_eq!(round_to_total(&[10.4, 20.4, 30.2], 61), [11, 20, 30]);
        assert_eq!(round_to_total(&[-72.5, 50.0, 22.4], 0), [-72, 50, 22]);
        assert_eq!(round_to_total(&[2.999_999_999_999, 1.0], 4), [3, 1]);
        assert_eq!(round_to_total(&[1.0, 2.0], 2), [1, 1]);
        assert!(round_to_total(&[], 3).is_empty());
    }

    proptest! {
        #[test]
        fn rounded_values_add_up(values in prop::collection::vec(-1e6..1e6_f64, 1..30)) {
            let total = values.iter().sum::<f64>().round() as i64;
            let parts = round_to_total(&values, total);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            for (part, value) in parts.iter().zip(&values) {
                prop_assert!((*part as f64 - value).abs() <= 1.0 + 1e-6);
            }
        }
    }
}
