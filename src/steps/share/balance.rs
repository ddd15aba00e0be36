//! `share balance`: given against got, per advocate; who is over-asked, and who was never asked.

use crate::app::App;
use crate::app::fail::End;
use crate::data;
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::asks::{self, Dealings};
use crate::store::{members, stages};
use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use std::collections::BTreeMap;

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

fn given(dealings: &Dealings) -> i64 {
    dealings.gives + dealings.reactions + dealings.promotions + dealings.answers + dealings.needs_done
}

impl Balance {
    /// Counts and lists.
    pub fn run(self, app: &App) -> Result<End> {
        let rule = Rule::shipped()?;
        let days = self.days.unwrap_or(rule.period_days);
        let (store, today) = (app.store()?, app.as_of());
        let since = today.plus(1 - days);
        let dealings = asks::dealings(store, since, today)?;
        let people = members::people(store, today)?;
        let names: BTreeMap<i64, String> = people.into_iter().map(|p| (p.id, p.label())).collect();
        let mut table = Table::new(&[
            "member", "name", "stage", ">given", ">asked", ">?answered_yes", ">?open_asks", ">?needs_open", "?last_asked",
            "?last_given", ">?days_since_asked", "verdict", ">?gives", ">?reactions", ">?promotions", ">?answers",
            ">?needs_done",
        ])
        .or_say("Nobody has joined yet: invite people with `groundswell identify invite`, or `groundswell member stage MEMBER active`.");
        let mut first: Option<(&str, i64)> = None;
        for joined in stages::joined(store, today)? {
            if joined.stage == Stage::Removed {
                continue;
            }
            let one = dealings.get(&joined.person).copied().unwrap_or_default();
            let verdict = rule.verdict(&one);
            let rank =
                |word: &str| ["owed an answer", "never asked", "over-asked"].iter().position(|w| *w == word);
            if rank(verdict).is_some() && first.is_none_or(|(word, _)| rank(verdict) < rank(word)) {
                first = Some((verdict, joined.person));
            }
            let name = names.get(&joined.person).cloned();
            table.row(row(&one, joined.person, name, joined.stage, verdict, today));
        }
        if !table.rows.is_empty() {
            table.note(format!(
                "{}, {since} to {today} ({}); open asks, open needs and the last days are of all time.",
                counted(table.rows.len(), "advocate", "advocates"),
                counted(days, "day", "days")
            ));
            table.note(format!(
                "Over-asked: asked {} times or more, and {} times or more for each thing given.",
                rule.asked_least, rule.asked_per_given
            ));
        }
        app.screen.show(&table)?;
        match first {
            Some(("owed an answer", _)) => {
                app.screen.next("groundswell share ask list --open", "tell them what became of their help");
            }
            Some(("never asked", person)) => {
                app.screen.next(&format!("groundswell share ask {person} TEXT"), "they were never asked");
            }
            Some((_, person)) => {
                app.screen.next(&format!("groundswell share give {person} TEXT"), "before the next ask");
            }
            None => app.screen.next("groundswell share brief list", "what else there is to share"),
        }
        Ok(End::Done)
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
