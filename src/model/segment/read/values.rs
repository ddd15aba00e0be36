//! What stands after a field: words, texts, numbers, days and stretches.

use super::super::fields::{self, Field, Kind as Of};
use super::super::problem::near;
use super::super::tokens::{Kind, Op};
use super::super::{Filter, Problem, Term, Test};
use super::Reader;
use crate::model::identity::platform_name;
use crate::model::persona::Persona;
use crate::model::stage::Stage;
use crate::model::time::Day;
use std::ops::RangeInclusive;

type Place = (usize, usize);

/// The longest stretch: a hundred years.
const LONGEST_DAYS: i32 = 36_500;

impl Reader {
    /// The rest of a condition, after its comparison.
    pub(super) fn comparison(&mut self, field: Field, op: Op, place: Place) -> Result<Filter, Problem> {
        let values = self.values(field, place)?;
        let negated = matches!(op, Op::IsNot | Op::ContainsNot);
        let term = match field.kind() {
            Of::Words | Of::Texts => words(field, op, place, values)?,
            Of::Numbers => Term::Number(field, test(field, op, place, &values, number)?),
            Of::Days => Term::Day(field, test(field, op, place, &values, day)?),
            Of::Stretch => stretch(field, op, place, &values)?,
        };
        let filter = Filter::Term(term);
        Ok(if negated { filter.negated() } else { filter })
    }

    /// One value, or several with commas.
    fn values(&mut self, field: Field, mut place: Place) -> Result<Vec<(String, Place)>, Problem> {
        let mut values = Vec::new();
        loop {
            let Some(token) = self.peek().cloned() else { return Err(missing(field, place)) };
            let text = match token.kind {
                Kind::Word(word) => {
                    self.next += 1;
                    word + &self.glued_text().unwrap_or_default()
                }
                Kind::Quoted(text) => {
                    self.next += 1;
                    text
                }
                _ => return Err(missing(field, place)),
            };
            let end = self.tokens.get(self.next - 1).map_or(0, |last| last.at + last.len);
            values.push((text, (token.at, end - token.at)));
            match self.peek() {
                Some(comma) if comma.kind == Kind::Comma => place = (comma.at, comma.len),
                _ => return Ok(values),
            }
            self.next += 1;
        }
    }
}

fn missing(field: Field, (at, len): Place) -> Problem {
    Problem::new(at, len, format!("a value is missing after this, such as {}", field.example()))
}

fn refused(field: Field, (at, len): Place) -> Problem {
    let allowed = match field.kind() {
        Of::Words => "= and !=",
        Of::Texts => "=, !=, ~ (contains) and !~",
        Of::Numbers | Of::Days => "=, !=, <, <=, > and >=",
        Of::Stretch => ":",
    };
    Problem::new(at, len, format!("{} is compared with {allowed}: {}", field.word(), field.example()))
}

fn words(field: Field, op: Op, place: Place, values: Vec<(String, Place)>) -> Result<Term, Problem> {
    match (op, field.kind()) {
        (Op::Is | Op::Of | Op::IsNot, _) => {
            let read = values.into_iter().map(|(text, place)| word(field, &text, place));
            Ok(Term::Is(field, read.collect::<Result<_, _>>()?))
        }
        (Op::Contains | Op::ContainsNot, Of::Texts) => match values.as_slice() {
            [(text, _)] if !text.trim().is_empty() => Ok(Term::Contains(field, text.trim().into())),
            [(_, (at, len))] => Err(Problem::new(*at, *len, "an empty text is in everything")),
            [_, (_, (at, len)), ..] => {
                Err(Problem::new(*at, *len, "~ takes one text; for several write them with 'or'"))
            }
            [] => Err(missing(field, place)),
        },
        _ => Err(refused(field, place)),
    }
}

/// One word of a closed list, or a text as it is compared.
fn word(field: Field, text: &str, (at, len): Place) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        let hint = format!("an empty text fits nobody; those without one are: -has:{}", field.word());
        return Err(Problem::new(at, len, hint));
    }
    let found = match field {
        Field::Stage => text.parse::<Stage>().ok().map(|stage| stage.word().to_string()),
        Field::Persona => Persona::parse(text).map(|persona| fields::persona(persona).to_string()),
        Field::Platform => return Ok(platform_name(text)),
        Field::Handle => {
            return Ok(text.trim_start_matches('@').to_string()).and_then(|text| kept(text, (at, len)));
        }
        _ if field.kind() == Of::Texts => return Ok(text.into()),
        _ => field.words().into_iter().find(|known| *known == text.to_lowercase()).map(String::from),
    };
    found.ok_or_else(|| {
        let words = field.words();
        let hint = near(text, words.iter().copied())
            .map_or_else(String::new, |near| format!(" Did you mean {near}?"));
        Problem::new(
            at,
            len,
            format!("no {} is '{text}'.{hint} There are {}", field.word(), words.join(", ")),
        )
    })
}

fn kept(text: String, (at, len): Place) -> Result<String, Problem> {
    if text.is_empty() { Err(Problem::new(at, len, "a handle is missing after the @")) } else { Ok(text) }
}

/// Reads one value, or the several a word such as `promoter` stands for.
type ReadValue<T> = fn(Field, &str) -> Option<Vec<T>>;

