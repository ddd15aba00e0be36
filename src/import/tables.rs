//! Which of a file's tables is imported: the only one that can be understood, or the one that is named.

use super::dialogue::recall;
use super::headers::{folded, title};
use super::reader::{Container, Input};
use super::run::{Opened, Options};
use super::understand::{Outcome, nearest};
use crate::app::fail::usage;
use crate::app::{App, timed};
use crate::output::safe;
use crate::output::terminal::shorten;
use anyhow::{Result, anyhow, bail};

/// So many are read to find the right one.
const MOST: usize = 100;
/// So many are listed in an error.
const LISTED: usize = 30;
/// A line of the list is so wide.
const WIDTH: usize = 90;

/// The table that is imported.
pub struct Chosen {
    /// The table.
    pub opened: Opened,
    /// What was chosen, in words, where nobody named it and there were others.
    pub note: Option<String>,
    /// The flag that an answer at the terminal stands for.
    pub flag: Option<String>,
}

/// A table of the file.
struct Table {
    /// From 1, as listed.
    number: usize,
    /// The sheet or the file in the archive.
    part: Option<String>,
    hidden: bool,
    /// How many stand under one another where it stands.
    stacked: usize,
    /// What it is, or why it cannot be read.
    found: Result<Opened>,
}

impl Table {
    fn of(container: &Container, at: usize, found: Result<Opened>) -> Self {
        let part = container.parts().get(at);
        Self {
            number: 1,
            part: part.map(|part| part.name.clone()),
            hidden: part.is_some_and(|part| part.hidden),
            stacked: 1,
            found,
        }
    }

    fn title(&self) -> Option<&str> {
        let title = self.found.as_ref().ok()?.layout.title.as_deref()?;
        Some(title.trim_start_matches('#').trim()).filter(|_| self.stacked > 1)
    }

    /// How it is called: the sheet, its title in the sheet, or both.
    fn name(&self) -> String {
        match (&self.part, self.title()) {
            (Some(part), Some(title)) => format!("{part}: {title}"),
            (Some(part), None) if self.stacked > 1 => format!("{part}: table {}", self.number),
            (Some(part), None) => part.clone(),
            (None, Some(title)) => title.to_owned(),
            (None, None) => format!("table {}", self.number),
        }
    }

    fn goes_by(&self, wanted: &str) -> bool {
        let names = [Some(self.name()), self.part.clone(), self.title().map(str::to_owned)];
        names.into_iter().flatten().any(|name| folded(&name) == folded(wanted))
    }

    fn rows(&self) -> u64 {
        self.found.as_ref().map_or(0, |opened| opened.layout.records)
    }

    /// What it takes to name it: its name, or its number where the name is not its own.
    fn flag(&self) -> String {
        let name = self.name();
        let word = if self.part.is_some() && self.stacked == 1 { name } else { self.number.to_string() };
        let quoted =
            shlex::try_quote(&word).map_or_else(|_| self.number.to_string(), std::borrow::Cow::into_owned);
        format!("--table {quoted}")
    }

    /// One line of a list: number, name, rows, headers.
    fn line(&self) -> String {
        let what = match &self.found {
            Ok(opened) => {
                let headers: Vec<String> = opened.layout.columns.iter().take(8).map(title).collect();
                let rows = opened.layout.records;
                format!("{rows} row{}   {}", if rows == 1 { "" } else { "s" }, headers.join(", "))
            }
            Err(_) => "no rows".to_owned(),
        };
        let hidden = if self.hidden { " (hidden)" } else { "" };
        shorten(&safe::line(&format!("{}  {}{hidden}   {what}", self.number, self.name())), WIDTH)
    }
}

/// What is thought of a table.
enum Verdict {
    /// It can be imported, or with one more answer.
    Fits,
    /// It may be anything: why nothing was understood.
    Unknown(String),
    /// It cannot be imported: why.
    Unfit(String),
}

/// Chooses a table: `--table`, the only one that can be understood, or an answer at the terminal.
pub fn choose(app: &App, container: Container, options: &Options) -> Result<Chosen> {
    let name = container.input().name().to_owned();
    let is_one_text = container.parts().len() <= 1;
    let (read, seconds) = timed(|| read(container, options));
    let tables = read?;
    let mut chosen = if tables.len() == 1 {
        taken(tables, 0, None)?
    } else {
        one_of(app, &name, tables, options, is_one_text)?
    };
    chosen.opened.seconds = seconds;
    Ok(chosen)
}

