//! `amplify trough`: who is about to give up, by their own rhythm.

use super::drop::{BASE_DAYS, RECENT_DAYS};
use super::silence::FEWEST;
use super::watch::{Verdict, Watch, Watched, Words, watch};
use crate::app::App;
use crate::app::fail::End;
use crate::members::segment::Who;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::stats::benjamini_hochberg::Q;
use crate::stats::estimate::Estimate;
use crate::stats::rate_drop::Alarm;
use anyhow::Result;
use clap::Args;

/// Who is about to give up, and what to do.
///
/// Advocates who fell well behind their own rhythm, are silent for longer than it explains, or joined and have not begun.
///
/// An active day counts once; what everybody else did is taken into account, so a quiet month does not alarm.
/// Those on hold are left out. Whether such alarms were right before says `amplify backtest`.
///
/// Example: groundswell amplify trough --all
#[derive(Debug, Args)]
pub struct Trough {
    /// Everyone, not only those at risk, to watch or late
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    who: Who,
}

/// Columns of the list.
const COLUMNS: [&str; 21] = [
    "member",
    "name",
    "verdict",
    "alarms",
    ">days_28",
    ">?days_84",
    ">?expected",
    ">?ratio",
    ">?ratio_lo",
    ">?ratio_hi",
    ">?p",
    ">?silence_p",
    ">?still_active",
    ">?p_adjusted",
    ">?days_without",
    "?last_seen",
    ">days_silent",
    ">?usual_gap",
    "~what_to_do",
    "?about",
    "?~command",
];

impl Trough {
    /// Compares everyone with themselves.
    pub fn run(self, app: &App) -> Result<End> {
        let words = Words::read(app.lang())?;
        let who = self.who.chosen(app)?;
        let watch = watch(app, &words, who.as_ref())?;
        let mut table = Table::new(&COLUMNS).or_say(if watch.people.is_empty() && who.is_some() {
            "Nobody who joined fits that filter."
        } else if watch.people.is_empty() {
            "Nobody has joined yet: `groundswell member stage MEMBER active`."
        } else {
            "Nobody is at risk, to watch or late; see everyone with --all."
        });
        for person in watch.people.iter().filter(|person| self.all || person.verdict.is_alarm()) {
            table.row(row(&words, person, app.as_of()));
        }
        notes(&mut table, &watch, app.as_of());
        table.notes.extend(who.map(|who| who.note()));
        app.screen.show(&table)?;
        for person in watch.people.iter().filter(|person| person.verdict != Verdict::Watch) {
            person.sentences.iter().for_each(|line| app.screen.say(line));
        }
        let first = watch.people.iter().find_map(|person| person.advice.as_ref());
        match first {
            Some(advice) => app.screen.next(&advice.command, "once it is done, for the first of them"),
            None => app.screen.next("groundswell amplify queue", "whose work still waits for an answer"),
        }
        Ok(End::Done)
    }
}

fn row(words: &Words, person: &Watched, as_of: Day) -> Vec<Cell> {
    let (rhythm, drop) = (&person.rhythm, &person.rhythm.drop);
    let number =
        |value: f64, places| if value.is_finite() { Cell::number(value, places) } else { Cell::Missing };
    // Too little history is no estimate at all.
    let known = drop.alarm != Alarm::NotEnoughHistory;
    let if_known = |cell: Cell| if known { cell } else { Cell::Missing };
    let ratio = |part: fn(&Estimate) -> f64| {
        if_known(drop.ratio.as_ref().map_or(Cell::Missing, |ratio| number(part(ratio), 2)))
    };
    let share = |value: Option<f64>| value.map_or(Cell::Missing, |value| number(value, 4));
    let advice = person.advice.as_ref();
    vec![
        person.member.into(),
        person.name.as_str().into(),
        person.verdict.as_str().into(),
        Some(person.alarms(words).join(", ")).filter(|alarms| !alarms.is_empty()).into(),
        Cell::Whole(rhythm.recent.cast_signed()),
        Cell::Whole(rhythm.base.cast_signed()),
        if_known(number(drop.expected_recent, 1)),
        ratio(|ratio| ratio.value),
        ratio(|ratio| ratio.lo),
        ratio(|ratio| ratio.hi),
        if_known(number(drop.p, 4)),
        share(person.silence),
        share(person.still_active),
        share(person.adjusted),
        person.late.map_or(Cell::Missing, |days| Cell::Whole(days.into())),
        rhythm.days_since_last.map(|days| as_of.plus(-days).to_string()).into(),
        rhythm.days_since_last.map_or(Cell::Missing, |days| Cell::Whole(days.into())),
        rhythm.usual_gap_days.map_or(Cell::Missing, |days| number(days, 1)),
        advice.map(|advice| advice.what.clone()).into(),
        advice.and_then(|advice| advice.about.clone()).into(),
        advice.map(|advice| advice.command.clone()).into(),
    ]
}

