//! What only answers have: an id that may be the person's, and a scale.
use super::plan::{Plan, Question, Source};
use super::{Sheet, evidence, groups, survey};
use crate::import::headers::{bare, labels, title};
use crate::import::reader::column::Column;
use crate::import::values::scores::Scale;
use crate::model::field::Field;
use crate::model::kind::Kind;

/// Answers enough to see that the upper half of a scale never occurs.
const ANSWERS_THAT_TELL: u64 = 20;
/// Answers enough, where both ends of another scale occur.
const ENDS_THAT_TELL: u64 = 4;

/// A bare `ID` that comes back is not the answer's. It tells people apart but names nobody; see `Kind::fields`.
pub(super) fn settle_id(plan: &mut Plan, sheet: &Sheet) {
    let Some(Source::Column(at)) = plan.fields.get(&Field::Id).cloned() else { return };
    let column = &sheet.columns[at];
    if plan.profile.is_some() || !column.has_duplicates || sheet.mapped.fields.contains_key(&Field::Id) {
        return;
    }
    let is_bare = labels(column).any(|label| bare(label) == "id");
    if is_bare {
        plan.fields.remove(&Field::Id);
        plan.fields.entry(Field::Customer).or_insert(Source::Column(at));
        plan.notes.push(format!(
            "`{}` comes back with other answers, so it is the customer's: {} of them; --map handle={0} keeps them as people",
            title(column),
            column.distinct
        ));
    } else if column.distinct * 2 < column.filled {
        plan.fields.remove(&Field::Id);
        plan.notes
            .push(format!("`{}` is the same on many rows, so it is not the answer's id", title(column)));
    }
}

/// The groups that the file gives, where they can be compared with scores on 0-10.
pub(super) fn settle_group(plan: &mut Plan, sheet: &Sheet) {
    let Some(Source::Column(score)) = plan.fields.get(&Field::Score) else { return };
    if plan.kind == Kind::Nps {
        plan.group = groups::column(sheet, Some(*score));
    }
}

/// Why answers whose lowest number is the best are refused.
pub(super) fn on_its_head(plan: &Plan, sheet: &Sheet) -> Option<String> {
    let Some(Source::Column(at)) = plan.fields.get(&Field::Score).filter(|_| plan.kind.is_response()) else {
        return None;
    };
    let column = &sheet.columns[*at];
    let texts = || labels(column).chain(column.samples.iter().map(String::as_str));
    texts().find(|text| evidence::is_reversed(text)).map(|text| {
        format!(
            "the lowest number is the best answer in `{}` (`{text}`): turn the answers round first, so that the highest is",
            title(column)
        )
    })
}

/// Decides the scale, or asks for it.
pub(super) fn scale(plan: &mut Plan, sheet: &Sheet) -> Option<Question> {
    plan.scale = sheet.wishes.scale.or(plan.scale);
    let Some(Source::Column(at)) = plan.fields.get(&Field::Score) else { return None };
    if plan.scale.is_some() {
        return None;
    }
    let column = &sheet.columns[*at];
    let question = plan.question.clone().unwrap_or_else(|| survey::question(column, sheet));
    let stated = evidence::stated_scale(&question);
    let usual = if plan.kind == Kind::Nps { Scale::NPS } else { Scale::CSAT };
    match stated {
        Some(scale) if scale == usual => plan.scale = Some(usual),
        Some(scale) => {
            let why = format!("the question itself says {scale}; answers on it are kept apart from {usual}");
            return Some(Question::new(
                format!("the scale of `{}`", title(column)),
                format!("--scale {scale}"),
                why,
            ));
        }
        // Words and faces have five steps.
        None if plan.kind == Kind::Csat && evidence::worded(column).is_some() => plan.scale = Some(usual),
        None if plan.kind == Kind::Csat && plan.question.is_some() => {
            let what = format!("the scale of `{}`", title(column));
            let why = "its column holds the answers to other questions too, so that nothing shows its ends";
            return Some(Question::new(what, format!("--scale {usual}"), why));
        }
        None => match doubt(plan.kind, column) {
            None => plan.scale = Some(usual),
            Some((likely, why)) => {
                let what = format!("the scale of `{}`", title(column));
                let question = Question::new(what, format!("--scale {likely}"), why);
                let others = others(column, likely, usual);
                return Some(
                    others.fold(question, |question, scale| question.or(format!("--scale {scale}"))),
                );
            }
        },
    }
    None
}

/// Other scales that hold all of a column's answers.
fn others(column: &Column, likely: Scale, usual: Scale) -> impl Iterator<Item = Scale> {
    let scores = evidence::scores(column);
    let holds = move |scale: &Scale| {
        let is_inside = |min, max| f64::from(scale.low) <= min && max <= f64::from(scale.high);
        scores.as_ref().is_some_and(|scores| is_inside(scores.min, scores.max))
    };
    let longer = Scale { low: 0, high: 5 };
    let all = [longer, usual].into_iter().filter(move |scale| *scale != likely).filter(holds);
    // From zero on one step more is as likely as four.
    all.filter(move |scale| *scale == usual || likely.high == 4)
}

/// Why the usual scale may not be the one: the likelier one, and what the values say.
fn doubt(kind: Kind, column: &Column) -> Option<(Scale, String)> {
    let scores = evidence::scores(column)?;
    let (min, max) = (scores.min, scores.max);
    let why = format!("the answers run from {min} to {max}");
    let likely = match max {
        max if min < 1.0 && max <= 4.0 && kind == Kind::Csat => Scale { low: 0, high: 4 },
        max if min < 1.0 && max <= 5.0 && kind == Kind::Csat => Scale { low: 0, high: 5 },
        _ if min < 1.0 => Scale::NPS,
        max if max <= 5.0 => Scale::CSAT,
        max if max <= 7.0 => Scale { low: 1, high: 7 },
        _ => Scale { low: 1, high: 10 },
    };
    let certain = match kind {
        // NPS is 0-10 by its name, unless nobody ever answers in its upper third; both ends of 1-5 tell that sooner.
        Kind::Nps => {
            let ends = scores.spans(Scale::CSAT) && column.filled >= ENDS_THAT_TELL;
            max > 7.0 || min < 1.0 || (column.filled < ANSWERS_THAT_TELL && !ends)
        }
        _ => scores.spans(Scale::CSAT),
    };
    (!certain).then_some((likely, why))
}
