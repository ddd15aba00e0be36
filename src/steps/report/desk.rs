//! What every part of the report is written from: the period, its figures, and the words for them.

use super::figures::{self, Known, Month};
use crate::app::App;
use crate::app::period::Period;
use crate::app::words::Words;
use crate::output::chart::Chart;
use crate::output::document::{Figure, Section};
use crate::output::forms::{Forms, Item};
use crate::output::grid::Grid;
use crate::steps::measure::summary_metrics::Value;
use anyhow::Result;
use serde_json::{Value as Json, json};

/// The report's surroundings.
pub struct Desk<'a> {
    /// The program.
    pub app: &'a App,
    /// The language's words.
    pub words: Words,
    /// The days it is about.
    pub period: Period,
    /// The days it is compared with.
    pub before: Option<Period>,
    /// The program's currency.
    pub currency: String,
    /// Its figures.
    pub summary: Vec<Known>,
    /// The months up to its end.
    pub months: Vec<Month>,
}

impl<'a> Desk<'a> {
    /// Reads the figures.
    pub fn read(app: &'a App, words: Words, period: Period, before: Option<Period>) -> Result<Self> {
        Ok(Self {
            app,
            words,
            period,
            before,
            currency: app.currency()?,
            summary: figures::summary(app, period, before)?,
            months: figures::months(app, period)?,
        })
    }

    /// How numbers are written.
    pub fn forms(&self) -> &Forms {
        &self.words.forms
    }

    /// A figure of the period, in the program's currency where it is money.
    pub fn known(&self, metric: &str) -> Option<&Known> {
        let of = |one: &&Known| {
            let is_money = matches!(one.now.value, Some(Value::Money(_)));
            one.now.metric == metric && (!is_money || one.now.unit == self.currency)
        };
        self.summary.iter().find(of)
    }

    /// A figure's value in words; what stands for unknown where it is not.
    pub fn value(&self, metric: &str) -> String {
        let item = |one: &Known| figures::value(self.forms(), one.now.value, &one.now.unit).text;
        self.known(metric).map_or_else(|| self.forms().missing().to_string(), item)
    }

    /// A figure's interval in words, where it has one.
    pub fn interval(&self, metric: &str) -> Option<String> {
        let figure = &self.known(metric)?.now;
        let (lo, hi) = figure.interval?;
        let text = |end: f64| figures::end(self.forms(), figure, Some(end)).text;
        Some(self.forms().between(&text(lo), &text(hi)))
    }

    /// On how many a figure rests.
    pub fn n(&self, metric: &str) -> Option<i64> {
        self.known(metric)?.now.n
    }

    /// A period in words.
    pub fn span(&self, period: Period) -> Result<String> {
        self.words.span(period)
    }

    /// A grid of these columns.
    pub fn grid(&self, keys: &[&'static str]) -> Result<Grid> {
        Ok(Grid::new(self.words.columns(keys)?))
    }

    /// A word of the program in the reader's language.
    pub fn named(&self, group: &str, word: &str) -> Item {
        Item::named(word, self.words.known(group, word))
    }

    /// A section by its group of words.
    pub fn section(&self, key: &str, values: &Json, figures: Vec<Figure>) -> Result<Section> {
        Ok(Section {
            key: key.into(),
            title: self.words.say(key, "title", values)?,
            finding: self.words.say(key, "finding", values)?,
            notes: vec![self.words.say(key, "note", values)?]
                .into_iter()
                .filter(|note| !note.is_empty())
                .collect(),
            figures,
        })
    }

    /// A figure by its group of words: its name, what it is about, its axis, its caption.
    pub fn figure(&self, key: &str, grid: Grid, chart: Option<Chart>, values: &Json) -> Result<Figure> {
        self.figure_of((key, key), grid, chart, values)
    }

    /// The same, named otherwise than its words.
    pub fn figure_of(
        &self,
        (group, key): (&str, &str),
        grid: Grid,
        chart: Option<Chart>,
        values: &Json,
    ) -> Result<Figure> {
        let mut all = json!({ "period": self.span(self.period)?, "as_of": self.forms().date(&self.app.as_of().to_string()) });
        if let (Some(all), Some(more)) = (all.as_object_mut(), values.as_object()) {
            all.extend(more.clone());
        }
        let title = self.words.say(group, "figure", &all)?;
        Ok(Figure {
            axis: self.words.say(group, "axis", &all)?,
            caption: self.words.say(group, "caption", &all)?,
            empty: self.words.say(group, "empty", &all)?,
            more: self.words.say("frame", "more", json!({ "rows": grid.rows.len() }))?,
            chart,
            ..Figure::of(key, title, grid)
        })
    }
}
