//! Who is about to give up, by their own rhythm: alarm A of the trough (MEASUREMENT.md 4).
//!
//! The unit is the active day: a burst of posts on one day counts once. The last 28 days are held against the 84 days before,
//! in the light of what everybody else did in the two windows, so that a quiet month does not alarm.
use crate::stats::estimate::LEVEL;
use crate::stats::percentile::median;
use crate::stats::rate_drop::RateDrop;

/// Length of the recent window, which ends with the as-of day.
pub const RECENT_DAYS: i32 = 28;
/// Length of the window before it.
pub const BASE_DAYS: i32 = 84;
/// With less activity of everybody else than this, plain days are the exposure.
const FEWEST_OTHERS: u64 = 50;

/// The days on which a member was active, in any order, repeated or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveDays {
    /// Whose.
    pub member: i64,
    /// The days.
    pub days: Vec<i32>,
}

/// One member's recent weeks beside their own rhythm.
#[derive(Clone, Debug, PartialEq)]
pub struct Rhythm {
    /// Whose.
    pub member: i64,
    /// Active days in the recent window.
    pub recent: u64,
    /// Active days in the window before.
    pub base: u64,
    /// The comparison: days expected, p, ratio and its interval, the alarm.
    pub drop: RateDrop,
    /// Whether it was adjusted for what everybody else did.
    pub adjusted: bool,
    /// Days since the last active day; none if never active.
    pub days_since_last: Option<i32>,
    /// The usual gap: the median of the days from one active day to the next; none with fewer than two.
    pub usual_gap_days: Option<f64>,
}

/// One member's days, counted.
struct Counted {
    recent: u64,
    base: u64,
    last: Option<i32>,
    usual_gap_days: Option<f64>,
}

/// How many others were active on a day, in order of day.
pub type Crowd = [(i32, usize)];

/// Every member's rhythm as of a day, in the order given, among themselves and a crowd of others. Days after it are not
/// known yet and are left out.
pub fn rhythms(members: &[ActiveDays], crowd: &Crowd, as_of: i32) -> Vec<Rhythm> {
    let counted: Vec<Counted> = members.iter().map(|member| count(&member.days, as_of)).collect();
    let base_until = as_of - RECENT_DAYS;
    let all_recent: u64 =
        counted.iter().map(|member| member.recent).sum::<u64>() + active(crowd, base_until, as_of);
    let all_base: u64 = counted.iter().map(|member| member.base).sum::<u64>()
        + active(crowd, base_until - BASE_DAYS, base_until);
    members
        .iter()
        .zip(counted)
        .map(|(member, Counted { recent, base, last, usual_gap_days })| {
            let others = (all_recent - recent, all_base - base);
            // A window in which nobody else did anything cannot be a yardstick, however full the other one is.
            let adjusted = others.0 + others.1 >= FEWEST_OTHERS && others.0 > 0 && others.1 > 0;
            let (recent_exposure, base_exposure) = if adjusted {
                (others.0 as f64, others.1 as f64)
            } else {
                (f64::from(RECENT_DAYS), f64::from(BASE_DAYS))
            };
            Rhythm {
                member: member.member,
                recent,
                base,
                drop: RateDrop::of(recent, base, recent_exposure, base_exposure, LEVEL),
                adjusted,
                days_since_last: last.map(|last| as_of - last),
                usual_gap_days,
            }
        })
        .collect()
}

/// The crowd's active days later than `after`, up to `until`.
fn active(crowd: &Crowd, after: i32, until: i32) -> u64 {
    let from = crowd.partition_point(|day| day.0 <= after);
    crowd[from..].iter().take_while(|day| day.0 <= until).map(|day| day.1 as u64).sum()
}

