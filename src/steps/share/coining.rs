//! Codes and marks: drawn from the program's secret, so that the same file draws the same and nobody else can.

use crate::data;
use crate::model::digest::keyed;
use anyhow::{Context, Result};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

/// Letters of the name at most.
const NAME: usize = 8;
/// Draws before giving up: of 52 million codes hardly any are barred.
const DRAWS: u64 = 1000;
/// Without letters that look alike; 32 of them, so that five bits make one.
const MARK_DIGITS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// 40 bits: no two of a million marks are likely to be alike in one brief.
const MARK_LENGTH: usize = 8;

/// What codes are made of: data/codes.toml.
#[derive(Debug, Deserialize)]
pub struct Alphabet {
    consonants: String,
    vowels: String,
    digits: String,
    syllables: usize,
    digits_at_end: usize,
    barred: Vec<String>,
}

impl Alphabet {
    /// As the program carries it.
    pub fn shipped() -> Result<Self> {
        let text = data::needed("codes.toml")?;
        toml::from_str(text).context("codes.toml")
    }

    /// The first code of a member, counting draws from `first`, that is not barred and not `taken`.
    pub fn draw(
        &self,
        secret: &str,
        (member, name): (i64, Option<&str>),
        first: u64,
        taken: impl Fn(&str) -> bool,
    ) -> Result<String> {
        let name = prefix(name);
        for counter in first..first + DRAWS {
            let body = self.body(secret, member, counter);
            let code = if name.is_empty() { body.clone() } else { format!("{name}-{body}") };
            if !self.barred.iter().any(|word| body.contains(word.as_str())) && !taken(&code) {
                return Ok(code);
            }
        }
        anyhow::bail!("no free code was found for member {member}: give one, as in share code {member} CODE")
    }

    /// How hard a code is to guess, in bits: all that can be drawn are equally likely, as near as makes no difference.
    #[cfg(test)]
    fn bits(&self) -> f64 {
        let choices = |letters: &str| (letters.chars().count() as f64).log2();
        self.syllables as f64 * (choices(&self.consonants) + choices(&self.vowels))
            + self.digits_at_end as f64 * choices(&self.digits)
    }

    fn body(&self, secret: &str, member: i64, counter: u64) -> String {
        let bytes = keyed(secret, &format!("code:{member}:{counter}"));
        let mut at = 0;
        // Sixteen bits a letter: of at most 30 choices none is more than a thousandth likelier.
        let mut pick = |letters: &str| {
            let number = usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1]);
            at += 2;
            letters.chars().nth(number % letters.chars().count().max(1)).unwrap_or_default()
        };
        let mut body = String::new();
        for _ in 0..self.syllables {
            body.push(pick(&self.consonants));
            body.push(pick(&self.vowels));
        }
        for _ in 0..self.digits_at_end {
            body.push(pick(&self.digits));
        }
        body
    }
}

/// Whether one of two codes may be taken for the other: one letter differs, or two neighbours are swapped.
pub fn is_near(one: &str, other: &str) -> bool {
    strsim::osa_distance(one, other) < 2
}

/// The first name in capitals without accents; nothing where it is in another script.
fn prefix(name: Option<&str>) -> String {
    let first = name.and_then(|name| name.split_whitespace().next()).unwrap_or_default();
    let letters: String =
        first.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
    if !letters.chars().all(|c| c.is_ascii_alphabetic()) {
        return String::new();
    }
    letters.to_uppercase().chars().take(NAME).collect()
}

/// What marks one person's copy of a brief.
pub fn mark(secret: &str, brief: i64, member: i64) -> String {
    let bytes = keyed(secret, &format!("mark:{brief}:{member}"));
    bytes.iter().take(MARK_LENGTH).map(|byte| char::from(MARK_DIGITS[usize::from(byte % 32)])).collect()
}

/// What tells this program's calendar entries from another program's.
pub fn program_mark(secret: &str) -> String {
    let [a, b, c, d, ..] = keyed(secret, "calendar");
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

/// A code as it is kept: half-width, without outer blanks, upper case. None unless it is 3-24 letters, digits or
/// hyphens.
pub fn tidy(code: &str) -> Option<String> {
    let code: String = code.trim().nfkc().collect::<String>().to_uppercase();
    let code = code.trim().to_string();
    let fits = (3..=24).contains(&code.chars().count());
    (fits && code.chars().all(|c| c.is_alphanumeric() || c == '-')).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_readable_and_differ() {
        let alphabet = Alphabet::shipped().expect("the file is whole");
        let mut seen = BTreeSet::new();
        for member in 1..=2000 {
            let code = alphabet
                .draw("secret", (member, Some("王小明")), 0, |code| seen.contains(code))
                .expect("draws");
            assert_eq!(tidy(&code).as_deref(), Some(code.as_str()));
            assert!(code.len() == 10 && !code.contains(['I', 'O', '0', '1']), "{code}");
            assert!(!alphabet.barred.iter().any(|word| code.contains(word)), "{code}");
            assert!(seen.insert(code));
        }
    }

    #[test]
    fn the_same_file_draws_the_same() {
        let alphabet = Alphabet::shipped().expect("the file is whole");
        let draw =
            |secret, first| alphabet.draw(secret, (7, Some("José Núñez")), first, |_| false).expect("draws");
        assert_eq!(draw("a", 0), draw("a", 0));
        assert_ne!(draw("a", 0), draw("b", 0));
        assert_ne!(draw("a", 0), draw("a", 1));
        assert!(draw("a", 0).starts_with("JOSE-"));
    }

    #[test]
    fn codes_are_as_hard_to_guess_as_the_file_says() {
        let bits = Alphabet::shipped().expect("the file is whole").bits();
        assert!((25.6..25.7).contains(&bits), "{bits}");
        assert!(data::text("codes.toml").expect("there").contains("25.6 bits"));
    }

    #[test]
    fn one_slip_of_the_finger_is_too_near() {
        assert!(is_near("ANA-BADEMU34", "ANA-BADEMU35") && is_near("ANA-BADEMU34", "ANA-BADEMU43"));
        assert!(is_near("BADEMU34", "BADEMU34") && !is_near("BADEMU34", "BADELU35"));
    }

    #[test]
    fn nothing_free_is_an_error() {
        let alphabet = Alphabet::shipped().expect("the file is whole");
        let error = alphabet.draw("a", (7, None), 0, |_| true).expect_err("all are taken");
        assert!(error.to_string().contains("share code 7 CODE"), "{error}");
    }

    #[test]
    fn marks_differ_by_person_and_brief() {
        let marks: BTreeSet<String> = (1..=100).map(|member| mark("secret", 1, member)).collect();
        assert_eq!(marks.len(), 100);
        assert_ne!(mark("secret", 1, 7), mark("secret", 2, 7));
    }

    #[test]
    fn codes_are_tidied() {
        assert_eq!(tidy(" ana－１０ ").as_deref(), Some("ANA-10"));
        for bad in ["ab", "a b c", "ANA_10", "", "=1+1", &"A".repeat(25)] {
            assert_eq!(tidy(bad), None, "{bad}");
        }
    }
}
