//! `share send`: a message of a brief for each advocate, in their tone, with their link and code, as files.

use super::message::{self, Message, Values};
use super::standing::Standing;
use super::{brief, coining, segment, utm};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::model::identity::{Identity, link_address};
use crate::model::persona::Persona;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table, csv, file, mail, safe};
use crate::store::members::Person;
use crate::store::{Store, briefs, codes, links, settings};
use anyhow::{Context, Result};
use clap::Args;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A message of a brief for each advocate, in their tone, with their link and code, as files.
///
/// Example: groundswell share send 3 --to advocates tag:berlin ana@example.com -o letters
#[derive(Debug, Args)]
pub struct Send {
    /// The brief's number
    brief: i64,
    /// Whom: advocates, a stage, a persona, tag:NAME, platform:NAME, or members one by one
    #[arg(long, num_args = 1.., value_name = "SEGMENT|MEMBER")]
    to: Vec<String>,
    /// Also those who were asked for something only lately
    #[arg(long)]
    anyway: bool,
    /// By when an answer is wanted (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    answer_by: Option<String>,
    /// Who of ours signs; remembered for the next time
    #[arg(long, value_name = "NAME")]
    from: Option<String>,
    /// Where answers go; remembered for the next time
    #[arg(long, value_name = "ADDRESS")]
    reply_to: Option<String>,
}

/// Mail-merge files beside each other in one folder.
const MOST_FILES: usize = 10_000;

/// What is the same in every message.
struct Edition {
    brief: briefs::Brief,
    program: String,
    secret: String,
    sender: Option<String>,
    reply_to: Option<String>,
    embargo: Option<String>,
    answer_by: Option<String>,
    labels: BTreeMap<i64, String>,
    codes: BTreeMap<i64, String>,
}

/// One person's message, and the names of its files.
struct Letter {
    person: Person,
    lang: &'static str,
    link: Option<String>,
    code: Option<String>,
    mark: String,
    message: Message,
    stem: String,
}

impl Send {
    /// Sorts out who may be written to, and writes the messages.
    pub fn run(self, app: &App) -> Result<End> {
        let brief = brief::find(app, self.brief)?;
        let to = if self.to.is_empty() {
            let audience = brief.audience.clone().ok_or_else(|| {
                usage("whom to send it to is missing: add --to advocates, a segment, or members one by one")
            })?;
            audience.lines().map(String::from).collect()
        } else {
            self.to.clone()
        };
        let (people, labels) = segment::people(app, &to)?;
        let kind = brief.kind.clone();
        let standing = Standing::read(app, &kind, Some(brief.id))?;
        let mut refused = Vec::new();
        let mut wanted = Vec::new();
        for person in people {
            match standing.refusal(&person, self.anyway) {
                Some(reason) => refused.push((person, reason)),
                None => wanted.push(person),
            }
        }
        let edition = self.edition(app, brief, labels)?;
        let mut letters = Vec::new();
        if !wanted.is_empty() {
            let folder = app.folder()?;
            letters = self.write(app, &edition, wanted, &folder)?;
            app.screen.say(&format!(
                "Wrote {} into {}",
                counted(letters.len(), "message", "messages"),
                folder.display()
            ));
            if app.screen.file.is_none() {
                let (id, folder) = (edition.brief.id.to_string(), folder.display().to_string());
                let mut words = vec!["send", &id, "-o", &folder, "--to"];
                words.extend(to.iter().map(String::as_str));
                words.extend(self.anyway.then_some("--anyway"));
                super::again(app, &words);
            }
        }
        app.screen_without_file().show(&table(&edition, &letters, &refused, app.as_of()))?;
        let without = letters.iter().filter(|letter| letter.person.email.is_none()).count();
        if without > 0 {
            app.screen
                .say(&format!("{without} of them have no e-mail address: only the Markdown file was made."));
        }
        if refused.iter().any(|(_, reason)| reason.starts_with("no consent")) {
            let command = "groundswell member consent MEMBER --for exclusive yes --source TEXT";
            app.screen.say(&format!("A consent is written down with: {command}"));
        }
        if letters.is_empty() {
            app.screen
                .next("groundswell share balance", "who was asked when; nothing was written or changed");
        } else {
            let ack = format!("groundswell share ack {} MEMBER", edition.brief.id);
            app.screen.next(&ack, "as the answers come in; the files are yours to send");
        }
        Ok(if refused.is_empty() { End::Done } else { End::SetAside })
    }

    fn edition(&self, app: &App, brief: briefs::Brief, labels: BTreeMap<i64, String>) -> Result<Edition> {
        let store = app.store()?;
        let answer_by =
            self.answer_by.as_deref().map(|text| anyhow::Ok(typed::day("--answer-by", text)?.to_string()));
        let until = brief.embargo.filter(|until| brief.lifted.is_none() && *until > app.now());
        let zone = app.zone();
        let today = app.as_of();
        let live =
            codes::list(store, today)?.into_iter().filter(|code| code.to.is_none_or(|last| last > today));
        Ok(Edition {
            program: settings::read(store, "name")?.unwrap_or_default(),
            secret: settings::read(store, "secret")?
                .context("the program has no secret to mark copies with: run `groundswell check`")?,
            sender: self.from.clone().or(settings::read(store, "sender")?),
            reply_to: self.reply_to.clone().or(settings::read(store, "reply_to")?),
            embargo: until.map(|at| format!("{} ({})", zone.show(at), zone.name())),
            answer_by: answer_by.transpose()?,
            labels,
            codes: live.map(|code| (code.person, code.word)).collect(),
            brief,
        })
    }

