//! `member distinct`: two members that are two people, whatever they share.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::output::Table;
use crate::store::distinctions;
use anyhow::{Result, bail};
use clap::Args;

/// Two members are two people.
///
/// They are not suggested as duplicates again. Without members it lists what was said so far.
///
/// Example: groundswell member distinct ana@example.com 12 --why "mother and daughter"
#[derive(Debug, Args)]
pub struct Distinct {
    /// One member
    member: Option<String>,
    /// The other
    other: Option<String>,
    /// Why they are two
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Take it back: they may be one after all
    #[arg(long, conflicts_with = "why")]
    undo: bool,
}

impl Distinct {
    /// Writes it down, takes it back, or lists what was said.
    pub fn run(self, app: &App) -> Result<End> {
        let (one, other) = match (&self.member, &self.other) {
            (Some(one), Some(other)) => (app.member(one)?, app.member(other)?),
            (None, None) if !self.undo && self.why.is_none() => return list(app),
            _ => return Err(usage("name two members: groundswell member distinct A B")),
        };
        if one.id == other.id {
            bail!(
                "both are member {}; if two people were merged: groundswell member show {}",
                one.id,
                one.id
            );
        }
        let pair = (one.id.min(other.id), one.id.max(other.id));
        let what = format!("{} ({}) and {} ({})", one.label(), one.id, other.label(), other.id);
        let known = distinctions::list(app.store()?, app.as_of())?;
        let known = known.into_iter().find(|known| (known.one, known.other) == pair);
        if self.undo {
            app.write(|store| {
                if !distinctions::remove(store, pair)? {
                    bail!("{what} were never said to be two people");
                }
                Ok(((), notes(pair, "two people", "")))
            })?;
            app.screen.say(&format!("{what} may be one person again"));
            app.screen.next(&format!("groundswell member merge {} {}", one.id, other.id), "if they are");
            return Ok(End::Done);
        }
        if known.is_some() {
            app.screen.say(&format!("{what} are two people already"));
        } else {
            let why = self.why.as_deref().map(str::trim).filter(|why| !why.is_empty());
            app.write(|store| {
                // One that was said for a later day begins today.
                distinctions::remove(store, pair)?;
                distinctions::add(store, pair, app.as_of(), why)?;
                let after = why.map_or_else(|| "two people".into(), |why| format!("two people ({why})"));
                Ok(((), notes(pair, "", &after)))
            })?;
            app.screen.say(&format!("{what} are two people, and will not be suggested as one"));
        }
        app.screen.next("groundswell member duplicates", "the pairs that are left");
        Ok(End::Done)
    }
}

/// A line about each of the two. Neither holds the other's name, so that erasing one leaves nothing behind.
fn notes((one, other): (i64, i64), before: &str, after: &str) -> Vec<Note> {
    let line = |member, other| {
        Note::of("member distinct", member, format!("beside member {other}")).change(before, after)
    };
    vec![line(one, other), line(other, one)]
}

fn list(app: &App) -> Result<End> {
    let mut table = Table::new(&["member", "name", "other", "other_name", "day", "~why"])
        .or_say("Nobody was said to be two people yet: groundswell member distinct A B.");
    let known = distinctions::list(app.store()?, app.as_of())?;
    let names = app.names(known.iter().flat_map(|known| [known.one, known.other]))?;
    for known in known {
        table.row(vec![
            known.one.into(),
            names.get(&known.one).cloned().into(),
            known.other.into(),
            names.get(&known.other).cloned().into(),
            known.day.to_string().into(),
            known.why.into(),
        ]);
    }
    app.screen.show(&table)?;
    if !table.rows.is_empty() {
        app.screen.next("groundswell member distinct A B --undo", "where two are one after all");
    }
    Ok(End::Done)
}
