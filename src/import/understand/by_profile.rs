//! A file whose tool is known: the profile says which column is what.
use anyhow::Result;

use super::guess::Guess;
use super::plan::{Outcome, Plan, SkipRule, Source, When};
use super::{Sheet, by_name, evidence, finish, follow, groups, guess, mapping, survey, without_profile};
use crate::app::fail::usage;
use crate::import::headers::{find, folded, title};
use crate::import::profile::{OneOrMore, Place, Profile, Skip, fits, particular};
use crate::import::reader::column::Column;
use crate::model::field::Field;
use crate::model::kind::Kind;

/// The profile the user named, or the one that fits; of several, the most particular, the user's own first.
pub(super) fn choose<'a>(profiles: &'a [Profile], sheet: &Sheet) -> Result<Option<&'a Profile>> {
    if let Some(name) = &sheet.wishes.profile {
        let Some(profile) = profiles.iter().find(|profile| folded(&profile.name) == folded(name)) else {
            let names: Vec<String> = profiles.iter().map(|profile| profile.name.clone()).collect();
            return Err(usage(format!(
                "--profile {name}: no profile is called that; {} (`groundswell profiles` lists them)",
                mapping::nearest(name, &names)
            )));
        };
        return Ok(Some(profile));
    }
    let mut best: Option<(usize, &Profile)> = None;
    for profile in profiles.iter().filter(|profile| fits(profile, sheet.columns, sheet.layout).is_empty()) {
        let named = particular(profile, sheet.columns, sheet.layout);
        if best.is_none_or(|(most, _)| named > most) {
            best = Some((named, profile));
        }
    }
    // Who says what the rows are has the last word over what the tool's file usually is.
    let wanted = |profile: &Profile| match sheet.wishes.as_kind {
        Some(kind) => profile.kind.map_or(profile.refuse.is_none(), |own| own == kind),
        None => true,
    };
    Ok(best.map(|(_, profile)| profile).filter(|profile| wanted(profile)))
}

/// What becomes of a file of this profile.
pub(super) fn outcome(profile: &Profile, sheet: &Sheet) -> Result<Outcome> {
    if let Some(refusal) = refusal(profile, sheet) {
        // A file with links or people in it after all, when the user names the columns.
        return if sheet.kind_said().is_some() { without_profile(sheet) } else { Ok(refusal) };
    }
    let Some(kind) = profile.kind else { return survey_outcome(profile, sheet) };
    let mut plan = Plan::of(kind);
    fill(profile, sheet, &mut plan);
    mapping::apply(&sheet.mapped, &mut plan)?;
    plan.notes.insert(0, format!("{}: {}", profile.tool, profile.title));
    Ok(finish::outcome(plan, sheet))
}

/// A survey tool's file: its questions decide what its rows are.
fn survey_outcome(profile: &Profile, sheet: &Sheet) -> Result<Outcome> {
    let guess = sheet.wishes.as_kind.map_or_else(|| survey::kind(profile, sheet), Guess::Kind);
    // A first column called Timestamp makes no survey of a list of clicks.
    if matches!(guess, Guess::Ends(_)) {
        if matches!(guess::kind(sheet), Guess::Kind(_)) {
            return without_profile(sheet);
        }
        if let Some(why) = groups::without_scores(sheet) {
            return Ok(Outcome::refuse("no-score", why));
        }
    }
    follow(guess, sheet, |kind| {
        let mut plan = match kind {
            Kind::Nps | Kind::Csat | Kind::Survey => survey::plan(kind, Some(profile), sheet),
            kind => by_name::plan(kind, sheet),
        };
        fill(profile, sheet, &mut plan);
        mapping::apply(&sheet.mapped, &mut plan)?;
        plan.notes.insert(0, format!("{}: {}", profile.tool, profile.title));
        Ok(plan)
    })
}

