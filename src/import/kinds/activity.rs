//! Dated acts: forum posts, videos, notes; with how far they went, where a platform counted it.

use super::{Fate, Frame, Session, Taken, Trouble};
use crate::app::place::{PLATFORMS, listed, spelling};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::headers::folded;
use crate::import::keys::{self, Known};
use crate::import::values::numbers::is_destroyed;
use crate::model::field::Field;
use crate::model::identity;
use crate::model::record::{Activity, CONTRIBUTIONS, Snapshot};
use crate::store::keys::{Key, Table};
use crate::store::{activities, contributions};
use anyhow::Result;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

const TABLE: Table = Table::Activities;

/// One act.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    key: Key,
    /// What else it may be known by, where anything is known.
    before: Option<Box<Before>>,
    record: Activity,
    /// How far it went, where the row has counts.
    counts: Option<Snapshot>,
}

/// What an act may be known by that no file with this key brought.
struct Before {
    /// What earlier versions knew the row by, where that is something else.
    key: Option<Key>,
    /// The place that the row's number names, as the key of an address would.
    place: Option<String>,
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
    let id = cells.text(Field::ExternalId).filter(|id| !is_destroyed(id));
    let (key, earlier) = keys(cells, frame, (&who, id.as_deref()), &record);
    let place = id.filter(|_| frame.earlier).map(|id| format!("{}:{id}", record.platform));
    let before = (earlier.is_some() || place.is_some()).then(|| Box::new(Before { key: earlier, place }));
    Ok(Draft { who, key, before, record, counts: counted.then_some(counts) })
}

/// What a row is known by, and what it was known by before all spellings of an address were one.
fn keys(
    cells: &Cells,
    frame: &Frame,
    (who, id): (&Who, Option<&str>),
    record: &Activity,
) -> (Key, Option<Key>) {
    if let Some(id) = id {
        return (keys::key(&["activity", &record.platform, "id", id]), None);
    }
    // A like has the address of what was liked.
    let is_own = CONTRIBUTIONS.contains(&record.kind.as_str());
    let spelled = record.url.as_deref().filter(|_| is_own).and_then(spelling);
    let url = record.url.as_deref();
    // A platform's own list has one row a post, and its address is the post's.
    if cells.reading.plan.profile.is_some()
        && let Some(address) = spelled.as_deref().or(url).and_then(listed)
    {
        let of = |address: &str| keys::key(&["activity", &record.platform, "url", address]);
        let earlier = url.filter(|_| frame.earlier && spelled.is_some()).and_then(identity::link_address);
        let key = of(&address);
        return (key, earlier.map(|earlier| of(&earlier)).filter(|earlier| *earlier != key));
    }
    let (who, at) = (frame.who_key(who), record.at.0.to_string());
    let of = |which: &str| keys::key(&["activity", &who, &record.platform, &record.kind, &at, which]);
    let which = url.or(record.title.as_deref()).unwrap_or_default();
    match spelled {
        Some(spelled) => (of(&spelled), frame.earlier.then(|| of(which))),
        None => (of(which), None),
    }
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

/// Contributions that were logged, which have no keys that rows of files could be known by.
#[derive(Default)]
pub struct Logged {
    /// By who made it and where it is: the record, and whether a batch brought it.
    all: Option<HashMap<(i64, String), (i64, bool)>>,
    /// Who made any.
    people: HashSet<i64>,
    /// The row of this file that each record stands for.
    taken: HashMap<i64, Key>,
}

impl Logged {
    fn load(session: &Session) -> Result<Self> {
        let (mut all, mut people) = (HashMap::new(), HashSet::new());
        contributions::each_logged(session.store, |logged, url| {
            if let Some(place) = PLATFORMS.place(url) {
                people.insert(logged.person);
                all.entry((logged.person, place.key)).or_insert((logged.id, logged.imported));
            }
        })?;
        Ok(Self { all: Some(all), people, taken: HashMap::new() })
    }
}

/// The contribution that was logged and that a row is about: of the same person at the same place. One stands for one
/// row of a file, since many replies may have one thread's address.
fn logged(session: &mut Session, draft: &Draft) -> Result<Option<Known>> {
    if !session.frame.earlier {
        return Ok(None);
    }
    let url = draft.record.url.as_deref();
    let place = draft.before.as_ref().and_then(|before| before.place.as_ref());
    let has_place = url.is_some() || place.is_some();
    if !has_place || !CONTRIBUTIONS.contains(&draft.record.kind.as_str()) {
        return Ok(None);
    }
    if session.logged.all.is_none() {
        session.logged = Logged::load(session)?;
    }
    if session.logged.people.is_empty() {
        return Ok(None);
    }
    let owner = session.frame.owner.filter(|_| draft.who.identities.is_empty());
    let Some(person) = owner.or_else(|| session.people.find(&draft.who)) else { return Ok(None) };
    let person = session.people.person(person);
    if !session.logged.people.contains(&person) {
        return Ok(None);
    }
    let told = url.and_then(|url| PLATFORMS.place(url)).map(|place| place.key);
    let Logged { all, taken, .. } = &mut session.logged;
    let at = |key: &String| all.as_ref().and_then(|all| all.get(&(person, key.clone())));
    let Some((record, imported)) = told.iter().chain(place).find_map(at) else { return Ok(None) };
    let mine = taken.contains_key(record);
    let row = taken.entry(*record).or_insert(draft.key);
    Ok((*row == draft.key).then_some(Known { record: *record, mine, imported: *imported }))
}

/// The act a row is about, if it is known: by its key, by the one versions before gave it, or since it was logged.
fn known(session: &mut Session, draft: &Draft) -> Result<Option<Known>, Trouble> {
    let earlier = draft.before.as_ref().and_then(|before| before.key);
    for key in [Some(draft.key), earlier].into_iter().flatten() {
        if let Some(known) = session.known(TABLE, key)? {
            return Ok(Some(known));
        }
    }
    Ok(logged(session, draft)?)
}

/// Finds an act's place. The same act with other counts is changed: the counts become a new snapshot.
pub fn keep(session: &mut Session, draft: &mut Draft) -> Taken {
    session.note_kind(&draft.record.kind);
    if let Some(known) = known(session, draft)? {
        let Some(counts) = &draft.counts else { return session.same(TABLE, known, &draft.who) };
        if known.mine {
            session.activities.flush()?;
        }
        let newest = activities::newest_reach(session.store, known.record)?;
        let counted = [counts.reach, counts.impressions, counts.engagements];
        if let Some((row, _)) = newest.filter(|(_, known)| *known == counted) {
            if !known.mine && known.imported {
                // The first counts of an act stand in its own row.
                let (table, row) = if row == 0 { ("counts", known.record) } else { ("reaches", row) };
                session.seen.add(session.store, table, row)?;
            }
            return session.same(TABLE, known, &draft.who);
        }
        session.people.sight(&draft.who);
        activities::add_reach(session.store, known.record, counts, Some(session.batch))?;
        if !known.mine && known.imported {
            session.book(TABLE)?.see(known.record);
            session.seen.add(session.store, TABLE.name(), known.record)?;
        }
        return Ok(Fate::Changed);
    }
    draft.record.member = session.member(&draft.who)?;
    let row = session.activities.add(&draft.record, draft.counts.as_ref(), Some(session.batch))?;
    session.added(TABLE, draft.key, row)
}
