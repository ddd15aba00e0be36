//! One advocate's handbook, compiled: the values of its template, the files it needs, and a digest of each part.

use super::library::{Entry, Reader, library, pick};
use super::playbook::for_persona;
use crate::app::App;
use crate::app::texts::{Text, Texts};
use crate::data::Lang;
use crate::model::digest::hex;
use crate::model::identity::with_scheme;
use crate::model::persona::Persona;
use crate::model::time::Day;
use crate::output::{markdown, safe};
use crate::steps::survey::personas;
use crate::store::items::Item;
use crate::store::members::Person;
use crate::store::settings;
use crate::store::{Store, codes, handbooks, links};
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What answers to a question at the desk may take, in hours, unless the setting says otherwise.
pub const DESK_HOURS: f64 = 24.0;

/// Where a playbook means the product, in its two languages.
const PRODUCT: [&str; 2] = ["[your product]", "【产品名】"];

/// One part of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is known by: the item's number, `linkedin-en`, `link:3`, `code:5` or `text`.
    pub key: String,
    /// The item's kind, or `link`, `code`, `text`.
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
    pub files: Vec<(String, String)>,
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
        frame(texts, self.lang)?.fill(values)
    }

    /// Each part's digest, by its key.
    pub fn digests(&self) -> BTreeMap<String, String> {
        self.parts.iter().map(|part| (part.key.clone(), part.digest.clone())).collect()
    }
}

