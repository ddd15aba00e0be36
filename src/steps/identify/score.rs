//! The composite score: who could become an advocate, and why we think so (MEASUREMENT.md 2, score v1).
//!
//! P = mid-rank percentile among the people the signal was seen for. Score = (Σ w P + κ 50)/(Σ w + κ) over the signals seen,
//! κ = a quarter of all weights, so that nobody tops the list on one signal. Contribution = w (P - 50)/(Σ w + κ): with 50 they add
//! up to the score. All weights count in κ and in the coverage, those of dropped signals too: what we do not know we do not know.
use crate::stats::largest_remainder::round_to_total;
use crate::stats::percentile::mid_rank_percentiles;
use std::cmp::Ordering;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

/// A percentile among fewer people than this says nothing, so the signal is dropped.
pub const FEWEST_PEOPLE: usize = 5;
/// Where somebody stands of whom nothing is known.
const MIDDLE: f64 = 50.0;
/// The pull to the middle, as a share of all weights.
const PULL_SHARE: f64 = 0.25;

/// What a signal was for those it was seen for: their places among all who are scored, ascending, and a value each.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// The places.
    pub places: Vec<u32>,
    /// The values.
    pub values: Vec<f64>,
}

impl Values {
    /// None yet, with room for so many: a list that grows is copied again and again.
    pub fn with_room(count: usize) -> Self {
        Self { places: Vec::with_capacity(count), values: Vec::with_capacity(count) }
    }

    /// Adds one more.
    pub fn add(&mut self, place: u32, value: f64) {
        self.places.push(place);
        self.values.push(value);
    }
}

/// One signal's part in one person's score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Index of the signal.
    pub signal: usize,
    /// Where the person stands among those it was seen for, 0-100.
    pub percentile: f64,
    /// The signal's weight.
    pub weight: f64,
    /// What it adds to 50, in points.
    pub contribution: f64,
}

/// One person's score. A million of them are kept, so what it is made of is reckoned when it is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// Whose.
    pub member: i64,
    /// 0-100.
    pub score: f64,
    /// Share of the weights that rests on something seen, 0-1.
    pub coverage: f64,
    /// The place of the person among those who were scored.
    place: u32,
}

/// A signal that was seen for too few people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Index of the signal.
    pub signal: usize,
    /// For how many it was seen.
    pub seen_for: usize,
}

/// Everyone's score, best first, and the signals that could not be used.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Best first; equal scores by member id.
    pub people: Vec<Scored>,
    /// Signals seen for fewer than [`FEWEST_PEOPLE`].
    pub dropped: Vec<Dropped>,
    weights: Vec<f64>,
    all_weights: f64,
    /// By signal, and in it by the place of the person: a percentile, NaN where it was not seen.
    percentiles: Vec<Vec<f64>>,
}

/// A score and its parts as printed, in tenths of a point, which add up: 500 + the parts = the score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenths {
    /// The score.
    pub score: i64,
    /// The contributions, in the order of the parts.
    pub contributions: Vec<i64>,
}

impl Ranking {
    /// Scores people from what was seen, by the weight of each signal, 0 or more. `values` gives those of a signal; it is asked
    /// for two signals at once, so that no more are held.
    pub fn of(weights: &[f64], members: &[i64], values: impl Fn(usize) -> Values + Sync) -> Ranking {
        let standing = two_at_once(weights.len(), |signal| standing(values(signal), members.len()));
        let (mut percentiles, mut dropped) = (Vec::new(), Vec::new());
        for (signal, (of_signal, seen_for)) in standing.into_iter().enumerate() {
            percentiles.push(of_signal);
            if seen_for < FEWEST_PEOPLE {
                dropped.push(Dropped { signal, seen_for });
            }
        }
        let mut ranking = Ranking {
            people: Vec::new(),
            dropped,
            weights: weights.to_vec(),
            all_weights: weights.iter().sum(),
            percentiles,
        };
        // Each half is put in order by itself; two lists in order are merged in no time.
        let halves = members.split_at(members.len() / 2);
        let firsts = [(0, halves.0), (halves.0.len() as u32, halves.1)];
        let halves = two_at_once(2, |half| {
            let (first, members) = firsts[half];
            let scored = members.iter().zip(first..).map(|(member, place)| ranking.scored(*member, place));
            let mut scored: Vec<Scored> = scored.collect();
            scored.sort_unstable_by(Scored::best_first);
            scored
        });
        ranking.people = halves.concat();
        ranking.people.sort_by(Scored::best_first);
        ranking
    }

    fn scored(&self, member: i64, place: u32) -> Scored {
        let add =
            |(weights, weighed), (_, weight, percentile)| (weights + weight, weighed + weight * percentile);
        let (weights, weighed) = self.seen(place).fold((0.0, 0.0), add);
        let divisor = weights + PULL_SHARE * self.all_weights;
        if divisor <= 0.0 {
            return Scored { member, score: MIDDLE, coverage: 0.0, place };
        }
        let score = (weighed + PULL_SHARE * self.all_weights * MIDDLE) / divisor;
        Scored { member, score, coverage: weights / self.all_weights, place }
    }

