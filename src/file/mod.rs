//! The file itself: whether it is sound, what was done to it, and the texts beside it.

pub mod check;
pub mod log;
pub mod templates;
