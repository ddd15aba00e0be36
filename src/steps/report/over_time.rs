//! The metrics month by month: each with its interval as a band, reach by grade, and activity beside the pipeline.

use super::desk::Desk;
use super::figures;
use crate::output::chart::Chart;
use crate::output::document::{Figure, Section};
use crate::output::forms::Item;
use crate::output::grid::Grid;
use crate::stats::estimate::Estimate;
use crate::steps::measure::summary_metrics::Value;
use anyhow::Result;
use serde_json::json;

/// The metrics that have a line of their own, and whether they have an interval.
const LINES: [(&str, bool); 5] = [
    ("advocates", false),
    ("audience", true),
    ("engagement_rate", true),
    ("click_through", true),
    ("heard_member", true),
];

/// The six metrics over time.
pub fn metrics(desk: &Desk) -> Result<Section> {
    let mut lines = Vec::new();
    for (metric, has_interval) in LINES {
        lines.push(line(desk, metric, has_interval)?);
    }
    lines.insert(4, won(desk)?);
    desk.section("metrics", &json!({ "months": desk.months.len() }), lines)
}

fn line(desk: &Desk, metric: &str, has_interval: bool) -> Result<Figure> {
    let keys: &[&'static str] =
        if has_interval { &["month", "value", "lo", "hi", "n"] } else { &["month", "value", "n"] };
    let mut grid = desk.grid(keys)?;
    let forms = desk.forms();
    for month in &desk.months {
        let Some(figure) = month.figure(metric, None) else { continue };
        let mut row = vec![forms.month(&month.name), figures::value(forms, figure.value, &figure.unit)];
        if has_interval {
            row.push(figures::end(forms, figure, figure.interval.map(|ends| ends.0)));
            row.push(figures::end(forms, figure, figure.interval.map(|ends| ends.1)));
        }
        row.push(forms.count(figure.n));
        grid.row(row);
    }
    let ends = has_interval.then_some(("lo", "hi"));
    let chart = Chart::Line { x: "month", value: "value", ends };
    metric_figure(desk, metric, grid, chart)
}

/// What was won, month by month: the band is how sure the evidence is.
fn won(desk: &Desk) -> Result<Figure> {
    let mut grid = desk.grid(&["month", "proved", "with_named", "with_program", "-currency", "n"])?;
    let forms = desk.forms();
    for month in &desk.months {
        let figure = |metric| month.figure(metric, Some(&desk.currency));
        let money = |metric| {
            figure(metric)
                .map_or_else(|| forms.count(None), |one| figures::value(forms, one.value, &one.unit))
        };
        grid.row(vec![
            forms.month(&month.name),
            money("won_proved"),
            money("won_with_named"),
            money("won_with_program"),
            Item::words(desk.currency.clone()),
            forms.count(figure("won_with_program").and_then(|one| one.n)),
        ]);
    }
    let chart = Chart::Line { x: "month", value: "with_named", ends: Some(("proved", "with_program")) };
    metric_figure(desk, "won", grid, chart)
}

fn metric_figure(desk: &Desk, metric: &str, grid: Grid, chart: Chart) -> Result<Figure> {
    let values = json!({
        "label": desk.words.name("tile", metric)?, "axis": desk.words.name("axis", metric)?, "source": desk.words.name("source", metric)?,
        "currency": desk.currency,
    });
    desk.figure_of(("metric_line", &format!("metric_{metric}")), grid, Some(chart), &values)
}

/// Reach by grade: a panel each, never on top of each other.
pub fn reach(desk: &Desk) -> Result<Section> {
    let grades = [("reach_a", "n_a"), ("reach_b", "n_b"), ("reach_c", "n_c"), ("reach_d", "n_d")];
    let has = |grade: &str| {
        desk.months.iter().any(|month| month.figure(grade, None).is_some_and(|one| one.value.is_some()))
    };
    let (there, missing): (Vec<_>, Vec<_>) = grades.into_iter().partition(|(grade, _)| has(grade));
    let keys: Vec<&'static str> =
        ["month"].into_iter().chain(there.iter().flat_map(|(grade, n)| [*grade, *n])).collect();
    let mut grid = desk.grid(&keys)?;
    let forms = desk.forms();
    for month in desk.months.iter().filter(|_| !there.is_empty()) {
        let mut row = vec![forms.month(&month.name)];
        for (grade, _) in &there {
            let figure = month.figure(grade, None);
            row.push(figures::value(forms, figure.and_then(|one| one.value), ""));
            row.push(forms.count(figure.and_then(|one| one.n)));
        }
        grid.row(row);
    }
    let names = |grades: &[(&'static str, &'static str)]| -> Result<Vec<String>> {
        grades.iter().map(|(grade, _)| desk.words.name("metric", grade)).collect()
    };
    let chart = Chart::Lanes { x: "month", lanes: there.iter().map(|(grade, _)| *grade).collect() };
    let values = json!({ "missing": names(&missing)?, "there": names(&there)? });
    let figure = desk.figure("reach_by_grade", grid, Some(chart), &values)?;
    desk.section("reach", &values, vec![figure])
}

/// What advocates did, and what came into the pipeline in the same months.
pub fn pipeline(desk: &Desk) -> Result<Section> {
    let mut grid =
        desk.grid(&["month", "contributions", "clicks", "deals_touched", "pipeline_touched", "-currency"])?;
    let forms = desk.forms();
    let mut deals = 0;
    for month in &desk.months {
        let count = |metric| month.figure(metric, None).and_then(|one| one.value);
        let touched = month.figure("pipeline_touched", Some(&desk.currency));
        let value = touched.and_then(|one| one.value).unwrap_or(Value::Money(0));
        let n = touched.and_then(|one| one.n).unwrap_or(0);
        deals += n;
        grid.row(vec![
            forms.month(&month.name),
            figures::value(forms, count("contributions"), ""),
            figures::value(forms, count("clicks"), ""),
            forms.count(Some(n)),
            figures::value(forms, Some(value), &desk.currency),
            Item::words(desk.currency.clone()),
        ]);
    }
    let chart = Chart::Lanes { x: "month", lanes: vec!["contributions", "clicks", "pipeline_touched"] };
    let values = json!({ "deals": deals, "months": desk.months.len(), "currency": desk.currency });
    let figure = desk.figure("activity_and_pipeline", grid, Some(chart), &values)?;
    desk.section("pipeline", &values, vec![figure, moves(desk)?])
}

/// Whether what advocates make moves before new deals do, or the other way round.
fn moves(desk: &Desk) -> Result<Figure> {
    let mut grid = desk.grid(&["leads", "follows", "certainty", "lag_weeks", "r", "lo", "hi", "n"])?;
    let forms = desk.forms();
    let moved = figures::moves(desk.app, desk.period)?;
    for one in &moved {
        let number =
            |of: fn(&Estimate) -> f64| forms.decimal(one.named.as_ref().map(|(_, estimate)| of(estimate)), 2);
        grid.row(vec![
            desk.named("moves", one.first),
            desk.named("moves", one.then),
            desk.named("certainty", one.verdict.as_str()),
            forms.count(one.named.map(|(lag, _)| lag as i64)),
            number(|estimate| estimate.value),
            number(|estimate| estimate.lo),
            number(|estimate| estimate.hi),
            forms.count(Some(one.n as i64)),
        ]);
    }
    let n = moved.first().map_or(0, |one| one.n);
    desk.figure("who_moves_first", grid, None, &json!({ "n": n, "currency": desk.currency }))
}
