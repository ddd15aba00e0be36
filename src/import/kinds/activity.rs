//! Dated acts: forum posts, videos, notes; with how far they went, where a platform counted it.

use super::{Fate, Frame, Session, Taken};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::headers::folded;
use crate::import::keys;
use crate::import::values::numbers::is_destroyed;
use crate::model::field::Field;
use crate::model::identity;
use crate::model::record::{Activity, Snapshot};
use crate::store::activities;
use crate::store::keys::{Key, Table};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

const TABLE: Table = Table::Activities;

/// One act.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    key: Key,
    record: Activity,
    /// How far it went, where the row has counts.
    counts: Option<Snapshot>,
}

/// Reads one act.
pub fn read(cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    let who = cells.who()?;
    let account = who.identities.iter().find(|identity| identity.platform != identity::EMAIL);
    let platform = cells.platform().or_else(|| account.map(|identity| identity.platform.clone()));
    let platform = platform.ok_or_else(|| RowError::new("no-platform", "add --platform NAME"))?;
    let moment = cells.moment(Field::Date, frame.zone)?;
    let (at, day) = moment.ok_or_else(|| RowError::new("no-date", "an act needs a day"))?;
    let url = cells.text(Field::Url).filter(|url| identity::is_link(url)).map(Cow::into_owned);
    let title = cells.text(Field::Title).map(Cow::into_owned);
    let record = Activity { member: 0, platform, kind: kind(cells), at, day, url, title };
    let counts = Snapshot {
        grade: 'B',
        day: frame.day.max(day),
        reach: cells.count(Field::Reach)?,
        impressions: cells.count(Field::Impressions)?,
        engagements: cells.count(Field::Engagements)?,
    };
    let counted = [counts.reach, counts.impressions, counts.engagements] != [None; 3];
    let key = key(cells, frame, &who, &record);
    Ok(Draft { who, key, record, counts: counted.then_some(counts) })
}

fn key(cells: &Cells, frame: &Frame, who: &Who, record: &Activity) -> Key {
    if let Some(id) = cells.text(Field::ExternalId).filter(|id| !is_destroyed(id)) {
        return keys::key(&["activity", &record.platform, "id", &id]);
    }
    // A platform's own list has one row a post, and its address is the post's.
    if cells.reading.plan.profile.is_some()
        && let Some(address) = record.url.as_deref().and_then(identity::link_address)
    {
        return keys::key(&["activity", &record.platform, "url", &address]);
    }
    let which = record.url.as_ref().or(record.title.as_ref()).map_or("", String::as_str);
    let who = frame.who_key(who);
    keys::key(&["activity", &who, &record.platform, &record.kind, &record.at.0.to_string(), which])
}

/// Words for kinds of acts, folded, with the program's own word. A word of two kinds is the first one's.
static KINDS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let table: BTreeMap<String, Vec<String>> =
        crate::data::text("words/kinds.toml").and_then(|text| toml::from_str(text).ok()).unwrap_or_default();
    let mut kinds = HashMap::new();
    for (kind, words) in table {
        for word in words {
            kinds.entry(folded(&word)).or_insert_with(|| kind.clone());
        }
    }
    kinds
});

/// The act's kind in the program's words. Every row of a platform's own list of posts is a post, whatever the
/// platform calls it; elsewhere an unknown word stays.
pub(super) fn kind(cells: &Cells) -> String {
    let Some(word) = cells.text(Field::Kind) else { return "post".into() };
    let word = folded(&word);
    match KINDS.get(&word) {
        Some(kind) => kind.clone(),
        None if cells.reading.plan.profile.is_some() => "post".into(),
        None => word,
    }
}

/// Whether the program knows what kind of act a word is.
pub(super) fn is_known(kind: &str) -> bool {
    static OURS: LazyLock<HashSet<&str>> = LazyLock::new(|| KINDS.values().map(String::as_str).collect());
    OURS.contains(kind)
}

/// Finds an act's place. The same act with other counts is changed: the counts become a new snapshot.
pub fn keep(session: &mut Session, draft: &mut Draft) -> Taken {
    session.note_kind(&draft.record.kind);
    if let Some(known) = session.known(TABLE, draft.key)? {
        let Some(counts) = &draft.counts else { return session.same(TABLE, known, &draft.who) };
        if known.mine {
            session.activities.flush()?;
        }
        let newest = activities::newest_reach(session.store, known.record)?;
        let counted = [counts.reach, counts.impressions, counts.engagements];
        if let Some((row, _)) = newest.filter(|(_, known)| *known == counted) {
            if !known.mine {
                // The first counts of an act stand in its own row.
                let (table, row) = if row == 0 { ("counts", known.record) } else { ("reaches", row) };
                session.seen.add(session.store, table, row)?;
            }
            return session.same(TABLE, known, &draft.who);
        }
        session.people.sight(&draft.who);
        activities::add_reach(session.store, known.record, counts, Some(session.batch))?;
        if !known.mine {
            session.book(TABLE)?.see(known.record);
            session.seen.add(session.store, TABLE.name(), known.record)?;
        }
        return Ok(Fate::Changed);
    }
    draft.record.member = session.member(&draft.who)?;
    let row = session.activities.add(&draft.record, draft.counts.as_ref(), Some(session.batch))?;
    session.added(TABLE, draft.key, row)
}
