//! Levels that nobody flaps between: a way in, a lower way out, and days of grace in between.
//!
//! At each look someone enters the highest level whose way in they reach. They leave a level only when every look for its
//! days of grace found them below its way out, and then go to the highest level below whose way out they still reach. So
//! a score that swings between the two thresholds changes nothing, and whoever entered stays for the days of grace at least.

use crate::model::time::Day;
use serde::Deserialize;

/// One level, of data/levels.toml.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Level {
    /// Its name.
    pub name: String,
    /// From this score on someone enters, 0-100.
    #[serde(rename = "in")]
    pub way_in: f64,
    /// Below this score someone may leave.
    #[serde(rename = "out")]
    pub way_out: f64,
    /// For so many days they stay below it before they do.
    pub grace_days: i32,
    /// Why so.
    pub reason: String,
}

/// Someone entered or left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The day of the look.
    pub day: Day,
    /// The score seen then.
    pub score: f64,
    /// The level before; none outside all.
    pub from: Option<usize>,
    /// The level after.
    pub to: Option<usize>,
    /// Since when they were below the way out, where they left.
    pub below_since: Option<Day>,
}

/// Where someone stands: level 0 is the highest.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Place {
    /// The level; none outside all.
    pub level: Option<usize>,
    /// Since when the looks found them below its way out.
    pub below_since: Option<Day>,
    /// The last change.
    pub last: Option<Change>,
    /// The score of the last look.
    pub score: f64,
}

impl Place {
    /// Takes a look: moves them, and says whether they moved. Looks come in the order of their days.
    pub fn look(&mut self, levels: &[Level], day: Day, score: f64) -> bool {
        self.score = score;
        let reached = levels.iter().position(|level| score >= level.way_in);
        if let Some(reached) = reached.filter(|reached| self.level.is_none_or(|level| *reached < level)) {
            return self.go(Some(reached), day, None);
        }
        let Some(at) = self.level else { return false };
        if score >= levels[at].way_out {
            self.below_since = None;
            return false;
        }
        let since = *self.below_since.get_or_insert(day);
        if day.0 - since.0 < levels[at].grace_days {
            return false;
        }
        let next = (at + 1..levels.len()).find(|&lower| score >= levels[lower].way_out);
        self.go(next, day, Some(since))
    }

    fn go(&mut self, to: Option<usize>, day: Day, below_since: Option<Day>) -> bool {
        let change = Change { day, score: self.score, from: self.level, to, below_since };
        *self = Self { level: to, below_since: None, last: Some(change), score: self.score };
        true
    }
}

/// Whether levels make sense: from the highest down, each with a way out below its way in; the mistake in words.
pub fn mistake(levels: &[Level]) -> Option<String> {
    for level in levels {
        if level.way_out >= level.way_in {
            return Some(format!("level {}: the way out must be lower than the way in", level.name));
        }
        if level.grace_days < 0 {
            return Some(format!("level {}: grace_days must be 0 or more", level.name));
        }
    }
    let pairs = levels.windows(2);
    let wrong =
        pairs.into_iter().find(|pair| pair[1].way_in >= pair[0].way_in || pair[1].way_out >= pair[0].way_out);
    wrong.map(|pair| format!("level {} must be lower than {} in both ways", pair[1].name, pair[0].name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn levels() -> Vec<Level> {
        let level = |name: &str, way_in: f64, way_out: f64| Level {
            name: name.into(),
            way_in,
            way_out,
            grace_days: 60,
            reason: String::new(),
        };
        vec![level("ready", 70.0, 62.0), level("rising", 60.0, 54.0)]
    }

    /// The level after each look, a look every 30 days.
    fn replay(scores: &[f64]) -> Vec<Option<usize>> {
        let (levels, mut place) = (levels(), Place::default());
        let look = |(number, score): (i32, &f64)| {
            place.look(&levels, Day(30 * number), *score);
            place.level
        };
        (0..).zip(scores).map(look).collect()
    }

    #[test]
    fn in_at_the_way_in_and_out_after_the_grace() {
        assert_eq!(replay(&[69.9, 70.0, 62.0, 69.0]), [Some(1), Some(0), Some(0), Some(0)]);
        // Below 62 on days 60, 90 and 120: 60 days of grace are over on day 120.
        assert_eq!(replay(&[75.0, 75.0, 61.0, 61.0, 61.0]), [Some(0), Some(0), Some(0), Some(0), Some(1)]);
        assert_eq!(replay(&[75.0, 50.0, 50.0, 50.0])[3], None);
        // One look at the way out or above, and the grace begins anew.
        assert_eq!(replay(&[75.0, 50.0, 50.0, 62.0, 50.0, 50.0])[5], Some(0));
        assert_eq!(replay(&[58.0, 59.9]), [None, None]);
    }

    #[test]
    fn levels_that_make_no_sense_are_told() {
        assert_eq!(mistake(&levels()), None);
        let mut wrong = levels();
        wrong[0].way_out = 70.0;
        assert!(mistake(&wrong).is_some_and(|text| text.contains("ready: the way out must be lower")));
        let mut wrong = levels();
        wrong[1].way_in = 80.0;
        assert!(mistake(&wrong).is_some_and(|text| text.contains("rising must be lower than ready")));
        let mut wrong = levels();
        wrong[1].grace_days = -1;
        assert!(mistake(&wrong).is_some_and(|text| text.contains("grace_days must be 0 or more")));
    }

    proptest! {
        #[test]
        fn nobody_leaves_within_the_grace(scores in prop::collection::vec((1_i32..45, 0.0..100.0_f64), 1..60)) {
            let (levels, mut place, mut day) = (levels(), Place::default(), Day(0));
            let mut entered: Option<Day> = None;
            for (gap, score) in scores {
                day = day.plus(gap);
                let before = place.level;
                if !place.look(&levels, day, score) {
                    prop_assert_eq!(place.level, before);
                    continue;
                }
                let change = place.last.unwrap();
                let up = change.to.is_some_and(|to| before.is_none_or(|from| to < from));
                if up {
                    prop_assert!(score >= levels[change.to.unwrap()].way_in);
                    entered = Some(day);
                } else {
                    let grace = levels[before.unwrap()].grace_days;
                    prop_assert!(score < levels[before.unwrap()].way_out);
                    prop_assert!(day.0 - change.below_since.unwrap().0 >= grace);
                    prop_assert!(day.0 - entered.unwrap().0 >= grace);
                }
            }
        }

        #[test]
        fn between_the_thresholds_nothing_happens(scores in prop::collection::vec(62.0..69.99_f64, 1..40)) {
            let (levels, mut place) = (levels(), Place::default());
            place.look(&levels, Day(0), 70.0);
            for (number, score) in (1..).zip(&scores) {
                prop_assert!(!place.look(&levels, Day(30 * number), *score));
            }
            // And from below, a level is not entered by coming near it.
            let mut other = Place::default();
            for (number, score) in (1..).zip(scores) {
                other.look(&levels, Day(30 * number), score);
                prop_assert_eq!(other.level, Some(1));
            }
        }

        #[test]
        fn later_looks_do_not_change_earlier_ones(scores in prop::collection::vec(0.0..100.0_f64, 2..40)) {
            let all = replay(&scores);
            let part = replay(&scores[..scores.len() / 2]);
            prop_assert_eq!(&all[..part.len()], &part[..]);
        }
    }
}
