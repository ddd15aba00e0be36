//! The rows, table by table: one pass over each, to files by month, added up on the way.

use super::hide::Hide;
use super::portable::Portable;
use super::{Plan, cells};
use crate::app::App;
use crate::model::engine::Engine;
use crate::model::time::Day;
use crate::output::{Progress, file};
use crate::store::handoff::schema::{self, Table};
use crate::store::handoff::verify::Sums;
use crate::store::whole::{self, Value};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// So many months of a table are open at once: forty years of them.
const OPEN: usize = 480;
/// What a disk without room is told with.
const CANNOT: &str = "cannot write the tables";
/// Bytes that wait for each.
const WAITING: usize = 16 * 1024;

/// A table that was written.
pub struct Handed {
    /// As it is declared.
    pub table: Table,
    /// What its rows add up to.
    pub sums: Sums,
    /// Its files, in order.
    pub files: Vec<String>,
    /// Bytes of its longest row.
    pub longest: usize,
    /// Texts that held a NUL character.
    pub zeros: u64,
}

/// Writes every table below `root`.
pub fn write(
    app: &App,
    plan: &Plan,
    portable: &Portable,
    engine: Engine,
    root: &Path,
) -> Result<Vec<Handed>> {
    let store = app.store()?;
    let tables = schema::tables(store, &plan.tables)?;
    let rows = tables.iter().map(|table| schema::count(store, &table.name)).sum::<Result<u64>>()?;
    let progress = app.screen.progress(rows, Duration::from_millis(500));
    let mut handed = Vec::new();
    for table in tables {
        let mut writing = Writing::begin(app, plan, engine, root, table)?;
        let name = writing.table.name.clone();
        whole::each_row(store, &name, |_| Ok(()), |row| writing.row(row, &progress))?;
        handed.push(writing.done()?);
    }
    for table in Portable::tables() {
        let mut writing = Writing::begin(app, plan, engine, root, table)?;
        let name = writing.table.name.clone();
        portable.each_row(&name, |row| writing.row(row, &progress))?;
        handed.push(writing.done()?);
    }
    Ok(handed)
}

/// A table while it is written.
struct Writing<'a> {
    engine: Engine,
    hide: Option<Hide<'a>>,
    /// The column that says the month, where it is split.
    month: Option<usize>,
    files: Files,
    line: Vec<u8>,
    table: Table,
    sums: Sums,
    longest: usize,
    zeros: u64,
}

impl<'a> Writing<'a> {
    fn begin(app: &App, plan: &'a Plan, engine: Engine, root: &Path, table: Table) -> Result<Self> {
        let month = plan.months.get(&table.name);
        let month = month.and_then(|wanted| table.columns.iter().position(|column| column.name == *wanted));
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        Ok(Self {
            engine,
            hide: Hide::of(app, &plan.redact, &table)?,
            month,
            files: Files::below(root, &table.name, month.is_some(), &names.join(","))?,
            line: Vec::new(),
            sums: Sums::none(&table),
            table,
            longest: 0,
            zeros: 0,
        })
    }

    fn row(&mut self, row: &[Value], progress: &Progress) -> Result<()> {
        self.line.clear();
        for (place, value) in row.iter().enumerate() {
            if place > 0 {
                self.line.push(b',');
            }
            self.value(place, value, row)?;
        }
        self.line.push(b'\n');
        self.sums.rows += 1;
        self.longest = self.longest.max(self.line.len());
        let day = self.month.and_then(|place| match row.get(place) {
            Some(Value::Integer(day)) => i32::try_from(*day).ok(),
            _ => None,
        });
        self.files.write(day, &self.line)?;
        progress.advance(1);
        Ok(())
    }

