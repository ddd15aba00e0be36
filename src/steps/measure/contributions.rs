//! What an advocate's contributions add up to, and what is estimated where nobody counted (MEASUREMENT.md 6).
//!
//! No reported reach: audience on the day x the advocate's own median of reach over audience on that platform (5 posts or more),
//! else the platform's median (20 or more); else it stays unknown.
//!
//! Example: five videos reached 10, 20, 20, 30 and 40 % of 1,000 followers; a sixth, of 1,200, reached about 240.

use super::audience;
use crate::app::period::Period;
use crate::model::time::Day;
use crate::stats::percentile::median;
use crate::store::Store;
use crate::store::reports::{self, History};
use crate::store::settled::acts::{self, Act, Acts};
use anyhow::Result;
use std::collections::{BTreeMap, HashMap};

/// Posts an advocate's own usual share of the audience needs.
const OWN_POSTS: usize = 5;
/// Posts a platform's needs.
const PLATFORM_POSTS: usize = 20;

/// What the contributions of one advocate add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Contributions {
    /// How many.
    pub count: i64,
    /// Reach by grade A, B, C, D; none where no contribution has that grade. What we estimated is in D.
    pub reach: [Option<i64>; 4],
    /// The largest reach of one contribution, by grade.
    pub largest: [Option<i64>; 4],
    /// How many contributions have each grade.
    pub graded: [i64; 4],
    /// How many of grade D we estimated ourselves.
    pub estimated: i64,
    /// Engagements; none where none are known.
    pub engagements: Option<i64>,
    /// The contributions that have both reach and engagements, and no more of these than of that: how many, Σx, Σe, Σx², Σxe,
    /// Σe² (x reach, e engagements).
    pub both: [f64; 6],
    /// How many have more engagements than reach, which no rate counts (MEASUREMENT.md 6, 7).
    pub over: i64,
}

impl Contributions {
    /// Adds one contribution; `estimate` is taken where nobody counted its reach.
    pub fn see(&mut self, act: &Act, estimate: Option<i64>) {
        self.count += 1;
        if let Some(engagements) = act.engagements {
            self.engagements = Some(self.engagements.unwrap_or(0) + engagements);
        }
        let Some((grade, reach)) = act.reach.or(estimate.map(|reach| ('D', reach))) else { return };
        let place = usize::from((grade as u8).saturating_sub(b'A')).min(3);
        self.reach[place] = Some(self.reach[place].unwrap_or(0) + reach);
        self.largest[place] = self.largest[place].max(Some(reach));
        self.graded[place] += 1;
        self.estimated += i64::from(act.reach.is_none());
        let Some(engagements) = act.engagements.filter(|_| act.reach.is_some()) else { return };
        if engagements > reach {
            self.over += 1;
        } else if reach > 0 {
            let (x, e) = (reach as f64, engagements as f64);
            for (sum, term) in self.both.iter_mut().zip([1.0, x, e, x * x, x * e, e * e]) {
                *sum += term;
            }
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        let both =
            |one: Option<i64>, other: Option<i64>| one.map_or(other, |one| Some(one + other.unwrap_or(0)));
        self.count += other.count;
        self.over += other.over;
        self.estimated += other.estimated;
        self.engagements = both(self.engagements, other.engagements);
        for grade in 0..4 {
            self.reach[grade] = both(self.reach[grade], other.reach[grade]);
            self.largest[grade] = self.largest[grade].max(other.largest[grade]);
            self.graded[grade] += other.graded[grade];
        }
        for (sum, more) in self.both.iter_mut().zip(other.both) {
            *sum += more;
        }
        self
    }
}

/// The contributions of a period, and what is estimated of some, by row.
pub struct Made {
    /// Each of them.
    pub acts: Acts,
    /// Reach nobody counted, as we estimate it.
    pub estimates: HashMap<i64, i64>,
}

impl Made {
    /// Of everyone who joined, from joining on, over a period, as known on a day.
    pub fn read(store: &Store, as_of: Day, period: Period) -> Result<Self> {
        let acts = acts::made(store, as_of, (period.from, period.to), None)?;
        if acts.acts.iter().all(|act| act.reach.is_some()) {
            return Ok(Self { acts, estimates: HashMap::new() });
        }
        let histories = reports::histories(store, as_of)?;
        if histories.is_empty() {
            return Ok(Self { acts, estimates: HashMap::new() });
        }
        // What is usual does not hang on the period that is looked at.
        let ever = Period::until(as_of);
        let usual = Usual::of(&acts::made(store, as_of, (ever.from, ever.to), None)?, &histories);
        let estimates = acts
            .acts
            .iter()
            .filter(|act| act.reach.is_none())
            .filter_map(|act| Some((act.id, usual.estimate(act, acts.platform(act), &histories)?)))
            .collect();
        Ok(Self { acts, estimates })
    }

