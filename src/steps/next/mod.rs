//! `groundswell next`: this week's list over all six steps.

pub mod list;
mod people;
mod rules;
mod seen;
mod work;

use crate::app::App;
use crate::app::ask::quoted;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::time::Day;
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::snoozes::{self, Snooze};
use crate::store::{members, stages};
use anyhow::{Result, bail};
use clap::Args;
use list::{Line, List};

/// This week's list: what to do first, why, and the command for it.
///
/// Over all six steps: react to, answer, ask after, tell, leave alone, hand out, look at. First comes what is lost most by
/// waiting (`groundswell explain next`). `groundswell walk` goes through the same list with questions.
///
/// A line is put off by its command, for so many days or for good:
/// groundswell next --later "groundswell share ask answer 4" --days 7
///
/// Example: groundswell next --top 40
#[derive(Debug, Args)]
pub struct Next {
    /// How many lines
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    top: Option<u16>,
    /// Those that were put off too, with the reason
    #[arg(long)]
    all: bool,
    /// Leave the line with this command out for some days
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["top", "all", "not_needed", "back"])]
    later: Option<String>,
    /// For how many days (the usual number of its kind if not given)
    #[arg(long, value_name = "N", requires = "later", value_parser = clap::value_parser!(i32).range(1..=365))]
    days: Option<i32>,
    /// Leave the line with this command out: it is not needed
    #[arg(long, value_name = "COMMAND", requires = "why", conflicts_with_all = ["top", "all", "back"])]
    not_needed: Option<String>,
    /// Why it is not needed, or put off
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Take back that the line with this command was put off
    #[arg(long, value_name = "COMMAND", conflicts_with_all = ["top", "all"])]
    back: Option<String>,
}

impl Next {
    /// Shows the list, or puts a line of it off.
    pub fn run(self, app: &App) -> Result<End> {
        let why = self.why.as_deref().map(str::trim);
        if let Some(command) = &self.later {
            let list = List::read(app, true)?;
            let line = find(&list, command)?;
            let days = self.days.unwrap_or(list.days(line).0);
            return later(app, line, days, why);
        }
        if let Some(command) = &self.not_needed {
            let list = List::read(app, true)?;
            let why = why.filter(|why| !why.is_empty());
            let why = why.ok_or_else(|| usage("--why is empty: say why it is not needed"))?;
            let line = find(&list, command)?;
            return not_needed(app, line, list.days(line).1, why);
        }
        if let Some(command) = &self.back {
            let list = List::read(app, true)?;
            return back(app, find(&list, command)?);
        }
        if why.is_some() {
            return Err(usage("--why belongs to --later or --not-needed: say which line, by its command"));
        }
        show(app, &List::read(app, self.all)?, self.top.map(usize::from))
    }
}

fn show(app: &App, list: &List, top: Option<usize>) -> Result<End> {
    let (lines, more) = list.first(top);
    let mut table = Table::new(&["step", "member", "name", "~what", "~why", "~command"]);
    for line in &lines {
        table.row(vec![
            line.step.clone().into(),
            line.person.into(),
            line.name.clone().into(),
            line.what.clone().into(),
            why(line).into(),
            line.command.clone().into(),
        ]);
    }
    table.empty = nothing(app, list)?;
    if !lines.is_empty() {
        let total = counted(list.lines.len(), "thing", "things");
        table.note(format!(
            "{} of {total} to do on {}, what is lost most by waiting first.",
            lines.len(),
            app.as_of()
        ));
    }
    if !more.is_empty() {
        let places: Vec<String> =
            more.iter().take(4).map(|(place, left)| format!("{left} in `{place}`")).collect();
        let others = if more.len() > 4 { ", and others" } else { "" };
        table.note(format!("Not shown: {}{others}; all with --top {}.", places.join(", "), list.lines.len()));
    }
    if list.put_off > 0 {
        table.note(format!(
            "{} put off: --all shows them too.",
            counted(list.put_off, "line is", "lines are")
        ));
    }
    app.screen.show(&table)?;
    if !lines.is_empty() {
        app.screen.aside("One after the other, with questions: groundswell walk");
    }
    match lines.first() {
        Some(line) => app.screen.next(&line.command, list.reason(line).trim_end_matches('.')),
        None => app.screen.next("groundswell status", "the six steps, and what is missing"),
    }
    Ok(End::Done)
}

