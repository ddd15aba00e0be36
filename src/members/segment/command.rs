//! `member segment`: filters saved by name, and what each of them picks.

use super::evaluate::{Chosen, choose, read};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::segment::{Filter, Term};
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::segments::{self, Segment as Saved};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};

/// Filters saved by name, and what each of them picks.
///
/// Example: groundswell member segment save beta "persona=educator stage=active audience>1000"
#[derive(Debug, Args)]
pub struct Segment {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Save a filter under a name; a filter is then asked for as @NAME.
    ///
    /// Example: groundswell member segment save beta "persona=educator stage=active audience>1000"
    Save {
        /// A name: letters, digits, - and _
        name: String,
        /// The filter (see `groundswell explain segment`)
        #[arg(required = true)]
        filter: Vec<String>,
    },
    /// Every saved filter, and how many it picks
    List,
    /// A filter in words: each condition, how many fit it, and how many fit all.
    ///
    /// Example: groundswell member segment show beta
    Show {
        /// A saved name, or a filter in quotes
        #[arg(required = true)]
        name: Vec<String>,
    },
    /// Forget a saved filter
    Remove {
        /// Its name
        name: String,
    },
}

impl Segment {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Save { name, filter } => save(app, &name, &filter.join(" ")),
            Command::List => list(app),
            Command::Show { name } => show(app, &name.join(" ")),
            Command::Remove { name } => remove(app, &name),
        }
    }
}

/// A name that is asked for as `@NAME`.
fn named(name: &str) -> Result<String> {
    let name = crate::model::time::half_width(name.trim()).trim_start_matches('@').to_string();
    let fits = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if name.is_empty() || !fits || name.starts_with('-') {
        return Err(usage(format!("'{name}' cannot be a segment's name: letters, digits, - and _")));
    }
    Ok(name)
}

fn save(app: &App, name: &str, text: &str) -> Result<End> {
    let name = named(name)?;
    let filter = read("FILTER", text)?;
    if opens(app, &filter, &name, 0)? {
        return Err(usage(format!("FILTER: the segment {name} would be in itself")));
    }
    let chosen = choose(app, "FILTER", text, filter)?;
    let before = segments::find(app.store()?, &name)?.map(|known| known.filter);
    let segment = Saved { name: name.clone(), filter: chosen.filter.to_string(), day: app.as_of() };
    app.write(|store| {
        segments::save(store, &segment)?;
        let note = Note::program("member segment save", format!("segment {name}"));
        Ok(((), vec![note.change(before.unwrap_or_default(), segment.filter.clone())]))
    })?;
    app.screen.say(&format!(
        "@{name} is {}: {} today",
        chosen.filter,
        counted(chosen.len(), "member", "members")
    ));
    app.screen.next(&format!("groundswell member list --who @{name}"), "who they are");
    Ok(End::Done)
}

/// Whether a filter asks for a segment, itself or through others.
fn opens(app: &App, filter: &Filter, name: &str, depth: usize) -> Result<bool> {
    for term in filter.terms() {
        let Term::Saved(inner) = term else { continue };
        if inner == name || depth > 20 {
            return Ok(true);
        }
        if let Some(segment) = segments::find(app.store()?, inner)?
            && opens(app, &read(&format!("segment {inner}"), &segment.filter)?, name, depth + 1)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn list(app: &App) -> Result<End> {
    let mut table = Table::new(&["segment", "filter", ">members", "?saved"])
        .or_say("No filter is saved yet: `groundswell member segment save NAME FILTER`.");
    for segment in segments::list(app.store()?)? {
        let flag = format!("segment {}", segment.name);
        // One that no longer works (its own @NAME is gone) says so when it is used; the list still lists it.
        let members = read(&flag, &segment.filter)
            .and_then(|filter| choose(app, &flag, &segment.filter, filter))
            .map(|chosen| chosen.len())
            .ok();
        table.row(vec![
            segment.name.into(),
            segment.filter.into(),
            members.into(),
            segment.day.to_string().into(),
        ]);
    }
    app.screen.show(&table)?;
    if let Some(first) = table.rows.first() {
        let name = first[0].plain();
        app.screen.next(
            &format!("groundswell member segment show {name}"),
            "what it asks for, condition by condition",
        );
    }
    Ok(End::Done)
}

fn show(app: &App, name: &str) -> Result<End> {
    let bare = name.trim().trim_start_matches('@');
    let saved = segments::find(app.store()?, bare)?;
    let (flag, text) = match &saved {
        Some(segment) => (format!("segment {}", segment.name), segment.filter.clone()),
        None if named(bare).is_ok() && read("", bare).is_ok_and(|filter| is_name(&filter)) => {
            let all: Vec<String> = segments::list(app.store()?)?.into_iter().map(|one| one.name).collect();
            let have = if all.is_empty() {
                "there are none yet".into()
            } else {
                format!("there are {}", all.join(", "))
            };
            bail!(
                "no segment is called {bare}; {have}. A filter works too, in quotes: member segment show \"stage=active\""
            );
        }
        None => ("FILTER".into(), name.to_string()),
    };
    let filter = read(&flag, &text)?;
    let all = choose(app, &flag, &text, filter)?;
    let mut table = Table::new(&["condition", "~in_words", ">members", ">unknown"]);
    for part in parts(&all.filter) {
        let chosen = choose(app, &flag, &text, part)?;
        table.row(row(&chosen.filter.to_string(), &chosen));
    }
    if table.rows.len() != 1 {
        table.row(row("all of it", &all));
    }
    table.note(format!("{}, {}.", all.filter, app.as_of()));
    app.screen.show(&table)?;
    let who = saved.map_or_else(|| format!("\"{}\"", all.filter), |segment| format!("@{}", segment.name));
    app.screen.next(&format!("groundswell member list --who {who}"), "who they are");
    Ok(End::Done)
}

/// Whether a text could only be meant as a segment's name.
fn is_name(filter: &Filter) -> bool {
    matches!(filter, Filter::Term(Term::Members(names)) if names.len() == 1)
}

/// The conditions that must hold together.
fn parts(filter: &Filter) -> Vec<Filter> {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.clone(),
        other => vec![other.clone()],
    }
}

fn row(condition: &str, chosen: &Chosen) -> Vec<crate::output::Cell> {
    vec![condition.into(), chosen.filter.said().into(), chosen.len().into(), chosen.unknown().into()]
}

/// Removes a saved filter; what asks for it as @NAME would stop working, so that is refused.
fn remove(app: &App, name: &str) -> Result<End> {
    let name = named(name)?;
    let all = segments::list(app.store()?)?;
    let Some(known) = all.iter().find(|segment| segment.name == name) else {
        bail!("no segment is called {name}; all of them: groundswell member segment list");
    };
    for other in all.iter().filter(|other| other.name != name) {
        let uses = read(&format!("segment {}", other.name), &other.filter).is_ok_and(|filter| {
            filter.terms().iter().any(|term| matches!(term, Term::Saved(used) if *used == name))
        });
        if uses {
            bail!("the segment {} asks for @{name}: change or remove that one first", other.name);
        }
    }
    app.write(|store| {
        segments::remove(store, &name)?;
        let note = Note::program("member segment remove", format!("segment {name}"));
        Ok(((), vec![note.change(known.filter.clone(), "")]))
    })?;
    app.screen.say(&format!("@{name} is forgotten; it was {}", known.filter));
    app.screen.next("groundswell member segment list", "what is saved");
    Ok(End::Done)
}
