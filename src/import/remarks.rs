//! What a receipt says beside the counts: how the file was read, and what in it is worth a look.

use super::headers::title;
use super::kinds::Session;
use super::reader::Layout;
use super::run::{Opened, Options};
use super::understand::Plan;
use super::values::currency;
use super::values::money::currency_in;
use crate::app::App;
use crate::model::field::Field;
use crate::model::kind::Kind;
use crate::model::money::is_currency;
use crate::output::safe::counted;
use crate::store::Store;
use crate::store::settled::doubles;
use anyhow::Result;

/// What the receipt says beside the counts.
pub fn of(
    app: &App,
    opened: &Opened,
    plan: &Plan,
    options: &Options,
    session: &Session,
) -> Result<Vec<String>> {
    let mut remarks: Vec<String> = options.recalled.iter().cloned().collect();
    remarks.extend(notes(plan, &opened.layout, &app.currency()?));
    remarks.extend(options.owner_said.iter().map(|who| format!("rows that name nobody are of {who}")));
    for (kind, rows) in &session.strange_kinds {
        let rows = counted(*rows, "row", "rows");
        remarks.push(format!("{rows} of kind '{kind}': kept, but not counted as contributions"));
    }
    remarks.extend(contradictions(plan, &opened.layout, session.contradicted));
    remarks.extend(broken_addresses(opened.input.name(), session.broken_addresses));
    remarks.extend(session.second.clone());
    Ok(remarks)
}

/// What is said of rows that were taken without their address, since it is none.
fn broken_addresses(file: &str, (rows, first): (i64, u64)) -> Option<String> {
    let rows = (rows > 0).then(|| counted(rows, "row has", "rows have"))?;
    Some(format!(
        "{rows} an e-mail that is no address ({file}:{first}): kept by the handle or number beside it, without it"
    ))
}

/// That sums of acts were brought whose acts are there row by row.
pub fn doubled(store: &Store, plan: &Plan, batch: i64) -> Result<Option<String>> {
    if plan.kind != Kind::Rollup {
        return Ok(None);
    }
    let doubles = doubles::of_batch(store, batch)?;
    let said = || {
        let sums = counted(doubles, "of these sums does not count: its", "of these sums do not count: their");
        format!("{sums} acts are in the program row by row")
    };
    Ok((doubles > 0).then(said))
}

fn notes(plan: &Plan, layout: &Layout, own: &str) -> Vec<String> {
    let mut notes = plan.notes.clone();
    let tool = plan.currency.as_deref().filter(|code| is_currency(code));
    notes.extend(open_signs(plan, layout, tool.unwrap_or(own)));
    if plan.kind == Kind::Clicks && !plan.is_dated() {
        notes.push("no column is the clicks' own day: they are dated the day of the import; a day has --map date=COLUMN".into());
    }
    notes.extend(other_encodings(layout));
    notes
}

/// Which cells hold bytes of another encoding than the file's.
fn other_encodings(layout: &Layout) -> Vec<String> {
    let encoding = layout.encoding;
    let lossy = layout.lossy.first().map(|first| {
        format!(
            "{} bytes that are no {encoding}; they are shown as a replacement sign, first at line {}",
            counted(layout.lossy_cells, "cell holds", "cells hold"),
            first.line
        )
    });
    let doubtful = layout.doubtful.map(|first| {
        format!(
            "{} signs in the middle of words, as if written in another encoding than {encoding}, first at line {}; \
             they are kept as they are, and if they are many, --encoding NAME reads the file in another",
            counted(layout.doubtful_cells, "cell holds", "cells hold"),
            first.line
        )
    });
    lossy.into_iter().chain(doubtful).collect()
}

/// What is said of given groups that the scores do not bear out.
fn contradictions(plan: &Plan, layout: &Layout, rows: i64) -> Option<String> {
    let column = &layout.columns[plan.group.filter(|_| rows > 0)?];
    let header = title(column);
    Some(format!(
        "{} in which `{header}` names another group than the score does (9-10 promoter, 7-8 passive, 0-6 detractor); the score counts",
        counted(rows, "row", "rows")
    ))
}

/// Signs such as `$` that stand for several currencies, and how they were read.
fn open_signs(plan: &Plan, layout: &Layout, own: &str) -> Option<String> {
    let in_cell = |field: Field| {
        let column = &layout.columns[*plan.fields.get(&field)?.columns().first()?];
        let mut amounts = column.samples.iter().filter(|cell| cell.contains(|c: char| c.is_ascii_digit()));
        amounts.find_map(|cell| currency_in(cell).filter(|said| currency::is_open(said, own)))
    };
    let in_header = plan.currency.as_deref().filter(|said| currency::is_open(said, own));
    let no_column = !plan.has(Field::Currency) && plan.kind != Kind::Usage;
    let said = in_header
        .or_else(|| in_cell(Field::Amount))
        .or_else(|| in_cell(Field::Value))
        .filter(|_| no_column)
        .or_else(|| in_cell(Field::Currency))?;
    let code = currency::named(said, own)?;
    Some(format!(
        "`{said}` is read as {code}; if it is another currency, put its code into a column: --map currency=COLUMN"
    ))
}
