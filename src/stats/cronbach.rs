//! Do several statements measure one thing? Cronbach's alpha (Psychometrika 1951, 16:297).
//!
//! alpha = k/(k-1) (1 - Σ var(item)/var(total)), sample variances. Interval: Feldt, Woodruff & Salih (1987, Applied Psychological
//! Measurement 11:93): 1 - (1 - alpha) F with n-1 and (n-1)(k-1) degrees of freedom. Only for raw answers: centred ones are
//! negatively correlated by construction.
//!
//! Example: three people answering (1, 2), (2, 2), (3, 5): variances 1 and 3, of the total 7; alpha = 2 (1 - 4/7) = .857.
use super::estimate::Estimate;
use statrs::distribution::{ContinuousCDF, FisherSnedecor};

/// How a scale hangs together.
#[derive(Clone, Debug, PartialEq)]
pub struct Reliability {
    /// Alpha with Feldt's interval; n is the number of people with complete answers.
    pub alpha: Estimate,
    /// Alpha without the statement, in the order of the statements; none for two statements.
    pub alpha_if_dropped: Vec<Option<f64>>,
    /// Correlation of the statement with the sum of the others; none where one of them does not vary.
    pub item_rest: Vec<Option<f64>>,
}

impl Reliability {
    /// From complete answers, one row a person. None for fewer than two people or statements, or if the total does not vary.
    pub fn of(people: &[Vec<f64>], level: f64) -> Option<Reliability> {
        let k = people.first()?.len();
        if people.len() < 2 || people.iter().any(|row| row.len() != k) {
            return None;
        }
        let items: Vec<Vec<f64>> = (0..k).map(|item| people.iter().map(|row| row[item]).collect()).collect();
        let value = alpha(&items)?;
        let without = |dropped: usize| -> Vec<Vec<f64>> {
            let rest = items.iter().enumerate().filter(|&(item, _)| item != dropped);
            rest.map(|(_, answers)| answers.clone()).collect()
        };
        Some(Reliability {
            alpha: feldt(value, people.len(), k, level)?,
            alpha_if_dropped: (0..k).map(|item| alpha(&without(item))).collect(),
            item_rest: (0..k).map(|item| correlation(&items[item], &totals(&without(item)))).collect(),
        })
    }
}

fn feldt(value: f64, people: usize, items: usize, level: f64) -> Option<Estimate> {
    let df1 = people as f64 - 1.0;
    let f = FisherSnedecor::new(df1, df1 * (items as f64 - 1.0)).ok()?;
    let (low_tail, high_tail) = ((1.0 - level) / 2.0, f64::midpoint(1.0, level));
    Some(Estimate {
        value,
        lo: 1.0 - (1.0 - value) * f.inverse_cdf(high_tail),
        hi: 1.0 - (1.0 - value) * f.inverse_cdf(low_tail),
        level,
        n: people as u64,
    })
}

/// Alpha of statements given as columns; none for fewer than two, or if the total does not vary.
fn alpha(items: &[Vec<f64>]) -> Option<f64> {
    let k = items.len() as f64;
    let total = variance(&totals(items));
    if items.len() < 2 || total <= 0.0 {
        return None;
    }
    Some(k / (k - 1.0) * (1.0 - items.iter().map(|item| variance(item)).sum::<f64>() / total))
}

fn totals(items: &[Vec<f64>]) -> Vec<f64> {
    let people = items.first().map_or(0, Vec::len);
    (0..people).map(|person| items.iter().map(|item| item[person]).sum()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// Pearson's correlation; none where one side does not vary.
fn correlation(one: &[f64], two: &[f64]) -> Option<f64> {
    let (mean_one, mean_two) = (mean(one), mean(two));
    let products: f64 = one.iter().zip(two).map(|(a, b)| (a - mean_one) * (b - mean_two)).sum();
    let scale = (variance(one) * variance(two)).sqrt() * (one.len() as f64 - 1.0);
    (scale > 0.0).then(|| products / scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    #[test]
    fn three_people_two_statements() {
        let people = [vec![1.0, 2.0], vec![2.0, 2.0], vec![3.0, 5.0]];
        let scale = Reliability::of(&people, 0.95).unwrap();
        near(scale.alpha.value, 6.0 / 7.0, 1e-12);
        assert_eq!(scale.alpha_if_dropped, [None, None]);
        near(scale.item_rest[0].unwrap(), 1.5 / 3_f64.sqrt(), 1e-12);
        assert!(scale.alpha.lo < scale.alpha.value && scale.alpha.value < scale.alpha.hi);
    }

    #[test]
    fn nothing_to_compare() {
        assert!(Reliability::of(&[], 0.95).is_none());
        assert!(Reliability::of(&[vec![1.0, 2.0]], 0.95).is_none());
        assert!(Reliability::of(&[vec![3.0, 3.0], vec![3.0, 3.0]], 0.95).is_none());
        assert!(Reliability::of(&[vec![3.0], vec![4.0]], 0.95).is_none());
        assert!(Reliability::of(&[vec![3.0, 1.0], vec![4.0]], 0.95).is_none());
    }

    #[test]
    fn reference_attitude() {
        let Some(case) = case("03-persona/alpha-attitude") else { return };
        let names = ["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"];
        let people: Vec<Vec<f64>> = case
            .rows("attitude.csv")
            .iter()
            .map(|row| names.iter().map(|&name| row[name].parse().unwrap()).collect())
            .collect();
        let scale = Reliability::of(&people, 0.95).unwrap();
        near(scale.alpha.value, case.expected["alpha"].as_f64().unwrap(), 1e-9);
        near(scale.alpha.lo, case.expected["feldt95"][0].as_f64().unwrap(), 1e-9);
        near(scale.alpha.hi, case.expected["feldt95"][1].as_f64().unwrap(), 1e-9);
        for (item, name) in names.iter().enumerate() {
            let dropped = case.expected["alpha_if_dropped"][name].as_f64().unwrap();
            near(scale.alpha_if_dropped[item].unwrap(), dropped, 1e-9);
            let rest = case.expected["item_rest_correlation"][name].as_f64().unwrap();
            near(scale.item_rest[item].unwrap(), rest, 1e-9);
        }
    }

    proptest! {
        #[test]
        fn the_order_of_people_does_not_matter(rows in prop::collection::vec(prop::collection::vec(1_u8..=5, 3), 3..30)) {
            let mut people: Vec<Vec<f64>> =
                rows.iter().map(|row| row.iter().copied().map(f64::from).collect()).collect();
            let before = Reliability::of(&people, 0.95);
            people.reverse();
            let after = Reliability::of(&people, 0.95);
            prop_assert_eq!(before.is_some(), after.is_some());
            if let (Some(before), Some(after)) = (before, after) {
                prop_assert!((before.alpha.value - after.alpha.value).abs() < 1e-9);
                prop_assert!(before.alpha.value <= 1.0 + 1e-12);
                prop_assert!(before.alpha.lo <= before.alpha.value + 1e-12 && before.alpha.value <= before.alpha.hi + 1e-12);
            }
        }
    }
}
