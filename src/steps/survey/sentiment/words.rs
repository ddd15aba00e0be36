//! What the figures say in words: the headline, what stands above what, and the composition trap.

use super::Given;
use super::figures::{Answers, Measure, apart, basis};
use super::mix::{self, Part, Side, Trap};
use super::view::{Compared, Segment, UNKNOWN, split};
use crate::app::App;
use crate::data;
use crate::members::segment::{By, groups};
use crate::output::{Cell, Table, template};
use crate::stats::estimate::{Estimate, Verdict};
use crate::stats::nps::Basis;
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

/// Where the composition trap is looked for when no segments were asked for.
const SUSPECTS: [By; 4] = [By::Stage, By::Language, By::Country, By::Persona];
/// So many lines of what stands above what are told.
const TOLD: usize = 5;

/// The wording and the limit in data/sentiment.toml.
#[derive(Deserialize)]
pub(super) struct Words {
    headline: String,
    trap: String,
    trap_points: f64,
}

impl Words {
    /// Those the program ships.
    pub fn read() -> Result<Self> {
        toml::from_str(data::needed("sentiment.toml")?).context("sentiment.toml")
    }
}

/// The figure of everyone, how far it may be read, and how it moved.
pub(super) fn headline(
    words: &Words,
    given: &Given,
    compared: &Compared,
    now: &Answers,
    before: &Answers,
) -> Result<String> {
    let measure = given.measure;
    let tally = measure.tally(now);
    let estimate = measure.estimate(tally);
    let whole = |pick: fn(Estimate) -> f64| estimate.map(|estimate| shown(pick(estimate)));
    let moved = compared.before.map(|_| measure.moved(now, before));
    let change = moved.and_then(|moved| moved.estimate).map(|change| change_in_words(change.value));
    let values = json!({
        "measure": given.kind.to_uppercase(),
        "n": tally.n(),
        "asked": compared.asked,
        "basis": match basis(tally) {
            Basis::None | Basis::CountsOnly => "counts",
            Basis::Indicative => "indicative",
            Basis::Full => "full",
        },
        "score": whole(|e| e.value),
        "low": whole(|e| e.lo),
        "high": whole(|e| e.hi),
        "change": change,
        "before": compared.before.map(|before| before.to_string()),
        "same": moved.and_then(|moved| moved.same_people),
        "verdict": moved.map(|moved| moved.verdict.as_str()),
    });
    template::fill("sentiment.toml", &words.headline, values)
}

fn shown(points: f64) -> String {
    Cell::number(points, 0).plain()
}

fn change_in_words(points: f64) -> String {
    let size = shown(points.abs());
    match size.as_str() {
        "0" => "No change".into(),
        _ if points > 0.0 => format!("Up {size} points"),
        _ => format!("Down {size} points"),
    }
}

/// Which segments stand above which; nothing is said of ranges that overlap.
pub(super) fn ranks(table: &mut Table, measure: Measure, segments: &[Segment]) {
    let estimates: Vec<(&str, Estimate)> = segments
        .iter()
        .filter(|segment| segment.name != UNKNOWN)
        .filter_map(|segment| Some((segment.name.as_str(), measure.estimate(measure.tally(&segment.now))?)))
        .collect();
    if estimates.len() < 2 {
        return;
    }
    let above = apart(&estimates);
    if above.is_empty() {
        table.note(
            "The segments cannot be ranked: their ranges overlap. They are in the order of their answers.",
        );
        return;
    }
    for (name, below) in above.iter().take(TOLD) {
        table.note(format!("{name} is above {}: their ranges do not overlap.", below.join(", ")));
    }
    let more = above.len().saturating_sub(TOLD);
    let more = if more > 0 { format!(" ({more} more like these)") } else { String::new() };
    table.note(format!("All other pairs cannot be ranked{more}; rows are in the order of their answers."));
}

/// The segments as sides of a comparison, and what each does to the change.
fn sides(measure: Measure, segments: &[Segment]) -> Vec<(Side, Side)> {
    let side = |answers: &Answers| {
        let tally = measure.tally(answers);
        Side { n: tally.n(), score: measure.score(tally).unwrap_or_default() }
    };
    segments.iter().map(|segment| (side(&segment.before), side(&segment.now))).collect()
}

pub(super) fn shares(measure: Measure, segments: &[Segment]) -> Option<Vec<Part>> {
    mix::parts(&sides(measure, segments))
}

/// Warns where the total says something else than the segments: the ones asked for, else the usual suspects.
pub(super) fn traps(
    app: &App,
    table: &mut Table,
    words: &Words,
    given: &Given,
    compared: &Compared,
    segments: &[Segment],
) -> Result<()> {
    let (Some(_), Some(before)) = (compared.before, given.periods.get(1)) else { return Ok(()) };
    let now = &given.periods[0];
    if given.measure.moved(now, before).verdict == Verdict::NotEnoughData {
        return Ok(());
    }
    match compared.by {
        Some(by) if by.overlaps() => {}
        Some(by) => {
            if let Some(line) = trap(words, given.measure, by, segments)? {
                table.note(line);
            }
        }
        None => {
            for by in SUSPECTS {
                let found = split(now, before, &groups(app, by)?);
                if let Some(line) = trap(words, given.measure, by, &found)? {
                    table.note(format!("{line} (groundswell survey {} --by {})", given.kind, by.word()));
                    break;
                }
            }
        }
    }
    Ok(())
}

fn trap(words: &Words, measure: Measure, by: By, segments: &[Segment]) -> Result<Option<String>> {
    let sides = sides(measure, segments);
    let Some(parts) = mix::parts(&sides) else { return Ok(None) };
    let kind = match mix::trap(&sides, &parts, words.trap_points) {
        Trap::None => return Ok(None),
        Trap::Opposed => "opposed",
        Trap::Simpson => "simpson",
    };
    let tenths = mix::tenths(&parts);
    let within: i64 = tenths.iter().map(|one| one.0).sum();
    let mix: i64 = tenths.iter().map(|one| one.1).sum();
    let signed = |tenths: i64| format!("{:+.1}", tenths as f64 / 10.0);
    let values = json!({
        "kind": kind, "by": by.word(), "change": signed(within + mix), "within": signed(within), "mix": signed(mix),
    });
    Ok(Some(template::fill("sentiment.toml", &words.trap, values)?))
}
