//! Columns beside a sale that say how it ended: by their names and their few values.
use super::Sheet;
use super::plan::Plan;
use crate::import::reader::column::Column;
use crate::import::synonyms::is_called;
use crate::import::values::{sales, stages};

/// More different values than this are no states.
const STATES: u64 = 20;

/// The column that says yes or no to an order being paid back.
pub(super) fn refunded(plan: &Plan, sheet: &Sheet) -> Option<usize> {
    let is_flag = |column: &Column| column.distinct <= 2;
    find(plan, sheet, &sales::words().flags, is_flag)
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
    let used = plan.columns();
    let free = |column: &&Column| {
        column.filled > 0
            && !used.contains(&column.index)
            && !sheet.mapped.without.contains(&column.index)
            && fits(column)
    };
    let called = |name: &String| {
        sheet.columns.iter().filter(free).find(|column| is_called(column, std::slice::from_ref(name)))
    };
    names.iter().find_map(called).map(|column| column.index)
}
