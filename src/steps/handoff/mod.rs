//! `groundswell handoff`: the tables and the texts that ask them, for a team's warehouse.

mod cells;
mod compare;
mod folder;
mod hide;
mod portable;
mod tables;

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::period::{Period, Span};
use crate::data;
use crate::model::engine::Engine;
use crate::output::{Table, file};
use crate::store::handoff::{schema, verify, words};
use crate::store::settings;
use anyhow::{Context, Result};
use clap::Args;
use folder::Folder;
use portable::Portable;
use serde::Deserialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tables::Handed;

/// The tables and the heavy queries, for your team's warehouse.
///
/// DIR gets a typed schema with its keys, the tables as CSV (heavy ones split by month), a script that loads them, verify.sql,
/// which says of every table whether it arrived whole, and sql/: signals, daily reach, clicks, conversions and touch paths,
/// each one text that every engine and this program read alike. --compare runs those texts here and holds them against the
/// figures the program has by quicker ways of its own. Texts are handed over as they are, also those that a spreadsheet would
/// take for a formula: a warehouse runs none, and must hold what was said. Times are UTC seconds, days are days since 1970.
///
/// Example: groundswell handoff warehouse --to postgres
#[derive(Debug, Args)]
pub struct Handoff {
    /// The folder to make: new, empty, or of an earlier handoff
    #[arg(value_name = "DIR", conflicts_with = "compare")]
    dir: Option<PathBuf>,
    /// For which engine
    #[arg(long, value_enum, value_name = "ENGINE", conflicts_with = "compare")]
    to: Option<Engine>,
    #[command(flatten)]
    span: Span,
    /// Hand nothing over; hold the texts against the program's own figures
    #[arg(long)]
    compare: bool,
}

/// data/handoff.toml.
#[derive(Debug, Deserialize)]
pub struct Plan {
    tables: Vec<String>,
    months: BTreeMap<String, String>,
    redact: Redact,
}

/// What --redact leaves of texts.
#[derive(Debug, Deserialize)]
pub struct Redact {
    words: BTreeSet<String>,
    facts: BTreeSet<String>,
}

impl Plan {
    fn read() -> Result<Self> {
        toml::from_str(data::needed("handoff.toml")?).context("data/handoff.toml")
    }
}

impl Handoff {
    /// Writes the folder, or compares.
    pub fn run(self, app: &App) -> Result<End> {
        let period = self.span.or_all(app)?;
        if self.compare {
            return compare::run(app, period);
        }
        let engine = match self.to {
            Some(engine) => engine,
            None => asked_for(app)?,
        };
        let dir = match self.dir {
            Some(dir) => dir,
            None => PathBuf::from(app.text(None, "Into which folder?", "DIR")?.trim()),
        };
        if dir.as_os_str().is_empty() {
            return Err(usage("into which folder? Such as: groundswell handoff warehouse --to postgres"));
        }
        let store = app.store()?;
        let (plan, folder) = (Plan::read()?, Folder::claim(&dir)?);
        let handed = store.at_one_moment(|| {
            let portable = Portable::read(app, period)?;
            let handed = tables::write(app, &plan, &portable, engine, folder.draft())?;
            write_texts(app, engine, period, folder.draft(), &handed)?;
            Ok(handed)
        })?;
        folder.publish()?;
        show(app, engine, &dir, &handed)?;
        Ok(End::Done)
    }
}

/// The engine, asked for at a terminal.
fn asked_for(app: &App) -> Result<Engine> {
    let words: Vec<String> = Engine::ALL.iter().map(|engine| engine.word().into()).collect();
    Ok(Engine::ALL[app.choose("For which engine?", &words, "--to postgres|spark|duckdb")?])
}

