//! `measure report`: one advocate's report, to hand to them.

use super::audience;
use super::rates;
use super::reach_rows::{Advocate, Rows};
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::{Against, Span};
use crate::model::money::decimal;
use crate::output::{Cell, Format, Table, page};
use crate::store::reports::{self, Work};
use crate::store::settings;
use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;

/// How many contributions are listed.
const MOST: usize = 10;

/// One advocate's report.
///
/// Figures with their trend, best contributions, and what came through them.
///
/// Written as Markdown from the template report-member, with `--format html` as a page that needs no network; `--format csv`
/// and `json` give the figures.
///
/// Example: groundswell measure report ana@example.com --period 2026-Q2 -o ana.md
#[derive(Debug, Args)]
pub struct Report {
    /// Whose
    member: String,
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    against: Against,
}

/// One line of the report; what is not known is empty.
#[derive(Debug, Clone, Serialize)]
struct Figure {
    label: &'static str,
    value: String,
    n: Option<i64>,
    low: String,
    high: String,
    before: String,
    currency: Option<String>,
    #[serde(skip)]
    cell: Cell,
    #[serde(skip)]
    earlier: Cell,
    #[serde(skip)]
    interval: Option<(f64, f64)>,
}

#[derive(Serialize)]
struct Contribution {
    date: String,
    platform: String,
    kind: String,
    title: String,
    url: Option<String>,
    reach: Option<i64>,
    grade: Option<String>,
    engagements: Option<i64>,
}

#[derive(Serialize)]
struct Credited {
    tier: &'static str,
    conversions: String,
    revenue: String,
    currency: String,
}

impl Report {
    /// Shows the report, or writes it to a file.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let period = self.span.or_usual(app)?;
        let before = self.against.of(period, app.as_of())?;
        let now = Rows::read(app, period, None)?;
        let Some(advocate) = now.advocates.iter().find(|one| one.member == person.id) else {
            bail!(
                "{} ({}) has not joined, so there is nothing to report; once they do: groundswell member stage {} active",
                person.label(),
                person.id,
                person.id
            );
        };
        let earlier = before.map(|before| Rows::read(app, before, None)).transpose()?;
        let earlier =
            earlier.as_ref().and_then(|rows| rows.advocates.iter().find(|one| one.member == person.id));
        let figures = figures(advocate, earlier, &app.currency()?);
        match app.screen.format {
            Format::Table | Format::Md | Format::Html => {
                let best =
                    reports::best_of(app.store()?, person.id, app.as_of(), (period.from, period.to), MOST)?;
                let text = text(app, advocate, &figures, best, &now, &period.to_string())?;
                let whole =
                    if app.screen.format == Format::Html { framed(app, advocate, &text)? } else { text };
                app.screen.data(&whole)?;
            }
            Format::Json | Format::Csv => {
                app.screen.show(&table(&figures, &period.to_string()))?;
            }
            Format::Ids => {
                let mut table = Table::new(&[">member"]);
                table.row(vec![person.id.into()]);
                app.screen.show(&table)?;
            }
        }
        app.screen.next("groundswell measure reach", "the same figures for everyone");
        Ok(End::Done)
    }
}

/// The row of the reach report as a list, each figure with its interval and its value in the period before.
fn figures(advocate: &Advocate, earlier: Option<&Advocate>, currency: &str) -> Vec<Figure> {
    let mut figures = plain_figures(advocate);
    let before = earlier.map(plain_figures).unwrap_or_default();
    let grade = |one: Option<&Advocate>| one.and_then(|one| one.reported).map(|reach| reach.grade);
    let other_grade = grade(Some(advocate)).zip(grade(earlier)).is_some_and(|(now, then)| now != then);
    for (figure, before) in figures.iter_mut().zip(&before) {
        // Grades are not compared: what is over reach of another grade has no value before.
        if other_grade && matches!(figure.label, "overlap_low" | "overlap_high" | "ctr") {
            continue;
        }
        figure.set_before(before.cell.clone());
    }
    let mut currencies: Vec<&str> = advocate.credit.keys().map(String::as_str).collect();
    if currencies.is_empty() {
        currencies.push(currency);
    }
    for currency in currencies {
        let credit = |one: &Advocate| one.credit.get(currency).copied().unwrap_or_default();
        let (hundredths, minor) = credit(advocate);
        let earlier = earlier.map(credit);
        let conversions = |hundredths: i64| Cell::number(hundredths as f64 / 100.0, 0);
        let money = |minor| Cell::Decimal(decimal(minor, currency));
        let mut count = figure("conversions", conversions(hundredths), None, None);
        let mut revenue = figure("revenue", money(minor), None, None);
        if let Some((hundredths, minor)) = earlier {
            count.set_before(conversions(hundredths));
            revenue.set_before(money(minor));
        }
        for mut one in [count, revenue] {
            one.currency = Some(currency.to_string());
            figures.push(one);
        }
    }
    figures
}

impl Figure {
    fn set_before(&mut self, earlier: Cell) {
        self.before = earlier.plain();
        self.earlier = earlier;
    }
}

