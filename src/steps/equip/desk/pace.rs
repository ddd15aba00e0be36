//! `equip desk pace`: who answers how fast.

use super::times::{Times, Wait, by_owner};
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::Span;
use crate::output::{Cell, Table};
use crate::steps::equip::limits::Limits;
use crate::store::questions;
use anyhow::Result;
use clap::Args;

/// Who answers how fast.
///
/// Of the questions asked in the period: the median of the hours until the answer, with the range in which it likely
/// is, from six answers on. Open ones have no answer time yet and are counted apart.
///
/// Example: groundswell equip desk pace --period 2026-Q2
#[derive(Debug, Args)]
pub struct Pace {
    #[command(flatten)]
    span: Span,
}

impl Pace {
    /// Lists colleagues, and all together.
    pub fn run(self, app: &App) -> Result<End> {
        let period = self.span.or_usual(app)?;
        let limits = Limits::read()?;
        let (goal, least) = (limits.desk_hours(app)?, limits.pace.least);
        let zone = app.zone();
        let asked = questions::list(app.store()?, app.as_of())?.into_iter();
        let waits: Vec<Wait> = asked
            .filter(|question| question.counts && period.has(zone.day(question.at)))
            .map(|question| {
                let until = question.answer.as_ref().map_or(app.now(), |(_, at)| *at);
                let hours = (until.0 - question.at.0).max(0) as f64 / 3600.0;
                Wait { owner: question.owner, hours, answered: question.answer.is_some() }
            })
            .collect();
        let mut table = Table::new(&[
            "owner",
            ">answered",
            ">median_hours",
            ">?median_low",
            ">?median_high",
            ">?fastest",
            ">?slowest",
            ">?within_goal",
            ">open",
            ">overdue",
            "~in_words",
        ])
        .or_say("No questions in these days: write down what an advocate asks with `groundswell equip desk ask MEMBER TEXT`.");
        for (owner, times) in by_owner(&waits, goal as f64, least) {
            table.row(line(owner.as_deref().unwrap_or("nobody"), &times, least));
        }
        if !table.rows.is_empty() {
            table.row(line("everybody", &Times::of(&waits, goal as f64, least), least));
            table.note(format!(
                "{}, {period}; answers up to {}; goal: within {goal} hours; the range is that of the order of the answers (95 %)",
                crate::output::safe::counted(waits.len(), "question", "questions"),
                app.as_of()
            ));
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell equip desk list --overdue", "what has waited for too long");
        Ok(End::Done)
    }
}

fn line(owner: &str, times: &Times, least: usize) -> Vec<Cell> {
    let hours = |value: Option<f64>| value.map(|value| Cell::number(value, 1));
    let median = times.median;
    let missing = match median {
        Some(_) => String::new(),
        None => format!("needs {least} answers, has {}", times.answered),
    };
    vec![
        owner.into(),
        times.answered.into(),
        hours(median.map(|median| median.value)).into(),
        hours(median.map(|median| median.lo)).into(),
        hours(median.map(|median| median.hi)).into(),
        hours(times.range.map(|range| range.0)).into(),
        hours(times.range.map(|range| range.1)).into(),
        times.within.into(),
        times.open.into(),
        times.overdue.into(),
        Some(missing).filter(|text| !text.is_empty()).into(),
    ]
}
