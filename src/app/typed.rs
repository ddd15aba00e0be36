//! What is typed after a flag, read as what it must be; the error names the flag.

use super::fail::usage;
use crate::model::identity::Identity;
use crate::model::time::Day;
use anyhow::Result;

/// A day, in any way it may be typed.
pub fn day(flag: &str, text: &str) -> Result<Day> {
    Day::parse(text).ok_or_else(|| usage(format!("{flag} {text}: not a day; write it as 2026-06-30")))
}

/// An e-mail address.
pub fn email(flag: &str, text: &str) -> Result<Identity> {
    Identity::email(text).ok_or_else(|| usage(format!("{flag} {text}: not an e-mail address")))
}
