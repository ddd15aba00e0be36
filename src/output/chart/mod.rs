//! A chart as a value: which columns of a [`Grid`] it shows and how. What is drawn is the table's own values, as shapes
//! whose places are percent of the width, so that a page needs one drawing for every width; the markup is a template's.
//!
//! Nothing is told by colour alone: series differ by mark or pattern, and every value has its words.

mod across;
mod bars;
mod scale;
mod time;

use super::forms::{Forms, Item};
use super::grid::Grid;
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// How wide a label may be, in pixels of its bold 12.5: beside the longest amount on a phone, and in the narrowest panel.
const LABEL: f64 = 176.0;
/// A label never has more signs than this, however narrow they are.
const SIGNS: usize = 34;

/// What is drawn of the table beneath. Every text is the key of a column.
#[derive(Debug, Clone)]
pub enum Chart {
    /// A line over time, with an interval as a band where `ends` names its columns.
    Line {
        /// Along the axis.
        x: &'static str,
        /// What the line shows.
        value: &'static str,
        /// The lower and the upper end.
        ends: Option<(&'static str, &'static str)>,
    },
    /// Upright bars over time, one panel below another: panels are never added together.
    Lanes {
        /// Along the axis.
        x: &'static str,
        /// A panel each.
        lanes: Vec<&'static str>,
    },
    /// Small multiples: a line for each row, each on its own scale from zero.
    Multiples {
        /// Whose.
        label: &'static str,
        /// The columns along the axis.
        points: Vec<&'static str>,
    },
    /// A bar for each row, with whiskers where `ends` names the interval's columns.
    Bars {
        /// Whose.
        label: &'static str,
        /// How long.
        value: &'static str,
        /// The lower and the upper end.
        ends: Option<(&'static str, &'static str)>,
    },
    /// A bar for each row made of parts that add up; rows are not on one scale, since each is a whole of its own.
    Stacked {
        /// Whose.
        label: &'static str,
        /// The parts in their order, the surest first.
        parts: Vec<&'static str>,
    },
    /// What is left of the first row, row by row.
    Funnel {
        /// The stage.
        label: &'static str,
        /// How many got there.
        value: &'static str,
    },
    /// A range for each row, with a mark for each of its values.
    Ranges {
        /// Whose.
        label: &'static str,
        /// The values, each with a mark of its own.
        marks: Vec<&'static str>,
    },
}

/// One picture: an SVG in a page.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Panel {
    /// What it shows, in few words.
    pub title: String,
    /// All of its values in words, for who does not see it.
    pub desc: String,
    /// In pixels; the width is the page's.
    pub height: u32,
    /// In the order they are painted.
    pub shapes: Vec<Shape>,
}

/// What a chart consists of.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Drawing {
    /// The pictures.
    pub panels: Vec<Panel>,
    /// Whether they stand side by side where there is room.
    pub side_by_side: bool,
    /// What the marks or patterns mean: the class, and its words.
    pub legend: Vec<(String, String)>,
}

