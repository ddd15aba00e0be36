//! Surveys in long form: one row per person and question, the question in one column and its answer in another.
use anyhow::Result;

use super::plan::{Outcome, SkipRule, Source, When};
use super::{Sheet, finish, mapping, survey};
use crate::import::headers::folded;
use crate::import::reader::column::Column;
use crate::import::synonyms::{is_called, says};
use crate::model::field::Field;
use crate::model::kind::Kind;

/// More different texts than this in a column are answers or comments rather than the questions of one survey.
const QUESTIONS: u64 = 50;

/// The columns of a survey in long form, and which of its questions are scores.
pub(super) struct Long<'a> {
    answer: usize,
    question: usize,
    kind: Kind,
    asked: Vec<&'a str>,
    /// Whether each text is a question, rather than the name of a survey.
    is_question: bool,
    /// Whether the answers to other questions stand in the same column.
    is_mixed: bool,
    other: Option<(Kind, &'a str)>,
}

/// Finds question, answer and kind; none where the file has another form or asks nothing the program knows.
pub(super) fn form<'a>(sheet: &Sheet<'a>, wished: Option<Kind>) -> Option<Long<'a>> {
    if wished.is_some_and(|kind| !kind.is_response()) {
        return None;
    }
    let words = &sheet.synonyms.words;
    let is_question = |column: &&Column| {
        let text = column.numbers.is_none() && column.dates.is_none();
        text && column.has_duplicates
            && column.distinct <= QUESTIONS
            && (is_called(column, &words.question_columns) || is_called(column, &words.survey_columns))
    };
    let question = sheet.columns.iter().find(is_question)?;
    let is_answer = |column: &&Column| column.filled > 0 && is_called(column, &words.answer_columns);
    let mapped = sheet.mapped.fields.get(&Field::Score).map(|at| &sheet.columns[*at]);
    let answer = mapped.or_else(|| sheet.columns.iter().find(is_answer))?;
    let questions = &sheet.synonyms.questions;
    let that_say = |whole: &[String], parts: &[String]| -> Vec<&'a str> {
        question.samples.iter().map(String::as_str).filter(|text| says(text, whole, parts)).collect()
    };
    let nps = that_say(&questions.nps_words, &questions.nps_parts);
    let csat = that_say(&questions.csat_words, &questions.csat_parts);
    let (kind, asked, other) = match wished {
        Some(Kind::Csat) => (Kind::Csat, csat, nps.first().map(|text| (Kind::Nps, *text))),
        None if nps.is_empty() => (Kind::Csat, csat, None),
        _ => (Kind::Nps, nps, csat.first().map(|text| (Kind::Csat, *text))),
    };
    let is_question = is_called(question, &words.question_columns);
    let is_mixed = asked.len() < question.samples.len();
    (!asked.is_empty()).then_some(Long {
        answer: answer.index,
        question: question.index,
        kind,
        asked,
        is_question,
        is_mixed,
        other,
    })
}

impl Long<'_> {
    /// The plan: the rows of the one question that is a score; the others are ignored and counted.
    pub(super) fn outcome(self, sheet: &Sheet) -> Result<Outcome> {
        if self.is_question && self.asked.len() > 1 {
            let message = format!(
                "several of its questions are about {}: {}. Keep the rows of one of them and import again",
                self.kind,
                self.asked.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
            );
            return Ok(Outcome::refuse("several-questions", message));
        }
        let mut plan = survey::plan(self.kind, None, sheet);
        plan.fields.retain(|field, source| *field == Field::Score || source.columns() != [self.question]);
        plan.fields.retain(|_, source| source.columns() != [self.answer]);
        plan.fields.insert(Field::Score, Source::Column(self.answer));
        if self.is_mixed {
            plan.question = Some(self.asked.join(" "));
            let rule = When::Not(self.asked.iter().map(|text| folded(text)).collect());
            plan.skip.push(SkipRule::new(self.question, rule, "other-question"));
            let asked = self.asked.join("`, `");
            plan.notes.push(format!("one row per question: the answers to `{asked}` are read"));
        }
        if let Some((kind, text)) = self.other {
            plan.notes.push(format!("`{text}` is another question: import the file again --as {kind}"));
        }
        mapping::apply(&sheet.mapped, &mut plan)?;
        Ok(finish::outcome(plan, sheet))
    }
}
