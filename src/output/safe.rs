//! Text from files is data: what a screen, a spreadsheet or a file name may do with it.

use std::fmt::Display;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Text on one line of a screen: without control characters (escapes included) and direction overrides;
/// line breaks become blanks.
pub fn line(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' => Some(' '),
            c if c.is_control() || is_direction(c) => None,
            c => Some(c),
        })
        .collect()
}

/// Several lines of a screen: line breaks stay.
pub fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// What a terminal is given of a text that is data: no control characters but line breaks and tabs, and no direction
/// overrides.
pub fn shown(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !(c.is_control() || is_direction(*c))).collect()
}

/// Text in a table's cell: as [`line()`], and joined emoji keep only their first character, since terminals
/// disagree about how wide the joined ones are.
pub fn cell(text: &str) -> String {
    line(text)
        .graphemes(true)
        .map(|cluster| {
            let joined = |c| matches!(c, '\u{fe0f}' | '\u{200d}' | '\u{1f3fb}'..='\u{1f3ff}');
            let kept = if cluster.chars().any(joined) {
                cluster.chars().next().map_or(0, char::len_utf8)
            } else {
                cluster.len()
            };
            &cluster[..kept]
        })
        .collect()
}

/// A number and what it counts: "1 brief", "2 briefs".
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
}

const fn is_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// A spreadsheet would run a cell that begins like this (OWASP, CSV injection).
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// A text cell of a CSV or XLSX file: one that would be a formula, or looks already guarded, gets an
/// apostrophe in front.
pub fn guard(text: &str) -> String {
    if is_formula(text) || (text.starts_with('\'') && is_formula(text.trim_start_matches('\''))) {
        format!("'{text}")
    } else {
        text.to_string()
    }
}

/// What [`guard`] was given: its apostrophe taken off again.
pub fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

/// A file name made of someone's words: letters and digits of any script stay, all else is a hyphen; never
/// empty, never hidden, never a path, at most 60 characters.
pub fn slug(text: &str) -> String {
    let mut name = String::new();
    for c in text.nfc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            name.push(c);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.chars().count() == 60 {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "unnamed".into() } else { name.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_do_not_reach_a_screen() {
        assert_eq!(line("a\u{1b}[31mred\u{202e}b\nc"), "a[31mredb c");
        assert_eq!(lines("a\r\nb\u{7}"), "a\nb");
        assert_eq!(shown("a\tb\r\n\u{9b}2J\u{2066}c"), "a\tb\n2Jc");
    }

    #[test]
    fn joined_emoji_keep_their_first_character() {
        assert_eq!(cell("ok 👍🏽 王小明 👩‍💻 🇩🇪"), "ok 👍 王小明 👩 🇩🇪");
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(1_i64, "brief", "briefs"), "1 brief");
        assert_eq!(
            (counted(0_usize, "ask", "asks"), counted(2_i64, "ask", "asks")),
            ("0 asks".into(), "2 asks".into())
        );
    }

    #[test]
    fn formulas_are_neutralised() {
        assert_eq!(guard("=1+1"), "'=1+1");
        assert_eq!(guard("＝1"), "'＝1");
        assert_eq!(guard("it's"), "it's");
        assert_eq!(unguard("'tis"), "'tis");
    }

    #[test]
    fn names_of_files_stay_names() {
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("王小明 (Ana O'Neil)"), "王小明-ana-o-neil");
        assert_eq!(slug("..."), "unnamed");
    }

    proptest! {
        #[test]
        fn guarding_comes_back(text in "[\\-=+@'\t a1王＝]{0,8}") {
            let guarded = guard(&text);
            prop_assert!(!is_formula(&guarded));
            prop_assert_eq!(unguard(&guarded), text);
        }
    }
}
