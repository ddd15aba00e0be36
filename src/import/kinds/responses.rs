//! NPS and CSAT answers. They need no person and no day; what has neither is the program's own.

use super::{Fate, Session, Taken, stamp, whole};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::keys;
use crate::import::values::numbers::is_destroyed;
use crate::import::values::scores::{self, Answer, Scale};
use crate::model::digest::hex;
use crate::model::field::Field;
use crate::model::record::Response;
use crate::model::time::Zone;
use crate::store::responses;

struct Draft {
    who: Who,
    id: Option<String>,
    customer: String,
    record: Response,
}

/// Reads one answer; none where nothing was answered.
fn read(cells: &Cells, kind: &'static str, zone: Zone) -> Result<Option<Draft>, RowError> {
    let usual = if kind == "nps" { Scale::NPS } else { Scale::CSAT };
    let scale = cells.reading.plan.scale.unwrap_or(usual);
    let Some(text) = cells.text(Field::Score) else { return Ok(None) };
    let score = match scores::score(&text, scale) {
        Ok(Answer::Score(score)) => score,
        Ok(Answer::Unanswered) => return Ok(None),
        Err(problem) => return Err(RowError::new("bad-score", format!("{text}: {problem} {scale}"))),
    };
    let moment = cells.moment(Field::Date, zone)?;
    let record = Response {
        member: None,
        kind,
        score,
        low: scale.low.into(),
        high: scale.high.into(),
        comment: cells.text(Field::Comment),
        at: moment.map(|moment| moment.0),
        day: moment.map(|moment| moment.1),
    };
    let mut id = cells.text(Field::Id).filter(|id| !is_destroyed(id));
    let mut customer = cells.text(Field::Customer).unwrap_or_default();
    // A column only called "id" may be the answer's or the customer's, and a longer export may show which:
    // beside the answer itself it tells answers apart either way.
    if cells.reading.is_called(Field::Id, "id") {
        customer = id.take().unwrap_or_default();
    }
    Ok(Some(Draft { who: cells.who()?, id, customer, record }))
}

/// Takes one answer.
pub fn take(session: &mut Session, cells: &Cells, kind: &'static str) -> Taken {
    let Some(mut draft) = read(cells, kind, session.zone)? else { return Ok(Fate::ignored("unanswered")) };
    // A name alone joins nobody: the answer stays anonymous, and the name is not kept.
    let named = !draft.who.identities.is_empty() || session.owner.is_some();
    let person = if named { session.who_key(&draft.who) } else { String::new() };
    let key = if let Some(id) = &draft.id {
        // Forms number their answers from 1 in every survey: a short number is one answer's only with its moment.
        let tool = cells.reading.plan.profile.as_deref().unwrap_or_default();
        let numbered = id.len() < 7 && id.bytes().all(|byte| byte.is_ascii_digit());
        let moment = if numbered { stamp(draft.record.at) } else { String::new() };
        keys::key(&[kind, "id", tool, id, &moment])
    } else {
        let answer = draft.record.score.to_string();
        let comment = draft.record.comment.clone().unwrap_or_default();
        let parts = [kind, &person, &draft.customer, &stamp(draft.record.at), &answer, &comment];
        let base = keys::key(&parts);
        let place =
            if named { session.repeats.place(base, whole(cells)) } else { Some(session.repeats.count(base)) };
        let Some(place) = place else { return Ok(Fate::ignored("duplicate")) };
        keys::key(&[&hex(&base), &place.to_string()])
    };
    let known = session.known(&key)?;
    if let Some(known) = known
        && (draft.id.is_none() || responses::says(session.store, known.record, &draft.record)?)
    {
        return session.same("responses", known, &draft.who);
    }
    if named {
        draft.record.member = Some(session.member(&draft.who)?);
    }
    let row = responses::add(session.store, &draft.record, Some(session.batch))?;
    match known {
        Some(known) => session.changed(&key, "responses", known, row),
        None => session.added(&key, "responses", row),
    }
}