/// A shape. Places along the width are percentages, heights are pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "shape", rename_all = "lowercase")]
#[allow(missing_docs, reason = "the attributes of SVG by their names")]
pub enum Shape {
    /// A straight line.
    Line { class: &'static str, x1: String, y1: String, x2: String, y2: String },
    /// A rectangle.
    Rect { class: String, x: String, y: String, width: String, height: String },
    /// A series' own mark.
    Mark { class: String, x: String, y: String },
    /// Words; `anchor` is start, middle or end.
    Text { class: &'static str, x: String, y: String, anchor: &'static str, text: String },
    /// Lines and bands on a plot that is stretched: paths in a box 1000 wide and as high as the plot.
    Plot { y: String, height: String, box_height: u32, bands: Vec<String>, lines: Vec<String> },
}

impl Chart {
    /// Draws it from a table's values; `None` where the table has nothing to draw.
    pub fn draw(&self, title: &str, grid: &Grid, forms: &Forms) -> Option<Drawing> {
        let drawing = match self {
            Self::Line { x, value, ends } => time::line(title, grid, forms, x, (value, *ends)),
            Self::Lanes { x, lanes } => time::lanes(grid, forms, x, lanes),
            Self::Multiples { label, points } => time::multiples(grid, forms, label, points),
            Self::Bars { label, value, ends } => bars::bars(title, grid, label, (value, *ends)),
            Self::Stacked { label, parts } => bars::stacked(title, grid, label, parts),
            Self::Funnel { label, value } => bars::funnel(title, grid, label, value),
            Self::Ranges { label, marks } => across::ranges(title, grid, forms, label, marks),
        };
        Some(drawing).filter(|drawing| !drawing.panels.is_empty())
    }
}

/// A label as long as there is room for.
fn label(item: Option<&Item>) -> String {
    let Some(item) = item else { return String::new() };
    let text = super::safe::line(&item.text);
    let mut room = LABEL;
    let fits = text.graphemes(true).take(SIGNS).take_while(|sign| {
        room -= pixels_of(sign);
        room >= 0.0
    });
    let short: String = fits.collect();
    if short.len() == text.len() { short } else { short.trim_end().to_string() + "…" }
}

/// About how wide a sign is drawn.
fn pixels_of(sign: &str) -> f64 {
    match sign.chars().next() {
        _ if sign.width() > 1 => 14.0,
        Some('W' | 'M' | 'w' | 'm' | '@' | '%' | '&') => 12.5,
        Some('<' | '>' | '=' | '+' | '~') => 10.5,
        Some(c) if c.is_uppercase() => 9.0,
        _ => 7.2,
    }
}

/// "Jul: 11; Aug: 12": pairs of words as one sentence.
fn told(pairs: impl IntoIterator<Item = (String, String)>) -> String {
    let pairs: Vec<String> = pairs.into_iter().map(|(what, value)| format!("{what}: {value}")).collect();
    pairs.join("; ")
}

/// The items of a row's columns that are known, each under its column's title.
fn known<'a>(grid: &'a Grid, row: usize, keys: &'a [&'static str]) -> Vec<(&'a str, &'a Item, usize)> {
    let one = |(place, key): (usize, &&'static str)| {
        let item = grid.item(row, key).filter(|item| item.number().is_some())?;
        Some((grid.heads[grid.column(key)?].title.as_str(), item, place))
    };
    keys.iter().enumerate().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::super::forms::tests::forms;
    use super::super::forms::{Forms, Item};
    use super::*;

    fn grid(forms: &Forms, rows: &[(&str, Option<i64>, Option<i64>)]) -> Grid {
        let mut grid = Grid::new(["label", "one", "two"].map(|key| (key, key.to_uppercase())));
        for (label, one, two) in rows {
            grid.row(vec![Item::words(*label), forms.count(*one), forms.count(*two)]);
        }
        grid
    }

    fn texts(drawing: &Drawing) -> Vec<&str> {
        drawing
            .panels
            .iter()
            .flat_map(|panel| &panel.shapes)
            .filter_map(|shape| if let Shape::Text { text, .. } = shape { Some(text.as_str()) } else { None })
            .collect()
    }

    #[test]
    fn every_kind_says_all_of_its_values() {
        let forms = forms();
        let grid =
            grid(&forms, &[("A", Some(1200), Some(4)), ("B", None, Some(5)), ("C", Some(900), Some(6))]);
        let charts = [
            Chart::Line { x: "label", value: "one", ends: None },
            Chart::Lanes { x: "label", lanes: vec!["one", "two"] },
            Chart::Multiples { label: "label", points: vec!["one", "two"] },
            Chart::Bars { label: "label", value: "one", ends: None },
            Chart::Stacked { label: "label", parts: vec!["one", "two"] },
            Chart::Funnel { label: "label", value: "one" },
            Chart::Ranges { label: "label", marks: vec!["one", "two"] },
        ];
        for chart in charts {
            let drawing = chart.draw("Title", &grid, &forms).expect("a drawing");
            let told: String = drawing.panels.iter().map(|panel| panel.desc.clone()).collect();
            assert!(told.contains("1,200") && told.contains("900"), "{chart:?}: {told}");
            assert!(drawing.panels.iter().all(|panel| !panel.title.is_empty()), "{chart:?}");
            assert!(!texts(&drawing).is_empty(), "{chart:?}");
        }
    }

    #[test]
    fn nothing_known_is_no_chart() {
        let forms = forms();
        let empty = grid(&forms, &[("A", None, None)]);
        assert!(Chart::Bars { label: "label", value: "one", ends: None }.draw("T", &empty, &forms).is_none());
        assert!(Chart::Line { x: "label", value: "one", ends: None }.draw("T", &empty, &forms).is_none());
        let none = grid(&forms, &[]);
        assert!(Chart::Stacked { label: "label", parts: vec!["one"] }.draw("T", &none, &forms).is_none());
    }

    #[test]
    fn a_line_has_gaps_where_nothing_is_known() {
        let forms = forms();
        let rows = [("1", Some(1), None), ("2", Some(2), None), ("3", None, None), ("4", Some(3), None)];
        let chart = Chart::Line { x: "label", value: "one", ends: None };
        let drawing = chart.draw("T", &grid(&forms, &rows), &forms).expect("a drawing");
        let plots = drawing.panels[0]
            .shapes
            .iter()
            .filter_map(|shape| if let Shape::Plot { lines, .. } = shape { Some(lines.len()) } else { None });
        assert_eq!(plots.sum::<usize>(), 1, "a single value is a dot, no line");
    }

    #[test]
    fn parts_fill_their_bar() {
        let forms = forms();
        let chart = Chart::Stacked { label: "label", parts: vec!["one", "two"] };
        let drawing = chart.draw("T", &grid(&forms, &[("A", Some(3), Some(1))]), &forms).expect("a drawing");
        let widths: Vec<&str> = drawing.panels[0]
            .shapes
            .iter()
            .filter_map(
                |shape| if let Shape::Rect { width, .. } = shape { Some(width.as_str()) } else { None },
            )
            .collect();
        assert_eq!(widths, ["75.00%", "25.00%"]);
        assert_eq!(drawing.legend.len(), 2);
    }

    #[test]
    fn long_labels_are_cut_and_harmless() {
        let forms = forms();
        let name = format!("\u{202e}{}", "王".repeat(4000));
        let grid = grid(&forms, &[(&name, Some(1), None)]);
        let drawing = Chart::Bars { label: "label", value: "one", ends: None }.draw("T", &grid, &forms);
        let drawing = drawing.expect("a drawing");
        assert!(
            texts(&drawing)
                .iter()
                .all(|text| text.graphemes(true).count() <= SIGNS + 1 && !text.contains('\u{202e}'))
        );
    }
}
