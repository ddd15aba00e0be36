//! A row seen through its plan: each field as the type it is meant to be, or the reason why it is not.

use super::decimals;
use super::headers::folded;
use super::reader::{Column, Layout, Row};
use super::run::Options;
use super::understand::{Plan, Source};
use super::values::dates::{DateFormat, DateProblem, Stamp};
use super::values::numbers::{Style, is_destroyed};
use super::values::{currency, money, numbers, text};
use crate::app::accounts;
use crate::model::field::Field;
use crate::model::identity::{self, Identity};
use crate::model::time::{Day, Instant, Zone};
use chrono::Months;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Why a row was set aside: a word for the receipt, and the value that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The word, such as `bad-date`.
    pub reason: &'static str,
    /// What stands there.
    pub detail: String,
}

impl RowError {
    /// A reason and the value it is about.
    pub fn new(reason: &'static str, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}

/// How the columns of one file are read: what does not change from row to row.
pub struct Reading<'a> {
    /// Which column is which.
    pub plan: &'a Plan,
    dates: BTreeMap<Field, DateFormat>,
    styles: BTreeMap<usize, Style>,
    zone: Zone,
    day: Day,
    currency: String,
    anonymous: Vec<&'static str>,
    choice: Option<usize>,
    headers: Vec<String>,
    /// The program knows records of a CRM by their ids without letter case, as they were kept once.
    pub folded_ids: bool,
}

impl<'a> Reading<'a> {
    /// Decides how each date column is to be read. `zone` and `currency` are the program's own.
    pub fn of(
        plan: &'a Plan,
        layout: &Layout,
        options: &Options,
        zone: Zone,
        day: Day,
        currency: &str,
    ) -> Result<Self, (Field, DateProblem)> {
        let mut dates = BTreeMap::new();
        let mut styles = BTreeMap::new();
        for (field, source) in &plan.fields {
            for &column in source.columns() {
                let column = &layout.columns[column];
                let style = decimals::style(column, *field, plan.kind, options.decimal);
                if let Some(style) = style {
                    styles.insert(column.index, style);
                }
                let is_first = source.columns().first() == Some(&column.index);
                if field.is_date() && is_first && !(*field == Field::Won && column.dates.is_none()) {
                    match column.dates.decide(options.order, options.year) {
                        Ok(format) => drop(dates.insert(*field, format)),
                        // What is no date is said row by row.
                        Err(DateProblem::Empty | DateProblem::Unreadable { .. }) => {}
                        Err(problem) => return Err((*field, problem)),
                    }
                }
            }
        }
        let zone = plan.timezone.as_deref().and_then(Zone::named).unwrap_or(zone);
        let said = plan.currency.as_deref().and_then(|said| currency::named(said, currency));
        let currency = said.or(plan.currency.as_deref()).unwrap_or(currency).to_owned();
        let anonymous = crate::data::text("words/anonymous.txt").unwrap_or_default().lines().collect();
        let asks = |column: &&Column| column.names.iter().any(|name| plan.form.is_choice(name));
        let choice = layout.columns.iter().find(asks).map(|column| column.index);
        let headers = layout.columns.iter().map(|column| folded(&column.names.join(" "))).collect();
        Ok(Self { plan, dates, styles, zone, day, currency, anonymous, choice, headers, folded_ids: false })
    }

    /// Whether a field's column has just this header, and no tool's profile says more of it.
    pub fn is_called(&self, field: Field, header: &str) -> bool {
        let source = self.plan.fields.get(&field).filter(|_| self.plan.profile.is_none());
        source.is_some_and(|source| source.columns().iter().all(|&index| self.headers[index] == header))
    }

    /// Whether a field's column has a header that ends with this word.
    pub fn ends_with(&self, field: Field, word: &str) -> bool {
        let source = self.plan.fields.get(&field);
        source.is_some_and(|source| source.columns().iter().any(|&index| self.headers[index].ends_with(word)))
    }

    /// A number as this program keeps it.
    pub fn as_kept(&self, number: Identity) -> Identity {
        if self.folded_ids { number.folded() } else { number }
    }

    /// The column of the survey's forced choice.
    pub fn choice(&self) -> Option<usize> {
        self.choice
    }
}

/// Someone a row names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// Addresses and handles.
    pub identities: Vec<Identity>,
    /// What they are called.
    pub name: Option<String>,
    /// Something that is no address stands in the place of one.
    pub has_broken_address: bool,
}

