//! Guessing an encoding by the likelihood of the letters it gives. That bytes decode without error proves nothing.

use std::collections::HashSet;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, ISO_8859_4, ISO_8859_8_I, MACINTOSH, SHIFT_JIS, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1256, X_MAC_CYRILLIC,
};

use super::encoding::{CP850, decoded};
use super::korean;

/// So many characters tell by themselves whether they are Chinese, and so many different letters which alphabet they are of.
const FEW: usize = 5;

/// From what likelihood on bytes that may be Chinese are Korean: exports in Chinese are many more; the second where the user works in
/// Chinese.
const KOREAN: f64 = 2.0;
const SURELY_KOREAN: f64 = 8.0;

/// The likeliest encoding of lines that are not UTF-8. `chinese` says that the user works in simplified Chinese, which decides
/// where two or three characters are all there is.
pub fn guess(lines: &[u8], chinese: bool) -> &'static Encoding {
    // Ten lines tell by themselves what they are.
    let chinese = chinese && lines.split(|byte| *byte == b'\n').count() <= 10;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(lines, true);
    let detected = detector.guess(None, Utf8Detection::Deny);
    east_asian(lines, detected, chinese).unwrap_or_else(|| one_byte_per_letter(lines, detected))
}

/// The detector knows the frequencies by which Greek, Central European, Turkish and others differ; it does not know Mac Roman and
/// not how common an encoding is among exports.
fn one_byte_per_letter(lines: &[u8], detected: &'static Encoding) -> &'static Encoding {
    let odd = lines.iter().filter(|byte| !byte.is_ascii()).count();
    let western = one_byte(lines, WINDOWS_1252);
    let mut best = (WINDOWS_1252, western);
    let cyrillic = one_byte(lines, WINDOWS_1251);
    // A tie goes to the encoding that is far more common; so does a file with hardly any evidence.
    if cyrillic > western + 1.0 {
        best = (WINDOWS_1251, cyrillic);
    }
    // Of two that differ little, Windows wrote most files.
    let windows = match detected.name() {
        "ISO-8859-2" => WINDOWS_1250,
        "ISO-8859-5" => WINDOWS_1251,
        "ISO-8859-6" => WINDOWS_1256,
        "ISO-8859-7" => WINDOWS_1253,
        _ => detected,
    };
    let detected = if one_byte(lines, windows) >= one_byte(lines, detected) { windows } else { detected };
    let known = detected.is_single_byte() && detected != ISO_8859_8_I && detected != ISO_8859_4;
    let others = one_byte(lines, detected);
    if known && detected != WINDOWS_1252 && others >= best.1 - 1.0 && (odd > 2 || others > best.1 + 0.5) {
        best = (detected, others);
    }
    let central = one_byte(lines, WINDOWS_1250);
    if central > best.1 + 1.0 && is_central_european(&WINDOWS_1250.decode_without_bom_handling(lines).0) {
        best = (WINDOWS_1250, central);
    }
    if best.0 == WINDOWS_1252 && is_hungarian(&WINDOWS_1252.decode_without_bom_handling(lines).0) {
        best = (WINDOWS_1250, central);
    }
    best.1 = best.1.max(western) + 0.5;
    for old in [MACINTOSH, CP850, X_MAC_CYRILLIC] {
        let score = one_byte(lines, old);
        if score > best.1 {
            best = (old, score);
        }
    }
    best.0
}

/// True if the accented letters are several, and all those of Polish, of Czech and Slovak, or of Hungarian.
fn is_central_european(text: &str) -> bool {
    let odd = text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).flat_map(char::to_lowercase);
    let odd: HashSet<char> = odd.collect();
    let alphabets = ["ąćęłńóśźż", "áäčďéěíĺľňóôŕřšťúůýž", "áéíóöőúüű"];
    odd.len() >= FEW && alphabets.iter().any(|letters| odd.iter().all(|c| letters.contains(*c)))
}

