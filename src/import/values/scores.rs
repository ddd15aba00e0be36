//! Answers on a scale: bare numbers, numbers with words (`9 - Very likely`), words and faces.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::numbers::{Style, decimal};
use super::text::{is_missing, narrow, trim, words};

/// The ends of a scale, both answers included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scale {
    /// The lowest answer.
    pub low: i64,
    /// The highest answer.
    pub high: i64,
}

impl std::fmt::Display for Scale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.low, self.high)
    }
}

impl Scale {
    /// `1-10`, `0–10`, `1 to 5`, as typed after `--scale`.
    pub fn parse(text: &str) -> Option<Self> {
        let narrowed = narrow(trim(text));
        let (scale, rest) = range(narrowed.trim())?;
        (rest.trim().is_empty() && scale.low < scale.high).then_some(scale)
    }

    /// The scale that a question names: `(1-10)`, `on a scale from 0 to 10`, `0-10分`.
    pub fn in_question(text: &str) -> Option<Self> {
        let text = narrow(text).to_lowercase();
        let asks = ["scale", "skala", "escala", "échelle", "scala", "量表", "打分", "评分", "評分"]
            .iter()
            .any(|word| text.contains(word));
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            let begins = c.is_ascii_digit()
                && (!before.is_alphanumeric() || is_han(before))
                && !matches!(before, '.' | ',' | '-' | '/');
            if begins
                && let Some((scale, rest)) = range(&text[at..])
                && is_usual(scale)
            {
                let rest = rest.trim_start();
                let bracketed =
                    before == '(' && rest.starts_with(')') || before == '[' && rest.starts_with(']');
                if bracketed || rest.starts_with('分') || rest.starts_with("points") || asks {
                    return Some(scale);
                }
            }
            before = c;
        }
        None
    }

    fn holds(self, score: i64) -> bool {
        (self.low..=self.high).contains(&score)
    }
}

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Scales that surveys use begin at 0 or 1; `1-2 weeks` is none.
fn is_usual(scale: Scale) -> bool {
    matches!(scale.low, 0 | 1) && matches!(scale.high, 3..=10 | 100)
}

/// A range at the start of the text, and what comes after it.
fn range(text: &str) -> Option<(Scale, &str)> {
    let (low, rest) = leading_digits(text)?;
    let rest = rest.trim_start();
    let joint = ["-", "–", "—", "~", "to ", "bis ", "à ", "até ", "al ", "a ", "到", "至", ".."]
        .iter()
        .find(|joint| rest.starts_with(**joint))?;
    let (high, rest) = leading_digits(rest[joint.len()..].trim_start())?;
    Some((Scale { low, high }, rest))
}

fn leading_digits(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// A cell of a score column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An answer on the scale.
    Score(i64),
    /// Asked, not answered.
    Unanswered,
}

/// Why a cell is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No score in it.
    NotAScore,
    /// `7.5`: scales have whole steps.
    Fraction,
    /// Sentinels included (-2147483648).
    OutOfScale,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAScore => "not a score",
            Self::Fraction => "not a whole score",
            Self::OutOfScale => "outside the scale",
        })
    }
}

static WORDS: LazyLock<HashMap<&'static str, i64>> = LazyLock::new(|| {
    words(include_str!("../../../data/words/scores.tsv"))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(score, word)| Some((word, score.parse().ok()?)))
        .collect()
});

/// Reads one answer.
pub fn score(text: &str, scale: Scale) -> Result<Answer, Problem> {
    if is_missing(text) {
        return Ok(Answer::Unanswered);
    }
    let narrowed = narrow(trim(text));
    let text = narrowed.trim();
    let score = match numeric(text, scale)? {
        Some(score) => score,
        None => worded(text, scale).ok_or(Problem::NotAScore)?,
    };
    if scale.holds(score) { Ok(Answer::Score(score)) } else { Err(Problem::OutOfScale) }
}

/// The number of a cell that is one, begins with one, or ends with one; `None` if there is no number to find.
fn numeric(text: &str, scale: Scale) -> Result<Option<i64>, Problem> {
    let number = [Style::Dot, Style::Comma].iter().find_map(|style| decimal(text, *style));
    if let Some(number) = number {
        return number.whole().map(Some).ok_or(Problem::Fraction);
    }
    if let Some((score, rest)) = leading_digits(text) {
        return Ok(labelled(rest, scale).then_some(score));
    }
    // `Extremely likely (10)`, `Extremely likely - 10`
    let tail =
        text.strip_suffix(')').and_then(|head| head.rsplit_once('(')).or_else(|| text.rsplit_once(" - "));
    Ok(tail.and_then(|(_, digits)| digits.trim().parse().ok()))
}

