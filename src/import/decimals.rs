//! Whether the sign in a column of amounts is a decimal sign where nothing in the column tells it from one between thousands.

use super::headers::title;
use super::reader::{Column, Layout};
use super::run::Options;
use super::understand::{Plan, Question};
use super::values::currency;
use super::values::money::{amount, currency_in};
use super::values::numbers::{Sign, Style};
use crate::model::field::Field;
use crate::model::kind::Kind;
use crate::model::money::decimals;

/// The style that a column of a field shows, or that the user named where it shows none.
pub fn style(column: &Column, field: Field, kind: Kind, said: Option<Style>) -> Option<Style> {
    // No money has three decimals beside whole numbers; a measure of use may.
    let grouped = |style: Option<Style>| style.filter(|_| is_asked(field, kind));
    let by_numbers = column.numbers.and_then(|numbers| numbers.style.or_else(|| grouped(numbers.grouped)));
    by_numbers.or(match column.sign {
        Sign::Is(style) => Some(style),
        Sign::Open => said.or_else(|| thousands(column).filter(|_| is_asked(field, kind))),
        Sign::Unseen => None,
    })
}

/// The style of amounts that all carry the sign of a currency with fewer than three decimals: `$12,000`.
fn thousands(column: &Column) -> Option<Style> {
    let is_whole = |cell: &String| currency_in(cell).is_some_and(|said| decimals(&said.to_uppercase()) < 3);
    let comma = column.samples.iter().any(|cell| cell.contains(','));
    let all = !column.samples.is_empty() && column.samples.iter().all(is_whole);
    all.then_some(if comma { Style::Dot } else { Style::Comma })
}

/// Whether the amounts are of currencies without decimals, so that their sign can only part thousands. `own` is the program's.
fn lacks_decimals(column: &Column, plan: &Plan, layout: &Layout, own: &str) -> bool {
    let code =
        |said: &str| currency::named(said, own).map_or_else(|| said.trim().to_uppercase(), str::to_owned);
    let by_row = plan.fields.get(&Field::Currency).and_then(|source| source.columns().first());
    let mut said: Vec<String> = match by_row {
        Some(at) => layout.columns[*at].samples.iter().map(|cell| code(cell)).collect(),
        None => column.samples.iter().filter_map(|cell| currency_in(cell)).map(code).collect(),
    };
    if said.is_empty() {
        said.push(code(plan.currency.as_deref().unwrap_or(own)));
    }
    said.iter().all(|code| decimals(code) == 0)
}

fn is_asked(field: Field, kind: Kind) -> bool {
    field.is_money() && kind != Kind::Usage
}

/// What to ask of a column of money that is open.
pub fn question(plan: &Plan, layout: &Layout, options: &Options) -> Option<Question> {
    let money = plan.fields.iter().filter(|(field, _)| is_asked(**field, plan.kind));
    let columns = money.flat_map(|(field, source)| source.columns().iter().map(move |at| (*field, *at)));
    columns.map(|(field, at)| (field, &layout.columns[at])).find_map(|(field, column)| {
        let is_told = column.sign != Sign::Open || style(column, field, plan.kind, options.decimal).is_some();
        if is_told || lacks_decimals(column, plan, layout, &options.currency) {
            return None;
        }
        let is_open = |cell: &&String| {
            let (dot, comma) = (amount(cell, Style::Dot), amount(cell, Style::Comma));
            dot.is_some() && comma.is_some() && dot != comma
        };
        let value = column.samples.iter().find(is_open)?;
        let elsewhere = layout.columns.iter().find_map(|other| match other.sign {
            Sign::Is(style) => Some(style),
            _ => None,
        });
        // Where no other column shows a sign, thousands are likelier than amounts that all have three decimals.
        let between = if value.contains('.') { Style::Comma } else { Style::Dot };
        let likely = elsewhere.unwrap_or(between);
        let other = if likely == Style::Dot { Style::Comma } else { Style::Dot };
        let flag = |style: Style| format!("--decimal {}", style.name());
        let why = format!(
            "\"{value}\" may be thousands or have three decimals, and no value of `{}` decides it",
            title(column)
        );
        Some(Question::new(format!("how to read {field}"), flag(likely), why).or(flag(other)))
    })
}
