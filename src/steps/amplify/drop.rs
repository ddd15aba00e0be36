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

/// Every member's rhythm as of a day, in the order given. Days after it are not known yet and are left out.
pub fn rhythms(members: &[ActiveDays], as_of: i32) -> Vec<Rhythm> {
    let counted: Vec<Counted> = members.iter().map(|member| count(&member.days, as_of)).collect();
    let all_recent: u64 = counted.iter().map(|member| member.recent).sum();
    let all_base: u64 = counted.iter().map(|member| member.base).sum();
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
        let rhythm = &rhythms(&[member(1, [1001, 1000, 1000, 973, 972, 889, 888])], AS_OF)[0];
        assert_eq!((rhythm.recent, rhythm.base), (2, 2));
        assert_eq!(rhythm.days_since_last, Some(0));
        // Gaps 1, 83, 1 and 27.
        near(rhythm.usual_gap_days.unwrap(), 14.0, 1e-12);
    }

    #[test]
    fn somebody_falls_silent() {
        let rhythm = &rhythms(&[member(1, (916..=972).step_by(4))], AS_OF)[0];
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
        for rhythm in rhythms(&everybody, AS_OF) {
            assert!(rhythm.adjusted);
            near(rhythm.drop.expected_recent, 1.0, 1e-12);
            assert_eq!(rhythm.drop.alarm, Alarm::NotEnoughHistory);
        }
        let alone = &rhythms(&everybody[..1], AS_OF)[0];
        assert_eq!(alone.drop.alarm, Alarm::AtRisk);
    }

    #[test]
    fn never_active_and_nobody_else_lately() {
        let never = &rhythms(&[member(1, [])], AS_OF)[0];
        assert_eq!((never.days_since_last, never.usual_gap_days), (None, None));
        assert_eq!(never.drop.alarm, Alarm::NotEnoughHistory);
        let others_stopped = rhythms(&[member(1, [999]), member(2, 900..970)], AS_OF);
        assert!(!others_stopped[0].adjusted);
    }

    proptest! {
        #[test]
        fn neither_order_nor_repetition_matters(days in prop::collection::vec(800_i32..1010, 0..60)) {
            let twice: Vec<i32> = days.iter().rev().chain(&days).copied().collect();
            let once = rhythms(&[member(1, days)], AS_OF);
            prop_assert_eq!(once, rhythms(&[member(1, twice)], AS_OF));
        }
    }
}
