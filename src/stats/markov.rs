//! Removal effects of a first-order Markov chain of touches, solved exactly (MEASUREMENT.md 8).
//!
//! Anderl E, Becker I, von Wangenheim F, Schumann JH (2016) Int. J. Research in Marketing 33:457-474. Every path starts, goes
//! through its touches and ends in a conversion or in nothing. Removing a state sends everyone who would come to it to nothing.
//! With N = (I - Q)^-1 of the chain as it is, what a removal costs needs no second solution: who converts without ever being in
//! s is base - P(ever in s) * P(conversion | in s), where P(ever in s) = N(start, s) / N(s, s) (Kemeny & Snell 1960, 3.5).
//!
//! Example (Bryl 2016): C1 > C2 > C3 converted, C1 and C2 > C3 not: base 1/3, removal effects 1/2, 1, 1, credit 1/5, 2/5, 2/5.

/// Where a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// To this state.
    State(usize),
    /// To a conversion.
    Conversion,
    /// To nothing.
    Nothing,
}

/// How often each step was taken. Row 0 is the start, row 1 + s is state s.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    states: usize,
    counts: Vec<f64>,
}

/// What each state is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Effects {
    /// The chance (0-1) that a path converts.
    pub base: f64,
    /// By state: the share (0-1) of that chance which is lost without it.
    pub removal: Vec<f64>,
}

impl Effects {
    /// By state: its part of all removal effects; they add up to 1.
    pub fn shares(&self) -> Vec<f64> {
        let sum: f64 = self.removal.iter().sum();
        self.removal.iter().map(|effect| effect / sum).collect()
    }
}

impl Chain {
    /// A chain of so many states in which nobody took a step yet.
    pub fn new(states: usize) -> Self {
        Self { states, counts: vec![0.0; (states + 1) * (states + 2)] }
    }

    /// How many different steps there are.
    pub fn cells(&self) -> usize {
        self.counts.len()
    }

    /// The place of a step among the counts; `from` is none for the start.
    pub fn cell(&self, from: Option<usize>, to: To) -> u32 {
        let row = from.map_or(0, |state| state + 1) * (self.states + 2);
        let cell = row
            + match to {
                To::State(state) => state,
                To::Conversion => self.states,
                To::Nothing => self.states + 1,
            };
        u32::try_from(cell).unwrap_or(u32::MAX)
    }

    /// Counts steps, each by its place and how often it is taken, so many times.
    pub fn count(&mut self, steps: &[(u32, f64)], times: f64) {
        for &(cell, each) in steps {
            self.counts[cell as usize] += each * times;
        }
    }

    /// Forgets every step.
    pub fn clear(&mut self) {
        self.counts.fill(0.0);
    }

    /// What each state is worth; none if no path converts, or if the chain has a state that nobody leaves.
    pub fn effects(&self) -> Option<Effects> {
        let n = self.states;
        let row = |from: usize| &self.counts[from * (n + 2)..(from + 1) * (n + 2)];
        let share = |from: usize, to: usize| {
            let sum: f64 = row(from).iter().sum();
            if sum > 0.0 { row(from)[to] / sum } else { 0.0 }
        };
        let mut rest = vec![0.0; n * n];
        for from in 0..n {
            let sum: f64 = row(from + 1).iter().sum();
            for to in 0..n {
                let step = if sum > 0.0 { row(from + 1)[to] / sum } else { 0.0 };
                rest[from * n + to] = f64::from(u8::from(from == to)) - step;
            }
        }
        let visits = inverse(rest, n)?;
        let end: Vec<f64> = (0..n).map(|state| share(state + 1, n)).collect();
        let start: Vec<f64> = (0..n).map(|state| share(0, state)).collect();
        let converts = |state: usize| (0..n).map(|to| visits[state * n + to] * end[to]).sum::<f64>();
        let converts: Vec<f64> = (0..n).map(converts).collect();
        let base = start.iter().zip(&converts).map(|(a, b)| a * b).sum::<f64>();
        if base <= 0.0 {
            return None;
        }
        let removal = |state: usize| {
            let visited: f64 = (0..n).map(|from| start[from] * visits[from * n + state]).sum();
            visited / visits[state * n + state] * converts[state] / base
        };
        Some(Effects { base, removal: (0..n).map(removal).collect() })
    }
}

