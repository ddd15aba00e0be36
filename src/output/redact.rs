//! A list without anyone's name in it: what is hidden is decided by what its columns hold, here and nowhere else.

use super::{Cell, Table};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What stands in the place of a text that is hidden.
pub const HIDDEN: &str = "(hidden)";

/// Makes the word for a kind of thing and its text or number.
pub type Word = dyn Fn(&str, &str) -> String;

/// What columns hold, and what is shown instead of a name.
#[derive(Clone)]
pub struct Redaction {
    /// Columns whose texts stay.
    pub open: BTreeSet<String>,
    /// Columns that name the member of the row.
    pub member: BTreeSet<String>,
    /// Columns whose texts are told apart by a word each.
    pub mark: BTreeSet<String>,
    /// Columns of labels.
    pub labels: BTreeSet<String>,
    /// Columns of values beside a label.
    pub values: BTreeSet<String>,
    /// Labels whose values stay.
    pub open_labels: BTreeSet<String>,
    /// The word for a kind of thing and its text or number, the same for the same file.
    pub word: Rc<Word>,
}

impl std::fmt::Debug for Redaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redaction")
    }
}

impl Redaction {
    /// The list with everyone's name, address and words hidden.
    pub fn table(&self, table: &Table) -> Table {
        let member = table.columns.iter().position(|column| column.key == "member");
        let is_lines = table.columns.iter().any(|column| self.values.contains(column.key));
        let label = table.columns.iter().position(|column| is_lines && self.labels.contains(column.key));
        let mut hidden = table.clone();
        for row in &mut hidden.rows {
            let id = member.and_then(|at| row.get(at)).map(Cell::plain).filter(|id| !id.is_empty());
            let stays = label
                .and_then(|at| row.get(at))
                .is_some_and(|cell| self.open_labels.contains(cell.plain().trim()));
            for (at, (column, cell)) in table.columns.iter().zip(row.iter_mut()).enumerate() {
                let Cell::Text(text) = cell else { continue };
                let is_open = if label == Some(at) {
                    true
                } else if label.is_some() && self.values.contains(column.key) {
                    stays
                } else {
                    self.open.contains(column.key)
                };
                if !is_open {
                    *text = self.text(column.key, text, id.as_deref());
                }
            }
        }
        hidden
    }

    /// What stands for a text of a column, in the row of a member.
    pub fn text(&self, column: &str, text: &str, member: Option<&str>) -> String {
        if self.member.contains(column) {
            return member.map_or_else(|| (self.word)("member", text), |id| (self.word)("member", id));
        }
        if self.mark.contains(column) { (self.word)(column, text) } else { HIDDEN.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(ToString::to_string).collect()
    }

    fn redaction() -> Redaction {
        Redaction {
            open: set(&["stage"]),
            member: set(&["name"]),
            mark: set(&["code"]),
            labels: set(&["what"]),
            values: set(&["value"]),
            open_labels: set(&["stage"]),
            word: Rc::new(|kind, text| format!("{kind}<{}>", text.len())),
        }
    }

    #[test]
    fn what_no_column_says_is_hidden() {
        let mut table = Table::new(&["member", "name", "stage", "code", "comment", ">score"]);
        table.row(vec![
            7_i64.into(),
            "Ana".into(),
            "active".into(),
            "ANA1".into(),
            "ask Ben".into(),
            9_i64.into(),
        ]);
        let texts: Vec<String> = redaction().table(&table).rows[0].iter().map(Cell::plain).collect();
        assert_eq!(texts, ["7", "member<1>", "active", "code<4>", HIDDEN, "9"]);
    }

    #[test]
    fn lines_are_opened_by_their_label_and_a_text_column_of_that_name_is_not() {
        let mut lines = Table::new(&["what", "value"]);
        lines.row(vec!["stage".into(), "active".into()]);
        lines.row(vec!["email".into(), "ana@example.com".into()]);
        let lines = redaction().table(&lines);
        assert_eq!(lines.rows[0][1].plain(), "active");
        assert_eq!((lines.rows[1][0].plain(), lines.rows[1][1].plain()), ("email".into(), HIDDEN.into()));
        let mut log = Table::new(&["id", "what"]);
        log.row(vec![1_i64.into(), "stage of Ana".into()]);
        assert_eq!(redaction().table(&log).rows[0][1].plain(), HIDDEN);
    }
}
