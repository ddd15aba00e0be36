//! `share ack` and `share lift`: who said "received", and an embargo that is over.

use super::brief;
use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::output::Table;
use crate::store::{briefs, members};
use anyhow::{Result, bail};
use clap::Args;

/// Someone answered "received".
///
/// Example: groundswell share ack 3 ana@example.com
#[derive(Debug, Args)]
pub struct Ack {
    /// The brief's number
    brief: i64,
    /// Who answered
    member: String,
}

impl Ack {
    /// Notes it.
    pub fn run(self, app: &App) -> Result<End> {
        let news = brief::find(app, self.brief)?;
        let person = app.member(&self.member)?;
        let sends = briefs::sends(app.store()?, news.id, app.as_of())?;
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
    brief: i64,
}

impl Lift {
    /// Notes the day for the brief and everyone who has it.
    pub fn run(self, app: &App) -> Result<End> {
        let news = brief::find(app, self.brief)?;
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
