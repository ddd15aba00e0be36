//! `equip handbook`: what one advocate receives, or each of them.

use super::copy::{Copy, compile};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::texts::Texts;
use crate::members::segment::Who;
use crate::model::persona::Persona;
use crate::output::{Format, Table, file, page, safe};
use crate::store::handbooks;
use crate::store::members::{self, Person};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the work goes on before a bar is shown.
const PATIENCE: Duration = Duration::from_millis(500);

/// Compile an advocate's handbook.
///
/// For their platforms, persona and language, examples first.
///
/// --format md (the default) or html; -o names the folder. Files of assets are copied beside it. An item past
/// its last day, a file that is gone or a link that leads nowhere fails the build.
///
/// Example: groundswell equip handbook --all -o handbooks --format html
#[derive(Debug, Args)]
pub struct Handbook {
    /// Whose; several may be named
    #[arg(required_unless_present_any = ["all", "who"], conflicts_with_all = ["all", "who"])]
    member: Vec<String>,
    /// One for every advocate
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    who: Who,
    /// Who signs it (else who looks after them)
    #[arg(long, value_name = "NAME")]
    sender: Option<String>,
    /// Where questions go (else the first contact in the library with an e-mail address)
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
}

impl Handbook {
    /// Compiles, writes, and remembers what each copy held.
    pub fn run(self, app: &App) -> Result<End> {
        let html = match app.screen.format {
            Format::Table | Format::Md => false,
            Format::Html => true,
            _ => return Err(usage("a handbook is a text: --format md or html")),
        };
        let (people, only) = self.people(app)?;
        let copies = compile(app, people, only)?;
        let bar = app.screen.counting(copies.len() as u64, PATIENCE);
        let mut texts = Vec::with_capacity(copies.len());
        for copy in &copies {
            texts.push(written(&app.texts(), copy, html, self.sender.as_deref(), self.contact.as_deref())?);
            bar.advance(1);
        }
        drop(bar);
        let folder = app.folder()?;
        save(app, &folder, &copies, &texts)?;
        show(app, &folder, &copies, &texts)?;
        Ok(End::Done)
    }

    /// Whose are made; and the one person, where it is only one.
    fn people(&self, app: &App) -> Result<(Vec<Person>, Option<i64>)> {
        let mut named: Vec<Person> = Vec::new();
        for who in &self.member {
            let person = app.member(who)?;
            if named.iter().all(|known| known.id != person.id) {
                named.push(person);
            }
        }
        if let [only] = named.as_slice() {
            let id = only.id;
            return Ok((named, Some(id)));
        }
        let who = self.who.chosen(app)?;
        let everyone = members::people(app.store()?, app.as_of())?.into_iter();
        let advocates = everyone.filter(|person| person.standing == "member" && person.stage.is_advocate());
        let people: Vec<_> =
            advocates.filter(|person| who.as_ref().is_none_or(|who| who.contains(person.id))).collect();
        if let Some(other) = named.iter().find(|person| people.iter().all(|known| known.id != person.id)) {
            bail!(
                "{} is no advocate: several handbooks at once are for advocates; make theirs alone with `groundswell equip handbook {} -o DIR`",
                other.label(),
                other.id
            );
        }
        if !named.is_empty() {
            return Ok((named, None));
        }
        if let Some(who) = &who {
            app.screen.say(&format!("{} Advocates among them: {}.", who.note(), people.len()));
            if people.is_empty() {
                bail!(
                    "no advocate fits {}: see who they are with `groundswell member list --who advocates`",
                    who.filter
                );
            }
        }
        if people.is_empty() {
            bail!(
                "nobody has joined yet, so there is nobody to hand one to: `groundswell member stage MEMBER active`"
            );
        }
        Ok((people, None))
    }
}

/// A copy's file name and its text.
fn written(
    texts: &Texts,
    copy: &Copy,
    html: bool,
    sender: Option<&str>,
    contact: Option<&str>,
) -> Result<(String, String)> {
    let name = copy.person.label();
    let text = copy.markdown(texts, sender, contact)?;
    let stem = format!("{}-{}", safe::slug(&name), copy.person.id);
    if !html {
        return Ok((format!("{stem}.md"), text));
    }
    let frame = texts.get("templates/page.html")?;
    Ok((format!("{stem}.html"), page::page(&frame.name, &frame.source, copy.lang.word(), &name, &text)?))
}

/// Writes the files and the rows that say what was in them: all, or none of the rows.
fn save(app: &App, folder: &Path, copies: &[Copy], texts: &[(String, String)]) -> Result<()> {
    let files: BTreeMap<&String, &PathBuf> =
        copies.iter().flat_map(|copy| copy.files.iter().map(|(from, name)| (name, from))).collect();
    app.write(|store| {
        let mut notes = Vec::new();
        for copy in copies {
            handbooks::add(store, copy.person.id, app.now(), app.as_of(), &copy.digests())?;
            let what = format!("handbook in {} with {} parts", copy.lang.word(), copy.parts.len());
            notes.push(Note::of("equip handbook", copy.person.id, what));
        }
        if !files.is_empty() {
            file::folder(&folder.join("assets"))?;
        }
        for (name, from) in &files {
            let bytes = std::fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
            file::write(&folder.join(name), &bytes)?;
        }
        let bar = app.screen.counting(texts.len() as u64, PATIENCE);
        for (name, text) in texts {
            file::write(&folder.join(name), text.as_bytes())?;
            bar.advance(1);
        }
        Ok(((), notes))
    })
}

fn show(app: &App, folder: &Path, copies: &[Copy], texts: &[(String, String)]) -> Result<()> {
    let mut table = Table::new(&["member", "name", "?persona", "?lang", ">playbooks", ">parts", "file"]);
    let mut missing: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut foreign: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (copy, (name, _)) in copies.iter().zip(texts) {
        let playbooks = copy.parts.iter().filter(|part| part.kind == "playbook").count();
        let path: PathBuf = folder.join(name);
        table.row(vec![
            copy.person.id.into(),
            copy.person.label().into(),
            copy.persona.map(Persona::as_str).into(),
            copy.lang.word().into(),
            playbooks.into(),
            copy.parts.len().into(),
            path.display().to_string().into(),
        ]);
        for platform in &copy.without_playbook {
            *missing.entry((copy.lang.word(), platform)).or_default() += 1;
        }
        for platform in &copy.foreign_playbook {
            *foreign.entry((copy.lang.word(), platform)).or_default() += 1;
        }
    }
    for ((lang, platform), people) in missing {
        table.note(format!("No playbook for {platform}, where {people} of them are: `groundswell equip add playbook --platform {platform} --lang {lang} --file PATH`"));
    }
    for ((lang, platform), people) in foreign {
        table.note(format!("The playbook for {platform} is in another language than {lang}, the language of {people} of the handbooks with it: `groundswell equip add playbook --platform {platform} --lang {lang} --file PATH`"));
    }
    let screen = crate::output::Screen { format: Format::Table, ..app.screen_without_file() };
    screen.show(&table)?;
    screen.next(
        &format!("groundswell equip changed {}", copies[0].person.id),
        "what a new copy would bring them",
    );
    Ok(())
}
