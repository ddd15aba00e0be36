//! `measure reach`: the per-advocate reach report, the file that goes upstairs.

use super::clicks;
use super::contributions::Contributions;
use super::reach_rows::{COLUMNS, Rows};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::period::{Period, Span};
use crate::app::typed;
use crate::members::segment::{Chosen, Who};
use crate::model::time::Day;
use crate::output::{Cell, Table};
use crate::stats::overlap;
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;

/// The per-advocate reach report.
///
/// One row per advocate and currency. Clicks are different people per link.
///
/// Grades of reach are never added together: A measured by us, B exported by a platform, C told by the member, D estimated.
///
/// Example: groundswell measure reach --period 2026-Q2 --format csv -o reach.csv
#[derive(Debug, Args)]
pub struct Reach {
    #[command(flatten)]
    span: Span,
    /// From this day on, up to --as-of
    #[arg(long, value_name = "DAY", conflicts_with_all = ["period", "days"])]
    since: Option<String>,
    /// How many people there are to be reached at all: no more different people than that
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    universe: Option<u32>,
    #[command(flatten)]
    who: Who,
}

impl Reach {
    /// Shows the report.
    pub fn run(self, app: &App) -> Result<End> {
        let period = match self.since {
            None => self.span.or_all(app)?,
            Some(text) => Period { from: since(&text, app.as_of())?, to: app.as_of() },
        };
        let who = self.who.chosen(app)?;
        let report = Rows::read(app, period, who.as_ref())?;
        let mut table = table(app, &report, period, who.as_ref())?;
        if let Some(followers) = followers(&report, self.universe)? {
            table.notes.insert(table.notes.len().min(1), followers);
        }
        app.screen.show(&table)?;
        if report.advocates.is_empty() {
            app.screen.next("groundswell identify rank", "who could be an advocate");
        } else {
            app.screen.next("groundswell measure credit --rows", "the orders and deals behind the revenue");
        }
        Ok(End::Done)
    }
}

/// What all audiences are together: gross, between which bounds, and by chance where it is known how many people there are.
fn followers(report: &Rows, universe: Option<u32>) -> Result<Option<String>> {
    let accounts = report.advocates.iter().filter_map(|one| one.audience.as_ref()).flat_map(BTreeMap::values);
    let accounts: Vec<f64> = accounts.map(|&followers| followers as f64).collect();
    let reach = overlap::Reach::of(&accounts, &[], universe.map(f64::from));
    if accounts.is_empty() {
        return Ok(None);
    }
    let whole = |people: f64| Cell::number(people, 0).plain();
    let largest = accounts.iter().copied().fold(0.0, f64::max);
    if let Some(universe) = universe.filter(|universe| f64::from(*universe) < largest) {
        return Err(usage(format!(
            "--universe {universe}: fewer than the {} who follow one of them",
            whole(largest)
        )));
    }
    let chance = universe.map_or_else(String::new, |universe| {
        let people = whole(overlap::sainsbury(&accounts, f64::from(universe)));
        format!(" At most about {people}, if people follow by chance; communities overlap more.")
    });
    Ok(Some(format!(
        "The audiences of {} accounts are {} together, the same people counted again for each; different people: {} to {}.{chance}",
        accounts.len(),
        whole(reach.gross),
        whole(reach.low),
        whole(reach.high)
    )))
}

fn since(text: &str, as_of: Day) -> Result<Day> {
    let day = typed::day("--since", text)?;
    if day > as_of {
        return Err(usage(format!("--since {text}: it is after {as_of}, the day figures are for (--as-of)")));
    }
    Ok(day)
}

fn table(app: &App, report: &Rows, period: Period, who: Option<&Chosen>) -> Result<Table> {
    let mut table = Table::new(&COLUMNS).or_say(
        "Nobody has joined yet: `groundswell identify rank` says whom to invite, `groundswell member stage MEMBER active` writes down who joined.",
    );
    let currency = app.currency()?;
    for advocate in &report.advocates {
        for row in advocate.rows(&currency) {
            table.row(row);
        }
    }
    if let Some(who) = who {
        table.empty = "Nobody who joined or is credited fits that filter.".into();
        table.note(format!("{} The sums of these rows are not the program's.", who.note()));
    }
    if table.rows.is_empty() {
        return Ok(table);
    }
    table.note(format!(
        "{} advocates; contributions from joining on, {period}. Audience is of {}. Reach is gross: the same people are counted again for each contribution.",
        report.advocates.len(),
        period.to
    ));
    table.note("Different people reached lie between overlap_low, the largest reach of one contribution, and overlap_high, the sum. These and click-through (clicks over reach, Wilson's 95 % interval) take reach of grade A, of grade B where there is no A, and never both.");
    table.note("Revenue is attributed by the strongest evidence and the last touch, once per conversion. It says who was there, not what would have happened without them.");
    notes(app, report, &mut table)?;
    Ok(table)
}

/// What must be said about the figures.
fn notes(app: &App, report: &Rows, table: &mut Table) -> Result<()> {
    if report.too_old > 0 {
        table.note(format!(
            "{} follower counts are more than 90 days old and left out: import newer ones with `groundswell import FILE --as audience`.",
            report.too_old
        ));
    }
    let sum = |of: fn(&Contributions) -> i64| -> i64 {
        report.advocates.iter().filter_map(|one| one.made.as_ref()).map(of).sum()
    };
    let estimated = sum(|made| made.estimated);
    if estimated > 0 {
        table.note(format!(
            "{estimated} contributions of reach_d are our estimates, since nobody counted their reach: audience on the day, times the usual share of it."
        ));
    }
    let over = sum(|made| made.over);
    if over > 0 {
        table.note(format!(
            "{over} contributions have more engagements than reach and are left out of engagement_rate: check their numbers."
        ));
    }
    if report.added_up > 0 {
        table.note(format!(
            "{} advocates did something that is known only added up (a rollup): it has no reach and is in none of these. Import what they made row by row: `groundswell import FILE --as activity`.",
            report.added_up
        ));
    }
    if report.clicks_over > 0 {
        table.note(format!(
            "{} advocates have more clicks than reported reach, so they have no click-through: some of their contributions have no reach on file.",
            report.clicks_over
        ));
    }
    if let Some(left_out) = clicks::left_out(app.store()?)? {
        table.note(left_out);
    }
    if report.not_joined > 0 {
        table.note(format!(
            "{} are credited and never joined: they are listed so that revenue adds up to `groundswell measure credit`.",
            report.not_joined
        ));
    }
    Ok(())
}
