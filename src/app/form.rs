//! The survey's form as a user may change it: its words, and nothing that answers are kept by.

use super::texts::{Text, Texts};
use anyhow::{Result, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Where it stands.
pub const PATH: &str = "survey/statements.toml";

/// What must stay: numbers, values and personas in their order.
#[derive(Debug, Deserialize)]
struct Frame {
    #[serde(rename = "statement")]
    statements: Vec<Line>,
    #[serde(rename = "answer")]
    answers: Vec<Line>,
    choice: Choice,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(rename = "option")]
    options: Vec<Line>,
}

#[derive(Debug, Deserialize)]
struct Line {
    number: Option<i64>,
    value: Option<i64>,
    persona: Option<String>,
    en: String,
    zh: String,
}

impl Line {
    fn stands_for(&self) -> (Option<i64>, Option<i64>, Option<&str>) {
        (self.number, self.value, self.persona.as_deref())
    }
}

/// The form's text: the user's own copy where there is one, in which only words are others.
///
/// # Errors
/// What does not fit, with file, line and column.
pub fn text(texts: &Texts) -> Result<Text> {
    let text = texts.get(PATH)?;
    let (own, carried): (Frame, Frame) = (text.toml()?, Texts::carried(PATH)?.toml()?);
    if let Some(at) = differs(&own.statements, &carried.statements) {
        bail!(
            "{}: there are {} statements, and only their words may be changed: numbers, order and personas stay, \
             since answers are kept by them",
            text.place_of("[[statement]]", at),
            carried.statements.len()
        );
    }
    ensure!(
        differs(&own.answers, &carried.answers).is_none(),
        "{}: the answers are 1 to 5, in this order; only their words may be changed",
        text.place_of("[[answer]]", 0)
    );
    ensure!(
        differs(&own.choice.options, &carried.choice.options).is_none(),
        "{}: one option for each persona, in the order they had; only their words may be changed",
        text.place_of("[[choice.option]]", 0)
    );
    for (head, lines) in [
        ("[[statement]]", &own.statements),
        ("[[answer]]", &own.answers),
        ("[[choice.option]]", &own.choice.options),
    ] {
        worded(&text, head, lines)?;
    }
    Ok(text)
}

/// The first line that stands for something else than the one it came from; where one has more, that place.
fn differs(own: &[Line], carried: &[Line]) -> Option<usize> {
    let same =
        own.iter().zip(carried).take_while(|(own, known)| own.stands_for() == known.stands_for()).count();
    (same < carried.len() || own.len() > carried.len()).then_some(same)
}

/// Every line says something in both languages, and no two say the same: answers are recognised by it.
fn worded(text: &Text, head: &str, lines: &[Line]) -> Result<()> {
    let mut said = BTreeSet::new();
    for (at, line) in lines.iter().enumerate() {
        for words in [&line.en, &line.zh] {
            let words = words.trim().to_lowercase();
            ensure!(
                !words.is_empty() && said.insert(words),
                "{}: each line needs words of its own in both languages, since answers are recognised by them",
                text.place_of(head, at)
            );
        }
    }
    Ok(())
}