/// The inverse of an n x n matrix by Gauss and Jordan with row pivots; none if it has none.
fn inverse(mut a: Vec<f64>, n: usize) -> Option<Vec<f64>> {
    let mut b = vec![0.0; n * n];
    for place in 0..n {
        b[place * n + place] = 1.0;
    }
    for column in 0..n {
        let pivot =
            (column..n).max_by(|&x, &y| a[x * n + column].abs().total_cmp(&a[y * n + column].abs()))?;
        if a[pivot * n + column].abs() < 1e-12 {
            return None;
        }
        for place in 0..n {
            a.swap(column * n + place, pivot * n + place);
            b.swap(column * n + place, pivot * n + place);
        }
        let head = a[column * n + column];
        for place in 0..n {
            a[column * n + place] /= head;
            b[column * n + place] /= head;
        }
        let (of_a, of_b) = (a[column * n..][..n].to_vec(), b[column * n..][..n].to_vec());
        for row in (0..n).filter(|&row| row != column) {
            let times = a[row * n + column];
            if times != 0.0 {
                for (cell, by) in a[row * n + column..(row + 1) * n].iter_mut().zip(&of_a[column..]) {
                    *cell -= times * by;
                }
                for (cell, by) in b[row * n..(row + 1) * n].iter_mut().zip(&of_b) {
                    *cell -= times * by;
                }
            }
        }
    }
    Some(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// A path of states, how often it converted and how often not.
    type Made = (Vec<usize>, f64, f64);

    fn chain(states: usize, paths: &[Made]) -> Chain {
        let mut chain = Chain::new(states);
        for (path, conversions, nothing) in paths {
            let mut from = None;
            for &state in path {
                chain.count(&[(chain.cell(from, To::State(state)), 1.0)], conversions + nothing);
                from = Some(state);
            }
            chain.count(&[(chain.cell(from, To::Conversion), 1.0)], *conversions);
            chain.count(&[(chain.cell(from, To::Nothing), 1.0)], *nothing);
        }
        chain
    }

    /// The slow way: really send everyone who comes to the state to nothing, and follow the chain for long.
    fn without(chain: &Chain, gone: Option<usize>) -> f64 {
        let n = chain.states;
        let row = |from: usize| &chain.counts[from * (n + 2)..(from + 1) * (n + 2)];
        let mut at = vec![0.0; n + 1];
        at[0] = 1.0;
        let mut converted = 0.0;
        for _ in 0..4_000 {
            let mut next = vec![0.0; n + 1];
            for (from, here) in at.iter().enumerate() {
                let sum: f64 = row(from).iter().sum();
                if *here > 0.0 && sum > 0.0 {
                    for to in 0..n {
                        if gone != Some(to) {
                            next[to + 1] += here * row(from)[to] / sum;
                        }
                    }
                    converted += here * row(from)[n] / sum;
                }
            }
            at = next;
        }
        converted
    }

    #[test]
    fn bryls_example() {
        let paths = [(vec![0, 1, 2], 1.0, 0.0), (vec![0], 0.0, 1.0), (vec![1, 2], 0.0, 1.0)];
        let effects = chain(3, &paths).effects().unwrap();
        near(effects.base, 1.0 / 3.0, 1e-12);
        for (got, want) in effects.removal.iter().zip([0.5, 1.0, 1.0]) {
            near(*got, want, 1e-12);
        }
        for (got, want) in effects.shares().iter().zip([0.2, 0.4, 0.4]) {
            near(*got, want, 1e-12);
        }
    }

    #[test]
    fn nothing_to_tell() {
        assert_eq!(Chain::new(2).effects(), None);
        assert_eq!(chain(1, &[(vec![0], 0.0, 5.0)]).effects(), None);
        let mut stuck = Chain::new(1);
        stuck.count(&[(stuck.cell(None, To::State(0)), 1.0)], 1.0);
        stuck.count(&[(stuck.cell(Some(0), To::State(0)), 1.0)], 1.0);
        assert_eq!(stuck.effects(), None, "nobody leaves");
    }

    /// The rows of a case's file as a chain, and the names of its states.
    fn read(case: &crate::stats::reference::Case, file: &str, columns: (&str, &str)) -> (Chain, Vec<String>) {
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        let mut paths = Vec::new();
        for row in case.rows(file) {
            let states = row["path"].split('>').map(|name| {
                let next = names.len();
                *names.entry(name.trim().to_string()).or_insert(next)
            });
            let states = states.collect();
            let number = |column: &str| row[column].parse::<f64>().unwrap();
            paths.push((states, number(columns.0), number(columns.1)));
        }
        let mut in_order = vec![String::new(); names.len()];
        for (name, place) in names {
            in_order[place] = name;
        }
        (chain(in_order.len(), &paths), in_order)
    }

    #[test]
    fn reference_bryl() {
        let Some(case) = case("08-attribution/channelattribution-heuristics") else { return };
        let (chain, names) = read(&case, "bryl.csv", ("conversions", "null"));
        let want = &case.expected["bryl"];
        let effects = chain.effects().unwrap();
        near(effects.base, want["base_conversion"].as_f64().unwrap(), 1e-9);
        for ((name, removal), share) in names.iter().zip(&effects.removal).zip(effects.shares()) {
            near(*removal, want["removal_effect"][name].as_f64().unwrap(), 1e-9);
            near(share, want["credit"][name].as_f64().unwrap(), 1e-9);
        }
    }

    #[test]
    fn reference_paths_are_solved_as_if_each_state_was_really_removed() {
        let Some(case) = case("08-attribution/channelattribution-heuristics") else { return };
        let (chain, names) = read(&case, "pathdata.csv", ("total_conversions", "total_null"));
        let effects = chain.effects().unwrap();
        let base = without(&chain, None);
        near(effects.base, base, 1e-9);
        for state in 0..names.len() {
            near(effects.removal[state], 1.0 - without(&chain, Some(state)) / base, 1e-6);
        }
    }

    proptest! {
        #[test]
        fn one_solution_says_what_really_removing_each_says(
            paths in prop::collection::vec((prop::collection::vec(0_usize..5, 1..7), 0_u8..4, 1_u8..4), 1..12),
        ) {
            let paths: Vec<Made> = paths.into_iter().map(|(path, yes, no)| (path, f64::from(yes), f64::from(no))).collect();
            let chain = chain(5, &paths);
            if let Some(effects) = chain.effects() {
                let base = without(&chain, None);
                prop_assert!((effects.base - base).abs() < 1e-9);
                for state in 0..5 {
                    let slow = 1.0 - without(&chain, Some(state)) / base;
                    prop_assert!((effects.removal[state] - slow).abs() < 1e-6, "{state}: {} {slow}", effects.removal[state]);
                    prop_assert!((-1e-9..=1.0 + 1e-9).contains(&effects.removal[state]));
                }
                prop_assert!((effects.shares().iter().sum::<f64>() - 1.0).abs() < 1e-9);
            }
        }
    }
}
