//! One advocate's message of a brief: the template of its kind and language, filled in.

use crate::app::texts::Texts;
use crate::data::Lang;
use crate::model::persona::Persona;
use crate::output::safe;
use crate::output::template::Place;
use crate::steps::survey::advice;
use anyhow::Result;
use serde::Serialize;

/// What a brief's template is filled with.
#[derive(Debug, Clone, Serialize)]
pub struct Values<'a> {
    /// What to call them.
    pub name: String,
    /// Their persona, in its words; empty where none is known.
    pub persona: String,
    /// What the program is called.
    pub program: &'a str,
    /// Who of ours signs.
    pub sender: Option<&'a str>,
    /// Where answers go.
    pub reply_to: Option<&'a str>,
    /// The brief's title.
    pub title: &'a str,
    /// The brief's text, Markdown.
    pub body: &'a str,
    /// Until when to keep it secret.
    pub embargo: Option<&'a str>,
    /// Whether there was an embargo that is over.
    pub lifted: bool,
    /// Their tracked link.
    pub link: Option<String>,
    /// Their code.
    pub code: Option<String>,
    /// By when an answer is wanted.
    pub answer_by: Option<String>,
    /// What marks this copy.
    pub mark: String,
}

/// A message, as Markdown and as mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The mail's subject.
    pub subject: String,
    /// The message with its heading.
    pub markdown: String,
    /// The mail's text, without heading.
    pub text: String,
    /// The places with several phrasings, in their order.
    pub places: Vec<Place>,
}

/// Fills the template of a kind of brief; `choose` says which of several phrasings stands at a place.
pub fn fill(
    texts: &Texts,
    kind: &str,
    lang: Lang,
    values: &Values,
    choose: impl Fn(&[String]) -> usize + Clone + Send + Sync + 'static,
) -> Result<Message> {
    let template = texts.get(&format!("templates/{}/brief-{kind}.md", lang.word()))?;
    let persona = Persona::parse(&values.persona);
    let part = persona.map(|persona| advice::lines(texts, persona, kind, lang)).transpose()?;
    let (markdown, text, places) = template.fill_choosing(part.as_ref(), values, choose)?;
    let (subject, text) = mail(&text, values.code.as_deref());
    Ok(Message { subject, markdown: markdown.trim_start().to_string(), text, places })
}

/// The first heading as the subject, and the rest without the signs of Markdown that only get in a mail's way.
fn mail(text: &str, code: Option<&str>) -> (String, String) {
    let text = safe::lines(text);
    let (first, rest) = text.trim_start().split_once('\n').unwrap_or((text.trim_start(), ""));
    let plain = |line: &str| {
        let heading = line.trim_start_matches('#');
        let line = if heading.starts_with(' ') && heading.len() < line.len() { heading.trim() } else { line };
        line.replace("**", "")
    };
    let mut body = rest.trim().lines().map(plain).collect::<Vec<_>>().join("\n");
    if let Some(code) = code {
        body = body.replace(&format!("`{code}`"), code);
    }
    (plain(first).trim().to_string(), body + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::share::wording;

    fn values(persona: &str) -> Values<'_> {
        Values {
            name: "Ana_L".into(),
            persona: persona.into(),
            program: "Circle",
            sender: None,
            reply_to: None,
            title: "Kettle *2*",
            body: "It **boils**.\n\n- fast",
            embargo: Some("2026-12-01 09:00 (UTC)"),
            lifted: false,
            link: Some("https://kettle.example/?utm_content=ana_l-1".into()),
            code: Some("ANA-10".into()),
            answer_by: None,
            mark: "AB34CD56".into(),
        }
    }

    #[test]
    fn every_kind_speaks_to_every_persona_in_both_languages() {
        for lang in [Lang::En, Lang::Zh] {
            for kind in ["exclusive", "open", "feedback"] {
                let mut tones = std::collections::BTreeSet::new();
                for persona in Persona::ALL.map(Persona::as_str).into_iter().chain([""]) {
                    let message =
                        fill(&Texts::default(), kind, lang, &values(persona), |_| 0).expect("fills");
                    assert!(message.markdown.contains("It **boils**.\n\n- fast"), "{}", message.markdown);
                    assert!(message.markdown.contains("?utm_content=ana_l-1"), "{}", message.markdown);
                    assert!(message.markdown.contains("AB34CD56") && message.text.contains("AB34CD56"));
                    assert_eq!(message.text.contains("ANA-10"), kind != "feedback", "{}", message.text);
                    assert_eq!(message.markdown.contains("2026-12-01 09:00"), kind != "open");
                    assert!(!message.markdown.contains("\n\n\n"), "{}", message.markdown);
                    tones.insert(message.markdown);
                }
                assert_eq!(tones.len(), 5, "{kind} {lang:?}");
            }
        }
    }

    #[test]
    fn what_is_told_after_its_embargo_is_no_secret() {
        for (lang, secrets) in [
            (Lang::En, ["among the few", "For you first", "secret"]),
            (Lang::Zh, ["少数几位", "先告诉您", "保密"]),
        ] {
            let message = fill(
                &Texts::default(),
                "exclusive",
                lang,
                &Values { embargo: None, lifted: true, ..values("") },
                |_| 0,
            )
            .expect("fills");
            for secret in secrets {
                assert!(!message.markdown.contains(secret), "{}", message.markdown);
            }
        }
    }

    #[test]
    fn a_mail_has_its_heading_as_subject() {
        let message = fill(&Texts::default(), "open", Lang::En, &values("educator"), |_| 0).expect("fills");
        assert_eq!(message.subject, "Kettle *2*");
        assert!(message.markdown.starts_with("# Kettle \\*2\\*\n\nHello Ana\\_L,\n"), "{}", message.markdown);
        assert!(message.text.starts_with("Hello Ana_L,\n") && message.text.contains("- Your code: ANA-10\n"));
        assert!(!message.text.contains("\n## "), "{}", message.text);
    }

    /// Whichever phrasing is chosen, the message says the same and holds together; and a leaked copy tells which was chosen.
    #[test]
    fn phrasings_can_be_told_apart_in_every_message() {
        for lang in [Lang::En, Lang::Zh] {
            for kind in ["exclusive", "feedback"] {
                for persona in Persona::ALL.map(Persona::as_str).into_iter().chain([""]) {
                    for last in [false, true] {
                        let choose = move |phrases: &[String]| if last { phrases.len() - 1 } else { 0 };
                        let message =
                            fill(&Texts::default(), kind, lang, &values(persona), choose).expect("fills");
                        assert!(message.places.len() >= 12, "{kind} {lang:?}: {}", message.places.len());
                        let text = wording::plain(&message.text);
                        let read = wording::read(&wording::kept(&message.places), &text);
                        for (phrases, read) in message.places.iter().zip(read) {
                            assert_eq!(read, Some(choose(phrases)), "{kind} {lang:?} {persona}: {phrases:?}");
                        }
                        assert!(!message.markdown.contains("\n\n\n"), "{}", message.markdown);
                    }
                }
            }
        }
    }
}
