//! `amplify trough`: who is about to give up, by their own rhythm.

use super::drop::{ActiveDays, BASE_DAYS, RECENT_DAYS, Rhythm, rhythms};
use crate::app::App;
use crate::app::fail::End;
use crate::data;
use crate::members::segment::Who;
use crate::model::stage::Stage;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table, template};
use crate::stats::rate_drop::Alarm;
use crate::store::contributions::{self, Work};
use crate::store::stages;
use anyhow::Result;
use clap::Args;
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

/// Who is about to give up, and what to do.
///
/// Advocates whose last 28 days fell well behind their own 84 days before, and what to do for each.
///
/// An active day counts once; what everybody else did is taken into account, so a quiet month does not alarm.
/// Those on hold are left out.
///
/// Example: groundswell amplify trough --all
#[derive(Debug, Args)]
pub struct Trough {
    /// Everyone, not only those at risk and to watch
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    who: Who,
}

/// data/trough.toml.
#[derive(Debug, Deserialize)]
struct Words {
    sentence: String,
    reply: String,
    lift: String,
    write: String,
    reply_within_days: i32,
    lift_within_days: i32,
}

/// Columns of the list.
const COLUMNS: [&str; 14] = [
    "member",
    "name",
    "verdict",
    ">days_28",
    ">?days_84",
    ">?expected",
    ">?ratio",
    ">?ratio_lo",
    ">?ratio_hi",
    ">?p",
    "?last_seen",
    ">days_silent",
    ">?usual_gap",
    "~what_to_do",
];

impl Trough {
    /// Compares everyone with themselves.
    pub fn run(self, app: &App) -> Result<End> {
        let (store, as_of) = (app.store()?, app.as_of());
        let words: Words = toml::from_str(data::needed("trough.toml")?)?;
        let who = self.who.chosen(app)?;
        let mut joined = stages::joined(store, as_of)?;
        joined.retain(|one| who.as_ref().is_none_or(|who| who.contains(one.person)));
        let active: Vec<i64> =
            joined.iter().filter(|one| one.stage == Stage::Active).map(|one| one.person).collect();
        let on_hold = joined.iter().filter(|one| one.stage == Stage::OnHold).count();
        let mut rhythms = compare(app, &active)?;
        rhythms.sort_by_key(|rhythm| (place(rhythm.drop.alarm), rhythm.member));
        let work = contributions::work(store, as_of, as_of.plus(-words.lift_within_days))?;
        let names = app.names(rhythms.iter().map(|rhythm| rhythm.member))?;
        let mut table = Table::new(&COLUMNS).or_say(if active.is_empty() && who.is_some() {
            "Nobody who joined fits that filter."
        } else if active.is_empty() {
            "Nobody has joined yet: `groundswell member stage MEMBER active`."
        } else {
            "Nobody is at risk or to watch; see everyone with --all."
        });
        let mut sentences = Vec::new();
        for rhythm in &rhythms {
            let name = names.get(&rhythm.member).cloned().unwrap_or_default();
            let alarmed = matches!(rhythm.drop.alarm, Alarm::AtRisk | Alarm::Watch);
            if rhythm.drop.alarm == Alarm::AtRisk {
                sentences.push(sentence(&words, &name, rhythm)?);
            }
            if alarmed || self.all {
                let todo =
                    if alarmed { Some(suggestion(&words, rhythm.member, &work, as_of)?.0) } else { None };
                table.row(row(rhythm, name, todo, as_of));
            }
        }
        table.note(counts(&rhythms, on_hold, as_of));
        table.notes.extend(who.map(|who| who.note()));
        app.screen.show(&table)?;
        for line in &sentences {
            app.screen.say(line);
        }
        app.screen.next("groundswell amplify queue", "whose work still waits for an answer");
        Ok(End::Done)
    }
}

/// An advocate who may be about to give up.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarmed {
    /// Who.
    pub person: i64,
    /// Whether it is more than something to watch.
    pub at_risk: bool,
    /// Active days in the last four weeks.
    pub recent: u64,
    /// How many their own rhythm would have.
    pub expected: f64,
    /// Days since they were last seen.
    pub silent: Option<i32>,
    /// What to do.
    pub todo: String,
    /// The command that writes down that it was done.
    pub command: String,
}

