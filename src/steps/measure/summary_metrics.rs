//! The six metrics of one period, each with what it rests on.

use super::audience;
use super::contributions::{Contributions, Made};
use super::rates::{self, FEWEST};
use super::summary_money;
use crate::app::App;
use crate::app::period::Period;
use crate::members::segment::Chosen;
use crate::model::money::decimal;
use crate::model::stage::Stage;
use crate::output::Cell;
use crate::stats::estimate::{Estimate, LEVEL};
use crate::stats::nps::{Basis, Nps};
use crate::steps::survey::sentiment::figures::Measure;
use crate::store::reports;
use crate::store::scores::{self, Counts};
use crate::store::stages;
use anyhow::Result;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A figure's value, exact where it is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A count.
    Count(i64),
    /// A share, 0-1.
    Share(f64),
    /// Points of a score.
    Points(f64),
    /// Minor units of the figure's currency.
    Money(i64),
}

/// What may be tested between two periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// Nothing: it is a count, not a sample.
    None,
    /// A share: count and n.
    Share(i64, i64),
    /// The program's NPS.
    Nps(Nps),
}

/// One row of the summary for one period.
#[derive(Debug, Clone)]
pub struct Figure {
    /// Its name.
    pub metric: &'static str,
    /// Its unit; a currency for money.
    pub unit: String,
    /// What it is, where that is known.
    pub value: Option<Value>,
    /// On how many it rests.
    pub n: Option<i64>,
    /// Its interval, or bounds.
    pub interval: Option<(f64, f64)>,
    /// What must be said with it.
    pub note: String,
    /// How a change is judged.
    pub test: Test,
    /// The grade of the reach it is over, or the scale of the answers: figures over different ones are not compared.
    pub over: Option<String>,
}

impl Figure {
    pub(super) fn of(metric: &'static str, unit: &str, value: Option<Value>, n: Option<i64>) -> Self {
        Self {
            metric,
            unit: unit.into(),
            value,
            n,
            interval: None,
            note: String::new(),
            test: Test::None,
            over: None,
        }
    }

    pub(super) fn says(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// A share of `n`, unless n is too small.
    pub(super) fn share(metric: &'static str, count: i64, n: i64, of: &str) -> Self {
        let figure = Self { test: Test::Share(count, n), ..Self::of(metric, "share", None, Some(n)) };
        match rates::share(count, n).filter(|share| share.n >= FEWEST) {
            Some(share) => figure.estimated(&share, Value::Share).says(format!("{count} of {n} {of}")),
            None => figure.says(format!("{count} of {n} {of}: needs {FEWEST}, has {n}")),
        }
    }

    fn estimated(mut self, estimate: &Estimate, value: impl Fn(f64) -> Value) -> Self {
        self.value = Some(value(estimate.value));
        self.interval = Some((estimate.lo, estimate.hi));
        self
    }

    /// Whether it is the same figure of another period.
    pub fn is_comparable(&self, other: &Self) -> bool {
        let is_same = self.over.is_none() || other.over.is_none() || self.over == other.over;
        self.metric == other.metric && self.unit == other.unit && is_same
    }

    /// A number in the figure's own unit and decimals.
    pub fn cell(&self, number: Option<f64>) -> Cell {
        let places = match self.value {
            Some(Value::Share(_)) => 4,
            Some(Value::Points(_)) => 1,
            _ => 0,
        };
        number.map_or(Cell::Missing, |number| Cell::number(number, places))
    }
}

impl Value {
    /// As it is printed.
    pub fn cell(self, unit: &str) -> Cell {
        match self {
            Self::Count(count) => count.into(),
            Self::Share(share) => Cell::number(share, 4),
            Self::Points(points) => Cell::number(points, 1),
            Self::Money(minor) => Cell::Decimal(decimal(minor, unit)),
        }
    }

    /// As a height to draw: counts, shares, points or minor units.
    pub fn height(self) -> f64 {
        match self {
            Self::Count(whole) | Self::Money(whole) => whole as f64,
            Self::Share(part) | Self::Points(part) => part,
        }
    }

