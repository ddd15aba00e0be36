//! `measure credit`: one conversion, one table: code, click, answer; never counted twice.

use super::ledger::{Ledger, Question, window_days};
use super::rules::Rule;
use super::tiers::{Agreement, Evidence, Tier};
use super::totals::{Credit as Credited, Settled, Tally};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::period::{Period, Span};
use crate::model::money::decimal;
use crate::model::time::Day;
use crate::output::{Cell, Table};
use crate::stats::largest_remainder::round_to_total;
use crate::store::credits::{self, Deal, Which};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;

/// The name of the row for what no advocate is credited with.
const NOBODY: &str = "nobody";
/// Half-life of a touch where the program says nothing else.
const USUAL_HALF_LIFE_DAYS: f64 = 30.0;
/// What an empty ledger says.
pub const NO_CONVERSIONS: &str = "No paid order and no won deal is counted here: bring some in with `groundswell import FILE --as orders` (or `--as deals`), or widen --period.";

/// Who is credited with which orders and won deals.
///
/// By code, click or answer.
///
/// Example: groundswell measure credit --model linear --period 2026-Q2 --rows
#[derive(Debug, Args)]
pub struct Credit {
    /// How advocates share where several are in the deciding evidence
    #[arg(long, value_enum, default_value_t)]
    model: Model,
    /// How many days before an order or a deal a click counts (else the program's `credit.click_window_days`)
    #[arg(long, value_name = "DAYS")]
    window: Option<i32>,
    /// The orders and deals behind every figure
    #[arg(long)]
    rows: bool,
    #[command(flatten)]
    span: Span,
}

/// The rules that need no more than a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Model {
    /// All to the last touch
    #[default]
    Last,
    /// All to the first touch
    First,
    /// Equal parts
    Linear,
    /// Half as much for each half-life before the conversion
    Decay,
    /// 40 % first, 40 % last, the rest between
    Position,
}

impl Model {
    /// The rule, with the program's half-life.
    pub fn rule(self, app: &App) -> Result<Rule> {
        Ok(match self {
            Self::Last => Rule::Last,
            Self::First => Rule::First,
            Self::Linear => Rule::Linear,
            Self::Decay => {
                Rule::Decay { half_life_days: app.number("credit.half_life_days", USUAL_HALF_LIFE_DAYS)? }
            }
            Self::Position => Rule::Position,
        })
    }

    fn word(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string())
    }
}

/// The ledger added up by currency, with what is said beside it.
#[derive(Default)]
pub struct Sums {
    /// By currency.
    pub tallies: BTreeMap<String, Tally>,
    agreements: BTreeMap<(Tier, Agreement), i64>,
    unknown_amounts: i64,
    helped: BTreeMap<String, (i64, i64)>,
}

impl Sums {
    /// Adds one conversion.
    pub fn add(&mut self, deal: &Deal, evidence: &Evidence) {
        let minor = deal.net.unwrap_or(0);
        self.unknown_amounts += i64::from(deal.net.is_none());
        self.tallies.entry(deal.currency.clone()).or_default().add(minor, evidence);
        if let Some(agreement) = evidence.agreement {
            *self.agreements.entry((evidence.tier, agreement)).or_default() += 1;
        }
        if deal.kind == "deal" && !evidence.accelerated.is_empty() {
            let sum = self.helped.entry(deal.currency.clone()).or_default();
            *sum = (sum.0 + 1, sum.1 + minor);
        }
    }

    /// Credits by the program's default rule: last touch, the program's window.
    pub fn usual(app: &App, which: Which, period: Period) -> Result<Self> {
        let question = Question { which, period, window_days: window_days(app, None)?, rule: Rule::Last };
        let ledger = Ledger::open(app, question)?;
        let mut sums = Self::default();
        ledger.each(app, |deal, evidence| {
            sums.add(deal, evidence);
            Ok(())
        })?;
        Ok(sums)
    }

    /// By currency, rounded once.
    pub fn settled(&self) -> BTreeMap<String, Settled> {
        self.tallies.iter().map(|(currency, tally)| (currency.clone(), tally.settle())).collect()
    }
}

