//! How long until something happens, when for some it has not happened yet: Kaplan & Meier's curve, and the log-rank test
//! between two groups.
//!
//! S = Π (1 - d/n) over the days on which it happened to d of the n still waiting; SE by Greenwood. Kaplan EL, Meier P
//! (1958) J. Amer. Statist. Assoc. 53:457-481. Log-rank: observed against expected events of one group, day by day,
//! hypergeometric variance, χ² with one degree of freedom (Mantel 1966).
//!
//! Example: the 6-MP arm of Freireich et al. (1963): .857 .807 .753 .690 .627 .538 .448, median 23 weeks.
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// How long someone has waited, and whether it happened then (else: not yet).
pub type Wait = (i32, bool);

/// The curve at a time at which something happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The time.
    pub time: i32,
    /// The share still waiting after it, 0-1.
    pub waiting: f64,
    /// Its standard error; none once nobody waits.
    pub se: Option<f64>,
}

/// The curve, a step for each time at which it happened to someone.
pub fn curve(waits: &[Wait]) -> Vec<Step> {
    let (mut waiting, mut sum) = (1.0, 0.0);
    let step = |(time, n, d): (i32, f64, f64)| {
        waiting *= 1.0 - d / n;
        sum += d / (n * (n - d));
        let se = (n > d).then(|| waiting * f64::sqrt(sum));
        Step { time, waiting, se }
    };
    times(waits).into_iter().filter(|(_, _, d)| *d > 0.0).map(step).collect()
}

/// The first time at which at most this share (0-1) still waits.
pub fn time_until(curve: &[Step], share: f64) -> Option<i32> {
    curve.iter().find(|step| step.waiting <= share + 1e-12).map(|step| step.time)
}

/// The two-sided p of "both groups wait alike"; none where it never happened to anyone who was waited for beside others.
pub fn log_rank(one: &[Wait], other: &[Wait]) -> Option<f64> {
    let all: Vec<Wait> = one.iter().chain(other).copied().collect();
    let (mut surplus, mut variance) = (0.0, 0.0);
    for (time, n, d) in times(&all).into_iter().filter(|(_, n, d)| *d > 0.0 && *n > 1.0) {
        let at_risk = one.iter().filter(|wait| wait.0 >= time).count() as f64;
        let here = one.iter().filter(|wait| **wait == (time, true)).count() as f64;
        let share = at_risk / n;
        surplus += here - d * share;
        variance += d * share * (1.0 - share) * (n - d) / (n - 1.0);
    }
    let chi = ChiSquared::new(1.0).ok().filter(|_| variance > 0.0)?;
    Some(chi.sf(surplus * surplus / variance))
}

/// (time, still waiting just before it, happened at it), in order of time.
fn times(waits: &[Wait]) -> Vec<(i32, f64, f64)> {
    let mut sorted = waits.to_vec();
    sorted.sort_unstable();
    let mut left = sorted.len();
    sorted
        .chunk_by(|a, b| a.0 == b.0)
        .map(|at| {
            let here = (at[0].0, left as f64, at.iter().filter(|wait| wait.1).count() as f64);
            left -= at.len();
            here
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{Case, case, near};
    use proptest::prelude::*;

    const SIX_MP: [Wait; 21] = [
        (6, true),
        (6, true),
        (6, true),
        (6, false),
        (7, true),
        (9, false),
        (10, true),
        (10, false),
        (11, false),
        (13, true),
        (16, true),
        (17, false),
        (19, false),
        (20, false),
        (22, true),
        (23, true),
        (25, false),
        (32, false),
        (32, false),
        (34, false),
        (35, false),
    ];

    #[test]
    fn the_textbooks_table() {
        let steps = curve(&SIX_MP);
        let want = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448];
        assert_eq!(steps.len(), want.len());
        for (step, want) in steps.iter().zip(want) {
            near(step.waiting, want, 6e-4);
        }
        assert_eq!((time_until(&steps, 0.5), time_until(&steps, 0.25)), (Some(23), None));
        assert!(curve(&[]).is_empty() && log_rank(&[], &[(3, true)]).is_none());
    }

    fn waits(case: &Case, group: Option<&str>) -> Vec<Wait> {
        let rows = case.rows("times.csv");
        let mine = rows.iter().filter(|row| group.is_none_or(|group| row["group"] == group));
        mine.map(|row| (row["time"].parse().unwrap(), row["event"] == "1")).collect()
    }

    fn compare(steps: &[Step], want: &serde_json::Value) {
        let want = want.as_array().unwrap();
        assert_eq!(steps.len(), want.len());
        for (step, want) in steps.iter().zip(want) {
            assert_eq!(i64::from(step.time), want["time"].as_i64().unwrap());
            near(step.waiting, want["survival"].as_f64().unwrap(), 1e-9);
            assert_eq!(step.se.is_some(), want["se"].is_number());
            if let (Some(se), Some(want)) = (step.se, want["se"].as_f64()) {
                near(se, want, 1e-9);
            }
        }
    }

    #[test]
    fn reference_km() {
        let Some(case) = case("04-trough/km-6mp") else { return };
        let steps = curve(&waits(&case, None));
        compare(&steps, &case.expected["table"]);
        assert_eq!(time_until(&steps, 0.5).map(i64::from), case.expected["median"].as_i64());
    }

    #[test]
    fn reference_log_rank() {
        let Some(case) = case("04-trough/km-aml") else { return };
        let groups = ["Maintained", "Nonmaintained"].map(|group| {
            let waits = waits(&case, Some(group));
            let steps = curve(&waits);
            compare(&steps, &case.expected["km"][group]);
            assert_eq!(time_until(&steps, 0.5).map(i64::from), case.expected["median"][group].as_i64());
            waits
        });
        let p = log_rank(&groups[0], &groups[1]).unwrap();
        near(p, case.expected["logrank"]["p"].as_f64().unwrap(), 1e-9);
    }

    proptest! {
        #[test]
        fn the_curve_falls_and_order_does_not_matter(
            waits in prop::collection::vec((0_i32..60, any::<bool>()), 1..40), cut in 0_usize..40,
        ) {
            let turned: Vec<Wait> = waits.iter().rev().copied().collect();
            let steps = curve(&waits);
            prop_assert_eq!(&steps, &curve(&turned));
            prop_assert!(steps.windows(2).all(|pair| pair[0].waiting >= pair[1].waiting));
            prop_assert!(steps.iter().all(|step| (-1e-12..=1.0).contains(&step.waiting)));
            // Which group is called the first makes no difference.
            let (one, other) = waits.split_at(cut.min(waits.len()));
            let (p, q) = (log_rank(one, other), log_rank(other, one));
            prop_assert_eq!(p.is_some(), q.is_some());
            if let (Some(p), Some(q)) = (p, q) {
                prop_assert!((p - q).abs() < 1e-9 && (0.0..=1.0).contains(&p));
            }
        }
    }
}
