//! Many paths, one behind the other as they come. Only when all are known are the same ones found, by sorting: looking for each
//! among all others as it comes would take far longer.

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

/// Paths as they came.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    steps: Vec<Step>,
    /// How many of the steps are the path's that is on its way.
    open: u32,
    /// Twice how many steps each has, and one more where it converted.
    paths: Vec<u32>,
}

/// The steps of a short path, eight bits each from the highest on, and in the lowest bit whether it converted. They are in
/// order as their steps are.
type Packed = u128;
/// So many steps are a short path.
const SHORT: usize = 15;

impl Ways {
    /// Makes room for so many steps, and as many paths.
    pub fn expect(&mut self, steps: usize) {
        self.steps.reserve(steps);
        self.paths.reserve(steps);
    }

    /// Adds a step to the path that is on its way.
    pub fn step(&mut self, step: Step) {
        self.steps.push(step);
        self.open += 1;
    }

    /// Ends the path; one without steps is none.
    pub fn end(&mut self, converted: bool) {
        if self.open > 0 {
            self.paths.push(self.open << 1 | u32::from(converted));
            self.open = 0;
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.paths.len() as u64
    }

    /// Each path as it came, and whether it converted.
    pub fn each(&self) -> impl Iterator<Item = (&[Step], bool)> {
        let mut start = 0;
        self.paths.iter().map(move |path| {
            let from = start;
            start += (path >> 1) as usize;
            (&self.steps[from..start], path & 1 == 1)
        })
    }

    /// Calls `see` with every path as `change` makes it anew, and how often it was gone to a conversion and to nothing: each
    /// different one once, short ones before others, in the order of their steps.
    pub fn changed(&self, mut change: impl FnMut(&mut Vec<Step>), mut see: impl FnMut(&[Step], u64, u64)) {
        let (mut short, mut long) = (Vec::with_capacity(self.paths.len()), Vec::new());
        let mut path = Vec::new();
        for (steps, converted) in self.each() {
            path.clear();
            path.extend_from_slice(steps);
            change(&mut path);
            match packed(&path) {
                Some(steps) => short.push(steps | u128::from(converted)),
                None => long.push((path.clone(), converted)),
            }
        }
        short.sort_unstable();
        for same in short.chunk_by(|one, next| one >> 1 == next >> 1) {
            unpack(same[0], &mut path);
            let converted = same.iter().filter(|one| **one & 1 == 1).count();
            see(&path, converted as u64, (same.len() - converted) as u64);
        }
        long.sort_unstable();
        for same in long.chunk_by(|one, next| one.0 == next.0) {
            let converted = same.iter().filter(|one| one.1).count();
            see(&same[0].0, converted as u64, (same.len() - converted) as u64);
        }
    }
}

/// A short path whose steps have eight bits each; none for others. A step more than it is never zero, so that it ends where the
/// zeros begin.
fn packed(path: &[Step]) -> Option<Packed> {
    if path.len() > SHORT {
        return None;
    }
    let mut packed = 0;
    for (at, step) in path.iter().enumerate() {
        let bits = u8::try_from(step.0).ok()?.checked_add(1)?;
        packed |= u128::from(bits) << (120 - 8 * at);
    }
    Some(packed)
}

/// The steps of a short path.
fn unpack(packed: Packed, steps: &mut Vec<Step>) {
    let bits = packed.to_be_bytes();
    steps.clear();
    steps.extend(bits[..SHORT].iter().take_while(|bits| **bits > 0).map(|bits| Step(u32::from(*bits) - 1)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn they_are_counted_as_in_a_map(
            paths in prop::collection::vec(
                (prop::collection::vec((prop_oneof![4 => 0_u32..3, 1 => 125_u32..130], any::<bool>()), 0..4), any::<bool>(), 0..9_usize), 0..60),
            others_from in prop_oneof![1_u32..5, 124_u32..131],
        ) {
            // From one place on they are all the same.
            let change = |step: &mut Step| *step = Step::to(step.place().min(others_from), step.is_same_day());
            let (mut ways, mut map) = (Ways::default(), BTreeMap::<Vec<Step>, (u64, u64)>::new());
            for (path, converted, again) in &paths {
                // Some of them go round and round.
                let path: Vec<Step> =
                    path.repeat(1 + again / 2).iter().map(|&(place, same_day)| Step::to(place, same_day)).collect();
                for step in &path {
                    ways.step(*step);
                }
                ways.end(*converted);
                if path.is_empty() {
                    continue;
                }
                let mut path = path;
                path.iter_mut().for_each(change);
                let gone = map.entry(path).or_default();
                *gone = (gone.0 + u64::from(*converted), gone.1 + u64::from(!converted));
            }
            let mut seen = Vec::new();
            ways.changed(
                |path| path.iter_mut().for_each(change),
                |path, converted, nothing| seen.push((path.to_vec(), (converted, nothing))),
            );
            let is_short = |path: &[Step]| packed(path).is_some();
            let (mut want, others): (Vec<_>, Vec<_>) = map.into_iter().partition(|(path, _)| is_short(path));
            want.extend(others);
            prop_assert_eq!(seen, want);
        }
    }
}
