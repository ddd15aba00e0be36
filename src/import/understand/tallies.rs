//! Files that were counted or averaged before they came here: an index a month, answers per option.
use super::{Sheet, by_name, evidence};
use crate::import::headers::{bare, labels, title, words};
use crate::import::reader::column::Column;
use crate::import::synonyms::{is_called, says};
use crate::model::field::Field;
use crate::model::kind::Kind;

/// Columns of counts that say they are counts before a file is taken for a tally.
const COUNTS_THAT_TELL: usize = 3;

/// Why the file is no list of answers, in words.
pub(super) fn reason(sheet: &Sheet) -> Option<String> {
    let words = &sheet.synonyms.words;
    let filled = || sheet.columns.iter().filter(|column| column.filled > 0);
    let parties =
        filled().filter(|c| c.numbers.is_some() && labels(c).any(|l| says(l, &[], &words.tally_parts)));
    if parties.count() >= 2 {
        return Some("promoters and detractors are counted already".to_owned());
    }
    let options = filled().filter(|column| column.numbers.is_some() && is_option(column, sheet));
    if options.count() >= COUNTS_THAT_TELL {
        return Some("every option of the question has a column of counts".to_owned());
    }
    let answers = by_name::fields(Kind::Nps, sheet, &std::collections::BTreeSet::new());
    if [Field::Email, Field::Handle, Field::Comment].iter().any(|field| answers.contains_key(field)) {
        return None;
    }
    let scores: Vec<&Column> = filled().filter(|column| is_score(column, sheet)).collect();
    let (computed, given): (Vec<&Column>, Vec<&Column>) =
        scores.iter().partition(|column| evidence::scores(column).is_some_and(evidence::Scores::is_computed));
    if let ([column, ..], []) = (computed.as_slice(), given.as_slice()) {
        return Some(format!(
            "`{}` is an index or a mean of many answers, not one answer a row: export the answers themselves",
            title(column)
        ));
    }
    let tallied = filled().any(|column| column.numbers.is_some() && is_called(column, &words.tally));
    let listed = given.iter().find(|column| !column.has_duplicates && column.distinct <= 11);
    listed
        .filter(|_| tallied)
        .map(|column| format!("`{}` lists each answer once, with its count beside it", title(column)))
}

/// A column that is one option of a question: `1` to `10`, or `Very satisfied`.
fn is_option(column: &Column, sheet: &Sheet) -> bool {
    let is_digit = |label: &str| bare(label).parse::<u8>().is_ok_and(|number| number <= 10);
    let own = labels(column).any(|label| is_digit(label) || starred(label));
    own || is_called(column, &sheet.synonyms.words.scale_labels)
}

/// `5 stars`, `star_5`.
fn starred(label: &str) -> bool {
    let words = words(label);
    words.len() == 2
        && words.iter().any(|word| word.starts_with("star"))
        && words.iter().any(|word| word.parse::<u8>().is_ok())
}

fn is_score(column: &Column, sheet: &Sheet) -> bool {
    let questions = &sheet.synonyms.questions;
    let says_so = labels(column).any(|label| {
        words(label).len() <= 4
            && !says(label, &questions.not_scores, &[])
            && (says(label, &questions.nps_words, &questions.nps_parts)
                || says(label, &questions.csat_words, &questions.csat_parts)
                || bare(label) == "score")
    });
    says_so && evidence::scores(column).is_some()
}
