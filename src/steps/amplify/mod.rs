//! Step 4, amplify: lift early and best work.
mod advice;
mod backtest;
mod batch;
mod best;
pub mod drop;
mod early;
mod effect;
mod list;
mod log;
pub mod queue;
mod ranking;
mod react;
mod replay;
mod showcase;
mod silence;
mod trough;
pub mod watch;

use crate::app::App;
use crate::app::fail::End;
use anyhow::Result;
use clap::{Args, Subcommand};

/// 4 - Lift early and best work.
///
/// Who waits for a reaction, what is worth a better place, who is about to give up.
///
/// Example: groundswell amplify queue
#[derive(Debug, Args)]
pub struct Amplify {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Log(Box<log::Log>),
    Queue(queue::Queue),
    React(react::React),
    Promote(react::Promote),
    Best(best::Best),
    Trough(trough::Trough),
    Backtest(backtest::Backtest),
    Effect(Box<effect::Effect>),
    Showcase(showcase::Showcase),
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
            Command::Backtest(args) => args.run(app),
            Command::Effect(args) => args.run(app),
            Command::Showcase(args) => args.run(app),
        }
    }
}
