//! The growing FAQ: `equip desk publish`, `faq`, `revise`, `unpublish`.

use super::{question, words};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::model::identity::platform_name;
use crate::output::Table;
use crate::output::safe::counted;
use crate::steps::equip::fields::persona;
use crate::steps::equip::limits::Limits;
use crate::store::faq::{self, Entry};
use crate::store::{erase, members};
use anyhow::{Result, bail};
use clap::Args;

/// The words of an entry, and whom it is for.
#[derive(Debug, Clone, Args)]
struct Said {
    /// What is asked, worded for everyone (else as it was asked)
    #[arg(long, value_name = "TEXT")]
    question: Option<String>,
    /// The answer, worded for everyone (else as it was given)
    #[arg(long, value_name = "TEXT")]
    answer: Option<String>,
    /// Only for those on this platform
    #[arg(long)]
    platform: Option<String>,
    /// Only for this persona: educator, status seeker, validator, collaborator
    #[arg(long, value_name = "NAME")]
    persona: Option<String>,
    /// The last day the answer holds (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
}

impl Said {
    fn onto(self, app: &App, mut entry: Entry) -> Result<Entry> {
        if let Some(text) = self.question {
            entry.asked = words(&text, "question")?;
        }
        if let Some(text) = self.answer {
            entry.answer = words(&text, "answer")?;
        }
        if let Some(text) = self.platform {
            entry.platform = Some(platform_name(&text));
        }
        if let Some(text) = self.persona {
            entry.persona = Some(persona("--persona", &text)?);
        }
        if let Some(text) = self.until {
            entry.expires = Some(typed::day("--until", &text)?);
        }
        if let Some(lang) = app.lang {
            entry.lang = Some(lang.word().into());
        }
        Ok(entry)
    }
}

/// Put an answer into everyone's handbook.
///
/// For those who read the language of whoever asked, unless --lang says which. Their name, addresses and handles may not be in it.
///
/// Example: groundswell equip desk publish 3 --question "May I show a beta in public?"
#[derive(Debug, Args)]
pub struct Publish {
    /// The question's number
    id: i64,
    #[command(flatten)]
    said: Said,
}

impl Publish {
    /// Adds the entry.
    pub fn run(self, app: &App) -> Result<End> {
        let found = question(app, self.id)?;
        let Some((answer, _)) = found.answer else {
            bail!("question {} has no answer yet: `groundswell equip desk answer {} TEXT`", self.id, self.id);
        };
        let asker = members::person(app.store()?, found.person, app.as_of())?;
        let lang = app.lang_for(asker.and_then(|person| person.language).as_deref());
        let new = Entry {
            question: Some(self.id),
            asked: found.text,
            answer,
            lang: Some(lang.word().into()),
            day: app.as_of(),
            ..Entry::default()
        };
        let entry = self.said.onto(app, new)?;
        let known = faq::list(app.store()?, app.as_of())?;
        let same = |other: &&Entry| {
            other.question == Some(self.id) && other.lang == entry.lang && other.removed.is_none()
        };
        if let Some(other) = known.iter().find(same) {
            bail!(
                "question {} is in the FAQ as {} already: `groundswell equip desk revise {} --answer TEXT`, or publish it in another language with --lang",
                self.id,
                other.id,
                other.id
            );
        }
        names_nobody(app, &entry, found.person)?;
        let id = app.write(|store| {
            let id = faq::add(store, &entry)?;
            let note = Note::program("equip desk publish", format!("FAQ {id}")).change("", &*entry.asked);
            Ok((id, vec![note]))
        })?;
        app.screen.say(&format!("FAQ {id}: {}", entry.asked));
        app.screen.next("groundswell equip changed", "whose handbook lacks it");
        Ok(End::Done)
    }
}

/// That an entry does not tell who asked.
fn names_nobody(app: &App, entry: &Entry, person: i64) -> Result<()> {
    let known = erase::words(app.store()?, person)?;
    for (flag, text) in [("--question", &entry.asked), ("--answer", &entry.answer)] {
        if known.are_in(text) {
            return Err(usage(format!(
                "the text names whoever asked: word it for everyone with {flag} TEXT ('{text}')"
            )));
        }
    }
    Ok(())
}

