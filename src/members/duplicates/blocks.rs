//! Which pairs have anything in common, without looking at all pairs: marks are sorted, and only people who share one
//! are compared.
//!
//! Memory is a few numbers for each mark, whatever the number of pairs: a pair is told once, at the first thing that
//! brought it together, and forgotten.

use super::evidence::{Mark, Space, kind};
use super::grade::Kinds;

/// People by what they share.
pub struct Blocks {
    /// Of each thing that is shared: its space, whether its people are compared, and where they stand in `people`.
    things: Vec<(Space, bool, usize)>,
    people: Vec<u32>,
    /// Whose marks begin where: person by person in `shared`.
    owners: Vec<(u32, u32)>,
    /// The things of each person, ascending, each twice its place in `things`, and one more where it is a handle.
    shared: Vec<u32>,
    /// What too many share: the space, how many such things, and the most people that share one.
    pub cut: Vec<(Space, usize, usize)>,
}

impl Blocks {
    /// Sorts people by what they share. Things that more than `widest` people share bring nobody together.
    pub fn of(mut marks: Vec<(Mark, u32)>, widest: usize) -> Self {
        marks.sort_unstable();
        marks.dedup();
        let mut blocks = Self {
            things: Vec::new(),
            people: Vec::new(),
            owners: Vec::new(),
            shared: Vec::new(),
            cut: Vec::new(),
        };
        let mut of_people: Vec<(u32, u32)> = Vec::new();
        let groups = marks.chunk_by(|one, other| one.0.thing() == other.0.thing());
        for group in groups.filter(|group| group.len() > 1) {
            let space = group[0].0.space();
            let mut people: Vec<u32> = group.iter().map(|(_, person)| *person).collect();
            people.sort_unstable();
            people.dedup();
            let says_something = space != Space::Word || group.iter().any(|(mark, _)| mark.is_handle());
            if people.len() < 2 || !says_something {
                continue;
            }
            let is_wide = people.len() > widest;
            if is_wide && space != Space::Exact {
                blocks.count_cut(space, people.len());
            }
            let place = u32::try_from(blocks.things.len() * 2).unwrap_or(u32::MAX);
            of_people
                .extend(group.iter().map(|(mark, person)| (*person, place + u32::from(mark.is_handle()))));
            // Whoever shares a name as it is written shares it in every order, too.
            let compared = !is_wide && space != Space::Exact;
            if compared {
                blocks.people.append(&mut people);
            }
            blocks.things.push((space, compared, blocks.people.len()));
        }
        drop(marks);
        of_people.sort_unstable();
        for (person, thing) in of_people {
            if blocks.owners.last().is_none_or(|(last, _)| *last != person) {
                blocks.owners.push((person, u32::try_from(blocks.shared.len()).unwrap_or(u32::MAX)));
            }
            blocks.shared.push(thing);
        }
        blocks
    }

    fn count_cut(&mut self, space: Space, people: usize) {
        match self.cut.iter_mut().find(|(known, ..)| *known == space) {
            Some((_, things, most)) => {
                *things += 1;
                *most = people.max(*most);
            }
            None => self.cut.push((space, 1, people)),
        }
    }

    /// Calls `see` once with every pair that something brings together, the lower number first, and all it shares.
    pub fn pairs(&self, mut see: impl FnMut(u32, u32, Kinds)) {
        let mut start = 0;
        for (place, (_, compared, end)) in self.things.iter().enumerate() {
            if !*compared {
                continue;
            }
            let people = &self.people[start..*end];
            for (index, &one) in people.iter().enumerate() {
                for &other in &people[index + 1..] {
                    let (first, kinds) = self.meet(one, other);
                    if first == Some(place) {
                        see(one, other, kinds);
                    }
                }
            }
            start = *end;
        }
    }

    /// What two people share, and the first thing that brings them together.
    fn meet(&self, one: u32, other: u32) -> (Option<usize>, Kinds) {
        let (mut mine, mut theirs) = (self.of_person(one), self.of_person(other));
        let (mut first, mut kinds) = (None, Kinds::default());
        while let (Some(&a), Some(&b)) = (mine.first(), theirs.first()) {
            if a / 2 != b / 2 {
                let behind = if a < b { &mut mine } else { &mut theirs };
                *behind = &behind[1..];
                continue;
            }
            let place = (a / 2) as usize;
            let (space, compared, _) = self.things[place];
            if let Some(kind) = kind(space, sides(&mut mine), sides(&mut theirs)) {
                kinds = kinds.with(kind);
                first = first.or(compared.then_some(place));
            }
        }
        (first, kinds)
    }

