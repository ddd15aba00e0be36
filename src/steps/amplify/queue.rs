//! `amplify queue`: what waits for a reaction.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::data;
use crate::members::segment::{Chosen, Who};
use crate::output::safe::counted;
use crate::output::{Cell, Table, template};
use crate::store::contributions::{self, Contribution, Waiting};
use crate::store::stages;
use anyhow::Result;
use clap::Args;
use serde::Deserialize;
use serde_json::json;

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

/// One contribution that waits.
#[derive(Debug, Clone)]
pub struct Waits {
    /// The contribution.
    pub made: Contribution,
    /// What to call its author.
    pub name: String,
    /// How many hours it has waited.
    pub age_hours: i64,
    /// Which of its author's first ones since joining it is; none for later ones.
    pub newcomer: Option<i64>,
    /// Whether the goal has passed.
    pub is_overdue: bool,
    /// Why it waits where it does, in words.
    pub why: String,
}

/// The queue, and the goal in hours it is held against.
#[derive(Debug, Clone)]
pub struct Line {
    /// Whom it is the turn of, in order.
    pub waits: Vec<Waits>,
    /// The goal.
    pub goal_hours: i64,
}

/// data/queue.toml.
#[derive(Debug, Deserialize)]
struct Words {
    newcomer: String,
    overdue: String,
    fresh: String,
}

/// What advocates (or everyone) made in the last `days` and nobody answered: the first ones of newcomers first, then the
/// oldest; of those a filter picks, if there is one.
pub fn line(app: &App, everyone: bool, days: i32, who: Option<&Chosen>) -> Result<Line> {
    let words: Words = toml::from_str(data::needed("queue.toml")?)?;
    let (goal_hours, first) = goals(app)?;
    let as_of = app.as_of();
    let mut waiting = contributions::waiting(app.store()?, as_of, as_of.plus(-days), first, everyone)?;
    waiting.retain(|wait| who.is_none_or(|who| who.contains(wait.contribution.person)));
    let names = app.names(waiting.iter().map(|wait| wait.contribution.person))?;
    let mut waits = Vec::new();
    for Waiting { contribution: made, since_joining: newcomer } in waiting {
        let age_hours = app.now().hours_since(made.at).max(0);
        let is_overdue = age_hours > goal_hours;
        let pattern = match newcomer {
            Some(_) => &words.newcomer,
            None if is_overdue => &words.overdue,
            None => &words.fresh,
        };
        let values = json!({ "nth": newcomer.unwrap_or(0), "age": age_hours, "goal": goal_hours });
        let why = template::fill("queue.toml", pattern, values)?;
        let name = names.get(&made.person).cloned().unwrap_or_default();
        waits.push(Waits { made, name, age_hours, newcomer, is_overdue, why });
    }
    Ok(Line { waits, goal_hours })
}

impl Queue {
    /// Lists what waits.
    pub fn run(self, app: &App) -> Result<End> {
        if !(1..=36_500).contains(&self.days) {
            return Err(usage(format!("--days {}: at least 1", self.days)));
        }
        let as_of = app.as_of();
        let who = self.who.chosen(app)?;
        let Line { waits, goal_hours } = line(app, self.all, self.days, who.as_ref())?;
        let mut table = Table::new(&COLUMNS);
        waits.iter().take(self.top.unwrap_or(usize::MAX)).for_each(|wait| table.row(row(wait)));
        let whose = if self.all { "everyone" } else { "advocates" };
        if table.rows.is_empty() {
            table.empty = self.nothing(app, whose)?;
        } else {
            let late = waits.iter().filter(|wait| wait.is_overdue).count();
            let newcomers = waits.iter().filter(|wait| wait.newcomer.is_some()).count();
            let (first_day, all) =
                (as_of.plus(1 - self.days), counted(waits.len(), "contribution", "contributions"));
            table.note(format!("{all} of {whose} from {first_day} to {as_of} without a reaction, {newcomers} of newcomers; goal: within {goal_hours} hours; overdue: {late}"));
        }
        table.notes.extend(who.map(|who| who.note()));
        app.screen.show(&table)?;
        next(app, waits.first());
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

/// Columns of the list.
const COLUMNS: [&str; 12] = [
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
    "?~reason",
];

fn row(wait: &Waits) -> Vec<Cell> {
    let made = &wait.made;
    vec![
        made.id.into(),
        made.person.into(),
        wait.name.as_str().into(),
        made.kind.as_str().into(),
        made.platform.as_str().into(),
        made.title.clone().into(),
        made.url.clone().into(),
        made.day.to_string().into(),
        wait.age_hours.into(),
        wait.newcomer.map_or(Cell::Missing, Cell::Whole),
        if wait.is_overdue { "yes" } else { "no" }.into(),
        wait.why.as_str().into(),
    ]
}

fn next(app: &App, first: Option<&Waits>) {
    match first {
        Some(wait) => app.screen.next(
            &format!("groundswell amplify react {}", wait.made.id),
            "once one of yours has answered it, where it stands",
        ),
        None => app.screen.next("groundswell amplify trough", "who is about to give up"),
    }
}
