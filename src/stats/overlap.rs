//! How many different people several audiences hold (MEASUREMENT.md 6).
//!
//! The sum of audiences is *gross*: it counts the same people repeatedly. Between whole audiences only bounds are known.
//! Lower: Dawson & Sankoff (1967) Proc. AMS 18:504, k = 1 + ⌊2 S2/S1⌋. Upper: Hunter (1976) J. Appl. Prob. 13:597, the sum less
//! the heaviest spanning tree of the overlaps. An overlap that is not known is 0 for the upper bound and the smaller audience
//! for the lower one.
//!
//! Example: audiences 100, 80, 50 that share 30, 20 and 10: gross 230, different people 170 to 180.

/// The bounds of the number of different people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reach {
    /// Sum of the audiences, the same people counted several times.
    pub gross: f64,
    /// At least so many different people.
    pub low: f64,
    /// At most so many.
    pub high: f64,
}

/// How many people two audiences share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shared {
    /// Index of one audience.
    pub a: usize,
    /// Index of the other.
    pub b: usize,
    /// People in both.
    pub people: f64,
}

impl Reach {
    /// From the audiences, what is known of their overlaps, and the number of people there are at all, if known.
    /// Overlaps of an audience with itself, or beyond the list, are left out; one larger than an audience counts as that audience.
    pub fn of(audiences: &[f64], shared: &[Shared], universe: Option<f64>) -> Reach {
        // Rust's empty sum is -0.0.
        let gross = audiences.iter().sum::<f64>() + 0.0;
        let largest = audiences.iter().copied().fold(0.0, f64::max);
        let known = known_pairs(audiences, shared);
        let low = dawson_sankoff(gross, pair_sum_at_most(audiences, &known)).max(largest);
        let high = (gross - heaviest_tree(audiences.len(), &known)).min(universe.unwrap_or(f64::INFINITY));
        // Figures from several sources can contradict each other; the bound that was counted wins.
        Reach { gross, low, high: high.max(low) }
    }
}

/// How many different people there would be if chance decided who is in which audience, out of `universe` people: N (1 - Π(1 - a/N)).
/// Communities overlap more than that, so it is an upper guess, to be shown beside the bounds only. Sainsbury (the Agency model of
/// print and outdoor planning). Audiences beyond the universe count as all of it.
pub fn sainsbury(audiences: &[f64], universe: f64) -> f64 {
    if universe <= 0.0 {
        return 0.0;
    }
    universe * (1.0 - audiences.iter().map(|audience| 1.0 - (audience / universe).min(1.0)).product::<f64>())
}

/// The overlaps that are known, each pair once (the larger figure), a < b, by pair.
fn known_pairs(audiences: &[f64], shared: &[Shared]) -> Vec<Shared> {
    let usable = shared.iter().filter(|pair| pair.a != pair.b && pair.a.max(pair.b) < audiences.len());
    let mut known: Vec<Shared> = usable
        .map(|pair| Shared {
            a: pair.a.min(pair.b),
            b: pair.a.max(pair.b),
            people: pair.people.clamp(0.0, audiences[pair.a].min(audiences[pair.b])),
        })
        .collect();
    known.sort_by(|x, y| (x.a, x.b).cmp(&(y.a, y.b)).then(y.people.total_cmp(&x.people)));
    known.dedup_by_key(|pair| (pair.a, pair.b));
    known
}

/// The sum of all pairwise overlaps, an unknown one being the smaller audience; by sorting, not pair by pair.
fn pair_sum_at_most(audiences: &[f64], known: &[Shared]) -> f64 {
    let mut sorted = audiences.to_vec();
    sorted.sort_by(f64::total_cmp);
    let all_nested: f64 =
        sorted.iter().enumerate().map(|(i, audience)| audience * (sorted.len() - 1 - i) as f64).sum();
    let surplus: f64 = known.iter().map(|pair| audiences[pair.a].min(audiences[pair.b]) - pair.people).sum();
    all_nested - surplus
}

fn dawson_sankoff(s1: f64, s2: f64) -> f64 {
    if s1 <= 0.0 {
        return 0.0;
    }
    let k = 1.0 + (2.0 * s2 / s1).floor();
    2.0 / (k + 1.0) * s1 - 2.0 / (k * (k + 1.0)) * s2
}

