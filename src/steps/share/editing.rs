//! `share brief edit` and `share brief close`.

use super::brief::{find, is_address, is_open, read_embargo, state, text_of};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::time::half_width;
use crate::output::safe::counted;
use crate::store::briefs;
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;

/// Change a brief, as long as nobody has it; later only whom it is for.
///
/// Example: groundswell share brief edit 3 --embargo "2026-12-02 09:00"
#[derive(Debug, Args)]
pub struct Edit {
    /// Its number
    brief: i64,
    /// What it is called
    #[arg(long)]
    title: Option<String>,
    /// Its text, in Markdown
    #[arg(long, value_name = "TEXT", conflicts_with = "file")]
    body: Option<String>,
    /// A file with its text, in Markdown
    #[arg(long, value_name = "MD")]
    file: Option<PathBuf>,
    /// Where more is to be read
    #[arg(long)]
    url: Option<String>,
    /// Until when it is to be kept secret (YYYY-MM-DD HH:MM, in the program's zone)
    #[arg(long, value_name = "TIME")]
    embargo: Option<String>,
    /// Whom it is for, as `share send --to` takes it (may be given more than once)
    #[arg(long = "for", value_name = "FILTER")]
    audience: Vec<String>,
}

impl Edit {
    /// Changes it.
    pub fn run(self, app: &App) -> Result<End> {
        let before = find(app, self.brief)?;
        is_open(&before)?;
        let says = self.title.is_some()
            || self.body.is_some()
            || self.file.is_some()
            || self.url.is_some()
            || self.embargo.is_some();
        if !says && self.audience.is_empty() {
            return Err(usage("nothing to change: add --title, --body, --file, --url, --embargo or --for"));
        }
        if says && before.sent > 0 {
            bail!(
                "brief {1} went to {0} as it is, so only --for can be changed; close it and write another: groundswell share brief close {1} --why TEXT",
                counted(before.sent, "person", "people"),
                before.id
            );
        }
        let mut after = before.clone();
        is_address(self.url.as_deref())?;
        super::segment::filters("--for", &self.audience)?;
        let body = match self.file {
            Some(path) => Some(text_of(&path)?),
            None => self.body,
        };
        for (given, slot, flag) in
            [(self.title, &mut after.title, "--title"), (body, &mut after.body, "the text")]
        {
            if let Some(text) = given {
                *slot = text.trim().to_string();
                if slot.is_empty() {
                    return Err(usage(format!("{flag} is empty: say what the news is")));
                }
            }
        }
        after.url = self.url.map(|url| half_width(url.trim())).or(after.url);
        if let Some(text) = self.embargo {
            after.embargo = Some(read_embargo(app, &after.kind, &text)?);
        }
        if !self.audience.is_empty() {
            after.audience = Some(self.audience.join("\n"));
        }
        app.write(|store| {
            briefs::edit(store, &after)?;
            let note = Note::program("share brief edit", format!("brief {}", after.id));
            Ok(((), vec![note.change(said(app, &before), said(app, &after))]))
        })?;
        app.screen.say(&format!("Brief {}: {}", after.id, after.title));
        app.screen.next(&format!("groundswell share brief show {}", after.id), "how it reads now");
        Ok(End::Done)
    }
}

/// A brief in one line, for the log.
fn said(app: &App, brief: &briefs::Brief) -> String {
    let parts = [
        Some(brief.title.clone()),
        brief.url.clone(),
        brief.embargo.map(|at| format!("embargo {}", app.zone().show(at))),
        brief.audience.as_ref().map(|list| format!("for {}", list.replace('\n', ", "))),
        Some(brief.body.clone()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Close a brief: nobody gets it any more, and nobody is asked whether it arrived.
///
/// Example: groundswell share brief close 3 --why "the launch is off"
#[derive(Debug, Args)]
pub struct Close {
    /// Its number
    brief: i64,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

impl Close {
    /// Changes it.
    pub fn run(self, app: &App) -> Result<End> {
        let brief = find(app, self.brief)?;
        is_open(&brief)?;
        let why = app.text(self.why, "Why is it closed?", "--why TEXT")?;
        let why = why.trim();
        if why.is_empty() {
            return Err(usage("--why is empty: say why the brief is closed"));
        }
        app.write(|store| {
            briefs::withdraw(store, brief.id, why, app.as_of())?;
            let note = Note::program("share brief close", format!("brief {} closed: {why}", brief.id));
            Ok(((), vec![note.change(state(&brief, app.now()), "closed")]))
        })?;
        app.screen.say(&format!(
            "Brief {} is closed; {} have it",
            brief.id,
            counted(brief.sent, "person", "people")
        ));
        app.screen.next("groundswell share brief list", "what other news there is");
        Ok(End::Done)
    }
}
