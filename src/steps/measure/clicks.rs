//! `measure clicks`: whose links are followed, the few views believed less.

use super::click_rank::{Basis, Ranked, Ranking, Seen};
use super::contributions::Made;
use super::rates;
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::{Period, Span};
use crate::members::segment::{Chosen, Who};
use crate::model::time::Day;
use crate::output::{Cell, Table};
use crate::store::{Store, reports};
use anyhow::Result;
use chrono::Datelike;
use clap::{Args, ValueEnum};
use std::collections::{BTreeMap, BTreeSet};

/// The columns; the rate to expect stays on every screen.
const COLUMNS: [&str; 15] = [
    ">rank",
    ">member",
    "name",
    "?platform",
    ">clicks",
    ">n",
    "basis",
    ">?rate",
    ">?low",
    ">?high",
    "?interval",
    ">expected",
    ">lo",
    ">hi",
    "better",
];
/// More months than these are looked at as one stretch before them.
const MOST_MONTHS: usize = 36;

/// Whose links are followed most.
///
/// Clicks are different people per link. `rate` is clicks over reach of one grade, with its 95 % interval (low, high); `expected` draws
/// rates that rest on few views toward what the others show, and is what the list is ranked by. Where nobody counted reach it is
/// clicks per contribution. `better` marks those above the average of all, of whom about 5 % are expected to be no better.
///
/// Example: groundswell measure clicks --period last-quarter
#[derive(Debug, Args)]
pub struct Clicks {
    #[command(flatten)]
    span: Span,
    /// Reach of which grade: A measured by us, B exported by a platform (else the one more of them have)
    #[arg(long, value_enum, ignore_case = true)]
    grade: Option<Grade>,
    #[command(flatten)]
    who: Who,
}

/// Grades that somebody counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Grade {
    /// Measured by us
    #[value(name = "A")]
    A,
    /// Exported by a platform
    #[value(name = "B")]
    B,
}

impl Grade {
    fn letter(self) -> char {
        if self == Self::A { 'A' } else { 'B' }
    }
}

impl Clicks {
    /// Shows the ranking.
    pub fn run(self, app: &App) -> Result<End> {
        let period = self.span.or_all(app)?;
        let who = self.who.chosen(app)?;
        let (seen, grade) = seen(app, period, self.grade, who.as_ref())?;
        let names = app.names(seen.iter().map(|one| one.member).collect::<BTreeSet<_>>())?;
        let ranking = Ranking::of(seen);
        let mut table = Table::new(&COLUMNS).or_say(
            "No clicks on anyone's links are known: make links with `groundswell share link MEMBER URL`, and bring their clicks in with `groundswell import FILE --as clicks`.",
        );
        for (place, one) in ranking.ranked.iter().enumerate() {
            table.row(row(place, one, grade, ranking.by_month(), names.get(&one.seen.member)));
        }
        if let Some(who) = &who {
            table.note(who.note());
        }
        if !table.rows.is_empty() {
            notes(app.store()?, &mut table, &ranking, grade, period)?;
        }
        app.screen.show(&table)?;
        app.screen.next("groundswell measure reach", "beside reach, audience and revenue");
        Ok(End::Done)
    }
}

fn row(place: usize, one: &Ranked, grade: Grade, by_month: bool, name: Option<&String>) -> Vec<Cell> {
    let (places, n, basis) = match one.basis {
        Basis::Reach => (4, one.seen.reach, format!("reach_{}", grade.letter().to_lowercase())),
        Basis::Contributions => (2, Some(one.seen.contributions), "contributions".into()),
        Basis::None => (4, one.seen.reach, "none".into()),
    };
    let number = |value: Option<f64>| value.map_or(Cell::Missing, |value| Cell::number(value, places));
    let rate = match one.basis {
        Basis::Contributions => Some(one.seen.clicks as f64 / one.seen.contributions as f64),
        _ => one.rate.map(|rate| rate.value),
    };
    let whole = |n: u64| Cell::from(n.cast_signed());
    vec![
        if one.basis == Basis::None { Cell::Missing } else { (place + 1).into() },
        one.seen.member.into(),
        name.cloned().into(),
        one.seen.platform.clone().into(),
        whole(one.seen.clicks),
        n.map_or(Cell::Missing, whole),
        basis.into(),
        number(rate),
        number(one.rate.map(|rate| rate.lo)),
        number(one.rate.map(|rate| rate.hi)),
        one.rate.map(|_| if by_month { "months" } else { "views" }).into(),
        number(one.shrunk.map(|shrunk| shrunk.value)),
        number(one.shrunk.map(|shrunk| shrunk.lo)),
        number(one.shrunk.map(|shrunk| shrunk.hi)),
        (one.basis != Basis::None).then_some(if one.is_better { "yes" } else { "no" }).into(),
    ]
}

