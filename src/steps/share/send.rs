//! `share send`: a message of a brief for each advocate, in their tone, with their link and code, as files.

use super::copy::{Edition, Letter, Worded, letter};
use super::refusal::Refusal;
use super::standing::Standing;
use super::{brief, channel, segment};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::model::identity::Identity;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table, csv, file, mail};
use crate::store::members::Person;
use crate::store::{briefs, codes, settings};
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
    /// Whom: advocates, a stage, a persona, tag:NAME, platform:NAME, @SEGMENT or members one by one, which add up; or
    /// one filter in quotes, such as "stage=active audience>1000"
    #[arg(long, num_args = 1.., value_name = "SEGMENT|MEMBER")]
    to: Vec<String>,
    /// Also those who were asked for something only lately
    #[arg(long)]
    anyway: bool,
    /// By which way: mail, message, call, group, forum, newsletter, post. A secret goes only where nobody reads along
    #[arg(long, value_name = "WAY")]
    by: Option<String>,
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

impl Send {
    /// Sorts out who may be written to, and writes the messages.
    pub fn run(self, app: &App) -> Result<End> {
        let brief = brief::find(app, self.brief)?;
        brief::is_open(&brief)?;
        let way = channel::named(self.by.as_deref())?;
        let to = self.audience(&brief)?;
        let (people, labels) = segment::people(app, &to)?;
        let kind = brief.kind.clone();
        let secret = brief.embargo.filter(|until| brief.lifted.is_none() && *until > app.now());
        let overheard =
            secret.filter(|_| !way.private).map(|until| (way.name.as_str(), app.zone().day(until)));
        let standing = Standing::read(app, &kind, Some(brief.id))?.overheard(overheard);
        let mut refused = Vec::new();
        let mut wanted = Vec::new();
        for person in people {
            match standing.refusal(&person, self.anyway) {
                Some(refusal) => refused.push((person, refusal)),
                None => wanted.push(person),
            }
        }
        let edition = self.edition(app, brief, way.name.clone(), labels)?;
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
                words.extend(self.by.as_deref().into_iter().flat_map(|by| ["--by", by]));
                super::again(app, &words);
            }
        }
        app.screen_without_file().show(&table(&edition, &letters, &refused, app.as_of()))?;
        say(app, &edition, &letters, &refused);
        Ok(if refused.is_empty() { End::Done } else { End::SetAside })
    }

    /// Whom `--to` names, or whom the brief is for.
    fn audience(&self, brief: &briefs::Brief) -> Result<Vec<String>> {
        if !self.to.is_empty() {
            return Ok(self.to.clone());
        }
        let audience = brief.audience.as_ref().ok_or_else(|| {
            usage("whom to send it to is missing: add --to advocates, a segment, or members one by one")
        })?;
        Ok(audience.lines().map(String::from).collect())
    }

    fn edition(
        &self,
        app: &App,
        brief: briefs::Brief,
        channel: String,
        labels: BTreeMap<i64, String>,
    ) -> Result<Edition> {
        let store = app.store()?;
        let answer_by = self.answer_by.as_deref().map(|text| typed::day("--answer-by", text));
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
            channel,
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
            let mut worded = Worded::read(app, store, edition)?;
            for person in people {
                let letter = letter(app, store, edition, &mut worded, person)?;
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

/// What there is to say beside the list, and what comes next.
fn say(app: &App, edition: &Edition, letters: &[Letter], refused: &[(Person, Refusal)]) {
    let without = letters.iter().filter(|letter| letter.person.email.is_none()).count();
    if without > 0 {
        app.screen
            .say(&format!("{without} of them have no e-mail address: only the Markdown file was made."));
    }
    if refused.iter().any(|(_, refusal)| refusal.reason.starts_with("no consent")) {
        let command = "groundswell member consent MEMBER --for exclusive yes --source TEXT";
        app.screen.say(&format!("A consent is written down with: {command}"));
    }
    if letters.is_empty() {
        app.screen.next("groundswell share balance", "who was asked when; nothing was written or changed");
    } else {
        let ack = match edition.brief.kind.as_str() {
            "feedback" => "groundswell share ask list --open".into(),
            _ => format!("groundswell share ack {} MEMBER", edition.brief.id),
        };
        app.screen.next(&ack, "as the answers come in; the files are yours to send");
    }
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
fn table(edition: &Edition, letters: &[Letter], refused: &[(Person, Refusal)], day: Day) -> Table {
    let mut table = Table::new(&[
        "member", "name", "?email", "fate", "reason", "?again", "?persona", "?link", "?code", "?mark",
        "?file",
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
                Cell::Missing,
                label(person),
                letter.link.clone().into(),
                letter.code.clone().into(),
                letter.mark.clone().into(),
                format!("{}.md", letter.stem).into(),
            ],
        ));
    }
    for (person, refusal) in refused {
        let mut row = vec![
            person.id.into(),
            person.label().into(),
            person.email.clone().into(),
            "left out".into(),
            refusal.reason.clone().into(),
            refusal.again.map(|day| day.to_string()).into(),
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
