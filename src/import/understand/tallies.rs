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
    if let Some(column) = filled().find(|column| is_share(column, sheet)) {
        return Some(format!("`{}` holds percentages of many answers, not one answer a row", title(column)));
    }
    if counts_per_answer(sheet) {
        return Some("every answer has a column of its counts".to_owned());
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
    let dated = answers.get(&Field::Date).and_then(|source| source.columns().first());
    let period = filled().find(|column| is_called(column, &words.periods));
    let is_all = |period: &&Column| {
        !answers.contains_key(&Field::Id) && dated.is_none_or(|dated| *dated == period.index)
    };
    if let (Some(period), [score, ..]) = (period.filter(is_all), given.as_slice()) {
        return Some(format!(
            "`{}` is a number for each `{}`, not one answer a row: export the answers themselves",
            title(score),
            title(period)
        ));
    }
    let tallied = filled().any(|column| column.numbers.is_some() && is_called(column, &words.tally));
    // Beside counts a `rating` is the answer that was counted, whatever was asked.
    let names: Vec<String> =
        sheet.synonyms.names(Kind::Csat, Field::Score).into_iter().map(str::to_owned).collect();
    let rated =
        filled().filter(|column| is_called(column, &names) && evidence::can_be_score(Kind::Csat, column));
    let listed = given.iter().copied().chain(rated).find(|column| column.distinct <= 11);
    listed
        .filter(|_| tallied)
        .map(|column| format!("`{}` lists the answers with a count beside each", title(column)))
}

/// A score in per cent.
fn is_share(column: &Column, sheet: &Sheet) -> bool {
    says_score(column, sheet)
        && !column.samples.is_empty()
        && column.samples.iter().all(|cell| cell.ends_with(['%', '％']))
}

/// `csat_1` to `csat_5` with counts in them. Numbered questions of a survey look the same, but no answer to one is
/// above the scale, and people answer more than once a day.
fn counts_per_answer(sheet: &Sheet) -> bool {
    let numbered = |column: &Column| {
        let words = labels(column).next().map(words)?;
        let (number, stem) = words.split_last()?;
        let number: u8 = number.parse().ok().filter(|number| *number <= 10)?;
        (!stem.is_empty()).then(|| (stem.join(" "), number, column.index))
    };
    let all: Vec<(String, u8, usize)> =
        sheet.columns.iter().filter(|column| column.filled > 0).filter_map(numbered).collect();
    all.iter().any(|(stem, _, _)| {
        let family: Vec<&(String, u8, usize)> = all.iter().filter(|(other, _, _)| other == stem).collect();
        let numbers: std::collections::BTreeSet<u8> = family.iter().map(|(_, number, _)| *number).collect();
        let top = numbers.last().copied().unwrap_or_default();
        let in_a_row = numbers.len() == family.len() && usize::from(top) < numbers.len() + 1;
        let counts = family.iter().all(|(_, _, at)| {
            sheet.columns[*at].numbers.is_some_and(|numbers| numbers.whole && numbers.min >= 0.0)
        });
        let beyond = family.iter().any(|(_, _, at)| {
            let numbers = sheet.columns[*at].numbers;
            numbers.is_some_and(|numbers| numbers.max > f64::from(top) || numbers.min < 1.0 && top < 10)
        });
        family.len() >= COUNTS_THAT_TELL
            && [5, 7, 10].contains(&top)
            && in_a_row
            && counts
            && beyond
            && names_nobody(sheet)
    })
}

/// Whether no column can tell people or answers apart: then a row is a day or a group of many.
fn names_nobody(sheet: &Sheet) -> bool {
    let answers = by_name::fields(Kind::Nps, sheet, &std::collections::BTreeSet::new());
    let person = [Field::Email, Field::Handle, Field::Comment, Field::Id];
    !person.iter().any(|field| answers.contains_key(field))
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
    says_score(column, sheet) && evidence::scores(column).is_some()
}

/// Whether a header names a score.
fn says_score(column: &Column, sheet: &Sheet) -> bool {
    let questions = &sheet.synonyms.questions;
    labels(column).any(|label| {
        words(label).len() <= 4
            && !says(label, &questions.not_scores, &[])
            && (says(label, &questions.nps_words, &questions.nps_parts)
                || says(label, &questions.csat_words, &questions.csat_parts)
                || bare(label) == "score")
    })
}
