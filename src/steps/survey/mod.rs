//! Step 2, survey: what drives each of them.

pub mod advice;
mod explain;
mod form;
pub mod personas;
mod predicts;
pub mod scoring;
pub mod sentiment;
pub mod statements;
mod take;

use crate::app::App;
use crate::app::fail::End;
use anyhow::Result;
use clap::{Args, Subcommand};

/// 2 - What drives each of them.
///
/// Educators, status seekers, validators, collaborators.
///
/// Example: groundswell survey form --format html -o form.html
#[derive(Debug, Args)]
pub struct Survey {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Form(form::Make),
    Take(take::Take),
    Personas(personas::Personas),
    Explain(explain::Explain),
    Nps(sentiment::Nps),
    Csat(sentiment::Csat),
}

impl Survey {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Form(args) => args.run(app),
            Command::Take(args) => args.run(app),
            Command::Personas(args) => args.run(app),
            Command::Explain(args) => args.run(app),
            Command::Nps(args) => args.run(app),
            Command::Csat(args) => args.run(app),
        }
    }
}
