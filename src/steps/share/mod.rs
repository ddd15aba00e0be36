//! Step 5, share: news worth passing on, and what is asked and given around it.

mod ack;
mod ask;
mod asks;
mod balance;
mod brief;
mod calendar;
mod code;
mod coining;
mod give;
mod link;
mod message;
mod need;
mod refusal;
mod segment;
mod send;
mod standing;
mod utm;

use crate::app::App;
use crate::app::fail::End;
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

#[derive(Debug, Subcommand)]
enum Command {
    /// News: write it, list it, read it
    Brief(brief::Brief),
    /// A message of a brief for each advocate, as files
    Send(send::Send),
    /// Someone answered "received"
    Ack(ack::Ack),
    /// An embargo is over
    Lift(ack::Lift),
    /// A tracked link of someone's own, or the list of all
    Link(link::Link),
    /// A discount code of someone's own, or the list of all
    Code(code::Code),
    /// Ask someone for something, and keep what became of it
    Ask(ask::Ask),
    /// Ask someone for their opinion
    Feedback(ask::Feedback),
    /// Write down what was given to someone
    Give(give::Give),
    /// Write down what someone needs from us, and that it was done
    Need(need::Need),
    /// Given against got: who is over-asked, who was never asked
    Balance(balance::Balance),
    /// Asks that are due, embargoes and kickoffs, as a calendar file
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
