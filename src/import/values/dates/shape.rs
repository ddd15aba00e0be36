//! What one cell can be read as, before the column has decided.

use chrono::{DateTime, NaiveDate, NaiveTime};

use super::super::text::{narrow, trim};
use super::{DateOrder, clock, words};

/// The sign between the numbers of a date; a column may hold one order for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    Slash,
    Dash,
    Dot,
}

/// The day of a cell, as far as the cell alone tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Day {
    /// Year first, or a month's name: only one reading.
    Known(NaiveDate),
    /// Three numbers with the year last, or with no year of four digits.
    Open(Open),
    /// A month's name and no year.
    NoYear { month: u32, day: u32 },
    /// Two numbers and no year: `08/01`.
    Pair(Pair),
    /// `20231010`
    Compact(NaiveDate),
    /// Ten digits.
    UnixSeconds(i64),
    /// Thirteen digits.
    UnixMillis(i64),
    /// Days since 1899-12-30, as Excel counts.
    Serial(f64),
}

/// `a/b/c`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    pub separator: Separator,
    numbers: (u32, u32, u32),
    long_year: bool,
}

impl Open {
    /// The day in this order, if there is one.
    pub fn day(self, order: DateOrder) -> Option<NaiveDate> {
        let (a, b, c) = self.numbers;
        let (year, month, day) = match order {
            DateOrder::Dmy => (c, b, a),
            DateOrder::Mdy => (c, a, b),
            DateOrder::Ymd if self.long_year => return None,
            DateOrder::Ymd => (a, b, c),
        };
        let year = if self.long_year { i32::try_from(year).ok()? } else { full_year(year)? };
        NaiveDate::from_ymd_opt(year, month, day)
    }
}

/// `a/b`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair(u32, u32);

impl Pair {
    /// Month and day in this order, if there is such a day in a leap year.
    pub fn day(self, order: DateOrder) -> Option<(u32, u32)> {
        let (month, day) = match order {
            DateOrder::Dmy => (self.1, self.0),
            DateOrder::Mdy => (self.0, self.1),
            DateOrder::Ymd => return None,
        };
        NaiveDate::from_ymd_opt(2000, month, day).map(|_| (month, day))
    }
}

/// Two-digit years as POSIX `strptime` reads them: 69-99 are 19xx, 00-68 are 20xx.
fn full_year(short: u32) -> Option<i32> {
    let short = i32::try_from(short).ok().filter(|year| (0..100).contains(year))?;
    Some(if short < 69 { 2000 + short } else { 1900 + short })
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    pub day: Day,
    pub time: Option<NaiveTime>,
    pub offset_seconds: Option<i32>,
}

/// Reads one cell; `None` if it is no date.
pub fn shape(text: &str) -> Option<Shape> {
    let text = trim(text);
    if let Some(shape) = iso(text) {
        return Some(shape);
    }
    // The longest form seen, JavaScript's with the zone's name, has 60 characters.
    if text.len() > 90 || text.contains('\n') {
        return None;
    }
    let narrowed = narrow(text);
    let text = narrowed.trim();
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.matches('.').count() <= 1 {
        return digits_only(text);
    }
    if text.contains(['月', '월']) {
        return cjk(text);
    }
    let text = without_weekday(text);
    if text.starts_with(|c: char| c.is_ascii_digit())
        && let Some(shape) = numbers(text)
    {
        return Some(shape);
    }
    if text.contains(char::is_alphabetic) { named(text) } else { None }
}

/// `2026-03-24`, with `T17:33:05` or ` 17:33:05` behind it, `Z` or nothing at the end: what most tools write, read
/// without a detour.
fn iso(text: &str) -> Option<Shape> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        bytes[from..to]
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let date = plausible(number(0, 4)?.cast_signed(), number(5, 7)?, number(8, 10)?)?;
    let offset_seconds = match bytes.len() {
        10 => return Some(day_only(Day::Known(date))),
        19 => None,
        20 if bytes[19] == b'Z' => Some(0),
        _ => return None,
    };
    if !matches!(bytes[10], b'T' | b' ') || bytes[13] != b':' || bytes[16] != b':' {
        return None;
    }
    let time = NaiveTime::from_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)?;
    Some(Shape { day: Day::Known(date), time: Some(time), offset_seconds })
}

fn day_only(day: Day) -> Shape {
    Shape { day, time: None, offset_seconds: None }
}

/// Years outside of this are sentinels or no years.
fn plausible(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    (1900..=2199).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day))?
}

