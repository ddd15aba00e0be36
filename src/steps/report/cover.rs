//! The first page: the six metrics as headlines, what they say in a few sentences, and the revenue's evidence.

use super::desk::Desk;
use super::figures::{self, Known};
use crate::output::document::{Figure, Tile};
use crate::steps::measure::summary_metrics::Value;
use anyhow::Result;
use serde_json::json;

/// The grade of reach in the headline: the best that anything has.
const GRADES: [&str; 4] = ["reach_a", "reach_b", "reach_c", "reach_d"];

/// The headlines.
pub fn tiles(desk: &Desk) -> Result<Vec<Tile>> {
    let reach = GRADES.into_iter().find(|grade| desk.known(grade).is_some_and(|one| one.now.value.is_some()));
    let reach = reach.unwrap_or(GRADES[0]);
    let money = |metric: &str| match desk.known(metric).and_then(|one| one.now.value) {
        Some(Value::Money(minor)) => Some(
            desk.forms().round_amount(&crate::model::money::decimal(minor, &desk.currency), &desk.currency),
        ),
        _ => None,
    };
    let won = match (money("won_proved"), money("won_with_program")) {
        (Some(lo), Some(hi)) if lo != hi => Some(desk.forms().between(&lo, &hi)),
        (lo, _) => lo,
    };
    let mut tiles = vec![
        tile(desk, "advocates", "advocates", None)?,
        tile(desk, "audience", "audience", None)?,
        tile(desk, reach, "reach", None)?,
        tile(desk, "click_through", "click_through", None)?,
        tile(desk, "won_with_named", "won", Some(won.unwrap_or_else(|| desk.forms().missing().into())))?,
        tile(desk, "heard_member", "heard_member", None)?,
    ];
    tiles[2].label = desk.words.name("metric", reach)?;
    Ok(tiles)
}

fn tile(desk: &Desk, metric: &str, group: &str, value: Option<String>) -> Result<Tile> {
    let known = desk.known(metric);
    let rate = json!({
        "value": desk.value("engagement_rate"), "interval": desk.interval("engagement_rate"), "n": count(desk, desk.n("engagement_rate")),
    });
    let values = json!({
        "n": count(desk, desk.n(metric)), "interval": desk.interval(metric), "is_known": known.is_some_and(|one| one.now.value.is_some()),
        "new": desk.value("new_advocates"), "rate": rate, "conversions": count(desk, desk.n("won_with_program")),
        "touched": desk.value("pipeline_touched"),
    });
    Ok(Tile {
        label: desk.words.name("tile", group)?,
        value: value.unwrap_or_else(|| desk.value(metric)),
        basis: desk.words.say("tile", &format!("{group}_basis"), values)?,
        moved: known.map(|one| change(desk, one)).transpose()?.unwrap_or_default(),
    })
}

fn count(desk: &Desk, n: Option<i64>) -> String {
    desk.forms().count(n).text
}

/// How a figure moved, and what may be said of that; nothing where it cannot be compared.
pub fn change(desk: &Desk, one: &Known) -> Result<String> {
    let Some(change) = one.change else { return Ok(String::new()) };
    let (text, is_up, is_share) = match change {
        Value::Share(share) => (desk.forms().number(100.0 * share, 2), share > 0.0, true),
        Value::Count(count) => (desk.forms().count(Some(count)).text, count > 0, false),
        Value::Points(points) => (desk.forms().number(points, 1), points > 0.0, false),
        Value::Money(minor) => {
            (figures::value(desk.forms(), Some(Value::Money(minor)), &one.now.unit).text, minor > 0, false)
        }
    };
    let text = if is_up { format!("+{text}") } else { text };
    let verdict = one.verdict.map(|verdict| desk.words.known("verdict", verdict.as_str()));
    desk.words.say("tile", "moved", json!({ "change": text, "is_share": is_share, "verdict": verdict }))
}

/// What the report says, in a few sentences.
pub fn lead(desk: &Desk, at_risk: &[String]) -> Result<Vec<String>> {
    let values = json!({
        "advocates": desk.value("advocates"), "new": desk.value("new_advocates"), "contributions": desk.value("contributions"),
        "proved": desk.value("won_proved"), "with_named": desk.value("won_with_named"), "with_program": desk.value("won_with_program"),
        "has_won": desk.known("won_proved").is_some(), "touched": desk.value("pipeline_touched"),
        "has_pipeline": desk.known("pipeline_touched").is_some(), "at_risk": at_risk, "joined": desk.n("advocates"),
    });
    let mut lines = Vec::new();
    for name in ["people", "money", "risk"] {
        lines.push(desk.words.say("lead", name, &values)?);
    }
    lines.retain(|line| !line.is_empty());
    Ok(lines)
}

/// Every figure of the period in one table.
pub fn all(desk: &Desk) -> Result<Figure> {
    let keys = ["metric", "value", "-unit", "lo", "hi", "n", "before", "change", "verdict"];
    let mut grid = desk.grid(&keys)?;
    let forms = desk.forms();
    for one in &desk.summary {
        let figure = &one.now;
        let of = |value| figures::value(forms, value, &figure.unit);
        let end = |end| figures::end(forms, figure, end);
        let verdict = one.verdict.map(|verdict| desk.named("verdict", verdict.as_str()));
        grid.row(vec![
            desk.named("metric", figure.metric),
            of(figure.value),
            desk.named("unit", &figure.unit),
            end(figure.interval.map(|ends| ends.0)),
            end(figure.interval.map(|ends| ends.1)),
            forms.count(figure.n),
            of(one.then),
            of(one.change),
            verdict.unwrap_or_else(|| forms.words(None)),
        ]);
    }
    let before = desk.before.map(|before| desk.span(before)).transpose()?;
    desk.figure("summary", grid, None, &json!({ "before": before }))
}
