//! Step 3, equip: what advocates need to begin.

mod add;
pub mod changed;
mod check;
mod copy;
pub mod desk;
mod edit;
mod fields;
mod files;
mod findings;
mod folder;
mod handbook;
mod kind;
mod library;
mod licence;
mod limits;
mod list;
mod load;
mod playbook;
mod resend;
mod show;
mod structure;

use crate::app::App;
use crate::app::fail::End;
use anyhow::Result;
use clap::{Args, Subcommand};

/// 3 - What they need to begin.
///
/// The library, each advocate's handbook, and the support desk.
///
/// Example: groundswell equip handbook --all -o handbooks --format html
#[derive(Debug, Args)]
pub struct Equip {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(add::Add),
    Load(load::Load),
    List(list::List),
    Show(show::Show),
    Edit(edit::Edit),
    Remove(list::Remove),
    Folder(folder::Folder),
    Handbook(handbook::Handbook),
    Changed(changed::Changed),
    Desk(desk::Desk),
    Check(check::Check),
}

impl Equip {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Add(args) => args.run(app),
            Command::Load(args) => args.run(app),
            Command::Show(args) => args.run(app),
            Command::Edit(args) => args.run(app),
            Command::Folder(args) => args.run(app),
            Command::List(args) => args.run(app),
            Command::Remove(args) => args.run(app),
            Command::Handbook(args) => args.run(app),
            Command::Changed(args) => args.run(app),
            Command::Desk(args) => args.run(app),
            Command::Check(args) => args.run(app),
        }
    }
}
