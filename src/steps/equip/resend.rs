//! Whether a copy is worth sending again, from what changed since it was made.

use super::limits::Resend;

/// One part that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// `new`, `changed` or `gone`.
    pub change: &'static str,
    /// What the part is known by.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// What it is called.
    pub title: String,
}

/// Why a copy is worth sending again, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// They have none yet.
    None,
    /// Something of these kinds must not be old in anyone's hands.
    AtOnce(Vec<String>),
    /// So many parts differ.
    Parts(usize),
    /// Something differs, and the copy is so many days old.
    Age(i32),
    /// Something differs, but it is not worth a message yet.
    Little,
    /// Nothing differs.
    Same,
}

impl Verdict {
    /// Of a copy `age_days` old (none where there is none) and what differs in it.
    pub fn of(rule: &Resend, age_days: Option<i32>, differences: &[Difference]) -> Self {
        let Some(age_days) = age_days else { return Self::None };
        if differences.is_empty() {
            return Self::Same;
        }
        let old = differences.iter().filter(|found| found.change != "new");
        let mut kinds: Vec<String> =
            old.map(|found| found.kind.clone()).filter(|kind| rule.at_once.contains(kind)).collect();
        kinds.sort();
        kinds.dedup();
        if !kinds.is_empty() {
            return Self::AtOnce(kinds);
        }
        if differences.len() >= rule.parts {
            return Self::Parts(differences.len());
        }
        if age_days >= rule.age_days { Self::Age(age_days) } else { Self::Little }
    }

    /// The name of its words in data/equip.toml.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::AtOnce(_) => "at_once",
            Self::Parts(_) => "parts",
            Self::Age(_) => "age",
            Self::Little => "little",
            Self::Same => "same",
        }
    }

    /// Whether to send.
    pub const fn is_worth_it(&self) -> bool {
        !matches!(self, Self::Little | Self::Same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::equip::limits::Limits;

    fn difference(change: &'static str, kind: &str) -> Difference {
        Difference { change, key: "1".into(), kind: kind.into(), title: "t".into() }
    }

    #[test]
    fn what_must_not_be_old_comes_first_and_little_can_wait() {
        let rule = Limits::read().expect("reads").resend;
        let verdict = |age: Option<i32>, found: &[Difference]| Verdict::of(&rule, age, found);
        let (follow, code) = (difference("changed", "follow"), difference("gone", "code"));
        assert_eq!(verdict(None, &[]), Verdict::None);
        assert_eq!(verdict(Some(900), &[]), Verdict::Same);
        assert_eq!(verdict(Some(1), std::slice::from_ref(&follow)), Verdict::Little);
        assert_eq!(verdict(Some(rule.age_days), std::slice::from_ref(&follow)), Verdict::Age(rule.age_days));
        assert_eq!(verdict(Some(1), &vec![follow.clone(); rule.parts]), Verdict::Parts(rule.parts));
        assert_eq!(verdict(Some(1), &[follow, code]), Verdict::AtOnce(vec!["code".into()]));
        // What is only new does no harm by its absence.
        assert_eq!(verdict(Some(1), &[difference("new", "asset")]), Verdict::Little);
        assert!(Verdict::None.is_worth_it() && !Verdict::Little.is_worth_it());
    }
}