fn test<T: PartialOrd + Copy>(
    field: Field,
    op: Op,
    place: Place,
    values: &[(String, Place)],
    read: ReadValue<T>,
) -> Result<Test<T>, Problem> {
    let one = |text: &str, (at, len): Place| {
        read(field, text).ok_or_else(|| {
            let what = if field.kind() == Of::Days {
                "a day, such as 2026-06-30"
            } else if field == Field::Nps {
                "a number, or promoter, passive or detractor"
            } else {
                "a number, such as 1000 (without signs between the thousands)"
            };
            Problem::new(at, len, format!("'{text}' is not {what}"))
        })
    };
    if matches!(op, Op::Is | Op::Of | Op::IsNot) {
        if let [(text, at)] = values
            && let Some(range) = range(text, *at, &one)?
        {
            return Ok(range);
        }
        let lists = values.iter().map(|(text, at)| one(text, *at));
        return Ok(Test::Is(lists.collect::<Result<Vec<_>, _>>()?.concat()));
    }
    if let Some((_, (at, len))) = values.get(1) {
        return Err(Problem::new(*at, *len, "only = takes several values"));
    }
    let Some((text, at)) = values.first() else { return Err(missing(field, place)) };
    let found = one(text, *at)?;
    let [value] = found.as_slice() else {
        return Err(Problem::new(
            at.0,
            at.1,
            format!("'{text}' is several scores: write {}={text}", field.word()),
        ));
    };
    match op {
        Op::Less => Ok(Test::Less(*value)),
        Op::AtMost => Ok(Test::AtMost(*value)),
        Op::More => Ok(Test::More(*value)),
        Op::AtLeast => Ok(Test::AtLeast(*value)),
        _ => Err(refused(field, place)),
    }
}

/// `1000..`, `..1000` or `1000..2000`.
fn range<T: PartialOrd + Copy>(
    text: &str,
    (at, len): Place,
    one: &impl Fn(&str, Place) -> Result<Vec<T>, Problem>,
) -> Result<Option<Test<T>>, Problem> {
    let Some((low, high)) = text.split_once("..") else { return Ok(None) };
    let bound = |text: &str| {
        if text.is_empty() { Ok(None) } else { Ok(one(text, (at, len))?.first().copied()) }
    };
    match (bound(low)?, bound(high)?) {
        (Some(low), Some(high)) if low > high => {
            Err(Problem::new(at, len, "the first of the two is the larger one: nobody can fit"))
        }
        (Some(low), Some(high)) => Ok(Some(Test::Between(low, high))),
        (Some(low), None) => Ok(Some(Test::AtLeast(low))),
        (None, Some(high)) => Ok(Some(Test::AtMost(high))),
        (None, None) => Err(Problem::new(at, len, "from where to where? Write 1000.. or 1000..5000")),
    }
}

const PROMOTERS: RangeInclusive<u8> = 9..=10;
const PASSIVES: RangeInclusive<u8> = 7..=8;
const DETRACTORS: RangeInclusive<u8> = 0..=6;

/// The scores that an NPS word such as `promoter` stands for.
pub(in super::super) fn answers(word: &str) -> Option<RangeInclusive<u8>> {
    match word.to_lowercase().trim_end_matches('s') {
        "promoter" => Some(PROMOTERS),
        "passive" => Some(PASSIVES),
        "detractor" => Some(DETRACTORS),
        _ => None,
    }
}

fn number(field: Field, text: &str) -> Option<Vec<f64>> {
    let scores = answers(text);
    if field == Field::Nps
        && let Some(scores) = scores
    {
        return Some(scores.map(f64::from).collect());
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.chars().all(|c| c.is_ascii_digit() || c == '.') && digits.len() <= 18;
    let value = text.parse::<f64>().ok().filter(|_| is_number)?;
    // -0 prints as itself and means 0.
    Some(vec![if value == 0.0 { 0.0 } else { value }])
}

/// 1900-01-01 to 9999-12-31.
const DAYS: RangeInclusive<Day> = Day(-25_567)..=Day(2_932_896);

fn day(_: Field, text: &str) -> Option<Vec<Day>> {
    Day::parse(text).filter(|day| DAYS.contains(day)).map(|day| vec![day])
}

fn stretch(field: Field, op: Op, place: Place, values: &[(String, Place)]) -> Result<Term, Problem> {
    if !matches!(op, Op::Is | Op::Of) {
        return Err(refused(field, place));
    }
    let [(text, (at, len))] = values else {
        let (at, len) = values.get(1).map_or(place, |(_, place)| *place);
        return Err(Problem::new(at, len, format!("one stretch of days, such as {}", field.example())));
    };
    let lower = text.to_lowercase();
    let (digits, unit_days) = match (lower.strip_suffix('d'), lower.strip_suffix('w')) {
        (Some(digits), _) => (digits, 1),
        (_, Some(digits)) => (digits, 7),
        _ => ("", 0),
    };
    let count = digits.parse::<i32>().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let days =
        count.and_then(|count| count.checked_mul(unit_days)).filter(|days| (1..=LONGEST_DAYS).contains(days));
    days.map(|days| Term::Within(field, days)).ok_or_else(|| {
        let says =
            format!("'{text}' is no stretch of days: write it as 30d or 4w, such as {}", field.example());
        Problem::new(*at, *len, says)
    })
}
