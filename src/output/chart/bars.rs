//! Charts of lying bars: plain with whiskers, stacked, and the funnel. Each row has its words above its bar, so that
//! they have room on any screen.

use super::super::forms::Item;
use super::super::grid::Grid;
use super::scale::{percent, pixels};
use super::time::words;
use super::{Drawing, Panel, Shape, known, label, told};

/// A row: its words, its bar, and room below.
const ROW: f64 = 40.0;
const BAR: f64 = 14.0;
/// Where the bar begins in its row.
const DOWN: f64 = 18.0;

/// A bar for each row that has a value.
pub fn bars(title: &str, grid: &Grid, whose: &str, (value, ends): (&str, Option<(&str, &str)>)) -> Drawing {
    let values = grid.numbers(value);
    let ends = ends.map(|(lo, hi)| (grid.numbers(lo), grid.numbers(hi)));
    let highs = ends.iter().flat_map(|(_, hi)| hi).chain(&values).flatten();
    let longest = highs.copied().fold(0.0, f64::max);
    let mut panel = Panel { title: title.into(), ..Panel::default() };
    let share = |value: f64| if longest > 0.0 { (value / longest).clamp(0.0, 1.0) } else { 0.0 };
    let mut lines = Vec::new();
    for (row, one) in values.iter().enumerate() {
        let Some(one) = *one else { continue };
        let top = lines.len() as f64 * ROW;
        let text = row_words(&mut panel, grid, row, (whose, value), top);
        bar(&mut panel, "bar", (0.0, share(one)), top);
        if let Some((Some(lo), Some(hi))) = ends.as_ref().map(|(lo, hi)| (lo[row], hi[row])) {
            let y = pixels(top + DOWN + BAR / 2.0);
            let (x1, x2) = (percent(share(lo)), percent(share(hi)));
            panel.shapes.push(Shape::Line { class: "whisker", x1, y1: y.clone(), x2, y2: y });
        }
        lines.push(text);
    }
    done(panel, lines)
}

/// A bar for each row, made of its parts.
pub fn stacked(title: &str, grid: &Grid, whose: &str, parts: &[&'static str]) -> Drawing {
    let mut panel = Panel { title: title.into(), ..Panel::default() };
    let mut lines = Vec::new();
    for row in 0..grid.rows.len() {
        let known = known(grid, row, parts);
        let sum: f64 = known.iter().filter_map(|part| part.1.number()).map(|part| part.max(0.0)).sum();
        if known.is_empty() {
            continue;
        }
        let top = lines.len() as f64 * ROW;
        let name = label(grid.item(row, whose));
        panel.shapes.push(words("name", percent(0.0), top + 12.0, "start", name.clone()));
        let mut from = 0.0;
        for (_, item, place) in &known {
            let part = if sum > 0.0 { item.number().unwrap_or(0.0).max(0.0) / sum } else { 0.0 };
            if part > 0.0 {
                bar(&mut panel, &format!("part{place}"), (from, part), top);
            }
            from += part;
        }
        let parts: Vec<String> =
            known.iter().map(|(what, item, _)| format!("{what} {}", item.text)).collect();
        lines.push((name, parts.join(", ")));
    }
    let legend = parts.iter().enumerate().filter_map(|(place, key)| {
        Some((format!("part{place}"), grid.heads[grid.column(key)?].title.clone()))
    });
    let legend = legend.collect();
    Drawing { legend, ..done(panel, lines) }
}

/// Bars of shrinking length about one middle.
pub fn funnel(title: &str, grid: &Grid, stage: &str, value: &str) -> Drawing {
    let values = grid.numbers(value);
    let longest = values.iter().flatten().copied().fold(0.0, f64::max);
    let mut panel = Panel { title: title.into(), ..Panel::default() };
    let mut lines = Vec::new();
    for (row, one) in values.iter().enumerate() {
        let Some(one) = *one else { continue };
        let top = lines.len() as f64 * ROW;
        lines.push(row_words(&mut panel, grid, row, (stage, value), top));
        let share = if longest > 0.0 { one / longest } else { 0.0 };
        bar(&mut panel, "bar", ((1.0 - share) / 2.0, share), top);
    }
    done(panel, lines)
}

/// A row's label and value above its bar; returns both.
fn row_words(
    panel: &mut Panel,
    grid: &Grid,
    row: usize,
    (whose, value): (&str, &str),
    top: f64,
) -> (String, String) {
    let name = label(grid.item(row, whose));
    let text = grid.item(row, value).map_or_else(String::new, |item: &Item| item.text.clone());
    panel.shapes.push(words("name", percent(0.0), top + 12.0, "start", name.clone()));
    panel.shapes.push(words("value", percent(1.0), top + 12.0, "end", text.clone()));
    (name, text)
}

fn bar(panel: &mut Panel, class: &str, (from, length): (f64, f64), top: f64) {
    panel.shapes.push(Shape::Rect {
        class: class.into(),
        x: percent(from),
        y: pixels(top + DOWN),
        width: percent(length),
        height: pixels(BAR),
    });
}

fn done(mut panel: Panel, lines: Vec<(String, String)>) -> Drawing {
    if lines.is_empty() {
        return Drawing::default();
    }
    panel.height = (lines.len() as f64 * ROW) as u32;
    panel.desc = told(lines);
    Drawing { panels: vec![panel], ..Drawing::default() }
}
