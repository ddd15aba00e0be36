//! `equip desk ask` and `equip desk assign`: a question, and who answers it.

use super::{question, words};
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::store::questions;
use anyhow::{Result, bail};
use clap::Args;

/// Write down what an advocate asks.
///
/// Whoever looks after them answers, unless --owner says who.
///
/// Example: groundswell equip desk ask ana@example.com "May I show the beta on stage?" --owner Mei
#[derive(Debug, Args)]
pub struct Ask {
    /// Who asks
    member: String,
    /// What
    text: Option<String>,
    /// Who of ours answers it
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

impl Ask {
    /// Writes it down.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let text = words(&app.text(self.text, "What do they ask?", "the text")?, "question")?;
        let owner =
            self.owner.map(|owner| words(&owner, "owner")).transpose()?.or_else(|| person.owner.clone());
        let id = app.write(|store| {
            let id = questions::ask(store, person.id, &text, owner.as_deref(), app.now(), app.as_of())?;
            Ok((id, vec![Note::of("equip desk ask", person.id, format!("question {id}")).change("", &*text)]))
        })?;
        app.screen.say(&format!("Question {id} of {} is open", person.label()));
        app.screen.next(&format!("groundswell equip desk answer {id} TEXT"), "once you have answered them");
        Ok(End::Done)
    }
}

/// Say who of ours answers a question.
///
/// Example: groundswell equip desk assign 3 Mei
#[derive(Debug, Args)]
pub struct Assign {
    /// The question's number
    id: i64,
    /// Who
    owner: Option<String>,
}

impl Assign {
    /// Writes it down.
    pub fn run(self, app: &App) -> Result<End> {
        let found = question(app, self.id)?;
        if found.answer.is_some() {
            bail!(
                "question {} is answered already; who gave the answer is changed with `groundswell equip desk answer {} TEXT --owner NAME`",
                self.id,
                self.id
            );
        }
        let owner = words(&app.text(self.owner, "Who answers it?", "the name")?, "owner")?;
        app.write(|store| {
            questions::assign(store, found.id, &owner)?;
            let note = Note::of("equip desk assign", found.person, format!("question {}", found.id));
            Ok(((), vec![note.change(found.owner.clone().unwrap_or_default(), &*owner)]))
        })?;
        app.screen.say(&format!("{owner} answers question {}: {}", found.id, found.text));
        app.screen.next(
            &format!("groundswell equip desk list --open --owner {}", crate::app::ask::quoted(&owner)),
            "what else is theirs",
        );
        Ok(End::Done)
    }
}
