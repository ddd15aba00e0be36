//! `groundswell import`: files in, receipts out.

use super::headers::title;
use super::reader::{Column, Container, Delimiter, Input};
use super::receipt::{self, Receipt};
use super::rejected::Rejected;
use super::run::{self, Opened, Options};
use super::tables;
use super::understand::{Outcome, Plan, Question};
use super::values::dates::DateOrder;
use super::{profile::Profile, remembered};
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::model::kind::Kind;
use crate::output::safe;
use crate::output::terminal::shorten;
use crate::store::batches;
use anyhow::{Result, bail};
use clap::Args;
use std::path::{Path, PathBuf};

/// Bring in the exports of your tools
///
/// As the tools wrote them: text, .xlsx, .xls, .gz and .zip, told by what is in them. What a file is, is told from its headers.
///
/// Examples:
///   groundswell import orders.csv
///   groundswell import scores.csv --as nps --map score=Rating
///   groundswell import answers.xlsx --table "Form Responses 1"
///   groundswell import posts.csv --member ana@example.com --dry-run
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct Import {
    /// The files; - reads stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the rows are: members, nps, csat, activity, usage, audience, signups, survey, clicks, orders, deals
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<String>,
    /// The export's format, by name (see `groundswell profiles`) or as a TOML file of your own
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// Which column is which field (may be given more than once)
    #[arg(long, value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// How 03/04/2026 is to be read: dmy, mdy or ymd
    #[arg(long, value_name = "ORDER")]
    date_order: Option<String>,
    /// The lowest and highest answer of the question, such as 1-7
    #[arg(long, value_name = "LOW-HIGH")]
    scale: Option<String>,
    /// The platform of handles, posts and followers
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    /// Whose account the file is about, where the file does not say
    #[arg(long)]
    member: Option<String>,
    /// The year of dates that have none: that of the last row
    #[arg(long, value_name = "YYYY")]
    year: Option<String>,
    /// Which of a file's tables: a sheet, a file in an archive or the title of a stacked table, by name or by number
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// The encoding, where the guess is wrong
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// What separates the cells, where the guess is wrong: comma, semicolon, tab, pipe
    #[arg(long, value_name = "NAME")]
    delimiter: Option<String>,
    /// Do everything but keep nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Import nothing if any row would be set aside
    #[arg(long)]
    strict: bool,
}

impl Import {
    /// Imports the files: all of them, or none.
    pub fn run(self, app: &App) -> Result<End> {
        let options = self.options(app)?;
        let mut understood = Vec::new();
        for file in &self.files {
            understood.push(understand(app, file, &options)?);
        }
        let store = app.store()?;
        let work = || -> Result<Vec<(Receipt, Rejected)>> {
            let mut done = Vec::new();
            for (opened, plan, options) in &understood {
                done.push(run::import(app, store, opened, plan, options)?);
            }
            Ok(done)
        };
        let done = store.load(|| {
            if self.dry_run {
                return store.rehearse(work);
            }
            store.write(|| {
                let done = work()?;
                for ((_, rejected), file) in done.iter().zip(&self.files) {
                    rejected.write(beside(file))?;
                }
                for (receipt, _) in done.iter().filter(|(receipt, _)| receipt.kept) {
                    app.log(&note(receipt))?;
                }
                Ok(done)
            })
        })?;
        self.tell(app, done)
    }

