//! What `measure credit` shows: credits, rules side by side, the band, and codes and clicks beside the answers.

use super::band;
use super::models::Models;
use super::reconcile;
use super::rows::NOBODY;
use super::sums::Sums;
use super::tiers::Tier;
use super::totals::{OTHERS, Settled, Tally};
use crate::app::App;
use crate::model::money::decimal;
use crate::output::{Cell, Table};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// What an empty ledger says.
pub const NO_CONVERSIONS: &str = "No paid order and no won deal is counted here: bring some in with `groundswell import FILE --as orders` (or `--as deals`), or widen --period.";
/// What an empty pipeline says.
pub const NO_DEALS: &str =
    "No deal was created here: bring some in with `groundswell import FILE --as deals`, or widen --period.";
/// The name of those who are too seldom met to be told apart.
const THE_OTHERS: &str = "the others";

/// Minor units as a cell.
fn money(minor: i64, currency: &str) -> Cell {
    Cell::Decimal(decimal(minor, currency))
}

/// Credits by advocate, evidence and currency; then what nobody is credited with. Renewals have a column where there are any.
pub fn credits(app: &App, sums: &Sums, settle: impl Fn(&Tally) -> Settled, empty: &str) -> Result<Table> {
    let by = |tallies: &BTreeMap<String, Tally>| -> BTreeMap<String, Settled> {
        tallies.iter().map(|(currency, tally)| (currency.clone(), settle(tally))).collect()
    };
    let (new, renewed) = (by(&sums.tallies), by(&sums.renewals));
    let mut cells: BTreeMap<(i64, Tier, &String), (i64, i64, i64)> = BTreeMap::new();
    for (currency, settled) in &new {
        for credit in &settled.credits {
            let cell = cells.entry((credit.member, credit.tier, currency)).or_default();
            *cell = (credit.hundredths, credit.minor, cell.2);
        }
    }
    for (currency, settled) in &renewed {
        for credit in &settled.credits {
            cells.entry((credit.member, credit.tier, currency)).or_default().2 = credit.minor;
        }
    }
    let names = app.names(cells.keys().map(|key| key.0))?;
    let mut columns = vec![">member", "name", "tier", ">conversions", ">revenue", "currency"];
    if !renewed.is_empty() {
        columns.push(">renewals");
    }
    let mut table = Table::new(&columns).or_say(empty);
    let mut row = |head: [Cell; 3], hundredths: i64, minor: i64, currency: &str, renewals: i64| {
        let mut row = head.to_vec();
        row.extend([Cell::number(hundredths as f64 / 100.0, 2), money(minor, currency), currency.into()]);
        if !renewed.is_empty() {
            row.push(money(renewals, currency));
        }
        table.row(row);
    };
    // The others, who have no number, stand after those who have one.
    let mut cells: Vec<_> = cells.into_iter().collect();
    cells.sort_by_key(|((member, ..), _)| *member == OTHERS);
    for ((member, tier, currency), (hundredths, minor, renewals)) in cells {
        row(who(member, &names, tier), hundredths, minor, currency, renewals);
    }
    let currencies: BTreeSet<&String> = new.keys().chain(renewed.keys()).collect();
    for currency in currencies {
        let (new, renewed) = (new.get(currency), renewed.get(currency));
        let count = new.map_or(0, |new| new.nobody_count);
        let minor = |settled: Option<&Settled>| settled.map_or(0, |settled| settled.nobody_minor);
        let head = [Cell::Missing, NOBODY.into(), Tier::None.as_str().into()];
        row(head, 100 * count, minor(new), currency, minor(renewed));
    }
    Ok(table)
}

fn who(member: i64, names: &BTreeMap<i64, String>, tier: Tier) -> [Cell; 3] {
    let (number, name) = match member {
        OTHERS => (Cell::Missing, Some(THE_OTHERS.to_string())),
        _ => (member.into(), names.get(&member).cloned()),
    };
    [number, name.into(), tier.as_str().into()]
}