    fn of_person(&self, person: u32) -> &[u32] {
        let Ok(at) = self.owners.binary_search_by_key(&person, |(owner, _)| *owner) else { return &[] };
        let end = self.owners.get(at + 1).map_or(self.shared.len(), |(_, next)| *next as usize);
        &self.shared[self.owners[at].1 as usize..end]
    }
}

/// Takes the first thing off a list: whether it is there as itself, and as a handle.
fn sides(things: &mut &[u32]) -> [bool; 2] {
    let mut sides = [false; 2];
    let first = things.first().map(|thing| thing / 2);
    while let Some(thing) = things.first().filter(|thing| Some(**thing / 2) == first) {
        sides[(thing % 2) as usize] = true;
        *things = &things[1..];
    }
    sides
}

#[cfg(test)]
mod tests {
    use super::super::evidence::{Reader, Told, between};
    use super::super::grade::Rules;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn person() -> impl Strategy<Value = (String, String, Vec<String>)> {
        let name = prop::sample::select(vec![
            "Ana Lind",
            "Lind Ana",
            "ANA LIND",
            "Bo Ek",
            "王小明",
            "王 小明",
            "Ana",
            "",
        ]);
        let company = prop::sample::select(vec!["Kettle", "Pot", ""]);
        let identity = prop::sample::select(vec![
            "email:ana.lind@gmail.com",
            "email:analind@gmail.com",
            "email:ana.lind+x@example.com",
            "email:ana.lind@example.com",
            "email:ana.lind@example.org",
            "email:info@example.com",
            "x:analind",
            "youtube:analind",
            "x:ana.lind",
            "weibo:王小明王",
        ]);
        (name, company, prop::collection::vec(identity, 0..4)).prop_map(|(name, company, known)| {
            (name.into(), company.into(), known.into_iter().map(String::from).collect())
        })
    }

    proptest! {
        /// What sorting finds is what comparing everyone with everyone finds.
        #[test]
        fn no_pair_is_missed_or_told_twice(people in prop::collection::vec(person(), 0..12)) {
            let rules = Rules::shipped().expect("the rules");
            let reader = Reader::new(&rules);
            let told: Vec<Vec<Told>> = people.iter().map(|(name, company, identities)| {
                let mut told = Vec::new();
                let digest = reader.known(name, company, "", |mark| told.push((mark, String::new())));
                for identity in identities {
                    let (platform, value) = identity.split_once(':').expect("a platform");
                    reader.identity(platform, value, digest, |mark| told.push((mark, String::new())));
                }
                told
            }).collect();
            let marks = told.iter().enumerate().flat_map(|(n, told)| told.iter().map(move |(mark, _)| (*mark, n as u32)));
            let mut found = BTreeMap::new();
            Blocks::of(marks.collect(), 100).pairs(|one, other, kinds| {
                assert!(one < other && found.insert((one, other), kinds).is_none(), "{one} {other} twice");
            });
            let mut wanted = BTreeMap::new();
            for (n, one) in told.iter().enumerate() {
                for (m, other) in told.iter().enumerate().skip(n + 1) {
                    let kinds = between(one, other).0;
                    if kinds != Kinds::default() {
                        wanted.insert((n as u32, m as u32), kinds);
                    }
                }
            }
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn what_too_many_share_brings_nobody_together_but_counts() {
        let rules = Rules::shipped().expect("the rules");
        let reader = Reader::new(&rules);
        let mut marks = Vec::new();
        for person in 0..5_u32 {
            let company = if person < 2 { "Kettle" } else { "" };
            reader.known("Ana Lind", company, "", |mark| marks.push((mark, person)));
        }
        let mut pairs = Vec::new();
        let blocks = Blocks::of(marks, 4);
        blocks.pairs(|one, other, kinds| pairs.push((one, other, rules.grade(kinds))));
        assert_eq!(blocks.cut, [(Space::Name, 1, 5)]);
        assert_eq!(pairs.len(), 1);
        assert!(matches!(pairs[0], (0, 1, grade) if (grade - 0.58).abs() < 1e-9), "{pairs:?}");
    }
}
