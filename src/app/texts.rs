//! The texts that go to people: the user's own copy beside the program file where there is one, else what the program carries.

use super::App;
use crate::data;
use crate::output::forms::Forms;
use crate::output::template::{self, Part};
use anyhow::{Context, Result, anyhow, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::path::PathBuf;

/// The folders under `data/` whose files a user may copy and change.
pub const OWN: [&str; 3] = ["templates", "personas", "survey"];
/// No text of anyone's is longer than this.
const LONGEST: u64 = 1024 * 1024;

/// Where the texts are.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    folder: PathBuf,
}

/// One text, and what an error calls it.
#[derive(Debug, Clone)]
pub struct Text {
    /// The path of the user's own copy, or its path under `data/`.
    pub name: String,
    /// What it says.
    pub source: Cow<'static, str>,
}

impl Texts {
    /// A text as the program carries it, whatever copies there are.
    pub fn carried(path: &str) -> Result<Text> {
        Ok(Text { name: path.to_owned(), source: Cow::Borrowed(data::needed(path)?) })
    }

    /// Where a user's own copy of a text is kept.
    pub fn own(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// A text by its path under `data/`.
    ///
    /// # Errors
    /// Where the user's own copy cannot be read, is no text, or is longer than a MiB.
    pub fn get(&self, path: &str) -> Result<Text> {
        let own = self.own(path);
        let shown = own.display();
        let Ok(meta) = std::fs::metadata(&own) else {
            return Self::carried(path);
        };
        if meta.len() > LONGEST {
            bail!(
                "{shown}: your own copy is longer than 1 MiB; delete it to use the text the program carries"
            );
        }
        let source = std::fs::read_to_string(&own).with_context(|| {
            format!("{shown}: your own copy cannot be read; delete it to use the text the program carries")
        })?;
        Ok(Text { name: shown.to_string(), source: Cow::Owned(source) })
    }
}

impl Text {
    /// Its name and what it says.
    pub fn pair(&self) -> (&str, &str) {
        (&self.name, &self.source)
    }

    /// It read as TOML.
    ///
    /// # Errors
    /// What does not fit, with file, line and column.
    pub fn toml<T: DeserializeOwned>(&self) -> Result<T> {
        toml::from_str(&self.source).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            anyhow!("{}{}: {}", self.name, data::place_in(&self.source, start), error.message())
        })
    }

    /// `FILE:LINE:COLUMN` of the line that is a heading for the so-manieth time, from 0; of the beginning where there
    /// is none.
    pub fn place_of(&self, heading: &str, nth: usize) -> String {
        let mut lines = self.source.lines().enumerate().filter(|(_, line)| line.trim() == heading);
        let line = lines.nth(nth).map_or(0, |(line, _)| line);
        format!("{}:{}:1", self.name, line + 1)
    }

    /// Its holes filled, escaped as its ending says.
    pub fn fill(&self, values: impl Serialize) -> Result<String> {
        template::fill(&self.name, &self.source, values)
    }

    /// The same, with a text that it may take in.
    pub fn fill_with(&self, part: Option<&Part>, values: impl Serialize) -> Result<String> {
        template::fill_with(&self.name, &self.source, part, values)
    }

    /// The same without any escaping, as a mail is read.
    pub fn fill_plain(&self, values: impl Serialize) -> Result<String> {
        template::fill_plain(&self.name, &self.source, values)
    }

    /// Escaped and unescaped, with one of several phrasings chosen at each place that has them; and these places.
    pub fn fill_choosing(
        &self,
        part: Option<&Part>,
        values: impl Serialize,
        choose: impl Fn(&[String]) -> usize + Clone + Send + Sync + 'static,
    ) -> Result<(String, String, Vec<template::Place>)> {
        let (marked_up, places) =
            template::fill_choosing(&self.name, &self.source, part, &values, choose.clone())?;
        let (plain, _) = template::fill_plain_choosing(&self.name, &self.source, part, &values, choose)?;
        Ok((marked_up, plain, places))
    }
}

impl App {
    /// How a language writes numbers, days and money.
    pub fn forms(&self, lang: data::Lang) -> Result<Forms> {
        self.texts().get(&format!("templates/{}/forms.toml", lang.word()))?.toml()
    }

    /// The texts of this program: copies are kept in the folder of its file.
    pub fn texts(&self) -> Texts {
        Texts { folder: self.path().parent().map(PathBuf::from).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ones_own_copy_comes_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let texts = Texts { folder: folder.path().to_path_buf() };
        let path = "templates/en/sender.txt";
        assert_eq!(texts.get(path).expect("is carried").name, path);
        std::fs::create_dir_all(folder.path().join("templates/en")).expect("a folder");
        std::fs::write(texts.own(path), "Mia").expect("writes");
        assert_eq!(texts.get(path).expect("is there").source, "Mia");
        std::fs::write(texts.own(path), [0xff, 0xfe]).expect("writes");
        let error = texts.get(path).expect_err("no text").to_string();
        assert!(error.contains("sender.txt: your own copy cannot be read"), "{error}");
    }
}
