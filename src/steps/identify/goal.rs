//! `identify goal`: how many advocates, by when, and whether it will be met.

use super::evaluation::{Goal as Rules, Rules as Shipped};
use super::pace::{Lately, Outlook, Verdict, Wanted};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::model::time::Day;
use crate::output::{Cell, Table, template};
use crate::store::{Store, settings, stages, weights};
use anyhow::Result;
use chrono::Months;
use clap::Args;
use serde_json::json;

/// The most advocates a goal may name.
const MOST: i64 = 100_000;
/// The settings it is kept in; the preset gives months where no day was said.
pub const COUNT: &str = "goals.advocates";
/// The day, as YYYY-MM-DD.
pub const DAY: &str = "goals.by";

/// How many advocates you want, by when, and whether it will be met.
///
/// Without a number: where the program stands. The pace is what the last half year brought.
///
/// Example: groundswell identify goal 40 --by 2026-12-31
#[derive(Debug, Args)]
pub struct Goal {
    /// How many advocates
    #[arg(value_name = "N", value_parser = clap::value_parser!(i64).range(1..=MOST))]
    count: Option<i64>,
    /// By when (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    by: Option<String>,
}

/// The goal, and what the pace says of it.
pub struct Standing {
    lately: Lately,
    wanted: Wanted,
    outlook: Outlook,
}

