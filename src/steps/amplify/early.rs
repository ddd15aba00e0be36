//! Alarm D of the trough: who joined and has made nothing yet, later than most began (MEASUREMENT.md 4).

use crate::stats::kaplan_meier::{Wait, curve, log_rank, time_until};
use crate::stats::percentile::quantile;

/// With fewer who joined, nothing is called late.
const FEWEST: usize = 10;
/// The share that has begun by the day on which the rest is late.
const MOST: f64 = 0.75;
/// Firsts needed in each of two cohorts to compare them.
const FIRSTS: usize = 5;

/// From joining to the first contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// Whose.
    pub member: i64,
    /// The day they joined.
    pub joined: i32,
    /// The day they left, if they did: from then on nobody waits.
    pub left: Option<i32>,
    /// The day of the first contribution from then on, if any.
    pub first: Option<i32>,
}

impl Start {
    fn wait(&self, as_of: i32) -> Wait {
        match self.first {
            Some(first) => (first - self.joined, true),
            None => (self.left.unwrap_or(as_of).min(as_of) - self.joined, false),
        }
    }
}

/// How people begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Early {
    /// How many joined.
    pub joined: usize,
    /// How many of them have begun.
    pub begun: usize,
    /// The day since joining by which half had begun; none where the curve does not get there.
    pub half: Option<i32>,
    /// The day since joining by which three quarters had; of those who began at all, where the curve does not get there.
    pub late_after: i32,
    /// Whether it is of all who joined.
    pub of_all: bool,
}

/// How people begin; none with fewer than ten who joined, or where nobody began.
pub fn early(starts: &[Start], as_of: i32) -> Option<Early> {
    let waits: Vec<Wait> = starts.iter().map(|start| start.wait(as_of)).collect();
    if waits.len() < FEWEST {
        return None;
    }
    let curve = curve(&waits);
    let own: Vec<f64> = waits.iter().filter(|wait| wait.1).map(|wait| f64::from(wait.0)).collect();
    let of_all = time_until(&curve, 1.0 - MOST);
    let late_after = match of_all {
        Some(day) => day,
        None => quantile(&own, MOST)?.ceil() as i32,
    };
    let half = time_until(&curve, 0.5);
    Some(Early { joined: waits.len(), begun: own.len(), half, late_after, of_all: of_all.is_some() })
}

impl Early {
    /// For how many days someone has been with us without having begun, where that is late.
    pub fn late(&self, start: &Start, as_of: i32) -> Option<i32> {
        let days = as_of - start.joined;
        (start.first.is_none() && days > self.late_after).then_some(days)
    }
}

/// Those who joined before a day against those who joined from it on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cohorts {
    /// How many joined before, and by which day half of them had begun.
    pub before: (usize, Option<i32>),
    /// The same of those since.
    pub since: (usize, Option<i32>),
    /// Log-rank p of "both begin alike".
    pub p: f64,
}

/// Compares two cohorts; none where one has too few who began to say anything.
pub fn cohorts(starts: &[Start], split: i32, as_of: i32) -> Option<Cohorts> {
    let waits = |since: bool| -> Vec<Wait> {
        let mine = starts.iter().filter(|start| (start.joined >= split) == since);
        mine.map(|start| start.wait(as_of)).collect()
    };
    let (before, since) = (waits(false), waits(true));
    if [&before, &since].iter().any(|waits| waits.iter().filter(|wait| wait.1).count() < FIRSTS) {
        return None;
    }
    let of = |waits: &[Wait]| (waits.len(), time_until(&curve(waits), 0.5));
    Some(Cohorts { before: of(&before), since: of(&since), p: log_rank(&before, &since)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(member: i64, joined: i32, first: Option<i32>) -> Start {
        Start { member, joined, left: None, first }
    }

    #[test]
    fn late_is_later_than_three_quarters() {
        let mut starts: Vec<Start> = (1..=9).map(|id| start(id, 0, Some(id as i32))).collect();
        starts.push(start(10, 80, None));
        starts.push(start(11, 95, None));
        let early = early(&starts, 100).expect("enough");
        assert_eq!((early.joined, early.begun, early.of_all), (11, 9, true));
        assert!(early.half.is_some_and(|half| half <= early.late_after));
        assert_eq!(early.late(&starts[9], 100), Some(20));
        assert_eq!(early.late(&starts[10], 100), None);
        assert_eq!(early.late(&starts[0], 100), None);
    }

    #[test]
    fn where_most_never_begin_it_is_of_those_who_did() {
        let mut starts: Vec<Start> = (1..=4).map(|id| start(id, 0, Some(10 * id as i32))).collect();
        starts.extend((5..=12).map(|id| start(id, 0, None)));
        let found = early(&starts, 100).expect("enough");
        assert_eq!((found.of_all, found.late_after, found.half), (false, 33, None));
        assert_eq!(early(&starts[..9], 100), None);
        assert_eq!(early(&starts[4..], 100), None);
    }

    #[test]
    fn cohorts_are_compared_when_both_say_something() {
        let slow = (0..12).map(|id| start(id, 0, Some(20 + id as i32)));
        let quick = (12..24).map(|id| start(id, 100, Some(100 + (id as i32 - 12) / 3)));
        let all: Vec<Start> = slow.chain(quick).collect();
        let found = cohorts(&all, 100, 200).expect("enough");
        assert_eq!((found.before.0, found.since.0), (12, 12));
        assert!(found.p < 0.001 && found.before.1 > found.since.1);
        assert_eq!(cohorts(&all, 150, 200), None);
        // Who left without having begun is waited for no longer.
        let gone = Start { left: Some(5), ..start(1, 0, None) };
        assert_eq!(gone.wait(200), (5, false));
    }
}
