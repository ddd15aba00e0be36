//! A calendar file (iCalendar, RFC 5545): dates that a calendar program opens.

use super::safe;
use chrono::DateTime;

/// Octets in a line before it is folded (RFC 5545, 3.1).
const LINE: usize = 75;

/// One date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What tells it from every other; the same one again moves the date instead of doubling it.
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

/// The calendar; `stamp` is when it was made, UTC seconds.
pub fn draw(events: &[Event], stamp: i64) -> String {
    let mut text = String::new();
    let mut line = |content: String| {
        text.push_str(&fold(&content));
        text.push_str("\r\n");
    };
    line("BEGIN:VCALENDAR".into());
    line("VERSION:2.0".into());
    line("PRODID:-//groundswell//EN".into());
    line("CALSCALE:GREGORIAN".into());
    for event in events {
        line("BEGIN:VEVENT".into());
        line(format!("UID:{}", escape(&event.uid)));
        line(format!("DTSTAMP:{}", at(stamp)));
        line(format!("DTSTART:{}", at(event.start_utc)));
        line(format!("DTEND:{}", at(event.start_utc + i64::from(event.minutes) * 60)));
        line(format!("SUMMARY:{}", escape(&event.title)));
        line(format!("DESCRIPTION:{}", escape(&event.text)));
        line("END:VEVENT".into());
    }
    line("END:VCALENDAR".into());
    text
}

fn at(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0)
        .map_or_else(String::new, |at| at.format("%Y%m%dT%H%M%SZ").to_string())
}

/// TEXT values (RFC 5545, 3.3.11): line breaks are `\n`, and no other control character stays.
fn escape(text: &str) -> String {
    let plain = safe::lines(text);
    plain.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Lines of at most 75 octets, broken between characters; the rest of a line begins with a blank.
fn fold(content: &str) -> String {
    let mut folded = String::new();
    let mut octets = 0;
    for c in content.chars() {
        if octets + c.len_utf8() > LINE {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(title: &str, text: &str) -> Event {
        Event {
            uid: "ask-1@groundswell".into(),
            start_utc: 1_795_435_200,
            minutes: 30,
            title: title.into(),
            text: text.into(),
        }
    }

    #[test]
    fn a_date_in_full() {
        assert_eq!(
            draw(&[event("Talk; or not, \\ ", "one\ntwo")], 0),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//groundswell//EN\r\nCALSCALE:GREGORIAN\r\nBEGIN:VEVENT\r\n\
             UID:ask-1@groundswell\r\nDTSTAMP:19700101T000000Z\r\nDTSTART:20261123T120000Z\r\n\
             DTEND:20261123T123000Z\r\nSUMMARY:Talk\\; or not\\, \\\\ \r\nDESCRIPTION:one\\ntwo\r\nEND:VEVENT\r\n\
             END:VCALENDAR\r\n"
        );
    }

    #[test]
    fn long_lines_fold_between_characters() {
        let long = "王小明，请回答。".repeat(30);
        let drawn = draw(&[event(&long, "x\r\nEND:VEVENT")], 0);
        assert!(drawn.split("\r\n").all(|line| line.len() <= LINE));
        assert!(drawn.replace("\r\n ", "").contains(&long));
        assert_eq!(drawn.matches("\r\nEND:VEVENT").count(), 1);
    }
}
