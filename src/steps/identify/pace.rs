//! Whether the goal will be met: how many advocates there will be on its day if people go on joining and leaving as lately.
//!
//! Advocates on the day = advocates now + (joined - left) in the window x days left / days of the window. The range is that
//! of the joined as a Poisson count (`stats/garwood.rs`); it knows nothing of plans, seasons or the next kickoff. Those
//! who joined on the program's first day are not counted: a start is no pace.

use crate::model::time::Day;
use crate::stats::estimate::LEVEL;
use crate::stats::garwood;

/// Days in a month, for paces.
pub const DAYS_PER_MONTH: f64 = 30.44;

/// What the pace is taken from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lately {
    /// Advocates on the as-of day, those on hold included.
    pub advocates: u64,
    /// How many joined for the first time in the window.
    pub joined: u64,
    /// How many were advocates on its eve.
    pub before: u64,
    /// How many days it has.
    pub days: i32,
}

/// What is wanted, and when a pace may be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wanted {
    /// How many advocates.
    pub goal: u64,
    /// By when.
    pub by: Option<Day>,
    /// The fewest days a pace rests on.
    pub fewest_days: i32,
    /// The fewest who must have joined in them.
    pub fewest_joined: u64,
}

/// What may be said of the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There are as many as wanted.
    Reached,
    /// Its day is past and they are not there.
    Over,
    /// Too little history, or no day.
    TooEarly,
    /// The whole range is at the goal or above.
    OnCourse,
    /// The whole range is below it.
    Short,
    /// The range holds it.
    CannotTell,
}

impl Verdict {
    /// The word used in tables and in the sentence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Over => "over",
            Self::TooEarly => "too_early",
            Self::OnCourse => "on_course",
            Self::Short => "short",
            Self::CannotTell => "cannot_tell",
        }
    }
}

/// Where the program stands towards its goal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Days until the goal's day; below 0 where it is past.
    pub days_left: Option<i32>,
    /// Net gain a month, where it may be told.
    pub pace: Option<f64>,
    /// Advocates on the goal's day: likely, at least, at most.
    pub then: Option<(f64, f64, f64)>,
    /// What may be said.
    pub verdict: Verdict,
}

impl Outlook {
    /// Holds the pace against what is wanted.
    pub fn of(lately: Lately, wanted: Wanted, as_of: Day) -> Self {
        let days_left = wanted.by.map(|by| by.0 - as_of.0);
        let plain = |verdict| Self { days_left, pace: None, then: None, verdict };
        if lately.advocates >= wanted.goal {
            return plain(Verdict::Reached);
        }
        let Some(left) = days_left else { return plain(Verdict::TooEarly) };
        if left < 0 {
            return plain(Verdict::Over);
        }
        if lately.days < wanted.fewest_days || lately.joined < wanted.fewest_joined {
            return plain(Verdict::TooEarly);
        }
        let gone = (lately.before + lately.joined) as f64 - lately.advocates as f64;
        let joined = garwood::mean(lately.joined, LEVEL);
        let days = f64::from(lately.days);
        let then =
            |joined: f64| (lately.advocates as f64 + (joined - gone) * f64::from(left) / days).max(0.0);
        let (likely, low, high) = (then(joined.value), then(joined.lo), then(joined.hi));
        let goal = wanted.goal as f64;
        let verdict = if low >= goal {
            Verdict::OnCourse
        } else if high < goal {
            Verdict::Short
        } else {
            Verdict::CannotTell
        };
        let pace = (joined.value - gone) / days * DAYS_PER_MONTH;
        Self { days_left, pace: Some(pace), then: Some((likely, low, high)), verdict }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::reference::near;
    use proptest::prelude::*;

    const AS_OF: Day = Day(20_000);

    fn wanted(goal: u64, days_left: i32) -> Wanted {
        Wanted { goal, by: Some(AS_OF.plus(days_left)), fewest_days: 60, fewest_joined: 5 }
    }

    #[test]
    fn ten_joined_and_two_left_in_half_a_year() {
        // 12 before, 10 joined, 20 now: 2 left. In 90 days at 8 per 180: 24; with 4.80 or 18.39 joined: 21.4 or 28.2.
        let lately = Lately { advocates: 20, joined: 10, before: 12, days: 180 };
        let outlook = Outlook::of(lately, wanted(30, 90), AS_OF);
        let (likely, low, high) = outlook.then.unwrap();
        near(likely, 24.0, 1e-9);
        near(low, 21.4, 0.01);
        near(high, 28.2, 0.01);
        near(outlook.pace.unwrap(), 8.0 / 180.0 * 30.44, 1e-9);
        assert_eq!(outlook.verdict, Verdict::Short);
        assert_eq!(Outlook::of(lately, wanted(25, 90), AS_OF).verdict, Verdict::CannotTell);
        assert_eq!(Outlook::of(lately, wanted(21, 90), AS_OF).verdict, Verdict::OnCourse);
        assert_eq!(Outlook::of(lately, wanted(20, 90), AS_OF).verdict, Verdict::Reached);
        assert_eq!(Outlook::of(lately, wanted(30, -1), AS_OF).verdict, Verdict::Over);
    }

    #[test]
    fn too_little_history_has_no_pace() {
        let few = Lately { advocates: 4, joined: 4, before: 0, days: 100 };
        assert_eq!(Outlook::of(few, wanted(30, 90), AS_OF).verdict, Verdict::TooEarly);
        let young = Lately { advocates: 20, joined: 20, before: 0, days: 59 };
        let outlook = Outlook::of(young, wanted(30, 90), AS_OF);
        assert_eq!((outlook.verdict, outlook.pace), (Verdict::TooEarly, None));
        let undated = Wanted { by: None, ..wanted(30, 0) };
        assert_eq!(Outlook::of(few, undated, AS_OF).days_left, None);
    }

    proptest! {
        #[test]
        fn the_range_holds_what_is_likely(
            advocates in 0_u64..80, joined in 5_u64..80, before in 0_u64..80, days in 60_i32..181, left in 0_i32..700,
        ) {
            let lately = Lately { advocates, joined, before, days };
            let outlook = Outlook::of(lately, wanted(1000, left), AS_OF);
            let (likely, low, high) = outlook.then.unwrap();
            prop_assert!(0.0 <= low && low <= likely && likely <= high);
        }
    }
}
