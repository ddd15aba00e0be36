//! Alarm B of the trough: silence against someone's own rhythm (MEASUREMENT.md 4).
//!
//! How often people are active differs; how it differs is learnt from everyone together. Then the chance that someone
//! with so many active days, still with us, is silent for as long as they have been.

use crate::stats::gamma_poisson::GammaPoisson;

/// With fewer people the rates say too little of how people differ.
pub const FEWEST: usize = 30;

/// The rhythm of all, learnt from the active days of each (sorted, each day once) up to a day; none with fewer than 30
/// who were ever active, or where nobody came back.
pub fn rhythm_of_all<'a>(people: impl Iterator<Item = &'a [i32]>, as_of: i32) -> Option<GammaPoisson> {
    let rows: Vec<(f64, f64)> =
        people.filter_map(|days| stretch(days, as_of)).map(|(x, _, t)| (x, t)).collect();
    if rows.len() < FEWEST {
        return None;
    }
    GammaPoisson::of(&rows)
}

/// The chance (0-1) that someone still with us is silent for as long as they have been; none if never active.
pub fn chance(all: &GammaPoisson, days: &[i32], as_of: i32) -> Option<f64> {
    stretch(days, as_of).map(|(x, last, now)| all.silence(x, last, now))
}

/// Active days after the first one, and from it to the last one and to the day asked for.
fn stretch(days: &[i32], as_of: i32) -> Option<(f64, f64, f64)> {
    let known = &days[..days.partition_point(|day| *day <= as_of)];
    let (first, last) = (known.first()?, known.last()?);
    Some(((known.len() - 1) as f64, f64::from(last - first), f64::from(as_of - first)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn every(gap: usize, from: i32, until: i32) -> Vec<i32> {
        (from..=until).step_by(gap).collect()
    }

    #[test]
    fn the_busy_are_missed_sooner() {
        let people: Vec<Vec<i32>> = (0..40).map(|id| every(3 + id % 15, 0, 300)).collect();
        let all = rhythm_of_all(people.iter().map(Vec::as_slice), 300).expect("thirty and more");
        let silent = |gap| chance(&all, &every(gap, 0, 270), 300).expect("was active");
        assert!(silent(3) < 0.01 && silent(15) > 0.05, "{} {}", silent(3), silent(15));
        assert_eq!(chance(&all, &[], 300), None);
        // Days to come are not known yet.
        assert_eq!(chance(&all, &[10, 400], 300), chance(&all, &[10], 300));
        assert_eq!(rhythm_of_all(people[..29].iter().map(Vec::as_slice), 300), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn order_of_people_does_not_matter(
            people in prop::collection::vec(prop::collection::btree_set(0_i32..300, 1..20), 30..40),
        ) {
            let people: Vec<Vec<i32>> = people.iter().map(|days| days.iter().copied().collect()).collect();
            let one = rhythm_of_all(people.iter().map(Vec::as_slice), 300);
            prop_assert_eq!(one, rhythm_of_all(people.iter().rev().map(Vec::as_slice), 300));
        }
    }
}
