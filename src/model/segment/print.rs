//! A filter as text, so that reading it gives the same filter.

use super::fields::Field;
use super::read::group;
use super::tokens::is_plain;
use super::{Filter, Term, Test};
use std::fmt::{self, Display, Formatter};

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => joined(f, parts, " ", |part| matches!(part, Self::Any(_) | Self::All(_))),
            Self::Any(parts) => joined(f, parts, " or ", |part| matches!(part, Self::Any(_))),
            Self::Not(inner) => match inner.as_ref() {
                Self::Term(Term::Members(list)) if list.len() > 1 => write!(f, "-({inner})"),
                Self::Term(_) => write!(f, "-{inner}"),
                _ => write!(f, "-({inner})"),
            },
            Self::Term(term) => term.fmt(f),
        }
    }
}

fn joined(
    f: &mut Formatter<'_>,
    parts: &[Filter],
    between: &str,
    in_brackets: impl Fn(&Filter) -> bool,
) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(between)?;
        }
        if in_brackets(part) { write!(f, "({part})")? } else { part.fmt(f)? }
    }
    Ok(())
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(field, values) => {
                let sign = if matches!(field, Field::Platform | Field::Has) { ":" } else { "=" };
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                write!(f, "{}{sign}{}", field.word(), values.join(","))
            }
            Self::Contains(field, text) => write!(f, "{}~{}", field.word(), quoted(text)),
            Self::Number(field, test) => write!(f, "{}{test}", field.word()),
            Self::Day(field, test) => write!(f, "{}{test}", field.word()),
            Self::Within(field, days) => write!(f, "{}:{days}d", field.word()),
            Self::Members(names) => {
                let names: Vec<String> = names.iter().map(|name| member(name)).collect();
                f.write_str(&names.join(" "))
            }
            Self::Saved(name) => write!(f, "@{name}"),
        }
    }
}

impl<T: Display> Display for Test<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(values) => {
                let values: Vec<String> = values.iter().map(T::to_string).collect();
                write!(f, "={}", values.join(","))
            }
            Self::Less(value) => write!(f, "<{value}"),
            Self::AtMost(value) => write!(f, "<={value}"),
            Self::More(value) => write!(f, ">{value}"),
            Self::AtLeast(value) => write!(f, ">={value}"),
            Self::Between(low, high) => write!(f, "={low}..{high}"),
        }
    }
}

/// A value, in quotes where it would be read as something else.
pub(super) fn quoted(text: &str) -> String {
    if is_plain(text) {
        return text.into();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A member's name: in quotes where it is also a word of the language.
fn member(name: &str) -> String {
    let keyword = ["or", "and", "not"].iter().any(|word| name.eq_ignore_ascii_case(word));
    let taken = keyword || Field::named(name).is_some() || group(name).is_some();
    if taken { format!("\"{name}\"") } else { quoted(name) }
}
