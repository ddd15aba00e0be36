//! Step 4, amplify: lift early and best work.
mod best;
pub mod drop;
mod log;
mod place;
mod queue;
mod ranking;
mod react;
mod trough;

use crate::app::App;
use crate::app::fail::End;
use anyhow::Result;
use clap::{Args, Subcommand};

/// Lift early and best work: who waits for a reaction, what is worth a better place, who is about to give up.
///
/// Example: groundswell amplify queue
#[derive(Debug, Args)]
pub struct Amplify {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write down something a member made, by its address
    Log(log::Log),
    /// What waits for a reaction, newcomers first
    Queue(queue::Queue),
    /// One of ours answered a contribution
    React(react::React),
    /// We gave a contribution a better place
    Promote(react::Promote),
    /// The best contributions
    Best(best::Best),
    /// Who is about to give up, and what to do
    Trough(trough::Trough),
}

impl Amplify {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Log(args) => args.run(app),
            Command::Queue(args) => args.run(app),
            Command::React(args) => args.run(app),
            Command::Promote(args) => args.run(app),
            Command::Best(args) => args.run(app),
            Command::Trough(args) => args.run(app),
        }
    }
}
