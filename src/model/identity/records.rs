//! Record ids of Salesforce: 15 characters whose letter case matters, or 18 whose last three say it once more.
//!
//! Source: Salesforce help, "Convert 15 digit Id to 18 digit Id": each of the last three stands for five characters, with a
//! bit for each capital letter, the first character's the lowest. Example: `0015g00000AbCdE` is `0015g00000AbCdEAAV`.

/// The first three characters of people, accounts, users, opportunities, leads, cases and the like.
const PREFIXES: [&[u8]; 10] =
    [b"001", b"003", b"005", b"006", b"00q", b"00o", b"500", b"701", b"800", b"801"];

/// What five bits are written as.
const SIGNS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz012345";

fn looks_like_one(id: &str) -> bool {
    let bytes = id.as_bytes();
    bytes.len() == 15
        && PREFIXES.iter().any(|prefix| bytes[..3].eq_ignore_ascii_case(prefix))
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        // Digits alone are anybody's number; three of them are the prefix.
        && bytes[3..].iter().any(u8::is_ascii_alphabetic)
}

/// The 18 characters of an id of 15, in lower case; none for other numbers.
pub fn long(id: &str) -> Option<String> {
    if !looks_like_one(id) {
        return None;
    }
    let sign = |five: &[u8]| {
        let bits =
            five.iter().rev().fold(0, |bits, byte| (bits << 1) | usize::from(byte.is_ascii_uppercase()));
        char::from(SIGNS[bits])
    };
    Some(id.to_ascii_lowercase() + &id.as_bytes().chunks(5).map(sign).collect::<String>())
}

/// Whether a number is such an id without its letter case, as it was kept once.
pub fn is_folded(value: &str) -> bool {
    looks_like_one(value) && !value.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_characters_are_the_eighteen_of_the_same_record() {
        for (short, want) in [
            ("0015g00000AbCdE", Some("0015g00000abcdeaav")),
            ("0015g00000AbCde", Some("0015g00000abcdeaaf")),
            ("001D000000IqhSL", Some("001d000000iqhsliaz")),
            ("00Q000000000abc", Some("00q000000000abceaa")),
            ("001000000000123", None),
            ("4711", None),
            ("0015g00000AbCdEAAV", None),
            ("abcdefghijklmno", None),
        ] {
            assert_eq!(long(short).as_deref(), want, "{short}");
        }
        assert!(is_folded("0015g00000abcde") && !is_folded("0015g00000abcdeaav") && !is_folded("4711"));
    }
}
