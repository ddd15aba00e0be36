//! `equip changed`: what is new since an advocate's last copy, or whose copy is worth sending again.

use super::copy::{Copy, compile, compile_for};
use super::limits::{Limits, Resend};
use super::resend::{Difference, Verdict};
use crate::app::App;
use crate::app::fail::End;
use crate::members::segment::Who;
use crate::model::time::Day;
use crate::output::{Table, template};
use crate::store::handbooks::{self, Last};
use crate::store::items::{self, Item};
use crate::store::members::{self, Person};
use anyhow::Result;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};

/// What is new, changed or gone since an advocate's last copy; without one, whose copy is worth sending again.
///
/// A copy is worth sending again when something in it must not be old in anyone's hands (an asset, a link, a code, a contact),
/// when several parts differ, or when a small change has waited for half a year.
///
/// Example: groundswell equip changed ana@example.com
#[derive(Debug, Args)]
pub struct Changed {
    /// Whose copy (all advocates' if not given)
    #[arg(conflicts_with = "who")]
    member: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Changed {
    /// Compares what copies would hold today with the last ones.
    pub fn run(self, app: &App) -> Result<End> {
        match &self.member {
            Some(who) => one(app, app.member(who)?),
            None => all(app, &self.who),
        }
    }
}

fn one(app: &App, person: Person) -> Result<End> {
    let (id, name) = (person.id, person.label());
    let command = format!("groundswell equip handbook {id} -o DIR");
    let mut table = Table::new(&["change", "item", "kind", "title"]);
    let Some((day, before)) = handbooks::last(app.store()?, id, app.as_of())? else {
        table.empty = format!("{name} has no copy yet.");
        app.screen.show(&table)?;
        app.screen.next(&command, "their first");
        return Ok(End::Done);
    };
    table.empty = format!("Nothing changed since {name}'s copy of {day}.");
    let known = items::list(app.store()?, app.as_of())?;
    for copy in compile(app, vec![person], Some(id))? {
        for found in differences(&known, &copy, &before) {
            table.row(vec![found.change.into(), found.key.into(), found.kind.into(), found.title.into()]);
        }
    }
    if !table.rows.is_empty() {
        table.note(format!("Since {name}'s copy of {day}, as of {}", app.as_of()));
    }
    app.screen.show(&table)?;
    app.screen.next(&command, "a new copy");
    Ok(End::Done)
}

/// A copy that is worth sending again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outdated {
    /// Whose.
    pub person: i64,
    /// The day of the copy.
    pub day: Day,
    /// How many parts are new, changed or gone.
    pub parts: usize,
}

/// Whose newest copy differs so much from what it would hold today that it is worth sending again, or what is wrong with the library, so that none can be made.
pub fn outdated(
    app: &App,
    people: Vec<Person>,
    platforms: &BTreeMap<i64, BTreeSet<String>>,
    copies: &BTreeMap<i64, Last>,
) -> Result<Result<Vec<Outdated>, String>> {
    let compiled = match compile_for(app, people, None, platforms) {
        Ok(compiled) => compiled,
        Err(error) => return Ok(Err(format!("{error:#}"))),
    };
    let judged = judged(app, compiled, copies, &Limits::read()?.resend)?;
    let outdated = |one: Judged| {
        let (day, parts) = one.last.filter(|_| one.verdict.is_worth_it())?;
        Some(Outdated { person: one.person.id, day, parts: parts.len() })
    };
    Ok(Ok(judged.into_iter().filter_map(outdated).collect()))
}

/// A copy as it would be made today, against the last one.
struct Judged {
    person: Person,
    /// When the last one was made, and what differs; none where there is none.
    last: Option<(Day, Vec<Difference>)>,
    verdict: Verdict,
}

fn judged(app: &App, copies: Vec<Copy>, lasts: &BTreeMap<i64, Last>, rule: &Resend) -> Result<Vec<Judged>> {
    let known = items::list(app.store()?, app.as_of())?;
    let judge = |copy: Copy| {
        let last = lasts.get(&copy.person.id);
        let last = last.map(|(day, before)| (*day, differences(&known, &copy, before)));
        let age = last.as_ref().map(|(day, _)| app.as_of().0 - day.0);
        let verdict = Verdict::of(rule, age, last.as_ref().map_or(&[], |(_, found)| found));
        Judged { person: copy.person, last, verdict }
    };
    Ok(copies.into_iter().map(judge).collect())
}

