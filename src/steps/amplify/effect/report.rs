//! What was found, as a table and in words.

use super::Of;
use super::again::Again;
use super::cohorts::{self, Cohorts};
use super::design::{Groups, Person, Windows, groups, weeks};
use super::lift::{self, FEWEST, Found, Lift};
use super::said::{Figure, Words, plain, side, table};
use crate::app::App;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::stats::estimate::{Estimate, LEVEL, Verdict};
use crate::stats::interrupted::{self, LEAST};
use anyhow::Result;
use serde_json::json;

/// Weeks of a series on each side, at most.
const MOST_WEEKS: usize = 52;

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// What was done.
    pub of: Of,
    /// Whether the outcome is reach, not contributions.
    pub is_reach: bool,
    /// Over which days.
    pub windows: Windows,
}

/// The comparison of the groups.
pub fn lift(app: &App, asked: Asked, people: &[Person], is_matched: bool) -> Result<()> {
    let words = Words::read()?;
    let unit = &words.unit(asked.is_reach).word;
    let groups = groups(people, asked.windows);
    let sizes = (groups.treated.len(), groups.others.len());
    let mut said = Vec::new();
    let mut figures = match lift::lift(&groups) {
        Found::Lift(found) => {
            said.extend(sentences(&words, asked, &found, sizes)?);
            figures(&found, unit)
        }
        Found::Rank { difference, rank, p } => {
            let verdict = if p <= 0.05 { Verdict::Leaning } else { Verdict::CannotTell }.as_str();
            let values = json!({ "rank": rank, "of": sizes.1 + 1, "others": sizes.1, "unit": unit,
                                 "amount": plain(difference.abs()), "side": side(difference) });
            said.push(words.say("rank", &values)?);
            let value = Some(difference);
            vec![Figure {
                name: "difference",
                value,
                p: Some(p),
                unit: unit.clone(),
                verdict: Some(verdict),
                ..Figure::default()
            }]
        }
        Found::TooFew if sizes.0 > 0 && sizes.1 < FEWEST => series(&words, asked, people, &mut said)?,
        Found::TooFew => {
            let values = json!({ "treated": sizes.0, "others": sizes.1, "done": words.done(asked.of).were });
            let which = if sizes.0 >= FEWEST && sizes.1 >= FEWEST { "no_spread" } else { "too_few" };
            vec![Figure::missing("difference", unit, words.say(which, &values)?)]
        }
    };
    if is_matched {
        figures.insert(0, matched(&groups, unit, &mut said));
    }
    let staggered = cohorts::cohorts(people, asked.windows);
    if let Some(average) = staggered.average.filter(|_| staggered.groups > 1) {
        let note = format!("{} groups by when; see --cohorts", staggered.groups);
        figures.push(Figure {
            name: "by_group",
            value: Some(average),
            unit: unit.clone(),
            note: Some(note),
            ..Figure::default()
        });
    }
    let is_estimated = figures.iter().any(|figure| figure.value.is_some());
    let mut table = table(figures, sizes, &period(&groups, asked.windows));
    table.note(left_out(&groups, asked, &words));
    app.screen.show(&table)?;
    for line in said {
        app.screen.say(&line);
    }
    if is_estimated {
        let done = words.done(asked.of);
        app.screen.say(&words.say("proof", &json!({ "what": done.what, "done": done.were }))?);
    }
    Ok(())
}

fn figures(found: &Lift, unit: &str) -> Vec<Figure> {
    let mut figures = vec![Figure {
        p: Some(found.p),
        verdict: Some(found.verdict.as_str()),
        least_seen: Some(found.least_seen),
        ..Figure::of("difference", &found.difference, unit)
    }];
    if let Some(factor) = &found.factor {
        figures.push(Figure::of("factor", factor, "times"));
    }
    let checks = [
        ("before", &found.before, found.moved_alike(), ("alike", "apart")),
        ("placebo", &found.placebo, found.is_placebo_quiet(), ("nothing", "something")),
    ];
    for (name, check, is_quiet, (quiet, loud)) in checks {
        if let Some(check) = check {
            let verdict = Some(if is_quiet { quiet } else { loud });
            figures.push(Figure {
                p: Some(check.p()),
                verdict,
                ..Figure::of(name, &check.estimate(LEVEL), unit)
            });
        }
    }
    figures
}

