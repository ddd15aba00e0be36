//! A period as a person writes it. The words are in data/words/periods.tsv and months.tsv.

use super::{Period, months};
use crate::data;
use crate::model::time::{Day, half_width};
use chrono::{Datelike, Months, NaiveDate, Weekday};

/// The most days, weeks, months, quarters or years that a rolling period may have.
const LONGEST: i32 = 36_500;

/// Why a text is no period: what is wrong with it, where that can be told.
pub type Problem = Option<String>;

/// What a word of a period means; none where the list does not have it.
pub fn word(text: &str) -> Option<&'static str> {
    listed("words/periods.tsv", text)
}

fn listed(file: &str, text: &str) -> Option<&'static str> {
    let lines = data::text(file)?.lines().filter(|line| !line.starts_with('#'));
    let mut rows = lines.filter_map(|line| line.split_once('\t'));
    rows.find(|(_, words)| words.split_whitespace().any(|word| word == text)).map(|(means, _)| means)
}

/// Half-width, lower case, one hyphen for blanks; the signs of a stretch become two full stops.
pub fn plain(text: &str) -> String {
    let text = half_width(text.trim()).to_lowercase().replace(" to ", "..").replace("。。", "..");
    let text = text.replace(['~', '至', '到', '–', '—', '…'], "..").replace('_', " ");
    let mut plain = text.split_whitespace().collect::<Vec<_>>().join("-");
    for (from, to) in [("-..", ".."), ("..-", ".."), ("....", "..")] {
        plain = plain.replace(from, to);
    }
    plain
}

/// Reads a period; what is relative, such as `last-90d`, is so to `as_of`.
pub fn read(text: &str, as_of: Day) -> Result<Period, Problem> {
    let plain = plain(text);
    let Some((from, to)) = plain.split_once("..") else { return one(&plain, as_of) };
    match (from, to) {
        ("", "") => Err(None),
        ("", to) => Ok(Period::until(one(to, as_of)?.to)),
        (from, "") => Ok(Period { from: one(from, as_of)?.from, to: as_of }),
        (from, to) => Ok(Period { from: one(from, as_of)?.from, to: one(to, as_of)?.to }),
    }
}

/// Without a sign of a stretch.
fn one(text: &str, as_of: Day) -> Result<Period, Problem> {
    if let Some(period) = word(text).and_then(|word| named(word, as_of)) {
        return Ok(period);
    }
    if let Some(period) = rolling(text, as_of) {
        return period;
    }
    if let Some(day) = Day::parse(text) {
        return Ok(Period { from: day, to: day });
    }
    calendar(text)
}

/// `this-month` and its like: whole stretches of the calendar.
fn named(word: &str, as_of: Day) -> Option<Period> {
    let day = |day: Day| Some(Period { from: day, to: day });
    match word {
        "all" => return Some(Period::until(as_of)),
        "today" => return day(as_of),
        "yesterday" => return day(as_of.plus(-1)),
        _ => {}
    }
    let (which, unit) = word.split_once('-')?;
    let here = as_of.date();
    let current = match unit {
        "week" => {
            let monday = as_of.plus(-here.weekday().num_days_from_monday().cast_signed());
            Period { from: monday, to: monday.plus(6) }
        }
        "month" => months(here.year(), here.month(), 1)?,
        "quarter" => months(here.year(), (here.month() - 1) / 3 * 3 + 1, 3)?,
        "year" => months(here.year(), 1, 12)?,
        _ => return None,
    };
    match which {
        "this" => Some(current),
        "last" => Some(current.previous()),
        _ => None,
    }
}

