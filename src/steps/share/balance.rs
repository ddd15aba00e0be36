//! `share balance`: given against got, per advocate; who is over-asked, and who was never asked.

use super::standing::cooldown_days;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::data;
use crate::members::segment::Who;
use crate::model::stage::Stage;
use crate::model::time::{Day, half_width};
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::asks::{self, Dealings};
use crate::store::stages;
use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;

/// Given against got, per advocate: who is over-asked, who was never asked.
///
/// Given are things given, reactions, promotions, answers of the desk and needs seen to; asked are asks and
/// requests for feedback.
///
/// Example: groundswell share balance --days 90
#[derive(Debug, Args)]
pub struct Balance {
    /// How many days back to count
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=36500))]
    days: Option<i32>,
    /// Only those of one verdict: owed an answer, over-asked, never asked, balanced
    #[arg(long, value_name = "WORDS")]
    verdict: Option<String>,
    #[command(flatten)]
    who: Who,
}

/// data/balance.toml.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Rule {
    period_days: i32,
    asked_least: i64,
    asked_per_given: i64,
}

impl Rule {
    fn shipped() -> Result<Self> {
        let text = data::needed("balance.toml")?;
        toml::from_str(text).context("balance.toml")
    }

    /// The one thing to know about someone: a debt of ours first, then too much, then nothing at all.
    fn verdict(self, dealings: &Dealings) -> &'static str {
        if dealings.untold > 0 {
            return "owed an answer";
        }
        if dealings.asked >= self.asked_least
            && dealings.asked >= self.asked_per_given * given(dealings).max(1)
        {
            return "over-asked";
        }
        if dealings.last_asked.is_none() { "never asked" } else { "balanced" }
    }
}

/// How much was given.
pub fn given(dealings: &Dealings) -> i64 {
    dealings.gives + dealings.reactions + dealings.promotions + dealings.answers + dealings.needs_done
}

/// One advocate's side of it.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    /// Who.
    pub person: i64,
    /// Where they stand.
    pub stage: Stage,
    /// What went to and fro.
    pub dealings: Dealings,
    /// The one thing to know.
    pub verdict: &'static str,
}

/// Everyone who joined and was not removed, in order of id, over so many days (those of data/balance.toml if not given).
pub fn verdicts(app: &App, days: Option<i32>) -> Result<(i32, Vec<Side>)> {
    let rule = Rule::shipped()?;
    let days = days.unwrap_or(rule.period_days);
    let (store, today) = (app.store()?, app.as_of());
    let dealings = asks::dealings(store, today.plus(1 - days), today)?;
    let joined = stages::joined(store, today)?.into_iter().filter(|joined| joined.stage != Stage::Removed);
    let side = |joined: stages::Joined| {
        let dealings = dealings.get(&joined.person).copied().unwrap_or_default();
        Side { person: joined.person, stage: joined.stage, dealings, verdict: rule.verdict(&dealings) }
    };
    Ok((days, joined.map(side).collect()))
}

/// Who may be asked for something now: not opted out, and not asked within the cool-down.
pub fn may_be_asked(app: &App) -> Result<impl Fn(i64) -> bool> {
    let (store, today) = (app.store()?, app.as_of());
    let out = stages::refused(store, "contact", today)?;
    let last = asks::last_asked(store, today)?;
    let days = cooldown_days(app)?;
    Ok(move |person: i64| {
        !out.contains(&person) && last.get(&person).is_none_or(|last| last.plus(days) <= today)
    })
}

/// What `--verdict` takes.
const VERDICTS: [&str; 4] = ["owed an answer", "over-asked", "never asked", "balanced"];