impl Credit {
    /// Shows the credits, or the conversions behind them.
    pub fn run(self, app: &App) -> Result<End> {
        if let Some(days) = self.window.filter(|days| !(0..=3660).contains(days)) {
            return Err(usage(format!(
                "--window {days}: days before an order or a deal, 0 to 3660, such as 30"
            )));
        }
        let window_days = window_days(app, self.window)?;
        let period = self.span.or_all(app)?;
        let question = Question { which: Which::Converted, period, window_days, rule: self.model.rule(app)? };
        let ledger = Ledger::open(app, question)?;
        let (mut sums, mut lines) = (Sums::default(), Vec::new());
        ledger.each(app, |deal, evidence| {
            sums.add(deal, evidence);
            if self.rows {
                lines.extend(behind(&ledger, deal, evidence));
            }
            Ok(())
        })?;
        let mut table = if self.rows {
            round_like(&sums.settled(), &mut lines);
            rows(app, lines)?
        } else {
            credits_table(app, &sums)?
        };
        for note in notes(app, &sums, period)? {
            table.note(note);
        }
        table.note(format!(
            "Rule {}, clicks up to {window_days} days before; {period}. Same total under every rule.",
            self.model.word()
        ));
        table.note("Attribution says who was there, not what would have happened without them.");
        if self.rows {
            table.note("The rows of an advocate, a tier and a currency add up to the table without --rows; share is before rounding to the cent. Tier none: nobody is credited, and evidence says program or influenced where there was any.");
        }
        app.screen.show(&table)?;
        if self.rows {
            app.screen.next("groundswell measure heard --queue", "answers that name nobody for certain");
        } else {
            app.screen.next("groundswell measure credit --rows", "the orders and deals behind every figure");
        }
        Ok(End::Done)
    }
}

fn credits_table(app: &App, sums: &Sums) -> Result<Table> {
    let settled = sums.settled();
    let people = settled.values().flat_map(|one| one.credits.iter().map(|credit| credit.member));
    let names = app.names(people)?;
    let mut table = Table::new(&[">member", "name", "tier", ">conversions", ">revenue", "currency"])
        .or_say(NO_CONVERSIONS);
    let mut credits: Vec<_> = settled
        .iter()
        .flat_map(|(currency, one)| one.credits.iter().map(move |credit| (credit, currency)))
        .collect();
    credits.sort_by_key(|(credit, currency)| (credit.member, credit.tier, *currency));
    for (credit, currency) in credits {
        table.row(vec![
            credit.member.into(),
            names.get(&credit.member).cloned().into(),
            credit.tier.as_str().into(),
            Cell::number(credit.hundredths as f64 / 100.0, 2),
            Cell::Decimal(decimal(credit.minor, currency)),
            currency.clone().into(),
        ]);
    }
    for (currency, one) in &settled {
        table.row(vec![
            Cell::Missing,
            NOBODY.into(),
            Tier::None.as_str().into(),
            Cell::number(one.nobody_count as f64, 2),
            Cell::Decimal(decimal(one.nobody_minor, currency)),
            currency.clone().into(),
        ]);
    }
    Ok(table)
}

/// One conversion as far as one advocate, or nobody, is credited with it.
struct Line {
    deal: Deal,
    tier: Tier,
    member: Option<i64>,
    share: f64,
    /// Minor units, before rounding.
    exact: Option<f64>,
    /// Minor units.
    credited: Option<i64>,
    evidence: String,
    relation: Option<&'static str>,
}

/// A conversion's lines: one for each advocate credited, or one for nobody.
fn behind(ledger: &Ledger, deal: &Deal, evidence: &Evidence) -> Vec<Line> {
    let line = |member: Option<i64>, share: f64| Line {
        deal: deal.clone(),
        tier: if member.is_some() { evidence.tier } else { Tier::None },
        member,
        share,
        exact: deal.net.map(|net| net as f64 * share),
        credited: deal.net,
        evidence: words(ledger, deal, evidence, member),
        relation: relation(deal, evidence, member),
    };
    if evidence.shares.is_empty() {
        return vec![line(None, 1.0)];
    }
    evidence.shares.iter().map(|share| line(Some(share.member), share.weight)).collect()
}

/// Rounds what the lines of one advocate, tier and currency are credited with so that they add up to its cell of the table.
fn round_like(settled: &BTreeMap<String, Settled>, lines: &mut [Line]) {
    let mut cells: BTreeMap<(i64, Tier, String), Vec<usize>> = BTreeMap::new();
    for (place, line) in lines.iter().enumerate() {
        if let (Some(member), Some(_)) = (line.member, line.exact) {
            cells.entry((member, line.tier, line.deal.currency.clone())).or_default().push(place);
        }
    }
    for ((member, tier, currency), places) in cells {
        let of_cell = |credit: &&Credited| (credit.member, credit.tier) == (member, tier);
        let Some(cell) = settled.get(&currency).and_then(|one| one.credits.iter().find(of_cell)) else {
            continue;
        };
        let exact: Vec<f64> = places.iter().filter_map(|&place| lines[place].exact).collect();
        for (&place, minor) in places.iter().zip(round_to_total(&exact, cell.minor)) {
            lines[place].credited = Some(minor);
        }
    }
}

