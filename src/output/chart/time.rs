//! Charts along a time axis: a line with its band, lanes of upright bars, small multiples.

use super::super::forms::{Forms, Item, Kind};
use super::super::grid::Grid;
use super::scale::{Scale, percent, pixels};
use super::{Drawing, Panel, Shape, known, label, told};

/// Above the plot: room for the topmost mark's words.
const TOP: f64 = 18.0;
/// Below it: the axis.
const BOTTOM: f64 = 22.0;
/// A plot of a chart of its own, of a lane, of one of many.
const PLOT: f64 = 120.0;
const LANE: f64 = 64.0;
const SMALL: f64 = 56.0;
/// The plot's own width, in which paths are written.
const WIDE: f64 = 1000.0;
/// At most so many words along an axis.
const MARKS: usize = 4;

/// A line, its ends, and the panel they are on.
pub fn line(
    title: &str,
    grid: &Grid,
    forms: &Forms,
    x: &str,
    (value, ends): (&str, Option<(&str, &str)>),
) -> Drawing {
    let values = grid.numbers(value);
    if values.iter().flatten().count() == 0 {
        return Drawing::default();
    }
    let ends = ends.map(|(lo, hi)| (grid.numbers(lo), grid.numbers(hi)));
    let all = values.iter().chain(ends.iter().flat_map(|(lo, hi)| lo.iter().chain(hi))).flatten().copied();
    let kind = grid.kind(value);
    let scale = Scale::of(all, is_whole(grid, value));
    let mut panel = Panel { title: title.into(), height: (TOP + PLOT + BOTTOM) as u32, ..Panel::default() };
    let (rules, texts) = axis(forms, scale, kind, PLOT);
    panel.shapes.extend(rules);
    lines(&mut panel, scale, &values, ends.as_ref(), (TOP, PLOT));
    panel.shapes.extend(texts);
    foot(&mut panel, forms, &along(grid, x), TOP + PLOT);
    let text = |row: usize, key: &str| grid.item(row, key).map_or_else(String::new, |item| item.text.clone());
    panel.desc = told((0..values.len()).map(|row| (text(row, x), text(row, value))));
    Drawing { panels: vec![panel], ..Drawing::default() }
}

