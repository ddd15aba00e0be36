//! The composite score: who could become an advocate, and why we think so (MEASUREMENT.md 2, score v1).
//!
//! P = mid-rank percentile among the people the signal was seen for. Score = (Σ w P + κ 50)/(Σ w + κ) over the signals seen,
//! κ = a quarter of all weights, so that nobody tops the list on one signal. Contribution = w (P - 50)/(Σ w + κ): with 50 they add
//! up to the score. All weights count in κ and in the coverage, those of dropped signals too: what we do not know we do not know.
use crate::stats::largest_remainder::round_to_total;
use crate::stats::percentile::mid_rank_percentiles;

/// A percentile among fewer people than this says nothing, so the signal is dropped.
pub const FEWEST_PEOPLE: usize = 5;
/// Where somebody stands of whom nothing is known.
const MIDDLE: f64 = 50.0;
/// The pull to the middle, as a share of all weights.
const PULL_SHARE: f64 = 0.25;

/// Something that is observed of people, and how much it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Its name: engagement, sentiment, loyalty, usage.
    pub name: String,
    /// Its weight, 0 or more.
    pub weight: f64,
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

/// One person's score.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Whose.
    pub member: i64,
    /// 0-100.
    pub score: f64,
    /// Share of the weights that rests on something seen, 0-1.
    pub coverage: f64,
    /// The signals seen, in the order of the signals.
    pub parts: Vec<Part>,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Best first; equal scores by member id.
    pub people: Vec<Scored>,
    /// Signals seen for fewer than [`FEWEST_PEOPLE`].
    pub dropped: Vec<Dropped>,
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
    /// Scores people from what was seen: one (member, value per signal) each, `None` where a signal was not seen.
    ///
    /// # Panics
    /// If a row has not one value per signal.
    pub fn of<V: AsRef<[Option<f64>]>>(signals: &[Signal], people: &[(i64, V)]) -> Ranking {
        let mut parts: Vec<Vec<Part>> = vec![Vec::new(); people.len()];
        let mut dropped = Vec::new();
        let all_weights: f64 = signals.iter().map(|signal| signal.weight).sum();
        for (index, signal) in signals.iter().enumerate() {
            let (seen, values): (Vec<usize>, Vec<f64>) = people
                .iter()
                .enumerate()
                .filter_map(|(row, person)| Some((row, person.1.as_ref()[index]?)))
                .unzip();
            if seen.len() < FEWEST_PEOPLE {
                dropped.push(Dropped { signal: index, seen_for: seen.len() });
                continue;
            }
            for (row, percentile) in seen.into_iter().zip(mid_rank_percentiles(&values)) {
                let part = Part { signal: index, percentile, weight: signal.weight, contribution: 0.0 };
                parts[row].push(part);
            }
        }
        let scored = people.iter().zip(parts).map(|(person, parts)| Scored::of(person.0, parts, all_weights));
        let mut people: Vec<Scored> = scored.collect();
        people.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.member.cmp(&b.member)));
        Ranking { people, dropped }
    }
}

impl Scored {
    fn of(member: i64, mut parts: Vec<Part>, all_weights: f64) -> Scored {
        let seen_weights: f64 = parts.iter().map(|part| part.weight).sum();
        let divisor = seen_weights + PULL_SHARE * all_weights;
        if divisor <= 0.0 {
            return Scored { member, score: MIDDLE, coverage: 0.0, parts };
        }
        for part in &mut parts {
            // Adding 0.0 turns the -0.0 of a weightless signal into 0.0.
            part.contribution = part.weight * (part.percentile - MIDDLE) / divisor + 0.0;
        }
        let weighed: f64 = parts.iter().map(|part| part.weight * part.percentile).sum();
        let score = (weighed + PULL_SHARE * all_weights * MIDDLE) / divisor;
        Scored { member, score, coverage: seen_weights / all_weights, parts }
    }

    /// (percentile - 50)/25 of each of so many signals, 0 where one was not seen: what weights are learnt from.
    pub fn deviations(&self, signals: usize) -> Vec<f64> {
        let mut deviations = vec![0.0; signals];
        for part in &self.parts {
            deviations[part.signal] = (part.percentile - MIDDLE) / 25.0;
        }
        deviations
    }