    fn options(&self, app: &App) -> Result<Options> {
        let mut options = Options {
            strict: self.strict,
            encoding: self.encoding.clone(),
            table: self.table.clone(),
            ..Options::default()
        };
        let wishes = &mut options.wishes;
        wishes.as_kind = self.kind.as_deref().map(|word| word.parse::<Kind>().map_err(usage)).transpose()?;
        for pair in &self.map {
            let (field, column) = pair.split_once(['=', '＝']).ok_or_else(|| {
                usage(format!("--map {pair}: write it as FIELD=COLUMN, such as score=Rating"))
            })?;
            wishes.map.push((field.trim().into(), column.trim().into()));
        }
        options.order = self
            .date_order
            .as_deref()
            .map(|word| {
                DateOrder::parse(word)
                    .ok_or_else(|| usage(format!("--date-order {word}: it is dmy, mdy or ymd")))
            })
            .transpose()?;
        wishes.date_order = options.order.is_some();
        wishes.scale = self
            .scale
            .as_deref()
            .map(|text| text.parse().map_err(|error| usage(format!("--scale: {error}"))))
            .transpose()?;
        wishes.platform.clone_from(&self.platform);
        options.year = self.year.as_deref().map(year).transpose()?;
        wishes.year = options.year.is_some();
        options.owner =
            self.member.as_deref().map(|who| app.member(who)).transpose()?.map(|person| person.id);
        wishes.member = options.owner.is_some();
        options.delimiter = self
            .delimiter
            .as_deref()
            .map(|word| {
                Delimiter::parse(word)
                    .ok_or_else(|| usage(format!("--delimiter {word}: it is comma, semicolon, tab or pipe")))
            })
            .transpose()?;
        if let Some(name) = &self.profile {
            let is_path = Path::new(name).extension().is_some_and(|end| end == "toml") || name.contains('/');
            if is_path || Path::new(name).is_file() {
                let own = Profile::read(Path::new(name))?;
                wishes.profile = Some(own.name.clone());
                options.own_profiles.push(own);
            } else {
                wishes.profile = Some(name.clone());
            }
        }
        Ok(options)
    }

    fn tell(&self, app: &App, done: Vec<(Receipt, Rejected)>) -> Result<End> {
        let mut set_aside = false;
        for ((receipt, rejected), file) in done.iter().zip(&self.files) {
            for note in &receipt.notes {
                app.screen.aside(&format!("{}: {note}", receipt.batch.file));
            }
            set_aside |= receipt.batch.rejected > 0;
            if !self.dry_run && !rejected.is_empty() {
                let path = Rejected::path(beside(file));
                app.screen.say(&format!("Rows set aside, with the reason for each: {}", path.display()));
            }
        }
        let receipts: Vec<Receipt> = done
            .into_iter()
            .map(|(mut receipt, _)| {
                receipt.kept &= !self.dry_run;
                receipt
            })
            .collect();
        receipt::show(&app.screen, &receipts)?;
        let last = receipts.iter().rev().find(|receipt| receipt.kept);
        match last {
            _ if self.dry_run => app.screen.next("the same without --dry-run", "nothing was kept"),
            Some(last) => {
                app.screen.next("groundswell status", "what is in, and what is missing");
                app.screen.aside(&format!("To take it back: groundswell imports undo {}", last.batch.id));
            }
            None => app.screen.say("Nothing in it was new; the program is as it was."),
        }
        Ok(if set_aside { End::SetAside } else { End::Done })
    }
}

/// Where a file lies; stdin lies here.
fn beside(file: &Path) -> &Path {
    if file.as_os_str() == "-" { Path::new("stdin") } else { file }
}

fn year(text: &str) -> Result<i32> {
    let digits = crate::model::time::half_width(text);
    digits
        .trim()
        .parse()
        .ok()
        .filter(|year| (1990..2200).contains(year))
        .ok_or_else(|| usage(format!("--year {text}: write it as 2026")))
}

fn note(receipt: &Receipt) -> Note {
    let batch = &receipt.batch;
    let what = format!(
        "{}: {} added, {} changed, {} new members",
        batch.file, batch.added, batch.changed, batch.members_added
    );
    Note { batch: Some(batch.id), ..Note::program("import", what) }
}

