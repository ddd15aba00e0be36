//! The Markov rule over everybody's paths: removal effects, and how firm they are (MEASUREMENT.md 8).
//!
//! A path is the clicks of one buyer before one order or deal, or those of someone who bought nothing. Touches of one day have
//! no order, so every order of them counts alike: expected steps, not one of the orders by chance.

use super::assumed::Gates;
use super::lots::{Lots, drawn};
use super::rules::Touch;
use super::totals::OTHERS;
use super::ways::{Step, Ways};
use crate::stats::draws::{Draws, SEED};
use crate::stats::markov::{Chain, To};
use crate::stats::percentile::quantile;
use hashbrown::HashMap;

/// All paths.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    places: HashMap<i64, u32>,
    members: Vec<i64>,
    ways: Ways,
}

/// How the Markov rule shares what clicks decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Markov {
    /// How many paths, and how many of them converted.
    pub paths: u64,
    /// How many of them converted.
    pub conversions: u64,
    /// The chance (0-1) that a path converts.
    pub base: f64,
    /// How many advocates stand among the others.
    pub pooled: usize,
    /// By advocate; the others, if any, as [`OTHERS`] and first.
    pub parts: Vec<Part>,
}

/// One advocate's part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Who.
    pub member: i64,
    /// The share (0-1) of all conversions by clicks that would be lost.
    pub removal: f64,
    /// Its share (0-1) of all removal effects.
    pub share: f64,
    /// Where that share lies in 95 of 100 draws of the paths; none for the others.
    pub likely: Option<(f64, f64)>,
    /// The ranks it has in them, from the first on; the others have none.
    pub ranks: Option<(f64, f64)>,
}

/// What is missing for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// Paths there are.
    pub paths: u64,
    /// Of them converted.
    pub conversions: u64,
}

impl Paths {
    /// Makes room for the paths of so many touches: a list that grows is copied, and what it leaves is not used again.
    pub fn expect(&mut self, touches: usize) {
        self.ways.expect(touches);
    }

    /// Adds a path, its touches by day.
    pub fn add(&mut self, path: &[Touch], converted: bool) {
        let mut before = None;
        for touch in path {
            let next = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
            let place = *self.places.entry(touch.member).or_insert_with(|| {
                self.members.push(touch.member);
                next
            });
            self.ways.step(Step::to(place, before == Some(touch.day)));
            before = Some(touch.day);
        }
        self.ways.end(converted);
    }

    /// What each advocate is worth, or what is missing to say so.
    pub fn markov(&self, gates: &Gates) -> Result<Markov, Missing> {
        let conversions = self.ways.each().filter(|(_, converted)| *converted).count() as u64;
        let paths = self.ways.count();
        let missing = Missing { paths, conversions };
        if paths < gates.fewest_paths || conversions < gates.fewest_conversions || paths == conversions {
            return Err(missing);
        }
        let known = self.known(gates);
        let mut chain = Chain::new(known.members.len());
        let (mut steps, mut by_lot) = (Vec::new(), Draws::new(SEED));
        let mut lots = Lots::of(paths, chain.cells(), gates);
        // In the order of their steps, which no order of the file changes.
        self.ways.changed(
            |path| known.told_apart(path),
            |path, converted, nothing| {
                for (end, times) in [(To::Conversion, converted), (To::Nothing, nothing)] {
                    if times > 0 {
                        walk(&chain, path, end, &mut steps);
                        chain.count(&steps, times as f64);
                        lots.add(&steps, times, &mut by_lot);
                    }
                }
            },
        );
        let effects = chain.effects().ok_or(missing)?;
        let drawn = drawn(&lots.steps(), &mut by_lot, chain, known.members.len(), gates);
        let shares = effects.shares();
        let mut parts: Vec<Part> = (0..known.members.len())
            .map(|place| Part {
                member: known.members[place],
                removal: effects.removal[place],
                share: shares[place],
                likely: middle(&drawn.shares[place]).filter(|_| known.members[place] != OTHERS),
                ranks: middle(&drawn.ranks[place]).filter(|_| known.members[place] != OTHERS),
            })
            .collect();
        parts.sort_by_key(|part| part.member);
        Ok(Markov { paths, conversions, base: effects.base, pooled: known.pooled, parts })
    }

