//! What a saved e-mail says: its text parts, unpacked (RFC 2045: base64, quoted-printable) and in UTF-8. Pure.
//!
//! Example: `Content-Transfer-Encoding: quoted-printable`, an empty line and `caf=C3=A9 =` + newline + `au lait` is "café au lait".

use encoding_rs::{Encoding, UTF_8};

/// Parts inside of parts beyond this are left out.
const DEEPEST: usize = 8;
/// Headers of which a mail has at least one.
const MARKS: [&str; 5] =
    ["mime-version", "content-type", "content-transfer-encoding", "received", "message-id"];

/// The text of a mail; none where the bytes are no mail.
pub fn text_of(bytes: &[u8]) -> Option<String> {
    let part = Part::of(bytes);
    let is_mail = MARKS.iter().any(|mark| part.header(mark).is_some());
    is_mail.then(|| {
        let mut text = String::new();
        part.read(&mut text, 0);
        text
    })
}

/// Headers, and what comes after the first empty line.
struct Part<'a> {
    headers: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> Part<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let (mut headers, mut rest): (Vec<(String, String)>, _) = (Vec::new(), bytes);
        while let Some((line, after)) = first_line(rest) {
            rest = after;
            let line = String::from_utf8_lossy(line);
            if line.trim().is_empty() {
                break;
            }
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                headers.push((name.trim().to_lowercase(), value.trim().to_string()));
            } else if headers.is_empty() && line.starts_with("From ") {
                // A mailbox file begins so.
            } else {
                break;
            }
        }
        Self { headers, body: rest }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter of the content's type, such as `charset`.
    fn parameter(&self, name: &str) -> Option<String> {
        let parts = self.header("content-type")?.split(';').skip(1);
        let mut pairs = parts.filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
        Some(value.trim().trim_matches('"').to_string())
    }

    fn read(&self, text: &mut String, depth: usize) {
        let kind = self.header("content-type").unwrap_or("text/plain").to_lowercase();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if depth > DEEPEST {
            return;
        }
        if let Some(boundary) = self.parameter("boundary").filter(|_| kind.starts_with("multipart/")) {
            for part in parts(self.body, &boundary) {
                Part::of(part).read(text, depth + 1);
            }
        } else if kind == "message/rfc822" {
            Part::of(&self.unpacked()).read(text, depth + 1);
        } else if kind.starts_with("text/") {
            let encoding = self.parameter("charset").and_then(|name| Encoding::for_label(name.as_bytes()));
            let said = encoding.unwrap_or(UTF_8).decode(&self.unpacked()).0.into_owned();
            text.push_str(&if kind == "text/html" { without_tags(&said) } else { said });
            text.push('\n');
        }
    }

    fn unpacked(&self) -> Vec<u8> {
        match self.header("content-transfer-encoding").unwrap_or_default().to_lowercase().as_str() {
            "base64" => base64(self.body),
            "quoted-printable" => quoted_printable(self.body),
            _ => self.body.to_vec(),
        }
    }
}

/// The first line without its end, and what comes after it.
fn first_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.is_empty() {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
    Some((line, bytes.get(end + 1..).unwrap_or_default()))
}

/// What stands between the lines of a boundary; what comes before the first and after the last is for nobody.
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let (mark, mut rest, mut at, mut begin, mut found) = (format!("--{boundary}"), body, 0, None, Vec::new());
    while let Some((line, after)) = first_line(rest) {
        if line.starts_with(mark.as_bytes()) {
            if let Some(begin) = begin {
                found.push(&body[begin..at]);
            }
            begin = Some(body.len() - after.len()).filter(|_| !line[mark.len()..].starts_with(b"--"));
        }
        rest = after;
        at = body.len() - rest.len();
    }
    // A mail that was cut off has no last line.
    found.extend(begin.map(|begin| &body[begin..]));
    found
}

fn base64(text: &[u8]) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in text {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}

fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let hex = |digit: Option<&u8>| digit.and_then(|digit| char::from(*digit).to_digit(16));
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(byte) = text.get(at) {
        if *byte != b'=' {
            bytes.push(*byte);
            at += 1;
        } else if let (Some(high), Some(low)) = (hex(text.get(at + 1)), hex(text.get(at + 2))) {
            bytes.push((high << 4 | low) as u8);
            at += 3;
        } else {
            // A line broken only for the mail: the sign, blanks, and the line's end.
            let line = text[at..].iter().position(|byte| *byte == b'\n');
            at = line.map_or(text.len(), |line| at + line + 1);
        }
    }
    bytes
}

/// The words of a page: no tags, no styles, entities as what they stand for.
fn without_tags(page: &str) -> String {
    let (mut text, mut rest) = (String::new(), page);
    while let Some(start) = rest.find(['<', '&']) {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        if let Some(tag) = rest.strip_prefix('<') {
            let lower = tag.to_ascii_lowercase();
            let hidden = ["style", "script"].into_iter().find(|name| lower.starts_with(name));
            let from = hidden.and_then(|name| lower.find(&format!("</{name}"))).unwrap_or(0);
            let end = tag[from..].find('>').map_or(tag.len(), |end| from + end + 1);
            text.push(' ');
            rest = &tag[end..];
            continue;
        }
        let end = rest.find(';').filter(|end| *end < 10);
        let sign = end.and_then(|end| entity(&rest[1..end]));
        text.push(sign.unwrap_or('&'));
        rest = &rest[if sign.is_some() { end.map_or(1, |end| end + 1) } else { 1 }..];
    }
    text + rest
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" | "rsquo" | "lsquo" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::mail::{Message, file};
    use proptest::prelude::*;

    #[test]
    fn our_own_mails_are_read_back() {
        let text = "Hello 王小明,\n\nit **boils**: 100 °C.\n";
        let message = Message {
            from: None,
            to: ("王小明", "wang@example.com"),
            subject: "水",
            date: "Thu, 10 Dec 2026 16:00:00 +0000",
            text,
        };
        let read = text_of(file(&message).as_bytes()).expect("a mail");
        assert_eq!(read.replace("\r\n", "\n").trim_end(), text.trim_end());
    }

    #[test]
    fn lines_broken_for_the_mail_are_joined() {
        let mail = b"From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ncaf=C3=A9 =\r\nau lait =3D 3";
        assert_eq!(text_of(mail).as_deref(), Some("café au lait = 3\n"));
        let latin = b"Content-Type: text/plain;\n charset=\"iso-8859-1\"\nContent-Transfer-Encoding: Quoted-Printable\n\ncaf=E9";
        assert_eq!(text_of(latin).as_deref(), Some("café\n"), "folded headers, another encoding");
    }

    #[test]
    fn parts_and_what_was_forwarded_in_them() {
        let mail = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b1\"\n\nfor nobody\n--b1\nContent-Type: text/plain\n\nsee below\n--b1\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--b1\nContent-Type: message/rfc822\n\nSubject: news\nContent-Type: text/html; charset=utf-8\n\n<style>p { x }</style><p>one&nbsp;&amp; tw&#111;&bogus;</p>\n--b1--\nafter";
        let read = text_of(mail.as_bytes()).expect("a mail");
        let words: Vec<&str> = read.split_whitespace().collect();
        assert_eq!(words, ["see", "below", "one", "&", "two&bogus;"]);
    }

    #[test]
    fn what_is_no_mail_is_none() {
        for text in ["", "Hello: this is a post\n\nwith words", "no headers at all", "\n\nMIME-Version: 1.0"]
        {
            assert_eq!(text_of(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_without_falling_over(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut mail = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n\n".to_vec();
            mail.extend(bytes);
            prop_assert!(text_of(&mail).is_some());
        }
    }
}
