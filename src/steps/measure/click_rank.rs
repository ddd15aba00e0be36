//! Whose links are followed most, the few views believed less (MEASUREMENT.md 7).
//!
//! Where reach of the grade in question is known, clicks over reach is shrunk by a beta-binomial, each platform for itself where it
//! has eight rows; else clicks per contribution by a gamma-Poisson. Each rate's own interval is Wilson's, or, where months vary
//! more than chance explains, the ratio's with months as units: clicks cannot be tied to single posts.

use crate::stats::beta_binomial::Prior;
use crate::stats::better;
use crate::stats::dispersion::{TOO_MUCH, dispersion};
use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::gamma_poisson::GammaPoisson;
use crate::stats::proportion::wilson;
use crate::stats::ratio::Ratio;
use std::collections::BTreeMap;

/// A platform with fewer rows than this is judged together with the other small ones.
const ROWS_NEEDED: usize = 8;

/// One advocate's clicks and what they are over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who.
    pub member: i64,
    /// The only platform of the contributions the reach is of; none where there are several.
    pub platform: Option<String>,
    /// Different people who clicked.
    pub clicks: u64,
    /// Reach of the grade in question.
    pub reach: Option<u64>,
    /// Contributions.
    pub contributions: u64,
    /// Clicks and reach month by month.
    pub months: Vec<(u64, u64)>,
}

/// What a rate is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Reach.
    Reach,
    /// Contributions: nobody counted reach.
    Contributions,
    /// Neither, or more clicks than reach: counted, and in no rate.
    None,
}

/// What was believed beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Belief {
    /// Of which platform; none of the small ones together.
    pub platform: Option<String>,
    /// On how many rows it rests.
    pub rows: usize,
    /// The rate expected of someone not seen yet.
    pub mean: f64,
    /// Whether nothing sets the rates apart.
    pub is_common: bool,
}

/// One advocate's place.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The numbers.
    pub seen: Seen,
    /// What the rate is over.
    pub basis: Basis,
    /// The rate as it is, with its own interval.
    pub rate: Option<Estimate>,
    /// The rate to expect, with its credible interval.
    pub shrunk: Option<Estimate>,
    /// Better than the average of its group; the expected share of false ones stays below 5 %.
    pub is_better: bool,
}

/// The whole ranking.
#[derive(Debug, Default)]
pub struct Ranking {
    /// Best first: by rate over reach, then by clicks per contribution, then those in no rate.
    pub ranked: Vec<Ranked>,
    /// What each group was shrunk toward.
    pub beliefs: Vec<Belief>,
    /// How much more months vary than chance explains, where that can be told.
    pub dispersion: Option<f64>,
}

impl Ranking {
    /// Whether intervals rest on months.
    pub fn by_month(&self) -> bool {
        self.dispersion.is_some_and(|dispersion| dispersion > TOO_MUCH)
    }

    /// Ranks them.
    pub fn of(mut seen: Vec<Seen>) -> Self {
        seen.sort_by_key(|one| one.member);
        let over_reach = |one: &Seen| one.reach.is_some_and(|reach| reach > 0 && one.clicks <= reach);
        let (with, without): (Vec<Seen>, Vec<Seen>) = seen.into_iter().partition(over_reach);
        let (counted, neither): (Vec<Seen>, Vec<Seen>) =
            without.into_iter().partition(|one| one.reach.unwrap_or(0) == 0 && one.contributions > 0);
        let months: Vec<Vec<(u64, u64)>> = with.iter().map(|one| one.months.clone()).collect();
        let mut ranking = Self { dispersion: dispersion(&months), ..Self::default() };
        let by_month = ranking.by_month();
        for (basis, rows) in [(Basis::Reach, with), (Basis::Contributions, counted)] {
            let mut placed = Vec::new();
            for (platform, rows) in groups(rows, basis) {
                let (belief, shrunk) = believed(platform, &rows, basis);
                ranking.beliefs.extend(belief);
                placed.extend(rows.into_iter().zip(shrunk));
            }
            let peps: Vec<f64> = placed.iter().map(|one| one.1.1).collect();
            let better = better::than_average(&peps);
            let mut ranked: Vec<Ranked> = placed
                .into_iter()
                .zip(better)
                .map(|((seen, (shrunk, _)), is_better)| {
                    let rate = own(&seen, basis, by_month);
                    Ranked { seen, basis, rate, shrunk, is_better }
                })
                .collect();
            ranked.sort_by(|a, b| {
                let value = |one: &Ranked| one.shrunk.map_or(0.0, |shrunk| shrunk.value);
                let clicks = b.seen.clicks.cmp(&a.seen.clicks);
                value(b).total_cmp(&value(a)).then(clicks).then(a.seen.member.cmp(&b.seen.member))
            });
            ranking.ranked.extend(ranked);
        }
        ranking.ranked.extend(neither.into_iter().map(|seen| Ranked {
            seen,
            basis: Basis::None,
            rate: None,
            shrunk: None,
            is_better: false,
        }));
        ranking
    }
}

