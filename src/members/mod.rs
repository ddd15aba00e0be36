//! Keeping people in order: who is who, where they stand, and what they agreed to.

mod add;
mod certificate;
mod consent;
mod distinct;
pub mod due;
pub mod duplicates;
mod edit;
mod erase;
mod export;
mod leftovers;
mod list;
mod merge;
mod note;
pub mod segment;
mod show;
pub mod stage;
mod unmerge;

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
    List(list::List),
    Show(show::Show),
    Add(add::Add),
    Edit(edit::Edit),
    Note(note::Write),
    Tag(note::Tag),
    Stage(stage::Move),
    Due(due::Due),
    Segment(segment::Segment),
    Consent(consent::Consent),
    Duplicates(duplicates::Duplicates),
    Distinct(distinct::Distinct),
    Merge(merge::Merge),
    #[command(visible_alias = "merges")]
    Unmerge(unmerge::Unmerge),
    Export(export::Export),
    Erase(erase::Erase),
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
            Command::Due(args) => args.run(app),
            Command::Segment(args) => args.run(app),
            Command::Consent(args) => args.run(app),
            Command::Duplicates(args) => args.run(app),
            Command::Distinct(args) => args.run(app),
            Command::Merge(args) => args.run(app),
            Command::Unmerge(args) => args.run(app),
            Command::Export(args) => args.run(app),
            Command::Erase(args) => args.run(app),
        }
    }
}
