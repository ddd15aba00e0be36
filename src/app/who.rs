//! A member as a person names one: id, e-mail, `platform:handle`, or a name that fits only one.

use super::{App, accounts};
use crate::model::time::half_width;
use crate::store::members::{self, Person};
use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// Names closer than this are offered when nobody fits.
const NEAR: f64 = 0.8;

impl App {
    /// What to call these people.
    pub fn names(&self, people: impl IntoIterator<Item = i64>) -> Result<BTreeMap<i64, String>> {
        members::names(self.store()?, &people.into_iter().collect(), self.as_of())
    }

    /// The person `who` names, after merges.
    pub fn member(&self, who: &str) -> Result<Person> {
        let store = self.store()?;
        let who = half_width(who.trim());
        if let Ok(id) = who.trim_start_matches('#').parse::<i64>()
            && let Some(person) = members::person(store, id, self.as_of())?
        {
            return Ok(person);
        }
        if let Some(id) = self.behind(&who)?
            && let Some(person) = members::person(store, id, self.as_of())?
        {
            return Ok(person);
        }
        let identity = accounts::typed(&who);
        // Which forum a profile is of stands in its address only, and the import may have called it by another name.
        let bare = match &identity {
            Some(identity) if !accounts::is_on_any_site(&identity.platform) => None,
            Some(identity) => Some(identity.value.as_str()),
            None => Some(who.as_str()),
        };
        if let Some(identity) = &identity
            && let Some(id) = members::by_identity(store, identity)?
            && let Some(person) = members::person(store, id, self.as_of())?
        {
            return Ok(person);
        }
        if let Some(bare) = bare {
            let named = members::by_name(store, bare, self.as_of())?;
            match named.as_slice() {
                [id] => {
                    if let Some(person) = members::person(store, *id, self.as_of())? {
                        return Ok(person);
                    }
                }
                [] => {}
                several => bail!(
                    "'{who}' fits {} members: {}; name one by id or e-mail",
                    several.len(),
                    self.listed(several)?
                ),
            }
        }
        bail!("no member is '{who}'{}", self.near(&who)?)
    }

    fn listed(&self, ids: &[i64]) -> Result<String> {
        let mut names = Vec::new();
        for &id in ids.iter().take(8) {
            if let Some(person) = members::person(self.store()?, id, self.as_of())? {
                names.push(format!("{} ({})", person.id, person.label()));
            }
        }
        Ok(names.join(", "))
    }

    fn near(&self, who: &str) -> Result<String> {
        let wanted = who.to_lowercase();
        let mut near: Vec<(f64, i64)> = Vec::new();
        members::each_name(self.store()?, self.as_of(), |id, name| {
            let name = name.to_lowercase();
            let local = name.split('@').next().unwrap_or(&name);
            let close = strsim::jaro_winkler(&wanted, &name).max(strsim::jaro_winkler(&wanted, local));
            let edits = strsim::levenshtein(&wanted, &name);
            if close >= NEAR
                || (edits <= 1 && name.chars().count() > 1)
                || (wanted.chars().count() > 2 && name.contains(&wanted))
            {
                near.push((close, id));
            }
        })?;
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut ids: Vec<i64> = Vec::new();
        for (_, id) in near {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        if ids.is_empty() {
            return Ok("; see `groundswell member list`".into());
        }
        ids.truncate(5);
        Ok(format!("; near it: {}", self.listed(&ids)?))
    }
}
