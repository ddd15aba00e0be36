//! What was understood of a file, or what is missing to understand it.
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::import::form::Form;
pub use crate::import::profile::LineItems;
use crate::import::values::scores::Scale;
use crate::import::values::units::Unit;
use crate::model::field::Field;
use crate::model::kind::Kind;

/// How reading a file's columns ended.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Every column that matters is known.
    Plan(Box<Plan>),
    /// The answers that are missing, all at once.
    Ask(Vec<Question>),
    /// The file holds nothing for us.
    Refuse {
        /// The word for it, as on the receipt.
        reason: String,
        /// What the file holds, and what to export in its place.
        message: String,
    },
}

impl Outcome {
    /// A refusal.
    pub fn refuse(reason: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Refuse { reason: reason.into(), message: message.into() }
    }
}

/// How the rows of a file become records of one kind.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What its rows are.
    pub kind: Kind,
    /// The profile that fits, by name.
    pub profile: Option<String>,
    /// Where each field is read.
    pub fields: BTreeMap<Field, Source>,
    /// The platform of its handles and posts, where no column or address says it; `id` for bare customer ids.
    pub platform: Option<String>,
    /// The currency of its amounts, where no column says it: a code, or the sign of a header; none means the program's own.
    pub currency: Option<String>,
    /// What amounts are counted in, where their headers say that it is not the currency itself.
    pub units: BTreeMap<Field, Unit>,
    /// The zone of times that carry none; none means the program's own.
    pub timezone: Option<String>,
    /// The scale its scores are on.
    pub scale: Option<Scale>,
    /// How one order is spread over rows; none where no order repeats.
    pub line_items: Option<LineItems>,
    /// Whether the amount already has the refund taken off.
    pub net_of_refund: bool,
    /// The column that says yes or no to all of it being paid back.
    pub refund_flag: Option<usize>,
    /// The column that says how a deal ended, beside the one of its stage.
    pub outcome: Option<usize>,
    /// The column that says yes or no to a deal being closed.
    pub closed_flag: Option<usize>,
    /// Rows that are no records, first rule that fits.
    pub skip: Vec<SkipRule>,
    /// For surveys: the column of each statement, by its number from 1.
    pub statements: BTreeMap<u8, usize>,
    /// The survey's form, by which its answers are read.
    pub form: Arc<Form>,
    /// For surveys with one row per answer: where the statements and their answers stand.
    pub in_rows: Option<InRows>,
    /// The column of the NPS groups that the file gives, to be compared with the scores.
    pub group: Option<usize>,
    /// The question that was asked, where the column of the answers does not say it.
    pub question: Option<String>,
    /// Measures of use in columns of their own: name and column.
    pub metrics: Vec<(String, usize)>,
    /// What was understood, in words.
    pub notes: Vec<String>,
}

impl Plan {
    /// A plan in which nothing but the kind is known.
    pub fn of(kind: Kind) -> Self {
        Self {
            kind,
            profile: None,
            fields: BTreeMap::new(),
            platform: None,
            currency: None,
            units: BTreeMap::new(),
            timezone: None,
            scale: None,
            line_items: None,
            net_of_refund: false,
            refund_flag: None,
            outcome: None,
            closed_flag: None,
            skip: Vec::new(),
            statements: BTreeMap::new(),
            form: Arc::default(),
            in_rows: None,
            group: None,
            question: None,
            metrics: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Whether a field has a column.
    pub fn has(&self, field: Field) -> bool {
        self.fields.contains_key(&field)
    }

    /// The columns that its fields are read from.
    pub fn columns(&self) -> Vec<usize> {
        self.fields.values().flat_map(Source::columns).copied().collect()
    }

    /// Whether rows have a day of their own.
    pub fn is_dated(&self) -> bool {
        self.has(Field::Date) || self.has(Field::Day)
    }
}

/// A survey with one row per person and statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InRows {
    /// The column of the statements.
    pub statement: usize,
    /// The column of the answers.
    pub answer: usize,
}

/// Where a field's value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In one column.
    Column(usize),
    /// In several columns of counts, added up; unknown if all are empty.
    Sum(Vec<usize>),
    /// In several columns of words, one after the other.
    Join(Vec<usize>),
    /// In the address of an account or post: `account::of_url` gives platform and handle.
    Account(usize),
}

