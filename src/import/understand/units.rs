//! What the amounts of a file are counted in: as their headers say, or as Stripe's interface writes them.

use super::Sheet;
use super::finish::columns_of;
use super::plan::{Plan, Source};
use crate::import::headers::title;
use crate::import::reader::column::Column;
use crate::import::values::units::{Unit, of_header};
use crate::model::field::Field;
use crate::model::kind::Kind;

/// How the numbers of payments begin in Stripe.
const STRIPE: [&str; 5] = ["ch_", "pi_", "py_", "in_", "re_"];

/// Settles the unit of each amount, and the currency that a header names beside it.
pub fn settle(plan: &mut Plan, sheet: &Sheet) {
    let is_stripes = settle_stripes(plan, sheet);
    let fields: Vec<Field> = plan.fields.keys().copied().filter(|field| field.is_money()).collect();
    for field in fields {
        let header = columns_of(plan, field, sheet).first().map_or_else(String::new, |column| title(column));
        let (unit, currency) = match of_header(&header) {
            Some((unit, currency, _)) => (unit, currency),
            None if is_stripes => (Unit::Minor, None),
            None => continue,
        };
        plan.units.insert(field, unit);
        if plan.currency.is_none() && !plan.has(Field::Currency) {
            plan.currency = currency;
        }
    }
}

/// Whether these are payments as Stripe's interface tells them: times in seconds since 1970, and amounts in cents. Their numbers
/// stand in a column that is called `id` and no more.
fn settle_stripes(plan: &mut Plan, sheet: &Sheet) -> bool {
    let all = |column: &Column, fits: fn(&str) -> bool| {
        !column.samples.is_empty() && column.samples.iter().all(|cell| fits(cell))
    };
    let is_number = |column: &Column| all(column, |cell| STRIPE.iter().any(|start| cell.starts_with(start)));
    let of_field = |field: Field, fits: fn(&str) -> bool| {
        columns_of(plan, field, sheet).first().is_some_and(|column| all(column, fits))
    };
    let is_stripes = plan.kind == Kind::Orders
        && plan.profile.is_none()
        && of_field(Field::Date, |cell| cell.len() == 10 && is_digits(cell))
        && of_field(Field::Amount, is_digits);
    let Some(number) = sheet.columns.iter().find(|column| is_number(column)).filter(|_| is_stripes) else {
        return false;
    };
    plan.fields.entry(Field::Order).or_insert(Source::Column(number.index));
    true
}

fn is_digits(cell: &str) -> bool {
    cell.bytes().all(|byte| byte.is_ascii_digit())
}