/// Everyone with a link, and the grade their rates are over.
fn seen(app: &App, period: Period, asked: Option<Grade>, who: Option<&Chosen>) -> Result<(Vec<Seen>, Grade)> {
    let made = Made::read(app.store()?, app.as_of(), period)?;
    let people = made.by_person();
    let first = made.acts.acts.iter().map(|act| act.day).min().unwrap_or(period.to);
    let months = months(period, first);
    let spans: Vec<(Day, Day)> =
        std::iter::once(period).chain(months.iter().copied()).map(|days| (days.from, days.to)).collect();
    let mut clicks = reports::clicks(app.store()?, app.as_of(), &spans)?;
    clicks.retain(|person, _| who.is_none_or(|who| who.contains(*person)));
    let have = |grade: Grade| {
        let has = |person: &&i64| {
            people.get(*person).is_some_and(|made| rates::reach_of(made, grade.letter()).is_some())
        };
        clicks.keys().filter(has).count()
    };
    let grade = asked.unwrap_or(if have(Grade::A) >= have(Grade::B).max(1) { Grade::A } else { Grade::B });
    let mut where_from: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    let mut by_month: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
    for act in &made.acts.acts {
        let Some((_, reach)) = act.reach.filter(|reach| reach.0 == grade.letter()) else { continue };
        where_from.entry(act.person).or_default().insert(made.acts.platform(act));
        if let Some(place) = months.iter().position(|month| month.has(act.day)) {
            let reaches = by_month.entry(act.person).or_insert_with(|| vec![0; months.len()]);
            reaches[place] += reach.unsigned_abs();
        }
    }
    let seen = clicks.into_iter().map(|(member, counts)| {
        let mine = people.get(&member);
        let reaches = by_month.remove(&member).unwrap_or_else(|| vec![0; months.len()]);
        let units = counts[1..].iter().map(|clicks| clicks.unsigned_abs()).zip(reaches);
        Seen {
            member,
            platform: where_from
                .get(&member)
                .filter(|all| all.len() == 1)
                .and_then(|all| all.first().map(ToString::to_string)),
            clicks: counts[0].unsigned_abs(),
            reach: mine
                .and_then(|made| rates::reach_of(made, grade.letter()))
                .map(|reach| reach.gross.unsigned_abs()),
            contributions: mine.map_or(0, |made| made.count.unsigned_abs()),
            months: units.filter(|unit| *unit != (0, 0)).collect(),
        }
    });
    Ok((seen.collect(), grade))
}

/// The calendar months of a period, cut where it begins and ends; what is long before the others is one stretch.
fn months(period: Period, first: Day) -> Vec<Period> {
    let mut found = Vec::new();
    let mut to = period.to;
    loop {
        let start = to.plus(1 - to.date().day().cast_signed());
        let is_last = start <= period.from || start <= first || found.len() + 1 >= MOST_MONTHS;
        let from = if is_last { period.from } else { start };
        found.push(Period { from, to });
        if is_last {
            break;
        }
        to = start.plus(-1);
    }
    found.reverse();
    found
}

fn notes(store: &Store, table: &mut Table, ranking: &Ranking, grade: Grade, period: Period) -> Result<()> {
    let of = |basis: Basis| ranking.ranked.iter().filter(|one| one.basis == basis).count();
    table.note(format!(
        "{} people with links, {period}. Clicks: different people per link, and clicks that say nothing of who. Rate over reach of grade {} for {}, per contribution for {}: nobody counted their reach.",
        ranking.ranked.len(), grade.letter(), of(Basis::Reach), of(Basis::Contributions)
    ));
    for belief in &ranking.beliefs {
        let whose = belief.platform.as_deref().unwrap_or("all others");
        let drawn = if belief.is_common {
            "too few or too alike to tell apart: all are expected to be alike, about"
        } else {
            "drawn toward"
        };
        table.note(format!(
            "{whose}: {} rows, {drawn} {}.",
            belief.rows,
            Cell::number(belief.mean, 4).plain()
        ));
    }
    if let Some(dispersion) = ranking.dispersion {
        let dispersion = Cell::number(dispersion, 1).plain();
        table.note(if ranking.by_month() {
            format!("Months vary {dispersion} times as much as chance explains, so low and high rest on months, not on single views.")
        } else {
            format!("Months vary as chance explains ({dispersion}), so low and high are Wilson's, on single views.")
        });
    }
    if of(Basis::None) > 0 {
        table.note(format!(
            "{} are in no rate: more clicks than reach on file, or nothing made in the period. They are shown, not ranked.",
            of(Basis::None)
        ));
    }
    if let Some(left_out) = left_out(store)? {
        table.note(left_out);
    }
    Ok(())
}

/// What is said of clicks that importing left out; none where none were.
pub fn left_out(store: &Store) -> Result<Option<String>> {
    let reasons = reports::clicks_left_out(store)?;
    let all: i64 = reasons.iter().map(|(_, rows)| rows).sum();
    let parts: Vec<String> = reasons.iter().map(|(reason, rows)| format!("{rows} {reason}")).collect();
    Ok((all > 0).then(|| format!("Left out when click files were imported: {}.", parts.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, first: &str) -> Vec<String> {
        let day = |text: &str| Day::parse(text).expect("a day");
        let period = Period::parse(text, day("2026-11-23")).expect("a period");
        months(period, day(first)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn months_of_a_period() {
        let want = ["2026-05-10 to 2026-05-31", "2026-06-01 to 2026-06-30", "2026-07-01 to 2026-07-04"];
        assert_eq!(said("2026-05-10..2026-07-04", "2026-01-01"), want);
        assert_eq!(said("2026-05", "2027-01-01"), ["2026-05-01 to 2026-05-31"]);
        let ever = said("all", "2026-10-20");
        assert_eq!(ever.len(), 2);
        assert!(ever[0].ends_with("2026-10-31") && ever[1] == "2026-11-01 to 2026-11-23", "{ever:?}");
        assert_eq!(said("all", "1990-01-01").len(), MOST_MONTHS);
    }
}