fn all(app: &App, who: &Who) -> Result<End> {
    let rule = Limits::read()?.resend;
    let (store, as_of) = (app.store()?, app.as_of());
    let chosen = who.chosen(app)?;
    let people = members::people(store, as_of)?.into_iter();
    let people = people.filter(|person| person.standing == "member" && person.stage.is_advocate());
    let people: Vec<_> =
        people.filter(|person| chosen.as_ref().is_none_or(|chosen| chosen.contains(person.id))).collect();
    let lasts: BTreeMap<i64, Last> = handbooks::lasts(store, as_of)?;
    let mut table = Table::new(&[
        "member",
        "name",
        "?copy",
        ">?age_days",
        ">new",
        ">changed",
        ">gone",
        "send",
        "~in_words",
    ])
    .or_say("No advocate fits: `groundswell member stage MEMBER active` when someone joined.");
    let mut again = Vec::new();
    for one in judged(app, compile(app, people, None)?, &lasts, &rule)? {
        if one.verdict.is_worth_it() {
            again.push(one.person.id);
        }
        let last = one.last.as_ref();
        let count =
            |change: &str| last.map(|(_, found)| found.iter().filter(|one| one.change == change).count());
        table.row(vec![
            one.person.id.into(),
            one.person.label().into(),
            last.map(|(day, _)| day.to_string()).into(),
            last.map(|(day, _)| i64::from(as_of.0 - day.0)).into(),
            count("new").into(),
            count("changed").into(),
            count("gone").into(),
            if one.verdict.is_worth_it() { "yes" } else { "no" }.into(),
            in_words(&rule.words, &one.verdict)?.into(),
        ]);
    }
    if !table.rows.is_empty() {
        table.note(format!("{} of {} worth sending, as of {as_of}", again.len(), table.rows.len()));
    }
    app.screen.show(&table)?;
    let ids: Vec<String> = again.iter().map(ToString::to_string).collect();
    if ids.is_empty() {
        app.screen.next("groundswell equip check", "what the library lacks");
    } else {
        let everyone = ids.len() == table.rows.len() && chosen.is_none();
        let whose = if everyone { "--all".into() } else { ids.join(" ") };
        app.screen.next(&format!("groundswell equip handbook {whose} -o DIR"), "new copies for those");
    }
    Ok(End::Done)
}

/// The verdict as it is said.
fn in_words(words: &BTreeMap<String, String>, verdict: &Verdict) -> Result<String> {
    let text = words.get(verdict.word()).map_or("", String::as_str);
    let (n, kinds) = match verdict {
        Verdict::Parts(n) => (i64::try_from(*n)?, String::new()),
        Verdict::Age(days) => (i64::from(*days), String::new()),
        Verdict::AtOnce(kinds) => (0, kinds.join(", ")),
        Verdict::None | Verdict::Little | Verdict::Same => (0, String::new()),
    };
    template::fill_plain("data/equip.toml", text, serde_json::json!({ "n": n, "kinds": kinds }))
}

/// What a copy would hold today that the last one did not, and the other way round.
fn differences(known: &[Item], copy: &Copy, before: &BTreeMap<String, String>) -> Vec<Difference> {
    let mut found = Vec::new();
    for part in &copy.parts {
        let change = match before.get(&part.key) {
            None => "new",
            Some(digest) if *digest != part.digest => "changed",
            Some(_) => continue,
        };
        let (key, kind, title) = (part.key.clone(), part.kind.clone(), part.title.clone());
        found.push(Difference { change, key, kind, title });
    }
    for key in before.keys().filter(|key| copy.parts.iter().all(|part| part.key != **key)) {
        let item = known.iter().find(|item| item.id.to_string() == *key);
        let kind =
            item.map_or_else(|| key.split_once(':').map_or("playbook", |(kind, _)| kind), |item| &item.kind);
        let title = item.map_or_else(|| key.clone(), |item| item.title.clone());
        found.push(Difference { change: "gone", key: key.clone(), kind: kind.into(), title });
    }
    found
}
