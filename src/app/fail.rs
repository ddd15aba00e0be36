//! How a command ends: the exit codes of PROGRAM.md, and the errors that carry one.

use crate::output::NoSuchFormat;
use crate::store::{Trouble, Unusable};
use std::process::ExitCode;

/// Everything was done.
pub const DONE: u8 = 0;
/// Failed; nothing was changed.
pub const FAILED: u8 = 1;
/// Wrong arguments, or a needed answer and no terminal to ask at.
pub const USAGE: u8 = 2;
/// Done, but some rows were set aside.
pub const SET_ASIDE: u8 = 3;
/// The program file cannot be used.
pub const UNUSABLE: u8 = 4;
/// Cancelled; nothing was changed.
pub const CANCELLED: u8 = 130;

/// An error that ends with a code of its own.
#[derive(Debug)]
pub struct Fail {
    code: u8,
    message: String,
}

impl std::fmt::Display for Fail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fail {}

/// Wrong arguments: exit code 2.
pub fn usage(message: impl Into<String>) -> anyhow::Error {
    Fail { code: USAGE, message: message.into() }.into()
}

/// The user cancelled: exit code 130.
pub fn cancelled() -> anyhow::Error {
    Fail { code: CANCELLED, message: "Cancelled. Nothing was changed.".into() }.into()
}

/// The exit code an error ends with.
pub fn code(error: &anyhow::Error) -> u8 {
    if error.downcast_ref::<Unusable>().is_some() || Trouble::of(error) == Some(Trouble::Damage) {
        return UNUSABLE;
    }
    if error.downcast_ref::<NoSuchFormat>().is_some() {
        return USAGE;
    }
    error.downcast_ref::<Fail>().map_or(FAILED, |fail| fail.code)
}

/// An error and what it comes from, each said once (SQLite names its causes twice) and without the system's numbers.
pub fn said(error: &anyhow::Error) -> String {
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        let cause = match cause.rsplit_once(" (os error ") {
            Some((words, number)) if number.trim_end_matches(')').parse::<i32>().is_ok() => words.to_string(),
            _ => cause,
        };
        let bare = match cause.strip_prefix("Error code ").and_then(|rest| rest.split_once(": ")) {
            Some((_, bare)) => bare,
            None => &cause,
        };
        if !said.last().is_some_and(|last| last.contains(bare)) {
            said.push(cause);
        }
    }
    said.join(": ")
}

/// What an error of the disk or of a damaged file means, and what to do about it.
pub fn hint(error: &anyhow::Error) -> Option<&'static str> {
    let is_full = |cause: &std::io::Error| cause.kind() == std::io::ErrorKind::StorageFull;
    let no_room = || error.chain().any(|cause| cause.downcast_ref().is_some_and(is_full));
    Some(match Trouble::of(error).or_else(|| no_room().then_some(Trouble::Full))? {
        Trouble::Full => "the disk is full: make room, and run it again",
        Trouble::Disk => {
            "the disk did not take or give what it should: is it full, unplugged or failing? Then run it again"
        }
        Trouble::Damage => {
            "the program file is damaged: `groundswell check` says where, `groundswell restore BACKUP` puts a copy back"
        }
    })
}

/// How a command that worked ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All of it.
    Done,
    /// Some rows were set aside.
    SetAside,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(match end {
            End::Done => DONE,
            End::SetAside => SET_ASIDE,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn a_cause_that_repeats_is_said_once() {
        let full = anyhow::anyhow!("Error code 13: database or disk is full");
        assert_eq!(
            said(&full.context("database or disk is full").context("cannot write copy.db")),
            "cannot write copy.db: database or disk is full"
        );
        let denied = anyhow::Error::from(Error::from_raw_os_error(13)).context("cannot make the folder out");
        let words = said(&denied);
        assert!(words.starts_with("cannot make the folder out: ") && !words.contains("os error"), "{words}");
        let other = anyhow::anyhow!("Error code 522: a short read");
        assert_eq!(said(&other.context("disk I/O error")), "disk I/O error: Error code 522: a short read");
    }

    #[test]
    fn a_full_disk_is_told_as_one_whoever_notices() {
        let error = |kind| anyhow::Error::from(Error::from(kind)).context("cannot write list.csv");
        assert!(hint(&error(ErrorKind::StorageFull)).is_some_and(|hint| hint.contains("make room")));
        assert_eq!(hint(&error(ErrorKind::NotFound)), None);
    }
}
