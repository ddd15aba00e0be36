//! What an estimate is: a value, the interval around it, how sure the interval is, and how many it rests on.
//!
//! Levels (MEASUREMENT.md 0.2): 95 % intervals; an effect is `clear` when the 95 % interval excludes "no effect",
//! `leaning` when the 80 % interval does, else `cannot tell`.
use statrs::distribution::{ContinuousCDF, Normal};

/// The level of every printed interval.
pub const LEVEL: f64 = 0.95;

/// One number with its interval, in the unit of the number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The headline figure. An interval by an adjusted method need not be centred on it.
    pub value: f64,
    /// Lower end of the interval.
    pub lo: f64,
    /// Upper end of the interval; may be infinite for ratios.
    pub hi: f64,
    /// Confidence (or credibility) of the interval, 0-1.
    pub level: f64,
    /// How many observations it rests on.
    pub n: u64,
}

/// What may be said about an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The 95 % interval excludes "no effect".
    Clear,
    /// The 80 % interval excludes it, the 95 % one does not.
    Leaning,
    /// Neither does.
    CannotTell,
    /// Too few observations to print an estimate at all.
    NotEnoughData,
}

impl Verdict {
    /// From a two-sided p-value: the 95 % interval excludes "no effect" exactly when p < 0.05, the 80 % one when p < 0.20.
    pub fn from_p(p: f64) -> Verdict {
        if p < 0.05 {
            Verdict::Clear
        } else if p < 0.20 {
            Verdict::Leaning
        } else {
            Verdict::CannotTell
        }
    }

    /// The word used in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Clear => "clear",
            Verdict::Leaning => "leaning",
            Verdict::CannotTell => "cannot_tell",
            Verdict::NotEnoughData => "not_enough_data",
        }
    }
}

/// The two-sided normal quantile of a level: 1.959964 for 0.95.
pub fn z_of(level: f64) -> f64 {
    Normal::standard().inverse_cdf(f64::midpoint(1.0, level))
}

/// The two-sided p-value of a normal z.
pub fn two_sided_p(z: f64) -> f64 {
    2.0 * Normal::standard().sf(z.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        near(z_of(0.95), 1.959_963_984_540, 1e-10);
        near(z_of(0.80), 1.281_551_565_545, 1e-10);
        near(two_sided_p(1.959_963_984_540), 0.05, 1e-10);
    }

    #[test]
    fn verdicts_follow_the_levels() {
        let words: Vec<_> = [0.04, 0.1, 0.3].iter().map(|&p| Verdict::from_p(p).as_str()).collect();
        assert_eq!(words, ["clear", "leaning", "cannot_tell"]);
        assert_eq!(Verdict::NotEnoughData.as_str(), "not_enough_data");
    }
}
