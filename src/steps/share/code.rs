//! `share code`: a discount code of someone's own, the list of all, and retiring one.

use super::coining::{self, Alphabet};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::app::typed;
use crate::members::segment::Who;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Format, Table};
use crate::store::members::{self, Person};
use crate::store::{Store, codes, settings};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::collections::BTreeMap;

/// A discount code of someone's own; without a member, the list of codes.
///
/// Example: groundswell share code ana@example.com ANA10
#[derive(Debug, Args)]
pub struct Code {
    /// Whose
    member: Option<String>,
    /// The code the shop knows; without it one is made, easy to read and hard to guess
    #[arg(value_name = "CODE")]
    word: Option<String>,
    /// The first day it counts for them (YYYY-MM-DD; today if not given)
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Take this code out of use: the as-of day is its last
    #[arg(long, value_name = "CODE", conflicts_with_all = ["member", "word", "from"], requires = "why")]
    retire: Option<String>,
    /// Why it is taken out of use
    #[arg(long, value_name = "TEXT", requires = "retire")]
    why: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Code {
    /// Registers, makes, lists or retires.
    pub fn run(self, app: &App) -> Result<End> {
        if let Some(code) = self.retire {
            return retire(app, &code, self.why.unwrap_or_default().trim());
        }
        let Some(who) = self.member else { return list(app, &self.who) };
        let person = app.member(&who)?;
        let from = match self.from {
            None => app.as_of(),
            Some(text) => typed::day("--from", &text)?,
        };
        let (code, made) = match self.word {
            Some(code) => {
                let code = coining::tidy(&code).ok_or_else(|| {
                    usage(format!(
                        "'{code}' cannot be a code: 3 to 24 letters, digits or hyphens, without blanks"
                    ))
                })?;
                (code.clone(), app.write(|store| register(app, store, &person, code, from))?)
            }
            None => app.write(|store| make(app, store, &person, from))?,
        };
        if app.screen.format == Format::Table {
            app.screen.data(&format!("{code}\n"))?;
        } else {
            let all = codes::list(app.store()?, from.max(app.as_of()))?;
            let one: Vec<_> = all.into_iter().filter(|c| c.word == code && c.person == person.id).collect();
            app.screen.show(&table(app, &one)?)?;
        }
        let had = if made { "is now the code of" } else { "was already the code of" };
        app.screen.say(&format!("{code} {had} {} (set it up in the shop, if it is not)", person.label()));
        app.screen.next("groundswell share code", "all codes and the orders that used them");
        Ok(End::Done)
    }
}

/// Gives a person this code from a day on; whether it is new to them.
fn register(app: &App, store: &Store, person: &Person, code: String, from: Day) -> Result<(bool, Vec<Note>)> {
    for holder in codes::holders(store, &code)? {
        let last = holder.to.map_or_else(|| "still".into(), |day| format!("until {day}"));
        if holder.person == person.id && holder.to.is_none() {
            return Ok((false, Vec::new()));
        }
        if holder.to.is_none_or(|day| day >= from) {
            let name =
                members::person(store, holder.person, app.as_of())?.map_or_else(String::new, |p| p.label());
            let hint = match holder.to {
                None => {
                    format!("take it out of use first: groundswell share code --retire {code} --why TEXT")
                }
                Some(day) => format!("it is free from {}: add --from {0}", day.plus(1)),
            };
            bail!(
                "{code} is the code of {name} (member {}), since {} and {last}; {hint}",
                holder.person,
                holder.from
            );
        }
    }
    codes::add(store, person.id, &code, from)?;
    Ok((true, vec![Note::of("share code", person.id, "code given").change("", code)]))
}

/// The code a person has, or a new one.
fn make(app: &App, store: &Store, person: &Person, from: Day) -> Result<((String, bool), Vec<Note>)> {
    let theirs = codes::of(store, person.id)?;
    if let Some(live) = theirs.iter().rev().find(|code| code.to.is_none()) {
        return Ok(((live.word.clone(), false), Vec::new()));
    }
    let secret = settings::read(store, "secret")?
        .context("the program has no secret to draw codes from: run `groundswell check`")?;
    let known = codes::words(store)?;
    let taken = |code: &str| known.iter().any(|other| coining::is_near(code, other));
    let drawn = Alphabet::shipped()?.draw(
        &secret,
        (person.id, person.name.as_deref()),
        theirs.len() as u64,
        taken,
    )?;
    let (made, notes) = register(app, store, person, drawn.clone(), from)?;
    Ok(((drawn, made), notes))
}

fn retire(app: &App, code: &str, why: &str) -> Result<End> {
    if why.is_empty() {
        return Err(usage("--why is empty: say why the code is taken out of use"));
    }
    let wanted = coining::tidy(code).unwrap_or_else(|| code.trim().to_uppercase());
    let today = app.as_of();
    app.write(|store| {
        let held = codes::holders(store, &wanted)?;
        let Some(live) = held.iter().find(|holder| holder.to.is_none()) else {
            match held.last().and_then(|last| last.to) {
                Some(day) => bail!("{wanted} was taken out of use on {day} already"),
                None => bail!("nobody has the code {wanted}; all of them: groundswell share code"),
            }
        };
        // A code that was to begin later never counted for a day.
        codes::retire(store, live.id, today.max(live.from.plus(-1)), why)?;
        let note = Note::of("share code", live.person, format!("code retired: {why}"));
        Ok(((), vec![note.change(wanted.clone(), format!("last day {today}"))]))
    })?;
    app.screen.say(&format!("{wanted} is out of use: {today} is its last day, and its orders stay"));
    app.screen.next("groundswell share code MEMBER", "a new one, drawn afresh");
    Ok(End::Done)
}

fn list(app: &App, who: &Who) -> Result<End> {
    let who = who.chosen(app)?;
    let mut all = codes::list(app.store()?, app.as_of())?;
    let none = all.is_empty();
    all.retain(|code| who.as_ref().is_none_or(|who| who.contains(code.person)));
    let mut table = table(app, &all)?;
    if !none {
        table.empty = "Nobody who fits that has a code.".into();
    }
    if !all.is_empty() {
        table.note(format!(
            "{}; orders up to {}, while the code was theirs, refunded ones included.",
            counted(all.len(), "code", "codes"),
            app.as_of()
        ));
    }
    table.notes.extend(who.map(|who| who.note()));
    app.screen.show(&table)?;
    app.screen.next("groundswell share code MEMBER", "a code of their own");
    Ok(End::Done)
}

fn table(app: &App, all: &[codes::Code]) -> Result<Table> {
    let people = members::people(app.store()?, app.as_of())?;
    let names: BTreeMap<i64, String> = people.into_iter().map(|person| (person.id, person.label())).collect();
    let mut table = Table::new(&["code", "member", "name", "from", "to", ">orders", "state", "?why"])
        .or_say("No codes yet: give someone theirs with `groundswell share code MEMBER`.");
    for code in all {
        table.row(vec![
            code.word.clone().into(),
            code.person.into(),
            names.get(&code.person).cloned().into(),
            code.from.to_string().into(),
            code.to.map(|day| day.to_string()).into(),
            code.orders.into(),
            if code.to.is_some() { "retired" } else { "live" }.into(),
            code.why.clone().into(),
        ]);
    }
    Ok(table)
}
