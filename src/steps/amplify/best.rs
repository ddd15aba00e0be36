//! `amplify best`: the best contributions of a period.

use super::ranking::{Belief, Group, Ranked, Seen, rank};
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::Span;
use crate::members::segment::{Chosen, Who};
use crate::model::identity::platform_name;
use crate::model::time::Day;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::stats::beta_binomial::Prior;
use crate::stats::estimate::Estimate;
use crate::store::contributions::{self, Contribution};
use crate::store::works::{self, Numbered, Period};
use anyhow::Result;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};

/// The best contributions.
///
/// Those of a period, by engagement shrunk for small numbers.
///
/// Where reach is known the rate (engagements over reach, 0 to 1) is ranked: shrunk pulls those seen by few toward what the
/// platform's others show, lo and hi are its 95 % interval. Those without reach stand below, by the number of engagements,
/// shrunk likewise. `better` marks those that are better than the average of their platform.
///
/// Example: groundswell amplify best --period 2026-04-01..2026-06-30 --top 10
#[derive(Debug, Args)]
pub struct Best {
    #[command(flatten)]
    span: Span,
    /// Only so many
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Only this platform
    #[arg(long)]
    platform: Option<String>,
    #[command(flatten)]
    who: Who,
}

/// Columns of the list.
const COLUMNS: [&str; 16] = [
    ">rank",
    "id",
    "member",
    "name",
    "platform",
    "kind",
    "title",
    ">?reach",
    ">?engagements",
    ">?rate",
    "basis",
    ">shrunk",
    ">?lo",
    ">?hi",
    "better",
    "?grade",
];

/// The ranking of a period: those that can be ranked, best first, what they were shrunk toward, and who was left out.
pub struct Ranking {
    /// Best first: by rate, then by number.
    pub ranked: Vec<Ranked>,
    period: Period,
    groups: Vec<Group>,
    excluded: usize,
}

impl Ranking {
    /// Of a period, both ends included; on one platform, or on all.
    pub fn of(app: &App, days: (Day, Day), platform: Option<&str>) -> Result<Self> {
        let mut period = works::period(app.store()?, app.as_of(), days, platform)?;
        // In order of name, so that the small ones' order does not hang on the file's.
        let mut names: Vec<(String, usize)> =
            std::mem::take(&mut period.platforms).into_iter().zip(0..).collect();
        names.sort();
        let place = |old: usize| names.iter().position(|name| name.1 == old).unwrap_or_default();
        let places: Vec<usize> = (0..names.len()).map(place).collect();
        period.numbered.iter_mut().for_each(|one| one.platform = places[one.platform]);
        period.platforms = names.into_iter().map(|name| name.0).collect();
        let mut excluded = 0;
        let seen: Vec<Seen> = period
            .numbered
            .iter()
            .filter_map(|one| {
                let seen = seen(one)?;
                let is_possible = seen.reach.is_none_or(|reach| seen.engagements <= reach);
                excluded += usize::from(!is_possible);
                is_possible.then_some(seen)
            })
            .collect();
        let (ranked, groups) = rank(&seen);
        Ok(Self { ranked, period, groups, excluded })
    }

    /// A contribution's numbers.
    pub fn numbers(&self, id: i64) -> Option<&Numbered> {
        let place = self.period.numbered.binary_search_by_key(&id, |one| one.id).ok()?;
        Some(&self.period.numbered[place])
    }
}

/// None where nobody counted engagements.
fn seen(one: &Numbered) -> Option<Seen> {
    let engagements = u64::try_from(one.engagements?).ok()?;
    let reach = one.reach.and_then(|reach| u64::try_from(reach).ok()).filter(|reach| *reach > 0);
    Some(Seen { id: one.id, platform: one.platform, reach, engagements })
}

impl Best {
    /// Ranks the contributions.
    pub fn run(self, app: &App) -> Result<End> {
        let period = self.span.or_usual(app)?;
        let platform = self.platform.as_deref().map(platform_name);
        let ranking = Ranking::of(app, (period.from, period.to), platform.as_deref())?;
        let who = self.who.chosen(app)?;
        let shown = shown(&ranking, who.as_ref(), self.top);
        let made = contributions::some(
            app.store()?,
            &shown.iter().map(|one| one.1.seen.id).collect::<BTreeSet<_>>(),
        )?;
        let people: BTreeSet<i64> =
            shown.iter().filter_map(|one| Some(ranking.numbers(one.1.seen.id)?.person)).collect();
        let names = app.names(people)?;
        let mut table = Table::new(&COLUMNS)
            .or_say("No contribution of this period has numbers: bring them in with `groundswell import`, or `groundswell amplify log MEMBER URL --reach N --engagements N`.");
        for (place, one) in &shown {
            if let (Some(made), Some(numbers)) = (made.get(&one.seen.id), ranking.numbers(one.seen.id)) {
                let shrunk = ranking.groups[one.group].belief.estimate(&one.seen);
                table.row(row((*place, one, shrunk), made, numbers, names.get(&numbers.person)));
            }
        }
        if let Some(who) = &who {
            table.note(format!("{} Ranks and rates are among the contributions of all.", who.note()));
        }
        notes(&mut table, &ranking, (period.from, period.to.min(app.as_of())));
        app.screen.show(&table)?;
        match shown.first() {
            Some((_, one)) => app.screen.next(
                &format!("groundswell amplify promote {} --place TEXT", one.seen.id),
                "give the best one a better place",
            ),
            None => app.screen.next("groundswell amplify queue", "what waits for a reaction"),
        }
        Ok(End::Done)
    }
}

