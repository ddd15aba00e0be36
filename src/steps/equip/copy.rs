//! One advocate's handbook, compiled: the values of its template, the files it needs, and a digest of each part.

use super::files::Files;
use super::library::{Entry, Reader, library, pick};
use super::licence::{self, Licence};
use super::limits::Limits;
use super::owned::{self, Own, Owned};
use super::playbook::for_persona;
use crate::app::App;
use crate::app::texts::{Text, Texts};
use crate::data::Lang;
use crate::model::digest::hex;
use crate::model::identity::with_scheme;
use crate::model::persona::Persona;
use crate::output::{markdown, safe, template};
use crate::steps::survey::{advice, personas};
use crate::store::items::Item;
use crate::store::members::Person;
use crate::store::settings;
use crate::store::{faq, handbooks};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where a playbook means the product, in its two languages.
const PRODUCT: [&str; 2] = ["[your product]", "【产品名】"];

/// One part of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is known by: the item's number, `linkedin-en`, `link:3`, `code:5`, `faq:2` or `text`.
    pub key: String,
    /// The item's kind, or `link`, `code`, `faq`, `text`.
    pub kind: String,
    /// What it is called.
    pub title: String,
    /// SHA-256 of all it says, hexadecimal.
    pub digest: String,
}

/// One advocate's handbook.
#[derive(Debug)]
pub struct Copy {
    /// Whose.
    pub person: Person,
    /// The language it is in.
    pub lang: Lang,
    /// Their persona, where the survey tells.
    pub persona: Option<Persona>,
    /// Platforms they are on without any playbook.
    pub without_playbook: Vec<String>,
    /// Platforms whose playbook is in another language than the reader's.
    pub foreign_playbook: Vec<String>,
    /// Its parts.
    pub parts: Vec<Part>,
    /// The assets' files: where they are, and what they are called beside the handbook.
    pub files: Vec<(PathBuf, String)>,
    values: Value,
}

impl Copy {
    /// The handbook as Markdown, signed by `sender` (else by who looks after them, else by the team), with
    /// `contact` for questions (else the library's first contact with an address).
    pub fn markdown(&self, texts: &Texts, sender: Option<&str>, contact: Option<&str>) -> Result<String> {
        let team = texts.get(&format!("templates/{}/sender.txt", self.lang.word()))?.source;
        let mut values = self.values.clone();
        values["sender"] = json!(sender.or(self.person.owner.as_deref()).unwrap_or(&team).trim());
        if let Some(contact) = contact {
            values["reply_to"] = json!(contact.trim());
        }
        frame(texts, self.lang)?.fill_with(lines(texts, self.persona, self.lang)?.as_ref(), values)
    }

    /// Each part's digest, by its key.
    pub fn digests(&self) -> BTreeMap<String, String> {
        self.parts.iter().map(|part| (part.key.clone(), part.digest.clone())).collect()
    }
}

fn frame(texts: &Texts, lang: Lang) -> Result<Text> {
    texts.get(&format!("templates/{}/handbook.md", lang.word()))
}

/// What a handbook says to someone of a persona; none where it is not known.
fn lines(texts: &Texts, persona: Option<Persona>, lang: Lang) -> Result<Option<template::Part>> {
    persona.map(|persona| advice::lines(texts, persona, "handbook", lang)).transpose()
}

/// Compiles the copies of `people`: advocates, or the one person given. Whatever is not fit is named, for all
/// of them together.
pub fn compile(app: &App, people: Vec<Person>, only: Option<i64>) -> Result<Vec<Copy>> {
    let platforms = handbooks::platforms(app.store()?, only, app.as_of())?;
    compile_for(app, people, only, &platforms)
}

/// The same where it is known already on which platforms each of them is.
pub fn compile_for(
    app: &App,
    people: Vec<Person>,
    only: Option<i64>,
    platforms: &BTreeMap<i64, BTreeSet<String>>,
) -> Result<Vec<Copy>> {
    let (store, as_of) = (app.store()?, app.as_of());
    let library = library(app)?;
    let personas = personas::labels(app)?;
    let (links, codes) = (owned::links(store, only, as_of)?, owned::codes(store, as_of)?);
    let common = Common::of(app)?;
    let (mut copies, mut wrong) = (Vec::new(), BTreeSet::new());
    for person in people {
        let mut there = platforms.get(&person.id).cloned().unwrap_or_default();
        let names: Vec<String> = there.iter().map(|name| common.limits.playbook_of(name).into()).collect();
        there.extend(names);
        let reader = Reader {
            platforms: there,
            persona: personas.get(&person.id).and_then(|label| Persona::parse(label)),
            lang: app.lang_for(person.language.as_deref()),
        };
        let mine = |all: &Owned| all.get(&person.id).cloned().unwrap_or_default();
        match pick(&library, &reader, &common.files, as_of) {
            Ok(picked) => {
                let owned = [mine(&links), mine(&codes)];
                copies.push(one(person, &reader, &picked, owned, &common)?);
            }
            Err(problems) => wrong.extend(problems),
        }
    }
    if !wrong.is_empty() {
        let listed: Vec<String> = wrong.into_iter().map(|problem| format!("\n  {problem}")).collect();
        bail!(
            "no handbook was made, since the library holds what nobody should be handed:{}",
            listed.concat()
        );
    }
    Ok(copies)
}

