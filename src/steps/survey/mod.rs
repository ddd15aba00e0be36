//! Step 2, survey: what drives each of them.
pub mod personas;
pub mod scoring;
