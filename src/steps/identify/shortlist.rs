//! `identify shortlist`: the best, or the named, become candidates.

use super::board::Board;
use super::evaluation::Rules;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::members::segment::Who;
use crate::members::stage;
use crate::model::stage::Stage;
use crate::stats::draws::{Draws, SEED};
use crate::store::invitations::BY_LOT;
use crate::store::members::{self, Person};
use anyhow::Result;
use clap::Args;

/// Put the best, or the named, on the shortlist.
///
/// Of the best N, a tenth is drawn by lot from the others, marked, so that `identify evaluate` can tell what the ranking
/// is worth; --by-lot 0 draws none.
///
/// Example: groundswell identify shortlist --top 30
#[derive(Debug, Args)]
pub struct Shortlist {
    /// Whom
    members: Vec<String>,
    #[command(flatten)]
    best: Best,
}

/// How many of the ranking, and how many of those by lot.
#[derive(Debug, Args)]
pub(super) struct Best {
    /// The best N of the ranking
    #[arg(long, value_name = "N", conflicts_with = "members")]
    top: Option<usize>,
    /// How many of a hundred are drawn by lot from the others instead (10 if not given)
    #[arg(long, value_name = "PERCENT", requires = "top", conflicts_with = "members", value_parser = clap::value_parser!(u32).range(0..=100))]
    by_lot: Option<u32>,
    #[command(flatten)]
    who: Who,
}

impl Best {
    /// Whether the ranking or a filter is asked at all.
    pub(super) fn is_asked(&self) -> bool {
        self.top.is_some() || self.who.is_given()
    }
}

/// Someone chosen, and whether by lot.
pub(super) struct Chosen {
    pub person: Person,
    pub drawn: bool,
}

impl Shortlist {
    /// Moves them to the shortlist.
    pub fn run(self, app: &App) -> Result<End> {
        let people = chosen(app, &self.best, &self.members)?;
        let (new, others): (Vec<Chosen>, Vec<Chosen>) = people
            .into_iter()
            .partition(|chosen| chosen.person.standing == "member" && chosen.person.stage == Stage::Member);
        let (drawn, picked): (Vec<Person>, Vec<Person>) = {
            let (drawn, picked): (Vec<&Chosen>, Vec<&Chosen>) = new.iter().partition(|chosen| chosen.drawn);
            let people =
                |those: Vec<&Chosen>| those.into_iter().map(|chosen| chosen.person.clone()).collect();
            (people(drawn), people(picked))
        };
        app.write(|store| {
            let record = |people, why| {
                stage::record(app, store, "identify shortlist", people, Stage::Candidate, Some(why))
            };
            let mut notes = record(&picked, "shortlist")?;
            notes.extend(record(&drawn, BY_LOT)?);
            Ok(((), notes))
        })?;
        for Chosen { person, .. } in &others {
            let why = if person.standing == "member" { person.stage.word() } else { &person.standing };
            app.screen.say(&format!("Left as they are: {} ({}), {why} already", person.label(), person.id));
        }
        for Chosen { person, drawn } in &new {
            let lot = if *drawn { ", drawn by lot" } else { "" };
            app.screen.say(&format!("On the shortlist: {} ({}){lot}", person.label(), person.id));
        }
        let lot = if drawn.is_empty() { String::new() } else { format!(" ({} by lot)", drawn.len()) };
        app.screen.say(&format!(
            "{} new on the shortlist{lot}, {} left as they are",
            new.len(),
            others.len()
        ));
        app.screen.next(
            "groundswell identify invite --kickoff TIME -o DIR",
            "their letters, and the kickoff's calendar file",
        );
        Ok(End::Done)
    }
}

/// The best of the ranking (of those who fit the filter), some of them drawn by lot from the others; everyone who
/// fits the filter; or the named, each once.
pub(super) fn chosen(app: &App, best: &Best, named: &[String]) -> Result<Vec<Chosen>> {
    if best.who.is_given() && !named.is_empty() {
        return Err(usage("both members and --who were given: name them in the filter, or leave it out"));
    }
    let fits = best.who.chosen(app)?;
    if let Some(fits) = &fits {
        app.screen.say(&fits.note());
    }
    let wanted = |person: i64| fits.as_ref().is_none_or(|fits| fits.contains(person));
    if let Some(top) = best.top {
        return ranked(app, top, best.by_lot, wanted);
    }
    if fits.is_some() {
        let everyone = members::people(app.store()?, app.as_of())?.into_iter();
        let fitting = everyone.filter(|person| wanted(person.id));
        return Ok(fitting.map(|person| Chosen { person, drawn: false }).collect());
    }
    let mut people: Vec<Chosen> = Vec::new();
    for name in named {
        let person = app.member(name)?;
        if people.iter().all(|known| known.person.id != person.id) {
            people.push(Chosen { person, drawn: false });
        }
    }
    if people.is_empty() {
        return Err(usage(
            "whom? Name members, or say how many of the best with --top N, or who with --who FILTER",
        ));
    }
    Ok(people)
}

fn ranked(app: &App, top: usize, by_lot: Option<u32>, wanted: impl Fn(i64) -> bool) -> Result<Vec<Chosen>> {
    let board = Board::read(app)?;
    let ranked: Vec<(Stage, i64)> = board
        .candidates(&board.ranking, false)
        .map(|(stage, scored)| (stage, scored.member))
        .filter(|(_, person)| wanted(*person))
        .collect();
    let percent = match by_lot {
        Some(percent) => percent,
        None => Rules::shipped()?.explore.percent,
    };
    let lots = (top.min(ranked.len()) * percent as usize + 50) / 100;
    let (best, rest) = ranked.split_at(top.saturating_sub(lots).min(ranked.len()));
    let strangers: Vec<i64> =
        rest.iter().filter(|(stage, _)| *stage == Stage::Member).map(|(_, person)| *person).collect();
    // Another day draws others; the same day and file the same.
    let mut draws = Draws::new(SEED.wrapping_add(u64::from(app.as_of().0.unsigned_abs())));
    let lucky = draws.sample(lots, strangers.len()).into_iter().map(|place| (strangers[place], true));
    let chosen: Vec<(i64, bool)> = best.iter().map(|(_, person)| (*person, false)).chain(lucky).collect();
    let ids = chosen.iter().map(|(person, _)| *person).collect();
    let mut people = members::these(app.store()?, &ids, app.as_of())?;
    let told = |(id, drawn): (i64, bool)| people.remove(&id).map(|person| Chosen { person, drawn });
    Ok(chosen.into_iter().filter_map(told).collect())
}