impl Who {
    /// What stands for the person in a natural key, whoever they turn out to be.
    pub fn key(&self) -> String {
        let first = self.identities.first().map(Identity::name);
        first.or_else(|| self.name.as_ref().map(|name| format!("name:{}", folded(name)))).unwrap_or_default()
    }

    /// Whether the row names nobody.
    pub fn is_nobody(&self) -> bool {
        self.identities.is_empty() && self.name.is_none()
    }
}

/// One row.
pub struct Cells<'a> {
    /// How to read it.
    pub reading: &'a Reading<'a>,
    row: &'a Row,
}

impl<'a> Cells<'a> {
    /// A row, to be read in this way.
    pub fn new(reading: &'a Reading<'a>, row: &'a Row) -> Self {
        Self { reading, row }
    }

    /// A column's text: cleaned, without the guard our own exports put before formulas; none where nothing
    /// stands, or only a word for nothing.
    pub fn column(&self, index: usize) -> Option<Cow<'a, str>> {
        let cell = match text::clean(self.row.cells.get(index).unwrap_or_default()) {
            Cow::Borrowed(cell) => Cow::Borrowed(text::bare(cell)),
            Cow::Owned(cell) => Cow::Owned(text::bare(&cell).to_owned()),
        };
        (!text::is_missing(&cell)).then_some(cell)
    }

    /// A field's text.
    pub fn text(&self, field: Field) -> Option<Cow<'a, str>> {
        match self.reading.plan.fields.get(&field)? {
            Source::Column(index) | Source::Account(index) => self.column(*index),
            Source::Sum(columns) | Source::Join(columns) => {
                let parts: Vec<Cow<str>> = columns.iter().filter_map(|&index| self.column(index)).collect();
                let between = if parts.iter().all(|part| text::is_han(part)) { "" } else { " " };
                (!parts.is_empty()).then(|| parts.join(between).into())
            }
        }
    }

    /// What stands in a field's column, be it a word for nothing; none where it is blank.
    pub fn raw(&self, field: Field) -> Option<&'a str> {
        let Source::Column(index) = self.reading.plan.fields.get(&field)? else { return None };
        self.row.cells.get(*index).map(str::trim).filter(|cell| !cell.is_empty())
    }

    /// A count: a whole number that is not below zero. Several columns are added up.
    pub fn count(&self, field: Field) -> Result<Option<i64>, RowError> {
        let Some(source) = self.reading.plan.fields.get(&field) else { return Ok(None) };
        let mut sum = None;
        for &index in source.columns() {
            if let Some(cell) = self.column(index) {
                let count = numbers::count(&cell, self.style(index)).filter(|count| *count >= 0);
                let count = count.ok_or_else(|| RowError::new("bad-number", format!("{field}: {cell}")))?;
                sum = Some(sum.unwrap_or(0) + count);
            }
        }
        Ok(sum)
    }

    /// An amount of anything, with decimals.
    pub fn amount(&self, index: usize) -> Result<Option<f64>, RowError> {
        let Some(cell) = self.column(index) else { return Ok(None) };
        let styles = self.style(index).map_or([Style::Dot, Style::Comma], |style| [style, style]);
        // `45%` is the share 0.45, as other tools write it.
        let (bare, share) = cell.strip_suffix(['%', '％']).map_or((&*cell, 1.0), |bare| (bare, 0.01));
        let number = styles.iter().find_map(|style| numbers::decimal(bare, *style));
        let number = number.map(|number| number.to_f64() * share);
        Ok(Some(number.ok_or_else(|| RowError::new("bad-number", &*cell))?))
    }

    /// Money in minor units of `currency`.
    pub fn money(&self, field: Field, currency: &str) -> Result<Option<i64>, RowError> {
        self.parts(field, currency, 0)
    }

    /// Money in parts of a minor unit of `currency`, ten to the power of `digits` to each.
    pub fn parts(&self, field: Field, currency: &str, digits: u32) -> Result<Option<i64>, RowError> {
        let Some(cell) = self.text(field) else { return Ok(None) };
        let style =
            self.reading.plan.fields.get(&field).and_then(|source| self.style(*source.columns().first()?));
        let decimals = crate::model::money::decimals(currency);
        let exponent = self.reading.plan.units.get(&field).map_or(decimals, |unit| unit.exponent(decimals));
        let read = match money::minor_units(&cell, exponent, style) {
            Err(money::Problem::TooManyDecimals) if digits > 0 => {
                money::minor_units(&cell, exponent + digits, style)
            }
            read => read.map(|minor| minor.saturating_mul(10_i64.pow(digits))),
        };
        match read {
            Ok(minor) => Ok(Some(minor)),
            Err(problem) => Err(RowError::new("bad-amount", format!("{field}: {cell} ({problem})"))),
        }
    }

    /// The row's currency: its own column, a sign in the amount, the tool's, or the program's. A column may say it beside
    /// the amount once more: `$12.50`.
    pub fn currency(&self, amount: Field) -> Result<String, RowError> {
        let said = self.text(Field::Currency);
        if let Some(code) = said.as_ref().filter(|code| !code.contains(|c: char| c.is_ascii_digit())) {
            if let Some(named) = currency::named(code, &self.reading.currency) {
                return Ok(named.to_owned());
            }
            let code = code.trim().to_uppercase();
            if !crate::model::money::is_currency(&code) {
                return Err(RowError::new("bad-currency", code));
            }
            return Ok(code);
        }
        let own = &self.reading.currency;
        let in_amount = said.or_else(|| self.text(amount)).and_then(|cell| {
            let said = money::currency_in(&cell)?;
            let is_code = || crate::model::money::is_currency(said).then(|| said.to_owned());
            currency::named(said, own).map(str::to_owned).or_else(is_code)
        });
        Ok(in_amount.unwrap_or_else(|| own.clone()))
    }

    /// A moment and its day in the program's zone; a day alone is its first moment.
    pub fn moment(&self, field: Field, program: Zone) -> Result<Option<(Instant, Day)>, RowError> {
        let Some(cell) = self.text(field) else { return Ok(None) };
        let format = self.reading.dates.get(&field);
        if cell == "0" && format.is_some_and(DateFormat::is_unix) {
            return Ok(None);
        }
        let stamp = format.and_then(|format| format.parse(&cell));
        let stamp = stamp.ok_or_else(|| RowError::new("bad-date", format!("{field}: {cell}")))?;
        Ok(Some(self.instant(self.not_in_the_future(field, stamp), program)))
    }

    /// Whether a field's moment has not come yet: `0` among seconds since 1970.
    pub fn is_never(&self, field: Field) -> bool {
        self.reading.dates.get(&field).is_some_and(DateFormat::is_unix)
            && self.text(field).is_some_and(|cell| cell == "0")
    }

    /// The row's own moment and day: noon, where the day is written as a number, else its date.
    pub fn dated(&self, program: Zone) -> Result<Option<(Instant, Day)>, RowError> {
        let Some(cell) = self.text(Field::Day) else { return self.moment(Field::Date, program) };
        let day = Day::numbered(&cell)
            .ok_or_else(|| RowError::new("bad-date", format!("{}: {cell}", Field::Day)))?;
        Ok(Some((program.noon(day), day)))
    }

    /// A date without a year that would be after the day of the import is of the year before.
    fn not_in_the_future(&self, field: Field, stamp: Stamp) -> Stamp {
        let yearless = self.reading.dates.get(&field).is_some_and(DateFormat::lacks_year);
        let earlier = stamp.date.checked_sub_months(Months::new(12)).filter(|_| yearless);
        match earlier {
            Some(date) if Day::of(stamp.date) > self.reading.day => Stamp { date, ..stamp },
            _ => stamp,
        }
    }

    fn instant(&self, stamp: Stamp, program: Zone) -> (Instant, Day) {
        let Some(time) = stamp.time else {
            let day = Day::of(stamp.date);
            return (program.start(day), day);
        };
        let at = stamp.offset_seconds.map_or_else(
            || self.reading.zone.instant(stamp.date.and_time(time)),
            |offset| Instant(stamp.date.and_time(time).and_utc().timestamp() - i64::from(offset)),
        );
        (at, program.day(at))
    }

    /// A day as `YYYY-MM-DD`.
    pub fn day(&self, field: Field, program: Zone) -> Result<Option<String>, RowError> {
        Ok(self.moment(field, program)?.map(|(_, day)| day.to_string()))
    }

    /// Whom the row is about, by address, handle and name.
    pub fn who(&self) -> Result<Who, RowError> {
        let mut identities = Vec::new();
        let mut has_broken_address = false;
        let handle = self.handle()?;
        if let Some(cell) = self.text(Field::Email).filter(|cell| !self.is_anonymous(cell)) {
            match accounts::email(&cell) {
                Some(identity) => identities.push(identity),
                // Forums fill in a placeholder where an account has no address: the handle says who it is.
                None if handle.is_some() => has_broken_address = true,
                None => return Err(RowError::new("bad-email", &*cell)),
            }
        }
        identities.extend(handle);
        if let Some(Source::Account(index)) = self.reading.plan.fields.get(&Field::Url) {
            identities.extend(self.column(*index).and_then(|cell| accounts::of_url(&cell)));
        }
        let name = self.text(Field::Name).filter(|cell| !self.is_anonymous(cell)).map(Cow::into_owned);
        Ok(Who { identities, name, has_broken_address })
    }

    fn handle(&self) -> Result<Option<Identity>, RowError> {
        let Some(source) = self.reading.plan.fields.get(&Field::Handle) else { return Ok(None) };
        let Some(cell) = self.text(Field::Handle).filter(|cell| !self.is_anonymous(cell)) else {
            return Ok(None);
        };
        if matches!(source, Source::Account(_)) {
            return accounts::of_url(&cell).map(Some).ok_or_else(|| RowError::new("bad-handle", &*cell));
        }
        if is_destroyed(&cell) {
            return Err(RowError::new("destroyed-id", &*cell));
        }
        let account = accounts::in_cell(self.platform().as_deref(), &cell);
        let account = account.map(|account| self.reading.as_kept(account));
        account.map(Some).ok_or_else(|| RowError::new("bad-handle", &*cell))
    }

    /// A buyer: an address anywhere in the cell (`Name <address>`, `Name (address)`), else a customer number;
    /// a bare name is nobody.
    pub fn buyer(&self, field: Field) -> Who {
        let name = self.text(Field::Name).filter(|cell| !self.is_anonymous(cell)).map(Cow::into_owned);
        let Some(cell) = self.text(field).filter(|cell| !self.is_anonymous(cell)) else {
            return Who::default();
        };
        let cell = text::narrow(&cell);
        let pieces = cell.split(|c: char| c.is_whitespace() || "<>();,".contains(c));
        let address = pieces.clone().find_map(Identity::email);
        let number = || {
            // Shops number their guests 0, all of them.
            let is_someone = cell.chars().any(|c| c.is_ascii_digit()) && !cell.trim_matches('0').is_empty();
            (pieces.count() == 1 && is_someone && !is_destroyed(&cell))
                .then(|| Identity::handle(identity::ID, &cell))
                .flatten()
                .map(|number| self.reading.as_kept(number))
        };
        match address.or_else(number) {
            Some(identity) => Who { identities: vec![identity], name, ..Who::default() },
            None => Who::default(),
        }
    }

    /// The platform of the row: its own column, its address, the profile's, or what `--platform` said.
    pub fn platform(&self) -> Option<String> {
        let own = self.text(Field::Platform).map(|cell| identity::platform_name(&cell));
        own.or_else(|| self.reading.plan.platform.as_deref().map(identity::platform_name)).or_else(|| {
            let url = self.text(Field::Url)?;
            accounts::platform_of(&url).or_else(|| accounts::site_of(&url))
        })
    }

    /// A row with more values than there are headers is shifted somewhere: nothing in it can be trusted.
    pub fn fit(&self, columns: usize) -> Result<(), RowError> {
        let over: Vec<&str> =
            self.row.cells.iter().skip(columns).filter(|cell| !text::is_missing(cell)).collect();
        if over.is_empty() { Ok(()) } else { Err(RowError::new("too-many-cells", over.join(", "))) }
    }

    /// All cells as they stand, to tell wholly identical rows.
    pub fn whole(&self) -> impl Iterator<Item = &str> {
        self.row.cells.iter()
    }

    fn style(&self, index: usize) -> Option<Style> {
        self.reading.styles.get(&index).copied()
    }

    fn is_anonymous(&self, cell: &str) -> bool {
        // A text that begins like none of the words, or in ASCII is longer than they are, needs no folding.
        let words = &self.reading.anonymous;
        let first = cell.bytes().next().unwrap_or_default().to_ascii_lowercase();
        let begins_so = |word: &&str| {
            word.bytes().next() == Some(first) && (word.len() >= cell.len() || !cell.is_ascii())
        };
        let may_be = !first.is_ascii_alphanumeric() || words.iter().any(begins_so);
        may_be && words.contains(&folded(cell).as_str())
    }
}
