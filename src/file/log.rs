//! `groundswell log`: everything that was ever changed.

use crate::app::App;
use crate::app::fail::End;
use crate::output::Table;
use crate::store::log;
use anyhow::Result;
use clap::Args;

/// Everything that was ever changed.
///
/// When, what, before, after.
///
/// Example: groundswell log ana@example.com
#[derive(Debug, Args)]
pub struct Log {
    /// Only what was done to one member
    member: Option<String>,
}

impl Log {
    /// Lists the log.
    pub fn run(self, app: &App) -> Result<End> {
        let person = self.member.as_deref().map(|who| app.member(who)).transpose()?;
        let mut table =
            Table::new(&[">id", "when", "command", "what", "?member", "?batch", "before", "after"])
                .or_say("Nothing was changed yet.");
        let zone = app.zone();
        for entry in log::entries(app.store()?, person.map(|person| person.id))? {
            table.row(vec![
                entry.id.into(),
                zone.show(entry.at).into(),
                entry.command.into(),
                entry.what.into(),
                entry.member.into(),
                entry.batch.into(),
                entry.before.into(),
                entry.after.into(),
            ]);
        }
        app.screen.show(&table)?;
        Ok(End::Done)
    }
}
