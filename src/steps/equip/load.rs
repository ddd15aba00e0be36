//! `equip load`: a library from a CSV file, all of it or nothing.

use super::fields::{Fields, whole};
use super::kind::Kind;
use super::library::{Entry, library};
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::app::{App, given};
use crate::output::safe;
use crate::output::safe::counted;
use crate::store::items::{self, Item};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Put many things into the library, from a CSV file.
///
/// A header row, then one thing a row. Columns are named like the flags of `equip add`: kind and title are needed; body, file,
/// url, platform, persona, lang, role, subject, licence, expires are taken where they are there. What is in the library
/// already, word for word, is left alone; with an error anywhere nothing is added.
///
/// Example: groundswell equip load library.csv
#[derive(Debug, Args)]
pub struct Load {
    /// The file
    file: PathBuf,
}

const COLUMNS: [&str; 12] = [
    "kind", "title", "body", "file", "url", "platform", "persona", "lang", "role", "subject", "licence",
    "expires",
];

impl Load {
    /// Reads the rows, checks each of them, and adds what is new.
    pub fn run(self, app: &App) -> Result<End> {
        let known = library(app)?;
        let (mut new, mut there) = (Vec::new(), 0_usize);
        for (line, row) in rows(&self.file)? {
            let shown = format!("{}:{line}", self.file.display());
            let item =
                read(app, &row, &known).map_err(|error| anyhow!("{shown}: {error:#}; nothing was added"))?;
            let same = |other: &Item| {
                other.removed.is_none()
                    && Item { id: 0, day: item.day, successor: None, ..other.clone() } == item
            };
            if new.iter().any(same) || known.iter().any(|entry| entry.item.id > 0 && same(&entry.item)) {
                there += 1;
            } else {
                new.push(item);
            }
        }
        app.write(|store| {
            let mut notes = Vec::new();
            for item in &new {
                let id = items::add(store, item)?;
                notes
                    .push(Note::program("equip load", format!("{} {id}", item.kind)).change("", &item.title));
            }
            Ok(((), notes))
        })?;
        let added = counted(new.len(), "thing", "things");
        app.screen.say(&format!("Added {added}; {there} were in the library already."));
        app.screen.next("groundswell equip check", "what the library lacks");
        Ok(End::Done)
    }
}

type Row = BTreeMap<String, String>;

/// The rows by the names of their columns, with their line numbers; empty cells are left out.
fn rows(path: &std::path::Path) -> Result<Vec<(u64, Row)>> {
    let shown = path.display();
    given::is_file(path)?;
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{shown} cannot be read as text; save it as CSV in UTF-8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let heads: Vec<String> = reader.headers()?.iter().map(|head| head.trim().to_lowercase()).collect();
    if let Some(head) = heads.iter().find(|head| !COLUMNS.contains(&head.as_str())) {
        bail!("{shown}:1: no column is called '{head}'; they are {}", COLUMNS.join(", "));
    }
    for need in &COLUMNS[..2] {
        if !heads.iter().any(|head| head == need) {
            bail!("{shown}:1: the column {need} is missing");
        }
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| anyhow!("{shown}: {error}"))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() > heads.len() {
            bail!("{shown}:{line}: more cells than the header has; put quotes around a text with commas");
        }
        let cells = heads.iter().zip(record.iter().map(|cell| safe::unguard(cell.trim())));
        let row: Row = cells
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(head, cell)| (head.clone(), cell.into()))
            .collect();
        if !row.is_empty() {
            rows.push((line, row));
        }
    }
    if rows.is_empty() {
        bail!("{shown} has no rows below its header; nothing was added");
    }
    Ok(rows)
}

/// A row as an item, checked as `equip add` checks it.
fn read(app: &App, row: &Row, known: &[Entry]) -> Result<Item> {
    let cell = |name: &str| row.get(name).cloned();
    let word = cell("kind").unwrap_or_default();
    let kind = Kind::named(&word).ok_or_else(|| {
        let kinds = Kind::ALL.map(Kind::word).join(", ");
        anyhow!("kind '{word}': there is none; the kinds are {kinds}")
    })?;
    if row.contains_key("body") && row.contains_key("file") {
        bail!("body and file: one of them");
    }
    let fields = Fields {
        title: cell("title"),
        body: cell("body"),
        file: cell("file").map(PathBuf::from),
        url: cell("url"),
        platform: cell("platform"),
        persona: cell("persona"),
        role: cell("role"),
        subject: cell("subject"),
        licence: cell("licence"),
        expires: cell("expires"),
        successor: None,
    };
    let lang = cell("lang").map(|text| {
        crate::data::Lang::named(&text)
            .ok_or_else(|| anyhow!("lang '{text}': write en or zh"))
            .map(crate::data::Lang::word)
    });
    let new = Item {
        kind: kind.word().into(),
        day: app.as_of(),
        lang: lang.transpose()?.map(Into::into),
        ..Item::default()
    };
    whole(kind, fields.onto(app, kind, known, new)?)
}
