//! Clicks on links: one a row, or a sum per link.

use super::{Fate, Session, Taken};
use crate::import::cells::{Cells, RowError};
use crate::import::keys;
use crate::import::values::numbers::is_destroyed;
use crate::model::field::Field;
use crate::model::identity::{self, Identity};
use crate::model::record::Click;
use crate::store::clicks;

/// Two clicks of one visitor on one link within so many seconds are one.
const DOUBLE_CLICK_SECONDS: i64 = 10;

/// Takes one row.
pub fn take(session: &mut Session, cells: &Cells) -> Taken {
    let shown = cells.text(Field::Link).ok_or_else(|| RowError::new("no-link", "the row names no link"))?;
    let address = identity::link_address(&shown).ok_or_else(|| RowError::new("bad-link", shown.clone()))?;
    let sum = cells.count(Field::Clicks)?;
    let visitor = cells.text(Field::Visitor);
    let (at, day) = cells.moment(Field::Date, session.zone)?.unwrap_or((session.at, session.day));
    let id = cells.text(Field::Id).filter(|id| !is_destroyed(id));
    let key = if let Some(id) = &id {
        keys::key(&["click", "id", id])
    } else {
        let who = visitor.clone().unwrap_or_default();
        // Without a day of its own a click is known by its place among its like, whenever it is imported.
        let moment = if cells.reading.plan.has(Field::Date) { at.0.to_string() } else { String::new() };
        let base = ["click", &address, &moment, &who];
        let place = session.repeats.count(keys::key(&base));
        keys::key(&[base[0], base[1], base[2], base[3], &place.to_string()])
    };
    let mut buyer = cells.buyer(Field::Customer);
    if buyer.identities.is_empty() {
        buyer.identities.extend(visitor.as_deref().and_then(Identity::email));
    }
    let doubled = sum.is_none() && is_double(session, &address, visitor.as_deref(), at.0);
    let known = session.known(&key)?;
    let amount = sum.unwrap_or(1);
    if let Some(known) = known
        && clicks::amount(session.store, known.record)? == Some(amount)
    {
        return session.same("clicks", known, &buyer);
    }
    if known.is_none() && doubled {
        return Ok(Fate::ignored("double-click"));
    }
    let member = if buyer.identities.is_empty() { None } else { Some(session.member(&buyer)?) };
    let link = clicks::link(session.store, &address, &shown, day, Some(session.batch))?;
    let record = Click { link, at, day, clicks: amount, visitor, member };
    let row = clicks::add(session.store, &record, Some(session.batch))?;
    match known {
        Some(known) => session.changed(&key, "clicks", known, row),
        None => session.added(&key, "clicks", row),
    }
}

/// Only where the tool names visitors: two anonymous clicks may be two people.
fn is_double(session: &mut Session, address: &str, visitor: Option<&str>, at: i64) -> bool {
    let Some(visitor) = visitor else { return false };
    let last = session.last_clicks.insert((address.to_string(), visitor.to_string()), at);
    last.is_some_and(|last| last != at && (at - last).abs() <= DOUBLE_CLICK_SECONDS)
}
