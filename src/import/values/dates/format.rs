//! The one reading that a column was found to have.

use chrono::{Duration, NaiveDate, NaiveTime};

use super::shape::{Day, Separator, moment, shape};
use super::{DateOrder, Stamp};

/// How to read every cell of one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateFormat {
    pub(super) slash: Option<DateOrder>,
    pub(super) dash: Option<DateOrder>,
    pub(super) dot: Option<DateOrder>,
    pub(super) year: Option<YearRule>,
    /// Of two numbers, which is the day; and the year.
    pub(super) pair: Option<(DateOrder, YearRule)>,
    pub(super) compact: bool,
    pub(super) unix: bool,
    pub(super) serial: bool,
}

/// The year of dates that have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct YearRule {
    pub year: i32,
    /// The month and day of the newest row: what is later in the year belongs to the year before.
    pub newest: Option<(u32, u32)>,
}

impl DateFormat {
    /// Reads one cell; `None` if it does not fit the column's reading.
    pub fn parse(&self, text: &str) -> Option<Stamp> {
        let shape = shape(text)?;
        let known = |date| Some(Stamp { date, time: shape.time, offset_seconds: shape.offset_seconds });
        match shape.day {
            Day::Known(date) => known(date),
            Day::Open(open) => known(open.day(self.order(open.separator)?)?),
            Day::NoYear { month, day } => known(self.year?.date(month, day)?),
            Day::Pair(pair) => {
                let (order, year) = self.pair?;
                let (month, day) = pair.day(order)?;
                known(year.date(month, day)?)
            }
            Day::Compact(date) if self.compact => known(date),
            Day::UnixSeconds(seconds) if self.unix => Some(utc(moment(seconds, 0)?)),
            Day::UnixMillis(millis) if self.unix => {
                Some(utc(moment(millis.div_euclid(1000), millis.rem_euclid(1000))?))
            }
            Day::Serial(serial) if self.serial => from_serial(serial),
            _ => None,
        }
    }

    /// Whether the column's dates have no year of their own.
    pub fn lacks_year(&self) -> bool {
        self.year.is_some() || self.pair.is_some()
    }

    /// Whether the column counts seconds since 1970, where `0` says that nothing happened yet.
    pub fn is_unix(&self) -> bool {
        self.unix
    }

    fn order(&self, separator: Separator) -> Option<DateOrder> {
        match separator {
            Separator::Slash => self.slash,
            Separator::Dash => self.dash,
            Separator::Dot => self.dot,
        }
    }
}

impl YearRule {
    fn date(self, month: u32, day: u32) -> Option<NaiveDate> {
        let before = self.newest.is_some_and(|newest| (month, day) > newest);
        NaiveDate::from_ymd_opt(self.year - i32::from(before), month, day)
    }
}

fn utc((date, time): (NaiveDate, NaiveTime)) -> Stamp {
    Stamp { date, time: Some(time), offset_seconds: Some(0) }
}

/// Excel counts days from 1899-12-30 (its day 60 is a 29 February 1900 that never was); the fraction is the time of day.
fn from_serial(serial: f64) -> Option<Stamp> {
    let seconds = (serial * 86_400.0).round() as i64;
    let start = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_time(NaiveTime::MIN);
    let moment = start.checked_add_signed(Duration::seconds(seconds))?;
    let time = (serial.fract() != 0.0).then(|| moment.time());
    Some(Stamp { date: moment.date(), time, offset_seconds: None })
}
