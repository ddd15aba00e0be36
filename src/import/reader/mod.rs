//! Bytes become rows with line numbers. Knows CSV and workbooks as tools export them, not what the columns mean.
//!
//! A file is read twice: [`learn`] finds out how it is written and what its columns hold, [`rows()`] delivers. Neither keeps it in memory.
//! What is packed or a workbook becomes such a text first: see [`Container`].

mod aside;
mod beside;
mod census;
pub mod column;
mod container;
mod delimiter;
mod encoding;
mod groups;
mod header;
mod input;
mod korean;
mod layout;
mod plausible;
mod quotes;
mod record;
mod rows;
mod table;
mod tables;
mod text;

pub use column::Column;
pub use container::Container;
pub use delimiter::Delimiter;
pub use input::{Input, Watch};
pub use layout::{Layout, ReadOptions, learn};
pub use rows::{Row, rows};

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod matrix;
#[cfg(test)]
pub mod mutate;
#[cfg(test)]
mod tests;
