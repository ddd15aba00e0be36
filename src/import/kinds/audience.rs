//! Followers: how many follow a member on a platform, at a date.

use super::{Frame, Session, Taken};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys;
use crate::model::field::Field;
use crate::model::identity;
use crate::model::record::Audience;
use crate::store::keys::{Key, Table};
use crate::store::signals;

const TABLE: Table = Table::Audiences;

/// One count.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    key: Key,
    record: Audience,
}

/// Reads one count; nothing where none is.
pub fn read(cells: &Cells, frame: &Frame) -> Result<super::Draft, RowError> {
    let who = cells.who()?;
    let Some(followers) = cells.count(Field::Followers)? else {
        return Ok(super::Draft::Nothing("no-value"));
    };
    let account = who.identities.iter().find(|identity| identity.platform != identity::EMAIL);
    let platform = cells.platform().or_else(|| account.map(|identity| identity.platform.clone()));
    let platform = platform.ok_or_else(|| RowError::new("no-platform", "add --platform NAME"))?;
    let moment = cells.moment(Field::Date, frame.zone)?;
    let (at, day) = moment.ok_or_else(|| RowError::new("no-date", "a count needs a day"))?;
    let (when, count) = (at.0.to_string(), followers.to_string());
    let key = keys::key(&["audience", &frame.who_key(&who), &platform, &when, &count]);
    let record = Audience { member: 0, platform, at, day, followers };
    Ok(super::Draft::Audience(Draft { who, key, record }))
}

/// Finds a count's place.
pub fn keep(session: &mut Session, draft: &mut Draft) -> Taken {
    if let Some(known) = session.known(TABLE, draft.key)? {
        return session.same(TABLE, known, &draft.who);
    }
    draft.record.member = session.member(&draft.who)?;
    let row = signals::add_audience(session.store, &draft.record, Some(session.batch))?;
    session.added(TABLE, draft.key, row)
}
