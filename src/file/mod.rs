//! The file itself: whether it is sound, and what was done to it.

pub mod check;
pub mod log;
