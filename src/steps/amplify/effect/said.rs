//! The words, the figures and their table.

use super::Of;
use crate::data;
use crate::output::{Cell, Table, template};
use crate::stats::estimate::{Estimate, Verdict};
use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// data/effect.toml.
#[derive(Debug, Deserialize)]
pub struct Words {
    /// What is said of promotions.
    pub promotion: Done,
    /// What is said of reactions.
    pub reaction: Done,
    /// What is said of contributions.
    pub posts: Unit,
    /// What is said of reach.
    pub reach: Unit,
    /// The sentences by name.
    pub sentences: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub struct Done {
    /// Those it was done to, as a sentence begins.
    pub who: String,
    /// What was done, with its article.
    pub what: String,
    /// What they were.
    #[serde(rename = "done")]
    pub were: String,
}

#[derive(Debug, Deserialize)]
pub struct Unit {
    /// Its unit.
    #[serde(rename = "unit")]
    pub word: String,
    /// What people did of it.
    pub made: String,
    /// What is counted, in a sentence that says so already.
    pub counted: String,
}

impl Words {
    /// As the program carries them.
    pub fn read() -> Result<Self> {
        Ok(toml::from_str(data::needed("effect.toml")?)?)
    }

    /// What is said of what was done.
    pub fn done(&self, of: Of) -> &Done {
        if of == Of::Promotion { &self.promotion } else { &self.reaction }
    }

    /// What is said of what is counted.
    pub fn unit(&self, is_reach: bool) -> &Unit {
        if is_reach { &self.reach } else { &self.posts }
    }

    /// A sentence, filled.
    pub fn say(&self, which: &str, values: &Value) -> Result<String> {
        let sentence = self.sentences.get(which).map_or("", String::as_str);
        template::fill("effect.toml", sentence, values)
    }
}

/// One figure of the table.
#[derive(Debug, Default)]
pub struct Figure {
    /// What it is called.
    pub name: &'static str,
    /// The figure; none where there is too little to say.
    pub value: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<(f64, f64)>,
    /// The chance of such a figure or more without any difference.
    pub p: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// What may be said.
    pub verdict: Option<&'static str>,
    /// What could have been seen.
    pub least_seen: Option<f64>,
    /// What is missing, or belongs to it.
    pub note: Option<String>,
}

impl Figure {
    /// An estimate with its interval.
    pub fn of(name: &'static str, estimate: &Estimate, unit: &str) -> Self {
        let interval = Some((estimate.lo, estimate.hi));
        Self { name, value: Some(estimate.value), interval, unit: unit.into(), ..Self::default() }
    }

    /// One that there is too little for.
    pub fn missing(name: &'static str, unit: &str, note: String) -> Self {
        let verdict = Some(Verdict::NotEnoughData.as_str());
        Self { name, unit: unit.into(), verdict, note: Some(note), ..Self::default() }
    }
}

/// The figures as a list.
pub fn table(figures: Vec<Figure>, (treated, others): (usize, usize), period: &str) -> Table {
    let mut table = Table::new(&[
        "figure",
        ">estimate",
        ">lo",
        ">hi",
        ">p",
        ">treated",
        ">others",
        "unit",
        "verdict",
        ">?least_seen",
        "?period",
        "?~note",
    ])
    .or_say("Nothing was found to compare.");
    let number = |value: Option<f64>, places| {
        value.filter(|value| value.is_finite()).map_or(Cell::Missing, |value| Cell::number(value, places))
    };
    for figure in figures {
        table.row(vec![
            figure.name.into(),
            number(figure.value, 2),
            number(figure.interval.map(|interval| interval.0), 2),
            number(figure.interval.map(|interval| interval.1), 2),
            number(figure.p, 4),
            treated.into(),
            others.into(),
            figure.unit.into(),
            figure.verdict.into(),
            number(figure.least_seen, 2),
            period.into(),
            figure.note.into(),
        ]);
    }
    table
}

/// More or less.
pub const fn side(value: f64) -> &'static str {
    if value < 0.0 { "less" } else { "more" }
}

/// A number as people read it: two decimals below ten, none from a hundred on.
pub fn plain(value: f64) -> String {
    let places = match value.abs() {
        size if size < 10.0 => 2,
        size if size < 100.0 => 1,
        _ => 0,
    };
    Cell::number(value, places).plain()
}
