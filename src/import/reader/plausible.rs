//! Guessing an encoding by the likelihood of the letters it gives. That bytes decode without error proves nothing.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, MACINTOSH, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252,
};

/// The likeliest encoding of lines that are not UTF-8.
pub fn guess(lines: &[u8]) -> &'static Encoding {
    if let Some(encoding) = east_asian(lines) {
        return encoding;
    }
    let western = one_byte(lines, WINDOWS_1252);
    let mut best = (WINDOWS_1252, western);
    for encoding in [WINDOWS_1251, MACINTOSH] {
        let score = one_byte(lines, encoding);
        // A tie goes to the encoding that is far more common; so does a file with hardly any evidence.
        if score > best.1 + 1.0 {
            best = (encoding, score);
        }
    }
    if best.0 == MACINTOSH {
        return MACINTOSH;
    }
    // Greek, Central European, Turkish and others differ by frequencies, which the detector knows (it does not know Mac Roman).
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(lines, true);
    let other = detector.guess(None, Utf8Detection::Deny);
    let odd = lines.iter().filter(|b| !b.is_ascii()).count();
    let one_byte_per_letter = other.is_single_byte() && other.name() != "ISO-8859-8-I";
    // The detector needs about a dozen letters before it is right more often than the rule of thumb.
    if one_byte_per_letter && odd >= 12 && one_byte(lines, other) >= best.1 { other } else { best.0 }
}

/// Characters by how common they are where the encoding is used.
struct Share {
    common: usize,
    rare: usize,
    wrong: usize,
}

impl Share {
    fn of(lines: &[u8], encoding: &'static Encoding, is_common: impl Fn(u8, u8) -> bool) -> Self {
        let mut share = Self { common: 0, rare: 0, wrong: 0 };
        let mut bytes = lines;
        while let [lead, rest @ ..] = bytes {
            bytes = rest;
            if lead.is_ascii() {
                continue;
            }
            match rest {
                [trail, behind @ ..]
                    if !encoding.decode_without_bom_handling(&[*lead, *trail]).1 && *trail >= 0x30 =>
                {
                    if is_common(*lead, *trail) {
                        share.common += 1;
                    } else {
                        share.rare += 1;
                    }
                    bytes = behind;
                }
                _ => share.wrong += 1,
            }
        }
        share
    }

    fn value(&self) -> f64 {
        let all = self.common + self.rare + self.wrong;
        if all < 2 { 0.0 } else { self.common as f64 / all as f64 }
    }
}

/// The two-byte encodings put their common characters into the first half of the table: GB 2312 level 1 is rows B0-D7, Big5
/// level 1 is A4-C6, JIS level 1 begins at 88 and ends at 98; full-width signs and kana stand before them.
fn east_asian(lines: &[u8]) -> Option<&'static Encoding> {
    let gb =
        Share::of(lines, GB18030, |lead, trail| matches!(lead, 0xA1..=0xA3 | 0xB0..=0xD7) && trail >= 0xA1);
    let big5 = Share::of(lines, BIG5, |lead, _| matches!(lead, 0xA1..=0xC6));
    let sjis = Share::of(lines, SHIFT_JIS, |lead, trail| match lead {
        0x81 => matches!(trail, 0x40..=0x7C),
        0x82 => matches!(trail, 0x4F..=0x9A | 0x9F..=0xF1),
        lead => matches!(lead, 0x83 | 0x88..=0x98),
    });
    let kana = Share::of(lines, EUC_JP, |lead, trail| matches!(lead, 0xA4 | 0xA5) && trail >= 0xA1);
    let hangul = Share::of(lines, EUC_KR, |lead, trail| matches!(lead, 0xB0..=0xC8) && trail >= 0xA1);
    // Chinese has four in ten characters beyond C8; ten in a row without one is Korean.
    if hangul.value() > 0.95 && hangul.common >= 10 {
        return Some(EUC_KR);
    }
    if kana.value() > 0.25 && kana.wrong == 0 {
        return Some(EUC_JP);
    }
    let (encoding, share) = [(GB18030, gb.value()), (BIG5, big5.value()), (SHIFT_JIS, sjis.value())]
        .into_iter()
        .fold((GB18030, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    (share >= 0.7).then_some(encoding)
}

/// Adds up how well the odd characters sit among their neighbours: +1 for a letter in place, -1 for one that cannot stand there.
fn one_byte(lines: &[u8], encoding: &'static Encoding) -> f64 {
    let text = encoding.decode_without_bom_handling(lines).0;
    let characters: Vec<char> = text.chars().collect();
    let mut score = 0.0;
    for (at, c) in characters.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
        let before = at.checked_sub(1).map_or(' ', |at| characters[at]);
        let after = characters.get(at + 1).copied().unwrap_or(' ');
        score += in_place(before, *c, after);
    }
    score
}

/// Latin is 0; words do not mix scripts.
fn script(c: char) -> u8 {
    match c {
        '\u{370}'..='\u{3FF}' => 1,
        '\u{400}'..='\u{52F}' => 2,
        '\u{590}'..='\u{5FF}' => 3,
        '\u{600}'..='\u{6FF}' => 4,
        '\u{E00}'..='\u{E7F}' => 5,
        _ => 0,
    }
}

fn in_place(before: char, c: char, after: char) -> f64 {
    if c == '\u{FFFD}' || c.is_control() {
        return -1.0;
    }
    if c.is_alphabetic() {
        let latin = script(c) == 0;
        let foreign = |other: char| other.is_alphabetic() && script(other) != script(c);
        if foreign(before) || foreign(after) {
            return -1.0;
        }
        if c.is_uppercase() && before.is_lowercase() {
            return -1.0;
        }
        if !latin {
            // One such letter alone is more likely something else.
            return if before.is_alphabetic() || after.is_alphabetic() { 1.0 } else { -0.5 };
        }
        // Latin words of many languages have accents, none has three in a row.
        let accented = |other: char| other.is_alphabetic() && !other.is_ascii();
        return if accented(before) && accented(after) {
            -1.0
        } else {
            0.5 + f64::from(u8::from(before.is_alphabetic())) / 2.0
        };
    }
    // Signs stand beside words, not in them; the apostrophe is the exception.
    match c {
        '\u{2019}' => 0.5,
        _ if before.is_alphabetic() && after.is_alphabetic() => -1.0,
        '\u{2026}'
        | '\u{201C}'..='\u{201E}'
        | '\u{2018}'
        | '\u{2013}'
        | '\u{2014}'
        | '£'
        | '€'
        | '°'
        | '\u{A0}' => 0.5,
        _ => -0.25,
    }
}
