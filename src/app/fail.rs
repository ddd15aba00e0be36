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

/// What an error of the disk or of a damaged file means, and what to do about it.
pub fn hint(error: &anyhow::Error) -> Option<&'static str> {
    Some(match Trouble::of(error)? {
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
