//! The ranking as of a day: everyone counted, what was seen of them, and their scores.

use super::score::{Ranking, Scored};
use super::signals::{ANSWER_DAYS, Engagement, Everyone, Faded, Fading, NAMES, Seen, Tie, USAGE_DAYS};
use crate::app::App;
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::output::Table;
use crate::store::evidence::Answer;
use crate::store::persons::Persons;
use crate::store::uses::{self, Uses};
use crate::store::weights::{self, Version};
use crate::store::{Store, evidence, segments};
use anyhow::{Context, Result};
use std::collections::HashMap;
use std::sync::Arc;

/// Who is ranked, and where. It holds no names: those are looked up for whoever is listed.
pub struct Board {
    /// The weights that hold.
    pub version: Version,
    /// Everyone counted and what was seen of them.
    everyone: Everyone,
    /// The stage of those who ever had one.
    stages: HashMap<i64, Stage>,
    /// Their scores, best first.
    pub ranking: Ranking,
}

impl Board {
    /// Reads the signals and ranks everyone counted, as of the day.
    pub fn read(app: &App) -> Result<Self> {
        Self::on(app, app.as_of())
    }

    /// The same as of another day, with what was known then.
    pub fn on(app: &App, as_of: Day) -> Result<Self> {
        let store = app.store()?;
        let version = version(store, as_of)?;
        let everyone = see(app, store, as_of)?;
        let mut stages = HashMap::new();
        segments::stages(store, as_of, |person, word| {
            stages.insert(person, word.parse().unwrap_or(Stage::Member));
        })?;
        let ranking = rank(&version.weights, &everyone, as_of);
        Ok(Self { version, everyone, stages, ranking })
    }

    /// Only the scores as of a day, of everyone counted.
    pub fn ranking_on(app: &App, as_of: Day) -> Result<Ranking> {
        let store = app.store()?;
        let version = version(store, as_of)?;
        Ok(rank(&version.weights, &see(app, store, as_of)?, as_of))
    }

    /// The ranking with other weights.
    pub fn with(&self, weights: &[(String, f64)], as_of: Day) -> Ranking {
        rank(weights, &self.everyone, as_of)
    }

    /// What was seen of someone.
    pub fn seen(&self, person: i64) -> Option<Seen> {
        self.everyone.seen(person)
    }

    /// What everyone used.
    pub fn uses(&self) -> &Uses {
        &self.everyone.uses
    }

    /// Everyone counted, with what was seen of them, by id.
    pub fn everyone(&self) -> impl Iterator<Item = (i64, Seen)> {
        self.everyone.people.iter().filter_map(|person| Some((*person, self.everyone.seen(*person)?)))
    }

    /// Where someone stands.
    pub fn stage(&self, person: i64) -> Stage {
        self.stages.get(&person).copied().unwrap_or(Stage::Member)
    }

    /// Those of a ranking who have not joined (or everyone), best first: their stages and scores.
    pub fn candidates(&self, ranking: &Ranking, everyone: bool) -> impl Iterator<Item = (Stage, Scored)> {
        let staged = ranking.people.iter().map(|scored| (self.stage(scored.member), *scored));
        staged.filter(move |(stage, _)| everyone || may_join(*stage))
    }

    /// What the figures rest on, in a line or two below a table.
    pub fn notes(&self, table: &mut Table, as_of: Day) {
        let weights: Vec<String> =
            self.version.weights.iter().map(|(signal, weight)| format!("{signal} {weight}")).collect();
        table.note(format!(
            "Compared among {} people, as of {as_of}. Weights version {} of {} ({}): an opinion, not a finding.",
            self.everyone.people.len(),
            self.version.id,
            self.version.day,
            weights.join(", ")
        ));
        for dropped in &self.ranking.dropped {
            table.note(format!(
                "{} is left out: seen in {} people, 5 needed.",
                NAMES[dropped.signal], dropped.seen_for
            ));
        }
    }
}

/// The weights that hold on a day.
fn version(store: &Store, as_of: Day) -> Result<Version> {
    weights::on(store, as_of)?
        .context("there are no weights: make some with `groundswell identify weights --set engagement=3`")
}

/// Whether someone at this stage could still join.
pub fn may_join(stage: Stage) -> bool {
    matches!(stage, Stage::Member | Stage::Candidate | Stage::Invited | Stage::Interested)
}

/// Ranks by the weight of each signal; one that a version does not name weighs 0.
fn rank(weights: &[(String, f64)], everyone: &Everyone, as_of: Day) -> Ranking {
    let weight =
        |name: &str| weights.iter().find(|(signal, _)| signal == name).map_or(0.0, |(_, weight)| *weight);
    Ranking::of(&NAMES.map(weight), &everyone.people, |signal| everyone.values(signal, as_of))
}

