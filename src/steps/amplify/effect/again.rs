//! Whether those whose first contribution was answered made another one.
//!
//! Whether it was answered is looked at once, so many hours after it (the landmark): who posted again before then did so
//! whatever was answered. Then comes the stretch in which another one counts. Those for whom it is not over are left out.

use crate::stats::estimate::{Estimate, LEVEL, Verdict};
use crate::stats::proportion::{newcombe, wilson};

/// A first contribution since joining.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// When it was made.
    pub at: i64,
    /// When it was answered first, if it was.
    pub answered: Option<i64>,
    /// When others followed, in order.
    pub others: Vec<i64>,
}

/// How many of how many made another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Made another.
    pub again: u64,
    /// All.
    pub of: u64,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// Answered by the landmark.
    pub answered: Share,
    /// Not answered by then.
    pub others: Share,
    /// The difference of the shares, Newcombe's interval; none where a group has fewer than three.
    pub difference: Option<Estimate>,
    /// What may be said; there is no "before" to compare, so never more than a leaning.
    pub verdict: Verdict,
    /// Whose stretch is not over.
    pub too_late: usize,
}

/// Compares those answered within `hours` with the others, by whether they made another in the `days` after the landmark;
/// `now` is the last moment known.
pub fn again(firsts: &[First], hours: i64, days: i64, now: i64) -> Again {
    let (mut answered, mut others, mut too_late) = (Share::default(), Share::default(), 0);
    for first in firsts {
        let landmark = first.at + hours * 3600;
        let end = landmark + days * 86_400;
        if end > now {
            too_late += 1;
            continue;
        }
        let share = if first.answered.is_some_and(|at| at <= landmark) { &mut answered } else { &mut others };
        share.of += 1;
        share.again += u64::from(first.others.iter().any(|at| (landmark + 1..=end).contains(at)));
    }
    let enough = answered.of >= 3 && others.of >= 3;
    let at = |level: f64| newcombe((answered.again, answered.of), (others.again, others.of), level);
    let excludes = |estimate: &Estimate| estimate.lo > 0.0 || estimate.hi < 0.0;
    let difference = at(LEVEL).filter(|_| enough);
    let verdict = match difference {
        None => Verdict::NotEnoughData,
        Some(_) if at(0.80).as_ref().is_some_and(excludes) => Verdict::Leaning,
        Some(_) => Verdict::CannotTell,
    };
    Again { answered, others, difference, verdict, too_late }
}

impl Share {
    /// With its interval; none of nobody.
    pub fn estimate(self) -> Option<Estimate> {
        wilson(self.again, self.of, LEVEL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;

    fn first(answered: Option<i64>, others: &[i64]) -> First {
        First { at: 0, answered: answered.map(|hours| hours * 3600), others: others.to_vec() }
    }

    #[test]
    fn the_landmark_decides_who_was_answered() {
        let all = [
            first(Some(20), &[5 * DAY]),
            // Answered too late to count as answered.
            first(Some(30), &[5 * DAY]),
            // Posted again before the landmark only.
            first(Some(2), &[DAY / 2]),
            first(None, &[40 * DAY]),
        ];
        let found = again(&all, 24, 28, 100 * DAY);
        assert_eq!(found.answered, Share { again: 1, of: 2 });
        assert_eq!(found.others, Share { again: 1, of: 2 });
        assert_eq!((found.verdict, found.too_late), (Verdict::NotEnoughData, 0));
        assert_eq!(again(&all, 24, 28, 20 * DAY).too_late, 4);
    }

    #[test]
    fn never_more_than_a_leaning() {
        let mut all = vec![first(Some(1), &[3 * DAY]); 30];
        all.extend(vec![first(None, &[]); 30]);
        let found = again(&all, 24, 28, 100 * DAY);
        assert_eq!(found.verdict, Verdict::Leaning);
        assert!(found.difference.is_some_and(|difference| difference.lo > 0.7));
    }

    proptest! {
        #[test]
        fn order_does_not_matter(all in prop::collection::vec((prop::option::of(0_i64..60), 0_i64..60), 0..30)) {
            let all: Vec<First> = all.iter().map(|(answered, day)| first(*answered, &[day * DAY])).collect();
            let turned: Vec<First> = all.iter().rev().cloned().collect();
            let found = again(&all, 24, 28, 100 * DAY);
            prop_assert_eq!(&found, &again(&turned, 24, 28, 100 * DAY));
            if let Some(e) = found.difference {
                prop_assert!(e.lo <= e.value && e.value <= e.hi);
            }
        }
    }
}
