//! Who is not to be written to or asked now, and why: consent, opting out, and the cool-down across everyone who asks.

use crate::model::consent;
use crate::model::stage::Stage;
use crate::model::time::Day;

/// What is on file about one person.
#[derive(Debug, Clone, Copy)]
pub struct OnFile {
    /// One of our own people, or a machine.
    pub ours: bool,
    /// Where they stand.
    pub stage: Stage,
    /// What they last said about being contacted at all, and when.
    pub contact: Option<(bool, Day)>,
    /// What they last said about this kind of brief or ask, and when.
    pub kind: Option<(bool, Day)>,
    /// When anyone of ours last asked them for something.
    pub last_asked: Option<Day>,
    /// When they got this very brief.
    pub sent: Option<Day>,
}

/// The limits that hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// `exclusive`, `open`, `feedback`, or what else is asked.
    pub kind: &'a str,
    /// Days between two asks.
    pub cooldown_days: i32,
    /// The day.
    pub today: Day,
    /// Whether the cool-down is set aside.
    pub anyway: bool,
    /// A way others read along on, and until when the news is a secret: it may not go there before the day after.
    pub overheard: Option<(&'a str, Day)>,
}

/// Why someone is left out, and from which day on it would be another matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why, in words.
    pub reason: String,
    /// The first day on which this reason is gone; none where time does not mend it.
    pub again: Option<Day>,
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Self { reason, again: None }
    }
}

/// Why this person is left out, if so.
pub fn refusal(on_file: &OnFile, limits: &Limits) -> Option<Refusal> {
    if on_file.ours {
        return Some(String::from("one of our own, or a machine").into());
    }
    if matches!(on_file.stage, Stage::Declined | Stage::Removed) {
        return Some(format!("opted out: stage {}", on_file.stage).into());
    }
    if let Some((false, day)) = on_file.contact {
        return Some(format!("opted out of any contact on {day}").into());
    }
    match on_file.kind {
        Some((false, day)) => return Some(format!("said no to {} on {day}", limits.kind).into()),
        None if consent::needs_a_yes(limits.kind) => {
            return Some(String::from("no consent on file for exclusive news").into());
        }
        _ => {}
    }
    if let Some(day) = on_file.sent {
        return Some(format!("already sent on {day}").into());
    }
    if let Some((channel, until)) = limits.overheard {
        let reason = format!("under embargo until {until}, and others read along on {channel}");
        return Some(Refusal { reason, again: Some(until.plus(1)) });
    }
    let last = on_file.last_asked.filter(|_| !limits.anyway)?;
    let again = last.plus(limits.cooldown_days);
    let reason = format!("asked too recently: on {last}; again from {again}");
    (limits.today < again).then_some(Refusal { reason, again: Some(again) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: OnFile =
        OnFile { ours: false, stage: Stage::Active, contact: None, kind: None, last_asked: None, sent: None };

    fn limits(kind: &str) -> Limits<'_> {
        Limits { kind, cooldown_days: 30, today: Day(100), anyway: false, overheard: None }
    }

    fn why(on_file: OnFile, kind: &str) -> String {
        refusal(&on_file, &limits(kind)).map(|refusal| refusal.reason).unwrap_or_default()
    }

    #[test]
    fn exclusive_news_needs_a_yes() {
        assert_eq!(why(NOBODY, "exclusive"), "no consent on file for exclusive news");
        assert_eq!(why(NOBODY, "open"), "");
        assert_eq!(why(OnFile { kind: Some((true, Day(1))), ..NOBODY }, "exclusive"), "");
        assert_eq!(
            why(OnFile { kind: Some((false, Day(1))), ..NOBODY }, "feedback"),
            "said no to feedback on 1970-01-02"
        );
    }

    #[test]
    fn the_cool_down_ends_on_its_day() {
        let asked = |day| OnFile { last_asked: Some(Day(day)), ..NOBODY };
        assert_eq!(why(asked(70), "open"), "");
        assert_eq!(why(asked(71), "open"), "asked too recently: on 1970-03-13; again from 1970-04-12");
        assert_eq!(refusal(&asked(100), &Limits { anyway: true, ..limits("open") }), None);
    }

    #[test]
    fn a_secret_goes_where_nobody_reads_along() {
        let group = Limits { overheard: Some(("group", Day(120))), anyway: true, ..limits("open") };
        let said = refusal(&NOBODY, &group).expect("is refused");
        assert_eq!(said.reason, "under embargo until 1970-05-01, and others read along on group");
        assert_eq!(said.again, Some(Day(121)));
        let asked = OnFile { last_asked: Some(Day(99)), ..NOBODY };
        assert_eq!(refusal(&asked, &limits("open")).and_then(|said| said.again), Some(Day(129)));
    }

    #[test]
    fn nothing_goes_over_opting_out() {
        let anyway = Limits { anyway: true, ..limits("open") };
        let out = OnFile { contact: Some((false, Day(0))), ..NOBODY };
        let said = refusal(&out, &anyway).expect("is refused");
        assert_eq!((said.reason.as_str(), said.again), ("opted out of any contact on 1970-01-01", None));
        assert!(refusal(&OnFile { stage: Stage::Removed, ..NOBODY }, &anyway).is_some());
        assert!(refusal(&OnFile { ours: true, ..NOBODY }, &anyway).is_some());
        assert!(refusal(&OnFile { sent: Some(Day(1)), ..NOBODY }, &anyway).is_some());
    }
}
