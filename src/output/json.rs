//! A table as JSON: an array of flat objects with the CSV's keys.

use super::{Cell, Table};
use anyhow::Result;
use serde_json::{Map, Value};

/// The array, indented; numbers are numbers, money is a decimal string, a missing value is null.
pub fn draw(table: &Table) -> Result<String> {
    let rows: Vec<Value> = table
        .rows
        .iter()
        .map(|row| {
            let object: Map<String, Value> = table
                .columns
                .iter()
                .zip(row)
                .map(|(column, cell)| (column.key.to_string(), value(cell)))
                .collect();
            Value::Object(object)
        })
        .collect();
    Ok(serde_json::to_string_pretty(&rows)? + "\n")
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Text(text) | Cell::Decimal(text) => Value::String(text.clone()),
        Cell::Whole(number) => (*number).into(),
        Cell::Number { .. } => {
            // What is printed is what is meant: the rounded digits, as a number.
            let digits = cell.plain();
            digits
                .parse::<f64>()
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map_or(Value::Null, Value::Number)
        }
    }
}
