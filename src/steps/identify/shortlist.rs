//! `identify shortlist`: the best, or the named, become candidates.

use super::board::Board;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::members::segment::Who;
use crate::members::stage;
use crate::model::stage::Stage;
use crate::store::members::{self, Person};
use anyhow::Result;
use clap::Args;

/// Put the best, or the named, on the shortlist.
///
/// Example: groundswell identify shortlist --top 30
#[derive(Debug, Args)]
pub struct Shortlist {
    /// Whom
    members: Vec<String>,
    /// The best N of the ranking
    #[arg(long, value_name = "N", conflicts_with = "members")]
    top: Option<usize>,
    #[command(flatten)]
    who: Who,
}

impl Shortlist {
    /// Moves them to the shortlist.
    pub fn run(self, app: &App) -> Result<End> {
        let people = chosen(app, self.top, &self.members, &self.who)?;
        let (new, others): (Vec<Person>, Vec<Person>) = people
            .into_iter()
            .partition(|person| person.standing == "member" && person.stage == Stage::Member);
        stage::move_to(app, "identify shortlist", &new, Stage::Candidate, Some("shortlist"))?;
        for person in &others {
            let why = if person.standing == "member" { person.stage.word() } else { &person.standing };
            app.screen.say(&format!("Left as they are: {} ({}), {why} already", person.label(), person.id));
        }
        for person in &new {
            app.screen.say(&format!("On the shortlist: {} ({})", person.label(), person.id));
        }
        app.screen.say(&format!("{} new on the shortlist, {} left as they are", new.len(), others.len()));
        app.screen.next(
            "groundswell identify invite --kickoff TIME -o DIR",
            "their letters, and the kickoff's calendar file",
        );
        Ok(End::Done)
    }
}

/// The best of the ranking (of those who fit the filter), everyone who fits it, or the named, each once.
pub(super) fn chosen(app: &App, top: Option<usize>, named: &[String], who: &Who) -> Result<Vec<Person>> {
    if who.is_given() && !named.is_empty() {
        return Err(usage("both members and --who were given: name them in the filter, or leave it out"));
    }
    let fits = who.chosen(app)?;
    if let Some(fits) = &fits {
        app.screen.say(&fits.note());
    }
    if let Some(top) = top {
        let board = Board::read(app)?;
        let ranked = board.candidates(&board.ranking, false).into_iter();
        let wanted = ranked.filter(|(person, _)| fits.as_ref().is_none_or(|fits| fits.contains(person.id)));
        return Ok(wanted.take(top).map(|(person, _)| person.clone()).collect());
    }
    if let Some(fits) = fits {
        let everyone = members::people(app.store()?, app.as_of())?;
        return Ok(everyone.into_iter().filter(|person| fits.contains(person.id)).collect());
    }
    let mut people: Vec<Person> = Vec::new();
    for name in named {
        let person = app.member(name)?;
        if people.iter().all(|known| known.id != person.id) {
            people.push(person);
        }
    }
    if people.is_empty() {
        return Err(usage(
            "whom? Name members, or say how many of the best with --top N, or who with --who FILTER",
        ));
    }
    Ok(people)
}
