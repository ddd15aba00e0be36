//! Sign-ups from the program's page: someone asked to join.

use super::{Frame, Session, Taken, stamp};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys;
use crate::model::field::Field;
use crate::model::stage::Stage;
use crate::model::time::{Day, Instant};
use crate::store::keys::{Key, Table};
use crate::store::{signals, stages};
use std::borrow::Cow;

const TABLE: Table = Table::Signups;

/// One sign-up.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    key: Key,
    moment: Option<(Instant, Day)>,
    message: Option<String>,
}

/// Reads one sign-up.
pub fn read(cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    let who = cells.who()?;
    if who.is_nobody() && frame.owner.is_none() {
        return Err(RowError::new("no-person", "a sign-up needs an address or a name"));
    }
    let moment = cells.moment(Field::Date, frame.zone)?;
    let message = cells.text(Field::Message).map(Cow::into_owned);
    let at = stamp(moment.map(|moment| moment.0));
    let key = keys::key(&["signup", &frame.who_key(&who), &at, message.as_deref().unwrap_or_default()]);
    Ok(Draft { who, key, moment, message })
}

/// Finds a sign-up's place; who was not further along is interested now.
pub fn keep(session: &mut Session, draft: &Draft) -> Taken {
    if let Some(known) = session.known(TABLE, draft.key)? {
        return session.same(TABLE, known, &draft.who);
    }
    let member = session.member(&draft.who)?;
    let (at, day) = draft.moment.unzip();
    let (store, batch) = (session.store, Some(session.batch));
    let row = signals::add_signup(store, member, at, day, draft.message.as_deref(), batch)?;
    let (at, day) = draft.moment.unwrap_or((session.frame.at, session.frame.day));
    session.people.flush()?;
    let person = session.people.person(member);
    let stage =
        stages::history(store, person, session.frame.day)?.last().map_or(Stage::Member, |step| step.stage);
    if stage.may_become_interested() {
        stages::sign_up(store, member, at, day, session.batch)?;
    }
    session.added(TABLE, draft.key, row)
}
