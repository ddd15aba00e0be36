//! The days a figure is over: as a person writes them, and the stretch before to compare with.

mod read;

use super::App;
use super::fail::usage;
use crate::model::time::Day;
use anyhow::Result;
use chrono::{Datelike, Months, NaiveDate, Weekday};
use clap::Args;

/// How many days a period has when none is named.
const USUAL_DAYS: i32 = 90;
/// The first day of a period that has none: earlier than anything recorded.
const BEGINNING: Day = Day(-1_000_000);

/// The days a figure is over, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

impl Period {
    /// Everything up to a day.
    pub const fn until(to: Day) -> Self {
        Self { from: BEGINNING, to }
    }

    /// The `days` days that end on `to`.
    pub fn last(days: i32, to: Day) -> Self {
        Self { from: to.plus(1 - days), to }
    }

    /// Reads a period as people write it: `2026-Q2`, `2026-05`, `2026-W31`, `last-90d`, `this-month`, two days, `all`; what is
    /// relative is so to `as_of`.
    pub fn parse(text: &str, as_of: Day) -> Option<Self> {
        read::read(text, as_of).ok()
    }

    /// How many whole months of the calendar it is; none where it begins or ends within one.
    fn whole_months(self) -> Option<u32> {
        let (first, after) = (self.from.date(), self.to.plus(1).date());
        let count =
            (after.year() - first.year()) * 12 + after.month().cast_signed() - first.month().cast_signed();
        (first.day() == 1 && after.day() == 1 && count > 0).then_some(count.unsigned_abs())
    }

    /// The stretch of the same length just before: whole months before whole months, else as many days.
    pub fn previous(self) -> Self {
        let whole = self.whole_months();
        let from = whole.and_then(|count| self.from.date().checked_sub_months(Months::new(count)));
        let from = from.map_or_else(|| self.from.plus(self.from.0 - self.to.0 - 1), Day::of);
        Self { from, to: self.from.plus(-1) }
    }

    /// The same stretch a year before: months before months, whole weeks 52 weeks before (so that weekdays meet weekdays),
    /// else the same dates (of 29 February the 28th).
    pub fn year_ago(self) -> Self {
        let days = self.to.0 - self.from.0 + 1;
        let earlier = |day: Day| day.date().checked_sub_months(Months::new(12)).map_or(day, Day::of);
        if self.whole_months().is_some() {
            return Self { from: earlier(self.from), to: earlier(self.to.plus(1)).plus(-1) };
        }
        if days % 7 == 0 && self.from.date().weekday() == Weekday::Mon {
            return Self { from: self.from.plus(-364), to: self.to.plus(-364) };
        }
        Self { from: earlier(self.from), to: earlier(self.to) }
    }

    /// Whether it has a first day.
    pub fn is_bounded(self) -> bool {
        self.from > BEGINNING
    }

    /// Whether a day is in it.
    pub fn has(self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

fn months(year: i32, month: u32, count: u32) -> Option<Period> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let after = first.checked_add_months(Months::new(count))?;
    Some(Period { from: Day::of(first), to: Day::of(after).plus(-1) })
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_bounded() {
            write!(f, "{} to {}", self.from, self.to)
        } else {
            write!(f, "all up to {}", self.to)
        }
    }
}

/// Which days.
#[derive(Debug, Clone, Args)]
pub struct Span {
    /// The days: 2026-Q3, 2026-07, 2026-W31, 2026, last-90d, last-quarter, this-month, 2026-07-01..2026-09-30 or all
    #[arg(long, value_name = "PERIOD", conflicts_with = "days")]
    period: Option<String>,
    /// The last N days up to --as-of
    #[arg(long, value_name = "N")]
    days: Option<i32>,
}

impl Span {
    /// The period asked for, or the last 90 days; never past the as-of day.
    pub fn or_usual(&self, app: &App) -> Result<Period> {
        self.resolved(app, Period::last(USUAL_DAYS, app.as_of()))
    }

    /// The period asked for, or everything up to the as-of day.
    pub fn or_all(&self, app: &App) -> Result<Period> {
        self.resolved(app, Period::until(app.as_of()))
    }

    fn resolved(&self, app: &App, otherwise: Period) -> Result<Period> {
        let as_of = app.as_of();
        match (&self.period, self.days) {
            (Some(text), _) => named(text, "--period", as_of),
            (None, Some(days)) if days < 1 => {
                Err(usage(format!("--days {days}: at least one day, such as --days 90")))
            }
            (None, Some(days)) => Ok(Period::last(days, as_of)),
            (None, None) => Ok(otherwise),
        }
    }
}

/// A period as `flag` names it, ending on the as-of day at the latest.
pub fn named(text: &str, flag: &str, as_of: Day) -> Result<Period> {
    let period = read::read(text, as_of).map_err(|problem| {
        let problem = problem.unwrap_or_else(|| {
            "not a period; write it as 2026-Q3, 2026-07, 2026-W31, 2026, last-90d, last-quarter, this-month, 2026-07-01..2026-09-30 or all".into()
        });
        usage(format!("{flag} {text}: {problem}"))
    })?;
    if period.from > period.to {
        return Err(usage(format!(
            "{flag} {text}: it ends before it begins; write the first and the last day, as 2026-01-01..2026-03-31"
        )));
    }
    if period.from > as_of {
        return Err(usage(format!(
            "{flag} {text}: it begins after {as_of}, the day figures are for (--as-of)"
        )));
    }
    Ok(Period { from: period.from, to: period.to.min(as_of) })
}

