//! What there is to do about people themselves: invitations, stages, what they were handed, what is asked of them.

use super::rules::{Found, Limits};
use super::seen::Seen;
use crate::app::App;
use crate::app::ask::quoted;
use crate::members::{due, duplicates};
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::steps::equip::changed;
use crate::steps::identify::goal;
use crate::steps::share::{balance, standing};
use crate::store::{handbooks, invitations, members, settings, stages, weekly};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An NPS detractor's highest answer.
const DETRACTOR: i64 = 6;

/// A line about one person; the same since another day is another matter.
fn about(rule: &'static str, person: i64, since: Day, values: Value) -> Found {
    Found { rule, subject: format!("{person}@{since}"), person: Some(person), since, values }
}

/// A line about no one person.
pub fn of_all(rule: &'static str, subject: impl Into<String>, since: Day, values: Value) -> Found {
    Found { rule, subject: subject.into(), person: None, since, values }
}

pub fn day(day: Option<Day>) -> Value {
    json!(day.map(|day| day.to_string()))
}

/// Everything about people.
pub fn found(app: &App, seen: &Seen, limits: &Limits) -> Result<Vec<Found>> {
    let mut found = invited(app)?;
    found.extend(lasting(app, seen)?);
    found.extend(detractors(app, seen, limits)?);
    found.extend(equipment(app, seen)?);
    found.extend(asked(app, seen, limits)?);
    for pair in duplicates::among(app, &limits.duplicates_from, limits.duplicates)? {
        let names = app.names([pair.other])?;
        let values = json!({
            "number": pair.other, "other": names.get(&pair.other), "grade": format!("{:.2}", pair.grade),
        });
        let subject = format!("{}+{}", pair.one, pair.other);
        found.push(Found { rule: "duplicate", subject, person: Some(pair.one), since: app.as_of(), values });
    }
    if let Some(words) = goal::falling_short(app)? {
        found.push(of_all("goal", "goal", app.as_of(), json!({ "words": words })));
    }
    Ok(found)
}

/// Those to remind: all of them are one letter run, for kickoffs still to come.
fn invited(app: &App) -> Result<Vec<Found>> {
    let (store, today) = (app.store()?, app.as_of());
    let limit = due::invited_days(app)?;
    let invited: BTreeSet<i64> = stages::standings(store, None, today)?
        .into_iter()
        .filter(|standing| matches!(standing.stage, Stage::Invited | Stage::Interested))
        .map(|standing| standing.person)
        .collect();
    let mut waiting = invitations::unanswered(store, today, today.plus(-limit))?;
    waiting.retain(|one| invited.contains(&one.person) && one.kickoff.is_some_and(|at| at > app.now()));
    let Some(first) = waiting.iter().map(|one| one.day).min() else { return Ok(Vec::new()) };
    let people = counted(waiting.len(), "person", "people");
    Ok(vec![of_all("reminder", "all", first.plus(limit), json!({ "people": people, "limit": limit }))])
}

/// Stages that have lasted too long.
fn lasting(app: &App, seen: &Seen) -> Result<Vec<Found>> {
    let (store, today) = (app.store()?, app.as_of());
    let reminded = weekly::reminded(store, today)?;
    let to_remind: BTreeSet<i64> = invitations::unanswered(store, today, today)?
        .into_iter()
        .filter(|one| one.kickoff.is_some_and(|at| at > app.now()))
        .map(|one| one.person)
        .collect();
    let term = due::term_days(app)?;
    let (mut found, mut shortlisted) = (Vec::new(), Vec::new());
    for thing in due::things(app, &seen.signs(), &seen.observed(app)?)? {
        let rule = match thing.key {
            "shortlist" => {
                shortlisted.push(thing);
                continue;
            }
            // One of those who are still to be reminded has their line with all others.
            "no_answer" if to_remind.contains(&thing.person) => continue,
            "no_answer" => "no_answer",
            "not_joined" => "not_joined",
            "inactive" => "inactive",
            "term_ends" => "term_ends",
            "term_ended" => "term_ended",
            _ => "on_hold",
        };
        let values = json!({
            "days_in": thing.days, "limit": thing.limit, "until": day(thing.until), "last": day(thing.last),
            "invited": day(thing.letter), "reminded": day(reminded.get(&thing.person).copied()),
            "renewed": day(thing.until.map(|until| until.max(today).plus(term))),
        });
        found.push(about(rule, thing.person, thing.on, values));
    }
    if let Some(first) = shortlisted.iter().map(|thing| thing.on).min() {
        let people = counted(shortlisted.len(), "candidate", "candidates");
        let values = json!({ "people": people, "limit": due::candidate_days(app)? });
        found.push(of_all("shortlist", "all", first, values));
    }
    Ok(found)
}