/// What is the same in every copy of one run.
struct Common {
    program: String,
    product: String,
    as_of: String,
    desk_hours: i64,
    texts: Texts,
    files: Files,
    licences: Vec<Licence>,
    faq: Vec<faq::Entry>,
    limits: Limits,
    digests: RefCell<BTreeMap<String, Option<String>>>,
}

impl Common {
    fn of(app: &App) -> Result<Self> {
        let (store, as_of) = (app.store()?, app.as_of());
        let limits = Limits::read()?;
        let program = settings::read(store, "name")?.unwrap_or_default();
        let product = settings::read(store, "product")?.filter(|product| !product.is_empty());
        let holds =
            |entry: &faq::Entry| entry.removed.is_none() && entry.expires.is_none_or(|last| last >= as_of);
        Ok(Self {
            product: product.unwrap_or_else(|| program.clone()),
            program,
            as_of: as_of.to_string(),
            desk_hours: limits.desk_hours(app)?,
            texts: app.texts(),
            files: Files::of(app)?,
            licences: Licence::all()?,
            faq: faq::list(store, as_of)?.into_iter().filter(holds).collect(),
            limits,
            digests: RefCell::default(),
        })
    }

    /// The digest of a file's bytes, read once for all copies; none where there is no file or nothing in it.
    fn digest_of(&self, file: &str) -> Result<Option<String>> {
        if file.is_empty() {
            return Ok(None);
        }
        if let Some(known) = self.digests.borrow().get(file) {
            return Ok(known.clone());
        }
        let bytes = std::fs::read(self.files.path(file)).with_context(|| format!("cannot read {file}"))?;
        let digest = (!bytes.is_empty()).then(|| hex(&Sha256::digest(&bytes)));
        self.digests.borrow_mut().insert(file.into(), digest.clone());
        Ok(digest)
    }

    /// The answers a reader may want too, the newest first.
    fn answers(&self, reader: &Reader) -> Vec<&faq::Entry> {
        self.faq.iter().rev().filter(|entry| reader.asks(entry)).take(self.limits.faq.most).collect()
    }
}

fn one(
    person: Person,
    reader: &Reader,
    picked: &[&Entry],
    [links, codes]: [Vec<Own>; 2],
    common: &Common,
) -> Result<Copy> {
    let answers = common.answers(reader);
    let mut parts = vec![own_text(&common.texts, reader)?];
    let mut files = Vec::new();
    for entry in picked {
        parts.push(part(entry, reader, common)?);
        if let Some(file) = &entry.item.file {
            files.push((common.files.path(file), beside(&entry.item, file)));
        }
    }
    for (kind, owned) in [("link", &links), ("code", &codes)] {
        parts.extend(owned.iter().map(|own| Part {
            key: format!("{kind}:{}", own.id),
            kind: kind.into(),
            title: own.text.clone(),
            digest: digest(&[&own.text]),
        }));
    }
    parts.extend(answers.iter().map(|entry| Part {
        key: format!("faq:{}", entry.id),
        kind: "faq".into(),
        title: entry.asked.clone(),
        digest: digest(&[&entry.asked, &entry.answer]),
    }));
    let playbooks: Vec<&Item> =
        picked.iter().map(|entry| &entry.item).filter(|item| item.kind == "playbook").collect();
    let has = |platform: &String| playbooks.iter().any(|item| item.platform.as_ref() == Some(platform));
    let covered = |platform: &String| has(platform) || has(&common.limits.playbook_of(platform).to_string());
    let without_playbook = reader.platforms.iter().filter(|platform| !covered(platform)).cloned().collect();
    let foreign = playbooks.iter().filter(|item| foreign(item, reader));
    let foreign_playbook = foreign.filter_map(|item| item.platform.clone()).collect();
    let mut values = library_values(reader, picked, common);
    values["name"] = json!(person.label());
    values["links"] = owned::values(&links, "url", with_scheme);
    values["codes"] = owned::values(&codes, "code", str::to_string);
    let faq = answers
        .iter()
        .map(|entry| json!({ "asked": safe::line(&entry.asked), "answer": paragraphs(&entry.answer) }));
    values["faq"] = faq.collect();
    Ok(Copy {
        lang: reader.lang,
        persona: reader.persona,
        person,
        without_playbook,
        foreign_playbook,
        parts,
        files,
        values,
    })
}

/// An answer of several paragraphs, each a line of its own; none of them becomes a heading.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let parts =
        text.split("\n\n").map(|part| safe::line(part.trim()).trim_start_matches('#').trim().to_string());
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Whether an item is in another language than its reader's.
fn foreign(item: &Item, reader: &Reader) -> bool {
    item.lang.as_deref().is_some_and(|lang| lang != reader.lang.word())
}