/// How many people each verdict has, what could be told and what not, and how many of the alarms may be chance.
fn notes(table: &mut Table, watch: &Watch, as_of: Day) {
    let people = &watch.people;
    let of = |verdict: Verdict| people.iter().filter(|person| person.verdict == verdict).count();
    let adjusted = people.iter().filter(|person| person.rhythm.adjusted).count();
    table.note(format!(
        "{}, {} to {as_of}: {} at risk, {} to watch, {} late, {} steady, {} with not enough history to tell ({} on hold left out); {adjusted} compared with what everybody else did, the others with the calendar",
        counted(people.len(), "advocate", "advocates"),
        as_of.plus(1 - RECENT_DAYS - BASE_DAYS),
        of(Verdict::AtRisk),
        of(Verdict::Watch),
        of(Verdict::Late),
        of(Verdict::Steady),
        of(Verdict::NotEnoughHistory),
        watch.on_hold,
    ));
    let alarmed = of(Verdict::AtRisk) + of(Verdict::Watch);
    if alarmed > 0 {
        let looked = people.iter().filter(|person| person.adjusted.is_some()).count();
        let holding =
            people.iter().filter(|person| person.verdict != Verdict::Late && person.verdict.is_alarm());
        table.note(format!(
            "{looked} were looked at, so some alarms are chance. {} of the {alarmed} would stand in a list of which at most {:.0} % is expected to be (p_adjusted, Benjamini-Hochberg). The list shows all: a kind word too many costs less than a person lost, but count only those who stand",
            holding.filter(|person| person.holds()).count(),
            100.0 * Q
        ));
    }
    table.note(match watch.learnt_from {
        Some(people) => format!("Silence is judged by the rhythms of {people} active people"),
        None if watch.active < FEWEST => format!(
            "Silence against the rhythm of all needs {FEWEST} active people, has {}: it is not judged",
            watch.active
        ),
        None => "Silence is not judged: nobody came back often enough to learn a rhythm from".into(),
    });
    beginnings(table, watch);
}

/// How people begin, and whether that changed.
fn beginnings(table: &mut Table, watch: &Watch) {
    match &watch.early {
        Some(early) => {
            let half = early.half.map_or_else(|| "half of them had not begun yet".into(), |day| format!("half had begun by day {day}"));
            let whose = if early.of_all { "" } else { ", counting only those who began at all" };
            table.note(format!(
                "Of {} who ever joined {} have made something: {half}; late is after day {}{whose}",
                early.joined, early.begun, early.late_after
            ));
        }
        None => table.note("Who is late with the first contribution cannot be told: it needs 10 who joined, and some who began"),
    }
    if let Some(cohorts) = &watch.cohorts {
        let day = |half: Option<i32>| {
            half.map_or_else(|| "not half yet".into(), |day| format!("half by day {day}"))
        };
        let told = if cohorts.p < 0.05 {
            "the two begin differently"
        } else {
            "no difference we could tell from chance"
        };
        table.note(format!(
            "The {} who joined in the last {} days: {}; the {} before: {}; {told} (log-rank p {:.2})",
            cohorts.since.0,
            watch.cohort_days,
            day(cohorts.since.1),
            cohorts.before.0,
            day(cohorts.before.1),
            cohorts.p
        ));
    }
}