impl Source {
    /// The columns read.
    pub fn columns(&self) -> &[usize] {
        match self {
            Self::Column(one) | Self::Account(one) => std::slice::from_ref(one),
            Self::Sum(many) | Self::Join(many) => many,
        }
    }
}

/// Rows that are no records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkipRule {
    /// The column that tells.
    pub column: usize,
    /// What it must hold.
    pub when: When,
    /// A column whose amount keeps the row.
    pub unless: Option<usize>,
    /// The word on the receipt.
    pub reason: String,
}

impl SkipRule {
    /// A rule without exception.
    pub fn new(column: usize, when: When, reason: impl Into<String>) -> Self {
        Self { column, when, unless: None, reason: reason.into() }
    }

    /// Whether a row is skipped. `cell` gives the text of a column, blank where it has no value.
    pub fn holds<T: AsRef<str>>(&self, cell: impl Fn(usize) -> T) -> bool {
        let is_some = |column: usize| cell(column).as_ref().contains(|c: char| c.is_numeric() && c != '0');
        self.when.holds(cell(self.column).as_ref()) && !self.unless.is_some_and(is_some)
    }
}

/// What a cell must hold for its row to be skipped. Texts are compared with `headers::folded`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// One of these.
    Equals(Vec<String>),
    /// Something, but none of these.
    Not(Vec<String>),
    /// A text that begins with one of these.
    Prefix(Vec<String>),
    /// Nothing.
    Empty,
}

impl When {
    /// Whether a cell asks for its row to be skipped. `cell` is blank where the file has no value.
    pub fn holds(&self, cell: &str) -> bool {
        let cell = crate::import::headers::folded(cell);
        match self {
            Self::Equals(texts) => texts.contains(&cell),
            Self::Not(texts) => !cell.is_empty() && !texts.contains(&cell),
            Self::Prefix(texts) => texts.iter().any(|text| cell.starts_with(text)),
            Self::Empty => cell.is_empty(),
        }
    }
}

/// One answer that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is not known.
    pub what: String,
    /// The flag that answers it, as typed; capitals stand for what only the user knows.
    pub flag: String,
    /// Other flags that would answer it as well.
    pub others: Vec<String>,
    /// Why it cannot be told.
    pub why: String,
}

impl Question {
    /// A question and the flag that answers it.
    pub fn new(what: impl Into<String>, flag: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), flag: flag.into(), others: Vec::new(), why: why.into() }
    }

    /// The same question with other possible answers.
    #[must_use]
    pub fn or(mut self, flag: impl Into<String>) -> Self {
        self.others.push(flag.into());
        self
    }
}

/// What the user said on the command line.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// `--as`.
    pub as_kind: Option<Kind>,
    /// `--profile`, by name.
    pub profile: Option<String>,
    /// `--map`, field and column as typed.
    pub map: Vec<(String, String)>,
    /// `--without`, columns as typed.
    pub without: Vec<String>,
    /// Whether `--date-order` was given.
    pub date_order: bool,
    /// `--scale`.
    pub scale: Option<Scale>,
    /// `--platform`.
    pub platform: Option<String>,
    /// Whether `--member` was given.
    pub member: bool,
    /// Whether `--year` was given.
    pub year: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_skipped_by_what_their_cell_holds() {
        assert!(When::Equals(vec!["total".into()]).holds("Total "));
        assert!(When::Not(vec!["click".into()]).holds("sale"));
        assert!(!When::Not(vec!["click".into()]).holds(""));
        assert!(When::Prefix(vec!["grand total".into()]).holds("Grand Totals (5700 records)"));
        assert!(When::Empty.holds(" "));
        let closed =
            SkipRule { unless: Some(1), ..SkipRule::new(0, When::Equals(vec!["closed".into()]), "unpaid") };
        let holds = |row: [&str; 2]| closed.holds(|column| row[column].to_owned());
        assert!(holds(["Closed", "¥0.00"]) && holds(["Closed", ""]));
        assert!(!holds(["Closed", "¥9.00"]), "paid, and paid back");
    }
}
