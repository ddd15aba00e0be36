//! Answers to the persona statements, from whatever form tool asked them.

use super::{Fate, Frame, Session, Taken};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::form::Form;
use crate::import::headers::bare;
use crate::import::keys;
use crate::import::understand::InRows;
use crate::import::values::scores::{self, Answer, Scale};
use crate::model::field::Field;
use crate::model::record::Take;
use crate::model::time::Day;
use crate::store::keys::Table;
use crate::store::signals;
use anyhow::Result;
use std::collections::HashMap;

const SCALE: Scale = Scale { low: 1, high: 5 };

const TABLE: Table = Table::SurveyTakes;

/// Why a row without answers is no record.
const UNANSWERED: &str = "unanswered";

/// One person's answers, or one of them.
#[derive(Clone)]
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    /// What stands for the person in the record's key.
    mark: String,
    record: Take,
    /// Whether the file has a row for each answer.
    is_part: bool,
}

/// Takes whose answers stand in several rows: in the order of the rows, and the place of each person's day.
#[derive(Default)]
pub struct Gathered {
    takes: Vec<Draft>,
    places: HashMap<(String, Day), usize>,
}

/// What a row answers: statements by number, and the choice.
type Answers = (Vec<(i64, i64)>, Option<String>);

/// Reads one person's answers; nothing where there are none.
pub fn read(cells: &Cells, frame: &Frame) -> Result<super::Draft, RowError> {
    let who = cells.who()?;
    if who.is_nobody() && frame.owner.is_none() {
        return Err(RowError::new("no-person", "answers need an address or a name"));
    }
    let in_rows = cells.reading.plan.in_rows.as_ref();
    let (answers, choice) = match in_rows {
        Some(in_rows) => match part(cells, in_rows)? {
            Ok(answers) => answers,
            Err(reason) => return Ok(super::Draft::Nothing(reason)),
        },
        None => whole(cells)?,
    };
    if answers.is_empty() && (in_rows.is_none() || choice.is_none()) {
        return Ok(super::Draft::Nothing(UNANSWERED));
    }
    let (at, day) = cells.moment(Field::Date, frame.zone)?.unwrap_or((frame.at, frame.day));
    let mark = frame.who_key(&who);
    let record = Take { member: 0, at, day, answers, choice };
    Ok(super::Draft::Survey(Draft { who, mark, record, is_part: in_rows.is_some() }))
}

/// A row with a column per statement.
fn whole(cells: &Cells) -> Result<Answers, RowError> {
    let (form, mut answers) = (&cells.reading.plan.form, Vec::new());
    for (&statement, &column) in &cells.reading.plan.statements {
        if let Some(answer) = cells.column(column).map(|cell| answer(form, &cell)).transpose()?.flatten() {
            answers.push((i64::from(statement), answer));
        }
    }
    let choice = cells.reading.choice().and_then(|index| cells.column(index));
    Ok((answers, choice.and_then(|cell| form.choice(&cell))))
}

/// A row with one statement and its answer, or with the choice; or why it is neither.
fn part(cells: &Cells, in_rows: &InRows) -> Result<Result<Answers, &'static str>, RowError> {
    let (Some(asked), Some(said)) = (cells.column(in_rows.statement), cells.column(in_rows.answer)) else {
        return Ok(Err(UNANSWERED));
    };
    let form = &cells.reading.plan.form;
    if form.is_choice(&asked) {
        return Ok(Ok((Vec::new(), form.choice(&said))));
    }
    let asked = bare(&asked);
    let Some(number) = form.statement(&asked, std::slice::from_ref(&asked)) else {
        return Ok(Err("other-question"));
    };
    let answers = answer(form, &said)?.map(|answer| (i64::from(number), answer));
    Ok(Ok((answers.into_iter().collect(), None)))
}

/// Finds the place of one person's answers.
pub fn keep(session: &mut Session, draft: &mut Draft) -> Taken {
    if draft.is_part {
        return Ok(gather(&mut session.gathered, draft));
    }
    place(session, draft)
}

