//! Korean or Chinese: bytes that read as both. Every syllable of EUC-KR is a frequent character of GB 2312 too, so only how common the
//! syllables and the characters are tells which of them was meant.

use std::collections::HashSet;
use std::sync::LazyLock;

use encoding_rs::{EUC_KR, Encoding, GB18030};

use super::super::values::text::words;

static SYLLABLES: LazyLock<HashSet<char>> =
    LazyLock::new(|| letters(include_str!("../../../data/words/hangul.txt")));
static CHARACTERS: LazyLock<HashSet<char>> =
    LazyLock::new(|| letters(include_str!("../../../data/words/hanzi.txt")));

fn letters(list: &'static str) -> HashSet<char> {
    words(list).flat_map(str::chars).collect()
}

/// By how much more a common letter is to be expected in text of the language than among any of the encoding, and how
/// much less a rare one, as natural logarithms: nine tenths of Korean are in its list and three quarters of Chinese in its own, and
/// either list holds about a quarter of what may stand there.
const KOREAN: (f64, f64) = (1.3, -2.0);
const CHINESE: (f64, f64) = (1.3, -1.1);

/// How much more likely the bytes are Korean than Chinese, as a natural logarithm. A letter counts once however often it comes: a
/// column of one word repeats it.
pub fn likelihood(lines: &[u8]) -> f64 {
    evidence(lines, EUC_KR, &SYLLABLES, KOREAN) - evidence(lines, GB18030, &CHARACTERS, CHINESE)
}

fn evidence(lines: &[u8], encoding: &'static Encoding, list: &HashSet<char>, weights: (f64, f64)) -> f64 {
    let text = encoding.decode_without_bom_handling(lines).0;
    let different: HashSet<char> = text.chars().filter(|c| !c.is_ascii()).collect();
    different.iter().map(|c| if list.contains(c) { weights.0 } else { weights.1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_tells_the_language() {
        for text in ["不错", "北京", "渠道,是,否", "已发货", "普通", "男", "好评", "客服"] {
            assert!(likelihood(&GB18030.encode(text).0) < 0.0, "{text}");
        }
        for text in ["서울", "부산", "좋아요", "이름", "감사합니다", "괜찮아요", "김철수"]
        {
            assert!(likelihood(&EUC_KR.encode(text).0) > 0.0, "{text}");
        }
    }
}