    fn value(&mut self, place: usize, value: &Value, row: &[Value]) -> Result<()> {
        let sum = &mut self.sums.columns[place];
        sum.values += u64::from(*value != Value::Null);
        match value {
            Value::Text(text) => {
                let hidden = self.hide.as_ref().and_then(|hide| hide.text(place, text, row));
                let text = hidden.as_deref().unwrap_or(text);
                let without = text.contains('\0').then(|| text.replace('\0', "\u{fffd}"));
                self.zeros += u64::from(without.is_some());
                let text = without.as_deref().unwrap_or(text);
                sum.sum += text.chars().count() as i128;
                cells::add(&mut self.line, self.engine, &Value::Text(text))
            }
            Value::Integer(number) => {
                sum.sum += i128::from(*number);
                cells::add(&mut self.line, self.engine, value)
            }
            Value::Real(number) => {
                sum.sum += (number * 1000.0).floor() as i128;
                cells::add(&mut self.line, self.engine, value)
            }
            Value::Null | Value::Bytes(_) => cells::add(&mut self.line, self.engine, value),
        }
    }

    fn done(self) -> Result<Handed> {
        let files = self.files.close()?;
        Ok(Handed { table: self.table, sums: self.sums, files, longest: self.longest, zeros: self.zeros })
    }
}

/// The files of one table: one, or one for each month.
struct Files {
    folder: PathBuf,
    /// What the names of the files begin with, as a script below the root says them.
    shown: String,
    single: Option<String>,
    head: String,
    open: BTreeMap<(i32, u32), BufWriter<File>>,
    all: BTreeSet<(i32, u32)>,
}

/// The month of rows without a day, or of a table that is not split.
const UNDATED: (i32, u32) = (0, 0);

impl Files {
    fn below(root: &Path, table: &str, split: bool, head: &str) -> Result<Self> {
        let folder = if split { root.join("data").join(table) } else { root.join("data") };
        file::folder(&folder)?;
        let shown = if split { format!("data/{table}/") } else { "data/".into() };
        let single = (!split).then(|| table.to_string());
        Ok(Self {
            folder,
            shown,
            single,
            head: format!("{head}\n"),
            open: BTreeMap::new(),
            all: BTreeSet::new(),
        })
    }

    fn name(&self, month: (i32, u32)) -> String {
        match &self.single {
            Some(table) => format!("{table}.csv"),
            None if month == UNDATED => "undated.csv".into(),
            None => format!("{:04}-{:02}.csv", month.0, month.1),
        }
    }

    /// Adds a row of a day.
    fn write(&mut self, day: Option<i32>, line: &[u8]) -> Result<()> {
        let month = day.map_or(UNDATED, |day| {
            let date = Day(day).date();
            (chrono::Datelike::year(&date), chrono::Datelike::month(&date))
        });
        let out = match self.open.get_mut(&month) {
            Some(out) => out,
            None => self.opened(month)?,
        };
        out.write_all(line).context(CANNOT)
    }

    fn opened(&mut self, month: (i32, u32)) -> Result<&mut BufWriter<File>> {
        if self.open.len() >= OPEN {
            for (_, mut out) in std::mem::take(&mut self.open) {
                out.flush().context(CANNOT)?;
            }
        }
        let path = self.folder.join(self.name(month));
        let is_new = self.all.insert(month);
        let mut options = OpenOptions::new();
        options.append(true).create_new(is_new);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut out = BufWriter::with_capacity(WAITING, file);
        if is_new {
            out.write_all(self.head.as_bytes()).context(CANNOT)?;
        }
        Ok(self.open.entry(month).or_insert(out))
    }

    /// Ends the files; a table without rows has one with its head.
    fn close(mut self) -> Result<Vec<String>> {
        if self.all.is_empty() {
            self.opened(UNDATED)?;
        }
        for (_, out) in std::mem::take(&mut self.open) {
            let file = out.into_inner().map_err(std::io::IntoInnerError::into_error).context(CANNOT)?;
            file.sync_all().context(CANNOT)?;
        }
        Ok(self.all.iter().map(|&month| format!("{}{}", self.shown, self.name(month))).collect())
    }
}
