//! Which persona each person is, by their newest answers to the survey.

use super::scoring::{Form, Lead, Outcome, Scoring};
use crate::app::App;
use crate::data;
use crate::model::persona::Persona;
use crate::store::surveys;
use anyhow::{Context, Result};
use std::collections::BTreeMap;

/// Each person's leading persona, by person; those without one, and ties no choice broke, are not in it.
pub fn labels(app: &App) -> Result<BTreeMap<i64, String>> {
    let statements = statements()?;
    let forms: Vec<Form> = surveys::takes(app.store()?, None, app.as_of())?
        .into_iter()
        .map(|take| {
            let mut answers = vec![None; statements.len()];
            for (statement, answer) in take.answers {
                let place = usize::try_from(statement - 1).ok().and_then(|place| answers.get_mut(place));
                if let Some(place) = place {
                    *place = u8::try_from(answer).ok();
                }
            }
            let choice = take.choice.as_deref().and_then(Persona::parse);
            Form { member: take.member, answers, choice }
        })
        .collect();
    let people = Scoring::of(&statements, &forms).people.into_iter();
    Ok(people
        .filter_map(|(person, outcome)| match outcome {
            Outcome::Scored(mix) if mix.lead != Lead::Tie || mix.by_choice => {
                Some((person, mix.primary.as_str().to_string()))
            }
            _ => None,
        })
        .collect())
}

/// Which persona each statement belongs to, in the order of their numbers.
fn statements() -> Result<Vec<Persona>> {
    let path = "survey/statements.toml";
    let table: toml::Table =
        data::text(path).context("the survey is missing from this build")?.parse().context(path)?;
    let listed = table.get("statement").and_then(toml::Value::as_array).context("no statements")?;
    let mut numbered = Vec::new();
    for statement in listed {
        let number = statement.get("number").and_then(toml::Value::as_integer);
        let persona = statement.get("persona").and_then(toml::Value::as_str).and_then(Persona::parse);
        numbered.push((
            number.context("a statement has no number")?,
            persona.context("a statement has no persona")?,
        ));
    }
    numbered.sort_unstable();
    Ok(numbered.into_iter().map(|(_, persona)| persona).collect())
}
