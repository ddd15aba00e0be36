//! The names columns go by where no profile fits, in six languages: data/synonyms.toml.
use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::headers::{bare, fits, words};
use super::reader::column::Column;
use crate::model::field::Field;
use crate::model::kind::Kind;

type Names = BTreeMap<Field, Vec<String>>;

/// The names of columns, per kind and field, and the words that tell what a column is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Synonyms {
    any: Names,
    members: Names,
    responses: Names,
    activity: Names,
    rollup: Names,
    usage: Names,
    audience: Names,
    signups: Names,
    clicks: Names,
    orders: Names,
    deals: Names,
    /// What questions of a survey say.
    pub questions: Questions,
    /// What other columns and cells say.
    pub words: Words,
}

/// What the questions of a survey say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the file they are read from says what each is for")]
pub struct Questions {
    pub nps_words: Vec<String>,
    pub nps_parts: Vec<String>,
    pub csat_words: Vec<String>,
    pub csat_parts: Vec<String>,
    pub nps_names: Vec<String>,
    pub csat_names: Vec<String>,
    pub not_scores: Vec<String>,
    pub survey_words: Vec<String>,
}

/// What other columns and cells say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the file they are read from says what each is for")]
pub struct Words {
    pub quantity: Vec<String>,
    pub product: Vec<String>,
    pub row_number: Vec<String>,
    pub no_measures: Vec<String>,
    pub no_measure_parts: Vec<String>,
    pub money: Vec<String>,
    pub money_parts: Vec<String>,
    pub accounts: Vec<String>,
    pub bots: Vec<String>,
    pub paid_days: Vec<String>,
    pub amount_parts: Vec<String>,
    pub unpublished_cells: Vec<String>,
    pub tally: Vec<String>,
    pub periods: Vec<String>,
    pub tally_parts: Vec<String>,
    pub scale_labels: Vec<String>,
    pub engaged: Vec<Vec<String>>,
    pub follower_parts: Vec<String>,
    pub line_parts: Vec<String>,
    pub total_cells: Vec<String>,
    pub unpaid_cells: Vec<String>,
    pub times: Vec<String>,
    pub first_names: Vec<String>,
    pub last_names: Vec<String>,
    pub authors: Vec<String>,
    pub sources: Vec<String>,
    pub question_columns: Vec<String>,
    pub answer_columns: Vec<String>,
    pub survey_columns: Vec<String>,
    pub staff: Vec<String>,
}

impl Synonyms {
    /// The list that comes with the program.
    pub fn shipped() -> Result<Self> {
        toml::from_str(include_str!("../../data/synonyms.toml")).context("data/synonyms.toml cannot be read")
    }

    /// The names a field of a kind goes by, best first. The field's own name is always one, and the first.
    pub fn names(&self, kind: Kind, field: Field) -> Vec<&str> {
        let own = match kind {
            Kind::Members => &self.members,
            Kind::Nps | Kind::Csat | Kind::Survey => &self.responses,
            Kind::Activity => &self.activity,
            Kind::Rollup => &self.rollup,
            Kind::Usage => &self.usage,
            Kind::Audience => &self.audience,
            Kind::Signups => &self.signups,
            Kind::Clicks => &self.clicks,
            Kind::Orders => &self.orders,
            Kind::Deals => &self.deals,
        };
        let names = own.get(&field).or_else(|| self.any.get(&field));
        // A buyer is an address first of all, whatever the column of addresses is called.
        let addresses = self.any.get(&Field::Email).filter(|_| field == Field::Customer);
        let all = names.into_iter().chain(addresses).flatten().map(String::as_str);
        std::iter::once(field.as_str()).chain(all).collect()
    }
}

/// Whether any header cell of a column is one of these names.
pub fn is_called(column: &Column, names: &[String]) -> bool {
    let blank = column.names.iter().all(String::is_empty);
    names.iter().any(|name| match name.as_str() {
        "" => blank,
        "#" => column.names.iter().any(|cell| cell == "#"),
        name => column.names.iter().any(|cell| fits(name, cell, bare)),
    })
}

/// Whether a text holds one of these words whole, or one of these parts anywhere.
pub fn says(text: &str, whole: &[String], parts: &[String]) -> bool {
    let bare_text = bare(text);
    let text_words = words(text);
    // Scripts that write no blanks have no whole words to find.
    let unspaced = |word: &str| word.chars().any(|c| c >= '\u{2e80}');
    whole.iter().any(|word| {
        let word = bare(word);
        text_words.contains(&word) || bare_text == word || (unspaced(&word) && bare_text.contains(&word))
    }) || parts.iter().any(|part| bare_text.contains(&bare(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_reads_and_names_only_fields_of_its_kind() {
        let synonyms = Synonyms::shipped().unwrap();
        for (kind, own) in [
            (Kind::Members, &synonyms.members),
            (Kind::Nps, &synonyms.responses),
            (Kind::Activity, &synonyms.activity),
            (Kind::Rollup, &synonyms.rollup),
            (Kind::Usage, &synonyms.usage),
            (Kind::Audience, &synonyms.audience),
            (Kind::Signups, &synonyms.signups),
            (Kind::Clicks, &synonyms.clicks),
            (Kind::Orders, &synonyms.orders),
            (Kind::Deals, &synonyms.deals),
        ] {
            for field in own.keys() {
                assert!(kind.fields().contains(field), "{kind}: {field}");
            }
        }
        assert_eq!(synonyms.names(Kind::Orders, Field::Amount)[..2], ["amount", "amount"]);
        assert!(synonyms.names(Kind::Nps, Field::Score).contains(&"评分"));
    }

    #[test]
    fn words_count_whole_and_parts_anywhere() {
        let nps = ["nps".to_owned()];
        assert!(says("ValorNPS", &nps, &[]));
        assert!(!says("Inputs", &nps, &[]));
        assert!(says("¿Nos recomendaría?", &[], &["recomend".to_owned()]));
    }
}
