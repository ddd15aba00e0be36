//! Dated acts: forum posts, videos, notes; with how far they went, where a platform counted it.

use super::{Fate, Session, Taken, whole};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::headers::folded;
use crate::import::keys;
use crate::import::values::numbers::is_destroyed;
use crate::model::field::Field;
use crate::model::identity;
use crate::model::record::{Activity, Snapshot};
use crate::model::time::Zone;
use crate::store::activities;
use std::collections::BTreeMap;
use std::sync::LazyLock;

struct Draft {
    who: Who,
    id: Option<String>,
    record: Activity,
    reach: Snapshot,
}

fn read(cells: &Cells, zone: Zone) -> Result<Draft, RowError> {
    let who = cells.who()?;
    let account = who.identities.iter().find(|identity| identity.platform != identity::EMAIL);
    let platform = cells.platform().or_else(|| account.map(|identity| identity.platform.clone()));
    let platform = platform.ok_or_else(|| RowError::new("no-platform", "add --platform NAME"))?;
    let moment = cells.moment(Field::Date, zone)?;
    let (at, day) = moment.ok_or_else(|| RowError::new("no-date", "an act needs a day"))?;
    let url = cells.text(Field::Url).filter(|url| identity::link_address(url).is_some());
    let record =
        Activity { member: 0, platform, kind: kind(cells), at, day, url, title: cells.text(Field::Title) };
    let reach = Snapshot {
        grade: 'B',
        day,
        reach: cells.count(Field::Reach)?,
        impressions: cells.count(Field::Impressions)?,
        engagements: cells.count(Field::Engagements)?,
    };
    let id = cells.text(Field::ExternalId).filter(|id| !is_destroyed(id));
    Ok(Draft { who, id, record, reach })
}

static KINDS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    crate::data::text("words/kinds.toml").and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
});

/// The act's kind in the program's words. Every row of a platform's own list of posts is a post, whatever the
/// platform calls it; elsewhere an unknown word stays.
fn kind(cells: &Cells) -> String {
    let Some(word) = cells.text(Field::Kind).map(|word| folded(&word)) else { return "post".into() };
    let known = KINDS.iter().find(|(_, words)| words.iter().any(|known| folded(known) == word));
    match known {
        Some((kind, _)) => kind.clone(),
        None if cells.reading.plan.profile.is_some() => "post".into(),
        None => word,
    }
}

/// Whether the program knows what kind of act a word is.
fn is_known(kind: &str) -> bool {
    KINDS.contains_key(kind)
}

/// Takes one act. The same act with other counts is changed: the counts become a new snapshot.
pub fn take(session: &mut Session, cells: &Cells) -> Taken {
    let mut draft = read(cells, session.zone)?;
    if !is_known(&draft.record.kind) {
        *session.strange_kinds.entry(draft.record.kind.clone()).or_default() += 1;
    }
    let record = &draft.record;
    let address = record.url.as_deref().and_then(identity::link_address);
    let key = if let Some(id) = &draft.id {
        keys::key(&["activity", &record.platform, "id", id])
    } else if let (Some(url), true) = (&address, cells.reading.plan.profile.is_some()) {
        // A platform's own list has one row a post, and its address is the post's.
        keys::key(&["activity", &record.platform, "url", url])
    } else {
        let which = record.url.clone().or_else(|| record.title.clone()).unwrap_or_default();
        let who = session.who_key(&draft.who);
        keys::key(&["activity", &who, &record.platform, &record.kind, &record.at.0.to_string(), &which])
    };
    if session.repeats.place(key, whole(cells)).is_none() {
        return Ok(Fate::ignored("duplicate"));
    }
    draft.reach.day = session.day.max(draft.record.day);
    let counts = [draft.reach.reach, draft.reach.impressions, draft.reach.engagements];
    let counted = counts != [None; 3];
    if let Some(known) = session.known(&key)? {
        let newest = if counted { activities::newest_reach(session.store, known.record)? } else { None };
        let again = newest.filter(|(_, known)| *known == counts);
        if let Some((reach, _)) = again {
            session.seen.add(session.store, "reaches", reach)?;
        }
        if !counted || again.is_some() {
            return session.same("activities", known, &draft.who);
        }
        session.people.sight(&draft.who);
        activities::add_reach(session.store, known.record, &draft.reach, Some(session.batch))?;
        session.seen.add(session.store, "activities", known.record)?;
        return Ok(Fate::Changed);
    }
    draft.record.member = session.member(&draft.who)?;
    let row = activities::add(session.store, &draft.record, Some(session.batch))?;
    if counted {
        activities::add_reach(session.store, row, &draft.reach, Some(session.batch))?;
    }
    session.added(&key, "activities", row)
}
