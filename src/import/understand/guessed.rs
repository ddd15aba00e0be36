//! What each column of a file was taken for, and why: for the eyes of whoever has to say yes to it.
use super::mapping::address;
use super::plan::{Plan, Source, Wishes};
use crate::import::headers::{folded, title};
use crate::import::reader::column::Column;

/// One column and what it is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The column's place, from 0.
    pub column: usize,
    /// The fields it gives, in the words of `--map`; empty where it is not read.
    pub fields: Vec<String>,
    /// Why.
    pub why: &'static str,
}

/// What each column is read as, in the order of the file.
pub fn uses(plan: &Plan, columns: &[Column], wishes: &Wishes) -> Vec<Use> {
    columns.iter().map(|column| of(column, plan, columns, wishes)).collect()
}

fn of(column: &Column, plan: &Plan, columns: &[Column], wishes: &Wishes) -> Use {
    let at = column.index;
    let (header, place) = (title(column), address(column, columns));
    let is_named = |name: &String| folded(name) == folded(&header) || folded(name) == folded(&place);
    let mut fields = Vec::new();
    let mut why = "";
    for (field, source) in plan.fields.iter().filter(|(_, source)| source.columns().contains(&at)) {
        fields.push(field.to_string());
        why = match source {
            _ if wishes.map.iter().any(|(_, column)| is_named(column)) => "as you said",
            Source::Account(_) => "its addresses name the account",
            Source::Sum(_) => "counts, added up",
            Source::Join(_) if field.is_date() => "a day and its time, joined",
            Source::Join(_) => "words, joined",
            Source::Column(_) if folded(&header) == folded(field.as_str()) => "its name",
            Source::Column(_) => "a name for it",
        };
    }
    for (statement, _) in plan.statements.iter().filter(|(_, column)| **column == at) {
        fields.push(format!("s{statement}"));
        why = "the statement's words";
    }
    for (name, _) in plan.metrics.iter().filter(|(_, column)| *column == at) {
        fields.push(format!("metric {name}"));
        why = "a measure of use";
    }
    let flags = [
        (plan.refund_flag, "refunded (yes or no)"),
        (plan.outcome, "how it ended"),
        (plan.closed_flag, "closed (yes or no)"),
    ];
    for (_, name) in flags.iter().filter(|(flag, _)| *flag == Some(at)) {
        fields.push((*name).to_string());
        why = "what its cells say";
    }
    if fields.is_empty() {
        why = match column.filled {
            _ if wishes.without.iter().any(is_named) => "as you said",
            0 => "empty",
            _ => "",
        };
    }
    Use { column: at, fields, why }
}
