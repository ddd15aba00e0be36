//! The file itself: what was done to it, and the texts beside it.

pub mod log;
pub mod templates;
