//! What is said of a thing in the library, when it is added, changed or loaded.

use super::files::Files;
use super::kind::{Kind, Lack, Place};
use super::library::Entry;
use super::licence::{Licence, named};
use super::playbook::Playbook;
use crate::app::ask::quoted;
use crate::app::fail::usage;
use crate::app::typed;
use crate::app::{App, given};
use crate::data::Lang;
use crate::model::identity::{Identity, platform_name};
use crate::model::persona::Persona;
use crate::model::time::half_width;
use crate::store::items::Item;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The flags.
#[derive(Debug, Clone, Default, Args)]
pub struct Fields {
    /// What it is called; for follow and contact, the name
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Its text: a playbook's Markdown; why an example is good, or someone worth following
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    pub body: Option<String>,
    /// A file: its text is taken over, but an asset's stays where it is (inside `equip folder`)
    #[arg(long, value_name = "PATH")]
    pub file: Option<PathBuf>,
    /// Its address: http, https or mailto
    #[arg(long)]
    pub url: Option<String>,
    /// Only for those on this platform
    #[arg(long)]
    pub platform: Option<String>,
    /// Only for this persona: educator, status seeker, validator, collaborator
    #[arg(long, value_name = "NAME")]
    pub persona: Option<String>,
    /// What a contact does
    #[arg(long, value_name = "TEXT")]
    pub role: Option<String>,
    /// What a contact helps with
    #[arg(long, value_name = "TEXT")]
    pub subject: Option<String>,
    /// On which terms it may be used: an SPDX name such as CC-BY-4.0, or in words
    #[arg(long, value_name = "TEXT")]
    pub licence: Option<String>,
    /// The last day it may be used (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    pub expires: Option<String>,
    /// The item that takes its place after that day
    #[arg(long, value_name = "N")]
    pub successor: Option<i64>,
}

impl Fields {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        let texts = [
            &self.title,
            &self.body,
            &self.url,
            &self.platform,
            &self.persona,
            &self.role,
            &self.subject,
            &self.licence,
            &self.expires,
        ];
        texts.iter().all(|text| text.is_none()) && self.file.is_none() && self.successor.is_none()
    }

    /// `item` with what is said here in place of what it said; a playbook's head speaks where nothing else did.
    ///
    /// # Errors
    /// Where something is not what its flag wants, or a file is not there.
    pub fn onto(self, app: &App, kind: Kind, library: &[Entry], mut item: Item) -> Result<Item> {
        if let Some(id) = self.successor {
            in_library(library, "--successor", id)?;
            if id == item.id {
                return Err(usage(format!("--successor {id}: nothing takes its own place")));
            }
            item.successor = Some(id);
        }
        if let Some(text) = &self.expires {
            item.expires = Some(typed::day("--expires", text)?);
        }
        if let Some(text) = &self.persona {
            item.persona = Some(persona("--persona", text)?);
        }
        if let Some(text) = &self.url {
            item.url = Some(address(text)?);
        }
        if let Some(text) = self.licence {
            let known = Licence::all()?;
            item.licence = Some(named(&known, &text).map_or(text, |licence| licence.id.clone()));
        }
        item.role = self.role.or(item.role);
        item.subject = self.subject.or(item.subject);
        let mut head = BTreeMap::new();
        if let Some(path) = self.file {
            if kind == Kind::Asset {
                item.file = Some(Files::of(app)?.keep(&path)?);
            } else {
                let read = text_of(&path)?;
                (item.body, head) = (Some(read.body), read.head);
            }
        }
        item.body = self.body.or(item.body);
        item.title = self.title.or_else(|| head.get("title").cloned()).unwrap_or(item.title);
        let platform = self.platform.or_else(|| head.get("platform").cloned());
        item.platform = platform.map(|text| platform_name(&text)).or(item.platform);
        let lang = app.lang.or_else(|| head.get("lang").and_then(|word| Lang::named(word)));
        item.lang = lang.map(|lang| lang.word().into()).or(item.lang);
        Ok(item)
    }
}

/// `item` with what it cannot do without: asked for at a terminal; and the flags that would have said the same.
///
/// # Errors
/// As for [`whole`], and for [`Fields::onto`].
pub fn complete(app: &App, kind: Kind, mut item: Item) -> Result<(Item, Vec<String>)> {
    let mut flags = Vec::new();
    while let Some(lack) = kind.lacks(&item).filter(|_| app.can_ask()) {
        let said = app.text(None, lack.question, lack.flag)?;
        let (flag, fields) = answered(&lack, said.trim());
        flags.push(format!("{flag} {}", quoted(said.trim())));
        item = fields.onto(app, kind, &[], item)?;
    }
    Ok((whole(kind, item)?, flags))
}

/// `item`, its title trimmed.
///
/// # Errors
/// Where something is missing that its kind cannot do without.
pub fn whole(kind: Kind, mut item: Item) -> Result<Item> {
    item.title = item.title.trim().to_string();
    if item.title.is_empty() {
        return Err(usage("--title is empty: say what it is called"));
    }
    match kind.lacks(&item) {
        Some(lack) => Err(usage(format!("{} needs {}", kind.with_article(), lack.flag))),
        None => Ok(item),
    }
}

/// The flag an answer at the terminal stands for.
fn answered(lack: &Lack, said: &str) -> (&'static str, Fields) {
    let text = Some(said.to_string());
    let is_address = address(said).is_ok();
    match lack.place {
        Place::Platform => ("--platform", Fields { platform: text, ..Fields::default() }),
        Place::File => ("--file", Fields { file: Some(said.into()), ..Fields::default() }),
        Place::UrlOrFile if !is_address => {
            ("--file", Fields { file: Some(said.into()), ..Fields::default() })
        }
        Place::UrlOrBody if !is_address => ("--body", Fields { body: text, ..Fields::default() }),
        _ => ("--url", Fields { url: text, ..Fields::default() }),
    }
}

/// A text's head and body.
fn text_of(path: &Path) -> Result<Playbook> {
    let shown = path.display();
    given::is_file(path)?;
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{shown} cannot be read as text; save it as UTF-8"))?;
    let read = Playbook::parse(&text);
    if read.body.is_empty() {
        bail!("{shown} is empty");
    }
    Ok(read)
}

/// A persona as a flag names it.
pub fn persona(flag: &str, text: &str) -> Result<String> {
    Persona::parse(&half_width(text)).map(|persona| persona.as_str().to_string()).ok_or_else(|| {
        let names = Persona::ALL.map(Persona::as_str).join(", ");
        usage(format!("{flag} {text}: there is none; the personas are {names}"))
    })
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

/// That an item is in the library, and was not taken out.
pub fn in_library(known: &[Entry], flag: &str, id: i64) -> Result<()> {
    if known.iter().any(|entry| entry.item.id == id && id > 0 && entry.item.removed.is_none()) {
        return Ok(());
    }
    Err(usage(format!("{flag} {id}: no such item is in the library; see `groundswell equip list`")))
}
