//! The people: how far they got, what drives them, how their audiences grew, and each advocate's row.

use super::desk::Desk;
use crate::app::period::Period;
use crate::model::money::decimal;
use crate::model::persona::Persona;
use crate::model::time::Day;
use crate::output::chart::Chart;
use crate::output::document::{Figure, Section};
use crate::output::forms::Item;
use crate::steps::measure::audience;
use crate::steps::measure::rates;
use crate::steps::measure::reach_rows::{Advocate, Rows};
use crate::steps::survey::personas::persona_of;
use crate::store::{reports, stages};
use anyhow::Result;
use serde_json::json;
use std::collections::BTreeMap;

/// So many small multiples, and rows of a page's list.
const PANELS: usize = 12;
const ROWS: usize = 40;
/// Follower counts are shown for so many months before the last.
const BACK: [&str; 7] = ["months_6", "months_5", "months_4", "months_3", "months_2", "months_1", "months_0"];

/// The way in: how many got as far as each stage.
pub fn funnel(desk: &Desk) -> Result<Section> {
    let store = desk.app.store()?;
    let reached = stages::reached(store, desk.period.to)?;
    let now: BTreeMap<_, _> = stages::counts(store, desk.period.to)?.into_iter().collect();
    let mut grid = desk.grid(&["stage", "reached", "share", "lo", "hi", "now"])?;
    let mut former: Option<i64> = None;
    for (stage, count) in reached.iter().filter(|_| reached[0].1 > 0) {
        let share = former.and_then(|former| rates::share(*count, former));
        grid.row(vec![
            desk.named("stage", stage.word()),
            desk.forms().count(Some(*count)),
            desk.forms().part(share.map(|share| share.value)),
            desk.forms().part(share.map(|share| share.lo)),
            desk.forms().part(share.map(|share| share.hi)),
            desk.forms().count(Some(now.get(stage).copied().unwrap_or(0))),
        ]);
        former = Some(*count);
    }
    let chart = Chart::Funnel { label: "stage", value: "reached" };
    let text = |count: i64| desk.forms().count(Some(count)).text;
    let values = json!({
        "first": reached.first().map(|one| text(one.1)), "last": reached.last().map(|one| text(one.1)), "n": reached[0].1,
        "day": desk.forms().date(&desk.period.to.to_string()),
    });
    let figure = desk.figure("funnel", grid, Some(chart), &values)?;
    desk.section("stages", &values, vec![figure])
}

/// What drives the advocates.
pub fn personas(desk: &Desk) -> Result<Section> {
    let store = desk.app.store()?;
    let joined = stages::joined(store, desk.period.to)?;
    let advocates: Vec<i64> =
        joined.iter().filter(|one| one.stage.is_advocate()).map(|one| one.person).collect();
    let assessed = persona_of(store, desk.period.to)?;
    let labels: Vec<Option<String>> = advocates
        .iter()
        .map(|person| assessed.get(person).and_then(super::super::survey::personas::Assessment::label))
        .collect();
    let answered = labels.iter().flatten().count() as i64;
    let mut grid = desk.grid(&["persona", "advocates", "share", "lo", "hi"])?;
    let count = |is: &dyn Fn(&str) -> bool| labels.iter().flatten().filter(|label| is(label)).count() as i64;
    let mut rows: Vec<(&str, i64)> = Persona::ALL
        .iter()
        .map(|persona| (persona.as_str(), count(&|label| label == persona.as_str())))
        .collect();
    rows.push(("between", count(&|label| Persona::parse(label).is_none())));
    for (persona, count) in rows.iter().filter(|_| answered > 0) {
        let share = rates::share(*count, answered).filter(|share| share.n >= rates::FEWEST);
        grid.row(vec![
            desk.named("persona", persona),
            desk.forms().count(Some(*count)),
            desk.forms().part(share.map(|share| share.value)),
            desk.forms().part(share.map(|share| share.lo)),
            desk.forms().part(share.map(|share| share.hi)),
        ]);
    }
    let most = rows.iter().filter(|row| row.1 > 0).max_by_key(|row| row.1);
    let values = json!({
        "n": answered, "silent": advocates.len() as i64 - answered, "fewest": rates::FEWEST,
        "most": most.map(|row| desk.words.known("persona", row.0)), "most_count": most.map(|row| row.1),
    });
    let chart = Chart::Bars { label: "persona", value: "advocates", ends: None };
    let figure = desk.figure("personas", grid, Some(chart), &values)?;
    desk.section("persona_mix", &values, vec![figure])
}