    /// The signals seen of someone: index, weight and percentile.
    fn seen(&self, place: u32) -> impl Iterator<Item = (usize, f64, f64)> {
        let of_signals = self.percentiles.iter().zip(&self.weights).enumerate();
        of_signals
            .map(move |(signal, (of_signal, weight))| (signal, *weight, of_signal[place as usize]))
            .filter(|(.., percentile)| !percentile.is_nan())
    }

    /// Whether anything was seen of someone.
    pub fn is_seen(&self, scored: &Scored) -> bool {
        self.seen(scored.place).next().is_some()
    }

    /// What a score is made of: the signals seen, in their order.
    pub fn parts(&self, scored: &Scored) -> Vec<Part> {
        let seen: f64 = self.seen(scored.place).map(|(_, weight, _)| weight).sum();
        let divisor = seen + PULL_SHARE * self.all_weights;
        // Adding 0.0 turns the -0.0 of a weightless signal into 0.0.
        let contribution = |weight: f64, percentile: f64| weight * (percentile - MIDDLE) / divisor + 0.0;
        let part = |(signal, weight, percentile)| Part {
            signal,
            percentile,
            weight,
            contribution: if divisor > 0.0 { contribution(weight, percentile) } else { 0.0 },
        };
        self.seen(scored.place).map(part).collect()
    }

    /// (percentile - 50)/25 of each signal, 0 where one was not seen: what weights are learnt from.
    pub fn deviations(&self, scored: &Scored) -> Vec<f64> {
        let mut deviations = vec![0.0; self.weights.len()];
        for (signal, _, percentile) in self.seen(scored.place) {
            deviations[signal] = (percentile - MIDDLE) / 25.0;
        }
        deviations
    }

    /// A score and its parts as they are printed, to one decimal. Print these, so that a reader can add them up.
    pub fn tenths(&self, scored: &Scored) -> Tenths {
        let exact: Vec<f64> = self.parts(scored).iter().map(|part| part.contribution * 10.0).collect();
        let contributions = round_to_total(&exact, scored.tenths() - 500);
        Tenths { score: scored.tenths(), contributions }
    }
}

impl Scored {
    fn best_first(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.member.cmp(&other.member))
    }

    /// The score as it is printed, in tenths of a point.
    pub fn tenths(&self) -> i64 {
        // A score of 70.25 computed as 70.24999… would round down on one machine and up on another.
        (self.score * 10.0 + 1e-9).round() as i64
    }
}

/// The percentile of each of so many people, NaN for whom there is no value and for all where there are too few; and how many
/// values there are.
fn standing(seen: Values, people: usize) -> (Vec<f64>, usize) {
    let (seen_for, mut percentiles) = (seen.values.len(), vec![f64::NAN; people]);
    if seen_for >= FEWEST_PEOPLE {
        for (place, percentile) in seen.places.iter().zip(mid_rank_percentiles(seen.values)) {
            percentiles[*place as usize] = percentile;
        }
    }
    (percentiles, seen_for)
}

