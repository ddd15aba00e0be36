//! One person's copy of a brief: the message in words of its own, with their link, and the sending written down.

use super::message::{self, Message, Values};
use super::{coining, utm, wording};
use crate::app::App;
use crate::data::Lang;
use crate::model::identity::link_address;
use crate::model::persona::Persona;
use crate::model::time::Day;
use crate::output::safe;
use crate::store::members::Person;
use crate::store::{Store, asks, briefs, links};
use anyhow::Result;
use std::collections::BTreeMap;

/// What is the same in every message.
pub struct Edition {
    /// The brief.
    pub brief: briefs::Brief,
    /// What the program is called.
    pub program: String,
    /// What marks are drawn from.
    pub secret: String,
    /// Who of ours signs.
    pub sender: Option<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Until when to keep it secret.
    pub embargo: Option<String>,
    /// By when an answer is wanted.
    pub answer_by: Option<Day>,
    /// The way it goes.
    pub channel: String,
    /// Everyone's persona.
    pub labels: BTreeMap<i64, String>,
    /// Everyone's code.
    pub codes: BTreeMap<i64, String>,
}

/// One person's message, and the names of its files.
pub struct Letter {
    /// To whom.
    pub person: Person,
    /// Its language.
    pub lang: &'static str,
    /// Their link.
    pub link: Option<String>,
    /// Their code.
    pub code: Option<String>,
    /// What marks the copy.
    pub mark: String,
    /// The message.
    pub message: Message,
    /// What its files are called, without ending.
    pub stem: String,
}

/// The marks in the wording of the copies that went out, by the phrasings they had to choose from.
pub struct Worded(BTreeMap<String, Vec<String>>);

impl Worded {
    /// Reads them.
    pub fn read(app: &App, store: &Store, edition: &Edition) -> Result<Self> {
        let mut worded: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for send in briefs::sends(store, edition.brief.id, app.as_of())?.into_values() {
            if let (Some(phrases), Some(marks)) = (send.phrases, send.marks) {
                worded.entry(phrases).or_default().push(marks);
            }
        }
        Ok(Self(worded))
    }
}

/// One person's message, with their link made and the sending written down.
pub fn letter(
    app: &App,
    store: &Store,
    edition: &Edition,
    worded: &mut Worded,
    person: Person,
) -> Result<Letter> {
    let brief = &edition.brief;
    let link =
        brief.url.as_deref().map(|url| own_link(app, store, brief, url, &person)).transpose()?.flatten();
    let mark = coining::mark(&edition.secret, brief.id, person.id);
    let lang = app.lang_for(person.language.as_deref());
    let label = edition.labels.get(&person.id).filter(|label| Persona::parse(label).is_some());
    let link_id = link.as_ref().map(|(id, _)| *id);
    let link = link.map(|(_, url)| url);
    let code = edition.codes.get(&person.id).cloned();
    let values = Values {
        name: person.label(),
        persona: label.cloned().unwrap_or_default(),
        program: &edition.program,
        sender: edition.sender.as_deref(),
        reply_to: edition.reply_to.as_deref(),
        title: &brief.title,
        body: &brief.body,
        embargo: edition.embargo.as_deref(),
        lifted: brief.embargo.is_some() && edition.embargo.is_none(),
        link: link.clone(),
        code: code.clone(),
        answer_by: edition.answer_by.map(|day| day.to_string()),
        mark: mark.clone(),
    };
    let (message, marks) = marked(app, edition, (lang, person.id), &values, worded)?;
    let phrases = wording::kept(&message.places);
    let copy = briefs::Copy {
        link: link_id,
        mark: &mark,
        channel: &edition.channel,
        phrases: &phrases,
        marks: &marks,
    };
    briefs::send(store, brief.id, person.id, (app.now(), app.as_of()), &copy)?;
    worded.0.entry(phrases).or_default().push(marks);
    if brief.kind == "feedback" {
        asked(app, store, edition, person.id)?;
    }
    let stem = format!("brief-{}-{}-{}", brief.id, safe::slug(&person.label()), person.id);
    Ok(Letter { person, lang: lang.word(), link, code, mark, message, stem })
}

/// The message in words of its own: the draw that keeps it furthest from the copies that went out.
fn marked(
    app: &App,
    edition: &Edition,
    (lang, person): (Lang, i64),
    values: &Values,
    worded: &Worded,
) -> Result<(Message, String)> {
    let (brief, secret) = (&edition.brief, &edition.secret);
    let texts = app.texts();
    let drawn = |draw: u32| {
        let (secret, which) = (secret.clone(), (brief.id, person, draw));
        message::fill(&texts, &brief.kind, lang, values, move |phrases| {
            wording::choice(&secret, which, phrases)
        })
    };
    let first = drawn(0)?;
    let others = worded.0.get(&wording::kept(&first.places));
    let others: Vec<&str> = others.into_iter().flatten().map(String::as_str).collect();
    let draw = wording::apart(secret, (brief.id, person), &first.places, &others);
    let message = if draw == 0 { first } else { drawn(draw)? };
    let marks = wording::marks(secret, (brief.id, person, draw), &message.places);
    Ok((message, marks))
}

/// A request for feedback is an ask like any other: it waits for its answer, and for word of what became of it.
fn asked(app: &App, store: &Store, edition: &Edition, person: i64) -> Result<()> {
    let ask = asks::Ask {
        who: edition.sender.clone(),
        brief: Some(edition.brief.id),
        due: edition.answer_by,
        ..asks::Ask::new(person, "feedback", edition.brief.title.as_str(), app.as_of())
    };
    asks::add(store, &ask, app.now()).map(drop)
}

/// Their tracked link to what the brief is about, made where there is none; none where it was retired.
fn own_link(
    app: &App,
    store: &Store,
    brief: &briefs::Brief,
    url: &str,
    person: &Person,
) -> Result<Option<(i64, String)>> {
    let campaign = format!("brief-{} {}", brief.id, brief.title);
    let tracking = utm::Lists::shipped()?.tracking(None, None, Some(&campaign))?;
    let content = utm::content(person.name.as_deref(), person.id);
    let Some(tracked) = utm::tracked(url, &tracking, &content) else { return Ok(None) };
    let Some(address) = link_address(&tracked) else { return Ok(None) };
    if let Some(known) = links::at(store, &address)?.filter(|known| known.person.is_some()) {
        let usable = known.person == Some(person.id) && known.retired.is_none();
        return Ok(usable.then_some((known.id, tracked)));
    }
    let new = links::New {
        member: person.id,
        address: &address,
        url: &tracked,
        target: Some(url),
        brief: Some(brief.id),
    };
    Ok(Some((links::give(store, &new, app.as_of())?, tracked)))
}
