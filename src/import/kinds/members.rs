//! People, one a row, with what a CRM or forum knows of them.

use super::{Fate, Session, Taken, usage};
use crate::import::cells::{Cells, RowError, Who};
use crate::model::field::Field;
use crate::store::facts::{self, Observed};
use crate::store::tags;

/// Takes one person: new, known with something new, or known.
pub fn take(session: &mut Session, cells: &Cells) -> Taken {
    let who = cells.who()?;
    if who.identities.is_empty() && session.owner.is_none() {
        return Err(RowError::new("no-identity", "a member needs an address or a handle").into());
    }
    let observed = observed(session, cells)?;
    // All of the row is read before any of it is kept.
    let amounts = usage::read(cells)?;
    let before = session.people.added;
    let learnt = !who.identities.iter().all(|identity| session.people.knows(identity));
    // The name is an observation like the others here, not a stopgap for someone without one.
    let nameless = Who { name: None, ..who.clone() };
    let member = session.member(&nameless)?;
    let is_new = session.people.added > before;
    let mut changed = learnt;
    for (field, value) in &observed {
        match facts::observe(session.store, member, field, session.day, value, session.batch)? {
            Observed::News => changed = true,
            Observed::Known(row, Some(batch)) if batch != session.batch => {
                session.seen.add(session.store, "facts", row)?;
            }
            Observed::Known(..) => {}
        }
    }
    for tag in cells.text(Field::Tags).iter().flat_map(|cell| cell.split([',', ';', '|', '，', '、'])) {
        if !tag.trim().is_empty() {
            changed |= tags::observe(session.store, member, tag.trim(), session.day, session.batch)?;
        }
    }
    let day = session.day;
    let fates = usage::keep_all(session, &who, day, &amounts)?;
    changed |= fates.iter().any(|fate| matches!(fate, Fate::Added | Fate::Changed));
    Ok(match (is_new, changed) {
        (true, _) => Fate::Added,
        (false, true) => Fate::Changed,
        (false, false) => Fate::Unchanged,
    })
}

fn observed(session: &Session, cells: &Cells) -> Result<Vec<(&'static str, String)>, RowError> {
    let mut observed = Vec::new();
    for (field, name) in [
        (Field::Name, "name"),
        (Field::Company, "company"),
        (Field::Country, "country"),
        (Field::Language, "language"),
    ] {
        observed.extend(cells.text(field).map(|value| (name, value)));
    }
    for (field, name) in [(Field::Joined, "joined"), (Field::CustomerSince, "customer_since")] {
        observed.extend(cells.day(field, session.zone)?.map(|value| (name, value)));
    }
    if cells.reading.plan.has(Field::Value) {
        let currency = cells.currency(Field::Value)?;
        if let Some(value) = cells.money(Field::Value, &currency)? {
            observed.push(("value", value.to_string()));
            observed.push(("currency", currency));
        }
    }
    Ok(observed)
}
