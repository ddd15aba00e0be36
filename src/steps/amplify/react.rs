//! `amplify react` and `amplify promote`: what we did with a contribution.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::output::safe::counted;
use crate::store::contributions::{self, Contribution};
use crate::store::reactions;
use anyhow::{Context, Result};
use clap::Args;
use std::collections::BTreeSet;

/// One of ours answered a contribution.
///
/// Where it stands: the answer is given there, and written down here.
///
/// Example: groundswell amplify react 12 --who Mei --text "asked how long it took"
#[derive(Debug, Args)]
pub struct React {
    /// The contributions' numbers, as `amplify queue` shows them
    #[arg(required = true, value_name = "N")]
    ids: Vec<i64>,
    /// Who of ours
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
    /// Where, if not under the contribution itself
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// What was said
    #[arg(long)]
    text: Option<String>,
}

impl React {
    /// Writes the reactions down: all or none. One that is written down already is not written twice.
    pub fn run(self, app: &App) -> Result<End> {
        let ids: BTreeSet<i64> = self.ids.iter().copied().collect();
        let (at, day) = (app.now(), app.as_of());
        let (who, place, text) = (self.who.as_deref(), self.place.as_deref(), self.text.as_deref());
        let mut made = Vec::new();
        for id in ids {
            let one = known(app, id)?;
            if reactions::is_known(app.store()?, id, day, who, place, text)? {
                app.screen.say(&format!(
                    "This reaction to contribution {id} is known already; nothing was changed (another one has another --who or --text)"
                ));
            } else {
                made.push(one);
            }
        }
        app.write(|store| {
            let mut notes = Vec::new();
            for one in &made {
                reactions::react(store, one.id, at, day, who, place, text)?;
                let what = format!("reaction to contribution {}", one.id);
                notes.push(
                    Note::of("amplify react", one.person, what)
                        .change("", self.text.clone().unwrap_or_default()),
                );
            }
            Ok(((), notes))
        })?;
        for one in &made {
            let hours = at.hours_since(one.at).max(0);
            app.screen.say(&format!(
                "Contribution {} has a reaction, after {}",
                one.id,
                counted(hours, "hour", "hours")
            ));
        }
        app.screen.next("groundswell amplify queue", "what else waits");
        Ok(End::Done)
    }
}

/// We gave a contribution a better place.
///
/// The newsletter, the front page, a stage.
///
/// Example: groundswell amplify promote 12 --place "newsletter 41"
#[derive(Debug, Args)]
pub struct Promote {
    /// The contribution's number
    #[arg(value_name = "N")]
    id: i64,
    /// Where it stands now
    #[arg(long, value_name = "TEXT")]
    place: Option<String>,
    /// Who of ours
    #[arg(long, value_name = "NAME")]
    who: Option<String>,
}

impl Promote {
    /// Writes the promotion down.
    pub fn run(self, app: &App) -> Result<End> {
        let made = known(app, self.id)?;
        let place = app.text(self.place, "Where does it stand now?", "--place TEXT")?.trim().to_string();
        if place.is_empty() {
            return Err(usage("--place is empty: say where it stands now"));
        }
        app.write(|store| {
            reactions::promote(store, made.id, app.now(), app.as_of(), &place, self.who.as_deref())?;
            let what = format!("promoted contribution {}", made.id);
            Ok(((), vec![Note::of("amplify promote", made.person, what).change("", &*place)]))
        })?;
        app.screen.say(&format!("Contribution {} was promoted: {place}", made.id));
        app.screen.next("groundswell amplify best", "what else deserves a better place");
        Ok(End::Done)
    }
}

fn known(app: &App, id: i64) -> Result<Contribution> {
    contributions::find(app.store()?, id, app.as_of())?.with_context(|| {
        format!("there is no contribution {id} on {}; see `groundswell amplify queue --all`", app.as_of())
    })
}
