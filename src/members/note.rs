//! `member note` and `member tag`: what a manager writes beside a member.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::output::safe::counted;
use crate::store::tags;
use anyhow::Result;
use clap::Args;

/// Write something down about someone.
///
/// Example: groundswell member note ana@example.com "met at the meetup in May"
#[derive(Debug, Args)]
pub struct Write {
    /// About whom
    member: String,
    /// What
    text: Option<String>,
}

impl Write {
    /// Writes the note.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let text = app.text(self.text, "What do you want to remember?", "the text")?;
        app.write(|store| {
            tags::note(store, person.id, app.now(), app.as_of(), text.trim())?;
            Ok(((), vec![Note::of("member note", person.id, "note").change("", text.trim())]))
        })?;
        app.screen.say(&format!("Noted about {}", person.label()));
        app.screen
            .next(&format!("groundswell member show {}", person.id), "notes and all else on one screen");
        Ok(End::Done)
    }
}

/// Put a tag on someone, or take it off.
///
/// Example: groundswell member tag ana@example.com beta berlin
#[derive(Debug, Args)]
pub struct Tag {
    /// Whom
    member: String,
    /// The tags
    #[arg(required = true)]
    tags: Vec<String>,
    /// Take them off
    #[arg(long)]
    remove: bool,
}

impl Tag {
    /// Changes the tags.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        if let Some(bad) = self.tags.iter().find(|tag| tag.trim().is_empty() || tag.contains(',')) {
            return Err(usage(format!("'{bad}' cannot be a tag: one word or phrase without commas")));
        }
        let changed = app.write(|store| {
            let mut notes = Vec::new();
            for tag in self.tags.iter().map(|tag| tag.trim()) {
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
        app.screen.next(&format!("groundswell member list --tag {}", self.tags[0]), "everyone with that tag");
        Ok(End::Done)
    }
}
