//! Cell text as people meant it: without the blanks, marks and control characters that exports leave in it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use crate::output::safe;

use super::numbers::{Style, decimal};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The lines of an embedded word list, without comments and empty lines.
pub fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with("# ") && !line.trim().is_empty())
}

static MISSING: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| words(include_str!("../../../data/words/missing.tsv")).collect());

/// The first bytes of those words, in both letter cases: most cells need no further look.
static BEGINNINGS: LazyLock<[bool; 256]> = LazyLock::new(|| {
    let mut beginnings = [false; 256];
    for byte in MISSING.iter().filter_map(|word| word.bytes().next()) {
        beginnings[usize::from(byte)] = true;
        beginnings[usize::from(byte.to_ascii_uppercase())] = true;
    }
    beginnings
});

/// True for what Unicode calls blank and for the invisible marks (zero-width, BOM, text direction) that stand at the ends of cells.
pub fn is_blank_char(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\0')
}

/// The text without outer blanks, U+00A0, zero-width marks and BOM.
pub fn trim(text: &str) -> &str {
    // A cell that begins and ends in visible ASCII is the common case, and reading it costs two comparisons.
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(is_blank_char),
    }
}

/// Trimmed, without NUL and other control characters except line breaks, and in NFC, so that equal names are equal bytes.
pub fn clean(text: &str) -> Cow<'_, str> {
    let text = trim(text);
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return Cow::Borrowed(text);
    }
    let kept: Cow<'_, str> = if text.chars().any(|c| c.is_control() && c != '\n') {
        let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        Cow::Owned(lines.chars().filter(|c| !c.is_control() || *c == '\n').collect())
    } else {
        Cow::Borrowed(text)
    };
    match kept {
        Cow::Borrowed(kept) if is_nfc(kept) => Cow::Borrowed(trim(kept)),
        kept if is_nfc(&kept) => Cow::Owned(trim(&kept).to_owned()),
        kept => Cow::Owned(trim(&kept).nfc().collect()),
    }
}

/// A trimmed cell without what spreadsheets put round it: `="007"` keeps a text from becoming a number, `'9` marks a number as
/// text, and our own exports guard `'=1+1`.
pub fn bare(cell: &str) -> &str {
    let bare = match cell.as_bytes().first() {
        Some(b'=') => cell
            .strip_prefix("=\"")
            .and_then(|rest| rest.strip_suffix('"'))
            .filter(|inside| !inside.contains('"')),
        Some(b'\'') => cell.strip_prefix('\'').filter(|rest| is_number(rest)).or(Some(safe::unguard(cell))),
        _ => None,
    };
    bare.map_or(cell, trim)
}

fn is_number(text: &str) -> bool {
    [Style::Dot, Style::Comma].iter().any(|style| decimal(text, *style).is_some())
}

/// True for an empty cell and for the words that tools write into one (`NA`, `NAN`, `undefined`, `null`, `-`).
pub fn is_missing(text: &str) -> bool {
    let text = trim(text);
    if text.is_empty() {
        return true;
    }
    // The longest word of the list has four characters, or nine letters.
    text.len() <= 16
        && BEGINNINGS[usize::from(text.as_bytes()[0])]
        && (MISSING.contains(text) || MISSING.contains(text.to_lowercase().as_str()))
}

/// Whether all of it is Chinese characters, which no blanks part.
pub fn is_han(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}'))
}

/// Full-width digits, signs and letters as their ASCII twins, other scripts' digits as 0-9, odd blanks as a blank.
pub fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(narrow_char).collect())
}

fn narrow_char(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => shifted(c, '\u{FF01}', '!'),
        '\u{0660}'..='\u{0669}' => shifted(c, '\u{0660}', '0'),
        '\u{06F0}'..='\u{06F9}' => shifted(c, '\u{06F0}', '0'),
        '\u{0966}'..='\u{096F}' => shifted(c, '\u{0966}', '0'),
        '\u{00A0}' | '\u{2007}' | '\u{2009}' | '\u{202F}' | '\u{3000}' => ' ',
        '\u{066B}' => '.',
        '\u{066C}' | '\u{060C}' => ',',
        '\u{2212}' | '\u{2010}' | '\u{2011}' => '-',
        '\u{2019}' => '\'',
        _ => c,
    }
}

fn shifted(c: char, from: char, to: char) -> char {
    char::from_u32(c as u32 - from as u32 + to as u32).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outer_blanks_of_every_kind_go() {
        assert_eq!(clean(" \u{a0}Ada Lovelace \u{a0}\u{200b}"), "Ada Lovelace");
        assert_eq!(clean("\u{feff}name"), "name");
    }

    #[test]
    fn control_characters_go_and_line_breaks_stay() {
        assert_eq!(clean("a\0b\u{1b}[31mc"), "ab[31mc");
        assert_eq!(clean("one\r\ntwo\rthree"), "one\ntwo\nthree");
    }

    #[test]
    fn what_spreadsheets_put_round_a_cell_goes() {
        for (cell, expected) in [
            ("=\"2026-01-01\"", "2026-01-01"),
            ("=\" 9\"", "9"),
            ("'9", "9"),
            ("'1.234,5", "1.234,5"),
            ("'=1+1", "=1+1"),
            ("'+4912", "+4912"),
        ] {
            assert_eq!(bare(cell), expected);
        }
        for cell in ["=\"a\"&\"b\"", "=A1", "=\"", "'tis", "'90s", "'", "9", "\"9\""] {
            assert_eq!(bare(cell), cell);
        }
    }

    #[test]
    fn equal_names_are_equal_bytes() {
        assert_eq!(clean("Jose\u{301}"), "José");
    }

    #[test]
    fn words_for_nothing_are_missing() {
        for nothing in
            ["", "  ", "NA", "n/a", "NAN", "NaN", "undefined", "NULL", "-", "(跳过)", "(空)", "\u{a0}"]
        {
            assert!(is_missing(nothing), "{nothing:?}");
        }
        for something in ["0", "Nadia", "none", "no", "-1"] {
            assert!(!is_missing(something), "{something:?}");
        }
    }

    #[test]
    fn other_digits_become_ours() {
        assert_eq!(narrow("１２：３４"), "12:34");
        assert_eq!(narrow("٢٥٠"), "250");
    }
}