/// Hungarian `ő` looks like `õ` when it is read as western. Portuguese has that before an `e` only, Estonian not beside accents.
fn is_hungarian(western: &str) -> bool {
    let alone = western
        .char_indices()
        .any(|(at, c)| matches!(c, 'õ' | 'Õ') && !western[at + c.len_utf8()..].starts_with(['e', 'E']));
    alone
        && western.contains(['á', 'é', 'í', 'ó', 'ú', 'ö', 'ü', 'Á', 'É', 'Ö'])
        && !western.contains(['ã', 'ç', 'à', 'ê', 'ä', 'ñ'])
}

/// Characters by how common they are where the encoding is used.
struct Share {
    common: usize,
    rare: usize,
    wrong: usize,
    /// Characters of four bytes, which only GB18030 has.
    four: usize,
}

impl Share {
    fn of(lines: &[u8], encoding: &'static Encoding, is_common: impl Fn(u8, u8) -> bool) -> Self {
        let mut share = Self { common: 0, rare: 0, wrong: 0, four: 0 };
        let mut bytes = lines;
        let mut before = b' ';
        while let [lead, rest @ ..] = bytes {
            bytes = rest;
            let in_word = before.is_ascii_alphabetic();
            before = *lead;
            if lead.is_ascii() {
                continue;
            }
            if encoding == GB18030
                && let [0x30..=0x39, 0x81..=0xFE, 0x30..=0x39, behind @ ..] = rest
            {
                // Signs such as the half-width yen.
                share.four += 1;
                before = b' ';
                bytes = behind;
                continue;
            }
            match rest {
                [trail, behind @ ..]
                    if !encoding.decode_without_bom_handling(&[*lead, *trail]).1 && *trail >= 0x30 =>
                {
                    // `José` has its odd byte within a word of ASCII; two-byte text has neighbours of its own kind.
                    let letters = behind.first().is_some_and(u8::is_ascii_alphabetic);
                    if (in_word || letters) && trail.is_ascii() {
                        share.wrong += 1;
                    } else if is_common(*lead, *trail) {
                        share.common += 1;
                    } else {
                        share.rare += 1;
                    }
                    before = b' ';
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
fn east_asian(lines: &[u8], detected: &'static Encoding, chinese: bool) -> Option<&'static Encoding> {
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
    // Chinese has four in ten characters beyond C8; a column of one word may have none.
    let korean = if hangul.value() > 0.95 { korean::likelihood(lines) } else { f64::NEG_INFINITY };
    if korean > if chinese { SURELY_KOREAN } else { KOREAN } {
        return Some(EUC_KR);
    }
    if gb.four > 0 && gb.wrong == 0 {
        return Some(GB18030);
    }
    if kana.wrong == 0 && (kana.value() > 0.25 || detected == EUC_JP && kana.common > 0 && !chinese) {
        return Some(EUC_JP);
    }
    let two_bytes_each = gb.wrong == 0 && gb.value() >= sjis.value() && detected != BIG5;
    if chinese && two_bytes_each && (1..FEW).contains(&(gb.common + gb.rare)) {
        return Some(GB18030);
    }
    let (encoding, share) = [(GB18030, gb.value()), (BIG5, big5.value()), (SHIFT_JIS, sjis.value())]
        .into_iter()
        .fold((GB18030, 0.0), |best, next| if next.1 > best.1 { next } else { best });
    (share >= 0.7).then_some(encoding)
}

/// Adds up how well the odd characters sit among their neighbours: +1 for a letter in place, -1 for one that cannot stand there.
fn one_byte(lines: &[u8], encoding: &'static Encoding) -> f64 {
    let characters: Vec<char> = decoded(encoding, lines).chars().collect();
    let mut score = 0.0;
    for (at, c) in characters.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
        let before = at.checked_sub(1).map_or(' ', |at| characters[at]);
        let after = characters.get(at + 1).copied().unwrap_or(' ');
        score += in_place(before, *c, after, encoding);
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

/// True if a letter or sign of the cell stands where none can, so that its byte was likely meant in another encoding than the
/// one-byte encoding it was read in: `chang‚`, `Josй`, `prŠs`.
pub fn is_doubtful(cell: &str) -> bool {
    let mut before = ' ';
    let mut rest = cell.chars();
    while let Some(c) = rest.next() {
        let after = rest.clone().next().unwrap_or(' ');
        if !c.is_ascii() && stands_oddly(before, c, after, rest.as_str()) {
            return true;
        }
        before = c;
    }
    false
}

fn stands_oddly(before: char, c: char, after: char, rest: &str) -> bool {
    let in_word = before.is_alphabetic() && after.is_alphabetic();
    match c {
        // Unicode counts these as letters; words do not.
        '\u{192}' | '\u{2C6}' => before.is_alphabetic() || after.is_alphabetic(),
        'ª' | 'º' | '\u{B5}' => in_word,
        // Quotes that open low and are never closed.
        '\u{201A}' | '\u{201E}' => {
            before.is_alphabetic()
                || after.is_alphabetic()
                    && !rest.contains(['\u{2018}', '\u{2019}', '\u{201C}', '\u{201D}', '\'', '"'])
        }
        // Writers leave out the blank at these, or put them into words.
        '\u{2013}' | '\u{2014}' | '\u{2018}' | '\u{2019}' | '\u{2026}' | '\u{B4}' | '\u{B7}' | '\u{AD}' => {
            false
        }
        c if c.is_alphabetic() => {
            let foreign = |other: char| other.is_alphabetic() && script(other) != script(c);
            c.is_uppercase() && before.is_lowercase() || foreign(before) || foreign(after)
        }
        _ => in_word && !c.is_whitespace(),
    }
}

fn in_place(before: char, c: char, after: char, encoding: &'static Encoding) -> f64 {
    if c == '\u{FFFD}' || c.is_control() {
        return -1.0;
    }
    if c.is_alphabetic() {
        let latin = script(c) == 0;
        let foreign = |other: char| other.is_alphabetic() && script(other) != script(c);
        if foreign(before) || foreign(after) {
            // Letters of other scripts within words of ASCII ones are the surest sign of a wrong reading.
            return if latin { -1.0 } else { -2.0 };
        }
        if c.is_uppercase() && before.is_lowercase() {
            return -1.0;
        }
        if !latin {
            // One such letter alone is more likely something else.
            return if before.is_alphabetic() || after.is_alphabetic() { 1.0 } else { -0.5 };
        }
        // It has these for names from few places: other encodings have frequent letters there.
        let strange = if encoding == WINDOWS_1252 { "ŠšŽžŸÝýÞþÐð" } else { "ıÝýÞþÐð" };
        if (encoding == WINDOWS_1252 || encoding == CP850) && strange.contains(c) {
            return 0.0;
        }
        // Latin words of many languages have accents, only Czech ones have three in a row (`příští`).
        let accented = |other: char| other.is_alphabetic() && !other.is_ascii() && encoding != WINDOWS_1250;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_another_encoding_stand_where_none_can() {
        for cell in [
            "l'avais pas \u{201A}chang\u{E9}",
            "pr\u{160}s",
            "Jos\u{439}",
            "b\u{2C6}te",
            "m\u{A4}ana",
            "No\u{201D}l",
        ] {
            assert!(is_doubtful(cell), "{cell}");
        }
        for cell in [
            "l\u{2019}été",
            "„So“, sagte er",
            "Paris\u{2013}Lyon",
            "bon\u{2026}mais",
            "ÉTÉ à 20°",
            "5 € / 3 £",
            "nº 5",
            "«Да», сказал он",
            "caf\u{E9}\u{A0}noir",
            "żółć",
        ] {
            assert!(!is_doubtful(cell), "{cell}");
        }
    }
}
