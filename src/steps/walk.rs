//! `groundswell walk`: the week's list one by one, with questions.

use super::next::list::{Line, List};
use super::next::{later, not_needed, put_off};
use crate::app::fail::{self, End, usage};
use crate::app::{App, ask};
use crate::model::time::half_width;
use crate::output::Screen;
use crate::output::safe::counted;
use anyhow::Result;
use clap::Args;

/// The week's list one by one: do it now, later, not needed, or stop.
///
/// "Do it now" runs the line's command and asks for what it still needs; "later" leaves it out for some days; "not needed"
/// asks why. Each answer is written down by itself, so that stopping loses nothing: the next walk goes on from there.
///
/// For scripts there is `groundswell next`, with --later and --not-needed.
///
/// Example: groundswell walk
#[derive(Debug, Args)]
pub struct Walk {}

/// Runs one command line inside this one.
pub type Inside<'a> = &'a dyn Fn(&[String], &App) -> Result<End>;

/// What may be said to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Now,
    Later,
    NotNeeded,
    Stop,
}

/// How the walk went.
#[derive(Debug, Default)]
struct Tally {
    done: usize,
    later: usize,
    not_needed: usize,
}

impl Walk {
    /// Walks.
    pub fn run(app: &App, inside: Inside) -> Result<End> {
        app.store()?;
        if !app.can_ask() {
            return Err(usage(
                "walk asks at a terminal, and there is none: read the list with `groundswell next`, and put lines off with its --later and --not-needed",
            ));
        }
        ask::say_on_ctrl_c(
            "Stopped. This line is as it was, and what was decided before it stays: go on with `groundswell walk`.",
        );
        let mut tally = Tally::default();
        loop {
            // What was done may have made other lines superfluous, and others due: the list is read afresh.
            let list = List::read(app, false)?;
            let left = list.lines.len();
            let (lines, _) = list.first(None);
            let Some(line) = lines.first() else { return Ok(end(app, &tally, 0)) };
            match step(app, inside, &list, line, left)? {
                Choice::Now => {
                    tally.done += 1;
                    rest(app, line)?;
                }
                Choice::Later => tally.later += 1,
                Choice::NotNeeded => tally.not_needed += 1,
                Choice::Stop => return Ok(end(app, &tally, left)),
            }
        }
    }
}

fn is_same(one: &Line, other: &Line) -> bool {
    (&one.rule, &one.subject) == (&other.rule, &other.subject)
}

/// A line that is still there after its command was run, as a form that was written and not answered yet, comes back later.
fn rest(app: &App, done: &Line) -> Result<()> {
    let list = List::read(app, false)?;
    let Some(line) = list.lines.iter().find(|line| is_same(line, done)) else { return Ok(()) };
    let until = app.as_of().plus(list.days(line).0);
    put_off(app, line, Some(until), true, Some("seen to in walk"))?;
    app.screen.aside(&format!("If it is still so on {until}, it comes back."));
    Ok(())
}

/// Shows a line and asks until something was decided.
fn step(app: &App, inside: Inside, list: &List, line: &Line, left: usize) -> Result<Choice> {
    loop {
        app.screen.say(" ");
        let whose = line.name.as_ref().map_or_else(String::new, |name| format!("{name}: "));
        app.screen.heading(&format!("[{left} left] {}  {whose}{}", line.step, line.what));
        app.screen.say(&line.why);
        app.screen.aside(&line.command);
        let chosen = match choose(app, list, line) {
            Ok(chosen) => chosen,
            // Esc and Ctrl-C: what was done before stays done.
            Err(error) if fail::code(&error) == fail::CANCELLED => return Ok(Choice::Stop),
            Err(error) => return Err(error),
        };
        let outcome = match chosen {
            Choice::Now => now(app, inside, line),
            Choice::Later => put_later(app, list, line),
            Choice::NotNeeded => drop_it(app, list, line),
            Choice::Stop => return Ok(Choice::Stop),
        };
        match outcome {
            Ok(End::Done | End::SetAside) => return Ok(chosen),
            Err(error) if fail::code(&error) == fail::UNUSABLE => return Err(error),
            Err(error) => Screen::error(&format!("{error:#}")),
        }
    }
}

fn choose(app: &App, list: &List, line: &Line) -> Result<Choice> {
    let later = format!("later (in {})", counted(list.days(line).0, "day", "days"));
    let keys = [('d', "do it now"), ('l', later.as_str()), ('n', "not needed"), ('s', "stop here")];
    Ok(match app.key("What about it?", &keys, "nothing: use groundswell next")? {
        'd' => Choice::Now,
        'l' => Choice::Later,
        'n' => Choice::NotNeeded,
        _ => Choice::Stop,
    })
}

fn now(app: &App, inside: Inside, line: &Line) -> Result<End> {
    let words = shlex::split(&line.command).unwrap_or_default();
    inside(&words, app)
}

fn put_later(app: &App, list: &List, line: &Line) -> Result<End> {
    let (usual, _) = list.days(line);
    let text = app.text_or(None, "In how many days?", &usual.to_string())?;
    let days = half_width(text.trim()).parse::<i32>().ok().filter(|days| (1..=365).contains(days));
    let days = days.ok_or_else(|| usage(format!("'{}': say a number of days from 1 to 365", text.trim())))?;
    later(app, line, days, None)
}

fn drop_it(app: &App, list: &List, line: &Line) -> Result<End> {
    let why = app.text(None, "Why is it not needed?", "--why TEXT")?;
    let why = why.trim();
    if why.is_empty() {
        return Err(usage("say why, in a few words: it stands in the log"));
    }
    not_needed(app, line, list.days(line).1, why)
}

fn end(app: &App, tally: &Tally, left: usize) -> End {
    app.screen.say(" ");
    app.screen.say(&format!(
        "{} done, {} put off, {} not needed, {left} left.",
        tally.done, tally.later, tally.not_needed
    ));
    if left > 0 {
        app.screen.next("groundswell walk", "goes on where this stopped");
    } else {
        app.screen.next("groundswell status", "the six steps, and what is missing");
    }
    End::Done
}
