//! Where the report's numbers come from: the functions of the steps, read once each. What they compute is theirs; this is
//! the one place to change when they do.

use crate::app::App;
use crate::app::period::Period;
use crate::model::money::decimal;
use crate::output::forms::{Forms, Item};
use crate::stats::estimate::Verdict;
use crate::steps::measure::credit::command::{Model, Sums};
use crate::steps::measure::credit::ledger::{Ledger, Question, window_days};
use crate::steps::measure::credit::models::{Models, Side};
use crate::steps::measure::credit::totals::Tally;
use crate::steps::measure::months as calendar;
use crate::steps::measure::pipeline::{Moved, weekly};
use crate::steps::measure::summary::moved;
use crate::steps::measure::summary_metrics::{Figure, Value, figures, metrics_of};
use crate::store::credits::Which;
use crate::store::stages;
use anyhow::Result;
use std::collections::BTreeMap;

/// How many months are looked back over.
const MONTHS: u32 = 12;

/// One figure of a period, and of the period before.
pub struct Known {
    /// Of the period.
    pub now: Figure,
    /// Of the one before, where that is the same figure.
    pub then: Option<Value>,
    /// The difference.
    pub change: Option<Value>,
    /// What may be said of it.
    pub verdict: Option<Verdict>,
}

/// The six metrics of a period, each with what it was before.
pub fn summary(app: &App, period: Period, before: Option<Period>) -> Result<Vec<Known>> {
    let periods: Vec<Period> = [period].into_iter().chain(before).collect();
    let mut both = figures(app, &periods, None)?.into_iter();
    let (now, then) = (both.next().unwrap_or_default(), both.next().unwrap_or_default());
    now.into_iter()
        .map(|now| {
            let earlier = then.iter().find(|one| now.is_comparable(one));
            let (change, verdict) = match earlier {
                Some(earlier) => moved(app, &now, earlier, period, before)?,
                None => (None, None),
            };
            Ok(Known { then: earlier.and_then(|one| one.value), now, change, verdict })
        })
        .collect()
}

/// A month's figures.
pub struct Month {
    /// `2026-06`.
    pub name: String,
    /// Its figures.
    pub figures: Vec<Figure>,
}

impl Month {
    /// A figure by its metric, and its currency where it is money.
    pub fn figure(&self, metric: &str, currency: Option<&str>) -> Option<&Figure> {
        self.figures
            .iter()
            .find(|one| one.metric == metric && currency.is_none_or(|currency| one.unit == currency))
    }
}

/// The months up to the period's end, from the first in which anyone had joined, twelve at most; each with its figures.
pub fn months(app: &App, period: Period) -> Result<Vec<Month>> {
    let joined = stages::joined(app.store()?, period.to)?;
    let Some(first) = joined.iter().map(|one| one.day).min() else { return Ok(Vec::new()) };
    let months = calendar::months(first, period.to, MONTHS);
    let all = metrics_of(app, &months, None)?;
    Ok(months
        .into_iter()
        .map(calendar::name)
        .zip(all)
        .map(|(name, figures)| Month { name, figures })
        .collect())
}

/// Whether advocates' contributions move before new deals do, and the other way round, over all weeks up to the period's end.
pub fn moves(app: &App, period: Period) -> Result<Vec<Moved>> {
    weekly(app, period.to)
}

/// A figure's value as an item.
pub fn value(forms: &Forms, value: Option<Value>, unit: &str) -> Item {
    match value {
        None => forms.count(None),
        Some(Value::Count(count)) => forms.count(Some(count)),
        Some(Value::Share(share)) => forms.part(Some(share)),
        Some(Value::Points(points)) => forms.decimal(Some(points), 1),
        Some(Value::Money(minor)) => forms.money(Some(decimal(minor, unit)), unit),
    }
}

/// An end of a figure's interval as an item of the same kind.
pub fn end(forms: &Forms, figure: &Figure, end: Option<f64>) -> Item {
    match figure.value {
        Some(Value::Share(_)) => forms.part(end),
        Some(Value::Points(_)) => forms.decimal(end, 1),
        _ => forms.count(end.map(|end| end.round() as i64)),
    }
}

/// What each rule credits whom with: by rule, by currency, by member; minor units.
pub struct Rules {
    /// The rules' names, in their order.
    pub names: Vec<String>,
    /// For each rule, what each member is credited with, by currency.
    pub by_rule: Vec<BTreeMap<String, BTreeMap<i64, i64>>>,
    /// What nobody is credited with, the total, and how many conversions, by currency: the same under every rule.
    pub rest: BTreeMap<String, (i64, i64, i64)>,
}

/// Every rule over the same conversions, in one reading; the Markov rule where there are paths enough for it.
pub fn rules(app: &App, period: Period) -> Result<Rules> {
    let asked = Model::All.rules(app)?;
    let window_days = window_days(app, None)?;
    let ledger =
        Ledger::open(app, Question { which: Which::Converted, period, window_days, rule: asked[0] })?;
    let (sums, paths) = Sums::by(asked, None).with_paths(app, &ledger)?;
    let models = Models::of(&sums, &paths, ledger.assumed());
    let mut names: Vec<String> = models.rules.iter().map(|rule| rule.word().into()).collect();
    let has_markov = models.markov.is_ok();
    names.extend(has_markov.then(|| "markov".to_string()));
    let mut rules = Rules { by_rule: vec![BTreeMap::new(); names.len()], names, rest: BTreeMap::new() };
    for sides in &models.currencies {
        for (place, credited) in rules.by_rule.iter_mut().enumerate() {
            let minor = |side: &Side| side.minor.get(place).copied().or(side.markov).unwrap_or(0);
            let of_all = sides.advocates.iter().map(|side| (side.member, minor(side)));
            credited.insert(sides.currency.clone(), of_all.collect());
        }
        let count = sums.tallies.get(&sides.currency).map_or(0, Tally::count);
        rules.rest.insert(sides.currency.clone(), (sides.nobody_minor, sides.total_minor, count));
    }
    Ok(rules)
}
