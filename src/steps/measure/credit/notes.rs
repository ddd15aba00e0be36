//! What is said below the figures: the band, the answers, what was left out and why.

use super::assumed::{Assumed, Gates};
use super::paths::{Markov, Missing};
use super::reconcile::{self, ANSWERS};
use super::sums::Sums;
use super::tiers::Tier;
use super::totals::whole;
use crate::app::App;
use crate::app::period::Period;
use crate::model::money::decimal;
use crate::output::safe::counted;
use crate::store::credits::{self, Which};
use anyhow::Result;

/// The band and the answers of each currency, in words.
pub fn bands(sums: &Sums) -> Vec<String> {
    let mut notes = Vec::new();
    for (currency, tally) in &sums.tallies {
        let (band, money) = (tally.band(), |minor| decimal(minor, currency));
        notes.push(format!(
            "{currency}: proved by code or click {} ({}), with buyers who named an advocate {} ({}), with 'a friend', 'the community' {} ({}), of {} in {} conversions.",
            money(band.proved_minor), tally.count_up_to(Tier::Click),
            money(band.with_named_minor), tally.count_up_to(Tier::Named),
            money(band.with_program_minor), tally.count_up_to(Tier::Program),
            money(band.total_minor), tally.count(),
        ));
    }
    for (place, evidence) in ["code", "click"].into_iter().enumerate() {
        let mut counts = [0; 5];
        for tally in sums.tallies.values() {
            let line = &reconcile::lines(tally)[place];
            for (sum, count) in counts.iter_mut().zip(line.conversions) {
                *sum += count;
            }
        }
        let total: i64 = counts.iter().sum();
        let parts = ANSWERS.iter().zip(counts).filter(|(_, count)| *count > 0);
        let parts: Vec<_> = parts.map(|(answer, count)| format!("{} {count}", answer.as_str())).collect();
        if total > 0 {
            notes.push(format!(
                "What the {total} credited by {evidence} said when asked: {}.",
                parts.join(", ")
            ));
        }
    }
    notes
}

/// What was left out, converted, renewed or helped along.
pub fn beside(
    app: &App,
    sums: &Sums,
    which: Which,
    period: Period,
    assumed: &Assumed,
) -> Result<Vec<String>> {
    let mut notes = Vec::new();
    for (currency, left) in &sums.without_rate {
        let mut named = left.which.clone();
        named.sort();
        let more = named.len().saturating_sub(assumed.credit.named_without_rate);
        named.truncate(assumed.credit.named_without_rate);
        let more = if more > 0 { format!(" and {more} more (--rows)") } else { String::new() };
        let named = match app.screen.redact {
            Some(_) => String::new(),
            None => format!(": {}{more}", named.join(", ")),
        };
        notes.push(format!(
            "INCOMPLETE: {} worth {} {currency} have no rate of their day and are in no total{named}.",
            counted(left.count, "order or deal", "orders and deals"),
            decimal(left.minor, currency)
        ));
    }
    for (currency, (count, minor)) in &sums.converted {
        notes.push(format!(
            "Converted by your rates: {} worth {} {currency}, each at the rate of its day (or of the last day that has one, at most {} before).",
            counted(*count, "order or deal", "orders and deals"),
            decimal(*minor, currency),
            counted(i64::from(sums.rate_days().unwrap_or(0)), "day", "days")
        ));
    }
    for (currency, tally) in &sums.renewals {
        notes.push(format!(
            "Renewals: {} worth {} {currency}, told by their title, number or stage; in the column of their own and in no other figure.",
            counted(tally.count(), "deal", "deals"),
            decimal(tally.band().total_minor, currency)
        ));
    }
    for (currency, (count, exact)) in &sums.helped {
        let (deals, when) = match which {
            Which::Converted => (counted(*count, "won deal", "won deals"), "between creation and win"),
            _ => (counted(*count, "deal", "deals"), "since their creation"),
        };
        notes.push(format!(
            "Helped along: {deals} worth {} {currency}, touched {when}; counted above where something sourced them, never added.",
            decimal(whole(*exact), currency)
        ));
    }
    let paid_back = match which {
        Which::Converted => credits::paid_back(app.store()?, app.as_of(), (period.from, period.to))?,
        _ => 0,
    };
    if paid_back > 0 {
        notes.push(format!(
            "{paid_back} paid back in full are no conversions; partial refunds are taken off, in the period of the order."
        ));
    }
    if sums.unknown_amounts > 0 {
        notes.push(format!("{} deals have no amount: counted, without revenue.", sums.unknown_amounts));
    }
    Ok(notes)
}

/// What the Markov rule rests on.
pub fn markov(markov: &Markov, gates: &Gates) -> Vec<String> {
    let mut notes = vec![format!(
        "Markov: of {} paths of known people {} led to an order or a deal; removal effects solved exactly. Without orders of unknown buyers and clicks of unknown people; a path that is still open counts as one that led to nothing. Ranks: where each stands in 95 of 100 of {} draws of the paths.",
        markov.paths, markov.conversions, gates.draws
    )];
    if markov.pooled > 0 {
        notes.push(format!(
            "{} on fewer than {} converting paths stand together as 'the others' under it.",
            counted(markov.pooled, "advocate", "advocates"),
            gates.fewest_converting
        ));
    }
    notes
}

/// What the Markov rule lacks.
pub fn missing(missing: Missing, gates: &Gates) -> String {
    format!(
        "Not enough data for the Markov rule: it needs {} paths of known people, {} that led to an order or a deal and some that did not; there are {} and {}.",
        gates.fewest_paths, gates.fewest_conversions, missing.paths, missing.conversions
    )
}