/// All rules side by side; each column adds up to the same total, in minor units.
pub fn models(app: &App, models: &Models, empty: &str) -> Result<Table> {
    let people = models.currencies.iter().flat_map(|one| one.advocates.iter().map(|side| side.member));
    let names = app.names(people.filter(|member| *member != OTHERS))?;
    let mut table = Table::new(&[
        ">member",
        "name",
        ">first",
        ">last",
        ">linear",
        ">decay",
        ">position",
        ">equal",
        ">markov",
        ">?removal_effect",
        ">?rank_low",
        ">?rank_high",
        "currency",
        "flag",
    ])
    .or_say(empty);
    for one in &models.currencies {
        let currency = one.currency.as_str();
        let mut sides: Vec<_> = one.advocates.iter().collect();
        sides.sort_by_key(|side| (side.member == OTHERS, side.member));
        for side in sides {
            let [number, name, _] = who(side.member, &names, Tier::Click);
            let mut row = vec![number, name];
            row.extend(side.minor.iter().map(|minor| money(*minor, currency)));
            row.push(side.markov.map_or(Cell::Missing, |minor| money(minor, currency)));
            let ranks = side.part.and_then(|part| part.ranks);
            row.push(side.part.map_or(Cell::Missing, |part| Cell::number(part.removal, 4)));
            row.push(ranks.map_or(Cell::Missing, |ranks| Cell::number(ranks.0, 0)));
            row.push(ranks.map_or(Cell::Missing, |ranks| Cell::number(ranks.1, 0)));
            row.push(currency.into());
            row.push(if side.depends { "depends on the rule" } else { "" }.into());
            table.row(row);
        }
        let mut row = vec![Cell::Missing, NOBODY.into()];
        row.extend(models.rules.iter().map(|_| money(one.nobody_minor, currency)));
        row.push(models.markov.as_ref().map_or(Cell::Missing, |_| money(one.nobody_minor, currency)));
        row.extend([Cell::Missing, Cell::Missing, Cell::Missing, currency.into(), "".into()]);
        table.row(row);
    }
    Ok(table)
}

/// The band by currency: proved, with named, with program, what the unanswered might add, and everything.
pub fn band(sums: &Sums, fewest_answers: u64, empty: &str) -> Table {
    let mut table =
        Table::new(&["line", ">conversions", ">amount", ">?lo", ">?hi", "currency", "of", "?~note"])
            .or_say(empty);
    for (currency, renewals, lines) in band::bands(sums, fewest_answers) {
        for line in lines {
            let end = |pick: fn(&(i64, i64)) -> i64| {
                line.interval.as_ref().map_or(Cell::Missing, |ends| money(pick(ends), &currency))
            };
            table.row(vec![
                line.step.into(),
                line.conversions.into(),
                line.minor.map_or(Cell::Missing, |minor| money(minor, &currency)),
                end(|ends| ends.0),
                end(|ends| ends.1),
                currency.clone().into(),
                if renewals { "renewals" } else { "new" }.into(),
                line.note.into(),
            ]);
        }
    }
    table
}

/// Codes and clicks beside the answers; two rows each, how many and what they are worth.
pub fn reconciled(sums: &Sums, empty: &str) -> Table {
    let mut table = Table::new(&[
        "tier",
        "unit",
        ">agrees",
        ">names_another",
        ">unnamed_customer",
        ">other_source",
        ">no_answer",
        ">total",
        "currency",
    ])
    .or_say(empty);
    for (currency, tally) in &sums.tallies {
        for line in reconcile::lines(tally) {
            let counts = line.conversions.iter().map(|count| (*count).into());
            let total: i64 = line.conversions.iter().sum();
            let mut row = vec![line.evidence.into(), "conversions".into()];
            row.extend(counts.chain([total.into(), currency.clone().into()]));
            table.row(row);
            let total: i64 = line.minor.iter().sum();
            let mut row = vec![line.evidence.into(), "revenue".into()];
            row.extend(line.minor.iter().chain([&total]).map(|minor| money(*minor, currency)));
            row.push(currency.clone().into());
            table.row(row);
        }
    }
    table
}
