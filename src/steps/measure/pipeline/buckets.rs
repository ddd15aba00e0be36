//! Days put into whole weeks or months, and the longest run of them in which both sources were looked at.
//!
//! Example: imports of 1 to 20 January and of 22 January to 28 February are one stretch; its whole weeks of 2026 begin on
//! 5 January.

use crate::app::period::Period;
use crate::model::time::Day;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::BTreeMap;

/// How long one point is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum By {
    /// Monday to Sunday.
    #[default]
    Week,
    /// A calendar month.
    Month,
}

/// Weeks of a quarter.
const WEEKS: u32 = 13;

impl By {
    /// The first day of the week or month a day is in.
    pub fn first(self, day: Day) -> Day {
        let date = day.date();
        match self {
            Self::Week => day.plus(-i32::try_from(date.weekday().num_days_from_monday()).unwrap_or(0)),
            Self::Month => Day::of(date.with_day(1).unwrap_or(date)),
        }
    }

    /// The first day of the week or month after the one that begins on a day.
    pub fn next(self, first: Day) -> Day {
        let date = first.date();
        let next = match self {
            Self::Week => date.checked_add_days(Days::new(7)),
            Self::Month => date.checked_add_months(Months::new(1)),
        };
        Day::of(next.unwrap_or(NaiveDate::MAX))
    }

    /// The season a week or month is in: the week of its quarter, the month of its year; from 0.
    pub fn season(self, first: Day) -> usize {
        let date = first.date();
        match self {
            Self::Week => (date.iso_week().week0() % WEEKS) as usize,
            Self::Month => date.month0() as usize,
        }
    }

    /// What one is called: the day a week begins on, or `2026-05`.
    pub fn name(self, first: Day) -> String {
        match self {
            Self::Week => first.to_string(),
            Self::Month => format!("{}-{:02}", first.date().year(), first.date().month()),
        }
    }

    /// `1 week`, `2 weeks`: the word for so many.
    pub fn units(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::Week, 1) => "week",
            (Self::Week, _) => "weeks",
            (Self::Month, 1) => "month",
            (Self::Month, _) => "months",
        }
    }
}

/// The stretches that imports cover, where those less than `bridge_days` apart are one; in order of time.
pub fn stretches(imports: &[(Day, Day)], bridge_days: i32) -> Vec<(Day, Day)> {
    let mut imports = imports.to_vec();
    imports.sort_unstable();
    let mut found: Vec<(Day, Day)> = Vec::new();
    for (from, to) in imports {
        match found.last_mut() {
            Some(last) if from.0 - last.1.0 < bridge_days => last.1 = last.1.max(to),
            _ => found.push((from, to)),
        }
    }
    found
}

/// The first days of the longest run of whole weeks or months of a period that both sources cover; of several the latest.
pub fn longest_run(one: &[(Day, Day)], other: &[(Day, Day)], period: Period, by: By) -> Vec<Day> {
    let mut best = Vec::new();
    for (from, to) in one {
        for (first, last) in other {
            let (from, to) = ((*from).max(*first).max(period.from), (*to).min(*last).min(period.to));
            let run = whole(from, to, by);
            if run.len() >= best.len() {
                best = run;
            }
        }
    }
    best
}

fn whole(from: Day, to: Day, by: By) -> Vec<Day> {
    if from > to {
        return Vec::new();
    }
    let begin = by.first(from);
    let mut first = if begin < from { by.next(begin) } else { begin };
    let mut run = Vec::new();
    while by.next(first) <= to.plus(1) {
        run.push(first);
        first = by.next(first);
    }
    run
}

/// The sum of each week or month of a run; days outside of it are in none.
pub fn sums<'a>(days: impl IntoIterator<Item = (&'a Day, i64)>, run: &[Day], by: By) -> Vec<i64> {
    let places: BTreeMap<Day, usize> = run.iter().enumerate().map(|(place, first)| (*first, place)).collect();
    let mut sums = vec![0; run.len()];
    for (day, count) in days {
        if let Some(place) = places.get(&by.first(*day)) {
            sums[*place] += count;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn stretches_and_whole_weeks() {
        let imports =
            [("2026-01-22", "2026-02-28"), ("2026-01-01", "2026-01-20"), ("2026-06-01", "2026-06-30")];
        let found = stretches(&imports.map(|(from, to)| (day(from), day(to))), 14);
        assert_eq!(found, [(day("2026-01-01"), day("2026-02-28")), (day("2026-06-01"), day("2026-06-30"))]);
        let run = longest_run(&found, &found, Period::until(day("2026-06-30")), By::Week);
        assert_eq!((run[0], run.len()), (day("2026-01-05"), 7), "the week of 23 February ends on 1 March");
        let months = longest_run(&found, &found, Period::until(day("2026-06-30")), By::Month);
        assert_eq!(months, [day("2026-01-01"), day("2026-02-01")]);
        let spring = Period { from: day("2026-02-01"), to: day("2026-06-30") };
        assert_eq!(
            longest_run(&found, &found, spring, By::Month),
            [day("2026-06-01")],
            "of one each the later one"
        );
        assert!(longest_run(&found, &[], Period::until(day("2026-06-30")), By::Week).is_empty());
    }

    #[test]
    fn names_and_seasons() {
        let last = day("2026-12-30");
        assert_eq!(
            (By::Week.name(By::Week.first(last)), By::Month.name(By::Month.first(last))),
            ("2026-12-28".to_string(), "2026-12".to_string())
        );
        assert_eq!(
            (By::Week.season(day("2026-12-28")), By::Month.season(day("2026-12-01"))),
            (0, 11),
            "week 53"
        );
        assert_eq!((By::Week.units(1), By::Month.units(3)), ("week", "months"));
    }

    proptest! {
        #[test]
        fn whole_ones_only_and_without_gaps(from in 0..9_000_i32, days in 0..900_i32) {
            for by in [By::Week, By::Month] {
                let (from, to) = (Day(20_000 + from), Day(20_000 + from + days));
                let run = whole(from, to, by);
                prop_assert!(run.windows(2).all(|two| by.next(two[0]) == two[1]));
                prop_assert!(run.iter().all(|first| *first >= from && by.next(*first).plus(-1) <= to));
                let every: Vec<Day> = (from.0..=to.0).map(Day).collect();
                let counted: i64 = sums(every.iter().map(|day| (day, 1)), &run, by).iter().sum();
                let inside: i32 = run.iter().map(|first| by.next(*first).0 - first.0).sum();
                prop_assert_eq!(counted, i64::from(inside));
            }
        }
    }
}
