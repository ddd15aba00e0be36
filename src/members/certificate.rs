//! The certificate of an erasure: what was done, naming nobody.

use crate::app::App;
use crate::model::time::Instant;
use crate::output::{Format, Screen, Table, page};
use crate::store::erase::Count;
use crate::store::settings;
use anyhow::Result;
use serde_json::json;

/// What is certified.
#[derive(Debug, Clone, Default)]
pub struct Certificate {
    /// The number they had.
    pub member: i64,
    /// When.
    pub at: Instant,
    /// What the key of the hashes is called.
    pub key: String,
    /// How many hashes stay.
    pub hashes: i64,
    /// Rows by table.
    pub counts: Vec<Count>,
    /// Texts of others in which the name was blanked.
    pub blanked: usize,
    /// Texts of others that still name them.
    pub places_left: usize,
    /// Backups that were deleted.
    pub backups: usize,
    /// Files of rows that were set aside, rewritten.
    pub set_aside: usize,
    /// Other files in the folder that name them.
    pub files_left: usize,
    /// Whether the file was written anew, and its journal emptied.
    pub anew: bool,
}

impl Certificate {
    /// Shows it: as a text, as one JSON object, or its counts as a list.
    pub fn show(&self, app: &App, screen: &Screen) -> Result<()> {
        let values = self.values(app)?;
        let lang = app.lang().word();
        match screen.format {
            Format::Json => screen.data(&(serde_json::to_string_pretty(&values)? + "\n")),
            Format::Csv | Format::Ids | Format::Xlsx => screen.show(&self.table()),
            format => {
                let text = self.text(app)?;
                if format != Format::Html {
                    return screen.data(&text);
                }
                let title = text.lines().next().unwrap_or_default().trim_start_matches('#').trim();
                let frame = app.texts().get("templates/page.html")?;
                screen.data(&page::page(&frame.name, &frame.source, lang, title, &text)?)
            }
        }
    }

    /// As a text; where your own copy of it is broken, that is an error before anything is erased.
    pub fn text(&self, app: &App) -> Result<String> {
        app.texts().get(&format!("templates/{}/certificate.md", app.lang().word()))?.fill(self.values(app)?)
    }

    fn values(&self, app: &App) -> Result<serde_json::Value> {
        let tables: Vec<_> = self
            .counts
            .iter()
            .map(|count| json!({ "table": count.table, "removed": count.removed, "anonymous": count.anonymous }))
            .collect();
        Ok(json!({
            "program": settings::read(app.store()?, "name")?.unwrap_or_default(),
            "member": self.member,
            "erased_at": app.zone().show(self.at),
            "timezone": settings::read(app.store()?, "timezone")?.unwrap_or_default(),
            "key": self.key,
            "hashes": self.hashes,
            "tables": tables,
            "texts_blanked": self.blanked,
            "texts_left": self.places_left,
            "backups_deleted": self.backups,
            "files_rewritten": self.set_aside,
            "files_left": self.files_left,
            "written_anew": self.anew,
        }))
    }

    fn table(&self) -> Table {
        let mut table =
            Table::new(&["table", ">removed", ">anonymous"]).or_say("No table held anything of them.");
        for count in &self.counts {
            table.row(vec![count.table.clone().into(), count.removed.into(), count.anonymous.into()]);
        }
        table
    }
}
