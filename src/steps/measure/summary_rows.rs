//! The rows behind one figure of the summary: they add up to it, or are what it is the share of.

use super::audience;
use super::contributions::Made;
use super::credit::ledger::{Ledger, Question, window_days};
use super::credit::rules::Rule;
use super::credit::tiers::{Heard, Tier};
use super::rates;
use super::summary_metrics::{click_grade, most_used};
use crate::app::App;
use crate::app::fail::usage;
use crate::app::period::Period;
use crate::members::segment::Chosen;
use crate::model::money::decimal;
use crate::output::{Cell, Table};
use crate::stats::nps::side;
use crate::steps::survey::sentiment::figures::Measure;
use crate::store::credits::Which;
use crate::store::{contributions, reports, scores, settled, stages};
use anyhow::Result;
use clap::ValueEnum;
use std::collections::{BTreeMap, BTreeSet};

/// A figure of the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is explained by the summary's own note")]
pub enum Metric {
    Advocates,
    NewAdvocates,
    Audience,
    Contributions,
    ReachA,
    ReachB,
    ReachC,
    ReachD,
    Engagements,
    EngagementRate,
    Clicks,
    ClickThrough,
    PipelineTouched,
    WonProved,
    WonWithNamed,
    WonWithProgram,
    HeardMember,
    HeardProgram,
    Nps,
    Csat,
}

impl Metric {
    /// The rows of a period; of everyone, or of those who fit a filter.
    pub fn rows(self, app: &App, period: Period, who: Option<&Chosen>) -> Result<Table> {
        let mut table = match self {
            Self::Advocates | Self::NewAdvocates => self.people(app, period, who)?,
            Self::Audience => followers(app, period, who)?,
            Self::Contributions
            | Self::ReachA
            | Self::ReachB
            | Self::ReachC
            | Self::ReachD
            | Self::Engagements
            | Self::EngagementRate => self.works(app, period, who)?,
            Self::Clicks => links(app, period, who)?,
            Self::ClickThrough => click_through(app, period, who)?,
            _ if who.is_some() => {
                return Err(usage(format!(
                    "--who: {} is the whole program's; leave --who out, or open a figure that is somebody's, such as contributions",
                    self.word()
                )));
            }
            Self::Nps | Self::Csat => self.answers(app, period)?,
            _ => self.deals(app, period)?,
        };
        table.empty = format!("Nothing is behind {} in {period}: widen --period.", self.word());
        if !table.rows.is_empty() {
            let rows = table.rows.len();
            table.note(format!("{rows} rows behind {}, {period}.", self.word()));
        }
        if let Some(who) = who {
            table.note(who.note());
        }
        Ok(table)
    }