/// The answers that stand in handbooks.
///
/// The newest of them, as many as a page holds, are in each handbook of its language, platform and persona.
///
/// Example: groundswell equip desk faq
#[derive(Debug, Args)]
pub struct Faq {
    /// What was taken out too
    #[arg(long)]
    removed: bool,
}

impl Faq {
    /// Lists them.
    pub fn run(self, app: &App) -> Result<End> {
        let mut table = Table::new(&[
            "id",
            "?question",
            "~asked",
            "~answer",
            "?platform",
            "?persona",
            "?lang",
            "?until",
            "?day",
            "state",
        ])
        .or_say("No answer is published yet: `groundswell equip desk publish N` with one worth repeating.");
        for entry in faq::list(app.store()?, app.as_of())? {
            if entry.removed.is_some() && !self.removed {
                continue;
            }
            let state = if entry.removed.is_some() {
                "removed"
            } else if entry.expires.is_some_and(|last| last < app.as_of()) {
                "expired"
            } else {
                "ok"
            };
            table.row(vec![
                entry.id.into(),
                entry.question.into(),
                entry.asked.into(),
                entry.answer.into(),
                entry.platform.into(),
                entry.persona.into(),
                entry.lang.into(),
                entry.expires.map(|day| day.to_string()).into(),
                entry.day.to_string().into(),
                state.into(),
            ]);
        }
        if !table.rows.is_empty() {
            table.note(format!(
                "{} up to {}; a handbook holds the newest {} for its reader",
                counted(table.rows.len(), "answer", "answers"),
                app.as_of(),
                Limits::read()?.faq.most
            ));
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell equip desk revise N --answer TEXT", "to say it better");
        Ok(End::Done)
    }
}

/// Say an answer of the FAQ anew, or for others.
///
/// Example: groundswell equip desk revise 2 --answer "Yes; say that it is a beta" --platform youtube
#[derive(Debug, Args)]
pub struct Revise {
    /// Its number, as `equip desk faq` shows it
    id: i64,
    #[command(flatten)]
    said: Said,
}

impl Revise {
    /// Changes the entry.
    pub fn run(self, app: &App) -> Result<End> {
        let before = published(app, self.id)?;
        let entry = self.said.onto(app, before.clone())?;
        if entry == before {
            return Err(usage("nothing to change: name what is to be different, such as --answer TEXT"));
        }
        if let Some(asked) = before.question {
            names_nobody(app, &entry, question(app, asked)?.person)?;
        }
        app.write(|store| {
            faq::change(store, &entry)?;
            let said = |entry: &Entry| format!("{}: {}", entry.asked, entry.answer);
            let note = Note::program("equip desk revise", format!("FAQ {}", entry.id));
            Ok(((), vec![note.change(said(&before), said(&entry))]))
        })?;
        app.screen.say(&format!("Changed FAQ {}: {}", entry.id, entry.asked));
        app.screen.next("groundswell equip changed", "whose handbook says something else");
        Ok(End::Done)
    }
}

/// Take an answer out of the FAQ.
///
/// The question stays at the desk, and copies that hold it stay as they are.
///
/// Example: groundswell equip desk unpublish 2
#[derive(Debug, Args)]
pub struct Unpublish {
    /// Its number, as `equip desk faq` shows it
    id: i64,
}

impl Unpublish {
    /// Takes it out.
    pub fn run(self, app: &App) -> Result<End> {
        let entry = published(app, self.id)?;
        app.write(|store| {
            faq::remove(store, entry.id, app.as_of())?;
            let note = Note::program("equip desk unpublish", format!("FAQ {}", entry.id));
            Ok(((), vec![note.change(&*entry.asked, "")]))
        })?;
        app.screen.say(&format!("Took out FAQ {}: {}", entry.id, entry.asked));
        app.screen.next("groundswell equip changed", "whose handbook still holds it");
        Ok(End::Done)
    }
}

/// An entry that stands in the FAQ.
fn published(app: &App, id: i64) -> Result<Entry> {
    let known = faq::list(app.store()?, app.as_of())?;
    match known.into_iter().find(|entry| entry.id == id) {
        Some(Entry { removed: Some(day), .. }) => bail!("FAQ {id} was taken out on {day}"),
        Some(entry) => Ok(entry),
        None => bail!("there is no FAQ {id}; see `groundswell equip desk faq`"),
    }
}
