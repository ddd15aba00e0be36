//! Values as an engine reads them from a CSV: nothing is an empty cell, a text is always quoted.

use crate::model::engine::Engine;
use crate::store::whole::Value;
use anyhow::{Result, bail};
use std::io::Write;

/// Adds a value to a row.
pub fn add(row: &mut Vec<u8>, engine: Engine, value: &Value) -> Result<()> {
    match value {
        Value::Null => {}
        Value::Integer(number) => write!(row, "{number}")?,
        Value::Real(number) => write!(row, "{number}")?,
        Value::Text(text) => quoted(row, engine, text),
        Value::Bytes(_) => bail!("bytes are not handed over"),
    }
    Ok(())
}

/// A text between quotes. A quote within is doubled; psql would end the rows at a line that is only `\.`, even within a text,
/// so for it a backslash stands before every backslash and quote.
fn quoted(row: &mut Vec<u8>, engine: Engine, text: &str) {
    row.push(b'"');
    for &byte in text.as_bytes() {
        match (byte, engine) {
            (b'"' | b'\\', Engine::Postgres) => row.push(b'\\'),
            (b'"', _) => row.push(b'"'),
            _ => {}
        }
        row.push(byte);
    }
    row.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(engine: Engine, value: &Value) -> String {
        let mut row = Vec::new();
        add(&mut row, engine, value).expect("a value");
        String::from_utf8(row).expect("UTF-8")
    }

    #[test]
    fn nothing_is_not_an_empty_text() {
        for engine in Engine::ALL {
            assert_eq!(row(engine, &Value::Null), "");
            assert_eq!(row(engine, &Value::Text("")), "\"\"");
            assert_eq!(row(engine, &Value::Text("=1+1\n王, 小")), "\"=1+1\n王, 小\"");
        }
        assert_eq!(row(Engine::Duckdb, &Value::Text("a\"\\b")), "\"a\"\"\\b\"");
        assert_eq!(row(Engine::Postgres, &Value::Text("a\"\n\\.\n")), "\"a\\\"\n\\\\.\n\"");
        assert_eq!(row(Engine::Spark, &Value::Real(0.1)), "0.1");
    }
}