fn compact(digits: &str) -> Option<NaiveDate> {
    plausible(
        digits.get(..4)?.parse().ok()?,
        digits.get(4..6)?.parse().ok()?,
        digits.get(6..8)?.parse().ok()?,
    )
}

/// 2001 to 2049: other ten-digit numbers are ids.
fn in_our_time(seconds: i64) -> Option<i64> {
    (1_000_000_000..2_500_000_000).contains(&seconds).then_some(seconds)
}

fn digits_only(text: &str) -> Option<Shape> {
    match (text.len(), text.contains('.')) {
        (8, false) => Some(day_only(Day::Compact(compact(text)?))),
        (14, false) => {
            let time = NaiveTime::parse_from_str(&text[8..], "%H%M%S").ok()?;
            Some(Shape { day: Day::Compact(compact(text)?), time: Some(time), offset_seconds: None })
        }
        (10, false) => Some(day_only(Day::UnixSeconds(in_our_time(text.parse().ok()?)?))),
        (13, false) => {
            let millis: i64 = text.parse().ok()?;
            in_our_time(millis / 1000)?;
            Some(day_only(Day::UnixMillis(millis)))
        }
        _ => {
            let serial: f64 = text.parse().ok()?;
            // 20000 is 1954, 60000 is 2064.
            let five = text.split('.').next().is_some_and(|whole| whole.len() == 5);
            (five && (20_000.0..60_000.0).contains(&serial)).then_some(day_only(Day::Serial(serial)))
        }
    }
}

/// `2026年03月24日17时33分05秒`, `3月24日`, `2026년 3월 24일`
fn cjk(text: &str) -> Option<Shape> {
    let text = text.replace('년', "年").replace('월', "月").replace('일', "日");
    let (year, rest) = match text.split_once('年') {
        Some((year, rest)) => (Some(year.trim().parse::<i32>().ok()?), rest),
        None => (None, text.as_str()),
    };
    let (month, rest) = rest.split_once('月')?;
    let (day, rest) = rest.split_once(['日', '号', '號'])?;
    let (month, day): (u32, u32) = (month.trim().parse().ok()?, day.trim().parse().ok()?);
    let (time, offset_seconds) = clock::clock(without_weekday(rest.trim()))?;
    let day = match year {
        Some(year) => Day::Known(plausible(year, month, day)?),
        None => Day::NoYear { month, day },
    };
    Some(Shape { day, time, offset_seconds })
}

/// `mar` is Tuesday in Spanish and French, and March in English: it is the month when no other one follows.
fn is_weekday_before(word: &str, rest: &str) -> bool {
    if !words::is("weekday", word) {
        return false;
    }
    let rest = rest.trim_start_matches([' ', ',']).to_lowercase();
    let numeric = rest.split(' ').next().is_some_and(|first| first.contains(['/', '-', '.']));
    let named = || rest.split(|c: char| !c.is_alphabetic()).any(|part| words::month(part).is_some());
    words::month(word).is_none() || numeric || named()
}

/// `Tue, 26/08/2025` without the `Tue, `.
fn without_weekday(text: &str) -> &str {
    match text.split_once([' ', ',']) {
        Some((first, rest)) if is_weekday_before(&first.trim_end_matches('.').to_lowercase(), rest) => {
            rest.trim_start_matches([' ', ','])
        }
        _ => text,
    }
}

/// All-number dates with a time behind them.
fn numbers(text: &str) -> Option<Shape> {
    // `24. 3. 2026` is written with blanks in several countries.
    let closed = if text.contains(". ") { text.replace(". ", ".") } else { text.to_owned() };
    let end =
        closed.find(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '-' | '.'))).unwrap_or(closed.len());
    let (date, rest) = closed.split_at(end);
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest);
    let day = day_and_month(date).or_else(|| day_of_numbers(date.trim_end_matches('.')))?;
    let (time, offset_seconds) = clock::clock(rest)?;
    Some(Shape { day, time, offset_seconds })
}

/// `08/01`, `8/1`, `08-01`, `8.1.`; not `1-2`, `3.5`, which are ranges and numbers.
fn day_and_month(date: &str) -> Option<Day> {
    let (first, second) = match date.strip_suffix('.') {
        Some(date) => date.split_once('.')?,
        None => date.split_once(['/', '-'])?,
    };
    let is_number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let is_whole = !date.contains('-') || date.len() == 5;
    if !is_number(first) || !is_number(second) || !is_whole {
        return None;
    }
    Some(Day::Pair(Pair(first.parse().ok()?, second.parse().ok()?)))
}

