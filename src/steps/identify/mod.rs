//! Step 1, identify: who could be an advocate.
pub mod score;
