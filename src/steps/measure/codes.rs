//! `measure codes`: codes that may have leaked, with the reason (MEASUREMENT.md 8).
//!
//! A code that buyers use without ever clicking its owner's links may stand on a coupon site; so may one whose use jumps.

use super::credit::ledger::{Ledger, Question, window_days};
use super::credit::rules::Rule;
use super::rates;
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::{Period, Span};
use crate::output::{Cell, Table};
use crate::stats::estimate::LEVEL;
use crate::stats::percentile::quantile;
use crate::stats::proportion::newcombe;
use crate::store::credits::Which;
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;

/// Fewer orders say nothing about a code's share.
const FEWEST_ORDERS: i64 = 10;
/// A week this many times its usual one is a jump.
const JUMP: f64 = 3.0;
/// Fewer weeks with orders have no usual one.
const FEWEST_WEEKS: usize = 3;

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
    fn why(&self, others: (i64, i64)) -> Vec<String> {
        let mut why = Vec::new();
        let counts = |(count, n): (i64, i64)| (count.unsigned_abs(), n.unsigned_abs());
        let mine = (self.without_click(), self.buyers_known);
        let above =
            newcombe(counts(mine), counts(others), LEVEL).is_some_and(|difference| difference.lo > 0.0);
        if above && self.orders >= FEWEST_ORDERS {
            let percent = |(count, n): (i64, i64)| (100.0 * count as f64 / n.max(1) as f64).round();
            why.push(format!(
                "{} % of {} buyers never clicked, {} % with the other codes",
                percent(mine),
                mine.1,
                percent(others)
            ));
        }
        if let Some(median) = self.median().filter(|_| self.weeks.len() >= FEWEST_WEEKS)
            && self.peak() as f64 > JUMP * median
        {
            why.push(format!("{} orders in one week, {median} in its usual one", self.peak()));
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
        for code in &ledger.codes {
            if code.to.is_none_or(|to| to >= period.from) && code.from <= period.to {
                uses.entry((code.word.trim().to_uppercase(), code.member)).or_default();
            }
        }
        ledger.each(app, |deal, evidence| {
            if let (Some(owner), Some(code)) = (ledger.owner(deal), deal.code.as_deref()) {
                let one = uses.entry((code.trim().to_uppercase(), owner)).or_default();
                one.orders += 1;
                one.buyers_known += i64::from(deal.buyer.is_some());
                one.with_click += i64::from(evidence.clicked());
                // Weeks begin on Monday; day 0 was a Thursday.
                *one.weeks.entry((deal.counted.0 + 3).div_euclid(7)).or_default() += 1;
            }
            Ok(())
        })?;
        let table = table(app, &uses, period, window_days)?;
        app.screen.show(&table)?;
        app.screen.next("groundswell measure credit --rows", "the orders behind each code");
        Ok(End::Done)
    }
}

fn table(app: &App, uses: &BTreeMap<(String, i64), Use>, period: Period, window: i32) -> Result<Table> {
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
        "?~why",
    ])
    .or_say("No advocate has a code yet: give one with `groundswell share code MEMBER`.");
    let all = uses.values().fold((0, 0), |sum, one| (sum.0 + one.without_click(), sum.1 + one.buyers_known));
    let number =
        |value: Option<f64>, places| value.map_or(Cell::Missing, |value| Cell::number(value, places));
    for ((code, member), one) in uses {
        let share = rates::share(one.without_click(), one.buyers_known);
        let why = one.why((all.0 - one.without_click(), all.1 - one.buyers_known));
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
            "Flagged: a share above the other codes' (Newcombe, from {FEWEST_ORDERS} orders on), or a week over {JUMP} times the median of its weeks with orders (from {FEWEST_WEEKS} such weeks on)."
        ));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(orders: i64, with_click: i64, weeks: &[i64]) -> Use {
        Use { orders, buyers_known: orders, with_click, weeks: (0..).zip(weeks.iter().copied()).collect() }
    }

    #[test]
    fn a_code_that_buyers_use_without_a_click() {
        let why = used(12, 1, &[4, 4, 4]).why((5, 40));
        assert_eq!(why, ["92 % of 12 buyers never clicked, 13 % with the other codes"]);
        assert!(used(9, 0, &[3, 3, 3]).why((5, 40)).is_empty(), "nine orders are too few");
        assert!(used(12, 6, &[4, 4, 4]).why((20, 40)).is_empty(), "the same share as the others");
        assert!(used(12, 0, &[4, 4, 4]).why((0, 0)).is_empty(), "no other code to compare with");
    }

    #[test]
    fn a_week_that_jumps() {
        assert_eq!(used(9, 9, &[1, 2, 7, 1]).why((0, 0)), ["7 orders in one week, 1.5 in its usual one"]);
        assert!(used(5, 5, &[1, 1, 3]).why((0, 0)).is_empty(), "three times is not more than three times");
        assert!(used(9, 9, &[1, 8]).why((0, 0)).is_empty(), "two weeks have no usual one");
    }
}
