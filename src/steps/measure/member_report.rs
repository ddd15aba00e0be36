//! `measure report`: one advocate's report, to hand to them.

use super::audience;
use super::member_charts;
use super::rates;
use super::reach_rows::{Advocate, Rows};
use crate::app::App;
use crate::app::fail::End;
use crate::app::period::{Against, Period, Span};
use crate::app::words::Words;
use crate::model::money::decimal;
use crate::output::forms::Forms;
use crate::output::page::Charts;
use crate::output::{Cell, Format, Table, document, page};
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

/// One figure of the report.
#[derive(Debug, Clone)]
struct Figure {
    label: &'static str,
    n: Option<i64>,
    currency: Option<String>,
    cell: Cell,
    earlier: Cell,
    interval: Option<(f64, f64)>,
}

/// The same in the reader's language; what is not known is empty.
#[derive(Serialize)]
struct Line {
    label: &'static str,
    value: String,
    n: Option<String>,
    low: String,
    high: String,
    before: String,
    currency: Option<String>,
}

#[derive(Serialize)]
struct Contribution {
    date: String,
    platform: String,
    kind: String,
    title: String,
    url: Option<String>,
    reach: Option<String>,
    grade: Option<String>,
    engagements: Option<String>,
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
        write(app, &self.member, &self.span, &self.against, app.screen.format)
    }
}

/// Writes one advocate's report in a format.
pub fn write(app: &App, member: &str, span: &Span, against: &Against, format: Format) -> Result<End> {
    let person = app.member(member)?;
    let period = span.or_usual(app)?;
    let before = against.of(period, app.as_of())?;
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
    let earlier = earlier.as_ref().and_then(|rows| rows.advocates.iter().find(|one| one.member == person.id));
    let figures = figures(advocate, earlier, &app.currency()?);
    match format {
        Format::Table | Format::Md | Format::Html => {
            let best =
                reports::best_of(app.store()?, person.id, app.as_of(), (period.from, period.to), MOST)?;
            let words = Words::read(app, app.lang_for(person.language.as_deref()))?;
            let text = text(app, &words, advocate, &figures, best, &now, period)?;
            let is_page = format == Format::Html;
            let whole = if is_page {
                framed(app, &words, advocate, &text, period)?
            } else {
                page::without_charts(&text)
            };
            app.screen.data(&whole)?;
        }
        Format::Json | Format::Csv | Format::Xlsx => {
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
        self.earlier = earlier;
    }

    fn line(&self, forms: &Forms) -> Line {
        let currency = self.currency.as_deref().unwrap_or_default();
        let shown = |cell: &Cell| match (self.label, cell) {
            (_, Cell::Missing) => String::new(),
            ("engagement_rate" | "ctr", Cell::Number { value, .. }) => forms.percentage(*value),
            (_, Cell::Number { value, places }) => forms.number(*value, *places),
            (_, Cell::Whole(count)) => forms.count(Some(*count)).text,
            (_, Cell::Decimal(amount)) => forms.amount(amount, currency),
            (_, Cell::Text(text)) => text.clone(),
        };
        let end = |end: Option<f64>| end.map_or_else(String::new, |end| forms.percentage(end));
        Line {
            label: self.label,
            value: shown(&self.cell),
            n: self.n.map(|n| forms.count(Some(n)).text),
            low: end(self.interval.map(|ends| ends.0)),
            high: end(self.interval.map(|ends| ends.1)),
            before: shown(&self.earlier),
            currency: self.currency.clone(),
        }
    }
}

fn figure(label: &'static str, cell: Cell, n: Option<i64>, interval: Option<(f64, f64)>) -> Figure {
    Figure { label, n, currency: None, cell, earlier: Cell::Missing, interval }
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

/// The report as one page, with its charts.
fn framed(app: &App, words: &Words, advocate: &Advocate, text: &str, period: Period) -> Result<String> {
    let frame = app.texts().get("templates/page.html")?;
    let chart = app.texts().get("templates/chart.html")?;
    let mut charts = Charts {
        style: document::part(chart.pair(), "style")?,
        defs: document::part(chart.pair(), "defs")?,
        ..Charts::default()
    };
    for figure in member_charts::figures(app, words, advocate, period)? {
        charts.drawn.insert(figure.key.clone(), figure.html(chart.pair(), &words.forms, 3)?);
    }
    let lang = words.name("frame", "lang")?;
    page::with_charts(frame.pair(), &lang, &advocate.name, text, &charts)
}

fn text(
    app: &App,
    words: &Words,
    advocate: &Advocate,
    figures: &[Figure],
    best: Vec<Work>,
    rows: &Rows,
    period: Period,
) -> Result<String> {
    let template = app.texts().get(&format!("templates/{}/report-member.md", words.lang.word()))?;
    let program = settings::read(app.store()?, "name")?.unwrap_or_default();
    let sender = settings::read(app.store()?, "sender")?.unwrap_or_else(|| program.clone());
    let forms = &words.forms;
    let count = |count: Option<i64>| count.map(|count| forms.count(Some(count)).text);
    let contributions: Vec<Contribution> = best
        .into_iter()
        .map(|work| Contribution {
            date: forms.date(&work.day.to_string()),
            platform: work.platform,
            kind: work.kind,
            title: app.screen.hidden("title", work.title),
            url: work.url.filter(|url| url.starts_with("http") && app.screen.redact.is_none()),
            reach: count(work.reach),
            grade: work.grade,
            engagements: count(work.engagements),
        })
        .collect();
    let mut credits = Vec::new();
    for (currency, settled) in rows.sums.settled() {
        for one in settled.credits.iter().filter(|one| one.member == advocate.member) {
            credits.push(Credited {
                tier: one.tier.as_str(),
                conversions: Cell::number(one.hundredths as f64 / 100.0, 0).plain(),
                revenue: forms.amount(&decimal(one.minor, &currency), &currency),
                currency: currency.clone(),
            });
        }
    }
    let values = serde_json::json!({
        "name": advocate.name,
        "persona": advocate.persona,
        "program": program,
        "sender": sender,
        "period": words.span(period)?,
        "as_of": forms.date(&app.as_of().to_string()),
        "figures": figures.iter().map(|figure| figure.line(forms)).collect::<Vec<_>>(),
        "contributions": contributions,
        "credits": credits,
        "over": advocate.made.map_or(0, |made| made.over),
        "notes": Vec::<String>::new(),
    });
    template.fill(values)
}
