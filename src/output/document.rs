//! A report as a value: what stands on its first page, its sections with charts and the tables beneath, its method.
//! Drawn by a template as one page that needs nothing else, or as Markdown; [`super::xlsx`] makes a workbook of it.

use super::chart::{Chart, Drawing};
use super::forms::Forms;
use super::grid::Grid;
use super::{safe, template, terminal};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The longest text in one cell of a page; lists and workbooks have all of it.
const CELL: usize = 72;
/// Tables with more columns than this need the whole width, and become a line per cell on a narrow screen; those with
/// money one column earlier.
const NARROW: usize = 5;

/// A headline figure.
#[derive(Debug, Clone, Default)]
pub struct Tile {
    /// What it is.
    pub label: String,
    /// The figure.
    pub value: String,
    /// What it rests on: its interval, its n.
    pub basis: String,
    /// How it moved, and what may be said of that.
    pub moved: String,
}

/// A table, and a chart of it.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The table's name in lists, and in the page's addresses.
    pub key: String,
    /// What it is about.
    pub title: String,
    /// The axis and its unit.
    pub axis: String,
    /// Source, n and period.
    pub caption: String,
    /// How it is drawn, if it is.
    pub chart: Option<Chart>,
    /// How many rows are drawn: what follows is sums and remainders.
    pub drawn: usize,
    /// How many rows a page has; workbooks have all.
    pub shown: usize,
    /// What stands below a table with more rows than that.
    pub more: String,
    /// The values.
    pub grid: Grid,
    /// What is said where there are none: what is missing.
    pub empty: String,
}

/// A part of the report.
#[derive(Debug, Clone, Default)]
pub struct Section {
    /// Its place in the page's addresses.
    pub key: String,
    /// Its subject.
    pub title: String,
    /// What the figures say, in a sentence or two.
    pub finding: String,
    /// The figures.
    pub figures: Vec<Figure>,
    /// What must be said with them.
    pub notes: Vec<String>,
}

/// The whole.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The language, as pages name it.
    pub lang: String,
    /// Its title.
    pub title: String,
    /// Whose report it is.
    pub program: String,
    /// Period and as-of day in words.
    pub about: String,
    /// The day its bytes are dated, `2026-06-30`.
    pub as_of: String,
    /// What it says, in a few sentences.
    pub lead: Vec<String>,
    /// The headline figures.
    pub tiles: Vec<Tile>,
    /// What stands on the first page below them.
    pub first: Vec<Figure>,
    /// The parts.
    pub sections: Vec<Section>,
    /// How it was computed: a heading and a text each.
    pub method: Vec<(String, String)>,
    /// The template's own words, by name.
    pub words: BTreeMap<String, String>,
}

impl Document {
    /// As one page: `frame` is its template, `chart` the one that draws figures, each with what an error calls it.
    pub fn page(&self, frame: (&str, &str), chart: (&str, &str), forms: &Forms) -> Result<String> {
        let draw = |figure: &Figure, level| figure.html(chart, forms, level);
        let mut values = self.values(|figure| draw(figure, if self.is_first(figure) { 2 } else { 3 }))?;
        values["style"] = part(chart, "style")?.into();
        values["defs"] = part(chart, "defs")?.into();
        template::fill(frame.0, frame.1, values)
    }

    /// As Markdown, by its own template.
    pub fn markdown(&self, (name, frame): (&str, &str), forms: &Forms) -> Result<String> {
        template::fill(name, frame, self.values(|figure| Ok(figure.values(forms)))?)
    }

    fn is_first(&self, figure: &Figure) -> bool {
        self.first.iter().any(|one| one.key == figure.key)
    }

    /// Every figure in its order.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.first.iter().chain(self.sections.iter().flat_map(|section| &section.figures))
    }

    fn values<T: Into<Value>>(&self, draw: impl Fn(&Figure) -> Result<T>) -> Result<Value> {
        let figures = |figures: &[Figure]| {
            figures.iter().map(|one| Ok(draw(one)?.into())).collect::<Result<Vec<Value>>>()
        };
        let tile = |tile: &Tile| json!({ "label": tile.label, "value": tile.value, "basis": tile.basis, "moved": tile.moved });
        let section = |one: &Section| {
            Ok(
                json!({ "key": one.key, "title": one.title, "finding": one.finding, "notes": one.notes, "figures": figures(&one.figures)? }),
            )
        };
        Ok(json!({
            "lang": self.lang, "title": safe::line(&self.title), "program": safe::line(&self.program), "about": self.about,
            "lead": self.lead, "tiles": self.tiles.iter().map(tile).collect::<Vec<_>>(), "first": figures(&self.first)?,
            "sections": self.sections.iter().map(section).collect::<Result<Vec<_>>>()?, "method": self.method, "words": self.words,
        }))
    }
}

/// What chart.html has once for a page: its `style`, or its `defs`.
pub fn part((name, source): (&str, &str), part: &str) -> Result<String> {
    template::fill(name, source, json!({ "part": part }))
}

impl Figure {
    /// A figure without a chart, all of whose rows are shown.
    pub fn of(key: impl Into<String>, title: String, grid: Grid) -> Self {
        Self {
            key: key.into(),
            title,
            axis: String::new(),
            caption: String::new(),
            chart: None,
            drawn: usize::MAX,
            shown: usize::MAX,
            more: String::new(),
            grid,
            empty: String::new(),
        }
    }

    /// The chart, of the rows that are drawn.
    pub fn drawing(&self, forms: &Forms) -> Option<Drawing> {
        let mut drawn = self.grid.clone();
        drawn.rows.truncate(self.drawn.min(self.shown));
        self.chart.as_ref().and_then(|chart| chart.draw(&self.title, &drawn, forms))
    }

    /// The chart with its table, below a heading of this level, by the template `chart.html`.
    pub fn html(&self, (name, source): (&str, &str), forms: &Forms, level: u8) -> Result<String> {
        template::fill(name, source, json!({ "part": "figure", "level": level, "f": self.values(forms) }))
    }

    fn values(&self, forms: &Forms) -> Value {
        let shown: Vec<usize> =
            (0..self.grid.heads.len()).filter(|&at| !self.grid.heads[at].only_lists).collect();
        let head =
            |&at: &usize| json!({ "title": self.grid.heads[at].title, "right": self.grid.is_right(at) });
        let row = |row: &Vec<super::forms::Item>| {
            let cell = |&at: &usize| {
                let (item, head) = (&row[at], &self.grid.heads[at]);
                let text = terminal::shorten(&safe::line(&item.text), CELL);
                json!({ "text": text, "value": safe::line(&item.cell.plain()), "kind": item.kind, "head": head.title, "right": self.grid.is_right(at) })
            };
            shown.iter().map(cell).collect::<Vec<_>>()
        };
        let has_money = self.grid.rows.iter().flatten().any(|item| item.kind == super::forms::Kind::Money);
        json!({
            "key": self.key, "title": self.title, "axis": self.axis, "caption": self.caption, "empty": self.empty,
            "drawing": self.drawing(forms), "wide": shown.len() > NARROW, "stacked": shown.len() > NARROW - usize::from(has_money),
            "more": if self.grid.rows.len() > self.shown { self.more.as_str() } else { "" },
            "heads": shown.iter().map(head).collect::<Vec<_>>(),
            "rows": self.grid.rows.iter().take(self.shown).map(row).collect::<Vec<_>>(),
        })
    }
}
