//! `member list`: everyone, or those who fit a filter.

use super::segment::Who;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::model::identity::platform_name;
use crate::model::segment::{Field, Filter, Term};
use crate::model::stage::Stage;
use crate::output::Table;
use crate::output::safe::counted;
use crate::steps::survey::personas;
use crate::store::members;
use anyhow::Result;
use clap::Args;

/// Everyone, or those who fit a filter.
///
/// The flags below are short for a filter; together with --who all of them must fit.
///
/// Example: groundswell member list --who "stage=active platform:youtube audience>1000"
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    who: Who,
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
        let chosen = self.who.and(app, self.flags()?)?;
        let store = app.store()?;
        let drives = personas::persona_of(store, app.as_of())?;
        let mut table = Table::new(&["member", "name", "email", "stage", "?persona", "?handle", "?company", "?country", "?joined", "?tags"])
            .or_say("Nobody is here yet: bring in an export with `groundswell import FILE`, or add someone with `groundswell member add`.");
        let tags = members::all_tags(store, app.as_of())?;
        for person in members::people(store, app.as_of())? {
            let wanted = match &chosen {
                Some(chosen) => chosen.contains(person.id),
                None => person.standing == "member",
            };
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
        if self.who.is_given() {
            table.notes.extend(chosen.map(|chosen| chosen.note()));
        }
        app.screen.show(&table)?;
        if !table.rows.is_empty() {
            app.screen.aside(&format!("{}, {}", counted(table.rows.len(), "member", "members"), app.as_of()));
        }
        Ok(End::Done)
    }

    /// The shorthands as conditions.
    fn flags(&self) -> Result<Vec<Filter>> {
        let is = |field, values: Vec<String>| Filter::Term(Term::Is(field, values));
        let mut flags = Vec::new();
        let stages =
            self.stage.iter().map(|word| word.parse().map_err(usage)).collect::<Result<Vec<Stage>>>()?;
        if !stages.is_empty() {
            flags.push(is(Field::Stage, stages.iter().map(|stage| stage.word().to_string()).collect()));
        }
        if let Some(persona) = self.persona.as_deref().map(personas::read).transpose()? {
            flags.push(is(Field::Persona, vec![persona.as_str().replace(' ', "-")]));
        }
        if let Some(platform) = &self.platform {
            flags.push(is(Field::Platform, vec![platform_name(platform)]));
        }
        if let Some(tag) = &self.tag {
            flags.push(is(Field::Tag, vec![tag.trim().into()]));
        }
        if self.staff {
            flags.push(is(Field::Standing, vec!["staff".into(), "bot".into()]));
        }
        Ok(flags)
    }
}
