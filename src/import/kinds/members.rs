//! People, one a row, with what a CRM or forum knows of them.

use super::{Fate, Frame, Session, Taken, usage};
use crate::import::cells::{Cells, RowError, Who};
use crate::model::field::Field;
use crate::store::facts::Observed;
use crate::store::tags;

/// One person.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    observed: Vec<(&'static str, String)>,
    tags: Vec<String>,
    totals: Vec<usage::Total>,
}

/// Reads one person.
pub fn read(cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    let who = cells.who()?;
    if who.identities.is_empty() && frame.owner.is_none() {
        return Err(RowError::new("no-identity", "a member needs an address or a handle"));
    }
    let tags = cells.text(Field::Tags).unwrap_or_default();
    let tags = tags
        .split([',', ';', '|', '，', '、', '；'])
        .map(|tag| tag.trim_matches(|c: char| c.is_whitespace() || "\"“”[]{}".contains(c)));
    let tags = tags.filter(|tag| !tag.is_empty());
    Ok(Draft {
        observed: observed(cells, frame)?,
        tags: tags.map(str::to_owned).collect(),
        totals: usage::totals(cells, frame, &who, None)?,
        who,
    })
}

/// Finds a person's place: new, known with something new, or known.
pub fn keep(session: &mut Session, draft: &Draft) -> Taken {
    let Draft { who, observed, tags, totals } = draft;
    let before = session.people.added;
    let learnt = !who.identities.iter().all(|identity| session.people.knows(identity));
    // The name is an observation like the others here, not a stopgap for someone without one.
    let nameless = Who { name: None, ..who.clone() };
    let member = session.member(&nameless)?;
    let is_new = session.people.added > before;
    let (day, batch) = (session.frame.day, session.batch);
    let mut changed = learnt;
    for (field, value) in observed {
        match session.people.observe(member, is_new, field, value)? {
            Observed::News => changed = true,
            Observed::Known(row, Some(from)) if from != batch => {
                session.seen.add(session.store, "facts", row)?;
            }
            Observed::Known(..) => {}
        }
    }
    for tag in tags {
        changed |= tags::observe(session.store, member, tag, day, batch)?;
    }
    let fates = usage::keep_all(session, who, day, totals)?;
    changed |= fates.iter().any(|fate| matches!(fate, Fate::Added | Fate::Changed));
    Ok(match (is_new, changed) {
        (true, _) => Fate::Added,
        (false, true) => Fate::Changed,
        (false, false) => Fate::Unchanged,
    })
}

fn observed(cells: &Cells, frame: &Frame) -> Result<Vec<(&'static str, String)>, RowError> {
    let mut observed = Vec::new();
    for (field, name) in [
        (Field::Name, "name"),
        (Field::Company, "company"),
        (Field::Country, "country"),
        (Field::Language, "language"),
    ] {
        observed.extend(cells.text(field).map(|value| (name, value.into_owned())));
    }
    for (field, name) in [(Field::Joined, "joined"), (Field::CustomerSince, "customer_since")] {
        observed.extend(cells.day(field, frame.zone)?.map(|value| (name, value)));
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
