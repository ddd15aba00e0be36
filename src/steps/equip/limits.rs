//! The limits and words of this step, from data/equip.toml.

use crate::app::App;
use crate::data::{self, Lang};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file.
#[derive(Debug, Clone, Deserialize)]
pub struct Limits {
    /// Hours an answer at the desk may take where nothing else is set.
    pub desk_hours: f64,
    /// Days before its last day from which an item expires soon, where nothing else is set.
    pub soon_days: f64,
    /// The FAQ in handbooks.
    pub faq: Faq,
    /// Reply times.
    pub pace: Pace,
    /// When a copy is worth sending again.
    pub resend: Resend,
    /// What a playbook's sections begin with, by language and role.
    pub sections: BTreeMap<String, Sections>,
    /// What a playbook's page must keep to.
    pub page: Page,
    /// Platforms that have one playbook together, by its name.
    pub together: BTreeMap<String, Vec<String>>,
}

/// The FAQ in handbooks.
#[derive(Debug, Clone, Deserialize)]
pub struct Faq {
    /// So many at most.
    pub most: usize,
}

/// Reply times.
#[derive(Debug, Clone, Deserialize)]
pub struct Pace {
    /// So many answers it takes for a median.
    pub least: usize,
}

/// When a copy is worth sending again.
#[derive(Debug, Clone, Deserialize)]
pub struct Resend {
    /// Kinds of parts of which one is enough.
    pub at_once: Vec<String>,
    /// So many parts are.
    pub parts: usize,
    /// So many days old a copy is when one small change is.
    pub age_days: i32,
    /// What is said of a copy.
    pub words: BTreeMap<String, String>,
}

/// The headings of a playbook in one language.
#[derive(Debug, Clone, Deserialize)]
pub struct Sections {
    /// What works there.
    pub works: String,
    /// What not to do.
    pub avoid: String,
    /// How to disclose.
    pub disclose: String,
    /// How to measure.
    pub measure: String,
}

impl Sections {
    /// Those that stand in a playbook once.
    pub fn single(&self) -> [&str; 4] {
        [&self.works, &self.avoid, &self.disclose, &self.measure]
    }
}

/// What a playbook's page must keep to.
#[derive(Debug, Clone, Deserialize)]
pub struct Page {
    /// Example posts for each persona.
    pub examples: usize,
    /// The fewest and the most words.
    pub words: [usize; 2],
    /// Marks of something unfinished.
    pub unfinished: Vec<String>,
}

impl Limits {
    /// Reads the file.
    pub fn read() -> Result<Self> {
        toml::from_str(data::needed("equip.toml")?).context("data/equip.toml")
    }

    /// Hours an answer at the desk may take in this program.
    pub fn desk_hours(&self, app: &App) -> Result<i64> {
        Ok(app.number("reply.desk_hours", self.desk_hours)? as i64)
    }

    /// Days ahead an expiry is told in this program.
    pub fn soon_days(&self, app: &App) -> Result<i32> {
        Ok(app.number("equip.soon_days", self.soon_days)? as i32)
    }

    /// The name under which a platform's playbook stands.
    pub fn playbook_of<'a>(&'a self, platform: &'a str) -> &'a str {
        let among = |names: &Vec<String>| names.iter().any(|name| name == platform);
        self.together.iter().find(|(_, names)| among(names)).map_or(platform, |(name, _)| name)
    }

    /// The headings in a language.
    pub fn sections(&self, lang: Lang) -> Result<&Sections> {
        self.sections
            .get(lang.word())
            .with_context(|| format!("data/equip.toml: no [sections.{}]", lang.word()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_what_the_step_asks_it_for() {
        let limits = Limits::read().expect("reads");
        for lang in [Lang::En, Lang::Zh] {
            limits.sections(lang).expect("has headings");
        }
        for word in ["none", "at_once", "parts", "age", "little", "same"] {
            assert!(limits.resend.words.contains_key(word), "{word}");
        }
        assert_eq!((limits.playbook_of("spotify"), limits.playbook_of("x")), ("podcast", "x"));
        assert!(limits.page.words[0] < limits.page.words[1] && limits.pace.least >= 6);
    }
}