/// Advocates who would not recommend us and about whom nothing was noted since.
fn detractors(app: &App, seen: &Seen, limits: &Limits) -> Result<Vec<Found>> {
    let (store, today) = (app.store()?, app.as_of());
    let people: BTreeSet<i64> = seen.advocates.keys().copied().collect();
    let scores = weekly::scores(store, &people, today, today.plus(-limits.score_days))?;
    let unheard = scores.into_iter().filter(|(person, score)| {
        score.score <= DETRACTOR && seen.noted.get(person).is_none_or(|noted| *noted < score.day)
    });
    let line = |(person, score): (i64, weekly::Score)| {
        about("detractor", person, score.day, json!({ "score": score.score, "at": score.day.to_string() }))
    };
    Ok(unheard.map(line).collect())
}

/// What advocates are to have: a handbook that is right, answers, a link, a code.
fn equipment(app: &App, seen: &Seen) -> Result<Vec<Found>> {
    let (store, today) = (app.store()?, app.as_of());
    let copies = handbooks::lasts(store, today)?;
    let surveyed = weekly::surveyed(store, today)?;
    let (linked, coded) = (weekly::linked(store, today)?, weekly::coded(store, today)?);
    let target = match weekly::usual_target(store, today)? {
        Some(target) => Some(target),
        None => settings::read(store, "page")?,
    };
    let with_code = seen.advocates.keys().filter(|person| coded.contains_key(person)).count();
    let mut found = Vec::new();
    for (&person, &joined) in &seen.advocates {
        if !copies.contains_key(&person) {
            found.push(about("handbook", person, joined, json!({})));
        }
        if !surveyed.contains_key(&person) {
            found.push(about("statements", person, joined, json!({})));
        }
        if let Some(target) = target.as_ref().filter(|_| !linked.contains_key(&person)) {
            found.push(about("link", person, joined, json!({ "target": quoted(target) })));
        }
        if !coded.contains_key(&person) {
            found.push(about("code", person, joined, json!({ "others": with_code })));
        }
    }
    found.extend(outdated(app, seen, &copies)?);
    Ok(found)
}

/// Copies that are no longer right; or that the library stands in the way of any.
fn outdated(app: &App, seen: &Seen, copies: &BTreeMap<i64, handbooks::Last>) -> Result<Vec<Found>> {
    let holders: BTreeSet<i64> =
        copies.keys().copied().filter(|person| seen.advocates.contains_key(person)).collect();
    if holders.is_empty() {
        return Ok(Vec::new());
    }
    let people = members::some(app.store()?, &holders, app.as_of())?;
    match changed::outdated(app, people, &seen.platforms(), copies)? {
        Err(problem) => {
            let problem: Vec<&str> = problem.lines().map(str::trim).take(2).collect();
            Ok(vec![of_all("library", "library", app.as_of(), json!({ "problem": problem.join(" ") }))])
        }
        Ok(all) => Ok(all
            .into_iter()
            .map(|one| {
                let parts = counted(one.parts, "part", "parts");
                let values = json!({ "parts": parts, "copy": one.day.to_string() });
                about("changed", one.person, one.day, values)
            })
            .collect()),
    }
}

/// Who is over-asked, and who was never asked.
fn asked(app: &App, seen: &Seen, limits: &Limits) -> Result<Vec<Found>> {
    let today = app.as_of();
    let (period, all) = balance::verdicts(app, None)?;
    let cooldown = standing::cooldown_days(app)?;
    let is_free = balance::may_be_asked(app)?;
    let mut found = Vec::new();
    for one in all.into_iter().filter(|one| one.stage.is_advocate()) {
        let Some(&joined) = seen.advocates.get(&one.person) else { continue };
        let last = one.dealings.last_asked;
        match one.verdict {
            "over-asked" => {
                let until = last.map(|last| last.plus(cooldown)).filter(|until| *until > today);
                let values = json!({
                    "until": day(until), "asked": one.dealings.asked, "given": balance::given(&one.dealings), "period": period,
                });
                found.push(about("leave_alone", one.person, last.unwrap_or(today), values));
            }
            "never asked"
                if one.stage == Stage::Active
                    && today.0 - joined.0 >= limits.settle_days
                    && is_free(one.person) =>
            {
                found.push(about("never_asked", one.person, joined, json!({})));
            }
            _ => {}
        }
    }
    Ok(found)
}