impl Balance {
    /// Counts and lists.
    pub fn run(self, app: &App) -> Result<End> {
        let rule = Rule::shipped()?;
        let wanted = self.verdict.as_deref().map(verdict).transpose()?;
        let who = self.who.chosen(app)?;
        let today = app.as_of();
        let (days, mut sides) = verdicts(app, self.days)?;
        let joined = sides.len();
        sides.retain(|side| {
            wanted.is_none_or(|wanted| wanted == side.verdict)
                && who.as_ref().is_none_or(|who| who.contains(side.person))
        });
        let names = app.names(sides.iter().map(|side| side.person))?;
        let mut table = Table::new(&[
            "member", "name", "stage", ">given", ">asked", ">?answered_yes", ">?open_asks", ">?needs_open", "?last_asked",
            "?last_given", ">?days_since_asked", "verdict", ">?gives", ">?reactions", ">?promotions", ">?answers",
            ">?needs_done",
        ])
        .or_say("Nobody has joined yet: invite people with `groundswell identify invite`, or `groundswell member stage MEMBER active`.");
        if joined > 0 {
            table.empty = "Nobody who joined fits that.".into();
        }
        let rank = |side: &&Side| VERDICTS.iter().position(|word| *word == side.verdict);
        let first = sides.iter().filter(|side| side.verdict != "balanced").min_by_key(rank);
        for side in &sides {
            let name = names.get(&side.person).cloned();
            table.row(row(&side.dealings, side.person, name, side.stage, side.verdict, today));
        }
        if !table.rows.is_empty() {
            let since = today.plus(1 - days);
            table.note(format!(
                "{}, {since} to {today} ({}); open asks, open needs and the last days are of all time.",
                counted(table.rows.len(), "advocate", "advocates"),
                counted(days, "day", "days")
            ));
            let count = |word: &str| sides.iter().filter(|side| side.verdict == word).count();
            let counts: Vec<String> = VERDICTS.iter().map(|word| format!("{} {word}", count(word))).collect();
            table.note(format!(
                "{}. Over-asked: asked {} times or more, and {} times or more for each thing given.",
                counts.join(", "),
                rule.asked_least,
                rule.asked_per_given
            ));
        }
        table.notes.extend(who.map(|who| who.note()));
        app.screen.show(&table)?;
        next(app, first);
        Ok(End::Done)
    }
}

fn verdict(text: &str) -> Result<&'static str> {
    let plain = half_width(text.trim()).to_lowercase().replace(['-', '_'], " ");
    let named = VERDICTS.into_iter().find(|word| word.replace('-', " ") == plain);
    named.ok_or_else(|| usage(format!("--verdict {text}: there is none; they are {}", VERDICTS.join(", "))))
}

fn next(app: &App, first: Option<&Side>) {
    match first.map(|side| (side.verdict, side.person)) {
        Some(("owed an answer", _)) => {
            app.screen.next("groundswell share ask list --open", "tell them what became of their help");
        }
        Some(("never asked", person)) => {
            app.screen.next(&format!("groundswell share ask {person} TEXT"), "they were never asked");
        }
        Some((_, person)) => {
            app.screen.next(&format!("groundswell share give {person} TEXT"), "before the next ask");
        }
        None => app.screen.next("groundswell next", "what else there is to do this week"),
    }
}

fn row(
    one: &Dealings,
    person: i64,
    name: Option<String>,
    stage: Stage,
    verdict: &'static str,
    today: Day,
) -> Vec<crate::output::Cell> {
    vec![
        person.into(),
        name.into(),
        stage.word().into(),
        given(one).into(),
        one.asked.into(),
        one.answered_yes.into(),
        one.open_asks.into(),
        one.needs_open.into(),
        one.last_asked.map(|day| day.to_string()).into(),
        one.last_given.map(|day| day.to_string()).into(),
        one.last_asked.map(|day| i64::from(today.0 - day.0)).into(),
        verdict.into(),
        one.gives.into(),
        one.reactions.into(),
        one.promotions.into(),
        one.answers.into(),
        one.needs_done.into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(dealings: Dealings) -> &'static str {
        Rule { period_days: 365, asked_least: 2, asked_per_given: 2 }.verdict(&dealings)
    }

    #[test]
    fn the_one_thing_to_know() {
        let asked = |asked, gives| Dealings { asked, gives, last_asked: Some(Day(1)), ..Dealings::default() };
        assert_eq!(verdict(Dealings::default()), "never asked");
        assert_eq!(verdict(asked(1, 0)), "balanced");
        assert_eq!(verdict(asked(2, 0)), "over-asked");
        assert_eq!(verdict(asked(3, 2)), "balanced");
        assert_eq!(verdict(asked(4, 2)), "over-asked");
        assert_eq!(verdict(Dealings { untold: 1, ..asked(4, 0) }), "owed an answer");
        assert_eq!(verdict(Dealings { reactions: 1, promotions: 1, answers: 1, ..asked(4, 1) }), "balanced");
    }

    #[test]
    fn the_rule_is_whole() {
        assert_eq!(Rule::shipped().expect("the file is whole").period_days, 365);
    }
}
