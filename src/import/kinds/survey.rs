//! Answers to the persona statements, from whatever form tool asked them.

use super::{Fate, Session, Taken};
use crate::import::cells::{Cells, RowError};
use crate::import::headers::folded;
use crate::import::keys;
use crate::import::values::scores::{self, Answer, Scale};
use crate::model::field::Field;
use crate::model::record::Take;
use crate::store::signals;

const SCALE: Scale = Scale { low: 1, high: 5 };

/// Takes one person's answers.
pub fn take(session: &mut Session, cells: &Cells) -> Taken {
    let who = cells.who()?;
    if who.is_nobody() && session.owner.is_none() {
        return Err(RowError::new("no-person", "answers need an address or a name").into());
    }
    let mut answers = Vec::new();
    for (&statement, &column) in &cells.reading.plan.statements {
        if let Some(answer) = cells.column(column).map(|cell| answer(&cell)).transpose()?.flatten() {
            answers.push((i64::from(statement), answer));
        }
    }
    if answers.is_empty() {
        return Ok(Fate::ignored("unanswered"));
    }
    let choice =
        cells.reading.choice().and_then(|index| cells.column(index)).and_then(|cell| form().choice(&cell));
    let (at, day) = cells.moment(Field::Date, session.zone)?.unwrap_or((session.at, session.day));
    let key = keys::key(&["survey", &session.who_key(&who), &at.0.to_string()]);
    let known = session.known(&key)?;
    if let Some(known) = known
        && signals::take_says(session.store, known.record, &answers, choice.as_deref())?
    {
        return session.same("survey_takes", known, &who);
    }
    let member = session.member(&who)?;
    let record = Take { member, at, day, answers, choice };
    let row = signals::add_take(session.store, &record, Some(session.batch))?;
    match known {
        Some(known) => session.changed(&key, "survey_takes", known, row),
        None => session.added(&key, "survey_takes", row),
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
