//! A day and its time of day in two columns.

use super::finish::columns_of;
use super::plan::{Plan, Source};
use super::{Sheet, flags};
use crate::import::synonyms::is_called;
use crate::model::field::Field;

/// Joins a column of times to the column of days it stands beside: two things of one day are two things.
pub(super) fn join(plan: &mut Plan, sheet: &Sheet) {
    let is_plain = |cell: &String| !cell.contains(':') && cell.chars().any(|c| !c.is_ascii_digit());
    let Some(&days) = columns_of(plan, Field::Date, sheet).first() else { return };
    let is_alone = plan.fields.get(&Field::Date) == Some(&Source::Column(days.index));
    if !is_alone || days.samples.is_empty() || !days.samples.iter().all(is_plain) {
        return;
    }
    let mut times = flags::free(plan, sheet).filter(|column| {
        is_called(column, &sheet.synonyms.words.times) && column.samples.iter().all(|cell| is_time(cell))
    });
    if let (Some(time), None) = (times.next(), times.next()) {
        plan.fields.insert(Field::Date, Source::Join(vec![days.index, time.index]));
    }
}

/// `9:15`, `09:15:30`, `9:15 PM`.
fn is_time(cell: &str) -> bool {
    let cell = cell.trim().to_ascii_lowercase();
    let bare = ["am", "pm", "a.m.", "p.m."].iter().find_map(|half| cell.strip_suffix(half)).unwrap_or(&cell);
    let parts: Vec<&str> = bare.trim().split(':').collect();
    let fits = |part: &&str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.len(), 2 | 3) && parts.iter().all(fits)
}

#[cfg(test)]
mod tests {
    use super::is_time;

    #[test]
    fn times_of_day() {
        assert!(["9:15", "09:15:30", "9:15 PM", "23:59", "9:15 a.m."].iter().all(|cell| is_time(cell)));
        assert!(
            !["", "9", "2026-01-02", "9.15", "1:2:3:4", "soon:ish", "00:00:00.5"]
                .iter()
                .any(|cell| is_time(cell))
        );
    }
}
