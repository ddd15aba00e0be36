//! `export --all`: every table as CSV, with the schema.

use crate::app::App;
use crate::app::fail::{End, usage};
use crate::output::{Table, file, safe};
use crate::store::whole::{self, Value};
use anyhow::Result;
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// Every table as CSV, with the schema.
///
/// DIR gets TABLE.csv for each table, schema.sql, and README.md, which says how numbers are meant. All of it is as it
/// was at one moment. The keys that codes and fingerprints are drawn from stay in the file.
///
/// Example: groundswell export --all tables
#[derive(Debug, Args)]
pub struct Export {
    /// Into which folder
    #[arg(long, value_name = "DIR")]
    all: Option<PathBuf>,
}

impl Export {
    /// Writes the files.
    pub fn run(self, app: &App) -> Result<End> {
        app.not_redacted()?;
        let folder = self.all.or_else(|| app.screen.file.clone());
        let folder = folder.ok_or_else(|| {
            usage("into which folder? Say --all DIR, such as: groundswell export --all tables")
        })?;
        let store = app.store()?;
        file::folder(&folder)?;
        let mut list = Table::new(&["table", "file", ">rows"]);
        store.at_one_moment(|| {
            let (schema, tables) = whole::schema(store)?;
            file::write(&folder.join("schema.sql"), schema.as_bytes())?;
            for table in tables {
                let name = format!("{table}.csv");
                let mut rows = 0_i64;
                file::stream(&folder.join(&name), |out| {
                    // Two closures write: the head, then the rows.
                    let out = std::cell::RefCell::new(out);
                    let head = |columns: &[&str]| Ok(writeln!(out.borrow_mut(), "{}", columns.join(","))?);
                    whole::each_row(store, &table, head, |values| {
                        rows += 1;
                        write_row(&mut **out.borrow_mut(), values)
                    })
                })?;
                list.row(vec![table.into(), name.into(), rows.into()]);
            }
            Ok(())
        })?;
        let rows: Vec<_> = list
            .rows
            .iter()
            .map(|row| row.iter().map(crate::output::Cell::plain).collect::<Vec<_>>())
            .collect();
        let program = crate::store::settings::read(store, "name")?.unwrap_or_default();
        let values = json!({ "program": program, "day": app.as_of().to_string(), "tables": rows });
        let readme =
            app.texts().get(&format!("templates/{}/export-readme.md", app.lang().word()))?.fill(&values)?;
        file::write(&folder.join("README.md"), readme.as_bytes())?;
        app.screen_without_file().show(&list)?;
        app.screen.say(&format!(
            "Wrote {} tables, schema.sql and README.md to {}",
            list.rows.len(),
            folder.display()
        ));
        app.screen.next("groundswell backup", "a copy that can be put back as it is");
        Ok(End::Done)
    }
}

/// A row: nothing is an empty cell, an empty text is `""`, bytes are hexadecimal; a text that a spreadsheet would run
/// has an apostrophe in front.
fn write_row(out: &mut dyn Write, values: &[Value]) -> Result<()> {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        match value {
            Value::Null => {}
            Value::Integer(number) => write!(out, "{number}")?,
            Value::Real(number) => write!(out, "{number}")?,
            Value::Bytes(bytes) => bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))?,
            Value::Text(text) => {
                let text = safe::guard(text);
                if text.is_empty() || text.contains([',', '"', '\n', '\r']) {
                    write!(out, "\"{}\"", text.replace('"', "\"\""))?;
                } else {
                    out.write_all(text.as_bytes())?;
                }
            }
        }
    }
    Ok(out.write_all(b"\n")?)
}
