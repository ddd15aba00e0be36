//! Step 6, measure: what it brought.

pub mod audience;
mod click_rank;
mod clicks;
mod codes;
mod contributions;
pub mod credit;
mod heard;
mod heard_decide;
pub mod heard_match;
mod maturity;
mod member_charts;
pub mod member_report;
pub mod months;
pub mod pipeline;
pub mod rates;
pub mod reach;
pub mod reach_rows;
pub mod summary;
pub mod summary_metrics;
mod summary_money;
mod summary_rows;

use crate::app::App;
use crate::app::fail::End;
use anyhow::Result;
use clap::{Args, Subcommand};

/// 6 - What it brought.
///
/// Example: groundswell measure reach --format csv -o reach.csv
#[derive(Debug, Args)]
pub struct Measure {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Summary(summary::Summary),
    Reach(reach::Reach),
    Clicks(clicks::Clicks),
    Credit(credit::command::Credit),
    Heard(heard::Heard),
    Codes(codes::Codes),
    Pipeline(pipeline::Pipeline),
    Maturity(maturity::Maturity),
    Report(member_report::Report),
}

impl Measure {
    /// Runs the command.
    pub fn run(self, app: &App) -> Result<End> {
        match self.command {
            Command::Summary(args) => args.run(app),
            Command::Reach(args) => args.run(app),
            Command::Clicks(args) => args.run(app),
            Command::Credit(args) => args.run(app),
            Command::Heard(args) => args.run(app),
            Command::Codes(args) => args.run(app),
            Command::Pipeline(args) => args.run(app),
            Command::Maturity(args) => args.run(app),
            Command::Report(args) => args.run(app),
        }
    }
}
