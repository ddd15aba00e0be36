//! Step 1, identify: who could be an advocate, and inviting them.

mod answer;
pub mod board;
mod evaluate;
mod evaluation;
mod explain;
pub mod goal;
mod invite;
mod learn;
mod learning;
mod letter;
mod level;
mod levels;
mod pace;
mod page;
mod rank;
mod remind;
mod said;
pub mod score;
mod shortlist;
pub mod signals;
mod size;
mod weights;

use crate::app::App;
use crate::app::fail::End;
use anyhow::Result;
use clap::{Args, Subcommand};

/// 1 - Who could be an advocate, and invite them.
///
/// Example: groundswell identify rank --top 20
#[derive(Debug, Args)]
pub struct Identify {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Rank(rank::Rank),
    Explain(explain::Explain),
    Weights(weights::Weights),
    WhatIf(weights::WhatIf),
    Shortlist(shortlist::Shortlist),
    Invite(invite::Invite),
    Remind(remind::Remind),
    Answer(answer::Answer),
    Page(page::Page),
    Size(size::HowMany),
    Evaluate(evaluate::Evaluate),
    Learn(learn::Learn),
    Levels(levels::Levels),
    Goal(goal::Goal),
}

impl Identify {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Rank(args) => args.run(app),
            Command::Explain(args) => args.run(app),
            Command::Weights(args) => args.run(app),
            Command::WhatIf(args) => args.run(app),
            Command::Shortlist(args) => args.run(app),
            Command::Invite(args) => args.run(app),
            Command::Remind(args) => args.run(app),
            Command::Answer(args) => args.run(app),
            Command::Page(args) => args.run(app),
            Command::Size(args) => args.run(app),
            Command::Evaluate(args) => args.run(app),
            Command::Learn(args) => args.run(app),
            Command::Levels(args) => args.run(app),
            Command::Goal(args) => args.run(app),
        }
    }
}
