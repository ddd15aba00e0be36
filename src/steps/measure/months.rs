//! The calendar months a line over time is drawn of.

use crate::app::period::Period;
use crate::model::time::Day;
use chrono::{Datelike, Months, NaiveDate};

/// The calendar months that end with the one of `to`, which is cut there: from that of `first` on, `most` at most.
pub fn months(first: Day, to: Day, most: u32) -> Vec<Period> {
    let last = to.date().with_day(1).unwrap_or_else(|| to.date());
    let begins = (0..most).rev().filter_map(|back| last.checked_sub_months(Months::new(back)));
    let span = |begin: NaiveDate| {
        let after = begin.checked_add_months(Months::new(1))?;
        Some(Period { from: Day::of(begin), to: Day::of(after).plus(-1).min(to) })
    };
    begins.filter_map(span).filter(|span| span.to >= first).collect()
}

/// A month as `2026-06`.
pub fn name(month: Period) -> String {
    let date = month.from.date();
    format!("{:04}-{:02}", date.year(), date.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_on_the_day_asked_for() {
        let day = |text: &str| Day::parse(text).expect("a day");
        let spans = months(day("2026-04-20"), day("2026-06-15"), 12);
        let words: Vec<String> = spans.iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            ["2026-04-01 to 2026-04-30", "2026-05-01 to 2026-05-31", "2026-06-01 to 2026-06-15"]
        );
        assert_eq!(name(spans[0]), "2026-04");
        assert_eq!(months(day("2020-01-01"), day("2026-06-15"), 12).len(), 12);
        assert!(months(day("2026-07-01"), day("2026-06-15"), 12).is_empty());
    }
}
