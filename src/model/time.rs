//! Days, instants and the program's time zone.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

const SECONDS_PER_DAY: i64 = 86_400;

/// A calendar day in the program's zone, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// Days that are written as numbers: those of this century and the next. A day of the month is none.
    const NUMBERED: std::ops::Range<i32> = 10_957..84_005;

    /// A day that is written as a number of days since 1970-01-01, as tables that were handed over have it.
    pub fn numbered(text: &str) -> Option<Self> {
        text.trim().parse().ok().filter(|day| Self::NUMBERED.contains(day)).map(Self)
    }

    /// The day of a calendar date.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - NaiveDate::default().num_days_from_ce())
    }

    /// The calendar date of the day.
    pub fn date(self) -> NaiveDate {
        NaiveDate::default() + chrono::Duration::days(i64::from(self.0))
    }

    /// The day `days` later (earlier when negative).
    pub fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// Reads `YYYY-MM-DD`, also in full-width digits and as `2026/1/5` or `2026年1月5日`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(day) = Self::plain(text.as_bytes()) {
            return Some(day);
        }
        let plain = half_width(text.trim()).replace(['/', '年', '月'], "-").replace('日', "");
        NaiveDate::parse_from_str(&plain, "%Y-%m-%d").ok().map(Self::of)
    }

    /// `YYYY-MM-DD` and nothing else, as the program writes days itself: millions of them are read back.
    fn plain(text: &[u8]) -> Option<Self> {
        let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text else { return None };
        let number = |digits: &[&u8]| {
            digits.iter().try_fold(0_u32, |number, digit| {
                digit.is_ascii_digit().then(|| number * 10 + u32::from(**digit - b'0'))
            })
        };
        let year = number(&[y0, y1, y2, y3])?.cast_signed();
        NaiveDate::from_ymd_opt(year, number(&[m0, m1])?, number(&[d0, d1])?).map(Self::of)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.date())
    }
}

/// A moment, as UTC seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// Whole hours from `earlier` to this moment, rounded down.
    pub fn hours_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(3600)
    }

    /// The moment as `YYYY-MM-DDTHH:MM:SSZ`.
    pub fn iso(self) -> String {
        DateTime::<Utc>::from_timestamp(self.0, 0)
            .map_or_else(String::new, |at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    /// The moment as a mail header writes it: `Thu, 10 Dec 2026 16:00:00 +0000`.
    pub fn mail(self) -> String {
        DateTime::<Utc>::from_timestamp(self.0, 0)
            .map_or_else(String::new, |at| at.format("%a, %d %b %Y %H:%M:%S +0000").to_string())
    }
}

/// The program's time zone: files without a zone of their own are read in it, and days are counted in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl Zone {
    /// A zone by its IANA name, such as `Asia/Shanghai`.
    pub fn named(name: &str) -> Option<Self> {
        name.trim().parse().ok().map(Self)
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The day on which `at` falls here.
    pub fn day(self, at: Instant) -> Day {
        self.local(at).map_or(Day(at.0.div_euclid(SECONDS_PER_DAY) as i32), |local| Day::of(local.date()))
    }

    /// The moment at which a wall clock here shows `local`. In the hour a clock repeats, the first one;
    /// in the hour it skips, the moment after the gap.
    pub fn instant(self, local: NaiveDateTime) -> Instant {
        match self.0.from_local_datetime(&local) {
            chrono::LocalResult::Single(at) | chrono::LocalResult::Ambiguous(at, _) => {
                Instant(at.timestamp())
            }
            chrono::LocalResult::None => {
                let later = local + chrono::Duration::hours(1);
                Instant(
                    self.0
                        .from_local_datetime(&later)
                        .earliest()
                        .map_or(local.and_utc().timestamp(), |at| at.timestamp()),
                )
            }
        }
    }

    /// The first moment of a day here.
    pub fn start(self, day: Day) -> Instant {
        self.instant(day.date().and_time(NaiveTime::MIN))
    }

    /// Twelve o'clock of a day here: what a command given only a day writes down as its time.
    pub fn noon(self, day: Day) -> Instant {
        self.instant(day.date().and_time(NaiveTime::MIN) + chrono::Duration::hours(12))
    }

    /// The wall clock here at `at`, as `YYYY-MM-DD HH:MM`.
    pub fn show(self, at: Instant) -> String {
        self.local(at).map_or_else(String::new, |local| local.format("%Y-%m-%d %H:%M").to_string())
    }

    /// Reads `YYYY-MM-DD HH:MM[:SS]` (or with a `T`) as a wall clock here; `Z` and offsets are honoured;
    /// a day alone is its noon.
    pub fn parse(self, text: &str) -> Option<Instant> {
        let plain = half_width(text.trim());
        if let Ok(at) = DateTime::parse_from_rfc3339(&plain) {
            return Some(Instant(at.timestamp()));
        }
        for form in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"] {
            if let Ok(local) = NaiveDateTime::parse_from_str(&plain, form) {
                return Some(self.instant(local));
            }
        }
        Day::parse(&plain).map(|day| self.noon(day))
    }

    fn local(self, at: Instant) -> Option<NaiveDateTime> {
        Some(DateTime::<Utc>::from_timestamp(at.0, 0)?.with_timezone(&self.0).naive_local())
    }
}

/// Full-width ASCII (as Chinese keyboards type it: `２０２６－０１－０５`, `＠`, `：`) in its usual width.
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        assert_eq!(Day::parse("1970-01-02"), Some(Day(1)));
        assert_eq!(Day::parse("２０２６／１／５"), Day::parse("2026-01-05"));
        assert_eq!(Day::parse("2026年3月24日").map(|d| d.to_string()), Some("2026-03-24".into()));
        assert_eq!(Day::parse("2026-02-30"), None);
    }

    #[test]
    fn a_zone_moves_the_day() {
        let shanghai = Zone::named("Asia/Shanghai").expect("a known zone");
        let late = shanghai.parse("2026-01-05T20:00:00Z").expect("a time");
        assert_eq!(shanghai.day(late).to_string(), "2026-01-06");
        assert_eq!(shanghai.show(late), "2026-01-06 04:00");
        assert_eq!(shanghai.start(Day::parse("2026-01-06").expect("a day")).iso(), "2026-01-05T16:00:00Z");
    }

    #[test]
    fn the_skipped_hour_is_the_moment_after_it() {
        let berlin = Zone::named("Europe/Berlin").expect("a known zone");
        let skipped = berlin.parse("2026-03-29 02:30").expect("a time");
        assert_eq!(skipped.iso(), "2026-03-29T01:30:00Z");
    }
}
