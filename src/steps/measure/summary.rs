//! `measure summary`: the six metrics, with what moved.

use super::rates;
use super::summary_metrics::{Figure, Test, Value, figures};
use super::summary_rows::Metric;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::period::{Against, Period, Span};
use crate::members::segment::{Chosen, Who};
use crate::output::spark::{self, Glyphs};
use crate::output::{Cell, Format, Table};
use crate::stats::estimate::{LEVEL, Verdict};
use crate::stats::nps::{change_of_same_people, mostly_same_people};
use crate::store::scores;
use anyhow::Result;
use clap::Args;

/// The column of `--trend`, and how many periods it has.
const TREND: &str = "?trend";
const PERIODS: usize = 8;
/// Fewer values make no line.
const LINE: usize = 3;

/// The columns; an interval stays with its figure on every screen, what it is compared with gives way first.
const COLUMNS: [&str; 11] =
    ["metric", ">value", "unit", ">n", ">lo", ">hi", ">?before", ">?change", "verdict", "?period", "?~note"];

/// The six metrics, with what moved.
///
/// Advocates, their audience, reach and engagement, click-through, pipeline, and how customers heard of us.
///
/// Each is opened down to its rows by --rows, which add up to it.
///
/// Example: groundswell measure summary --period 2026-Q2 --against year-ago
#[derive(Debug, Args)]
pub struct Summary {
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    against: Against,
    /// Beside each figure what it was in the eight periods of the same length up to this one, the oldest first
    #[arg(long)]
    trend: bool,
    /// The rows behind one figure
    #[arg(long, value_enum, value_name = "METRIC", ignore_case = true, conflicts_with_all = ["trend", "against"])]
    rows: Option<Metric>,
    #[command(flatten)]
    who: Who,
}

impl Summary {
    /// Shows the metrics.
    pub fn run(self, app: &App) -> Result<End> {
        let period = self.span.or_usual(app)?;
        let before = self.against.of(period, app.as_of())?;
        let who = self.who.chosen(app)?;
        if let Some(metric) = self.rows {
            app.screen.show(&metric.rows(app, period, who.as_ref())?)?;
            app.screen.next("groundswell measure summary", "all figures");
            return Ok(End::Done);
        }
        let periods: Vec<Period> = [period].into_iter().chain(before).collect();
        let mut both = figures(app, &periods, who.as_ref())?.into_iter();
        let (now, then) = (both.next().unwrap_or_default(), both.next().unwrap_or_default());
        let mut columns = COLUMNS.to_vec();
        let past = if self.trend { Some(past(app, period, who.as_ref())?) } else { None };
        columns.extend(past.is_some().then_some(TREND));
        let mut table = Table::new(&columns);
        for figure in &now {
            let earlier = then.iter().find(|one| figure.is_comparable(one));
            let mut cells = row(app, figure, earlier, period, before)?;
            cells.extend(past.as_ref().map(|past| in_one_cell(figure, &trend(figure, past, &now))));
            table.row(cells);
        }
        let compared = before.map_or_else(String::new, |before| format!(", against {before}"));
        table.note(format!("{period}{compared}. Intervals are 95 %; a verdict is given only where there is one (clear: 95 % excludes no change; leaning: 80 % does)."));
        match who {
            Some(who) => table.note(format!(
                "{} Pipeline, revenue, how customers heard, NPS and CSAT are the whole program's and left out.",
                who.note()
            )),
            None => table.note("Revenue is attributed by a rule. It says who was there, not what would have happened without them."),
        }
        app.screen.show(&table)?;
        if let Some(past) = past.filter(|_| app.screen.format == Format::Table && !app.screen.plain) {
            app.screen.drawn(&sketch(&now, &past, app.screen.glyphs()));
        }
        app.screen.next("groundswell measure reach", "the same, advocate by advocate");
        Ok(End::Done)
    }
}

/// The figures of the periods of the same length before one, the oldest first.
fn past(app: &App, period: Period, who: Option<&Chosen>) -> Result<Vec<Vec<Figure>>> {
    if !period.is_bounded() {
        return Err(usage(format!(
            "--trend: {period} has no beginning, so no period is before it; name a --period"
        )));
    }
    let before = std::iter::successors(Some(period), |period| Some(period.previous()));
    let mut periods: Vec<Period> = before.skip(1).take(PERIODS - 1).collect();
    periods.reverse();
    figures(app, &periods, who)
}

