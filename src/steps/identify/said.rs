//! What the command line says of a kickoff and of who writes: the same for the letter and for its reminder.

use super::letter::Occasion;
use crate::app::App;
use crate::app::fail::usage;
use crate::app::typed;
use crate::model::time::Instant;
use crate::store::settings;
use anyhow::Result;
use clap::Args;

/// The flags of every letter.
#[derive(Debug, Args)]
pub(super) struct Said {
    /// Where it is: an address, or a link
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// Until when to answer (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    answer_by: Option<String>,
    /// Who signs
    #[arg(long, value_name = "NAME")]
    sender: Option<String>,
    /// The address answers go to
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// The sender's address in the e-mail files; without it your mail program's account sends
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
}

impl Said {
    /// What every letter to a kickoff says.
    pub fn occasion(self, app: &App, kickoff: Instant) -> Result<Occasion> {
        let address = |flag: &str, given: Option<String>| {
            given.map(|text| anyhow::Ok(typed::email(flag, &text)?.value)).transpose()
        };
        let answer_by = self.answer_by.map(|text| anyhow::Ok(typed::day("--answer-by", &text)?.to_string()));
        Ok(Occasion {
            program: settings::read(app.store()?, "name")?.unwrap_or_default(),
            sender: self.sender,
            contact: address("--contact", self.contact)?,
            from: address("--from", self.from)?,
            kickoff,
            minutes: 0,
            place: self.place,
            answer_by: answer_by.transpose()?,
            page: None,
            reasons: Vec::new(),
            texts: app.texts(),
        })
    }
}

/// When a kickoff begins, as it was typed.
pub(super) fn moment(app: &App, text: &str) -> Result<Instant> {
    let Some(kickoff) = app.zone().parse(text) else {
        return Err(usage(format!("--kickoff {text}: not a time; write it as \"2026-12-10 17:00\"")));
    };
    if kickoff < app.now() {
        return Err(usage(format!("--kickoff {text}: that is over already")));
    }
    Ok(kickoff)
}
