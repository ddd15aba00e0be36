//! Keeping people in order: who is who, where they stand, and what they agreed to.

mod add;
mod consent;
mod edit;
mod list;
mod merge;
mod note;
mod show;
pub mod stage;

use crate::app::App;
use crate::app::fail::End;
use anyhow::Result;
use clap::{Args, Subcommand};

/// Who is who.
///
/// A member is named by id, e-mail, platform:handle, or a name that fits only one.
#[derive(Debug, Args)]
pub struct Member {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everyone, or those of a stage, persona, platform or tag
    List(list::List),
    /// One member on one screen
    Show(show::Show),
    /// Add someone by hand
    Add(add::Add),
    /// Change what is known of someone
    Edit(edit::Edit),
    /// Write something down about someone
    Note(note::Write),
    /// Put a tag on someone, or take it off
    Tag(note::Tag),
    /// Move someone to another stage
    Stage(stage::Move),
    /// What someone agreed to be asked, and where they said so
    Consent(consent::Consent),
    /// Two members are one person
    Merge(merge::Merge),
    /// Take a merge back
    Unmerge(merge::Unmerge),
}

impl Member {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::List(args) => args.run(app),
            Command::Show(args) => args.run(app),
            Command::Add(args) => args.run(app),
            Command::Edit(args) => args.run(app),
            Command::Note(args) => args.run(app),
            Command::Tag(args) => args.run(app),
            Command::Stage(args) => args.run(app),
            Command::Consent(args) => args.run(app),
            Command::Merge(args) => args.run(app),
            Command::Unmerge(args) => args.run(app),
        }
    }
}
