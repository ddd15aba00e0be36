//! Followers: how many follow a member on a platform, at a date.

use super::{Fate, Session, Taken};
use crate::import::cells::{Cells, RowError};
use crate::import::keys;
use crate::model::field::Field;
use crate::model::identity;
use crate::model::record::Audience;
use crate::store::signals;

/// Takes one count.
pub fn take(session: &mut Session, cells: &Cells) -> Taken {
    let who = cells.who()?;
    let Some(followers) = cells.count(Field::Followers)? else { return Ok(Fate::ignored("no-value")) };
    let account = who.identities.iter().find(|identity| identity.platform != identity::EMAIL);
    let platform = cells.platform().or_else(|| account.map(|identity| identity.platform.clone()));
    let platform = platform.ok_or_else(|| RowError::new("no-platform", "add --platform NAME"))?;
    let (at, day) = cells
        .moment(Field::Date, session.zone)?
        .ok_or_else(|| RowError::new("no-date", "a count needs a day"))?;
    let key = keys::key(&[
        "audience",
        &session.who_key(&who),
        &platform,
        &at.0.to_string(),
        &followers.to_string(),
    ]);
    if let Some(known) = session.known(&key)? {
        return session.same("audiences", known, &who);
    }
    let member = session.member(&who)?;
    let audience = Audience { member, platform, at, day, followers };
    let row = signals::add_audience(session.store, &audience, Some(session.batch))?;
    session.added(&key, "audiences", row)
}