fn sentences(words: &Words, asked: Asked, found: &Lift, sizes: (usize, usize)) -> Result<Vec<String>> {
    let (done, unit) = (words.done(asked.of), words.unit(asked.is_reach));
    let e = &found.difference;
    let values = json!({
        "who": done.who, "what": done.what, "made": unit.made, "unit": unit.word, "counted": unit.counted,
        "amount": plain(e.value.abs()), "side": side(e.value), "lo": plain(e.lo), "hi": plain(e.hi),
        "weeks": asked.windows.days / 7, "treated": sizes.0, "others": sizes.1, "people": sizes.0 + sizes.1,
        "factor": found.factor.map(|factor| plain(factor.value)),
        "factor_lo": found.factor.map(|factor| plain(factor.lo)),
        "factor_hi": found.factor.map(|factor| plain(factor.hi)),
        "least": plain(found.least_seen), "ways": found.ways,
    });
    let mut said = vec![words.say(found.verdict.as_str(), &values)?];
    said.push(words.say(
        match found.before {
            None => "nobody_moved",
            Some(_) if found.moved_alike() => "alike",
            Some(_) => "apart",
        },
        &values,
    )?);
    if found.verdict != Verdict::Clear {
        said.push(words.say("least_seen", &values)?);
    }
    if found.ways < 40 {
        said.push(words.say("few_ways", &values)?);
    }
    if !found.is_placebo_quiet() {
        said.push(words.say("placebo_loud", &values)?);
    }
    Ok(said)
}

/// The comparison with those most like them.
fn matched(groups: &Groups, unit: &str, said: &mut Vec<String>) -> Figure {
    let found = lift::matched(groups);
    let note = format!(
        "{} of {} had someone like them before ({} of the others used)",
        found.with,
        found.with + found.without,
        found.used
    );
    said.insert(
        0,
        format!("Matched: {note}; the interval takes the pairs as they are, so it is a little too narrow."),
    );
    match found.difference {
        // The same people may stand in several pairs, which the interval does not know.
        Some((difference, p)) => Figure {
            p: Some(p),
            verdict: Some(at_most_leaning(p).as_str()),
            note: Some(note),
            ..Figure::of("matched", &difference, unit)
        },
        None => Figure::missing("matched", unit, format!("not enough to compare: {note}; needs 3")),
    }
}

/// Where a claim would be more than the design allows.
fn at_most_leaning(p: f64) -> Verdict {
    match Verdict::from_p(p) {
        Verdict::Clear => Verdict::Leaning,
        verdict => verdict,
    }
}

/// Their own weeks before and after, where there is nobody to compare with.
fn series(words: &Words, asked: Asked, people: &[Person], said: &mut Vec<String>) -> Result<Vec<Figure>> {
    let unit = &words.unit(asked.is_reach).word;
    let (series, first) = weeks(people, asked.windows, LEAST, MOST_WEEKS);
    let after = series.len() - first;
    let fitted = if first >= LEAST && after >= LEAST {
        interrupted::fit(&series, first, interrupted::usual_lag(series.len()))
    } else {
        None
    };
    let Some([_, _, level, slope]) = fitted else {
        let values = json!({ "needed": LEAST, "before": first, "after": after });
        return Ok(vec![Figure::missing("level", unit, words.say("short_series", &values)?)]);
    };
    let figure = |name, term: interrupted::Term| Figure {
        p: Some(term.p()),
        verdict: Some(at_most_leaning(term.p()).as_str()),
        ..Figure::of(name, &term.estimate(LEVEL), unit)
    };
    let e = level.estimate(LEVEL);
    let values = json!({ "level": plain(e.value.abs()), "side": side(e.value), "lo": plain(e.lo), "hi": plain(e.hi),
                         "unit": unit, "before": first, "after": after });
    said.push(words.say("series", &values)?);
    Ok(vec![figure("level", level), figure("slope", slope)])
}

