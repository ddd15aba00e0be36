//! `equip show`: one thing of the library as a whole.

use super::edit::said;
use super::library::{find, library};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::output::{Format, Table, safe};
use anyhow::Result;
use clap::Args;

/// One thing of the library, as a whole.
///
/// A playbook is printed as its file: change it and add it as your own, which then takes its place.
///
/// Example: groundswell equip show linkedin-en > linkedin.md
#[derive(Debug, Args)]
pub struct Show {
    /// Its number or name, as `equip list` shows it
    id: String,
}

impl Show {
    /// Prints it.
    pub fn run(self, app: &App) -> Result<End> {
        let known = library(app)?;
        let entry = find(&known, &self.id)?;
        let item = &entry.item;
        if item.kind == "playbook" {
            if !matches!(app.screen.format, Format::Table | Format::Md) {
                return Err(usage("a playbook is a text: --format md"));
            }
            if !entry.is_shipped() {
                app.not_redacted()?;
            }
            let head =
                [("platform", &item.platform), ("lang", &item.lang), ("title", &Some(item.title.clone()))];
            let head: String = head
                .iter()
                .filter_map(|(name, value)| Some(format!("{name}: {}\n", value.as_ref()?)))
                .collect();
            let body = item.body.as_deref().unwrap_or_default();
            app.screen.data(&safe::lines(&format!("---\n{head}---\n\n{body}\n")))?;
            app.screen.next(
                "groundswell equip add playbook --file FILE.md",
                "your own in its place, once you have changed it",
            );
            return Ok(End::Done);
        }
        let mut table = Table::new(&["what", "value"]);
        table.row(vec!["id".into(), entry.key.as_str().into()]);
        table.row(vec!["kind".into(), item.kind.as_str().into()]);
        for (name, value) in said(item) {
            if let Some(value) = value {
                table.row(vec![name.into(), value.into()]);
            }
        }
        app.screen.show(&table)?;
        app.screen.next(&format!("groundswell equip edit {} ...", entry.key), "to change it");
        Ok(End::Done)
    }
}
