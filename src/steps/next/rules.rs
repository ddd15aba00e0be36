//! data/next.toml: what is spoken up about, in which order, and with which words.

use crate::data;
use crate::model::time::Day;
use crate::output::template;
use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

/// The file.
#[derive(Debug, Deserialize)]
pub struct Rules {
    /// How many lines.
    pub top: usize,
    /// From when on something is worth a line.
    pub limits: Limits,
    /// One kind of line each.
    rule: Vec<Rule>,
}

/// Days, unless said otherwise.
#[derive(Debug, Clone, Deserialize)]
pub struct Limits {
    /// Before an ask is due.
    pub ask_notice_days: i32,
    /// After an ask without a day.
    pub ask_days: i32,
    /// After a yes.
    pub outcome_days: i32,
    /// After a need without a promised day.
    pub need_days: i32,
    /// After a message that wants a receipt.
    pub ack_days: i32,
    /// How old a contribution may be.
    pub reaction_days: i32,
    /// How old a survey score may be.
    pub score_days: i32,
    /// How old an import may be.
    pub stale_days: i32,
    /// After joining, before a favour is asked.
    pub settle_days: i32,
    /// Pairs, at most.
    pub duplicates: usize,
    /// The level from which on a pair is worth a line.
    pub duplicates_from: String,
}

/// One kind of line.
#[derive(Debug, Deserialize)]
pub struct Rule {
    /// Its name in the file.
    pub name: String,
    /// The step it belongs to.
    pub step: String,
    loss: f64,
    a_day: f64,
    most: f64,
    /// How many lines of it among twenty.
    lines: usize,
    /// Where all of them are.
    pub list: String,
    /// Days of "later".
    pub later: i32,
    /// Days of "not needed"; 0 is for good.
    pub forget: i32,
    /// Why it stands where it does.
    pub reason: String,
    what: String,
    why: String,
    command: String,
}

/// Something found that is worth a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The rule's name.
    pub rule: &'static str,
    /// What it is about, so that the same is known again.
    pub subject: String,
    /// Whom it is about.
    pub person: Option<i64>,
    /// Since when it waits.
    pub since: Day,
    /// What the words are filled with.
    pub values: Value,
}

impl Rules {
    /// As the program carries it.
    pub fn shipped() -> Result<Self> {
        toml::from_str(data::needed("next.toml")?).context("next.toml")
    }

    /// A rule and its place in the file.
    pub fn named(&self, name: &str) -> Result<(usize, &Rule)> {
        let place = self.rule.iter().position(|rule| rule.name == name);
        let place = place.with_context(|| format!("data/next.toml has no rule {name}"))?;
        Ok((place, &self.rule[place]))
    }

    /// All of them in their order.
    pub fn all(&self) -> &[Rule] {
        &self.rule
    }
}

impl Rule {
    /// What is lost if it waits longer, having waited so many days.
    pub fn loss(&self, days: i32) -> f64 {
        (self.loss + self.a_day * f64::from(days.max(0))).min(self.most)
    }

    /// How many lines of it stand among `top`.
    pub fn lines(&self, top: usize, usual: usize) -> usize {
        (self.lines * top).div_ceil(usual.max(1)).max(1)
    }

    /// What to do, why, and the command.
    pub fn say(&self, values: &Value) -> Result<[String; 3]> {
        let fill = |text: &str| template::fill("next.toml", text, values);
        Ok([fill(&self.what)?, fill(&self.why)?, fill(&self.command)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_file_is_whole() {
        let rules = Rules::shipped().expect("reads");
        let names: BTreeSet<&str> = rules.all().iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names.len(), rules.all().len(), "each name once");
        for rule in rules.all() {
            assert!(rule.loss <= rule.most && rule.a_day >= 0.0 && rule.lines > 0, "{}", rule.name);
            assert!(rule.later > 0 && rule.forget >= 0 && rule.reason.len() > 20, "{}", rule.name);
            assert!(rule.list.starts_with("groundswell "), "{}", rule.name);
            let steps = ["identify", "survey", "equip", "amplify", "share", "measure"];
            assert!(steps.contains(&rule.step.as_str()), "{}", rule.name);
        }
    }

    proptest! {
        #[test]
        fn waiting_never_makes_it_less(days in -10_i32..4000, more in 0_i32..100) {
            for rule in Rules::shipped().expect("reads").all() {
                prop_assert!(rule.loss(days) <= rule.loss(days + more));
                prop_assert!((rule.loss..=rule.most).contains(&rule.loss(days)));
            }
        }

        #[test]
        fn a_longer_list_has_more_of_each(top in 1_usize..500) {
            for rule in Rules::shipped().expect("reads").all() {
                prop_assert!(rule.lines(top, 20) <= rule.lines(top + 1, 20));
            }
            prop_assert!(Rules::shipped().expect("reads").all().iter().all(|rule| rule.lines(20, 20) == rule.lines));
        }
    }
}
