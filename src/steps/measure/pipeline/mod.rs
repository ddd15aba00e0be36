//! `measure pipeline`: does what the program makes move before new deals do? (MEASUREMENT.md 9)
//!
//! Deals are counted by the day they were created, whatever became of them: the sales cycle is longer than any lag.

mod buckets;
mod draw;
mod relation;
mod series;
mod words;

use crate::app::App;
use crate::app::fail::End;
use crate::app::period::{Period, Span};
use crate::model::money::decimal;
use crate::model::time::Day;
use crate::output::{Cell, Format, Table};
use crate::stats::estimate::{Estimate, Verdict};
use crate::stats::stationary::Made;
use anyhow::Result;
use buckets::By;
use clap::Args;
use relation::{Direction, Relation};
use series::{Of, Series, Wanted};
use words::{Names, Words};

/// Whether contributions move before new deals do.
///
/// Both series week by week (or month by month), freed of drift and of what each owes to its own past, and compared at every
/// lag in both directions. It needs 24 weeks, and better 52; below that it says what is missing.
///
/// Example: groundswell measure pipeline --by week --period 2025-01-01..2026-06-30
#[derive(Debug, Args)]
pub struct Pipeline {
    #[command(flatten)]
    span: Span,
    /// How long one point of the series is
    #[arg(long, value_enum, default_value_t)]
    by: By,
    /// Whose contributions: advocates' since they joined, or everyone's
    #[arg(long, value_enum, default_value_t)]
    of: Of,
    /// Contributions on one platform only
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    /// The currency of the amounts; the program's if not given. Currencies are never added
    #[arg(long, value_name = "ISO")]
    currency: Option<String>,
    /// The series themselves instead, a row for each week or month
    #[arg(long, conflicts_with = "lags")]
    rows: bool,
    /// The correlation at every lag instead
    #[arg(long)]
    lags: bool,
}

/// One thing that is created, beside contributions.
struct Look {
    pipeline: &'static str,
    currency: Option<String>,
    relation: Relation,
}

impl Pipeline {
    /// Shows what moves first.
    pub fn run(self, app: &App) -> Result<End> {
        let words = Words::read()?;
        let wanted = Wanted {
            period: self.span.or_all(app)?,
            by: self.by,
            of: self.of,
            platform: self.platform.as_deref(),
            currency: self.currency.as_deref(),
        };
        let series = Series::read(app, &wanted, &words)?;
        let looks = if series.has == (true, true) { looks(&series, self.by, &words) } else { Vec::new() };
        let longest = words.gates(self.by).longest_lag;
        let mut table = if self.rows {
            rows(&series, self.by)
        } else if self.lags {
            lags(&looks, longest)
        } else {
            verdicts(&looks, &series, self.by)
        };
        table.empty = self.empty(&series, &looks);
        if !table.rows.is_empty() {
            self.notes(&mut table, &series, &looks, &words)?;
        }
        app.screen.show(&table)?;
        if !table.rows.is_empty() && !self.rows && app.screen.format == Format::Table && !app.screen.plain {
            plot(app, &series, &looks, self.by, longest);
        }
        next(app, &series, &looks);
        Ok(End::Done)
    }

    /// Why there is no row, and how to come by some.
    fn empty(&self, series: &Series, looks: &[Look]) -> String {
        match series.has {
            (_, false) => "No deals are on file: bring them in with `groundswell import FILE --as deals`; the day each was created is what counts.".into(),
            (false, _) if self.of == Of::Advocates => "No advocate has made anything yet: bring contributions in with `groundswell import FILE --as activity`, or add --of everyone.".into(),
            (false, _) => "No contributions are on file: bring them in with `groundswell import FILE --as activity`.".into(),
            _ if looks.iter().all(|look| look.relation.pair.is_none()) && !series.run.is_empty() => {
                "The series are too short, or the same all the time, for a lag to say anything; --rows shows them.".into()
            }
            _ => format!("No whole {} has both contributions and deals on file: the imports do not overlap.", self.by.units(1)),
        }
    }