/// `last-90d`, `90d`, `last 12 weeks`: so many days, weeks, months, quarters or years, ending on the as-of day.
fn rolling(text: &str, as_of: Day) -> Option<Result<Period, Problem>> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (before, rest) = text.split_at(start);
    let is_last = word(before.trim_end_matches('-')) == Some("last");
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, unit) = rest.split_at(end);
    let unit = word(unit.trim_start_matches('-')).filter(|unit| unit.len() == 1)?;
    // "2026年" is a year, and "3月" nothing yet: only days and weeks need no "last".
    if !(is_last
        || before.is_empty() && matches!(unit, "d" | "w" | "m") && !rest.contains(['年', '月', '周']))
    {
        return None;
    }
    let Some(count) = digits.parse::<i32>().ok().filter(|count| (1..=LONGEST).contains(count)) else {
        return Some(Err(Some(format!("from 1 to {LONGEST}, such as last-90d"))));
    };
    let back = |each: u32| {
        let start = as_of.plus(1).date().checked_sub_months(Months::new(each * count.unsigned_abs()));
        start.map(|start| Period { from: Day::of(start), to: as_of })
    };
    let period = match unit {
        "d" => Some(Period::last(count, as_of)),
        "w" => Some(Period::last(count.saturating_mul(7), as_of)),
        "m" => back(1),
        "q" => back(3),
        _ => back(12),
    };
    let period = period.filter(|period| period.is_bounded());
    Some(period.ok_or_else(|| Some("that long ago there was nothing".into())))
}

