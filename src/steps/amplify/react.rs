//! `amplify react` and `amplify promote`: what we did with a contribution.

use super::log::moment;
use crate::app::App;
use crate::app::ask::quoted;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::data;
use crate::output::safe::counted;
use crate::store::contributions::{self, Contribution};
use crate::store::reactions::{self, Treatment};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use std::collections::BTreeSet;

/// One of ours answered a contribution.
///
/// The answer is given where the contribution stands, and written down here.
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
    /// When (YYYY-MM-DD or "YYYY-MM-DD HH:MM"; now if not given)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// A slip: take back what was written down last of these contributions
    #[arg(long, conflicts_with_all = ["who", "place", "text", "at"])]
    undo: bool,
}

impl React {
    /// Writes the reactions down: all or none. One that is written down already is not written twice.
    pub fn run(self, app: &App) -> Result<End> {
        let ids: BTreeSet<i64> = self.ids.iter().copied().collect();
        if self.undo {
            for id in ids {
                undo(app, Treatment::Reaction, id)?;
            }
            return Ok(End::Done);
        }
        let at = self.at.as_deref().map_or(Ok(app.now()), |text| moment(app, text))?;
        let day = app.zone().day(at);
        let (who, place, text) = (self.who.as_deref(), self.place.as_deref(), self.text.as_deref());
        let mut made = Vec::new();
        for id in ids {
            let one = known(app, id)?;
            if at < one.at && self.at.is_some() {
                bail!("--at: contribution {id} is of {}, so nobody can have answered it before", one.day);
            }
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
                let said = [who, place, text].into_iter().flatten().collect::<Vec<_>>().join(": ");
                notes.push(Note::of("amplify react", one.person, what).change("", said));
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
/// The newsletter, the front page, a stage. Places are offered on a terminal; any other is taken too, and offered next time.
///
/// Example: groundswell amplify promote 12 --place "newsletter 41" --who Mei
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
    /// When (YYYY-MM-DD or "YYYY-MM-DD HH:MM"; now if not given)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// A slip: take back what was written down last of this contribution
    #[arg(long, conflicts_with_all = ["place", "who", "at"])]
    undo: bool,
}

impl Promote {
    /// Writes the promotion down.
    pub fn run(self, app: &App) -> Result<End> {
        if self.undo {
            undo(app, Treatment::Promotion, self.id)?;
            return Ok(End::Done);
        }
        let made = known(app, self.id)?;
        let is_asked = self.place.is_none();
        let place = place(app, self.place)?;
        let at = self.at.as_deref().map_or(Ok(app.now()), |text| moment(app, text))?;
        if at < made.at && self.at.is_some() {
            bail!("--at: contribution {} is of {}, so it had no place before", made.id, made.day);
        }
        let (day, who) = (app.zone().day(at), self.who.as_deref());
        let known = reactions::last(app.store()?, Treatment::Promotion, made.id)?;
        if known.is_some_and(|known| known.day == day && known.place.as_ref() == Some(&place)) {
            app.screen.say(&format!(
                "Contribution {} was promoted there already on {day}; nothing was changed",
                made.id
            ));
            return Ok(End::Done);
        }
        app.write(|store| {
            reactions::promote(store, made.id, at, day, &place, who)?;
            let what = format!("promoted contribution {}", made.id);
            let said = who.map_or_else(|| place.clone(), |who| format!("{who}: {place}"));
            Ok(((), vec![Note::of("amplify promote", made.person, what).change("", said)]))
        })?;
        app.screen.say(&format!("Contribution {} was promoted: {place}", made.id));
        if is_asked {
            app.screen.drawn(&format!(
                "The same without questions: {}",
                App::command_with(&["--place".into(), quoted(&place)], &[])
            ));
        }
        app.screen.next("groundswell amplify effect", "once enough was lifted: whether it went with more");
        Ok(End::Done)
    }
}

/// The place as it was given, or chosen among those that are known, or a new one.
fn place(app: &App, given: Option<String>) -> Result<String> {
    let given = match given {
        None if app.can_ask() => {
            let mut places = reactions::places(app.store()?)?;
            let usual: Places = toml::from_str(data::needed("places.toml")?)?;
            places.extend(usual.places);
            let mut seen = BTreeSet::new();
            places.retain(|place| seen.insert(place.to_lowercase()));
            places.push("another place".into());
            let chosen = app.choose("Where does it stand now?", &places, "--place TEXT")?;
            (chosen + 1 < places.len()).then(|| places.swap_remove(chosen))
        }
        given => given,
    };
    let place = app.text(given, "Where does it stand now?", "--place TEXT")?.trim().to_string();
    if place.is_empty() {
        return Err(usage("--place is empty: say where it stands now"));
    }
    Ok(place)
}

/// data/places.toml.
#[derive(Debug, Deserialize)]
struct Places {
    places: Vec<String>,
}

/// Takes back what was written down last of a contribution.
fn undo(app: &App, what: Treatment, id: i64) -> Result<()> {
    let made = known(app, id)?;
    let (command, word) = match what {
        Treatment::Reaction => ("amplify react", "reaction"),
        Treatment::Promotion => ("amplify promote", "promotion"),
    };
    let last = reactions::last(app.store()?, what, id)?.with_context(|| {
        format!("no {word} of contribution {id} is written down, so there is none to take back")
    })?;
    let said = [last.who, last.place].into_iter().flatten().collect::<Vec<_>>().join(": ");
    app.write(|store| {
        reactions::forget(store, what, last.id)?;
        let note = format!("took back the {word} of {} to contribution {id}", last.day);
        Ok(((), vec![Note::of(command, made.person, note).change(said, "")]))
    })?;
    app.screen.say(&format!("The {word} of {} to contribution {id} was taken back", last.day));
    Ok(())
}

fn known(app: &App, id: i64) -> Result<Contribution> {
    contributions::find(app.store()?, id, app.as_of())?.with_context(|| {
        format!("there is no contribution {id} on {}; see `groundswell amplify queue --all`", app.as_of())
    })
}
