//! E-mail files (RFC 5322), to be opened and sent by a mail program: nothing is sent from here.

use super::safe;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// A line with an encoded word may have 76 characters, of which `Subject: =?UTF-8?B?` and `?=` take 21: 39 octets
/// in Base64 are 52.
const WORD: usize = 39;
/// Name and address that fit on one line of 76 characters.
const HEADER: usize = 69;
/// Octets per line of an encoded body: 76 characters.
const LINE: usize = 57;

/// One message.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The sender's address, where it is to be in the file; else the mail program's account sends.
    pub from: Option<&'a str>,
    /// To whom: name and address.
    pub to: (&'a str, &'a str),
    /// The subject.
    pub subject: &'a str,
    /// When, as a mail header writes it: `Thu, 10 Dec 2026 16:00:00 +0000`.
    pub date: &'a str,
    /// The text.
    pub text: &'a str,
}

/// The message as a file: headers in ASCII, the text as UTF-8 in Base64, lines ending in CRLF.
pub fn file(message: &Message) -> String {
    let mut headers = Vec::new();
    if let Some(from) = message.from {
        headers.push(format!("From: {}", address(from)));
    }
    let (name, to) = message.to;
    let (name, to) = (words(name), address(to));
    let fold = if name.len() + to.len() > HEADER { "\r\n" } else { "" };
    headers.push(format!("To: {name}{fold} <{to}>"));
    headers.push(format!("Subject: {}", words(message.subject)));
    headers.push(format!("Date: {}", message.date));
    headers.push("MIME-Version: 1.0".into());
    headers.push("Content-Type: text/plain; charset=utf-8".into());
    headers.push("Content-Transfer-Encoding: base64".into());
    // Outlook opens such a file as a draft.
    headers.push("X-Unsent: 1".into());
    let text = message.text.replace("\r\n", "\n").replace('\n', "\r\n");
    let body: Vec<String> = text.as_bytes().chunks(LINE).map(base64).collect();
    format!("{}\r\n\r\n{}\r\n", headers.join("\r\n"), body.join("\r\n"))
}

/// Text in a header: as it is where it is plain ASCII, else as encoded words (RFC 2047), cut between characters.
fn words(text: &str) -> String {
    let text = safe::line(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || " !#$%&'*+-/=^_`{|}~".contains(c);
    if text.chars().all(plain) && text.len() <= WORD && !text.contains("=?") {
        return text;
    }
    let mut parts = vec![String::new()];
    for c in text.chars() {
        if parts.last().is_some_and(|part| part.len() + c.len_utf8() > WORD) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
        .iter()
        .map(|part| format!("=?UTF-8?B?{}?=", base64(part.as_bytes())))
        .collect::<Vec<_>>()
        .join("\r\n ")
}

/// An address cannot break out of its angle brackets.
fn address(text: &str) -> String {
    safe::line(text).chars().filter(|c| !matches!(c, '<' | '>' | ' ' | '"' | ',')).collect()
}

/// Base64 (RFC 4648) with padding.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let octet = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        for place in 0..4 {
            let sextet = (bits >> (18 - 6 * place)) & 63;
            text.push(if place <= group.len() { char::from(ALPHABET[sextet as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_4648() {
        let coded: Vec<String> = ["", "f", "fo", "foo", "foob", "fooba", "foobar"]
            .iter()
            .map(|text| base64(text.as_bytes()))
            .collect();
        assert_eq!(coded, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn names_cannot_add_headers() {
        let message = Message {
            from: None,
            to: ("Ana\r\nBcc: x@example.com", "ana@example.com>\r\nBcc: <y@example.com"),
            subject: "王小明，诚邀您加入一个名字很长很长的项目，一起把一件事情打磨好",
            date: "Thu, 10 Dec 2026 16:00:00 +0000",
            text: "您好\n",
        };
        let text = file(&message);
        assert!(text.is_ascii());
        assert!(!text.contains("\r\nBcc"), "{text}");
        assert!(text.split("\r\n").all(|line| line.len() <= 76), "{text}");
        assert!(text.contains("Subject: =?UTF-8?B?"));
        assert!(!text.contains("From:"));
    }
}
