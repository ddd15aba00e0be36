//! What is on file about everyone that decides who may be written to or asked now.

use super::refusal::{Limits, OnFile, Refusal, refusal};
use crate::app::App;
use crate::model::time::Day;
use crate::store::members::Person;
use crate::store::{asks, briefs};
use anyhow::Result;
use std::collections::BTreeMap;

/// Days between two asks, where the program has no setting of its own.
const COOLDOWN_DAYS: f64 = 30.0;

/// Days between two asks, whoever asks.
pub fn cooldown_days(app: &App) -> Result<i32> {
    Ok(app.number("ask.cooldown_days", COOLDOWN_DAYS)? as i32)
}

/// Everyone's consents and when they were last asked.
pub struct Standing<'a> {
    kind: &'a str,
    cooldown_days: i32,
    today: Day,
    contact: BTreeMap<i64, (bool, Day)>,
    said: BTreeMap<i64, (bool, Day)>,
    last_asked: BTreeMap<i64, Day>,
    sent: BTreeMap<i64, briefs::Send>,
    overheard: Option<(&'a str, Day)>,
}

impl<'a> Standing<'a> {
    /// Reads it for one kind of brief or ask, and for one brief.
    pub fn read(app: &App, kind: &'a str, brief: Option<i64>) -> Result<Self> {
        let (store, today) = (app.store()?, app.as_of());
        Ok(Self {
            kind,
            cooldown_days: cooldown_days(app)?,
            today,
            contact: asks::said(store, "contact", today)?,
            said: asks::said(store, kind, today)?,
            last_asked: asks::last_asked(store, today)?,
            // Sent is sent, also when it was dated later.
            sent: brief.map(|id| briefs::sends(store, id, Day(i32::MAX))).transpose()?.unwrap_or_default(),
            overheard: None,
        })
    }

    /// The same for news that is a secret until a day and would go by a way others read along on.
    #[must_use]
    pub fn overheard(mut self, channel: Option<(&'a str, Day)>) -> Self {
        self.overheard = channel;
        self
    }

    /// Why someone is left out, if so; `anyway` sets the cool-down aside and nothing else.
    pub fn refusal(&self, person: &Person, anyway: bool) -> Option<Refusal> {
        let on_file = OnFile {
            ours: person.standing != "member",
            stage: person.stage,
            contact: self.contact.get(&person.id).copied(),
            kind: self.said.get(&person.id).copied(),
            last_asked: self.last_asked.get(&person.id).copied(),
            sent: self.sent.get(&person.id).map(|send| send.day),
        };
        let limits = Limits {
            kind: self.kind,
            cooldown_days: self.cooldown_days,
            today: self.today,
            anyway,
            overheard: self.overheard,
        };
        refusal(&on_file, &limits)
    }
}
