//! Everyone's leading persona, as other steps print it.

use super::scoring::{Form, Lead, Outcome, Scoring};
use crate::app::App;
use crate::data;
use crate::model::persona::Persona;
use crate::store::takes;
use anyhow::{Context, Result};
use std::collections::BTreeMap;

/// The leading persona of everyone who filled in the form: its word, or both words where it is a tie; by member.
pub fn labels(app: &App) -> Result<BTreeMap<i64, String>> {
    let text = data::text("survey/statements.toml").context("the statements are missing from this build")?;
    let table: toml::Table = text.parse().context("data/survey/statements.toml")?;
    let list = table.get("statement").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let persona =
        |row: &toml::Value| row.get("persona").and_then(toml::Value::as_str).and_then(Persona::parse);
    let statements: Vec<Persona> = list.iter().filter_map(persona).collect();
    let forms: Vec<Form> = takes::latest(app.store()?, app.as_of())?
        .into_iter()
        .map(|(member, answers, choice)| {
            let answer = |number: i64| answers.get(&number).and_then(|&answer| u8::try_from(answer).ok());
            let answers = (1..).take(statements.len()).map(answer).collect();
            Form { member, answers, choice: choice.as_deref().and_then(Persona::parse) }
        })
        .collect();
    let scoring = Scoring::of(&statements, &forms);
    let label = |outcome: Outcome| match outcome {
        Outcome::Scored(mix) if mix.lead == Lead::Tie && !mix.by_choice => {
            Some(format!("{} / {}", mix.primary.as_str(), mix.secondary.as_str()))
        }
        Outcome::Scored(mix) => Some(mix.primary.as_str().to_string()),
        _ => None,
    };
    Ok(scoring.people.into_iter().filter_map(|(member, outcome)| Some((member, label(outcome)?))).collect())
}
