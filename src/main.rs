//! groundswell: an advocacy program in six steps, in one local file.

mod app;
mod cli;
mod data;
mod file;
mod import;
mod members;
mod model;
mod output;
mod stats;
mod steps;
mod store;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