/// What the library and the program give the template.
fn library_values(reader: &Reader, picked: &[&Entry], common: &Common) -> Value {
    let of = |kind: &str, value: &dyn Fn(&Item) -> Value| -> Value {
        picked.iter().map(|entry| &entry.item).filter(|item| item.kind == kind).map(value).collect()
    };
    let url = |item: &Item| item.url.as_deref().map(with_scheme);
    let mut contacts = picked.iter().map(|entry| &entry.item).filter(|item| item.kind == "contact");
    let reply_to = contacts.find_map(|item| item.url.as_deref()?.strip_prefix("mailto:")).unwrap_or_default();
    json!({
        "persona": reader.persona.map(Persona::as_str).unwrap_or_default(),
        "program": common.program,
        "as_of": common.as_of,
        "desk_hours": common.desk_hours,
        "sender": "",
        "reply_to": reply_to,
        "examples": of("example", &|item| json!({ "title": item.title, "url": url(item), "why": item.body })),
        "playbooks": of("playbook", &|item| json!({
            "title": item.title,
            "anchor": safe::slug(&item.title),
            "body": text_of(item, reader, &common.product),
            "lang": item.lang,
            "foreign": foreign(item, reader),
        })),
        "follows": of("follow", &|item| json!({ "name": item.title, "url": url(item), "why": item.body })),
        "contacts": of("contact", &|item| json!({
            "name": item.title, "role": item.role, "subject": item.subject, "reach": reach(item),
        })),
        "assets": of("asset", &|item| asset(item, reader.lang, &common.licences)),
    })
}

/// The handbook's own text: its template in this language, and what it says to a persona.
fn own_text(texts: &Texts, reader: &Reader) -> Result<Part> {
    let text = frame(texts, reader.lang)?;
    let lines = lines(texts, reader.persona, reader.lang)?;
    let persona = reader.persona.map_or("", Persona::as_str);
    let digest = digest(&[&text.source, persona, lines.as_ref().map_or("", |lines| &lines.text)]);
    Ok(Part { key: "text".into(), kind: "text".into(), title: text.name, digest })
}

fn part(entry: &Entry, reader: &Reader, common: &Common) -> Result<Part> {
    let item = &entry.item;
    let text = text_of(item, reader, &common.product);
    let expires = item.expires.map(|day| day.to_string()).unwrap_or_default();
    let file = item.file.as_deref().unwrap_or_default();
    let mut all = vec![
        item.title.as_str(),
        text.as_str(),
        said(item.url.as_ref()),
        said(item.role.as_ref()),
        said(item.licence.as_ref()),
        expires.as_str(),
        file,
    ];
    // What came later is only in it where it says something: older copies stay as they are.
    all.extend(item.subject.as_deref());
    let digest = match common.digest_of(file)? {
        Some(bytes) => digest(&[&digest(&all), &bytes]),
        None => digest(&all),
    };
    Ok(Part { key: entry.key.clone(), kind: item.kind.clone(), title: item.title.clone(), digest })
}

fn said(text: Option<&String>) -> &str {
    text.map_or("", String::as_str)
}

/// A playbook names the product in its examples; what it is called is only known here.
fn text_of(item: &Item, reader: &Reader, product: &str) -> String {
    let body = item.body.as_deref().unwrap_or_default();
    if item.kind != "playbook" {
        return body.into();
    }
    let product = markdown::escape(product);
    PRODUCT.iter().fold(for_persona(body, reader.persona), |text, hole| text.replace(hole, &product))
}

/// How to reach a contact: the address, the text beside it, or both.
fn reach(item: &Item) -> String {
    let address = item.url.as_deref().map(|url| url.trim_start_matches("mailto:").to_string());
    [address, item.body.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn asset(item: &Item, lang: Lang, licences: &[Licence]) -> Value {
    let place =
        item.file.as_ref().map(|file| beside(item, file)).or_else(|| item.url.as_deref().map(with_scheme));
    let known = item.licence.as_deref().and_then(|text| licence::named(licences, text));
    json!({
        "title": item.title,
        "where": place,
        "why": item.body,
        "licence": item.licence,
        "licence_url": known.map(|licence| &licence.url),
        "terms": known.map(|licence| licence.asks(lang)),
        "expires": item.expires.map(|day| day.to_string()),
    })
}

/// What an asset's file is called in the folder of the handbooks.
fn beside(item: &Item, file: &str) -> String {
    let path = Path::new(file);
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let kind = path.extension().and_then(|kind| kind.to_str()).map(|kind| format!(".{}", safe::slug(kind)));
    format!("assets/{}-{}{}", safe::slug(stem), item.id, kind.unwrap_or_default())
}

/// Of texts one after another; their lengths keep "ab", "c" and "a", "bc" apart.
fn digest(texts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hex(&hasher.finalize())
}
