//! The orders and deals behind every figure: who is credited with what part of which, and why.

use super::ledger::Ledger;
use super::sums::{Sums, Worth};
use super::tiers::{Evidence, Tier};
use super::totals::{Exact, rounded};
use crate::app::App;
use crate::model::money::decimal;
use crate::model::time::Day;
use crate::output::{Cell, Table};
use crate::store::credits::Deal;
use anyhow::Result;
use std::collections::BTreeMap;

/// The name of the row for what no advocate is credited with.
pub const NOBODY: &str = "nobody";
/// The name of rows that all paths together share out.
const ALL_PATHS: &str = "by all paths together";

/// One conversion as far as one advocate, or nobody, is credited with it.
pub struct Line {
    deal: Deal,
    tier: Tier,
    member: Option<i64>,
    /// 0-1; none where all paths together decide.
    share: Option<f64>,
    /// What it is worth; none where it has no rate and is in no sum.
    worth: Option<Worth>,
    /// Minor units.
    credited: Option<i64>,
    evidence: String,
    relation: Option<&'static str>,
    /// Everyone who touched it.
    touched: Vec<i64>,
}

/// Which lines are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Those that credit this advocate, or that they touched.
    pub member: Option<i64>,
    /// Those of this kind of evidence.
    pub tier: Option<Tier>,
}

/// A conversion's lines: one for each advocate credited, or one for nobody. With `by_paths` a click credits no one by itself.
pub fn behind(
    ledger: &Ledger,
    deal: &Deal,
    evidence: &Evidence,
    worth: Option<&Worth>,
    by_paths: bool,
) -> Vec<Line> {
    let line = |member: Option<i64>, share: Option<f64>| Line {
        deal: deal.clone(),
        tier: evidence.tier,
        member,
        share,
        worth: worth.cloned(),
        credited: None,
        evidence: words(deal, evidence, member, worth.is_some()),
        relation: relation(deal, evidence, member),
        touched: evidence.sourced.iter().chain(&evidence.accelerated).copied().collect(),
    };
    if by_paths && evidence.tier == Tier::Click {
        return vec![line(None, None)];
    }
    let shares = evidence.shares(ledger.rule());
    if shares.is_empty() {
        return vec![line(None, Some(1.0))];
    }
    shares.iter().map(|share| line(Some(share.member), Some(share.weight))).collect()
}

/// Puts lines in order of day and row, and rounds what those of one advocate, tier and currency are credited with so that they add up to its cell of the table.
pub fn round_like(sums: &Sums, lines: &mut [Line]) {
    let mut cells: BTreeMap<CellKey, Vec<usize>> = BTreeMap::new();
    lines.sort_by_key(|line| (line.deal.counted, line.deal.id, line.member));
    for (place, line) in lines.iter().enumerate() {
        if let Some(worth) = line.worth.as_ref().filter(|worth| worth.exact.is_some()) {
            let key = (worth.currency.clone(), line.is_renewal(), line.tier, line.member);
            cells.entry(key).or_default().push(place);
        }
    }
    let totals = totals(sums);
    for (key, places) in cells {
        let Some(total) = totals.get(&key) else { continue };
        let exact: Vec<Exact> = places.iter().map(|&place| lines[place].exact()).collect();
        for (&place, minor) in places.iter().zip(rounded(&exact, *total)) {
            lines[place].credited = Some(minor);
        }
    }
}

/// What the cells of the table hold: an advocate's by one kind of evidence, and all of each kind.
fn totals(sums: &Sums) -> BTreeMap<CellKey, i64> {
    let mut totals = BTreeMap::new();
    for (is_renewal, tallies) in [(false, &sums.tallies), (true, &sums.renewals)] {
        for (currency, tally) in tallies {
            let key = |tier, member| (currency.clone(), is_renewal, tier, member);
            for credit in tally.settle(0).credits {
                totals.insert(key(credit.tier, Some(credit.member)), credit.minor);
            }
            for (tier, minor) in tally.minor_by_tier() {
                totals.insert(key(tier, None), minor);
            }
        }
    }
    totals
}

/// Currency, whether of renewals, kind of evidence, and whose.
type CellKey = (String, bool, Tier, Option<i64>);

impl Line {
    fn is_renewal(&self) -> bool {
        self.deal.kind == super::ledger::RENEWAL
    }

    fn exact(&self) -> Exact {
        let all = self.worth.as_ref().and_then(|worth| worth.exact).unwrap_or(0);
        match self.share {
            Some(share) if share < 1.0 => (all as f64 * share).round() as Exact,
            _ => all,
        }
    }

