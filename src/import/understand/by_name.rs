//! Columns matched by name where no profile fits; the values decide between rivals.
use std::collections::{BTreeMap, BTreeSet};

use super::plan::{LineItems, Plan, SkipRule, Source, When};
use super::{Sheet, evidence, flags};
use crate::import::headers::{Pattern, bare, folded, labels, words};
use crate::import::reader::column::Column;
use crate::import::synonyms::{is_called, says};
use crate::import::values::{currency, sales, units};
use crate::model::field::Field;
use crate::model::identity::Identity;
use crate::model::kind::Kind;

/// A plan of this kind from the columns' names.
pub(super) fn plan(kind: Kind, sheet: &Sheet) -> Plan {
    let mut plan = Plan::of(kind);
    plan.fields = fields(kind, sheet, &BTreeSet::new());
    match kind {
        Kind::Activity => {
            count_engagements(&mut plan, sheet);
            skip_unpublished(&mut plan, sheet);
        }
        Kind::Orders => {
            plan.line_items = line_items(&plan, sheet);
            flags::tell_status(&mut plan, sheet);
            plan.refund_flag = flags::refunded(&plan, sheet);
            tell_currency(&mut plan, sheet);
            skip_unpaid(&mut plan, sheet);
        }
        Kind::Clicks => skip_bots(&mut plan, sheet),
        Kind::Deals => {
            // A deal that has a name and no number goes by its name.
            if !plan.has(Field::Deal) {
                let name = plan.fields.get(&Field::Title).cloned();
                plan.fields.extend(name.map(|source| (Field::Deal, source)));
            }
            plan.outcome = flags::outcome(&plan, sheet);
            plan.closed_flag = flags::closed(&plan, sheet);
        }
        _ => {}
    }
    plan
}

