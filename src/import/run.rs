//! One file into the program: understood, read row by row, and accounted for.

use super::ahead;
use super::cells::{Reading, RowError};
use super::decimals;
use super::form::Form;
use super::headers::title;
use super::kinds::{ERASED, Fate, Frame, Session, Trouble};
use super::people::People;
use super::profile::Profile;
use super::reader::{self, Column, Delimiter, Input, Layout, ReadOptions};
use super::receipt::Receipt;
use super::rejected::{self, Rejected};
use super::remarks;
use super::understand::{self, Outcome, Plan, Question, Wishes};
use super::values::dates::{DateOrder, DateProblem};
use super::values::numbers::Style;
use crate::app::{App, timed};
use crate::model::digest::hex;
use crate::model::time::Day;
use crate::store::members::Person;
use crate::store::{Store, batches, settings};
use anyhow::{Result, anyhow, bail};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;

/// What the command line said about a file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Kind, profile, columns, scale and platform.
    pub wishes: Wishes,
    /// `--date-order`.
    pub order: Option<DateOrder>,
    /// The program's own currency.
    pub currency: String,
    /// `--decimal`.
    pub decimal: Option<Style>,
    /// `--year`.
    pub year: Option<i32>,
    /// `--member`.
    pub owner: Option<i64>,
    /// Whom `--member` named, in words.
    pub owner_said: Option<String>,
    /// `--encoding`.
    pub encoding: Option<String>,
    /// The program's language is Chinese, which decides how a few bytes are read.
    pub chinese: bool,
    /// `--delimiter`.
    pub delimiter: Option<Delimiter>,
    /// `--table`.
    pub table: Option<String>,
    /// `--afresh`.
    pub afresh: bool,
    /// The survey, in the user's own words where they have a copy.
    pub form: Arc<Form>,
    /// A profile from a file of the user's.
    pub own_profiles: Vec<Profile>,
    /// That it is read as an earlier file was, in words for the receipt.
    pub recalled: Option<String>,
    /// Any rejected row ends the import.
    pub strict: bool,
}

impl Options {
    /// The file is about someone's account.
    pub fn owned_by(&mut self, person: &Person) {
        self.owner = Some(person.id);
        self.owner_said = Some(person.label());
        self.wishes.member = true;
    }
}

/// A file that was read once: how it is laid out.
pub struct Opened {
    /// Its bytes.
    pub input: Input,
    /// Its layout and columns.
    pub layout: Layout,
    /// How many columns stand before those of the tool: line and reason, in a file of rows that were set aside.
    pub lead: usize,
    /// How long learning it took.
    pub seconds: f64,
}

impl Opened {
    /// Reads a text once, to learn how its tables are laid out: one for each.
    pub fn learn(input: &Input, options: &Options) -> Result<Vec<Self>> {
        let read = ReadOptions {
            encoding: options.encoding.clone(),
            delimiter: options.delimiter,
            chinese: options.chinese,
        };
        let layouts = reader::learn(input, &read)?;
        let open = |mut layout: Layout| {
            let lead = rejected::lead(input.name(), &layout.columns);
            for column in layout.columns.iter_mut().take(lead) {
                *column = Column { index: column.index, rows: column.rows, ..Column::default() };
            }
            Self { layout, input: input.clone(), lead, seconds: 0.0 }
        };
        Ok(layouts.into_iter().map(open).collect())
    }

    /// What the headers are remembered by.
    pub fn headers(&self) -> String {
        let mut hash = Sha256::new();
        for column in self.layout.columns.iter().skip(self.lead) {
            hash.update(title(column));
            hash.update([0x1e]);
        }
        hex(&hash.finalize())
    }

    /// What the file is, or what is missing to tell.
    pub fn understand(&self, options: &Options) -> Result<Outcome> {
        let outcome = understand::understand(
            &self.layout.columns,
            (&self.layout).into(),
            &options.wishes,
            &options.own_profiles,
            &options.form,
        )?;
        Ok(match outcome {
            Outcome::Plan(plan) => {
                match self.dates(&plan, options).or_else(|| decimals::question(&plan, &self.layout, options))
                {
                    Some(question) => Outcome::Ask(vec![question]),
                    None => Outcome::Plan(plan),
                }
            }
            other => other,
        })
    }

    /// The date columns that cannot be read one way only.
    fn dates(&self, plan: &Plan, options: &Options) -> Option<Question> {
        let zone = crate::model::time::Zone::default();
        let (field, problem) = Reading::of(plan, &self.layout, options, zone, Day(0), "EUR").err()?;
        let flag = match problem {
            DateProblem::Contradicted { order: DateOrder::Dmy, .. } => "--date-order mdy",
            DateProblem::Ambiguous { .. } | DateProblem::Contradicted { .. } => "--date-order dmy",
            DateProblem::NeedsYear { .. } => "--year YYYY",
            _ => {
                return Some(Question::new(
                    format!("how to read {field}"),
                    format!("--map {field}=COLUMN"),
                    problem.to_string(),
                ));
            }
        };
        Some(Question::new(format!("how to read {field}"), flag, problem.to_string()))
    }
}

/// The error for questions that nobody is there to answer: a file that cannot be told is no wrong argument, so it ends
/// as one that is refused does.
pub fn unanswered(opened: &Opened, questions: &[Question], options: &Options) -> anyhow::Error {
    let name = opened.input.name();
    let mut text = format!("{name}: not imported, since this cannot be told from the file:");
    for question in questions {
        let others: String = question.others.iter().map(|flag| format!(" (or {flag})")).collect();
        text.push_str(&format!("\n  {}: {}\n    add {}{others}", question.what, question.why, question.flag));
    }
    let flags: Vec<&str> = questions.iter().map(|question| question.flag.as_str()).collect();
    if let Some(recalled) = &options.recalled {
        text.push_str(&format!("\n  {recalled}"));
    }
    text.push_str(&format!("\nRun it again with: {}", flags.join(" ")));
    anyhow!(text)
}

