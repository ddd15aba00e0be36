//! Many paths, each different one once. Most are short and few advocates are met, so that the steps fit into two numbers: a
//! million of them are counted in one table, with one look for each.

use hashbrown::HashMap;

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

/// The steps of a short path, sixteen bits each.
type Packed = [u64; 2];
/// So many steps are a short path.
const SHORT: usize = 8;

/// Different paths.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    short: HashMap<Packed, Gone>,
    long: HashMap<Vec<Step>, Gone>,
}

/// Where a path's steps lie.
struct Way {
    from: usize,
    length: u32,
    gone: Gone,
}

impl Way {
    fn of<'a>(&self, steps: &'a [Step]) -> &'a [Step] {
        &steps[self.from..self.from + self.length as usize]
    }
}

impl Ways {
    /// How often a path was gone, to be counted on.
    pub fn gone(&mut self, path: &[Step]) -> &mut Gone {
        match packed(path) {
            Some(packed) => self.short.entry(packed).or_default(),
            None => self.long.entry_ref(path).or_default(),
        }
    }

    /// How many different ones there are.
    pub fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    /// How often each was gone.
    pub fn counts(&self) -> impl Iterator<Item = Gone> {
        self.short.values().chain(self.long.values()).copied()
    }

    /// Calls `see` with each path, in no order that means anything.
    pub fn each(&self, mut see: impl FnMut(&[Step], Gone)) {
        for (packed, gone) in &self.short {
            let mut steps = [Step(0); SHORT];
            let length = unpack(*packed, &mut steps);
            see(&steps[..length], *gone);
        }
        for (steps, gone) in &self.long {
            see(steps, *gone);
        }
    }

    /// Calls `see` with every path as `change` leaves it, in the order of its steps; those that are the same now are one. `change`
    /// says how many of the steps are left, from the first on.
    pub fn changed(
        self,
        mut change: impl FnMut(&mut [Step]) -> usize,
        mut see: impl FnMut(&[Step], u64, u64),
    ) {
        let (mut steps, mut all) = (Vec::new(), Vec::with_capacity(self.len()));
        self.each(|path, gone| {
            let from = steps.len();
            steps.extend_from_slice(path);
            let left = change(&mut steps[from..]);
            steps.truncate(from + left);
            all.push(Way { from, length: u32::try_from(left).unwrap_or(u32::MAX), gone });
        });
        drop(self);
        all.sort_unstable_by(|one, other| one.of(&steps).cmp(other.of(&steps)));
        for same in all.chunk_by(|one, next| one.of(&steps) == next.of(&steps)) {
            let sum = |of: fn(&Gone) -> u32| same.iter().map(|way| u64::from(of(&way.gone))).sum();
            see(same[0].of(&steps), sum(|gone| gone.converted), sum(|gone| gone.nothing));
        }
    }
}

/// A short path whose steps have sixteen bits each, the first in the lowest ones; none for others. A step more than it is
/// never zero, so that it ends where the zeros begin.
fn packed(path: &[Step]) -> Option<Packed> {
    if path.len() > SHORT {
        return None;
    }
    let mut packed = [0; 2];
    for (at, step) in path.iter().enumerate() {
        let bits = u16::try_from(step.0).ok()?.checked_add(1)?;
        packed[at / 4] |= u64::from(bits) << (16 * (at % 4));
    }
    Some(packed)
}

/// The steps of a short path, and how many they are.
fn unpack(packed: Packed, steps: &mut [Step; SHORT]) -> usize {
    for (at, step) in steps.iter_mut().enumerate() {
        let bits = packed[at / 4] >> (16 * (at % 4)) & 0xffff;
        if bits == 0 {
            return at;
        }
        *step = Step(bits as u32 - 1);
    }
    SHORT
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn they_are_counted_as_in_a_map(
            paths in prop::collection::vec(prop::collection::vec((prop_oneof![0_u32..4, 32_766_u32..32_769], any::<bool>()), 0..11), 0..60),
            others_from in prop_oneof![1_u32..5, 32_765_u32..32_770],
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
