//! Text becomes a value: dates, numbers, money, scores. Pure; a decision that needs the whole column is made from its evidence.

pub mod currency;
pub mod dates;
pub mod groups;
pub mod money;
pub mod numbers;
pub mod sales;
pub mod scores;
pub mod stages;
pub mod text;
pub mod units;

#[cfg(test)]
mod fuzz;
