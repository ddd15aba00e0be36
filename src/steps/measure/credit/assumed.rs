//! data/credit.toml: what attribution assumes where the program says nothing else.

use crate::data;
use anyhow::{Context, Result};
use serde::Deserialize;

/// The file.
#[derive(Debug, Clone, Deserialize)]
pub struct Assumed {
    /// The Markov rule's gates.
    pub markov: Gates,
    /// Limits of what is said.
    pub credit: Limits,
    /// When a code may have leaked.
    pub codes: Leaks,
    renewal: Words,
    /// What a file of rates may call its columns.
    pub columns: Columns,
}

/// The Markov rule's gates.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Gates {
    /// Paths, converted or not.
    pub fewest_paths: u64,
    /// Paths that converted.
    pub fewest_conversions: u64,
    /// Converting paths of one advocate, to be told apart.
    pub fewest_converting: u64,
    /// Advocates told apart.
    pub most_advocates: usize,
    /// How often paths are drawn again.
    pub draws: usize,
    /// Of more paths, groups are drawn.
    pub most_drawn_singly: u64,
    /// How many groups.
    pub groups: usize,
}

/// Limits of what is said.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Limits {
    /// How far shares may differ between rules.
    pub depends_times: f64,
    /// Answers needed to say something of those who did not answer.
    pub fewest_answers: u64,
    /// Days a rate counts for after its own.
    pub rate_days: i32,
    /// Orders and deals without a rate that are named.
    pub named_without_rate: usize,
}

/// When a code may have leaked.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Leaks {
    /// Orders with the code.
    pub fewest_orders: i64,
    /// A week so many times its usual one.
    pub jump_times: f64,
    /// Weeks with orders.
    pub fewest_weeks: usize,
}

#[derive(Debug, Clone, Deserialize)]
struct Words {
    en: Vec<String>,
    zh: Vec<String>,
}

/// What a file of rates may call its columns.
#[derive(Debug, Clone, Deserialize)]
pub struct Columns {
    /// The day of the rate.
    pub day: Vec<String>,
    /// The currency it is of.
    pub currency: Vec<String>,
    /// What one unit of it is worth.
    pub rate: Vec<String>,
}

impl Assumed {
    /// Reads the file.
    pub fn read() -> Result<Self> {
        toml::from_str(data::needed("credit.toml")?).context("data/credit.toml")
    }

    /// Whether a text of a deal says that it is a renewal.
    pub fn is_renewal(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphanumeric());
        words.any(|word| self.renewal.en.iter().any(|known| known == word))
            || self.renewal.zh.iter().any(|known| lower.contains(known.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renewals_say_so() {
        let assumed = Assumed::read().unwrap();
        for text in ["Acme - Renewal 2026", "renewal", "示例公司续约", "Renewed (Acme, 2026-01-01)"] {
            assert!(assumed.is_renewal(text), "{text}");
        }
        for text in ["Renewable energy pilot", "New business", "新签", ""] {
            assert!(!assumed.is_renewal(text), "{text}");
        }
    }
}
