//! Completion in the shell: wherever a command takes a member or a brief, those of the program are offered.

use crate::output::safe;
use crate::store::{Store, hints};
use anyhow::Result;
use clap::Command;
use clap::builder::StyledStr;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// More than a screen of them helps nobody.
const MOST: usize = 100;

/// The command with its members, briefs, files and folders completed, all the way down.
pub fn completing(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        let named = |name: &str| {
            arg.get_value_names().is_some_and(|names| names.iter().any(|known| known.as_str() == name))
        };
        if named("MEMBER") || named("MEMBERS") || named("OTHER") {
            arg.add(ArgValueCompleter::new(|typed: &OsStr| offered(typed, hints::members)))
        } else if named("BRIEF") {
            arg.add(ArgValueCompleter::new(|typed: &OsStr| offered(typed, hints::briefs)))
        } else if named("DIR") {
            arg.add(ArgValueCompleter::new(PathCompleter::dir()))
        } else if named("FILE") {
            arg.add(ArgValueCompleter::new(PathCompleter::file()))
        } else {
            arg
        }
    });
    command.mut_subcommands(completing)
}

fn offered(
    typed: &OsStr,
    find: fn(&Store, &str, usize) -> Result<Vec<hints::Hint>>,
) -> Vec<CompletionCandidate> {
    let Some(store) = typed.to_str().and_then(|_| Store::glance(&program())) else { return Vec::new() };
    let found = find(&store, &typed.to_string_lossy(), MOST).unwrap_or_default();
    let candidate = |(typed, called): hints::Hint| {
        let help = Some(safe::line(&called)).filter(|text| !text.is_empty());
        CompletionCandidate::new(typed).help(help.map(StyledStr::from))
    };
    // What a shell cannot take back as one word is not offered.
    let plain = |(typed, _): &hints::Hint| !typed.contains(|c: char| c.is_whitespace() || c.is_control());
    found.into_iter().filter(plain).map(candidate).collect()
}

/// The program file of the command line that is being typed.
fn program() -> PathBuf {
    let words: Vec<OsString> = std::env::args_os().collect();
    let after = words.iter().position(|word| word == "--db").and_then(|at| words.get(at + 1)).cloned();
    let joined = words.iter().find_map(|word| word.to_str()?.strip_prefix("--db=").map(OsString::from));
    after
        .or(joined)
        .or_else(|| std::env::var_os("GROUNDSWELL_DB"))
        .map_or_else(|| "groundswell.db".into(), PathBuf::from)
}
