//! `identify evaluate`: of those once ranked, who became active?

use super::evaluation::{Invited, Past, Rules, Verdict};
use crate::app::App;
use crate::app::fail::End;
use crate::app::typed;
use crate::output::{Cell, Table};
use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::proportion::wilson;
use anyhow::Result;
use clap::Args;

/// Was the ranking any good?
///
/// Ranks everyone as of a past day, with what was known then, and counts who made so many contributions afterwards.
///
/// Example: groundswell identify evaluate --on 2026-01-01 --within 90
#[derive(Debug, Args)]
pub struct Evaluate {
    #[command(flatten)]
    past: PastDay,
    /// Hold the best N against everyone
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
}

/// Which ranking, and what counts as having come true.
#[derive(Debug, Args)]
pub(super) struct PastDay {
    /// The day of the ranking (YYYY-MM-DD); without it, as long ago as --within says
    #[arg(long, value_name = "DAY")]
    on: Option<String>,
    /// How many days after it count
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=3650))]
    within: Option<i32>,
    /// How many contributions in those days make someone active
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    at_least: Option<i64>,
}

impl PastDay {
    /// Reads it.
    pub(super) fn read(&self, app: &App, rules: &Rules) -> Result<Past> {
        let on = self.on.as_deref().map(|text| typed::day("--on", text)).transpose()?;
        let within = self.within.unwrap_or(rules.outcome.within_days);
        Past::read(app, on, within, self.at_least.unwrap_or(rules.outcome.at_least))
    }
}

impl Evaluate {
    /// Shows how the ranking did.
    pub fn run(self, app: &App) -> Result<End> {
        let rules = Rules::shipped()?;
        let past = self.past.read(app, &rules)?;
        let mut bands = rules.evaluate;
        bands.top = self.top.map_or(bands.top, |top| top as usize);
        let mut table = Table::new(&["figure", ">value", ">low", ">high", "unit", ">n", "~in_words"]).or_say(
            "Nobody was ranked then: bring in what people did in those days with `groundswell import FILE`, or name another day with --on.",
        );
        if let Some(verdict) = Verdict::of(&past.people, bands) {
            fill(&mut table, &past, &verdict);
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell identify learn", "what the weights would be, going by this");
        Ok(End::Done)
    }
}

fn fill(table: &mut Table, past: &Past, verdict: &Verdict) {
    let (did, all) = past.counts();
    let (best, top) = verdict.best;
    percent(table, "everyone", verdict.base, format!("{did} of {all} ranked did it"));
    let best_did = (best.value * top as f64).round();
    percent(table, &format!("best {top}"), best, format!("{best_did} of the {top} best ranked did it"));
    if let Some(lift) = verdict.lift {
        row(table, "lift", lift, 1.0, 2, "times", "how many times more often than everyone".into());
    }
    if let Some(auc) = verdict.auc {
        let words =
            "the chance that someone who did it stood above someone who did not; 0.5 is a coin".into();
        row(table, "auc", auc, 1.0, 3, "0-1", words);
    }
    for (low, high, share) in &verdict.bands {
        percent(table, &format!("score {low:.1} to {high:.1}"), *share, "a band of the ranking".into());
    }
    for (how, figure) in [(Invited::Chosen, "invited by choice"), (Invited::Drawn, "invited by lot")] {
        let (did, all) = past.of_invited(how);
        if let Some(share) = wilson(did, all, LEVEL) {
            percent(table, figure, share, format!("{did} of {all} invited in these days did it"));
        }
    }
    table.note(format!(
        "Ranking of {} with the weights of that day; it came true for whoever made {} contributions by {}. Intervals are 95 %.",
        past.day, past.at_least, past.until
    ));
    if past.of_invited(Invited::Drawn).1 == 0 {
        table.note(
            "Nobody was invited by lot in these days, so the letters and the ranking cannot be told apart: \
             `identify invite --top` draws some.",
        );
    }
}

fn percent(table: &mut Table, figure: &str, share: Estimate, words: String) {
    row(table, figure, share, 100.0, 1, "%", words);
}

fn row(table: &mut Table, figure: &str, e: Estimate, times: f64, places: u8, unit: &str, words: String) {
    let number = |value: f64| Cell::number(value * times, places);
    table.row(vec![
        figure.into(),
        number(e.value),
        number(e.lo),
        number(e.hi),
        unit.into(),
        (e.n as i64).into(),
        words.into(),
    ]);
}
