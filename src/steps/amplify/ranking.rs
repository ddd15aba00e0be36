//! Which contributions did best: engagement rates, those seen by few believed less (MEASUREMENT.md 7).

use crate::stats::beta_binomial::Prior;
use crate::stats::estimate::{Estimate, LEVEL};
use std::collections::BTreeMap;

/// A platform with fewer rows than this is judged together with the other small ones.
const ROWS_NEEDED: usize = 8;

/// One contribution's numbers; engagements are not above reach, and reach is not 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its row.
    pub id: i64,
    /// Where it is.
    pub platform: String,
    /// How many people saw it.
    pub reach: u64,
    /// How many did something with it.
    pub engagements: u64,
}

/// What was believed beforehand of one platform, or of the small ones together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The platforms, sorted.
    pub platforms: Vec<String>,
    /// Rows it rests on.
    pub rows: usize,
    /// What is believed of a rate there.
    pub prior: Prior,
}

/// The contributions by their shrunken rate, best first (then by engagements, then by row), and what each
/// group's rates were shrunk toward.
pub fn rank(seen: &[Seen]) -> (Vec<(Seen, Estimate)>, Vec<Group>) {
    let mut rows: BTreeMap<&str, Vec<&Seen>> = BTreeMap::new();
    for one in seen {
        rows.entry(&one.platform).or_default().push(one);
    }
    let (large, small): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, rows)| rows.len() >= ROWS_NEEDED);
    let mut together: (Vec<&str>, Vec<&Seen>) = Default::default();
    for (platform, rows) in small {
        together.0.push(platform);
        together.1.extend(rows);
    }
    let groups = large.into_iter().map(|(platform, rows)| (vec![platform], rows)).chain([together]);
    let (mut ranked, mut believed) = (Vec::new(), Vec::new());
    for (platforms, rows) in groups {
        let counts: Vec<(u64, u64)> = rows.iter().map(|one| (one.engagements, one.reach)).collect();
        let Some(prior) = Prior::of(&counts) else { continue };
        ranked.extend(
            rows.iter()
                .filter_map(|one| Some(((*one).clone(), prior.rate(one.engagements, one.reach, LEVEL)?))),
        );
        let platforms = platforms.into_iter().map(Into::into).collect();
        believed.push(Group { platforms, rows: rows.len(), prior });
    }
    ranked.sort_by(|(a, one), (b, other)| {
        other.value.total_cmp(&one.value).then(b.engagements.cmp(&a.engagements)).then(a.id.cmp(&b.id))
    });
    (ranked, believed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(id: i64, platform: &str, engagements: u64, reach: u64) -> Seen {
        Seen { id, platform: platform.into(), reach, engagements }
    }

    #[test]
    fn one_of_two_does_not_beat_eighty_of_a_thousand() {
        let mut rows: Vec<Seen> = (0..12).map(|i| seen(i, "x", 20 + 4 * i as u64, 1000)).collect();
        rows.push(seen(20, "x", 1, 2));
        rows.push(seen(21, "x", 80, 1000));
        let (ranked, groups) = rank(&rows);
        assert_eq!(ranked[0].0.id, 21);
        assert_eq!((groups.len(), groups[0].rows), (1, 14));
        assert!(matches!(groups[0].prior, Prior::Beta { .. }));
    }

    #[test]
    fn small_platforms_are_judged_together() {
        let rows: Vec<Seen> = (0..6).map(|i| seen(i, ["a", "b"][i as usize % 2], 5, 100)).collect();
        let (ranked, groups) = rank(&rows);
        assert_eq!(
            groups,
            [Group {
                platforms: vec!["a".into(), "b".into()],
                rows: 6,
                prior: Prior::Pooled { count: 30, n: 600 }
            }]
        );
        assert_eq!(ranked.len(), 6);
        assert!(rank(&[]).0.is_empty());
    }

    proptest! {
        #[test]
        fn neither_order_nor_scale_of_ids_matters(
            rows in prop::collection::vec((0_u64..50, 50_u64..500), 0..30)
        ) {
            let all: Vec<Seen> = rows.iter().zip(0..).map(|(row, id)| seen(id, "x", row.0, row.1)).collect();
            let reversed: Vec<Seen> = all.iter().rev().cloned().collect();
            let (ranked, groups) = rank(&all);
            prop_assert_eq!(&(ranked.clone(), groups), &rank(&reversed));
            prop_assert_eq!(ranked.len(), all.len());
            for (_, rate) in ranked {
                prop_assert!(rate.lo <= rate.value && rate.value <= rate.hi && rate.hi <= 1.0);
            }
        }
    }
}
