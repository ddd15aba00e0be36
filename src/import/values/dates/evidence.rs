//! What the cells of a column say together about how its dates are written.

use super::format::{DateFormat, YearRule};
use super::shape::{Day, Pair, Separator, shape};
use super::{DateOrder, DateProblem, words};

/// Watches a column; which readings survive all filled cells?
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    filled: u64,
    known: u64,
    compact: u64,
    unix: u64,
    /// `0`, which seconds since 1970 are where nothing happened yet.
    zero: u64,
    serial: u64,
    slash: Orders,
    dash: Orders,
    dot: Orders,
    yearless: Yearless,
    pairs: Pairs,
    relative: u64,
    relative_example: Option<String>,
    unreadable_example: Option<String>,
}

/// Column of text: after this many cells without one date the rest is not looked at.
const GIVE_UP_AFTER: u64 = 200;

impl Evidence {
    /// Takes in one filled cell.
    pub fn observe(&mut self, text: &str) {
        self.filled += 1;
        if self.filled > GIVE_UP_AFTER && self.readable() + self.relative == 0 {
            return;
        }
        match shape(text).map(|shape| shape.day) {
            Some(Day::Known(_)) => self.known += 1,
            Some(Day::Compact(_)) => self.compact += 1,
            Some(Day::UnixSeconds(_) | Day::UnixMillis(_)) => self.unix += 1,
            Some(Day::Serial(_)) => self.serial += 1,
            Some(Day::NoYear { month, day }) => self.yearless.observe((month, day), text),
            Some(Day::Pair(pair)) if self.pairs.observe(pair, text) => {}
            Some(Day::Open(open))
                if self.orders(open.separator).observe(&in_each_order(|order| open.day(order)), text) => {}
            _ if text.trim() == "0" => self.zero += 1,
            _ if words::is_relative(text) => {
                self.relative += 1;
                self.relative_example.get_or_insert_with(|| short(text));
            }
            _ => {
                self.unreadable_example.get_or_insert_with(|| short(text));
            }
        }
    }

    fn orders(&mut self, separator: Separator) -> &mut Orders {
        match separator {
            Separator::Slash => &mut self.slash,
            Separator::Dash => &mut self.dash,
            Separator::Dot => &mut self.dot,
        }
    }

    fn open(&self) -> u64 {
        self.slash.seen + self.dash.seen + self.dot.seen
    }

    /// Seconds since 1970 all along, or nothing yet.
    fn is_unix(&self) -> bool {
        self.unix > 0 && self.unix + self.zero == self.filled
    }

    fn readable(&self) -> u64 {
        self.written() + self.compact + self.unix + self.serial + self.pairs.orders.seen
    }

    /// Cells that are dates and nothing else; numbers that might be dates are not among them.
    fn written(&self) -> u64 {
        self.known + self.open() + self.yearless.seen
    }

    /// True if two thirds of the cells are written as dates: the column is one, even if its order must still be
    /// asked, and the others are slips.
    pub fn looks_like_dates(&self) -> bool {
        self.filled > 0 && self.written() * 3 >= self.filled * 2
    }

    /// True if most cells are `2w`, `6h`.
    pub fn looks_relative(&self) -> bool {
        self.filled > 0 && self.relative * 2 > self.filled
    }

    /// Not dates at all. Bare numbers that might be dates are not, but whole columns of `20260105` are.
    pub fn is_none(&self) -> bool {
        let compact = self.compact > 0 && (self.written() + self.compact) * 10 >= self.filled * 9;
        !self.looks_like_dates() && !self.looks_relative() && !compact
    }

    /// Enough dates for a column that is called one: the rest are slips, set aside row by row. Numbers count where
    /// all of them can be seconds or a spreadsheet's days.
    pub fn holds_some(&self) -> bool {
        let dated = self.written() + self.compact + self.pairs.orders.seen;
        self.filled > 0 && (dated * 5 > self.filled || self.is_unix() || self.serial * 10 >= self.filled * 9)
    }

    /// Open to both day orders.
    pub fn is_ambiguous(&self) -> bool {
        matches!(self.decide(None, None), Err(DateProblem::Ambiguous { .. }))
    }

    /// Whether day or month comes first, where some date shows it.
    pub fn shown_order(&self) -> Option<DateOrder> {
        let shown = |orders: &Orders| match &orders.unfit {
            [None, Some(_), _] => Some(DateOrder::Dmy),
            [Some(_), None, _] => Some(DateOrder::Mdy),
            _ => None,
        };
        [&self.slash, &self.dash, &self.dot].into_iter().find_map(shown)
    }

    /// Ages instead of dates.
    pub fn is_relative(&self) -> bool {
        self.looks_relative()
    }

    /// Day and month only.
    pub fn lacks_year(&self) -> bool {
        matches!(self.decide(None, None), Err(DateProblem::NeedsYear { .. }))
    }

    /// The reading of the column, for a column that is meant as a date. `order` and `year` are what the user said.
    pub fn decide(&self, order: Option<DateOrder>, year: Option<i32>) -> Result<DateFormat, DateProblem> {
        if self.filled == 0 {
            return Err(DateProblem::Empty);
        }
        if self.relative * 2 > self.filled {
            return Err(DateProblem::Relative { example: self.relative_example.clone().unwrap_or_default() });
        }
        if self.is_unix() {
            return Ok(DateFormat { unix: true, ..DateFormat::default() });
        }
        if self.serial * 10 >= self.filled * 9 {
            return Ok(DateFormat { serial: true, ..DateFormat::default() });
        }
        if (self.written() + self.compact + self.pairs.orders.seen) * 5 <= self.filled {
            let example = self.unreadable_example.clone().or_else(|| self.relative_example.clone());
            return Err(DateProblem::Unreadable { example: example.unwrap_or_else(|| "0".into()) });
        }
        Ok(DateFormat {
            slash: self.slash.decide(order)?,
            dash: self.dash.decide(order)?,
            dot: self.dot.decide(order)?,
            year: self.yearless.decide(year)?,
            pair: self.pairs.decide(order, year)?,
            compact: self.compact > 0,
            ..DateFormat::default()
        })
    }
}

