//! `report`: the program's report as one page, a workbook or Markdown, and each of its tables as a list.

mod cover;
mod desk;
mod figures;
mod money;
mod over_time;
mod people;
mod trough;

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::period::{Against, Span};
use crate::app::words::Words;
use crate::output::document::Document;
use crate::output::{Cell, Format, Table, xlsx};
use crate::steps::measure::member_report;
use crate::steps::measure::reach_rows::Rows;
use crate::store::settings;
use anyhow::Result;
use clap::Args;
use desk::Desk;
use serde_json::json;

/// Whom the report is for where nobody is named.
const BOSS: [&str; 3] = ["boss", "老板", "领导"];

/// The program's report: a page, a workbook or Markdown.
///
/// One file that needs no network: first a page for whoever pays for the program, then the six metrics over time, the way in,
/// personas, audiences, reach by grade, revenue by its evidence and under every rule, activity beside the pipeline, who may
/// give up; how it was computed comes last. Every chart has its table; the texts are `report` of `groundswell templates`.
///
/// The file's ending decides: .html, .xlsx or .md. Without a file it lists the tables; --table shows one in any list format.
///
/// Example: groundswell report -o report.html --period 2026-Q2
#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    against: Against,
    /// Whom it is for: the boss, or an advocate, who gets their own numbers only
    #[arg(long = "for", value_name = "WHO", default_value = BOSS[0])]
    whom: String,
    /// One of its tables as a list, by its name
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Page,
    Workbook,
    Text,
    /// Its tables.
    List,
}

impl Report {
    /// Writes the report, or shows its tables.
    pub fn run(self, app: &App) -> Result<End> {
        let form = if self.table.is_some() { Form::List } else { form(app)? };
        if !BOSS.contains(&self.whom.as_str()) {
            let format = match form {
                Form::Page => Format::Html,
                Form::Text => Format::Md,
                Form::List => app.screen.format,
                Form::Workbook => {
                    return Err(usage(
                        "an advocate's report is no workbook: name a file that ends in .html or .md",
                    ));
                }
            };
            return member_report::write(app, &self.whom, &self.span, &self.against, format);
        }
        let period = self.span.or_usual(app)?;
        let before = self.against.of(period, app.as_of())?;
        let desk = Desk::read(app, Words::read(app, app.lang())?, period, before)?;
        let document = document(&desk)?;
        match (&self.table, form) {
            (Some(name), _) => one(app, &document, name)?,
            (None, Form::List) => list(app, &document)?,
            (None, Form::Workbook) => app.screen.bytes(&xlsx::draw(&document)?)?,
            (None, Form::Page) => {
                let frame = app.texts().get("templates/report.html")?;
                let chart = app.texts().get("templates/chart.html")?;
                app.screen.data(&document.page(frame.pair(), chart.pair(), desk.forms())?)?;
            }
            (None, Form::Text) => {
                let frame = app.texts().get("templates/report.md")?;
                app.screen.data(&document.markdown(frame.pair(), desk.forms())?)?;
            }
        }
        if form == Form::List {
            app.screen.next("groundswell report -o report.html", "all of it as one page with charts");
        } else {
            app.screen.next(
                "groundswell report --for MEMBER -o report.html",
                "an advocate's own numbers, to send to them",
            );
        }
        Ok(End::Done)
    }
}

/// What is to be written: `--format` says it, else the file's ending.
fn form(app: &App) -> Result<Form> {
    let ending = app.screen.file.as_ref().map(|path| {
        path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
    });
    let form = match (app.screen.format, ending.as_deref()) {
        (Format::Html, _) | (Format::Table, Some("html" | "htm")) => Form::Page,
        (Format::Xlsx, _) | (Format::Table, Some("xlsx")) => Form::Workbook,
        (Format::Md, _) | (Format::Table, Some("md" | "markdown")) => Form::Text,
        (Format::Table, Some(_)) => {
            return Err(usage(
                "-o: a report is a page, a workbook or Markdown; name a file that ends in .html, .xlsx or .md",
            ));
        }
        _ => Form::List,
    };
    if form == Form::Workbook && app.screen.file.is_none() {
        return Err(usage("--format xlsx: a workbook needs a file; add -o report.xlsx"));
    }
    Ok(form)
}

/// Everything the report says.
fn document(desk: &Desk) -> Result<Document> {
    let app = desk.app;
    let rows = Rows::read(app, desk.period, None)?;
    let watch = trough::read(desk)?;
    let program = settings::read(app.store()?, "name")?.unwrap_or_default();
    let as_of = app.as_of().to_string();
    let about = json!({
        "period": desk.span(desk.period)?, "before": desk.before.map(|before| desk.span(before)).transpose()?,
        "as_of": desk.forms().date(&as_of), "program": program,
    });
    let sections = vec![
        over_time::metrics(desk)?,
        people::funnel(desk)?,
        people::personas(desk)?,
        people::audiences(desk, &rows)?,
        over_time::reach(desk)?,
        money::models(desk)?,
        over_time::pipeline(desk)?,
        trough::section(desk, &watch)?,
        people::advocates(desk, &rows)?,
        desk.section("all", &json!({}), vec![cover::all(desk)?])?,
    ];
    let method = desk.words.group("method")?.into_keys().map(|name| {
        Ok((desk.words.say("method_title", &name, &about)?, desk.words.say("method", &name, &about)?))
    });
    Ok(Document {
        lang: desk.words.name("frame", "lang")?,
        title: desk.words.say("frame", "title", &about)?,
        about: desk.words.say("frame", "about", &about)?,
        lead: cover::lead(desk, &trough::at_risk(&watch))?,
        tiles: cover::tiles(desk)?,
        first: vec![money::band(desk, &rows.sums)?],
        sections,
        method: method.collect::<Result<_>>()?,
        words: desk.words.group("page")?,
        program,
        as_of,
    })
}

/// The tables of the report.
fn list(app: &App, document: &Document) -> Result<()> {
    let mut table = Table::new(&["table", "shows", ">rows", "?~basis"]);
    for figure in document.figures() {
        table.row(vec![
            figure.key.clone().into(),
            figure.title.clone().into(),
            figure.grid.rows.len().into(),
            figure.caption.clone().into(),
        ]);
    }
    app.screen.show(&table)
}

/// One table as a list.
fn one(app: &App, document: &Document, name: &str) -> Result<()> {
    let Some(figure) = document.figures().find(|figure| figure.key == name) else {
        let names: Vec<&str> = document.figures().map(|figure| figure.key.as_str()).collect();
        return Err(usage(format!(
            "--table {name}: the report has no such table; it has {}",
            names.join(", ")
        )));
    };
    let mut table = figure.grid.table().or_say(&figure.empty);
    table.note(figure.caption.clone());
    debug_assert!(table.rows.iter().flatten().all(|cell| *cell != Cell::Text(String::new())));
    app.screen.show(&table)
}