/// `2026`, `2026-07`, `jul 2026`, `2026-Q3`, `2026-H1`, `2026-W31`, and as they are written in Chinese.
fn calendar(text: &str) -> Result<Period, Problem> {
    let text = text.replace("季度", "季").replace('第', "").replace(['年', '/'], "-");
    let parts: Vec<&str> = text.split('-').filter(|part| !part.is_empty()).collect();
    let year_of = |text: &str| {
        let year = text.parse::<i32>().ok().filter(|_| text.len() == 4);
        year.filter(|year| (1900..=9999).contains(year))
    };
    let (year, part) = match *parts.as_slice() {
        [year] if year.len() == 4 => (year_of(year), None),
        [both] if both.is_char_boundary(4) => (year_of(&both[..4]), Some(&both[4..])),
        [year, part] if year_of(year).is_some() => (year_of(year), Some(part)),
        [part, year] => (year_of(year), Some(part)),
        [year, month, day] if year_of(year).is_some() && is_number(month) && is_number(day) => {
            return Err(Some("there is no such day".into()));
        }
        _ => (None, None),
    };
    let year = year.ok_or(None)?;
    part.map_or_else(|| months(year, 1, 12).ok_or(None), |part| within(year, part))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A part of a year.
fn within(year: i32, part: &str) -> Result<Period, Problem> {
    if let Some(half) = word(part).and_then(|word| word.strip_prefix('h')) {
        return months(year, if half == "1" { 1 } else { 7 }, 6).ok_or(None);
    }
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| is_number(text));
    let beside =
        |sign: char, name: char| part.strip_prefix(sign).or_else(|| part.strip_suffix(name)).and_then(number);
    if let Some(quarter) = beside('q', '季') {
        let quarter = (1..=4).contains(&quarter).then(|| months(year, 3 * quarter - 2, 3)).flatten();
        return quarter.ok_or_else(|| Some("a year has quarters 1 to 4".into()));
    }
    if let Some(week) = beside('w', '周') {
        let monday = NaiveDate::from_isoywd_opt(year, week, Weekday::Mon).map(Day::of);
        return monday.map(|from| Period { from, to: from.plus(6) }).ok_or_else(|| {
            let last = NaiveDate::from_isoywd_opt(year, 53, Weekday::Mon).map_or(52, |_| 53);
            Some(format!("{year} has weeks 1 to {last}"))
        });
    }
    let month = number(part.trim_end_matches('月')).filter(|_| part.len() <= "12月".len());
    let month = month.or_else(|| listed("words/months.tsv", part.trim_end_matches('.'))?.parse().ok());
    let month = month.ok_or(None)?;
    months(year, month, 1).ok_or_else(|| Some("a year has months 1 to 12".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Monday.
    const AS_OF: &str = "2026-11-23";

    fn said(text: &str) -> Option<String> {
        read(text, Day::parse(AS_OF)?).ok().map(|period| period.to_string())
    }

    #[test]
    fn periods_as_people_write_them() {
        for (text, want) in [
            ("2026-01-01..2026-03-31", "2026-01-01 to 2026-03-31"),
            ("2026-01-01 to 2026-03-31", "2026-01-01 to 2026-03-31"),
            ("2026/1/1 – 2026/3/31", "2026-01-01 to 2026-03-31"),
            ("２０２６－０１－０１．．２０２６－０３－３１", "2026-01-01 to 2026-03-31"),
            ("2026年1月1日至2026年3月31日", "2026-01-01 to 2026-03-31"),
            ("2026-01..2026-03", "2026-01-01 to 2026-03-31"),
            ("2026-Q1..2026-Q2", "2026-01-01 to 2026-06-30"),
            ("2026-07-01..", "2026-07-01 to 2026-11-23"),
            ("..2026-06", "all up to 2026-06-30"),
            ("2026-Q2", "2026-04-01 to 2026-06-30"),
            ("2026q4", "2026-10-01 to 2026-12-31"),
            ("Q3 2026", "2026-07-01 to 2026-09-30"),
            ("２０２６－Ｑ２", "2026-04-01 to 2026-06-30"),
            ("2026年第3季度", "2026-07-01 to 2026-09-30"),
            ("2026-H1", "2026-01-01 to 2026-06-30"),
            ("2026年下半年", "2026-07-01 to 2026-12-31"),
            ("2024-02", "2024-02-01 to 2024-02-29"),
            ("2026/7", "2026-07-01 to 2026-07-31"),
            ("July 2026", "2026-07-01 to 2026-07-31"),
            ("jul-2026", "2026-07-01 to 2026-07-31"),
            ("2026年5月", "2026-05-01 to 2026-05-31"),
            ("2026-W31", "2026-07-27 to 2026-08-02"),
            ("2026w01", "2025-12-29 to 2026-01-04"),
            ("2026年第53周", "2026-12-28 to 2027-01-03"),
            ("2026", "2026-01-01 to 2026-12-31"),
            ("2026年", "2026-01-01 to 2026-12-31"),
            ("90d", "2026-08-26 to 2026-11-23"),
            ("last-90d", "2026-08-26 to 2026-11-23"),
            ("Last 90 days", "2026-08-26 to 2026-11-23"),
            ("最近90天", "2026-08-26 to 2026-11-23"),
            ("last-2w", "2026-11-10 to 2026-11-23"),
            ("last-3m", "2026-08-24 to 2026-11-23"),
            ("过去2个季度", "2026-05-24 to 2026-11-23"),
            ("last 1 year", "2025-11-24 to 2026-11-23"),
            ("2026-11-23", "2026-11-23 to 2026-11-23"),
            ("1d", "2026-11-23 to 2026-11-23"),
            ("today", "2026-11-23 to 2026-11-23"),
            ("昨天", "2026-11-22 to 2026-11-22"),
            ("this-week", "2026-11-23 to 2026-11-29"),
            ("last week", "2026-11-16 to 2026-11-22"),
            ("this-month", "2026-11-01 to 2026-11-30"),
            ("上个月", "2026-10-01 to 2026-10-31"),
            ("last-quarter", "2026-07-01 to 2026-09-30"),
            ("this_year", "2026-01-01 to 2026-12-31"),
            ("last-year", "2025-01-01 to 2025-12-31"),
            ("last-quarter..last-month", "2026-07-01 to 2026-10-31"),
            ("all", "all up to 2026-11-23"),
        ] {
            assert_eq!(said(text).as_deref(), Some(want), "{text}");
        }
        for text in
            ["", "q2", "soon", "-3d", "..", "26", "2026-", "last", "2年", "3月", "2026-x", "2026-01-01..soon"]
        {
            let found = said(text);
            assert!(found.is_none() || text == "2026-", "{text}: {found:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, want) in [
            ("2026-Q5", "a year has quarters 1 to 4"),
            ("2026-W54", "2026 has weeks 1 to 53"),
            ("2025-W53", "2025 has weeks 1 to 52"),
            ("2026-13", "a year has months 1 to 12"),
            ("2026-02-30", "there is no such day"),
            ("2026-02-30..2026-03-01", "there is no such day"),
            ("0d", "from 1 to 36500, such as last-90d"),
        ] {
            assert_eq!(read(text, Day(20_000)), Err(Some(want.into())), "{text}");
        }
    }

    fn full_width(text: &str) -> String {
        text.chars()
            .map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c })
            .collect()
    }

    proptest! {
        #[test]
        fn two_days_are_read_as_written(from in 0_i32..30_000, days in 0_i32..4_000) {
            let (from, to) = (Day(from), Day(from + days));
            let text = format!("{from}..{to}");
            prop_assert_eq!(read(&text, Day(20_000)), Ok(Period { from, to }));
            prop_assert_eq!(read(&full_width(&text), Day(20_000)), Ok(Period { from, to }));
            prop_assert_eq!(read(&format!("{from} to {to}"), Day(20_000)), Ok(Period { from, to }));
        }

        #[test]
        fn a_year_is_its_quarters_and_its_months(year in 1900_i32..2200) {
            let of = |text: String| read(&text, Day(20_000)).unwrap();
            let whole = of(format!("{year}"));
            let mut next = whole.from;
            for quarter in 1..=4 {
                let quarter_days = of(format!("{year}-Q{quarter}"));
                prop_assert_eq!(quarter_days.from, next);
                for month in 3 * quarter - 2..=3 * quarter {
                    let days = of(format!("{year}-{month:02}"));
                    prop_assert_eq!(days.from, next);
                    next = days.to.plus(1);
                }
                prop_assert_eq!(quarter_days.to.plus(1), next);
            }
            prop_assert_eq!(whole.to.plus(1), next);
        }

        #[test]
        fn a_day_is_in_the_week_it_is_named_by(day in 0_i32..40_000) {
            let week = Day(day).date().iso_week();
            let period = read(&format!("{}-W{:02}", week.year(), week.week()), Day(20_000)).unwrap();
            prop_assert!(period.has(Day(day)) && period.to.0 - period.from.0 == 6);
            prop_assert_eq!(period.from.date().weekday(), Weekday::Mon);
            prop_assert_eq!(read("this-week", Day(day)), Ok(period));
        }

        #[test]
        fn what_is_relative_hangs_together(as_of in 0_i32..40_000, count in 1_i32..500) {
            let of = |text: &str| read(text, Day(as_of)).unwrap();
            for unit in ["week", "month", "quarter", "year"] {
                let (this, last) = (of(&format!("this-{unit}")), of(&format!("last-{unit}")));
                prop_assert!(this.has(Day(as_of)));
                prop_assert_eq!(last.to.plus(1), this.from);
            }
            let days = of(&format!("last-{count}d"));
            prop_assert_eq!((days.to, days.to.0 - days.from.0 + 1), (Day(as_of), count));
            prop_assert_eq!(of(&format!("last-{count}w")), of(&format!("last-{}d", 7 * count)));
            prop_assert_eq!(of(&format!("last-{}m", 3 * count)), of(&format!("last-{count}q")));
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(text in "\\PC{0,24}", more in "[0-9年月季周qwhd.\\-]{0,12}") {
            for text in [text, more] {
                if let Ok(period) = read(&text, Day(20_000)) {
                    prop_assert!(period.to.0 > -800_000, "{text}");
                }
            }
        }
    }
}