/// Why a line stands there, and that it was put off.
fn why(line: &Line) -> String {
    match &line.snooze {
        None => line.why.clone(),
        Some(snooze) => {
            let said = snooze.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
            let until = snooze.until.map_or_else(|| "for good".into(), |day| format!("until {day}"));
            let what = if snooze.needed { "put off" } else { "not needed" };
            format!("{} [{what} {until}{said}]", line.why)
        }
    }
}

/// What an empty list says: that all is done, or how to begin.
fn nothing(app: &App, list: &List) -> Result<String> {
    let (store, today) = (app.store()?, app.as_of());
    if list.put_off > 0 {
        return Ok("Nothing is left to do; what was put off comes back on its day.".into());
    }
    if stages::joined(store, today)?.iter().any(|one| one.stage.is_advocate()) {
        return Ok(
            "Nothing waits today. New work comes with the next import: `groundswell import FILE`.".into()
        );
    }
    let (people, _) = members::counts(store)?;
    Ok(match people {
        0 => "Nobody is here yet: `groundswell import FILE` with an export of your survey, forum, shop or CRM, then `groundswell next` again.".into(),
        _ => "Nobody has joined yet, so nothing waits: `groundswell identify rank` says whom to invite.".into(),
    })
}

fn find<'a>(list: &'a List, command: &str) -> Result<&'a Line> {
    if let Some(line) = list.with_command(command) {
        return Ok(line);
    }
    bail!("no line of the list has the command '{}'; copy one from `groundswell next --all`", command.trim());
}

/// Leaves a line out for so many days.
pub fn later(app: &App, line: &Line, days: i32, why: Option<&str>) -> Result<End> {
    let until = app.as_of().plus(days);
    put_off(app, line, Some(until), true, why)?;
    app.screen.say(&format!("Left out until {until}: {}", line.what));
    hint(app, line);
    Ok(End::Done)
}

/// Leaves a line out since it is not needed, for so many days (0: for good).
pub fn not_needed(app: &App, line: &Line, days: i32, why: &str) -> Result<End> {
    let until = (days > 0).then(|| app.as_of().plus(days));
    put_off(app, line, until, false, Some(why))?;
    let told = until.map_or_else(|| "for good".into(), |day| format!("until {day}"));
    app.screen.say(&format!("Not needed, left out {told}: {}", line.what));
    hint(app, line);
    Ok(End::Done)
}

fn hint(app: &App, line: &Line) {
    app.screen.next(&format!("groundswell next --back {}", quoted(&line.command)), "if it was a mistake");
}

/// Writes down that a line is left out.
pub fn put_off(app: &App, line: &Line, until: Option<Day>, needed: bool, why: Option<&str>) -> Result<()> {
    let why = why.filter(|why| !why.is_empty()).map(String::from);
    let snooze = Snooze { id: 0, until, needed, why: why.clone(), day: app.as_of() };
    app.write(|store| {
        snoozes::add(store, (&line.rule, &line.subject), line.person, &snooze, app.now())?;
        let what =
            format!("{} {}: {}", if needed { "put off" } else { "not needed" }, line.rule, line.command);
        let note = Note { member: line.person, ..Note::program("next", what) };
        let until = until.map_or_else(|| "for good".into(), |day| format!("until {day}"));
        Ok(((), vec![note.change("", why.map_or(until.clone(), |why| format!("{until}: {why}")))]))
    })
}

fn back(app: &App, line: &Line) -> Result<End> {
    if line.snooze.is_none() {
        app.screen.say("That line was not put off; nothing was changed.");
        return Ok(End::Done);
    }
    app.write(|store| {
        snoozes::back(store, (&line.rule, &line.subject), app.as_of())?;
        let note = Note { member: line.person, ..Note::program("next", format!("back: {}", line.command)) };
        Ok(((), vec![note]))
    })?;
    app.screen.say(&format!("On the list again: {}", line.what));
    app.screen.next("groundswell next", "the whole list");
    Ok(End::Done)
}
