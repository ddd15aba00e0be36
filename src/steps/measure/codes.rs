//! `measure codes`: codes that may have leaked, with the reason (MEASUREMENT.md 8).
//!
//! A code that buyers use without ever clicking its owner's links may stand on a coupon site; so may one whose use jumps.

use super::credit::assumed::Leaks;
use super::credit::ledger::{Ledger, Question, window_days};
use super::credit::rules::Rule;
use super::rates;
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::{Period, Span};
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::stats::estimate::LEVEL;
use crate::stats::percentile::quantile;
use crate::stats::proportion::newcombe;
use crate::store::credits::{Code, Which};
use anyhow::Result;
use clap::Args;
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// Codes that may have leaked.
///
/// Each with the reason.
///
/// Example: groundswell measure codes --period 2026-Q2
#[derive(Debug, Args)]
pub struct Codes {
    #[command(flatten)]
    span: Span,
}

/// How one code was used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Use {
    orders: i64,
    buyers_known: i64,
    with_click: i64,
    weeks: BTreeMap<i32, i64>,
    /// The last day it was theirs, where it was taken out of use.
    last_day: Option<Day>,
    /// Orders that used it after that day.
    after: i64,
}

impl Use {
    fn without_click(&self) -> i64 {
        self.buyers_known - self.with_click
    }

    fn peak(&self) -> i64 {
        self.weeks.values().copied().max().unwrap_or(0)
    }

    /// The median over the weeks in which it was used.
    fn median(&self) -> Option<f64> {
        let weeks: Vec<f64> = self.weeks.values().map(|&n| n as f64).collect();
        quantile(&weeks, 0.5)
    }

    /// Why it may have leaked, against the use of all other codes together.
    fn why(&self, others: (i64, i64), leaks: &Leaks) -> Vec<String> {
        let mut why = Vec::new();
        let counts = |(count, n): (i64, i64)| (count.unsigned_abs(), n.unsigned_abs());
        let mine = (self.without_click(), self.buyers_known);
        let above =
            newcombe(counts(mine), counts(others), LEVEL).is_some_and(|difference| difference.lo > 0.0);
        if above && self.orders >= leaks.fewest_orders {
            let percent = |(count, n): (i64, i64)| (100.0 * count as f64 / n.max(1) as f64).round();
            why.push(format!(
                "{} % of {} buyers never clicked, {} % with the other codes",
                percent(mine),
                mine.1,
                percent(others)
            ));
        }
        if let Some(median) = self.median().filter(|_| self.weeks.len() >= leaks.fewest_weeks)
            && self.peak() as f64 > leaks.jump_times * median
        {
            why.push(format!("{} orders in one week, {median} in its usual one", self.peak()));
        }
        if let Some(last) = self.last_day.filter(|_| self.after > 0) {
            why.push(format!("{} after {last}, its last day", counted(self.after, "order", "orders")));
        }
        why
    }
}

impl Codes {
    /// Shows the codes.
    pub fn run(self, app: &App) -> Result<End> {
        let period = self.span.or_usual(app)?;
        let window_days = window_days(app, None)?;
        let ledger =
            Ledger::open(app, Question { which: Which::Converted, period, window_days, rule: Rule::Last })?;
        let mut uses: BTreeMap<(String, i64), Use> = BTreeMap::new();
        let mut held: HashMap<String, Vec<&Code>> = HashMap::new();
        for code in &ledger.codes {
            held.entry(plain(&code.word)).or_default().push(code);
            if code.to.is_none_or(|to| to >= period.from) && code.from <= period.to {
                uses.entry((plain(&code.word), code.member)).or_default().last_day = code.to;
            }
        }
        ledger.each(app, |deal, evidence| {
            let Some(word) = deal.code.as_deref().map(plain) else { return Ok(()) };
            if let Some(owner) = ledger.owner(deal) {
                let one = uses.entry((word, owner)).or_default();
                one.orders += 1;
                one.buyers_known += i64::from(deal.buyer.is_some());
                one.with_click += i64::from(evidence.clicked());
                // Weeks begin on Monday; day 0 was a Thursday.
                *one.weeks.entry((deal.counted.0 + 3).div_euclid(7)).or_default() += 1;
            } else if let Some((last, code)) = last_holder(held.get(&word), deal.created) {
                let one = uses.entry((word, code.member)).or_default();
                one.last_day = Some(last);
                one.after += 1;
            }
            Ok(())
        })?;
        let table = table(app, &uses, period, window_days, &ledger.assumed().codes)?;
        app.screen.show(&table)?;
        let flagged =
            table.rows.iter().find(|row| row[10] != Cell::from("") && row[11] == Cell::from("live"));
        match flagged.and_then(|row| row.first()) {
            Some(code) => app.screen.next(
                &format!(
                    "groundswell share code --retire {} --why \"may have leaked\"",
                    if app.screen.redact.is_some() { "CODE".into() } else { code.plain() }
                ),
                "after a talk with its owner; a new one: groundswell share code MEMBER",
            ),
            None => app
                .screen
                .next("groundswell measure credit --rows --tier code", "the orders behind each code"),
        }
        Ok(End::Done)
    }
}