impl Goal {
    /// Sets the goal, or shows where it stands.
    pub fn run(self, app: &App) -> Result<End> {
        if self.count.is_some() || self.by.is_some() {
            self.set(app)?;
        }
        let rules = Shipped::shipped()?.goal;
        let columns = [
            ">goal",
            "by",
            ">advocates",
            ">joined",
            ">?days",
            ">?days_left",
            ">pace",
            ">likely",
            ">low",
            ">high",
            "verdict",
        ];
        let mut table = Table::new(&columns)
            .or_say("The program has no goal: say one with `groundswell identify goal 30 --by 2026-12-31`.");
        if let Some(standing) = standing(app, &rules)? {
            table.row(row(&standing));
            table.note(sentence(&standing, &rules)?);
            table.note(
                "The range is that of how many join; it knows nothing of plans, seasons or the next kickoff.",
            );
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell identify size", "how many to invite for it");
        Ok(End::Done)
    }

    fn set(&self, app: &App) -> Result<()> {
        let by = self.by.as_deref().map(|text| future("--by", text, app.as_of())).transpose()?;
        let (count_before, day_before) = (app.number(COUNT, 0.0)? as i64, due(app.store()?)?);
        let (count, day) = (self.count.unwrap_or(count_before), by.or(day_before));
        if (count, day) == (count_before, day_before) {
            app.screen.say("The goal is so already; nothing was changed.");
            return Ok(());
        }
        app.write(|store| {
            settings::set(store, COUNT, &count.to_string())?;
            if let Some(day) = day {
                settings::set(store, DAY, &day.to_string())?;
            }
            let note = Note::program("identify goal", "goal of the program");
            Ok(((), vec![note.change(words(count_before, day_before), words(count, day))]))
        })?;
        app.screen.say(&format!("Goal: {}", words(count, day)));
        Ok(())
    }
}

fn words(count: i64, day: Option<Day>) -> String {
    match day {
        Some(day) => format!("{count} advocates by {day}"),
        None => format!("{count} advocates"),
    }
}

/// A day that a flag names, after the as-of day.
pub fn future(flag: &str, text: &str, as_of: Day) -> Result<Day> {
    let day = typed::day(flag, text)?;
    if day <= as_of {
        return Err(usage(format!("{flag} {text}: a goal lies ahead, after {as_of}")));
    }
    Ok(day)
}

/// The goal's day: as it was set, else the preset's months after the program was made.
fn due(store: &Store) -> Result<Option<Day>> {
    if let Some(day) = settings::read(store, DAY)?.and_then(|text| Day::parse(&text)) {
        return Ok(Some(day));
    }
    let months: Option<u32> = settings::read(store, "goals.by_months")?.and_then(|text| text.parse().ok());
    let made = weights::first_day(store)?;
    Ok(made
        .zip(months)
        .and_then(|(made, months)| made.date().checked_add_months(Months::new(months)))
        .map(Day::of))
}

/// Where the program stands towards its goal; none without one.
pub fn standing(app: &App, rules: &Rules) -> Result<Option<Standing>> {
    let (store, as_of) = (app.store()?, app.as_of());
    let goal = app.number(COUNT, 0.0)?;
    if goal < 1.0 {
        return Ok(None);
    }
    let joined = stages::joined(store, as_of)?;
    let advocates = joined.iter().filter(|one| one.stage.is_advocate()).count() as u64;
    // A program that began within the window is looked at from the day after its first advocates joined.
    let first = joined.iter().map(|one| one.day).min().unwrap_or(as_of);
    let eve = first.max(as_of.plus(-rules.window_days));
    let before = stages::joined(store, eve)?.iter().filter(|one| one.stage.is_advocate()).count() as u64;
    let lately = Lately {
        advocates,
        joined: joined.iter().filter(|one| one.day > eve).count() as u64,
        before,
        days: as_of.0 - eve.0,
    };
    let wanted = Wanted {
        goal: goal as u64,
        by: due(store)?,
        fewest_days: rules.fewest_days,
        fewest_joined: rules.fewest_joined,
    };
    Ok(Some(Standing { lately, wanted, outlook: Outlook::of(lately, wanted, as_of) }))
}

/// Where the program stands, in a sentence; none without a goal.
pub fn in_words(app: &App) -> Result<Option<String>> {
    let rules = Shipped::shipped()?.goal;
    standing(app, &rules)?.map(|standing| sentence(&standing, &rules)).transpose()
}

/// Where the program stands, in a sentence, if its goal was missed or the pace is too slow for it.
pub fn falling_short(app: &App) -> Result<Option<String>> {
    let rules = Shipped::shipped()?.goal;
    let standing = standing(app, &rules)?
        .filter(|standing| matches!(standing.outlook.verdict, Verdict::Short | Verdict::Over));
    standing.map(|standing| sentence(&standing, &rules)).transpose()
}

fn sentence(standing: &Standing, rules: &Rules) -> Result<String> {
    let Standing { lately, wanted, outlook } = standing;
    let then = outlook
        .then
        .map(|(likely, low, high)| [likely, low.floor(), high.ceil()].map(|n| Cell::number(n, 0).plain()));
    let values = json!({
        "advocates": lately.advocates,
        "goal": wanted.goal,
        "by": wanted.by.map(|day| day.to_string()),
        "days_left": outlook.days_left,
        "pace": outlook.pace.map(|pace| Cell::number(pace, 1).plain()),
        "likely": then.as_ref().map(|then| then[0].clone()),
        "low": then.as_ref().map(|then| then[1].clone()),
        "high": then.as_ref().map(|then| then[2].clone()),
        "joined": lately.joined,
        "days": lately.days,
        "fewest_joined": wanted.fewest_joined,
        "fewest_days": wanted.fewest_days,
        "verdict": outlook.verdict.word(),
    });
    Ok(template::fill("identify.toml", &rules.sentence, values)?.trim().to_string())
}

fn row(standing: &Standing) -> Vec<Cell> {
    let Standing { lately, wanted, outlook } = standing;
    let then = |pick: fn((f64, f64, f64)) -> f64| {
        outlook.then.map_or(Cell::Missing, |then| Cell::number(pick(then), 1))
    };
    let verdict = match outlook.verdict {
        Verdict::TooEarly => "not_enough_data",
        other => other.word(),
    };
    vec![
        wanted.goal.cast_signed().into(),
        wanted.by.map(|day| day.to_string()).into(),
        lately.advocates.cast_signed().into(),
        lately.joined.cast_signed().into(),
        i64::from(lately.days).into(),
        outlook.days_left.map(i64::from).into(),
        outlook.pace.map_or(Cell::Missing, |pace| Cell::number(pace, 2)),
        then(|then| then.0),
        then(|then| then.1),
        then(|then| then.2),
        verdict.into(),
    ]
}
