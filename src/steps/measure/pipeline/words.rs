//! What is said, and how long a series must be for it: data/pipeline.toml.

use super::buckets::By;
use super::relation::{Direction, Gates, Relation};
use crate::data;
use crate::output::template;
use crate::stats::estimate::Verdict;
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

/// The file.
#[derive(Debug, Deserialize)]
pub struct Words {
    week: Set,
    month: Set,
    /// When a platform is named for beginning later.
    pub late: Late,
    sentences: Sentences,
}

#[derive(Debug, Deserialize)]
struct Set {
    #[serde(flatten)]
    gates: Gates,
    bridge_days: i32,
}

/// When a platform is named for beginning later than the series.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Late {
    /// From this share of all contributions on, 0-1.
    pub share: f64,
}

#[derive(Debug, Deserialize)]
struct Sentences {
    there: String,
    there_unnamed: String,
    back: String,
    back_unnamed: String,
    together: String,
    cannot_tell: String,
    short: String,
    still: String,
    leaning: String,
    meaning: String,
}

/// What two series are called.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The first.
    pub activity: &'a str,
    /// The second.
    pub pipeline: &'a str,
    /// Whether the second is counted, and no amount.
    pub is_count: bool,
}

/// Which of two directions a relation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Neither,
    There,
    Back,
    Together,
}

fn rank(direction: &Direction) -> u8 {
    match direction.verdict {
        Verdict::Clear => 2,
        Verdict::Leaning => 1,
        Verdict::CannotTell | Verdict::NotEnoughData => 0,
    }
}

/// Both directions, or the same moment: no direction. One that stands out counts more than one that only leans.
fn way(relation: &Relation) -> Way {
    let (there, back) = (&relation.there, &relation.back);
    let at_once = there.named().is_some_and(|lead| lead.lag == 0);
    match (rank(there) > 0, rank(back) > 0) {
        (false, false) => Way::Neither,
        _ if at_once => Way::Together,
        (true, true) if there.stands_out() == back.stands_out() => Way::Together,
        (true, true) if there.stands_out() => Way::There,
        (true | false, true) => Way::Back,
        (true, false) => Way::There,
    }
}

impl Words {
    /// Reads the file.
    pub fn read() -> Result<Self> {
        toml::from_str(data::needed("pipeline.toml")?).context("pipeline.toml")
    }

    fn set(&self, by: By) -> &Set {
        match by {
            By::Week => &self.week,
            By::Month => &self.month,
        }
    }

    /// How long a series must be.
    pub fn gates(&self, by: By) -> &Gates {
        &self.set(by).gates
    }

    /// Imports fewer days apart than this are taken as one.
    pub fn bridge_days(&self, by: By) -> i32 {
        self.set(by).bridge_days
    }

    /// What a relation says; and what a leaning, and the whole of it, are worth.
    pub fn said(&self, relation: &Relation, by: By, names: Names) -> Result<(String, Vec<String>)> {
        let (way, gates) = (way(relation), self.gates(by));
        let direction = if way == Way::Back { &relation.back } else { &relation.there };
        let lead = direction.named();
        let words = &self.sentences;
        let text = match (way, lead) {
            _ if relation.n < gates.least => &words.short,
            _ if relation.pair.is_none() => &words.still,
            (Way::Neither, _) => &words.cannot_tell,
            (Way::Together, _) => &words.together,
            (Way::There, Some(_)) => &words.there,
            (Way::There, None) => &words.there_unnamed,
            (Way::Back, Some(_)) => &words.back,
            (Way::Back, None) => &words.back_unnamed,
        };
        // Together is as sure as the less sure of the two, where both are.
        let verdict = match way {
            Way::Together if rank(&relation.back) == 1 && rank(direction) > 0 => &relation.back,
            Way::Together if rank(direction) == 0 => &relation.back,
            _ => direction,
        };
        let lag = lead.map_or(0, |lead| lead.lag);
        let filled = template::fill_plain(
            "pipeline.toml",
            text,
            json!({
                "n": relation.n,
                "units": by.units(relation.n),
                "activity": names.activity,
                "pipeline": names.pipeline,
                "verdict": verdict.verdict.as_str().replace('_', " "),
                "sign": match lead {
                    Some(lead) if lead.at_lag.value < 0.0 && (names.is_count || way == Way::Back) => "fewer",
                    Some(lead) if lead.at_lag.value < 0.0 => "less",
                    _ => "more",
                },
                "lags": format!("{lag} {}", by.units(lag)),
                "longest": gates.longest_lag,
                "least": gates.least,
                "full": gates.full,
            }),
        )?;
        let mut worth = Vec::new();
        if way != Way::Neither {
            if verdict.verdict == Verdict::Leaning {
                worth.push(words.leaning.clone());
            }
            worth.push(words.meaning.clone());
        }
        Ok((filled, worth))
    }
}