/// The refusal of a profile, unless the file is the one of its family that holds something.
fn refusal(profile: &Profile, sheet: &Sheet) -> Option<Outcome> {
    let refuse = profile.refuse.as_ref()?;
    let refused = Outcome::refuse(&refuse.reason, format!("{}: {}", profile.tool, refuse.message));
    let Some(field) = refuse.unless else { return Some(refused) };
    let source = profile.columns.get(&field).and_then(|places| place(places, sheet.columns));
    let Some(numbers) = source.and_then(|source| sheet.columns[source.columns()[0]].numbers) else {
        return Some(refused);
    };
    let parts = refuse.above.iter().filter_map(|header| find(sheet.columns, header, folded)?.numbers);
    let gained: f64 = parts.map(|part| part.max.max(0.0)).sum();
    (!refuse.above.is_empty() && numbers.min <= gained).then_some(refused)
}

/// Puts into a plan what a profile says. What a plan already has (the questions of a survey) stays.
fn fill(profile: &Profile, sheet: &Sheet, plan: &mut Plan) {
    for (&field, places) in &profile.columns {
        if !plan.kind.fields().contains(&field) {
            continue;
        }
        if let Some(source) = place(places, sheet.columns) {
            let column = &sheet.columns[source.columns()[0]];
            // `anonymous` and the like stand where an address would.
            if field != Field::Email || column.samples.iter().any(|cell| cell.contains('@')) {
                plan.fields.insert(field, source);
            }
        }
    }
    for (name, headers) in &profile.metrics {
        let found = headers.iter().find_map(|header| find(sheet.columns, header, folded));
        plan.metrics
            .extend(found.filter(|column| column.filled > 0).map(|column| (name.clone(), column.index)));
    }
    plan.skip.extend(profile.skip.iter().filter_map(|skip| rule(skip, sheet.columns)));
    plan.profile = Some(profile.name.clone());
    plan.platform.clone_from(&profile.platform);
    plan.currency.clone_from(&profile.currency);
    plan.timezone.clone_from(&profile.timezone);
    plan.scale = profile.scale.as_ref().and_then(|scale| scale.parse().ok());
    plan.line_items = profile.line_items;
    plan.net_of_refund = profile.net_of_refund;
    let dropped: Vec<String> = profile.dropped(sheet.columns).into_iter().map(title).collect();
    if !dropped.is_empty() {
        plan.notes.push(format!("not stored: {}", dropped.join(", ")));
    }
}

/// The first alternative whose columns are there and hold something.
fn place(places: &OneOrMore<Place>, columns: &[Column]) -> Option<Source> {
    let filled =
        |header: &str| find(columns, header, folded).filter(|column| column.filled > 0).map(|c| c.index);
    let all = |headers: &[String]| {
        let mut found: Vec<usize> = headers.iter().filter_map(|header| filled(header)).collect();
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|column| seen.insert(*column));
        found
    };
    places.iter().find_map(|place| match place {
        Place::Column(header) => filled(header).map(Source::Column),
        Place::Sum { sum } => Some(all(sum)).filter(|found| !found.is_empty()).map(Source::Sum),
        Place::Join { join } => Some(all(join)).filter(|found| !found.is_empty()).map(Source::Join),
    })
}

/// A rule of a profile, for the columns of this file.
fn rule(skip: &Skip, columns: &[Column]) -> Option<SkipRule> {
    let column = find(columns, &skip.column, folded)?.index;
    let texts = |list: &OneOrMore<String>| list.iter().map(|text| folded(text)).collect();
    let when = match (&skip.equals, &skip.not, &skip.prefix) {
        (Some(list), _, _) => When::Equals(texts(list)),
        (_, Some(list), _) => When::Not(texts(list)),
        (_, _, Some(list)) => When::Prefix(texts(list)),
        _ if skip.empty => When::Empty,
        _ => return None,
    };
    let unless =
        skip.unless.as_ref().and_then(|header| find(columns, header, folded)).map(|column| column.index);
    Some(SkipRule { unless, ..SkipRule::new(column, when, skip.reason.clone()) })
}

/// Whether the profile's own columns name a person in some row.
pub(super) fn names_a_person(profile: &Profile, columns: &[Column]) -> bool {
    [Field::Email, Field::Handle, Field::Name].into_iter().any(|field| {
        let source = profile.columns.get(&field).and_then(|places| place(places, columns));
        source.is_some_and(|source| {
            let column = &columns[source.columns()[0]];
            field != Field::Email || evidence::holds_emails(column)
        })
    })
}