/// The rate as it was seen, with its own interval.
fn own(seen: &Seen, basis: Basis, by_month: bool) -> Option<Estimate> {
    if basis != Basis::Reach {
        return None;
    }
    if by_month {
        let sums = seen.months.iter().fold([0.0; 6], |mut sums, &(clicks, reach)| {
            let (x, e) = (reach as f64, clicks as f64);
            for (sum, term) in sums.iter_mut().zip([1.0, x, e, x * x, x * e, e * e]) {
                *sum += term;
            }
            sums
        });
        let value = seen.clicks as f64 / seen.reach? as f64;
        let ratio = Ratio::of_sums(sums).filter(|ratio| ratio.n > 1).and_then(|ratio| ratio.estimate(LEVEL));
        // A person who clicks in two months is one of the whole, and one of each month.
        return ratio.map(|ratio| Estimate {
            value,
            lo: (value - (ratio.value - ratio.lo)).max(0.0),
            hi: (value + (ratio.hi - ratio.value)).min(1.0),
            ..ratio
        });
    }
    wilson(seen.clicks, seen.reach?, LEVEL)
}

/// The rows of each platform with enough of them, and of all others together.
fn groups(rows: Vec<Seen>, basis: Basis) -> Vec<(Option<String>, Vec<Seen>)> {
    let mut by_platform: BTreeMap<String, Vec<Seen>> = BTreeMap::new();
    let mut together = Vec::new();
    for one in rows {
        match one.platform.clone().filter(|_| basis == Basis::Reach) {
            Some(platform) => by_platform.entry(platform).or_default().push(one),
            None => together.push(one),
        }
    }
    let (large, small): (Vec<_>, Vec<_>) =
        by_platform.into_iter().partition(|(_, rows)| rows.len() >= ROWS_NEEDED);
    together.extend(small.into_iter().flat_map(|(_, rows)| rows));
    together.sort_by_key(|one| one.member);
    let large = large.into_iter().map(|(platform, rows)| (Some(platform), rows));
    large.chain((!together.is_empty()).then_some((None, together))).collect()
}

/// The rate to expect of each, and the chance that it is no better than the average.
type Shrunk = (Option<Estimate>, f64);

