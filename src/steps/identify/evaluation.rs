//! Was a ranking any good? Scores of one day held against what people did afterwards (MEASUREMENT.md 2a).
//!
//! The outcome is fixed in advance: so many contributions in so many days. Scores use nothing after the day of the ranking.
use super::board::{Board, may_join};
use crate::app::App;
use crate::app::fail::usage;
use crate::data;
use crate::model::time::Day;
use crate::stats::discrimination::{Case, auc, hits};
use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::proportion::wilson;
use crate::store::persons::Persons;
use crate::store::{evidence, invitations};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// data/identify.toml.
#[derive(Debug, Clone, Deserialize)]
pub struct Rules {
    /// When it came true.
    pub outcome: Outcome,
    /// How it is held against everyone.
    pub evaluate: Bands,
    /// When weights may be learnt.
    pub learn: Learning,
    /// How many invitations are drawn at random.
    pub explore: Explore,
    /// What is assumed of invitations.
    pub size: Size,
    /// When a pace towards the goal may be told, and how.
    pub goal: Goal,
}

/// So many contributions in so many days.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Outcome {
    pub at_least: i64,
    pub within_days: i32,
}

/// How a ranking is cut.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Bands {
    pub top: usize,
    pub count: usize,
    pub fewest_in_band: usize,
}

/// The gates of learning.
#[derive(Debug, Clone, Deserialize)]
pub struct Learning {
    pub fewest: u64,
    pub pulls: Vec<f64>,
    pub folds: usize,
}

/// The share of invitations drawn at random.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Explore {
    pub percent: u32,
}

/// Assumptions where nothing is known yet, in per cent.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Size {
    pub yes_percent: f64,
    pub yes_percent_low: f64,
    pub yes_percent_high: f64,
    pub staying_percent: f64,
    pub staying_percent_low: f64,
    pub staying_percent_high: f64,
    pub fewest_answers: u64,
    pub contributing_days: i32,
}

/// What the pace towards the goal rests on.
#[derive(Debug, Clone, Deserialize)]
pub struct Goal {
    pub window_days: i32,
    pub fewest_days: i32,
    pub fewest_joined: u64,
    pub sentence: String,
}

impl Rules {
    /// Those the program ships.
    pub fn shipped() -> Result<Self> {
        toml::from_str(data::needed("identify.toml")?).context("identify.toml")
    }
}

/// How someone came to be invited in the days after the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invited {
    /// They were not.
    No,
    /// By someone's choice.
    Chosen,
    /// Drawn at random.
    Drawn,
}

/// One person of the ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Who.
    pub member: i64,
    /// Their score, 0-100.
    pub score: f64,
    /// (percentile - 50)/25 of each signal; 0 where it was not seen.
    pub signals: Vec<f64>,
    /// Whether it came true.
    pub came_true: bool,
    /// Whether they were invited meanwhile.
    pub invited: Invited,
}

/// A past ranking, and what became of it.
pub struct Past {
    /// The day of the ranking.
    pub day: Day,
    /// The last day that counts.
    pub until: Day,
    /// How many contributions it takes.
    pub at_least: i64,
    /// The weights that held on the day, by signal.
    pub weights: Vec<(String, f64)>,
    /// Those who could still join on the day, best first.
    pub people: Vec<Ranked>,
}

impl Past {
    /// Ranks everyone as of a day (`within` days ago where none is given), and counts what they did in the days after it.
    pub fn read(app: &App, on: Option<Day>, within_days: i32, at_least: i64) -> Result<Self> {
        let day = on.unwrap_or_else(|| app.as_of().plus(-within_days));
        let until = day.plus(within_days);
        if until > app.as_of() {
            return Err(usage(format!(
                "the {within_days} days after {day} are not over on {}: name an earlier day with --on, or fewer days with --within",
                app.as_of()
            )));
        }
        let store = app.store()?;
        let mut made: BTreeMap<i64, i64> = BTreeMap::new();
        evidence::each_act(store, &Persons::counted(store)?, until, |act| {
            if act.contribution && act.day > day {
                *made.entry(act.person).or_default() += i64::from(act.times);
            }
        })?;
        let invited = invitations::between(store, day, until)?;
        let board = Board::on(app, day)?;
        let ranking = &board.ranking;
        let candidates = ranking
            .people
            .iter()
            .filter(|scored| ranking.is_seen(scored) && may_join(board.stage(scored.member)));
        let people = candidates
            .map(|scored| Ranked {
                member: scored.member,
                score: scored.score,
                signals: ranking.deviations(scored),
                came_true: made.get(&scored.member).is_some_and(|&made| made >= at_least),
                invited: match invited.get(&scored.member) {
                    None => Invited::No,
                    Some(false) => Invited::Chosen,
                    Some(true) => Invited::Drawn,
                },
            })
            .collect();
        Ok(Self { day, until, at_least, weights: board.version.weights, people })
    }

