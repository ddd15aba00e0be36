//! Where people were promoted at different times: the effect by group and stretch of four weeks.

use super::design::{Person, Windows};
use crate::stats::group_time::{Cell, Unit, average, by_event_time, effects};
use std::collections::BTreeMap;

/// Length of a stretch, in days.
pub const STRETCH: i32 = 28;

/// What the groups show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cohorts {
    /// Each group in each stretch; stretches count back from the as-of day, whose own is 0.
    pub cells: Vec<Cell>,
    /// The mean by stretches since the promotion.
    pub by_time: BTreeMap<i32, f64>,
    /// The mean over all stretches from the promotion on.
    pub average: Option<f64>,
    /// How many groups there are.
    pub groups: usize,
}

/// The stretch a day is in.
fn stretch(day: i32, as_of: i32) -> i32 {
    -(as_of - day).div_euclid(STRETCH)
}

/// The first day of a stretch.
pub fn first_day(stretch: i32, as_of: i32) -> i32 {
    as_of + 1 + (stretch - 1) * STRETCH
}

/// Effects in amounts a week. The stretches of the gap are no base.
pub fn cohorts(people: &[Person], windows: Windows) -> Cohorts {
    let units: Vec<Unit> = people.iter().filter_map(|person| unit(person, windows.as_of)).collect();
    let skip = (windows.gap + STRETCH - 1) / STRETCH;
    let cells = effects(&units, skip);
    let by_time = by_event_time(&cells);
    let mut groups: Vec<i32> = cells.iter().map(|cell| cell.group).collect();
    groups.dedup();
    Cohorts { average: average(&by_time), groups: groups.len(), cells, by_time }
}

fn unit(person: &Person, as_of: i32) -> Option<Unit> {
    // The first stretch that begins on or after the day of joining.
    let joined = stretch(person.joined, as_of);
    let start = if first_day(joined, as_of) >= person.joined { joined } else { joined + 1 };
    let first = person.first.map(|day| stretch(day, as_of));
    if start > 0 || first.is_some_and(|first| first < start) {
        return None;
    }
    let mut seen = vec![0.0; usize::try_from(1 - start).ok()?];
    for (day, amount) in &person.acts {
        if let Some(cell) = usize::try_from(stretch(*day, as_of) - start).ok().and_then(|at| seen.get_mut(at))
        {
            *cell += amount.unwrap_or(0.0) * 7.0 / f64::from(STRETCH);
        }
    }
    Some(Unit { first, start, seen })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_count_back_from_the_day() {
        assert_eq!([1000, 973, 972, 945, 944].map(|day| stretch(day, 1000)), [0, 0, -1, -1, -2]);
        assert_eq!((first_day(0, 1000), first_day(-1, 1000)), (973, 945));
    }

    #[test]
    fn a_planted_rise_is_found_and_nothing_before() {
        let as_of = 1000;
        let windows = Windows { days: 84, gap: 0, as_of };
        // Two a week for all; one more a week for the treated from their day on (with a little noise).
        let person = |member: i64, first: Option<i32>| {
            let mut acts: Vec<(i32, Option<f64>)> = Vec::new();
            for day in 500..=as_of {
                let extra = first.is_some_and(|first| day >= first) && day % 7 == 1;
                if day % 7 == 0 || day % 7 == 3 || extra || (i64::from(day) + member) % 45 == 0 {
                    acts.push((day, Some(1.0)));
                }
            }
            Person { member, joined: 450, left: None, first, acts }
        };
        let firsts = [None, None, None, None, Some(833), Some(833), Some(889), Some(889)];
        let people: Vec<Person> = firsts.iter().zip(0..).map(|(first, id)| person(id, *first)).collect();
        let found = cohorts(&people, windows);
        assert_eq!(found.groups, 2);
        assert!(found.average.is_some_and(|average| (average - 1.0).abs() < 0.2), "{:?}", found.average);
        assert!(found.by_time.range(..0).all(|(_, effect)| effect.abs() < 0.3), "{:?}", found.by_time);
    }
}
