//! Whether the sign in a column of amounts is a decimal sign where nothing in the column tells it from one between thousands.

use super::headers::title;
use super::reader::{Column, Layout};
use super::understand::{Plan, Question};
use super::values::money::amount;
use super::values::numbers::{Sign, Style};
use crate::model::field::Field;
use crate::model::kind::Kind;

/// The style that a column of a field shows, or that the user named where it shows none.
pub fn style(column: &Column, field: Field, kind: Kind, said: Option<Style>) -> Option<Style> {
    // No money has three decimals beside whole numbers; a measure of use may.
    let grouped = |style: Option<Style>| style.filter(|_| is_asked(field, kind));
    let by_numbers = column.numbers.and_then(|numbers| numbers.style.or_else(|| grouped(numbers.grouped)));
    by_numbers.or(match column.sign {
        Sign::Is(style) => Some(style),
        Sign::Open => said,
        Sign::Unseen => None,
    })
}

fn is_asked(field: Field, kind: Kind) -> bool {
    field.is_money() && kind != Kind::Usage
}

/// What to ask of a column of money that is open.
pub fn question(plan: &Plan, layout: &Layout, said: Option<Style>) -> Option<Question> {
    let money = plan.fields.iter().filter(|(field, _)| is_asked(**field, plan.kind));
    let columns = money.flat_map(|(field, source)| source.columns().iter().map(move |at| (*field, *at)));
    columns.map(|(field, at)| (field, &layout.columns[at])).find_map(|(field, column)| {
        if column.sign != Sign::Open || style(column, field, plan.kind, said).is_some() {
            return None;
        }
        let is_open = |cell: &&String| {
            let (dot, comma) = (amount(cell, Style::Dot), amount(cell, Style::Comma));
            dot.is_some() && comma.is_some() && dot != comma
        };
        let value = column.samples.iter().find(is_open)?;
        // Thousands with a sign between them are likelier than amounts that all have three decimals.
        let (likely, other) =
            if value.contains('.') { (Style::Comma, Style::Dot) } else { (Style::Dot, Style::Comma) };
        let flag = |style: Style| format!("--decimal {}", style.name());
        let why = format!(
            "\"{value}\" may be thousands or have three decimals, and no value of `{}` decides it",
            title(column)
        );
        Some(Question::new(format!("how to read {field}"), flag(likely), why).or(flag(other)))
    })
}
