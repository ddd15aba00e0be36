//! The four signals, from what was observed: engagement, sentiment, loyalty, usage (MEASUREMENT.md 2).
//!
//! Engagement = Σ weight · 2^(-age / half-life) over acts. Sentiment = the mean of the last NPS and the last CSAT answer, each
//! as 0-100 of its own scale. Loyalty = the mean of two percentiles: tenure, and value among those of the same currency.
//! Usage = the mean over metrics of the percentile of the sum in the window. What was not observed is `None`, never 0.

use crate::model::time::Day;
use crate::stats::decay::remaining;
use crate::stats::percentile::mid_rank_percentiles;
use crate::store::evidence::{Act, Answer, Uses};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The signals in the order of the columns.
pub const NAMES: [&str; 4] = ["engagement", "sentiment", "loyalty", "usage"];
/// An older answer counts as missing.
pub const ANSWER_DAYS: i32 = 365;
/// A detractor of these days is to be talked to first.
const DETRACTOR_DAYS: i32 = 180;
/// NPS answers up to this share of the scale are detractors': 0-6 of 0-10.
const DETRACTOR: f64 = 60.0;
/// The days whose use is added up.
pub const USAGE_DAYS: i32 = 90;
const DAYS_PER_YEAR: f64 = 365.25;

/// How activity is weighed: per kind of act, and by its age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fading {
    /// What a contribution counts on its day.
    pub contribution: f64,
    /// After how many days it counts half.
    pub contribution_half_life_days: f64,
    /// What any other act counts on its day.
    pub community: f64,
    /// After how many days it counts half.
    pub community_half_life_days: f64,
}

/// Weights are added as whole numbers of so many parts, so that the order of the acts does not show in the sum: who did the
/// same has the same to the last bit. Millions of acts fit.
const PARTS: f64 = (1_u64 << 36) as f64;

impl Fading {
    /// What an act of some days ago counts, in parts.
    pub fn parts(&self, contribution: bool, age_days: i32) -> u64 {
        let (weight, half_life) = if contribution {
            (self.contribution, self.contribution_half_life_days)
        } else {
            (self.community, self.community_half_life_days)
        };
        (weight * remaining(f64::from(age_days), half_life) * PARTS).round() as u64
    }
}

/// What an act still counts on a day, in parts, by its age in days; what is older counts nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Faded {
    as_of: Day,
    contribution: Vec<u64>,
    community: Vec<u64>,
}

impl Faded {
    /// As of a day.
    pub fn on(as_of: Day, fading: &Fading) -> Self {
        let by_age = |contribution| {
            let left = (0..).map(|age| fading.parts(contribution, age));
            left.take(OLDEST_DAYS).take_while(|parts| *parts > 0).collect()
        };
        Self { as_of, contribution: by_age(true), community: by_age(false) }
    }
}

/// No act is older, however slowly acts fade: since before anyone wrote down what people did online.
const OLDEST_DAYS: usize = 100_000;

/// What someone did.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Engagement {
    /// How many contributions.
    pub contributions: i64,
    /// How many other acts.
    pub others: i64,
    /// The day of the last act.
    pub last: Option<Day>,
    parts: u64,
}

impl Engagement {
    /// Adds an act.
    pub fn add(&mut self, act: Act, faded: &Faded) {
        let left = if act.contribution {
            self.contributions += i64::from(act.times);
            &faded.contribution
        } else {
            self.others += i64::from(act.times);
            &faded.community
        };
        self.last = self.last.max(Some(act.day));
        let age = usize::try_from(faded.as_of.0 - act.day.0).unwrap_or(0);
        let each = left.get(age).copied().unwrap_or(0);
        self.parts = self.parts.saturating_add(each.saturating_mul(act.times.into()));
    }

    /// The acts' weights, faded by age, added up: in parts.
    pub fn parts(&self) -> u64 {
        self.parts
    }

    /// The acts' weights, faded by age, added up.
    pub fn decayed(&self) -> f64 {
        self.parts as f64 / PARTS
    }
}

