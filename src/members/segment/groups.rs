//! Everyone by the values of one field: the segments that a figure is broken down by.

use super::fields::fold;
use crate::app::App;
use crate::model::segment::Field;
use crate::model::stage::Stage;
use crate::steps::survey::personas;
use crate::store::segments;
use anyhow::Result;
use std::collections::BTreeMap;

/// What a figure may be broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum By {
    /// Their leading persona.
    Persona,
    /// Where they stand.
    Stage,
    /// Where they live.
    Country,
    /// What they speak.
    Language,
    /// Where they have a handle; some have several.
    Platform,
    /// What they were tagged with; some have several.
    Tag,
    /// Where they work.
    Company,
}

impl By {
    /// Its word.
    pub fn word(self) -> &'static str {
        self.field().word()
    }

    /// Whether someone may be in several of its segments.
    pub const fn overlaps(self) -> bool {
        matches!(self, Self::Platform | Self::Tag)
    }

    const fn field(self) -> Field {
        match self {
            Self::Persona => Field::Persona,
            Self::Stage => Field::Stage,
            Self::Country => Field::Country,
            Self::Language => Field::Language,
            Self::Platform => Field::Platform,
            Self::Tag => Field::Tag,
            Self::Company => Field::Company,
        }
    }
}

/// The segments of everyone on the as-of day, by person. Spellings that differ in case or width are one segment,
/// under the spelling of the person with the lowest number; who has no value is not in it (without a stage one is a
/// member, nothing more).
pub fn groups(app: &App, by: By) -> Result<BTreeMap<i64, Vec<String>>> {
    let (store, as_of) = (app.store()?, app.as_of());
    let mut found: Vec<(i64, String)> = Vec::new();
    let mut see = |person: i64, text: &str| found.push((person, text.to_string()));
    match by {
        By::Persona => personas::labels(app)?.iter().for_each(|(person, label)| see(*person, label)),
        By::Platform => segments::platforms(store, see)?,
        By::Tag => segments::tags(store, as_of, see)?,
        By::Stage => {
            segments::stages(store, as_of, &mut see)?;
            let known: std::collections::HashSet<i64> = found.iter().map(|(person, _)| *person).collect();
            segments::standings(store, |person, _| {
                if !known.contains(&person) {
                    found.push((person, Stage::Member.word().to_string()));
                }
            })?;
        }
        By::Country | By::Language | By::Company => segments::facts(store, by.word(), as_of, see)?,
    }
    found.sort();
    let mut spelling: BTreeMap<String, String> = BTreeMap::new();
    let mut groups: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (person, text) in found {
        let label = spelling.entry(fold(&text)).or_insert_with(|| text.trim().to_string()).clone();
        let own = groups.entry(person).or_default();
        if !own.contains(&label) {
            own.push(label);
        }
    }
    Ok(groups)
}
