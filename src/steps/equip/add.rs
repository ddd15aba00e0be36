//! `equip add`: something for the library.

use super::fields::{Fields, complete, in_library};
use super::kind::Kind;
use super::library::library;
use crate::app::App;
use crate::app::ask::quoted;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::store::items::{self, Item};
use anyhow::Result;
use clap::Args;

/// Put something into the library.
///
/// A playbook's file may begin with a head between --- lines (platform, lang, title). What names no platform,
/// persona or --lang is for everyone.
///
/// Example: groundswell equip add asset --title "Logo" --file logo.svg --licence CC-BY-4.0 --expires 2027-06-30
#[derive(Debug, Args)]
pub struct Add {
    /// What it is
    #[arg(value_enum)]
    kind: Kind,
    #[command(flatten)]
    fields: Fields,
    /// The item whose place this one takes when that one expires
    #[arg(long, value_name = "N")]
    replaces: Option<i64>,
}

impl Add {
    /// Reads the answers and adds the item.
    pub fn run(self, app: &App) -> Result<End> {
        let (kind, replaces) = (self.kind, self.replaces);
        let known = library(app)?;
        if let Some(id) = replaces {
            in_library(&known, "--replaces", id)?;
        }
        let said = self.fields.title.is_some();
        let new = Item { kind: kind.word().into(), day: app.as_of(), ..Item::default() };
        let mut item = self.fields.onto(app, kind, &known, new)?;
        let mut flags = Vec::new();
        if item.title.is_empty() && !said {
            item.title = app.text(None, "What is it called?", "--title TEXT")?;
            flags.push(format!("--title {}", quoted(item.title.trim())));
        }
        let (item, answers) = complete(app, kind, item)?;
        flags.extend(answers);
        let id = app.write(|store| {
            let id = items::add(store, &item)?;
            if let Some(older) = replaces {
                items::succeed(store, older, id)?;
            }
            let note = Note::program("equip add", format!("{} {id}", item.kind)).change("", &item.title);
            Ok((id, vec![note]))
        })?;
        app.screen.say(&format!("Added {} {id}: {}", item.kind, item.title));
        if !flags.is_empty() {
            app.screen.aside(&format!("The same without questions: {}", App::command_with(&flags, &[])));
        }
        app.screen.next("groundswell equip handbook --all -o DIR", "everyone's handbook with it");
        Ok(End::Done)
    }
}
