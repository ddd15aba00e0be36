//! `share need`: what someone needs from us, and that it was done.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::members::segment::Who;
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::asks;
use anyhow::{Result, bail};
use clap::{Args, Subcommand};

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
    /// By when it was promised (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    due: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    /// Write down that it was done, and how.
    ///
    /// Example: groundswell share need done 2 "sent a microphone"
    Done {
        /// The need's number
        need: i64,
        /// What was done
        text: Option<String>,
    },
}

/// Everything needed, what is open first.
///
/// Example: groundswell share need list --open --owner Mara
#[derive(Debug, Args)]
struct List {
    /// Only what is not done
    #[arg(long)]
    open: bool,
    /// Only what one of ours sees to
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    #[command(flatten)]
    who: Who,
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
            Some(Command::List(args)) => return args.run(app),
            Some(Command::Done { need, text }) => return done(app, need, text),
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
        let due = self.due.as_deref().map(|text| super::coming(app, "--due", text)).transpose()?;
        let id = app.write(|store| {
            let id = asks::need(store, person.id, &text, (owner.as_deref(), due), (app.now(), app.as_of()))?;
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

fn done(app: &App, id: i64, text: Option<String>) -> Result<End> {
    let needs = asks::needs(app.store()?, app.as_of())?;
    let Some(need) = needs.into_iter().find(|need| need.id == id) else {
        bail!("there is no need {id}; all of them: groundswell share need list");
    };
    if let Some(day) = need.done {
        bail!("need {id} was done on {day} already");
    }
    let text = app.text(text, "What was done?", "TEXT, such as: share need done NEED TEXT")?;
    let text = text.trim();
    if text.is_empty() {
        return Err(usage("the text is empty: say what was done"));
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

impl List {
    fn run(self, app: &App) -> Result<End> {
        let who = self.who.chosen(app)?;
        let mut needs = asks::needs(app.store()?, app.as_of())?;
        let total = needs.len();
        needs.retain(|need| {
            let by = |name: &String| {
                need.owner.as_ref().is_some_and(|owner| owner.to_lowercase() == name.trim().to_lowercase())
            };
            (!self.open || need.done.is_none())
                && self.owner.as_ref().is_none_or(by)
                && who.as_ref().is_none_or(|who| who.contains(need.person))
        });
        needs.sort_by_key(|need| (need.done.is_some(), need.due.unwrap_or(need.day), need.id));
        let (shown, open) = (needs.len(), needs.iter().filter(|need| need.done.is_none()).count());
        let mut table = table(app, needs)?;
        if shown == 0 && total > 0 {
            let narrowed = who.is_some() || self.owner.is_some();
            let nothing = "Nothing is open: every need was seen to.";
            table.empty = if narrowed {
                "No need fits that; all of them: `groundswell share need list`."
            } else {
                nothing
            }
            .into();
        } else if total > 0 {
            table.note(format!(
                "{shown} of {} up to {}: {open} open, {} done; the age of a done one ends when it was done.",
                counted(total, "need", "needs"),
                app.as_of(),
                shown - open
            ));
        }
        table.notes.extend(who.map(|who| who.note()));
        app.screen.show(&table)?;
        app.screen.next("groundswell share balance", "given against got");
        Ok(End::Done)
    }
}

fn table(app: &App, needs: Vec<asks::Need>) -> Result<Table> {
    let names = app.names(needs.iter().map(|need| need.person))?;
    let mut table = Table::new(&[
        "need",
        "member",
        "name",
        "text",
        "state",
        "owner",
        "?due",
        "day",
        ">age_days",
        "?done",
        "?outcome",
    ])
    .or_say(
        "Nobody needs anything that we know of: write it down with `groundswell share need MEMBER TEXT`.",
    );
    for need in needs {
        let is_late = need.due.is_some_and(|due| due < app.as_of());
        let state = match need.done {
            Some(_) => "done",
            None if is_late => "overdue",
            None => "open",
        };
        table.row(vec![
            need.id.into(),
            need.person.into(),
            names.get(&need.person).cloned().into(),
            need.text.into(),
            state.into(),
            need.owner.into(),
            need.due.map(|day| day.to_string()).into(),
            need.day.to_string().into(),
            i64::from(need.done.unwrap_or(app.as_of()).0 - need.day.0).into(),
            need.done.map(|day| day.to_string()).into(),
            need.outcome.into(),
        ]);
    }
    Ok(table)
}
