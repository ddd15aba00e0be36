//! `equip check`: what is expired, unused, or missing for a platform that advocates are on.

use super::files::Files;
use super::findings::{Audience, Finding, Judge};
use super::library::{Entry, library};
use super::limits::Limits;
use crate::app::App;
use crate::app::fail::End;
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::{faq, handbooks, members};
use anyhow::Result;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};

/// What is expired, unused, or missing for a platform that advocates are on.
///
/// expired, file gone, file outside and dead link stop a handbook; unused is in no copy so far; incomplete is a playbook
/// of your own without a section or an example that the others have.
///
/// Example: groundswell equip check
#[derive(Debug, Args)]
pub struct Check {}

impl Check {
    /// Lists what to put right, the worst first.
    #[allow(clippy::unused_self, reason = "every command is run alike")]
    pub fn run(self, app: &App) -> Result<End> {
        let entries = library(app)?;
        let live: Vec<&Entry> = entries.iter().filter(|entry| entry.item.removed.is_none()).collect();
        let used = handbooks::used(app.store()?, app.as_of())?;
        let (limits, files) = (Limits::read()?, Files::of(app)?);
        let (audience, readers) = advocates(app, &limits)?;
        let judge = Judge {
            entries: &entries,
            files: &files,
            as_of: app.as_of(),
            soon: limits.soon_days(app)?,
            used: used.as_ref(),
            limits: &limits,
        };
        let mut found = judge.gaps(&audience, &readers);
        for entry in &live {
            found.extend(judge.item(entry)?);
        }
        let answers = faq::list(app.store()?, app.as_of())?;
        found.extend(answers.iter().filter_map(|entry| judge.answer(entry)));
        found.sort_by_key(|finding| finding.place);
        let mut table = table(found);
        table.note(format!(
            "{} and the platforms of {}, {}",
            counted(live.len(), "item", "items"),
            counted(readers.values().sum::<usize>(), "advocate", "advocates"),
            app.as_of()
        ));
        if used.is_none() {
            table.note("No handbook was made yet, so nothing counts as unused.");
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell equip handbook --all -o DIR", "everyone's handbook as it is now");
        Ok(End::Done)
    }
}

fn table(found: Vec<Finding>) -> Table {
    let mut table =
        Table::new(&["problem", "item", "?kind", "title", "platform", "?lang", ">advocates", "~what_to_do"])
            .or_say("Nothing to put right.");
    for finding in found {
        table.row(vec![
            finding.problem.into(),
            finding.key.into(),
            finding.kind.into(),
            finding.title.into(),
            finding.platform.into(),
            finding.lang.into(),
            finding.advocates.into(),
            finding.todo.into(),
        ]);
    }
    table
}

/// How many advocates are on each platform, by the language they read; and how many read each language.
fn advocates(app: &App, limits: &Limits) -> Result<(Audience, BTreeMap<&'static str, usize>)> {
    let platforms = handbooks::platforms(app.store()?, None, app.as_of())?;
    let (mut audience, mut readers) = (Audience::new(), BTreeMap::new());
    for person in members::people(app.store()?, app.as_of())? {
        if person.standing != "member" || !person.stage.is_advocate() {
            continue;
        }
        let lang = app.lang_for(person.language.as_deref()).word();
        *readers.entry(lang).or_default() += 1;
        let there = platforms.get(&person.id).into_iter().flatten();
        let there: BTreeSet<&str> = there.map(|platform| limits.playbook_of(platform)).collect();
        for platform in there {
            *audience.entry((platform.to_string(), lang)).or_default() += 1;
        }
    }
    Ok((audience, readers))
}
