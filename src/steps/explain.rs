//! `groundswell explain`: how a figure is computed, in plain words.

use crate::app::App;
use crate::app::fail::End;
use crate::data;
use anyhow::{Result, bail};
use clap::Args;

/// How a figure is computed, in plain words.
///
/// Without a term: the list of all.
///
/// Example: groundswell explain nps
#[derive(Debug, Args)]
pub struct Explain {
    /// A word such as nps, score, trough, reach or credit
    term: Option<String>,
}

impl Explain {
    /// Prints the text of a term.
    pub fn run(self, app: &App) -> Result<End> {
        let terms: Vec<String> = data::folder("explain/en")
            .into_iter()
            .filter_map(|(file, _)| Some(file.strip_suffix(".md")?.to_string()))
            .collect();
        let Some(term) = self.term else {
            app.screen.data(&(terms.join("\n") + "\n"))?;
            app.screen.next("groundswell explain score", "any of these words");
            return Ok(End::Done);
        };
        let wanted = term.trim().to_lowercase().replace([' ', '_'], "-");
        if let Some(text) = data::text(&format!("explain/en/{wanted}.md")) {
            app.screen.data(text)?;
            return Ok(End::Done);
        }
        let near = terms
            .iter()
            .max_by(|a, b| strsim::jaro_winkler(a, &wanted).total_cmp(&strsim::jaro_winkler(b, &wanted)));
        let near = near.filter(|near| strsim::jaro_winkler(near, &wanted) >= 0.8);
        let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        bail!("there is no explanation of '{term}'{hint} (all of them: groundswell explain)")
    }
}