fn believed(platform: Option<String>, rows: &[Seen], basis: Basis) -> (Option<Belief>, Vec<Shrunk>) {
    let belief = |mean, is_common| Some(Belief { platform, rows: rows.len(), mean, is_common });
    if basis == Basis::Reach {
        let counts: Vec<(u64, u64)> = rows.iter().map(|one| (one.clicks, one.reach.unwrap_or(0))).collect();
        let Some(prior) = Prior::of(&counts) else { return (None, vec![(None, 1.0); rows.len()]) };
        let one = |&(x, n): &(u64, u64)| (prior.rate(x, n, LEVEL), prior.below_mean(x, n).unwrap_or(1.0));
        let is_common = matches!(prior, Prior::Pooled { .. });
        return (belief(prior.mean(), is_common), counts.iter().map(one).collect());
    }
    let counts: Vec<(f64, f64)> =
        rows.iter().map(|one| (one.clicks as f64, one.contributions as f64)).collect();
    let fitted = if rows.len() < ROWS_NEEDED { None } else { GammaPoisson::of(&counts) };
    let sums = counts.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let shrunk = |&(clicks, n): &(f64, f64)| {
        fitted
            .map_or((None, 1.0), |fit| (fit.rate(clicks, n, LEVEL), fit.below_mean(clicks, n).unwrap_or(1.0)))
    };
    let mean = fitted.map_or(sums.0 / sums.1, |fit| fit.mean());
    (belief(mean, fitted.is_none()), counts.iter().map(shrunk).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    fn seen(member: i64, clicks: u64, reach: Option<u64>) -> Seen {
        Seen { member, platform: Some("x".into()), clicks, reach, contributions: 4, months: Vec::new() }
    }

    #[test]
    fn three_of_twenty_is_no_safer_than_sixty_one_of_twelve_hundred() {
        let counts = [
            (61, 1200),
            (3, 20),
            (12, 900),
            (40, 800),
            (5, 300),
            (90, 1000),
            (22, 1500),
            (8, 100),
            (31, 700),
        ];
        let rows = counts.iter().zip(1..).map(|(&(x, n), member)| seen(member, x, Some(n))).collect();
        let ranking = Ranking::of(rows);
        let place = |member: i64| ranking.ranked.iter().position(|one| one.seen.member == member).unwrap();
        assert_eq!(ranking.ranked[0].seen.member, 6);
        let small = &ranking.ranked[place(2)];
        let (rate, shrunk) = (small.rate.unwrap(), small.shrunk.unwrap());
        near(rate.value, 0.15, 1e-12);
        assert!(shrunk.value < 0.08 && shrunk.lo < shrunk.value && shrunk.value < shrunk.hi);
        assert_eq!(ranking.beliefs.len(), 1);
        assert!(ranking.ranked[0].is_better && !ranking.ranked[place(7)].is_better);
    }

    #[test]
    fn what_is_in_no_rate_is_shown() {
        let mut rows: Vec<Seen> = (1..=9).map(|member| seen(member, 5 * member as u64, None)).collect();
        rows.push(seen(10, 30, Some(20)));
        rows.push(Seen { contributions: 0, ..seen(11, 3, None) });
        rows.push(seen(12, 2, Some(100)));
        let ranking = Ranking::of(rows);
        let bases: Vec<Basis> = ranking.ranked.iter().map(|one| one.basis).collect();
        assert_eq!(bases[0], Basis::Reach);
        assert_eq!(bases[1..10], [Basis::Contributions; 9]);
        assert_eq!(bases[10..], [Basis::None; 2]);
        // Clicks per contribution: 45 over 4, drawn toward the others.
        let first = ranking.ranked[1].shrunk.unwrap();
        assert!(ranking.ranked[1].seen.member == 9 && first.value < 45.0 / 4.0 && first.value > 6.0);
        assert!(ranking.beliefs.iter().any(|one| one.is_common && one.rows == 1));
    }

    #[test]
    fn platforms_with_eight_rows_stand_for_themselves() {
        let mut rows: Vec<Seen> = (1..=9).map(|member| seen(member, 2 * member as u64, Some(100))).collect();
        rows.extend(
            (20..=28)
                .map(|member| Seen { platform: Some("y".into()), ..seen(member, member as u64, Some(400)) }),
        );
        rows.push(Seen { platform: None, ..seen(40, 1, Some(50)) });
        let ranking = Ranking::of(rows);
        let platforms: Vec<Option<&str>> =
            ranking.beliefs.iter().map(|one| one.platform.as_deref()).collect();
        assert_eq!(platforms, [Some("x"), Some("y"), None]);
    }

    #[test]
    fn months_that_differ_widen_the_interval() {
        let with = |months: &[(u64, u64)]| {
            let (x, n) = months.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            Seen { months: months.to_vec(), ..seen(1, x, Some(n)) }
        };
        let even = Ranking::of(vec![with(&[(20, 100), (21, 100), (19, 100)])]);
        let uneven = Ranking::of(vec![with(&[(50, 100), (8, 100), (2, 100)])]);
        assert!(!even.by_month() && uneven.by_month());
        let spread = |ranking: &Ranking| ranking.ranked[0].rate.map(|rate| rate.hi - rate.lo).unwrap();
        assert!(spread(&uneven) > 3.0 * spread(&even));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn renaming_people_and_turning_the_file_change_nothing(
            rows in prop::collection::vec((0_u64..60, prop::option::of(1_u64..900), 0_u64..9), 0..24),
        ) {
            let all = |name: fn(i64) -> i64| -> Vec<Seen> {
                let one = |((clicks, reach, contributions), member): (&(u64, Option<u64>, u64), i64)| Seen {
                    contributions: *contributions,
                    ..seen(name(member), *clicks, *reach)
                };
                rows.iter().zip(1..).map(one).collect()
            };
            let plain = Ranking::of(all(|member| member));
            let mut turned = all(|member| member);
            turned.reverse();
            prop_assert_eq!(&plain.ranked, &Ranking::of(turned).ranked);
            let renamed = Ranking::of(all(|member| 1000 - member));
            let of = |ranking: &Ranking| -> BTreeMap<i64, Option<i64>> {
                let rounded = |one: &Ranked| one.shrunk.map(|shrunk| (shrunk.value * 1e9).round() as i64);
                ranking.ranked.iter().map(|one| (one.seen.member, rounded(one))).collect()
            };
            let back: BTreeMap<i64, Option<i64>> =
                of(&renamed).into_iter().map(|(member, rate)| (1000 - member, rate)).collect();
            prop_assert_eq!(of(&plain), back);
            for one in &plain.ranked {
                if let Some(rate) = one.rate {
                    prop_assert!(0.0 <= rate.lo && rate.lo <= rate.value && rate.value <= rate.hi && rate.hi <= 1.0);
                }
            }
        }
    }
}
