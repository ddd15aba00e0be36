//! How many follow someone on a day: a straight line between two counts, the last count for at most 90 days (MEASUREMENT.md 6).
//!
//! Example: 100 on day 10 and 200 on day 20 are 150 on day 15; 200 until day 110, and unknown from then on.

use crate::model::time::Day;
use crate::stats::overlap::Reach;
use crate::store::reports::{Followers, History};
use std::collections::BTreeMap;

/// A count older than this says nothing about today.
pub const LONGEST_DAYS: i32 = 90;

/// Followers on `day`, from the counts around it.
fn on(day: Day, counts: &Followers) -> Option<f64> {
    match (counts.before, counts.after) {
        (Some((then, count)), _) if then == day => Some(count as f64),
        (Some((then, before)), Some((later, after))) => {
            let share = f64::from(day.0 - then.0) / f64::from(later.0 - then.0);
            Some(before as f64 + share * (after - before) as f64)
        }
        (Some((then, count)), None) => (day.0 - then.0 <= LONGEST_DAYS).then_some(count as f64),
        (None, _) => None,
    }
}

/// Followers on `day`, from all counts.
pub fn in_history(day: Day, history: &History) -> Option<f64> {
    let pair = |(day, count): (&Day, &i64)| (*day, *count);
    let before = history.range(..=day).next_back().map(pair);
    let after = history.range(day.plus(1)..).next().map(pair);
    on(day, &Followers { person: 0, platform: String::new(), before, after })
}

/// Everyone's followers by platform.
pub type Audiences = BTreeMap<i64, BTreeMap<String, i64>>;

/// Followers on the day that `day_of` gives for each person, and how many counts were too old to use.
pub fn known(counts: &[Followers], day_of: impl Fn(i64) -> Option<Day>) -> (Audiences, usize) {
    let (mut known, mut too_old) = (Audiences::new(), 0);
    for count in counts {
        let Some(day) = day_of(count.person) else { continue };
        match on(day, count) {
            Some(followers) => {
                known
                    .entry(count.person)
                    .or_default()
                    .insert(count.platform.clone(), followers.round() as i64);
            }
            None => too_old += usize::from(count.before.is_some()),
        }
    }
    (known, too_old)
}

/// The sum over platforms.
pub fn sum(platforms: &BTreeMap<String, i64>) -> i64 {
    platforms.values().sum()
}

/// What came in between, over the platforms known at both times; none where there is no such platform.
pub fn growth(now: &BTreeMap<String, i64>, then: &BTreeMap<String, i64>) -> Option<i64> {
    let both: Vec<i64> =
        now.iter().filter_map(|(platform, count)| Some(count - then.get(platform)?)).collect();
    (!both.is_empty()).then(|| both.iter().sum())
}

/// At least and at most so many different people: between the largest audience and the sum.
pub fn different_people<'a>(audiences: impl IntoIterator<Item = &'a i64>) -> (i64, i64) {
    let audiences: Vec<f64> = audiences.into_iter().map(|&count| count as f64).collect();
    let reach = Reach::of(&audiences, &[], None);
    (reach.low.round() as i64, reach.high.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(before: Option<(i32, i64)>, after: Option<(i32, i64)>) -> Followers {
        let pair = |(day, count)| (Day(day), count);
        Followers { person: 1, platform: "x".into(), before: before.map(pair), after: after.map(pair) }
    }

    #[test]
    fn a_line_between_and_ninety_days_beyond() {
        let both = counts(Some((10, 100)), Some((20, 200)));
        assert_eq!(on(Day(15), &both), Some(150.0));
        let last = counts(Some((20, 200)), None);
        assert_eq!(on(Day(110), &last), Some(200.0));
        assert_eq!(on(Day(111), &last), None);
        assert_eq!(on(Day(9), &counts(None, Some((10, 100)))), None);
        assert_eq!(known(&[last], |_| Some(Day(111))), (Audiences::new(), 1));
        let history = History::from([(Day(10), 100), (Day(20), 200)]);
        let days = [9, 10, 15, 20, 110, 111].map(|day| in_history(Day(day), &history));
        assert_eq!(days, [None, Some(100.0), Some(150.0), Some(200.0), Some(200.0), None]);
    }

    #[test]
    fn growth_is_over_what_is_known_twice() {
        let map = |pairs: &[(&str, i64)]| pairs.iter().map(|(name, n)| ((*name).to_string(), *n)).collect();
        assert_eq!(growth(&map(&[("x", 150), ("github", 40)]), &map(&[("x", 100)])), Some(50));
        assert_eq!(growth(&map(&[("github", 40)]), &map(&[("x", 100)])), None);
        assert_eq!(different_people(&[100, 80]), (100, 180));
        assert_eq!(different_people(&[]), (0, 0));
    }
}
