//! Columns matched by name where no profile fits; the values decide between rivals.
use std::collections::{BTreeMap, BTreeSet};

use super::plan::{LineItems, Plan, SkipRule, Source, When};
use super::{Sheet, evidence};
use crate::import::headers::{Pattern, bare, folded, labels};
use crate::import::reader::column::Column;
use crate::import::synonyms::{is_called, says};
use crate::model::field::Field;
use crate::model::kind::Kind;

/// A plan of this kind from the columns' names.
pub(super) fn plan(kind: Kind, sheet: &Sheet) -> Plan {
    let mut plan = Plan::of(kind);
    plan.fields = fields(kind, sheet, &BTreeSet::new());
    match kind {
        Kind::Activity => count_engagements(&mut plan, sheet),
        Kind::Orders => {
            plan.line_items = line_items(&plan, sheet);
            skip_unpaid(&mut plan, sheet);
        }
        _ => {}
    }
    skip_totals(&mut plan, sheet);
    plan
}

/// The columns of a kind's fields: each column serves one field, the better name first. What the user mapped is kept
/// out of the search, on both sides.
pub(super) fn fields(kind: Kind, sheet: &Sheet, taken: &BTreeSet<usize>) -> BTreeMap<Field, Source> {
    let is_free = |at: &usize| !taken.contains(at) && !sheet.mapped.without.contains(at);
    let free = sheet.columns.iter().filter(|column| is_free(&column.index));
    let named: Vec<(&Column, Vec<String>)> =
        free.map(|column| (column, labels(column).map(bare).collect())).collect();
    let mut candidates = Vec::new();
    for (place, &field) in kind.fields().iter().enumerate() {
        for (rank, name) in sheet.synonyms.names(kind, field).into_iter().enumerate() {
            let pattern = Pattern::of(name, bare);
            for (column, names) in &named {
                if names.iter().any(|name| pattern.fits(name)) && can_be(field, column) {
                    candidates.push((rank, place, column.index, field));
                }
            }
        }
    }
    candidates.sort_unstable();
    let mut fields: BTreeMap<Field, Source> =
        sheet.mapped.fields.iter().map(|(&field, &column)| (field, Source::Column(column))).collect();
    let mut used: BTreeSet<usize> = sheet.mapped.fields.values().copied().collect();
    for (_, _, column, field) in candidates {
        if !used.contains(&column) && !fields.contains_key(&field) {
            used.insert(column);
            fields.insert(field, Source::Column(column));
        }
    }
    // Fields of another kind that the user mapped are an error of their own, raised where the plan is known.
    fields.retain(|field, _| kind.fields().contains(field));
    fields
}

/// Whether a column's values can be what a field holds.
fn can_be(field: Field, column: &Column) -> bool {
    use Field as F;
    if column.filled == 0 {
        return false;
    }
    let is_text = column.numbers.is_none() && column.dates.is_none();
    match field {
        F::Email => evidence::holds_emails(column),
        F::Score => evidence::scores(column).is_some_and(|scores| !scores.is_tick() && !scores.is_computed()),
        F::Won | F::Tags => true,
        F::Name => is_text && !evidence::holds_emails(column),
        F::Currency => is_text && column.samples.iter().all(|cell| cell.chars().count() <= 4),
        F::Url => is_text && column.samples.iter().any(|cell| cell.contains('/') || cell.contains('.')),
        F::Comment
        | F::Title
        | F::Message
        | F::Metric
        | F::Kind
        | F::Stage
        | F::Status
        | F::Platform
        | F::Link => is_text,
        F::Id | F::Handle | F::Order | F::Deal | F::ExternalId | F::Visitor => {
            column.dates.is_none() || column.numbers.is_some()
        }
        field if field.is_date() => !column.dates.is_none() || column.dates.holds_some(),
        field if field.is_number() => evidence::holds_numbers(column),
        _ => true,
    }
}

/// Reach is impressions where a file has no other; engagements are the counts of what people did, added up.
fn count_engagements(plan: &mut Plan, sheet: &Sheet) {
    if let (false, Some(impressions)) =
        (plan.has(Field::Reach), plan.fields.get(&Field::Impressions).cloned())
    {
        plan.fields.insert(Field::Reach, impressions);
    }
    if plan.has(Field::Engagements) {
        return;
    }
    let of_group = |names: &Vec<String>| {
        names.iter().find_map(|name| {
            sheet
                .columns
                .iter()
                .find(|c| is_called(c, std::slice::from_ref(name)) && evidence::holds_numbers(c))
        })
    };
    let counted: Vec<usize> =
        sheet.synonyms.words.engaged.iter().filter_map(of_group).map(|c| c.index).collect();
    if !counted.is_empty() {
        plan.fields.insert(Field::Engagements, Source::Sum(counted));
    }
}

/// How an order is spread over rows, from the columns alone. More different amounts than orders prove that amounts
/// differ within an order; blanks in the amount, one value an order, prove that only first rows carry it.
fn line_items(plan: &Plan, sheet: &Sheet) -> Option<LineItems> {
    let column = |field| match plan.fields.get(&field) {
        Some(Source::Column(at)) => sheet.columns.get(*at),
        _ => None,
    };
    let (order, amount) = (column(Field::Order)?, column(Field::Amount)?);
    if !order.has_duplicates {
        return None;
    }
    let parts = &sheet.synonyms.words.line_parts;
    Some(if amount.filled < amount.rows && amount.filled <= order.distinct {
        LineItems::First
    } else if amount.distinct > order.distinct || labels(amount).any(|label| says(label, &[], parts)) {
        LineItems::Sum
    } else {
        LineItems::Repeated
    })
}

fn skip_unpaid(plan: &mut Plan, sheet: &Sheet) {
    if let Some(Source::Column(column)) = plan.fields.get(&Field::Status) {
        let words = sheet.synonyms.words.unpaid_cells.iter().map(|word| folded(word)).collect();
        plan.skip.push(SkipRule { column: *column, when: When::Equals(words), reason: "unpaid".to_owned() });
    }
}

/// A row whose first cell says that it adds up the others.
pub(super) fn skip_totals(plan: &mut Plan, sheet: &Sheet) {
    let words: Vec<String> = sheet.synonyms.words.total_cells.iter().map(|word| folded(word)).collect();
    let Some(first) = sheet.columns.iter().find(|column| column.filled > 0) else { return };
    let is_total = |cell: &String| words.contains(&folded(cell));
    if first.samples.len() > 1 && first.samples.iter().any(is_total) {
        let reason = "total-row".to_owned();
        plan.skip.push(SkipRule { column: first.index, when: When::Equals(words), reason });
    }
}
