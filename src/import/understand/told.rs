//! What a receipt says of how a file was understood, and of what in it was not.
use super::finish::{columns_of, flag};
use super::plan::{LineItems, Plan};
use super::{Sheet, survey};
use crate::import::headers::{labels, title};
use crate::import::reader::column::Column;
use crate::import::synonyms::is_called;
use crate::import::values::{currency, money, sales, stages};
use crate::model::field::Field;
use crate::model::kind::Kind;

/// Columns or words that one line names.
const NAMED: usize = 8;

/// Says what was understood.
pub(super) fn tell(plan: &mut Plan, sheet: &Sheet) {
    let mut read = Vec::new();
    for (field, source) in &plan.fields {
        let headers: Vec<String> =
            source.columns().iter().map(|at| format!("`{}`", title(&sheet.columns[*at]))).collect();
        read.push(format!("{field} from {}", headers.join(" + ")));
    }
    let metrics =
        plan.metrics.iter().map(|(name, at)| format!("{name} from `{}`", title(&sheet.columns[*at])));
    read.extend(metrics);
    plan.notes.push(format!("{}: {}", plan.kind, read.join(", ")));
    let counted = plan.units.iter().filter_map(|(field, unit)| {
        let header = columns_of(plan, *field, sheet).first().map(|column| title(column));
        header.map(|header| format!("`{header}` is counted in {unit}"))
    });
    plan.notes.extend(counted.collect::<Vec<_>>());
    if let Some(at) = plan.group {
        plan.notes
            .push(format!("`{}` is not used: the score itself says the group", title(&sheet.columns[at])));
    }
    if plan.kind.is_response() && !plan.has(Field::Date) {
        undated(plan, sheet);
    }
    if matches!(plan.kind, Kind::Orders | Kind::Deals) {
        plan.notes.extend(no_currency(plan, sheet));
    }
    if plan.kind == Kind::Orders {
        plan.notes.extend(over_rows(plan));
        plan.notes.extend(strange_states(plan, sheet));
        plan.notes.extend(partly_refunded(plan, sheet));
    }
    if plan.kind == Kind::Deals {
        plan.notes.extend(stages_as_read(plan, sheet));
        if !plan.has(Field::Created) && plan.has(Field::Closed) {
            let taken = "no column says when deals were created: those that ended are taken to have been created that day";
            plan.notes.push(taken.to_owned());
        }
    }
    if !plan.statements.is_empty() {
        plan.notes.extend(survey::found(plan, sheet));
    }
    // A profile knows what it leaves.
    if plan.profile.is_none() {
        plan.notes.extend(unread(plan, sheet));
    }
}

/// Answers without a day, and which columns could say it.
fn undated(plan: &mut Plan, sheet: &Sheet) {
    plan.notes.push("no column is the answers' own date: they are stored undated".to_owned());
    let dated = unused(plan, sheet).filter(|column| !column.dates.is_none() && column.numbers.is_none());
    let flags: Vec<String> = dated.map(|column| flag(Field::Date, &title(column))).collect();
    if !flags.is_empty() {
        plan.notes.push(format!("if a column of dates says when they answered: {}", some(&flags)));
    }
}

/// Money of which nothing says what it is.
fn no_currency(plan: &Plan, sheet: &Sheet) -> Option<String> {
    let amount = columns_of(plan, Field::Amount, sheet).first().copied()?;
    let is_said = plan.has(Field::Currency)
        || plan.currency.is_some()
        || amount
            .samples
            .iter()
            .any(|cell| money::currency_in(cell).is_some_and(|said| currency::named(said, "").is_some()));
    (!is_said).then(|| {
        format!(
            "no column and no sign says the currency of `{}`: it is taken for the program's own",
            title(amount)
        )
    })
}

/// How orders of several rows were read.
fn over_rows(plan: &Plan) -> Option<String> {
    let how = match plan.line_items.filter(|_| plan.profile.is_none())? {
        LineItems::Repeated => "each of its rows repeats the amount, which counts once",
        LineItems::Sum | LineItems::First => "the amounts of its rows are added up",
    };
    Some(format!("an order stands on several rows: {how}"))
}

