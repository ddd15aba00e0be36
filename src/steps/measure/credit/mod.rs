//! How the value of a conversion is shared out: evidence first (tiers), then a rule (rules, paths).
pub mod assumed;
pub mod band;
pub mod command;
mod exchange;
pub mod ledger;
mod lots;
pub mod models;
mod notes;
pub mod paths;
pub mod reconcile;
mod rows;
pub mod rules;
pub mod sums;
pub mod tiers;
pub mod totals;
mod views;
mod ways;