fn day_of_numbers(date: &str) -> Option<Day> {
    if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Day::Compact(compact(date)?));
    }
    let sign = date.chars().find(|c| !c.is_ascii_digit())?;
    let separator = match sign {
        '/' => Separator::Slash,
        '-' => Separator::Dash,
        _ => Separator::Dot,
    };
    let mut parts = date.split(sign);
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !(1..=2).contains(&second.len()) {
        return None;
    }
    let (a, b, c): (u32, u32, u32) = (first.parse().ok()?, second.parse().ok()?, third.parse().ok()?);
    match (first.len(), third.len()) {
        (4, 1 | 2) => Some(Day::Known(plausible(i32::try_from(a).ok()?, b, c)?)),
        (1 | 2, 4) if (1900..=2199).contains(&c) => {
            Some(Day::Open(Open { separator, numbers: (a, b, c), long_year: true }))
        }
        (1 | 2, 2) => Some(Day::Open(Open { separator, numbers: (a, b, c), long_year: false })),
        _ => None,
    }
}

/// Dates with a month's name, in any order of the parts: `Sep 9, 2024`, `8 de marzo`, `Tue Aug 26 10:00:00 +0000 2025`.
fn named(text: &str) -> Option<Shape> {
    let lower = text.to_lowercase();
    // The time begins at the word with the colon; a year may come behind it.
    let tokens: Vec<&str> = lower.split([' ', ',']).filter(|token| !token.is_empty()).collect();
    let colon = tokens.iter().position(|token| token.contains(':')).unwrap_or(tokens.len());
    let (before, mut after) = tokens.split_at(colon);
    let mut date: Vec<&str> = before
        .iter()
        .flat_map(|token| token.split(['-', '/', '.']))
        .filter(|part| !part.is_empty())
        .collect();
    if let [time @ .., year] = after
        && year.len() == 4
        && year.bytes().all(|b| b.is_ascii_digit())
    {
        date.push(year);
        after = time;
    }
    let (month, numbers) = month_and_numbers(&date)?;
    let (time, offset_seconds) = clock::clock(&after.join(" "))?;
    let day = match numbers.as_slice() {
        [(1 | 2, day)] => {
            NaiveDate::from_ymd_opt(2000, month, *day)?;
            Day::NoYear { month, day: *day }
        }
        [(4, year), (1 | 2, day)] | [(1 | 2, day), (4, year)] => {
            Day::Known(plausible((*year).cast_signed(), month, *day)?)
        }
        [(1 | 2, day), (2, year)] => Day::Known(NaiveDate::from_ymd_opt(full_year(*year)?, month, *day)?),
        _ => return None,
    };
    Some(Shape { day, time, offset_seconds })
}

/// The month, and each number with its count of digits; `None` if a word is neither month nor filler.
fn month_and_numbers(parts: &[&str]) -> Option<(u32, Vec<(usize, u32)>)> {
    let mut months = Vec::new();
    let mut numbers = Vec::new();
    for part in parts {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        if digits > 0 {
            // `1er`, `9th`, `8º`
            let ending = part[digits..].trim_matches(['º', 'ª', '°']);
            if !ending.is_empty() && !words::is("filler", ending) {
                return None;
            }
            numbers.push((digits, part[..digits].parse().ok()?));
        } else if let Some(month) = words::month(part) {
            months.push((month, words::is("weekday", part)));
        } else if !words::is("filler", part) && !words::is("weekday", part) {
            return None;
        }
    }
    // Spanish `mar` is Tuesday as well as March: beside another month it is the day.
    let month = months.iter().find(|(_, weekday)| !weekday).or_else(|| months.first())?.0;
    Some((month, numbers))
}

/// The day and time that a count of seconds since 1970 stands for.
pub fn moment(seconds: i64, millis: i64) -> Option<(NaiveDate, NaiveTime)> {
    let moment = DateTime::from_timestamp(seconds, u32::try_from(millis * 1_000_000).ok()?)?.naive_utc();
    Some((moment.date(), moment.time()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mar_is_march_unless_another_month_follows() {
        let day = |text| shape(text).map(|shape| shape.day);
        let date = |month, day| NaiveDate::from_ymd_opt(2025, month, day).unwrap();
        assert!(matches!(day("Mar 21, 2025"), Some(Day::Known(known)) if known == date(3, 21)));
        assert!(matches!(day("mar, 26 de agosto de 2025"), Some(Day::Known(known)) if known == date(8, 26)));
        assert!(matches!(day("mar 26/08/2025"), Some(Day::Open(_))));
    }
}