/// States that are not known and count as sold.
fn strange_states(plan: &Plan, sheet: &Sheet) -> Option<String> {
    let column = columns_of(plan, Field::Status, sheet).first().copied()?;
    let words = sales::words();
    let is_strange = |cell: &&String| {
        let is_left_out = plan.skip.iter().any(|rule| rule.column == column.index && rule.when.holds(cell));
        !is_left_out && !words.is_sold(cell) && !words.is_refunded(cell)
    };
    let strange: Vec<String> =
        column.samples.iter().filter(is_strange).map(|cell| format!("`{cell}`")).collect();
    (!strange.is_empty()).then(|| format!("counted as sold, with `{}` {}", title(column), some(&strange)))
}

/// Orders of which a part was paid back, where nothing says how much.
fn partly_refunded(plan: &Plan, sheet: &Sheet) -> Option<String> {
    let flag = plan.refund_flag.map(|at| &sheet.columns[at]);
    let mut cells =
        columns_of(plan, Field::Status, sheet).into_iter().chain(flag).flat_map(|column| &column.samples);
    let partly = cells.find(|cell| sales::words().is_partly_refunded(cell))?;
    (!plan.has(Field::Refunded)).then(|| {
        format!("no column says how much of the orders with `{partly}` was paid back: they count in full")
    })
}

/// Which stages were taken for what.
fn stages_as_read(plan: &Plan, sheet: &Sheet) -> Option<String> {
    let outcome = plan.outcome.map(|at| &sheet.columns[at]);
    // A column of its own says who was won.
    if plan.has(Field::Won) && outcome.is_none() {
        return None;
    }
    let column = outcome.or_else(|| columns_of(plan, Field::Stage, sheet).first().copied())?;
    let of = |state: &str| {
        let stages = column.samples.iter().filter(|stage| stages::of_stage(stage).unwrap_or("open") == state);
        let named: Vec<String> = stages.map(|stage| format!("`{stage}`")).collect();
        (!named.is_empty()).then(|| format!("{state}: {}", some(&named)))
    };
    let all: Vec<String> = ["won", "lost", "open"].into_iter().filter_map(of).collect();
    let what = outcome.map_or("stages".to_owned(), |column| format!("`{}`", title(column)));
    Some(format!("{what} as read: {}", all.join("; ")))
}

/// Columns that hold something and are not read.
fn unread(plan: &Plan, sheet: &Sheet) -> Option<String> {
    let words = &sheet.synonyms.words;
    let named = unused(plan, sheet)
        .filter(|column| labels(column).next().is_some() && !is_called(column, &words.row_number))
        .map(|column| format!("`{}`", title(column)));
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| format!("not read: {}", some(&named)))
}

fn unused<'a>(plan: &'a Plan, sheet: &'a Sheet) -> impl Iterator<Item = &'a Column> {
    let rows = plan.in_rows.iter().flat_map(|rows| [rows.statement, rows.answer]);
    let used: Vec<usize> = plan
        .columns()
        .into_iter()
        .chain(plan.skip.iter().map(|rule| rule.column))
        .chain(plan.metrics.iter().map(|metric| metric.1))
        .chain(plan.statements.values().copied())
        .chain(rows)
        .chain(plan.group)
        .chain(plan.refund_flag)
        .chain(plan.outcome)
        .chain(plan.closed_flag)
        .collect();
    let is_choice = |column: &Column| column.names.iter().any(|name| plan.form.is_choice(name));
    // What the user left out needs no mention.
    let is_out = |column: &Column| sheet.mapped.without.contains(&column.index);
    sheet.columns.iter().filter(move |column| {
        column.filled > 0 && !used.contains(&column.index) && !is_choice(column) && !is_out(column)
    })
}

fn some(all: &[String]) -> String {
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
