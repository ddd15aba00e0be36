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
}

/// Why this person is left out, if so. The cool-down ends on the day named.
pub fn refusal(on_file: &OnFile, limits: &Limits) -> Option<String> {
    if on_file.ours {
        return Some("one of our own, or a machine".into());
    }
    if matches!(on_file.stage, Stage::Declined | Stage::Removed) {
        return Some(format!("opted out: stage {}", on_file.stage));
    }
    if let Some((false, day)) = on_file.contact {
        return Some(format!("opted out of any contact on {day}"));
    }
    match on_file.kind {
        Some((false, day)) => return Some(format!("said no to {} on {day}", limits.kind)),
        None if consent::needs_a_yes(limits.kind) => {
            return Some("no consent on file for exclusive news".into());
        }
        _ => {}
    }
    if let Some(day) = on_file.sent {
        return Some(format!("already sent on {day}"));
    }
    let last = on_file.last_asked.filter(|_| !limits.anyway)?;
    let again = last.plus(limits.cooldown_days);
    (limits.today < again).then(|| format!("asked too recently: on {last}; again from {again}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: OnFile =
        OnFile { ours: false, stage: Stage::Active, contact: None, kind: None, last_asked: None, sent: None };

    fn limits(kind: &str) -> Limits<'_> {
        Limits { kind, cooldown_days: 30, today: Day(100), anyway: false }
    }

    fn why(on_file: OnFile, kind: &str) -> String {
        refusal(&on_file, &limits(kind)).unwrap_or_default()
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
    fn nothing_goes_over_opting_out() {
        let anyway = Limits { anyway: true, ..limits("open") };
        let out = OnFile { contact: Some((false, Day(0))), ..NOBODY };
        assert_eq!(refusal(&out, &anyway).as_deref(), Some("opted out of any contact on 1970-01-01"));
        assert!(refusal(&OnFile { stage: Stage::Removed, ..NOBODY }, &anyway).is_some());
        assert!(refusal(&OnFile { ours: true, ..NOBODY }, &anyway).is_some());
        assert!(refusal(&OnFile { sent: Some(Day(1)), ..NOBODY }, &anyway).is_some());
    }
}
