//! Answers on a scale: bare numbers, numbers with words (`9 - Very likely`), words and faces.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use anyhow::{Context, bail};

use super::numbers::{Style, decimal};
use super::text::{is_missing, narrow, trim, words};

/// The lowest and the highest answer of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Lowest answer.
    pub low: u8,
    /// Highest answer.
    pub high: u8,
}

impl Scale {
    /// The recommendation question's, by its name.
    pub const NPS: Self = Self { low: 0, high: 10 };
    /// The usual one of satisfaction.
    pub const CSAT: Self = Self { low: 1, high: 5 };

    fn holds(self, score: i64) -> bool {
        (i64::from(self.low)..=i64::from(self.high)).contains(&score)
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.low, self.high)
    }
}

impl FromStr for Scale {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let narrowed = narrow(text);
        if narrowed.trim().starts_with(['-', '–']) {
            bail!(
                "`{text}` begins below 0: make the lowest answer 0 in the file, and say the scale so, such as 0-4"
            );
        }
        let ends = narrowed.split_once(['-', '–', '~']).and_then(|(low, high)| {
            Some((low.trim().parse::<u32>().ok()?, high.trim().parse::<u32>().ok()?))
        });
        let (low, high) = ends.with_context(|| {
            format!("`{text}` is no scale; write the lowest and the highest answer, such as 1-7")
        })?;
        if low >= high {
            bail!("`{text}` ends where it begins, or before: write the lowest answer first, such as 1-7");
        }
        let scale = u8::try_from(low).ok().zip(u8::try_from(high).ok());
        let (low, high) = scale.with_context(|| format!("`{text}` is too long a scale: it may go to 255"))?;
        Ok(Self { low, high })
    }
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

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAScore => "not a score",
            Self::Fraction => "not a whole score",
            Self::OutOfScale => "outside the scale",
        })
    }
}

static WORDS: LazyLock<HashMap<&'static str, Answer>> = LazyLock::new(|| {
    words(include_str!("../../../data/words/scores.tsv"))
        .filter_map(|line| line.split_once('\t'))
        .map(|(score, word)| (word, score.parse().map_or(Answer::Unanswered, Answer::Score)))
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
        None => match worded(text).filter(|_| scale == Scale::CSAT).ok_or(Problem::NotAScore)? {
            Answer::Score(score) => score,
            Answer::Unanswered => return Ok(Answer::Unanswered),
        },
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
    Ok(behind(text).and_then(|(_, digits)| digits.trim().parse().ok()))
}

/// The words before a number, and the number: `Extremely likely (10)`, `Extremely likely - 10`.
pub fn behind(text: &str) -> Option<(&str, &str)> {
    text.strip_suffix(')').and_then(|head| head.rsplit_once('(')).or_else(|| text.rsplit_once(" - "))
}

static TOPS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| words(include_str!("../../../data/words/tops.txt")).collect());

/// The top of the scale that stands behind an answer: the 5 of `4/5`, `4 out of 5`, `4 von 5`.
fn top(rest: &str) -> Option<u8> {
    let rest = rest.trim().to_lowercase();
    let behind = |word: &&str| rest.strip_prefix(word)?.trim().parse().ok();
    TOPS.iter().find_map(behind)
}

/// What may follow a score in its cell: a label behind a dash, a unit, the top of the scale.
fn labelled(rest: &str, scale: Scale) -> bool {
    let rest = rest.trim_start();
    if let Some(top) = top(rest) {
        return top == scale.high;
    }
    if ["分", "points", "point", "stars", "star", "点", "點"].contains(&rest) {
        return true;
    }
    if is_label(rest) {
        return true;
    }
    let Some(sign) = rest.chars().next() else { return true };
    // `9 - Very likely` has a label; `9-10` and `9.5 maybe` have not.
    matches!(sign, '-' | '–' | '—' | ':' | '=' | '(' | '.')
        && rest.chars().skip(1).find(|c| !c.is_whitespace()).is_some_and(|c| !c.is_ascii_digit())
}

/// Whether what stands beside a number only says how much that is: `😍`, `Extremely likely`.
pub fn is_label(text: &str) -> bool {
    text.chars().all(is_picture) || says_how_much(text)
}