    /// What a signal weighed on the day.
    pub fn weight(&self, signal: &str) -> f64 {
        self.weights.iter().find(|(name, _)| name == signal).map_or(0.0, |(_, weight)| *weight)
    }

    /// (who did, everyone).
    pub fn counts(&self) -> (u64, u64) {
        (self.people.iter().filter(|person| person.came_true).count() as u64, self.people.len() as u64)
    }

    /// The same among those invited in one way.
    pub fn of_invited(&self, how: Invited) -> (u64, u64) {
        let those = self.people.iter().filter(|person| person.invited == how);
        those.fold((0, 0), |(did, all), person| (did + u64::from(person.came_true), all + 1))
    }
}

/// How a ranking did.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The share of everyone, 0-1.
    pub base: Estimate,
    /// The share of the best, 0-1, and how many those were.
    pub best: (Estimate, u64),
    /// How many times more often the best did than everyone; none where nobody did. Everyone is no sample, so its
    /// interval is that of the best.
    pub lift: Option<Estimate>,
    /// The chance that someone who did stood above someone who did not.
    pub auc: Option<Estimate>,
    /// Bands of equal size, best first: the lowest and the highest score, and the share that did.
    pub bands: Vec<(f64, f64, Estimate)>,
}

impl Verdict {
    /// Of people in the order of the ranking; none where nobody was ranked.
    pub fn of(people: &[Ranked], rules: Bands) -> Option<Self> {
        let cases: Vec<Case> = people.iter().map(|person| (person.score, person.came_true)).collect();
        let did = hits(&cases, cases.len());
        let base = wilson(did, cases.len() as u64, LEVEL)?;
        let top = rules.top.min(cases.len());
        let best = wilson(hits(&cases, top), top as u64, LEVEL)?;
        let times = |share: f64| share / base.value;
        let lift = (did > 0).then(|| Estimate {
            value: times(best.value),
            lo: times(best.lo),
            hi: times(best.hi),
            ..best
        });
        Some(Self {
            base,
            best: (best, top as u64),
            lift,
            auc: auc(&cases, LEVEL),
            bands: bands(&cases, rules),
        })
    }
}

fn bands(cases: &[Case], rules: Bands) -> Vec<(f64, f64, Estimate)> {
    if rules.count == 0 || cases.len() / rules.count < rules.fewest_in_band {
        return Vec::new();
    }
    let edge = |band: usize| band * cases.len() / rules.count;
    (0..rules.count)
        .filter_map(|band| {
            let part = &cases[edge(band)..edge(band + 1)];
            let share = wilson(hits(part, part.len()), part.len() as u64, LEVEL)?;
            Some((part.last()?.0, part.first()?.0, share))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    fn people(came_true: &[bool]) -> Vec<Ranked> {
        let scores = (0..came_true.len()).map(|place| 100.0 - place as f64);
        scores
            .zip(came_true)
            .map(|(score, &came_true)| Ranked {
                member: 0,
                score,
                signals: vec![],
                came_true,
                invited: Invited::No,
            })
            .collect()
    }

    const RULES: Bands = Bands { top: 2, count: 2, fewest_in_band: 2 };

    #[test]
    fn the_best_two_of_four() {
        let verdict = Verdict::of(&people(&[true, true, false, false]), RULES).expect("a verdict");
        near(verdict.base.value, 0.5, 0.0);
        near(verdict.lift.expect("a lift").value, 2.0, 1e-12);
        near(verdict.auc.expect("both kinds").value, 1.0, 0.0);
        assert_eq!(verdict.best.1, 2);
        let bands: Vec<_> = verdict.bands.iter().map(|band| (band.0, band.1, band.2.value)).collect();
        assert_eq!(bands, [(99.0, 100.0, 1.0), (97.0, 98.0, 0.0)]);
    }

    #[test]
    fn nobody_and_nothing() {
        assert!(Verdict::of(&[], RULES).is_none());
        let none = Verdict::of(&people(&[false, false, false]), RULES).expect("a verdict");
        assert!(none.lift.is_none() && none.auc.is_none() && none.bands.is_empty());
    }

    #[test]
    fn the_rules_read() {
        let rules = Rules::shipped().expect("reads");
        assert!(rules.outcome.at_least > 0 && rules.evaluate.count > 1 && rules.learn.folds > 1);
    }

    proptest! {
        #[test]
        fn bands_share_everyone(came_true in prop::collection::vec(any::<bool>(), 4..80)) {
            let verdict = Verdict::of(&people(&came_true), RULES).expect("a verdict");
            prop_assert_eq!(verdict.bands.iter().map(|band| band.2.n).sum::<u64>(), came_true.len() as u64);
            for estimate in verdict.bands.iter().map(|band| &band.2).chain([&verdict.base, &verdict.best.0]) {
                prop_assert!(estimate.lo <= estimate.value && estimate.value <= estimate.hi);
            }
        }
    }
}
