//! What there is to do about work: questions, contributions, news, asks, needs, and the exports it all rests on.

use super::people::{day, of_all};
use super::rules::{Found, Limits};
use super::seen::Seen;
use crate::app::App;
use crate::data::Lang;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::steps::amplify::queue;
use crate::steps::amplify::watch::{Watched, Words, watch_of};
use crate::steps::equip::desk;
use crate::store::asks::{self, Ask, Need};
use crate::store::{briefs, questions, weekly};
use anyhow::Result;
use serde_json::{Value, json};

/// A numbered thing of someone's.
fn numbered(rule: &'static str, number: i64, person: i64, since: Day, mut values: Value) -> Found {
    values["number"] = json!(number);
    Found { rule, subject: number.to_string(), person: Some(person), since, values }
}

/// Everything about work.
pub fn found(app: &App, seen: &Seen, limits: &Limits) -> Result<Vec<Found>> {
    let (store, today) = (app.store()?, app.as_of());
    let mut found = desk(app)?;
    found.extend(contributions(app, seen, limits)?);
    found.extend(alarms(app, seen)?);
    found.extend(news(app, limits)?);
    for ask in asks::list(store, today)? {
        found.extend(of_ask(&ask, limits, today));
    }
    for need in asks::needs(store, today)? {
        found.extend(of_need(&need, limits, today));
    }
    for last in weekly::imported(store, today)? {
        if today.0 - last.day.0 > limits.stale_days {
            let values = json!({ "kind": last.kind, "file": last.file });
            found.push(of_all("stale", last.kind.clone(), last.day, values));
        }
    }
    Ok(found)
}

/// Questions that have waited longer than the goal.
fn desk(app: &App) -> Result<Vec<Found>> {
    let goal = desk::goal_hours(app)?;
    let mut found = Vec::new();
    for question in questions::list(app.store()?, app.as_of())? {
        let hours = app.now().hours_since(question.at).max(0);
        if question.answer.is_none() && hours > goal {
            let values = json!({ "waited": lasted(hours), "goal": lasted(goal), "text": question.text });
            let since = app.zone().day(question.at);
            found.push(numbered("desk", question.id, question.person, since, values));
        }
    }
    Ok(found)
}

/// Contributions without a reaction: the first ones of newcomers, and others past the goal.
fn contributions(app: &App, seen: &Seen, limits: &Limits) -> Result<Vec<Found>> {
    let (store, today) = (app.store()?, app.as_of());
    let (goal, first) = queue::goals(app)?;
    let answered = weekly::reacted(store, today)?;
    let mut found = Vec::new();
    for (&person, acts) in &seen.acts.theirs {
        let Some(&joined) = seen.advocates.get(&person) else { continue };
        let mut place = 0;
        for act in acts.iter().filter(|act| act.contribution) {
            place += i64::from(act.day >= joined);
            if act.day <= today.plus(-limits.reaction_days) || answered.contains(&act.id) {
                continue;
            }
            let hours = app.now().hours_since(act.at).max(0);
            let is_early = act.day >= joined && place <= first;
            if is_early || hours > goal {
                let rule = if is_early { "newcomer" } else { "waiting" };
                let values = json!({ "waited": lasted(hours), "goal": lasted(goal), "place": place });
                found.push(numbered(rule, act.id, person, act.day, values));
            }
        }
    }
    let ids: Vec<i64> = found.iter().filter_map(|one| one.subject.parse().ok()).collect();
    let named = weekly::named(store, &ids)?;
    for one in &mut found {
        let (platform, title) =
            one.subject.parse().ok().and_then(|id: i64| named.get(&id)).cloned().unwrap_or_default();
        one.values["platform"] = json!(platform);
        one.values["title"] = json!(title);
    }
    Ok(found)
}

/// So many hours, as one says it.
fn lasted(hours: i64) -> String {
    if hours < 72 { counted(hours, "hour", "hours") } else { format!("{} days", hours / 24) }
}

/// Who may be about to give up, or has not begun.
fn alarms(app: &App, seen: &Seen) -> Result<Vec<Found>> {
    if seen.active.is_empty() {
        return Ok(Vec::new());
    }
    // As the other lines of the list.
    let words = Words::read(Lang::En)?;
    let watch = watch_of(app, &words, None, &seen.acts)?;
    let begun_by = watch.early.as_ref().map(|early| early.late_after);
    let line = |person: &Watched| {
        let advice = person.advice.as_ref()?;
        let rhythm = &person.rhythm;
        let values = json!({
            "todo": advice.what, "about": advice.about, "command": advice.command, "recent": rhythm.recent,
            "expected": format!("{:.0}", rhythm.drop.expected_recent), "silent": rhythm.days_since_last,
            "dropped": person.alarms(&words).contains(&"drop"), "late": person.late, "begun_by": begun_by,
        });
        let since = app.as_of().plus(-person.late.or(rhythm.days_since_last).unwrap_or(0));
        let (rule, subject) = (person.verdict.as_str(), person.member.to_string());
        Some(Found { rule, subject, person: Some(person.member), since, values })
    };
    Ok(watch.people.iter().filter_map(line).collect())
}

