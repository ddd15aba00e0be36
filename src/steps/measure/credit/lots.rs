//! How firm the Markov rule's shares are: the paths are drawn again and again (MEASUREMENT.md 8).

use super::assumed::Gates;
use crate::stats::draws::Draws;
use crate::stats::markov::Chain;
use std::panic::resume_unwind;
use std::sync::mpsc::sync_channel;
use std::thread;

/// How many draws may wait.
const WAITING: usize = 4;

/// Shares and ranks by state, over the draws.
pub struct Drawn {
    /// Shares (0-1).
    pub shares: Vec<Vec<f64>>,
    /// Ranks, from 1 on.
    pub ranks: Vec<Vec<f64>>,
}

impl Drawn {
    fn of(states: usize) -> Self {
        Self { shares: vec![Vec::new(); states], ranks: vec![Vec::new(); states] }
    }

    /// Adds what came of drawing each lot so many times. `chain` is used again; what it counted is gone.
    fn add(&mut self, lots: &[Vec<(u32, f64)>], times: &[u32], chain: &mut Chain) {
        chain.clear();
        for (lot, times) in lots.iter().zip(times).filter(|(_, times)| **times > 0) {
            chain.count(lot, f64::from(*times));
        }
        let Some(effects) = chain.effects() else { return };
        let of_draw = effects.shares();
        for (state, share) in of_draw.iter().enumerate() {
            self.shares[state].push(*share);
            self.ranks[state].push(1.0 + of_draw.iter().filter(|other| *other > share).count() as f64);
        }
    }

    /// Takes what another adds up.
    fn join(&mut self, other: Self) {
        self.shares.iter_mut().zip(other.shares).for_each(|(own, more)| own.extend(more));
        self.ranks.iter_mut().zip(other.ranks).for_each(|(own, more)| own.extend(more));
    }
}

/// Draws the lots again and again, with putting back; every second draw is reckoned on a thread of its own.
pub fn drawn(
    lots: &[Vec<(u32, f64)>],
    by_lot: &mut Draws,
    mut chain: Chain,
    states: usize,
    gates: &Gates,
) -> Drawn {
    let mut others_chain = chain.clone();
    thread::scope(|scope| {
        let (sender, others) = sync_channel::<Vec<u32>>(WAITING);
        let other = scope.spawn(move || {
            let mut sums = Drawn::of(states);
            for times in others {
                sums.add(lots, &times, &mut others_chain);
            }
            sums
        });
        let mut sums = Drawn::of(states);
        for draw in 0..gates.draws {
            let mut times = vec![0_u32; lots.len()];
            (0..lots.len()).for_each(|_| times[by_lot.below(lots.len())] += 1);
            if draw % 2 == 0 {
                sums.add(lots, &times, &mut chain);
            } else {
                // Nobody takes it only where the other thread broke down, which is told when it is waited for.
                let _ = sender.send(times);
            }
        }
        drop(sender);
        sums.join(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        sums
    })
}

/// What is drawn, each as the steps it takes.
pub enum Lots {
    /// Single paths.
    Paths(Vec<Vec<(u32, f64)>>),
    /// Groups of paths, made by lot: how often each takes each step, so many steps to a group.
    Groups(Vec<f64>, usize),
}

impl Lots {
    /// Nothing yet, of so many paths over so many different steps.
    pub fn of(paths: u64, cells: usize, gates: &Gates) -> Self {
        if paths <= gates.most_drawn_singly {
            Self::Paths(Vec::new())
        } else {
            Self::Groups(vec![0.0; gates.groups * cells], cells)
        }
    }

    /// Adds a path as often as it was gone.
    pub fn add(&mut self, steps: &[(u32, f64)], times: u64, by_lot: &mut Draws) {
        for _ in 0..times {
            match self {
                Self::Paths(paths) => paths.push(steps.to_vec()),
                Self::Groups(counts, cells) => {
                    let group = by_lot.below(counts.len() / *cells) * *cells;
                    let counts = &mut counts[group..group + *cells];
                    for &(cell, each) in steps {
                        counts[cell as usize] += each;
                    }
                }
            }
        }
    }

    /// The steps of each.
    pub fn steps(self) -> Vec<Vec<(u32, f64)>> {
        let steps = |group: &[f64]| (0..).zip(group.iter().copied()).filter(|step| step.1 > 0.0).collect();
        match self {
            Self::Paths(paths) => paths,
            Self::Groups(counts, cells) => counts.chunks(cells).map(steps).collect(),
        }
    }
}
