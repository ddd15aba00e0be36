//! A row as a value, whatever its kind.

use super::{
    Frame, activity, audience, clicks, deals, members, orders, responses, rollup, signups, survey, usage,
};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::headers::fold;
use crate::import::keys;
use crate::model::kind::Kind;
use crate::model::time::Instant;
use crate::store::erasures::{Erased, Trace};
use crate::store::keys::Key;

/// A row as a value: all that can be told from the row alone.
pub enum Draft {
    /// No record, and why.
    Nothing(&'static str),
    Member(members::Draft),
    Response(responses::Draft),
    Activity(activity::Draft),
    Rollup(rollup::Draft),
    Usage(usage::Draft),
    Audience(audience::Draft),
    Signup(signups::Draft),
    Survey(survey::Draft),
    Click(clicks::Draft),
    Order(orders::Draft),
    Deal(deals::Draft),
    /// A row of an order that a rule of the profile leaves out, and why: the order's further rows go with it.
    Skipped(Option<Box<orders::Draft>>, String),
}

impl Draft {
    /// Whom the row names.
    pub(super) fn who(&self) -> Option<&Who> {
        match self {
            Self::Nothing(_) | Self::Skipped(..) => None,
            Self::Member(draft) => Some(&draft.who),
            Self::Response(draft) => Some(&draft.who),
            Self::Activity(draft) => Some(&draft.who),
            Self::Rollup(draft) => Some(&draft.who),
            Self::Usage(draft) => Some(&draft.who),
            Self::Audience(draft) => Some(&draft.who),
            Self::Signup(draft) => Some(&draft.who),
            Self::Survey(draft) => Some(&draft.who),
            Self::Click(draft) => Some(&draft.buyer),
            Self::Order(draft) => draft.order.as_ref().ok().map(|(who, _)| who),
            Self::Deal(draft) => Some(&draft.who),
        }
    }

    /// Whether the row names someone who was erased, or is a click on a link of theirs.
    pub(super) fn is_erased(&self, erased: &Erased) -> bool {
        let names =
            self.who().is_some_and(|who| who.identities.iter().any(|known| erased.has_identity(known)));
        names || matches!(self, Self::Click(click) if erased.has(Trace::Link(&click.address)))
    }
}

/// Reads one row of a kind. Nothing here knows the program, so rows can be read ahead of their being kept.
pub fn read(kind: Kind, cells: &Cells, frame: &Frame) -> Result<Draft, RowError> {
    Ok(match kind {
        Kind::Members => Draft::Member(members::read(cells, frame)?),
        Kind::Nps => responses::read(cells, frame, "nps")?,
        Kind::Csat => responses::read(cells, frame, "csat")?,
        Kind::Activity => Draft::Activity(activity::read(cells, frame)?),
        Kind::Rollup => Draft::Rollup(rollup::read(cells, frame)?),
        Kind::Usage => Draft::Usage(usage::read(cells, frame)?),
        Kind::Audience => audience::read(cells, frame)?,
        Kind::Signups => Draft::Signup(signups::read(cells, frame)?),
        Kind::Survey => survey::read(cells, frame)?,
        Kind::Clicks => Draft::Click(clicks::read(cells, frame)?),
        Kind::Orders => Draft::Order(orders::read(cells, frame)),
        Kind::Deals => Draft::Deal(deals::read(cells, frame)?),
    })
}

/// A row that is no record, by a rule of its profile.
pub fn skipped(kind: Kind, cells: &Cells, frame: &Frame, reason: &str) -> Draft {
    let order = (kind == Kind::Orders).then(|| Box::new(orders::read(cells, frame)));
    Draft::Skipped(order, reason.into())
}

/// The text of a whole row, case and blanks aside, to tell identical ones.
pub(super) fn whole(cells: &Cells) -> Key {
    let mut text = String::with_capacity(256);
    for cell in cells.whole() {
        fold(cell, &mut text);
        // No NUL passes from a file.
        text.push('\0');
    }
    keys::key(&[&text])
}

/// A moment as part of a key.
pub(super) fn stamp(at: Option<Instant>) -> String {
    at.map_or_else(String::new, |at| at.0.to_string())
}
