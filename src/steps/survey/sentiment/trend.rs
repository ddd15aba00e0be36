//! The last eight quarters or months, each beside the one before.

use super::Given;
use super::figures::{Answers, Measure};
use super::view::{self, EVERYONE, by_segment, caution, cells};
use crate::app::App;
use crate::app::period::Period;
use crate::members::segment::By;
use crate::model::time::Day;
use crate::output::spark::{self, Glyphs};
use crate::output::{Cell, Table};
use anyhow::Result;
use chrono::Datelike;
use std::collections::BTreeMap;

/// So many periods are shown.
const SHOWN: usize = 8;

/// How long one period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Every {
    /// Three months.
    Quarter,
    /// One month.
    Month,
}

/// A calendar period with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub name: String,
    pub days: Period,
    /// Whether it ends after the as-of day.
    pub open: bool,
}

/// The eight periods up to the one the as-of day is in, and the one before them; oldest first.
pub(super) fn periods(every: Every, as_of: Day) -> Vec<Named> {
    let date = as_of.date();
    let quarter = |month: u32| (month - 1) / 3 + 1;
    let name = |day: Day| {
        let date = day.date();
        match every {
            Every::Quarter => format!("{}-Q{}", date.year(), quarter(date.month())),
            Every::Month => format!("{}-{:02}", date.year(), date.month()),
        }
    };
    let mut found = Vec::new();
    let mut next = Period::parse(&name(Day::of(date)), as_of);
    while let Some(days) = next.filter(|_| found.len() <= SHOWN) {
        let open = days.to > as_of;
        found.push(Named { name: name(days.from), days: Period { to: days.to.min(as_of), ..days }, open });
        next = Some(days.previous());
    }
    found.reverse();
    found
}

/// Shows a row for each period, of everyone or of each segment.
pub(super) fn show(
    app: &App,
    given: &Given,
    periods: &[Named],
    by: Option<(By, &BTreeMap<i64, Vec<String>>)>,
) -> Result<()> {
    let mut columns = vec!["period", "segment"];
    columns.extend(view::columns(given.measure));
    columns.extend([
        ">?before",
        ">change",
        ">?change_low",
        ">?change_high",
        "verdict",
        "?compared",
        "?caution",
    ]);
    let mut table = Table::new(&columns).or_say(&format!(
        "Nobody answered since {}: bring in answers with `groundswell import FILE --as {}`.",
        periods[0].days.from, given.kind
    ));
    let mut lines = vec![(EVERYONE.to_string(), given.periods.clone())];
    if let Some((_, groups)) = &by {
        let split: Vec<BTreeMap<String, Answers>> =
            given.periods.iter().map(|answers| by_segment(answers, groups)).collect();
        let mut names: Vec<&String> = split.iter().flat_map(BTreeMap::keys).collect();
        names.sort();
        names.dedup();
        lines.extend(names.into_iter().map(|name| {
            (name.clone(), split.iter().map(|one| one.get(name).cloned().unwrap_or_default()).collect())
        }));
    }
    for (name, line) in &lines {
        if line[1..].iter().any(|answers| !answers.is_empty()) {
            for place in 1..periods.len() {
                table.row(row(given.measure, &periods[place], name, &line[place], &line[place - 1]));
            }
            table.note(format!("{name}: {}", sketch(given.measure, &line[1..], app.screen.glyphs())));
        }
    }
    if !table.rows.is_empty() {
        if let Some(last) = periods.last().filter(|last| last.open) {
            table.note(format!("{} is not over: it ends here on {}.", last.name, app.as_of()));
        }
        table.note("Everyone's latest answer in each period; each is compared with the one before it.");
        if let Some((by, _)) = &by {
            table.note(format!("Segments by {} are those of {}, in all periods.", by.word(), app.as_of()));
        }
        view::rests_on(app, &mut table, given, true)?;
    }
    app.screen.show(&table)?;
    app.screen.next(
        &format!("groundswell survey {} --by stage", given.kind),
        "the last 90 days, segment by segment",
    );
    Ok(())
}

fn row(measure: Measure, period: &Named, name: &str, now: &Answers, before: &Answers) -> Vec<Cell> {
    let mut row = vec![Cell::from(period.name.clone()), Cell::from(name)];
    row.extend(cells(measure, now, None));
    row.extend(view::against(measure, now, before));
    row.push(caution(measure.tally(now)));
    row
}

/// The scores as one line between the lowest and the highest of them; a mark where there is none.
fn sketch(measure: Measure, periods: &[Answers], glyphs: &Glyphs) -> String {
    let scores: Vec<Option<f64>> = periods
        .iter()
        .map(|answers| measure.estimate(measure.tally(answers)).map(|estimate| estimate.value))
        .collect();
    let low = scores.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let high = scores.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return "too few answers in each period for a line".into();
    }
    let line = spark::line(&scores, glyphs);
    format!("{line} ({} to {})", Cell::number(low, 1).plain(), Cell::number(high, 1).plain())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::spark::BLOCKS;

    fn names(every: Every, as_of: &str) -> Vec<String> {
        let day = Day::parse(as_of).expect("a day");
        periods(every, day).into_iter().map(|period| period.name).collect()
    }

    #[test]
    fn eight_periods_and_the_one_before() {
        let quarters = names(Every::Quarter, "2026-02-10");
        assert_eq!((quarters.len(), quarters[0].as_str(), quarters[8].as_str()), (9, "2024-Q1", "2026-Q1"));
        let months = names(Every::Month, "2026-02-28");
        assert_eq!((months[0].as_str(), months[8].as_str()), ("2025-06", "2026-02"));
        let day = Day::parse("2026-02-10").expect("a day");
        let last = periods(Every::Month, day).pop().expect("nine");
        assert!(last.open && last.days.to == day);
    }

    #[test]
    fn a_line_has_a_dot_where_too_few_answered() {
        let group = |scores: &[i64]| (1_i64..).zip(scores.iter().copied()).collect::<Answers>();
        let line =
            sketch(Measure::Nps, &[group(&[10; 6]), group(&[10]), group(&[0; 6]), group(&[8; 6])], &BLOCKS);
        assert_eq!(line, "█·▁▅ (-100.0 to 100.0)");
        assert!(sketch(Measure::Nps, &[group(&[10])], &BLOCKS).contains("too few"));
    }
}
