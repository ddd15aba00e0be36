//! Were the trough's alarms right? Replayed month by month, with what was known then.
//!
//! A stretch after someone's last active day is one case: it is warned about at most once, and it is silent or not. An
//! alarm was right if no active day followed for 60 days. Beside it the plain rule: so many days since the last active
//! day, with the number of days that raises about as many alarms.

use super::drop::{ActiveDays, BASE_DAYS, Crowd, RECENT_DAYS, rhythms};
use super::silence;
use crate::stats::rate_drop::Alarm;
use std::collections::BTreeMap;

/// Days without an active day that count as silent.
pub const SILENT_DAYS: i32 = 60;
/// Days before a replayed day that must be known.
pub const HISTORY_DAYS: i32 = RECENT_DAYS + BASE_DAYS;

/// Someone who joined: their active days (sorted, each once), and when they were active in the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Their active days.
    pub active: ActiveDays,
    /// From which day to which (not included).
    pub spells: Vec<(i32, Option<i32>)>,
}

/// One rule's record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Alarms raised.
    pub alarms: u64,
    /// Those after which 60 silent days followed.
    pub right: u64,
    /// Stretches that were silent for 60 days from a replayed day on.
    pub silent: u64,
    /// Those that were warned about.
    pub warned: u64,
}

/// What the replay shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The days replayed.
    pub days: Vec<i32>,
    /// How the alarms of the trough did.
    pub own: Record,
    /// How the plain rule did, and its number of days.
    pub plain: (Record, i32),
}

/// What was seen of one case on one replayed day.
#[derive(Clone, Copy, Debug)]
struct Look {
    silent_for: i32,
    is_alarmed: bool,
    stays_silent: bool,
}

/// Replays the days given; each lies at least 60 days before `as_of`. `alarming` is the chance below which, and the
/// days from which on, silence alarms.
pub fn replay(people: &[Seen], crowd: &Crowd, days: &[i32], alarming: (f64, i32)) -> Replay {
    let mut cases: BTreeMap<(i64, i32), Vec<Look>> = BTreeMap::new();
    for &day in days {
        for (case, look) in looks(people, crowd, day, alarming) {
            cases.entry(case).or_default().push(look);
        }
    }
    let own = record(&cases, |look| look.is_alarmed);
    let plain = (1..HISTORY_DAYS)
        .map(|least| (record(&cases, |look| look.silent_for >= least), least))
        .min_by_key(|(record, least)| (record.alarms.abs_diff(own.alarms), -least))
        .unwrap_or_default();
    Replay { days: days.to_vec(), own, plain }
}

/// Everyone who could be lost on a day: active in the program, and seen in the last 112 days.
fn looks(people: &[Seen], crowd: &Crowd, day: i32, (below, from): (f64, i32)) -> Vec<((i64, i32), Look)> {
    let is_active = |one: &&Seen| {
        one.spells.iter().any(|(from, until)| *from <= day && until.is_none_or(|until| until > day))
    };
    let all: Vec<ActiveDays> = people.iter().map(|one| one.active.clone()).collect();
    let rhythm = rhythms(&all, crowd, day);
    let members = people.iter().filter(is_active).map(|one| one.active.days.as_slice());
    let of_all = silence::rhythm_of_all(members, day);
    let look = |(one, rhythm): (&Seen, super::drop::Rhythm)| {
        let days = &one.active.days;
        let known = days.partition_point(|active| *active <= day);
        let last = *days[..known].last().filter(|last| day - **last < HISTORY_DAYS)?;
        let silence = of_all.as_ref().and_then(|all| silence::chance(all, days, day));
        let is_alarmed = matches!(rhythm.drop.alarm, Alarm::AtRisk | Alarm::Watch)
            || (day - last >= from && silence.is_some_and(|chance| chance < below));
        let stays_silent = days.get(known).is_none_or(|next| *next > day + SILENT_DAYS);
        Some(((one.active.member, last), Look { silent_for: day - last, is_alarmed, stays_silent }))
    };
    people.iter().zip(rhythm).filter(|(one, _)| is_active(one)).filter_map(look).collect()
}

fn record(cases: &BTreeMap<(i64, i32), Vec<Look>>, alarms: impl Fn(&Look) -> bool) -> Record {
    let mut record = Record::default();
    for looks in cases.values() {
        let alarm = looks.iter().find(|look| alarms(look));
        let is_silent = looks.iter().any(|look| look.stays_silent);
        record.alarms += u64::from(alarm.is_some());
        record.right += u64::from(alarm.is_some_and(|look| look.stays_silent));
        record.silent += u64::from(is_silent);
        record.warned += u64::from(is_silent && alarm.is_some());
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(member: i64, days: Vec<i32>) -> Seen {
        Seen { active: ActiveDays { member, days }, spells: vec![(0, None)] }
    }

    #[test]
    fn one_who_stops_is_one_case_and_one_who_rests_a_false_alarm() {
        let steady = |id| seen(id, (0..700).step_by(4).collect());
        let stops = seen(1, (0..300).step_by(4).collect());
        let rests = seen(2, (0..300).step_by(4).chain((345..700).step_by(4)).collect());
        let people: Vec<Seen> = [stops, rests].into_iter().chain((3..9).map(steady)).collect();
        let days: Vec<i32> = (150..=600).step_by(30).collect();
        let found = replay(&people, &[], &days, (0.1, 14));
        assert_eq!(found.own, Record { alarms: 2, right: 1, silent: 1, warned: 1 });
        assert_eq!(found.plain.0.alarms, 2);
        // Who is on hold is not watched.
        let mut held = people.clone();
        held[0].spells = vec![(0, Some(300))];
        assert_eq!(replay(&held, &[], &days, (0.1, 14)).own.silent, 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn records_hold_together_and_order_does_not_matter(
            people in prop::collection::vec(prop::collection::btree_set(0_i32..500, 0..60), 1..8),
        ) {
            let people: Vec<Seen> =
                people.iter().zip(0..).map(|(days, id)| seen(id, days.iter().copied().collect())).collect();
            let days = [200, 230, 260, 290];
            let found = replay(&people, &[], &days, (0.1, 14));
            let turned: Vec<Seen> = people.iter().rev().cloned().collect();
            prop_assert_eq!(&found, &replay(&turned, &[], &days, (0.1, 14)));
            for record in [found.own, found.plain.0] {
                prop_assert!(record.right <= record.alarms && record.warned <= record.silent);
                prop_assert!(record.right <= record.warned);
            }
            prop_assert_eq!(found.own.silent, found.plain.0.silent);
        }
    }
}
