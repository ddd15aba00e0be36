//! The nouns as plain values: no reading, no writing, no clock.

pub mod codes;
pub mod consent;
pub mod digest;
pub mod engine;
pub mod field;
pub mod identity;
pub mod kind;
pub mod money;
pub mod persona;
pub mod record;
pub mod segment;
pub mod stage;
pub mod time;
