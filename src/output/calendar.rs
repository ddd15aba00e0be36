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

/// One date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What tells it from every other: the same one again moves the date instead of doubling it.
    pub uid: String,
    /// When it begins, UTC seconds.
    pub start_utc: i64,
    /// How long it takes.
    pub minutes: u32,
    /// What it is called.
    pub title: String,
    /// What there is to know about it.
    pub text: String,
}

/// Several dates as a file; `stamp` is when it was made, UTC seconds.
pub fn draw(events: &[Event], stamp: i64) -> String {
    let mut lines =
        vec!["BEGIN:VCALENDAR".to_string(), "VERSION:2.0".into(), "PRODID:-//groundswell//EN".into()];
    for event in events {
        lines.push("BEGIN:VEVENT".into());
        lines.push(format!("UID:{}", text(&event.uid)));
        lines.push(format!("DTSTAMP:{}", at(stamp)));
        lines.push(format!("DTSTART:{}", at(event.start_utc)));
        lines.push(format!("DTEND:{}", at(event.start_utc + i64::from(event.minutes) * 60)));
        lines.push(format!("SUMMARY:{}", text(&event.title)));
        lines.push(format!("DESCRIPTION:{}", text(&event.text)));
        lines.push("END:VEVENT".into());
    }
    lines.push("END:VCALENDAR".into());
    file(&lines.join("\n"))
}

fn at(seconds: i64) -> String {
    chrono::DateTime::from_timestamp(seconds, 0)
        .map_or_else(String::new, |at| at.format("%Y%m%dT%H%M%SZ").to_string())
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

    #[test]
    fn a_date_in_full() {
        let event = Event {
            uid: "ask-1@groundswell".into(),
            start_utc: 1_795_435_200,
            minutes: 30,
            title: "Talk; or not".into(),
            text: "one\r\nEND:VEVENT".into(),
        };
        assert_eq!(
            draw(&[event], 0),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//groundswell//EN\r\nBEGIN:VEVENT\r\nUID:ask-1@groundswell\r\n\
             DTSTAMP:19700101T000000Z\r\nDTSTART:20261123T120000Z\r\nDTEND:20261123T123000Z\r\n\
             SUMMARY:Talk\\; or not\r\nDESCRIPTION:one\\nEND:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
    }
}
