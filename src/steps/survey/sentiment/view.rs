//! One period, beside the one before: the table, and what it says in words.

use super::Given;
use super::figures::{Answers, Measure, Tally, apart, basis};
use super::mix::{self, Part, Side, Trap};
use crate::app::App;
use crate::app::period::Period;
use crate::data;
use crate::members::segment::{By, groups};
use crate::output::safe::counted;
use crate::output::{Cell, Table, template};
use crate::stats::estimate::{Estimate, Verdict};
use crate::stats::nps::Basis;
use crate::store::scores;
use anyhow::Result;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// The row of everyone.
pub(super) const EVERYONE: &str = "(everyone)";
/// The row of those of whom a field is not known, and of answers of nobody known.
const UNKNOWN: &str = "(unknown)";
/// Where the composition trap is looked for when no segments were asked for.
const SUSPECTS: [By; 4] = [By::Stage, By::Language, By::Country, By::Persona];
/// So many lines of what stands above what are told.
const TOLD: usize = 5;

/// What is compared, and how it is broken down.
pub(super) struct Compared {
    pub period: Period,
    pub before: Option<Period>,
    pub by: Option<By>,
    pub asked: Option<u64>,
}

/// The wording and the limit in data/sentiment.toml.
#[derive(Deserialize)]
struct Words {
    headline: String,
    trap: String,
    trap_points: f64,
}

/// One segment's answers: now, and before.
struct Segment {
    name: String,
    now: Answers,
    before: Answers,
}

/// The answers of a period by segment, everyone in the segments they are in.
pub(super) fn by_segment(
    answers: &[(i64, i64)],
    groups: &BTreeMap<i64, Vec<String>>,
) -> BTreeMap<String, Answers> {
    let mut found: BTreeMap<String, Answers> = BTreeMap::new();
    for &answer in answers {
        match groups.get(&answer.0) {
            Some(names) => names.iter().for_each(|name| found.entry(name.clone()).or_default().push(answer)),
            None => found.entry(UNKNOWN.into()).or_default().push(answer),
        }
    }
    found
}

/// The columns of a figure itself.
pub(super) fn columns(measure: Measure) -> Vec<&'static str> {
    let counts: &[&str] = match measure {
        Measure::Nps => &[">?promoters", ">?passives", ">?detractors"],
        Measure::Csat { .. } => &[">?satisfied", ">?not_satisfied"],
    };
    [&[">n", ">?asked", ">score", ">low", ">high"], counts].concat()
}

/// The cells of a figure itself.
pub(super) fn cells(measure: Measure, answers: &[(i64, i64)], asked: Option<u64>) -> Vec<Cell> {
    let tally = measure.tally(answers);
    let estimate = measure.estimate(tally);
    let count = |number: u64| Cell::from(number.cast_signed());
    let mut cells = vec![count(tally.n()), asked.map_or(Cell::Missing, count)];
    cells.extend([points(estimate, |e| e.value), points(estimate, |e| e.lo), points(estimate, |e| e.hi)]);
    cells.push(count(tally.best));
    if measure == Measure::Nps {
        cells.push(count(tally.middle));
    }
    cells.push(count(tally.worst));
    cells
}

/// The word for how much may be read from so few answers.
pub(super) fn caution(tally: Tally) -> Cell {
    match basis(tally) {
        Basis::CountsOnly => "counts only".into(),
        Basis::Indicative => "indicative".into(),
        Basis::None | Basis::Full => Cell::Missing,
    }
}

pub(super) fn points(estimate: Option<Estimate>, pick: impl Fn(Estimate) -> f64) -> Cell {
    estimate.map_or(Cell::Missing, |estimate| Cell::number(pick(estimate), 1))
}

/// Shows the table.
pub(super) fn show(app: &App, given: &Given, compared: &Compared) -> Result<()> {
    let words: Words = toml::from_str(data::needed("sentiment.toml")?)?;
    let nothing = Answers::new();
    let (now, before) = (&given.periods[0], given.periods.get(1).unwrap_or(&nothing));
    let segments = match compared.by {
        Some(by) => split(now, before, &groups(app, by)?),
        None => Vec::new(),
    };
    let parts = match compared.by {
        Some(by) if !by.overlaps() && compared.before.is_some() => shares(given.measure, &segments),
        _ => None,
    };
    let mut columns = columns(given.measure);
    columns.insert(0, "segment");
    columns.extend([
        ">?before",
        ">change",
        ">?change_low",
        ">?change_high",
        "verdict",
        "?compared",
        "?caution",
    ]);
    if parts.is_some() {
        columns.extend([">?within", ">?mix"]);
    }
    let mut table = Table::new(&columns).or_say(&format!(
        "Nobody answered in {}: bring in answers with `groundswell import FILE --as {}`, or name other days with --period.",
        compared.period, given.kind
    ));
    let tenths = parts.as_ref().map(|parts| mix::tenths(parts));
    if !(now.is_empty() && before.is_empty()) {
        let sum =
            tenths.as_ref().map(|all| all.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)));
        table.row(row(given, compared, EVERYONE, (now, before), sum));
        for (place, segment) in segments.iter().enumerate() {
            let part = tenths.as_ref().map(|all| all[place]);
            let counts_asked = Compared { asked: None, ..*compared };
            table.row(row(given, &counts_asked, &segment.name, (&segment.now, &segment.before), part));
        }
        table.note(headline(&words, given, compared, now, before)?);
        notes(app, &mut table, given, compared)?;
        ranks(&mut table, given.measure, &segments);
        traps(app, &mut table, &words, given, compared, &segments)?;
    }
    app.screen.show(&table)?;
    next(app, given.kind, compared.by, table.rows.is_empty());
    Ok(())
}

