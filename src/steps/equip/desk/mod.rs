//! `equip desk`: what advocates ask, what they are told, and what of it is worth repeating.

mod answer;
mod ask;
mod faq;
mod list;
mod pace;
mod times;

use super::limits::Limits;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::store::questions::{self, Question};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};

/// The support desk: what advocates ask, what they are told, and what of it is worth repeating.
#[derive(Debug, Args)]
pub struct Desk {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Ask(ask::Ask),
    List(list::List),
    Assign(ask::Assign),
    Answer(answer::Answer),
    Pace(pace::Pace),
    Publish(faq::Publish),
    Faq(faq::Faq),
    Revise(faq::Revise),
    Unpublish(faq::Unpublish),
}

/// Within how many hours an answer is wanted.
pub fn goal_hours(app: &App) -> Result<i64> {
    Limits::read()?.desk_hours(app)
}

impl Desk {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Ask(args) => args.run(app),
            Command::List(args) => args.run(app),
            Command::Assign(args) => args.run(app),
            Command::Answer(args) => args.run(app),
            Command::Pace(args) => args.run(app),
            Command::Publish(args) => args.run(app),
            Command::Faq(args) => args.run(app),
            Command::Revise(args) => args.run(app),
            Command::Unpublish(args) => args.run(app),
        }
    }
}

/// The question with this number.
fn question(app: &App, id: i64) -> Result<Question> {
    let mut known = questions::list(app.store()?, app.as_of())?.into_iter();
    match known.find(|question| question.id == id) {
        Some(question) => Ok(question),
        None => bail!("there is no question {id}; see `groundswell equip desk list`"),
    }
}

/// A text that says something.
fn words(text: &str, what: &str) -> Result<String> {
    let text = text.trim().to_string();
    if text.is_empty() {
        return Err(usage(format!("the {what} is empty: say it in a few words")));
    }
    Ok(text)
}
