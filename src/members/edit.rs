//! `member edit`: what is known of someone, corrected by hand.

use super::add::{About, not_erased, read_identities};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::model::identity::Identity;
use crate::model::time::Day;
use crate::store::members::{self, Person};
use crate::store::{Store, erasures, facts, identities};
use anyhow::{Result, bail};
use clap::Args;

/// Change what is known of someone.
///
/// An empty text clears a field: groundswell member edit 12 --company ""
#[derive(Debug, Args)]
pub struct Edit {
    /// Whom
    member: String,
    /// What they are called
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    about: About,
    /// Who of ours looks after them
    #[arg(long)]
    owner: Option<String>,
    /// Another e-mail address of theirs
    #[arg(long, value_name = "ADDRESS")]
    add_email: Vec<String>,
    /// Another handle of theirs, as platform:handle
    #[arg(long, value_name = "PLATFORM:HANDLE")]
    add_handle: Vec<String>,
    /// An e-mail address that is not theirs
    #[arg(long, value_name = "ADDRESS")]
    remove_email: Vec<String>,
    /// A handle that is not theirs, as platform:handle
    #[arg(long, value_name = "PLATFORM:HANDLE")]
    remove_handle: Vec<String>,
    /// One of our own people (yes or no): in no figure
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes")]
    staff: Option<String>,
    /// A machine (yes or no): in no figure
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", conflicts_with = "staff")]
    bot: Option<String>,
    /// Although an address or handle was erased: they asked to be here again
    #[arg(long)]
    though_erased: bool,
}

impl Edit {
    /// Changes the member.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let text = |field, value: Option<String>| value.map(|text| (field, text.trim().to_string()));
        let mut fields: Vec<_> = text("name", self.name).into_iter().collect();
        fields.extend(self.about.fields(day_or_nothing)?);
        fields.extend(text("owner", self.owner));
        let added = read_identities(("--add-email", &self.add_email), ("--add-handle", &self.add_handle))?;
        let removed = read_identities(
            ("--remove-email", &self.remove_email),
            ("--remove-handle", &self.remove_handle),
        )?;
        let standing = standing(self.staff.as_deref(), self.bot.as_deref())?;
        if fields.is_empty() && added.is_empty() && removed.is_empty() && standing.is_none() {
            return Err(usage("nothing to change: name a field, such as --company \"Acme\""));
        }
        not_erased(app.store()?, &added, self.though_erased)?;
        let changes = app.write(|store| {
            let mut notes = set(store, &person, &fields, app.as_of())?;
            notes.extend(known_by(store, &person, &added, &removed)?);
            if let Some(standing) = standing.filter(|standing| *standing != person.standing) {
                members::set_standing(store, person.id, standing)?;
                notes.push(Note::of("member edit", person.id, "standing").change(&person.standing, standing));
            }
            Ok((notes.len(), notes))
        })?;
        let what = if changes == 0 { "was so already" } else { "changed" };
        app.screen.say(&format!("Member {} {what}", person.id));
        app.screen.next(&format!("groundswell member show {}", person.id), "everything known of them");
        Ok(End::Done)
    }
}

/// Writes the fields that are other than they were.
fn set(store: &Store, person: &Person, fields: &[(&str, String)], day: Day) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    for (field, value) in fields {
        let before = facts::of_person(store, person.id, field, day)?.unwrap_or_default();
        if before != *value {
            facts::add(store, person.id, field, day, value, None)?;
            let what = format!("{field} of {}", person.label());
            notes.push(Note::of("member edit", person.id, what).change(before, value));
        }
    }
    Ok(notes)
}

/// Adds identities, and takes others away.
fn known_by(store: &Store, person: &Person, added: &[Identity], removed: &[Identity]) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    for identity in added {
        match members::by_identity(store, identity)? {
            Some(id) if id == person.id => {}
            Some(id) => bail!(
                "{} belongs to member {id}; if they are one person: groundswell member merge {} {id}",
                identity.name(),
                person.id
            ),
            None => {
                identities::add(store, person.id, identity)?;
                erasures::forget(store, identity)?;
                notes.push(Note::of("member edit", person.id, "identity added").change("", identity.name()));
            }
        }
    }
    for identity in removed {
        if !identities::remove(store, person.id, identity)? {
            bail!("{} is not known of {}", identity.name(), person.label());
        }
        notes.push(Note::of("member edit", person.id, "identity removed").change(identity.name(), ""));
    }
    Ok(notes)
}

/// An empty text clears a day as it clears any other field.
fn day_or_nothing(flag: &str, text: &str) -> Result<String> {
    if text.trim().is_empty() { Ok(String::new()) } else { Ok(typed::day(flag, text)?.to_string()) }
}

fn standing(staff: Option<&str>, bot: Option<&str>) -> Result<Option<&'static str>> {
    let read = |flag: &str, word: &str, yes: &'static str| match word.to_lowercase().as_str() {
        "yes" | "y" | "是" => Ok(yes),
        "no" | "n" | "否" => Ok("member"),
        _ => Err(usage(format!("{flag} {word}: say yes or no"))),
    };
    match (staff, bot) {
        (Some(word), _) => read("--staff", word, "staff").map(Some),
        (_, Some(word)) => read("--bot", word, "bot").map(Some),
        _ => Ok(None),
    }
}
