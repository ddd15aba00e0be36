//! How sure a pair is: the evidence there is, by the weights and the rule of data/duplicates.toml.

use crate::data;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What two people can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One mailbox by Gmail's rules.
    Mailbox,
    /// One address but for what follows a plus sign.
    Tag,
    /// The same in front of the @ at two domains, and the same name.
    Local,
    /// A handle on two platforms.
    Handle,
    /// A handle that is the other's address in front of the @.
    HandleMailbox,
    /// A name.
    Name,
    /// A name in another order, or without its accents.
    NameOtherwise,
    /// Name and company.
    Company,
    /// Name and country.
    Country,
    /// One visitor's clicks.
    Visitor,
}

/// All of them.
pub const KINDS: [Kind; 10] = [
    Kind::Mailbox,
    Kind::Tag,
    Kind::Local,
    Kind::Handle,
    Kind::HandleMailbox,
    Kind::Name,
    Kind::NameOtherwise,
    Kind::Company,
    Kind::Country,
    Kind::Visitor,
];

/// A set of kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kinds(u16);

impl Kinds {
    /// The set with one more.
    #[must_use]
    pub fn with(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind as u16)
    }

    /// Whether a kind is in it.
    pub fn has(self, kind: Kind) -> bool {
        self.0 & 1 << kind as u16 != 0
    }
}

/// data/duplicates.toml.
#[derive(Debug, Deserialize)]
pub struct Rules {
    most: f64,
    levels: Levels,
    evidence: Vec<Item>,
    /// How evidence is looked for.
    pub search: Search,
    /// Letters that are often written as others.
    pub letters: BTreeMap<char, String>,
}

#[derive(Debug, Deserialize)]
struct Levels {
    medium: f64,
    high: f64,
}

#[derive(Debug, Deserialize)]
struct Item {
    kind: Kind,
    family: String,
    weight: f64,
    says: String,
}

/// How evidence is looked for.
#[derive(Debug, Deserialize)]
pub struct Search {
    /// What more people than this share is not looked through pair by pair.
    pub widest: usize,
    /// The narrowest handle that says something, in columns.
    pub shortest_handle: usize,
    /// Domains of one mail service that ignores dots and plus-tags.
    pub gmail: Vec<String>,
    /// Mailboxes and handles of a task and not of a person.
    pub roles: Vec<String>,
    /// Platforms where one person often has several accounts.
    pub several: Vec<String>,
    /// Beginnings, as `platform:beginning`, of numbers that an account has beside its handle.
    pub numbers: Vec<String>,
}

impl Rules {
    /// The shipped ones.
    pub fn shipped() -> Result<Self> {
        let rules: Self = toml::from_str(data::needed("duplicates.toml")?).context("duplicates.toml")?;
        let missing = KINDS.iter().find(|kind| !rules.evidence.iter().any(|weight| weight.kind == **kind));
        ensure!(missing.is_none(), "duplicates.toml: no weight for {missing:?}");
        Ok(rules)
    }

    /// The evidence that counts: the strongest of each family, in the file's order.
    fn counting(&self, kinds: Kinds) -> impl Iterator<Item = &Item> {
        let there = move |weight: &&Item| kinds.has(weight.kind);
        let beaten = move |one: &Item| {
            self.evidence
                .iter()
                .filter(there)
                .any(|other| other.family == one.family && other.weight > one.weight)
        };
        self.evidence.iter().filter(there).filter(move |one| !beaten(one))
    }

    /// What the evidence that counts is called, with its kind.
    pub fn says(&self, kinds: Kinds) -> impl Iterator<Item = (Kind, &str)> {
        self.counting(kinds).map(|weight| (weight.kind, weight.says.as_str()))
    }

    /// How likely it is one person, 0 to `most`: 1 less the product of what each family leaves to doubt.
    pub fn grade(&self, kinds: Kinds) -> f64 {
        let doubt: f64 = self.counting(kinds).map(|weight| 1.0 - weight.weight).product();
        (1.0 - doubt).min(self.most)
    }

    /// A grade in a word.
    pub fn level(&self, grade: f64) -> &'static str {
        if grade >= self.levels.high {
            "high"
        } else if grade >= self.levels.medium {
            "medium"
        } else {
            "low"
        }
    }

    /// The lowest grade that a word or a number between 0 and 1 stands for.
    pub fn least(&self, text: &str) -> Option<f64> {
        match text.trim().to_lowercase().as_str() {
            "low" => Some(0.0),
            "medium" => Some(self.levels.medium),
            "high" => Some(self.levels.high),
            number => number.parse().ok().filter(|least| (0.0..=1.0).contains(least)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grade(kinds: &[Kind]) -> (f64, &'static str) {
        let rules = Rules::shipped().expect("the rules");
        let grade = rules.grade(kinds.iter().fold(Kinds::default(), |all, kind| all.with(*kind)));
        ((grade * 1000.0).round() / 1000.0, rules.level(grade))
    }

    #[test]
    fn the_rule_by_example() {
        assert_eq!(grade(&[]), (0.0, "low"));
        assert_eq!(grade(&[Kind::Mailbox]), (0.98, "high"));
        // 1 - 0.02 x 0.7, and never above 0.99.
        assert_eq!(grade(&[Kind::Mailbox, Kind::Name]), (0.986, "high"));
        assert_eq!(grade(&[Kind::Mailbox, Kind::Name, Kind::Company]), (0.99, "high"));
        assert_eq!(grade(&[Kind::Tag]), (0.9, "high"));
        // A handle on two platforms and in an address is one handle.
        assert_eq!(grade(&[Kind::Handle, Kind::HandleMailbox]), (0.55, "medium"));
        assert_eq!(grade(&[Kind::Local, Kind::Name]), (0.72, "medium"));
        assert_eq!(grade(&[Kind::Name, Kind::NameOtherwise, Kind::Company]), (0.58, "medium"));
    }

    #[test]
    fn a_name_alone_is_never_above_low() {
        for more in [&[][..], &[Kind::NameOtherwise], &[Kind::Country], &[Kind::NameOtherwise, Kind::Country]]
        {
            assert_eq!(grade(&[&[Kind::Name], more].concat()).1, "low", "{more:?}");
        }
    }

    #[test]
    fn words_and_numbers_say_how_low_to_go() {
        let rules = Rules::shipped().expect("the rules");
        assert_eq!(rules.least("High"), Some(0.8));
        assert_eq!(rules.least(" 0.7"), Some(0.7));
        assert_eq!((rules.least("7"), rules.least("NaN"), rules.least("most")), (None, None, None));
    }

    proptest! {
        #[test]
        fn more_evidence_never_lowers_a_grade(set in 0_u16..1 << KINDS.len(), more in 0..KINDS.len()) {
            let rules = Rules::shipped().expect("the rules");
            let kinds = Kinds(set);
            let grade = rules.grade(kinds);
            prop_assert!(rules.grade(kinds.with(KINDS[more])) >= grade);
            prop_assert!((0.0..=rules.most).contains(&grade));
            // Not both are of one family, and what is said is what counts.
            let counting: Vec<&str> = rules.counting(kinds).map(|weight| weight.family.as_str()).collect();
            let mut families = counting.clone();
            families.dedup();
            prop_assert_eq!(counting, families);
        }
    }
}