/// Adds a row to what its person answered on its day; of two answers to one statement the later row holds.
fn gather(gathered: &mut Gathered, draft: &Draft) -> Fate {
    let group = (draft.mark.clone(), draft.record.day);
    let Some(&place) = gathered.places.get(&group) else {
        gathered.places.insert(group, gathered.takes.len());
        gathered.takes.push(draft.clone());
        return Fate::Later;
    };
    let known = &mut gathered.takes[place].record;
    for (statement, answer) in &draft.record.answers {
        known.answers.retain(|(other, _)| other != statement);
        known.answers.push((*statement, *answer));
    }
    known.choice = draft.record.choice.clone().or(known.choice.take());
    known.at = known.at.min(draft.record.at);
    Fate::ignored("further-answer")
}

/// Keeps what was gathered.
pub fn finish(session: &mut Session) -> Result<Vec<Fate>> {
    let takes = std::mem::take(&mut session.gathered).takes;
    let mut fates = Vec::new();
    for mut take in takes {
        take.record.answers.sort_unstable();
        if take.record.answers.is_empty() {
            fates.push(Fate::ignored(UNANSWERED));
        } else {
            fates.push(super::settled(place(session, &mut take))?);
        }
    }
    Ok(fates)
}

fn place(session: &mut Session, draft: &mut Draft) -> Taken {
    let key = keys::key(&["survey", &draft.mark, &draft.record.at.0.to_string()]);
    let record = &draft.record;
    let known = session.known(TABLE, key)?;
    if let Some(known) = known
        && signals::take_says(session.store, known.record, &record.answers, record.choice.as_deref())?
    {
        return session.same(TABLE, known, &draft.who);
    }
    draft.record.member = session.member(&draft.who)?;
    let row = signals::add_take(session.store, &draft.record, Some(session.batch))?;
    match known {
        Some(known) => session.changed(TABLE, key, known, row),
        None => session.added(TABLE, key, row),
    }
}

/// `4`, `4 - Quite like me`, or a label alone in either language. A number whose label says another is no answer.
fn answer(form: &Form, cell: &str) -> Result<Option<i64>, RowError> {
    if let Some(labelled) = form.label(cell) {
        return Ok(Some(labelled));
    }
    let (number, words) = numbered(cell);
    match (number, form.label(words)) {
        (Some(number), Some(labelled)) if number == labelled => return Ok(Some(labelled)),
        (Some(number), Some(labelled)) => {
            let detail = format!("{cell}: the number says {number}, the words say {labelled}");
            return Err(RowError::new("bad-answer", detail));
        }
        _ => {}
    }
    match scores::score(cell, SCALE) {
        Ok(Answer::Score(score)) => Ok(Some(score)),
        Ok(Answer::Unanswered) => Ok(None),
        Err(problem) => Err(RowError::new("bad-answer", format!("{cell}: {problem} 1-5"))),
    }
}

/// The number a cell begins with, and the words after it: `5 - Agree`, `5（Agree）`.
fn numbered(cell: &str) -> (Option<i64>, &str) {
    let cell = cell.trim();
    let end = cell.find(|c: char| !c.is_ascii_digit()).unwrap_or(cell.len());
    let words = cell[end..].trim_matches(|c: char| c.is_whitespace() || ".-–—:：、()（）".contains(c));
    (cell[..end].parse().ok(), words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::texts::Texts;

    #[test]
    fn answers_are_read_by_number_by_label_or_by_both() {
        let form = Form::read(&Texts::default()).expect("is read");
        for cell in
            ["5", "5 - Very much like me", "5 非常符合", "5（非常同意）", "Strongly agree", "非常同意", "5.0"]
        {
            assert!(matches!(answer(&form, cell), Ok(Some(5))), "{cell}");
        }
        assert!(matches!(answer(&form, "(跳过)"), Ok(None)));
        for cell in ["5 - Strongly disagree", "1 非常符合", "6", "maybe"] {
            assert!(answer(&form, cell).is_err(), "{cell}");
        }
    }
}