    /// This less an earlier one of its kind.
    pub fn less(self, before: Self) -> Option<Self> {
        match (self, before) {
            (Self::Count(now), Self::Count(then)) => Some(Self::Count(now - then)),
            (Self::Share(now), Self::Share(then)) => Some(Self::Share(now - then)),
            (Self::Points(now), Self::Points(then)) => Some(Self::Points(now - then)),
            (Self::Money(now), Self::Money(then)) => Some(Self::Money(now - then)),
            _ => None,
        }
    }
}

/// The figures of each period, in the order of the six metrics; then NPS and CSAT. Of those who fit a filter only what
/// is theirs: advocates, audience, reach and clicks.
pub fn figures(app: &App, periods: &[Period], who: Option<&Chosen>) -> Result<Vec<Vec<Figure>>> {
    let mut all = metrics_of(app, periods, who)?;
    if who.is_none() {
        all.iter_mut().zip(opinions(app, periods)?).for_each(|(figures, theirs)| figures.extend(theirs));
    }
    Ok(all)
}

/// The six metrics alone, of several periods: orders and deals are read once for all of them.
pub fn metrics_of(app: &App, periods: &[Period], who: Option<&Chosen>) -> Result<Vec<Vec<Figure>>> {
    let spans: Vec<_> = periods.iter().map(|period| (period.from, period.to)).collect();
    let mut clicks = reports::clicks(app.store()?, app.as_of(), &spans)?;
    clicks.retain(|person, _| who.is_none_or(|who| who.contains(*person)));
    let mut all = Vec::new();
    for (place, period) in periods.iter().enumerate() {
        let clicks = clicks.iter().map(|(person, clicks)| (*person, clicks[place])).collect();
        let mut figures = people(app, *period, who)?;
        figures.extend(work(app, *period, who, &clicks)?);
        all.push(figures);
    }
    if who.is_none() {
        all.iter_mut()
            .zip(summary_money::figures(app, periods)?)
            .for_each(|(figures, theirs)| figures.extend(theirs));
    }
    Ok(all)
}

/// 1 and 2: advocates, and their audience.
fn people(app: &App, period: Period, who: Option<&Chosen>) -> Result<Vec<Figure>> {
    let store = app.store()?;
    let mut joined = stages::joined(store, period.to)?;
    joined.retain(|one| who.is_none_or(|who| who.contains(one.person)));
    let at = |stage| rates::count(joined.iter().filter(|one| one.stage == stage).count());
    let new = rates::count(joined.iter().filter(|one| period.has(one.day)).count());
    let active: BTreeSet<i64> =
        joined.iter().filter(|one| one.stage.is_advocate()).map(|one| one.person).collect();
    let counts = reports::followers(store, app.as_of(), Some(period.to))?;
    let here = |person| active.contains(&person).then_some(period.to);
    let (known, too_old) = audience::known(&counts, here);
    let accounts: Vec<i64> = known.values().flat_map(|platforms| platforms.values().copied()).collect();
    let (low, high) = audience::different_people(&accounts);
    let total = (!accounts.is_empty()).then(|| Value::Count(accounts.iter().sum()));
    let mut followers = Figure::of("audience", "followers", total, Some(rates::count(known.len())));
    followers.interval = total.map(|_| (low as f64, high as f64));
    let old =
        if too_old > 0 { format!("; {too_old} counts older than 90 days left out") } else { String::new() };
    Ok(vec![
        Figure::of("advocates", "people", Some(Value::Count(at(Stage::Active))), Some(rates::count(joined.len())))
            .says(format!("active on {}; {} more on hold; n: everyone who ever joined", period.to, at(Stage::OnHold))),
        Figure::of("new_advocates", "people", Some(Value::Count(new)), Some(rates::count(joined.len()))).says("joined in the period"),
        followers.says(format!(
            "gross: the same people are counted several times; lo and hi bound the different people; n: of {} advocates{old}",
            active.len()
        )),
    ])
}

/// 3 and 4: how far contributions went, and clicks.
fn work(app: &App, period: Period, who: Option<&Chosen>, clicks: &BTreeMap<i64, i64>) -> Result<Vec<Figure>> {
    let mut people = Made::read(app.store()?, app.as_of(), period)?.by_person();
    people.retain(|person, _| who.is_none_or(|who| who.contains(*person)));
    let made = people.values().copied().fold(Contributions::default(), Contributions::plus);
    let mut figures =
        vec![Figure::of("contributions", "contributions", Some(Value::Count(made.count)), Some(made.count))];
    for (place, metric) in ["reach_a", "reach_b", "reach_c", "reach_d"].into_iter().enumerate() {
        let note = match (made.reach[place], made.estimated) {
            (Some(_), estimated) if metric == "reach_d" && estimated > 0 => {
                format!("gross; {estimated} of them we estimated; grades are never added together")
            }
            (Some(_), _) => "gross; grades are never added together".into(),
            (None, _) => "no contribution has a reach of this grade".into(),
        };
        let value = made.reach[place].map(Value::Count);
        figures.push(Figure::of(metric, "people", value, Some(made.graded[place])).says(note));
    }
    figures.push(Figure::of(
        "engagements",
        "engagements",
        made.engagements.map(Value::Count),
        Some(made.count),
    ));
    let with_both = made.both[0] as i64;
    let rate = Figure::of("engagement_rate", "share", None, Some(with_both));
    let over = match made.over {
        0 => String::new(),
        over => format!("; {over} with more engagements than reach left out"),
    };
    figures.push(match rates::engagement(&made) {
        Some((_, Some(estimate))) if estimate.n >= FEWEST => rate
            .estimated(&estimate, Value::Share)
            .says(format!("engagements over reach; n: contributions that have both{over}")),
        _ => rate
            .says(format!("needs {FEWEST} contributions with reach and engagements, has {with_both}{over}")),
    });
    let total = (!clicks.is_empty()).then(|| clicks.values().sum::<i64>());
    let note = if clicks.is_empty() { "no clicks were brought in yet" } else { "n: people with links" };
    figures.push(
        Figure::of("clicks", "clicks", total.map(Value::Count), Some(rates::count(clicks.len()))).says(note),
    );
    figures.push(click_through(&people, clicks));
    Ok(figures)
}

/// The grade click-through is over: A where anyone with links has it, else B; none where nobody has either.
pub fn click_grade(people: &BTreeMap<i64, Contributions>, clicks: &BTreeMap<i64, i64>) -> Option<char> {
    let has =
        |person: &i64, grade| people.get(person).is_some_and(|made| rates::reach_of(made, grade).is_some());
    ['A', 'B'].into_iter().find(|grade| clicks.keys().any(|person| has(person, *grade)))
}

/// Clicks over reach of one grade, of those who have both: never two grades together.
fn click_through(people: &BTreeMap<i64, Contributions>, clicks: &BTreeMap<i64, i64>) -> Figure {
    let Some(grade) = click_grade(people, clicks) else {
        return Figure::of("click_through", "share", None, None)
            .says("needs clicks, and reach of grade A or B, of the same advocate");
    };
    let both = clicks
        .iter()
        .filter_map(|(person, clicks)| Some((*clicks, rates::reach_of(people.get(person)?, grade)?.gross)));
    let (clicks, reach, advocates) =
        both.fold((0, 0, 0), |sum, (clicks, reach)| (sum.0 + clicks, sum.1 + reach, sum.2 + 1));
    if clicks > reach {
        return Figure::of("click_through", "share", None, Some(reach)).says(format!(
            "more clicks ({clicks}) than reach of grade {grade}: some contributions have no reach on file"
        ));
    }
    let of = format!("reach of grade {grade}, of the {advocates} advocates with links and such reach");
    Figure { over: Some(grade.to_string()), ..Figure::share("click_through", clicks, reach, &of) }
}

/// Context: NPS and CSAT of everyone who answered.
fn opinions(app: &App, periods: &[Period]) -> Result<Vec<Vec<Figure>>> {
    let spans: Vec<_> = periods.iter().map(|period| (period.from, period.to)).collect();
    let counts = |kind| scores::counts(app.store()?, kind, &spans);
    let both = counts("nps")?.into_iter().zip(counts("csat")?);
    Ok(both.map(|(recommended, satisfied)| vec![recommend(recommended), satisfaction(satisfied)]).collect())
}

fn recommend(counts: Counts) -> Figure {
    let (usual, other): (Vec<_>, Vec<_>) =
        counts.into_iter().partition(|&(_, low, high, _)| (low, high) == (0, 10));
    let nps = Nps::of_answers(
        usual.iter().filter_map(|&(score, .., people)| Some((score.try_into().ok()?, people.unsigned_abs()))),
    );
    let other: i64 = other.iter().map(|(.., people)| people).sum();
    let counts =
        format!("{} promoters, {} passives, {} detractors", nps.promoters, nps.passives, nps.detractors);
    let left_out = if other > 0 { format!("; {other} on another scale left out") } else { String::new() };
    let figure =
        Figure { test: Test::Nps(nps), ..Figure::of("nps", "points", None, Some(nps.n().cast_signed())) };
    match (nps.basis(), nps.estimate(LEVEL)) {
        (Basis::Indicative, Some(estimate)) => figure
            .estimated(&estimate, Value::Points)
            .says(format!("{counts}; indicative: under 30 answers{left_out}")),
        (Basis::Full, Some(estimate)) => {
            figure.estimated(&estimate, Value::Points).says(format!("{counts}{left_out}"))
        }
        _ => figure.says(format!("{counts}: needs 5 answers, has {}{left_out}", nps.n())),
    }
}

fn satisfaction(counts: Counts) -> Figure {
    let scale = most_used(&counts);
    let (on, others): (Vec<_>, Vec<_>) =
        counts.into_iter().partition(|&(_, low, high, _)| (low, high) == scale);
    let (low, high) = scale;
    let best = Measure::satisfied_from(low, high);
    let people = |rows: &[(i64, i64, i64, i64)]| rows.iter().map(|(.., people)| people).sum::<i64>();
    let satisfied: i64 = on.iter().filter(|row| row.0 >= best).map(|(.., people)| people).sum();
    let left_out = match people(&others) {
        0 => String::new(),
        others => format!(" ({others} on other scales left out)"),
    };
    let of = format!("gave {best} or more on {low}-{high}{left_out}");
    Figure { over: Some(format!("{low}-{high}")), ..Figure::share("csat", satisfied, people(&on), &of) }
}

/// The scale most people answered on; of equal ones the shortest.
pub fn most_used(counts: &[(i64, i64, i64, i64)]) -> (i64, i64) {
    let mut scales: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (_, low, high, people) in counts {
        *scales.entry((*low, *high)).or_default() += people;
    }
    let most = scales.into_iter().max_by_key(|&((low, high), people)| (people, Reverse((high - low, low))));
    most.map_or((1, 5), |(scale, _)| scale)
}
