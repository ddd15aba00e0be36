//! What the values of a column say it can be.
use crate::app::accounts;
use crate::import::headers::labels;
use crate::import::reader::column::Column;
use crate::import::values::numbers::is_destroyed;
use crate::import::values::scores::{self, Answer, Scale};
use crate::model::kind::Kind;
use crate::model::time::Day;

/// A column whose cells are answers on a scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// Smallest answer.
    pub min: f64,
    /// Largest answer.
    pub max: f64,
    /// Of its different values, the share outside 0-10.
    pub outside_share: f64,
    /// Whether all are whole numbers.
    pub whole: bool,
}

/// A column's answers, if it holds numbers or numbers with words after them (`10 - Extremely likely`).
pub fn scores(column: &Column) -> Option<Scores> {
    if column.filled == 0 {
        return None;
    }
    let values: Vec<f64> = column.samples.iter().filter_map(|cell| answer(cell)).collect();
    if values.is_empty() || !mostly(values.len(), column.samples.len()) {
        return None;
    }
    let outside = values.iter().filter(|value| !(0.0..=10.0).contains(*value)).count();
    let fractions = values.iter().filter(|value| value.fract() != 0.0).count();
    let (min, max, whole) = match column.numbers {
        // `5.0` is a whole answer, however the number was written.
        Some(numbers) => (numbers.min, numbers.max, numbers.whole || fractions * 3 <= values.len()),
        None => (
            values.iter().copied().fold(f64::INFINITY, f64::min),
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            fractions * 3 <= values.len(),
        ),
    };
    let outside_share = outside as f64 / values.len().max(1) as f64;
    Some(Scores { min, max, outside_share, whole })
}

/// A column's answers, if it holds words or faces for the steps of satisfaction, numbers among them or not.
pub fn worded(column: &Column) -> Option<Scores> {
    let said = |cell: &String| {
        let word = scores::worded(cell);
        word.or_else(|| Some(Answer::Score(answer(cell)? as i64)))
    };
    let answers: Vec<Answer> = column.samples.iter().filter_map(said).collect();
    let has_word = column.samples.iter().any(|cell| matches!(scores::worded(cell), Some(Answer::Score(_))));
    if !has_word || !mostly(answers.len(), column.samples.len()) {
        return None;
    }
    let values = || {
        answers
            .iter()
            .filter_map(|answer| if let Answer::Score(score) = answer { Some(*score) } else { None })
    };
    let (min, max) = (values().min()?, values().max()?);
    Some(Scores { min: min as f64, max: max as f64, outside_share: 0.0, whole: true })
}

impl Scores {
    /// 0 and 1 only: a choice that was ticked or not.
    pub fn is_tick(self) -> bool {
        self.min >= 0.0 && self.max <= 1.0
    }

    /// Whether both ends of a scale were given, and nothing beyond them.
    pub fn spans(self, scale: Scale) -> bool {
        let ends = |value: f64, end: u8| (value - f64::from(end)).abs() < 1e-9;
        ends(self.min, scale.low) && ends(self.max, scale.high)
    }

    /// An index, a percentage or a mean: no person answered that. A few values outside are slips or sentinels.
    pub fn is_computed(self) -> bool {
        self.outside_share > 0.5 || !self.whole
    }
}

/// Whether every cell is 0 or 1, and some are 1: a yes or a no.
pub fn is_tick(column: &Column) -> bool {
    column.filled == column.rows
        && column.samples.iter().any(|cell| cell == "1")
        && column.samples.iter().all(|cell| cell == "0" || cell == "1")
}

/// Whether some numbers of a column are below zero.
pub fn holds_negatives(column: &Column) -> bool {
    let is_negative = |cell: &String| {
        let cell = cell.trim();
        cell.starts_with(['-', '−', '(']) && cell.chars().any(char::is_numeric)
    };
    column.numbers.as_ref().is_some_and(|numbers| numbers.min < 0.0) || column.samples.iter().any(is_negative)
}

/// Whether a column can hold the answers of a kind: on 0-10 no words do.
pub fn can_be_score(kind: Kind, column: &Column) -> bool {
    match scores(column) {
        Some(scores) => !scores.is_tick() && !scores.is_computed(),
        None => kind == Kind::Csat && worded(column).is_some(),
    }
}

