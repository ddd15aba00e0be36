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

/// Rows are made on one thread and dropped on another, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