/// A code as compared: outer blanks and case aside.
fn plain(code: &str) -> String {
    code.trim().to_uppercase()
}

/// Whose code it was last before a day, and until when.
fn last_holder<'a>(held: Option<&Vec<&'a Code>>, day: Day) -> Option<(Day, &'a Code)> {
    let ended = held?.iter().filter_map(|code| Some((code.to.filter(|to| *to < day)?, *code)));
    ended.max_by_key(|(to, _)| *to)
}

fn table(
    app: &App,
    uses: &BTreeMap<(String, i64), Use>,
    period: Period,
    window: i32,
    leaks: &Leaks,
) -> Result<Table> {
    let names = app.names(uses.keys().map(|key| key.1))?;
    let mut table = Table::new(&[
        "code",
        ">member",
        "name",
        ">orders",
        ">?with_click",
        ">no_click_share",
        ">?lo",
        ">?hi",
        ">?peak_week",
        ">?median_week",
        "flag",
        "?state",
        "?~why",
    ])
    .or_say("No advocate has a code yet: give one with `groundswell share code MEMBER`.");
    let all = uses.values().fold((0, 0), |sum, one| (sum.0 + one.without_click(), sum.1 + one.buyers_known));
    let number =
        |value: Option<f64>, places| value.map_or(Cell::Missing, |value| Cell::number(value, places));
    for ((code, member), one) in uses {
        let share = rates::share(one.without_click(), one.buyers_known);
        let why = one.why((all.0 - one.without_click(), all.1 - one.buyers_known), leaks);
        table.row(vec![
            code.clone().into(),
            (*member).into(),
            names.get(member).cloned().into(),
            one.orders.into(),
            one.with_click.into(),
            number(share.map(|share| share.value), 4),
            number(share.map(|share| share.lo), 4),
            number(share.map(|share| share.hi), 4),
            one.peak().into(),
            number(one.median(), 1),
            if why.is_empty() { "" } else { "may have leaked" }.into(),
            if one.last_day.is_some() { "retired" } else { "live" }.into(),
            Some(why.join("; ")).filter(|why| !why.is_empty()).into(),
        ]);
    }
    if !uses.is_empty() {
        let orders: i64 = uses.values().map(|one| one.orders).sum();
        table.note(format!(
            "{orders} orders and won deals with a code, {period}; {} of {} known buyers never clicked a tracked link in the {window} days before. Buyers nobody knows are in no share; intervals are Wilson's, 95 %.",
            all.0, all.1
        ));
        table.note(format!(
            "Flagged: a share above the other codes' (Newcombe, from {} orders on), a week over {} times the median of its weeks with orders (from {} such weeks on), or orders after its last day, which credit nobody.",
            leaks.fewest_orders, leaks.jump_times, leaks.fewest_weeks
        ));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::super::credit::assumed::Assumed;
    use super::*;

    fn used(orders: i64, with_click: i64, weeks: &[i64]) -> Use {
        let weeks = (0..).zip(weeks.iter().copied()).collect();
        Use { orders, buyers_known: orders, with_click, weeks, ..Use::default() }
    }

    fn why(one: &Use, others: (i64, i64)) -> Vec<String> {
        one.why(others, &Assumed::read().expect("reads").codes)
    }

    #[test]
    fn a_code_that_buyers_use_without_a_click() {
        let leaked = why(&used(12, 1, &[4, 4, 4]), (5, 40));
        assert_eq!(leaked, ["92 % of 12 buyers never clicked, 13 % with the other codes"]);
        assert!(why(&used(9, 0, &[3, 3, 3]), (5, 40)).is_empty(), "nine orders are too few");
        assert!(why(&used(12, 6, &[4, 4, 4]), (20, 40)).is_empty(), "the same share as the others");
        assert!(why(&used(12, 0, &[4, 4, 4]), (0, 0)).is_empty(), "no other code to compare with");
    }

    #[test]
    fn a_week_that_jumps() {
        let jumped = why(&used(9, 9, &[1, 2, 7, 1]), (0, 0));
        assert_eq!(jumped, ["7 orders in one week, 1.5 in its usual one"]);
        assert!(why(&used(5, 5, &[1, 1, 3]), (0, 0)).is_empty(), "three times is not more than three times");
        assert!(why(&used(9, 9, &[1, 8]), (0, 0)).is_empty(), "two weeks have no usual one");
    }

    #[test]
    fn a_code_used_after_its_end() {
        let after = Use { after: 2, last_day: Day::parse("2026-05-01"), ..Use::default() };
        assert_eq!(why(&after, (0, 0)), ["2 orders after 2026-05-01, its last day"]);
    }

    #[test]
    fn who_had_it_last() {
        let code = |member, from, to: Option<i32>| Code {
            word: "A1".into(),
            member,
            from: Day(from),
            to: to.map(Day),
        };
        let codes = [code(1, 0, Some(10)), code(2, 11, Some(20)), code(3, 30, None)];
        let held: Vec<&Code> = codes.iter().collect();
        let holder = |day| last_holder(Some(&held), Day(day)).map(|(last, code)| (last.0, code.member));
        assert_eq!((holder(5), holder(15), holder(25)), (None, Some((10, 1)), Some((20, 2))));
    }
}
