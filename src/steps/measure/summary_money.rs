//! The figures of the summary that come from orders and deals: open pipeline, revenue by its evidence, and what customers said.

use super::credit::ledger::{Ledger, Question, window_days};
use super::credit::rules::Rule;
use super::credit::sums::Sums;
use super::credit::tiers::{Heard, Tier};
use super::summary_metrics::{Figure, Value};
use crate::app::App;
use crate::app::period::Period;
use crate::model::money::decimal;
use crate::store::credits::Which;
use anyhow::Result;
use std::collections::BTreeMap;

/// 5 and 6 of each period: open deals that advocates touched, won revenue as a band, and how new customers heard of us.
pub fn figures(app: &App, periods: &[Period]) -> Result<Vec<Vec<Figure>>> {
    let ends = periods.iter().map(|one| one.from).min().zip(periods.iter().map(|one| one.to).max());
    let Some((from, to)) = ends else { return Ok(Vec::new()) };
    let window_days = window_days(app, None)?;
    let open = Question { which: Which::Open, period: Period { from, to }, window_days, rule: Rule::Last };
    let mut all = touched(app, open, periods)?;
    let won = won(app, Question { which: Which::Converted, ..open }, periods)?;
    all.iter_mut().zip(won).for_each(|(figures, won)| figures.extend(won));
    Ok(all)
}

/// What open deals that an advocate touched are worth, by currency, in each period.
fn touched(app: &App, question: Question, periods: &[Period]) -> Result<Vec<Vec<Figure>>> {
    let mut open: Vec<BTreeMap<String, (i64, i64, i64)>> = vec![BTreeMap::new(); periods.len()];
    Ledger::through(app, question, |deal, evidence| {
        let touched = !evidence.sourced.is_empty() || !evidence.accelerated.is_empty();
        for (open, _) in open.iter_mut().zip(periods).filter(|(_, period)| period.has(deal.counted)) {
            let sum = open.entry(deal.currency.clone()).or_default();
            sum.2 += 1;
            if touched {
                *sum = (sum.0 + deal.net.unwrap_or(0), sum.1 + 1, sum.2);
            }
        }
        Ok(())
    })?;
    let figure = |(currency, (minor, touched, all)): (&String, &(i64, i64, i64))| {
        Figure::of("pipeline_touched", currency, Some(Value::Money(*minor)), Some(*touched))
            .says(format!("open deals created in the period that an advocate touched, of {all}"))
    };
    Ok(open.iter().map(|open| open.iter().map(figure).collect()).collect())
}

/// What was won in a period, and what its new customers said.
#[derive(Default)]
struct Won {
    sums: Sums,
    said: [i64; 3],
    asked: i64,
}

/// What was won as a band by the strength of its evidence, and what new customers said, in each period.
fn won(app: &App, question: Question, periods: &[Period]) -> Result<Vec<Vec<Figure>>> {
    let ledger = Ledger::open(app, question)?;
    let mut won: Vec<Won> = periods.iter().map(|_| Won::default()).collect();
    ledger.each(app, |deal, evidence| {
        for (won, _) in won.iter_mut().zip(periods).filter(|(_, period)| period.has(deal.counted)) {
            won.sums.add(deal, evidence);
            won.asked += 1;
            if let Some(heard) = ledger.said(deal) {
                won.said[match heard {
                    Heard::Named(_) => 0,
                    Heard::ProgramUnnamed => 1,
                    Heard::OtherSource => 2,
                }] += 1;
            }
        }
        Ok(())
    })?;
    Ok(won.iter().map(Won::figures).collect())
}

impl Won {
    fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        for (currency, tally) in &self.sums.tallies {
            let band = tally.band();
            let steps = [
                ("won_proved", band.proved_minor, Tier::Click, "by code or click"),
                (
                    "won_with_named",
                    band.with_named_minor,
                    Tier::Named,
                    "by code, click or an answer that names an advocate",
                ),
                (
                    "won_with_program",
                    band.with_program_minor,
                    Tier::Program,
                    "by all that, or to the program by 'a friend', 'the community'",
                ),
            ];
            let total = decimal(band.total_minor, currency);
            figures.extend(steps.into_iter().map(|(metric, minor, tier, what)| {
                Figure::of(metric, currency, Some(Value::Money(minor)), Some(tally.count_up_to(tier)))
                    .says(format!("attributed {what}; of {total} in {} conversions", tally.count()))
            }));
        }
        let answered: i64 = self.said.iter().sum();
        let of = format!("answers; {answered} of {} new conversions answered", self.asked);
        figures.push(Figure::share("heard_member", self.said[0], answered, &of));
        figures.push(Figure::share("heard_program", self.said[1], answered, &of));
        figures
    }
}
