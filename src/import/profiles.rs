//! `groundswell profiles`: the export formats that are known by their headers.

use super::profile::{self, Layout, Profile};
use super::reader::{Container, Input};
use super::run::Options;
use super::tables;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::data;
use crate::data::Lang;
use crate::model::field::Field;
use crate::model::kind::Kind;
use crate::output::Table;
use anyhow::Result;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// So many of the formats that do not fit are shown, the nearest first.
const NEAREST: usize = 5;

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
    /// Which format a file has, and what the nearest others miss in it.
    ///
    /// Example: groundswell profiles match orders.csv
    Match {
        /// The file
        file: PathBuf,
        /// Which of its tables, by name or by number
        #[arg(long, value_name = "NAME")]
        table: Option<String>,
        /// A profile of your own to hold against the file as well
        #[arg(long, value_name = "FILE")]
        profile: Option<PathBuf>,
    },
    /// A format as a TOML file, to copy and change
    ///
    /// Example: groundswell profiles show shopify-orders > mine.toml
    #[command(verbatim_doc_comment)]
    Show {
        /// Its name
        name: String,
    },
}

impl Profiles {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        let mut profiles = Profile::shipped()?;
        match self.command {
            None | Some(Command::List) => {
                app.screen.show(&table(&profiles))?;
                app.screen.next("groundswell profiles match FILE", "which of them a file has");
            }
            Some(Command::Match { file, table, profile }) => {
                if let Some(own) = profile {
                    profiles.push(Profile::read(&own)?);
                }
                matching(app, &profiles, &file, table)?;
            }
            Some(Command::Show { name }) => show(app, &profiles, &name)?,
        }
        Ok(End::Done)
    }
}

fn table(profiles: &[Profile]) -> Table {
    let mut table = Table::new(&["tool", "profile", "kind", "?needs", "?title"]);
    let mut profiles: Vec<&Profile> = profiles.iter().collect();
    profiles.sort_by_key(|profile| (profile.tool.to_lowercase(), &profile.name));
    for profile in profiles {
        table.row(vec![
            profile.tool.clone().into(),
            profile.name.clone().into(),
            kind(profile).into(),
            needs(profile).into(),
            profile.title.clone().into(),
        ]);
    }
    table
}

/// What the rows become, in a word.
fn kind(profile: &Profile) -> String {
    match (profile.kind, &profile.refuse) {
        (Some(kind), None) => kind.to_string(),
        (Some(kind), Some(_)) => format!("{kind}, or refused"),
        (None, Some(_)) => "refused".to_owned(),
        (None, None) => "by its questions".to_owned(),
    }
}

/// The flags without which such a file cannot be read.
fn needs(profile: &Profile) -> Option<&'static str> {
    let has = |field| profile.columns.contains_key(&field);
    let is_named = has(Field::Email) || has(Field::Handle);
    match profile.kind? {
        Kind::Activity | Kind::Audience if !is_named && !has(Field::Url) => Some("--member"),
        Kind::Activity | Kind::Audience if !is_named => {
            Some("--member, unless the addresses name the account")
        }
        Kind::Members if !is_named => Some("--map handle=COLUMN"),
        _ => None,
    }
}

/// One row of the answer: how far a profile fits.
struct Match<'a> {
    profile: &'a Profile,
    missing: Vec<String>,
    found: usize,
}

fn matching(app: &App, profiles: &[Profile], file: &Path, table: Option<String>) -> Result<()> {
    let input = if file.as_os_str() == "-" {
        Input::from_reader("stdin", std::io::stdin().lock())?
    } else {
        Input::open(file)?
    };
    let options = Options { table, chinese: app.lang() == Lang::Zh, ..Options::default() };
    let tables::Chosen { opened, note, .. } = tables::first(Container::open(input)?, &options)?;
    if let Some(note) = note {
        app.screen.aside(&format!("{}: {note}", file.display()));
    }
    let layout = opened.layout;
    let facts = Layout::from(&layout);
    let mut ranked: Vec<Match> = profiles
        .iter()
        .map(|profile| {
            let (found, missing) = profile::nearest(profile, &layout.columns, facts);
            Match { profile, missing, found }
        })
        .collect();
    let order = |m: &Match| (!m.missing.is_empty(), std::cmp::Reverse(m.found), m.missing.len());
    ranked.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.profile.name.cmp(&b.profile.name)));
    let fitting = ranked.iter().filter(|m| m.missing.is_empty()).count();
    let near = ranked.iter().skip(fitting).take_while(|m| m.found > 0).take(NEAREST).count();
    let mut table = Table::new(&["profile", "fits", "kind", "?missing"])
        .or_say("No format is anything like it: the columns are matched by their names.");
    for m in &ranked[..fitting + near] {
        table.row(vec![
            m.profile.name.clone().into(),
            if m.missing.is_empty() { "yes" } else { "no" }.into(),
            kind(m.profile).into(),
            Some(m.missing.join(", ")).filter(|missing| !missing.is_empty()).into(),
        ]);
    }
    app.screen.show(&table)?;
    if fitting == 0 && near > 0 {
        app.screen.aside("None fits: the columns are matched by their names.");
    }
    if fitting + near > 0 {
        app.screen.aside(&format!("{} other formats are further off.", ranked.len() - fitting - near));
    }
    app.screen.next(&format!("groundswell import {} --dry-run", file.display()), "what would come of it");
    Ok(())
}

fn show(app: &App, profiles: &[Profile], name: &str) -> Result<()> {
    let Some(profile) = profiles.iter().find(|profile| profile.name == name.trim().to_lowercase()) else {
        let like = |profile: &&Profile| strsim::jaro_winkler(&profile.name, name) > 0.8;
        let near: Vec<&str> =
            profiles.iter().filter(like).map(|profile| profile.name.as_str()).take(3).collect();
        if near.is_empty() {
            return Err(usage(format!("there is no profile `{name}`; groundswell profiles lists them")));
        }
        return Err(usage(format!("there is no profile `{name}`; did you mean {}?", near.join(" or "))));
    };
    app.screen.data(data::needed(&format!("profiles/{}.toml", profile.name))?)
}