/// Whether those who were answered made another one.
pub fn again(app: &App, found: &Again, hours: i64, days: i32) -> Result<()> {
    let words = Words::read()?;
    let percent = |estimate: Estimate| Estimate {
        value: 100.0 * estimate.value,
        lo: 100.0 * estimate.lo,
        hi: 100.0 * estimate.hi,
        ..estimate
    };
    let share = |name, share: super::again::Share| match share.estimate().map(percent) {
        Some(estimate) => Figure::of(name, &estimate, "percent"),
        None => Figure::missing(name, "percent", "nobody".into()),
    };
    let mut figures = vec![share("answered", found.answered), share("not_answered", found.others)];
    let values = json!({
        "hours": hours, "days": days, "again": found.answered.again, "of": found.answered.of,
        "others": found.others.again, "others_of": found.others.of,
    });
    let mut said = vec![words.say("again", &values)?];
    let sizes = (found.answered.of as usize, found.others.of as usize);
    if let Some(e) = found.difference.map(percent) {
        let verdict = Some(found.verdict.as_str());
        figures.push(Figure { verdict, ..Figure::of("difference", &e, "points") });
        let values = json!({ "amount": plain(e.value.abs()), "side": side(e.value), "lo": plain(e.lo), "hi": plain(e.hi) });
        said.push(words.say("again_difference", &values)?);
    } else {
        let values = json!({ "treated": sizes.0, "others": sizes.1, "done": words.reaction.were });
        figures.push(Figure::missing("difference", "points", words.say("too_few", &values)?));
    }
    said.push(words.say("again_proof", &json!({}))?);
    let mut table = table(figures, sizes, &format!("{days} days"));
    table.note(format!(
        "First contributions since joining up to {}, answered within {hours} hours or not; left out: {} whose {days} days are not over",
        app.as_of(),
        found.too_late
    ));
    app.screen.show(&table)?;
    for line in &said {
        app.screen.say(line);
    }
    Ok(())
}

/// Each group in every stretch of four weeks.
pub fn cohorts(app: &App, asked: Asked, found: &Cohorts) -> Result<()> {
    let words = Words::read()?;
    let as_of = asked.windows.as_of;
    let mut table = Table::new(&[
        "first", "from", ">weeks_since", ">effect", ">lo", ">hi", ">se", ">treated", ">others",
    ])
    .or_say("Nobody can be compared: a group needs 2 people lifted in the same four weeks, and 2 others who were not yet.");
    let day = |stretch: i32| Cell::from(Day(cohorts::first_day(stretch, as_of)).to_string());
    for cell in &found.cells {
        let e = cell.effect.estimate(LEVEL);
        table.row(vec![
            day(cell.group),
            day(cell.period),
            Cell::Whole(i64::from((cell.period - cell.group) * cohorts::STRETCH / 7)),
            Cell::number(e.value, 2),
            Cell::number(e.lo, 2),
            Cell::number(e.hi, 2),
            Cell::number(cell.effect.se, 3),
            Cell::Whole(cell.treated.cast_signed()),
            Cell::Whole(cell.controls.cast_signed()),
        ]);
    }
    let unit = &words.unit(asked.is_reach).word;
    table.note(format!(
        "In {unit}, against those not {} by then; before their own day 0 is expected. {} looked at: some stand out by chance alone",
        words.done(asked.of).were,
        counted(found.cells.len(), "figure", "figures")
    ));
    for (time, effect) in &found.by_time {
        table.note(format!("{} weeks since: {}", time * cohorts::STRETCH / 7, plain(*effect)));
    }
    if let Some(average) = found.average {
        table.note(format!("Mean from their own four weeks on, groups by size: {}", plain(average)));
    }
    app.screen.show(&table)
}

fn period(groups: &Groups, windows: Windows) -> String {
    match (groups.days.first(), groups.days.last()) {
        (Some(first), Some(last)) => {
            let from = Day(first - windows.gap - windows.days);
            format!("{from}..{}", Day(last + windows.days - 1))
        }
        // Nobody to compare: all that is known by then was looked at.
        _ => format!("up to {}", Day(windows.as_of)),
    }
}

fn left_out(groups: &Groups, asked: Asked, words: &Words) -> String {
    let done = &words.done(asked.of).were;
    let Windows { days, gap, as_of } = asked.windows;
    format!(
        "Up to {}: {} days from the day they were first {done}, against the {days} days that end {gap} days before it; left out: {} {done} so lately that their {days} days are not over, {} {done} before a whole baseline was seen, {} whose numbers are not known",
        Day(as_of),
        days,
        groups.too_late,
        groups.too_new,
        groups.unknown
    )
}