/// The columns of a kind's fields: each column serves one field, the better name first. What the user mapped is kept
/// out of the search, on both sides.
pub(super) fn fields(kind: Kind, sheet: &Sheet, taken: &BTreeSet<usize>) -> BTreeMap<Field, Source> {
    let is_free = |at: &usize| !taken.contains(at) && !sheet.mapped.without.contains(at);
    let free = sheet.columns.iter().filter(|column| is_free(&column.index));
    let named: Vec<(&Column, Vec<String>)> =
        free.map(|column| (column, labels(column).map(bare).collect())).collect();
    let shorter: Vec<Vec<String>> = named.iter().map(|(column, _)| shorter(column)).collect();
    let of_staff: Vec<bool> = named.iter().map(|(column, _)| is_staffs(column, sheet)).collect();
    let mut candidates = Vec::new();
    for (place, &field) in kind.fields().iter().enumerate() {
        for (rank, name) in sheet.synonyms.names(kind, field).into_iter().enumerate() {
            let pattern = Pattern::of(name, bare);
            for (((column, names), shorter), of_staff) in named.iter().zip(&shorter).zip(&of_staff) {
                let is_measured = field.is_date() || field.is_money();
                let is_other = *of_staff && matches!(field, Field::Email | Field::Customer);
                let fits = !is_other && names.iter().any(|name| pattern.fits(name))
                    || is_measured && shorter.iter().any(|name| pattern.fits(name));
                if fits && can_be(kind, field, column) {
                    let rank = rank + worse(kind, field, column, sheet);
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
    let who = if kind.fields().contains(&Field::Email) { Field::Email } else { Field::Customer };
    if kind.fields().contains(&who)
        && !fields.contains_key(&who)
        && !(who == Field::Email && fields.contains_key(&Field::Customer))
    {
        used.extend(taken);
        fields.extend(addresses(sheet, &used).map(|column| (who, Source::Column(column))));
    }
    // Fields of another kind that the user mapped are an error of their own, raised where the plan is known.
    fields.retain(|field, _| kind.fields().contains(field));
    fields
}

/// A column that is called a date and holds none that can be read.
pub(super) fn unreadable_date<'a>(kind: Kind, sheet: &'a Sheet) -> Option<&'a Column> {
    let names: Vec<String> = sheet
        .synonyms
        .names(kind, Field::Date)
        .into_iter()
        .filter(|name| name.len() > 1)
        .map(str::to_owned)
        .collect();
    let is_meant = |column: &&Column| {
        column.filled > 0
            && column.numbers.is_none()
            && column.dates.is_none()
            && !sheet.mapped.without.contains(&column.index)
            && is_called(column, &names)
    };
    sheet.columns.iter().find(is_meant)
}

/// The one column of addresses, whatever it is called; not those of the people who did the work.
fn addresses(sheet: &Sheet, used: &BTreeSet<usize>) -> Option<usize> {
    let mut found = sheet.columns.iter().filter(|column| {
        let valid = column.samples.iter().filter(|cell| Identity::email(cell).is_some()).count();
        !used.contains(&column.index)
            && valid > 0
            && valid * 10 >= column.samples.len() * 9
            && !is_staffs(column, sheet)
    });
    found.next().filter(|_| found.next().is_none()).map(|column| column.index)
}

/// Whether a column is about the people who did the work: an agent, an owner.
fn is_staffs(column: &Column, sheet: &Sheet) -> bool {
    labels(column).any(|label| says(label, &sheet.synonyms.words.staff, &[]))
}

/// A header without its currency, unit or zone: `Amount (USD)`, `Amount (k€)`, `Created (UTC)`.
fn shorter(column: &Column) -> Vec<String> {
    let without = |label: &str| {
        let zoned = ["(UTC)", "(GMT)", " UTC", " GMT"].iter().find_map(|zone| label.strip_suffix(*zone));
        let counted = || units::of_header(label).map(|(.., head)| head);
        zoned.or_else(counted).or_else(|| currency::of_header(label).map(|(_, head)| head)).map(bare)
    };
    labels(column).filter_map(without).collect()
}

/// How far behind other names: a sum that is only a part of what was paid; a buyer's bare name, which joins nobody, where another column has a number or an address; and an
/// address that most rows have tells more than a shop's own number, which all of its guests may share.
fn worse(kind: Kind, field: Field, column: &Column, sheet: &Sheet) -> usize {
    if field == Field::Amount && kind == Kind::Orders {
        let parts = &sheet.synonyms.words.amount_parts;
        return if labels(column).any(|label| says(label, &[], parts)) { 500 } else { 0 };
    }
    if field == Field::Deal {
        // Names of deals repeat, numbers do not.
        let is_number = labels(column).any(|label| {
            words(label)
                .last()
                .is_some_and(|word| ["id", "number", "no", "编号"].iter().any(|end| word.ends_with(end)))
        });
        return if is_number { 0 } else { 100 };
    }
    if field != Field::Customer {
        return 0;
    }
    let identifies = |cell: &String| cell.contains('@') || cell.chars().any(char::is_numeric);
    if !column.samples.iter().any(identifies) {
        1000
    } else if !evidence::holds_emails(column) || column.filled * 2 < column.rows {
        300
    } else {
        0
    }
}

/// Whether a column's values can be what a field holds.
fn can_be(kind: Kind, field: Field, column: &Column) -> bool {
    use Field as F;
    if column.filled == 0 {
        return false;
    }
    let is_text = column.numbers.is_none() && column.dates.is_none();
    match field {
        F::Email => evidence::holds_emails(column),
        F::Score => evidence::can_be_score(kind, column),
        F::Won | F::Tags => true,
        // A yes or no is no sum of money.
        F::Refunded => evidence::holds_numbers(column) && !evidence::is_tick(column),
        F::Name => is_text && !evidence::holds_emails(column),
        F::Currency => is_text && column.samples.iter().all(|cell| cell.chars().count() <= 24),
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
        // An author may be a name with blanks in it, which is nobody's handle.
        F::Handle if kind == Kind::Activity => {
            (column.dates.is_none() || column.numbers.is_some())
                && !column.samples.iter().any(|cell| cell.trim().contains(char::is_whitespace))
        }
        F::Id | F::Handle | F::Order | F::Deal | F::ExternalId | F::Visitor => {
            column.dates.is_none() || column.numbers.is_some()
        }
        field if field.is_date() => !column.dates.is_none() || column.dates.holds_some(),
        F::Day => evidence::holds_day_numbers(column),
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
    // Each row has a number of its own, so rows that look alike are different things.
    let is_numbered = |column: &&Column| {
        is_called(column, &sales::words().line_ids) && column.filled == column.rows && !column.has_duplicates
    };
    // A total that is repeated is never below zero: that row gives something back.
    let gives_back = evidence::holds_negatives(amount);
    // A repeated total is of one day.
    let days_differ = column(Field::Date).is_some_and(|date| date.distinct > order.distinct);
    Some(
        if amount.distinct > order.distinct
            || (amount.filled < amount.rows && amount.filled <= order.distinct)
            || days_differ
            || gives_back
            || sheet.columns.iter().any(|column| is_numbered(&column))
            || labels(amount).any(|label| says(label, &[], parts))
        {
            LineItems::Sum
        } else {
            LineItems::Repeated
        },
    )
}

/// A column that holds nothing but codes of currencies tells itself, whatever it is called.
fn tell_currency(plan: &mut Plan, sheet: &Sheet) {
    if plan.has(Field::Currency) || sheet.mapped.fields.contains_key(&Field::Currency) {
        return;
    }
    let is_free = |column: &&Column| !sheet.mapped.without.contains(&column.index);
    let mut found = sheet.columns.iter().filter(is_free).filter(|column| {
        let is_code = |cell: &String| cell.len() == 3 && currency::named(cell, "").is_some();
        column.filled > 0 && column.filled == column.rows && column.samples.iter().all(is_code)
    });
    if let (Some(column), None) = (found.next(), found.next()) {
        plan.fields.insert(Field::Currency, Source::Column(column.index));
    }
}

/// Posts that a tool plans, or that it could not put out.
fn skip_unpublished(plan: &mut Plan, sheet: &Sheet) {
    let names = sheet.synonyms.names(Kind::Orders, Field::Status);
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let words: Vec<String> = sheet.synonyms.words.unpublished_cells.iter().map(|word| folded(word)).collect();
    let says_so = |column: &Column| column.samples.iter().any(|cell| words.contains(&folded(cell)));
    let used = plan.columns();
    let column = sheet.columns.iter().find(|column| {
        !used.contains(&column.index) && column.distinct <= 20 && is_called(column, &names) && says_so(column)
    });
    if let Some(column) = column {
        plan.skip.push(SkipRule::new(column.index, When::Equals(words), "not-published"));
    }
}

/// Clicks that the tool itself says were none of people.
fn skip_bots(plan: &mut Plan, sheet: &Sheet) {
    let bots = sheet
        .columns
        .iter()
        .find(|column| column.filled > 0 && is_called(column, &sheet.synonyms.words.bots));
    if let Some(column) = bots {
        let words = sales::words().yes.iter().map(|word| folded(word)).collect();
        plan.skip.push(SkipRule::new(column.index, When::Equals(words), "bot"));
    }
}

fn skip_unpaid(plan: &mut Plan, sheet: &Sheet) {
    // One row an order, and a column for the day of paying: who has none has not paid.
    let paid = sheet.columns.iter().find(|column| is_called(column, &sheet.synonyms.words.paid_days));
    if let Some(column) = paid
        && plan.line_items.is_none()
        && column.filled > 0
        && column.filled < column.rows
        && !column.dates.is_none()
    {
        plan.skip.push(SkipRule::new(column.index, When::Empty, "unpaid"));
    }
    if let Some(Source::Column(column)) = plan.fields.get(&Field::Status) {
        let words = sheet.synonyms.words.unpaid_cells.iter().map(|word| folded(word)).collect();
        let unless = plan.fields.get(&Field::Refunded).map(|source| source.columns()[0]);
        plan.skip.push(SkipRule { unless, ..SkipRule::new(*column, When::Equals(words), "unpaid") });
    }
}

/// A row whose first cell says that it adds up the others; in the last row, whose first filled cell says so.
pub(super) fn skip_totals(plan: &mut Plan, sheet: &Sheet) {
    let words: Vec<String> = sheet.synonyms.words.total_cells.iter().map(|word| folded(word)).collect();
    let Some(first) = sheet.columns.iter().find(|column| column.filled > 0) else { return };
    let is_total = |cell: &String| words.contains(&folded(cell));
    let begins = first.samples.len() > 1 && first.samples.iter().any(is_total);
    let last = sheet.columns.iter().find(|column| !column.last.is_empty());
    let ends = last.filter(|column| column.rows > 1 && is_total(&column.last));
    let Some(column) = ends.or(Some(first).filter(|_| begins)) else { return };
    let is_known = plan.skip.iter().any(|rule| rule.column == column.index && rule.reason == "total-row");
    if !is_known {
        plan.skip.push(SkipRule::new(column.index, When::Equals(words), "total-row"));
    }
}

/// What members are known by where no column is called a handle: the addresses of their profiles, or a column only called
/// like a platform (`GitHub`, `Twitter handle`); of several the one most members have.
pub(super) fn find_accounts(plan: &mut Plan, sheet: &Sheet) {
    if plan.kind != Kind::Members || plan.has(Field::Handle) {
        return;
    }
    let used = plan.columns();
    let free = |column: &&Column| {
        column.filled > 0 && !used.contains(&column.index) && !sheet.mapped.without.contains(&column.index)
    };
    if let Some(column) = sheet.columns.iter().filter(free).find(|column| evidence::names_accounts(column)) {
        plan.fields.insert(Field::Handle, Source::Account(column.index));
        plan.platform = plan.platform.take().or_else(|| evidence::platform_of(column));
        return;
    }
    let accounts = &sheet.synonyms.words.accounts;
    let platform = |column: &Column| {
        let named = labels(column).map(words).find(|words| match &words[..] {
            [_] => true,
            [_, what] => ["handle", "username", "login", "user", "name"].contains(&what.as_str()),
            _ => false,
        })?;
        accounts.iter().find(|account| **account == named[0]).cloned()
    };
    let found = sheet.columns.iter().filter(free).filter(|column| column.dates.is_none());
    let named = found.filter_map(|column| Some((column.filled, column.index, platform(column)?)));
    if let Some((_, column, platform)) =
        named.max_by_key(|(filled, index, _)| (*filled, std::cmp::Reverse(*index)))
    {
        plan.fields.insert(Field::Handle, Source::Column(column));
        plan.platform = Some(platform);
    }
}