    fn word(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string())
    }

    fn people(self, app: &App, period: Period, who: Option<&Chosen>) -> Result<Table> {
        let mut joined = stages::joined(app.store()?, period.to)?;
        joined.retain(|one| {
            let is_meant =
                if self == Self::Advocates { one.stage.word() == "active" } else { period.has(one.day) };
            is_meant && who.is_none_or(|who| who.contains(one.person))
        });
        let names = app.names(joined.iter().map(|one| one.person))?;
        let mut table = Table::new(&[">member", "name", "stage", "joined"]);
        for one in joined {
            let name = names.get(&one.person).cloned();
            table.row(vec![
                one.person.into(),
                name.into(),
                one.stage.word().into(),
                one.day.to_string().into(),
            ]);
        }
        Ok(table)
    }

    /// Contributions, each once; of a grade those with such reach, of the rate those with both numbers.
    fn works(self, app: &App, period: Period, who: Option<&Chosen>) -> Result<Table> {
        let made = Made::read(app.store()?, app.as_of(), period)?;
        let mut acts: Vec<&settled::acts::Act> = made.acts.acts.iter().collect();
        let reach = |act: &settled::acts::Act| {
            act.reach.or_else(|| made.estimates.get(&act.id).map(|reach| ('D', *reach)))
        };
        acts.retain(|act| {
            let graded = |letter: char| reach(act).is_some_and(|reach| reach.0 == letter);
            let is_meant = match self {
                Self::ReachA => graded('A'),
                Self::ReachB => graded('B'),
                Self::ReachC => graded('C'),
                Self::ReachD => graded('D'),
                Self::Engagements => act.engagements.is_some(),
                Self::EngagementRate => act
                    .reach
                    .zip(act.engagements)
                    .is_some_and(|((_, reach), engagements)| reach > 0 && engagements <= reach),
                _ => true,
            };
            is_meant && who.is_none_or(|who| who.contains(act.person))
        });
        acts.sort_by_key(|act| (act.day, act.id));
        let told =
            contributions::some(app.store()?, &acts.iter().map(|act| act.id).collect::<BTreeSet<_>>())?;
        let names = app.names(acts.iter().map(|act| act.person).collect::<BTreeSet<_>>())?;
        let mut table = Table::new(&[
            ">id",
            "day",
            ">member",
            "name",
            "platform",
            "kind",
            "?title",
            ">reach",
            "grade",
            ">engagements",
        ]);
        for act in acts {
            let words = told.get(&act.id);
            let seen = reach(act);
            table.row(vec![
                act.id.into(),
                act.day.to_string().into(),
                act.person.into(),
                names.get(&act.person).cloned().into(),
                made.acts.platform(act).into(),
                words.map(|told| told.kind.clone()).into(),
                words.and_then(|told| told.title.clone().or_else(|| told.url.clone())).into(),
                seen.map(|reach| reach.1).into(),
                seen.map(|reach| reach.0.to_string()).into(),
                act.engagements.into(),
            ]);
        }
        Ok(table)
    }

    /// Orders and deals, each once.
    fn deals(self, app: &App, period: Period) -> Result<Table> {
        let which = if self == Self::PipelineTouched { Which::Open } else { Which::Converted };
        let window_days = window_days(app, None)?;
        let ledger = Ledger::open(app, Question { which, period, window_days, rule: Rule::Last })?;
        let mut table = Table::new(&[
            "kind", "number", "day", ">amount", "currency", "tier", "members", "?heard", "?~answer",
        ]);
        let mut found = Vec::new();
        ledger.each(app, |deal, evidence| {
            let said = ledger.said(deal);
            let is_meant = match self {
                Self::PipelineTouched => !evidence.sourced.is_empty() || !evidence.accelerated.is_empty(),
                Self::WonProved => evidence.tier <= Tier::Click,
                Self::WonWithNamed => evidence.tier <= Tier::Named,
                Self::WonWithProgram => evidence.tier <= Tier::Program,
                _ => said.is_some(),
            };
            if !is_meant {
                return Ok(());
            }
            let touched = evidence.sourced.iter().chain(&evidence.accelerated);
            let members: BTreeSet<i64> = if self == Self::PipelineTouched {
                touched.copied().collect()
            } else {
                evidence.shares(ledger.rule()).iter().map(|share| share.member).collect()
            };
            let members: Vec<String> = members.iter().map(ToString::to_string).collect();
            let heard = said.map(|said| match said {
                Heard::Named(_) => "member",
                Heard::ProgramUnnamed => "program",
                Heard::OtherSource => "other",
            });
            let row = vec![
                deal.kind.clone().into(),
                deal.number.clone().into(),
                deal.counted.to_string().into(),
                deal.net.map_or(Cell::Missing, |net| Cell::Decimal(decimal(net, &deal.currency))),
                deal.currency.clone().into(),
                evidence.tier.as_str().into(),
                Some(members.join(", ")).filter(|members| !members.is_empty()).into(),
                heard.into(),
                deal.heard.as_deref().map(|answer| answer.trim().to_string()).into(),
            ];
            found.push((deal.counted, deal.id, row));
            Ok(())
        })?;
        found.sort_by_key(|(day, id, _)| (*day, *id));
        for (.., row) in found {
            table.row(row);
        }
        Ok(table)
    }

    /// Answers, one a person: the latest of the period, on the scale the figure is of.
    fn answers(self, app: &App, period: Period) -> Result<Table> {
        let (store, span) = (app.store()?, (period.from, period.to));
        let (kind, scale) = match self {
            Self::Nps => ("nps", (0, 10)),
            _ => ("csat", most_used(&scores::counts(store, "csat", &[span])?.pop().unwrap_or_default())),
        };
        let mut answers = scores::latest_in(store, kind, &[span])?.pop().unwrap_or_default();
        answers.retain(|answer| (answer.low, answer.high) == scale);
        let names = app.names(answers.iter().map(|answer| answer.who).filter(|who| *who > 0))?;
        let mut table = Table::new(&[">member", "name", ">score", ">low", ">high", "side"]);
        for answer in answers {
            let side = match (self, side(u8::try_from(answer.score).unwrap_or(0))) {
                (Self::Nps, 1) => "promoter",
                (Self::Nps, 0) => "passive",
                (Self::Nps, _) => "detractor",
                _ if answer.score >= Measure::satisfied_from(answer.low, answer.high) => "satisfied",
                _ => "not satisfied",
            };
            table.row(vec![
                Some(answer.who).filter(|who| *who > 0).into(),
                names.get(&answer.who).cloned().into(),
                answer.score.into(),
                answer.low.into(),
                answer.high.into(),
                side.into(),
            ]);
        }
        Ok(table)
    }
}

