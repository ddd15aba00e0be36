//! How well a score tells those who did something from those who did not: AUC, precision among the best k.
//!
//! AUC = the chance that someone who did stands above someone who did not, ties counting half. Its standard error:
//! Hanley JA, McNeil BJ (1982) Radiology 143:29-36: Q1 = A/(2-A), Q2 = 2A²/(1+A),
//! Var = [A(1-A) + (n1-1)(Q1-A²) + (n0-1)(Q2-A²)]/(n1 n0).
//!
//! Example (their Table I): ratings 1-5 of 58 normal (33 6 6 11 2) and 51 abnormal (3 2 2 11 33) images: .893, SE .032.
use super::estimate::{Estimate, z_of};

/// One person: their score, and whether it came true.
pub type Case = (f64, bool);

/// The AUC (0-1) with its interval; none unless both kinds are there.
pub fn auc(cases: &[Case], level: f64) -> Option<Estimate> {
    let mut sorted = cases.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut above, mut below) = (0.0, 0_u64);
    for tie in sorted.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let yes = tie.iter().filter(|case| case.1).count() as u64;
        let no = tie.len() as u64 - yes;
        above += yes as f64 * (below as f64 + no as f64 / 2.0);
        below += no;
    }
    let yes = cases.len() as u64 - below;
    if yes == 0 || below == 0 {
        return None;
    }
    let value = above / (yes as f64 * below as f64);
    let half = z_of(level) * standard_error(value, yes, below);
    let (lo, hi) = ((value - half).max(0.0), (value + half).min(1.0));
    Some(Estimate { value, lo, hi, level, n: cases.len() as u64 })
}

/// Hanley and McNeil's standard error of an AUC from `yes` and `no` people.
fn standard_error(auc: f64, yes: u64, no: u64) -> f64 {
    let (q1, q2, square) = (auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc), auc * auc);
    let (yes, no) = (yes as f64, no as f64);
    let variance = auc * (1.0 - auc) + (yes - 1.0) * (q1 - square) + (no - 1.0) * (q2 - square);
    (variance.max(0.0) / (yes * no)).sqrt()
}

/// How many of the first `k` came true. The cases are best first.
pub fn hits(best_first: &[Case], k: usize) -> u64 {
    best_first.iter().take(k).filter(|case| case.1).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    fn ratings(normal: [usize; 5], abnormal: [usize; 5]) -> Vec<Case> {
        let spread = |counts: [usize; 5], ill: bool| {
            (1..6).zip(counts).flat_map(move |(rating, count)| vec![(f64::from(rating), ill); count])
        };
        spread(normal, false).chain(spread(abnormal, true)).collect()
    }

    #[test]
    fn hanley_and_mcneils_radiologist() {
        let cases = ratings([33, 6, 6, 11, 2], [3, 2, 2, 11, 33]);
        let auc = auc(&cases, 0.95).unwrap();
        near(auc.value, 0.893_171_061_528, 1e-12);
        near(standard_error(auc.value, 51, 58), 0.032_486_579_607_3, 1e-12);
    }

    #[test]
    fn one_kind_alone_tells_nothing() {
        assert!(auc(&[(1.0, true), (2.0, true)], 0.95).is_none());
        assert!(auc(&[], 0.95).is_none());
        assert_eq!(hits(&[(3.0, true), (2.0, false), (1.0, true)], 2), 1);
    }

    #[test]
    fn reference_ranking_metrics() {
        let Some(case) = case("02-identify/ranking-metrics") else { return };
        let rows = case.rows("cdnow_ranked.csv");
        for name in ["s_frequency", "s_recency", "s_mean"] {
            let want = &case.expected["cdnow"][name];
            let mut cases: Vec<(i64, Case)> = rows
                .iter()
                .map(|row| (row["id"].parse().unwrap(), (row[name].parse().unwrap(), row["y"] == "1")))
                .collect();
            cases.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
            let cases: Vec<Case> = cases.into_iter().map(|(_, case)| case).collect();
            let yes = cases.iter().filter(|case| case.1).count() as u64;
            let got = auc(&cases, 0.95).unwrap();
            near(got.value, want["auc"].as_f64().unwrap(), 1e-9);
            let se = standard_error(got.value, yes, cases.len() as u64 - yes);
            near(se, want["auc_se_hanley_mcneil"].as_f64().unwrap(), 1e-9);
            for k in [50, 100, 236, 500] {
                let precision = hits(&cases, k) as f64 / k as f64;
                near(precision, want[format!("precision@{k}")].as_f64().unwrap(), 1e-9);
                let lift = precision / (yes as f64 / cases.len() as f64);
                near(lift, want[format!("lift@{k}")].as_f64().unwrap(), 1e-9);
            }
        }
    }

    proptest! {
        #[test]
        fn it_lies_in_its_interval_and_turns_with_the_score(
            cases in prop::collection::vec((0_i32..6, any::<bool>()), 2..60),
        ) {
            let cases: Vec<Case> = cases.into_iter().map(|(score, yes)| (f64::from(score), yes)).collect();
            let turned: Vec<Case> = cases.iter().map(|(score, yes)| (-score, *yes)).collect();
            if let (Some(one), Some(other)) = (auc(&cases, 0.95), auc(&turned, 0.95)) {
                prop_assert!((one.value + other.value - 1.0).abs() < 1e-9);
                prop_assert!(one.lo <= one.value && one.value <= one.hi);
                prop_assert!(one.lo >= 0.0 && one.hi <= 1.0);
            }
        }
    }
}