/// What may follow a score in its cell: a label behind a dash, a unit, the top of the scale.
fn labelled(rest: &str, scale: Scale) -> bool {
    let rest = rest.trim_start();
    if let Some(top) = rest.strip_prefix('/') {
        return top.trim().parse() == Ok(scale.high);
    }
    if ["分", "points", "point", "stars", "star", "点", "點"].contains(&rest) {
        return true;
    }
    let Some(sign) = rest.chars().next() else { return true };
    // `9 - Very likely` has a label; `9-10` and `9.5 maybe` have not.
    matches!(sign, '-' | '–' | '—' | ':' | '=' | '(' | '.')
        && rest.chars().skip(1).find(|c| !c.is_whitespace()).is_some_and(|c| !c.is_ascii_digit())
}

/// Words, faces and stars have five steps; they say nothing on other scales.
fn worded(text: &str, scale: Scale) -> Option<i64> {
    let text = text.replace('\u{FE0F}', "").to_lowercase();
    if scale != (Scale { low: 1, high: 5 }) {
        return None;
    }
    if text.chars().all(|c| matches!(c, '★' | '☆' | '⭐')) {
        return i64::try_from(text.chars().filter(|c| *c != '☆').count()).ok();
    }
    let face = text.split_whitespace().next().unwrap_or_default();
    // `😀 Happy` beside the bare face and the bare word.
    WORDS
        .get(text.as_str())
        .or_else(|| WORDS.get(face).filter(|_| !face.is_ascii() && face.chars().count() == 1))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NPS: Scale = Scale { low: 0, high: 10 };
    const CSAT: Scale = Scale { low: 1, high: 5 };

    #[test]
    fn numbers_with_and_without_words() {
        for (text, expected) in [
            ("9", 9),
            ("9.0", 9),
            (" 9 ", 9),
            ("９", 9),
            ("9 - Very likely", 9),
            ("10 - extremely likely", 10),
            ("0 = Not at all likely", 0),
            ("9分", 9),
            ("8 / 10", 8),
            ("10 (Extremely likely)", 10),
            ("Extremely likely (10)", 10),
        ] {
            assert_eq!(score(text, NPS), Ok(Answer::Score(expected)), "{text}");
        }
    }

    #[test]
    fn no_answer_is_no_error() {
        for text in ["", "NA", "(跳过)", "(空)", "undefined", " "] {
            assert_eq!(score(text, NPS), Ok(Answer::Unanswered), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_answer_on_the_scale() {
        assert_eq!(score("7.5", NPS), Err(Problem::Fraction));
        assert_eq!(score("7,5", NPS), Err(Problem::Fraction));
        assert_eq!(score("11.0", NPS), Err(Problem::OutOfScale));
        assert_eq!(score("-2147483648", NPS), Err(Problem::OutOfScale));
        assert_eq!(score("0", CSAT), Err(Problem::OutOfScale));
        for text in ["Promotor", "9-10", "8 / 5", "2 weeks", "Good"] {
            assert_eq!(score(text, NPS), Err(Problem::NotAScore), "{text}");
        }
    }

    #[test]
    fn words_and_faces_on_five_steps() {
        for (text, expected) in [
            ("Very satisfied", 5),
            ("非常满意", 5),
            ("Neutral", 3),
            ("Bad", 1),
            ("😀", 5),
            ("☹️", 1),
            ("★★★★☆", 4),
            ("5 stars", 5),
            ("😀 Happy", 5),
        ] {
            assert_eq!(score(text, CSAT), Ok(Answer::Score(expected)), "{text}");
        }
    }

    #[test]
    fn scales_as_typed_and_as_asked() {
        assert_eq!(Scale::parse("1-10"), Some(Scale { low: 1, high: 10 }));
        assert_eq!(Scale::parse("１－７"), Some(Scale { low: 1, high: 7 }));
        assert_eq!(Scale::parse("10"), None);
        assert_eq!(Scale::parse("5-1"), None);
        for (question, expected) in [
            ("How likely are you to recommend (1-10)", Some((1, 10))),
            ("On a scale from 0 to 10, how likely", Some((0, 10))),
            ("您的推荐意愿（0-10分）", Some((0, 10))),
            ("1到5分", Some((1, 5))),
            ("Auf einer Skala von 1 bis 7", Some((1, 7))),
            ("How many weeks (1-2)", None),
            ("Age 0-10", None),
            ("NPS", None),
        ] {
            assert_eq!(Scale::in_question(question).map(|s| (s.low, s.high)), expected, "{question}");
        }
    }
}
