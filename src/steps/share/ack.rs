//! `share ack` and `share lift`: who said "received", and an embargo that is over.

use super::brief;
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::output::{Table, safe};
use crate::store::{briefs, members};
use anyhow::{Result, bail};
use clap::Args;
use std::collections::BTreeMap;

/// Someone answered "received".
///
/// Example: groundswell share ack 3 ana@example.com
#[derive(Debug, Args)]
pub struct Ack {
    /// The brief's number
    brief: Option<i64>,
    /// Who answered
    member: Option<String>,
}

impl Ack {
    /// Notes it.
    pub fn run(self, app: &App) -> Result<End> {
        let waits = |brief: &briefs::Brief| brief.sent > brief.acked && brief.withdrawn.is_none();
        let news =
            which(app, self.brief, "Of which brief?", waits, "BRIEF MEMBER, such as: share ack 3 MEMBER")?;
        let sends = briefs::sends(app.store()?, news.id, app.as_of())?;
        let asked = self.brief.is_none() || self.member.is_none();
        let person = match self.member {
            Some(member) => app.member(&member)?,
            None => who(app, &sends)?,
        };
        let Some(send) = sends.get(&person.id) else {
            bail!(
                "brief {} was not sent to {}; send it with `groundswell share send {} --to {} -o DIR`",
                news.id,
                person.label(),
                news.id,
                person.id
            );
        };
        if let Some(day) = send.acked {
            app.screen.say(&format!("{} said so on {day} already", person.label()));
        } else {
            app.write(|store| {
                briefs::ack(store, send.id, app.as_of())?;
                let what = format!("received brief {}", news.id);
                Ok(((), vec![Note::of("share ack", person.id, what).change("", app.as_of().to_string())]))
            })?;
            app.screen.say(&format!("{} has received brief {}", person.label(), news.id));
        }
        if asked {
            app.screen.drawn(&format!(
                "The same without questions: groundswell share ack {} {}",
                news.id, person.id
            ));
        }
        app.screen.next("groundswell share brief list", "how many have it, and how many said so");
        Ok(End::Done)
    }
}

/// An embargo is over: notes the day, and lists whom to tell.
///
/// One that is not over yet is ended early only after a question (--yes answers it).
///
/// Example: groundswell share lift 3
#[derive(Debug, Args)]
pub struct Lift {
    /// The brief's number
    brief: Option<i64>,
}

/// The brief of this number, or the one that is chosen among those that fit.
fn which(
    app: &App,
    number: Option<i64>,
    question: &str,
    fits: impl Fn(&briefs::Brief) -> bool,
    flag: &str,
) -> Result<briefs::Brief> {
    if let Some(number) = number {
        return brief::find(app, number);
    }
    let mut all = briefs::list(app.store()?, app.as_of())?;
    all.retain(fits);
    let lines: Vec<String> =
        all.iter().map(|brief| format!("{}: {}", brief.id, safe::line(&brief.title))).collect();
    if app.can_ask() && lines.is_empty() {
        bail!("no brief waits for that: groundswell share brief list");
    }
    Ok(all.swap_remove(app.choose(question, &lines, flag)?))
}

/// The one that is chosen among those who have a brief and have not said so yet.
fn who(app: &App, sends: &BTreeMap<i64, briefs::Send>) -> Result<members::Person> {
    let silent: Vec<i64> =
        sends.values().filter(|send| send.acked.is_none()).map(|send| send.person).collect();
    let names = app.names(silent.iter().copied())?;
    let lines: Vec<String> =
        silent.iter().map(|id| format!("{id}: {}", names.get(id).map_or("", String::as_str))).collect();
    if app.can_ask() && lines.is_empty() {
        bail!("everyone who has this brief said so: groundswell share brief list");
    }
    let chosen =
        silent[app.choose("Who answered \"received\"?", &lines, "MEMBER, such as: share ack 3 MEMBER")?];
    app.member(&chosen.to_string())
}

impl Lift {
    /// Notes the day for the brief and everyone who has it.
    pub fn run(self, app: &App) -> Result<End> {
        let secret = |brief: &briefs::Brief| brief.embargo.is_some() && brief.lifted.is_none();
        let news =
            which(app, self.brief, "The embargo of which brief?", secret, "BRIEF, such as: share lift 3")?;
        let Some(until) = news.embargo else {
            bail!("brief {} has no embargo to lift: it may be told by anyone who has it", news.id);
        };
        if let Some(day) = news.lifted {
            bail!("the embargo of brief {} was lifted on {day} already", news.id);
        }
        if until > app.now() {
            let (end, zone) = (app.zone().show(until), app.zone().name());
            app.confirm(&format!(
                "The embargo of brief {} would end on {end} ({zone}), not yet. End it now?",
                news.id
            ))?;
        }
        app.write(|store| {
            briefs::lift(store, news.id, app.as_of())?;
            let note = Note::program("share lift", format!("embargo of brief {} lifted", news.id));
            Ok(((), vec![note.change(app.zone().show(until), app.as_of().to_string())]))
        })?;
        let store = app.store()?;
        let sends = briefs::sends(store, news.id, app.as_of())?;
        let mut table = Table::new(&["member", "name", "email", "sent", "acked"])
            .or_say("Nobody has this brief yet, so there is nobody to tell.");
        for person in members::people(store, app.as_of())? {
            if let Some(send) = sends.get(&person.id) {
                table.row(brief::copy(&person, send));
            }
        }
        app.screen.say(&format!("The embargo of brief {} is over as of {}", news.id, app.as_of()));
        app.screen.show(&table)?;
        app.screen.next("groundswell amplify queue", "what they publish now, to react to it the same day");
        Ok(End::Done)
    }
}
