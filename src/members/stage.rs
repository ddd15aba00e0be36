//! `member stage`: moves someone, and refuses impossible jumps.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::store::members::Person;
use crate::store::{Store, stages};
use anyhow::Result;
use clap::Args;

/// Move someone to another stage.
///
/// Stages: member, candidate, invited, interested, active, on-hold, alumni; or declined, removed
///
/// --until says when a term ends (active) or when to ask again (on-hold); given for the stage someone is at already, it
/// renews it. Without it the preset's limit counts; `groundswell member due` speaks up.
///
/// Example: groundswell member stage ana@example.com active --until 2027-06-30 --why "said yes at the kickoff"
#[derive(Debug, Args)]
pub struct Move {
    /// Whom
    member: String,
    /// To which stage
    stage: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// The end of the term, or the day to ask again (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
}

impl Move {
    /// Moves the member.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let stage: Stage = self.stage.parse().map_err(usage)?;
        let until = self.until.as_deref().map(|text| until(app, stage, text)).transpose()?;
        let changed = app.write(|store| {
            let one = std::slice::from_ref(&person);
            let notes = record_until(app, store, "member stage", one, stage, self.why.as_deref(), until)?;
            Ok((notes.len(), notes))
        })?;
        let till = until.map_or_else(String::new, |day| format!(", until {day}"));
        if changed == 0 {
            app.screen.say(&format!("{} is {stage} already; nothing was changed", person.label()));
        } else {
            app.screen.say(&format!("{}: {} -> {stage}{till}", person.label(), person.stage));
        }
        app.screen.next(&format!("groundswell member show {}", person.id), "how they came here");
        Ok(End::Done)
    }
}

/// The day a stage is meant to last until.
fn until(app: &App, stage: Stage, text: &str) -> Result<Day> {
    if !stage.is_advocate() {
        return Err(usage(format!(
            "--until {text}: only active (the end of the term) and on-hold (when to ask again) have an end, not {stage}"
        )));
    }
    let day = typed::day("--until", text)?;
    if day <= app.as_of() {
        return Err(usage(format!("--until {text}: not a day to come; today is {}", app.as_of())));
    }
    Ok(day)
}

/// Moves people to a stage, all or none, inside a change of the caller's; those who stand there already are left as they
/// are. Returns its lines for the log.
pub fn record(
    app: &App,
    store: &Store,
    command: &'static str,
    people: &[Person],
    stage: Stage,
    why: Option<&str>,
) -> Result<Vec<Note>> {
    record_until(app, store, command, people, stage, why, None)
}

/// The same with the day it is meant to last until, which also renews a stage someone is at already.
fn record_until(
    app: &App,
    store: &Store,
    command: &'static str,
    people: &[Person],
    stage: Stage,
    why: Option<&str>,
    until: Option<Day>,
) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    for person in people.iter().filter(|person| person.stage != stage || until.is_some()) {
        if person.stage != stage && !person.stage.next().contains(&stage) {
            let allowed: Vec<_> = person.stage.next().iter().map(|next| next.word()).collect();
            return Err(usage(format!(
                "{} is {} and cannot become {stage}; from there it goes to {}",
                person.label(),
                person.stage,
                allowed.join(", ")
            )));
        }
        let before =
            stages::standings(store, Some(person.id), app.as_of())?.first().and_then(|known| known.until);
        let row = stages::set(store, person.id, stage, app.now(), app.as_of(), why, None)?;
        if let Some(until) = until {
            stages::set_until(store, row, until)?;
        }
        notes.push(
            Note::of(command, person.id, format!("stage of {}", person.label()))
                .change(lasting(person.stage, before), lasting(stage, until)),
        );
    }
    Ok(notes)
}

fn lasting(stage: Stage, until: Option<Day>) -> String {
    until.map_or_else(|| stage.word().to_string(), |day| format!("{stage} until {day}"))
}