/// Everything that was observed of one person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// What they did; all 0 where they could have been seen and were not.
    pub engagement: Option<Engagement>,
    /// The last answer to "would you recommend us".
    pub nps: Option<Answer>,
    /// The last answer to "how satisfied are you".
    pub csat: Option<Answer>,
    /// Member or customer since.
    pub since: Option<Day>,
    /// What they are worth: minor units and currency.
    pub value: Option<(i64, Arc<str>)>,
}

impl Seen {
    /// The mean of the last answers, each as 0-100 of its scale.
    pub fn sentiment(&self) -> Option<f64> {
        mean(self.nps.into_iter().chain(self.csat).map(percent))
    }

    /// Whether the last NPS answer is a recent detractor's.
    pub fn is_detractor(&self, as_of: Day) -> bool {
        self.nps.is_some_and(|nps| as_of.0 - nps.day.0 <= DETRACTOR_DAYS && percent(nps) <= DETRACTOR)
    }

    /// Days as a member or customer.
    pub fn tenure_days(&self, as_of: Day) -> Option<i32> {
        self.since.map(|since| as_of.0 - since.0)
    }

    /// The same in years.
    pub fn tenure_years(&self, as_of: Day) -> Option<f64> {
        self.tenure_days(as_of).map(|days| f64::from(days) / DAYS_PER_YEAR)
    }
}

/// An answer as 0-100 of its scale.
fn percent(answer: Answer) -> f64 {
    100.0 * f64::from(answer.score - answer.low) / f64::from(answer.high - answer.low)
}

/// The four signals of everyone, by id, in the order of [`NAMES`].
pub fn values(people: &[(i64, Seen)], uses: &Uses, as_of: Day) -> Vec<(i64, [Option<f64>; NAMES.len()])> {
    let (loyalty, usage) = (loyalty(people, as_of), usage(people, uses));
    let ties = loyalty.into_iter().zip(usage);
    people
        .iter()
        .zip(ties)
        .map(|((person, seen), (loyalty, usage))| {
            let engagement = seen.engagement.map(|engagement| engagement.decayed());
            (*person, [engagement, seen.sentiment(), loyalty, usage])
        })
        .collect()
}

/// Values of the people at some places.
type Group = Vec<(usize, f64)>;

/// Tenure, and value within each currency: percentiles, and their mean, of each person in their order.
fn loyalty(people: &[(i64, Seen)], as_of: Day) -> Vec<Option<f64>> {
    let (mut tenure, mut values) = (Group::new(), BTreeMap::<&str, Group>::new());
    for (place, (_, seen)) in people.iter().enumerate() {
        tenure.extend(seen.tenure_days(as_of).map(|days| (place, f64::from(days))));
        if let Some((minor, currency)) = &seen.value {
            values.entry(currency).or_default().push((place, *minor as f64));
        }
    }
    mean_percentiles(people.len(), std::iter::once(tenure).chain(values.into_values()))
}

/// The sum of each metric: percentiles, and their mean, of each person in their order. Who only used a metric before
/// the window stands at 0 in it, as long as somebody used it in the window: else the source has stopped, and nobody
/// was observed.
fn usage(people: &[(i64, Seen)], uses: &Uses) -> Vec<Option<f64>> {
    let mut metrics: Vec<Vec<(usize, Option<f64>)>> = vec![Vec::new(); uses.metrics.len()];
    let mut place = 0;
    for one in &uses.all {
        // Both are by person.
        while people.get(place).is_some_and(|(person, _)| *person < one.person) {
            place += 1;
        }
        if people.get(place).is_some_and(|(person, _)| *person == one.person) {
            metrics[one.metric].push((place, one.amount));
        }
    }
    metrics.retain(|amounts| amounts.iter().any(|(_, amount)| amount.is_some()));
    let groups = metrics.into_iter().map(|amounts| {
        amounts.into_iter().map(|(place, amount)| (place, amount.unwrap_or(0.0))).collect::<Group>()
    });
    mean_percentiles(people.len(), groups)
}

