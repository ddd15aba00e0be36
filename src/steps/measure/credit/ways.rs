//! Many paths, each different one once: their steps lie one behind the other, so that a million of them cost two growing lists.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

/// One advocate met on a path, and whether on the same day as the one before.
pub type Step = (u32, bool);

/// How often a path was gone, to a conversion and to nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gone {
    /// To a conversion.
    pub converted: u64,
    /// To nothing.
    pub nothing: u64,
}

/// Where a path's steps lie.
#[derive(Debug, Clone)]
struct Way {
    from: usize,
    to: usize,
    hash: u64,
    gone: Gone,
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
        let hash = self.hasher.hash_one(path);
        let Self { steps, all, table, .. } = self;
        let is = |&index: &u32| {
            let way = &all[index as usize];
            way.hash == hash && steps[way.from..way.to] == *path
        };
        let index = table.find(hash, is).copied().unwrap_or_else(|| {
            let (from, index) = (steps.len(), u32::try_from(all.len()).unwrap_or(u32::MAX));
            steps.extend_from_slice(path);
            all.push(Way { from, to: steps.len(), hash, gone: Gone::default() });
            *table.insert_unique(hash, index, |&index| all[index as usize].hash).get()
        });
        &mut self.all[index as usize].gone
    }

    /// Each path, in no order that means anything.
    pub fn each(&self) -> impl Iterator<Item = (&[Step], Gone)> {
        self.all.iter().map(|way| (&self.steps[way.from..way.to], way.gone))
    }

    /// The paths in the order of their steps.
    pub fn sorted(&self) -> Vec<(&[Step], Gone)> {
        let mut sorted: Vec<(&[Step], Gone)> = self.each().collect();
        sorted.sort_unstable_by_key(|(path, _)| *path);
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn they_are_counted_as_in_a_map(paths in prop::collection::vec(prop::collection::vec((0_u32..3, any::<bool>()), 0..4), 0..60)) {
            let (mut ways, mut map) = (Ways::default(), BTreeMap::<Vec<Step>, u64>::new());
            for path in &paths {
                ways.gone(path).nothing += 1;
                *map.entry(path.clone()).or_default() += 1;
            }
            let sorted: Vec<(Vec<Step>, u64)> =
                ways.sorted().into_iter().map(|(path, gone)| (path.to_vec(), gone.nothing)).collect();
            prop_assert_eq!(sorted, map.into_iter().collect::<Vec<_>>());
        }
    }
}
