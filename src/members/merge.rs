//! `member merge` and `member unmerge`: two members that are one person, and the way back.

use crate::app::App;
use crate::app::fail::End;
use crate::app::logged::Note;
use crate::store::merges;
use anyhow::{Context, Result, bail};
use clap::Args;

/// Two members are one person.
///
/// The first one stays; no fact is rewritten, and `member unmerge` brings both back.
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
}

impl Merge {
    /// Joins the two.
    pub fn run(self, app: &App) -> Result<End> {
        let kept = app.member(&self.member)?;
        let gone = app.member(&self.other)?;
        if kept.id == gone.id {
            bail!("'{}' and '{}' are both member {} already", self.member, self.other, kept.id);
        }
        app.confirm(&format!(
            "Is {} ({}) the same person as {} ({})?",
            gone.label(),
            gone.id,
            kept.label(),
            kept.id
        ))?;
        let number = app.write(|store| {
            let number = merges::merge(store, kept.id, gone.id, app.now(), app.as_of(), self.why.as_deref())?;
            let what = format!("merge {number}: {} joined {}", gone.label(), kept.label());
            Ok((
                number,
                vec![
                    Note::of("member merge", kept.id, what).change(gone.id.to_string(), kept.id.to_string()),
                ],
            ))
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

/// Take a merge back.
///
/// Both members as they were, each with what it learnt since.
///
/// Example: groundswell member unmerge 1
#[derive(Debug, Args)]
pub struct Unmerge {
    /// The merge's number, as `member merge` said it
    number: i64,
}

impl Unmerge {
    /// Takes the merge back.
    pub fn run(self, app: &App) -> Result<End> {
        let number = self.number;
        let merge = merges::find(app.store()?, number)?.with_context(|| missing(app, number))?;
        if let Some(later) = merge.held_by {
            bail!(
                "merge {later} came after merge {number} and moved the same member: take {later} back first"
            );
        }
        app.write(|store| {
            merges::unmerge(store, number)?;
            Ok((
                (),
                vec![
                    Note::of("member unmerge", merge.kept, format!("merge {number} taken back"))
                        .change(merge.kept.to_string(), merge.gone.to_string()),
                ],
            ))
        })?;
        app.screen.say(&format!("Members {} and {} are two again", merge.kept, merge.gone));
        app.screen.next(&format!("groundswell member show {}", merge.gone), "the member that is back");
        Ok(End::Done)
    }
}

fn missing(app: &App, number: i64) -> String {
    let known = app.store().and_then(merges::list).unwrap_or_default();
    let numbers: Vec<String> = known.iter().map(|merge| merge.0.to_string()).collect();
    let have = if numbers.is_empty() {
        "there are none".into()
    } else {
        format!("there are {}", numbers.join(", "))
    };
    format!("there is no merge {number}; {have}")
}
