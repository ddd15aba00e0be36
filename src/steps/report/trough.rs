//! Who may be about to give up, by their own rhythm.

use super::desk::Desk;
use crate::output::chart::Chart;
use crate::output::document::Section;
use crate::output::forms::Item;
use crate::stats::rate_drop::Alarm;
use crate::steps::amplify::watch::{Verdict, Watch, Words, watch};
use anyhow::Result;
use serde_json::json;

/// The watch as it is today.
pub fn read(desk: &Desk) -> Result<Watch> {
    watch(desk.app, &Words::read(desk.app.lang())?, None)
}

/// Their names, the most urgent first.
pub fn at_risk(watch: &Watch) -> Vec<String> {
    watch.people.iter().filter(|one| one.verdict == Verdict::AtRisk).map(|one| one.name.clone()).collect()
}

/// The list: days with something done in the last weeks, beside what their own rhythm would have.
pub fn section(desk: &Desk, watch: &Watch) -> Result<Section> {
    let keys = ["-member", "name", "verdict", "days_28", "expected", "last_seen", "days_silent"];
    let mut grid = desk.grid(&keys)?;
    let forms = desk.forms();
    let alarmed: Vec<_> = watch.people.iter().filter(|one| one.verdict.is_alarm()).collect();
    for one in &alarmed {
        let rhythm = &one.rhythm;
        let known = rhythm.drop.alarm != Alarm::NotEnoughHistory;
        let last = rhythm.days_since_last;
        grid.row(vec![
            forms.count(Some(one.member)),
            Item::words(one.name.clone()),
            desk.named("watch", one.verdict.as_str()),
            forms.count(Some(rhythm.recent.cast_signed())),
            forms.decimal(Some(rhythm.drop.expected_recent).filter(|_| known), 1),
            forms.day(last.map(|days| desk.app.as_of().plus(-days).to_string())),
            forms.count(last.map(i64::from)),
        ]);
    }
    let of = |verdict: Verdict| watch.people.iter().filter(|one| one.verdict == verdict).count();
    let values = json!({
        "n": watch.people.len(), "at_risk": of(Verdict::AtRisk), "watch": of(Verdict::Watch), "late": of(Verdict::Late),
        "unknown": of(Verdict::NotEnoughHistory), "on_hold": watch.on_hold,
    });
    let chart = Chart::Ranges { label: "name", marks: vec!["days_28", "expected"] };
    let mut figure = desk.figure("trough", grid, Some(chart), &values)?;
    figure.shown = 40;
    desk.section("giving_up", &values, vec![figure])
}
