//! `member list`: everyone, or those of a stage, persona, platform or tag.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::model::identity::platform_name;
use crate::model::stage::Stage;
use crate::output::Table;
use crate::output::safe::counted;
use crate::steps::survey::personas;
use crate::store::members;
use anyhow::Result;
use clap::Args;

/// Everyone, or those of a stage, persona, platform or tag.
///
/// Example: groundswell member list --stage active --platform youtube
#[derive(Debug, Args)]
pub struct List {
    /// Only this stage (may be given more than once)
    #[arg(long)]
    stage: Vec<String>,
    /// Only this persona, ties included: educator, status-seeker, validator, collaborator
    #[arg(long, value_name = "NAME")]
    persona: Option<String>,
    /// Only those with a handle on this platform
    #[arg(long)]
    platform: Option<String>,
    /// Only those with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only staff and bots, who are in no figure
    #[arg(long)]
    staff: bool,
}

impl List {
    /// Lists the members.
    pub fn run(self, app: &App) -> Result<End> {
        let stages =
            self.stage.iter().map(|word| word.parse().map_err(usage)).collect::<Result<Vec<Stage>>>()?;
        let persona = self.persona.as_deref().map(personas::read).transpose()?;
        let store = app.store()?;
        let drives = personas::persona_of(store, app.as_of())?;
        let tagged = self.tag.as_deref().map(|tag| members::tagged(store, tag.trim())).transpose()?;
        let platform = self.platform.as_deref().map(platform_name);
        let present = platform.map(|platform| members::on_platform(store, &platform)).transpose()?;
        let mut table = Table::new(&["member", "name", "email", "stage", "?persona", "?handle", "?company", "?country", "?joined", "?tags"])
            .or_say("Nobody is here yet: bring in an export with `groundswell import FILE`, or add someone with `groundswell member add`.");
        let tags = members::all_tags(store, app.as_of())?;
        for person in members::people(store, app.as_of())? {
            let wanted = (person.standing == "member") != self.staff
                && (stages.is_empty() || stages.contains(&person.stage))
                && persona
                    .is_none_or(|persona| drives.get(&person.id).is_some_and(|found| found.is(persona)))
                && tagged.as_ref().is_none_or(|ids| ids.contains(&person.id))
                && present.as_ref().is_none_or(|ids| ids.contains(&person.id));
            if wanted {
                table.row(vec![
                    person.id.into(),
                    person.name.into(),
                    person.email.into(),
                    person.stage.word().into(),
                    drives.get(&person.id).and_then(personas::Assessment::label).into(),
                    person.handle.into(),
                    person.company.into(),
                    person.country.into(),
                    person.joined.into(),
                    tags.get(&person.id).cloned().into(),
                ]);
            }
        }
        if table.rows.is_empty() && members::counts(store)?.0 > 0 {
            table.empty = "Nobody fits all of that; see everyone with `groundswell member list`.".into();
        }
        app.screen.show(&table)?;
        if !table.rows.is_empty() {
            app.screen.aside(&format!("{}, {}", counted(table.rows.len(), "member", "members"), app.as_of()));
        }
        Ok(End::Done)
    }
}
