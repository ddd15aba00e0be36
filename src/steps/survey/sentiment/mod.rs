//! `survey nps` and `survey csat`: the figure with its range, by segment and over time.

pub mod figures;
mod mix;
mod trend;
mod view;
mod words;

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::period::{Against, Span};
use crate::members::segment::{By, Chosen, Who, groups};
use crate::model::time::half_width;
use crate::store::scores::{self, Latest};
use anyhow::Result;
use clap::Args;
use figures::{Answers, Measure};
use std::collections::BTreeMap;
use trend::Every;
use view::Compared;

/// Would they recommend us: the net promoter score with its range.
///
/// One answer a person, the latest. A change is told apart from chance, or it is said that it cannot be; segments are
/// ranked only where their ranges do not overlap.
///
/// Example: groundswell survey nps --period 2026-Q2 --by stage
#[derive(Debug, Args)]
pub struct Nps {
    #[command(flatten)]
    wanted: Wanted,
}

/// How satisfied they are: the share of the two best answers with its range.
///
/// One answer a person, the latest; each scale for itself.
///
/// Example: groundswell survey csat --trend month
#[derive(Debug, Args)]
pub struct Csat {
    /// The scale of the answers, where there are several (else the one most used)
    #[arg(long, value_name = "LOW-HIGH")]
    scale: Option<String>,
    #[command(flatten)]
    wanted: Wanted,
}

/// What both are asked with.
#[derive(Debug, Args)]
struct Wanted {
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    against: Against,
    /// Segment by segment
    #[arg(long, value_enum, value_name = "FIELD")]
    by: Option<By>,
    /// The last eight quarters or months instead of one period
    #[arg(long, value_enum, value_name = "EVERY", num_args = 0..=1, default_missing_value = "quarter",
          conflicts_with_all = ["period", "days", "against"])]
    trend: Option<Every>,
    /// How many people were asked in the period, for the answer rate
    #[arg(long, value_name = "N", conflicts_with = "trend")]
    asked: Option<u64>,
    #[command(flatten)]
    who: Who,
}

/// The answers of one scale, period by period, and what was left out.
struct Given {
    measure: Measure,
    kind: &'static str,
    periods: Vec<Answers>,
    /// Answers on other scales, by scale, over all periods.
    others: BTreeMap<(i64, i64), usize>,
    who: Option<Chosen>,
}

impl Nps {
    /// Shows the score.
    pub fn run(self, app: &App) -> Result<End> {
        self.wanted.run(app, "nps", |_| Measure::Nps)
    }
}

impl Csat {
    /// Shows the share.
    pub fn run(self, app: &App) -> Result<End> {
        let asked_for = self.scale.as_deref().map(scale).transpose()?;
        self.wanted.run(app, "csat", |periods| {
            let (low, high) = asked_for.unwrap_or_else(|| most_used(periods));
            Measure::Csat { low, high }
        })
    }
}

impl Wanted {
    fn run(self, app: &App, kind: &'static str, measure: impl Fn(&[Vec<Latest>]) -> Measure) -> Result<End> {
        if let Some(every) = self.trend {
            let periods = trend::periods(every, app.as_of());
            let given =
                read(app, kind, &periods.iter().map(|one| one.days).collect::<Vec<_>>(), measure, &self.who)?;
            let groups = self.by.map(|by| groups(app, by)).transpose()?;
            trend::show(app, &given, &periods, self.by.zip(groups.as_ref()))?;
            return Ok(End::Done);
        }
        let period = self.span.or_usual(app)?;
        let before = self.against.of(period, app.as_of())?;
        let days: Vec<_> = [Some(period), before].into_iter().flatten().collect();
        let given = read(app, kind, &days, measure, &self.who)?;
        let n = given.periods[0].len() as u64;
        if let Some(asked) = self.asked.filter(|asked| *asked < n) {
            return Err(usage(format!(
                "--asked {asked}: {n} people answered in {period}, so at least as many were asked"
            )));
        }
        view::show(app, &given, &Compared { period, before, by: self.by, asked: self.asked })?;
        Ok(End::Done)
    }
}

/// The answers in some periods of those who fit the filter.
fn read(
    app: &App,
    kind: &'static str,
    periods: &[crate::app::period::Period],
    measure: impl Fn(&[Vec<Latest>]) -> Measure,
    who: &Who,
) -> Result<Given> {
    let days: Vec<_> = periods.iter().map(|period| (period.from, period.to)).collect();
    let mut found = scores::latest_in(app.store()?, kind, &days)?;
    let who = who.chosen(app)?;
    if let Some(who) = &who {
        for answers in &mut found {
            answers.retain(|answer| who.contains(answer.who));
        }
    }
    let measure = measure(&found);
    let mut others = BTreeMap::new();
    let mut on_scale = |answer: &Latest| {
        let own = (answer.low, answer.high) == measure.scale();
        if !own {
            *others.entry((answer.low, answer.high)).or_insert(0) += 1;
        }
        own.then_some((answer.who, answer.score))
    };
    let periods = found.iter().map(|answers| answers.iter().filter_map(&mut on_scale).collect()).collect();
    Ok(Given { measure, kind, periods, others, who })
}

/// The scale most answers are on; of equal ones the shortest.
fn most_used(periods: &[Vec<Latest>]) -> (i64, i64) {
    let mut scales: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    for answer in periods.iter().flatten() {
        *scales.entry((answer.low, answer.high)).or_default() += 1;
    }
    let most = scales
        .into_iter()
        .max_by_key(|&(scale, count)| (count, std::cmp::Reverse((scale.1 - scale.0, scale))));
    most.map_or((1, 5), |(scale, _)| scale)
}

fn scale(text: &str) -> Result<(i64, i64)> {
    let plain = half_width(text.trim());
    let ends = plain
        .split_once('-')
        .and_then(|(low, high)| Some((low.trim().parse().ok()?, high.trim().parse().ok()?)));
    ends.filter(|(low, high)| low < high)
        .ok_or_else(|| usage(format!("--scale {text}: write the lowest and the highest answer, as 1-5")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_as_people_write_them() {
        assert_eq!(scale("1-5").ok(), Some((1, 5)));
        assert_eq!(scale("１－７").ok(), Some((1, 7)));
        assert!(scale("5-1").is_err() && scale("five").is_err());
    }

    #[test]
    fn the_scale_most_used() {
        let answer = |low: i64, high: i64| Latest { who: 1, score: low, low, high };
        let periods = vec![vec![answer(1, 7), answer(1, 7), answer(1, 5)], vec![answer(1, 5)]];
        assert_eq!(most_used(&periods), (1, 5));
        assert_eq!(most_used(&periods[..1]), (1, 7));
        assert_eq!(most_used(&[]), (1, 5));
    }
}
