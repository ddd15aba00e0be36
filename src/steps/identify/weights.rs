//! `identify weights` and `identify what-if`: how much each signal counts, and who would move if it were otherwise.

use super::board::Board;
use super::score::Scored;
use super::signals::NAMES;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::time::half_width;
use crate::output::{Cell, Table};
use crate::store::members;
use crate::store::weights::{self, Version};
use anyhow::Result;
use clap::Args;
use std::collections::HashMap;

/// How many of the best `what-if` compares, unless told.
const TOP: usize = 20;
/// The most a signal may weigh: weights are compared with each other, and larger ones say no more.
const MOST: f64 = 1000.0;

/// How much each signal counts, in dated versions.
///
/// `--set` adds one.
///
/// Example: groundswell identify weights --set engagement=4,usage=1 --why "usage data is two months old"
#[derive(Debug, Args)]
pub struct Weights {
    /// A signal's new weight: engagement, sentiment, loyalty or usage (may be given more than once)
    #[arg(long, value_name = "SIGNAL=W", value_delimiter = ',')]
    set: Vec<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

impl Weights {
    /// Lists the versions, or adds one.
    pub fn run(self, app: &App) -> Result<End> {
        if !self.set.is_empty() {
            return self.add(app);
        }
        let mut table =
            Table::new(&["version", "day", ">engagement", ">sentiment", ">loyalty", ">usage", "?why"])
                .or_say("There are no weights yet; make some with --set engagement=3.");
        for version in weights::versions(app.store()?)? {
            let mut cells = vec![version.id.into(), version.day.to_string().into()];
            cells.extend(NAMES.iter().map(|name| Cell::number(weight(&version.weights, name), 2)));
            cells.push(version.why.into());
            table.row(cells);
        }
        if let Some(version) = weights::on(app.store()?, app.as_of())? {
            table.note(format!("Version {} holds on {}.", version.id, app.as_of()));
        }
        app.screen.show(&table)?;
        app.screen.next(
            "groundswell identify what-if --set engagement=4",
            "who would move, before anything is changed",
        );
        Ok(End::Done)
    }

