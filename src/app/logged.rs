//! A change: one transaction, and its line in the log.

use super::App;
use crate::model::time::Instant;
use crate::store::{Store, log};
use anyhow::Result;

/// What the log says of a change.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// The command, such as `member edit`.
    pub command: &'static str,
    /// What was done, in words.
    pub what: String,
    /// The member it was done to.
    pub member: Option<i64>,
    /// The batch it was done to.
    pub batch: Option<i64>,
    /// How it was before.
    pub before: Option<String>,
    /// How it is after.
    pub after: Option<String>,
}

impl Note {
    /// A line about one member.
    pub fn of(command: &'static str, member: i64, what: impl Into<String>) -> Self {
        Self { command, what: what.into(), member: Some(member), ..Self::default() }
    }

    /// A line about the program.
    pub fn program(command: &'static str, what: impl Into<String>) -> Self {
        Self { command, what: what.into(), ..Self::default() }
    }

    /// The line as the store keeps it.
    pub fn entry(&self, at: Instant) -> log::Entry {
        log::Entry {
            id: 0,
            at,
            command: self.command.into(),
            what: self.what.clone(),
            member: self.member,
            batch: self.batch,
            before: self.before.clone(),
            after: self.after.clone(),
        }
    }

    /// With the state before and after.
    #[must_use]
    pub fn change(mut self, before: impl Into<String>, after: impl Into<String>) -> Self {
        self.before = Some(before.into());
        self.after = Some(after.into());
        self
    }
}

impl App {
    /// Makes a change in one transaction and logs it; the change returns its log lines.
    pub fn write<T>(&self, change: impl FnOnce(&Store) -> Result<(T, Vec<Note>)>) -> Result<T> {
        let store = self.store()?;
        store.write(|| {
            let (value, notes) = change(store)?;
            for note in &notes {
                self.log(note)?;
            }
            Ok(value)
        })
    }

    /// Adds a line to the log, inside a transaction of the caller's.
    pub fn log(&self, note: &Note) -> Result<()> {
        log::add(self.store()?, &note.entry(self.clock()))
    }
}
