//! What is wrong with a filter, and where.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The most columns of a filter that are shown around an error.
const SHOWN_COLUMNS: usize = 60;
/// Words closer than this are offered.
const NEAR: f64 = 0.75;

/// What is wrong, from a character on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The first character's number, from 0.
    pub at: usize,
    /// How many characters.
    pub len: usize,
    /// What is wrong, and what is allowed.
    pub says: String,
}

impl Problem {
    /// At so many characters from one on.
    pub fn new(at: usize, len: usize, says: impl Into<String>) -> Self {
        Self { at, len: len.max(1), says: says.into() }
    }

    /// What is wrong, the filter, and a line that points at the place.
    pub fn shown(&self, text: &str) -> String {
        let (line, before) = self.window(text);
        let marked: String = text.chars().skip(self.at).take(self.len).collect();
        let marks = marked.width().clamp(1, SHOWN_COLUMNS);
        format!("{}\n  {line}\n  {}{}", self.says, " ".repeat(before), "^".repeat(marks))
    }

    /// The part of the text around the place, on one line, and the columns before the place.
    fn window(&self, text: &str) -> (String, usize) {
        let chars: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let width = |part: &[char]| part.iter().map(|c| c.width().unwrap_or(0)).sum::<usize>();
        let at = self.at.min(chars.len());
        let mut first = 0;
        while width(&chars[first..at]) > SHOWN_COLUMNS / 2 {
            first += 1;
        }
        let mut last = chars.len();
        while last > at && width(&chars[first..last]) > SHOWN_COLUMNS {
            last -= 1;
        }
        let left = if first > 0 { "…" } else { "" };
        let right = if last < chars.len() { "…" } else { "" };
        let line: String = chars[first..last].iter().collect();
        (format!("{left}{line}{right}"), left.width() + width(&chars[first..at]))
    }
}

/// The nearest of some words, where one is near.
pub fn near<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let close = |one: &&str| strsim::jaro_winkler(&word, &one.to_lowercase());
    let best = known.into_iter().max_by(|a, b| close(a).total_cmp(&close(b)))?;
    (close(&best) >= NEAR).then_some(best)
}
