//! The days a figure is over: as a person writes them, and the stretch before to compare with.

use super::App;
use super::fail::usage;
use crate::model::time::{Day, half_width};
use anyhow::Result;
use chrono::{Datelike, Months, NaiveDate};
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

    /// Reads `2026-01-01..2026-03-31`, `2026-Q2`, `2026-05`, `2026`, `90d` (ending on `as_of`) or `all`; full-width too.
    pub fn parse(text: &str, as_of: Day) -> Option<Self> {
        let plain = half_width(text.trim()).to_lowercase().replace(['~', '至'], "..").replace("。。", "..");
        if let Some((from, to)) = plain.split_once("..") {
            return Some(Self { from: Day::parse(from)?, to: Day::parse(to)? });
        }
        if plain == "all" || plain == "全部" {
            return Some(Self::until(as_of));
        }
        if let Some(days) = plain.strip_suffix('d').or_else(|| plain.strip_suffix('天')) {
            let days: i32 = days.trim().parse().ok()?;
            return (1..=36_500).contains(&days).then(|| Self::last(days, as_of));
        }
        if let Some(day) = Day::parse(&plain) {
            return Some(Self { from: day, to: day });
        }
        let plain = plain.replace('年', "-").replace(['月', '季', '度', ' '], "").replace("-q", "q");
        let plain = plain.trim_end_matches('-');
        let (year, part) = match plain.find('q') {
            Some(at) => (&plain[..at], Some(&plain[at..])),
            None => plain.split_once('-').map_or((plain, None), |(year, month)| (year, Some(month))),
        };
        let year: i32 = year.trim().parse().ok().filter(|year| (1900..=9999).contains(year))?;
        match part {
            None => months(year, 1, 12),
            Some(part) => match part.strip_prefix('q') {
                Some(quarter) => {
                    let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
                    months(year, 3 * quarter - 2, 3)
                }
                None => months(year, part.parse().ok()?, 1),
            },
        }
    }

    /// The stretch of the same length just before: whole months before whole months, else as many days.
    pub fn previous(self) -> Self {
        let (first, after) = (self.from.date(), self.to.plus(1).date());
        if first.day() == 1 && after.day() == 1 {
            let count = (after.year() - first.year()) * 12 + after.month().cast_signed()
                - first.month().cast_signed();
            if let Some(from) = first.checked_sub_months(Months::new(count.unsigned_abs())) {
                return Self { from: Day::of(from), to: self.from.plus(-1) };
            }
        }
        Self { from: self.from.plus(self.from.0 - self.to.0 - 1), to: self.from.plus(-1) }
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
    /// The days: 2026-01-01..2026-03-31, 2026-Q2, 2026-05, 2026, 90d or all
    #[arg(long, value_name = "DAYS", conflicts_with = "days")]
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
    let period = Period::parse(text, as_of).ok_or_else(|| {
        usage(format!("{flag} {text}: not a period; write it as 2026-01-01..2026-03-31, 2026-Q2, 2026-05, 2026, 90d or all"))
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

/// What `--against` names: a period, or `previous`.
pub fn against(text: Option<&str>, period: Period, as_of: Day) -> Result<Option<Period>> {
    match text.map(|text| half_width(text.trim()).to_lowercase()) {
        Some(word) if word == "previous" || word == "上期" => {
            Ok(Some(period.previous()).filter(|_| period.is_bounded()))
        }
        None => Ok(Some(period.previous()).filter(|_| period.is_bounded())),
        Some(text) => named(&text, "--against", as_of).map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        Period::parse(text, Day::parse("2026-11-23")?).map(|period| period.to_string())
    }

    #[test]
    fn periods_as_people_write_them() {
        for (text, want) in [
            ("2026-01-01..2026-03-31", "2026-01-01 to 2026-03-31"),
            ("２０２６－０１－０１．．２０２６－０３－３１", "2026-01-01 to 2026-03-31"),
            ("2026年1月1日至2026年3月31日", "2026-01-01 to 2026-03-31"),
            ("2026-Q2", "2026-04-01 to 2026-06-30"),
            ("2026q4", "2026-10-01 to 2026-12-31"),
            ("２０２６－Ｑ２", "2026-04-01 to 2026-06-30"),
            ("2024-02", "2024-02-01 to 2024-02-29"),
            ("2026年5月", "2026-05-01 to 2026-05-31"),
            ("2026", "2026-01-01 to 2026-12-31"),
            ("90d", "2026-08-26 to 2026-11-23"),
            ("2026-11-23", "2026-11-23 to 2026-11-23"),
            ("1d", "2026-11-23 to 2026-11-23"),
            ("all", "all up to 2026-11-23"),
        ] {
            assert_eq!(read(text).as_deref(), Some(want), "{text}");
        }
        for text in [
            "",
            "q2",
            "2026-Q5",
            "2026-13",
            "soon",
            "0d",
            "-3d",
            "2026-01-01..",
            "2026-02-30..2026-03-01",
            "26",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_stretch_before() {
        let before = |text: &str| Period::parse(text, Day(20_000)).map(|p| p.previous().to_string());
        assert_eq!(before("2026-Q2").as_deref(), Some("2026-01-01 to 2026-03-31"));
        assert_eq!(before("2024-03").as_deref(), Some("2024-02-01 to 2024-02-29"));
        assert_eq!(before("2026-01-02..2026-01-11").as_deref(), Some("2025-12-23 to 2026-01-01"));
    }

    proptest! {
        #[test]
        fn no_period_that_is_typed_panics(
            text in "(\\PC|[0-9]|-|\\.\\.|Q[0-9]|20[0-9]{2}|年|月|季度|d|天|all|至|０|1[0-9]{9}|-5){0,12}",
            today in -800_000..3_000_000_i32,
        ) {
            if let Some(period) = Period::parse(&text, Day(today)) {
                prop_assert!(!period.to_string().is_empty());
            }
        }
    }
}
