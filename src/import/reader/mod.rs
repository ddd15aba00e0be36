//! Bytes become rows with line numbers. Knows CSV as tools export it, not what the columns mean.
//!
//! A file is read twice: [`learn`] finds out how it is written and what its columns hold, [`rows()`] delivers. Neither keeps it in memory.

mod census;
pub mod column;
mod delimiter;
mod encoding;
mod header;
mod input;
mod layout;
mod plausible;
mod record;
mod rows;
mod tables;
mod text;

pub use column::Column;
pub use delimiter::Delimiter;
pub use input::{Input, Watch};
pub use layout::{Layout, ReadOptions, learn};
pub use rows::{Row, rows};

#[cfg(test)]
mod tests;