/// What a period is compared with.
#[derive(Debug, Clone, Default, Args)]
pub struct Against {
    /// What to compare with: previous (the stretch of the same length just before), year-ago, none, or a period
    #[arg(long, value_name = "PERIOD")]
    against: Option<String>,
}

impl Against {
    /// The period to compare with, the one before if none is named; none where there is nothing before.
    pub fn of(&self, period: Period, as_of: Day) -> Result<Option<Period>> {
        let Some(text) = self.against.as_deref() else {
            return Ok(Some(period.previous()).filter(|_| period.is_bounded()));
        };
        let earlier = match read::word(&read::plain(text)) {
            Some("none") => return Ok(None),
            Some("previous") => period.previous(),
            Some("year-ago") => period.year_ago(),
            _ => return named(text, "--against", as_of).map(Some),
        };
        if period.is_bounded() {
            return Ok(Some(earlier));
        }
        Err(usage(format!(
            "--against {text}: {period} has no beginning, so nothing is before it; name a --period"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_stretch_before() {
        let before = |text: &str| Period::parse(text, Day(20_000)).map(|p| p.previous().to_string());
        assert_eq!(before("2026-Q2").as_deref(), Some("2026-01-01 to 2026-03-31"));
        assert_eq!(before("2024-03").as_deref(), Some("2024-02-01 to 2024-02-29"));
        assert_eq!(before("2026-01-02..2026-01-11").as_deref(), Some("2025-12-23 to 2026-01-01"));
    }

    #[test]
    fn the_same_stretch_a_year_before() {
        let before = |text: &str| Period::parse(text, Day(20_000)).map(|p| p.year_ago().to_string());
        assert_eq!(before("2026-Q2").as_deref(), Some("2025-04-01 to 2025-06-30"));
        assert_eq!(before("2025-02").as_deref(), Some("2024-02-01 to 2024-02-29"));
        assert_eq!(before("2026-W31").as_deref(), Some("2025-07-28 to 2025-08-03"));
        assert_eq!(before("2024-02-20..2024-02-29").as_deref(), Some("2023-02-20 to 2023-02-28"));
    }

    #[test]
    fn what_to_compare_with() {
        let as_of = Day::parse("2026-11-23").unwrap();
        let quarter = Period::parse("2026-Q2", as_of).unwrap();
        let said = |text: &str, period: Period| {
            let against = Against { against: Some(text.into()).filter(|_| !text.is_empty()) };
            against.of(period, as_of).map(|found| found.map(|found| found.to_string()))
        };
        for (text, want) in [
            ("", Some("2026-01-01 to 2026-03-31")),
            ("Previous", Some("2026-01-01 to 2026-03-31")),
            ("上期", Some("2026-01-01 to 2026-03-31")),
            ("year-ago", Some("2025-04-01 to 2025-06-30")),
            ("同比", Some("2025-04-01 to 2025-06-30")),
            ("2025", Some("2025-01-01 to 2025-12-31")),
            ("none", None),
        ] {
            assert_eq!(said(text, quarter).unwrap().as_deref(), want, "{text}");
        }
        assert_eq!(said("", Period::until(as_of)).unwrap(), None);
        assert!(said("previous", Period::until(as_of)).is_err() && said("2027", quarter).is_err());
    }

    proptest! {
        #[test]
        fn a_stretch_is_as_long_as_the_one_before_it(from in 0_i32..40_000, days in 1_i32..2_000) {
            let period = Period { from: Day(from), to: Day(from + days - 1) };
            let (before, ago) = (period.previous(), period.year_ago());
            prop_assert_eq!(before.to.plus(1), period.from);
            prop_assert_eq!(before.whole_months().is_some(), period.whole_months().is_some() || before.whole_months().is_some());
            if period.whole_months().is_none() {
                prop_assert_eq!(before.to.0 - before.from.0 + 1, days);
                prop_assert!((ago.to.0 - ago.from.0 + 1 - days).abs() <= 1);
            } else {
                prop_assert_eq!(before.whole_months(), period.whole_months());
                prop_assert_eq!(ago.whole_months(), period.whole_months());
            }
            prop_assert!((363..=366).contains(&(period.from.0 - ago.from.0)));
        }
    }

    proptest! {
        #[test]
        fn no_period_that_is_typed_panics(
            text in "(\\PC|[0-9]|-|\\.\\.|Q[0-9]|W[0-9]|20[0-9]{2}|年|月|季度|d|天|all|last|this|至|０|1[0-9]{9}|-5){0,12}",
            today in -800_000..3_000_000_i32,
        ) {
            if let Some(period) = Period::parse(&text, Day(today)) {
                prop_assert!(!period.to_string().is_empty());
            }
        }
    }
}
