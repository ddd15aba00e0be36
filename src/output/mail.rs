//! A letter as an `.eml` file: a draft that a mail program opens, in any script (RFC 5322, 2045, 2047).

use super::safe;
use std::fmt::Write;

/// Bytes of text in one encoded word: with the header's name its line has at most 76 characters (RFC 2047, 2).
const WORD_BYTES: usize = 39;
/// Characters in a line of base64 (RFC 2045, 6.8).
const LINE: usize = 76;

/// A draft to one address, dated `date` (UTC seconds). Line breaks in `to` and `subject` cannot start a new
/// header: they become blanks.
pub fn message(to: &str, subject: &str, body: &str, date: i64) -> String {
    let body = safe::lines(body).replace('\n', "\r\n");
    let mut text = String::new();
    for (name, value) in [
        ("Date", dated(date)),
        ("To", header_text(to).trim().to_string()),
        ("Subject", words(header_text(subject).trim())),
        ("X-Unsent", "1".into()),
        ("MIME-Version", "1.0".into()),
        ("Content-Type", "text/plain; charset=utf-8".into()),
        ("Content-Transfer-Encoding", "base64".into()),
    ] {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("\r\n");
    for line in base64(body.as_bytes()).as_bytes().chunks(LINE) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push_str("\r\n");
    }
    text
}

/// One line without control characters.
fn header_text(text: &str) -> String {
    safe::line(text).chars().filter(|c| !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}')).collect()
}

/// A header's text: as it is when it is short plain ASCII, else as encoded words, one a line.
fn words(text: &str) -> String {
    if text.is_ascii() && text.len() <= WORD_BYTES && !text.contains("=?") {
        return text.into();
    }
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        let full = pieces.last().is_some_and(|piece| piece.len() + c.len_utf8() > WORD_BYTES);
        if full {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    let encoded: Vec<_> =
        pieces.iter().map(|piece| format!("=?utf-8?B?{}?=", base64(piece.as_bytes()))).collect();
    encoded.join("\r\n ")
}

/// A date as RFC 5322 writes it, in UTC.
fn dated(date: i64) -> String {
    chrono::DateTime::from_timestamp(date, 0)
        .map_or_else(String::new, |at| at.format("%a, %d %b %Y %H:%M:%S +0000").to_string())
}

/// RFC 4648 with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number =
            (0..3).fold(0_usize, |sum, i| sum << 8 | usize::from(three.get(i).copied().unwrap_or(0)));
        for place in 0..4 {
            let digit = char::from(DIGITS[number >> (18 - 6 * place) & 63]);
            text.push(if place <= three.len() { digit } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_rfc_4648() {
        let cases = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in cases {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_letter_in_full() {
        assert_eq!(
            message("ana@example.com", "Hello", "Hi", 1_795_435_200),
            "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nTo: ana@example.com\r\nSubject: Hello\r\nX-Unsent: 1\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nSGk=\r\n"
        );
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        let letter = message(
            "a@b.example\r\nBcc: x@y.example",
            "Hi\r\nBcc: z@y.example\u{2028}",
            "Bcc: in the body",
            0,
        );
        let (headers, _) = letter.split_once("\r\n\r\n").expect("a body");
        assert_eq!(headers.split("\r\n").count(), 7, "{headers}");
        assert!(!headers.contains("\r\nBcc"), "{headers}");
    }

    #[test]
    fn long_subjects_fold_between_characters() {
        let letter = message("a@b.example", &"先告诉您：".repeat(20), "", 0);
        for line in letter.split("\r\n") {
            assert!(line.len() <= 76, "{line}");
        }
    }
}
