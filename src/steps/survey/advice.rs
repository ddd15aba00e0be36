//! What a persona suggests, from data/personas: how to speak, what to ask, how to thank, what hints at it.

use super::personas::persona_of;
use crate::app::{App, texts};
use crate::data::Lang;
use crate::model::persona::Persona;
use anyhow::Result;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Texts in both languages.
#[derive(Debug, Clone, Deserialize)]
pub struct Texts {
    en: Vec<String>,
    zh: Vec<String>,
}

impl Texts {
    /// The texts in a language.
    pub fn of(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// One persona's file.
#[derive(Debug, Clone, Deserialize)]
pub struct Advice {
    /// The kinds of act that hint at it.
    observed: Vec<String>,
    /// Kinds that hint at it only on some platforms.
    #[serde(default)]
    observed_on: BTreeMap<String, Vec<String>>,
    /// How to speak to them.
    pub speak: Texts,
    /// What to ask them.
    pub ask: Texts,
    /// How to thank them.
    pub thank: Texts,
}

impl Advice {
    /// Reads the file of a persona.
    pub fn of(texts: &texts::Texts, persona: Persona) -> Result<Self> {
        texts.get(&format!("personas/{}.toml", persona.as_str().replace(' ', "-")))?.toml()
    }

    /// Whether an act of this kind on this platform hints at the persona.
    pub fn hints(&self, kind: &str, platform: &str) -> bool {
        self.observed.iter().any(|known| known == kind)
            || self
                .observed_on
                .get(kind)
                .is_some_and(|platforms| platforms.iter().any(|known| known == platform))
    }
}

/// The persona of a person and what it suggests; none where their answers do not say one.
///
/// # Errors
/// Where the user's own copy of the persona's file cannot be read.
pub fn known(app: &App, person: i64) -> Result<Option<(Persona, Advice)>> {
    let found = persona_of(app.store()?, app.as_of())?.remove(&person);
    let persona = found.and_then(|found| Persona::parse(&found.label()?));
    persona.map(|persona| Ok((persona, Advice::of(&app.texts(), persona)?))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_persona_has_its_file() {
        for persona in Persona::ALL {
            let advice = Advice::of(&texts::Texts::default(), persona).expect("is read");
            for texts in [&advice.speak, &advice.ask, &advice.thank] {
                assert!(!texts.of(Lang::En).is_empty() && !texts.of(Lang::Zh).is_empty());
            }
        }
        let status = Advice::of(&texts::Texts::default(), Persona::StatusSeeker).expect("is read");
        assert!(status.hints("talk", "conference") && status.hints("post", "linkedin"));
        assert!(!status.hints("post", "forum"));
    }
}
