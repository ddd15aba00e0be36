//! A table as it stands in a report: columns with titles, and items that know their value and their words.

use super::forms::{Item, Kind};
use super::{Cell, Table};

/// A column.
#[derive(Debug, Clone)]
pub struct Head {
    /// The stable English key, in lists and CSV.
    pub key: &'static str,
    /// What a reader sees.
    pub title: String,
    /// Not on a page, where the other columns say it: an id beside a name, a currency beside its amounts.
    pub only_lists: bool,
}

/// A table of a report: what a chart is drawn from.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// The columns.
    pub heads: Vec<Head>,
    /// One item per column.
    pub rows: Vec<Vec<Item>>,
}

impl Grid {
    /// A grid of these columns with their titles; a key that begins with `-` stands in lists only.
    pub fn new(columns: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let head = |(key, title): (&'static str, String)| Head {
            key: key.trim_start_matches('-'),
            title,
            only_lists: key.starts_with('-'),
        };
        Self { heads: columns.into_iter().map(head).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, items: Vec<Item>) {
        debug_assert_eq!(items.len(), self.heads.len(), "an item for every column");
        self.rows.push(items);
    }

    /// Where a column stands.
    pub fn column(&self, key: &str) -> Option<usize> {
        self.heads.iter().position(|head| head.key == key)
    }

    /// A row's item of a column.
    pub fn item(&self, row: usize, key: &str) -> Option<&Item> {
        self.rows.get(row)?.get(self.column(key)?)
    }

    /// A column's numbers, row by row.
    pub fn numbers(&self, key: &str) -> Vec<Option<f64>> {
        (0..self.rows.len()).map(|row| self.item(row, key).and_then(Item::number)).collect()
    }

    /// What a column's values are: the first that is known says it.
    pub fn kind(&self, key: &str) -> Kind {
        let mut items = (0..self.rows.len()).filter_map(|row| self.item(row, key));
        items.find(|item| item.cell != Cell::Missing).map_or(Kind::Number, |item| item.kind)
    }

    /// Whether a column's items stand to the right.
    pub fn is_right(&self, column: usize) -> bool {
        let numeric = |kind| matches!(kind, Kind::Number | Kind::Share | Kind::Money);
        let mut items = self.rows.iter().filter_map(|row| row.get(column));
        items.any(|item| numeric(item.kind))
    }

    /// The same as a list in every list format.
    pub fn table(&self) -> Table {
        let keys: Vec<&'static str> = self.heads.iter().map(|head| head.key).collect();
        let mut table = Table::new(&keys);
        for (at, column) in table.columns.iter_mut().enumerate() {
            column.right = self.is_right(at);
        }
        for row in &self.rows {
            table.row(row.iter().map(|item| item.cell.clone()).collect());
        }
        table
    }
}
