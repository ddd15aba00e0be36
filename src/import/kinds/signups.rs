//! Sign-ups from the program's page: someone asked to join.

use super::{Session, Taken, stamp};
use crate::import::cells::{Cells, RowError};
use crate::import::keys;
use crate::model::field::Field;
use crate::model::stage::Stage;
use crate::store::{signals, stages};

/// Takes one sign-up; who was not further along is interested now.
pub fn take(session: &mut Session, cells: &Cells) -> Taken {
    let who = cells.who()?;
    if who.is_nobody() && session.owner.is_none() {
        return Err(RowError::new("no-person", "a sign-up needs an address or a name").into());
    }
    let moment = cells.moment(Field::Date, session.zone)?;
    let message = cells.text(Field::Message);
    let at = stamp(moment.map(|moment| moment.0));
    let key = keys::key(&["signup", &session.who_key(&who), &at, message.as_deref().unwrap_or_default()]);
    if let Some(known) = session.known(&key)? {
        return session.same("signups", known, &who);
    }
    let member = session.member(&who)?;
    let (at, day) = moment.unzip();
    let row = signals::add_signup(session.store, member, at, day, message.as_deref(), Some(session.batch))?;
    let (at, day) = moment.unwrap_or((session.at, session.day));
    let person = session.people.person(member);
    let stage =
        stages::history(session.store, person, session.day)?.last().map_or(Stage::Member, |step| step.stage);
    if matches!(stage, Stage::Member | Stage::Candidate | Stage::Invited) {
        stages::set(
            session.store,
            member,
            Stage::Interested,
            at,
            day,
            Some("signed up"),
            Some(session.batch),
        )?;
    }
    session.added(&key, "signups", row)
}
