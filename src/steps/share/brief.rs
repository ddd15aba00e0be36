//! `share brief`: news, written, listed and read.

use super::editing::{Close, Edit};
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::{App, given};
use crate::model::identity::link_address;
use crate::model::time::half_width;
use crate::output::safe::counted;
use crate::output::{Cell, Format, Table};
use crate::store::briefs;
use crate::store::members::{self, Person};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

/// News: write it, list it, read it.
#[derive(Debug, Args)]
pub struct Brief {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(New),
    /// All news, with how many have it
    List,
    Show(Show),
    Edit(Edit),
    Close(Close),
}

/// What a brief may be.
const KINDS: [&str; 3] = ["exclusive", "open", "feedback"];

impl Brief {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::New(args) => args.run(app),
            Command::List => list(app),
            Command::Show(args) => args.run(app),
            Command::Edit(args) => args.run(app),
            Command::Close(args) => args.run(app),
        }
    }
}

/// What a file says.
pub fn text_of(path: &Path) -> Result<String> {
    given::is_file(path)?;
    std::fs::read_to_string(path).with_context(|| format!("cannot read {} as text", path.display()))
}

/// Write news down.
///
/// Example: groundswell share brief new --kind open --title "Summer fair" --body "We are in hall 3." --url kettle.example/fair
#[derive(Debug, Args)]
struct New {
    /// exclusive (secret for now), open (for anyone), or feedback (we ask for an opinion)
    #[arg(long)]
    kind: Option<String>,
    /// What it is called
    #[arg(long)]
    title: Option<String>,
    /// Its text, in Markdown
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    body: Option<String>,
    /// A file with its text, in Markdown
    #[arg(long, value_name = "MD")]
    file: Option<PathBuf>,
    /// Where more is to be read; each advocate gets a tracked link to it
    #[arg(long)]
    url: Option<String>,
    /// Until when it is to be kept secret (YYYY-MM-DD HH:MM, in the program's zone; a day alone is its noon)
    #[arg(long, value_name = "TIME")]
    embargo: Option<String>,
    /// Whom it is for, as `share send --to` takes it (may be given more than once)
    #[arg(long = "for", value_name = "FILTER")]
    audience: Vec<String>,
}

impl New {
    fn run(self, app: &App) -> Result<End> {
        let asked =
            self.kind.is_none() || self.title.is_none() || (self.body.is_none() && self.file.is_none());
        let kind = app.text(self.kind, &format!("What kind ({})?", KINDS.join(", ")), "--kind KIND")?;
        let kind = half_width(kind.trim()).to_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            return Err(usage(format!("--kind {kind}: there is none; the kinds are {}", KINDS.join(", "))));
        }
        let title = app.text(self.title, "What is it called?", "--title TEXT")?.trim().to_string();
        if title.is_empty() {
            return Err(usage("--title is empty: say in a few words what the news is"));
        }
        let body = match self.file {
            Some(path) => text_of(&path)?,
            None => app.text(self.body, "What is the news?", "--body TEXT or --file MD")?,
        };
        if body.trim().is_empty() {
            return Err(usage("the text is empty: give it with --body TEXT or --file MD"));
        }
        is_address(self.url.as_deref())?;
        super::segment::filters("--for", &self.audience)?;
        let embargo = self.embargo.map(|text| read_embargo(app, &kind, &text)).transpose()?;
        let brief = briefs::Brief {
            id: 0,
            kind,
            title,
            body: body.trim().to_string(),
            url: self.url.map(|url| half_width(url.trim())),
            audience: (!self.audience.is_empty()).then(|| self.audience.join("\n")),
            embargo,
            day: app.as_of(),
            lifted: None,
            withdrawn: None,
            withdrawn_why: None,
            sent: 0,
            acked: 0,
        };
        let id = app.write(|store| {
            let id = briefs::add(store, &brief, app.now())?;
            let what = format!("brief {id} ({})", brief.kind);
            Ok((id, vec![Note::program("share brief new", what).change("", brief.title.clone())]))
        })?;
        app.screen.say(&format!("Brief {id}: {} ({})", brief.title, brief.kind));
        if asked {
            let flags =
                ["brief", "new", "--kind", &brief.kind, "--title", &brief.title, "--body", &brief.body];
            super::again(app, &flags);
        }
        let to = if brief.audience.is_some() { "" } else { " --to advocates" };
        app.screen.next(&format!("groundswell share send {id}{to} -o DIR"), "a message for each of them");
        Ok(End::Done)
    }
}

/// Until when, as `--embargo` says it.
pub(super) fn read_embargo(app: &App, kind: &str, text: &str) -> Result<crate::model::time::Instant> {
    if kind == "open" {
        return Err(usage("--embargo: open news is for anyone at any time; make it --kind exclusive"));
    }
    let until = app
        .zone()
        .parse(text)
        .ok_or_else(|| usage(format!("--embargo {text}: not a time; write it as 2026-12-01 09:00")))?;
    if until <= app.now() {
        return Err(usage(format!("--embargo {text} is over already: give a time to come, or leave it out")));
    }
    Ok(until)
}

/// Refuses an address that is none.
pub(super) fn is_address(url: Option<&str>) -> Result<()> {
    match url.filter(|url| link_address(url).is_none()) {
        Some(url) => {
            Err(usage(format!("--url {url}: not an address; write it as https://kettle.example/news")))
        }
        None => Ok(()),
    }
}

