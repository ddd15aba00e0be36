//! Which columns are names and which are handles, where their headers alone do not tell.

use super::Sheet;
use super::finish::columns_of;
use super::plan::{Plan, Source};
use crate::import::headers::labels;
use crate::import::synonyms::is_called;
use crate::model::field::Field;
use crate::model::kind::Kind;

/// Joins names in two columns, and tells names and handles by what they hold.
pub(super) fn settle(plan: &mut Plan, sheet: &Sheet) {
    join(plan, sheet);
    let is_free = |field| !sheet.mapped.fields.contains_key(&field);
    if !matches!(plan.kind, Kind::Activity | Kind::Audience)
        || !is_free(Field::Name)
        || !is_free(Field::Handle)
    {
        return;
    }
    let all = |field: Field, plan: &Plan, is: fn(&str) -> bool| {
        columns_of(plan, field, sheet).first().is_some_and(|column| {
            !column.samples.is_empty() && column.samples.iter().all(|cell| is(cell.trim()))
        })
    };
    // `@ana` in a column of names is a handle.
    if !plan.has(Field::Handle) && all(Field::Name, plan, |cell| cell.starts_with('@') && !cell.contains(' '))
    {
        rename(plan, Field::Name, Field::Handle);
    }
    // An author `Ana` beside an address is what someone is called, and no account of that name.
    let is_author = columns_of(plan, Field::Handle, sheet)
        .first()
        .is_some_and(|column| is_called(column, &sheet.synonyms.words.authors));
    if plan.has(Field::Email)
        && !plan.has(Field::Name)
        && is_author
        && all(Field::Handle, plan, |cell| cell.starts_with(char::is_uppercase))
    {
        rename(plan, Field::Handle, Field::Name);
    }
}

fn rename(plan: &mut Plan, from: Field, to: Field) {
    if let Some(source) = plan.fields.remove(&from) {
        plan.fields.insert(to, source);
    }
}

/// A person's first and last name in columns of their own, one of which may be called a name.
fn join(plan: &mut Plan, sheet: &Sheet) {
    let words = &sheet.synonyms.words;
    let called = |names: &[String]| {
        sheet.columns.iter().find(|column| column.filled > 0 && is_called(column, names)).map(|c| c.index)
    };
    let (Some(first), Some(last)) = (called(&words.first_names), called(&words.last_names)) else { return };
    let is_half = match plan.fields.get(&Field::Name) {
        None => plan.kind.fields().contains(&Field::Name),
        Some(Source::Column(name)) => {
            [first, last].contains(name) && !sheet.mapped.fields.contains_key(&Field::Name)
        }
        Some(_) => false,
    };
    if !is_half || first == last {
        return;
    }
    // Where the family's name is written first and without a blank.
    let is_family_first = labels(&sheet.columns[last]).any(|label| label.trim().starts_with('姓'));
    let order = if is_family_first { vec![last, first] } else { vec![first, last] };
    plan.fields.insert(Field::Name, Source::Join(order));
}
