//! Step 2, survey: what drives each of them.
pub mod scoring;
