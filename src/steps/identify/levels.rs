//! `identify levels`: who stands at which level of the ranking, since when and why.

use super::board::Board;
use super::level::{self, Level, Place};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::typed;
use crate::data;
use crate::members::segment::Who;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table, template};
use crate::store::weights;
use anyhow::{Context, Result, bail};
use chrono::{Datelike, Months};
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// What stands for the level of those outside all.
const NONE: &str = "none";

/// Who stands at which level of the ranking, since when and why.
///
/// Each level has a way in and a lower way out with days of grace, so that nobody flaps. The ranking is looked at on the
/// first of each month; whoever left all levels stays in the list with the day and the reason.
///
/// Example: groundswell identify levels --who "stage=member,candidate"
#[derive(Debug, Args)]
pub struct Levels {
    /// The first look (YYYY-MM-DD); without it, a year before the program was made
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    #[command(flatten)]
    who: Who,
}

/// data/levels.toml.
#[derive(Debug, Deserialize)]
struct Rules {
    look_back_months: u32,
    level: Vec<Level>,
    words: Words,
}

#[derive(Debug, Deserialize)]
struct Words {
    entered: String,
    left: String,
    waiting: String,
}

impl Rules {
    fn read() -> Result<Self> {
        let rules: Self = toml::from_str(data::needed("levels.toml")?).context("levels.toml")?;
        if let Some(mistake) = level::mistake(&rules.level) {
            bail!("levels.toml: {mistake}");
        }
        Ok(rules)
    }

    fn name(&self, level: Option<usize>) -> &str {
        level.map_or(NONE, |level| &self.level[level].name)
    }
}

impl Levels {
    /// Replays the looks and lists the levels.
    pub fn run(self, app: &App) -> Result<End> {
        let (rules, as_of) = (Rules::read()?, app.as_of());
        let since = self.since.as_deref().map(|text| typed::day("--since", text)).transpose()?;
        if let Some(since) = since.filter(|since| *since > as_of) {
            return Err(usage(format!(
                "--since {since}: it is after {as_of}, the day the levels are for (--as-of)"
            )));
        }
        let since = match since {
            Some(since) => since,
            None => usual(app, &rules)?,
        };
        let who = self.who.chosen(app)?;
        let looks = looks(since, as_of);
        let places = replay(app, &rules.level, &looks)?;
        let names = app.names(places.keys().copied())?;
        let mut table = Table::new(&["member", "name", "level", "since", ">score", "?before", "?~why"]).or_say(
            "Nobody has reached a level yet: bring in activity, answers or use with `groundswell import FILE`, or look further back with --since DAY.",
        );
        let mut listed: Vec<(i64, Place)> = places
            .into_iter()
            .filter(|(member, _)| who.as_ref().is_none_or(|who| who.contains(*member)))
            .collect();
        let outside = rules.level.len();
        listed.sort_by(|(one, a), (other, b)| {
            let level = |place: &Place| place.level.unwrap_or(outside);
            level(a).cmp(&level(b)).then(b.score.total_cmp(&a.score)).then(one.cmp(other))
        });
        let mut counts = vec![0_usize; outside + 1];
        for (member, place) in &listed {
            counts[place.level.unwrap_or(outside)] += 1;
            table.row(row(&rules, *member, names.get(member), place, looks.last().copied())?);
        }
        if let (Some(first), Some(last)) = (looks.first(), looks.last()) {
            table.note(format!(
                "{} looks, on the first of each month from {first} to {last}; the score is that of the last one.",
                looks.len()
            ));
        }
        for (level, count) in rules.level.iter().zip(&counts) {
            table.note(format!(
                "{}: {}; in from {}, out below {} after {} days. {}",
                level.name,
                counted(*count, "person", "people"),
                level.way_in,
                level.way_out,
                level.grace_days,
                level.reason
            ));
        }
        table.notes.extend(who.as_ref().map(crate::members::segment::Chosen::note));
        app.screen.show(&table)?;
        app.screen.next("groundswell identify rank", "the ranking of today");
        Ok(End::Done)
    }
}

