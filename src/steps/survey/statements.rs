//! The survey's texts, from data/survey: statements, answers and the forced choice, in both languages.

use crate::app::fail::usage;
use crate::app::form::{self, PATH};
use crate::app::texts::Texts;
use crate::data::Both;
use crate::model::persona::Persona;
use anyhow::{Result, ensure};
use serde::{Deserialize, Deserializer};

const TOOLS: &str = "survey/tools.toml";

/// What a number on the scale means.
#[derive(Debug, Clone, Deserialize)]
pub struct Answer {
    /// 1-5.
    pub value: i64,
    /// Its words.
    #[serde(flatten)]
    pub text: Both,
}

/// One sentence to agree with.
#[derive(Debug, Clone, Deserialize)]
pub struct Statement {
    /// Its number, by which answers are kept.
    pub number: i64,
    /// The persona it speaks for.
    #[serde(deserialize_with = "persona")]
    pub persona: Persona,
    /// Its words.
    #[serde(flatten)]
    pub text: Both,
}

/// One thing to choose.
#[derive(Debug, Clone, Deserialize)]
pub struct Pick {
    /// The persona it speaks for.
    #[serde(deserialize_with = "persona")]
    pub persona: Persona,
    /// Its words.
    #[serde(flatten)]
    pub text: Both,
}

/// "If you could do only one": it only breaks ties.
#[derive(Debug, Clone, Deserialize)]
pub struct Choice {
    /// The question.
    #[serde(flatten)]
    pub text: Both,
    /// What can be chosen.
    #[serde(rename = "option")]
    pub options: Vec<Pick>,
}

/// The whole survey.
#[derive(Debug, Clone, Deserialize)]
pub struct Survey {
    /// Its title.
    pub title: Both,
    /// What it is.
    pub intro: Both,
    /// How to answer.
    pub instruction: Both,
    /// The scale.
    #[serde(rename = "answer")]
    pub answers: Vec<Answer>,
    /// The statements in the order of the form.
    #[serde(rename = "statement")]
    pub statements: Vec<Statement>,
    /// The forced choice.
    pub choice: Choice,
}

impl Survey {
    /// Reads it: the user's own copy where there is one. Only its words may be others, since answers are kept by the
    /// numbers of the statements.
    ///
    /// # Errors
    /// What does not fit, with file, line and column.
    pub fn read(texts: &Texts) -> Result<Self> {
        form::text(texts)?.toml()
    }

    /// As the program carries it: whatever its words, this is which statement speaks for which persona.
    pub fn carried() -> Result<Self> {
        let survey: Self = Texts::carried(PATH)?.toml()?;
        for persona in Persona::ALL {
            let count = survey.statements.iter().filter(|statement| statement.persona == persona).count();
            ensure!(count == 3, "{PATH}: {} has {count} statements, and needs 3", persona.as_str());
        }
        Ok(survey)
    }

    /// The persona of each statement, in the order of the form.
    pub fn personas(&self) -> Vec<Persona> {
        self.statements.iter().map(|statement| statement.persona).collect()
    }
}

/// A form tool that the form is written as a text for.
#[derive(Debug, Clone, Deserialize)]
pub struct Tool {
    /// Its name in words of the command line.
    pub name: String,
    /// Its own name.
    title: String,
    /// How the text gets into it.
    #[serde(flatten)]
    pub how: Both,
}

#[derive(Deserialize)]
struct Tools {
    tool: Vec<Tool>,
}

impl Tool {
    /// The tool a word names: `wenjuanxing`, `问卷星`, `Google Forms`.
    ///
    /// # Errors
    /// Wrong arguments, with the names there are.
    pub fn named(texts: &Texts, word: &str) -> Result<Self> {
        let tools: Tools = texts.get(TOOLS)?.toml()?;
        let wanted = word.trim().to_lowercase().replace([' ', '_'], "-");
        let is_it =
            |tool: &&Tool| tool.name == wanted || tool.title.to_lowercase().replace(' ', "-") == wanted;
        let names: Vec<String> = tools.tool.iter().map(|tool| tool.name.clone()).collect();
        tools.tool.iter().find(is_it).cloned().ok_or_else(|| {
            usage(format!(
                "--for {word}: no such form tool; there are {}; else use --format csv",
                names.join(", ")
            ))
        })
    }
}

fn persona<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Persona, D::Error> {
    let word = String::deserialize(deserializer)?;
    Persona::parse(&word).ok_or_else(|| serde::de::Error::custom(format!("there is no persona '{word}'")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Lang;

    #[test]
    fn the_form_is_whole() {
        let survey = Survey::carried().expect("is read");
        let numbers: Vec<i64> = survey.statements.iter().map(|statement| statement.number).collect();
        assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
        assert_eq!(survey.answers.iter().map(|answer| answer.value).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(survey.choice.options.len(), 4);
        assert!(survey.title.of(Lang::Zh).starts_with('您'));
    }
}
