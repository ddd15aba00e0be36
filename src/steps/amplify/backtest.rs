//! `amplify backtest`: were the trough's alarms right?

use super::drop::ActiveDays;
use super::replay::{HISTORY_DAYS, Record, Replay, SILENT_DAYS, Seen, replay};
use super::watch::Words;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::proportion::wilson;
use crate::store::rhythms;
use anyhow::Result;
use chrono::{Datelike, NaiveDate};
use clap::Args;

/// Were the trough's alarms right?
///
/// Replays them month by month with what was known then: how many of those warned about stayed silent for 60 days, and
/// how many of those who went silent had been warned about; beside the plain rule "so many days since last seen".
///
/// Example: groundswell amplify backtest --months 24
#[derive(Debug, Args)]
pub struct Backtest {
    /// How many months back
    #[arg(long, value_name = "N", default_value_t = 12)]
    months: u32,
}

impl Backtest {
    /// Replays the months.
    pub fn run(self, app: &App) -> Result<End> {
        if !(1..=120).contains(&self.months) {
            return Err(usage(format!("--months {}: from 1 to 120", self.months)));
        }
        let (store, as_of) = (app.store()?, app.as_of());
        let words = Words::read(app.lang())?;
        let mut days = rhythms::active_days(store, as_of)?;
        let people: Vec<Seen> = rhythms::spells(store, as_of)?
            .into_iter()
            .map(|(member, spells)| Seen {
                active: ActiveDays { member, days: days.remove(&member).unwrap_or_default() },
                spells: spells.into_iter().map(|(from, until)| (from.0, until.map(|day| day.0))).collect(),
            })
            .collect();
        let first = people.iter().filter_map(|one| one.active.days.first()).min().copied();
        let replayed = first.map_or_else(Vec::new, |first| month_ends(as_of, self.months, first));
        let mut table = Table::new(&[
            "figure",
            ">alarms",
            ">right",
            ">right_percent",
            ">lo",
            ">hi",
            ">silent",
            ">warned",
            ">warned_percent",
            ">?warned_lo",
            ">?warned_hi",
        ]);
        if replayed.is_empty() {
            table.empty = format!(
                "Nothing to replay: it needs {HISTORY_DAYS} days of history before a month's end and {SILENT_DAYS} after it. Bring in older activity with `groundswell import`, or ask again later."
            );
            app.screen.show(&table)?;
            return Ok(End::Done);
        }
        let crowd = rhythms::others_active(store, as_of, Day(replayed[0] - HISTORY_DAYS))?;
        let found = replay(&people, &crowd, &replayed, words.alarming());
        table.row(row("own_rhythm", found.own));
        table.row(row("days_since_last", found.plain.0));
        table.note(format!(
            "{} replayed, {} to {}, with what was known then; one alarm at most for each stretch after someone's last active day. The plain rule: {} or more since last seen, which raises about as many",
            counted(replayed.len(), "month's end", "months' ends"),
            Day(replayed[0]),
            Day(replayed[replayed.len() - 1]),
            counted(found.plain.1, "day", "days")
        ));
        app.screen.show(&table)?;
        app.screen.say(&sentence(&found));
        app.screen.next("groundswell amplify trough", "who is about to give up now");
        Ok(End::Done)
    }
}

/// The last days of the months, oldest first, that lie far enough from the first active day and from the as-of day.
fn month_ends(as_of: Day, months: u32, first: i32) -> Vec<i32> {
    let last = as_of.plus(-SILENT_DAYS).date();
    let mut next = NaiveDate::from_ymd_opt(last.year(), last.month(), 1);
    let mut ends = Vec::new();
    // The first of a month, less one day, is the end of the month before; the month itself only if it is over.
    if last.succ_opt().is_some_and(|day| day.day() == 1) {
        ends.push(Day::of(last).0);
    }
    while ends.len() < months as usize {
        let Some(first_of_month) = next else { break };
        ends.push(Day::of(first_of_month).0 - 1);
        next = first_of_month.checked_sub_months(chrono::Months::new(1));
    }
    ends.retain(|day| *day >= first + HISTORY_DAYS);
    ends.reverse();
    ends
}

fn row(rule: &'static str, record: Record) -> Vec<Cell> {
    let share = |count, of| wilson(count, of, LEVEL);
    let percent = |estimate: Option<Estimate>, part: fn(&Estimate) -> f64| {
        estimate.map_or(Cell::Missing, |estimate| Cell::number(100.0 * part(&estimate), 0))
    };
    let (right, warned) = (share(record.right, record.alarms), share(record.warned, record.silent));
    vec![
        rule.into(),
        Cell::Whole(record.alarms.cast_signed()),
        Cell::Whole(record.right.cast_signed()),
        percent(right, |e| e.value),
        percent(right, |e| e.lo),
        percent(right, |e| e.hi),
        Cell::Whole(record.silent.cast_signed()),
        Cell::Whole(record.warned.cast_signed()),
        percent(warned, |e| e.value),
        percent(warned, |e| e.lo),
        percent(warned, |e| e.hi),
    ]
}

fn sentence(found: &Replay) -> String {
    let Record { alarms, right, silent, warned } = found.own;
    let share = wilson(right, alarms, LEVEL).map_or_else(String::new, |share| {
        format!(" ({:.0} %, {:.0}-{:.0} %)", 100.0 * share.value, 100.0 * share.lo, 100.0 * share.hi)
    });
    let plain = found.plain.0;
    format!(
        "Of {} {right} stayed silent for {SILENT_DAYS} days{share}; of {silent} who went silent we had warned about {warned}. Plain days since last seen: of {} {}; warned about {}.",
        counted(alarms, "alarm", "alarms"),
        counted(plain.alarms, "alarm", "alarms"),
        plain.right,
        plain.warned
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_end_where_enough_is_known_on_both_sides() {
        let ends = |as_of: &str, months, first: &str| -> Vec<String> {
            let day = |text: &str| Day::parse(text).expect("a day");
            month_ends(day(as_of), months, day(first).0).iter().map(|end| Day(*end).to_string()).collect()
        };
        assert_eq!(ends("2026-06-30", 3, "2020-01-01"), ["2026-02-28", "2026-03-31", "2026-04-30"]);
        // Sixty days after 30 April are 29 June.
        assert_eq!(ends("2026-06-29", 1, "2020-01-01"), ["2026-04-30"]);
        assert_eq!(ends("2026-06-28", 1, "2020-01-01"), ["2026-03-31"]);
        assert_eq!(ends("2026-06-30", 12, "2025-12-15"), ["2026-04-30"]);
        assert!(ends("2026-06-30", 12, "2026-03-01").is_empty());
    }

    #[test]
    fn the_sentence_counts_both_ways() {
        let own = Record { alarms: 31, right: 22, silent: 40, warned: 22 };
        let plain = (Record { alarms: 30, right: 20, silent: 40, warned: 20 }, 24);
        let text = sentence(&Replay { days: vec![1], own, plain });
        assert!(text.starts_with("Of 31 alarms 22 stayed silent for 60 days (71 %, 53-84 %); of 40 who went silent we had warned about 22."), "{text}");
    }
}
