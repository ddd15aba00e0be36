//! `groundswell status`: the six steps on one screen, and the next command.

use crate::app::App;
use crate::app::fail::End;
use crate::members::due;
use crate::model::stage::Stage;
use crate::output::Table;
use crate::output::safe::counted;
use crate::steps::identify::goal;
use crate::store::overview::{self, Moved, Work};
use crate::store::{members, settings, stages};
use anyhow::Result;
use clap::Args;

/// The six steps on one screen, and the next command.
///
/// What is in, what is missing, and how it moved.
#[derive(Debug, Args)]
pub struct Status {}

/// The days whose counts are compared with as many before them.
const DAYS: i32 = 28;

/// Said where counting would take longer than a look.
const TOO_MANY: &str = "too many to count here";

/// One step's line.
struct Line {
    step: &'static str,
    what: String,
    missing: String,
    command: &'static str,
}

/// What the lines are made from.
struct Seen {
    people: i64,
    outside: i64,
    signals: [bool; 4],
    candidates: i64,
    invited: i64,
    advocates: i64,
    goal: f64,
    work: Work,
    moved: [Option<Moved>; 3],
}

impl Seen {
    /// What is missing from every later step as long as nobody has joined.
    fn nobody(&self) -> String {
        if self.advocates == 0 { "no advocates yet".into() } else { String::new() }
    }
}

impl Status {
    /// Shows the six lines.
    pub fn run(app: &App) -> Result<End> {
        let seen = read(app)?;
        let lines = lines(&seen);
        let mut table = Table::new(&["step", "~what_is_in", "~missing", "?command"]);
        for line in &lines {
            table.row(vec![
                line.step.into(),
                line.what.clone().into(),
                line.missing.clone().into(),
                line.command.into(),
            ]);
        }
        let name = settings::read(app.store()?, "name")?.unwrap_or_default();
        let import = overview::newest_import(app.store()?, app.as_of())?
            .map_or_else(String::new, |day| format!(" newest import {day};"));
        table.note(format!(
            "{name}, {}: {}, {} staff and bots in no figure;{import} \"before\" is the {DAYS} days before the last {DAYS}.",
            app.as_of(),
            counted(seen.people, "member", "members"),
            seen.outside
        ));
        if app.own_day().is_some() {
            table.note("This program keeps the day its sample data ends as its today; --as-of DAY looks from another.");
        }
        if let Some(line) = goal::in_words(app)? {
            table.note(format!("Goal: {line} (groundswell identify goal)"));
        }
        table.notes.extend(due(app)?);
        app.screen.show(&table)?;
        if seen.advocates > 0 {
            app.screen.aside("What to do this week, and in which order: groundswell next");
        }
        let open = lines.iter().find(|line| !line.missing.is_empty());
        match open {
            Some(line) => app.screen.next(line.command, &line.missing),
            None => app.screen.next("groundswell measure reach", "the report for upstairs"),
        }
        Ok(End::Done)
    }
}

/// What is due with people. Whether someone still acts is told from all acts, and many are not looked through here.
fn due(app: &App) -> Result<Option<String>> {
    if overview::has_many_acts(app.store()?)? {
        return Ok(Some("What is due with people: groundswell member due".into()));
    }
    let due = due::counts(app)?;
    if due.is_empty() {
        return Ok(None);
    }
    let all: usize = due.iter().map(|(_, count)| count).sum();
    let parts: Vec<String> = due.iter().map(|(stage, count)| format!("{count} {stage}")).collect();
    Ok(Some(format!(
        "{} due with people ({}): groundswell member due",
        counted(all, "thing is", "things are"),
        parts.join(", ")
    )))
}

fn read(app: &App) -> Result<Seen> {
    let store = app.store()?;
    let as_of = app.as_of();
    let (people, outside) = members::counts(store)?;
    let counts = stages::counts(store, as_of)?;
    let at = |stage: Stage| counts.iter().find(|(known, _)| *known == stage).map_or(0, |(_, people)| *people);
    Ok(Seen {
        people,
        outside,
        signals: overview::signals(store, as_of)?,
        candidates: at(Stage::Candidate),
        invited: at(Stage::Invited) + at(Stage::Interested),
        advocates: at(Stage::Active) + at(Stage::OnHold),
        goal: app.number("goals.advocates", 0.0)?,
        work: overview::work(store, as_of)?,
        moved: overview::moved(store, as_of, DAYS)?,
    })
}

fn lines(seen: &Seen) -> [Line; 6] {
    [identify(seen), survey(seen), equip(seen), amplify(seen), share(seen), measure(seen)]
}

