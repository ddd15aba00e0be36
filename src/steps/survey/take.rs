//! `survey take`: asks the statements at the terminal, one after the other.

use super::personas::{self, read};
use super::statements::Survey;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::persona::Persona;
use crate::model::record::Take as Answers;
use crate::model::time::half_width;
use crate::store::{signals, surveys};
use anyhow::{Result, bail};
use clap::Args;

/// Ask someone the twelve statements.
///
/// A number from 1 to 5 each, or nothing where they cannot say.
///
/// Example: groundswell survey take ana@example.com --answers 5,4,2,3,4,5,,2,5,3,4,2 --choice educator
#[derive(Debug, Args)]
pub struct Take {
    /// Whom
    member: String,
    /// The twelve answers in the order of the form, with commas; nothing between two commas for none
    #[arg(long, value_name = "1,2,...")]
    answers: Option<String>,
    /// What they would do if it were only one: educator, status-seeker, validator, collaborator
    #[arg(long, value_name = "PERSONA")]
    choice: Option<String>,
}

impl Take {
    /// Asks for what is not given, and writes the answers down.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        if person.standing != "member" {
            bail!("{} is {}, and in no figure", person.label(), person.standing);
        }
        let survey = Survey::read(&app.texts())?;
        let asked = self.answers.is_none();
        let mut choice = self.choice.as_deref().map(read).transpose()?;
        let given = match &self.answers {
            Some(text) => listed(&survey, text)?,
            None => asked_for(app, &survey)?,
        };
        if asked && choice.is_none() {
            choice = chosen(app, &survey)?;
        }
        if given.iter().all(Option::is_none) && choice.is_none() {
            return Err(usage("nothing was answered, so nothing was written"));
        }
        let numbers = survey.statements.iter().map(|statement| statement.number);
        let take = Answers {
            member: person.id,
            at: app.now(),
            day: app.as_of(),
            answers: numbers.zip(&given).filter_map(|(number, answer)| Some((number, (*answer)?))).collect(),
            choice: choice.map(|persona| persona.as_str().to_string()),
        };
        let before = surveys::takes(app.store()?, Some(person.id), app.as_of())?;
        let before = before.first().map_or_else(String::new, |take| format!("answers of {}", take.day));
        app.write(|store| {
            signals::add_take(store, &take, None)?;
            let what = format!("{} of {} statements, {}", take.answers.len(), given.len(), person.label());
            Ok(((), vec![Note::of("survey take", person.id, what).change(before, written(&given))]))
        })?;
        if asked {
            let choice = choice.map_or_else(String::new, |persona| {
                format!(" --choice {}", persona.as_str().replace(' ', "-"))
            });
            app.screen.aside(&format!(
                "Without questions: groundswell survey take {} --answers {}{choice}",
                person.id,
                written(&given)
            ));
        }
        let label = personas::labels(app)?.remove(&person.id);
        let label = label.unwrap_or_else(|| "the answers say nothing clear".into());
        app.screen.say(&format!("{}: {label}", person.label()));
        app.screen
            .next(&format!("groundswell survey explain {}", person.id), "what they said beside what they do");
        Ok(End::Done)
    }
}

/// `5,4,,2` as answers, one per statement.
fn listed(survey: &Survey, text: &str) -> Result<Vec<Option<i64>>> {
    let plain = half_width(text).replace('、', ",");
    let given: Vec<&str> = plain.split(',').map(str::trim).collect();
    let wanted = survey.statements.len();
    if given.len() != wanted {
        return Err(usage(format!(
            "--answers {text}: {} answers, and there are {wanted} statements; leave nothing between two commas where there is none",
            given.len()
        )));
    }
    given.into_iter().map(|answer| one(survey, answer)).collect()
}

/// One answer of the scale, or none.
fn one(survey: &Survey, text: &str) -> Result<Option<i64>> {
    let plain = half_width(text.trim());
    if plain.is_empty() {
        return Ok(None);
    }
    let answer = plain.parse().ok().filter(|number| survey.answers.iter().any(|a| a.value == *number));
    match answer {
        Some(answer) => Ok(Some(answer)),
        None => Err(usage(format!("'{plain}' is no answer; they are 1 to 5, or nothing"))),
    }
}

fn asked_for(app: &App, survey: &Survey) -> Result<Vec<Option<i64>>> {
    if !app.can_ask() {
        return Err(usage(
            "the answers are missing and there is no terminal to ask at: add --answers 5,4,... (twelve)",
        ));
    }
    let lang = app.lang();
    app.screen.heading(survey.title.of(lang));
    app.screen.say(survey.instruction.of(lang));
    for answer in &survey.answers {
        app.screen.say(&format!("  {} {}", answer.value, answer.text.of(lang)));
    }
    let mut given = Vec::new();
    while let Some(statement) = survey.statements.get(given.len()) {
        let question = format!("{}. {}", statement.number, statement.text.of(lang));
        match one(survey, &app.text_or(None, &question, "")?) {
            Ok(answer) => given.push(answer),
            Err(error) => app.screen.say(&error.to_string()),
        }
    }
    Ok(given)
}

fn chosen(app: &App, survey: &Survey) -> Result<Option<Persona>> {
    if app.yes {
        return Ok(None);
    }
    let lang = app.lang();
    let options: Vec<String> = survey
        .choice
        .options
        .iter()
        .map(|option| option.text.of(lang).to_string())
        .chain(["–".to_string()])
        .collect();
    let place = app.choose(survey.choice.text.of(lang), &options, "--choice PERSONA")?;
    Ok(survey.choice.options.get(place).map(|option| option.persona))
}

fn written(given: &[Option<i64>]) -> String {
    let words = given.iter().map(|answer| answer.map_or_else(String::new, |answer| answer.to_string()));
    words.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_any_width() {
        let survey = Survey::carried().expect("is read");
        let given = listed(&survey, "５，4,、2,1,,,5,5,5,5, 3").expect("is read");
        assert_eq!(given[..5], [Some(5), Some(4), None, Some(2), Some(1)]);
        assert_eq!(written(&given), "5,4,,2,1,,,5,5,5,5,3");
        assert!(listed(&survey, "1,2").is_err());
        assert!(listed(&survey, "6,1,1,1,1,1,1,1,1,1,1,1").is_err());
    }
}
