//! A list as a value: named columns, and cells that know what they are.

/// One cell. Numbers stay numbers in every format; a missing value is not zero.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Unknown, or does not apply.
    Missing,
    /// Text, which may come from a file: each format makes it safe.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number rounded to `places` decimals, in every format alike.
    Number {
        /// The value before rounding.
        value: f64,
        /// Decimals shown.
        places: u8,
    },
    /// An exact decimal as text, such as an amount of money.
    Decimal(String),
}

impl Cell {
    /// A number with its decimals.
    pub fn number(value: f64, places: u8) -> Self {
        Self::Number { value, places }
    }

    /// The cell as it is read by a person or a spreadsheet, without any protection.
    pub fn plain(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Text(text) | Self::Decimal(text) => text.clone(),
            Self::Whole(number) => number.to_string(),
            Self::Number { value, places } => fixed(*value, *places),
        }
    }
}

/// `-0.0` and what rounds to it would print as "-0": here it is 0.
pub(super) fn fixed(value: f64, places: u8) -> String {
    let text = format!("{value:.*}", usize::from(places));
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
        text.trim_start_matches('-').to_string()
    } else {
        text
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}
impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Whole(number as i64)
    }
}
impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

/// A column: its key is the CSV header and the JSON key, and its title on a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The stable English key.
    pub key: &'static str,
    /// Numbers stand to the right.
    pub right: bool,
    /// Sentences: wrapped on a narrow screen, never cut.
    pub long: bool,
    /// On a screen too narrow, columns with the highest number are left out first; 0 always stays.
    pub spare: u8,
}

/// A list: what every listing command returns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// One cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// Lines for a person below the table: n, period, method.
    pub notes: Vec<String>,
    /// What an empty list says instead: how to fill it.
    pub empty: String,
}

impl Table {
    /// A table by its column keys: `"name"` stands left, `">score"` right, `"~why"` holds sentences, and
    /// `"?email"` or `">?usage"` may be left out on a narrow screen (the last such column first).
    pub fn new(columns: &[&'static str]) -> Self {
        let mut spare = 0;
        let columns = columns
            .iter()
            .map(|spec| {
                let right = spec.starts_with('>');
                let rest = spec.trim_start_matches('>');
                let optional = rest.starts_with('?');
                let rest = rest.trim_start_matches('?');
                spare += u8::from(optional);
                let key = rest.trim_start_matches('~');
                Column { key, right, long: rest.starts_with('~'), spare: if optional { spare } else { 0 } }
            })
            .collect();
        Self { columns, ..Self::default() }
    }

    /// What to say when there are no rows.
    #[must_use]
    pub fn or_say(mut self, empty: &str) -> Self {
        self.empty = empty.into();
        self
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for every column");
        self.rows.push(cells);
    }

    /// Adds a line below the table.
    pub fn note(&mut self, line: impl Into<String>) {
        self.notes.push(line.into());
    }
}
