//! What is typed after a flag, read as what it must be; the error names the flag.

use super::accounts;
use super::fail::usage;
use crate::model::identity::Identity;
use crate::model::time::Day;
use anyhow::Result;

/// A day, in any way it may be typed.
pub fn day(flag: &str, text: &str) -> Result<Day> {
    Day::parse(text).ok_or_else(|| usage(format!("{flag} {text}: not a day; write it as 2026-06-30")))
}

/// An e-mail address, also as `mailto:` or with a name in front.
pub fn email(flag: &str, text: &str) -> Result<Identity> {
    accounts::email(text).ok_or_else(|| usage(format!("{flag} {text}: not an e-mail address")))
}

/// A handle, in any form that says which platform it is on.
pub fn handle(flag: &str, text: &str) -> Result<Identity> {
    let known = accounts::typed(text);
    known.ok_or_else(|| {
        usage(format!("{flag} {text}: write it as platform:handle, such as youtube:ana, or paste the address of the profile"))
    })
}