/// Everyone counted who was known by the day, and what was observed of them.
fn see(app: &App, store: &Store, as_of: Day) -> Result<Everyone> {
    let (persons, own) = (Persons::counted(store)?, app.currency()?);
    let ties = |store: &Store| ties(store, &persons, as_of, &own);
    let told = |store: &Store| told(store, &persons, as_of);
    let (ties, told, done) = store.read_both_beside(ties, told, || done(app, store, &persons, as_of))?;
    let (Done { mut engaged, is_observed, is_known }, (ties, currencies)) = (done, ties);
    let Told { nps, csat, uses } = told;
    let mut people = Vec::with_capacity(engaged.len());
    for (person, place) in (0..).zip(0..engaged.len()) {
        let has_answered = nps[place].is_some() || csat[place].is_some();
        let is_seen = engaged[place].is_some() || has_answered || ties[place] != Tie::default();
        // A file imported later tells of earlier days: whoever it shows then was there then.
        if is_known[place] || is_seen || uses.each(person).next().is_some() {
            if is_observed[place] {
                engaged[place].get_or_insert_default();
            }
            people.push(person);
        }
    }
    Ok(Everyone { people, engaged, nps, csat, ties, currencies, uses })
}

/// What everyone did, at the index of the person.
struct Done {
    engaged: Vec<Option<Engagement>>,
    /// Whether they are where others were seen.
    is_observed: Vec<bool>,
    /// Whether they were in the file.
    is_known: Vec<bool>,
}

fn done(app: &App, store: &Store, persons: &Persons, as_of: Day) -> Result<Done> {
    let mut engaged: Vec<Option<Engagement>> = persons.each(None);
    let faded = Faded::on(as_of, &fading(app)?);
    let platforms = evidence::each_act(store, persons, as_of, |act| {
        engaged[act.person as usize].get_or_insert_default().add(act, &faded);
    })?;
    let (mut is_observed, mut is_known) = (persons.each(false), persons.each(false));
    evidence::each_on(store, persons, &platforms, |person| is_observed[person as usize] = true)?;
    evidence::each_known(store, persons, as_of, |person| is_known[person as usize] = true)?;
    Ok(Done { engaged, is_observed, is_known })
}

/// What everyone answered, at the index of the person, and what they used.
struct Told {
    nps: Vec<Option<Answer>>,
    csat: Vec<Option<Answer>>,
    uses: Uses,
}

fn told(store: &Store, persons: &Persons, as_of: Day) -> Result<Told> {
    let (mut nps, mut csat) = (persons.each(None), persons.each(None));
    evidence::each_answer(store, persons, as_of.plus(-ANSWER_DAYS), as_of, |person, is_nps, answer| {
        let last = if is_nps { &mut nps } else { &mut csat };
        evidence::newer(last[person as usize].get_or_insert(answer), answer);
    })?;
    Ok(Told { nps, csat, uses: uses::read(store, persons, as_of.plus(-USAGE_DAYS), as_of)? })
}

/// How activity is weighed in this program.
pub fn fading(app: &App) -> Result<Fading> {
    Ok(Fading {
        contribution: app.number("kinds.contribution", 3.0)?,
        contribution_half_life_days: app.number("decay.contribution_half_life_days", 90.0)?,
        community: app.number("kinds.community", 1.0)?,
        community_half_life_days: app.number("decay.community_half_life_days", 60.0)?,
    })
}

/// What ties people to us, in the order it is read.
const TIES: [&str; 4] = ["customer_since", "value", "currency", "joined"];

/// Tenure and value from the newest facts, at the index of the person, and the currencies of the values.
fn ties(store: &Store, persons: &Persons, as_of: Day, own: &str) -> Result<(Vec<Tie>, Vec<Arc<str>>)> {
    // A million people take room for what any of them has, and many programs know only one of the two days.
    if evidence::has_joined(store)? {
        ties_of(store, persons, as_of, own, TIES)
    } else {
        ties_of(store, persons, as_of, own, [TIES[0], TIES[1], TIES[2]])
    }
}

fn ties_of<const N: usize>(
    store: &Store,
    persons: &Persons,
    as_of: Day,
    own: &str,
    fields: [&str; N],
) -> Result<(Vec<Tie>, Vec<Arc<str>>)> {
    let mut currencies: Vec<Arc<str>> = vec![own.into()];
    let number = |field: usize, text: &str| match TIES[field] {
        "value" => text.parse().ok(),
        "currency" if text.is_empty() => None,
        "currency" => {
            let known = currencies.iter().position(|known| **known == *text);
            let place = known.unwrap_or_else(|| {
                currencies.push(text.into());
                currencies.len() - 1
            });
            Some(place as i64)
        }
        _ => Day::parse(text).filter(|day| *day <= as_of).map(|day| i64::from(day.0)),
    };
    let newest = evidence::newest_of(store, persons, fields, as_of, number)?;
    let tie = |known: [Option<i64>; N]| {
        let days = [known[0], known.get(3).copied().flatten()];
        Tie {
            since: days.into_iter().flatten().min().map(|day| Day(day as i32)),
            value: known[1].map(|minor| (minor, known[2].unwrap_or_default() as u32)),
        }
    };
    let of_everyone = newest.into_iter().map(tie).collect();
    Ok((of_everyone, currencies))
}