/// Those of `active` at risk and to watch on a day, those at risk first: by the days on which each advocate did something,
/// and how many others did on each; `work` reads what they made of late.
pub fn alarmed(
    as_of: Day,
    active: &[i64],
    days: BTreeMap<i64, Vec<i32>>,
    others: &[(i32, usize)],
    work: impl FnOnce(&[i64], Day) -> Result<Vec<Work>>,
) -> Result<Vec<Alarmed>> {
    let words: Words = toml::from_str(data::needed("trough.toml")?)?;
    let mut rhythms = compared(days, others, active, as_of);
    rhythms.retain(|rhythm| matches!(rhythm.drop.alarm, Alarm::AtRisk | Alarm::Watch));
    rhythms.sort_by_key(|rhythm| (place(rhythm.drop.alarm), rhythm.member));
    let people: Vec<i64> = rhythms.iter().map(|rhythm| rhythm.member).collect();
    let work = work(&people, as_of.plus(-words.lift_within_days))?;
    let alarm = |rhythm: &Rhythm| {
        let (todo, command) = suggestion(&words, rhythm.member, &work, as_of)?;
        Ok(Alarmed {
            person: rhythm.member,
            at_risk: rhythm.drop.alarm == Alarm::AtRisk,
            recent: rhythm.recent,
            expected: rhythm.drop.expected_recent,
            silent: rhythm.days_since_last,
            todo,
            command,
        })
    };
    rhythms.iter().map(alarm).collect()
}

/// How many days back others are looked at.
pub const WINDOW_DAYS: i32 = RECENT_DAYS + BASE_DAYS;

/// The rhythms of `people`, among all advocates and everybody else who is counted.
fn compare(app: &App, people: &[i64]) -> Result<Vec<Rhythm>> {
    let (store, as_of) = (app.store()?, app.as_of());
    let days = contributions::active_days(store, as_of)?.into_iter().collect();
    let others = contributions::others_active(store, as_of, as_of.plus(-WINDOW_DAYS))?;
    Ok(compared(days, &others, people, as_of))
}

fn compared(
    mut days: BTreeMap<i64, Vec<i32>>,
    others: &[(i32, usize)],
    people: &[i64],
    as_of: Day,
) -> Vec<Rhythm> {
    for &person in people {
        days.entry(person).or_default();
    }
    let mut everyone: Vec<ActiveDays> =
        days.into_iter().map(|(member, days)| ActiveDays { member, days }).collect();
    everyone.extend(crowd(others));
    let mut rhythms = rhythms(&everyone, as_of.0);
    rhythms.retain(|rhythm| people.contains(&rhythm.member));
    rhythms
}

/// Everybody else as so many stand-ins as were active on the busiest day: on a day when three people were,
/// the first three stand-ins are. Their days add up to everybody's.
fn crowd(per_day: &[(i32, usize)]) -> Vec<ActiveDays> {
    let busiest = per_day.iter().map(|day| day.1).max().unwrap_or(0);
    let days = |place: usize| per_day.iter().filter(|day| day.1 > place).map(|day| day.0).collect();
    (0..busiest)
        .zip(1_i64..)
        .map(|(place, number)| ActiveDays { member: -number, days: days(place) })
        .collect()
}

const fn place(alarm: Alarm) -> u8 {
    match alarm {
        Alarm::AtRisk => 0,
        Alarm::Watch => 1,
        Alarm::Steady | Alarm::NotEnoughHistory => 2,
    }
}

fn row(rhythm: &Rhythm, name: String, todo: Option<String>, as_of: Day) -> Vec<Cell> {
    let drop = &rhythm.drop;
    let number =
        |value: f64, places| if value.is_finite() { Cell::number(value, places) } else { Cell::Missing };
    let ratio = |part: fn(&crate::stats::estimate::Estimate) -> f64| {
        drop.ratio.as_ref().map_or(Cell::Missing, |ratio| number(part(ratio), 2))
    };
    // Too little history is no estimate at all.
    let known = drop.alarm != Alarm::NotEnoughHistory;
    let if_known = |cell: Cell| if known { cell } else { Cell::Missing };
    vec![
        rhythm.member.into(),
        name.into(),
        drop.alarm.as_str().into(),
        Cell::Whole(rhythm.recent.cast_signed()),
        Cell::Whole(rhythm.base.cast_signed()),
        if_known(number(drop.expected_recent, 1)),
        if_known(ratio(|ratio| ratio.value)),
        if_known(ratio(|ratio| ratio.lo)),
        if_known(ratio(|ratio| ratio.hi)),
        if_known(number(drop.p, 4)),
        rhythm.days_since_last.map(|days| as_of.plus(-days).to_string()).into(),
        rhythm.days_since_last.map_or(Cell::Missing, |days| Cell::Whole(days.into())),
        rhythm.usual_gap_days.map_or(Cell::Missing, |days| number(days, 1)),
        todo.into(),
    ]
}