/// The mean of each of so many people's percentiles over the groups they are in.
fn mean_percentiles(people: usize, groups: impl Iterator<Item = Group>) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0_u32); people];
    for group in groups {
        let values: Vec<f64> = group.iter().map(|(_, value)| *value).collect();
        for ((place, _), percentile) in group.iter().zip(mid_rank_percentiles(&values)) {
            let (sum, n) = &mut sums[*place];
            *sum += percentile;
            *n += 1;
        }
    }
    sums.into_iter().map(|(sum, n)| (n > 0).then(|| sum / f64::from(n))).collect()
}

fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.into_iter().fold((0.0, 0_u32), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use crate::store::evidence::Use;

    fn answer(score: u8, low: u8, high: u8, day: i32) -> Answer {
        Answer { score, low, high, day: Day(day) }
    }

    #[test]
    fn acts_fade() {
        let fading = Fading {
            contribution: 3.0,
            contribution_half_life_days: 90.0,
            community: 1.0,
            community_half_life_days: 60.0,
        };
        let mut engagement = Engagement::default();
        for (contribution, day, count) in [(false, 940, 2), (true, 910, 1)] {
            for _ in 0..count {
                engagement.add(
                    Act { person: 1, contribution, day: Day(day), times: 1 },
                    &Faded::on(Day(1000), &fading),
                );
            }
        }
        // Two small acts a half-life ago count 1; one contribution a half-life ago counts 1.5.
        near(engagement.decayed(), 2.5, 1e-12);
        assert_eq!((engagement.contributions, engagement.others, engagement.last), (1, 2, Some(Day(940))));
    }

    #[test]
    fn answers_are_read_on_their_own_scale() {
        let seen = Seen { nps: Some(answer(9, 0, 10, 0)), csat: Some(answer(4, 1, 5, 0)), ..Seen::default() };
        near(seen.sentiment().expect("two answers"), f64::midpoint(90.0, 75.0), 1e-12);
        assert_eq!(Seen::default().sentiment(), None);
    }

    #[test]
    fn only_recent_detractors_are_talked_to_first() {
        let detractor = Seen { nps: Some(answer(6, 0, 10, 100)), ..Seen::default() };
        assert!(detractor.is_detractor(Day(280)));
        assert!(!detractor.is_detractor(Day(281)));
        assert!(!Seen { nps: Some(answer(7, 0, 10, 100)), ..Seen::default() }.is_detractor(Day(100)));
    }

    #[test]
    fn currencies_are_not_compared() {
        let person = |since: i32, amount: i64, currency: &str| Seen {
            since: Some(Day(since)),
            value: Some((amount, currency.into())),
            ..Seen::default()
        };
        let people = [
            (1, person(0, 100, "EUR")),
            (2, person(50, 300, "EUR")),
            (3, person(50, 9_000_000, "JPY")),
            (4, Seen::default()),
        ];
        let loyalty = loyalty(&people, Day(100));
        // Tenure 100, 50, 50 days: percentiles 83.3, 33.3, 33.3. Value: 25 and 75 in EUR, 50 alone in JPY.
        let of = |place: usize| loyalty[place].expect("is tied");
        near(of(0), f64::midpoint(250.0 / 3.0, 25.0), 1e-9);
        near(of(1), f64::midpoint(100.0 / 3.0, 75.0), 1e-9);
        near(of(2), f64::midpoint(100.0 / 3.0, 50.0), 1e-9);
        assert_eq!(loyalty[3], None);
    }

    #[test]
    fn a_metric_that_stopped_says_nothing() {
        let one = |person: i64, metric: usize, amount: Option<f64>| Use {
            person,
            metric,
            amount,
            rows: i64::from(amount.is_some()),
        };
        let uses = Uses {
            metrics: vec!["logins".into(), "old".into()],
            all: vec![one(1, 0, Some(4.0)), one(1, 1, None), one(2, 0, None), one(3, 1, None)],
        };
        let people = [(1, Seen::default()), (2, Seen::default()), (3, Seen::default())];
        assert_eq!(usage(&people, &uses), [Some(75.0), Some(25.0), None]);
    }
}