/// Embargoes that are over, and copies nobody acknowledged.
fn news(app: &App, limits: &Limits) -> Result<Vec<Found>> {
    let (store, today, zone) = (app.store()?, app.as_of(), app.zone());
    let mut found = Vec::new();
    for brief in briefs::list(store, today)? {
        let is_over = brief.lifted.is_none() && brief.withdrawn.is_none() && brief.sent > 0;
        if let Some(until) = brief.embargo.filter(|until| is_over && *until <= app.now()) {
            let people = counted(brief.sent, "person", "people");
            let values = json!({
                "number": brief.id, "title": brief.title, "at": format!("{} ({})", zone.show(until), zone.name()), "people": people,
            });
            found.push(of_all("embargo", brief.id.to_string(), zone.day(until), values));
        }
    }
    for copy in weekly::unacked(store, today, today.plus(-limits.ack_days))? {
        let values = json!({ "number": copy.brief, "title": copy.title, "sent": copy.day.to_string() });
        let subject = format!("{}/{}", copy.brief, copy.person);
        found.push(Found { rule: "unacked", subject, person: Some(copy.person), since: copy.day, values });
    }
    Ok(found)
}

/// What an ask wants next, if it is time.
fn of_ask(ask: &Ask, limits: &Limits, today: Day) -> Option<Found> {
    let values = json!({
        "text": ask.text, "asked": ask.day.to_string(), "due": day(ask.due), "outcome": ask.outcome,
        "answered": day(ask.answered),
    });
    let line = |rule, since| Some(numbered(rule, ask.id, ask.person, since, values.clone()));
    match (ask.answer.as_deref(), &ask.outcome, ask.told) {
        (_, Some(_), Some(_)) | (Some("no"), None, _) => None,
        (_, Some(_), None) => line("untold", ask.outcome_day.unwrap_or(ask.day)),
        (Some("yes"), None, _) => {
            let from = ask.due.unwrap_or(ask.answered.unwrap_or(ask.day).plus(limits.outcome_days));
            (from < today).then(|| line("outcome", from)).flatten()
        }
        _ => {
            let until = ask.due.unwrap_or(ask.day.plus(limits.ask_days));
            if until < today {
                line("ask_overdue", until)
            } else if ask.due.is_some_and(|due| today >= due.plus(-limits.ask_notice_days)) {
                line("ask_due", today)
            } else {
                None
            }
        }
    }
}

/// A need that is late.
fn of_need(need: &Need, limits: &Limits, today: Day) -> Option<Found> {
    let until = need.due.unwrap_or(need.day.plus(limits.need_days));
    (need.done.is_none() && until < today).then(|| {
        let values = json!({
            "text": need.text, "owner": need.owner, "asked": need.day.to_string(), "due": day(need.due),
        });
        numbered("need", need.id, need.person, until, values)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::next::rules::Rules;

    fn ask() -> Ask {
        Ask { id: 4, due: Some(Day(120)), ..Ask::new(1, "talk", "speak", Day(100)) }
    }

    fn rule(ask: &Ask, today: i32) -> Option<&'static str> {
        let limits = Rules::shipped().expect("reads").limits;
        of_ask(ask, &limits, Day(today)).map(|found| found.rule)
    }

    #[test]
    fn an_ask_has_one_line_at_most_and_at_its_time() {
        let open = ask();
        assert_eq!((rule(&open, 116), rule(&open, 117)), (None, Some("ask_due")));
        assert_eq!((rule(&open, 120), rule(&open, 121)), (Some("ask_due"), Some("ask_overdue")));
        let undated = Ask { due: None, ..ask() };
        assert_eq!((rule(&undated, 114), rule(&undated, 115)), (None, Some("ask_overdue")));
        let yes = Ask { answer: Some("yes".into()), answered: Some(Day(105)), ..ask() };
        assert_eq!((rule(&yes, 120), rule(&yes, 121)), (None, Some("outcome")));
        let done = Ask { outcome: Some("60 came".into()), outcome_day: Some(Day(130)), ..yes };
        assert_eq!(rule(&done, 130), Some("untold"));
        assert_eq!(rule(&Ask { told: Some(Day(131)), ..done }, 140), None);
        assert_eq!(rule(&Ask { answer: Some("no".into()), ..ask() }, 140), None);
        assert_eq!(rule(&Ask { answer: Some("later".into()), ..ask() }, 140), Some("ask_overdue"));
    }

    #[test]
    fn a_need_is_late_after_its_day() {
        let limits = Rules::shipped().expect("reads").limits;
        let need = Need {
            id: 1,
            person: 1,
            text: "t".into(),
            owner: None,
            day: Day(10),
            due: Some(Day(12)),
            outcome: None,
            done: None,
        };
        assert!(of_need(&need, &limits, Day(12)).is_none() && of_need(&need, &limits, Day(13)).is_some());
        assert!(of_need(&Need { due: None, ..need.clone() }, &limits, Day(24)).is_none());
        assert!(of_need(&Need { done: Some(Day(13)), ..need }, &limits, Day(40)).is_none());
    }
}
