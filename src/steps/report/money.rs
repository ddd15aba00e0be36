//! Revenue: how sure its evidence is, and how the rules share it.

use super::desk::Desk;
use super::figures::{self, Rules};
use crate::model::money::decimal;
use crate::output::chart::Chart;
use crate::output::document::{Figure, Section};
use crate::output::forms::Item;
use crate::steps::measure::credit::command::Sums;
use crate::steps::measure::credit::tiers::Tier;
use crate::steps::measure::credit::totals::OTHERS;
use anyhow::Result;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// So many advocates have a line of their own under the rules.
const LINES: usize = 8;

/// How sure the evidence of the period's revenue is: a bar for each currency, which are never added.
pub fn band(desk: &Desk, sums: &Sums) -> Result<Figure> {
    let mut grid =
        desk.grid(&["currency", "by_proof", "by_name", "by_program", "by_nobody", "total", "conversions"])?;
    let forms = desk.forms();
    let mut tallies: Vec<_> = sums.tallies.iter().collect();
    tallies.sort_by_key(|(currency, _)| (**currency != desk.currency, (*currency).clone()));
    for (currency, tally) in tallies {
        let band = tally.band();
        let money = |minor: i64| forms.money(Some(decimal(minor, currency)), currency);
        grid.row(vec![
            Item::words(currency.clone()),
            money(band.proved_minor),
            money(band.with_named_minor - band.proved_minor),
            money(band.with_program_minor - band.with_named_minor),
            money(band.total_minor - band.with_program_minor),
            money(band.total_minor),
            forms.count(Some(tally.count())),
        ]);
    }
    let chart =
        Chart::Stacked { label: "currency", parts: vec!["by_proof", "by_name", "by_program", "by_nobody"] };
    let counts: i64 = sums.tallies.values().map(super::super::measure::credit::totals::Tally::count).sum();
    let proved: i64 = sums.tallies.values().map(|tally| tally.count_up_to(Tier::Click)).sum();
    desk.figure("evidence", grid, Some(chart), &json!({ "n": counts, "proved": proved }))
}

/// The rules side by side, in the program's currency: what each credits whom with.
pub fn models(desk: &Desk) -> Result<Section> {
    let rules = figures::rules(desk.app, desk.period)?;
    let none = BTreeMap::new();
    let by_rule: Vec<&BTreeMap<i64, i64>> =
        rules.by_rule.iter().map(|credited| credited.get(&desk.currency).unwrap_or(&none)).collect();
    let (nobody, total, count) = rules.rest.get(&desk.currency).copied().unwrap_or_default();
    let people: BTreeSet<i64> = by_rule.iter().flat_map(|credited| credited.keys().copied()).collect();
    let most = |person: &i64| by_rule.iter().filter_map(|credited| credited.get(person)).max().copied();
    let pooled = people.contains(&OTHERS);
    let mut people: Vec<i64> = people.into_iter().filter(|person| *person != OTHERS).collect();
    people.sort_by_key(|person| (std::cmp::Reverse(most(person)), *person));
    let own = &people[..people.len().min(LINES)];
    let names = desk.app.names(own.iter().copied())?;
    let columns = columns(&rules);
    let keys: Vec<&'static str> =
        ["-member", "name"].into_iter().chain(columns.iter().copied()).chain(["-currency"]).collect();
    let mut grid = desk.grid(&keys)?;
    let money = |minor: i64| desk.forms().money(Some(decimal(minor, &desk.currency)), &desk.currency);
    let mut row = |member: Option<i64>, name: Item, minor: &dyn Fn(&BTreeMap<i64, i64>) -> i64| {
        let mut items = vec![desk.forms().count(member), name];
        items.extend(by_rule.iter().map(|credited| money(minor(credited))));
        items.push(Item::words(desk.currency.clone()));
        grid.row(items);
    };
    for person in own {
        let name = Item::words(names.get(person).cloned().unwrap_or_default());
        row(Some(*person), name, &|credited| credited.get(person).copied().unwrap_or(0));
    }
    let word = |name: &str| Ok::<_, anyhow::Error>(Item::named(name, desk.words.name("rest", name)?));
    if pooled || people.len() > own.len() {
        let others = |credited: &BTreeMap<i64, i64>| {
            credited.iter().filter(|(person, _)| !own.contains(person)).map(|(_, minor)| minor).sum()
        };
        row(None, word("others")?, &others);
    }
    if count > 0 {
        row(None, word("nobody")?, &|_| nobody);
        row(None, word("total")?, &|_| total);
    }
    let values = json!({
        "total": money(total).text, "nobody": money(nobody).text, "n": count, "rules": columns.len(), "people": people.len(),
        "currency": desk.currency,
        "others": rules.rest.keys().filter(|currency| **currency != desk.currency).collect::<Vec<_>>(),
    });
    let chart = Chart::Ranges { label: "name", marks: columns };
    let mut figure = desk.figure("rules", grid, Some(chart), &values)?;
    figure.drawn = own.len();
    desk.section("models", &values, vec![figure])
}

/// The rules that have a column, by their names.
fn columns(rules: &Rules) -> Vec<&'static str> {
    let known = ["last", "first", "linear", "decay", "position", "equal", "markov"];
    rules.names.iter().filter_map(|name| known.into_iter().find(|known| known == name)).collect()
}