fn count(days: &[i32], as_of: i32) -> Counted {
    let mut days: Vec<i32> = days.iter().copied().filter(|&day| day <= as_of).collect();
    days.sort_unstable();
    days.dedup();
    let base_until = as_of - RECENT_DAYS;
    let later_than = |day: i32| days.len() - days.partition_point(|&active| active <= day);
    let recent = later_than(base_until);
    let gaps: Vec<f64> = days.windows(2).map(|pair| f64::from(pair[1] - pair[0])).collect();
    Counted {
        recent: recent as u64,
        base: (later_than(base_until - BASE_DAYS) - recent) as u64,
        last: days.last().copied(),
        usual_gap_days: median(&gaps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rate_drop::Alarm;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    const AS_OF: i32 = 1000;

    fn member(member: i64, days: impl IntoIterator<Item = i32>) -> ActiveDays {
        ActiveDays { member, days: days.into_iter().collect() }
    }

    #[test]
    fn windows_end_with_the_as_of_day() {
        // 973 is the first recent day, 972 the last one before; 889 the first of those, 888 too old.
        let rhythm = &rhythms(&[member(1, [1001, 1000, 1000, 973, 972, 889, 888])], &[], AS_OF)[0];
        assert_eq!((rhythm.recent, rhythm.base), (2, 2));
        assert_eq!(rhythm.days_since_last, Some(0));
        // Gaps 1, 83, 1 and 27.
        near(rhythm.usual_gap_days.unwrap(), 14.0, 1e-12);
    }

    #[test]
    fn somebody_falls_silent() {
        let rhythm = &rhythms(&[member(1, (916..=972).step_by(4))], &[], AS_OF)[0];
        assert_eq!((rhythm.recent, rhythm.base, rhythm.adjusted), (0, 15, false));
        near(rhythm.drop.expected_recent, 5.0, 1e-12);
        near(rhythm.drop.p, 0.75_f64.powi(15), 1e-9);
        assert_eq!(rhythm.drop.alarm, Alarm::AtRisk);
        assert_eq!(rhythm.days_since_last, Some(28));
    }

    #[test]
    fn a_quiet_month_of_everybody_does_not_alarm() {
        let quiet = |id| member(id, (889..=972).step_by(4).chain([990]));
        let everybody: Vec<ActiveDays> = (1..=10).map(quiet).collect();
        for rhythm in rhythms(&everybody, &[], AS_OF) {
            assert!(rhythm.adjusted);
            near(rhythm.drop.expected_recent, 1.0, 1e-12);
            assert_eq!(rhythm.drop.alarm, Alarm::NotEnoughHistory);
        }
        let alone = &rhythms(&everybody[..1], &[], AS_OF)[0];
        assert_eq!(alone.drop.alarm, Alarm::AtRisk);
    }

    #[test]
    fn a_crowd_counts_as_so_many_people() {
        let one = member(1, (889..=972).step_by(4).chain([990]));
        let nine: Vec<ActiveDays> = (2..=10).map(|id| ActiveDays { member: id, ..one.clone() }).collect();
        let crowd: Vec<(i32, usize)> = one.days.iter().map(|day| (*day, 9)).chain([(1001, 400)]).collect();
        let together = rhythms(&[std::slice::from_ref(&one), &nine].concat(), &[], AS_OF);
        assert_eq!(rhythms(&[one], &crowd, AS_OF)[0], together[0]);
    }

    /// The planted silent members of a simulated program are found, and nobody else but the one the case names.
    #[test]
    fn reference_planted_silence() {
        use crate::stats::reference::{case, day};
        let Some(case) = case("05-lift/planted-programme") else { return };
        let as_of = day("2024-10-06");
        let mut people = std::collections::BTreeMap::<String, Vec<i32>>::new();
        for row in case.rows("contributions.csv") {
            people.entry(row["advocate"].clone()).or_default().push(day(&row["date"]));
        }
        // The case counts contributions, not days: each is its own day here, in its own week.
        let names: Vec<&String> = people.keys().collect();
        let flagged = case.expected["reference_run"]["flagged"].as_object().unwrap();
        let counts: Vec<(u64, u64)> = people
            .values()
            .map(|days| {
                let in_last = |from: i32, until: i32| {
                    days.iter().filter(|day| (as_of - until + 1..=as_of - from).contains(*day)).count() as u64
                };
                (in_last(0, 28), in_last(28, 112))
            })
            .collect();
        let all = counts.iter().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        for (name, (recent, base)) in names.into_iter().zip(counts) {
            let exposure = ((all.0 - recent) as f64, (all.1 - base) as f64);
            let drop = RateDrop::of(recent, base, exposure.0, exposure.1, LEVEL);
            let Some(want) = flagged.get(name) else {
                assert!(!matches!(drop.alarm, Alarm::AtRisk | Alarm::Watch), "{name}");
                continue;
            };
            assert_eq!(want["level"], drop.alarm.as_str(), "{name}");
            near(drop.p, want["p"].as_f64().unwrap(), 1e-8);
            assert_eq!((Some(recent), Some(base)), (want["c_recent"].as_u64(), want["c_base"].as_u64()));
        }
    }

    #[test]
    fn never_active_and_nobody_else_lately() {
        let never = &rhythms(&[member(1, [])], &[], AS_OF)[0];
        assert_eq!((never.days_since_last, never.usual_gap_days), (None, None));
        assert_eq!(never.drop.alarm, Alarm::NotEnoughHistory);
        let others_stopped = rhythms(&[member(1, [999]), member(2, 900..970)], &[], AS_OF);
        assert!(!others_stopped[0].adjusted);
    }

    proptest! {
        #[test]
        fn neither_order_nor_repetition_matters(days in prop::collection::vec(800_i32..1010, 0..60)) {
            let twice: Vec<i32> = days.iter().rev().chain(&days).copied().collect();
            let once = rhythms(&[member(1, days)], &[], AS_OF);
            prop_assert_eq!(once, rhythms(&[member(1, twice)], &[], AS_OF));
        }
    }
}