/// The evidence as a person would say it.
fn words(ledger: &Ledger, deal: &Deal, evidence: &Evidence, member: Option<i64>) -> String {
    let said = || format!("said '{}'", deal.heard.as_deref().unwrap_or_default().trim());
    match (evidence.tier, member) {
        (Tier::Code, _) => {
            let unclicked = if evidence.clicked || deal.buyer.is_none() { "" } else { ", no click before" };
            format!("code {}{unclicked}", deal.code.as_deref().unwrap_or_default().trim())
        }
        (Tier::Click, Some(member)) => {
            ledger.last_click(deal, member).map_or_else(String::new, |day| format!("clicked on {}", Day(day)))
        }
        (Tier::Named, _) => said(),
        (Tier::Program, _) => format!("program: {}", said()),
        (Tier::Influenced, _) => {
            let members: Vec<_> = evidence.accelerated.iter().map(ToString::to_string).collect();
            format!("influenced: clicked after it was created (member {})", members.join(", "))
        }
        _ => String::new(),
    }
}

/// Touched before the deal was created, between that and the win, or both.
fn relation(deal: &Deal, evidence: &Evidence, member: Option<i64>) -> Option<&'static str> {
    let touched = |members: &[i64]| member.map_or(!members.is_empty(), |member| members.contains(&member));
    match (touched(&evidence.sourced), touched(&evidence.accelerated)) {
        _ if deal.kind != "deal" => None,
        (true, true) => Some("sourced, accelerated"),
        (true, false) => Some("sourced"),
        (false, true) => Some("accelerated"),
        (false, false) => None,
    }
}

fn rows(app: &App, lines: Vec<Line>) -> Result<Table> {
    let people = lines.iter().filter_map(|line| line.member);
    let names = app.names(people)?;
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
    ])
    .or_say(NO_CONVERSIONS);
    for line in lines {
        let money = |minor: Option<i64>| {
            minor.map_or(Cell::Missing, |minor| Cell::Decimal(decimal(minor, &line.deal.currency)))
        };
        let (amount, credited) = (money(line.deal.net), money(line.credited));
        let name = line.member.map_or(Some(NOBODY.to_string()), |member| names.get(&member).cloned());
        table.row(vec![
            line.deal.kind.into(),
            line.deal.number.into(),
            line.deal.counted.to_string().into(),
            amount,
            line.deal.currency.into(),
            line.tier.as_str().into(),
            line.member.into(),
            name.into(),
            Cell::number(line.share, 4),
            credited,
            Some(line.evidence).filter(|words| !words.is_empty()).into(),
            line.relation.into(),
        ]);
    }
    Ok(table)
}

fn notes(app: &App, sums: &Sums, period: Period) -> Result<Vec<String>> {
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
    for tier in [Tier::Code, Tier::Click] {
        let of_tier: Vec<_> = sums.agreements.iter().filter(|((one, _), _)| *one == tier).collect();
        let total: i64 = of_tier.iter().map(|(_, n)| **n).sum();
        if total > 0 {
            let parts: Vec<_> =
                of_tier.iter().map(|((_, agreement), n)| format!("{} {n}", agreement.as_str())).collect();
            notes.push(format!(
                "What the {total} credited by {} said when asked: {}.",
                tier.as_str(),
                parts.join(", ")
            ));
        }
    }
    for (currency, (count, minor)) in &sums.helped {
        notes.push(format!(
            "Helped along: {count} won deals worth {} {currency} were touched between creation and win; counted above where something sourced them, never added.",
            decimal(*minor, currency)
        ));
    }
    let paid_back = credits::paid_back(app.store()?, app.as_of(), (period.from, period.to))?;
    if paid_back > 0 {
        notes.push(format!(
            "{paid_back} paid back in full are no conversions; partial refunds are taken off."
        ));
    }
    if sums.unknown_amounts > 0 {
        notes.push(format!("{} deals have no amount: counted, without revenue.", sums.unknown_amounts));
    }
    Ok(notes)
}
