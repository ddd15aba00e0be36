//! Whose stage has lasted too long: the limits of the preset against the days. Pure; the day is an argument.

use crate::model::stage::Stage;
use crate::model::time::Day;

/// How long a stage may last, in days.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// On the shortlist.
    pub candidate: i32,
    /// Without an answer to a letter.
    pub invited: i32,
    /// Interested without joining.
    pub interested: i32,
    /// Active without an act.
    pub inactive: i32,
    /// On hold, where no day was said.
    pub on_hold: i32,
    /// A term, where no end was said.
    pub term: i32,
    /// How long before its end a term is spoken of.
    pub term_notice: i32,
}

/// What is known of someone.
#[derive(Debug, Clone, Copy)]
pub struct State {
    /// Where they stand.
    pub stage: Stage,
    /// Since when.
    pub since: Day,
    /// Until when, where that was said.
    pub until: Option<Day>,
    /// The day of the last letter.
    pub letter: Option<Day>,
    /// Whether their acts would be seen at all.
    pub is_observed: bool,
    /// Their last act.
    pub last: Option<Day>,
    /// The last note about them: who was called was not forgotten.
    pub noted: Option<Day>,
}

/// What is due, as `data/due.toml` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// On the shortlist for too long.
    Shortlist,
    /// No answer to the letter.
    NoAnswer,
    /// Interested, and has not joined.
    NotJoined,
    /// Active, and did nothing.
    Inactive,
    /// The term ends soon.
    TermEnds,
    /// The term is over.
    TermEnded,
    /// On hold, and to be asked again.
    OnHold,
}

impl What {
    /// Its name in the file of words.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Shortlist => "shortlist",
            Self::NoAnswer => "no_answer",
            Self::NotJoined => "not_joined",
            Self::Inactive => "inactive",
            Self::TermEnds => "term_ends",
            Self::TermEnded => "term_ended",
            Self::OnHold => "on_hold",
        }
    }
}

/// One thing that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub what: What,
    /// Since which day it is due.
    pub on: Day,
    /// How many days it has lasted.
    pub days: i32,
    /// How many it may.
    pub limit: i32,
    /// The day it ends, where it ends.
    pub until: Option<Day>,
}

/// What is due of someone on a day; most often nothing.
pub fn due(state: &State, limits: &Limits, today: Day) -> Vec<Due> {
    let lasting = |what, from: Day, limit: i32| {
        let days = today.0 - from.0;
        (days >= limit).then_some(Due { what, on: from.plus(limit), days, limit, until: None })
    };
    match state.stage {
        Stage::Candidate => lasting(What::Shortlist, state.since, limits.candidate).into_iter().collect(),
        Stage::Invited => {
            let letter = state.letter.map_or(state.since, |letter| letter.max(state.since));
            lasting(What::NoAnswer, letter, limits.invited).into_iter().collect()
        }
        Stage::Interested => lasting(What::NotJoined, state.since, limits.interested).into_iter().collect(),
        Stage::Active => {
            let begun = [Some(state.since), state.last, state.noted].into_iter().flatten().max();
            let silent = begun.filter(|_| state.is_observed);
            let inactive = silent.and_then(|from| lasting(What::Inactive, from, limits.inactive));
            inactive.into_iter().chain(term(state, limits, today)).collect()
        }
        Stage::OnHold => {
            let until = state.until.unwrap_or(state.since.plus(limits.on_hold));
            let days = today.0 - state.since.0;
            let due = Due {
                what: What::OnHold,
                on: until,
                days,
                limit: until.0 - state.since.0,
                until: Some(until),
            };
            (today >= until).then_some(due).into_iter().collect()
        }
        Stage::Member | Stage::Alumni | Stage::Declined | Stage::Removed => Vec::new(),
    }
}

fn term(state: &State, limits: &Limits, today: Day) -> Option<Due> {
    let until = state.until.unwrap_or(state.since.plus(limits.term));
    let on = until.plus(-limits.term_notice);
    let what = if today >= until { What::TermEnded } else { What::TermEnds };
    let (days, limit) = (today.0 - state.since.0, until.0 - state.since.0);
    (today >= on).then_some(Due { what, on, days, limit, until: Some(until) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: Limits = Limits {
        candidate: 60,
        invited: 14,
        interested: 30,
        inactive: 90,
        on_hold: 180,
        term: 365,
        term_notice: 30,
    };

    fn state(stage: Stage) -> State {
        State { stage, since: Day(0), until: None, letter: None, is_observed: true, last: None, noted: None }
    }

    fn keys(state: &State, today: i32) -> Vec<&'static str> {
        due(state, &LIMITS, Day(today)).iter().map(|due| due.what.key()).collect()
    }

    #[test]
    fn limits_begin_on_their_day() {
        for (stage, limit, key) in [
            (Stage::Candidate, 60, "shortlist"),
            (Stage::Invited, 14, "no_answer"),
            (Stage::Interested, 30, "not_joined"),
            (Stage::OnHold, 180, "on_hold"),
        ] {
            assert!(keys(&state(stage), limit - 1).is_empty(), "{stage}");
            assert_eq!(keys(&state(stage), limit), [key]);
        }
        for stage in [Stage::Member, Stage::Alumni, Stage::Declined, Stage::Removed] {
            assert!(keys(&state(stage), 10_000).is_empty());
        }
    }

    #[test]
    fn a_later_letter_begins_anew() {
        let invited = State { letter: Some(Day(10)), ..state(Stage::Invited) };
        assert!(keys(&invited, 23).is_empty());
        assert_eq!(keys(&invited, 24), ["no_answer"]);
    }

    #[test]
    fn silence_counts_where_it_would_be_heard() {
        let active = state(Stage::Active);
        assert_eq!(keys(&active, 90), ["inactive"]);
        assert!(keys(&State { last: Some(Day(50)), ..active }, 139).is_empty());
        assert!(keys(&State { noted: Some(Day(60)), ..active }, 149).is_empty());
        assert!(keys(&State { is_observed: false, ..active }, 90).is_empty());
    }

    #[test]
    fn a_term_is_spoken_of_before_its_end() {
        let active = State { last: Some(Day(330)), ..state(Stage::Active) };
        assert!(keys(&active, 334).is_empty());
        assert_eq!(keys(&active, 335), ["term_ends"]);
        assert_eq!(keys(&active, 365), ["term_ended"]);
        let longer = State { until: Some(Day(500)), ..active };
        assert!(keys(&longer, 400).is_empty());
        assert_eq!(keys(&State { until: Some(Day(20)), ..state(Stage::OnHold) }, 20), ["on_hold"]);
    }

    proptest! {
        /// What is due today is due tomorrow, as long as nothing happens (a term that ends becomes one that ended).
        #[test]
        fn what_is_due_stays_due(stage in 0usize..9, today in 0i32..800, until in proptest::option::of(0i32..800)) {
            let state = State { until: until.map(Day), ..state(Stage::ALL[stage]) };
            let (now, then) = (due(&state, &LIMITS, Day(today)), due(&state, &LIMITS, Day(today + 1)));
            prop_assert!(then.len() >= now.len());
            prop_assert!(now.iter().all(|due| due.on <= Day(today)));
        }
    }
}
