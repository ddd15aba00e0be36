//! The commands in their order, and how one ends.

use crate::app::fail::{self, End};
use crate::app::{App, Global, ask, complete};
use crate::model::time::Instant;
use crate::output::{self, Screen};
use crate::{file, import, members, steps};
use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::CompleteEnv;
use std::process::ExitCode;

/// Run an advocacy program in six steps: identify, survey, equip, amplify, share, measure.
///
/// One local file holds everything; nothing leaves this machine.
#[derive(Debug, Parser)]
#[command(
    name = "groundswell",
    version,
    infer_subcommands = false,
    disable_help_subcommand = false,
    after_help = "Start:  groundswell demo      a whole program from sample data, in ten seconds\n        groundswell init      a program of your own, here\n        groundswell status    the six steps on one screen, and the next command\n        groundswell next      this week's list: what to do first, and why\n\nExit codes: 0 done, 1 failed and nothing changed, 2 wrong arguments, 3 done but rows were set aside,\n            4 the program file cannot be used, 130 cancelled"
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(steps::demo::Demo),
    Init(steps::init::Init),
    Status(steps::status::Status),
    Next(steps::next::Next),
    Walk(steps::walk::Walk),
    Import(import::command::Import),
    Imports(import::batches::Imports),
    Merge(import::merge::Merge),
    Profiles(import::profiles::Profiles),
    Member(members::Member),
    Identify(steps::identify::Identify),
    Survey(steps::survey::Survey),
    Equip(steps::equip::Equip),
    Amplify(steps::amplify::Amplify),
    Share(steps::share::Share),
    Measure(steps::measure::Measure),
    Report(steps::report::Report),
    Check(file::check::Check),
    Log(file::log::Log),
    Backup(file::backup::Backup),
    Restore(file::restore::Restore),
    Export(file::export::Export),
    Handoff(steps::handoff::Handoff),
    Templates(file::templates::Templates),
    Explain(steps::explain::Explain),
    Completions(file::completions::Completions),
    Man(file::man::Man),
}

impl Command {
    /// Runs it.
    pub fn run(self, app: &App) -> Result<End> {
        match self {
            Self::Demo(args) => args.run(app, &line),
            Self::Init(args) => args.run(app),
            Self::Status(_) => steps::status::Status::run(app),
            Self::Next(args) => args.run(app),
            Self::Walk(_) => steps::walk::Walk::run(app, &inside),
            Self::Import(args) => args.run(app),
            Self::Imports(args) => args.run(app),
            Self::Merge(args) => args.run(app),
            Self::Profiles(args) => args.run(app),
            Self::Member(args) => args.run(app),
            Self::Identify(args) => args.run(app),
            Self::Survey(args) => args.run(app),
            Self::Equip(args) => args.run(app),
            Self::Amplify(args) => args.run(app),
            Self::Share(args) => args.run(app),
            Self::Measure(args) => args.run(app),
            Self::Report(args) => args.run(app),
            Self::Check(args) => args.run(app),
            Self::Log(args) => args.run(app),
            Self::Backup(args) => args.run(app),
            Self::Restore(args) => args.run(app),
            Self::Export(args) => args.run(app),
            Self::Handoff(args) => args.run(app),
            Self::Templates(args) => args.run(app),
            Self::Explain(args) => args.run(app),
            Self::Completions(args) => args.run(app, Cli::command()),
            Self::Man(args) => args.run(app, Cli::command()),
        }
    }
}

/// Runs one command line at a moment, as the demo does; muted, only its effect stays.
fn line(words: &[String], clock: Instant, muted: bool) -> Result<End> {
    let cli = Cli::try_parse_from(words)?;
    let mut app = App::new(cli.global)?.with_clock(clock);
    app.screen.quiet |= muted;
    app.screen.mute = muted;
    app.yes = true;
    cli.command.run(&app)
}

/// Runs one command line inside another command: in the same program, on the same day, with its own questions.
fn inside(words: &[String], outer: &App) -> Result<End> {
    let mut cli = Cli::try_parse_from(words)?;
    outer.lend(&mut cli.global);
    cli.command.run(&App::new(cli.global)?)
}

/// Parses, runs, says what went wrong, and returns the exit code.
pub fn main() -> ExitCode {
    CompleteEnv::with_factory(|| complete::completing(Cli::command())).complete();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    ask::end_on_ctrl_c();
    let result = App::new(cli.global).and_then(|app| cli.command.run(&app));
    match result {
        Ok(end) => end.into(),
        Err(error) if output::closed_pipe(&error) => ExitCode::from(fail::DONE),
        Err(error) => {
            Screen::error(&fail::said(&error));
            if let Some(hint) = fail::hint(&error) {
                Screen::wait(hint);
            }
            ExitCode::from(fail::code(&error))
        }
    }
}
