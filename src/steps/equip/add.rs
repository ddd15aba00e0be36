//! `equip add`: something for the library.

use super::library::{Entry, library};
use super::playbook::Playbook;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::data::Lang;
use crate::model::identity::{Identity, platform_name};
use crate::model::persona::Persona;
use crate::model::time::half_width;
use crate::store::items::{self, Item};
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

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
    /// What it is called; for follow and contact, the name
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Its text: a playbook's Markdown; why an example is good, or someone worth following
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    body: Option<String>,
    /// A file: its text is taken over, but an asset's stays where it is
    #[arg(long, value_name = "PATH")]
    file: Option<PathBuf>,
    /// Its address: http, https or mailto
    #[arg(long)]
    url: Option<String>,
    /// Only for those on this platform
    #[arg(long)]
    platform: Option<String>,
    /// Only for this persona: educator, status seeker, validator, collaborator
    #[arg(long, value_name = "NAME")]
    persona: Option<String>,
    /// What a contact does
    #[arg(long, value_name = "TEXT")]
    role: Option<String>,
    /// On which terms it may be used
    #[arg(long, value_name = "TEXT")]
    licence: Option<String>,
    /// The last day it may be used (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    expires: Option<String>,
    /// The item that takes its place after that day
    #[arg(long, value_name = "N")]
    successor: Option<i64>,
    /// The item whose place this one takes when that one expires
    #[arg(long, value_name = "N")]
    replaces: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Best practice for one platform, as Markdown
    Playbook,
    /// A post worth imitating
    Example,
    /// A file or link to use
    Asset,
    /// Someone to follow
    Follow,
    /// Someone inside who helps
    Contact,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Playbook => "playbook",
            Self::Example => "example",
            Self::Asset => "asset",
            Self::Follow => "follow",
            Self::Contact => "contact",
        }
    }

    /// What it cannot do without, if it is missing.
    fn lacks(self, item: &Item) -> Option<&'static str> {
        let (url, body) = (item.url.is_some(), item.body.is_some());
        match self {
            Self::Playbook if !body => Some("its text: --file PATH or --body TEXT"),
            Self::Playbook if item.platform.is_none() => Some("its platform: --platform P"),
            Self::Example if !url && !body => Some("the post: --url URL, or --body TEXT"),
            Self::Asset if !url && item.file.is_none() => Some("the thing itself: --file PATH or --url URL"),
            Self::Follow if !url => Some("where to find them: --url URL"),
            Self::Contact if !url && !body => Some("how to reach them: --url mailto:ADDRESS, or --body TEXT"),
            _ => None,
        }
    }
}

impl Add {
    /// Reads the answers and adds the item.
    pub fn run(self, app: &App) -> Result<End> {
        let (kind, replaces) = (self.kind, self.replaces);
        let known = library(app)?;
        for (flag, id) in [("--successor", self.successor), ("--replaces", replaces)] {
            id.map_or(Ok(()), |id| in_library(&known, flag, id))?;
        }
        let item = self.read(app)?;
        if let Some(what) = kind.lacks(&item) {
            return Err(usage(format!("a {} needs {what}", kind.word())));
        }
        let id = app.write(|store| {
            let id = items::add(store, &item)?;
            if let Some(older) = replaces {
                items::succeed(store, older, id)?;
            }
            let note = Note::program("equip add", format!("{} {id}", item.kind)).change("", &item.title);
            Ok((id, vec![note]))
        })?;
        app.screen.say(&format!("Added {} {id}: {}", item.kind, item.title));
        app.screen.next("groundswell equip handbook --all -o DIR", "everyone's handbook with it");
        Ok(End::Done)
    }

    fn read(self, app: &App) -> Result<Item> {
        let expires = self.expires.map(|text| typed::day("--expires", &text));
        let persona = self.persona.map(|text| {
            Persona::parse(&half_width(&text)).map(|persona| persona.as_str().to_string()).ok_or_else(|| {
                let names = Persona::ALL.map(Persona::as_str).join(", ");
                usage(format!("--persona {text}: there is none; the personas are {names}"))
            })
        });
        let (expires, persona) = (expires.transpose()?, persona.transpose()?);
        let url = self.url.as_deref().map(address).transpose()?;
        let read = text_or_file(self.kind, self.body, self.file)?;
        let head = |name: &str| read.head.get(name).cloned();
        let title = self.title.or_else(|| head("title"));
        let title = app.text(title, "What is it called?", "--title TEXT")?.trim().to_string();
        if title.is_empty() {
            return Err(usage("--title is empty: say what it is called"));
        }
        let lang = app.lang.or_else(|| head("lang").and_then(|word| Lang::named(&word)));
        Ok(Item {
            id: 0,
            kind: self.kind.word().into(),
            title,
            body: read.body,
            url,
            file: read.file,
            platform: self.platform.or_else(|| head("platform")).map(|text| platform_name(&text)),
            persona,
            lang: lang.map(|lang| lang.word().into()),
            role: self.role,
            licence: self.licence,
            expires,
            successor: self.successor,
            day: app.as_of(),
            removed: None,
        })
    }
}

/// What `--body` or `--file` brings.
#[derive(Default)]
struct Read {
    head: std::collections::BTreeMap<String, String>,
    body: Option<String>,
    file: Option<String>,
}

fn text_or_file(kind: Kind, body: Option<String>, file: Option<PathBuf>) -> Result<Read> {
    let Some(path) = file else { return Ok(Read { body, ..Read::default() }) };
    let shown = path.display();
    if !path.is_file() {
        bail!("there is no file {shown}; check the path, from the folder you are in");
    }
    if kind == Kind::Asset {
        let name =
            path.to_str().with_context(|| format!("{shown}: rename the file, its name is not text"))?;
        return Ok(Read { file: Some(name.into()), ..Read::default() });
    }
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{shown} cannot be read as text; save it as UTF-8"))?;
    let Playbook { head, body } = Playbook::parse(&text);
    if body.is_empty() {
        bail!("{shown} is empty");
    }
    Ok(Read { head, body: Some(body), file: None })
}

/// An address that may stand in a handbook: the web or an e-mail address, nothing that runs.
fn address(text: &str) -> Result<String> {
    let wrong = || usage(format!("--url {text}: not an address; begin it with https://, http:// or mailto:"));
    let plain = half_width(text.trim());
    if let Some(email) = plain.strip_prefix("mailto:") {
        return Identity::email(email).map(|email| format!("mailto:{}", email.value)).ok_or_else(wrong);
    }
    let parsed = url::Url::parse(&plain).map_err(|_| wrong())?;
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
        return Err(wrong());
    }
    Ok(parsed.into())
}

fn in_library(known: &[Entry], flag: &str, id: i64) -> Result<()> {
    if known.iter().any(|entry| entry.item.id == id && id > 0 && entry.item.removed.is_none()) {
        return Ok(());
    }
    Err(usage(format!("{flag} {id}: no such item is in the library; see `groundswell equip list`")))
}