/// Reads a file once and understands it, asking at a terminal what cannot be told.
fn understand(app: &App, file: &Path, options: &Options) -> Result<(Opened, Plan, Options)> {
    let input = if file.as_os_str() == "-" {
        Input::from_reader("stdin", std::io::stdin().lock())?
    } else {
        Input::open(file)?
    };
    let mut options = options.clone();
    let tables::Chosen { opened, note, flag } = tables::choose(app, Container::open(input)?, &options)?;
    let filled = recall(app, &opened, &mut options)?;
    if !filled.is_empty() {
        app.screen.aside(&format!("{}: read as last time ({})", opened.input.name(), filled.join(" ")));
    }
    let mut answered: Vec<String> = flag.into_iter().collect();
    loop {
        match opened.understand(&options)? {
            Outcome::Plan(mut plan) => {
                plan.notes.splice(0..0, note);
                if !answered.is_empty() {
                    let flags = answered.join(" ");
                    app.screen.aside(&format!(
                        "The same without questions: groundswell import {} {flags}",
                        file.display()
                    ));
                }
                return Ok((opened, *plan, options));
            }
            Outcome::Refuse { reason, message } => {
                bail!("{}: not imported ({reason}): {message}", opened.input.name())
            }
            Outcome::Ask(questions) if app.can_ask() => {
                for question in &questions {
                    answered.push(ask(app, &opened, question, &mut options)?);
                }
            }
            Outcome::Ask(questions) => return Err(run::unanswered(&opened, &questions)),
        }
    }
}

/// Fills in what was said last time of a table with the same headers; the words of what was filled in.
pub fn recall(app: &App, opened: &Opened, options: &mut Options) -> Result<Vec<String>> {
    let said = batches::mapping(app.store()?, &opened.headers())?;
    Ok(said.map(|said| remembered::read(&said, options)).unwrap_or_default())
}

/// Asks one question at the terminal and takes the answer as its flag would be taken; returns that flag.
fn ask(app: &App, opened: &Opened, question: &Question, options: &mut Options) -> Result<String> {
    app.screen.say(&format!("{}: {}", question.what, question.why));
    let (flag, hint) = question.flag.split_once(' ').unwrap_or((&question.flag, ""));
    let given = &question.flag;
    let answer = match flag {
        "--as" => {
            let kinds: Vec<String> = Kind::ALL.iter().map(|kind| kind.as_str().to_string()).collect();
            let kind = Kind::ALL[app.choose("What are its rows?", &kinds, given)?];
            options.wishes.as_kind = Some(kind);
            kind.to_string()
        }
        "--date-order" => {
            let words = ["day first (31/12/2026)", "month first (12/31/2026)", "year first (26/12/31)"];
            let chosen = app.choose("How are its dates written?", &words.map(String::from), given)?;
            let order = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd][chosen];
            options.order = Some(order);
            options.wishes.date_order = true;
            order.name().to_string()
        }
        "--scale" => {
            let text = app.text(None, "The lowest and highest answer, such as 0-10?", given)?;
            options.wishes.scale = Some(text.parse().map_err(|error| usage(format!("{error}")))?);
            text
        }
        "--member" => {
            let who = app.text(None, "Whose account is it?", given)?;
            options.owner = Some(app.member(&who)?.id);
            options.wishes.member = true;
            format!("\"{who}\"")
        }
        "--platform" => {
            let platform = app.text(None, "Which platform?", given)?;
            options.wishes.platform = Some(platform.clone());
            platform
        }
        "--year" => {
            let text = app.text(None, "The year of its last row?", given)?;
            options.year = Some(year(&text)?);
            options.wishes.year = true;
            text
        }
        "--map" => {
            let field = hint.trim_matches('"').split('=').next().unwrap_or_default();
            let column = column(app, opened, field, given)?;
            options.wishes.map.push((field.into(), column.clone()));
            format!("\"{field}={column}\"")
        }
        _ => return Err(usage(format!("{}: add {given}", question.why))),
    };
    Ok(format!("{flag} {answer}"))
}

/// One of the file's columns, chosen by its header and first values.
fn column(app: &App, opened: &Opened, field: &str, flag: &str) -> Result<String> {
    let columns = &opened.layout.columns;
    let shown = |column: &Column| {
        let values: Vec<&str> = column.samples.iter().take(3).map(String::as_str).collect();
        shorten(&safe::line(&format!("{}   ({})", title(column), values.join(" · "))), 70)
    };
    let choices: Vec<String> = columns.iter().map(shown).collect();
    let chosen = app.choose(&format!("Which column is the {field}?"), &choices, flag)?;
    Ok(title(&columns[chosen]))
}
