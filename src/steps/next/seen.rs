//! What is read once for all lines: who the advocates are, and what they and others did.

use crate::app::App;
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::steps::amplify::watch;
use crate::store::stages::{self, Signs};
use crate::store::weekly::{self, Acts};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// Read once.
#[derive(Debug)]
pub struct Seen {
    /// Advocates, with the day each joined.
    pub advocates: BTreeMap<i64, Day>,
    /// Those of them who are active, and not on hold.
    pub active: Vec<i64>,
    /// What they did, and those who were advocates once.
    pub acts: Acts,
    /// When a note was last written about each person.
    pub noted: BTreeMap<i64, Day>,
    handles: BTreeMap<i64, BTreeSet<String>>,
}

impl Seen {
    /// Reads it.
    pub fn read(app: &App) -> Result<Self> {
        let (store, today) = (app.store()?, app.as_of());
        let mut joined = stages::joined(store, today)?;
        let ever: BTreeSet<i64> = joined.iter().map(|one| one.person).collect();
        joined.retain(|one| one.stage.is_advocate());
        let advocates: BTreeMap<i64, Day> = joined.iter().map(|one| (one.person, one.day)).collect();
        let active = joined.iter().filter(|one| one.stage == Stage::Active).map(|one| one.person).collect();
        let people: BTreeSet<i64> = advocates.keys().copied().collect();
        let acts = if people.is_empty() {
            Acts::default()
        } else {
            weekly::acts(store, &ever, today, watch::crowd_after(today))?
        };
        let (noted, handles) = (weekly::last_noted(store, today)?, weekly::handles(store, &people)?);
        Ok(Self { advocates, active, acts, noted, handles })
    }

    /// The last act and the last note of each active advocate.
    pub fn signs(&self) -> BTreeMap<i64, Signs> {
        let last = |person: &i64| {
            let act = self.acts.theirs.get(person).and_then(|acts| acts.iter().map(|act| act.day).max());
            (*person, (act, self.noted.get(person).copied()))
        };
        self.active.iter().map(last).collect()
    }

    /// Of the active advocates who never did anything that was seen: those with a handle on a platform something was imported
    /// from, so that it would have been seen.
    pub fn observed(&self, app: &App) -> Result<BTreeSet<i64>> {
        let silent = || {
            let is_silent = |person: &&i64| !self.acts.theirs.contains_key(person);
            self.active
                .iter()
                .filter(is_silent)
                .filter_map(|person| Some((person, self.handles.get(person)?)))
        };
        let platforms: BTreeSet<String> = silent().flat_map(|(_, places)| places.iter().cloned()).collect();
        let seen = weekly::seen_on(app.store()?, &platforms, app.as_of())?;
        let would_be = silent().filter(|(_, places)| !places.is_disjoint(&seen));
        Ok(would_be.map(|(person, _)| *person).collect())
    }

    /// On which platforms each advocate is, by their handles and by what they did there.
    pub fn platforms(&self) -> BTreeMap<i64, BTreeSet<String>> {
        let mut all = self.handles.clone();
        for (person, places) in &self.acts.platforms {
            all.entry(*person).or_default().extend(places.iter().cloned());
        }
        all
    }
}