fn frame(texts: &Texts, lang: Lang) -> Result<Text> {
    texts.get(&format!("templates/{}/handbook.md", lang.word()))
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
    let (links, codes) = (links(store, only, as_of)?, codes(store, as_of)?);
    let program = settings::read(store, "name")?.unwrap_or_default();
    let product = settings::read(store, "product")?.filter(|product| !product.is_empty());
    let common = Common {
        product: product.unwrap_or_else(|| program.clone()),
        program,
        as_of: as_of.to_string(),
        texts: app.texts(),
        desk_hours: app.number("reply.desk_hours", DESK_HOURS)? as i64,
    };
    let (mut copies, mut wrong) = (Vec::new(), BTreeSet::new());
    for person in people {
        let reader = Reader {
            platforms: platforms.get(&person.id).cloned().unwrap_or_default(),
            persona: personas.get(&person.id).and_then(|label| Persona::parse(label)),
            lang: app.lang_for(person.language.as_deref()),
        };
        let id = person.id;
        let mine = |all: &[Own]| -> Vec<Own> { all.iter().filter(|own| own.person == id).cloned().collect() };
        match pick(&library, &reader, as_of) {
            Ok(picked) => {
                copies.push(one(person, &reader, &picked, [&mine(&links), &mine(&codes)], &common)?);
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

/// A link or a code that belongs to a person.
#[derive(Debug, Clone)]
struct Own {
    person: i64,
    id: i64,
    /// The address, or the code.
    text: String,
}

/// The links in force that belong to someone and to no single brief; of one person, or of all.
fn links(store: &Store, only: Option<i64>, as_of: Day) -> Result<Vec<Own>> {
    let known = links::list(store, only, as_of)?.into_iter();
    let in_force = known.filter(|link| link.retired.is_none() && link.brief.is_none());
    Ok(in_force.filter_map(|link| Some(Own { person: link.person?, id: link.id, text: link.url })).collect())
}

/// The codes in force.
fn codes(store: &Store, as_of: Day) -> Result<Vec<Own>> {
    let known = codes::list(store, as_of)?.into_iter().filter(|code| code.to.is_none());
    Ok(known.map(|code| Own { person: code.person, id: code.id, text: code.word }).collect())
}

/// What is the same in every copy of one run.
struct Common {
    program: String,
    product: String,
    as_of: String,
    desk_hours: i64,
    texts: Texts,
}

fn one(
    person: Person,
    reader: &Reader,
    picked: &[&Entry],
    [links, codes]: [&[Own]; 2],
    common: &Common,
) -> Result<Copy> {
    let mut parts = vec![own_text(&common.texts, reader)?];
    let mut files = Vec::new();
    for entry in picked {
        parts.push(part(entry, reader, &common.product)?);
        if let Some(file) = &entry.item.file {
            files.push((file.clone(), beside(&entry.item, file)));
        }
    }
    for (kind, owned) in [("link", links), ("code", codes)] {
        parts.extend(owned.iter().map(|own| Part {
            key: format!("{kind}:{}", own.id),
            kind: kind.into(),
            title: own.text.clone(),
            digest: digest(&[&own.text]),
        }));
    }
    let has_playbook = |platform: &&String| {
        picked
            .iter()
            .any(|entry| entry.item.kind == "playbook" && entry.item.platform.as_ref() == Some(platform))
    };
    let without_playbook =
        reader.platforms.iter().filter(|platform| !has_playbook(platform)).cloned().collect();
    let foreign_playbook = picked
        .iter()
        .filter(|entry| entry.item.kind == "playbook")
        .filter(|entry| entry.item.lang.as_deref().is_some_and(|lang| lang != reader.lang.word()))
        .filter_map(|entry| entry.item.platform.clone())
        .collect();
    let of = |kind: &str| {
        picked.iter().map(|entry| &entry.item).filter(|item| item.kind == kind).collect::<Vec<_>>()
    };
    let values = json!({
        "name": person.label(),
        "persona": reader.persona.map(Persona::as_str).unwrap_or_default(),
        "program": common.program,
        "as_of": common.as_of,
        "desk_hours": common.desk_hours,
        "sender": "",
        "reply_to": of("contact").iter().find_map(|item| item.url.as_deref()?.strip_prefix("mailto:")).unwrap_or_default(),
        "examples": of("example").iter().map(|item| json!({ "title": item.title, "url": item.url.as_deref().map(with_scheme), "why": item.body })).collect::<Vec<_>>(),
        "playbooks": of("playbook").iter().map(|item| json!({ "title": item.title, "body": text_of(item, reader, &common.product) })).collect::<Vec<_>>(),
        "follows": of("follow").iter().map(|item| json!({ "name": item.title, "url": item.url.as_deref().map(with_scheme), "why": item.body })).collect::<Vec<_>>(),
        "contacts": of("contact").iter().map(|item| json!({ "name": item.title, "role": item.role, "reach": reach(item) })).collect::<Vec<_>>(),
        "assets": of("asset").iter().map(|item| asset(item)).collect::<Vec<_>>(),
        "links": links.iter().map(|own| json!({ "url": with_scheme(&own.text), "what": "" })).collect::<Vec<_>>(),
        "codes": codes.iter().map(|own| json!({ "code": own.text, "what": "" })).collect::<Vec<_>>(),
    });
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

/// The handbook's own text: its template in this language, and the persona it speaks to.
fn own_text(texts: &Texts, reader: &Reader) -> Result<Part> {
    let text = frame(texts, reader.lang)?;
    let persona = reader.persona.map_or("", Persona::as_str);
    let digest = digest(&[&text.source, persona]);
    Ok(Part { key: "text".into(), kind: "text".into(), title: text.name, digest })
}

fn part(entry: &Entry, reader: &Reader, product: &str) -> Result<Part> {
    let item = &entry.item;
    let text = text_of(item, reader, product);
    let expires = item.expires.map(|day| day.to_string()).unwrap_or_default();
    let file = item.file.as_deref().unwrap_or_default();
    let bytes = if file.is_empty() {
        Vec::new()
    } else {
        std::fs::read(file).with_context(|| format!("cannot read {file}"))?
    };
    let said = [
        &item.title,
        &text,
        said(item.url.as_ref()),
        said(item.role.as_ref()),
        said(item.licence.as_ref()),
        &expires,
        file,
    ];
    let digest = if bytes.is_empty() {
        digest(&said)
    } else {
        digest(&[&digest(&said), &hex(&Sha256::digest(&bytes))])
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

fn asset(item: &Item) -> Value {
    let place =
        item.file.as_ref().map(|file| beside(item, file)).or_else(|| item.url.as_deref().map(with_scheme));
    let expires = item.expires.map(|day| day.to_string());
    json!({ "title": item.title, "where": place, "licence": item.licence, "expires": expires })
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