/// Arrows, stars, faces and what joins them.
fn is_picture(c: char) -> bool {
    c >= '\u{2190}' && !c.is_alphanumeric()
}

/// Whether words are those of a scale: `Extremely likely`.
fn says_how_much(words: &str) -> bool {
    let words = words.to_lowercase();
    !words.contains(|c: char| c.is_ascii_digit()) && LABELS.iter().any(|label| words.contains(label))
}

static LABELS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| words(include_str!("../../../data/words/labels.txt")).collect());

/// What a word, a face or stars say. They have five steps, and say nothing on other scales.
pub fn worded(text: &str) -> Option<Answer> {
    let text = trim(text).replace('\u{FE0F}', "").to_lowercase();
    if !text.is_empty() && text.chars().all(|c| matches!(c, '★' | '☆' | '⭐')) {
        return i64::try_from(text.chars().filter(|c| *c != '☆').count()).ok().map(Answer::Score);
    }
    // An answer that says its top is 5 is one of five steps too.
    if let Some((score, _)) =
        leading_digits(&narrow(&text)).filter(|(_, rest)| top(rest) == Some(Scale::CSAT.high))
    {
        return Some(Answer::Score(score));
    }
    let face = text.split_whitespace().next().unwrap_or_default();
    // `😀 Happy` beside the bare face and the bare word.
    WORDS
        .get(text.as_str())
        .or_else(|| WORDS.get(face).filter(|_| !face.is_ascii() && face.chars().count() == 1))
        .copied()
}

/// Whether words are called like the best end of a scale, or like the worst; none for all others.
pub fn end(text: &str) -> Option<bool> {
    static ENDS: LazyLock<HashMap<&'static str, bool>> = LazyLock::new(|| {
        let line = |line: &'static str| line.split_once('\t').map(|(end, name)| (name, end == "best"));
        words(include_str!("../../../data/words/ends.tsv")).filter_map(line).collect()
    });
    match (ENDS.get(text), worded(text)) {
        (Some(is_best), _) => Some(*is_best),
        (None, Some(Answer::Score(5))) => Some(true),
        (None, Some(Answer::Score(1))) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NPS: Scale = Scale::NPS;
    const CSAT: Scale = Scale::CSAT;

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
            ("8 out of 10", 8),
            ("10 (Extremely likely)", 10),
            ("Extremely likely (10)", 10),
            ("10 Extremely likely", 10),
            ("9 非常可能", 9),
            ("9 👍", 9),
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
        assert_eq!(score("6 out of 5", CSAT), Err(Problem::OutOfScale));
        assert_eq!(score("4 out of 7", CSAT), Err(Problem::NotAScore));
        for text in
            ["Promotor", "9-10", "8 / 5", "2 weeks", "5 €", "5 %", "9 of 10 likely", "8 of 5", "9 of", "Good"]
        {
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
            ("5 😍", 5),
            ("4⭐️", 4),
            ("2 ☹️", 2),
            ("😀 Happy", 5),
            ("4 out of 5", 4),
            ("3 von 5", 3),
            ("2 sur 5", 2),
            ("5 de 5", 5),
            ("4 / 5", 4),
            ("４／５", 4),
            ("Muy satisfecho", 5),
            ("unzufrieden", 2),
            ("Not Good", 1),
        ] {
            assert_eq!(score(text, CSAT), Ok(Answer::Score(expected)), "{text}");
        }
    }

    #[test]
    fn asked_in_words_and_not_answered() {
        for text in ["Offered", "Unoffered", "not offered"] {
            assert_eq!(score(text, CSAT), Ok(Answer::Unanswered), "{text}");
            assert_eq!(score(text, NPS), Err(Problem::NotAScore), "{text}");
        }
    }

    #[test]
    fn a_scale_is_two_numbers_in_order() {
        assert_eq!("1-7".parse::<Scale>().unwrap(), Scale { low: 1, high: 7 });
        assert_eq!("０－１０".parse::<Scale>().unwrap(), Scale::NPS);
        for wrong in ["7", "7-1", "a-b", ""] {
            assert!(wrong.parse::<Scale>().unwrap_err().to_string().contains("such as 1-7"), "{wrong}");
        }
    }
}
