//! A table as bare ids, one a line, for scripts.

use super::{Table, safe};

/// The `member` column, or the first one where there is none; each id once, in the table's order.
pub fn draw(table: &Table) -> String {
    let column = table.columns.iter().position(|column| column.key == "member").unwrap_or(0);
    let mut seen = std::collections::HashSet::new();
    let mut text = String::new();
    for row in &table.rows {
        let id = safe::line(&row[column].plain());
        if !id.is_empty() && seen.insert(id.clone()) {
            text.push_str(&id);
            text.push('\n');
        }
    }
    text
}
