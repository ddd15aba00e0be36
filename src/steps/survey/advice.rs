//! What a persona suggests, from data/personas: how to speak, what to ask, how to thank, what hints at it.

use super::personas::persona_of;
use crate::app::{App, texts};
use crate::data::Lang;
use crate::model::persona::Persona;
use crate::output::template::Part;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

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

/// What a text of one kind says to them, in both languages.
#[derive(Debug, Clone, Deserialize)]
struct Lines {
    en: Spanned<String>,
    zh: Spanned<String>,
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
    /// What texts that go to them say, by kind: `handbook`, and the kinds of briefs.
    #[serde(default)]
    letter: BTreeMap<String, Lines>,
}

/// What a text of a kind says to someone of a persona: the lines of the user's own copy of its file, or of the file the
/// program carries where that copy has none.
///
/// # Errors
/// Where the user's own copy cannot be read, with file, line and column.
pub fn lines(texts: &texts::Texts, persona: Persona, kind: &str, lang: Lang) -> Result<Part> {
    let path = Advice::path(persona);
    for text in [texts.get(&path)?, texts::Texts::carried(&path)?] {
        let mut advice: Advice = text.toml()?;
        if let Some(lines) = advice.letter.remove(kind) {
            let lines = if lang == Lang::Zh { lines.zh } else { lines.en };
            let span = lines.span();
            let line = lines.into_inner();
            // Between quotes a text stands as it is, unless something in it is escaped.
            let inside = text.source.get(span.clone()).and_then(|quoted| quoted.find(&line)).unwrap_or(0);
            let at = span.start + inside;
            return Ok(Part { file: text.name, whole: text.source.into_owned(), at, text: line });
        }
    }
    None.with_context(|| format!("data/{path} has no letter.{kind}"))
}

impl Advice {
    /// Reads the file of a persona.
    pub fn of(texts: &texts::Texts, persona: Persona) -> Result<Self> {
        texts.get(&Self::path(persona))?.toml()
    }

    fn path(persona: Persona) -> String {
        format!("personas/{}.toml", persona.as_str().replace(' ', "-"))
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
        for kind in ["handbook", "open", "exclusive", "feedback"] {
            for persona in Persona::ALL {
                let [en, zh] = [Lang::En, Lang::Zh]
                    .map(|lang| lines(&texts::Texts::default(), persona, kind, lang).expect("is there"));
                assert!(en.whole[en.at..].starts_with(&en.text) && zh.whole[zh.at..].starts_with(&zh.text));
                assert!(en.text != zh.text && zh.text.chars().any(|c| c > '一'), "{}", zh.text);
            }
        }
        let status = Advice::of(&texts::Texts::default(), Persona::StatusSeeker).expect("is read");
        assert!(status.hints("talk", "conference") && status.hints("post", "linkedin"));
        assert!(!status.hints("post", "forum"));
    }
}
