//! `measure credit`: one conversion, one table: code, click, answer; never counted twice.

use super::exchange::Exchange;
use super::ledger::{Ledger, Question, window_days};
use super::models::{self, Models};
use super::rows::{self, Wanted};
use super::rules::Rule;
pub use super::sums::Sums;
use super::tiers::Tier;
use super::{assumed::Assumed, notes, views};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::period::{Period, Span};
use crate::output::Table;
use crate::store::credits::Which;
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Half-life of a touch where the program says nothing else.
const USUAL_HALF_LIFE_DAYS: f64 = 30.0;
/// What stands under every figure.
const CAUTION: [&str; 2] = [
    "Attribution says who was there, not what would have happened without them.",
    "For that, give the code or the link to a random half of them only, and compare.",
];

/// Who is credited with which orders and won deals.
///
/// By code, click or answer. Each order and deal counts once, under its strongest evidence; several advocates
/// within it share by a rule, and --model all sets the rules side by side.
///
/// Example: groundswell measure credit --model linear --period 2026-Q2 --rows
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Credit {
    /// How advocates share where several are in the deciding evidence
    #[arg(long, value_enum, default_value_t)]
    model: Model,
    /// How many days before an order or a deal a click counts (else the program's `credit.click_window_days`)
    #[arg(long, value_name = "DAYS")]
    window: Option<i32>,
    /// Convert other currencies by this table (CSV: date, currency, rate), each at the rate of its day
    #[arg(long, value_name = "FILE")]
    rates: Option<PathBuf>,
    /// Deals by the day they were created, whatever became of them, instead of what was paid and won
    #[arg(long)]
    pipeline: bool,
    /// The orders and deals behind every figure
    #[arg(long, group = "view")]
    rows: bool,
    /// Only the rows of this advocate
    #[arg(long, value_name = "MEMBER", requires = "rows")]
    member: Option<String>,
    /// Only the rows of this kind of evidence
    #[arg(long, value_enum, requires = "rows")]
    tier: Option<Tier>,
    /// Proved, with named, with program: a band instead of one number
    #[arg(long, group = "view")]
    band: bool,
    /// Codes and clicks beside what the buyers answered
    #[arg(long, group = "view")]
    reconcile: bool,
    #[command(flatten)]
    span: Span,
}

/// The rules.
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
    /// The same to every advocate met, however often
    Equal,
    /// By how many conversions would be lost from all paths without them
    Markov,
    /// All of them side by side
    All,
}

impl Model {
    /// The rules that share deal by deal, with the program's half-life; the Markov rule needs none of them.
    pub fn rules(self, app: &App) -> Result<Vec<Rule>> {
        let decay =
            Rule::Decay { half_life_days: app.number("credit.half_life_days", USUAL_HALF_LIFE_DAYS)? };
        Ok(match self {
            Self::Last | Self::Markov => vec![Rule::Last],
            Self::First => vec![Rule::First],
            Self::Linear => vec![Rule::Linear],
            Self::Decay => vec![decay],
            Self::Position => vec![Rule::Position],
            Self::Equal => vec![Rule::Equal],
            Self::All => {
                vec![Rule::First, Rule::Last, Rule::Linear, decay, Rule::Position, Rule::Equal]
            }
        })
    }

