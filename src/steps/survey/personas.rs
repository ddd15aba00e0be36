//! Everyone's leading persona, from their newest survey.

use super::scoring::{Form, Lead, Outcome, Scoring};
use crate::app::App;
use crate::data;
use crate::model::persona::Persona;
use crate::store::takes;
use anyhow::{Context, Result};
use std::collections::BTreeMap;

/// The leading persona of each person whose survey shows one: in its words, or both names of a tie.
pub fn labels(app: &App) -> Result<BTreeMap<i64, String>> {
    let statements = statements()?;
    let forms: Vec<Form> = takes::newest(app.store()?, app.as_of())?
        .into_iter()
        .map(|take| {
            let answer = |number: i64| take.answers.iter().find(|(statement, _)| *statement == number);
            let answers = statements
                .iter()
                .map(|(number, _)| answer(*number).and_then(|(_, answer)| u8::try_from(*answer).ok()))
                .collect();
            Form { member: take.member, answers, choice: take.choice.as_deref().and_then(Persona::parse) }
        })
        .collect();
    let personas: Vec<Persona> = statements.into_iter().map(|(_, persona)| persona).collect();
    let label = |outcome| match outcome {
        Outcome::Scored(mix) if mix.lead == Lead::Tie && !mix.by_choice => {
            Some(format!("{} / {}", mix.primary.as_str(), mix.secondary.as_str()))
        }
        Outcome::Scored(mix) => Some(mix.primary.as_str().to_string()),
        Outcome::Incomplete { .. } | Outcome::NoPreference => None,
    };
    let scored = Scoring::of(&personas, &forms).people;
    Ok(scored.into_iter().filter_map(|(person, outcome)| Some((person, label(outcome)?))).collect())
}

/// The statements' numbers and personas, in the order of the form.
fn statements() -> Result<Vec<(i64, Persona)>> {
    let text = data::text("survey/statements.toml").context("the survey is missing from this build")?;
    let file: toml::Table = text.parse().context("survey/statements.toml")?;
    let listed = file.get("statement").and_then(toml::Value::as_array).into_iter().flatten();
    let read = |statement: &toml::Value| {
        let number = statement.get("number")?.as_integer()?;
        Some((number, Persona::parse(statement.get("persona")?.as_str()?)?))
    };
    listed
        .map(|statement| {
            read(statement).context("survey/statements.toml: a statement lacks number or persona")
        })
        .collect()
}