    fn is_wanted(&self, wanted: Wanted) -> bool {
        let member = wanted.member.is_none_or(|member| {
            self.member == Some(member) || (self.member.is_none() && self.touched.contains(&member))
        });
        member && wanted.tier.is_none_or(|tier| tier == self.tier)
    }
}

/// The evidence as a person would say it.
fn words(deal: &Deal, evidence: &Evidence, member: Option<i64>, in_sums: bool) -> String {
    let said = || format!("said '{}'", deal.heard.as_deref().unwrap_or_default().trim());
    let known = match (evidence.tier, member) {
        (Tier::Code, _) => {
            let unclicked = if evidence.clicked() || deal.buyer.is_none() { "" } else { ", no click before" };
            format!("code {}{unclicked}", deal.code.as_deref().unwrap_or_default().trim())
        }
        (Tier::Click, Some(member)) => {
            let last = evidence.path.iter().rev().find(|touch| touch.member == member);
            last.map_or_else(String::new, |touch| format!("clicked on {}", Day(touch.day)))
        }
        (Tier::Click, None) => {
            let steps =
                evidence.path.iter().map(|touch| format!("{} of member {}", Day(touch.day), touch.member));
            format!("clicked links: {}", steps.collect::<Vec<_>>().join(", "))
        }
        (Tier::Named, _) => said(),
        (Tier::Program, _) => format!("program: {}", said()),
        (Tier::Influenced, _) => {
            let members: Vec<_> = evidence.accelerated.iter().map(ToString::to_string).collect();
            format!("influenced: clicked after it was created (member {})", members.join(", "))
        }
        (Tier::None, _) => String::new(),
    };
    if in_sums {
        return known;
    }
    let left_out = format!("no rate for {} of {}: in no sum", deal.currency, deal.counted);
    if known.is_empty() { left_out } else { format!("{known}; {left_out}") }
}

/// Touched before the deal was created, between that and the win, or both.
fn relation(deal: &Deal, evidence: &Evidence, member: Option<i64>) -> Option<&'static str> {
    let touched = |members: &[i64]| member.map_or(!members.is_empty(), |member| members.contains(&member));
    match (touched(&evidence.sourced), touched(&evidence.accelerated)) {
        _ if deal.kind == "order" => None,
        (true, true) => Some("sourced, accelerated"),
        (true, false) => Some("sourced"),
        (false, true) => Some("accelerated"),
        (false, false) => None,
    }
}

/// The lines as a table.
pub fn table(app: &App, mut lines: Vec<Line>, wanted: Wanted, empty: &str) -> Result<Table> {
    let none = lines.is_empty();
    lines.retain(|line| line.is_wanted(wanted));
    let names = app.names(lines.iter().filter_map(|line| line.member))?;
    let mut table = Table::new(&[
        "kind",
        "number",
        "day",
        ">amount",
        "currency",
        "tier",
        ">member",
        "name",
        ">share",
        ">credited",
        "evidence",
        "?relation",
        "?in",
        ">?rate",
    ])
    .or_say(if none { empty } else { "No order and no deal of the period fits that." });
    for line in lines {
        let by_paths = line.tier == Tier::Click && line.member.is_none();
        let nobody = if by_paths { ALL_PATHS } else { NOBODY };
        let name = line.member.map_or(Some(nobody.to_string()), |member| names.get(&member).cloned());
        let money = |minor: Option<i64>, currency: &str| {
            minor.map_or(Cell::Missing, |minor| Cell::Decimal(decimal(minor, currency)))
        };
        let home = line.worth.as_ref().map(|worth| worth.currency.clone());
        let rate = line.worth.as_ref().and_then(|worth| worth.rate.as_ref());
        let of_another_day = rate.filter(|rate| rate.day != line.deal.counted);
        let of_another_day = of_another_day.map(|rate| format!("rate of {}", rate.day));
        let evidence: Vec<String> = [Some(line.evidence).filter(|words| !words.is_empty()), of_another_day]
            .into_iter()
            .flatten()
            .collect();
        table.row(vec![
            line.deal.kind.into(),
            line.deal.number.into(),
            line.deal.counted.to_string().into(),
            money(line.deal.net, &line.deal.currency),
            line.deal.currency.into(),
            line.tier.as_str().into(),
            line.member.into(),
            name.into(),
            line.share.map_or(Cell::Missing, |share| Cell::number(share, 4)),
            money(line.credited, home.as_deref().unwrap_or_default()),
            Some(evidence.join("; ")).filter(|words| !words.is_empty()).into(),
            line.relation.into(),
            home.into(),
            rate.map_or(Cell::Missing, |rate| Cell::number(rate.rate.0, rate.rate.1)),
        ]);
    }
    Ok(table)
}
