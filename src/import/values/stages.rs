//! What a CRM's stage says of how a deal stands: data/words/deals.toml.

use crate::import::headers::folded;
use std::sync::LazyLock;

/// The words, as the file explains them.
#[derive(Debug, Default, serde::Deserialize)]
struct Words {
    won: Vec<String>,
    lost: Vec<String>,
    not: Vec<String>,
    yes: Vec<String>,
    no: Vec<String>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    crate::data::text("words/deals.toml").and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
});

/// `won`, `lost` or `open`. A column of its own says it (yes, a day, `won`), unless the stage says that it was lost or is open
/// again; else the stage tells.
pub fn state(won: Option<&str>, stage: Option<&str>) -> &'static str {
    let is = |cell: &str, words: &[String]| words.iter().any(|word| folded(cell) == folded(word));
    let told = stage.and_then(of_stage);
    if let Some(cell) = won {
        if of_stage(cell) == Some("lost") || told == Some("lost") {
            return "lost";
        }
        let is_day = cell.len() >= 8 && cell.starts_with(|c: char| c.is_ascii_digit());
        if is_day && stage.is_some_and(|stage| is(stage, &WORDS.no)) {
            return "open";
        }
        if is(cell, &WORDS.yes) || of_stage(cell) == Some("won") || is_day {
            return "won";
        }
        if is(cell, &WORDS.no) && stage.is_none() {
            return "open";
        }
    }
    told.unwrap_or("open")
}

/// What the words of a stage say; none where they say neither, or that it is not so.
fn of_stage(stage: &str) -> Option<&'static str> {
    let stage = folded(stage);
    let says = |words: &[String]| words.iter().any(|word| holds(&stage, &folded(word)));
    let outcome = if says(&WORDS.lost) {
        "lost"
    } else if says(&WORDS.won) {
        "won"
    } else {
        return None;
    };
    // `Closed lost to nobody` is lost all the same.
    (outcome == "lost" || !says(&WORDS.not)).then_some(outcome)
}

/// Whether a text holds a word whole, or anywhere where the script writes no blanks.
fn holds(text: &str, word: &str) -> bool {
    if word.chars().any(|c| c >= '\u{2e80}') {
        return text.contains(word);
    }
    let is_sign = |c: char| !c.is_alphanumeric() && !"'’".contains(c);
    text.split(is_sign).any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stage_tells_how_a_deal_stands() {
        for (stage, expected) in [
            ("closedwon", "won"),
            ("Closed Lost", "lost"),
            ("Closed-Lost to Competition", "lost"),
            ("Won 🎉", "won"),
            ("Demo", "open"),
            ("Window shopping", "open"),
            ("Not won", "open"),
            ("No ganado", "open"),
            ("To be won", "open"),
            ("Won't buy", "open"),
            ("未成交", "open"),
            ("赢单", "won"),
            ("失注", "lost"),
            ("Signed", "won"),
        ] {
            assert_eq!(state(None, Some(stage)), expected, "{stage}");
        }
    }

    #[test]
    fn a_column_of_its_own_says_it_unless_the_stage_took_it_back() {
        assert_eq!(state(Some("true"), Some("Done")), "won");
        assert_eq!(state(Some("false"), Some("closedlost")), "lost");
        assert_eq!(state(Some("2026-05-02"), None), "won");
        assert_eq!(state(Some("2026-05-02"), Some("Lost")), "lost");
        assert_eq!(state(Some("2026-05-02"), Some("open")), "open");
    }
}
