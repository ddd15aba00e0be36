//! Which tool wrote a file, what its rows are and which column is what: a plan, questions, or a refusal.
mod by_name;
mod by_profile;
mod evidence;
mod finish;
mod flags;
mod groups;
mod guess;
mod guessed;
mod long;
mod mapping;
mod names;
mod plan;
mod responses;
mod survey;
mod tallies;
mod times;
mod told;
#[cfg(test)]
mod traps;
mod units;

use anyhow::Result;
use std::sync::Arc;

pub use guessed::uses;
pub use mapping::address;
pub use mapping::nearest;
pub use plan::{InRows, LineItems, Outcome, Plan, Question, Source, Wishes};

use super::form::Form;
use super::profile::{Layout, Profile};
use super::reader::column::Column;
use super::synonyms::Synonyms;
use crate::model::field::Field;
use crate::model::kind::Kind;
use mapping::Mapped;

/// All there is to understand a file by.
struct Sheet<'a> {
    columns: &'a [Column],
    layout: Layout<'a>,
    wishes: &'a Wishes,
    synonyms: Synonyms,
    form: &'a Arc<Form>,
    mapped: Mapped,
}

impl Sheet<'_> {
    /// The kind the user said: by `--as`, or by fields that only one kind has.
    fn kind_said(&self) -> Option<Kind> {
        let mapped = &self.mapped.fields;
        let all = |kind: &Kind| mapped.keys().all(|field| kind.fields().contains(field));
        let mut kinds = Kind::ALL.into_iter().filter(all);
        let only = kinds.next().filter(|_| kinds.next().is_none() && !mapped.is_empty());
        self.wishes.as_kind.or(only)
    }
}

/// Understands a file from its columns. `own` are the user's profiles, which come before the shipped ones;
/// `form` is the survey as answers to it are recognised.
///
/// # Errors
/// A `--map` or `--profile` that names what is not there; a profile that cannot be read.
pub fn understand(
    columns: &[Column],
    layout: Layout,
    wishes: &Wishes,
    own: &[Profile],
    form: &Arc<Form>,
) -> Result<Outcome> {
    let mapped = mapping::read(wishes, columns)?;
    let sheet = Sheet { columns, layout, wishes, synonyms: Synonyms::shipped()?, form, mapped };
    if sheet.columns.iter().all(|column| column.filled == 0) {
        return Ok(Outcome::refuse("no-rows", "the file has a header, or nothing at all, and no rows"));
    }
    let mut profiles = own.to_vec();
    profiles.extend(Profile::shipped()?);
    let outcome = match by_profile::choose(&profiles, &sheet)? {
        Some(profile) => by_profile::outcome(profile, &sheet),
        None => without_profile(&sheet),
    };
    outcome.map(|outcome| scaled(outcome, wishes))
}

/// A scale that was said of rows that have none is a slip, unless it was said for other files of the same command.
fn scaled(outcome: Outcome, wishes: &Wishes) -> Outcome {
    let Outcome::Plan(mut plan) = outcome else { return outcome };
    if wishes.scale.is_none() || plan.kind.is_response() {
        return Outcome::Plan(plan);
    }
    if plan.kind == Kind::Survey || wishes.as_kind.is_some() {
        let why = if plan.kind == Kind::Survey {
            "the statements of a survey are answered 1 to 5"
        } else {
            "they have no scores"
        };
        let message = format!(
            "--scale is for the scores of nps and csat, and these rows are {}: {why}; leave --scale out",
            plan.kind
        );
        return Outcome::refuse("no-scale", message);
    }
    plan.notes.push(format!("--scale says nothing of {} rows", plan.kind));
    Outcome::Plan(plan)
}

/// By the names of the columns alone.
fn without_profile(sheet: &Sheet) -> Result<Outcome> {
    if sheet.layout.tables > 1 {
        let message = format!(
            "{} tables stand under one another: a report of totals, not rows (--table NAME reads one of them)",
            sheet.layout.tables
        );
        return Ok(Outcome::refuse("aggregated", message));
    }
    let wished = sheet.kind_said();
    if wished.is_none_or(|kind| kind == Kind::Survey)
        && let Some(outcome) = survey::in_rows(sheet)?
    {
        return Ok(outcome);
    }
    let long = long::form(sheet, wished);
    let is_score_named = sheet.mapped.fields.contains_key(&Field::Score);
    if wished.is_none_or(Kind::is_response)
        && !is_score_named
        && long.is_none()
        && let Some(reason) = tallies::reason(sheet)
    {
        return Ok(Outcome::refuse("aggregated", reason));
    }
    if let Some(long) = long {
        return long.outcome(sheet);
    }
    let guess = wished.map_or_else(|| guess::kind(sheet), guess::Guess::Kind);
    follow(guess, sheet, |kind| {
        let mut plan = match kind {
            Kind::Nps | Kind::Csat | Kind::Survey => survey::plan(kind, None, sheet),
            kind => by_name::plan(kind, sheet),
        };
        mapping::apply(&sheet.mapped, &mut plan)?;
        Ok(plan)
    })
}

/// What a guess leads to. A kind that must be asked for is asked together with all that it needs.
fn follow(guess: guess::Guess, sheet: &Sheet, plan: impl Fn(Kind) -> Result<Plan>) -> Result<Outcome> {
    let (question, kind) = match guess {
        guess::Guess::Ends(outcome) => return Ok(*outcome),
        guess::Guess::Kind(kind) => return Ok(finish::outcome(plan(kind)?, sheet)),
        guess::Guess::Ask { question, as_if: None } => return Ok(Outcome::Ask(vec![question])),
        guess::Guess::Ask { question, as_if: Some(kind) } => (question, kind),
    };
    let mut questions = vec![question];
    if let Outcome::Ask(more) = finish::outcome(plan(kind)?, sheet) {
        questions.extend(more);
    }
    Ok(Outcome::Ask(questions))
}
