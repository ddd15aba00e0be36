//! Whom rows name: identities looked up in one table in memory, new members numbered as they come.

use super::cells::{RowError, Who};
use crate::model::identity::{EMAIL, Identity};
use crate::model::time::Day;
use crate::store::seen::Seen;
use crate::store::{Store, facts, identities, members};
use anyhow::Result;
use std::collections::HashMap;

/// Everyone known, while a file is read.
pub struct People<'a> {
    store: &'a Store,
    known: HashMap<(String, String), (i64, i64)>,
    merged: HashMap<i64, i64>,
    names: HashMap<i64, (i64, String)>,
    confirmed: Vec<i64>,
    staff_domains: Vec<String>,
    day: Day,
    batch: i64,
    sighted: Vec<i64>,
    /// Members nobody knew before.
    pub added: i64,
}

impl<'a> People<'a> {
    /// Reads everyone in. New facts are dated `day` and belong to `batch`.
    pub fn load(store: &'a Store, staff_domains: Vec<String>, day: Day, batch: i64) -> Result<Self> {
        Ok(Self {
            store,
            known: identities::all(store)?,
            merged: identities::merged(store)?,
            names: members::named(store)?,
            confirmed: Vec::new(),
            staff_domains,
            day,
            batch,
            sighted: Vec::new(),
            added: 0,
        })
    }

    /// The member a row is about, made when nobody knew them. One row whose address and handle belong to two
    /// people is set aside.
    pub fn resolve(&mut self, who: &Who) -> Result<Result<i64, RowError>> {
        let mut found: Option<(i64, &Identity)> = None;
        let sighted = self.sighted.len();
        for identity in &who.identities {
            let Some(&(row, member)) = self.known.get(&key(identity)) else { continue };
            self.sighted.push(row);
            match found {
                None => found = Some((member, identity)),
                Some((first, by)) if self.person(first) != self.person(member) => {
                    // A row that is set aside says nothing of anyone.
                    self.sighted.truncate(sighted);
                    let (one, other) = (self.person(first), self.person(member));
                    let named = |member: i64| {
                        let name = self.names.get(&member).map(|(_, name)| format!(" ({name})"));
                        format!("member {member}{}", name.unwrap_or_default())
                    };
                    let detail = format!(
                        "{} is {}, {} is {}; if they are one: groundswell member merge {one} {other}",
                        by.name(),
                        named(one),
                        identity.name(),
                        named(other)
                    );
                    return Ok(Err(RowError::new("conflict", detail)));
                }
                Some(_) => {}
            }
        }
        let member = match found {
            Some((member, _)) => member,
            None => self.add(who)?,
        };
        for identity in &who.identities {
            self.learn(member, identity)?;
        }
        if let Some(name) = &who.name
            && !self.confirm(member, name)
            && !self.names.contains_key(&self.person(member))
        {
            let row = facts::add(self.store, member, "name", self.day, name, Some(self.batch))?;
            self.names.insert(self.person(member), (row, name.clone()));
        }
        Ok(Ok(member))
    }

    /// A name that is known of someone is seen again.
    fn confirm(&mut self, member: i64, name: &str) -> bool {
        let known =
            self.names.get(&self.person(member)).filter(|(_, known)| known == name).map(|(row, _)| *row);
        self.confirmed.extend(known);
        known.is_some()
    }

    /// Notes that a row named someone who is known.
    pub fn sight(&mut self, who: &Who) {
        let rows: Vec<(i64, i64)> =
            who.identities.iter().filter_map(|identity| self.known.get(&key(identity))).copied().collect();
        self.sighted.extend(rows.iter().map(|(row, _)| *row));
        if let (Some((_, member)), Some(name)) = (rows.first(), &who.name) {
            self.confirm(*member, name);
        }
    }

    /// Gives a member an identity that nobody has.
    pub fn learn(&mut self, member: i64, identity: &Identity) -> Result<bool> {
        if self.known.contains_key(&key(identity)) {
            return Ok(false);
        }
        let row = identities::add(self.store, member, identity, Some(self.batch))?;
        self.known.insert(key(identity), (row, member));
        Ok(true)
    }

    /// Whether someone is known, without making them.
    pub fn is_known(&self, who: &Who) -> bool {
        who.identities.iter().any(|identity| self.knows(identity))
    }

    /// Whether an identity is known.
    pub fn knows(&self, identity: &Identity) -> bool {
        self.known.contains_key(&key(identity))
    }

    /// The person a member row belongs to after merges.
    pub fn person(&self, member: i64) -> i64 {
        self.merged.get(&member).copied().unwrap_or(member)
    }

    /// Notes on the identities and names of earlier batches that this file said them too; `owner` is whom all of
    /// it is about.
    pub fn finish(&mut self, owner: Option<i64>, seen: &mut Seen) -> Result<()> {
        if let Some(owner) = owner {
            let mine = self.known.values().filter(|(_, member)| *member == owner).map(|(row, _)| *row);
            self.sighted.extend(mine);
            self.confirmed.extend(self.names.get(&self.person(owner)).map(|(row, _)| *row));
        }
        self.sighted.sort_unstable();
        self.sighted.dedup();
        self.confirmed.sort_unstable();
        self.confirmed.dedup();
        for name in &self.confirmed {
            seen.add(self.store, "facts", *name)?;
        }
        identities::sight(self.store, &self.sighted, self.batch)
    }

    fn add(&mut self, who: &Who) -> Result<i64> {
        let ours = |identity: &Identity| {
            let domain = identity.value.rsplit('@').next().unwrap_or_default();
            identity.platform == EMAIL && self.staff_domains.iter().any(|staff| staff == domain)
        };
        let standing = if who.identities.iter().any(ours) { "staff" } else { "member" };
        self.added += 1;
        members::add(self.store, standing, self.day, Some(self.batch))
    }
}

fn key(identity: &Identity) -> (String, String) {
    (identity.platform.clone(), identity.value.clone())
}
