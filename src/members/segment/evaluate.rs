//! Who fits a filter on a day: each field is read once for everyone, and conditions are combined person by person.
//!
//! A condition is yes, no or unknown (Kleene's logic: not unknown is unknown; unknown and no is no; unknown or yes
//! is yes). Only a yes picks someone, so what is not known never does.

use super::fields;
use crate::app::App;
use crate::app::fail::usage;
use crate::model::segment::{self, Field, Filter, Problem, Term, near};
use crate::output::safe::counted;
use crate::store::segments as saved;
use anyhow::Result;
use std::collections::BTreeSet;

/// How a condition fits someone: `and` is the smaller, `or` the larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It does not.
    No,
    /// That is not known.
    Unknown,
    /// It does.
    Yes,
}

impl Fit {
    const fn negated(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

/// A saved segment inside another, and so on, at most so deep.
const DEEPEST: usize = 20;

/// Who fits a filter.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The filter as it is saved and shown.
    pub filter: Filter,
    /// How each person fits: by id.
    fits: Vec<Fit>,
    /// Staff and bots are left out unless the filter asks for them or names them.
    among: usize,
}

impl Chosen {
    /// Whether a person is picked.
    pub fn contains(&self, person: i64) -> bool {
        usize::try_from(person).ok().and_then(|id| self.fits.get(id)) == Some(&Fit::Yes)
    }

    /// The people picked, in order of id.
    pub fn people(&self) -> impl Iterator<Item = i64> + '_ {
        self.fits.iter().enumerate().filter(|(_, fit)| **fit == Fit::Yes).map(|(id, _)| id as i64)
    }

    /// How many are picked.
    pub fn len(&self) -> usize {
        self.fits.iter().filter(|fit| **fit == Fit::Yes).count()
    }

    /// How many cannot be told.
    pub fn unknown(&self) -> usize {
        self.fits.iter().filter(|fit| **fit == Fit::Unknown).count()
    }

    /// What stands below every figure that is not of the whole program.
    pub fn note(&self) -> String {
        let unknown = match self.unknown() {
            0 => String::new(),
            people => format!("; of {people} it is not known"),
        };
        format!(
            "Only those who fit {}: {} of {}{unknown}.",
            self.filter,
            self.len(),
            counted(self.among, "member", "members")
        )
    }
}

/// Reads a filter as it was typed after `flag`; an error shows the place.
pub fn read(flag: &str, text: &str) -> Result<Filter> {
    segment::read(text).map_err(|problem| at(flag, text, &problem))
}

fn at(flag: &str, text: &str, problem: &Problem) -> anyhow::Error {
    usage(format!("{flag}: {}", problem.shown(text)))
}

/// Who fits a filter on the as-of day.
pub fn choose(app: &App, flag: &str, text: &str, filter: Filter) -> Result<Chosen> {
    let mut known = Known { app, flag, text, leaves: Vec::new(), named: BTreeSet::new() };
    let tree = known.expand(&filter, &mut Vec::new())?;
    let mut everyone: Vec<(usize, bool)> = Vec::new();
    saved::standings(app.store()?, |person, standing| {
        everyone.push((usize::try_from(person).unwrap_or_default(), standing == "member"));
    })?;
    let size = everyone.iter().map(|(id, _)| id + 1).max().unwrap_or_default();
    let mut values = vec![Vec::new(); known.leaves.len()];
    fields::values(app, &known.leaves, size, &mut values)?;
    let asks_standing =
        known.leaves.iter().any(|leaf| matches!(leaf, Leaf::Term(Term::Is(Field::Standing, _))));
    // Numbers that are no person (merged ones) stay out whatever the filter says.
    let mut people = vec![Fit::No; size];
    for &(id, is_member) in &everyone {
        if is_member || asks_standing || known.named.contains(&(id as i64)) {
            people[id] = Fit::Yes;
        }
    }
    let among = people.iter().filter(|place| **place == Fit::Yes).count();
    let found = tree.combine(&values, size);
    let fits = found.into_iter().zip(people).map(|(fit, person)| fit.min(person)).collect();
    Ok(Chosen { filter, fits, among })
}

/// A condition that people are asked of, saved segments opened and names looked up.
pub(super) enum Leaf {
    /// A condition on a field.
    Term(Term),
    /// These people.
    People(BTreeSet<i64>),
}

/// The filter with its conditions by number.
enum Tree {
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Leaf(usize),
}