/// Whether the cells are written `8/10`: an answer where the question says so, else the result of a quiz.
pub fn out_of_ten(column: &Column) -> bool {
    let of_ten = |cell: &String| {
        let (score, top) = cell.split_once('/')?;
        (top.trim() == "10").then(|| score.trim().parse::<u8>().ok())?
    };
    column.filled > 0 && column.samples.iter().all(|cell| of_ten(cell).is_some())
}

/// Whether every cell is a number of days since 1970-01-01.
pub fn holds_day_numbers(column: &Column) -> bool {
    column.filled > 0 && column.samples.iter().all(|cell| Day::numbered(cell).is_some())
}

/// Whether every cell is an address on a platform that is known, be it one or several.
pub fn are_on_platforms(column: &Column) -> bool {
    column.filled > 0
        && column.filled == column.rows
        && column.samples.iter().all(|cell| accounts::platform_of(cell).is_some())
}

/// Whether any cell is an address on a platform that is known.
pub fn are_on_some_platform(column: &Column) -> bool {
    column.samples.iter().any(|cell| accounts::platform_of(cell).is_some())
}

/// The number of one answer: bare, or at the start of a label. `8 / 10` of a quiz and `8%` are none.
pub fn answer(cell: &str) -> Option<f64> {
    let cell = crate::import::headers::folded(cell);
    if let Ok(number) = cell.parse::<f64>() {
        return Some(number);
    }
    // `9,0`, where the decimal sign is a comma.
    if let Some((whole, tenths)) = cell.split_once(',')
        && let Ok(number) = format!("{whole}.{tenths}").parse::<f64>()
        && tenths.len() == 1
    {
        return Some(number);
    }
    if let Some((_, number)) = scores::behind(&cell).filter(|(words, _)| scores::is_label(words)) {
        return number.trim().parse().ok().filter(|number| *number <= 10.0);
    }
    let digits: String = cell.chars().take_while(char::is_ascii_digit).collect();
    let number: f64 = digits.parse().ok().filter(|number| *number <= 10.0)?;
    let rest = cell[digits.len()..].trim_start();
    let label = rest.trim_start_matches(['-', '–', '—', ':', '=', '(', '.', ')', '分', ' ']);
    let labelled = !rest.is_empty() && scores::is_label(rest)
        || rest.starts_with(['-', '–', '—', ':', '=', '(', '分'])
        || (rest.starts_with(['.', ')']) && label.starts_with(char::is_alphabetic));
    (labelled && !label.starts_with(|c: char| c.is_ascii_digit())).then_some(number)
}

/// The scale a question itself states: `(1-10)`, `from 0 to 10`, `von 1 bis 5`, `1～10分`.
pub fn stated_scale(text: &str) -> Option<Scale> {
    let text = crate::import::headers::folded(text);
    let parts = numbers_in(&text);
    let links = ["-", "–", "—", "~", "to", "bis", "a", "à", "al", "até", "hasta", "至", "到", "и", "до", "/"];
    parts.windows(2).find_map(|pair| {
        let ((_, low_end, low), (high_start, _, high)) = (pair[0], pair[1]);
        let between = text[low_end..high_start].trim();
        let linked =
            links.contains(&between) || (between.contains('=') && between.ends_with([',', ';', '/']));
        (linked && low <= 1 && [5, 6, 7, 10].contains(&high)).then_some(Scale { low, high })
    })
}

/// Whether a question or a label says that its lowest number is the best answer, or its highest the worst: `1 = sehr zufrieden`.
pub fn is_reversed(text: &str) -> bool {
    let text = crate::import::headers::folded(text);
    text.split(['(', ')', '（', '）', ',', '，', ';', '；', '/', '|']).map(str::trim).any(|part| {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        let Ok(number) = part[..digits].parse::<u8>() else { return false };
        let words = part[digits..].trim_matches(|c: char| c.is_whitespace() || "=-–—:：.".contains(c));
        match scores::end(words) {
            Some(true) => number <= 1,
            Some(false) => number >= 5,
            None => false,
        }
    })
}

