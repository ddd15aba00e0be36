//! A filter in words.

use super::{Field, Filter, Term, Test};
use std::fmt::Display;

impl Filter {
    /// The whole, in words.
    pub fn said(&self) -> String {
        let bracketed = |part: &Self| match part {
            Self::Any(_) | Self::All(_) => format!("({})", part.said()),
            _ => part.said(),
        };
        match self {
            Self::All(parts) => parts.iter().map(bracketed).collect::<Vec<_>>().join(" and "),
            Self::Any(parts) => parts.iter().map(bracketed).collect::<Vec<_>>().join(" or "),
            Self::Not(inner) => format!("not ({})", inner.said()),
            Self::Term(term) => term.said(),
        }
    }
}

impl Term {
    /// The condition in words.
    pub fn said(&self) -> String {
        match self {
            Self::Is(field, values) => format!("{} {}", subject(*field), listed(values)),
            Self::Contains(field, text) => format!("{} contains '{text}'", field.word().replace('-', " ")),
            Self::Number(field, test) => format!("{} {}", subject(*field), test.said()),
            Self::Day(field, test) => format!("{} {}", subject(*field), test.said_of_days()),
            Self::Within(field, days) => {
                let days =
                    if *days == 1 { "in the last day".into() } else { format!("in the last {days} days") };
                let what = match field {
                    Field::Asked => "asked for something",
                    Field::NotAsked => "not asked for anything",
                    Field::ActiveIn => "active",
                    _ => "not active",
                };
                format!("{what} {days}")
            }
            Self::Members(names) => format!("is {}", listed(names)),
            Self::Saved(name) => format!("in the segment {name}"),
        }
    }
}

fn subject(field: Field) -> String {
    match field {
        Field::Platform => "has a handle on".into(),
        Field::Has => "has on file:".into(),
        Field::Consent => "said yes to".into(),
        Field::Tag => "has the tag".into(),
        Field::Audience => "followers on all platforms:".into(),
        Field::Contributions => "contributions:".into(),
        Field::Score => "score of identify rank:".into(),
        Field::Nps => "last NPS answer:".into(),
        Field::Joined => "came to the community".into(),
        Field::CustomerSince => "customer since".into(),
        Field::Since => "at this stage since".into(),
        other => format!("{} is", other.word().replace('-', " ")),
    }
}

fn listed(values: &[impl Display]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

impl<T: Display> Test<T> {
    fn said(&self) -> String {
        match self {
            Self::Is(values) => listed(values),
            Self::Less(value) => format!("less than {value}"),
            Self::AtMost(value) => format!("{value} or less"),
            Self::More(value) => format!("more than {value}"),
            Self::AtLeast(value) => format!("{value} or more"),
            Self::Between(low, high) => format!("{low} to {high}"),
        }
    }

    fn said_of_days(&self) -> String {
        match self {
            Self::Is(values) => format!("on {}", listed(values)),
            Self::Less(value) => format!("before {value}"),
            Self::AtMost(value) => format!("on or before {value}"),
            Self::More(value) => format!("after {value}"),
            Self::AtLeast(value) => format!("on or after {value}"),
            Self::Between(low, high) => format!("from {low} to {high}"),
        }
    }
}