fn identify(seen: &Seen) -> Line {
    let names = ["activity", "answers", "tenure or value", "use"];
    let those = |wanted: bool| -> Vec<&str> {
        names.iter().zip(seen.signals).filter(|(_, known)| *known == wanted).map(|(name, _)| *name).collect()
    };
    let (known, missing) = (those(true), those(false));
    let signals = if known.is_empty() { "none".into() } else { known.join(", ") };
    let goal = if seen.goal > 0.0 { format!(" of {} wanted", seen.goal) } else { String::new() };
    let (missing, command) = if seen.people == 0 {
        ("nobody is here yet".to_string(), "groundswell import FILE")
    } else if !missing.is_empty() {
        (format!("no {} imported", missing.join(", no ")), "groundswell import FILE")
    } else if seen.candidates > 0 {
        (
            format!("{} candidates are not invited", seen.candidates),
            "groundswell identify invite --kickoff TIME -o DIR",
        )
    } else if seen.advocates == 0 {
        ("nobody is shortlisted".to_string(), "groundswell identify rank")
    } else {
        (String::new(), "groundswell identify rank")
    };
    Line {
        step: "1 identify",
        what: format!(
            "{} candidates, {} invited, {} advocates{goal}; signals: {signals}",
            seen.candidates, seen.invited, seen.advocates
        ),
        missing,
        command,
    }
}

fn survey(seen: &Seen) -> Line {
    let (surveyed, advocates) = (seen.work.surveyed, seen.advocates);
    Line {
        step: "2 survey",
        what: format!("answers of {surveyed} of {advocates} advocates"),
        missing: if surveyed < advocates {
            format!("{} have not answered", advocates - surveyed)
        } else {
            seen.nobody()
        },
        command: "groundswell survey form",
    }
}

fn equip(seen: &Seen) -> Line {
    let (handbooks, open) = (seen.work.handbooks, seen.work.questions);
    let (missing, command) = if open > 0 {
        (
            format!("{} at the desk", counted(open, "open question", "open questions")),
            "groundswell equip desk list",
        )
    } else {
        let without = seen.advocates - handbooks;
        let missing = if without > 0 { format!("{without} without a handbook") } else { seen.nobody() };
        (missing, "groundswell equip handbook --all -o DIR")
    };
    let what = format!("handbooks for {handbooks} of {}", counted(seen.advocates, "advocate", "advocates"));
    Line { step: "3 equip", what, missing, command }
}

fn amplify(seen: &Seen) -> Line {
    let [contributions, ..] = seen.moved;
    let waiting = seen.work.waiting.unwrap_or(0);
    Line {
        step: "4 amplify",
        what: contributions.map_or_else(
            || format!("contributions: {TOO_MANY}"),
            |moved| format!("{} contributions in {DAYS} days, {} before", moved.now, moved.before),
        ),
        missing: if waiting > 0 { format!("{waiting} wait for a reaction") } else { seen.nobody() },
        command: "groundswell amplify queue",
    }
}

fn share(seen: &Seen) -> Line {
    let work = &seen.work;
    let unlinked = seen.advocates > 0 && work.links == 0;
    Line {
        step: "5 share",
        what: format!(
            "{}, {} and {} open",
            counted(work.briefs, "brief", "briefs"),
            counted(work.asks, "ask", "asks"),
            counted(work.needs, "need", "needs")
        ),
        missing: if unlinked { "no advocate has a link".into() } else { seen.nobody() },
        command: "groundswell share balance",
    }
}

fn measure(seen: &Seen) -> Line {
    let [_, clicks, sales] = seen.moved;
    let what = match (clicks, sales) {
        (Some(clicks), Some(sales)) => format!(
            "{} clicks ({} before), {} orders and won deals ({} before) in {DAYS} days",
            clicks.now, clicks.before, sales.now, sales.before
        ),
        (None, Some(sales)) => format!(
            "clicks: {TOO_MANY}; {} orders and won deals ({} before) in {DAYS} days",
            sales.now, sales.before
        ),
        (Some(clicks), None) => format!(
            "{} clicks ({} before) in {DAYS} days; orders and won deals: {TOO_MANY}",
            clicks.now, clicks.before
        ),
        (None, None) => format!("clicks, orders and won deals: {TOO_MANY}"),
    };
    let is_silent = sales.is_some_and(|sales| sales.now + sales.before == 0);
    Line {
        step: "6 measure",
        what,
        missing: if is_silent { "no orders or deals in these days".into() } else { seen.nobody() },
        command: "groundswell measure summary",
    }
}
