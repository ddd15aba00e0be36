//! `equip handbook`: what one advocate receives, or each of them.

use super::copy::{Copy, compile};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::texts::Texts;
use crate::model::persona::Persona;
use crate::output::{Format, Table, file, page, safe};
use crate::store::{handbooks, members};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Compile an advocate's handbook.
///
/// For their platforms, persona and language, examples first.
///
/// --format md (the default) or html; -o names the folder. Files of assets are copied beside it. An item past
/// its last day or a file that is gone fails the build.
///
/// Example: groundswell equip handbook --all -o handbooks --format html
#[derive(Debug, Args)]
pub struct Handbook {
    /// Whose
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    member: Option<String>,
    /// One for every advocate
    #[arg(long)]
    all: bool,
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
        let store = app.store()?;
        let only = self.member.as_deref().map(|who| app.member(who)).transpose()?;
        let only_id = only.as_ref().map(|person| person.id);
        let people = if let Some(person) = only {
            vec![person]
        } else {
            let everyone = members::people(store, app.as_of())?.into_iter();
            everyone.filter(|person| person.standing == "member" && person.stage.is_advocate()).collect()
        };
        if people.is_empty() {
            bail!(
                "nobody has joined yet, so there is nobody to hand one to: `groundswell member stage MEMBER active`"
            );
        }
        let copies = compile(app, people, only_id)?;
        let texts = copies
            .iter()
            .map(|copy| written(&app.texts(), copy, html, self.sender.as_deref(), self.contact.as_deref()))
            .collect::<Result<Vec<_>>>()?;
        let folder = app.folder()?;
        save(app, &folder, &copies, &texts)?;
        show(app, &folder, &copies, &texts)?;
        Ok(End::Done)
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
    let files: BTreeMap<&String, &String> =
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
            let bytes = std::fs::read(from).with_context(|| format!("cannot read {from}"))?;
            file::write(&folder.join(name), &bytes)?;
        }
        for (name, text) in texts {
            file::write(&folder.join(name), text.as_bytes())?;
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