    /// All messages in one transaction with their files: a file that cannot be written takes all of it back.
    fn write(&self, app: &App, edition: &Edition, people: Vec<Person>, folder: &Path) -> Result<Vec<Letter>> {
        app.write(|store| {
            for (name, value) in [("sender", &self.from), ("reply_to", &self.reply_to)] {
                if let Some(value) = value {
                    settings::set(store, name, value.trim())?;
                }
            }
            let mut letters = Vec::new();
            let mut notes = Vec::new();
            for person in people {
                let letter = letter(app, store, edition, person)?;
                let mail = letter.person.email.as_deref().map(|email| {
                    mail::file(&mail::Message {
                        from: edition
                            .reply_to
                            .as_deref()
                            .filter(|address| Identity::email(address).is_some()),
                        to: (&letter.person.label(), email),
                        subject: &letter.message.subject,
                        date: &app.now().mail(),
                        text: &letter.message.text,
                    })
                });
                file::letter(folder, &letter.stem, &letter.message.markdown, mail.as_deref())?;
                let what = format!("brief {} ({})", edition.brief.id, edition.brief.kind);
                notes.push(Note::of("share send", letter.person.id, what).change("", letter.mark.clone()));
                letters.push(letter);
            }
            file::write(&free(folder), csv::draw(&merge(edition, &letters))?.as_bytes())?;
            Ok((letters, notes))
        })
    }
}

/// One person's message, with their link made and the sending written down.
fn letter(app: &App, store: &Store, edition: &Edition, person: Person) -> Result<Letter> {
    let brief = &edition.brief;
    let link =
        brief.url.as_deref().map(|url| own_link(app, store, brief, url, &person)).transpose()?.flatten();
    let mark = coining::mark(&edition.secret, brief.id, person.id);
    let link_id = link.as_ref().map(|(id, _)| *id);
    briefs::send(store, brief.id, person.id, (app.now(), app.as_of()), link_id, &mark)?;
    let lang = app.lang_for(person.language.as_deref());
    let label = edition.labels.get(&person.id).filter(|label| Persona::parse(label).is_some());
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
        answer_by: edition.answer_by.clone(),
        mark: mark.clone(),
    };
    let message = message::fill(&app.texts(), &brief.kind, lang, &values)?;
    let stem = format!("brief-{}-{}-{}", brief.id, safe::slug(&person.label()), person.id);
    Ok(Letter { person, lang: lang.word(), link, code, mark, message, stem })
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

/// `messages.csv`, or the next number where an earlier sending's is still there: it may not have been mailed yet.
fn free(folder: &Path) -> PathBuf {
    let named = |number: usize| {
        folder.join(if number == 1 { "messages.csv".into() } else { format!("messages-{number}.csv") })
    };
    (1..=MOST_FILES).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1))
}

/// The mail-merge file: one line a message.
fn merge(edition: &Edition, letters: &[Letter]) -> Table {
    let mut table = Table::new(&[
        "member", "name", "email", "language", "persona", "subject", "body", "link", "code", "embargo",
        "mark", "file",
    ]);
    for letter in letters {
        table.row(vec![
            letter.person.id.into(),
            letter.person.label().into(),
            letter.person.email.clone().into(),
            letter.lang.into(),
            edition.labels.get(&letter.person.id).cloned().into(),
            letter.message.subject.clone().into(),
            letter.message.text.clone().into(),
            letter.link.clone().into(),
            letter.code.clone().into(),
            edition.embargo.clone().into(),
            letter.mark.clone().into(),
            format!("{}.md", letter.stem).into(),
        ]);
    }
    table
}

/// Who got it and who was left out, in order of id.
fn table(edition: &Edition, letters: &[Letter], refused: &[(Person, String)], day: Day) -> Table {
    let mut table = Table::new(&[
        "member", "name", "?email", "fate", "reason", "?persona", "?link", "?code", "?mark", "?file",
    ]);
    let label = |person: &Person| -> Cell { edition.labels.get(&person.id).cloned().into() };
    let mut rows: Vec<(i64, Vec<Cell>)> = Vec::new();
    for letter in letters {
        let person = &letter.person;
        rows.push((
            person.id,
            vec![
                person.id.into(),
                person.label().into(),
                person.email.clone().into(),
                "written".into(),
                Cell::Missing,
                label(person),
                letter.link.clone().into(),
                letter.code.clone().into(),
                letter.mark.clone().into(),
                format!("{}.md", letter.stem).into(),
            ],
        ));
    }
    for (person, reason) in refused {
        let mut row = vec![
            person.id.into(),
            person.label().into(),
            person.email.clone().into(),
            "left out".into(),
            reason.clone().into(),
            label(person),
        ];
        row.resize(table.columns.len(), Cell::Missing);
        rows.push((person.id, row));
    }
    rows.sort_by_key(|(id, _)| *id);
    for (_, row) in rows {
        table.row(row);
    }
    table.note(format!(
        "Brief {}, {day}: {} of {} people written to, {} left out.",
        edition.brief.id,
        letters.len(),
        letters.len() + refused.len(),
        refused.len()
    ));
    table
}
