//! Segments: who fits a filter, for every command that picks people, and the filters saved by name.

mod command;
mod evaluate;
mod fields;
mod groups;
mod who;

pub use command::Segment;
pub use evaluate::{Chosen, choose, read};
pub use groups::{By, groups};
pub use who::Who;
