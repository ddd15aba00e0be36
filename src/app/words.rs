//! The words of a report: `templates/{en,zh}/report.toml`, each a sentence with holes, and the language's forms.

use super::App;
use super::period::Period;
use super::texts::Text;
use crate::data::{Lang, place_in};
use crate::model::time::Day;
use crate::output::forms::Forms;
use crate::output::template;
use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use toml::Spanned;

/// Everything a report says, by group and name.
pub struct Words {
    /// Which language it is.
    pub lang: Lang,
    text: Text,
    groups: BTreeMap<String, BTreeMap<String, Spanned<String>>>,
    /// How the language writes numbers.
    pub forms: Forms,
}

impl Words {
    /// A language's words, the user's own copies first.
    ///
    /// # Errors
    /// Where a copy is no such file: with file, line and column.
    pub fn read(app: &App, lang: Lang) -> Result<Self> {
        let text = app.texts().get(&format!("templates/{}/report.toml", lang.word()))?;
        let groups = text.toml()?;
        Ok(Self { lang, text, groups, forms: app.forms(lang)? })
    }

    fn line(&self, group: &str, name: &str) -> Result<&Spanned<String>> {
        let line = self.groups.get(group).and_then(|lines| lines.get(name));
        line.with_context(|| format!("{}: [{group}] has no {name}", self.text.name))
    }

    /// A sentence with its holes filled.
    ///
    /// # Errors
    /// A mistake in it, with file, line and column.
    pub fn say(&self, group: &str, name: &str, values: impl Serialize) -> Result<String> {
        let line = self.line(group, name)?;
        // It is given to the template at its own place in the file, so that an error names that place.
        let start = line.span().start;
        let quotes = self
            .text
            .source
            .get(start..)
            .map_or(0, |rest| rest.len() - rest.trim_start_matches(['"', '\'']).len());
        let quotes = if line.get_ref().is_empty() { 1 } else { quotes.min(3) };
        let place = place_in(&self.text.source, start + quotes);
        let mut numbers = place.split(':').skip(1).filter_map(|number| number.parse::<usize>().ok());
        let (row, column) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1));
        let padded = format!("{}{}{}", "\n".repeat(row - 1), " ".repeat(column - 1), line.get_ref());
        Ok(template::fill_plain(&self.text.name, &padded, values)?.trim().to_string())
    }

    /// A name without holes.
    pub fn name(&self, group: &str, name: &str) -> Result<String> {
        Ok(self.line(group, name)?.get_ref().clone())
    }

    /// A name that need not be there: else the word itself.
    pub fn known(&self, group: &str, name: &str) -> String {
        self.name(group, name).unwrap_or_else(|_| name.to_string())
    }

    /// Columns with their titles; `-` before a key keeps it out of pages.
    pub fn columns(&self, keys: &[&'static str]) -> Result<Vec<(&'static str, String)>> {
        keys.iter().map(|key| Ok((*key, self.name("column", key.trim_start_matches('-'))?))).collect()
    }

    /// A period in words.
    pub fn span(&self, period: Period) -> Result<String> {
        let day = |day: Day| self.forms.date(&day.to_string());
        let name = if period.is_bounded() { "period" } else { "ever" };
        self.say("frame", name, json!({ "from": day(period.from), "to": day(period.to) }))
    }

    /// All of a group, by name.
    pub fn group(&self, group: &str) -> Result<BTreeMap<String, String>> {
        let Some(lines) = self.groups.get(group) else { bail!("{}: there is no [{group}]", self.text.name) };
        Ok(lines.iter().map(|(name, line)| (name.clone(), line.get_ref().clone())).collect())
    }
}