    /// The score and its parts as they are printed, to one decimal. Print these, so that a reader can add them up.
    pub fn tenths(&self) -> Tenths {
        // A score of 70.25 computed as 70.24999… would round down on one machine and up on another.
        let score = (self.score * 10.0 + 1e-9).round() as i64;
        let exact: Vec<f64> = self.parts.iter().map(|part| part.contribution * 10.0).collect();
        let contributions = round_to_total(&exact, score - 500);
        Tenths { score, contributions }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::decay::remaining;
    use crate::stats::reference::{case, day, near};
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn signals(weights: &[(&str, f64)]) -> Vec<Signal> {
        weights.iter().map(|&(name, weight)| Signal { name: name.to_owned(), weight }).collect()
    }

    #[test]
    fn five_people_by_hand() {
        let signals = signals(&[("engagement", 3.0), ("usage", 1.0)]);
        let values = [Some(9.0), Some(7.0), Some(5.0), Some(3.0), Some(1.0)];
        let usage = [Some(1.0), None, None, None, None];
        let people: Vec<_> = (1_i64..).zip(values).zip(usage).map(|((id, e), u)| (id, vec![e, u])).collect();
        let ranking = Ranking::of(&signals, &people);
        assert_eq!(ranking.dropped, [Dropped { signal: 1, seen_for: 1 }]);
        let first = &ranking.people[0];
        // Percentile 90; (3·90 + 1·50)/(3 + 1) = 80.
        near(first.score, 80.0, 1e-12);
        near(first.coverage, 0.75, 1e-12);
        near(first.parts[0].contribution, 30.0, 1e-12);
        assert_eq!(first.tenths(), Tenths { score: 800, contributions: vec![300] });
    }

    #[test]
    fn nothing_seen_is_the_middle_and_ties_go_by_id() {
        let ranking = Ranking::of(&signals(&[("usage", 1.0)]), &[(7, vec![None]), (3, vec![None])]);
        let ids: Vec<i64> = ranking.people.iter().map(|person| person.member).collect();
        assert_eq!(ids, [3, 7]);
        near(ranking.people[0].score, 50.0, 0.0);
        assert_eq!(ranking.people[0].tenths(), Tenths { score: 500, contributions: vec![] });
        let weightless = Ranking::of(&signals(&[("usage", 0.0)]), &[(1, vec![Some(1.0)])]);
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
        let weights: Vec<_> =
            names.iter().map(|&name| (name, want["weights"][name].as_f64().unwrap())).collect();
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
        let ranking = Ranking::of(&signals(&weights), &people);
        assert!(ranking.dropped.is_empty());
        let order: Vec<String> = ranking.people.iter().map(|p| format!("a{:02}", p.member)).collect();
        assert_eq!(serde_json::json!(order), want["ranking"]);
        for person in &ranking.people {
            let want = &want["people"][format!("a{:02}", person.member)];
            near(person.score, want["score"].as_f64().unwrap(), 1e-9);
            near(person.coverage, want["coverage"].as_f64().unwrap(), 1e-9);
            assert_eq!(person.parts.len(), want["percentile"].as_object().unwrap().len());
            for part in &person.parts {
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
            let named: Vec<_> = weights.iter().map(|&weight| ("signal", weight)).collect();
            for person in Ranking::of(&signals(&named), &people).people {
                let sum: f64 = person.parts.iter().map(|part| part.contribution).sum();
                prop_assert!((50.0 + sum - person.score).abs() < 1e-9);
                prop_assert!((0.0..=100.0).contains(&person.score) && (0.0..=1.0).contains(&person.coverage));
                let tenths = person.tenths();
                prop_assert_eq!(500 + tenths.contributions.iter().sum::<i64>(), tenths.score);
                for (part, tenth) in person.parts.iter().zip(&tenths.contributions) {
                    prop_assert!((part.contribution * 10.0 - *tenth as f64).abs() <= 1.0 + 1e-6);
                }
            }
        }

        #[test]
        fn neither_file_order_nor_names_matter(people in people()) {
            let signals = signals(&[("a", 3.0), ("b", 2.0), ("c", 2.0), ("d", 1.0)]);
            let before = Ranking::of(&signals, &people);
            let mut turned = people.clone();
            turned.reverse();
            prop_assert_eq!(&before, &Ranking::of(&signals, &turned));
            let renamed: Vec<_> = people.iter().map(|(id, values)| (id + 1000, values.clone())).collect();
            for (old, new) in before.people.iter().zip(Ranking::of(&signals, &renamed).people) {
                prop_assert_eq!((old.member + 1000, old.score), (new.member, new.score));
            }
        }
    }
}