fn sentence(words: &Words, name: &str, rhythm: &Rhythm) -> Result<String> {
    let odds = (1.0 / rhythm.drop.p).round();
    let one_in = if odds > 10_000.0 { "less than 1 in 10,000".into() } else { format!("1 in {odds:.0}") };
    let values = json!({
        "name": name,
        "member": rhythm.member,
        "recent": rhythm.recent,
        "expected": format!("{:.0}", rhythm.drop.expected_recent),
        "adjusted": rhythm.adjusted,
        "one_in": one_in,
        "silent": rhythm.days_since_last,
        "gap": rhythm.usual_gap_days.map(|gap| format!("{gap:.0}")),
    });
    template::fill("trough.toml", &words.sentence, values)
}

/// What to do for someone (answer what nobody answered, lift their best, or write to them), and the command after it.
fn suggestion(words: &Words, person: i64, work: &[Work], as_of: Day) -> Result<(String, String)> {
    let theirs: Vec<&Work> = work.iter().filter(|one| one.person == person).collect();
    let fresh = |one: &&&Work| one.day > as_of.plus(-words.reply_within_days);
    let unanswered = theirs.iter().filter(|one| !one.answered && !one.promoted).find(fresh);
    let best = theirs
        .iter()
        .filter(|one| !one.promoted && one.engagements.is_some_and(|engagements| engagements > 0))
        .max_by_key(|one| (one.engagements, std::cmp::Reverse(one.id)));
    let (pattern, one, command) = match (unanswered, best) {
        (Some(one), _) => (&words.reply, Some(one), format!("amplify react {}", one.id)),
        (None, Some(one)) => (&words.lift, Some(one), format!("amplify promote {}", one.id)),
        (None, None) => (&words.write, None, format!("member note {person}")),
    };
    let values = json!({
        "member": person,
        "id": one.map(|one| one.id),
        "title": one.and_then(|one| one.title.clone()),
        "days": one.map(|one| as_of.0 - one.day.0),
    });
    Ok((template::fill("trough.toml", pattern, values)?, format!("groundswell {command}")))
}

/// How many people each verdict has, over which days.
fn counts(rhythms: &[Rhythm], on_hold: usize, as_of: Day) -> String {
    let of = |alarm: Alarm| rhythms.iter().filter(|rhythm| rhythm.drop.alarm == alarm).count();
    let adjusted = rhythms.iter().filter(|rhythm| rhythm.adjusted).count();
    format!(
        "{}, {} to {as_of}: {} at risk, {} to watch, {} steady, {} with too little history to tell ({on_hold} on hold left out); {adjusted} compared with what everybody else did, the others with the calendar",
        counted(rhythms.len(), "advocate", "advocates"),
        as_of.plus(1 - RECENT_DAYS - BASE_DAYS),
        of(Alarm::AtRisk),
        of(Alarm::Watch),
        of(Alarm::Steady),
        of(Alarm::NotEnoughHistory)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        toml::from_str(data::text("trough.toml").expect("embedded")).expect("reads")
    }

    fn work(id: i64, day: i32, answered: bool, engagements: Option<i64>) -> Work {
        Work { id, person: 1, title: Some("T".into()), day: Day(day), answered, promoted: false, engagements }
    }

    #[test]
    fn the_crowd_adds_up() {
        let crowd = crowd(&[(1, 2), (2, 0), (3, 3)]);
        assert_eq!(
            crowd.iter().map(|one| one.days.clone()).collect::<Vec<_>>(),
            [vec![1, 3], vec![1, 3], vec![3]]
        );
    }

    #[test]
    fn an_answer_comes_before_a_better_place_before_a_letter() {
        let say = |work: &[Work]| suggestion(&words(), 1, work, Day(1000)).expect("fills").0;
        let lifted = work(7, 900, true, Some(9));
        let text = say(&[lifted.clone(), work(8, 990, false, None)]);
        assert!(text.contains("answer contribution 8 \"T\", unanswered for 10 days"), "{text}");
        // Too old to answer now.
        let text = say(&[lifted, work(8, 950, false, None)]);
        assert!(text.contains("give contribution 7"), "{text}");
        assert!(say(&[]).contains("write to them"));
    }

    #[test]
    fn the_sentence_says_it_in_plain_words() {
        let days = ActiveDays { member: 1, days: (916..=972).step_by(4).collect() };
        let rhythm = &rhythms(&[days], 1000)[0];
        assert_eq!(
            sentence(&words(), "Ben", rhythm).expect("fills"),
            "Ben: 0 active days in the last 4 weeks; their own rhythm would be about 5. That is unlikely to be chance (1 in 75). Last seen 28 days ago; their usual gap is 4."
        );
    }
}
