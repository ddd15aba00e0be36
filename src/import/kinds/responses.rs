//! NPS and CSAT answers. They need no person and no day; what has neither is the program's own.

use super::{Fate, Frame, Session, Taken, stamp, whole};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys;
use crate::import::values::groups::Group;
use crate::import::values::numbers::is_destroyed;
use crate::import::values::scores::{self, Answer, Scale};
use crate::model::field::Field;
use crate::model::record::Response;
use crate::store::keys::{Key, Table};
use crate::store::responses;
use std::borrow::Cow;

const TABLE: Table = Table::Responses;

/// One answer.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    /// Whether the row says whose the answer is.
    named: bool,
    natural: Natural,
    /// Whether the group that the file gives is another than the score's.
    contradicts: bool,
    record: Response,
}

/// What an answer is known by: its id, or its content and its place among its like.
#[derive(Clone, Copy)]
enum Natural {
    Id(Key),
    Content { base: Key, whole: Option<Key> },
}

/// Reads one answer; nothing where nothing was answered.
pub fn read(cells: &Cells, frame: &Frame, kind: &'static str) -> Result<super::Draft, RowError> {
    let usual = if kind == "nps" { Scale::NPS } else { Scale::CSAT };
    let scale = cells.reading.plan.scale.unwrap_or(usual);
    let unanswered = Ok(super::Draft::Nothing("unanswered"));
    // Tools count the seconds of an answer that never came as 0, whatever stands for its score.
    if cells.is_never(Field::Date) {
        return unanswered;
    }
    let Some(text) = cells.text(Field::Score) else { return unanswered };
    let score = match scores::score(&text, scale) {
        Ok(Answer::Score(score)) => score,
        Ok(Answer::Unanswered) => return unanswered,
        Err(problem) => return Err(RowError::new("bad-score", format!("{text}: {problem} {scale}"))),
    };
    let moment = cells.moment(Field::Date, frame.zone)?;
    let record = Response {
        member: None,
        kind,
        score,
        low: scale.low.into(),
        high: scale.high.into(),
        comment: cells.text(Field::Comment).map(Cow::into_owned),
        at: moment.map(|moment| moment.0),
        day: moment.map(|moment| moment.1),
    };
    let who = cells.who()?;
    // A name alone joins nobody: the answer stays anonymous, and the name is not kept.
    let named = !who.identities.is_empty() || frame.owner.is_some();
    let natural = natural(cells, frame, &record, named.then_some(&who));
    let group = cells.reading.plan.group.filter(|_| scale.high == Scale::NPS.high);
    let contradicts =
        group.and_then(|at| cells.column(at)).is_some_and(|cell| contradicts(&cell, record.score));
    Ok(super::Draft::Response(Draft { who, named, natural, contradicts, record }))
}

/// Whether the group that a file gives is another than the score's.
fn contradicts(cell: &str, score: i64) -> bool {
    let given = Group::named(cell).or_else(|| Group::coded(cell));
    given.is_some_and(|given| given != Group::of(score))
}

fn natural(cells: &Cells, frame: &Frame, record: &Response, who: Option<&Who>) -> Natural {
    let mut id = cells.text(Field::Id).filter(|id| !is_destroyed(id));
    let mut customer = cells.text(Field::Customer).unwrap_or_default();
    // A column only called "id" may be the answer's or the customer's, and a longer export may show which:
    // beside the answer itself it tells answers apart either way.
    if cells.reading.is_called(Field::Id, "id") {
        customer = id.take().unwrap_or_default();
    }
    if let Some(id) = id {
        // Forms number their answers from 1 in every survey: a short number is one answer's only with its moment.
        let tool = cells.reading.plan.profile.as_deref().unwrap_or_default();
        let numbered = id.len() < 7 && id.bytes().all(|byte| byte.is_ascii_digit());
        let moment = if numbered { stamp(record.at) } else { String::new() };
        return Natural::Id(keys::key(&[record.kind, "id", tool, &id, &moment]));
    }
    let person = who.map_or_else(String::new, |who| frame.who_key(who));
    let answer = record.score.to_string();
    let comment = record.comment.as_deref().unwrap_or_default();
    let base = keys::key(&[record.kind, &person, &customer, &stamp(record.at), &answer, comment]);
    Natural::Content { base, whole: who.map(|_| whole(cells)) }
}

/// Finds an answer's place.
pub fn keep(session: &mut Session, draft: &mut Draft) -> Taken {
    let (key, by_id) = match draft.natural {
        Natural::Id(key) => (key, true),
        Natural::Content { base, whole } => match session.book(TABLE)?.next_place(base, whole)? {
            Some(key) => (key, false),
            None => return Ok(Fate::ignored("duplicate")),
        },
    };
    let known = session.known(TABLE, key)?;
    if known.is_some_and(|known| known.mine) {
        session.responses.flush()?;
    }
    if let Some(known) = known
        && (!by_id || responses::says(session.store, known.record, &draft.record)?)
    {
        return session.same(TABLE, known, &draft.who);
    }
    session.contradicted += i64::from(draft.contradicts);
    if draft.named {
        draft.record.member = Some(session.member(&draft.who)?);
    }
    let row = session.responses.add(&draft.record, Some(session.batch))?;
    match known {
        Some(known) => session.changed(TABLE, key, known, row),
        None => session.added(TABLE, key, row),
    }
}
