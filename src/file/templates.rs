//! `templates`: the texts, forms and pages as files to copy and change.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::texts::OWN;
use crate::data;
use crate::output::{Table, file};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use std::collections::BTreeSet;

/// The texts that go to people, as files to change.
///
/// A copy in the folder of your program file is used instead of the text the program carries; delete it to go back.
#[derive(Debug, Args)]
pub struct Templates {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// All texts, and which are your own (the same as without a command)
    List,
    Copy(Copy),
}

/// Copy a text, to change it.
///
/// By its name in every language, or by its path for one.
///
/// Example: groundswell templates copy letter-invite
#[derive(Debug, Args)]
struct Copy {
    /// Its name or path, as `templates list` shows it
    name: String,
    /// Also where your own copy is there already: it is written over
    #[arg(long)]
    afresh: bool,
}

impl Templates {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            None | Some(Command::List) => list(app),
            Some(Command::Copy(args)) => args.run(app),
        }
    }
}

fn list(app: &App) -> Result<End> {
    let texts = app.texts();
    let mut table = Table::new(&["text", "path", "yours"]);
    for path in paths() {
        let own = if texts.own(&path).exists() { "yes" } else { "no" };
        table.row(vec![name(&path).into(), path.clone().into(), own.into()]);
    }
    app.screen.show(&table)?;
    app.screen.next("groundswell templates copy letter-invite", "a text in your own words");
    Ok(End::Done)
}

impl Copy {
    fn run(self, app: &App) -> Result<End> {
        let wanted = self.name.trim();
        let found: Vec<String> =
            paths().into_iter().filter(|path| path == wanted || name(path) == wanted).collect();
        if found.is_empty() {
            let all = paths();
            let names: Vec<&str> =
                all.iter().map(|path| name(path)).collect::<BTreeSet<_>>().into_iter().collect();
            return Err(usage(format!("there is no text '{wanted}'; the texts are {}", names.join(", "))));
        }
        let texts = app.texts();
        if let Some(there) = found.iter().map(|path| texts.own(path)).find(|own| own.exists() && !self.afresh)
        {
            bail!("{} is there already: change it, or have it written over with --afresh", there.display());
        }
        for path in &found {
            let own = texts.own(path);
            if let Some(folder) = own.parent() {
                file::folder(folder)?;
            }
            file::write(&own, data::needed(path)?.as_bytes())?;
            app.screen.say(&format!("Wrote {}: change it, and it is used from now on", own.display()));
        }
        app.screen.next("groundswell templates list", "which texts are your own");
        Ok(End::Done)
    }
}

/// Every text that may be changed, by its path under `data/`, sorted.
fn paths() -> Vec<String> {
    let mut paths: Vec<String> = OWN.iter().flat_map(|folder| data::below(folder)).collect();
    paths.sort();
    paths
}

/// What a text is called: its file's name without the ending.
fn name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}
