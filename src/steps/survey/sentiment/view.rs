//! One period, beside the one before: the table, and what it says in words.

use super::Given;
use super::figures::{Answers, Measure, Tally, basis};
use super::mix;
use super::words::{Words, headline, ranks, shares, traps};
use crate::app::App;
use crate::app::period::Period;
use crate::members::segment::{By, groups};
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::stats::estimate::{Estimate, Verdict};
use crate::stats::nps::Basis;
use crate::store::scores;
use anyhow::Result;
use std::collections::BTreeMap;

/// The row of everyone.
pub(super) const EVERYONE: &str = "(everyone)";
/// The row of those of whom a field is not known, and of answers of nobody known.
pub(super) const UNKNOWN: &str = "(unknown)";
/// What is compared, and how it is broken down.
pub(super) struct Compared {
    pub period: Period,
    pub before: Option<Period>,
    pub by: Option<By>,
    pub asked: Option<u64>,
}

/// One segment's answers: now, and before.
pub(super) struct Segment {
    pub name: String,
    pub now: Answers,
    pub before: Answers,
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
    let words = Words::read()?;
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
        if segments.iter().any(|segment| caution(given.measure.tally(&segment.now)) != Cell::Missing) {
            table.note("Under 30 answers read the range, the score is only indicative; under 5 there are only counts.");
        }
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
pub(super) fn split(now: &Answers, before: &Answers, groups: &BTreeMap<i64, Vec<String>>) -> Vec<Segment> {
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
        cells.extend(against(measure, now, before));
    } else {
        cells.extend(vec![Cell::Missing; 6]);
    }
    cells.push(caution(tally));
    if let Some((within, mix)) = part {
        cells.extend([within, mix].map(|tenths| Cell::number(tenths as f64 / 10.0, 1)));
    }
    cells
}

/// The score before, the change with its ends, the verdict, and who was compared.
pub(super) fn against(measure: Measure, now: &Answers, before: &Answers) -> [Cell; 6] {
    let moved = measure.moved(now, before);
    let who = moved.same_people.map_or_else(|| "different people".into(), |n| format!("{n} same people"));
    [
        points(measure.estimate(measure.tally(before)), |e| e.value),
        points(moved.estimate, |e| e.value),
        points(moved.estimate, |e| e.lo),
        points(moved.estimate, |e| e.hi),
        moved.verdict.as_str().into(),
        Some(who).filter(|_| moved.verdict != Verdict::NotEnoughData).into(),
    ]
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
        table.note(format!(
            "{} of the {} files brought in so far without an answer: asked, and silent.",
            counted(unanswered, "row", "rows"),
            given.kind
        ));
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
