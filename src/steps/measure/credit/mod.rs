//! How the value of a conversion is shared out: evidence first (tiers), then a rule (rules).
pub mod command;
pub mod ledger;
pub mod rules;
pub mod tiers;
pub mod totals;
