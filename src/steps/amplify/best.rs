//! `amplify best`: the best contributions of a period.

use super::ranking::{Group, Seen, rank};
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::Span;
use crate::members::segment::Who;
use crate::model::identity::platform_name;
use crate::output::safe::counted;
use crate::output::{Cell, Table};
use crate::stats::beta_binomial::Prior;
use crate::stats::estimate::Estimate;
use crate::store::contributions::{self, Numbered};
use anyhow::Result;
use clap::Args;
use std::collections::BTreeMap;

/// The best contributions.
///
/// Those of a period, by engagement rate shrunk for small numbers.
///
/// rate is engagements over reach (0 to 1); shrunk pulls those seen by few toward what the platform's others
/// show, lo and hi are its 95 % interval. Those without reach stand below, without a rank.
///
/// Example: groundswell amplify best --period 2026-07-01..2026-09-30 --top 10
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

impl Best {
    /// Ranks the contributions.
    pub fn run(self, app: &App) -> Result<End> {
        let (store, as_of) = (app.store()?, app.as_of());
        let period = self.span.or_usual(app)?;
        let period = (period.from, period.to);
        let platform = self.platform.as_deref().map(platform_name);
        let all = contributions::count(store, as_of, period, platform.as_deref())?;
        let numbered = contributions::numbered(store, as_of, period, platform.as_deref())?;
        let known = numbered.len();
        let (seen, excluded, unknown) = sorted(&numbered);
        let (ranked, groups) = rank(&seen);
        let by_id: BTreeMap<i64, &Numbered> = numbered.iter().map(|one| (one.contribution.id, one)).collect();
        let names = app.names(numbered.iter().map(|one| one.contribution.person))?;
        let mut table = Table::new(&[
            ">rank", "id", "member", "name", "platform", "kind", "title", ">?reach", ">?engagements", ">?rate", ">shrunk",
            ">?lo", ">?hi", "?grade",
        ])
        .or_say("No contribution of this period has numbers: bring them in with `groundswell import`, or `groundswell amplify log MEMBER URL --reach N --engagements N`.");
        let lines = ranked
            .iter()
            .map(|(one, estimate)| (one.id, Some(estimate)))
            .chain(unknown.iter().map(|one| (one.contribution.id, None)));
        // Rates are shrunk and ranked among all, whoever is shown.
        let who = self.who.chosen(app)?;
        let shown = lines.enumerate().filter_map(|(place, (id, estimate))| {
            let one = by_id.get(&id)?;
            let wanted = who.as_ref().is_none_or(|who| who.contains(one.contribution.person));
            wanted.then_some((place, one, estimate))
        });
        for (place, one, estimate) in shown.take(self.top.unwrap_or(usize::MAX)) {
            table.row(row(one, estimate.map(|estimate| (place + 1, estimate)), &names));
        }
        if let Some(who) = &who {
            table.note(format!("{} Ranks and rates are among the contributions of all.", who.note()));
        }
        table.note(format!(
            "{} to {}: {}, {} ranked; left out: {} without any numbers, {excluded} with more engagements than reach; {} without reach stand below, by engagements",
            period.0, period.1.min(as_of), counted(all, "contribution", "contributions"), ranked.len(), all.saturating_sub(known), unknown.len()
        ));
        for group in &groups {
            table.note(said(group));
        }
        app.screen.show(&table)?;
        match ranked.first() {
            Some((one, _)) => app.screen.next(
                &format!("groundswell amplify promote {} --place TEXT", one.id),
                "give the best one a better place",
            ),
            None => app.screen.next("groundswell amplify queue", "what waits for a reaction"),
        }
        Ok(End::Done)
    }
}

/// Those that can be ranked; how many say more engagements than reach; and those without reach, by engagements.
fn sorted(numbered: &[Numbered]) -> (Vec<Seen>, usize, Vec<&Numbered>) {
    let (mut seen, mut excluded, mut unknown) = (Vec::new(), 0, Vec::new());
    for one in numbered {
        match (one.reach.filter(|reach| *reach > 0), one.engagements) {
            (Some(reach), Some(engagements)) if engagements > reach => excluded += 1,
            (Some(reach), Some(engagements)) => seen.push(Seen {
                id: one.contribution.id,
                platform: one.contribution.platform.clone(),
                reach: reach as u64,
                engagements: engagements as u64,
            }),
            _ => unknown.push(one),
        }
    }
    unknown.sort_by_key(|one| (std::cmp::Reverse(one.engagements), one.contribution.id));
    (seen, excluded, unknown)
}

fn row(one: &Numbered, ranked: Option<(usize, &Estimate)>, names: &BTreeMap<i64, String>) -> Vec<Cell> {
    let made = &one.contribution;
    let share = |value: f64| Cell::number(value, 4);
    let rate = ranked.and_then(|_| Some(one.engagements? as f64 / one.reach? as f64));
    vec![
        ranked.map(|ranked| ranked.0).into(),
        made.id.into(),
        made.person.into(),
        names.get(&made.person).cloned().into(),
        made.platform.as_str().into(),
        made.kind.as_str().into(),
        made.title.clone().into(),
        one.reach.into(),
        one.engagements.into(),
        rate.map_or(Cell::Missing, share),
        ranked.map_or(Cell::Missing, |ranked| share(ranked.1.value)),
        ranked.map_or(Cell::Missing, |ranked| share(ranked.1.lo)),
        ranked.map_or(Cell::Missing, |ranked| share(ranked.1.hi)),
        one.grade.as_str().into(),
    ]
}

/// What a group's rates were shrunk toward, in words.
fn said(group: &Group) -> String {
    let (where_, rows, percent) = (group.platforms.join(", "), group.rows, 100.0 * group.prior.mean());
    match group.prior {
        Prior::Beta { a, b } => format!(
            "{where_}: {rows} rows; beta-binomial, as if each had been seen by {:.0} before at {percent:.2} %",
            a + b
        ),
        Prior::Pooled { .. } => format!(
            "{where_}: {}, too few or too alike to tell apart: all get the common rate of {percent:.2} % and stand by engagements",
            counted(rows, "row", "rows")
        ),
    }
}