impl Tree {
    fn combine(&self, values: &[Vec<Fit>], size: usize) -> Vec<Fit> {
        let fold = |parts: &[Tree], first: Fit, pick: fn(Fit, Fit) -> Fit| {
            let mut whole = vec![first; size];
            for part in parts {
                for (one, other) in whole.iter_mut().zip(part.combine(values, size)) {
                    *one = pick(*one, other);
                }
            }
            whole
        };
        match self {
            Self::All(parts) => fold(parts, Fit::Yes, Fit::min),
            Self::Any(parts) => fold(parts, Fit::No, Fit::max),
            Self::Not(inner) => inner.combine(values, size).into_iter().map(Fit::negated).collect(),
            Self::Leaf(place) => values[*place].clone(),
        }
    }
}

struct Known<'a> {
    app: &'a App,
    flag: &'a str,
    text: &'a str,
    leaves: Vec<Leaf>,
    named: BTreeSet<i64>,
}

impl Known<'_> {
    /// Opens saved segments and looks names up; `inside` are the segments being opened.
    fn expand(&mut self, filter: &Filter, inside: &mut Vec<String>) -> Result<Tree> {
        Ok(match filter {
            Filter::All(parts) => Tree::All(self.expand_each(parts, inside)?),
            Filter::Any(parts) => Tree::Any(self.expand_each(parts, inside)?),
            Filter::Not(inner) => Tree::Not(Box::new(self.expand(inner, inside)?)),
            Filter::Term(Term::Saved(name)) => return self.open(name, inside),
            Filter::Term(Term::Members(names)) => {
                let people = self.people(names)?;
                self.named.extend(&people);
                self.leaf(Leaf::People(people))
            }
            Filter::Term(term) => self.leaf(Leaf::Term(term.clone())),
        })
    }

    fn expand_each(&mut self, parts: &[Filter], inside: &mut Vec<String>) -> Result<Vec<Tree>> {
        parts.iter().map(|part| self.expand(part, inside)).collect()
    }

    fn leaf(&mut self, leaf: Leaf) -> Tree {
        self.leaves.push(leaf);
        Tree::Leaf(self.leaves.len() - 1)
    }

    fn open(&mut self, name: &str, inside: &mut Vec<String>) -> Result<Tree> {
        let store = self.app.store()?;
        if inside.iter().any(|outer| outer == name) || inside.len() >= DEEPEST {
            return Err(self.wrong(name, &format!("the segment {name} is in itself: {}", inside.join(" > "))));
        }
        let Some(segment) = saved::find(store, name)? else {
            // A handle may be written with its @ too.
            if let Ok(person) = self.app.member(&format!("@{name}")) {
                self.named.insert(person.id);
                return Ok(self.leaf(Leaf::People(BTreeSet::from([person.id]))));
            }
            let all = saved::list(store)?;
            let names: Vec<&str> = all.iter().map(|segment| segment.name.as_str()).collect();
            let hint = match near(name, names.iter().copied()) {
                Some(near) => format!("did you mean @{near}?"),
                None if names.is_empty() => {
                    "save one with `groundswell member segment save NAME FILTER`".into()
                }
                None => format!("there are {}", names.join(", ")),
            };
            return Err(self.wrong(name, &format!("no segment is called {name}; {hint}")));
        };
        let filter = read(&format!("segment {name}"), &segment.filter)?;
        inside.push(name.into());
        let tree = self.expand(&filter, inside)?;
        inside.pop();
        Ok(tree)
    }

    /// The people of names beside each other: one each, or all of them one person's name.
    fn people(&self, names: &[String]) -> Result<BTreeSet<i64>> {
        let mut people = BTreeSet::new();
        for name in names {
            match self.app.member(name) {
                Ok(person) => people.insert(person.id),
                Err(error) => {
                    if names.len() > 1
                        && let Ok(person) = self.app.member(&names.join(" "))
                    {
                        return Ok(BTreeSet::from([person.id]));
                    }
                    let words: Vec<&str> = Field::ALL.iter().map(|field| field.word()).collect();
                    let field = near(name, words).map_or_else(String::new, |word| {
                        format!(
                            "; a condition has a field and a value, such as {}",
                            Field::named(word).map_or("", Field::example)
                        )
                    });
                    return Err(self.wrong(name, &format!("{error:#}{field}")));
                }
            };
        }
        Ok(people)
    }

    /// An error about a word of the filter, with its place where it stands in what was typed.
    fn wrong(&self, word: &str, says: &str) -> anyhow::Error {
        match self.text.find(word) {
            Some(byte) => {
                let place = self.text[..byte].chars().count();
                at(self.flag, self.text, &Problem::new(place, word.chars().count(), says))
            }
            None => usage(format!("{}: {says}", self.flag)),
        }
    }
}