    /// Added up by person.
    pub fn by_person(&self) -> BTreeMap<i64, Contributions> {
        let mut people: BTreeMap<i64, Contributions> = BTreeMap::new();
        for theirs in self.acts.acts.chunk_by(|one, next| one.person == next.person) {
            let sum = people.entry(theirs[0].person).or_default();
            for act in theirs {
                sum.see(act, self.estimates.get(&act.id).copied());
            }
        }
        people
    }
}

type Histories = BTreeMap<(i64, String), History>;

/// The usual share of an audience that a contribution reaches.
struct Usual {
    own: HashMap<(i64, String), f64>,
    platform: HashMap<String, f64>,
}

impl Usual {
    fn of(acts: &Acts, histories: &Histories) -> Self {
        let mut own: HashMap<(i64, String), Vec<f64>> = HashMap::new();
        let mut platform: HashMap<String, Vec<f64>> = HashMap::new();
        for act in &acts.acts {
            let name = acts.platform(act);
            let Some(reach) = act.reach.filter(|reach| reach.0 != 'D').map(|reach| reach.1) else { continue };
            let Some(followers) = followers(act, name, histories).filter(|count| *count > 0.0) else {
                continue;
            };
            let share = reach as f64 / followers;
            own.entry((act.person, name.to_string())).or_default().push(share);
            platform.entry(name.to_string()).or_default().push(share);
        }
        own.retain(|_, shares| shares.len() >= OWN_POSTS);
        platform.retain(|_, shares| shares.len() >= PLATFORM_POSTS);
        let middle = |shares: &[f64]| median(shares).unwrap_or(0.0);
        Self {
            own: own.into_iter().map(|(whose, shares)| (whose, middle(&shares))).collect(),
            platform: platform.into_iter().map(|(name, shares)| (name, middle(&shares))).collect(),
        }
    }

    /// What an act nobody counted the reach of probably reached.
    fn estimate(&self, act: &Act, platform: &str, histories: &Histories) -> Option<i64> {
        let own = self.own.get(&(act.person, platform.to_string()));
        let share = own.or_else(|| self.platform.get(platform))?;
        Some((followers(act, platform, histories)? * share).round() as i64)
    }
}

fn followers(act: &Act, platform: &str, histories: &Histories) -> Option<f64> {
    audience::in_history(act.day, histories.get(&(act.person, platform.to_string()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    fn act(id: i64, person: i64, reach: Option<(char, i64)>, engagements: Option<i64>) -> Act {
        Act { id, person, day: Day(100), platform: 0, reach, engagements }
    }

    #[test]
    fn grades_stay_apart() {
        let mut made = Contributions::default();
        made.see(&act(1, 1, Some(('A', 100)), Some(10)), None);
        made.see(&act(2, 1, Some(('B', 40)), Some(50)), None);
        made.see(&act(3, 1, None, Some(1)), Some(240));
        made.see(&act(4, 1, None, None), None);
        assert_eq!(made.reach, [Some(100), Some(40), None, Some(240)]);
        assert_eq!((made.count, made.engagements, made.over, made.estimated), (4, Some(61), 1, 1));
        near(made.both[2] / made.both[1], 0.1, 1e-12);
    }

    #[test]
    fn a_usual_share_needs_five_posts_of_ones_own_or_twenty_of_all() {
        let history = |followers: i64| History::from([(Day(90), followers)]);
        let place = |person: i64| (person, "x".to_string());
        let histories = Histories::from([(place(1), history(1000)), (place(2), history(1200))]);
        let of = |person: i64, shares: &[i64]| -> Vec<Act> {
            shares.iter().zip(0..).map(|(share, id)| act(id, person, Some(('B', 10 * share)), None)).collect()
        };
        let acts = |acts: Vec<Act>| Acts { acts, platforms: vec!["x".into()] };
        let usual = Usual::of(&acts(of(1, &[10, 20, 20, 30, 40])), &histories);
        assert_eq!(usual.estimate(&act(9, 1, None, None), "x", &histories), Some(200));
        assert_eq!(usual.estimate(&act(9, 2, None, None), "x", &histories), None);
        let usual = Usual::of(&acts(of(1, &[20; 20])), &histories);
        assert_eq!(usual.estimate(&act(9, 2, None, None), "x", &histories), Some(240));
        let told: Vec<Act> = (0..9).map(|id| act(id, 1, Some(('D', 500)), None)).collect();
        assert_eq!(
            Usual::of(&acts(told), &histories).estimate(&act(9, 1, None, None), "x", &histories),
            None
        );
    }

    proptest! {
        #[test]
        fn parts_add_up_whatever_their_order(
            acts in prop::collection::vec((prop::option::of((0_usize..4, 0_i64..900)), prop::option::of(0_i64..900)), 0..20),
            cut in 0_usize..20,
        ) {
            let grade = |place: usize| ['A', 'B', 'C', 'D'][place];
            let acts: Vec<Act> = acts
                .iter()
                .zip(0..)
                .map(|((reach, engagements), id)| act(id, 1, reach.map(|(at, reach)| (grade(at), reach)), *engagements))
                .collect();
            let sum = |acts: &[Act]| {
                acts.iter().fold(Contributions::default(), |mut sum, act| { sum.see(act, None); sum })
            };
            let (one, other) = acts.split_at(cut.min(acts.len()));
            prop_assert_eq!(sum(&acts), sum(one).plus(sum(other)));
            let turned: Vec<Act> = acts.iter().rev().cloned().collect();
            prop_assert_eq!(sum(&acts), sum(&turned));
        }
    }
}