/// Refuses what would go on with a closed brief.
pub fn is_open(brief: &briefs::Brief) -> Result<()> {
    if let Some(day) = brief.withdrawn {
        let why = brief.withdrawn_why.as_deref().unwrap_or("no reason given");
        bail!("brief {} was closed on {day} ({why}); write another: groundswell share brief new", brief.id);
    }
    Ok(())
}

/// Where a brief stands on the as-of day.
pub fn state(brief: &briefs::Brief, now: crate::model::time::Instant) -> &'static str {
    if brief.withdrawn.is_some() {
        return "closed";
    }
    match (brief.embargo, brief.lifted) {
        (Some(_), Some(_)) => "lifted",
        (Some(until), None) if until <= now => "embargo over",
        (Some(_), None) if brief.sent > 0 => "under embargo",
        _ if brief.sent > 0 => "sent",
        _ => "draft",
    }
}

/// The brief with this number, or an error that says where the numbers are.
pub fn find(app: &App, id: i64) -> Result<briefs::Brief> {
    let Some(brief) = briefs::one(app.store()?, id, app.as_of())? else {
        bail!("there is no brief {id}; all of them: groundswell share brief list");
    };
    Ok(brief)
}

fn list(app: &App) -> Result<End> {
    let all = briefs::list(app.store()?, app.as_of())?;
    app.screen.show(&table(app, &all))?;
    match all.iter().find(|brief| brief.sent == 0 && brief.withdrawn.is_none()) {
        Some(brief) => app.screen.next(
            &format!("groundswell share send {} --to advocates -o DIR", brief.id),
            "nobody has this one yet",
        ),
        None if all.is_empty() => app.screen.next("groundswell share brief new", "the first news"),
        None => app.screen.next("groundswell share ask list --open", "what is still to be answered"),
    }
    Ok(End::Done)
}

fn table(app: &App, all: &[briefs::Brief]) -> Table {
    let mut table =
        Table::new(&["id", "kind", "title", "day", "embargo", ">sent", ">acked", "state", "?url", "?for"])
            .or_say("No news yet: write some with `groundswell share brief new`.");
    for brief in all {
        table.row(vec![
            brief.id.into(),
            brief.kind.clone().into(),
            brief.title.clone().into(),
            brief.day.to_string().into(),
            brief.embargo.map(|at| app.zone().show(at)).into(),
            brief.sent.into(),
            brief.acked.into(),
            state(brief, app.now()).into(),
            brief.url.clone().into(),
            brief.audience.as_ref().map(|list| list.replace('\n', ", ")).into(),
        ]);
    }
    if !all.is_empty() {
        table.note(format!(
            "{} up to {}; sent and acked count people; times are in {}.",
            counted(all.len(), "brief", "briefs"),
            app.as_of(),
            app.zone().name()
        ));
    }
    table
}

/// One piece of news, as its text.
///
/// Example: groundswell share brief show 3
#[derive(Debug, Args)]
struct Show {
    /// Its number
    brief: i64,
    /// Who has it, and the mark of each copy, by which one that turns up elsewhere is known again
    #[arg(long)]
    copies: bool,
}

impl Show {
    fn run(self, app: &App) -> Result<End> {
        let brief = find(app, self.brief)?;
        if self.copies {
            return copies(app, &brief);
        }
        if app.screen.format == Format::Table {
            let embargo =
                brief.embargo.map_or_else(String::new, |at| format!(", embargo {}", app.zone().show(at)));
            app.screen.heading(&brief.title);
            app.screen.aside(&format!(
                "{}, {}{embargo}; {} have it, {} said received",
                brief.kind, brief.day, brief.sent, brief.acked
            ));
            app.screen.data(&format!("{}\n", crate::output::safe::lines(&brief.body)))?;
        } else {
            app.screen.show(&table(app, std::slice::from_ref(&brief)))?;
        }
        app.screen.next(
            &format!("groundswell share send {} --to advocates -o DIR", brief.id),
            "a message for each of them",
        );
        Ok(End::Done)
    }
}

/// Who has a copy, and when it went out and was acknowledged.
pub(super) fn copy(person: &Person, send: &briefs::Send) -> Vec<Cell> {
    vec![
        person.id.into(),
        person.label().into(),
        person.email.clone().into(),
        send.day.to_string().into(),
        send.acked.map(|day| day.to_string()).into(),
    ]
}

/// Who has a brief, with the mark of each copy.
fn copies(app: &App, brief: &briefs::Brief) -> Result<End> {
    let store = app.store()?;
    let sends = briefs::sends(store, brief.id, app.as_of())?;
    let mut table = Table::new(&["member", "name", "?email", "sent", "acked", "?lifted", "?by", "mark"])
        .or_say("Nobody has this brief yet: send it with `groundswell share send`.");
    for person in members::people(store, app.as_of())? {
        if let Some(send) = sends.get(&person.id) {
            let mut row = copy(&person, send);
            row.push(send.lifted.map(|day| day.to_string()).into());
            row.push(send.channel.clone().into());
            row.push(send.mark.clone().into());
            table.row(row);
        }
    }
    if !table.rows.is_empty() {
        table.note(format!("{} copies of brief {} up to {}.", table.rows.len(), brief.id, app.as_of()));
    }
    app.screen.show(&table)?;
    app.screen.next(&format!("groundswell share ack {} MEMBER", brief.id), "when someone says received");
    Ok(End::Done)
}
