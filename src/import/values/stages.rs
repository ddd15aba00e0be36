//! What a CRM's stage says of how a deal stands: data/words/deals.toml.

use crate::import::headers::folded;
use std::sync::LazyLock;

/// The words, as the file explains them.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Words {
    won: Vec<String>,
    lost: Vec<String>,
    not: Vec<String>,
    yes: Vec<String>,
    no: Vec<String>,
    closed: Vec<String>,
    /// Columns that say how a deal ended, beside the one of its stage.
    pub outcomes: Vec<String>,
    /// Columns that say yes or no to a deal being closed.
    pub closed_flags: Vec<String>,
}

/// What the cells of a row say of a deal.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// A column of its own: yes, a day, `won`.
    pub won: Option<&'a str>,
    /// How it ended, beside the stage.
    pub outcome: Option<&'a str>,
    /// The stage.
    pub stage: Option<&'a str>,
    /// Whether a column says that it is closed.
    pub is_closed: bool,
}

/// The words that come with the program.
pub fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        crate::data::text("words/deals.toml").and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
    });
    &WORDS
}

/// `won`, `lost` or `open`. A column of its own says it, unless another says that it was lost or is open again; else the
/// outcome tells, or the stage. What is closed and was not won was lost.
pub fn state(said: &Said) -> &'static str {
    let told = [said.outcome, said.stage].map(|cell| cell.and_then(of_stage));
    let won = said.won.and_then(of_stage);
    if won == Some("lost") || told.contains(&Some("lost")) {
        return "lost";
    }
    if let Some(cell) = said.won {
        let is_day = cell.len() >= 8 && cell.starts_with(|c: char| c.is_ascii_digit());
        if is_day && [said.outcome, said.stage].into_iter().flatten().any(is_no) {
            return "open";
        }
        if is_yes(cell) || won == Some("won") || is_day {
            return "won";
        }
        let is_closed = said.is_closed || said.stage.is_some_and(|stage| is(stage, &words().closed));
        if is_no(cell) && is_closed && told == [None, None] {
            return "lost";
        }
    }
    told.into_iter().flatten().next().unwrap_or("open")
}

/// Whether a cell says yes.
pub fn is_yes(cell: &str) -> bool {
    is(cell, &words().yes)
}

/// Whether a cell says no, or that it is open.
pub fn is_no(cell: &str) -> bool {
    is(cell, &words().no)
}

/// Whether a cell says that a deal was won or lost.
pub fn tells(cell: &str) -> bool {
    of_stage(cell).is_some()
}

fn is(cell: &str, words: &[String]) -> bool {
    words.iter().any(|word| folded(cell) == folded(word))
}

/// What the words of a stage say; none where they say neither, or that it is not so.
pub fn of_stage(stage: &str) -> Option<&'static str> {
    let stage = folded(stage);
    let says = |words: &[String]| words.iter().any(|word| holds(&stage, &folded(word)));
    let outcome = if says(&words().lost) {
        "lost"
    } else if says(&words().won) {
        "won"
    } else {
        return None;
    };
    // `Closed lost to nobody` is lost all the same.
    (outcome == "lost" || !says(&words().not)).then_some(outcome)
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
            let said = Said { stage: Some(stage), ..Said::default() };
            assert_eq!(state(&said), expected, "{stage}");
        }
    }

    #[test]
    fn a_column_of_its_own_says_it_unless_the_stage_took_it_back() {
        for (won, stage, expected) in [
            ("true", Some("Done"), "won"),
            ("false", Some("closedlost"), "lost"),
            ("2026-05-02", None, "won"),
            ("2026-05-02", Some("Lost"), "lost"),
            ("2026-05-02", Some("open"), "open"),
            ("false", None, "open"),
            ("false", Some("Closed"), "lost"),
            ("false", Some("Demo"), "open"),
        ] {
            assert_eq!(
                state(&Said { won: Some(won), stage, ..Said::default() }),
                expected,
                "{won} {stage:?}"
            );
        }
    }

    #[test]
    fn an_outcome_beside_the_stage_decides() {
        for (outcome, stage, expected) in [
            ("Won", "Proposal", "won"),
            ("Lost", "Closed", "lost"),
            ("Open", "Proposal", "open"),
            ("Won", "Closed lost", "lost"),
            ("", "Closed won", "won"),
        ] {
            let said = Said { outcome: Some(outcome), stage: Some(stage), ..Said::default() };
            assert_eq!(state(&said), expected, "{outcome} {stage}");
        }
        let closed = Said { won: Some("no"), stage: Some("Demo"), is_closed: true, ..Said::default() };
        assert_eq!(state(&closed), "lost");
    }
}