    /// Who is told apart: those on enough converting paths, the most frequent first; the others are one.
    fn known(&self, gates: &Gates) -> Known {
        let mut counts = vec![(0_u64, 0_u64); self.members.len()];
        // The last path each was counted on: once a path, however often they are met.
        let mut counted_on = vec![0_u64; self.members.len()];
        for ((path, converted), number) in self.ways.each().zip(1..) {
            for step in path {
                let place = step.place() as usize;
                if counted_on[place] != number {
                    counted_on[place] = number;
                    let count = &mut counts[place];
                    *count = (count.0 + u64::from(converted), count.1 + u64::from(!converted));
                }
            }
        }
        // By what is known of them, their numbers last: who is told apart hangs on nobody's number but where all else is equal.
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        order.sort_by_key(|&place| (std::cmp::Reverse(counts[place]), self.members[place]));
        let enough = |place: &usize| counts[*place].0 >= gates.fewest_converting;
        let told = order.iter().copied().take(gates.most_advocates).take_while(enough).count();
        let pooled = order.len() - told;
        let mut members: Vec<i64> = order[..told].iter().map(|&place| self.members[place]).collect();
        members.extend((pooled > 0).then_some(OTHERS));
        let mut states = vec![u32::try_from(told).unwrap_or(u32::MAX); order.len()];
        for (state, &place) in (0..).zip(&order[..told]) {
            states[place] = state;
        }
        Known { members, states, pooled }
    }
}

/// Who is told apart.
struct Known {
    /// By state.
    members: Vec<i64>,
    /// The state of each advocate met, by place.
    states: Vec<u32>,
    /// How many stand among the others.
    pooled: usize,
}

impl Known {
    /// Makes a path one over those who are told apart, those of one day in the order of their states, each once: several of the
    /// others on one day are one touch.
    fn told_apart(&self, path: &mut Vec<Step>) {
        for step in &mut *path {
            *step = Step::to(self.states[step.place() as usize], step.is_same_day());
        }
        if !path.iter().any(|step| step.is_same_day()) {
            return;
        }
        let mut settled = Vec::with_capacity(path.len());
        for day in path.chunk_by(|_, next| next.is_same_day()) {
            let mut of_day: Vec<u32> = day.iter().map(|step| step.place()).collect();
            of_day.sort_unstable();
            of_day.dedup();
            settled.extend((0..).zip(of_day).map(|(at, state)| Step::to(state, at > 0)));
        }
        *path = settled;
    }
}

/// The steps of a path to its end, by their place in the chain, with how often each is taken.
fn walk(chain: &Chain, path: &[Step], end: To, steps: &mut Vec<(u32, f64)>) {
    steps.clear();
    let mut before: &[Step] = &[];
    for day in path.chunk_by(|_, next| next.is_same_day()) {
        let n = day.len() as f64;
        let to = |step: &Step| To::State(step.place() as usize);
        if before.is_empty() {
            steps.extend(day.iter().map(|step| (chain.cell(None, to(step)), 1.0 / n)));
        }
        for from in before {
            let each = 1.0 / (before.len() as f64 * n);
            let from = Some(from.place() as usize);
            steps.extend(day.iter().map(|step| (chain.cell(from, to(step)), each)));
        }
        // Of n in any order, each pair stands next to each other in (n - 1)! of n! of them.
        for one in day {
            let others = day.iter().filter(|other| other.place() != one.place());
            let from = Some(one.place() as usize);
            steps.extend(others.map(|step| (chain.cell(from, to(step)), 1.0 / n)));
        }
        before = day;
    }
    let each = 1.0 / before.len() as f64;
    steps.extend(before.iter().map(|from| (chain.cell(Some(from.place() as usize), end), each)));
}

/// Where 95 of 100 values lie.
fn middle(values: &[f64]) -> Option<(f64, f64)> {
    Some((quantile(values, 0.025)?, quantile(values, 0.975)?))
}

#[cfg(test)]
mod tests {
    use super::super::assumed::Assumed;
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    fn gates() -> Gates {
        Gates { fewest_paths: 2, fewest_conversions: 1, fewest_converting: 1, draws: 20, ..shipped() }
    }

    fn shipped() -> Gates {
        Assumed::read().unwrap().markov
    }

    fn touches(days: &[(i32, i64)]) -> Vec<Touch> {
        let mut path: Vec<Touch> = days.iter().map(|&(day, member)| Touch { day, member }).collect();
        path.sort_unstable();
        path.dedup();
        path
    }

    fn paths(given: &[(&[(i32, i64)], bool)]) -> Paths {
        let mut paths = Paths::default();
        for (days, converted) in given {
            paths.add(&touches(days), *converted);
        }
        paths
    }

    fn shares(markov: &Markov) -> Vec<(i64, f64)> {
        markov.parts.iter().map(|part| (part.member, part.share)).collect()
    }

    #[test]
    fn bryls_example_by_its_days() {
        let given: [(&[(i32, i64)], bool); 3] =
            [(&[(1, 11), (2, 12), (3, 13)], true), (&[(1, 11)], false), (&[(1, 12), (2, 13)], false)];
        let markov = paths(&given).markov(&gates()).unwrap();
        assert_eq!((markov.paths, markov.conversions, markov.pooled), (3, 1, 0));
        for ((member, share), want) in shares(&markov).iter().zip([(11, 0.2), (12, 0.4), (13, 0.4)]) {
            assert_eq!(*member, want.0);
            near(*share, want.1, 1e-12);
        }
    }

