//! How header texts are compared: with what a tool writes, and with names people use.
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::reader::column::Column;

/// A header as profiles compare it: case-folded, full-width forms narrowed, outer blanks, byte order mark and
/// quotes taken off, inner runs of blanks made one.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold(text, &mut folded);
    folded
}

/// Puts a header's or cell's folded text behind another.
pub fn fold(text: &str, out: &mut String) {
    let narrow = if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect::<String>().to_lowercase())
    };
    let outer = narrow.trim_matches(|c: char| c.is_whitespace() || "\u{feff}\u{200b}\"'".contains(c));
    let at = out.len();
    for word in outer.split_whitespace() {
        if out.len() > at {
            out.push(' ');
        }
        out.push_str(word);
    }
    out[at..].make_ascii_lowercase();
}

/// A header as synonyms compare it: letters and digits only, without case and accents.
pub fn bare(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// A header that is looked for, made ready once for many columns. `*` stands for anything, at either end.
pub struct Pattern {
    wanted: String,
    open_start: bool,
    open_end: bool,
}

impl Pattern {
    /// A pattern for headers that went through the same `compare`.
    pub fn of(pattern: &str, compare: fn(&str) -> String) -> Self {
        let wanted = compare(pattern.trim_matches('*'));
        Self { wanted, open_start: pattern.starts_with('*'), open_end: pattern.ends_with('*') }
    }

    /// Whether a header, compared already, is what the pattern names.
    pub fn fits(&self, header: &str) -> bool {
        if header.is_empty() || self.wanted.is_empty() {
            return false;
        }
        match (self.open_start, self.open_end) {
            (true, true) => header.contains(&self.wanted),
            (true, false) => header.ends_with(&self.wanted),
            (false, true) => header.starts_with(&self.wanted),
            (false, false) => header == self.wanted,
        }
    }
}

/// Whether a header is what a pattern names.
pub fn fits(pattern: &str, header: &str, compare: fn(&str) -> String) -> bool {
    Pattern::of(pattern, compare).fits(&compare(header))
}

/// The words of a header, lower-case: `ValorNPS`, `nps_score` and `NPS Score` each hold the word `nps`.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = text.chars().collect();
    for (at, &c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let next_is_lower = letters.get(at + 1).is_some_and(|c| c.is_lowercase());
        let starts = before.is_some_and(|b| {
            (b.is_lowercase() && c.is_uppercase())
                || (b.is_uppercase() && c.is_uppercase() && next_is_lower)
                || b.is_numeric() != c.is_numeric()
        });
        if (starts || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The header cells of a column that hold something for people: neither blank nor Qualtrics' import ids.
pub fn labels(column: &Column) -> impl Iterator<Item = &str> {
    column
        .names
        .iter()
        .map(String::as_str)
        .filter(|name| !name.is_empty() && !name.starts_with("{\"ImportId\""))
}

/// A column's header in one line, for messages; its number where it has none.
pub fn title(column: &Column) -> String {
    let names: Vec<&str> = labels(column).collect();
    let is_numbered = |name: &str| name.strip_prefix('V').is_some_and(|number| number.parse::<u16>().is_ok());
    match names.as_slice() {
        [] => format!("#{}", column.index + 1),
        // Qualtrics' old exports number their columns above the names.
        [first, name, ..] if is_numbered(first) => folded_blanks(name),
        names => folded_blanks(names.first().unwrap_or(&"")),
    }
}

fn folded_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first column one of whose header cells fits the pattern; a filled one before an empty one.
pub fn find<'a>(columns: &'a [Column], pattern: &str, compare: fn(&str) -> String) -> Option<&'a Column> {
    let pattern = Pattern::of(pattern, compare);
    let is_named = |column: &&Column| column.names.iter().any(|name| pattern.fits(&compare(name)));
    let fitting = || columns.iter().filter(is_named);
    fitting().find(|column| column.filled > 0).or_else(|| fitting().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_what_tools_add() {
        assert_eq!(folded("\u{feff}\"Date\" "), "date");
        assert_eq!(folded("收货地址\u{a0}"), "收货地址");
        assert_eq!(folded("店铺优惠（分摊）"), folded("店铺优惠(分摊)"));
        assert_eq!(bare("E-Mail Adresse:"), "emailadresse");
        assert_eq!(bare("Puntuación"), "puntuacion");
    }

    #[test]
    fn a_star_stands_for_anything_at_its_end() {
        assert!(fits("Deal - *", "deal - Title", folded));
        assert!(fits("*feedback", "Customer Feedback", bare));
        assert!(!fits("Deal - *", "Dealer", folded));
        assert!(!fits("*", "anything", folded), "a lone star would fit every header by mistake");
    }

    #[test]
    fn words_are_found_in_every_spelling() {
        for text in ["ValorNPS", "nps_score", "NPS Score", "NPSScore", "Q1_NPS"] {
            assert!(words(text).contains(&"nps".to_owned()), "{text}: {:?}", words(text));
        }
        assert!(!words("inputs").contains(&"nps".to_owned()));
    }
}
