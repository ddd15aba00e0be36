//! The people an effect is looked for among: everyone who ever joined, those who left included.

use super::again::First;
use super::design::Person;
use crate::app::App;
use crate::members::segment::Chosen;
use crate::store::reactions::{self, Treatment};
use crate::store::rhythms;
use crate::store::works::{self, Made};
use anyhow::Result;
use std::collections::BTreeMap;

/// Everyone who joined, with what they made and when something of theirs was lifted first; with a filter, only those it
/// picks count as lifted, and all others are compared with them as before.
pub fn people(app: &App, what: Treatment, reach: bool, who: Option<&Chosen>) -> Result<Vec<Person>> {
    let (store, as_of) = (app.store()?, app.as_of());
    let first = reactions::first_days(store, what, as_of)?;
    let mut made = by_person(works::made(store, as_of)?);
    let picked = |person: i64| who.is_none_or(|who| who.contains(person));
    let begun = rhythms::begun(store, as_of)?;
    let all = begun.into_iter().map(|one| {
        let acts = made.remove(&one.person).unwrap_or_default();
        let amount = |act: &Made| if reach { act.reach.map(|reach| reach as f64) } else { Some(1.0) };
        Person {
            member: one.person,
            joined: one.joined.0,
            left: one.left.map(|day| day.0),
            first: first.get(&one.person).map(|day| day.0),
            acts: acts.iter().map(|act| (act.day.0, amount(act))).collect(),
        }
    });
    // Who was lifted but is not asked about is no comparison either.
    Ok(all.filter(|person| person.first.is_none() || picked(person.member)).collect())
}

/// The first contribution of everyone since they joined, when it was answered, and those that followed.
pub fn firsts(app: &App, who: Option<&Chosen>) -> Result<Vec<First>> {
    let (store, as_of) = (app.store()?, app.as_of());
    let answers = reactions::first_answers(store, as_of)?;
    let made = by_person(works::made(store, as_of)?);
    let begun = rhythms::begun(store, as_of)?;
    let first = begun.into_iter().filter_map(|one| {
        let mut since = made.get(&one.person)?.iter().filter(|act| act.day >= one.joined);
        let first = since.next().filter(|_| who.is_none_or(|who| who.contains(one.person)))?;
        let others = since.map(|act| act.at.0).collect();
        Some(First { at: first.at.0, answered: answers.get(&first.id).map(|at| at.0), others })
    });
    Ok(first.collect())
}

fn by_person(made: Vec<Made>) -> BTreeMap<i64, Vec<Made>> {
    let mut people: BTreeMap<i64, Vec<Made>> = BTreeMap::new();
    for act in made {
        people.entry(act.person).or_default().push(act);
    }
    people
}
