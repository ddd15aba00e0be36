//! `member merge`: two members that are one person.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::money;
use crate::model::stage::Stage;
use crate::output::{Cell, Table};
use crate::store::members::{self, Person};
use crate::store::{Store, facts, merges, stages, tags};
use anyhow::{Result, bail};
use clap::Args;

/// Two members are one person.
///
/// The first one stays; what will be joined is shown before anything is. No row is rewritten: each stays with the
/// member that learnt it, and `member unmerge` brings both back, with what each learnt since. Of two names,
/// companies and so on the one that stays keeps its own. Where the two stand at different stages the weightier
/// holds (removed, active, on-hold, alumni, declined, interested, invited, candidate), or say --stage. A no to being
/// asked holds over a yes, and who is staff or a bot under one address is so under both.
/// (Another manager's file is taken in with `groundswell merge`.)
///
/// Example: groundswell member merge ana@example.com x:@ana --why "she said so"
#[derive(Debug, Args)]
pub struct Merge {
    /// The member that stays
    member: String,
    /// The member that joins it
    other: String,
    /// Why they are one
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// The stage that holds, one of the two they stand at
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
    /// Although they were said to be distinct
    #[arg(long)]
    although_distinct: bool,
}

impl Merge {
    /// Joins the two.
    pub fn run(self, app: &App) -> Result<End> {
        let kept = app.member(&self.member)?;
        let gone = app.member(&self.other)?;
        if kept.id == gone.id {
            bail!("'{}' and '{}' are both member {} already", self.member, self.other, kept.id);
        }
        if let Some(day) =
            merges::distinct(app.store()?, kept.id, gone.id)?.filter(|_| !self.although_distinct)
        {
            bail!(
                "members {} and {} were said to be distinct on {day}; if they are one after all: groundswell member merge {} {} --although-distinct",
                kept.id,
                gone.id,
                kept.id,
                gone.id
            );
        }
        let stage = self.stage.as_deref().map(str::parse::<Stage>).transpose().map_err(usage)?;
        if let Some(stage) = stage.filter(|stage| *stage != kept.stage && *stage != gone.stage) {
            return Err(usage(format!(
                "--stage {stage}: {} is {} and {} is {}; say one of the two, and move them afterwards with `member stage`",
                kept.label(),
                kept.stage,
                gone.label(),
                gone.stage
            )));
        }
        app.screen.show(&preview(app, &kept, &gone, stage)?)?;
        app.confirm(&format!(
            "Is {} ({}) the same person as {} ({})?",
            gone.label(),
            gone.id,
            kept.label(),
            kept.id
        ))?;
        let why = self.why.as_deref();
        let new = merges::New { kept: kept.id, gone: gone.id, at: app.now(), day: app.as_of(), why, stage };
        let number = app.write(|store| {
            let number = merges::merge(store, &new)?;
            let what = format!("merge {number}: {} joined {}", gone.label(), kept.label());
            let note = Note::of("member merge", kept.id, what);
            Ok((number, vec![note.change(gone.id.to_string(), kept.id.to_string())]))
        })?;
        app.screen.say(&format!(
            "Merge {number}: {} is now part of {} ({})",
            gone.label(),
            kept.label(),
            kept.id
        ));
        app.screen.next(&format!("groundswell member unmerge {number}"), "if they are two people after all");
        Ok(End::Done)
    }
}

/// What each of the two has, and what the one person will have.
fn preview(app: &App, kept: &Person, gone: &Person, stage: Option<Stage>) -> Result<Table> {
    let store = app.store()?;
    let mut table = Table::new(&["what", "stays", "joins", "then"]);
    let text = |text: &str| if text.is_empty() { Cell::Missing } else { text.into() };
    let mut line = |what: &str, one: &str, other: &str, then: &str| {
        if !one.is_empty() || !other.is_empty() {
            table.row(vec![what.into(), text(one), text(other), text(then)]);
        }
    };
    line("member", &kept.id.to_string(), &gone.id.to_string(), &kept.id.to_string());
    for identity in members::identities(store, kept.id)? {
        line("known by", &identity.name(), "", &identity.name());
    }
    for identity in members::identities(store, gone.id)? {
        line("known by", "", &identity.name(), &identity.name());
    }
    for field in facts::FIELDS {
        let of = |person: &Person| known(app, person, field);
        let (one, other) = (of(kept)?, of(gone)?);
        let then = one.clone().or_else(|| other.clone()).unwrap_or_default();
        line(&field.replace('_', " "), &one.unwrap_or_default(), &other.unwrap_or_default(), &then);
    }
    line("standing", &kept.standing, &gone.standing, merges::strictest(&kept.standing, &gone.standing));
    let weightier = if kept.stage.weight() >= gone.stage.weight() { kept.stage } else { gone.stage };
    line("stage", kept.stage.word(), gone.stage.word(), stage.unwrap_or(weightier).word());
    consents(app, store, kept, gone, &mut line)?;
    let (one, other) = (tags::of(store, kept.id)?, tags::of(store, gone.id)?);
    let all: std::collections::BTreeSet<&str> = one.iter().chain(&other).map(String::as_str).collect();
    let all: Vec<&str> = all.into_iter().collect();
    line("tags", &one.join(", "), &other.join(", "), &all.join(", "));
    for (what, one, other) in merges::sizes(store, kept.id, gone.id)? {
        if one + other > 0 {
            let what = what.replace('_', " ");
            line(&what, &one.to_string(), &other.to_string(), &(one + other).to_string());
        }
    }
    Ok(table)
}

/// A field as it is read: money with its decimals.
fn known(app: &App, person: &Person, field: &str) -> Result<Option<String>> {
    let of = |field| facts::of_person(app.store()?, person.id, field, app.as_of());
    let value = of(field)?;
    let Some(minor) = value.as_ref().and_then(|text| text.parse().ok()).filter(|_| field == "value") else {
        return Ok(value);
    };
    let currency = of("currency")?.map_or_else(|| app.currency(), Ok)?;
    Ok(Some(money::decimal(minor, &currency)))
}

/// What each of the two agreed to; a no of either holds.
fn consents(
    app: &App,
    store: &Store,
    kept: &Person,
    gone: &Person,
    line: &mut impl FnMut(&str, &str, &str, &str),
) -> Result<()> {
    let of = |person: &Person| -> Result<std::collections::BTreeMap<String, bool>> {
        let all = stages::consents(store, person.id, app.as_of())?;
        Ok(all.into_iter().map(|(purpose, given, ..)| (purpose, given)).collect())
    };
    let (mine, theirs) = (of(kept)?, of(gone)?);
    let purposes: std::collections::BTreeSet<&String> = mine.keys().chain(theirs.keys()).collect();
    let word = |given: Option<&bool>| given.map_or("", |given| if *given { "yes" } else { "no" });
    for purpose in purposes {
        let (one, other) = (mine.get(purpose), theirs.get(purpose));
        let then = one.into_iter().chain(other).min();
        line(&format!("consent for {purpose}"), word(one), word(other), word(then));
    }
    Ok(())
}
