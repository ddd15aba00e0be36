//! `equip desk answer`: what someone was told.

use super::{question, words};
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::output::safe::counted;
use crate::store::questions;
use anyhow::Result;
use clap::Args;

/// Write down the answer.
///
/// Example: groundswell equip desk answer 3 "Yes, from Tuesday on"
#[derive(Debug, Args)]
pub struct Answer {
    /// The question's number
    id: i64,
    /// What they were told
    text: Option<String>,
    /// Who of ours gave it (else whose question it is)
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

impl Answer {
    /// Writes it down.
    pub fn run(self, app: &App) -> Result<End> {
        let id = self.id;
        let found = question(app, id)?;
        let text = words(&app.text(self.text, "What were they told?", "the text")?, "answer")?;
        let owner = self.owner.map(|owner| words(&owner, "owner")).transpose()?.or(found.owner);
        let before = found.answer.map(|(text, _)| text).unwrap_or_default();
        if !before.is_empty() {
            app.confirm(&format!("Question {id} has an answer: '{before}'. Write another in its place?"))?;
        }
        app.write(|store| {
            questions::answer(store, id, &text, owner.as_deref(), app.now(), app.as_of())?;
            let note = Note::of("equip desk answer", found.person, format!("answer to question {id}"));
            Ok(((), vec![note.change(before, &*text)]))
        })?;
        let hours = app.now().hours_since(found.at).max(0);
        app.screen.say(&format!("Question {id} is answered, after {}", counted(hours, "hour", "hours")));
        app.screen.say(&format!(
            "Worth repeating? `groundswell equip desk publish {id}` puts it into everyone's handbook, without their name."
        ));
        app.screen.next("groundswell equip desk list --open", "what else is waiting");
        Ok(End::Done)
    }
}