    fn word(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string())
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
        if self.model == Model::All && (self.rows || self.band || self.reconcile) {
            return Err(usage(
                "--model all stands alone: --rows needs one rule, --band and --reconcile are the same under all of them",
            ));
        }
        let question = Question {
            which: if self.pipeline { Which::Created } else { Which::Converted },
            period: self.span.or_all(app)?,
            window_days: window_days(app, self.window)?,
            rule: self.model.rules(app)?[0],
        };
        let ledger = Ledger::open(app, question)?;
        let exchange = match &self.rates {
            Some(file) => Some(Exchange::read(file, &app.currency()?, ledger.assumed())?),
            None => None,
        };
        let sums = Sums::by(self.model.rules(app)?, exchange);
        let mut table = self.table(app, &ledger, sums, question)?;
        table.note(self.rule_note(question));
        table.notes.extend(CAUTION.map(String::from));
        app.screen.show(&table)?;
        self.next(app);
        Ok(End::Done)
    }

    fn table(&self, app: &App, ledger: &Ledger, sums: Sums, question: Question) -> Result<Table> {
        let empty = if self.pipeline { views::NO_DEALS } else { views::NO_CONVERSIONS };
        if self.rows {
            return self.rows(app, ledger, sums, question, empty);
        }
        if matches!(self.model, Model::All | Model::Markov) {
            let (sums, paths) = sums.with_paths(app, ledger)?;
            let models = Models::of(&sums, &paths, ledger.assumed());
            return self.by_paths(app, &sums, &models, question, ledger.assumed(), empty);
        }
        let sums = added_up(app, ledger, sums)?;
        let (mut table, talk) = if self.band {
            (views::band(&sums, ledger.assumed().credit.fewest_answers, empty), Vec::new())
        } else if self.reconcile {
            let note = "neither: no code of an advocate and no click; there `names_another` is any advocate, and only the first two rows are proved. Each order and deal is in one cell.";
            (views::reconciled(&sums, empty), vec![note.to_string()])
        } else {
            (views::credits(app, &sums, |tally| tally.settle(0), empty)?, notes::bands(&sums))
        };
        table.notes.extend(talk);
        table.notes.extend(notes::beside(app, &sums, question.which, question.period, ledger.assumed())?);
        Ok(table)
    }

    /// The Markov rule alone, or all rules side by side.
    fn by_paths(
        &self,
        app: &App,
        sums: &Sums,
        models: &Models,
        question: Question,
        assumed: &Assumed,
        empty: &str,
    ) -> Result<Table> {
        let mut table = match (&models.markov, self.model) {
            (_, Model::All) => views::models(app, models, empty)?,
            (Ok(markov), _) => {
                let weights = models::weights(markov);
                let mut table = views::credits(app, sums, |tally| tally.settle_clicks_by(&weights), empty)?;
                table.notes.extend(notes::bands(sums));
                table
            }
            (Err(missing), _) => {
                let mut table = views::credits(app, &Sums::default(), |tally| tally.settle(0), "")?;
                table.empty = notes::missing(*missing, &assumed.markov);
                table.empty.push_str(" Side by side with the others: groundswell measure credit --model all");
                return Ok(table);
            }
        };
        match &models.markov {
            Ok(markov) => table.notes.extend(notes::markov(markov, &assumed.markov)),
            Err(missing) => table.note(notes::missing(*missing, &assumed.markov)),
        }
        if self.model == Model::All {
            table.note(format!(
                "Every column adds up to the same total. Flagged: over {} times as much under one rule as under another.",
                assumed.credit.depends_times
            ));
        }
        table.notes.extend(notes::beside(app, sums, question.which, question.period, assumed)?);
        Ok(table)
    }

    fn rows(
        &self,
        app: &App,
        ledger: &Ledger,
        mut sums: Sums,
        question: Question,
        empty: &str,
    ) -> Result<Table> {
        let wanted = Wanted {
            member: self.member.as_deref().map(|who| app.member(who)).transpose()?.map(|person| person.id),
            tier: self.tier,
        };
        let mut lines = Vec::new();
        ledger.each(app, |deal, evidence| {
            let worth = sums.add(deal, evidence);
            lines.extend(rows::behind(ledger, deal, evidence, worth.as_ref(), self.model == Model::Markov));
            Ok(())
        })?;
        rows::round_like(&sums, &mut lines);
        let mut table = rows::table(app, lines, wanted, empty)?;
        if wanted.member.is_none() && wanted.tier.is_none() {
            table.notes.extend(notes::bands(&sums));
        }
        table.notes.extend(notes::beside(app, &sums, question.which, question.period, ledger.assumed())?);
        table.note("The rows of an advocate, a tier and a currency add up to the table without --rows, those of program, influenced and none to what nobody is credited with; share is before rounding to the cent, and `in` is the currency of `credited`.");
        if self.model == Model::Markov {
            table.note("The Markov rule weighs all paths together, so a click has no share of its own deal: the rows by all paths together add up to what it shares out.");
        }
        Ok(table)
    }

    fn rule_note(&self, question: Question) -> String {
        let period: Period = question.period;
        let of = if self.pipeline { "Deals created in the period, whatever became of them. " } else { "" };
        let window = question.window_days;
        match self.model {
            _ if self.band || self.reconcile => {
                format!("{of}Clicks up to {window} days before; {period}. The same under every rule.")
            }
            Model::All => format!("{of}Clicks up to {window} days before; {period}."),
            model => format!(
                "{of}Rule {}, clicks up to {window} days before; {period}. Same total under every rule.",
                model.word()
            ),
        }
    }

    fn next(&self, app: &App) {
        if self.rows || self.reconcile {
            app.screen.next("groundswell measure heard --queue", "answers that name nobody for certain");
        } else if self.band {
            app.screen.next("groundswell measure credit --reconcile", "codes and clicks beside the answers");
        } else if self.model == Model::All {
            app.screen.next("groundswell measure credit --band", "how much is proved, whatever the rule");
        } else {
            app.screen.next("groundswell measure credit --rows", "the orders and deals behind every figure");
        }
    }
}

/// Everything in a ledger.
fn added_up(app: &App, ledger: &Ledger, mut sums: Sums) -> Result<Sums> {
    ledger.each(app, |deal, evidence| {
        sums.add(deal, evidence);
        Ok(())
    })?;
    Ok(sums)
}
