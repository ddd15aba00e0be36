//! Answers to the persona statements, from whatever form tool asked them.

use super::{Frame, Session, Taken};
use crate::import::cells::{Cells, RowError, Who};
use crate::import::headers::{bare, folded};
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
pub fn keep(session: &mut Session, draft: &mut Draft) -> Taken {
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

/// `4`, `4 - Quite like me`, or a label alone in either language. A number whose label says another is no answer.
fn answer(cell: &str) -> Result<Option<i64>, RowError> {
    if let Some(labelled) = form().label(cell) {
        return Ok(Some(labelled));
    }
    let (number, words) = numbered(cell);
    match (number, form().label(words)) {
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
    /// Words of other scales.
    #[serde(default)]
    also: Vec<String>,
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
            .find(|label| {
                [&label.en, &label.zh].into_iter().chain(&label.also).any(|text| folded(text) == cell)
            })
            .map(|label| label.value)
    }

    /// The persona of an option: its text whole, within what a tool puts around it (`A. ...`), or the persona's name.
    fn choice(&self, cell: &str) -> Option<String> {
        let (whole, bared) = (folded(cell), bare(cell));
        let said = |option: &&Option_| {
            folded(&option.persona) == whole
                || [&option.en, &option.zh].iter().any(|text| bared.contains(&bare(text)))
        };
        self.choice.option.iter().find(said).map(|option| option.persona.clone())
    }
}

/// Whether a header is the forced choice's question, alone or within what a tool puts around it (`14、...`).
pub fn is_choice(header: &str) -> bool {
    let header = bare(header);
    [&form().choice.en, &form().choice.zh]
        .into_iter()
        .any(|text| !bare(text).is_empty() && header.contains(&bare(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_by_number_by_label_or_by_both() {
        for cell in
            ["5", "5 - Very much like me", "5 非常符合", "5（非常同意）", "Strongly agree", "非常同意", "5.0"]
        {
            assert!(matches!(answer(cell), Ok(Some(5))), "{cell}");
        }
        assert!(matches!(answer("(跳过)"), Ok(None)));
        for cell in ["5 - Strongly disagree", "1 非常符合", "6", "maybe"] {
            assert!(answer(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn the_choice_is_known_within_what_tools_put_around_it() {
        assert!(
            is_choice("15、如果只能选一件事，您会选哪一件？")
                && is_choice("13. If you could do only one of these: which?")
        );
        assert!(!is_choice("") && !is_choice("If you could"));
        assert_eq!(form().choice("D. 和团队一起改进产品").as_deref(), Some("collaborator"));
        assert_eq!(form().choice("Status seeker").as_deref(), Some("status seeker"));
        assert_eq!(form().choice("Something else"), None);
    }
}