/// Ranks count among all, whoever is shown.
fn shown(ranking: &Ranking, who: Option<&Chosen>, top: Option<usize>) -> Vec<(usize, Ranked)> {
    let wanted = |one: &Ranked| {
        who.is_none_or(|who| ranking.numbers(one.seen.id).is_some_and(|one| who.contains(one.person)))
    };
    let placed = ranking.ranked.iter().enumerate().filter(|(_, one)| wanted(one));
    placed.map(|(place, one)| (place + 1, *one)).take(top.unwrap_or(usize::MAX)).collect()
}

fn row(
    (place, one, shrunk): (usize, &Ranked, Option<Estimate>),
    made: &Contribution,
    numbers: &Numbered,
    name: Option<&String>,
) -> Vec<Cell> {
    let is_rate = one.seen.reach.is_some();
    let places = if is_rate { 4 } else { 1 };
    let part = |part: fn(&Estimate) -> f64| {
        shrunk.as_ref().map_or(Cell::Missing, |shrunk| Cell::number(part(shrunk), places))
    };
    let rate = one.seen.reach.map(|reach| one.seen.engagements as f64 / reach as f64);
    vec![
        // Rates and numbers are not one ranking.
        Some(place).filter(|_| is_rate).into(),
        made.id.into(),
        numbers.person.into(),
        name.cloned().into(),
        made.platform.as_str().into(),
        made.kind.as_str().into(),
        made.title.clone().into(),
        numbers.reach.into(),
        numbers.engagements.into(),
        rate.map_or(Cell::Missing, |rate| Cell::number(rate, 4)),
        if is_rate { "rate" } else { "count" }.into(),
        part(|shrunk| shrunk.value),
        part(|shrunk| shrunk.lo),
        part(|shrunk| shrunk.hi),
        if one.is_better { "yes" } else { "no" }.into(),
        String::from(numbers.grade).into(),
    ]
}

fn notes(table: &mut Table, ranking: &Ranking, days: (Day, Day)) {
    let Ranking { ranked, period, groups, excluded } = ranking;
    let rates = ranked.iter().filter(|one| one.seen.reach.is_some()).count();
    let better = ranked.iter().filter(|one| one.is_better).count();
    table.note(format!(
        "{} to {}: {}, {rates} ranked by rate; left out: {} without engagements, {excluded} with more engagements than reach; {} without reach stand below, by engagements",
        days.0,
        days.1,
        counted(period.count, "contribution", "contributions"),
        period.count - ranked.len() - excluded,
        ranked.len() - rates
    ));
    table.note(format!(
        "better: {better} that are above the average of their platform, of which at most 5 % are expected not to be"
    ));
    let names: BTreeMap<usize, &String> = period.platforms.iter().enumerate().collect();
    for group in groups {
        table.note(said(group, &names));
    }
}

/// What a group was shrunk toward, in words.
fn said(group: &Group, names: &BTreeMap<usize, &String>) -> String {
    let names: Vec<&str> =
        group.platforms.iter().filter_map(|place| names.get(place).map(|name| name.as_str())).collect();
    let (place, rows) = (names.join(", "), counted(group.rows, "row", "rows"));
    match group.belief {
        Belief::Rate(Prior::Beta { a, b }) => format!(
            "{place}: {rows}; beta-binomial, as if each had been seen by {:.0} before at {:.2} %",
            a + b,
            100.0 * a / (a + b)
        ),
        Belief::Rate(prior @ Prior::Pooled { .. }) => format!(
            "{place}: {rows}, too few or too alike to tell apart: all get the common rate of {:.2} % and stand by engagements",
            100.0 * prior.mean()
        ),
        Belief::Count(fit) => format!(
            "{place}: {rows} without reach; gamma-Poisson, as if each had had {:.2} like it before, with {:.1} engagements each",
            fit.alpha,
            fit.mean()
        ),
        Belief::CommonCount(mean) => format!(
            "{place}: {rows} without reach, too few or too alike to tell apart ({mean:.1} engagements each on average): they stand by engagements"
        ),
    }
}