    fn add(self, app: &App) -> Result<End> {
        let now = weights::on(app.store()?, app.as_of())?;
        let then = changed(now.as_ref(), &self.set)?;
        if now.as_ref().is_some_and(|now| same(&now.weights, &then)) {
            app.screen.say("The weights are so already; nothing was changed.");
        } else {
            let before = now.map_or_else(String::new, |now| words(&now.weights));
            let id = app.write(|store| {
                let id = weights::add(store, &then, app.now(), app.as_of(), self.why.as_deref())?;
                let note = Note::program("identify weights", format!("weights version {id}"));
                Ok((id, vec![note.change(before, words(&then))]))
            })?;
            app.screen.say(&format!("Weights version {id}, from {} on: {}", app.as_of(), words(&then)));
        }
        app.screen.next("groundswell identify rank", "the ranking with these weights");
        Ok(End::Done)
    }
}

/// Who would move if the weights were others.
///
/// Nothing is changed.
///
/// Example: groundswell identify what-if --set sentiment=4 --top 10
#[derive(Debug, Args)]
pub struct WhatIf {
    /// A signal's weight to try: engagement, sentiment, loyalty or usage (may be given more than once)
    #[arg(long, value_name = "SIGNAL=W", value_delimiter = ',')]
    set: Vec<String>,
    /// Look at the best N, now and then
    #[arg(long, value_name = "N", default_value_t = TOP)]
    top: usize,
}

impl WhatIf {
    /// Compares both rankings.
    pub fn run(self, app: &App) -> Result<End> {
        let set = if self.set.is_empty() {
            vec![app.text(None, "Which weight (such as engagement=4)?", "--set SIGNAL=W")?]
        } else {
            self.set
        };
        let board = Board::read(app)?;
        let weights = changed(Some(&board.version), &set)?;
        let ranking = board.with(&weights, app.as_of());
        let places: HashMap<i64, (usize, Scored)> = board
            .candidates(&board.ranking, false)
            .enumerate()
            .map(|(place, (_, scored))| (scored.member, (place + 1, scored)))
            .collect();
        let mut table =
            Table::new(&["member", "name", ">score_now", ">score_then", ">rank_now", ">rank_then"])
                .or_say(&format!("Nobody in the best {} would move.", self.top));
        let mut moved = Vec::new();
        for (place, (_, scored)) in board.candidates(&ranking, false).enumerate() {
            let (rank, Some(&(was, before))) = (place + 1, places.get(&scored.member)) else { continue };
            if rank != was && (rank <= self.top || was <= self.top) {
                moved.push((scored.member, [before, scored], [was, rank]));
            }
        }
        let listed = moved.iter().map(|(person, ..)| *person).collect();
        let people = members::these(app.store()?, &listed, app.as_of())?;
        for (person, scores, ranks) in moved {
            let name = people.get(&person).and_then(|person| person.name.clone());
            let scores = scores.map(|scored| Cell::number(scored.tenths() as f64 / 10.0, 1));
            let cells = [person.into(), name.into()].into_iter().chain(scores);
            table.row(cells.chain(ranks.map(Cell::from)).collect());
        }
        table.note(format!(
            "{} of {} candidates, as of {}. Now: {}. Then: {}. Nothing was changed.",
            table.rows.len(),
            places.len(),
            app.as_of(),
            words(&board.version.weights),
            words(&weights)
        ));
        app.screen.show(&table)?;
        app.screen.next(&format!("groundswell identify weights --set {}", set.join(",")), "make it so");
        Ok(End::Done)
    }
}

/// The weights with some of them set anew.
fn changed(now: Option<&Version>, set: &[String]) -> Result<Vec<(String, f64)>> {
    let known = now.map_or(&[][..], |now| &now.weights);
    let mut weights: Vec<(String, f64)> =
        NAMES.iter().map(|name| ((*name).into(), weight(known, name))).collect();
    for text in set {
        let plain = half_width(text.trim());
        let Some((signal, number)) = plain.split_once('=') else {
            return Err(usage(format!("--set {text}: write it as SIGNAL=WEIGHT, such as engagement=4")));
        };
        let signal = signal.trim().to_lowercase();
        let Some(entry) = weights.iter_mut().find(|(name, _)| *name == signal) else {
            return Err(usage(format!(
                "--set {text}: there is no signal '{signal}'; they are {}",
                NAMES.join(", ")
            )));
        };
        match number.trim().parse::<f64>() {
            Ok(weight) if (0.0..=MOST).contains(&weight) => entry.1 = weight + 0.0,
            _ => return Err(usage(format!("--set {text}: a weight is a number from 0 to {MOST}"))),
        }
    }
    if weights.iter().all(|(_, weight)| *weight <= 0.0) {
        return Err(usage(
            "--set: one signal at least needs a weight above 0, or there is nothing to rank by",
        ));
    }
    Ok(weights)
}

fn weight(weights: &[(String, f64)], signal: &str) -> f64 {
    weights.iter().find(|(name, _)| name == signal).map_or(0.0, |(_, weight)| *weight)
}

fn same(one: &[(String, f64)], other: &[(String, f64)]) -> bool {
    NAMES.iter().all(|name| weight(one, name).total_cmp(&weight(other, name)).is_eq())
}

fn words(weights: &[(String, f64)]) -> String {
    NAMES.iter().map(|name| format!("{name} {}", weight(weights, name))).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_weights_are_read() {
        let set = ["ｕｓａｇｅ＝2.5".to_string()];
        assert_eq!(
            words(&changed(None, &set).expect("is read")),
            "engagement 0, sentiment 0, loyalty 0, usage 2.5"
        );
    }
}
