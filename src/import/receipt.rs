//! What an import says of a file: every row has one fate, and they add up.

use super::kinds::Fate;
use crate::output::safe::counted;
use crate::output::{Cell, Format, Screen, Table};
use crate::store::batches::{Batch, Remarks};
use crate::store::union::Count;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The counts of one file.
#[derive(Debug, Clone, Default)]
pub struct Receipt {
    /// The counts and names that are kept.
    pub batch: Batch,
    /// Whether there is a batch: an import that brought nothing new leaves none.
    pub kept: bool,
    /// How long both readings of the file took, to the microsecond.
    pub seconds: Option<f64>,
    /// What was understood, in words.
    pub notes: Vec<String>,
    /// Of a program that was merged: what it had of each table.
    pub tables: Vec<Count>,
    reasons: BTreeMap<(&'static str, String), i64>,
}

impl Receipt {
    /// Counts a row.
    pub fn count(&mut self, fate: &Fate) {
        match fate {
            Fate::Added => self.batch.added += 1,
            Fate::Changed => self.batch.changed += 1,
            Fate::Unchanged => self.batch.unchanged += 1,
            Fate::Ignored(reason) => {
                self.batch.ignored += 1;
                *self.reasons.entry(("ignored", reason.clone())).or_default() += 1;
            }
            Fate::Later => return,
        }
        self.batch.rows += 1;
    }

    /// Counts a row that was set aside.
    pub fn reject(&mut self, reason: &str) {
        self.batch.rows += 1;
        self.batch.rejected += 1;
        *self.reasons.entry(("rejected", reason.into())).or_default() += 1;
    }

    /// Puts the reasons into the batch, sorted.
    pub fn close(&mut self) {
        self.batch.reasons = self
            .reasons
            .iter()
            .map(|((fate, reason), rows)| ((*fate).to_string(), reason.clone(), *rows))
            .collect();
    }

    /// The receipt of a program that was merged: its counts, and how many seconds it took.
    pub fn merged(batch: Batch, kept: bool, tables: Vec<Count>, seconds: f64) -> Self {
        Self { kept, batch, tables, seconds: Some(seconds), ..Self::default() }
    }

    /// A receipt of an earlier import, in a list: without its notes.
    pub fn of(batch: Batch) -> Self {
        Self { kept: true, batch, ..Self::default() }
    }

    /// A receipt of an earlier import, as it was printed.
    pub fn again(batch: Batch, remarks: Remarks) -> Self {
        let seconds = remarks.microseconds.map(|microseconds| microseconds as f64 / 1e6);
        Self { kept: true, batch, seconds, notes: remarks.notes, ..Self::default() }
    }

    /// What was understood, a line each.
    pub fn remarks(&self, screen: &Screen) {
        for note in &self.notes {
            screen.aside(&format!("{}: {note}", self.batch.file));
        }
    }

    fn json(&self) -> Value {
        let batch = &self.batch;
        let mut reasons = serde_json::Map::new();
        for (_, reason, rows) in &batch.reasons {
            let sum = reasons.get(reason).and_then(Value::as_i64).unwrap_or(0) + rows;
            reasons.insert(reason.clone(), sum.into());
        }
        let mut object = json!({
            "file": batch.file, "kind": batch.kind, "profile": batch.profile, "encoding": batch.encoding,
            "delimiter": batch.delimiter, "rows": batch.rows, "added": batch.added, "changed": batch.changed,
            "unchanged": batch.unchanged, "rejected": batch.rejected, "ignored": batch.ignored,
            "members_added": batch.members_added, "batch": self.kept.then_some(batch.id),
            "seconds": self.seconds, "reasons": reasons,
        });
        if !self.tables.is_empty() {
            let table = |count: &Count| {
                json!({
                    "table": count.table, "rows": count.rows, "added": count.added, "changed": count.changed,
                    "known": count.known, "set_aside": count.aside,
                })
            };
            object["tables"] = self.tables.iter().map(table).collect();
        }
        object
    }

    fn lines(&self) -> String {
        let batch = &self.batch;
        let tool = batch.profile.as_ref().map_or_else(String::new, |profile| format!(", {profile}"));
        let number = if self.kept { format!(" (batch {})", batch.id) } else { String::new() };
        let mut text = format!(
            "{}: {}{tool}, {}, {}{number}\n",
            batch.file, batch.kind, batch.encoding, batch.delimiter
        );
        text.push_str(&format!(
            "  {} = {} added + {} changed + {} unchanged + {} rejected + {} ignored; {}\n",
            counted(batch.rows, "row", "rows"),
            batch.added,
            batch.changed,
            batch.unchanged,
            batch.rejected,
            batch.ignored,
            counted(batch.members_added, "new member", "new members")
        ));
        for (fate, reason, rows) in &batch.reasons {
            text.push_str(&format!("  {fate}: {rows} {reason}\n"));
        }
        for count in &self.tables {
            let Count { table, rows, added, changed, known, aside } = count;
            let table = table.replace('_', " ");
            text.push_str(&format!(
                "  {table}: {rows} = {added} added + {changed} changed + {known} known + {aside} set aside\n"
            ));
        }
        text
    }
}

/// Shows receipts: one object for one file in JSON, an array for several.
pub fn show(screen: &Screen, receipts: &[Receipt]) -> Result<()> {
    match screen.format {
        Format::Json => {
            let objects: Vec<Value> = receipts.iter().map(Receipt::json).collect();
            let value = match objects.as_slice() {
                [one] => one.clone(),
                _ => Value::Array(objects),
            };
            screen.data(&(serde_json::to_string_pretty(&value)? + "\n"))
        }
        Format::Table => {
            let text: String = receipts.iter().map(Receipt::lines).collect();
            screen.data(&crate::output::safe::lines(&text))
        }
        _ => screen.show(&table(receipts)),
    }
}

/// The receipts as a list.
pub fn table(receipts: &[Receipt]) -> Table {
    let mut table = Table::new(&[
        ">batch",
        "file",
        "kind",
        "?profile",
        "?encoding",
        "?delimiter",
        ">rows",
        ">added",
        ">changed",
        ">unchanged",
        ">rejected",
        ">ignored",
        ">?members_added",
    ])
    .or_say("Nothing was imported yet: groundswell import FILE");
    for receipt in receipts {
        let batch = &receipt.batch;
        table.row(vec![
            if receipt.kept { Cell::Whole(batch.id) } else { Cell::Missing },
            batch.file.clone().into(),
            batch.kind.clone().into(),
            batch.profile.clone().into(),
            batch.encoding.clone().into(),
            batch.delimiter.clone().into(),
            batch.rows.into(),
            batch.added.into(),
            batch.changed.into(),
            batch.unchanged.into(),
            batch.rejected.into(),
            batch.ignored.into(),
            batch.members_added.into(),
        ]);
    }
    table
}
