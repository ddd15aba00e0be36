//! Could the labels be anyone's? The difference of two groups against all other ways to share out the labels.
//!
//! The statistic is the difference in its own standard errors (Welch's t): with it the test stays valid when the groups
//! spread differently, which the plain difference does not (Janssen 1997, Statist. Probab. Lett. 36:9-21; Chung & Romano
//! 2013, Ann. Statist. 41:484-507). Exact where the assignments can be counted, else p = (b + 1)/(B + 1) of B draws
//! (Phipson & Smyth 2010).
//!
//! Example: times of mice on a rotating rod, 12 against 12 (Bergmann, Ludbrook & Spooren 2000): p = .0373.
use super::draws::{Draws, SEED};

/// Up to so many assignments all of them are gone through.
pub const EXACT: u64 = 200_000;
/// Else so many are drawn.
const DRAWS: u64 = 9_999;

/// Sums over one group: how many, Σ value, Σ value².
#[derive(Clone, Copy, Debug, Default)]
pub struct Sums([f64; 3]);

impl Sums {
    fn add(self, value: f64) -> Self {
        Self([self.0[0] + 1.0, self.0[1] + value, self.0[2] + value * value])
    }

    fn less(self, other: Self) -> Self {
        Self([0, 1, 2].map(|at| self.0[at] - other.0[at]))
    }

    fn mean(self) -> f64 {
        self.0[1] / self.0[0]
    }

    /// The squared standard error of the mean; rounding may leave a negative dust.
    fn squared_error(self) -> f64 {
        let [n, sum, squares] = self.0;
        (squares - sum * sum / n).max(0.0) / (n - 1.0) / n
    }
}

/// Welch's t of two groups.
pub fn studentised(one: Sums, other: Sums) -> f64 {
    let (difference, squared) = (one.mean() - other.mean(), one.squared_error() + other.squared_error());
    if difference.abs() < 1e-12 { 0.0 } else { difference / squared.sqrt() }
}

/// How many ways there are to give `k` of `n` the label; as many as fit into a number, at most.
pub fn assignments(k: u64, n: u64) -> u64 {
    let k = k.min(n - k.min(n));
    (0..k).try_fold(1_u64, |ways, i| Some(ways.checked_mul(n - i)? / (i + 1))).unwrap_or(u64::MAX)
}

/// The two-sided p of "the labels could be anyone's". Values in any order; at least two in each group.
pub fn p(one: &[f64], other: &[f64], exact: u64, statistic: impl Fn(Sums, Sums) -> f64) -> f64 {
    let mut values: Vec<f64> = one.iter().chain(other).copied().collect();
    values.sort_by(f64::total_cmp);
    let sums = |values: &[f64]| values.iter().fold(Sums::default(), |sums, value| sums.add(*value));
    let all = sums(&values);
    let mut own = one.to_vec();
    own.sort_by(f64::total_cmp);
    let of = |labelled: Sums| statistic(labelled, all.less(labelled)).abs();
    let seen = of(sums(&own));
    // Sums in another order differ in the last bits only.
    let counts = |labelled: Sums| u64::from(of(labelled) >= seen * (1.0 - 1e-9));
    let ways = assignments(one.len() as u64, values.len() as u64);
    if ways <= exact {
        let mut as_far = 0;
        each_choice(&values, one.len(), Sums::default(), &mut |labelled| as_far += counts(labelled));
        return as_far as f64 / ways as f64;
    }
    let mut draws = Draws::new(SEED);
    let as_far: u64 = (0..DRAWS)
        .map(|_| {
            let chosen = draws.sample(one.len(), values.len());
            counts(chosen.into_iter().fold(Sums::default(), |sums, place| sums.add(values[place])))
        })
        .sum();
    (as_far + 1) as f64 / (DRAWS + 1) as f64
}

/// Every way to choose `k` of the values.
fn each_choice(values: &[f64], k: usize, chosen: Sums, see: &mut impl FnMut(Sums)) {
    if k == 0 {
        return see(chosen);
    }
    for first in 0..=values.len() - k {
        each_choice(&values[first + 1..], k - 1, chosen.add(values[first]), see);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    fn plain(one: Sums, other: Sums) -> f64 {
        one.mean() - other.mean()
    }

    #[test]
    fn three_against_three_cannot_say_much() {
        let p = p(&[7.0, 8.0, 9.0], &[1.0, 2.0, 3.0], EXACT, studentised);
        near(p, 0.1, 1e-12);
        assert_eq!((assignments(3, 6), assignments(12, 24), assignments(0, 5)), (20, 2_704_156, 1));
        assert_eq!(assignments(300, 900), u64::MAX);
    }

    #[test]
    fn reference_rotarod() {
        let Some(case) = case("05-lift/permutation-rotarod") else { return };
        let rows = case.rows("rotarod.csv");
        let group = |control: bool| -> Vec<f64> {
            let mine = rows.iter().filter(|row| (row["group"] == "control") == control);
            mine.map(|row| row["time"].parse().unwrap()).collect()
        };
        let (one, other) = (group(true), group(false));
        let want = case.expected["p_two_sided"].as_f64().unwrap();
        near(p(&one, &other, u64::MAX, plain), want, 1e-9);
        near(p(&one, &other, 1000, plain), want, 6e-3);
    }

    #[test]
    fn reference_card_krueger() {
        let Some(case) = case("05-lift/card-krueger") else { return };
        let mut shops = std::collections::BTreeMap::<String, (bool, [Option<f64>; 2])>::new();
        for row in case.rows("panel.csv") {
            let shop = shops.entry(row["id"].clone()).or_default();
            shop.0 = row["nj"] == "1";
            shop.1[usize::from(row["d"] == "1")] = row["fte"].parse().ok();
        }
        let changes = |treated: bool| -> Vec<f64> {
            let mine = shops.values().filter(|shop| shop.0 == treated);
            mine.filter_map(|(_, seen)| Some(seen[1]? - seen[0]?)).collect()
        };
        let (one, other) = (changes(true), changes(false));
        let want = |name: &str| case.expected["balanced"][name].as_f64().unwrap();
        near(p(&one, &other, EXACT, studentised), want("permutation_p_studentised"), 6e-3);
        near(p(&one, &other, EXACT, plain), want("permutation_p_difference_of_means"), 6e-3);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn it_is_a_share_and_order_does_not_matter(
            one in prop::collection::vec(-9_i8..9, 2..5), other in prop::collection::vec(-9_i8..9, 2..6),
        ) {
            let floats = |values: &[i8]| values.iter().map(|value| f64::from(*value)).collect::<Vec<_>>();
            let (one, other) = (floats(&one), floats(&other));
            let found = p(&one, &other, EXACT, studentised);
            prop_assert!(found > 0.0 && found <= 1.0);
            let turned: Vec<f64> = one.iter().rev().copied().collect();
            prop_assert!((found - p(&turned, &other, EXACT, studentised)).abs() < 1e-12);
        }
    }
}