/// Whole numbers of one or two digits in a text: where each starts and ends, and its value.
fn numbers_in(text: &str) -> Vec<(usize, usize, u8)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain(std::iter::once((text.len(), ' '))) {
        match (c.is_ascii_digit(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                if let Ok(value) = text[from..at].parse() {
                    found.push((from, at, value));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Whether most cells are e-mail addresses.
pub fn holds_emails(column: &Column) -> bool {
    let emails = column.samples.iter().filter(|cell| cell.contains('@') && cell.contains('.')).count();
    emails > 0 && emails * 3 >= column.samples.len()
}

/// Whether the cells can be amounts or counts: numbers, or numbers with signs and separators around them.
pub fn holds_numbers(column: &Column) -> bool {
    let numeric = |cell: &String| {
        let digits = cell.chars().filter(|c| c.is_numeric()).count();
        let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
        digits > 0 && letters <= 3
    };
    column.numbers.is_some()
        || (column.dates.is_none()
            && !column.samples.is_empty()
            && mostly(column.samples.iter().filter(|cell| numeric(cell)).count(), column.samples.len()))
}

/// A column is what two thirds of its different values are: the rest are slips, set aside row by row.
fn mostly(fitting: usize, all: usize) -> bool {
    fitting * 3 >= all * 2
}

/// Whether the cells are sentences rather than names or choices.
pub fn holds_prose(column: &Column) -> bool {
    let long =
        column.samples.iter().filter(|cell| cell.split_whitespace().count() > 4 || cell.chars().count() > 24);
    column.numbers.is_none() && column.dates.is_none() && long.count() * 3 > column.samples.len()
}

/// Whether every row names an account by its address.
pub fn names_accounts(column: &Column) -> bool {
    column.filled > 0
        && column.filled == column.rows
        && column.samples.iter().all(|cell| accounts::of_url(cell).is_some())
}

/// The one platform all addresses are on.
pub fn platform_of(column: &Column) -> Option<String> {
    let mut platforms = column.samples.iter().map(|cell| accounts::platform_of(cell));
    let first = platforms.next()??;
    platforms.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// Whether a spreadsheet turned the ids into rounded numbers (`6.54E+17`): different things then share one id.
pub fn ids_are_destroyed(column: &Column) -> bool {
    column.samples.iter().any(|cell| is_destroyed(cell))
}

/// All that a column's headers say, for questions that stand over several rows of header.
pub fn text_of(column: &Column) -> String {
    labels(column).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::values::numbers::Numbers;

    #[test]
    fn an_answer_is_a_number_or_begins_with_one() {
        for (cell, number) in [
            ("9", 9.0),
            ("5.0", 5.0),
            ("10 - Extremely likely", 10.0),
            ("9分", 9.0),
            ("0 = gar nicht", 0.0),
            ("7. Gut", 7.0),
            ("9,0", 9.0),
        ] {
            assert_eq!(answer(cell), Some(number), "{cell}");
        }
        for cell in ["8 / 10", "8%", "18-29", "3-4 times", "1部", "Good", "", "2w"] {
            assert_eq!(answer(cell), None, "{cell}");
        }
    }

    #[test]
    fn a_question_may_state_its_scale() {
        let scale = |low, high| Some(Scale { low, high });
        assert_eq!(stated_scale("How likely are you to recommend (1-10)"), scale(1, 10));
        assert_eq!(stated_scale("On a scale of 0 to 10, how likely …"), scale(0, 10));
        assert_eq!(stated_scale("Auf einer Skala von 1 bis 5"), scale(1, 5));
        assert_eq!(stated_scale("推荐的可能性（1～10分）"), scale(1, 10));
        assert_eq!(stated_scale("How likely are you to recommend us in 2024-25?"), None);
        assert_eq!(stated_scale("Q1"), None);
    }

    #[test]
    fn a_scale_may_stand_on_its_head() {
        for text in [
            "Zufriedenheit (1 = sehr zufrieden, 5 = sehr unzufrieden)",
            "1 - Very satisfied",
            "5 - very dissatisfied",
            "How likely? (0 = extremely likely, 10 = not at all likely)",
        ] {
            assert!(is_reversed(text), "{text}");
        }
        for text in
            ["5 - Very satisfied", "How likely? (0 = not at all likely, 10 = extremely likely)", "1", "Q1"]
        {
            assert!(!is_reversed(text), "{text}");
        }
    }

    #[test]
    fn a_few_slips_do_not_make_an_index() {
        let column = |samples: &[&str], min, max| Column {
            filled: 9,
            samples: samples.iter().map(ToString::to_string).collect(),
            numbers: Some(Numbers { min, max, whole: true, style: None, grouped: None }),
            ..Column::default()
        };
        let answers = column(&["0", "5", "9", "10", "8", "-2147483648"], -2_147_483_648.0, 10.0);
        assert!(!scores(&answers).unwrap().is_computed());
        assert!(scores(&column(&["65", "70", "72"], 65.0, 72.0)).unwrap().is_computed());
        assert!(scores(&column(&["0", "1"], 0.0, 1.0)).unwrap().is_tick());
    }
}
