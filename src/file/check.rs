//! `groundswell check`: whether the file is whole, whether it means something, and where every row went.

use crate::app::App;
use crate::app::fail::End;
use crate::data;
use crate::model::segment;
use crate::output::{Cell, Format, Table, template};
use crate::store::checks::{self, Flow};
use crate::store::{Store, orphans, segments, settled};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Whether the file is whole, whether it means something, and where every row went.
///
/// Each check with what it found and what to do. Below it the reconciliation, kind by kind: rows in files = rejected + ignored +
/// merged (known already) + new; new + beside (by hand, or from files of another kind) = joined + staff + bots + counted.
/// Exit code 0 when all is well, 1 with problems; nothing is changed.
///
/// Example: groundswell check --rows --format csv -o reconciliation.csv
#[derive(Debug, Args)]
pub struct Check {
    /// Only the reconciliation
    #[arg(long)]
    rows: bool,
}

/// Reading a file of this size is worth a word.
const LARGE_MEGABYTES: u64 = 100;

/// data/check.toml.
#[derive(Debug, Deserialize)]
struct Words {
    what: String,
    todo: String,
}

/// What one check found.
struct Finding {
    name: &'static str,
    found: i64,
    place: String,
}

impl Check {
    /// Runs every check, and shows where the rows went.
    pub fn run(self, app: &App) -> Result<End> {
        let store = app.store()?;
        let megabytes = std::fs::metadata(app.db()).map_or(0, |file| file.len() >> 20);
        if megabytes >= LARGE_MEGABYTES {
            app.screen.aside(&format!(
                "Reading all of {} ({megabytes} MB); that takes a while.",
                app.db().display()
            ));
        }
        let damage = checks::integrity(store).unwrap_or_else(|error| vec![format!("{error:#}")]);
        let (mut findings, mut flows) = (vec![listed("integrity", &damage)], Vec::new());
        let rest = checks::flows(store).and_then(|flows| Ok((meaning(app, store, &flows)?, flows)));
        match rest {
            Ok((more, known)) => {
                findings.extend(more);
                flows = known;
            }
            // A damaged file may not even be read: then the damage is what there is to say.
            Err(error) if damage.is_empty() => return Err(error),
            Err(_) => {}
        }
        let problems = findings.iter().filter(|finding| finding.found > 0).count();
        if !self.rows {
            app.screen.show(&table(&findings, app)?)?;
        }
        if self.rows || (app.screen.format == Format::Table && app.screen.file.is_none() && !flows.is_empty())
        {
            app.screen.show(&reconciled(store, &flows)?)?;
        }
        if problems > 0 {
            bail!(
                "{problems} of {} checks found something wrong; nothing was changed, and what to do stands beside each",
                findings.len()
            );
        }
        app.screen.next("groundswell status", "the file is sound");
        Ok(End::Done)
    }
}

/// Everything but the pages of the file.
fn meaning(app: &App, store: &Store, flows: &[Flow]) -> Result<Vec<Finding>> {
    let mut findings = vec![
        counted("orphans", &orphans::orphans(store)?),
        counted("later", &checks::later_than(store, app.as_of())?),
        counted("keys", &checks::keys_apart(store)?),
        counted("settled", &settled::apart(store)?),
    ];
    // After an undo or an erasure the records of some receipts belong to others, or to nobody.
    let apart: Vec<(String, i64)> = if checks::was_taken_back(store)? {
        Vec::new()
    } else {
        let off = |flow: &&Flow| flow.kind != "members" && flow.merged != flow.receipts_merged;
        flows
            .iter()
            .filter(off)
            .map(|flow| (flow.kind.into(), (flow.merged - flow.receipts_merged).abs()))
            .collect()
    };
    findings.push(counted("reconciliation", &apart));
    for (name, found) in checks::meaning(store)? {
        findings.push(Finding { name, found, place: String::new() });
    }
    let broken: Vec<String> = segments::list(store)?
        .into_iter()
        .filter(|saved| segment::read(&saved.filter).is_err())
        .map(|saved| saved.name)
        .collect();
    findings.push(listed("segments", &broken));
    Ok(findings)
}

fn listed(name: &'static str, found: &[String]) -> Finding {
    Finding { name, found: found.len() as i64, place: found.join(", ") }
}

fn counted(name: &'static str, found: &[(String, i64)]) -> Finding {
    let place = found.iter().map(|(place, rows)| format!("{rows} in {place}")).collect::<Vec<_>>().join(", ");
    Finding { name, found: found.iter().map(|(_, rows)| rows).sum(), place }
}

fn table(findings: &[Finding], app: &App) -> Result<Table> {
    let words: BTreeMap<String, Words> = toml::from_str(data::needed("check.toml")?)?;
    // On a screen nothing needs room for what is to be done where nothing is.
    let all_well = app.screen.format == Format::Table && findings.iter().all(|finding| finding.found == 0);
    let columns = ["check", "verdict", ">found", "~what", "~what_to_do"];
    let mut table = Table::new(&columns[..if all_well { 4 } else { 5 }]);
    for finding in findings {
        let words = words
            .get(finding.name)
            .with_context(|| format!("data/check.toml says nothing of {}", finding.name))?;
        let todo = if finding.found > 0 {
            template::fill("check.toml", &words.todo, json!({ "where": finding.place }))?.into()
        } else {
            Cell::Missing
        };
        let mut cells = vec![
            finding.name.into(),
            if finding.found > 0 { "problem" } else { "ok" }.into(),
            finding.found.into(),
            words.what.clone().into(),
            todo,
        ];
        cells.truncate(table.columns.len());
        table.row(cells);
    }
    table.note(format!("{} checks, {}.", findings.len(), app.as_of()));
    Ok(table)
}

fn reconciled(store: &Store, flows: &[Flow]) -> Result<Table> {
    let mut table = Table::new(&[
        "kind",
        ">rows",
        ">rejected",
        ">ignored",
        ">merged",
        ">?gone",
        ">new",
        ">beside",
        ">joined",
        ">staff",
        ">bots",
        ">counted",
    ]);
    for flow in flows {
        let numbers = [
            flow.rows,
            flow.rejected,
            flow.ignored,
            flow.merged,
            flow.gone,
            flow.new,
            flow.beside,
            flow.joined,
            flow.staff,
            flow.bots,
            flow.counted,
        ];
        table.row(std::iter::once(flow.kind.into()).chain(numbers.map(Cell::from)).collect());
    }
    let (staff, bots) = checks::outside(store)?;
    table.note(
        "rows = rejected + ignored + merged + gone + new; new + beside = joined + staff + bots + counted.",
    );
    table.note(format!(
        "In no figure: {staff} staff and {bots} bots, with what they did. Answers, clicks and orders of nobody known are counted."
    ));
    if checks::was_taken_back(store)? {
        table.note(
            "Imports were taken back or people erased: what a later file said too counts as its own now.",
        );
    }
    Ok(table)
}