/// How each advocate's audience grew: small multiples on one scale, the largest growth first.
pub fn audiences(desk: &Desk, rows: &Rows) -> Result<Section> {
    let keys: Vec<&'static str> = ["-member", "name", "audience_growth"].into_iter().chain(BACK).collect();
    let mut grid = desk.grid(&keys)?;
    let days = month_ends(desk.period);
    for (place, day) in days.iter().enumerate() {
        let title = desk.forms().month_of(&day.to_string());
        let title = if place + 1 == days.len() { desk.forms().date(&day.to_string()) } else { title };
        grid.heads[3 + place].title = title;
    }
    let mut known = Vec::new();
    let joined: BTreeMap<i64, Day> =
        rows.advocates.iter().filter_map(|one| Some((one.member, one.joined?))).collect();
    for day in &days {
        let here = |person| joined.get(&person).filter(|joined| *joined <= day).map(|_| *day);
        let counts = reports::followers(desk.app.store()?, desk.app.as_of(), Some(*day))?;
        known.push(audience::known(&counts, here).0);
    }
    let growth = |one: &Advocate| audience::growth(one.audience.as_ref()?, one.at_joining.as_ref()?);
    let mut advocates: Vec<(&Advocate, Option<i64>)> = rows
        .advocates
        .iter()
        .map(|one| (one, growth(one)))
        .filter(|(one, _)| one.audience.is_some())
        .collect();
    advocates.sort_by_key(|(one, growth)| (std::cmp::Reverse(*growth), one.member));
    for (one, growth) in &advocates {
        let mut row = vec![
            desk.forms().count(Some(one.member)),
            Item::words(one.name.clone()),
            desk.forms().count(*growth),
        ];
        row.extend(known.iter().map(|day| desk.forms().count(day.get(&one.member).map(audience::sum))));
        grid.row(row);
    }
    let grew = advocates.iter().filter(|(_, growth)| growth.is_some_and(|growth| growth > 0)).count();
    let compared = advocates.iter().filter(|(_, growth)| growth.is_some()).count();
    let values = json!({
        "n": advocates.len(), "grew": grew, "compared": compared, "too_old": rows.too_old, "shown": PANELS.min(advocates.len()),
    });
    let chart = Chart::Multiples { label: "name", points: BACK.to_vec() };
    let mut figure = desk.figure("audience_growth", grid, Some(chart), &values)?;
    figure.shown = PANELS;
    desk.section("growth", &values, vec![figure])
}

/// The last day of the period and the ends of the months before it.
fn month_ends(period: Period) -> Vec<Day> {
    let mut days = vec![period.to];
    while days.len() < BACK.len() {
        let Some(last) = days.last() else { break };
        let date = last.date();
        // A day of the month before: its number of days back.
        days.push(last.plus(-(chrono::Datelike::day(&date) as i32)));
    }
    days.reverse();
    days
}

/// The columns of the reach report.
const EACH: [&str; 14] = [
    "-member",
    "name",
    "persona",
    "contributions",
    "reach_a",
    "reach_b",
    "reach_c",
    "reach_d",
    "audience",
    "clicks",
    "ctr",
    "conversions",
    "revenue",
    "-currency",
];

/// Each advocate's row of the reach report, those with most revenue first.
pub fn advocates(desk: &Desk, rows: &Rows) -> Result<Section> {
    let has = |grade: usize| {
        rows.advocates.iter().any(|one| one.made.is_some_and(|made| made.reach[grade].is_some()))
    };
    let mut grid = desk.grid(&EACH)?;
    let forms = desk.forms();
    let mut lines: Vec<(&Advocate, String, (i64, i64))> = Vec::new();
    for one in &rows.advocates {
        for (currency, credit) in &one.credit {
            lines.push((one, currency.clone(), *credit));
        }
        if one.credit.is_empty() {
            lines.push((one, desk.currency.clone(), (0, 0)));
        }
    }
    lines.sort_by_key(|(one, currency, credit)| {
        (*currency != desk.currency, std::cmp::Reverse(credit.1), one.member, currency.clone())
    });
    for (one, currency, (hundredths, minor)) in &lines {
        let reach = |grade: usize| forms.count(one.made.as_ref().and_then(|made| made.reach[grade]));
        let persona = one.persona.as_ref().map(|persona| {
            let parts = persona.split(" / ").map(|part| desk.words.known("persona", part));
            Item::named(persona, parts.collect::<Vec<_>>().join(" / "))
        });
        grid.row(vec![
            forms.count(Some(one.member)),
            Item::words(one.name.clone()),
            persona.unwrap_or_else(|| forms.words(None)),
            forms.count(one.made.map(|made| made.count)),
            reach(0),
            reach(1),
            reach(2),
            reach(3),
            forms.count(one.audience.as_ref().map(audience::sum)),
            forms.count(one.clicks),
            forms.part(one.ctr.map(|ctr| ctr.value)),
            forms.decimal(Some(*hundredths as f64 / 100.0), u8::from(hundredths % 100 != 0) * 2),
            forms.money(Some(decimal(*minor, currency)), currency),
            Item::words(currency.clone()),
        ]);
    }
    for grade in 0..4 {
        grid.heads[4 + grade].only_lists |= !has(grade);
    }
    let values = json!({ "n": rows.advocates.len(), "rows": lines.len() });
    let mut figure: Figure = desk.figure("advocates", grid, None, &values)?;
    figure.shown = ROWS;
    desk.section("each", &values, vec![figure])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_months_lead_to_the_day() {
        let day = |text: &str| Day::parse(text).expect("a day");
        let days = month_ends(Period::last(90, day("2026-03-15")));
        let words: Vec<String> = days.iter().map(ToString::to_string).collect();
        assert_eq!(words[3..], ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-15"]);
    }
}
