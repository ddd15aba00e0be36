//! `member consent`: what someone agreed to be asked or named in, since when, and where they said so.

use super::segment::Who;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::consent::{PURPOSES, needs_a_yes};
use crate::output::Table;
use crate::store::members::Person;
use crate::store::stages::{self, Said};
use anyhow::Result;
use clap::Args;

/// What someone agreed to be asked or named in, and where they said so.
///
/// Kinds: contact (any message at all); exclusive, open, feedback (briefs); post, talk, review, reference (asks); named
/// (being named in public). Nothing on file is a no for exclusive and named, and leaves the others open. A no
/// is dated like a yes: what was sent before stays sent.
///
/// Example: groundswell member consent ana@example.com --for exclusive yes --source "kickoff call"
#[derive(Debug, Args)]
pub struct Consent {
    /// Whom; nobody to see everyone's answers
    member: Option<String>,
    /// yes or no; nothing to see what is on file, with its history
    answer: Option<String>,
    /// For what: contact, exclusive, open, feedback, post, talk, review, reference, named
    #[arg(long = "for", value_name = "KIND")]
    purpose: Option<String>,
    /// Where they said so
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Consent {
    /// Writes the consent down, or lists them.
    pub fn run(self, app: &App) -> Result<End> {
        let purpose = self.purpose.as_deref().map(read).transpose()?;
        let Some(member) = &self.member else { return everyone(app, purpose, &self.who) };
        if self.who.is_given() {
            return Err(usage("both a member and --who were given: leave one out"));
        }
        let person = app.member(member)?;
        let Some(answer) = &self.answer else { return list(app, &person, purpose) };
        let given = match crate::model::time::half_width(answer.trim()).to_lowercase().as_str() {
            "yes" | "y" | "是" => true,
            "no" | "n" | "否" => false,
            _ => return Err(usage(format!("'{answer}': say yes or no"))),
        };
        let purpose = match purpose {
            Some(purpose) => purpose,
            None => read(&app.text(None, &format!("For what ({})?", PURPOSES.join(", ")), "--for KIND")?)?,
        };
        let source = app.text(self.source, "Where did they say so?", "--source TEXT")?;
        let source = source.trim();
        if source.is_empty() {
            return Err(usage("--source is empty: say where they said so, such as \"mail of 3 May\""));
        }
        let before = stages::said(app.store()?, Some(person.id), app.as_of())?
            .into_iter()
            .find(|said| said.is_current && said.purpose == purpose)
            .map_or_else(String::new, |said| format!("{} ({}, {})", word(said.given), said.day, said.source));
        app.write(|store| {
            stages::consent(store, person.id, purpose, given, app.now(), app.as_of(), source)?;
            let note = Note::of("member consent", person.id, format!("consent for {purpose}"));
            Ok(((), vec![note.change(before, format!("{} ({}, {source})", word(given), app.as_of()))]))
        })?;
        app.screen.say(&format!("{}: {} for {purpose}", person.label(), word(given)));
        app.screen.next(&format!("groundswell member consent {}", person.id), "all that is on file");
        Ok(End::Done)
    }
}

const fn word(given: bool) -> &'static str {
    if given { "yes" } else { "no" }
}

/// A kind of consent by its word.
fn read(word: &str) -> Result<&'static str> {
    let word = crate::model::time::half_width(word.trim()).to_lowercase();
    PURPOSES.into_iter().find(|known| *known == word).ok_or_else(|| {
        usage(format!("--for {word}: there is no such kind; they are {}", PURPOSES.join(", ")))
    })
}

/// What holds as long as nothing is on file.
fn silence() -> String {
    let (no, open): (Vec<_>, Vec<_>) = PURPOSES.into_iter().partition(|purpose| needs_a_yes(purpose));
    format!("Nothing on file is a no for {}; {} may be asked.", no.join(" and "), open.join(", "))
}

/// One person's answers with their history.
fn list(app: &App, person: &Person, purpose: Option<&str>) -> Result<End> {
    let mut table = Table::new(&["purpose", "given", "day", "source", "now"])
        .or_say("No consent is on file; add one with --for KIND yes --source TEXT.");
    for said in stages::said(app.store()?, Some(person.id), app.as_of())? {
        if purpose.is_none_or(|purpose| purpose == said.purpose) {
            table.row(vec![
                said.purpose.into(),
                word(said.given).into(),
                said.day.to_string().into(),
                said.source.into(),
                word(said.is_current).into(),
            ]);
        }
    }
    table.note(format!(
        "{}, {}: now says whether it still holds. {}",
        person.label(),
        app.as_of(),
        silence()
    ));
    app.screen.show(&table)?;
    Ok(End::Done)
}

/// What holds of everyone who said something.
fn everyone(app: &App, purpose: Option<&str>, who: &Who) -> Result<End> {
    let who = who.chosen(app)?;
    let wanted = |said: &Said| {
        said.is_current
            && purpose.is_none_or(|purpose| purpose == said.purpose)
            && who.as_ref().is_none_or(|who| who.contains(said.person))
    };
    let all = stages::said(app.store()?, None, app.as_of())?;
    let said: Vec<Said> = all.into_iter().filter(|said| wanted(said)).collect();
    let names = app.names(said.iter().map(|said| said.person))?;
    let mut table = Table::new(&["member", "name", "purpose", "given", "day", "source"])
        .or_say("No consent is on file; write one down with `groundswell member consent MEMBER yes --for KIND --source TEXT`.");
    for said in said {
        table.row(vec![
            said.person.into(),
            names.get(&said.person).cloned().into(),
            said.purpose.into(),
            word(said.given).into(),
            said.day.to_string().into(),
            said.source.into(),
        ]);
    }
    table.note(silence());
    table.notes.extend(who.map(|who| who.note()));
    app.screen.show(&table)?;
    app.screen.next("groundswell member consent MEMBER", "one person's answers with their history");
    Ok(End::Done)
}
