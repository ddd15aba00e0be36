//! `share need`: what someone needs from us, and that it was done.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::{asks, members};
use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use std::collections::BTreeMap;

/// Write down what someone needs from us, and that it was done.
///
/// Example: groundswell share need ana@example.com "A microphone for the video series" --owner Mara
#[derive(Debug, Args)]
pub struct Need {
    #[command(subcommand)]
    command: Option<Command>,
    /// Whose need it is
    member: Option<String>,
    /// What, in words
    text: Option<String>,
    /// Who of ours sees to it
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything needed, what is open first
    List {
        /// Only what is not done
        #[arg(long)]
        open: bool,
    },
    /// Write down that it was done, and how.
    ///
    /// Example: groundswell share need done 2 "sent a microphone"
    Done {
        /// The need's number
        need: i64,
        /// What was done
        text: String,
    },
}

impl Need {
    /// Writes a need down, lists them, or closes one.
    pub fn run(self, app: &App) -> Result<End> {
        if self.command.is_some() && (self.member.is_some() || self.owner.is_some()) {
            return Err(usage(
                "both a need and a command (list, done) were given: write it in more than one word, or leave the rest out",
            ));
        }
        match self.command {
            Some(Command::List { open }) => return list(app, open),
            Some(Command::Done { need, text }) => return done(app, need, text.trim()),
            None => {}
        }
        let asked = self.member.is_none() || self.text.is_none();
        let person =
            app.member(&app.text(self.member, "Who?", "MEMBER, such as: share need MEMBER TEXT")?)?;
        let text = app.text(self.text, "What?", "TEXT, such as: share need MEMBER TEXT")?.trim().to_string();
        if text.is_empty() {
            return Err(usage("the text is empty: say what they need"));
        }
        let owner = self.owner.or_else(|| person.owner.clone());
        let id = app.write(|store| {
            let id = asks::need(store, person.id, &text, owner.as_deref(), (app.now(), app.as_of()))?;
            let note = Note::of("share need", person.id, format!("need {id}"));
            Ok((id, vec![note.change("", text.clone())]))
        })?;
        app.screen.say(&format!("Need {id} of {}: {text}", person.label()));
        if asked {
            super::again(app, &["need", &person.id.to_string(), &text]);
        }
        app.screen.next(&format!("groundswell share need done {id} TEXT"), "when it was seen to");
        Ok(End::Done)
    }
}

fn done(app: &App, id: i64, text: &str) -> Result<End> {
    if text.is_empty() {
        return Err(usage("the text is empty: say what was done"));
    }
    let needs = asks::needs(app.store()?, app.as_of())?;
    let Some(need) = needs.into_iter().find(|need| need.id == id) else {
        bail!("there is no need {id}; all of them: groundswell share need list");
    };
    if let Some(day) = need.done {
        bail!("need {id} was done on {day} already");
    }
    app.write(|store| {
        asks::done(store, id, text, app.as_of())?;
        let note = Note::of("share need done", need.person, format!("need {id} done"));
        Ok(((), vec![note.change(need.text.clone(), text)]))
    })?;
    app.screen.say(&format!("Need {id} is done: {text}"));
    app.screen.next("groundswell share need list --open", "what is still needed");
    Ok(End::Done)
}

fn list(app: &App, open: bool) -> Result<End> {
    let store = app.store()?;
    let people = members::people(store, app.as_of())?;
    let names: BTreeMap<i64, String> = people.into_iter().map(|person| (person.id, person.label())).collect();
    let mut needs = asks::needs(store, app.as_of())?;
    let total = needs.len();
    needs.retain(|need| !open || need.done.is_none());
    needs.sort_by_key(|need| (need.done.is_some(), need.day, need.id));
    let mut table = Table::new(&[
        "need",
        "member",
        "name",
        "text",
        "state",
        "owner",
        "day",
        ">age_days",
        "?done",
        "?outcome",
    ])
    .or_say(
        "Nobody needs anything that we know of: write it down with `groundswell share need MEMBER TEXT`.",
    );
    for need in needs {
        table.row(vec![
            need.id.into(),
            need.person.into(),
            names.get(&need.person).cloned().into(),
            need.text.into(),
            if need.done.is_some() { "done" } else { "open" }.into(),
            need.owner.into(),
            need.day.to_string().into(),
            i64::from(need.done.unwrap_or(app.as_of()).0 - need.day.0).into(),
            need.done.map(|day| day.to_string()).into(),
            need.outcome.into(),
        ]);
    }
    if table.rows.is_empty() && total > 0 {
        table.empty = "Nothing is open: every need was seen to.".into();
    } else if total > 0 {
        table.note(format!(
            "{} of {} up to {}; the age of a done one ends when it was done.",
            table.rows.len(),
            counted(total, "need", "needs"),
            app.as_of()
        ));
    }
    app.screen.show(&table)?;
    app.screen.next("groundswell share balance", "given against got");
    Ok(End::Done)
}