    /// What the verdicts say, what they rest on, and what is not in them.
    fn notes(&self, table: &mut Table, series: &Series, looks: &[Look], words: &Words) -> Result<()> {
        let activity = match self.of {
            Of::Advocates => "contributions by advocates",
            Of::Everyone => "contributions by everyone",
        };
        let mut worth: Vec<String> = Vec::new();
        for look in looks {
            let pipeline = match &look.currency {
                None => "new deals".to_string(),
                Some(currency) => format!("money in new deals ({currency})"),
            };
            let names = Names { activity, pipeline: &pipeline, is_count: look.currency.is_none() };
            let (said, more) = words.said(&look.relation, self.by, names)?;
            table.note(said);
            worth.extend(more);
        }
        worth.sort();
        worth.dedup();
        table.notes.extend(worth);
        if series.run.is_empty() {
            table.note(format!(
                "No whole {} has both contributions and deals on file: the imports do not overlap.",
                self.by.units(1)
            ));
        }
        if let (Some(first), Some(last)) = (series.run.first(), series.run.last()) {
            table.note(format!(
                "{} whole {} that both imports cover, {first} to {}: one without a row in between is zero. Deals by the day they were created, whatever became of them.",
                series.run.len(),
                self.by.units(series.run.len()),
                self.by.next(*last).plus(-1)
            ));
        }
        let (without, others) = series.left_out;
        if without > 0 {
            table.note(format!("{without} deals have no amount: they are in the count only."));
        }
        if others > 0 {
            table.note(format!("{others} deals are in other currencies than {}: they are in the count only; --currency looks at one.", series.currency));
        }
        table.notes.extend(series.caveats.iter().cloned());
        if let Some(relation) =
            looks.iter().map(|look| &look.relation).find(|relation| relation.pair.is_some())
        {
            table.note(method(relation, words.gates(self.by).longest_lag, self.by));
        }
        Ok(())
    }
}

/// One direction between what advocates make and what comes into the pipeline.
pub struct Moved {
    /// What moves first: `activity`, `deals`, or `amount` (of deals).
    pub first: &'static str,
    /// What moves after it.
    pub then: &'static str,
    /// Weeks looked at.
    pub n: usize,
    /// How sure it is.
    pub verdict: Verdict,
    /// The lag in weeks that may be named, with its correlation.
    pub named: Option<(usize, Estimate)>,
}

/// Both directions, for deals and for what they come to, week by week over all days up to one.
pub fn weekly(app: &App, to: Day) -> Result<Vec<Moved>> {
    let words = Words::read()?;
    let (by, period) = (By::Week, Period::until(to));
    let wanted = Wanted { period, by, of: Of::Advocates, platform: None, currency: None };
    let series = Series::read(app, &wanted, &words)?;
    let looks = if series.has == (true, true) { looks(&series, by, &words) } else { Vec::new() };
    let both = |look: &Look| {
        let moved = |first, then, direction: &Direction| Moved {
            first,
            then,
            n: look.relation.n,
            verdict: direction.verdict,
            named: direction.named().map(|lead| (lead.lag, lead.at_lag)),
        };
        let deals = look.pipeline;
        [moved("activity", deals, &look.relation.there), moved(deals, "activity", &look.relation.back)]
    };
    Ok(looks.iter().flat_map(both).collect())
}

/// Deals, and what they come to where that is known.
fn looks(series: &Series, by: By, words: &Words) -> Vec<Look> {
    let whole = |series: &[i64]| -> Vec<f64> { series.iter().map(|count| *count as f64).collect() };
    let season: Vec<usize> = series.run.iter().map(|first| by.season(*first)).collect();
    let contributions = whole(&series.contributions);
    let of = |pipeline: &[f64]| Relation::of(&contributions, pipeline, &season, words.gates(by));
    let mut looks = vec![Look { pipeline: "deals", currency: None, relation: of(&whole(&series.deals)) }];
    if series.minor.iter().any(|minor| *minor != 0) {
        let relation = of(&series.amounts());
        looks.push(Look { pipeline: "amount", currency: Some(series.currency.clone()), relation });
    }
    looks
}

fn verdicts(looks: &[Look], series: &Series, by: By) -> Table {
    let mut table = Table::new(&[
        "pipeline",
        "?currency",
        "first",
        ">n",
        "?unit",
        "verdict",
        ">lag",
        ">r",
        ">lo",
        ">hi",
        ">?q",
        ">?df",
        ">p",
        ">?granger_f",
        ">?granger_p",
        "?from",
        "?to",
    ]);
    let days = series.run.first().zip(series.run.last());
    for look in looks {
        for (first, direction) in [("activity", &look.relation.there), ("pipeline", &look.relation.back)] {
            let mut row = vec![
                look.pipeline.into(),
                look.currency.clone().into(),
                first.into(),
                look.relation.n.into(),
                by.units(2).into(),
                direction.verdict.as_str().into(),
            ];
            row.extend(numbers(direction));
            row.push(days.map(|(first, _)| first.to_string()).into());
            row.push(days.map(|(_, last)| by.next(*last).plus(-1).to_string()).into());
            table.row(row);
        }
    }
    table
}

