//! The three groups of an NPS answer as files give them, to be compared with the score.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::text::{trim, words};

/// Where an answer on 0-10 stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// 9 and 10.
    Promoter,
    /// 7 and 8.
    Passive,
    /// 0 to 6.
    Detractor,
}

static GROUPS: LazyLock<HashMap<&'static str, Group>> = LazyLock::new(|| {
    let mut groups = HashMap::new();
    for line in words(include_str!("../../../data/words/categories.tsv")) {
        let mut names = line.split('\t');
        let group = match names.next() {
            Some("promoter") => Group::Promoter,
            Some("passive") => Group::Passive,
            _ => Group::Detractor,
        };
        groups.extend(names.map(|name| (name, group)));
    }
    groups
});

impl Group {
    /// The group of a score on 0-10.
    pub fn of(score: i64) -> Self {
        match score {
            9.. => Self::Promoter,
            7 | 8 => Self::Passive,
            _ => Self::Detractor,
        }
    }

    /// The group that a word names, in any of the languages of data/words/categories.tsv.
    pub fn named(word: &str) -> Option<Self> {
        GROUPS.get(trim(word).to_lowercase().as_str()).copied()
    }

    /// The group of Qualtrics' codes: 1, 2 and 3 from the detractors up.
    pub fn coded(code: &str) -> Option<Self> {
        match trim(code) {
            "1" => Some(Self::Detractor),
            "2" => Some(Self::Passive),
            "3" => Some(Self::Promoter),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_codes_and_scores_name_the_same_three() {
        assert_eq!(Group::named(" Pasivo "), Some(Group::Passive));
        assert_eq!(Group::named("推荐者"), Some(Group::of(9)));
        assert_eq!(Group::coded("1"), Some(Group::of(6)));
        assert_eq!((Group::named("North"), Group::coded("4")), (None, None));
        assert_eq!([0, 6, 7, 8, 9, 10].map(Group::of).iter().filter(|g| **g == Group::Passive).count(), 2);
    }
}
