//! Files in: bytes to rows (reader), rows to columns that are understood (profile, understand), a row to a
//! record (kinds), and records into the program in one transaction, with a receipt.

mod ahead;
pub mod batches;
mod broken;
mod cells;
pub mod command;
mod decimals;
mod dialogue;
mod differences;
mod form;
pub mod headers;
mod keys;
mod kinds;
pub mod merge;
mod people;
pub mod profile;
pub mod profiles;
pub mod reader;
mod receipt;
mod rejected;
mod remarks;
mod remembered;
mod roll;
mod run;
mod spill;
pub mod synonyms;
mod tables;
pub mod understand;
pub mod values;
