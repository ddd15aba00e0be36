//! The file itself: whether it is sound, copies of it, what was done to it; the texts beside it, and the shell around it.

pub mod backup;
pub mod check;
pub mod completions;
pub mod export;
pub mod log;
pub mod man;
pub mod restore;
pub mod templates;