/// A panel of upright bars for each column that has anything.
pub fn lanes(grid: &Grid, forms: &Forms, x: &str, lanes: &[&'static str]) -> Drawing {
    let mut drawing = Drawing::default();
    for lane in lanes {
        let values = grid.numbers(lane);
        let Some(column) = grid.column(lane) else { continue };
        if values.iter().flatten().count() == 0 {
            continue;
        }
        let scale = Scale::of(values.iter().flatten().copied(), is_whole(grid, lane));
        let title = grid.heads[column].title.clone();
        let mut panel =
            Panel { title: title.clone(), height: (26.0 + LANE + BOTTOM) as u32, ..Panel::default() };
        panel.shapes.push(words("name", percent(0.0), 12.0, "start", title));
        let top = 26.0;
        for mark in [scale.hi, scale.lo] {
            let y = top + LANE * (1.0 - scale.place(mark));
            panel.shapes.push(rule(if mark == 0.0 { "zero" } else { "rule" }, y));
        }
        let highest = forms.mark(scale.hi, scale.step, grid.kind(lane));
        panel.shapes.push(words("mark", percent(1.0), top - 4.0, "end", highest));
        let slot = 1.0 / values.len() as f64;
        for (place, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            let height = LANE * (scale.place(*value) - scale.place(0.0));
            panel.shapes.push(Shape::Rect {
                class: "bar".into(),
                x: percent(slot * (place as f64 + 0.2)),
                y: pixels(top + LANE * (1.0 - scale.place(value.max(0.0)))),
                width: percent(slot * 0.6),
                height: pixels(height.abs().max(if *value == 0.0 { 0.0 } else { 1.0 })),
            });
        }
        foot(&mut panel, forms, &along(grid, x), top + LANE);
        let text =
            |row: usize, key: &str| grid.item(row, key).map_or_else(String::new, |item| item.text.clone());
        panel.desc = told((0..values.len()).map(|row| (text(row, x), text(row, lane))));
        drawing.panels.push(panel);
    }
    drawing
}

/// A small line for each row that has anything, each on its own scale from zero: a line twice as high is twice as many
/// of that row's own.
pub fn multiples(grid: &Grid, forms: &Forms, whose: &str, points: &[&'static str]) -> Drawing {
    let rows: Vec<Vec<Option<f64>>> = (0..grid.rows.len())
        .map(|row| points.iter().map(|key| grid.item(row, key).and_then(Item::number)).collect())
        .collect();
    let mut drawing = Drawing { side_by_side: true, ..Drawing::default() };
    for (row, values) in rows.iter().enumerate() {
        let known = known(grid, row, points);
        let (Some(first), Some(last)) = (known.first(), known.last()) else { continue };
        let name = label(grid.item(row, whose));
        let scale = Scale::of(values.iter().flatten().copied(), true);
        let mut panel = Panel { height: (30.0 + SMALL + BOTTOM) as u32, ..Panel::default() };
        panel.shapes.push(words("name", percent(0.0), 12.0, "start", name.clone()));
        panel.shapes.push(words("value", percent(1.0), 12.0, "end", last.1.text.clone()));
        let top = 30.0;
        panel.shapes.push(rule("zero", top + SMALL));
        panel.shapes.push(rule("rule", top));
        panel.shapes.push(words(
            "mark",
            percent(0.0),
            top - 3.0,
            "start",
            forms.mark(scale.hi, scale.step, Kind::Number),
        ));
        lines(&mut panel, scale, values, None, (top, SMALL));
        let y = top + SMALL + 15.0;
        panel.shapes.push(words("mark", percent(0.0), y, "start", first.0.into()));
        if last.2 > first.2 {
            panel.shapes.push(words("mark", percent(1.0), y, "end", last.0.into()));
        }
        panel.desc = told(known.iter().map(|(when, item, _)| ((*when).to_string(), item.text.clone())));
        panel.title = name;
        drawing.panels.push(panel);
    }
    drawing
}

/// The rules of the upright axis, and the words above them: painted after the lines, so that no line strikes them out.
fn axis(forms: &Forms, scale: Scale, kind: Kind, plot: f64) -> (Vec<Shape>, Vec<Shape>) {
    let (mut rules, mut texts) = (Vec::new(), Vec::new());
    for mark in scale.marks() {
        let y = TOP + plot * (1.0 - scale.place(mark));
        rules.push(rule(if mark == 0.0 { "zero" } else { "rule" }, y));
        if mark > scale.lo {
            texts.push(words("mark", percent(0.0), y - 4.0, "start", forms.mark(mark, scale.step, kind)));
        }
    }
    (rules, texts)
}

/// Where the place-th of so many values stands along the width.
fn across(place: usize, of: usize) -> f64 {
    (place as f64 + 0.5) / of as f64
}

/// What is known at each place.
type Values = Vec<Option<f64>>;

/// Values and their ends on a plot so many pixels down and high.
fn lines(
    panel: &mut Panel,
    scale: Scale,
    values: &[Option<f64>],
    ends: Option<&(Values, Values)>,
    (top, height): (f64, f64),
) {
    let n = values.len();
    let point = |place: usize, value: f64| {
        format!("{:.1},{:.1}", WIDE * across(place, n), height * (1.0 - scale.place(value)))
    };
    let path = |points: Vec<String>| format!("M{}", points.join("L"));
    let runs = runs(values);
    let mut bands = Vec::new();
    if let Some((lo, hi)) = ends {
        let both: Vec<Option<f64>> = lo.iter().zip(hi).map(|(lo, hi)| lo.and(*hi)).collect();
        for run in self::runs(&both) {
            let upper = run.iter().filter_map(|&place| Some(point(place, hi[place]?)));
            let lower = run.iter().rev().filter_map(|&place| Some(point(place, lo[place]?)));
            bands.push(format!("{}Z", path(upper.chain(lower).collect())));
            if let [place] = run[..]
                && let (Some(lo), Some(hi)) = (lo[place], hi[place])
            {
                panel.shapes.push(Shape::Line {
                    class: "whisker",
                    x1: percent(across(place, n)),
                    y1: pixels(top + height * (1.0 - scale.place(hi))),
                    x2: percent(across(place, n)),
                    y2: pixels(top + height * (1.0 - scale.place(lo))),
                });
            }
        }
    }
    let drawn = runs.iter().filter(|run| run.len() > 1);
    let lines =
        drawn.map(|run| path(run.iter().filter_map(|&place| Some(point(place, values[place]?))).collect()));
    panel.shapes.push(Shape::Plot {
        y: pixels(top),
        height: pixels(height),
        box_height: height as u32,
        bands,
        lines: lines.collect(),
    });
    for (place, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        panel.shapes.push(Shape::Mark {
            class: "dot".into(),
            x: percent(across(place, n)),
            y: pixels(top + height * (1.0 - scale.place(*value))),
        });
    }
}

/// The stretches without gaps, as places.
fn runs(values: &[Option<f64>]) -> Vec<Vec<usize>> {
    let places: Vec<usize> = (0..values.len()).filter(|&place| values[place].is_some()).collect();
    places.chunk_by(|a, b| a + 1 == *b).map(<[usize]>::to_vec).collect()
}

/// What stands along the axis: months are shortened, other words are what they are.
fn along<'a>(grid: &'a Grid, x: &'a str) -> Vec<Option<&'a Item>> {
    (0..grid.rows.len()).map(|row| grid.item(row, x)).collect()
}

/// The words along the axis, the last one always, so few that they have room.
fn foot(panel: &mut Panel, forms: &Forms, items: &[Option<&Item>], bottom: f64) {
    let n = items.len();
    let every = n.div_ceil(MARKS).max(1);
    for (place, item) in items.iter().enumerate() {
        let Some(item) = item else { continue };
        if !(n - 1 - place).is_multiple_of(every) {
            continue;
        }
        let is_first = place < every;
        let text = match item.kind {
            Kind::Month if !is_first => forms.month_mark(&item.cell.plain()),
            _ => item.text.clone(),
        };
        let x = across(place, n);
        let (anchor, x) = match place {
            _ if n > 3 && x < 0.12 => ("start", 0.0),
            _ if n > 3 && x > 0.88 => ("end", 1.0),
            _ => ("middle", x),
        };
        panel.shapes.push(words("mark", percent(x), bottom + 15.0, anchor, text));
    }
}

fn rule(class: &'static str, y: f64) -> Shape {
    Shape::Line { class, x1: percent(0.0), y1: pixels(y), x2: percent(1.0), y2: pixels(y) }
}

pub(super) fn words(class: &'static str, x: String, y: f64, anchor: &'static str, text: String) -> Shape {
    Shape::Text { class, x, y: pixels(y), anchor, text }
}

/// Whether all of a column's values are whole numbers.
fn is_whole(grid: &Grid, key: &str) -> bool {
    grid.numbers(key).iter().flatten().all(|value| value.fract() == 0.0) && grid.kind(key) != Kind::Share
}
