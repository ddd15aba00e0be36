//! The ranking as of a day: everyone counted, what was seen of them, and their scores.

use super::score::{Ranking, Scored, Signal};
use super::signals::{self, ANSWER_DAYS, Engagement, Fading, NAMES, Seen, USAGE_DAYS};
use crate::app::App;
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::output::Table;
use crate::store::members::{self, Person};
use crate::store::persons::Persons;
use crate::store::weights::{self, Version};
use crate::store::{Store, evidence};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, HashMap};

/// Who is ranked, and where.
pub struct Board {
    /// The weights that hold.
    pub version: Version,
    /// Everyone counted, by id.
    pub people: HashMap<i64, Person>,
    /// What was seen of them.
    pub seen: BTreeMap<i64, Seen>,
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
        let seen = see(app, store, as_of)?;
        let people = members::people(store, as_of)?;
        let people = people.into_iter().filter(|person| seen.contains_key(&person.id));
        let ranking = rank(&version.weights, &seen, as_of);
        Ok(Self { version, people: people.map(|person| (person.id, person)).collect(), seen, ranking })
    }

    /// Only the scores as of a day, of everyone counted.
    pub fn ranking_on(app: &App, as_of: Day) -> Result<Ranking> {
        let store = app.store()?;
        let version = version(store, as_of)?;
        Ok(rank(&version.weights, &see(app, store, as_of)?, as_of))
    }

    /// The ranking with other weights.
    pub fn with(&self, weights: &[(String, f64)], as_of: Day) -> Ranking {
        rank(weights, &self.seen, as_of)
    }

    /// Those of a ranking who have not joined (or everyone), best first, with their scores.
    pub fn candidates<'a>(&'a self, ranking: &'a Ranking, everyone: bool) -> Vec<(&'a Person, &'a Scored)> {
        let known =
            ranking.people.iter().filter_map(|scored| Some((self.people.get(&scored.member)?, scored)));
        known.filter(|(person, _)| everyone || may_join(person.stage)).collect()
    }

    /// What the figures rest on, in a line or two below a table.
    pub fn notes(&self, table: &mut Table, as_of: Day) {
        let weights: Vec<String> =
            self.version.weights.iter().map(|(signal, weight)| format!("{signal} {weight}")).collect();
        table.note(format!(
            "Compared among {} people, as of {as_of}. Weights version {} of {} ({}): an opinion, not a finding.",
            self.seen.len(),
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

/// The signals with their weights, in the order of the columns; one that a version does not name weighs 0.
fn rank(weights: &[(String, f64)], seen: &BTreeMap<i64, Seen>, as_of: Day) -> Ranking {
    let weight =
        |name: &str| weights.iter().find(|(signal, _)| signal == name).map_or(0.0, |(_, weight)| *weight);
    let signals = NAMES.map(|name| Signal { name: name.into(), weight: weight(name) });
    Ranking::of(&signals, &signals::values(seen, as_of))
}

/// Everyone counted who was known by the day, and what was observed of them.
fn see(app: &App, store: &Store, as_of: Day) -> Result<BTreeMap<i64, Seen>> {
    let known = evidence::known_since(store)?;
    let mut all: BTreeMap<i64, Seen> = known.keys().map(|&person| (person, Seen::default())).collect();
    let persons = Persons::counted(store)?;
    engage(app, &persons, as_of, &mut all)?;
    let year = as_of.plus(-ANSWER_DAYS);
    for (person, answer) in evidence::answers(store, "nps", year, as_of)? {
        all.entry(person).or_default().nps = Some(answer);
    }
    for (person, answer) in evidence::answers(store, "csat", year, as_of)? {
        all.entry(person).or_default().csat = Some(answer);
    }
    tie(app, &persons, as_of, &mut all)?;
    for one in evidence::uses(store, as_of.plus(-USAGE_DAYS), as_of)? {
        all.entry(one.person).or_default().uses.push(one);
    }
    // A file imported later tells of earlier days: whoever it shows then was there then.
    all.retain(|person, seen| {
        known.get(person).is_some_and(|&day| day <= as_of)
            || seen.engagement.is_some()
            || *seen != Seen::default()
    });
    for person in evidence::observed(store, as_of)? {
        if let Some(seen) = all.get_mut(&person) {
            seen.engagement.get_or_insert_default();
        }
    }
    Ok(all)
}

fn engage(app: &App, persons: &Persons, as_of: Day, all: &mut BTreeMap<i64, Seen>) -> Result<()> {
    let fading = Fading {
        contribution: app.number("kinds.contribution", 3.0)?,
        contribution_half_life_days: app.number("decay.contribution_half_life_days", 90.0)?,
        community: app.number("kinds.community", 1.0)?,
        community_half_life_days: app.number("decay.community_half_life_days", 60.0)?,
    };
    let mut acts: Vec<Option<Engagement>> = persons.each(None);
    evidence::each_act(app.store()?, persons, as_of, |act| {
        acts[act.person as usize].get_or_insert_default().add(act, as_of, &fading);
    })?;
    for (person, engagement) in (0..).zip(acts).filter(|(_, engagement)| engagement.is_some()) {
        all.entry(person).or_default().engagement = engagement;
    }
    Ok(())
}

/// Tenure and value, from the newest facts.
fn tie(app: &App, persons: &Persons, as_of: Day, all: &mut BTreeMap<i64, Seen>) -> Result<()> {
    let facts = |field: &str| evidence::facts(app.store()?, persons, field, as_of);
    for field in ["joined", "customer_since"] {
        for (person, text) in facts(field)? {
            if let Some(day) = Day::parse(&text).filter(|day| *day <= as_of) {
                let since = &mut all.entry(person).or_default().since;
                *since = Some(since.map_or(day, |known| known.min(day)));
            }
        }
    }
    let own = app.currency()?;
    let currencies = facts("currency")?;
    for (person, text) in facts("value")? {
        if let Ok(minor) = text.parse::<i64>() {
            let currency = currencies.get(&person).cloned().unwrap_or_else(|| own.clone());
            all.entry(person).or_default().value = Some((minor, currency));
        }
    }
    Ok(())
}
