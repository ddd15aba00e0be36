//! `groundswell profiles`: the export formats that are known by their headers.

use super::profile::{self, Layout, Profile};
use super::reader::{Container, Input};
use super::run::Options;
use super::tables;
use crate::app::App;
use crate::app::fail::End;
use crate::output::Table;
use anyhow::Result;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// The export formats that are known by their headers.
///
/// A file of your own in the same form works with `import --profile FILE`.
#[derive(Debug, Args)]
pub struct Profiles {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// All formats (the same as without a command)
    List,
    /// Which format a file has, and what the others miss in it.
    ///
    /// Example: groundswell profiles match orders.csv
    Match {
        /// The file
        file: PathBuf,
        /// Which of its tables, by name or by number
        #[arg(long, value_name = "NAME")]
        table: Option<String>,
    },
}

impl Profiles {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        let shipped = Profile::shipped()?;
        match self.command {
            None | Some(Command::List) => {
                let mut table = Table::new(&["profile", "kind", "tool", "?title"]);
                for profile in &shipped {
                    let kind = profile.kind.map_or("refused", |kind| kind.as_str());
                    table.row(vec![
                        profile.name.clone().into(),
                        kind.into(),
                        profile.tool.clone().into(),
                        profile.title.clone().into(),
                    ]);
                }
                app.screen.show(&table)?;
                app.screen.next("groundswell profiles match FILE", "which of them a file has");
            }
            Some(Command::Match { file, table }) => matching(app, &shipped, &file, table)?,
        }
        Ok(End::Done)
    }
}

fn matching(app: &App, shipped: &[Profile], file: &Path, table: Option<String>) -> Result<()> {
    let options = Options { table, ..Options::default() };
    let tables::Chosen { opened, note, .. } = tables::first(Container::open(Input::open(file)?)?, &options)?;
    if let Some(note) = note {
        app.screen.aside(&format!("{}: {note}", file.display()));
    }
    let layout = opened.layout;
    let facts = Layout::from(&layout);
    let mut ranked: Vec<(usize, &Profile, String)> = shipped
        .iter()
        .map(|profile| {
            let missing = profile::fits(profile, &layout.columns, facts);
            (missing.len(), profile, missing.join(", "))
        })
        .collect();
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
    let mut table = Table::new(&["profile", "fits", "missing"]);
    for (missing, profile, names) in ranked {
        table.row(vec![
            profile.name.clone().into(),
            if missing == 0 { "yes" } else { "no" }.into(),
            names.into(),
        ]);
    }
    app.screen.show(&table)?;
    app.screen.next(&format!("groundswell import {} --dry-run", file.display()), "what would come of it");
    Ok(())
}
