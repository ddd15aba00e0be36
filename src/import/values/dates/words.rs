//! Month names and the words around them, in the languages that exports come in.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::LazyLock;

use super::super::text::words;

static MONTHS: LazyLock<HashMap<&'static str, u32>> =
    LazyLock::new(|| by_name(include_str!("../../../../data/words/months.tsv")));

/// What each name on a list of numbers and their names stands for.
fn by_name<T: FromStr + Copy>(list: &'static str) -> HashMap<&'static str, T> {
    words(list)
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(number, names)| Some((number.parse().ok()?, names)))
        .flat_map(|(number, names): (T, &str)| names.split(' ').map(move |name| (name, number)))
        .collect()
}

static KINDS: LazyLock<HashMap<&'static str, HashSet<&'static str>>> = LazyLock::new(|| {
    let mut kinds: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (kind, names) in
        words(include_str!("../../../../data/words/dates.tsv")).filter_map(|line| line.split_once('\t'))
    {
        kinds.entry(kind).or_default().extend(names.split(' '));
    }
    kinds
});

static ZONES: LazyLock<HashMap<&'static str, i32>> =
    LazyLock::new(|| by_name(include_str!("../../../../data/words/zones.tsv")));

/// The hours east of UTC of a zone by its lower-case name.
pub fn zone(name: &str) -> Option<i32> {
    ZONES.get(name).copied()
}

/// The month a lower-case word names.
pub fn month(word: &str) -> Option<u32> {
    MONTHS.get(word).copied()
}

/// True if the list of this kind (`weekday`, `filler`, `am`, `pm`, `noon`, `unit`, `relative`, `ago`) has the lower-case word.
pub fn is(kind: &str, word: &str) -> bool {
    KINDS.get(kind).is_some_and(|words| words.contains(word))
}

/// True for `2w`, `6h`, `3 days ago`, `2周前`: the words LinkedIn and others write in place of a date, whatever stands below them.
pub fn is_relative(text: &str) -> bool {
    let first_line = text.trim().split(['\n', '•', '·']).next().unwrap_or_default().trim().to_lowercase();
    if first_line.is_empty() || first_line.len() > 30 {
        return false;
    }
    if is("relative", &first_line) {
        return true;
    }
    let digits = first_line.find(|c: char| !c.is_ascii_digit()).unwrap_or(first_line.len());
    let unit = first_line[digits..].trim().trim_end_matches('.');
    if digits > 0 && digits <= 3 && is("unit", unit) {
        return true;
    }
    let counts = first_line.contains(|c: char| c.is_ascii_digit());
    counts && (first_line.ends_with('前') || first_line.split_whitespace().any(|word| is("ago", word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_in_six_languages() {
        for (word, number) in
            [("february", 2), ("marzo", 3), ("märz", 3), ("août", 8), ("dezembro", 12), ("sept", 9)]
        {
            assert_eq!(month(word), Some(number), "{word}");
        }
        assert_eq!(month("promoter"), None);
    }

    #[test]
    fn relative_dates_are_known_as_such() {
        for text in [
            "2w",
            "6h",
            "1mo",
            "2w\n      Edited",
            "3 days ago",
            "2周前",
            "yesterday",
            "vor 2 Tagen",
            "5d • Edited",
        ] {
            assert!(is_relative(text), "{text}");
        }
        for text in ["", "2024-01-01", "week", "12", "9 Sep 2024", "ago"] {
            assert!(!is_relative(text), "{text}");
        }
    }
}
