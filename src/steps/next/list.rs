//! The lines in their order: what was found, weighed, worded, without what was put off.

use super::rules::{Found, Rules};
use super::seen::Seen;
use super::{people, work};
use crate::app::App;
use crate::model::time::Day;
use crate::store::snoozes::{self, Snooze};
use anyhow::Result;
use serde_json::json;
use std::collections::BTreeMap;

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The rule it comes from.
    pub rule: String,
    /// What it is about.
    pub subject: String,
    /// The step.
    pub step: String,
    /// Whom it is about.
    pub person: Option<i64>,
    /// What they are called.
    pub name: Option<String>,
    /// What to do.
    pub what: String,
    /// Why.
    pub why: String,
    /// The command.
    pub command: String,
    /// That it was put off, where it was.
    pub snooze: Option<Snooze>,
    loss: f64,
    place: usize,
    since: Day,
}

/// All lines of a day, what is lost most first.
#[derive(Debug)]
pub struct List {
    /// The lines.
    pub lines: Vec<Line>,
    /// How many were put off and are not among them.
    pub put_off: usize,
    rules: Rules,
}

impl List {
    /// Reads it; with `all` those put off stand in it too.
    pub fn read(app: &App, all: bool) -> Result<Self> {
        let rules = Rules::shipped()?;
        let seen = Seen::read(app)?;
        let mut found = people::found(app, &seen, &rules.limits)?;
        found.extend(work::found(app, &seen, &rules.limits)?);
        let mut held = snoozes::held(app.store()?, app.as_of())?;
        let names = app.names(found.iter().filter_map(|one| one.person))?;
        let (mut lines, mut put_off) = (Vec::new(), 0);
        for one in found {
            let snooze = held.remove(&(one.rule.to_string(), one.subject.clone()));
            if snooze.is_some() && !all {
                put_off += 1;
            } else {
                lines.push(line(&rules, one, &names, snooze, app.as_of())?);
            }
        }
        lines.sort_by(|a, b| {
            let key = |line: &Line| (line.place, line.since, line.person);
            b.loss
                .total_cmp(&a.loss)
                .then_with(|| key(a).cmp(&key(b)))
                .then_with(|| a.subject.cmp(&b.subject))
        });
        Ok(Self { lines, put_off, rules })
    }

    /// The first `top` lines with no more of a kind than its share, and of each kind how many are left over, with where
    /// they are.
    pub fn first(&self, top: Option<usize>) -> (Vec<&Line>, Vec<(&str, usize)>) {
        let usual = self.rules.top;
        let top = top.unwrap_or(usual);
        let rules = self.rules.all();
        let mut count = vec![0_usize; rules.len()];
        let mut chosen = vec![false; self.lines.len()];
        // First each kind's share; where there is room then, what its share kept back.
        for within_share in [true, false] {
            for (line, chosen) in self.lines.iter().zip(&mut chosen) {
                let has_room = !within_share || count[line.place] < rules[line.place].lines(top, usual);
                if !*chosen && has_room && count.iter().sum::<usize>() < top {
                    count[line.place] += 1;
                    *chosen = true;
                }
            }
        }
        let shown =
            self.lines.iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(line, _)| line).collect();
        let of = |place: usize| self.lines.iter().filter(|line| line.place == place).count();
        let mut left: Vec<(&str, usize)> = Vec::new();
        for (place, rule) in rules.iter().enumerate() {
            let more = of(place) - count[place];
            match left.iter_mut().find(|(list, _)| *list == rule.list) {
                Some((_, known)) => *known += more,
                None => left.push((&rule.list, more)),
            }
        }
        left.retain(|(_, more)| *more > 0);
        (shown, left)
    }

    /// The line with this command.
    pub fn with_command(&self, command: &str) -> Option<&Line> {
        let words = |text: &str| shlex::split(text.trim()).unwrap_or_default();
        self.lines.iter().find(|line| words(&line.command) == words(command))
    }

    /// For how many days a line is put off unless said otherwise, and how long "not needed" holds (0: for good).
    pub fn days(&self, line: &Line) -> (i32, i32) {
        let rule = &self.rules.all()[line.place];
        (rule.later, rule.forget)
    }

    /// Why a line stands where it does.
    pub fn reason(&self, line: &Line) -> &str {
        &self.rules.all()[line.place].reason
    }
}

fn line(
    rules: &Rules,
    found: Found,
    names: &BTreeMap<i64, String>,
    snooze: Option<Snooze>,
    today: Day,
) -> Result<Line> {
    let (place, rule) = rules.named(found.rule)?;
    let days = (today.0 - found.since.0).max(0);
    let name = found.person.and_then(|person| names.get(&person).cloned());
    let mut values = found.values;
    values["member"] = json!(found.person);
    values["name"] = json!(name);
    values["days"] = json!(days);
    let [what, why, command] = rule.say(&values)?;
    Ok(Line {
        rule: rule.name.clone(),
        subject: found.subject,
        step: rule.step.clone(),
        person: found.person,
        name,
        what,
        why,
        command,
        snooze,
        loss: rule.loss(days),
        place,
        since: found.since,
    })
}
