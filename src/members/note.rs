//! `member note` and `member tag`: what a manager writes beside a member.

use crate::app::App;
use crate::app::ask::quoted;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::members::Person;
use crate::store::tags;
use anyhow::{Result, bail};
use clap::Args;

/// Write something down about someone, list what was written, or take it off.
///
/// Example: groundswell member note ana@example.com "met at the meetup in May"
#[derive(Debug, Args)]
pub struct Write {
    /// About whom
    member: String,
    /// What
    #[arg(conflicts_with_all = ["list", "remove"])]
    text: Option<String>,
    /// Everything noted about them, newest first
    #[arg(long, conflicts_with = "remove")]
    list: bool,
    /// Take the note with this number off
    #[arg(long, value_name = "N")]
    remove: Option<i64>,
}

impl Write {
    /// Writes the note, lists the notes, or takes one off.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        if self.list {
            return notes(app, &person);
        }
        if let Some(number) = self.remove {
            return forget(app, &person, number);
        }
        let text = app.text(self.text, "What do you want to remember?", "the text")?;
        let text = text.trim();
        if text.is_empty() {
            return Err(usage("an empty note says nothing: add the text"));
        }
        app.write(|store| {
            tags::note(store, person.id, app.now(), app.as_of(), text)?;
            Ok(((), vec![Note::of("member note", person.id, "note").change("", text)]))
        })?;
        app.screen.say(&format!("Noted about {}", person.label()));
        app.screen
            .next(&format!("groundswell member show {}", person.id), "notes and all else on one screen");
        Ok(End::Done)
    }
}

fn notes(app: &App, person: &Person) -> Result<End> {
    let mut table = Table::new(&[">note", "day", "~text"]).or_say(&format!(
        "Nothing is noted about {}: groundswell member note {} TEXT.",
        person.label(),
        person.id
    ));
    for note in tags::notes(app.store()?, person.id, app.as_of())? {
        table.row(vec![note.id.into(), note.day.to_string().into(), note.text.into()]);
    }
    app.screen.show(&table)?;
    if !table.rows.is_empty() {
        app.screen.next(&format!("groundswell member note {} --remove N", person.id), "to take one off");
    }
    Ok(End::Done)
}

fn forget(app: &App, person: &Person, number: i64) -> Result<End> {
    let known = tags::notes(app.store()?, person.id, app.as_of())?;
    let Some(note) = known.into_iter().find(|note| note.id == number) else {
        bail!("{} has no note {number}; see `groundswell member note {} --list`", person.label(), person.id);
    };
    app.write(|store| {
        tags::forget_note(store, note.id)?;
        Ok(((), vec![Note::of("member note", person.id, "note removed").change(&note.text, "")]))
    })?;
    app.screen.say(&format!("Note {number} about {} is gone", person.label()));
    app.screen.next(&format!("groundswell member note {} --list", person.id), "the notes that are left");
    Ok(End::Done)
}

/// Put tags on someone, take them off, or list them.
///
/// Example: groundswell member tag ana@example.com beta berlin
#[derive(Debug, Args)]
pub struct Tag {
    /// Whom
    member: String,
    /// The tags; none to list what there is
    #[arg(required_if_eq("remove", "true"))]
    tags: Vec<String>,
    /// Take them off
    #[arg(long)]
    remove: bool,
}

/// A tag without outer blanks, or an error that says what is wrong with it.
pub(super) fn read_tag(tag: &str) -> Result<&str> {
    let plain = tag.trim();
    if plain.is_empty() || plain.contains([',', '，']) {
        return Err(usage(format!("'{tag}' cannot be a tag: one word or phrase without commas")));
    }
    Ok(plain)
}

impl Tag {
    /// Changes the tags.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let wanted = self.tags.iter().map(|tag| read_tag(tag)).collect::<Result<Vec<&str>>>()?;
        let Some(first) = wanted.first() else { return list(app, &person) };
        let changed = app.write(|store| {
            let mut notes = Vec::new();
            for &tag in &wanted {
                if self.remove && tags::remove(store, person.id, tag)? {
                    notes.push(Note::of("member tag", person.id, "tag removed").change(tag, ""));
                } else if !self.remove && !tags::of(store, person.id)?.iter().any(|known| known == tag) {
                    tags::add(store, person.id, tag, app.as_of(), None)?;
                    notes.push(Note::of("member tag", person.id, "tag added").change("", tag));
                }
            }
            Ok((notes.len(), notes))
        })?;
        app.screen.say(&format!("{} of {} changed", counted(changed, "tag", "tags"), person.label()));
        app.screen
            .next(&format!("groundswell member list --tag {}", quoted(first)), "everyone with that tag");
        Ok(End::Done)
    }
}

fn list(app: &App, person: &Person) -> Result<End> {
    let mut table = Table::new(&["tag"]).or_say(&format!(
        "{} has no tags: groundswell member tag {} TAG.",
        person.label(),
        person.id
    ));
    for tag in tags::of(app.store()?, person.id)? {
        table.row(vec![tag.into()]);
    }
    app.screen.show(&table)?;
    Ok(End::Done)
}
