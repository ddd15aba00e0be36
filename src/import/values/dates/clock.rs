//! The time of day and the zone behind a date.

use chrono::NaiveTime;

use super::words;

/// A time and an offset in seconds east of UTC, both optional.
pub type Clock = (Option<NaiveTime>, Option<i32>);

/// Reads all of `text` as time and zone (`3:12:45 pm GMT+1`, `17:33:05`, `10:37:33 -0500`); empty text is no time.
pub fn clock(text: &str) -> Option<Clock> {
    let lower = text.trim_matches(|c: char| c.is_whitespace() || c == ',').to_lowercase();
    if lower.is_empty() {
        return Some((None, None));
    }
    let spelled = lower
        .replace(['时', '時', '点', '點', '시'], ":")
        .replace(['分', '분'], ":")
        .replace(['秒', '초'], " ");
    let mut rest = spelled.trim().trim_start_matches("at ").trim_end_matches(':').trim();
    let mut half = None;
    // Chinese puts the half of the day in front: 下午3:12.
    let digits = rest.find(|c: char| c.is_ascii_digit())?;
    let front = rest[..digits].trim();
    if !front.is_empty() {
        half = Some(half_of_day(front)?);
        rest = &rest[digits..];
    }
    let end =
        rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ','))).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at(end);
    let (after, zone) = split_half(behind.trim());
    Some((Some(time(digits.trim_end_matches([':', ',']), half.or(after))?), offset(zone)?))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

fn half_of_day(word: &str) -> Option<Half> {
    if words::is("am", word) {
        return Some(Half::Morning);
    }
    (words::is("pm", word) || words::is("noon", word)).then_some(Half::Afternoon)
}

/// Takes `am`, `p.m.`, `p. m.` off the front.
fn split_half(text: &str) -> (Option<Half>, &str) {
    let forms = [
        ("a.m.", Half::Morning),
        ("p.m.", Half::Afternoon),
        ("a. m.", Half::Morning),
        ("p. m.", Half::Afternoon),
    ];
    let short = [("am", Half::Morning), ("pm", Half::Afternoon)];
    for (form, half) in forms.into_iter().chain(short) {
        if let Some(rest) = text.strip_prefix(form) {
            return (Some(half), rest.trim_start());
        }
    }
    (None, text)
}

fn time(digits: &str, half: Option<Half>) -> Option<NaiveTime> {
    let (clock, fraction) = match digits.split_once(['.', ',']) {
        Some((clock, fraction)) if clock.matches(':').count() == 2 => (clock, fraction),
        Some(_) => return None,
        None => (digits, "0"),
    };
    let mut parts = clock.split(':');
    let hour: u32 = short(parts.next()?)?;
    let minute: u32 = match parts.next() {
        Some(minute) => short(minute)?,
        // `3 PM` is a time, `3` is none.
        None if half.is_some() => 0,
        None => return None,
    };
    let second: u32 = parts.next().map_or(Some(0), short)?;
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nanos = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let hour = match half {
        None => hour,
        Some(_) if hour == 0 || hour > 12 => (half == Some(Half::Afternoon) && hour > 12).then_some(hour)?,
        Some(Half::Morning) => hour % 12,
        Some(Half::Afternoon) => hour % 12 + 12,
    };
    // A leap second is the last second of its minute: nothing in a program of days depends on it.
    NaiveTime::from_hms_nano_opt(hour, minute, second.min(59), nanos).filter(|_| second <= 60)
}

fn short(digits: &str) -> Option<u32> {
    (1..=2).contains(&digits.len()).then(|| digits.parse().ok())?
}

/// The inner `None` is no zone, the outer one something that is none.
#[allow(clippy::option_option, reason = "absent and unreadable must stay apart, and only one caller sees it")]
fn offset(text: &str) -> Option<Option<i32>> {
    let text = text.split(['(', '[']).next().unwrap_or_default().trim();
    if text.is_empty() {
        return Some(None);
    }
    if let Some(hours) = words::zone(text) {
        return Some(Some(hours * 3600));
    }
    let rest = ["utc", "gmt", "z"].iter().find_map(|name| text.strip_prefix(name));
    let number = rest.unwrap_or(text).trim();
    let (sign, digits) = match number.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some((hours, minutes)), _) => (hours, minutes),
        (None, 1 | 2) => (digits, "0"),
        (None, 4) => digits.split_at_checked(2)?,
        _ => return None,
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    // Zones run from -12 to +14.
    ((0..=14).contains(&hours) && (0..60).contains(&minutes))
        .then_some(Some(sign * (hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, Option<i32>)> {
        let (time, offset) = clock(text)?;
        Some((time.map_or(String::new(), |time| time.format("%H:%M:%S%.f").to_string()), offset))
    }

    #[test]
    fn times_and_zones() {
        for (text, time, offset) in [
            ("", "", None),
            ("12:34:56", "12:34:56", None),
            ("6:32", "06:32:00", None),
            ("12:34:56.25Z", "12:34:56.250", Some(0)),
            ("12:34:56 UTC", "12:34:56", Some(0)),
            ("10:37:33 -0500", "10:37:33", Some(-18_000)),
            ("00:00:00+05:30", "00:00:00", Some(19_800)),
            ("3:12:45 PM GMT+1", "15:12:45", Some(3600)),
            ("12:05 AM", "00:05:00", None),
            ("3:12 p. m.", "15:12:00", None),
            ("下午3:12", "15:12:00", None),
            ("17时33分05秒", "17:33:05", None),
            ("17时33分", "17:33:00", None),
            ("10:00:00 PST", "10:00:00", Some(-28_800)),
            ("10:00 pm EDT", "22:00:00", Some(-14_400)),
            ("10:00 CEST", "10:00:00", Some(7200)),
            ("10:00:00 GMT+0200 (Central European Summer Time)", "10:00:00", Some(7200)),
        ] {
            assert_eq!(read(text), Some((time.to_owned(), offset)), "{text}");
        }
        for text in [
            "25:00",
            "12:61",
            "noonish",
            "12",
            "12:00 CST",
            "12:00 IST",
            "12:00 BST",
            "12:00 PST+1",
            "12:00 +25:00",
            "1:2:3:4",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
