//! `equip edit`: something of the library, said anew.

use super::fields::{Fields, whole};
use super::kind::Kind;
use super::library::{find, library};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::store::items::{self, Item};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

/// Change something in the library.
///
/// What is not named stays. `equip changed` tells whose handbook holds the former one.
///
/// Example: groundswell equip edit 4 --expires 2027-12-31 --clear persona
#[derive(Debug, Args)]
pub struct Edit {
    /// Its number, as `equip list` shows it
    id: String,
    #[command(flatten)]
    fields: Fields,
    /// What it is to say nothing of any more
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIELD")]
    clear: Vec<Clear>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Clear {
    Body,
    Url,
    File,
    Platform,
    Persona,
    Lang,
    Role,
    Subject,
    Licence,
    Expires,
    Successor,
}

impl Edit {
    /// Changes the item.
    pub fn run(self, app: &App) -> Result<End> {
        let known = library(app)?;
        let entry = find(&known, &self.id)?;
        if entry.is_shipped() {
            bail!(
                "{} comes with the program and cannot be changed; your own takes its place: groundswell equip show {} > mine.md, change it, and groundswell equip add playbook --file mine.md",
                entry.key,
                entry.key
            );
        }
        if let Some(day) = entry.item.removed {
            bail!("{} {} was taken out on {day}; add it again", entry.item.kind, entry.key);
        }
        if self.fields.is_empty() && self.clear.is_empty() && app.lang.is_none() {
            return Err(usage(
                "nothing to change: name what is to be different, such as --title TEXT or --clear expires",
            ));
        }
        let kind = Kind::named(&entry.item.kind).context("an item of no known kind")?;
        let before = entry.item.clone();
        let cleared = self.clear.iter().fold(before.clone(), |item, field| without(item, *field));
        let item = self.fields.onto(app, kind, &known, cleared)?;
        let item = whole(kind, item)?;
        if item == before {
            app.screen.say(&format!("{} {} says that already; nothing was changed.", item.kind, item.id));
            return Ok(End::Done);
        }
        let (was, is) = differences(&before, &item);
        app.write(|store| {
            items::change(store, &item)?;
            let note = Note::program("equip edit", format!("{} {}", item.kind, item.id)).change(was, is);
            Ok(((), vec![note]))
        })?;
        app.screen.say(&format!("Changed {} {}: {}", item.kind, item.id, item.title));
        app.screen.next("groundswell equip changed", "who has a copy that says something else");
        Ok(End::Done)
    }
}

fn without(item: Item, field: Clear) -> Item {
    match field {
        Clear::Body => Item { body: None, ..item },
        Clear::Url => Item { url: None, ..item },
        Clear::File => Item { file: None, ..item },
        Clear::Platform => Item { platform: None, ..item },
        Clear::Persona => Item { persona: None, ..item },
        Clear::Lang => Item { lang: None, ..item },
        Clear::Role => Item { role: None, ..item },
        Clear::Subject => Item { subject: None, ..item },
        Clear::Licence => Item { licence: None, ..item },
        Clear::Expires => Item { expires: None, ..item },
        Clear::Successor => Item { successor: None, ..item },
    }
}

/// What an item says, field by field.
pub fn said(item: &Item) -> Vec<(&'static str, Option<String>)> {
    vec![
        ("title", Some(item.title.clone())),
        ("platform", item.platform.clone()),
        ("persona", item.persona.clone()),
        ("lang", item.lang.clone()),
        ("url", item.url.clone()),
        ("file", item.file.clone()),
        ("role", item.role.clone()),
        ("subject", item.subject.clone()),
        ("licence", item.licence.clone()),
        ("expires", item.expires.map(|day| day.to_string())),
        ("successor", item.successor.map(|id| id.to_string())),
        ("body", item.body.clone()),
    ]
}

/// Before and after, for the log.
fn differences(before: &Item, after: &Item) -> (String, String) {
    let (mut was, mut is) = (Vec::new(), Vec::new());
    for ((name, old), (_, new)) in said(before).into_iter().zip(said(after)) {
        if old != new {
            was.push(format!("{name}: {}", old.unwrap_or_default()));
            is.push(format!("{name}: {}", new.unwrap_or_default()));
        }
    }
    (was.join("; "), is.join("; "))
}
