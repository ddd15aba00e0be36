//! Clicks on links: one a row, or a sum per link.

use super::{Fate, Frame, Session, Taken};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys;
use crate::import::values::numbers::is_destroyed;
use crate::model::field::Field;
use crate::model::identity::{self, Identity};
use crate::model::record::Click;
use crate::model::time::Day;
use crate::store::clicks;
use crate::store::keys::{Key, Table};
use anyhow::Result;
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};

const TABLE: Table = Table::Clicks;
/// Two clicks of one visitor on one link within so many seconds are one.
const DOUBLE_CLICK_SECONDS: i64 = 10;
/// Exports are in order of time, so a double click is not far from its first: so many rows are looked back.
const LOOKED_BACK: usize = 50_000;

/// One row of clicks.
pub struct Draft {
    /// The link as it was written.
    shown: String,
    /// What the link is known by.
    pub address: String,
    /// Who clicked.
    pub buyer: Who,
    natural: Natural,
    /// What tells two clicks of one visitor on one link, where the tool names visitors.
    visit: Option<Key>,
    record: Click,
}

/// What a click is known by: its id, or its place among those of its link, moment and visitor.
#[derive(Clone, Copy)]
enum Natural {
    Id(Key),
    Place(Key),
}

/// Reads one row.
pub fn read(cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    let shown = cells.text(Field::Link).ok_or_else(|| RowError::new("no-link", "the row names no link"))?;
    let address = address(&shown).ok_or_else(|| RowError::new("bad-link", &*shown))?;
    let sum = cells.count(Field::Clicks)?;
    let visitor = cells.text(Field::Visitor);
    let (at, day) = cells.dated(frame.zone)?.unwrap_or((frame.at, frame.day));
    let who = visitor.as_deref().unwrap_or_default();
    // Without a day of its own a click is known by its place among its like, whenever it is imported.
    let moment = if cells.reading.plan.is_dated() { at.0.to_string() } else { String::new() };
    let id = cells.text(Field::Id).filter(|id| !is_destroyed(id));
    let natural = id.map_or_else(
        || Natural::Place(keys::key(&["click", &address, &moment, who])),
        |id| Natural::Id(keys::key(&["click", "id", &id])),
    );
    let mut buyer = cells.buyer(Field::Customer);
    if buyer.identities.is_empty() {
        buyer.identities.extend(visitor.as_deref().and_then(Identity::email));
    }
    // Only where the tool names visitors: two anonymous clicks may be two people.
    let visit = (sum.is_none() && visitor.is_some()).then(|| keys::key(&[&address, who]));
    let visitor = visitor.map(Cow::into_owned);
    let record = Click { link: 0, at, day, clicks: sum.unwrap_or(1), visitor, member: None };
    Ok(Draft { shown: shown.into_owned(), address, buyer, natural, visit, record })
}

/// What a link is known by: its address, or the name a link tool gave it, whose letter case counts.
fn address(shown: &str) -> Option<String> {
    let is_name = shown.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_name { Some(shown.to_owned()) } else { identity::link_address(shown) }
}

/// Finds a row's place.
pub fn keep(session: &mut Session, draft: &mut Draft) -> Taken {
    let key = match draft.natural {
        Natural::Id(key) => key,
        Natural::Place(base) => match session.book(TABLE)?.next_place(base, None)? {
            Some(key) => key,
            None => return Ok(Fate::ignored("duplicate")),
        },
    };
    let doubled = draft.visit.is_some_and(|visit| session.doubles.is_double(visit, draft.record.at.0));
    let known = session.known(TABLE, key)?;
    if known.is_some_and(|known| known.mine) {
        session.clicks.flush()?;
    }
    if let Some(known) = known
        && clicks::amount(session.store, known.record)? == Some(draft.record.clicks)
    {
        return session.same(TABLE, known, &draft.buyer);
    }
    if known.is_none() && doubled {
        return Ok(Fate::ignored("double-click"));
    }
    if !draft.buyer.identities.is_empty() {
        draft.record.member = Some(session.member(&draft.buyer)?);
    }
    draft.record.link = session.links.of(session.store, draft, session.batch)?;
    let row = session.clicks.add(&draft.record, Some(session.batch))?;
    match known {
        Some(known) => session.changed(TABLE, key, known, row),
        None => session.added(TABLE, key, row),
    }
}

/// The links a file names, by their address.
#[derive(Default)]
pub struct Links(HashMap<String, (i64, Day)>);

impl Links {
    fn of(&mut self, store: &crate::store::Store, draft: &Draft, batch: i64) -> Result<i64> {
        let day = draft.record.day;
        if let Some(&(link, since)) = self.0.get(&draft.address)
            && since <= day
        {
            return Ok(link);
        }
        let link = clicks::link(store, &draft.address, &draft.shown, day, Some(batch))?;
        self.0.insert(draft.address.clone(), (link, day));
        Ok(link)
    }
}

/// The last clicks of each visitor on each link, among the rows before.
#[derive(Default)]
pub struct Doubles {
    last: HashMap<Key, i64>,
    order: VecDeque<(Key, i64)>,
}

impl Doubles {
    fn is_double(&mut self, visit: Key, at: i64) -> bool {
        self.order.push_back((visit, at));
        if self.order.len() > LOOKED_BACK
            && let Some((old, then)) = self.order.pop_front()
            && self.last.get(&old) == Some(&then)
        {
            self.last.remove(&old);
        }
        let last = self.last.insert(visit, at);
        last.is_some_and(|last| last != at && (at - last).abs() <= DOUBLE_CLICK_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_click_soon_after_is_the_same() {
        let mut doubles = Doubles::default();
        assert!(!doubles.is_double(1, 100));
        assert!(doubles.is_double(1, 104));
        assert!(!doubles.is_double(2, 104));
        assert!(!doubles.is_double(1, 130));
        assert!(!doubles.is_double(1, 130));
    }

    #[test]
    fn a_name_of_a_link_is_no_number() {
        assert_eq!(address("007508").as_deref(), Some("007508"));
        assert_ne!(address("Spring"), address("spring"));
        assert_eq!(address("https://Go.example/Ana/").as_deref(), Some("go.example/Ana"));
        assert_eq!(address("javascript:alert(1)"), None);
    }

    #[test]
    fn what_is_remembered_does_not_grow_with_the_file() {
        let mut doubles = Doubles::default();
        for visit in 0..200_000 {
            doubles.is_double(visit, 0);
        }
        assert_eq!(doubles.last.len(), LOOKED_BACK);
    }
}
