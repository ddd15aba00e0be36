//! Calendar files (RFC 5545): text made safe for a property, and lines folded.

use super::safe;

/// The longest line, in octets, without its end.
const LONGEST: usize = 75;

/// A text value: backslash, comma, semicolon and line breaks written as the format wants them.
pub fn text(value: &str) -> String {
    safe::lines(value).replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// A value that is no text, such as an address: on one line.
pub fn line(value: &str) -> String {
    safe::line(value)
}

/// A moment as UTC, from its `YYYY-MM-DDTHH:MM:SSZ`.
pub fn utc(iso: &str) -> String {
    iso.chars().filter(|c| !matches!(c, '-' | ':')).collect()
}

/// A filled calendar template as a file: empty lines gone, every line folded at 75 octets between characters,
/// each ending in CRLF.
pub fn file(filled: &str) -> String {
    let mut text = String::new();
    for line in filled.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        let mut octets = 0;
        for c in line.chars() {
            if octets + c.len_utf8() > LONGEST {
                text.push_str("\r\n ");
                octets = 1;
            }
            text.push(c);
            octets += c.len_utf8();
        }
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_fold_between_characters() {
        let folded = file(&format!("SUMMARY:{}\n\nEND:VEVENT\n", "启动会，".repeat(20)));
        assert!(folded.split("\r\n").all(|line| line.len() <= 75), "{folded}");
        assert_eq!(folded.replace("\r\n ", "").matches("启动会，").count(), 20);
        assert!(folded.ends_with("\r\nEND:VEVENT\r\n"));
    }

    #[test]
    fn text_cannot_end_its_property() {
        assert_eq!(text("a; b, c\\d\r\nEND:VEVENT"), "a\\; b\\, c\\\\d\\nEND:VEVENT");
        assert_eq!(utc("2026-12-10T16:00:00Z"), "20261210T160000Z");
    }
}
