//! Rounding so that the parts still add up to the whole (largest remainder, or Hamilton's method).
//!
//! Every part gets its quota rounded down; what is left goes, one unit each, to the largest remainders, and among equal
//! remainders to the first. Example: 100 shared 1:1:1 is 34, 33, 33.

/// Shares `total` (minor units, may be negative) in proportion to `weights`; the parts add up to it exactly.
///
/// Weights that are negative or not numbers count as 0; if all are 0 the shares are equal. No weights, no parts.
pub fn share_out(total: i64, weights: &[f64]) -> Vec<i64> {
    let sign = total.signum();
    let parts = share_out_unsigned(total.unsigned_abs(), &integer_weights(weights));
    // Each part is at most |total|, so only i64::MIN itself could leave the range.
    parts.into_iter().map(|part| i64::try_from(part).map_or(i64::MIN, |part| sign * part)).collect()
}

/// Weights as integers of 52 bits, so that quotas and remainders are exact and the same on every machine.
fn integer_weights(weights: &[f64]) -> Vec<u128> {
    let usable = |weight: f64| if weight.is_finite() { weight.max(0.0) } else { 0.0 };
    let largest = weights.iter().copied().map(usable).fold(0.0, f64::max);
    if largest == 0.0 {
        return vec![1; weights.len()];
    }
    let scale = 52_f64.exp2();
    weights.iter().map(|&weight| (usable(weight) / largest * scale).round() as u128).collect()
}

fn share_out_unsigned(total: u64, weights: &[u128]) -> Vec<u64> {
    let sum: u128 = weights.iter().sum();
    if sum == 0 {
        return Vec::new();
    }
    let quotas: Vec<(u64, u128)> = weights
        .iter()
        .map(|&weight| {
            let product = u128::from(total) * weight;
            ((product / sum) as u64, product % sum)
        })
        .collect();
    let mut parts: Vec<u64> = quotas.iter().map(|&(part, _)| part).collect();
    let left = (total - parts.iter().sum::<u64>()) as usize;
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(quotas[index].1));
    for &index in order.iter().take(left) {
        parts[index] += 1;
    }
    parts
}

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
    fn the_odd_cent_goes_to_the_largest_remainder_then_to_the_first() {
        assert_eq!(share_out(100, &[1.0, 1.0, 1.0]), [34, 33, 33]);
        assert_eq!(share_out(101, &[0.4, 0.2, 0.4]), [41, 20, 40]);
        assert_eq!(share_out(-100, &[1.0, 1.0, 1.0]), [-34, -33, -33]);
    }

    #[test]
    fn odd_weights() {
        assert_eq!(share_out(10, &[0.0, 0.0]), [5, 5]);
        assert_eq!(share_out(10, &[f64::NAN, 2.0, -1.0]), [0, 10, 0]);
        assert!(share_out(10, &[]).is_empty());
        assert_eq!(share_out(i64::MIN, &[1.0]), [i64::MIN]);
        assert_eq!(share_out(i64::MAX, &[1.0, 1.0]).iter().sum::<i64>(), i64::MAX);
    }

    #[test]
    fn sums_of_fractions_are_rounded_once() {
        assert_eq!(round_to_total(&[10.4, 20.4, 30.2], 61), [11, 20, 30]);
        assert_eq!(round_to_total(&[-72.5, 50.0, 22.4], 0), [-72, 50, 22]);
        assert_eq!(round_to_total(&[2.999_999_999_999, 1.0], 4), [3, 1]);
        assert_eq!(round_to_total(&[1.0, 2.0], 2), [1, 1]);
        assert!(round_to_total(&[], 3).is_empty());
    }

    proptest! {
        #[test]
        fn parts_add_up(total: i64, weights in prop::collection::vec(0.0..1e6_f64, 1..30)) {
            let parts = share_out(total, &weights);
            prop_assert_eq!(parts.iter().map(|&part| i128::from(part)).sum::<i128>(), i128::from(total));
            prop_assert!(parts.iter().all(|part| part.signum() * total.signum() >= 0));
        }

        #[test]
        fn each_part_is_within_one_of_its_quota(total in -1_000_000_i64..1_000_000, weights in prop::collection::vec(0.1..10.0_f64, 1..20)) {
            let sum: f64 = weights.iter().sum();
            for (part, weight) in share_out(total, &weights).into_iter().zip(&weights) {
                prop_assert!((part as f64 - total as f64 * weight / sum).abs() < 1.0 + 1e-6);
            }
        }

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
