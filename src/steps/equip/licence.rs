//! Licences: known ones by their SPDX name, with what they ask; anything else stays as it was said.

use crate::data::{self, Lang};
use anyhow::{Context, Result};
use serde::Deserialize;

/// One licence of data/licences.toml.
#[derive(Debug, Clone, Deserialize)]
pub struct Licence {
    /// Its SPDX name.
    pub id: String,
    also: Vec<String>,
    /// Where it can be read.
    pub url: String,
    en: String,
    zh: String,
}

#[derive(Deserialize)]
struct File {
    licence: Vec<Licence>,
}

impl Licence {
    /// All that are known.
    pub fn all() -> Result<Vec<Self>> {
        let file: File = toml::from_str(data::needed("licences.toml")?).context("data/licences.toml")?;
        Ok(file.licence)
    }

    /// What it asks of whoever uses the thing.
    pub fn asks(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }

    fn is_called(&self, text: &str) -> bool {
        let wanted = bare(text);
        self.also.iter().chain([&self.id]).any(|name| bare(name) == wanted)
    }
}

/// The one a text names, whatever its case, blanks, hyphens and dots; a version may be left out of none.
pub fn named<'a>(known: &'a [Licence], text: &str) -> Option<&'a Licence> {
    known.iter().find(|licence| licence.is_called(text))
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_licences_in_many_ways() {
        let known = Licence::all().expect("reads");
        let id = |text: &str| named(&known, text).map(|licence| licence.id.as_str());
        for text in ["CC-BY-4.0", "cc by 4.0", "CC BY", "cc-by"] {
            assert_eq!(id(text), Some("CC-BY-4.0"), "{text}");
        }
        assert_eq!(id("CC BY-NC-SA 4.0"), Some("CC-BY-NC-SA-4.0"));
        assert_eq!(id("mit"), Some("MIT"));
        for text in ["", "with our leave, until May", "CC BY 3.0"] {
            assert_eq!(id(text), None, "{text}");
        }
    }

    #[test]
    fn each_can_be_read_and_no_two_have_one_name() {
        let known = Licence::all().expect("reads");
        let mut names: Vec<String> =
            known.iter().flat_map(|l| l.also.iter().chain([&l.id]).map(|name| bare(name))).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert!(count - names.len() <= known.len(), "only a name of one licence may come twice");
        for licence in &known {
            assert!(licence.url.starts_with("https://"), "{}", licence.id);
            assert!(!licence.asks(Lang::En).is_empty() && !licence.asks(Lang::Zh).is_empty());
            assert_eq!(named(&known, &licence.id).map(|l| &l.id), Some(&licence.id));
        }
    }
}