fn next(app: &App, kind: &str, by: Option<By>, empty: bool) {
    if empty {
        app.screen
            .next(&format!("groundswell import FILE --as {kind}"), "a survey tool's export, as it wrote it");
    } else if by.is_none() {
        app.screen.next(&format!("groundswell survey {kind} --by stage"), "the same, segment by segment");
    } else {
        app.screen.next(&format!("groundswell survey {kind} --trend"), "the last eight quarters");
    }
}

/// The segments of both periods: most answers first, then by name.
fn split(now: &Answers, before: &Answers, groups: &BTreeMap<i64, Vec<String>>) -> Vec<Segment> {
    let (mut now, mut before) = (by_segment(now, groups), by_segment(before, groups));
    let mut names: Vec<String> = now.keys().chain(before.keys()).cloned().collect();
    names.sort();
    names.dedup();
    let mut segments: Vec<Segment> = names
        .into_iter()
        .map(|name| Segment {
            now: now.remove(&name).unwrap_or_default(),
            before: before.remove(&name).unwrap_or_default(),
            name,
        })
        .collect();
    segments.sort_by_key(|segment| std::cmp::Reverse(segment.now.len()));
    segments
}

fn row(
    given: &Given,
    compared: &Compared,
    name: &str,
    (now, before): (&Answers, &Answers),
    part: Option<(i64, i64)>,
) -> Vec<Cell> {
    let measure = given.measure;
    let tally = measure.tally(now);
    let mut cells = vec![Cell::from(name)];
    cells.extend(self::cells(measure, now, compared.asked));
    if compared.before.is_some() {
        let moved = measure.moved(now, before);
        cells.push(points(measure.estimate(measure.tally(before)), |e| e.value));
        cells.extend([
            points(moved.estimate, |e| e.value),
            points(moved.estimate, |e| e.lo),
            points(moved.estimate, |e| e.hi),
            moved.verdict.as_str().into(),
        ]);
        let who = moved.same_people.map_or_else(|| "different people".into(), |n| format!("{n} same people"));
        cells.push(Some(who).filter(|_| moved.verdict != Verdict::NotEnoughData).into());
    } else {
        cells.extend(vec![Cell::Missing; 6]);
    }
    cells.push(caution(tally));
    if let Some((within, mix)) = part {
        cells.extend([within, mix].map(|tenths| Cell::number(tenths as f64 / 10.0, 1)));
    }
    cells
}

fn headline(
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

/// What the figures rest on, and what they know nothing of.
pub(super) fn rests_on(app: &App, table: &mut Table, given: &Given, asked: bool) -> Result<()> {
    if let Measure::Csat { low, high } = given.measure {
        let from = Measure::satisfied_from(low, high);
        table.note(format!("Scale {low}-{high}: satisfied is {from} and above."));
    }
    let others: Vec<String> =
        given.others.iter().map(|((low, high), n)| format!("{n} on {low}-{high}")).collect();
    if !others.is_empty() {
        let flag = if given.kind == "csat" { "; --scale LOW-HIGH shows another" } else { "" };
        table.note(format!("Answers on other scales are left out: {}{flag}.", others.join(", ")));
    }
    let (rejected, unanswered) = scores::without_answer(app.store()?, given.kind, app.as_of())?;
    if rejected > 0 {
        table.note(format!(
            "{} of the {} files brought in so far set aside, so in no figure (groundswell imports).",
            counted(rejected, "row", "rows"),
            given.kind
        ));
    }
    if unanswered > 0 {
        table.note(format!("{unanswered} of their rows say that someone was asked and did not answer."));
    }
    if !asked {
        table.note(
            "Ranges are 95 % and know nothing of those who did not answer; --asked N shows the answer rate.",
        );
    }
    if let Some(who) = &given.who {
        table.note(who.note());
    }
    Ok(())
}

fn notes(app: &App, table: &mut Table, given: &Given, compared: &Compared) -> Result<()> {
    let against = compared.before.map_or_else(String::new, |before| format!(", against {before}"));
    let segments = match compared.by {
        Some(by) if by.overlaps() => {
            format!(
                " Segments by {} are those of {}; who is in several counts in each.",
                by.word(),
                app.as_of()
            )
        }
        Some(by) => format!(" Segments by {} are those of {}.", by.word(), app.as_of()),
        None => String::new(),
    };
    table.note(format!("{}{against}. Everyone's latest answer in it.{segments}", compared.period));
    if let Some(asked) = compared.asked {
        let n = given.periods[0].len() as f64;
        table.note(format!(
            "{:.0} % of those asked answered; the range knows nothing of the others.",
            100.0 * n / asked as f64
        ));
    }
    rests_on(app, table, given, compared.asked.is_some())
}

/// Which segments stand above which; nothing is said of ranges that overlap.
fn ranks(table: &mut Table, measure: Measure, segments: &[Segment]) {
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

fn shares(measure: Measure, segments: &[Segment]) -> Option<Vec<Part>> {
    mix::parts(&sides(measure, segments))
}

/// Warns where the total says something else than the segments: the ones asked for, else the usual suspects.
fn traps(
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
