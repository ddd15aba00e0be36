//! `share calendar`: asks that are due, needs that were promised, embargoes and kickoffs, for a calendar program.

use super::{asks as progress, coining};
use crate::app::App;
use crate::app::fail::End;
use crate::output::calendar::{self, Event};
use crate::output::safe::counted;
use crate::store::{asks, briefs, settings};
use anyhow::Result;
use clap::Args;

/// Minutes a date takes in the calendar.
const MINUTES: u32 = 30;
/// Hours after midnight at which something due on a day stands there.
const MORNING: i64 = 9;

/// Asks that are due, promises, embargoes and kickoffs, as a calendar file.
///
/// Importing a newer file moves the dates that are there already instead of doubling them.
///
/// Example: groundswell share calendar -o share.ics
#[derive(Debug, Args)]
pub struct Calendar {}

impl Calendar {
    /// Draws the calendar.
    pub fn run(self, app: &App) -> Result<End> {
        let Self {} = self;
        let events = events(app)?;
        app.screen.data(&calendar::draw(&events, app.now().0))?;
        if events.is_empty() {
            app.screen.say(
                "Nothing is due: asks and needs with --due, briefs with --embargo and kickoffs stand in it.",
            );
        } else {
            app.screen.say(&format!(
                "{} up to what is known on {}",
                counted(events.len(), "date", "dates"),
                app.as_of()
            ));
        }
        app.screen.next("groundswell share ask list --open", "the same asks as a list");
        Ok(End::Done)
    }
}

/// What is still to come or to be done, each with the same number whenever it is drawn.
fn events(app: &App) -> Result<Vec<Event>> {
    let (store, today, zone) = (app.store()?, app.as_of(), app.zone());
    let program = coining::program_mark(&settings::read(store, "secret")?.unwrap_or_default());
    let (all, needs) = (asks::list(store, today)?, asks::needs(store, today)?);
    let people = all.iter().map(|ask| ask.person).chain(needs.iter().map(|need| need.person));
    let names = app.names(people)?;
    let event = |what: String, start_utc, title, text| Event {
        uid: format!("{what}-{program}@groundswell"),
        start_utc,
        minutes: MINUTES,
        title,
        text,
    };
    let mut events = Vec::new();
    for ask in all {
        let state = progress::state(&ask, today);
        if let Some(due) = ask.due.filter(|_| matches!(state, "asked" | "overdue" | "later" | "agreed")) {
            let name = names.get(&ask.person).cloned().unwrap_or_default();
            let who = ask.who.clone().map(|who| format!("\nAsked by {}", app.screen.hidden("who", who)));
            let (who, text) = (who.unwrap_or_default(), app.screen.hidden("text", ask.text.clone()));
            events.push(event(
                format!("ask-{}", ask.id),
                zone.start(due).0 + MORNING * 3600,
                format!("{name}: {} ({state})", ask.kind),
                format!("{text}{who}\ngroundswell share ask answer {} yes|no|later", ask.id),
            ));
        }
    }
    for need in needs {
        if let Some(due) = need.due.filter(|_| need.done.is_none()) {
            let name = names.get(&need.person).cloned().unwrap_or_default();
            let owner = need.owner.clone().map(|owner| app.screen.hidden("owner", owner));
            let owner = owner.map_or_else(String::new, |owner| format!("\nPromised by {owner}"));
            let text = app.screen.hidden("text", need.text.clone());
            events.push(event(
                format!("need-{}", need.id),
                zone.start(due).0 + MORNING * 3600,
                format!("{name}: promised"),
                format!("{text}{owner}\ngroundswell share need done {} TEXT", need.id),
            ));
        }
    }
    for brief in briefs::list(store, today)? {
        if let Some(until) = brief.embargo.filter(|_| brief.lifted.is_none() && brief.withdrawn.is_none()) {
            events.push(event(
                format!("embargo-{}", brief.id),
                until.0,
                format!("Embargo ends: {}", brief.title),
                format!("{} people have it.\ngroundswell share lift {}", brief.sent, brief.id),
            ));
        }
    }
    for kickoff in briefs::kickoffs(store, today)? {
        events.push(event(
            format!("kickoff-{}", kickoff.0),
            kickoff.0,
            "Kickoff".into(),
            "The kickoff people were invited to.".into(),
        ));
    }
    Ok(events)
}