/// The lag that may be named with its correlation and interval, the test over all lags, and the cross-check.
fn numbers(direction: &Direction) -> [Cell; 9] {
    let or_missing =
        |value: Option<f64>, places| value.map_or(Cell::Missing, |value| Cell::number(value, places));
    let (named, lead, granger) = (direction.named(), direction.lead, direction.granger);
    [
        named.map(|lead| lead.lag).into(),
        or_missing(named.map(|lead| lead.at_lag.value), 3),
        or_missing(named.map(|lead| lead.at_lag.lo), 3),
        or_missing(named.map(|lead| lead.at_lag.hi), 3),
        or_missing(lead.map(|lead| lead.q), 3),
        lead.map(|lead| lead.df).into(),
        or_missing(lead.map(|lead| lead.p), 4),
        or_missing(granger.map(|granger| granger.f), 3),
        or_missing(granger.map(|granger| granger.p), 4),
    ]
}

fn lags(looks: &[Look], longest: usize) -> Table {
    let mut table = Table::new(&["pipeline", "?currency", ">lag", ">r", ">chance", ">n"]);
    let longest = longest as i32;
    for look in looks {
        let Some(pair) = &look.relation.pair else { continue };
        for lag in -longest..=longest {
            table.row(vec![
                look.pipeline.into(),
                look.currency.clone().into(),
                i64::from(lag).into(),
                Cell::number(pair.correlation(lag), 4),
                Cell::number(pair.band(), 4),
                (pair.points() - lag.unsigned_abs() as usize).into(),
            ]);
        }
    }
    table
}

fn rows(series: &Series, by: By) -> Table {
    let mut table = Table::new(&["period", ">contributions", ">deals", ">amount", "currency"]);
    if series.has != (true, true) {
        return table;
    }
    for (place, first) in series.run.iter().enumerate() {
        table.row(vec![
            by.name(*first).into(),
            series.contributions[place].into(),
            series.deals[place].into(),
            Cell::Decimal(decimal(series.minor[place], &series.currency)),
            series.currency.clone().into(),
        ]);
    }
    table
}

fn method(relation: &Relation, longest: usize, by: By) -> String {
    let drift = match relation.made {
        Some(Made::Steps) => "as steps from one to the next",
        _ => "around a straight line",
    };
    let seasons = if relation.seasonal { ", seasons taken out" } else { "" };
    let terms = relation.pair.as_ref().map_or((0, 0), |pair| pair.terms);
    format!(
        "Logarithms {drift}{seasons}; each freed of its own past ({} and {} terms); lags 0 to {longest} {} together by Haugh's Q, clear below p 0.05, leaning below 0.20. A lag is named where it stands out among all (Bonferroni); r with its 95 % interval. Granger's F is a cross-check.",
        terms.0,
        terms.1,
        by.units(2)
    )
}

/// The picture beside the table: talk, so that data stay data.
fn plot(app: &App, series: &Series, looks: &[Look], by: By, longest: usize) {
    let glyphs = app.screen.glyphs();
    app.screen.drawn(&format!("\n{}", draw::over_time(series, by, glyphs)));
    let pairs: Vec<_> = looks
        .iter()
        .filter_map(|look| Some((look.pipeline.to_string(), look.relation.pair.as_ref()?)))
        .collect();
    if !pairs.is_empty() {
        app.screen.drawn(&format!("\n{}", draw::lags(&pairs, longest, by, glyphs)));
        app.screen
            .drawn("Below 0 deals move first, above 0 contributions do; to the right more goes with more.\n");
    }
}

fn next(app: &App, series: &Series, looks: &[Look]) {
    let known = looks.iter().any(|look| look.relation.there.verdict != Verdict::NotEnoughData);
    match series.has {
        (_, false) => {
            app.screen.next("groundswell import FILE --as deals", "the export of the CRM, as it wrote it");
        }
        (false, _) => app.screen.next("groundswell import FILE --as activity", "what members made"),
        _ if known => app.screen.next("groundswell measure pipeline --rows", "the series behind it"),
        _ => app.screen.next("groundswell measure credit", "which deals advocates touched, one by one"),
    }
}
