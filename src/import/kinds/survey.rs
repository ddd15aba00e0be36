//! Answers to the persona statements, from whatever form tool asked them.

use super::{Frame, Session, Taken};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::headers::folded;
use crate::import::keys;
use crate::import::values::scores::{self, Answer, Scale};
use crate::model::field::Field;
use crate::model::record::Take;
use crate::store::keys::{Key, Table};
use crate::store::signals;

const SCALE: Scale = Scale { low: 1, high: 5 };

const TABLE: Table = Table::SurveyTakes;

/// One person's answers.
pub struct Draft {
    /// Whom the row names.
    pub who: Who,
    key: Key,
    record: Take,
}

/// Reads one person's answers; nothing where there are none.
pub fn read(cells: &Cells, frame: &Frame) -> Result<super::Draft, RowError> {
    let who = cells.who()?;
    if who.is_nobody() && frame.owner.is_none() {
        return Err(RowError::new("no-person", "answers need an address or a name"));
    }
    let mut answers = Vec::new();
    for (&statement, &column) in &cells.reading.plan.statements {
        if let Some(answer) = cells.column(column).map(|cell| answer(&cell)).transpose()?.flatten() {
            answers.push((i64::from(statement), answer));
        }
    }
    if answers.is_empty() {
        return Ok(super::Draft::Nothing("unanswered"));
    }
    let choice =
        cells.reading.choice().and_then(|index| cells.column(index)).and_then(|cell| form().choice(&cell));
    let (at, day) = cells.moment(Field::Date, frame.zone)?.unwrap_or((frame.at, frame.day));
    let key = keys::key(&["survey", &frame.who_key(&who), &at.0.to_string()]);
    Ok(super::Draft::Survey(Draft { who, key, record: Take { member: 0, at, day, answers, choice } }))
}

/// Finds the place of one person's answers.
pub fn keep(session: &mut Session, mut draft: Draft) -> Taken {
    let record = &draft.record;
    let known = session.known(TABLE, draft.key)?;
    if let Some(known) = known
        && signals::take_says(session.store, known.record, &record.answers, record.choice.as_deref())?
    {
        return session.same(TABLE, draft.key, known, &draft.who);
    }
    draft.record.member = session.member(&draft.who)?;
    let row = signals::add_take(session.store, &draft.record, Some(session.batch))?;
    match known {
        Some(known) => session.changed(TABLE, draft.key, known, row),
        None => session.added(TABLE, draft.key, row),
    }
}

/// `4`, `4 - Quite like me`, or the label alone in either language.
fn answer(cell: &str) -> Result<Option<i64>, RowError> {
    if let Some(labelled) = form().label(cell) {
        return Ok(Some(labelled));
    }
    match scores::score(cell, SCALE) {
        Ok(Answer::Score(score)) => Ok(Some(score)),
        Ok(Answer::Unanswered) => Ok(None),
        Err(problem) => Err(RowError::new("bad-answer", format!("{cell}: {problem} 1-5"))),
    }
}

fn form() -> &'static Form {
    use std::sync::LazyLock;
    static FORM: LazyLock<Form> = LazyLock::new(|| {
        crate::data::text("survey/statements.toml")
            .and_then(|text| toml::from_str(text).ok())
            .unwrap_or_default()
    });
    &FORM
}

/// The parts of the form that answers are recognised by.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Form {
    answer: Vec<Label>,
    choice: Choice,
}

#[derive(Debug, serde::Deserialize)]
struct Label {
    value: i64,
    en: String,
    zh: String,
}

#[derive(Debug, Default, serde::Deserialize)]
struct Choice {
    en: String,
    zh: String,
    option: Vec<Option_>,
}

#[derive(Debug, serde::Deserialize)]
struct Option_ {
    persona: String,
    en: String,
    zh: String,
}

impl Form {
    fn label(&self, cell: &str) -> Option<i64> {
        let cell = folded(cell);
        self.answer
            .iter()
            .find(|label| folded(&label.en) == cell || folded(&label.zh) == cell)
            .map(|label| label.value)
    }

    fn choice(&self, cell: &str) -> Option<String> {
        let cell = folded(cell);
        let said = |option: &&Option_| {
            [&option.en, &option.zh, &option.persona].iter().any(|text| folded(text) == cell)
        };
        self.choice.option.iter().find(said).map(|option| option.persona.clone())
    }
}

/// Whether a header is the forced choice's question.
pub fn is_choice(header: &str) -> bool {
    let header = folded(header);
    header == folded(&form().choice.en) || header == folded(&form().choice.zh)
}
