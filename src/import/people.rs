//! Whom rows name: identities looked up in one table in memory, new members numbered as they come.

use super::cells::{RowError, Who};
use super::roll::Roll;
use crate::model::identity::{EMAIL, ID, Identity, is_folded};
use crate::model::time::Day;
use crate::store::facts::Observed;
use crate::store::seen::Seen;
use crate::store::{Store, facts, identities, members};
use anyhow::Result;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Everyone known, while a file is read.
pub struct People<'a> {
    store: &'a Store,
    known: Roll,
    merged: HashMap<i64, i64>,
    names: Names,
    members: members::Adder<'a>,
    facts: facts::Adder<'a>,
    staff_domains: Vec<String>,
    day: Day,
    batch: i64,
    /// Ids of a CRM's records are known without their letter case, as they were kept once.
    pub folded_ids: bool,
    /// Members nobody knew before.
    pub added: i64,
}

/// What every member row is called, whoever it was merged into: the fact that says so (0 where nothing does), and a digest of the name
/// whose lowest bit is set once this file said the same.
#[derive(Default)]
struct Names(Vec<(i64, u64)>);

impl Names {
    fn learn(&mut self, member: i64, fact: i64, name: &str) {
        let index = usize::try_from(member).unwrap_or_default();
        if self.0.len() <= index {
            self.0.resize(index + 1, (0, 0));
        }
        self.0[index] = (fact, digest(name));
    }

    fn of(&mut self, member: i64) -> Option<&mut (i64, u64)> {
        self.0.get_mut(usize::try_from(member).ok()?).filter(|(fact, _)| *fact > 0)
    }

    /// The facts that were said again, ascending.
    fn confirmed(self) -> Vec<i64> {
        let mut facts: Vec<i64> =
            self.0.into_iter().filter(|(_, digest)| digest & 1 == 1).map(|(fact, _)| fact).collect();
        facts.sort_unstable();
        facts
    }
}

impl<'a> People<'a> {
    /// Reads everyone in. New facts are dated `day` and belong to `batch`.
    pub fn load(store: &'a Store, staff_domains: Vec<String>, day: Day, batch: i64) -> Result<Self> {
        let mut known = Roll::default();
        let mut folded_ids = false;
        identities::each(store, |platform, value, row, member| {
            folded_ids |= platform == ID && is_folded(value);
            known.insert(platform, value, member, Some(row));
        })?;
        let mut names = Names::default();
        members::each_named(store, |member, fact, name| names.learn(member, fact, name))?;
        Ok(Self {
            store,
            known,
            merged: identities::merged(store)?,
            names,
            members: members::Adder::new(store)?,
            facts: facts::Adder::new(store)?,
            staff_domains,
            day,
            batch,
            folded_ids,
            added: 0,
        })
    }

    /// The member a row is about, made when nobody knew them. One row whose address and handle belong to two
    /// people is set aside.
    pub fn resolve(&mut self, who: &Who) -> Result<Result<i64, RowError>> {
        if let [identity] = &who.identities[..] {
            let known = self.known.sight(&identity.platform, &identity.value);
            let member = match known {
                Some(member) => member,
                None => self.add(who)?,
            };
            if known.is_none() {
                self.known.learn(member, identity);
            }
            self.call(member, who)?;
            return Ok(Ok(member));
        }
        let mut found: Option<(i64, &Identity)> = None;
        let mut strangers = false;
        for identity in who.identities.iter().filter(|identity| !self.is_anothers(identity, who)) {
            let Some(member) = self.known.member(&identity.platform, &identity.value) else {
                strangers = true;
                continue;
            };
            match found {
                None => found = Some((member, identity)),
                Some((first, by)) if self.person(first) != self.person(member) => {
                    let (one, other) = (self.person(first), self.person(member));
                    let detail = format!(
                        "{} is {}, {} is {}; if they are one: groundswell member merge {one} {other}",
                        by.name(),
                        self.named(one)?,
                        identity.name(),
                        self.named(other)?
                    );
                    return Ok(Err(RowError::new("conflict", detail)));
                }
                Some(_) => {}
            }
        }
        // Only now: a row that is set aside says nothing of anyone.
        let member = match found {
            Some((member, _)) => {
                for identity in &who.identities {
                    if !self.is_anothers(identity, who) {
                        self.known.sight(&identity.platform, &identity.value);
                    }
                }
                member
            }
            None => self.add(who)?,
        };
        if strangers {
            for identity in &who.identities {
                self.learn(member, identity);
            }
        }
        self.call(member, who)?;
        Ok(Ok(member))
    }

    /// Whether a row's bare number is that of somebody with another address: tools number from 1, each its own people, and
    /// colleagues share the number of their account. The address says who it is.
    fn is_anothers(&self, identity: &Identity, who: &Who) -> bool {
        if identity.platform != ID {
            return false;
        }
        let Some(owner) = self.known.member(&identity.platform, &identity.value) else { return false };
        let address = who.identities.iter().find(|other| other.platform == EMAIL);
        address.is_some_and(|address| {
            let theirs = self.known.member(EMAIL, &address.value);
            self.known.has_address(owner)
                && theirs.is_none_or(|theirs| self.person(theirs) != self.person(owner))
        })
    }

