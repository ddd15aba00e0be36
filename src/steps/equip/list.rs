//! `equip list` and `equip remove`: the library.

use super::kind::Kind;
use super::library::{State, find, library};
use super::limits::Limits;
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::model::identity::platform_name;
use crate::output::{Cell, Table};
use crate::store::items::{self, Item};
use anyhow::{Result, bail};
use clap::Args;

/// The library.
///
/// What was added, and the playbooks the program ships.
///
/// Example: groundswell equip list --kind asset
#[derive(Debug, Args)]
pub struct List {
    /// Only this kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Only what is for this platform
    #[arg(long)]
    platform: Option<String>,
    /// What was taken out too
    #[arg(long)]
    removed: bool,
}

impl List {
    /// Lists the items.
    pub fn run(self, app: &App) -> Result<End> {
        let platform = self.platform.as_deref().map(platform_name);
        let lang = app.lang.map(crate::data::Lang::word);
        let soon = Limits::read()?.soon_days(app)?;
        let mut table = Table::new(&[
            "id",
            "kind",
            "title",
            "platform",
            "?persona",
            "?lang",
            "?where",
            "?licence",
            "?expires",
            "?successor",
            "state",
        ])
        .or_say("Nothing in the library fits: add something with `groundswell equip add`.");
        for entry in library(app)? {
            let item = &entry.item;
            let wanted = self.kind.is_none_or(|kind| kind.word() == item.kind)
                && (platform.is_none() || item.platform == platform)
                && (lang.is_none() || item.lang.as_deref() == lang)
                && (self.removed || item.removed.is_none());
            if wanted {
                let id = if entry.is_shipped() { entry.key.clone().into() } else { Cell::Whole(item.id) };
                table.row(vec![
                    id,
                    item.kind.as_str().into(),
                    item.title.as_str().into(),
                    item.platform.clone().into(),
                    item.persona.clone().into(),
                    item.lang.clone().into(),
                    place(item),
                    item.licence.clone().into(),
                    item.expires.map(|day| day.to_string()).into(),
                    item.successor.into(),
                    State::of(item, app.as_of(), soon).words().into(),
                ]);
            }
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell equip check", "what is expired, unused or missing");
        Ok(End::Done)
    }
}

/// Where it is: its address, its file, or that the program carries it.
fn place(item: &Item) -> Cell {
    match (&item.url, &item.file) {
        (Some(url), _) => url.as_str().into(),
        (None, Some(file)) => file.as_str().into(),
        (None, None) if item.id == 0 => "shipped".into(),
        (None, None) => Cell::Missing,
    }
}

/// Take something out of the library.
///
/// Copies that hold it stay as they are.
///
/// Example: groundswell equip remove 4
#[derive(Debug, Args)]
pub struct Remove {
    /// Its number, as `equip list` shows it
    id: String,
}

impl Remove {
    /// Removes the item.
    pub fn run(self, app: &App) -> Result<End> {
        let entries = library(app)?;
        let entry = find(&entries, &self.id)?;
        let item = &entry.item;
        if entry.is_shipped() {
            bail!(
                "{} comes with the program and cannot be removed; your own takes its place: groundswell equip add playbook --platform {} --file PATH",
                entry.key,
                item.platform.as_deref().unwrap_or_default()
            );
        }
        if let Some(day) = item.removed {
            bail!("{} {} '{}' was taken out on {day} already", item.kind, item.id, item.title);
        }
        app.write(|store| {
            items::remove(store, item.id, app.as_of())?;
            let what = format!("took {} {} out", item.kind, item.id);
            Ok(((), vec![Note::program("equip remove", what).change(&item.title, "")]))
        })?;
        app.screen.say(&format!("Took out {} {}: {}", item.kind, item.id, item.title));
        app.screen.next("groundswell equip check", "whether something is missing now");
        Ok(End::Done)
    }
}
