//! The checks: which there are, and how the file answers one.

use crate::data::{self, Both, Lang};
use crate::store::maturity::{Answer, Fact};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What may be answered, the worst first.
pub const ANSWERS: [&str; 3] = ["no", "partly", "yes"];

/// One check of data/maturity.toml.
#[derive(Debug, Clone, Deserialize)]
pub struct Check {
    /// The step it is of.
    pub step: String,
    /// What `--answer` calls it.
    pub id: String,
    /// What the file knows of it.
    fact: Option<String>,
    yes_from: Option<f64>,
    partly_from: Option<f64>,
    of_nothing: Option<String>,
    #[serde(flatten)]
    words: Both,
    /// What to do where it is not yes.
    pub next: String,
}

/// All checks, in the order of the steps.
pub fn read() -> Result<Vec<Check>> {
    #[derive(Deserialize)]
    struct File {
        #[serde(rename = "check")]
        checks: Vec<Check>,
    }
    let file: File = toml::from_str(data::needed("maturity.toml")?).context("maturity.toml")?;
    Ok(file.checks)
}

impl Check {
    /// What it says.
    pub fn words(&self, lang: Lang) -> &str {
        self.words.of(lang)
    }

    /// What the file answers, where it can know.
    pub fn known(&self, facts: &BTreeMap<&'static str, Fact>) -> Option<Answer> {
        let &(count, of) = facts.get(self.fact.as_deref()?)?;
        let (seen, size) = match of {
            None => (count.to_string(), count as f64),
            Some(0) => ("0 of 0".to_string(), f64::NAN),
            Some(of) => (format!("{count} of {of}"), count as f64 / of as f64),
        };
        let reaches = |from: Option<f64>| from.is_some_and(|from| size >= from);
        let answer = match (of, reaches(self.yes_from), reaches(self.partly_from)) {
            (Some(0), ..) => self.of_nothing.as_deref()?,
            (_, true, _) => "yes",
            (_, _, true) => "partly",
            _ => "no",
        };
        Some(Answer { word: answer.into(), basis: "file".into(), seen: Some(seen) })
    }
}

/// What an answer counts: 2 for yes, 1 for partly.
pub fn halves(answer: &str) -> usize {
    ANSWERS.iter().position(|known| *known == answer).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn check(id: &str) -> Check {
        read().expect("reads").into_iter().find(|check| check.id == id).expect("is there")
    }

    #[test]
    fn every_check_has_words_and_an_id_of_its_own() {
        let checks = read().expect("reads");
        let ids: BTreeSet<&str> = checks.iter().map(|check| check.id.as_str()).collect();
        assert_eq!(ids.len(), checks.len());
        let steps: Vec<&str> = checks.iter().map(|check| check.step.as_str()).collect();
        let order = ["identify", "survey", "equip", "amplify", "share", "measure"];
        assert!(steps.is_sorted_by_key(|step| order.iter().position(|known| known == step).expect("a step")));
        for check in &checks {
            assert_eq!(check.fact.is_some(), check.yes_from.is_some(), "{}", check.id);
            assert!(
                [Lang::En, Lang::Zh].iter().all(|lang| !check.words(*lang).is_empty())
                    && !check.next.is_empty()
            );
        }
    }

    #[test]
    fn the_file_answers_what_it_knows() {
        let of = |id: &str, fact: &'static str, count: i64, of: Option<i64>| {
            check(id).known(&BTreeMap::from([(fact, (count, of))])).map(|answer| answer.word)
        };
        assert_eq!(of("handbooks", "handbooks", 8, Some(10)).as_deref(), Some("yes"));
        assert_eq!(of("handbooks", "handbooks", 7, Some(10)).as_deref(), Some("partly"));
        assert_eq!(of("handbooks", "handbooks", 0, Some(0)).as_deref(), Some("no"), "of nothing");
        assert_eq!(of("desk", "desk", 0, Some(0)), None, "nobody asked anything: only the user knows");
        assert_eq!(of("called", "called", 0, None).as_deref(), Some("no"));
        assert_eq!(of("answers", "answers", 30, None).as_deref(), Some("yes"));
        assert_eq!(of("talks", "answers", 30, None), None, "no file knows that");
    }
}
