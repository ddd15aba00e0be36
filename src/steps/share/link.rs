//! `share link`: a tracked link of someone's own, the list of all, and taking one out of use.

use super::{qr, utm};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::members::segment::Who;
use crate::model::identity::link_address;
use crate::model::time::half_width;
use crate::output::safe::counted;
use crate::output::{Format, Table};
use crate::store::members::{self, Person};
use crate::store::{Store, links};
use anyhow::{Result, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A tracked link of someone's own; without an address, the list of links.
///
/// Example: groundswell share link ana@example.com kettle.example/new --medium talk --qr slide.png
#[derive(Debug, Args)]
pub struct Link {
    /// Whose
    member: Option<String>,
    /// Where it leads
    url: Option<String>,
    /// The short link a link tool made for them, such as kettle.example/ana
    #[arg(long, value_name = "URL")]
    short: Option<String>,
    /// The occasion, in one word or words joined by hyphens
    #[arg(long, value_name = "WORD")]
    campaign: Option<String>,
    /// By which means: advocate, social, email, video, article, podcast, talk, messenger, review
    #[arg(long, value_name = "WORD")]
    medium: Option<String>,
    /// Where visits come from: community, newsletter, event, partner, forum
    #[arg(long, value_name = "WORD")]
    source: Option<String>,
    /// Draw the link as a QR code into this file, by its ending: .svg or .png (may be given more than once)
    #[arg(long, value_name = "FILE")]
    qr: Vec<PathBuf>,
    /// Take the link with this number out of use
    #[arg(long, value_name = "N", conflicts_with_all = ["member", "url", "short"], requires = "why")]
    retire: Option<i64>,
    /// Why it is taken out of use
    #[arg(long, value_name = "TEXT", requires = "retire")]
    why: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Link {
    /// Makes, lists or retires.
    pub fn run(self, app: &App) -> Result<End> {
        if let Some(id) = self.retire {
            return retire(app, id, self.why.unwrap_or_default().trim());
        }
        qr::is_drawable(&self.qr)?;
        let person = self.member.as_deref().map(|who| app.member(who)).transpose()?;
        match person {
            _ if !self.qr.is_empty() && self.url.is_none() && self.short.is_none() => Err(usage(
                "--qr draws one link: say which, by its address, as in share link MEMBER URL --qr link.png",
            )),
            Some(person) if self.url.is_some() || self.short.is_some() => self.make(app, &person),
            person => list(app, person.as_ref(), &self.who),
        }
    }

    fn make(self, app: &App, person: &Person) -> Result<End> {
        let lists = utm::Lists::shipped()?;
        let tracking =
            lists.tracking(self.source.as_deref(), self.medium.as_deref(), self.campaign.as_deref())?;
        let content = utm::content(person.name.as_deref(), person.id);
        let not_an_address = |url: &str| {
            usage(format!("'{url}' is not a web address: write it as https://kettle.example/new"))
        };
        let tracked = self
            .url
            .as_deref()
            .map(|url| utm::tracked(url, &tracking, &content).ok_or_else(|| not_an_address(url)));
        let tracked = tracked.transpose()?;
        let short = self.short.is_some();
        let (shown, target) = match (self.short, tracked) {
            (Some(short), tracked) => (half_width(short.trim()), tracked),
            (None, Some(tracked)) => (tracked, self.url),
            (None, None) => return list(app, Some(person), &self.who),
        };
        let address = link_address(&shown).ok_or_else(|| not_an_address(&shown))?;
        let new = links::New {
            member: person.id,
            address: &address,
            url: &shown,
            target: target.as_deref(),
            brief: None,
        };
        let (id, made) = app.write(|store| give(app, store, &new))?;
        if app.screen.format == Format::Table {
            app.screen.data(&format!("{shown}\n"))?;
        } else {
            let all = links::list(app.store()?, Some(person.id), app.as_of())?;
            app.screen
                .show(&table(app, &all.into_iter().filter(|link| link.id == id).collect::<Vec<_>>())?)?;
        }
        qr::draw(app, &shown, &self.qr)?;
        let had = if made { "is now the link of" } else { "was already the link of" };
        app.screen.say(&format!("Link {id} {had} {}", person.label()));
        if let Some(target) = target.filter(|_| short) {
            app.screen.say(&format!("In the link tool, let it lead to {target}"));
        }
        app.screen.next(
            &format!("groundswell share send BRIEF --to {} -o DIR", person.id),
            "a message makes its own link and carries their code",
        );
        Ok(End::Done)
    }
}

/// Makes the link or gives it to them; an owner who is someone else, or a retired link, is an error.
fn give(app: &App, store: &Store, new: &links::New) -> Result<((i64, bool), Vec<Note>)> {
    let known = links::at(store, new.address)?;
    if let Some(known) = &known {
        if let Some(owner) = known.person.filter(|owner| *owner != new.member) {
            let name = members::person(store, owner, app.as_of())?.map_or_else(String::new, |p| p.label());
            bail!(
                "{} is the link of {name} (member {owner}) already; it stays theirs (see groundswell share link {owner})",
                new.address
            );
        }
        if let Some(day) = known.retired {
            bail!(
                "{} was retired on {day} ({}): make another with --campaign WORD",
                new.address,
                known.why.as_deref().unwrap_or("no reason given")
            );
        }
        if known.person.is_some() {
            return Ok(((known.id, false), Vec::new()));
        }
    }
    let id = links::give(store, new, app.as_of())?;
    let before = if known.is_some() { "nobody's" } else { "" };
    Ok(((id, true), vec![Note::of("share link", new.member, format!("link {id}")).change(before, new.url)]))
}

fn retire(app: &App, id: i64, why: &str) -> Result<End> {
    if why.is_empty() {
        return Err(usage("--why is empty: say why the link is taken out of use"));
    }
    let link = app.write(|store| {
        let Some(link) = links::one(store, id)? else {
            bail!("there is no link {id}; all of them: groundswell share link");
        };
        if let Some(day) = link.retired {
            bail!("link {id} was retired on {day} already");
        }
        links::retire(store, id, app.as_of(), why)?;
        let note =
            Note { member: link.person, ..Note::program("share link", format!("link {id} retired: {why}")) };
        Ok((link.clone(), vec![note.change(link.url, "retired")]))
    })?;
    app.screen.say(&format!("Link {id} is out of use as of {}; its clicks stay: {}", app.as_of(), link.url));
    app.screen.next("groundswell share link", "all links");
    Ok(End::Done)
}

fn list(app: &App, person: Option<&Person>, who: &Who) -> Result<End> {
    let who = who.chosen(app)?;
    let mut all = links::list(app.store()?, person.map(|person| person.id), app.as_of())?;
    let none = all.is_empty();
    all.retain(|link| who.as_ref().is_none_or(|who| link.person.is_some_and(|person| who.contains(person))));
    let mut table = table(app, &all)?;
    if !none {
        table.empty = "Nobody who fits that has a link.".into();
    }
    let told = all.iter().filter(|link| link.clicks.is_some()).count();
    if !all.is_empty() {
        table.note(format!(
            "{}, clicks up to {}; imports told of {told} of them, the others are unknown, not zero.",
            counted(all.len(), "link", "links"),
            app.as_of()
        ));
    }
    table.notes.extend(who.map(|who| who.note()));
    app.screen.show(&table)?;
    match all.iter().find(|link| link.person.is_none()) {
        Some(link) => app.screen.next(
            &format!("groundswell share link MEMBER --short {}", link.url),
            "this one is nobody's yet, and nobody is credited with its clicks",
        ),
        None => app.screen.next("groundswell share link MEMBER URL", "a tracked link of their own"),
    }
    Ok(End::Done)
}

fn table(app: &App, all: &[links::Link]) -> Result<Table> {
    let people = members::people(app.store()?, app.as_of())?;
    let names: BTreeMap<i64, String> = people.into_iter().map(|person| (person.id, person.label())).collect();
    let mut table = Table::new(&[
        "id", "member", "name", "url", "?target", ">clicks", "?day", "state", "?brief", "?retired", "?why",
    ])
    .or_say("No links yet: make one with `groundswell share link MEMBER URL`, or import clicks.");
    for link in all {
        let state = match (link.retired, link.person) {
            (Some(_), _) => "retired",
            (None, None) => "nobody's",
            (None, Some(_)) => "live",
        };
        table.row(vec![
            link.id.into(),
            link.person.into(),
            link.person.and_then(|id| names.get(&id).cloned()).into(),
            link.url.clone().into(),
            link.target.clone().into(),
            link.clicks.into(),
            link.day.to_string().into(),
            state.into(),
            link.brief.into(),
            link.retired.map(|day| day.to_string()).into(),
            link.why.clone().into(),
        ]);
    }
    Ok(table)
}