/// What `of` makes of each number below `count`, on two threads; the last ones first.
fn two_at_once<T: Send>(count: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let left = AtomicUsize::new(count);
    let take = |left: usize| left.checked_sub(1);
    let work = || {
        let mut made = Vec::new();
        while let Ok(left) = left.fetch_update(Relaxed, Relaxed, take) {
            made.push((left - 1, of(left - 1)));
        }
        made
    };
    let mut made = thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut made = work();
        made.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        made
    });
    made.sort_unstable_by_key(|(number, _)| *number);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::decay::remaining;
    use crate::stats::reference::{case, day, near};
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// Ranks people given with one value per signal each.
    fn rank(weights: &[f64], people: &[(i64, Vec<Option<f64>>)]) -> Ranking {
        let members: Vec<i64> = people.iter().map(|(member, _)| *member).collect();
        Ranking::of(weights, &members, |signal| {
            let mut seen = Values::default();
            for ((_, values), place) in people.iter().zip(0..) {
                values[signal].into_iter().for_each(|value| seen.add(place, value));
            }
            seen
        })
    }

    /// Who is where, and why.
    fn told(ranking: &Ranking) -> Vec<(i64, f64, Vec<Part>)> {
        ranking.people.iter().map(|one| (one.member, one.score, ranking.parts(one))).collect()
    }

    #[test]
    fn five_people_by_hand() {
        let values = [Some(9.0), Some(7.0), Some(5.0), Some(3.0), Some(1.0)];
        let usage = [Some(1.0), None, None, None, None];
        let people: Vec<_> = (1_i64..).zip(values).zip(usage).map(|((id, e), u)| (id, vec![e, u])).collect();
        let ranking = rank(&[3.0, 1.0], &people);
        assert_eq!(ranking.dropped, [Dropped { signal: 1, seen_for: 1 }]);
        let first = &ranking.people[0];
        // Percentile 90; (3·90 + 1·50)/(3 + 1) = 80.
        near(first.score, 80.0, 1e-12);
        near(first.coverage, 0.75, 1e-12);
        near(ranking.parts(first)[0].contribution, 30.0, 1e-12);
        assert_eq!(ranking.tenths(first), Tenths { score: 800, contributions: vec![300] });
    }

    #[test]
    fn nothing_seen_is_the_middle_and_ties_go_by_id() {
        let ranking = rank(&[1.0], &[(7, vec![None]), (3, vec![None])]);
        let ids: Vec<i64> = ranking.people.iter().map(|person| person.member).collect();
        assert_eq!(ids, [3, 7]);
        near(ranking.people[0].score, 50.0, 0.0);
        assert_eq!(ranking.tenths(&ranking.people[0]), Tenths { score: 500, contributions: vec![] });
        let weightless = rank(&[0.0], &[(1, vec![Some(1.0)])]);
        near(weightless.people[0].score, 50.0, 0.0);
    }

    #[test]
    fn reference_composite_score() {
        let Some(case) = case("02-identify/composite-score") else { return };
        let want = &case.expected;
        let as_of = day(want["as_of"].as_str().unwrap());
        let events = case.rows("events.csv");
        let decayed = |person: &str, kind: &str| {
            let mine = events.iter().filter(|event| event["person"] == person && event["kind"] == kind);
            let half_life_days = want["half_life_days"][kind].as_f64().unwrap();
            let age = |event: &HashMap<String, String>| as_of - day(&event["date"]);
            mine.filter(|event| age(event) >= 0)
                .map(|event| {
                    let weight: f64 = event["weight"].parse().unwrap();
                    weight * remaining(f64::from(age(event)), half_life_days)
                })
                .sum::<f64>()
        };
        let names = ["community", "contributions", "nps", "tenure", "usage"];
        let weights: Vec<f64> = names.iter().map(|&name| want["weights"][name].as_f64().unwrap()).collect();
        let rows = case.rows("snapshot.csv");
        let people: Vec<(i64, Vec<Option<f64>>)> = rows
            .iter()
            .map(|row| {
                let person = row["person"].as_str();
                let community = (row["community_member"] == "1").then(|| decayed(person, "community"));
                let state = |name: &str| row[name].parse().ok();
                let contributions = Some(decayed(person, "contributions"));
                let values = vec![
                    community,
                    contributions,
                    state("nps"),
                    state("tenure_days"),
                    state("usage_days_30"),
                ];
                (person[1..].parse().unwrap(), values)
            })
            .collect();
        let ranking = rank(&weights, &people);
        assert!(ranking.dropped.is_empty());
        let order: Vec<String> = ranking.people.iter().map(|p| format!("a{:02}", p.member)).collect();
        assert_eq!(serde_json::json!(order), want["ranking"]);
        for person in &ranking.people {
            let want = &want["people"][format!("a{:02}", person.member)];
            near(person.score, want["score"].as_f64().unwrap(), 1e-9);
            near(person.coverage, want["coverage"].as_f64().unwrap(), 1e-9);
            let parts = ranking.parts(person);
            assert_eq!(parts.len(), want["percentile"].as_object().unwrap().len());
            for part in &parts {
                let name = names[part.signal];
                near(part.percentile, want["percentile"][name].as_f64().unwrap(), 1e-9);
                near(part.contribution, want["contribution"][name].as_f64().unwrap(), 1e-9);
            }
        }
    }

    prop_compose! {
        fn people()(rows in prop::collection::vec(prop::collection::vec(prop::option::of(-3_i32..9), 4), 1..30))
            -> Vec<(i64, Vec<Option<f64>>)> {
            (0_i64..).zip(rows).map(|(id, row)| {
                (id, row.into_iter().map(|value| value.map(f64::from)).collect())
            }).collect()
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_exactly_and_as_printed(people in people(), weights in prop::collection::vec(0.0..9.0_f64, 4)) {
            let ranking = rank(&weights, &people);
            for person in &ranking.people {
                let parts = ranking.parts(person);
                let sum: f64 = parts.iter().map(|part| part.contribution).sum();
                prop_assert!((50.0 + sum - person.score).abs() < 1e-9);
                prop_assert!((0.0..=100.0).contains(&person.score) && (0.0..=1.0).contains(&person.coverage));
                let tenths = ranking.tenths(person);
                prop_assert_eq!(500 + tenths.contributions.iter().sum::<i64>(), tenths.score);
                for (part, tenth) in parts.iter().zip(&tenths.contributions) {
                    prop_assert!((part.contribution * 10.0 - *tenth as f64).abs() <= 1.0 + 1e-6);
                }
            }
        }

        #[test]
        fn neither_file_order_nor_names_matter(people in people()) {
            let weights = [3.0, 2.0, 2.0, 1.0];
            let before = rank(&weights, &people);
            let mut turned = people.clone();
            turned.reverse();
            prop_assert_eq!(told(&before), told(&rank(&weights, &turned)));
            let renamed: Vec<_> = people.iter().map(|(id, values)| (id + 1000, values.clone())).collect();
            for (old, new) in before.people.iter().zip(rank(&weights, &renamed).people) {
                prop_assert_eq!((old.member + 1000, old.score), (new.member, new.score));
            }
        }
    }
}
