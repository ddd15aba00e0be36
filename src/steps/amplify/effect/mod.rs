//! `amplify effect`: did a promotion or a reaction go with more, or with another one?

mod again;
mod cohorts;
mod design;
mod lift;
mod people;
mod report;
mod said;

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::members::segment::Who;
use crate::store::reactions::Treatment;
use anyhow::Result;
use clap::{Args, ValueEnum};
use design::Windows;

/// Length of the windows, in days, unless told: of amounts before and after, and of "again" after a first one.
const WINDOW_DAYS: i32 = 84;
const AGAIN_DAYS: i32 = 28;
/// Days before that are in no baseline, unless told.
const GAP_DAYS: i32 = 28;
/// What a reaction may take, in hours, unless settings say otherwise.
const REACTION_HOURS: f64 = 24.0;

/// Did lifting someone's work go with more of it?
///
/// Those whose work got a better place, against those whose work did not, over the same days.
///
/// Each person is compared with themselves before; the days just before (the gap) are left out, since people are chosen
/// after a good month. `--of reaction` asks whether those whose first contribution was answered made another one.
/// A figure comes with its range, with how both groups moved before, and with what it does not prove.
///
/// Example: groundswell amplify effect --of promotion --outcome reach
#[derive(Debug, Args)]
pub struct Effect {
    /// What was done with their work
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    of: Of,
    /// What is looked at: posts or reach, a week; or whether they made another one (usual with --of reaction)
    #[arg(long, value_enum, value_name = "WHAT")]
    outcome: Option<Outcome>,
    /// Length of the windows before and after, in days (84; for `again` the 28 after)
    #[arg(long, value_name = "DAYS")]
    window: Option<i32>,
    /// Days just before that are in no baseline
    #[arg(long, value_name = "DAYS", default_value_t = GAP_DAYS)]
    gap: i32,
    /// Compare each only with the three who were most like them before
    #[arg(long = "match")]
    matched: bool,
    /// Show each group of the same four weeks in every four weeks
    #[arg(long, conflicts_with = "matched")]
    cohorts: bool,
    #[command(flatten)]
    who: Who,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Of {
    /// It got a better place
    #[default]
    Promotion,
    /// One of ours answered it
    Reaction,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Outcome {
    /// Contributions a week
    Posts,
    /// People reached a week
    Reach,
    /// Whether they made another one
    Again,
}

impl Of {
    const fn treatment(self) -> Treatment {
        match self {
            Self::Promotion => Treatment::Promotion,
            Self::Reaction => Treatment::Reaction,
        }
    }
}

impl Effect {
    /// Compares, and says what may be said.
    pub fn run(self, app: &App) -> Result<End> {
        let usual = if self.of == Of::Reaction { Outcome::Again } else { Outcome::Posts };
        let outcome = self.outcome.unwrap_or(usual);
        let days = self.window.unwrap_or(if outcome == Outcome::Again { AGAIN_DAYS } else { WINDOW_DAYS });
        if !(14..=730).contains(&days) {
            return Err(usage(format!("--window {days}: from 14 to 730 days")));
        }
        if !(0..=365).contains(&self.gap) {
            return Err(usage(format!("--gap {}: from 0 to 365 days", self.gap)));
        }
        let who = self.who.chosen(app)?;
        let windows = Windows { days, gap: self.gap, as_of: app.as_of().0 };
        if outcome == Outcome::Again {
            if self.of == Of::Promotion {
                return Err(usage(
                    "--outcome again is about answers to first contributions: add --of reaction",
                ));
            }
            if self.matched || self.cohorts {
                return Err(usage("--match and --cohorts compare amounts: add --outcome posts or reach"));
            }
            let hours = app.number("reply.reaction_hours", REACTION_HOURS)? as i64;
            let firsts = people::firsts(app, who.as_ref())?;
            let now = app.zone().noon(app.as_of().plus(1)).0;
            let found = again::again(&firsts, hours, i64::from(days), now);
            report::again(app, &found, hours, days)?;
        } else {
            let people = people::people(app, self.of.treatment(), outcome == Outcome::Reach, who.as_ref())?;
            let asked = report::Asked { of: self.of, is_reach: outcome == Outcome::Reach, windows };
            if self.cohorts {
                report::cohorts(app, asked, &cohorts::cohorts(&people, windows))?;
            } else {
                report::lift(app, asked, &people, self.matched)?;
            }
        }
        if let Some(who) = &who {
            app.screen.say(&who.note());
        }
        app.screen.next("groundswell explain effect", "how this is computed, and what it cannot show");
        Ok(End::Done)
    }
}