/// A year before the program was made: a day that does not move, so that the levels of a day stay what they were.
fn usual(app: &App, rules: &Rules) -> Result<Day> {
    let made = weights::first_day(app.store()?)?.unwrap_or_else(|| app.as_of());
    Ok(made.date().checked_sub_months(Months::new(rules.look_back_months)).map_or(made, Day::of))
}

/// The first of each month from a day to another.
fn looks(since: Day, as_of: Day) -> Vec<Day> {
    let mut found = Vec::new();
    let mut next = since.date();
    if next.day() > 1 {
        next = next.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).unwrap_or(next);
    }
    while Day::of(next) <= as_of {
        found.push(Day::of(next));
        let Some(after) = next.checked_add_months(Months::new(1)) else { break };
        next = after;
    }
    found
}

/// Everyone who ever reached a level, by person.
fn replay(app: &App, levels: &[Level], looks: &[Day]) -> Result<BTreeMap<i64, Place>> {
    let progress = app.screen.progress(looks.len() as u64, Duration::from_millis(500));
    let mut places: BTreeMap<i64, Place> = BTreeMap::new();
    for &day in looks {
        for scored in Board::ranking_on(app, day)?.people {
            // As it is printed: a score that reads 70.0 is at the way in of 70.
            let score = scored.tenths() as f64 / 10.0;
            if let Some(place) = places.get_mut(&scored.member) {
                place.look(levels, day, score);
                continue;
            }
            let mut place = Place::default();
            if place.look(levels, day, score) {
                places.insert(scored.member, place);
            }
        }
        progress.advance(1);
    }
    Ok(places)
}

fn row(
    rules: &Rules,
    member: i64,
    name: Option<&String>,
    place: &Place,
    last: Option<Day>,
) -> Result<Vec<Cell>> {
    let change = place.last.context("someone is listed who never moved")?;
    Ok(vec![
        member.into(),
        name.cloned().into(),
        rules.name(place.level).into(),
        change.day.to_string().into(),
        Cell::number(place.score, 1),
        rules.name(change.from).into(),
        why(rules, place, last)?.into(),
    ])
}

/// Why they stand there: what let them in or out, and how long the grace lasts.
fn why(rules: &Rules, place: &Place, last: Option<Day>) -> Result<String> {
    let Some(change) = place.last else { return Ok(String::new()) };
    let score = |score: f64| Cell::number(score, 1).plain();
    let level = |level: Option<usize>| level.and_then(|level| rules.level.get(level));
    let mut text = match change.below_since {
        None => {
            let values = json!({
                "score": score(change.score), "day": change.day.to_string(), "level": rules.name(change.to),
                "in": level(change.to).map(|level| level.way_in.to_string()),
            });
            template::fill("levels.toml", &rules.words.entered, values)?
        }
        Some(since) => {
            let values = json!({
                "score": score(change.score), "day": change.day.to_string(), "level": rules.name(change.from),
                "out": level(change.from).map(|level| level.way_out.to_string()), "since": since.to_string(),
                "days": change.day.0 - since.0,
            });
            template::fill("levels.toml", &rules.words.left, values)?
        }
    };
    if let (Some(since), Some(at), Some(last)) = (place.below_since, level(place.level), last) {
        let values = json!({
            "out": at.way_out.to_string(), "since": since.to_string(), "grace": at.grace_days,
            "left": at.grace_days - (last.0 - since.0),
        });
        text.push_str(&template::fill("levels.toml", &rules.words.waiting, values)?);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_levels_make_sense() {
        let rules = Rules::read().expect("reads");
        assert!(rules.level.len() >= 2 && rules.level.iter().all(|level| !level.reason.is_empty()));
    }

    #[test]
    fn looks_are_taken_on_the_first() {
        let day = |text: &str| Day::parse(text).expect("a day");
        let found = looks(day("2025-12-15"), day("2026-03-01"));
        assert_eq!(found, [day("2026-01-01"), day("2026-02-01"), day("2026-03-01")]);
        assert_eq!(looks(day("2026-01-01"), day("2026-01-31")), [day("2026-01-01")]);
        assert!(looks(day("2026-01-02"), day("2026-01-31")).is_empty());
    }
}
