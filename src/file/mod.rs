//! The file itself: what was done to it.

pub mod log;