fn figure(label: &'static str, cell: Cell, n: Option<i64>, interval: Option<(f64, f64)>) -> Figure {
    let end = |value: Option<f64>| value.map_or_else(String::new, |value| Cell::number(value, 4).plain());
    Figure {
        label,
        value: cell.plain(),
        n,
        low: end(interval.map(|ends| ends.0)),
        high: end(interval.map(|ends| ends.1)),
        before: String::new(),
        currency: None,
        cell,
        earlier: Cell::Missing,
        interval,
    }
}

fn plain_figures(advocate: &Advocate) -> Vec<Figure> {
    let made = advocate.made.unwrap_or_default();
    let count = |label, value: Option<i64>, n: Option<i64>| figure(label, value.into(), n, None);
    let rate = |value: Option<f64>| value.map_or(Cell::Missing, |value| Cell::number(value, 4));
    let mut figures = vec![count("contributions", advocate.made.map(|made| made.count), None)];
    for (grade, label) in ["reach_a", "reach_b", "reach_c", "reach_d"].into_iter().enumerate() {
        figures.push(count(label, made.reach[grade], made.reach[grade].map(|_| made.graded[grade])));
    }
    figures.push(count("engagements", made.engagements, made.engagements.map(|_| made.count)));
    let estimate = advocate.engagement.and_then(|engagement| engagement.1);
    figures.push(figure(
        "engagement_rate",
        rate(advocate.engagement.map(|engagement| engagement.0)),
        advocate.engagement.map(|_| made.both[0] as i64),
        estimate.map(|estimate| (estimate.lo, estimate.hi)),
    ));
    let (now, then) = (advocate.audience.as_ref(), advocate.at_joining.as_ref());
    let platforms = now.map(|platforms| rates::count(platforms.len()));
    let reported = advocate.reported;
    figures.push(count("audience", now.map(audience::sum), platforms));
    figures.push(count("audience_at_joining", then.map(audience::sum), None));
    figures.push(count(
        "audience_growth",
        now.zip(then).and_then(|(now, then)| audience::growth(now, then)),
        None,
    ));
    figures.push(count("overlap_low", reported.map(|reach| reach.largest), reported.map(|reach| reach.n)));
    figures.push(count("overlap_high", reported.map(|reach| reach.gross), reported.map(|reach| reach.n)));
    figures.push(count("clicks", advocate.clicks, None));
    figures.push(figure(
        "ctr",
        rate(advocate.ctr.map(|ctr| ctr.value)),
        advocate.ctr.map(|ctr| ctr.n.cast_signed()),
        advocate.ctr.map(|ctr| (ctr.lo, ctr.hi)),
    ));
    figures
}

fn table(figures: &[Figure], period: &str) -> Table {
    let mut table = Table::new(&["figure", ">value", ">n", ">lo", ">hi", ">before", "currency", "period"]);
    for one in figures {
        let end = |value: Option<f64>| value.map_or(Cell::Missing, |value| Cell::number(value, 4));
        table.row(vec![
            one.label.into(),
            one.cell.clone(),
            one.n.into(),
            end(one.interval.map(|ends| ends.0)),
            end(one.interval.map(|ends| ends.1)),
            one.earlier.clone(),
            one.currency.clone().into(),
            period.into(),
        ]);
    }
    table
}

/// The report as one page.
fn framed(app: &App, advocate: &Advocate, text: &str) -> Result<String> {
    let frame = app.texts().get("templates/page.html")?;
    page::page(&frame.name, &frame.source, app.lang().word(), &advocate.name, text)
}

fn text(
    app: &App,
    advocate: &Advocate,
    figures: &[Figure],
    best: Vec<Work>,
    rows: &Rows,
    period: &str,
) -> Result<String> {
    let template = app.texts().get(&format!("templates/{}/report-member.md", app.lang().word()))?;
    let program = settings::read(app.store()?, "name")?.unwrap_or_default();
    let sender = settings::read(app.store()?, "sender")?.unwrap_or_else(|| program.clone());
    let contributions: Vec<Contribution> = best
        .into_iter()
        .map(|work| Contribution {
            date: work.day.to_string(),
            platform: work.platform,
            kind: work.kind,
            title: app.screen.hidden("title", work.title),
            url: work.url.filter(|url| url.starts_with("http") && app.screen.redact.is_none()),
            reach: work.reach,
            grade: work.grade,
            engagements: work.engagements,
        })
        .collect();
    let mut credits = Vec::new();
    for (currency, settled) in rows.sums.settled() {
        for one in settled.credits.iter().filter(|one| one.member == advocate.member) {
            credits.push(Credited {
                tier: one.tier.as_str(),
                conversions: Cell::number(one.hundredths as f64 / 100.0, 0).plain(),
                revenue: decimal(one.minor, &currency),
                currency: currency.clone(),
            });
        }
    }
    let values = serde_json::json!({
        "name": advocate.name,
        "persona": advocate.persona,
        "program": program,
        "sender": sender,
        "period": period,
        "as_of": app.as_of().to_string(),
        "figures": figures,
        "contributions": contributions,
        "credits": credits,
        "over": advocate.made.map_or(0, |made| made.over),
        "notes": Vec::<String>::new(),
    });
    template.fill(values)
}
