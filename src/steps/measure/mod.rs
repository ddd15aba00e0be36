//! Step 6, measure: what it brought.
pub mod credit;
