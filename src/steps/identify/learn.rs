//! `identify learn`: what the weights would be, going by what people did.

use super::evaluate::PastDay;
use super::evaluation::{Past, Ranked, Rules};
use super::learning::{Learnt, Scale, learn};
use super::signals::NAMES;
use crate::app::App;
use crate::app::fail::End;
use crate::output::{Cell, Table};
use crate::stats::estimate::{LEVEL, z_of};
use anyhow::Result;
use clap::Args;

/// What the weights would be, going by what people did.
///
/// Proposes, and changes nothing. With too few people it says how many it takes.
///
/// Example: groundswell identify learn --on 2026-01-01 --within 90
#[derive(Debug, Args)]
pub struct Learn {
    #[command(flatten)]
    past: PastDay,
}

impl Learn {
    /// Shows the weights that hold beside those that were learnt.
    pub fn run(self, app: &App) -> Result<End> {
        let rules = Rules::shipped()?;
        let past = self.past.read(app, &rules)?;
        let now: Vec<f64> = NAMES.iter().map(|name| past.weight(name)).collect();
        // The best stand first; learning must not depend on it.
        let mut people: Vec<Ranked> = past.people.clone();
        people.sort_by_key(|person| person.member);
        let learnt = learn(&people, &now, &rules.learn);
        let table = table(&past, &now, &learnt, rules.learn.fewest);
        app.screen.show(&table)?;
        match &learnt {
            Learnt::Weights { weights, .. } => {
                let set: Vec<String> = NAMES
                    .iter()
                    .zip(weights)
                    .map(|(name, weight)| format!("{name}={:.2}", weight.max(0.0)))
                    .collect();
                let command = format!("groundswell identify what-if --set {}", set.join(","));
                app.screen.next(&command, "who would move with these");
            }
            _ => app.screen.next("groundswell identify evaluate", "how the ranking did"),
        }
        Ok(End::Done)
    }
}

fn table(past: &Past, now: &[f64], learnt: &Learnt, fewest: u64) -> Table {
    let (did, all) = past.counts();
    let mut table = Table::new(&["signal", ">weight_now", ">weight_learnt"]).or_say("");
    let learnt_weights = match learnt {
        Learnt::Weights { weights, .. } => Some(weights),
        _ => None,
    };
    for (index, name) in NAMES.iter().enumerate() {
        let weight = learnt_weights.map_or(Cell::Missing, |weights| Cell::number(weights[index], 2));
        table.row(vec![(*name).into(), Cell::number(now[index], 2), weight]);
    }
    table.note(format!(
        "Ranking of {}: {did} of {all} people made {} contributions by {}.",
        past.day, past.at_least, past.until
    ));
    for line in said(learnt, (did, all), fewest) {
        table.note(line);
    }
    table
}

fn said(learnt: &Learnt, (did, all): (u64, u64), fewest: u64) -> Vec<String> {
    match learnt {
        Learnt::TooEarly => vec![format!(
            "Too early to learn: {did} did and {} did not, {fewest} of each needed even to check the scale. Your weights hold.",
            all - did
        )],
        Learnt::NoScale(scale) => {
            vec![format!("With your weights, {}: look at the signals before the weights.", slope(*scale))]
        }
        Learnt::Scale { scale, needed } => vec![
            format!("With your weights, {}.", slope(*scale)),
            format!(
                "To learn weights it takes {needed} people (Riley 2020); there are {all}. Your weights hold."
            ),
        ],
        Learnt::Weights { scale, weights, pull, losses } => {
            let mut lines = vec![
                format!("With your weights, {}.", slope(*scale)),
                format!(
                    "Pull toward your weights {pull}, by cross-validation: log-loss {:.4} with this, {:.4} with your weights.",
                    losses.1, losses.0
                ),
            ];
            if weights.iter().any(|weight| *weight < 0.0) {
                lines.push(
                    "A weight below 0 says that more of it went with doing it less often; it cannot be set below 0, so look into why."
                        .into(),
                );
            }
            lines
        }
    }
}

/// The slope in words: log-odds for one step of the weighted signals, and what may be said of it.
fn slope(scale: Scale) -> String {
    let half = z_of(LEVEL) * scale.error;
    let (low, high) = (scale.slope - half, scale.slope + half);
    let verdict = if low > 0.0 {
        "people with a higher score did it more often"
    } else if high < 0.0 {
        "people with a higher score did it less often"
    } else {
        "whether people with a higher score did it more often cannot be told"
    };
    format!(
        "{verdict} (slope {:.3}, likely {low:.3} to {high:.3} at 95 %; Brier skill {:.3}, where 0 is no better than the base rate)",
        scale.slope, scale.brier_skill
    )
}