/// The weight of the maximum spanning tree (Kruskal); pairs that are not known weigh nothing.
fn heaviest_tree(nodes: usize, known: &[Shared]) -> f64 {
    let mut edges = known.to_vec();
    edges.sort_by(|x, y| y.people.total_cmp(&x.people).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut parent: Vec<usize> = (0..nodes).collect();
    let mut weight = 0.0;
    for edge in edges {
        let (a, b) = (root(&mut parent, edge.a), root(&mut parent, edge.b));
        if a != b {
            parent[a] = b;
            weight += edge.people;
        }
    }
    weight
}

fn root(parent: &mut [usize], mut node: usize) -> usize {
    while parent[node] != node {
        parent[node] = parent[parent[node]];
        node = parent[node];
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::{case, near};
    use proptest::prelude::*;

    fn shared(a: usize, b: usize, people: f64) -> Shared {
        Shared { a, b, people }
    }

    #[test]
    fn three_audiences() {
        let pairs = [shared(0, 1, 30.0), shared(0, 2, 20.0), shared(2, 1, 10.0)];
        let reach = Reach::of(&[100.0, 80.0, 50.0], &pairs, None);
        // S1 230, S2 60, k 1: 230 - 60; tree 30 + 20.
        assert_eq!(reach, Reach { gross: 230.0, low: 170.0, high: 180.0 });
    }

    #[test]
    fn without_overlaps_only_the_plain_bounds() {
        let reach = Reach::of(&[100.0, 80.0, 50.0], &[], Some(200.0));
        assert_eq!(reach, Reach { gross: 230.0, low: 100.0, high: 200.0 });
        assert_eq!(Reach::of(&[], &[], None), Reach { gross: 0.0, low: 0.0, high: 0.0 });
    }

    #[test]
    fn by_chance() {
        assert_eq!(
            (sainsbury(&[600.0, 500.0], 1000.0), sainsbury(&[], 9.0), sainsbury(&[5.0], 0.0)),
            (800.0, 0.0, 0.0)
        );
        near(sainsbury(&[50.0, 3.0], 10.0), 10.0, 0.0);
    }

    #[test]
    fn contradictions_do_not_turn_the_bounds() {
        let reach = Reach::of(&[100.0, 80.0], &[shared(0, 1, 500.0), shared(1, 1, 3.0)], Some(50.0));
        assert_eq!(reach, Reach { gross: 180.0, low: 100.0, high: 100.0 });
    }

    #[test]
    fn reference_reach_overlap() {
        let Some(case) = case("06-reach/reach-overlap") else { return };
        let audiences: Vec<f64> =
            case.rows("audiences.csv").iter().map(|row| row["audience"].parse().unwrap()).collect();
        let number = |row: &str| row.parse::<usize>().unwrap() - 1;
        let pairs: Vec<Shared> = case
            .rows("pairs.csv")
            .iter()
            .map(|row| shared(number(&row["a"]), number(&row["b"]), row["overlap"].parse().unwrap()))
            .collect();
        let want = |name: &str| case.expected[name].as_f64().unwrap();
        let plain = Reach::of(&audiences, &[], Some(want("universe")));
        near(plain.gross, want("gross"), 0.0);
        near(plain.low, want("lower_no_overlap_data"), 1e-6);
        near(plain.high, want("upper_no_overlap_data"), 1e-6);
        let reach = Reach::of(&audiences, &pairs, Some(want("universe")));
        near(reach.low, want("dawson_sankoff_lower"), 1e-6);
        near(reach.high, want("hunter_upper"), 1e-6);
        // Independence over-estimates: the true number is known here.
        let guess = sainsbury(&audiences, want("universe"));
        near(guess, want("sainsbury"), 1e-6);
        assert!(reach.low <= want("true_net") && want("true_net") <= reach.high && guess > want("true_net"));
        near(sainsbury(&[0.001; 400], 1.0), want("sainsbury_400_spots"), 1e-6);
    }

    proptest! {
        #[test]
        fn the_truth_lies_between(people in prop::collection::vec(0_u8..32, 1..200), known in 0_usize..11) {
            let audience = |i: usize| people.iter().filter(|&&p| p >> i & 1 == 1).count() as f64;
            let both = |i: usize, j: usize| people.iter().filter(|&&p| p >> i & p >> j & 1 == 1).count() as f64;
            let audiences: Vec<f64> = (0..5).map(audience).collect();
            let every = (0..5).flat_map(|i| (i + 1..5).map(move |j| (i, j)));
            let pairs: Vec<Shared> = every.take(known).map(|(i, j)| shared(i, j, both(i, j))).collect();
            let truth = people.iter().filter(|&&p| p > 0).count() as f64;
            let reach = Reach::of(&audiences, &pairs, Some(people.len() as f64));
            prop_assert!(reach.low <= truth + 1e-9 && truth <= reach.high + 1e-9, "{reach:?} {truth}");
            let turned: Vec<Shared> = pairs.iter().rev().map(|p| shared(p.b, p.a, p.people)).collect();
            prop_assert_eq!(reach, Reach::of(&audiences, &turned, Some(people.len() as f64)));
        }
    }
}
