//! `groundswell demo`: the six steps walked on the exports the program carries inside it.

use super::init::{self, Answers};
use crate::app::App;
use crate::app::fail::End;
use crate::data::{self, Lang};
use crate::model::time::{Instant, Zone};
use crate::output::file;
use crate::store::{Store, settings};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use std::path::{Path, PathBuf};

/// Walk the six steps on sample data.
///
/// Every command is shown with its result.
///
/// Leaves the program file, letters, handbooks and reports in DIR, to go on with. Offline; all people in it
/// are invented.
///
/// Example: groundswell demo tour
#[derive(Debug, Args)]
pub struct Demo {
    /// The folder to make
    #[arg(value_name = "DIR", default_value = "groundswell-demo")]
    dir: PathBuf,
}

/// Not random, so that two walks leave the same bytes.
const SECRET: &str = "6465 6d6f 6465 6d6f";
/// When the walk takes place.
const DAY: &str = "2026-06-30 09:00";
const ZONE: &str = "Europe/Berlin";

/// Runs one command line at a moment, muted or not.
pub type Runner<'a> = &'a dyn Fn(&[String], Instant, bool) -> Result<End>;

impl Demo {
    /// Makes the folder and walks.
    pub fn run(self, app: &App, runner: Runner) -> Result<End> {
        let dir = self.dir;
        clear(&dir)?;
        file::folder(&dir.join("exports"))?;
        for (name, bytes) in data::folder("demo") {
            if name != "walk.txt" {
                file::write(&dir.join("exports").join(name), bytes)?;
            }
        }
        std::env::set_current_dir(&dir).with_context(|| format!("cannot go into {}", dir.display()))?;
        let zone = Zone::named(ZONE).unwrap_or_default();
        let clock = zone.parse(DAY).context("the demo's day")?;
        let here = app.at(Path::new("groundswell.db"), clock, app.screen.clone());
        let staff = ["kettlewright.example".to_string()];
        let answers = Answers {
            name: "Kettlewright Circle",
            product: Some("Kettlewright"),
            currency: "EUR",
            zone,
            preset: "saas",
            lang: Lang::En,
            staff: &staff,
            goal: None,
            by: None,
        };
        init::make(&here, &answers, Some(SECRET))?;
        let walk = data::needed("demo/walk.txt")?;
        for (number, line) in walk.lines().enumerate() {
            step(app, line, clock, runner)
                .with_context(|| format!("the demo's line {}: {line}", number + 1))?;
        }
        let store = here.store()?;
        store.write(|| settings::set(store, "day", &here.as_of().to_string()))?;
        app.screen.next(
            &format!("cd {}; groundswell status", dir.display()),
            "go on with it on the day its data ends, or `groundswell init` in a folder of your own",
        );
        Ok(End::Done)
    }
}

/// One line of the walk: a heading, something said, or a command.
fn step(app: &App, line: &str, clock: Instant, runner: Runner) -> Result<()> {
    if let Some(title) = line.strip_prefix("# ") {
        app.screen.say(" ");
        app.screen.heading(title);
    } else if let Some(command) = line.strip_prefix("$ ") {
        app.screen.heading(&format!("$ {command}"));
        run(command, clock, runner, false)?;
    } else if let Some(rest) = line.strip_prefix("each ") {
        let (list, command) = rest.split_once(" $ ").context("`each FILE $ command`")?;
        each(app, list, command, clock, runner)?;
    } else {
        app.screen.say(line);
    }
    Ok(())
}

fn run(command: &str, clock: Instant, runner: Runner, muted: bool) -> Result<()> {
    let words = shlex::split(command).ok_or_else(|| anyhow!("a quote is left open"))?;
    runner(&words, clock, muted).map(drop)
}

/// The same command for every row of a list, `{column}` filled in: the first is shown, the others counted.
fn each(app: &App, list: &str, command: &str, clock: Instant, runner: Runner) -> Result<()> {
    let mut reader = csv::Reader::from_path(Path::new("exports").join(list))?;
    let headers = reader.headers()?.clone();
    let mut done = 0;
    for row in reader.records() {
        let row = row?;
        let mut filled = command.to_string();
        for (name, value) in headers.iter().zip(&row) {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        if done == 0 {
            app.screen.heading(&format!("$ {filled}"));
        }
        run(&filled, clock, runner, done > 0)?;
        done += 1;
    }
    app.screen.aside(&format!("... and the same for {} others", done - 1));
    Ok(())
}

/// Makes room for the walk: only a folder that an earlier walk left may be overwritten.
fn clear(dir: &Path) -> Result<()> {
    let db = dir.join("groundswell.db");
    let empty = !dir.exists() || dir.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    if empty {
        return Ok(());
    }
    let ours = db.is_file()
        && Store::open(&db)
            .and_then(|store| settings::read(&store, "secret"))
            .is_ok_and(|secret| secret.as_deref() == Some(SECRET));
    if !ours {
        bail!(
            "{} is not empty and no demo: name another folder, such as `groundswell demo try`",
            dir.display()
        );
    }
    std::fs::remove_file(&db)?;
    for part in ["exports", "letters", "handbooks", "messages", "reports"] {
        let folder = dir.join(part);
        if folder.is_dir() {
            std::fs::remove_dir_all(folder)?;
        }
    }
    Ok(())
}
