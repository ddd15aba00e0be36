//! `amplify queue`: what waits for a reaction.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::members::segment::Who;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::store::contributions::{self, Waiting};
use crate::store::stages;
use anyhow::Result;
use clap::Args;

/// What a reaction may take, in hours, and how many contributions make a newcomer, unless settings say otherwise.
const REACTION_HOURS: f64 = 24.0;
const FIRST_CONTRIBUTIONS: f64 = 5.0;

/// What waits for a reaction, newcomers first.
///
/// Contributions of advocates nobody of ours answered yet: the first ones of newcomers first, then the oldest.
///
/// `newcomer` says which of their first contributions since joining it is; `overdue` is against the setting
/// `reply.reaction_hours`.
///
/// Example: groundswell amplify queue --days 14
#[derive(Debug, Args)]
pub struct Queue {
    /// Everyone's contributions, not only advocates'
    #[arg(long)]
    all: bool,
    /// How many days back
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: i32,
    /// Only the first N
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    #[command(flatten)]
    who: Who,
}

/// Within how many hours a reaction is wanted, and how many first contributions make a newcomer.
pub fn goals(app: &App) -> Result<(i64, i64)> {
    let hours = app.number("reply.reaction_hours", REACTION_HOURS)? as i64;
    Ok((hours, app.number("reply.first_contributions", FIRST_CONTRIBUTIONS)? as i64))
}

impl Queue {
    /// Lists what waits.
    pub fn run(self, app: &App) -> Result<End> {
        if !(1..=36_500).contains(&self.days) {
            return Err(usage(format!("--days {}: at least 1", self.days)));
        }
        let (goal, first) = goals(app)?;
        let (store, as_of) = (app.store()?, app.as_of());
        let who = self.who.chosen(app)?;
        let mut waiting = contributions::waiting(store, as_of, as_of.plus(-self.days), first, self.all)?;
        waiting.retain(|wait| who.as_ref().is_none_or(|who| who.contains(wait.contribution.person)));
        let names = app.names(waiting.iter().map(|wait| wait.contribution.person))?;
        let mut table = Table::new(&[
            "id",
            "member",
            "name",
            "kind",
            "platform",
            "title",
            "?url",
            "?day",
            ">age_hours",
            ">newcomer",
            "overdue",
        ]);
        let mut late = 0;
        for wait in &waiting {
            let made = &wait.contribution;
            let age = app.now().hours_since(made.at).max(0);
            late += usize::from(age > goal);
            table.row(vec![
                made.id.into(),
                made.person.into(),
                names.get(&made.person).cloned().into(),
                made.kind.as_str().into(),
                made.platform.as_str().into(),
                made.title.clone().into(),
                made.url.clone().into(),
                made.day.to_string().into(),
                age.into(),
                wait.since_joining.filter(|place| *place <= first).map_or(Cell::Missing, Cell::Whole),
                if age > goal { "yes" } else { "no" }.into(),
            ]);
        }
        table.rows.truncate(self.top.unwrap_or(usize::MAX));
        let whose = if self.all { "everyone" } else { "advocates" };
        if table.rows.is_empty() {
            table.empty = self.nothing(app, whose)?;
        } else {
            let (first_day, waits) =
                (as_of.plus(1 - self.days), counted(waiting.len(), "contribution", "contributions"));
            table.note(format!("{waits} of {whose} from {first_day} to {as_of} without a reaction; goal: within {goal} hours; overdue: {late}"));
        }
        table.notes.extend(who.map(|who| who.note()));
        app.screen.show(&table)?;
        next(app, waiting.first());
        Ok(End::Done)
    }

    /// Why the list is empty, and how to fill it.
    fn nothing(&self, app: &App, whose: &str) -> Result<String> {
        let joined = stages::joined(app.store()?, app.as_of())?;
        if !self.all && !joined.iter().any(|joined| joined.stage.is_advocate()) {
            return Ok("Nobody has joined yet, so there is no advocate to react to: `groundswell member stage MEMBER active`, or see everyone with --all.".into());
        }
        Ok(format!(
            "Nothing waits: no contribution of {whose} in the last {} days is without a reaction. New ones come by `groundswell import` or `groundswell amplify log MEMBER URL`.",
            self.days
        ))
    }
}

fn next(app: &App, first: Option<&Waiting>) {
    match first {
        Some(wait) => app.screen.next(
            &format!("groundswell amplify react {}", wait.contribution.id),
            "once one of yours has answered it, where it stands",
        ),
        None => app.screen.next("groundswell amplify trough", "who is about to give up"),
    }
}