fn one_of(app: &App, name: &str, tables: Vec<Table>, options: &Options, is_one_text: bool) -> Result<Chosen> {
    let (mut fitting, mut unknown, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    for (at, table) in tables.iter().enumerate() {
        match verdict(app, table, options)? {
            Verdict::Fits => fitting.push(at),
            Verdict::Unknown(reason) => {
                unknown.push(at);
                reasons.push(format!("\n  {}\n     {reason}", table.line()));
            }
            Verdict::Unfit(reason) => reasons.push(format!("\n  {}\n     {reason}", table.line())),
        }
    }
    if fitting.is_empty() && is_one_text {
        return as_a_whole(tables);
    }
    // A line of text above or beside a table is no second one.
    let is_wide = |at: &usize| tables[*at].found.as_ref().is_ok_and(|opened| opened.layout.columns.len() > 1);
    if fitting.iter().any(is_wide) {
        fitting.retain(is_wide);
    }
    // Of a report's stacked totals nobody can tell what they are; a sheet may be anything.
    if fitting.is_empty() && (unknown.len() == 1 || app.can_ask()) {
        fitting = unknown;
    }
    match fitting.as_slice() {
        [] => {
            let reasons: String = reasons.into_iter().take(LISTED).collect();
            Err(anyhow!(
                "{name}: not imported: none of its {} tables can be understood:{reasons}",
                tables.len()
            ))
        }
        [one] => {
            let note = picked(&tables, *one);
            taken(tables, *one, Some(note))
        }
        several if app.can_ask() => {
            let lines: Vec<String> = several.iter().map(|at| tables[*at].line()).collect();
            let answer = several[app.choose(&format!("Which table of {name}?"), &lines, "--table NAME")?];
            let flag = tables[answer].flag();
            Ok(Chosen { flag: Some(flag), ..taken(tables, answer, None)? })
        }
        several => {
            let lines: Vec<String> = several.iter().take(LISTED).map(|at| tables[*at].line()).collect();
            Err(anyhow!(
                "{name}: not imported, since {} of its {} tables could be meant:\n  {}\n\
                 Run it again with the one you want, by name or by number, such as: {}",
                several.len(),
                tables.len(),
                lines.join("\n  "),
                tables[several[0]].flag()
            ))
        }
    }
}

/// The named table, or the first that has rows.
pub fn first(container: Container, options: &Options) -> Result<Chosen> {
    let tables = read(container, options)?;
    let at = tables.iter().position(|table| table.rows() > 0).unwrap_or(0);
    let note = (tables.len() > 1).then(|| picked(&tables, at));
    taken(tables, at, note)
}

/// Reads a file's tables: those that `--table` names, or all.
fn read(mut container: Container, options: &Options) -> Result<Vec<Table>> {
    let name = container.input().name().to_owned();
    let parts: Vec<String> = container.parts().iter().map(|part| part.name.clone()).collect();
    let Some(wanted) = &options.table else {
        if parts.len() > MOST {
            bail!("{name} holds {} tables, too many to look into: {}", parts.len(), name_one(&parts, ""));
        }
        return read_parts(&mut container, options);
    };
    // A sheet that is named is read alone; only a stack needs the numbers of all.
    if let Some(at) = parts.iter().position(|part| folded(part) == folded(wanted)) {
        let input = container.read(at)?;
        let tables = tables_of(&container, at, &input, options)?;
        if tables.len() == 1 || parts.len() > MOST {
            return Ok(tables);
        }
    }
    if parts.len() > MOST {
        bail!("{name}: no table is called {wanted}: {}", name_one(&parts, wanted));
    }
    named(read_parts(&mut container, options)?, wanted, &name)
}

fn name_one(parts: &[String], wanted: &str) -> String {
    format!("name one with --table NAME; {}", nearest(wanted, parts))
}

/// All tables, numbered in their order. An empty sheet has a number and is left out.
fn read_parts(container: &mut Container, options: &Options) -> Result<Vec<Table>> {
    let parts = container.parts().len();
    let (mut tables, mut number) = (Vec::new(), 0);
    for at in 0..parts.max(1) {
        let input = container.read(at);
        if parts > 1 && input.as_ref().is_ok_and(Input::is_blank) {
            number += 1;
            continue;
        }
        let mut stack = match input.and_then(|input| tables_of(container, at, &input, options)) {
            Ok(stack) => stack,
            // The only table there is: its error is the file's.
            Err(error) if parts <= 1 => return Err(error),
            Err(error) => vec![Table::of(container, at, Err(error))],
        };
        for table in &mut stack {
            number += 1;
            table.number = number;
        }
        tables.extend(stack);
    }
    if tables.is_empty() {
        let name = container.input().name();
        bail!("{name} is empty: none of its {parts} tables has a row; export it again, with rows in it");
    }
    Ok(tables)
}

/// The tables of one sheet or text, numbered from 1.
fn tables_of(container: &Container, at: usize, input: &Input, options: &Options) -> Result<Vec<Table>> {
    let stack = Opened::learn(input, options)?;
    let stacked = stack.len();
    let table = |(number, mut opened): (usize, Opened)| {
        opened.layout.tables = 1;
        Table { number: number + 1, stacked, ..Table::of(container, at, Ok(opened)) }
    };
    Ok(stack.into_iter().enumerate().map(table).collect())
}

/// The tables that go by a name; else the one of that number.
fn named(tables: Vec<Table>, wanted: &str, file: &str) -> Result<Vec<Table>> {
    let digits = crate::model::time::half_width(wanted);
    let number = digits.trim().parse::<usize>().ok();
    let by_name = tables.iter().any(|table| table.goes_by(wanted));
    let names: Vec<String> = tables.iter().map(Table::name).collect();
    let count = tables.iter().map(|table| table.number).max().unwrap_or(0);
    let fits = |table: &Table| if by_name { table.goes_by(wanted) } else { Some(table.number) == number };
    let mut found: Vec<Table> = tables.into_iter().filter(fits).collect();
    if found.is_empty() {
        return Err(usage(format!(
            "{file}: --table {wanted}: no table is called so, and the numbers go from 1 to {count}; {}",
            nearest(wanted, &names)
        )));
    }
    if found.iter().any(|table| table.rows() > 0) {
        found.retain(|table| table.rows() > 0);
    }
    Ok(found)
}

/// Whether a table can be imported, or with an answer more.
fn verdict(app: &App, table: &Table, options: &Options) -> Result<Verdict> {
    let opened = match &table.found {
        Ok(opened) if opened.layout.records > 0 => opened,
        Ok(_) => return Ok(Verdict::Unfit("it has a header but no rows".into())),
        Err(error) => return Ok(Verdict::Unfit(format!("{error:#}"))),
    };
    if table.hidden {
        return Ok(Verdict::Unfit(format!("the workbook hides it; {} reads it all the same", table.flag())));
    }
    let mut options = options.clone();
    recall(app, opened, &mut options)?;
    Ok(match opened.understand(&options) {
        Ok(Outcome::Plan(_)) => Verdict::Fits,
        Ok(Outcome::Refuse { reason, message }) => Verdict::Unfit(format!("{reason}: {message}")),
        Ok(Outcome::Ask(questions)) => match questions.iter().find(|question| question.flag == "--as KIND") {
            Some(question) => {
                Verdict::Unknown(format!("{}: add {} {}", question.why, table.flag(), question.flag))
            }
            None => Verdict::Fits,
        },
        Err(error) => Verdict::Unfit(format!("{error:#}")),
    })
}

/// Stacked tables of which none fits: the file as one.
fn as_a_whole(tables: Vec<Table>) -> Result<Chosen> {
    let at = tables.iter().position(|table| table.rows() > 0).unwrap_or(0);
    let count = tables.len();
    let mut chosen = taken(tables, at, None)?;
    chosen.opened.layout.tables = count;
    Ok(chosen)
}

fn taken(mut tables: Vec<Table>, at: usize, note: Option<String>) -> Result<Chosen> {
    let table = tables.swap_remove(at);
    let name = table.name();
    let opened = table.found?;
    if opened.layout.records == 0 {
        bail!("{} ({name}): this table has a header but no rows: nothing to import", opened.input.name());
    }
    Ok(Chosen { opened, note, flag: None })
}

/// The note on a choice that nobody made.
fn picked(tables: &[Table], at: usize) -> String {
    let others: Vec<String> = tables
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at)
        .take(5)
        .map(|(_, table)| table.name())
        .collect();
    let more = tables.len() - 1 - others.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    safe::line(&format!(
        "the table `{}` was read, one of {} (not read: {}{more}); --table NAME reads another",
        tables[at].name(),
        tables.len(),
        others.join(", ")
    ))
}