/// Enough of a cell to find it again.
fn short(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

/// All-number dates with one kind of separator.
#[derive(Clone, Debug, Default)]
struct Orders {
    seen: u64,
    /// By order (day, month, year first): a value that it cannot read.
    unfit: [Option<String>; 3],
    /// A value whose day changes with the order.
    open: Option<String>,
}

impl Orders {
    /// False if no order reads the value.
    fn observe<D: PartialEq>(&mut self, days: &[Option<D>; 3], text: &str) -> bool {
        if days.iter().all(Option::is_none) {
            return false;
        }
        self.seen += 1;
        for (unfit, day) in self.unfit.iter_mut().zip(days) {
            if day.is_none() {
                unfit.get_or_insert_with(|| short(text));
            }
        }
        if self.open.is_none() && days[0].is_some() && days[1].is_some() && days[0] != days[1] {
            self.open = Some(short(text));
        }
        true
    }

    fn decide(&self, order: Option<DateOrder>) -> Result<Option<DateOrder>, DateProblem> {
        if self.seen == 0 {
            return Ok(None);
        }
        if let Some(order) = order {
            let unfit = DateOrder::ALL.iter().position(|o| *o == order).and_then(|at| self.unfit[at].clone());
            return unfit.map_or(Ok(Some(order)), |value| Err(DateProblem::Contradicted { value, order }));
        }
        match &self.unfit {
            [None, Some(_), _] => Ok(Some(DateOrder::Dmy)),
            [Some(_), None, _] => Ok(Some(DateOrder::Mdy)),
            [None, None, _] => match &self.open {
                Some(example) => Err(DateProblem::Ambiguous { example: example.clone() }),
                None => Ok(Some(DateOrder::Dmy)),
            },
            [Some(_), Some(_), None] => Ok(Some(DateOrder::Ymd)),
            // What the day-first reading cannot take has the month first, and the other way round.
            [Some(month_first), Some(day_first), Some(_)] => {
                Err(DateProblem::Conflict { day_first: day_first.clone(), month_first: month_first.clone() })
            }
        }
    }
}

fn in_each_order<D>(day: impl Fn(DateOrder) -> Option<D>) -> [Option<D>; 3] {
    DateOrder::ALL.map(day)
}

/// Days and months in numbers, without a year.
#[derive(Clone, Debug, Default)]
struct Pairs {
    orders: Orders,
    /// How they run, day first and month first.
    run: [Yearless; 2],
}

impl Pairs {
    /// False if no order reads the value.
    fn observe(&mut self, pair: Pair, text: &str) -> bool {
        let days = in_each_order(|order| pair.day(order));
        for (run, day) in self.run.iter_mut().zip(days) {
            if let Some(day) = day {
                run.observe(day, text);
            }
        }
        self.orders.observe(&days, text)
    }

    fn decide(
        &self,
        order: Option<DateOrder>,
        year: Option<i32>,
    ) -> Result<Option<(DateOrder, YearRule)>, DateProblem> {
        if let (Some(example), None) = (self.run.iter().find_map(|run| run.example.clone()), year) {
            return Err(DateProblem::NeedsYear { example });
        }
        let Some(order) = self.orders.decide(order)? else { return Ok(None) };
        let run = &self.run[usize::from(order == DateOrder::Mdy)];
        Ok(run.decide(year)?.map(|rule| (order, rule)))
    }
}

/// Dates without a year: which way do they run, and over how many New Years?
#[derive(Clone, Debug, Default)]
struct Yearless {
    seen: u64,
    example: Option<String>,
    first: Option<(u32, u32)>,
    last: Option<(u32, u32)>,
    /// Steps to a later day of the year, and to an earlier one.
    later: u64,
    earlier: u64,
}

impl Yearless {
    fn observe(&mut self, day: (u32, u32), text: &str) {
        self.seen += 1;
        self.example.get_or_insert_with(|| short(text));
        self.first.get_or_insert(day);
        if let Some(before) = self.last.replace(day) {
            self.later += u64::from(day > before);
            self.earlier += u64::from(day < before);
        }
    }

    /// The given year is that of the newest row; days later in the year belong to the year before.
    fn decide(&self, year: Option<i32>) -> Result<Option<YearRule>, DateProblem> {
        let Some(example) = &self.example else { return Ok(None) };
        let Some(year) = year else {
            return Err(DateProblem::NeedsYear { example: example.clone() });
        };
        // In a column that runs forward each step back is a New Year, and the other way round.
        let runs = |steps: u64, new_years: u64| new_years < steps && new_years <= 1 || new_years * 3 <= steps;
        let (oldest, newest, new_years) = if runs(self.later, self.earlier) {
            (self.first, self.last, self.earlier)
        } else if runs(self.earlier, self.later) {
            (self.last, self.first, self.later)
        } else {
            return Ok(Some(YearRule { year, newest: None }));
        };
        if new_years > 1 || new_years == 1 && newest >= oldest {
            return Err(DateProblem::YearsUnclear);
        }
        Ok(Some(YearRule { year, newest }))
    }
}
