//! `member stage`: moves someone, and refuses impossible jumps.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::stage::Stage;
use crate::store::members::Person;
use crate::store::{Store, stages};
use anyhow::Result;
use clap::Args;

/// Move someone to another stage.
///
/// Stages: member, candidate, invited, interested, active, on-hold, alumni; or declined, removed
///
/// Example: groundswell member stage ana@example.com active --why "said yes at the kickoff"
#[derive(Debug, Args)]
pub struct Move {
    /// Whom
    member: String,
    /// To which stage
    stage: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

impl Move {
    /// Moves the member.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let stage: Stage = self.stage.parse().map_err(usage)?;
        move_to(app, "member stage", std::slice::from_ref(&person), stage, self.why.as_deref())?;
        app.screen.say(&format!("{}: {} -> {stage}", person.label(), person.stage));
        app.screen.next(&format!("groundswell member show {}", person.id), "how they came here");
        Ok(End::Done)
    }
}

/// Moves people to a stage, all or none; those who stand there already are left as they are.
pub fn move_to(
    app: &App,
    command: &'static str,
    people: &[Person],
    stage: Stage,
    why: Option<&str>,
) -> Result<usize> {
    app.write(|store| {
        let notes = record(app, store, command, people, stage, why)?;
        Ok((notes.len(), notes))
    })
}

/// The same inside a change of the caller's; returns its lines for the log.
pub fn record(
    app: &App,
    store: &Store,
    command: &'static str,
    people: &[Person],
    stage: Stage,
    why: Option<&str>,
) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    for person in people.iter().filter(|person| person.stage != stage) {
        if !person.stage.next().contains(&stage) {
            let allowed: Vec<_> = person.stage.next().iter().map(|next| next.word()).collect();
            return Err(usage(format!(
                "{} is {} and cannot become {stage}; from there it goes to {}",
                person.label(),
                person.stage,
                allowed.join(", ")
            )));
        }
        stages::set(store, person.id, stage, app.now(), app.as_of(), why, None)?;
        notes.push(
            Note::of(command, person.id, format!("stage of {}", person.label()))
                .change(person.stage.word(), stage.word()),
        );
    }
    Ok(notes)
}
