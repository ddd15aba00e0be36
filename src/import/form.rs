//! The survey's form as answers to it are recognised: statements, labels and the choice, in all their languages.

use super::headers::{bare, folded};
use crate::app::form;
use crate::app::texts::Texts;
use anyhow::Result;

/// The parts of the form that answers are recognised by.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Form {
    #[serde(rename = "statement")]
    statements: Vec<Statement>,
    answer: Vec<Label>,
    choice: Choice,
}

#[derive(Debug, Clone, serde::Deserialize)]
struct Statement {
    number: u8,
    en: String,
    zh: String,
}

#[derive(Debug, Clone, serde::Deserialize)]
struct Label {
    value: i64,
    en: String,
    zh: String,
    /// Words of other scales.
    #[serde(default)]
    also: Vec<String>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
struct Choice {
    en: String,
    zh: String,
    option: Vec<Option_>,
}

#[derive(Debug, Clone, serde::Deserialize)]
struct Option_ {
    persona: String,
    en: String,
    zh: String,
}

impl Form {
    /// Reads it: the user's own copy where there is one.
    ///
    /// # Errors
    /// What does not fit, with file, line and column.
    pub fn read(texts: &Texts) -> Result<Self> {
        form::text(texts)?.toml()
    }

    /// A form of these statements, each in all its languages.
    #[cfg(test)]
    pub fn of(statements: &[[&str; 2]]) -> Self {
        let statement =
            |(number, [en, zh]): (u8, &[&str; 2])| Statement { number, en: (*en).into(), zh: (*zh).into() };
        Self { statements: (1..).zip(statements).map(statement).collect(), ..Self::default() }
    }

    /// The statements with their numbers, in English and in Chinese.
    pub fn statements(&self) -> impl Iterator<Item = (u8, [&str; 2])> {
        self.statements.iter().map(|statement| (statement.number, [statement.en.as_str(), &statement.zh]))
    }

    /// The statement that a header or cell asks for: its text whole, within a grid's header, or with a slip or two in
    /// it. `whole` and its parts `own`, which may be the statement alone, are as `bare` makes them.
    pub fn statement(&self, whole: &str, own: &[String]) -> Option<u8> {
        let asks = |(_, texts): &(u8, [&str; 2])| texts.iter().any(|text| is_asked(&bare(text), whole, own));
        self.statements().find(asks).map(|(number, _)| number)
    }

    /// Whether a header is the forced choice's question, alone or within what a tool puts around it (`14、...`).
    pub fn is_choice(&self, header: &str) -> bool {
        let header = bare(header);
        [&self.choice.en, &self.choice.zh]
            .into_iter()
            .any(|text| !bare(text).is_empty() && header.contains(&bare(text)))
    }

    /// The number that a label stands for.
    pub fn label(&self, cell: &str) -> Option<i64> {
        let cell = folded(cell);
        self.answer
            .iter()
            .find(|label| {
                [&label.en, &label.zh].into_iter().chain(&label.also).any(|text| folded(text) == cell)
            })
            .map(|label| label.value)
    }

    /// The persona of an option: its text whole, within what a tool puts around it (`A. ...`), or the persona's name.
    pub fn choice(&self, cell: &str) -> Option<String> {
        let (whole, bared) = (folded(cell), bare(cell));
        let said = |option: &&Option_| {
            folded(&option.persona) == whole
                || [&option.en, &option.zh]
                    .iter()
                    .map(|text| bare(text))
                    .any(|text| !text.is_empty() && bared.contains(&text))
        };
        self.choice.option.iter().find(said).map(|option| option.persona.clone())
    }
}

fn is_asked(statement: &str, whole: &str, own: &[String]) -> bool {
    let length = statement.chars().count();
    let alike = |own: &String| {
        let other = own.chars().count();
        // Texts of other lengths cannot be alike, and comparing them takes long.
        other > 12
            && other.abs_diff(length) * 10 <= other.max(length)
            && strsim::normalized_levenshtein(own, statement) > 0.9
    };
    !statement.is_empty() && (whole.contains(statement) || own.iter().any(alike))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_is_known_within_what_tools_put_around_it() {
        let form = Form::read(&Texts::default()).expect("is read");
        assert!(
            form.is_choice("15、如果只能选一件事，您会选哪一件？")
                && form.is_choice("13. If you could do only one of these: which?")
        );
        assert!(!form.is_choice("") && !form.is_choice("If you could"));
        assert_eq!(form.choice("D. 和团队一起改进产品").as_deref(), Some("collaborator"));
        assert_eq!(form.choice("Status seeker").as_deref(), Some("status seeker"));
        assert_eq!(form.choice("Something else"), None);
    }
}