/// One figure's values in the periods up to now, the oldest first; none where it is not known.
pub fn trend(figure: &Figure, past: &[Vec<Figure>], now: &[Figure]) -> Vec<Option<Value>> {
    let of = |all: &[Figure]| all.iter().find(|one| figure.is_comparable(one)).and_then(|one| one.value);
    past.iter().map(Vec::as_slice).chain([now]).map(of).collect()
}

fn in_one_cell(figure: &Figure, values: &[Option<Value>]) -> Cell {
    let word =
        |value: &Option<Value>| value.map_or_else(|| "·".into(), |value| value.cell(&figure.unit).plain());
    values.iter().map(word).collect::<Vec<_>>().join(" ").into()
}

/// The same as lines, one figure below the other, each between its lowest and its highest value; fewer than three are no line.
fn sketch(now: &[Figure], past: &[Vec<Figure>], glyphs: &Glyphs) -> String {
    let line = |figure: &Figure| {
        let values = trend(figure, past, now);
        let known = || values.iter().flatten().copied();
        let end = |one: Option<Value>| one.map(|value| value.cell(&figure.unit).plain());
        let order = |one: &Value, other: &Value| one.height().total_cmp(&other.height());
        let (low, high) = (end(known().min_by(order))?, end(known().max_by(order))?);
        let heights: Vec<Option<f64>> = values.iter().map(|value| value.map(Value::height)).collect();
        (known().count() >= LINE).then(|| {
            format!(
                "{:<18} {}  {low} to {high} {}\n",
                figure.metric,
                spark::line(&heights, glyphs),
                figure.unit
            )
        })
    };
    let lines: String = now.iter().filter_map(line).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\nThe last {PERIODS} periods, each line between its own ends:\n{lines}")
    }
}

fn row(
    app: &App,
    figure: &Figure,
    earlier: Option<&Figure>,
    period: Period,
    before: Option<Period>,
) -> Result<Vec<Cell>> {
    let then = earlier.and_then(|one| one.value);
    let (change, verdict) = match earlier {
        Some(earlier) => moved(app, figure, earlier, period, before)?,
        None => (None, None),
    };
    let cell = |value: Option<Value>| value.map_or(Cell::Missing, |value| value.cell(&figure.unit));
    Ok(vec![
        figure.metric.into(),
        cell(figure.value),
        figure.unit.clone().into(),
        figure.n.into(),
        figure.cell(figure.interval.map(|interval| interval.0)),
        figure.cell(figure.interval.map(|interval| interval.1)),
        cell(then),
        cell(change),
        verdict.map(Verdict::as_str).into(),
        period.to_string().into(),
        Some(figure.note.clone()).filter(|note| !note.is_empty()).into(),
    ])
}

/// The difference, and what may be said of it; counts are no samples, so nothing is said of theirs.
pub fn moved(
    app: &App,
    now: &Figure,
    then: &Figure,
    period: Period,
    before: Option<Period>,
) -> Result<(Option<Value>, Option<Verdict>)> {
    let difference = now.value.zip(then.value).and_then(|(now, then)| now.less(then));
    match (now.test, then.test) {
        (Test::Share(count, n), Test::Share(count_then, n_then)) => {
            Ok((difference, Some(rates::change((count, n), (count_then, n_then)).1)))
        }
        (Test::Nps(now), Test::Nps(then)) => {
            let Some(before) = before else { return Ok((difference, None)) };
            let both = scores::both(app.store()?, "nps", (before.from, before.to), (period.from, period.to))?;
            let people: u64 = both.iter().map(|(.., people)| people.unsigned_abs()).sum();
            if !mostly_same_people(people, then.n(), now.n()) {
                return Ok((difference, Some(now.change_from(&then, LEVEL).verdict)));
            }
            let pairs: Vec<(u8, u8)> = both
                .iter()
                .flat_map(|&(then, now, people)| {
                    std::iter::repeat_n((then, now), people.unsigned_abs() as usize)
                })
                .collect();
            Ok((difference, Some(change_of_same_people(&pairs, LEVEL).verdict)))
        }
        _ => Ok((difference, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::terminal::draw;

    #[test]
    fn an_interval_stays_on_a_narrow_screen() {
        let mut table = Table::new(&COLUMNS);
        let row = [
            "pipeline_touched",
            "120287",
            "contributions",
            "508",
            "101000",
            "120287",
            "111173",
            "9114",
            "not_enough_data",
            "2026-04-02 to 2026-06-30",
            "gross",
        ];
        table.row(row.map(Cell::from).to_vec());
        assert_eq!(draw(&table, Some(80)).hidden, ["before", "change", "period", "note"]);
    }
}
