//! Segments: the small filter language that picks people (`persona=educator stage=active audience>1000`).
//!
//! A pure language stands with the nouns: [`read()`] makes a [`Filter`] of a text, `Display` makes the text of a filter
//! (`read(filter.to_string()) == filter`), [`Filter::said`] says it in words. Who fits it is found out elsewhere, in
//! `members/segment`, since a persona and a score are computed by the steps.

mod fields;
mod print;
mod problem;
mod read;
mod said;
mod tokens;

pub use fields::{Field, Kind};
pub use problem::{Problem, near};
pub use read::read;

use crate::model::time::Day;

/// Whom a text picks.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Who fits each of them; at least two.
    All(Vec<Filter>),
    /// Who fits one of them; at least two.
    Any(Vec<Filter>),
    /// Who does not fit it.
    Not(Box<Filter>),
    /// One condition.
    Term(Term),
}

/// One condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// The field is one of these words or texts.
    Is(Field, Vec<String>),
    /// The field contains this text.
    Contains(Field, String),
    /// The number passes the test.
    Number(Field, Test<f64>),
    /// The day passes the test.
    Day(Field, Test<Day>),
    /// It happened (or did not) in the last so many days, the as-of day included.
    Within(Field, i32),
    /// Members named one by one.
    Members(Vec<String>),
    /// A saved segment.
    Saved(String),
}

/// What a number or a day must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Test<T> {
    /// One of these.
    Is(Vec<T>),
    /// Below it.
    Less(T),
    /// It or below.
    AtMost(T),
    /// Above it.
    More(T),
    /// It or above.
    AtLeast(T),
    /// From the first to the second, both included.
    Between(T, T),
}

impl<T: PartialOrd> Test<T> {
    /// Whether a value passes.
    pub fn passes(&self, value: &T) -> bool {
        match self {
            Self::Is(all) => all.iter().any(|one| one == value),
            Self::Less(most) => value < most,
            Self::AtMost(most) => value <= most,
            Self::More(least) => value > least,
            Self::AtLeast(least) => value >= least,
            Self::Between(least, most) => value >= least && value <= most,
        }
    }
}

impl Filter {
    /// All of several, as one: what is all of several itself is opened, and members beside each other become a list.
    pub fn all(parts: Vec<Self>) -> Option<Self> {
        let mut flat: Vec<Self> = Vec::new();
        for part in parts {
            let inner = if let Self::All(inner) = part { inner } else { vec![part] };
            for one in inner {
                match (flat.last_mut(), one) {
                    (Some(Self::Term(Term::Members(list))), Self::Term(Term::Members(more))) => {
                        list.extend(more);
                    }
                    (_, one) => flat.push(one),
                }
            }
        }
        if flat.len() > 1 { Some(Self::All(flat)) } else { flat.pop() }
    }

    /// Any of several, as one.
    pub fn any(parts: Vec<Self>) -> Option<Self> {
        let mut flat: Vec<Self> = Vec::new();
        for part in parts {
            if let Self::Any(inner) = part { flat.extend(inner) } else { flat.push(part) }
        }
        if flat.len() > 1 { Some(Self::Any(flat)) } else { flat.pop() }
    }

    /// The opposite; the opposite of an opposite is the thing itself.
    pub fn negated(self) -> Self {
        if let Self::Not(inner) = self { *inner } else { Self::Not(Box::new(self)) }
    }

    /// Every condition in it, in order.
    pub fn terms(&self) -> Vec<&Term> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::Not(inner) => inner.terms(),
            Self::Term(term) => vec![term],
        }
    }
}

#[cfg(test)]
mod tests;