fn show(app: &App, engine: Engine, dir: &Path, handed: &[Handed]) -> Result<()> {
    let mut list = Table::new(&["table", ">files", ">rows"]);
    for one in handed {
        let rows = i64::try_from(one.sums.rows)?;
        list.row(vec![one.table.name.clone().into(), (one.files.len() as i64).into(), rows.into()]);
    }
    let replaced: u64 = handed.iter().map(|one| one.zeros).sum();
    if replaced > 0 {
        list.note(format!(
            "{replaced} texts held a NUL character, which PostgreSQL cannot hold in a text: a replacement sign stands there."
        ));
    }
    if app.screen.redact.is_some() {
        list.note("Names, addresses and what people wrote are hidden (--redact); members keep their numbers, and what must be told apart has a word each.");
    }
    app.screen.show(&list)?;
    app.screen.say(&format!(
        "Wrote {} tables to {}; README.md there says how to load them.",
        handed.len(),
        dir.display()
    ));
    let next = match engine {
        Engine::Postgres => "psql -d DATABASE -f load.sql && psql -d DATABASE -f verify.sql",
        Engine::Duckdb => "duckdb program.duckdb -f load.sql && duckdb program.duckdb -f verify.sql",
        Engine::Spark => "spark-submit load.py && spark-submit query.py verify.sql",
    };
    app.screen.next(
        &format!("cd {} && {next}", crate::app::ask::quoted(&dir.to_string_lossy())),
        "load it, and ask whether all arrived",
    );
    Ok(())
}

/// Everything but the rows.
fn write_texts(app: &App, engine: Engine, period: Period, draft: &Path, handed: &[Handed]) -> Result<()> {
    let write = |name: &str, text: &str| file::write(&draft.join(name), text.as_bytes());
    let declared: Vec<schema::Table> = handed.iter().map(|one| one.table.clone()).collect();
    write("schema.sql", &words::schema(engine, &declared))?;
    let views = views(app, engine)?;
    write("views.sql", &views)?;
    file::folder(&draft.join("sql"))?;
    for (name, text) in portable::TEXTS.into_iter().chain(portable::ROLLUPS).chain(portable::VIEWS) {
        write(&format!("sql/{name}.sql"), data::needed(text)?)?;
    }
    let sums: Vec<_> = handed.iter().map(|one| (one.table.clone(), one.sums.clone())).collect();
    write("verify.sql", &verify::sql(engine, &sums))?;
    if let Some(sql) = verify::unheld(engine, &declared) {
        write("unheld.sql", &sql)?;
    }
    let load: String =
        handed.iter().map(|one| words::load(engine, &one.table, &one.files, one.longest)).collect();
    match engine {
        Engine::Postgres => {
            write("keys.sql", &words::keys(&declared))?;
            write("load.sql", &words::postgres(&load))?;
        }
        Engine::Duckdb => {
            write("load.sql", &words::duckdb(&words::schema(engine, &declared), &load, &views))?;
        }
        Engine::Spark => {
            let tables: Vec<_> = handed
                .iter()
                .map(|one| json!({ "name": one.table.name, "schema": words::columns(engine, &one.table), "files": one.files }))
                .collect();
            let listed = json!({ "nothing": words::NOTHING, "tables": tables });
            write("tables.json", &(serde_json::to_string_pretty(&listed)? + "\n"))?;
            write("load.py", data::needed("handoff/load.py")?)?;
            write("query.py", data::needed("handoff/query.py")?)?;
        }
    }
    let tables: Vec<_> =
        handed.iter().map(|one| json!([one.table.name, one.files.len(), one.sums.rows])).collect();
    let values = json!({
        "program": settings::read(app.store()?, "name")?.unwrap_or_default(),
        "day": app.as_of().to_string(),
        "period": period.to_string(),
        "engine": engine.word(),
        "tables": tables,
    });
    let readme = format!("templates/{}/handoff-readme.md", app.lang().word());
    write("README.md", &app.texts().get(&readme)?.fill(&values)?)
}

/// The views that the texts read: who is counted, as the program file itself declares it, and what is sold and touched.
fn views(app: &App, engine: Engine) -> Result<String> {
    let own = schema::views(app.store()?, &["counted", "snapshots"])?;
    let mut all: Vec<String> = own.into_iter().map(|sql| words::own_view(engine, &sql)).collect();
    for (name, text) in portable::VIEWS {
        all.push(words::view(engine, name, data::needed(text)?));
    }
    Ok(all.join("\n"))
}
