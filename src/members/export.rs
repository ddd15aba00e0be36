//! `member export`: all that is held about one person, to read and for machines.

use crate::app::App;
use crate::app::fail::End;
use crate::data::{self, Lang};
use crate::model::time::{Day, Instant};
use crate::output::{Table, file, page};
use crate::store::held::{self, Record};
use crate::store::settings;
use anyhow::{Context, Result};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

/// All that is held about one person.
///
/// DIR gets three files: member.html to read (in --lang en or zh), member.json for machines, and README.md, which
/// says what is what. Every table is in it, rows that came with a merge included; other people are not, only how
/// often they clicked or bought.
///
/// Example: groundswell member export ana@example.com -o ana
#[derive(Debug, Args)]
pub struct Export {
    /// Whom
    member: String,
}

/// What is said of tables and columns: data/held.toml.
#[derive(Debug, Deserialize)]
struct Words {
    table: Vec<Word>,
    column: Vec<Word>,
}

#[derive(Debug, Deserialize)]
struct Word {
    name: String,
    en: String,
    zh: String,
    #[serde(default)]
    what_en: String,
    #[serde(default)]
    what_zh: String,
}

impl Word {
    fn title(&self, lang: Lang) -> &str {
        if lang == Lang::Zh { &self.zh } else { &self.en }
    }

    fn what(&self, lang: Lang) -> &str {
        if lang == Lang::Zh { &self.what_zh } else { &self.what_en }
    }
}

impl Words {
    fn shipped() -> Result<Self> {
        toml::from_str(data::needed("held.toml")?).context("held.toml")
    }

    fn of<'a>(list: &'a [Word], name: &str) -> Option<&'a Word> {
        list.iter().find(|word| word.name == name)
    }
}

impl Export {
    /// Writes the files.
    pub fn run(self, app: &App) -> Result<End> {
        let person = app.member(&self.member)?;
        let store = app.store()?;
        let mut tables = held::everything(store, person.id)?;
        tables.iter_mut().flat_map(|(_, rows)| rows).for_each(said);
        let folder = app.folder()?;
        let program = settings::read(store, "name")?.unwrap_or_default();
        let object = json!({
            "format": "groundswell member export 1",
            "program": program,
            "member": person.id,
            "exported": app.as_of().to_string(),
            "tables": tables.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect::<serde_json::Map<_, _>>(),
        });
        let lang = app.lang();
        let values = json!({
            "name": person.label(),
            "program": program,
            "day": app.as_of().to_string(),
            "tables": shown(&tables, lang)?,
        });
        let text = |name: &str| app.texts().get(&format!("templates/{}/{name}", lang.word()))?.fill(&values);
        let frame = app.texts().get("templates/page.html")?;
        let label = person.label();
        let html = page::page(&frame.name, &frame.source, lang.word(), &label, &text("member-export.md")?)?;
        let rows: usize = tables.iter().map(|(_, rows)| rows.len()).sum();
        let mut table = Table::new(&["file", ">tables", ">rows"]);
        for (name, text) in [
            ("member.html", html),
            ("member.json", serde_json::to_string_pretty(&object)? + "\n"),
            ("README.md", text("member-readme.md")?),
        ] {
            file::write(&folder.join(name), text.as_bytes())?;
            table.row(vec![name.into(), tables.len().into(), rows.into()]);
        }
        app.screen_without_file().show(&table)?;
        app.screen.say(&format!("Wrote all that is held about {} to {}", person.label(), folder.display()));
        app.screen.next(&format!("groundswell member show {}", person.id), "the same person on one screen");
        Ok(End::Done)
    }
}

/// Times and days as they are read.
fn said(row: &mut Record) {
    for (key, value) in row.iter_mut() {
        let Some(number) = value.as_i64() else { continue };
        if key == "at" || key.ends_with("_at") {
            *value = Instant(number).iso().into();
        } else if key == "day" || key.ends_with("_day") {
            *value = Day(number as i32).to_string().into();
        }
    }
}

/// The tables for a template, columns that are empty throughout left out.
fn shown(tables: &[(String, Vec<Record>)], lang: Lang) -> Result<Vec<Value>> {
    let words = Words::shipped()?;
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let table = |(name, rows): &(String, Vec<Record>)| {
        let word = Words::of(&words.table, name);
        let first = rows.first().cloned().unwrap_or_default();
        let columns: Vec<&String> = first
            .keys()
            .filter(|key| rows.iter().any(|row| row.get(*key).is_some_and(|value| !value.is_null())))
            .collect();
        let title = |key: &String| {
            Words::of(&words.column, key)
                .map_or_else(|| key.replace('_', " "), |word| word.title(lang).into())
        };
        json!({
            "key": name,
            "title": word.map_or(name.as_str(), |word| word.title(lang)),
            "what": word.map_or("", |word| word.what(lang)),
            "columns": columns.iter().map(|key| title(key)).collect::<Vec<_>>(),
            "rows": rows.iter().map(|row| columns.iter().map(|key| row.get(*key).map_or_else(String::new, cell)).collect::<Vec<_>>()).collect::<Vec<_>>(),
        })
    };
    Ok(tables.iter().map(table).collect())
}
