//! Many paths, each different one once: their steps lie one behind the other, so that a million of them cost two growing lists.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// One advocate met on a path, and whether on the same day as the one before; half as long as the two of them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(u32);

impl Step {
    /// A step to the place of an advocate, which is below 2^31.
    pub fn to(place: u32, is_same_day: bool) -> Self {
        Self(place << 1 | u32::from(is_same_day))
    }

    /// The place of the advocate.
    pub fn place(self) -> u32 {
        self.0 >> 1
    }

    /// Whether it was on the day of the step before.
    pub fn is_same_day(self) -> bool {
        self.0 & 1 == 1
    }
}

/// How often a path was gone, to a conversion and to nothing. Nobody's memory holds four billion paths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// To a conversion.
    pub converted: u32,
    /// To nothing.
    pub nothing: u32,
}

/// Where a path's steps lie.
#[derive(Debug, Clone)]
struct Way {
    from: usize,
    length: u32,
    hash: u32,
    gone: Gone,
}

impl Way {
    fn of<'a>(&self, steps: &'a [Step]) -> &'a [Step] {
        &steps[self.from..self.from + self.length as usize]
    }
}

/// Different paths.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    steps: Vec<Step>,
    all: Vec<Way>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Ways {
    /// How often a path was gone, to be counted on.
    pub fn gone(&mut self, path: &[Step]) -> &mut Gone {
        let hash = self.hasher.hash_one(path) as u32;
        let Self { steps, all, table, .. } = self;
        let spread = |hash: u32| u64::from(hash) << 32 | u64::from(hash);
        let is = |&index: &u32| {
            let way = &all[index as usize];
            way.hash == hash && way.of(steps) == path
        };
        let index = table.find(spread(hash), is).copied().unwrap_or_else(|| {
            let (from, index) = (steps.len(), u32::try_from(all.len()).unwrap_or(u32::MAX));
            steps.extend_from_slice(path);
            let length = u32::try_from(path.len()).unwrap_or(u32::MAX);
            all.push(Way { from, length, hash, gone: Gone::default() });
            *table.insert_unique(spread(hash), index, |&index| spread(all[index as usize].hash)).get()
        });
        &mut self.all[index as usize].gone
    }

    /// Each path, in no order that means anything.
    pub fn each(&self) -> impl Iterator<Item = (&[Step], Gone)> {
        self.all.iter().map(|way| (way.of(&self.steps), way.gone))
    }

    /// Calls `see` with every path as `change` leaves it, in the order of its steps; those that are the same now are one. It says
    /// how many of the steps are left, from the first on.
    pub fn changed(
        self,
        mut change: impl FnMut(&mut [Step]) -> usize,
        mut see: impl FnMut(&[Step], u64, u64),
    ) {
        let Self { mut steps, mut all, table, .. } = self;
        drop(table);
        for way in &mut all {
            let left = change(&mut steps[way.from..way.from + way.length as usize]);
            way.length = way.length.min(u32::try_from(left).unwrap_or(u32::MAX));
        }
        all.sort_unstable_by(|one, other| one.of(&steps).cmp(other.of(&steps)));
        for same in all.chunk_by(|one, next| one.of(&steps) == next.of(&steps)) {
            let sum = |of: fn(&Gone) -> u32| same.iter().map(|way| u64::from(of(&way.gone))).sum();
            see(same[0].of(&steps), sum(|gone| gone.converted), sum(|gone| gone.nothing));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn they_are_counted_as_in_a_map(
            paths in prop::collection::vec(prop::collection::vec((0_u32..4, any::<bool>()), 0..4), 0..60),
            others_from in 1_u32..5,
        ) {
            // From one place on they are all the same.
            let change = |step: &mut Step| *step = Step::to(step.place().min(others_from), step.is_same_day());
            let (mut ways, mut map) = (Ways::default(), BTreeMap::<Vec<Step>, u64>::new());
            for path in &paths {
                let mut path: Vec<Step> = path.iter().map(|&(place, same_day)| Step::to(place, same_day)).collect();
                ways.gone(&path).nothing += 1;
                path.iter_mut().for_each(change);
                *map.entry(path).or_default() += 1;
            }
            let mut seen = Vec::new();
            let all = |path: &mut [Step]| {
                path.iter_mut().for_each(change);
                path.len()
            };
            ways.changed(all, |path, _, nothing| seen.push((path.to_vec(), nothing)));
            prop_assert_eq!(seen, map.into_iter().collect::<Vec<_>>());
        }
    }
}
