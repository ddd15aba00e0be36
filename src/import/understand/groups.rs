//! A given group of an NPS answer (`Pasivo`, `Qn_NPS_GROUP`): compared with the score, never used for it.
use super::Sheet;
use crate::import::headers::{bare, labels, title};
use crate::import::reader::column::Column;
use crate::import::values::groups::Group;

/// The column that holds the groups of the answers, if there is one beside the score.
pub(super) fn column(sheet: &Sheet, score: Option<usize>) -> Option<usize> {
    let column = sheet.columns.iter().find(|column| Some(column.index) != score && is_group(column))?;
    Some(column.index)
}

/// Words for the three groups and nothing else, at least two of them; or Qualtrics' codes under its own header.
fn is_group(column: &Column) -> bool {
    let named = || {
        let mut groups: Vec<Group> = column.samples.iter().filter_map(|cell| Group::named(cell)).collect();
        let all = groups.len() == column.samples.len();
        groups.dedup();
        all && groups.len() >= 2
    };
    let coded = || {
        labels(column).any(|label| bare(label).ends_with("npsgroup"))
            && column.samples.iter().all(|cell| Group::coded(cell).is_some())
    };
    column.filled > 0 && column.distinct <= 12 && (named() || coded())
}

/// Why a file with groups and no scores is refused.
pub(super) fn without_scores(sheet: &Sheet) -> Option<String> {
    let column = &sheet.columns[column(sheet, None)?];
    let groups: Vec<&str> = column.samples.iter().take(3).map(String::as_str).collect();
    Some(format!(
        "`{}` holds the groups of the answers ({}), not the answers: export the scores from 0 to 10 with them",
        title(column),
        groups.join(", ")
    ))
}
