//! Step 5, share: news worth passing on, and what is asked and given around it.

mod ack;
mod ask;
mod asks;
pub mod balance;
mod brief;
mod calendar;
mod channel;
mod code;
mod coining;
mod copy;
mod editing;
mod eml;
mod give;
mod leak;
mod link;
mod message;
mod need;
mod qr;
mod refusal;
mod segment;
mod send;
pub mod standing;
mod utm;
mod wording;

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::model::time::Day;
use anyhow::Result;
use clap::{Args, Subcommand};

/// 5 - News worth passing on.
///
/// Example: groundswell share brief new --kind exclusive --title "Kettle 2" --file news.md --embargo "2026-12-01 09:00"
#[derive(Debug, Args)]
pub struct Share {
    #[command(subcommand)]
    command: Command,
}

// The help of each is the comment of its struct: a comment here would hide the examples.
#[derive(Debug, Subcommand)]
enum Command {
    Brief(brief::Brief),
    Send(send::Send),
    Ack(ack::Ack),
    Lift(ack::Lift),
    Leak(leak::Leak),
    Link(link::Link),
    Code(code::Code),
    Ask(ask::Ask),
    Feedback(ask::Feedback),
    Give(give::Give),
    Need(need::Need),
    Balance(balance::Balance),
    Calendar(calendar::Calendar),
}

impl Share {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Brief(args) => args.run(app),
            Command::Send(args) => args.run(app),
            Command::Ack(args) => args.run(app),
            Command::Lift(args) => args.run(app),
            Command::Leak(args) => args.run(app),
            Command::Link(args) => args.run(app),
            Command::Code(args) => args.run(app),
            Command::Ask(args) => args.run(app),
            Command::Feedback(args) => args.run(app),
            Command::Give(args) => args.run(app),
            Command::Need(args) => args.run(app),
            Command::Balance(args) => args.run(app),
            Command::Calendar(args) => args.run(app),
        }
    }
}

/// A day that is not over yet.
fn coming(app: &App, flag: &str, text: &str) -> Result<Day> {
    let day = Day::parse(text).filter(|day| *day >= app.as_of());
    day.ok_or_else(|| usage(format!("{flag} {text}: not a day to come; write it as 2026-12-15")))
}

/// After questions: the same command with its flags, to be run again or put into a script.
fn again(app: &App, words: &[&str]) {
    let plain =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_.:/@".contains(c));
    let quoted = |word: &&str| {
        if plain(word) { (*word).to_string() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    let words: Vec<String> = words.iter().map(quoted).collect();
    app.screen.aside(&format!("The same without questions: groundswell share {}", words.join(" ")));
}