    /// Gives a member the row's name, where nobody has said one yet.
    fn call(&mut self, member: i64, who: &Who) -> Result<()> {
        if let Some(name) = &who.name
            && !self.confirm(member, name)
            && self.names.of(member).is_none()
        {
            let fact = self.facts.add(member, "name", self.day, name, Some(self.batch))?;
            self.names.learn(member, fact, name);
        }
        Ok(())
    }

    /// An observation of a member, added where it is news. Of someone who is new in this file there is nothing to
    /// compare it with: each field of theirs is said once.
    pub fn observe(&mut self, member: i64, is_new: bool, field: &str, value: &str) -> Result<Observed> {
        if is_new {
            self.facts.add(member, field, self.day, value, Some(self.batch))?;
            return Ok(Observed::News);
        }
        self.facts.observe(member, field, self.day, value, self.batch)
    }

    /// A member with the name they are known by.
    fn named(&mut self, member: i64) -> Result<String> {
        self.facts.flush()?;
        let name = facts::of_person(self.store, member, "name", self.day)?.filter(|name| !name.is_empty());
        Ok(format!("member {member}{}", name.map(|name| format!(" ({name})")).unwrap_or_default()))
    }

    /// A name that is known of someone is seen again.
    fn confirm(&mut self, member: i64, name: &str) -> bool {
        match self.names.of(member) {
            Some(known) if known.1 & !1 == digest(name) => {
                known.1 |= 1;
                true
            }
            _ => false,
        }
    }

    /// Notes that a row named someone who is known.
    pub fn sight(&mut self, who: &Who) {
        let mut first = None;
        for identity in &who.identities {
            if self.is_anothers(identity, who) {
                continue;
            }
            let member = self.known.sight(&identity.platform, &identity.value);
            first = first.or(member);
        }
        if let (Some(member), Some(name)) = (first, &who.name) {
            self.confirm(member, name);
        }
    }

    /// Gives a member an identity that nobody has.
    pub fn learn(&mut self, member: i64, identity: &Identity) {
        if !self.knows(identity) {
            self.known.learn(member, identity);
        }
    }

    /// The member a row names, if they are known.
    pub fn find(&self, who: &Who) -> Option<i64> {
        let mine = who.identities.iter().filter(|identity| !self.is_anothers(identity, who));
        mine.into_iter().find_map(|identity| self.known.member(&identity.platform, &identity.value))
    }

    /// Whether someone is known, without making them.
    pub fn is_known(&self, who: &Who) -> bool {
        who.identities.iter().any(|identity| self.knows(identity))
    }

    /// Whether an identity is known.
    pub fn knows(&self, identity: &Identity) -> bool {
        self.known.member(&identity.platform, &identity.value).is_some()
    }

    /// Puts the members and names that wait into their tables, for whoever wants to read them.
    pub fn flush(&mut self) -> Result<()> {
        self.members.flush()?;
        self.facts.flush()
    }

    /// The person a member row belongs to after merges.
    pub fn person(&self, member: i64) -> i64 {
        if self.merged.is_empty() { member } else { self.merged.get(&member).copied().unwrap_or(member) }
    }

    /// Writes down the identities that are new, and notes on those of earlier batches that this file named them
    /// too. New ones are numbered in the order of their text, which no order of the file's rows changes, and
    /// which is how the table's index grows.
    /// `owner` is whom all of the file is about.
    pub fn close(mut self, owner: Option<i64>, seen: &mut Seen) -> Result<()> {
        self.flush()?;
        if let Some(owner) = owner {
            self.known.sight_all_of(owner);
            if let Some(name) = self.names.of(owner) {
                name.1 |= 1;
            }
        }
        for name in self.names.confirmed() {
            seen.add(self.store, "facts", name)?;
        }
        for identity in self.known.sighted() {
            seen.add(self.store, "identities", identity)?;
        }
        let (new, all) = self.known.strangers();
        let batch = Some(self.batch);
        identities::load(self.store, new, all - new, |adder| {
            self.known.each_stranger(|member, platform, value, shown| {
                adder.add(member, platform, value, shown, batch)
            })
        })
    }

    fn add(&mut self, who: &Who) -> Result<i64> {
        let ours = |identity: &Identity| {
            let domain = identity.value.rsplit('@').next().unwrap_or_default();
            identity.platform == EMAIL && self.staff_domains.iter().any(|staff| staff == domain)
        };
        let standing = if who.identities.iter().any(ours) { "staff" } else { "member" };
        self.added += 1;
        self.members.add(standing, self.day, Some(self.batch))
    }
}

fn digest(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish() & !1
}
