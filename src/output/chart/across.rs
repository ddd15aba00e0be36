//! Ranges: for each row a band from its lowest to its highest value, with a mark for each.

use super::super::forms::{Forms, Kind};
use super::super::grid::Grid;
use super::scale::{Scale, percent, pixels};
use super::time::words;
use super::{Drawing, Panel, Shape, known, label, told};

/// A row's words, and a lane below them for each kind of mark, so that equal values do not hide each other.
const WORDS: f64 = 21.0;
const LANE: f64 = 8.0;
/// Room below.
const GAP: f64 = 10.0;
/// The axis at the foot.
const FOOT: f64 = 22.0;
/// Room left and right of the marks, as a share of the width.
const EDGE: f64 = 0.02;

/// A band and its marks for each row that has a value.
pub fn ranges(title: &str, grid: &Grid, forms: &Forms, whose: &str, marks: &[&'static str]) -> Drawing {
    let all: Vec<f64> = marks.iter().flat_map(|key| grid.numbers(key)).flatten().collect();
    let kind = marks.first().map_or(Kind::Number, |key| grid.kind(key));
    let is_whole = kind == Kind::Number && all.iter().all(|value| value.fract() == 0.0);
    let scale = Scale::of(all.iter().copied(), is_whole);
    let at = |value: f64| place_of(&scale, value);
    let mut panel = Panel { title: title.into(), ..Panel::default() };
    let rows: Vec<usize> = (0..grid.rows.len()).filter(|&row| !known(grid, row, marks).is_empty()).collect();
    if rows.is_empty() {
        return Drawing::default();
    }
    let lanes = LANE * marks.len() as f64;
    let height = WORDS + lanes + GAP;
    let bottom = rows.len() as f64 * height;
    panel.shapes = rulers(&scale, forms, kind, bottom);
    let mut told_of = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        let known = known(grid, row, marks);
        let top = place as f64 * height;
        let name = label(grid.item(row, whose));
        panel.shapes.push(words("name", percent(0.0), top + 13.0, "start", name.clone()));
        panel.shapes.extend(span(&known, &at, top, lanes, forms));
        let values: Vec<String> =
            known.iter().map(|(what, item, _)| format!("{what} {}", item.text)).collect();
        told_of.push((name, values.join(", ")));
    }
    panel.height = (bottom + FOOT) as u32;
    panel.desc = told(told_of);
    let legend = marks.iter().enumerate().filter_map(|(place, key)| {
        Some((format!("mark{place}"), grid.heads[grid.column(key)?].title.clone()))
    });
    Drawing { panels: vec![panel], legend: legend.collect(), ..Drawing::default() }
}

/// Where a value stands, as a share of the width.
fn place_of(scale: &Scale, value: f64) -> f64 {
    EDGE + (1.0 - 2.0 * EDGE) * scale.place(value)
}

/// The marks of the scale: a line down to the foot, and what it says.
fn rulers(scale: &Scale, forms: &Forms, kind: Kind, bottom: f64) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for mark in scale.marks() {
        let x = percent(place_of(scale, mark));
        let class = if mark == 0.0 { "zero" } else { "rule" };
        let (y1, y2) = (pixels(0.0), pixels(bottom));
        shapes.push(Shape::Line { class, x1: x.clone(), y1, x2: x, y2 });
        let anchor = match mark {
            _ if mark <= scale.lo => "start",
            _ if mark >= scale.hi => "end",
            _ => "middle",
        };
        let x = percent(if anchor == "start" {
            0.0
        } else if anchor == "end" {
            1.0
        } else {
            place_of(scale, mark)
        });
        shapes.push(words("mark", x, bottom + 14.0, anchor, forms.mark(mark, scale.step, kind)));
    }
    shapes
}

/// One row: from the lowest to the highest value, and a mark for each.
fn span(
    known: &[(&str, &super::Item, usize)],
    at: &dyn Fn(f64) -> f64,
    top: f64,
    lanes: f64,
    forms: &Forms,
) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let by_value =
        |one: &&(&str, &super::Item, usize)| one.1.number().map_or(0, |value| (value * 1e4) as i64);
    let ends = (known.iter().min_by_key(by_value), known.iter().max_by_key(by_value));
    if let (Some(low), Some(high)) = ends {
        let text = if low.1.text == high.1.text {
            low.1.text.clone()
        } else {
            forms.between(&low.1.text, &high.1.text)
        };
        shapes.push(words("value", percent(1.0), top + 13.0, "end", text));
        let x = |one: &(&str, &super::Item, usize)| at(one.1.number().unwrap_or(0.0));
        shapes.push(Shape::Rect {
            class: "range".into(),
            x: percent(x(low)),
            y: pixels(top + WORDS - 1.0),
            width: percent(x(high) - x(low)),
            height: pixels(lanes),
        });
    }
    for (_, item, place) in known {
        shapes.push(Shape::Mark {
            class: format!("mark{place}"),
            x: percent(at(item.number().unwrap_or(0.0))),
            y: pixels(top + WORDS + LANE * (*place as f64 + 0.4)),
        });
    }
    shapes
}
