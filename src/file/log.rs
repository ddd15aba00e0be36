//! `groundswell log`: everything that was ever changed.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::typed;
use crate::output::Table;
use crate::output::safe::counted;
use crate::store::log::{self, Wanted};
use anyhow::Result;
use clap::Args;

/// Everything that was ever changed.
///
/// When, what, before, after: the last 50 changes, the newest at the bottom. --as-of shows it as it stood at the end of
/// a day. Taking an import back or erasing someone is a change too.
///
/// Example: groundswell log ana@example.com --since 2026-05-01 --command "member stage"
#[derive(Debug, Args)]
pub struct Log {
    /// Only what was done to one member
    member: Option<String>,
    /// Only from this day on (YYYY-MM-DD)
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// Only this command, or all that begin with it: import, member, "member stage"
    #[arg(long, value_name = "NAME")]
    command: Option<String>,
    /// Only what was done by or to one import (its number in `groundswell imports`)
    #[arg(long, value_name = "N")]
    batch: Option<i64>,
    /// How many of the last changes
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    last: i64,
    /// All of them
    #[arg(long, conflicts_with = "last")]
    all: bool,
}

impl Log {
    /// Lists the log.
    pub fn run(self, app: &App) -> Result<End> {
        let person = self.member.as_deref().map(|who| app.member(who)).transpose()?;
        let zone = app.zone();
        let since = self.since.as_deref().map(|text| typed::day("--since", text)).transpose()?;
        if let Some(since) = since.filter(|since| *since > app.as_of()) {
            return Err(usage(format!("--since {since}: it is after {}", app.as_of())));
        }
        let wanted = Wanted {
            person: person.map(|person| person.id),
            from: since.map(|day| zone.start(day)),
            before: zone.start(app.as_of().plus(1)),
            command: self.command.as_deref().map(|name| name.trim().to_lowercase()),
            batch: self.batch,
        };
        let (all, last) = log::entries(app.store()?, &wanted, if self.all { i64::MAX } else { self.last })?;
        let mut table =
            Table::new(&[">id", "when", "?command", "~what", "?member", "?batch", "~before", "~after"])
                .or_say("Nothing was changed yet.");
        let narrowed =
            wanted.person.or(wanted.batch).is_some() || since.is_some() || wanted.command.is_some();
        if narrowed {
            table.empty = "No change fits that; see all of them with `groundswell log`.".into();
        }
        for entry in last {
            table.row(vec![
                entry.id.into(),
                zone.show(entry.at).into(),
                entry.command.into(),
                entry.what.into(),
                entry.member.into(),
                entry.batch.into(),
                entry.before.filter(|text| !text.is_empty()).into(),
                entry.after.filter(|text| !text.is_empty()).into(),
            ]);
        }
        let shown = table.rows.len();
        if all > shown as i64 {
            table.note(format!(
                "The last {shown} of {all} changes; more with --last {}, all with --all.",
                2 * shown
            ));
        } else if shown > 0 {
            table.note(format!(
                "{} up to {}; times are {}.",
                counted(shown, "change", "changes"),
                app.as_of(),
                zone.name()
            ));
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell next", "what is to be done this week");
        Ok(End::Done)
    }
}
