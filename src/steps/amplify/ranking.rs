//! Which contributions did best: engagement rates, those seen by few believed less (MEASUREMENT.md 7).
//!
//! Where reach is known the rate of engagements is shrunk by a beta-binomial, else their number by a gamma-Poisson; each
//! platform for itself where it has enough rows, the small ones together.

use crate::stats::beta_binomial::Prior;
use crate::stats::better;
use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::gamma_poisson::GammaPoisson;
use std::collections::BTreeMap;

/// A platform with fewer rows than this is judged together with the other small ones.
const ROWS_NEEDED: usize = 8;

/// One contribution's numbers; engagements are not above reach, and reach is not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its row.
    pub id: i64,
    /// Where it is, as a number.
    pub platform: usize,
    /// How many people saw it; none where that is not known.
    pub reach: Option<u64>,
    /// How many did something with it.
    pub engagements: u64,
}

/// What was believed beforehand of one platform, or of the small ones together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The platforms.
    pub platforms: Vec<usize>,
    /// Rows it rests on.
    pub rows: usize,
    /// What is believed of a contribution there.
    pub belief: Belief,
}

/// What is believed of contributions beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Belief {
    /// Of the rate of engagements among those who saw it.
    Rate(Prior),
    /// Of the number of engagements.
    Count(GammaPoisson),
    /// Of the number: too few or too alike to tell apart, the mean of all.
    CommonCount(f64),
}

/// One contribution's place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Its numbers.
    pub seen: Seen,
    /// The shrunken rate or number; none where numbers cannot be told apart.
    pub shrunk: Option<f64>,
    /// What it was shrunk toward: a place among the groups.
    pub group: usize,
    /// Better than the average of its group, by a rule that keeps the expected share of false ones below 5 %.
    pub is_better: bool,
}

impl Belief {
    /// The shrunken rate or number with its credible interval: for those that are shown, since it takes its time.
    pub fn estimate(&self, seen: &Seen) -> Option<Estimate> {
        match *self {
            Self::Rate(prior) => prior.rate(seen.engagements, seen.reach?, LEVEL),
            Self::Count(fit) => fit.rate(seen.engagements as f64, 1.0, LEVEL),
            Self::CommonCount(_) => None,
        }
    }
}

/// The contributions with a reach by their shrunken rate, then those without by their shrunken number, best first (then by
/// engagements, then by row); and what each group was shrunk toward.
pub fn rank(seen: &[Seen]) -> (Vec<Ranked>, Vec<Group>) {
    let (with, without): (Vec<&Seen>, Vec<&Seen>) = seen.iter().partition(|one| one.reach.is_some());
    let (mut all, mut believed) = (Vec::new(), Vec::new());
    for (rows, of) in [(with, by_rate as fn(&[&Seen]) -> _), (without, by_count)] {
        let mut ranked = Vec::new();
        for (platforms, rows) in groups(rows) {
            let Some((belief, shrunk)): Shrunk = of(&rows) else { continue };
            let group = believed.len();
            ranked.extend(shrunk.into_iter().map(|(one, pep)| (Ranked { group, ..one }, pep)));
            believed.push(Group { platforms, rows: rows.len(), belief });
        }
        let peps: Vec<f64> = ranked.iter().map(|one| one.1).collect();
        let better = better::than_average(&peps);
        let mut ranked: Vec<Ranked> =
            ranked.into_iter().zip(better).map(|((one, _), is_better)| Ranked { is_better, ..one }).collect();
        let value = |one: &Ranked| one.shrunk.unwrap_or(0.0);
        ranked.sort_by(|a, b| {
            let engagements = b.seen.engagements.cmp(&a.seen.engagements);
            value(b).total_cmp(&value(a)).then(engagements).then(a.seen.id.cmp(&b.seen.id))
        });
        all.extend(ranked);
    }
    (all, believed)
}

/// The rows of each platform with enough of them, and of all others together, in order of platform and row.
fn groups(rows: Vec<&Seen>) -> Vec<(Vec<usize>, Vec<&Seen>)> {
    let mut by_platform: BTreeMap<usize, Vec<&Seen>> = BTreeMap::new();
    for one in rows {
        by_platform.entry(one.platform).or_default().push(one);
    }
    let (large, small): (Vec<_>, Vec<_>) =
        by_platform.into_iter().partition(|(_, rows)| rows.len() >= ROWS_NEEDED);
    let mut together: (Vec<usize>, Vec<&Seen>) = Default::default();
    for (platform, rows) in small {
        together.0.push(platform);
        together.1.extend(rows);
    }
    let large = large.into_iter().map(|(platform, rows)| (vec![platform], rows));
    large.chain(Some(together).filter(|(platforms, _)| !platforms.is_empty())).collect()
}

/// Each with the chance that it is no better than the average.
type Shrunk = Option<(Belief, Vec<(Ranked, f64)>)>;

