//! `groundswell import`: files in, receipts out.

use super::dialogue::{self, Understood};
use super::form::Form;
use super::profile::Profile;
use super::reader::{Container, Delimiter, Input, Watch};
use super::receipt::{self, Receipt};
use super::rejected::Rejected;
use super::run::{self, Options};
use super::tables;
use super::values::dates::DateOrder;
use super::values::numbers::Style;
use crate::app::App;
use crate::app::fail::{End, usage};
use crate::app::logged::Note;
use crate::data::Lang;
use crate::model::kind::Kind;
use crate::output::rejected;
use crate::output::safe::counted;
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

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
    /// What the rows are: members, nps, csat, activity, rollup, usage, audience, signups, survey, clicks, orders, deals
    #[arg(long = "as", value_name = "KIND")]
    kind: Option<String>,
    /// The export's format, by name (see `groundswell profiles`) or as a TOML file of your own
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// Which column is which field (may be given more than once)
    #[arg(long, value_name = "FIELD=COLUMN")]
    map: Vec<String>,
    /// A column to leave unread (may be given more than once)
    #[arg(long, value_name = "COLUMN")]
    without: Vec<String>,
    /// Do not read it as the last file like it was read
    #[arg(long)]
    afresh: bool,
    /// How 03/04/2026 is to be read: dmy, mdy or ymd
    #[arg(long, value_name = "ORDER")]
    date_order: Option<String>,
    /// The sign before decimals, where amounts such as 1.234 leave it open: point or comma
    #[arg(long, value_name = "SIGN")]
    decimal: Option<String>,
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

/// What a flag's word stands for, which is one of a few.
fn one_of<T>(
    flag: &str,
    word: Option<&str>,
    read: impl Fn(&str) -> Option<T>,
    words: &str,
) -> Result<Option<T>> {
    word.map(|word| read(word).ok_or_else(|| usage(format!("{flag} {word}: it is {words}")))).transpose()
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
            for Understood { opened, plan, options, .. } in &understood {
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
        let end = self.tell(app, done)?;
        for (file, Understood { answers, .. }) in self.files.iter().zip(&understood) {
            if let Some(flags) = answers {
                let others = self.files.iter().filter(|other| *other != file);
                let others: Vec<String> = others.map(|other| other.display().to_string()).collect();
                let command = App::command_with(flags, &others);
                app.screen.drawn(&format!("The same without questions: {command}"));
            }
        }
        Ok(end)
    }

    fn options(&self, app: &App) -> Result<Options> {
        let mut options = Options {
            strict: self.strict,
            encoding: self.encoding.clone(),
            chinese: app.lang() == Lang::Zh,
            currency: app.currency()?,
            table: self.table.clone(),
            afresh: self.afresh,
            form: Arc::new(Form::read(&app.texts())?),
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
        wishes.without.clone_from(&self.without);
        options.order =
            one_of("--date-order", self.date_order.as_deref(), DateOrder::parse, "dmy, mdy or ymd")?;
        wishes.date_order = options.order.is_some();
        options.decimal = one_of("--decimal", self.decimal.as_deref(), Style::parse, "point or comma")?;
        wishes.scale = self
            .scale
            .as_deref()
            .map(|text| text.parse().map_err(|error| usage(format!("--scale: {error}"))))
            .transpose()?;
        wishes.platform.clone_from(&self.platform);
        options.year = self.year.as_deref().map(year).transpose()?;
        wishes.year = options.year.is_some();
        if let Some(who) = &self.member {
            options.owned_by(&app.member(who)?);
        }
        let wishes = &mut options.wishes;
        let signs = "comma, semicolon, tab or pipe";
        options.delimiter = one_of("--delimiter", self.delimiter.as_deref(), Delimiter::parse, signs)?;
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
            receipt.remarks(&app.screen);
            set_aside |= receipt.batch.rejected > 0;
            if !self.dry_run && !rejected.is_empty() {
                let path = rejected::path(beside(file));
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
                for Receipt { batch, .. } in receipts.iter().filter(|receipt| receipt.kept) {
                    if batch.added + batch.changed == 0 {
                        app.screen.say(&format!(
                            "Nothing in {} was new; its rows stay even when the import that brought them is taken back.",
                            batch.file
                        ));
                    }
                }
                app.screen.next("groundswell status", "what is in, and what is missing");
                app.screen.aside(&format!("To take it back: groundswell imports undo {}", last.batch.id));
            }
            None if set_aside && !receipts.iter().any(|receipt| receipt.batch.unchanged > 0) => {
                app.screen.say("No row of it could be read; the program is as it was.");
            }
            None => app.screen.say("Nothing in it was new; the program is as it was."),
        }
        Ok(if set_aside { End::SetAside } else { End::Done })
    }
}

/// Reads a file, chooses its table and understands it.
fn understand(app: &App, file: &Path, options: &Options) -> Result<Understood> {
    // It is read once for its bytes and once, slower, for its columns, before its rows are taken.
    let bytes = std::fs::metadata(file).map_or(0, |meta| meta.len());
    let watch = || {
        let progress = app.screen.reading(bytes, Duration::from_millis(500));
        Some(Watch(Arc::new(move |more| progress.advance(more))))
    };
    let mut input = if file.as_os_str() == "-" {
        Input::from_reader("stdin", std::io::stdin().lock())?
    } else {
        Input::open_watched(file, watch())?
    };
    input.watch(watch());
    let tables::Chosen { mut opened, note, flag } = tables::choose(app, Container::open(input)?, options)?;
    opened.input.watch(None);
    let mut understood = dialogue::understand(app, opened, options)?;
    understood.plan.notes.splice(0..0, note);
    if let Some(flag) = flag {
        understood.answers.get_or_insert_default().insert(0, flag);
    }
    Ok(understood)
}

/// Where a file lies; stdin lies here.
fn beside(file: &Path) -> &Path {
    if file.as_os_str() == "-" { Path::new("stdin") } else { file }
}

/// A year, as `--year` and the question for it take it.
pub fn year(text: &str) -> Result<i32> {
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
        "{}: {} added, {} changed, {}",
        batch.file,
        batch.added,
        batch.changed,
        counted(batch.members_added, "new member", "new members")
    );
    Note { batch: Some(batch.id), ..Note::program("import", what) }
}
