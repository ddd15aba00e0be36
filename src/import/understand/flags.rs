//! Columns beside a sale that say how it ended: by their names and their few values.
use super::Sheet;
use super::plan::{Plan, Source};
use crate::import::headers::folded;
use crate::import::reader::column::Column;
use crate::import::synonyms::is_called;
use crate::import::values::{sales, stages};
use crate::model::field::Field;

/// More different values than this are no states.
const STATES: u64 = 20;

/// The column that says of an order that it was paid back: by yes or no, or by a state of its own.
pub(super) fn refunded(plan: &Plan, sheet: &Sheet) -> Option<usize> {
    let words = sales::words();
    let is_flag = |column: &Column| column.distinct <= 2;
    let says_so = |column: &Column| {
        let is_said = |cell: &String| words.is_refunded(cell) || words.is_partly_refunded(cell);
        column.distinct <= STATES && column.samples.iter().any(is_said)
    };
    find(plan, sheet, &words.flags, is_flag).or_else(|| find(plan, sheet, &words.refund_states, says_so))
}

/// A column whose name may mean other things, and whose values are states of an order: `State` holds places too.
pub(super) fn tell_status(plan: &mut Plan, sheet: &Sheet) {
    if plan.has(Field::Status) {
        return;
    }
    let words = sales::words();
    let unpaid: Vec<String> = sheet.synonyms.words.unpaid_cells.iter().map(|word| folded(word)).collect();
    let is_state = |cell: &&String| {
        words.is_sold(cell)
            || words.is_refunded(cell)
            || words.is_partly_refunded(cell)
            || unpaid.contains(&folded(cell))
    };
    let are_states = |column: &Column| {
        column.distinct <= STATES && column.samples.iter().filter(is_state).count() * 2 > column.samples.len()
    };
    if let Some(column) = find(plan, sheet, &words.states, are_states) {
        plan.fields.insert(Field::Status, Source::Column(column));
    }
}

/// The column that says whether a deal was won, lost or is open, beside the one of its stage.
pub(super) fn outcome(plan: &Plan, sheet: &Sheet) -> Option<usize> {
    let is_outcome =
        |column: &Column| column.distinct <= STATES && column.samples.iter().any(|cell| stages::tells(cell));
    find(plan, sheet, &stages::words().outcomes, is_outcome)
}

/// The column that says yes or no to a deal being closed.
pub(super) fn closed(plan: &Plan, sheet: &Sheet) -> Option<usize> {
    let is_flag =
        |column: &Column| column.samples.iter().all(|cell| stages::is_yes(cell) || stages::is_no(cell));
    find(plan, sheet, &stages::words().closed_flags, is_flag)
}

/// The column of the best of these names that nothing else is read from.
fn find(plan: &Plan, sheet: &Sheet, names: &[String], fits: impl Fn(&Column) -> bool) -> Option<usize> {
    let called = |name: &String| {
        let is_called = |column: &&Column| is_called(column, std::slice::from_ref(name)) && fits(column);
        free(plan, sheet).find(is_called)
    };
    names.iter().find_map(called).map(|column| column.index)
}

/// The columns that hold something, from which no field is read, and which were not left out.
pub(super) fn free<'a>(plan: &Plan, sheet: &'a Sheet) -> impl Iterator<Item = &'a Column> + use<'a> {
    let used = plan.columns();
    sheet.columns.iter().filter(move |column| {
        column.filled > 0 && !used.contains(&column.index) && !sheet.mapped.without.contains(&column.index)
    })
}