fn by_rate(rows: &[&Seen]) -> Shrunk {
    let counts: Vec<(u64, u64)> = rows.iter().filter_map(|one| Some((one.engagements, one.reach?))).collect();
    let prior = Prior::of(&counts)?;
    let one = |(seen, (count, n)): (&&Seen, (u64, u64))| {
        let ranked =
            Ranked { seen: **seen, shrunk: Some(prior.shrunk(count, n)), group: 0, is_better: false };
        (ranked, prior.below_mean(count, n).unwrap_or(1.0))
    };
    let ranked = rows.iter().zip(counts).map(one).collect();
    Some((Belief::Rate(prior), ranked))
}

fn by_count(rows: &[&Seen]) -> Shrunk {
    let counts: Vec<(f64, f64)> = rows.iter().map(|one| (one.engagements as f64, 1.0)).collect();
    let fitted = if rows.len() < ROWS_NEEDED { None } else { GammaPoisson::of(&counts) };
    let mean = counts.iter().map(|count| count.0).sum::<f64>() / counts.len().max(1) as f64;
    let one = |seen: &&Seen| {
        let count = seen.engagements as f64;
        let shrunk = fitted.map(|fit| fit.shrunk(count, 1.0));
        let pep = fitted.and_then(|fit| fit.below_mean(count, 1.0)).unwrap_or(1.0);
        (Ranked { seen: **seen, shrunk, group: 0, is_better: false }, pep)
    };
    let ranked = rows.iter().map(one).collect();
    (!rows.is_empty()).then_some((fitted.map_or(Belief::CommonCount(mean), Belief::Count), ranked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(id: i64, platform: usize, engagements: u64, reach: u64) -> Seen {
        Seen { id, platform, reach: Some(reach), engagements }
    }

    #[test]
    fn one_of_two_does_not_beat_eighty_of_a_thousand() {
        let mut rows: Vec<Seen> = (0..12).map(|i| seen(i, 0, 20 + 4 * i as u64, 1000)).collect();
        rows.push(seen(20, 0, 1, 2));
        rows.push(seen(21, 0, 80, 1000));
        let (ranked, groups) = rank(&rows);
        assert_eq!(ranked[0].seen.id, 21);
        assert!(ranked[0].is_better && ranked.iter().any(|one| !one.is_better));
        assert_eq!((groups.len(), groups[0].rows), (1, 14));
        assert!(matches!(groups[0].belief, Belief::Rate(Prior::Beta { .. })));
    }

    #[test]
    fn small_platforms_are_judged_together() {
        let rows: Vec<Seen> = (0..6).map(|i| seen(i, i as usize % 2, 5, 100)).collect();
        let (ranked, groups) = rank(&rows);
        let belief = Belief::Rate(Prior::Pooled { count: 30, n: 600 });
        assert_eq!(groups, [Group { platforms: vec![0, 1], rows: 6, belief }]);
        assert!(ranked.len() == 6 && ranked.iter().all(|one| !one.is_better));
        assert!(rank(&[]).0.is_empty());
    }

    #[test]
    fn without_a_reach_the_number_is_shrunk() {
        let count = |id: i64, engagements: u64| Seen { id, platform: 3, reach: None, engagements };
        let mut rows: Vec<Seen> = (0..10).map(|id| count(id, id as u64 % 3)).collect();
        rows.push(count(10, 40));
        let (ranked, groups) = rank(&rows);
        let first = ranked[0];
        assert!(first.seen.id == 10 && first.is_better && first.shrunk.is_some_and(|shrunk| shrunk < 40.0));
        assert!(matches!(groups[0].belief, Belief::Count(_)));
        // Too few to tell apart: no estimate, and in order of engagements.
        let (ranked, groups) = rank(&rows[8..]);
        assert_eq!((ranked[0].seen.id, ranked[0].shrunk), (10, None));
        assert!(matches!(groups[0].belief, Belief::CommonCount(_)));
    }

    proptest! {
        #[test]
        fn neither_order_nor_scale_of_ids_matters(
            rows in prop::collection::vec((0_u64..50, prop::option::of(50_u64..500)), 0..30)
        ) {
            let all: Vec<Seen> = rows
                .iter()
                .zip(0..)
                .map(|(row, id)| Seen { id, platform: 0, engagements: row.0, reach: row.1 })
                .collect();
            let reversed: Vec<Seen> = all.iter().rev().copied().collect();
            let (ranked, groups) = rank(&all);
            prop_assert_eq!(&(ranked.clone(), groups.clone()), &rank(&reversed));
            prop_assert_eq!(ranked.len(), all.len());
            for one in ranked {
                let rate = groups[one.group].belief.estimate(&one.seen);
                prop_assert_eq!(rate.is_some(), one.shrunk.is_some());
                if let (Some(rate), Some(shrunk)) = (rate, one.shrunk) {
                    prop_assert!(rate.lo <= rate.value && rate.value <= rate.hi && (rate.value - shrunk).abs() < 1e-12);
                }
            }
        }
    }
}
