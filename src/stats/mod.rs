//! Textbook methods, one per file: source and worked example on top, the example is also the test.
pub mod beta_binomial;
pub mod cronbach;
pub mod decay;
pub mod discrimination;
pub mod draws;
pub mod estimate;
pub mod garwood;
pub mod largest_remainder;
pub mod logistic;
pub mod median;
mod nelder_mead;
pub mod nps;
pub mod overlap;
pub mod percentile;
pub mod poisson_binomial;
pub mod proportion;
pub mod rate_drop;
pub mod ratio;
#[cfg(test)]
pub mod reference;
pub mod sample_size;
