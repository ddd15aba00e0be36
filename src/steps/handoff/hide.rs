//! What --redact leaves of a table: numbers, days and words of the program stay, everything people wrote goes.

use super::Redact;
use crate::app::App;
use crate::model::digest::{hex, keyed};
use crate::output::redact::HIDDEN;
use crate::store::handoff::schema::{Holds, Table};
use crate::store::settings;
use crate::store::whole::Value;
use anyhow::Result;
use std::collections::BTreeSet;

/// What becomes of a column's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stays,
    Word,
    Hidden,
    /// The column of the same row that says which.
    By(usize),
}

/// How the texts of one table are hidden.
pub struct Hide<'a> {
    fates: Vec<Fate>,
    names: Vec<String>,
    facts: &'a BTreeSet<String>,
    secret: String,
}

impl<'a> Hide<'a> {
    /// For a table; none where nothing is hidden.
    pub fn of(app: &App, redact: &'a Redact, table: &Table) -> Result<Option<Self>> {
        let Some(redaction) = &app.screen.redact else { return Ok(None) };
        let fate = |column: &crate::store::handoff::schema::Column| {
            let full = format!("{}.{}", table.name, column.name);
            if column.holds != Holds::Text {
                Fate::Stays
            } else if full == "facts.value" {
                table.columns.iter().position(|other| other.name == "field").map_or(Fate::Hidden, Fate::By)
            } else if redact.words.contains(&full) {
                Fate::Word
            } else if redaction.open.contains(&column.name) {
                Fate::Stays
            } else {
                Fate::Hidden
            }
        };
        Ok(Some(Self {
            fates: table.columns.iter().map(fate).collect(),
            names: table.columns.iter().map(|column| column.name.clone()).collect(),
            facts: &redact.facts,
            secret: settings::read(app.store()?, "secret")?.unwrap_or_default(),
        }))
    }

    /// What stands for a text of a column in a row; none where it stays. Words are of 128 bits: of any number of visitors no
    /// two share one.
    pub fn text(&self, column: usize, text: &str, row: &[Value]) -> Option<String> {
        let word = || {
            let bytes = keyed(&self.secret, &format!("handoff\n{}\n{text}", self.names[column]));
            format!("{}-{}", self.names[column], hex(&bytes[..16]))
        };
        match self.fates[column] {
            Fate::Stays => None,
            Fate::Word => Some(word()),
            Fate::Hidden => Some(HIDDEN.into()),
            Fate::By(field) => {
                let opened =
                    matches!(row.get(field), Some(Value::Text(field)) if self.facts.contains(*field));
                // An empty value says that the fact was taken back.
                (!opened && !text.is_empty()).then(|| HIDDEN.into())
            }
        }
    }
}