    #[test]
    fn touches_of_one_day_have_no_order() {
        // 1 and 2 on one day, and the same two one after the other in both orders: the same steps on average.
        let one = paths(&[(&[(1, 1), (1, 2)], true), (&[(1, 1), (1, 2)], true), (&[(1, 1)], false)]);
        let two = paths(&[(&[(1, 1), (2, 2)], true), (&[(1, 2), (2, 1)], true), (&[(1, 1)], false)]);
        let (one, two) = (one.markov(&gates()).unwrap(), two.markov(&gates()).unwrap());
        for (one, two) in one.parts.iter().zip(&two.parts) {
            near(one.removal, two.removal, 1e-12);
        }
    }

    #[test]
    fn too_few_paths_are_said() {
        let few = paths(&[(&[(1, 1)], true), (&[(1, 2)], false)]);
        assert_eq!(few.markov(&shipped()), Err(Missing { paths: 2, conversions: 1 }));
        let all_bought = paths(&[(&[(1, 1)], true), (&[(1, 2)], true)]);
        assert_eq!(all_bought.markov(&gates()), Err(Missing { paths: 2, conversions: 2 }));
        assert_eq!(paths(&[(&[], true)]).markov(&gates()), Err(Missing { paths: 0, conversions: 0 }));
    }

    /// 1 on sixty converting paths, 2 on thirty, 3 and 4 on five each; 200 that bought nothing.
    fn many(times: usize) -> Paths {
        let mut paths = Paths::default();
        for (member, converted, nothing) in [(1, 60, 60), (2, 30, 90), (3, 5, 25), (4, 5, 25)] {
            for _ in 0..times * converted {
                paths.add(&touches(&[(1, member)]), true);
            }
            for _ in 0..times * nothing {
                paths.add(&touches(&[(1, member)]), false);
            }
        }
        paths
    }

    #[test]
    fn who_is_seldom_met_stands_among_the_others() {
        let markov = many(1).markov(&shipped()).unwrap();
        assert_eq!((markov.paths, markov.conversions, markov.pooled), (300, 100, 2));
        // One touch each: what is lost is what came by way of them.
        for ((member, share), want) in shares(&markov).iter().zip([(OTHERS, 0.1), (1, 0.6), (2, 0.3)]) {
            assert_eq!(*member, want.0);
            near(*share, want.1, 1e-12);
        }
        assert_eq!(markov.parts[0].ranks, None);
        assert_eq!(markov.parts[1].ranks, Some((1.0, 1.0)), "sixty against thirty is firm");
        let (low, high) = markov.parts[1].likely.unwrap();
        assert!(low < 0.6 && 0.6 < high && high - low < 0.25, "{low} {high}");
        let two = Gates { most_advocates: 1, ..shipped() };
        assert_eq!(many(1).markov(&two).unwrap().pooled, 3);
    }

    #[test]
    fn groups_of_paths_spread_as_single_ones_do() {
        let width = |gates: &Gates| {
            let (low, high) = many(10).markov(gates).unwrap().parts[1].likely.unwrap();
            high - low
        };
        let grouped = width(&Gates { most_drawn_singly: 100, groups: 500, ..shipped() });
        let single = width(&shipped());
        assert!((grouped / single - 1.0).abs() < 0.25, "{grouped} {single}");
    }

    proptest! {
        #[test]
        fn neither_names_nor_the_order_of_rows_matter(
            given in prop::collection::vec((prop::collection::vec((0_i32..6, 1_i64..5), 1..5), any::<bool>()), 2..25),
        ) {
            let mut one = Paths::default();
            for (days, converted) in &given {
                one.add(&touches(days), *converted);
            }
            let mut other = Paths::default();
            for (days, converted) in given.iter().rev() {
                let renamed: Vec<(i32, i64)> = days.iter().map(|&(day, member)| (day, 10 - member)).collect();
                other.add(&touches(&renamed), *converted);
            }
            match (one.markov(&gates()), other.markov(&gates())) {
                (Ok(one), Ok(other)) => {
                    prop_assert!((one.parts.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-9);
                    for part in one.parts.iter().filter(|part| part.member != OTHERS) {
                        let same = other.parts.iter().find(|same| same.member == 10 - part.member).unwrap();
                        prop_assert!((part.share - same.share).abs() < 1e-9);
                    }
                }
                (one, other) => prop_assert_eq!(one, other),
            }
        }
    }
}
