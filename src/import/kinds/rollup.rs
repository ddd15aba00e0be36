//! Acts added up by member, day, platform and kind: what a warehouse sends back where the acts themselves stay there.

use super::{Fate, Frame, Session, Taken, activity};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys;
use crate::model::field::Field;
use crate::model::identity::{self, Identity};
use crate::model::record::Rollup;
use crate::store::keys::{Key, Table};
use crate::store::rollups;

const TABLE: Table = Table::Rollups;
/// No one does more on one day, in one place, of one kind.
const MOST: i64 = 1_000_000;

/// One day of someone's acts of one kind.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    key: Key,
    record: Rollup,
}

/// Reads one row.
pub fn read(cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    let who = who(cells)?;
    frame.someone(&who)?;
    let platform = cells.platform().ok_or_else(|| RowError::new("no-platform", "add --platform NAME"))?;
    let (_, day) =
        cells.dated(frame.zone)?.ok_or_else(|| RowError::new("no-date", "a sum of acts needs its day"))?;
    let acts = cells
        .count(Field::Acts)?
        .ok_or_else(|| RowError::new("no-amount", "the row has no number of acts"))?;
    if acts > MOST {
        return Err(RowError::new(
            "bad-number",
            format!("acts: {acts}; more than {MOST} a day are none of one person"),
        ));
    }
    let kind = activity::kind(cells);
    let key = keys::key(&["rollup", &frame.who_key(&who), &platform, &kind, &day.0.to_string()]);
    Ok(Draft { who, key, record: Rollup { member: 0, platform, kind, day, acts } })
}

/// Whom the row names: an address, `platform:handle`, or a handle on the platform of the acts. The platform of the acts is not
/// always the one a person is known on, so a warehouse says both.
fn who(cells: &Cells) -> Result<Who, RowError> {
    let cell = cells.text(Field::Handle);
    let prefixed = cell.as_deref().and_then(|cell| {
        let (platform, handle) = cell.split_once([':', '：'])?;
        let is_address = handle.starts_with("//");
        Identity::handle(&identity::platform_name(platform), handle.trim()).filter(|_| !is_address)
    });
    let known = prefixed.or_else(|| cell.as_deref().and_then(Identity::email));
    match known.map(|known| cells.reading.as_kept(known)) {
        Some(known) => Ok(Who { identities: vec![known], ..Who::default() }),
        None => cells.who(),
    }
}

/// Finds a day's place; said again with another number it is corrected. Of days that were never said, none needs no row.
pub fn keep(session: &mut Session, draft: &mut Draft) -> Taken {
    session.note_kind(&draft.record.kind);
    let is_none = draft.record.acts == 0;
    let Some(known) = session.known(TABLE, draft.key)? else {
        if is_none {
            return Ok(Fate::ignored("nothing-done"));
        }
        draft.record.member = session.member(&draft.who)?;
        let row = session.rollups.add(&draft.record, session.batch)?;
        return session.added(TABLE, draft.key, row);
    };
    if known.mine {
        session.rollups.flush()?;
    }
    let (member, acts) = rollups::said(session.store, known.record)?;
    // That there was none names nobody: without what it corrects, nothing of it would be here.
    let who = if is_none { &Who::default() } else { &draft.who };
    if acts == draft.record.acts {
        return session.same(TABLE, known, who);
    }
    draft.record.member = if is_none { member } else { session.member(who)? };
    let row = session.rollups.add(&draft.record, session.batch)?;
    session.changed(TABLE, draft.key, known, row)
}