fn followers(app: &App, period: Period, who: Option<&Chosen>) -> Result<Table> {
    let store = app.store()?;
    let joined = stages::joined(store, period.to)?;
    let active: BTreeSet<i64> =
        joined.iter().filter(|one| one.stage.is_advocate()).map(|one| one.person).collect();
    let is_meant = |person: i64| active.contains(&person) && who.is_none_or(|who| who.contains(person));
    let counts = reports::followers(store, app.as_of(), Some(period.to))?;
    let (known, too_old) = audience::known(&counts, |person| is_meant(person).then_some(period.to));
    let names = app.names(known.keys().copied())?;
    let mut table = Table::new(&[">member", "name", "platform", ">followers", "?counted"]);
    for count in &counts {
        let Some(followers) = known.get(&count.person).and_then(|platforms| platforms.get(&count.platform))
        else {
            continue;
        };
        table.row(vec![
            count.person.into(),
            names.get(&count.person).cloned().into(),
            count.platform.clone().into(),
            (*followers).into(),
            count.before.map(|(day, _)| day.to_string()).into(),
        ]);
    }
    if too_old > 0 {
        table.note(format!("{too_old} counts older than 90 days are left out."));
    }
    Ok(table)
}

fn links(app: &App, period: Period, who: Option<&Chosen>) -> Result<Table> {
    let store = app.store()?;
    let clicked = settled::clicks::clicked(store, &[(period.from, period.to.min(app.as_of()))])?;
    let mut links = reports::links(store)?;
    links.retain(|link| clicked.contains_key(&link.id) && who.is_none_or(|who| who.contains(link.person)));
    let names = app.names(links.iter().map(|link| link.person).collect::<BTreeSet<_>>())?;
    let mut table = Table::new(&["link", ">member", "name", ">clicks"]);
    for link in links {
        let clicks: i64 = clicked.get(&link.id).into_iter().flatten().sum();
        table.row(vec![
            link.address.into(),
            link.person.into(),
            names.get(&link.person).cloned().into(),
            clicks.into(),
        ]);
    }
    Ok(table)
}

/// Clicks and reach of those who have both, of the grade the figure is over.
fn click_through(app: &App, period: Period, who: Option<&Chosen>) -> Result<Table> {
    let people = Made::read(app.store()?, app.as_of(), period)?.by_person();
    let clicks: BTreeMap<i64, i64> = reports::clicks(app.store()?, app.as_of(), &[(period.from, period.to)])?
        .into_iter()
        .filter(|(person, _)| who.is_none_or(|who| who.contains(*person)))
        .map(|(person, clicks)| (person, clicks.iter().sum()))
        .collect();
    let mut table = Table::new(&[">member", "name", ">clicks", ">reach", "grade"]);
    let Some(grade) = click_grade(&people, &clicks) else { return Ok(table) };
    let names = app.names(clicks.keys().copied())?;
    for (person, clicks) in clicks {
        let Some(reach) = people.get(&person).and_then(|made| rates::reach_of(made, grade)) else { continue };
        table.row(vec![
            person.into(),
            names.get(&person).cloned().into(),
            clicks.into(),
            reach.gross.into(),
            grade.to_string().into(),
        ]);
    }
    Ok(table)
}