/// Imports one file inside a transaction of the caller's. A file that says nothing leaves nothing.
pub fn import(
    app: &App,
    store: &Store,
    opened: &Opened,
    plan: &Plan,
    options: &Options,
) -> Result<(Receipt, Rejected)> {
    let (done, seconds) = timed(|| {
        store.keep_if(|| {
            let (receipt, rejected) = take_all(app, store, opened, plan, options)?;
            let news = receipt.kept;
            Ok(((receipt, rejected), news))
        })
    });
    let (mut receipt, rejected) = done?;
    let microseconds = ((opened.seconds + seconds) * 1e6).round() as i64;
    receipt.seconds = Some(microseconds as f64 / 1e6);
    if receipt.kept {
        let remarks = batches::Remarks {
            notes: receipt.notes.clone(),
            microseconds: (!app.staged).then_some(microseconds),
            noon: (!plan.is_dated()).then(|| app.zone().noon(app.as_of()).0),
        };
        batches::remark(store, receipt.batch.id, &remarks)?;
    }
    Ok((receipt, rejected))
}

/// So many rows are told to the bar together: it counts for several threads, and waits for memory each time it does.
const TOLD: u64 = 128;

fn take_all(
    app: &App,
    store: &Store,
    opened: &Opened,
    plan: &Plan,
    options: &Options,
) -> Result<(Receipt, Rejected)> {
    let mut receipt = begin(app, store, opened, plan)?;
    let batch = receipt.batch.id;
    let mut reading = Reading::of(plan, &opened.layout, options, app.zone(), app.as_of(), &app.currency()?)
        .map_err(|(field, problem)| anyhow!("{}: {field}: {problem}", opened.input.name()))?;
    let domains = settings::read(store, "staff_domains")?.unwrap_or_default();
    let domains = domains.split(',').filter(|domain| !domain.is_empty()).map(str::to_string).collect();
    let people = People::load(store, domains, app.as_of(), batch)?;
    reading.folded_ids = people.folded_ids;
    let (zone, day) = (app.zone(), app.as_of());
    let frame = Frame { zone, day, at: zone.noon(day), owner: options.owner, earlier: false };
    let rows = opened.layout.records;
    let mut session = Session::new(store, people, frame, batch, rows)?;
    let frame = session.frame;
    let mut aside = Rejected::new(&opened.layout, opened.lead);
    let (progress, mut seen) = (app.screen.progress(rows, Duration::from_millis(500)), 0);
    ahead::each_row(opened, plan, &reading, frame, |row, draft| {
        seen += 1;
        if seen % TOLD == 0 {
            progress.advance(TOLD);
        }
        match session.take(row, draft) {
            Ok(fate) => receipt.count(&fate),
            Err(Trouble::Erased) => receipt.count(&Fate::Ignored(ERASED.into())),
            Err(Trouble::Row(error)) => {
                if options.strict {
                    bail!(
                        "{}:{}: {} ({}); nothing was imported (--strict)",
                        opened.input.name(),
                        row.line,
                        error.reason,
                        error.detail
                    );
                }
                receipt.reject(error.reason);
                aside.add(row, &error);
            }
            Err(Trouble::Other(error)) => return Err(error),
        }
        Ok(())
    })?;
    for fate in session.finish()? {
        receipt.count(&fate);
    }
    receipt.batch.members_added = session.people.added;
    receipt.notes = remarks::of(app, opened, plan, options, &session)?;
    // What a file says again stays when an earlier file is taken back, so it leaves a batch too; the same file
    // again has nothing to add to that.
    let news = receipt.batch.added + receipt.batch.changed > 0;
    receipt.kept = news || (receipt.batch.unchanged > 0 && !batches::has_file(store, &receipt.batch)?);
    if receipt.kept {
        session.close()?;
    }
    receipt.notes.extend(remarks::doubled(store, plan, batch)?);
    finish(store, opened, options, receipt, plan).map(|receipt| (receipt, aside))
}

fn begin(app: &App, store: &Store, opened: &Opened, plan: &Plan) -> Result<Receipt> {
    let mut receipt = Receipt::default();
    receipt.batch = batches::Batch {
        id: batches::next_id(store)?,
        at: app.clock().0,
        day: app.as_of().0,
        file: opened.input.name().to_string(),
        sha256: opened.input.sha256().to_string(),
        kind: plan.kind.as_str().to_string(),
        profile: plan.profile.clone(),
        encoding: opened.layout.encoding.to_string(),
        delimiter: opened.layout.delimiter.name().to_string(),
        ..batches::Batch::default()
    };
    batches::open(store, &receipt.batch)?;
    Ok(receipt)
}

fn finish(
    store: &Store,
    opened: &Opened,
    options: &Options,
    mut receipt: Receipt,
    plan: &Plan,
) -> Result<Receipt> {
    receipt.close();
    if receipt.kept {
        batches::close(store, &receipt.batch)?;
        let remembered = super::remembered::write(options);
        // Columns without names are told from no other file's.
        let is_known = plan.profile.is_some() || !opened.layout.has_header();
        if !is_known && !remembered.is_empty() {
            batches::remember_reading(store, &opened.headers(), &remembered, receipt.batch.id)?;
        }
    }
    Ok(receipt)
}

/// Says why a row was set aside, for the file of rejected rows.
pub fn in_words(error: &RowError) -> String {
    if error.detail.is_empty() {
        error.reason.to_string()
    } else {
        format!("{}: {}", error.reason, error.detail)
    }
}
