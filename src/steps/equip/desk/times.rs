//! How long answers take: values in, one line for each colleague and one for all out.

use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::median;
use std::collections::BTreeMap;

/// One question, as the clock sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// Who answers it.
    pub owner: Option<String>,
    /// Hours until the answer, or up to now while there is none.
    pub hours: f64,
    /// Whether it was answered.
    pub answered: bool,
}

/// How fast one colleague answers, or all of them together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Times {
    /// Answered questions.
    pub answered: usize,
    /// Half of the answers came within so many hours; only from enough answers on.
    pub median: Option<Estimate>,
    /// The fastest and the slowest answer, in hours.
    pub range: Option<(f64, f64)>,
    /// Answers within the goal.
    pub within: usize,
    /// Questions without an answer.
    pub open: usize,
    /// Of those, how many wait for longer than the goal.
    pub overdue: usize,
}

impl Times {
    /// Of some questions, against a goal in hours; a median takes `least` answers.
    pub fn of<'a>(waits: impl IntoIterator<Item = &'a Wait>, goal: f64, least: usize) -> Self {
        let (mut times, mut hours) = (Self::default(), Vec::new());
        for wait in waits {
            if wait.answered {
                hours.push(wait.hours);
                times.within += usize::from(wait.hours <= goal);
            } else {
                times.open += 1;
                times.overdue += usize::from(wait.hours > goal);
            }
        }
        hours.sort_by(f64::total_cmp);
        times.answered = hours.len();
        times.range = hours.first().copied().zip(hours.last().copied());
        times.median = if hours.len() >= least { median::median(&hours, LEVEL) } else { None };
        times
    }
}

/// For each colleague, those whom nobody answers last.
pub fn by_owner(waits: &[Wait], goal: f64, least: usize) -> Vec<(Option<String>, Times)> {
    let mut owners: BTreeMap<(bool, Option<String>), Vec<&Wait>> = BTreeMap::new();
    for wait in waits {
        owners.entry((wait.owner.is_none(), wait.owner.clone())).or_default().push(wait);
    }
    owners.into_iter().map(|((_, owner), waits)| (owner, Times::of(waits, goal, least))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(owner: &str, hours: f64, answered: bool) -> Wait {
        Wait { owner: (!owner.is_empty()).then(|| owner.into()), hours, answered }
    }

    #[test]
    fn open_ones_are_counted_apart() {
        let mut waits: Vec<Wait> =
            [2.0, 4.0, 6.0, 8.0, 30.0, 50.0].map(|hours| wait("Mei", hours, true)).into();
        waits.extend([wait("Mei", 100.0, false), wait("Mei", 1.0, false), wait("", 3.0, true)]);
        let lines = by_owner(&waits, 24.0, 6);
        let (owner, mei) = &lines[0];
        assert_eq!(owner.as_deref(), Some("Mei"));
        assert_eq!((mei.answered, mei.within, mei.open, mei.overdue), (6, 4, 2, 1));
        let median = mei.median.expect("enough");
        assert_eq!((median.value, median.lo, median.hi), (7.0, 2.0, 50.0));
        // Nobody's come last, and one answer is no median.
        assert_eq!((&lines[1].0, lines[1].1.median, lines[1].1.range), (&None, None, Some((3.0, 3.0))));
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(Times::of([], 24.0, 6), Times::default());
    }
}
