//! The four signals, from what was observed: engagement, sentiment, loyalty, usage (MEASUREMENT.md 2).
//!
//! Engagement = Σ weight · 2^(-age / half-life) over acts. Sentiment = the mean of the last NPS and the last CSAT answer, each
//! as 0-100 of its own scale. Loyalty = the mean of two percentiles: tenure, and value among those of the same currency.
//! Usage = the mean over metrics of the percentile of the sum in the window. What was not observed is `None`, never 0.

use super::score::Values;
use crate::model::time::Day;
use crate::stats::decay::remaining;
use crate::stats::percentile::mid_rank_percentiles;
use crate::store::evidence::{Act, Answer};
use crate::store::uses::Uses;
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
    /// How many contributions, up to four billion.
    pub contributions: u32,
    /// How many other acts.
    pub others: u32,
    /// The day of the last act.
    pub last: Option<Day>,
    parts: u64,
}

impl Engagement {
    /// Adds an act.
    pub fn add(&mut self, act: Act, faded: &Faded) {
        let left = if act.contribution {
            self.contributions = self.contributions.saturating_add(act.times);
            &faded.contribution
        } else {
            self.others = self.others.saturating_add(act.times);
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

/// What ties one person to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tie {
    /// Member or customer since.
    pub since: Option<Day>,
    /// Minor units, and the place of their currency.
    pub value: Option<(i64, u32)>,
}

/// Everything that was observed of everyone counted, each thing in a list of its own, at the index of the person: what is
/// asked of a million people is asked signal by signal.
#[derive(Debug, Clone, Default)]
pub struct Everyone {
    /// Who they are, ascending.
    pub people: Vec<i64>,
    /// What they did; all 0 where they could have been seen and were not.
    pub engaged: Vec<Option<Engagement>>,
    /// The last answers to "would you recommend us".
    pub nps: Vec<Option<Answer>>,
    /// The last answers to "how satisfied are you".
    pub csat: Vec<Option<Answer>>,
    /// Tenure and value.
    pub ties: Vec<Tie>,
    /// The currencies of the values.
    pub currencies: Vec<Arc<str>>,
    /// What they used.
    pub uses: Uses,
}

impl Everyone {
    /// What was observed of someone, if they are counted.
    pub fn seen(&self, person: i64) -> Option<Seen> {
        self.people.binary_search(&person).ok()?;
        let place = usize::try_from(person).ok()?;
        let tie = self.ties[place];
        Some(Seen {
            engagement: self.engaged[place],
            nps: self.nps[place],
            csat: self.csat[place],
            since: tie.since,
            value: tie.value.map(|(minor, currency)| (minor, self.currencies[currency as usize].clone())),
        })
    }

    /// One of the signals, a place among [`NAMES`].
    pub fn values(&self, signal: usize, as_of: Day) -> Values {
        match signal {
            0 => self.of_each(|place| self.engaged[place].map(|engagement| engagement.decayed())),
            1 => self.of_each(|place| sentiment(self.nps[place], self.csat[place])),
            2 => self.loyalty(as_of),
            _ => self.usage(),
        }
    }

    fn of_each(&self, value: impl Fn(usize) -> Option<f64>) -> Values {
        let mut values = Values::with_room(self.people.len());
        for (person, place) in self.people.iter().zip(0..) {
            if let Some(value) = value(*person as usize) {
                values.add(place, value);
            }
        }
        values
    }

    /// Tenure, and value within each currency: percentiles, and their mean.
    fn loyalty(&self, as_of: Day) -> Values {
        let tenure = self.of_each(|place| self.ties[place].since.map(|since| f64::from(as_of.0 - since.0)));
        let mut counts = vec![0; self.currencies.len()];
        for (_, currency) in self.ties.iter().filter_map(|tie| tie.value) {
            counts[currency as usize] += 1;
        }
        let mut worth: Vec<Values> = counts.into_iter().map(Values::with_room).collect();
        for (person, place) in self.people.iter().zip(0..) {
            if let Some((minor, currency)) = self.ties[*person as usize].value {
                worth[currency as usize].add(place, minor as f64);
            }
        }
        mean_percentiles(self.people.len(), std::iter::once(tenure).chain(worth))
    }

    /// The sum of each metric: percentiles, and their mean. Who only used a metric before the window stands at 0 in it, as long
    /// as somebody used it in the window: else the source has stopped, and nobody was observed.
    fn usage(&self) -> Values {
        let mut used: Vec<Values> = self.uses.counts().into_iter().map(Values::with_room).collect();
        let mut is_used = vec![false; used.len()];
        for (person, place) in self.people.iter().zip(0..) {
            for one in self.uses.each(*person) {
                is_used[one.metric] |= one.amount.is_some();
                used[one.metric].add(place, one.amount.unwrap_or(0.0));
            }
        }
        let used = used.into_iter().zip(is_used).filter(|(_, is_used)| *is_used);
        mean_percentiles(self.people.len(), used.map(|(values, _)| values))
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

/// The mean of the last answers, each as 0-100 of its scale.
fn sentiment(nps: Option<Answer>, csat: Option<Answer>) -> Option<f64> {
    let percents = nps.into_iter().chain(csat).map(percent);
    let (sum, n) = percents.fold((0.0, 0_u32), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

/// An answer as 0-100 of its scale.
fn percent(answer: Answer) -> f64 {
    100.0 * f64::from(answer.score - answer.low) / f64::from(answer.high - answer.low)
}

/// The mean of each of so many people's percentiles over the groups they are in.
fn mean_percentiles(people: usize, groups: impl Iterator<Item = Values>) -> Values {
    let (mut sums, mut counts) = (vec![0.0; people], vec![0_u32; people]);
    for group in groups {
        for (place, percentile) in group.places.iter().zip(mid_rank_percentiles(group.values)) {
            sums[*place as usize] += percentile;
            counts[*place as usize] += 1;
        }
    }
    let mut means = Values::with_room(people);
    for ((sum, count), place) in sums.into_iter().zip(counts).zip(0..) {
        if count > 0 {
            means.add(place, sum / f64::from(count));
        }
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;

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
        let both = sentiment(Some(answer(9, 0, 10, 0)), Some(answer(4, 1, 5, 0)));
        near(both.expect("two answers"), f64::midpoint(90.0, 75.0), 1e-12);
        assert_eq!(sentiment(None, None), None);
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
        let tie = |since: i32, amount: i64, currency: u32| Tie {
            since: Some(Day(since)),
            value: Some((amount, currency)),
        };
        let everyone = Everyone {
            people: vec![1, 2, 3, 4],
            ties: vec![
                Tie::default(),
                tie(0, 100, 0),
                tie(50, 300, 0),
                tie(50, 9_000_000, 1),
                Tie::default(),
            ],
            currencies: vec!["EUR".into(), "JPY".into()],
            ..Everyone::default()
        };
        let loyalty = everyone.loyalty(Day(100));
        // Tenure 100, 50, 50 days: percentiles 83.3, 33.3, 33.3. Value: 25 and 75 in EUR, 50 alone in JPY.
        assert_eq!(loyalty.places, [0, 1, 2]);
        let of = |place: usize| loyalty.values[place];
        near(of(0), f64::midpoint(250.0 / 3.0, 25.0), 1e-9);
        near(of(1), f64::midpoint(100.0 / 3.0, 75.0), 1e-9);
        near(of(2), f64::midpoint(100.0 / 3.0, 50.0), 1e-9);
    }

    #[test]
    fn a_metric_that_stopped_says_nothing() {
        let all = [(1, 0, Some(4.0)), (1, 1, None), (2, 0, None), (3, 1, None)];
        let uses = Uses::given(&["logins", "old"], 3, &all);
        let everyone = Everyone { people: vec![1, 2, 3], uses, ..Everyone::default() };
        let usage = everyone.usage();
        assert_eq!((usage.places, usage.values), (vec![0, 1], vec![75.0, 25.0]));
    }
}
